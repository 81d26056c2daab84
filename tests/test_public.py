"""The public names: listed where they are offered, documented, and shown working in the README."""

import ast
import contextlib
import importlib
import inspect
import io
import re
import shlex
import subprocess
import sys
from itertools import zip_longest
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SOURCES = {"geo_toolkit": ROOT / "geo_toolkit", "geo_toolkit_api": ROOT / "api/geo_toolkit_api"}


def dotted(pattern):
    """Dotted names of the modules whose file matches."""
    for package, folder in SOURCES.items():
        for file in sorted(folder.rglob(pattern)):
            parts = file.relative_to(folder).with_suffix("").parts
            yield ".".join((package, *parts)).removesuffix(".__init__")


PACKAGES = sorted(dotted("__init__.py"))
MODULES = sorted(name for name in dotted("*.py") if not name.endswith("__main__"))


@pytest.mark.parametrize("name", PACKAGES)
def test_all_is_what_the_package_exposes(name):
    package = importlib.import_module(name)
    exposed = {
        key
        for key, value in vars(package).items()
        if not key.startswith("_") and not inspect.ismodule(value)
    } - {"annotations"}
    listed = list(getattr(package, "__all__", []))
    assert set(listed) - {"__version__"} == exposed
    assert len(listed) == len(set(listed))


@pytest.mark.parametrize("name", MODULES)
def test_names_in_all_exist(name):
    module = importlib.import_module(name)
    missing = [key for key in getattr(module, "__all__", []) if not hasattr(module, key)]
    assert not missing


def undocumented(tree, prefix):
    """Public functions, classes and methods of a syntax tree that lack a docstring."""
    for node in tree.body:
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            continue
        if node.name.startswith("_"):
            continue
        decorated = {ast.unparse(d).split(".")[-1] for d in node.decorator_list}
        if not ast.get_docstring(node) and not decorated & {"overload", "setter"}:
            yield f"{prefix}.{node.name}"
        if isinstance(node, ast.ClassDef):
            yield from undocumented(node, f"{prefix}.{node.name}")


@pytest.mark.parametrize("name", MODULES)
def test_everything_public_is_documented(name):
    tree = ast.parse(inspect.getsource(importlib.import_module(name)) or "''")
    assert ast.get_docstring(tree), f"{name} has no docstring"
    assert list(undocumented(tree, name)) == []


# README -----------------------------------------------------------------------------------------

BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def readme_examples(kind):
    """Code blocks of a kind, each with the output block that follows it directly, or none.

    A ``python`` block is followed by a ``text`` block with what it prints; a ``console`` block
    holds one command after ``$ geo-toolkit`` and its output in the same block.
    """
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    blocks = list(BLOCK.finditer(text))
    for block, following in zip_longest(blocks, blocks[1:]):
        if block[1] == kind:
            between = text[block.end() : following.start()] if following else ""
            shown = following[2] if following and following[1] == "text" else None
            yield block[2], shown if following and len(between.strip()) < 80 else None


def same(printed, shown):
    """Whether output is as shown; a line of `…` in the README stands for lines left out."""
    pattern = re.escape(shown.strip()).replace(re.escape("\n…\n"), r"\n(?:.*\n)*?")
    pattern = re.sub(r"(?:\\\n|\n)…$", r"\n(?:.*\n?)*", pattern)
    tidy = "\n".join(line.rstrip() for line in printed.strip().splitlines())
    return re.fullmatch(pattern, tidy) is not None


def test_readme_python_prints_what_it_shows(monkeypatch):
    monkeypatch.chdir(ROOT)
    for code, shown in readme_examples("python"):
        assert shown is not None, f"this example shows no output:\n{code}"
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            exec(compile(code, "README.md", "exec"), {"__name__": "readme"})
        assert same(printed.getvalue(), shown), (
            f"README shows\n{shown}\nbut it prints\n{printed.getvalue()}"
        )


@pytest.mark.slow
def test_readme_commands_print_what_they_show():
    for block, _ in readme_examples("console"):
        command, _, shown = block.partition("\n")
        if not command.startswith("$ geo-toolkit ") or not shown.strip():
            continue
        arguments = shlex.split(command.removeprefix("$ geo-toolkit "))
        if arguments[0] == "check":
            arguments.append("--no-record")
        program = [sys.executable, "-m", "geo_toolkit.cli", *arguments]
        done = subprocess.run(program, cwd=ROOT, capture_output=True, encoding="utf-8")
        assert same(done.stdout + done.stderr, shown), (
            f"{command}\nprints\n{done.stdout}{done.stderr}"
        )


@pytest.mark.parametrize(
    ("printed", "shown", "expected"),
    [
        ("a\nb\n", "a\nb\n", True),
        ("a\nb\nc\n", "a\n…\nc\n", True),
        ("a\nx\ny\nc\n", "a\n…\nc\n", True),
        ("a\nb\nd\n", "a\n…\nc\n", False),
        ("a (1)\n", "a (2)\n", False),
    ],
)
def test_comparison_of_outputs(printed, shown, expected):
    assert same(printed, shown) is expected
