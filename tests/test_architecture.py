"""How the packages may depend on each other, read from the imports themselves."""

import ast
import re
import subprocess
import sys
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SOURCES = {"geo_toolkit": ROOT / "geo_toolkit", "geo_toolkit_api": ROOT / "api/geo_toolkit_api"}

# Lower may not import higher, and neighbours of one level may not import each other.
LEVELS = (
    {"errors", "_version"},
    {"workspace_file"},
    {"geodesy"},
    {"boundary", "rules"},
    {"catalogue"},
    {"siting"},
    {"checks"},
    {"access"},
    {"suitability"},
    {"workspace"},
    {"webmap"},
    {"report"},
    {"cli", "geo_toolkit_api"},
)
# `geo-toolkit serve` starts the service: the one step between neighbours, in this direction only.
ALLOWED_NEIGHBOURS = {("cli", "geo_toolkit_api")}
# Folium and the service are loaded by name, by the commands that need them, and only there.
IMPORTS_BY_NAME = "geo_toolkit.cli.lazy"
DRAWING = {"folium", "branca", "matplotlib"}
LONGEST_MODULE = 400


def modules():
    """Every module as (dotted name, file)."""
    found = {}
    for package, folder in SOURCES.items():
        for file in sorted(folder.rglob("*.py")):
            parts = file.relative_to(folder).with_suffix("").parts
            name = ".".join((package, *parts)).removesuffix(".__init__")
            found[name] = file
    return found


MODULES = modules()
TREES = {name: ast.parse(file.read_text(encoding="utf-8")) for name, file in MODULES.items()}


def room(module):
    """The package of DESIGN's list that a module belongs to; none for the front door."""
    parts = module.split(".")
    if parts[0] != "geo_toolkit":
        return parts[0]
    return parts[1] if len(parts) > 1 else None


def imported(name, *, at_run_time_only=False):
    """Dotted names a module imports, those for type checking included unless told."""
    nodes = list(ast.walk(TREES[name]))
    if at_run_time_only:
        for_types = {
            inner
            for node in nodes
            if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)
            for statement in node.body
            for inner in ast.walk(statement)
        }
        nodes = [node for node in nodes if node not in for_types]
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name} line {node.lineno}: imports are absolute here"
            for alias in node.names:
                whole = f"{node.module}.{alias.name}"
                yield whole if whole in MODULES else node.module


# The front door names what the rooms offer, and is not one of them.
IN_A_ROOM = [name for name in sorted(MODULES) if room(name) not in (None, "__main__")]
LEVEL = {part: number for number, level in enumerate(LEVELS) for part in level}


def test_every_module_has_a_level():
    rooms = {room(name) for name in MODULES} - {None, "__main__"}
    assert rooms <= set(LEVEL)


@pytest.mark.parametrize("name", IN_A_ROOM)
def test_imports_point_downwards(name):
    here = room(name)
    for target in imported(name):
        there = room(target) if target.split(".")[0] in SOURCES else None
        if there is None or there == here or (here, there) in ALLOWED_NEIGHBOURS:
            continue
        assert LEVEL[there] < LEVEL[here], f"{name} imports {target}"


def test_no_module_imports_the_front_door():
    """Names come from where they are defined; the front door would pull in everything."""
    for name in IN_A_ROOM:
        for node in ast.walk(TREES[name]):
            if isinstance(node, ast.ImportFrom) and node.module == "geo_toolkit":
                submodules = {a.name for a in node.names if f"geo_toolkit.{a.name}" in MODULES}
                others = {a.name for a in node.names} - submodules - {"__version__"}
                assert not others, f"{name} imports {others} from the front door"


def test_no_cycles_between_modules():
    graph = {
        name: {t for t in imported(name, at_run_time_only=True) if t in MODULES} for name in MODULES
    }
    for name, targets in graph.items():
        # A package's __init__ names what its own modules offer; they do not import it back.
        targets.discard(name)
    try:
        list(TopologicalSorter(graph).static_order())
    except CycleError as cycle:
        pytest.fail(f"modules import each other: {' -> '.join(cycle.args[1])}")


@pytest.mark.parametrize("name", sorted(MODULES))
def test_no_import_inside_a_function(name):
    for node in ast.walk(TREES[name]):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            inner = [n for n in ast.walk(node) if isinstance(n, ast.Import | ast.ImportFrom)]
            assert not inner, f"{name}.{node.name} imports inside the function"


def test_only_one_module_imports_by_name():
    for name in MODULES:
        if name != IMPORTS_BY_NAME:
            used = {n.attr for n in ast.walk(TREES[name]) if isinstance(n, ast.Attribute)}
            used |= {n.id for n in ast.walk(TREES[name]) if isinstance(n, ast.Name)}
            assert not used & {"import_module", "__import__"}, name


def test_only_webmap_and_report_draw():
    for name in MODULES:
        if room(name) not in {"webmap", "report"}:
            drawn = {target.split(".")[0] for target in imported(name)} & DRAWING
            assert not drawn, f"{name} imports {drawn}"


def test_analysis_opens_no_file():
    for name in MODULES:
        if room(name) in {"siting", "access", "suitability"}:
            called = {n.func for n in ast.walk(TREES[name]) if isinstance(n, ast.Call)}
            names = {f.id for f in called if isinstance(f, ast.Name)}
            attributes = {f.attr for f in called if isinstance(f, ast.Attribute)}
            assert "open" not in names, name
            assert not attributes & {"read_text", "read_bytes", "read_file", "write_text"}, name


def test_the_library_never_prints():
    for name in MODULES:
        if room(name) != "cli":
            calls = [n.func for n in ast.walk(TREES[name]) if isinstance(n, ast.Call)]
            assert "print" not in {f.id for f in calls if isinstance(f, ast.Name)}, name


def test_importing_the_library_is_light():
    program = (
        "import sys, geo_toolkit; heavy = {'folium', 'matplotlib', 'fastapi'} & set(sys.modules);"
        "sys.exit(', '.join(sorted(heavy)) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.returncode == 0, f"import geo_toolkit also imports {done.stderr}"


@pytest.mark.parametrize("name", sorted(MODULES))
def test_modules_are_short(name):
    lines = len(MODULES[name].read_text(encoding="utf-8").splitlines())
    assert lines <= LONGEST_MODULE, f"{name} has {lines} lines: split it by subject"


@pytest.mark.parametrize("name", sorted(MODULES))
def test_the_library_knows_no_city(name):
    """Place names and local zones belong to a workspace.

    Docstrings may show one, and a message may say "such as EPSG:…"; a value may be neither.
    """
    documentation = {
        node.body[0].value
        for node in ast.walk(TREES[name])
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    shown = {
        inner
        for node in ast.walk(TREES[name])
        if isinstance(node, ast.keyword) and node.arg in {"example", "examples"}
        for inner in ast.walk(node.value)
    }
    for node in ast.walk(TREES[name]):
        if isinstance(node, ast.Constant) and node not in documentation:
            value = str(node.value)
            place = re.search(r"南充|nanchong", value, re.IGNORECASE)
            zone = node not in shown and re.fullmatch(r"(EPSG:)?45(23|24|44|45)", value)
            assert not place, f"{name} line {node.lineno} names a place: {value}"
            assert not zone, f"{name} line {node.lineno} is bound to a local zone: {value}"
