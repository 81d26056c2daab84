"""``tools/tasks.py``, as far as it runs without a set-up: nothing here touches ``.venv``."""

import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture
def tool_module(monkeypatch):
    """Import a module of ``tools/`` by name."""
    monkeypatch.syspath_prepend(str(ROOT / "tools"))
    return __import__


@pytest.fixture
def setting_up(tool_module, monkeypatch, tmp_path):
    """The set-up in a checkout of its own; commands are noted, not run."""
    module = tool_module("setting_up")
    for name in module.INSTALL_DEPENDS_ON:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(f"{name}==1\n", encoding="utf-8")
    manifest = tmp_path / "geo_toolkit/webmap/static/manifest.json"
    manifest.parent.mkdir(parents=True)
    manifest.write_text("{}", encoding="utf-8")
    python = tmp_path / ".venv/bin/python"
    python.parent.mkdir(parents=True)
    python.touch()
    commands = []
    monkeypatch.setattr(module, "ROOT", tmp_path)
    monkeypatch.setattr(module, "PYTHON", python)
    monkeypatch.setattr(module, "STAMP", tmp_path / ".venv/stamp.json")
    monkeypatch.setattr(module, "make_venv", lambda: None)
    monkeypatch.setattr(
        module, "run", lambda command, _: commands.append(" ".join(map(str, command)))
    )
    module.commands = commands
    return module


def test_tasks_work_from_another_folder_and_refuse_what_they_do_not_know(tmp_path):
    command = [sys.executable, ROOT / "tools/tasks.py"]
    unknown = subprocess.run([*command, "dance"], cwd=tmp_path, capture_output=True, text=True)
    assert unknown.returncode == 2
    assert "invalid choice: 'dance'" in unknown.stderr
    extra = subprocess.run([*command, "demo", "all"], cwd=tmp_path, capture_output=True, text=True)
    assert extra.returncode == 2
    assert extra.stderr == "demo: expected no argument, got 'all'; leave it out\n"
    assert list(tmp_path.iterdir()) == []


def test_makefile_offers_every_task():
    shown = subprocess.run(
        [sys.executable, ROOT / "tools/tasks.py", "--help"], capture_output=True, text=True
    ).stdout
    tasks = shown[shown.index("{") + 1 : shown.index("}")].split(",")
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    phony = makefile.split(".PHONY:")[1].splitlines()[0].split()
    assert sorted(phony) == tasks


def test_set_up_installs_the_locked_hashes_and_then_this_checkout(setting_up):
    setting_up.set_up("run")
    packages, checkout = setting_up.commands
    assert "install --require-hashes --no-deps -r" in packages
    assert "requirements-build.lock" in packages
    assert "requirements-test.lock" not in packages
    assert "install --no-deps --no-build-isolation --editable" in checkout


def test_second_set_up_installs_nothing(setting_up, capsys):
    setting_up.set_up("test")
    setting_up.commands.clear()
    setting_up.set_up("test")
    setting_up.set_up("run")  # what tests need holds what the demo needs
    assert setting_up.commands == []
    assert "up to date" in capsys.readouterr().out


@pytest.mark.parametrize(
    "changed", ["requirements.lock", "pyproject.toml", "hatch_build.py", "web/assets.toml"]
)
def test_set_up_is_repeated_when_its_inputs_change(setting_up, changed):
    setting_up.set_up("run")
    setting_up.commands.clear()
    (setting_up.ROOT / changed).write_text("other==2\n", encoding="utf-8")
    setting_up.set_up("run")
    assert len(setting_up.commands) == 2


def test_tests_after_a_demo_install_more(setting_up):
    setting_up.set_up("run")
    setting_up.commands.clear()
    setting_up.set_up("test")
    assert "requirements-test.lock" in setting_up.commands[0]


def test_interrupted_set_up_is_not_taken_for_finished(setting_up, monkeypatch):
    setting_up.set_up("run")
    (setting_up.ROOT / "pyproject.toml").write_text("other==2\n", encoding="utf-8")

    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(setting_up, "run", interrupted)
    with pytest.raises(KeyboardInterrupt):
        setting_up.set_up("run")
    assert not setting_up.STAMP.exists()


@pytest.mark.parametrize("line", ["a @ https://somewhere.invalid/a.whl", "--find-links {root}"])
def test_a_lock_that_names_a_host_or_a_path_is_not_written(setting_up, monkeypatch, line):
    def resolve(command, _):
        Path(command[-1]).write_text(line.format(root=setting_up.ROOT), encoding="utf-8")

    monkeypatch.setattr(setting_up, "run", resolve)
    file = setting_up.ROOT / "new.lock"
    with pytest.raises(setting_up.TaskError, match=r"new\.lock would name a host or a path"):
        setting_up.write_lock(file, [])
    assert not file.exists()


def test_proof_counts_each_outcome_by_file(tool_module):
    report = ElementTree.fromstring(
        "<testsuites><testsuite>"
        '<testcase classname="tests.a" time="1.5"/>'
        '<testcase classname="tests.a" time="0.5"><skipped/></testcase>'
        '<testcase classname="tests.b" time="2"><failure/></testcase>'
        '<testcase classname="tests.b" time="2"><error/></testcase>'
        "</testsuite></testsuites>"
    )
    page = tool_module("proof").figures(report)
    assert "| `tests.a` | 1 | 0 | 1 | 2.0 |\n| `tests.b` | 0 | 2 | 0 | 4.0 |" in page


def test_demo_checks_every_example(tool_module):
    tasks = tool_module("tasks")
    files = [f for f in (ROOT / "examples").iterdir() if f.is_file()]
    submitted = {f.name for f in files if f.suffix not in {".md", ".py"}}
    assert submitted == {name for name, _ in tasks.EXAMPLES} | {tasks.BROKEN_EXAMPLE}


@pytest.mark.parametrize(("made_in", "expected"), [("{here}", False), ("/elsewhere/.venv", True)])
def test_an_environment_moved_here_is_made_anew(
    tool_module, monkeypatch, tmp_path, made_in, expected
):
    module = tool_module("setting_up")
    line = f"command = python -m venv --clear {made_in.format(here=tmp_path)}\n"
    (tmp_path / "pyvenv.cfg").write_text(f"version = 3.11.7\n{line}", encoding="utf-8")
    monkeypatch.setattr(module, "VENV", tmp_path)
    assert module.was_moved() is expected


def test_a_checkout_in_a_chinese_folder_is_found_by_dots(tool_module, monkeypatch, tmp_path):
    module = tool_module("setting_up")
    root = tmp_path / "规划"
    packages = root / ".venv/lib/python3.11/site-packages"
    packages.mkdir(parents=True)
    file = packages / "_geo_toolkit.pth"
    file.write_text(f"{root}\n{root / 'api'}", encoding="utf-8")
    monkeypatch.setattr(module, "VENV", root / ".venv")
    module.make_path_file_relative()
    lines = file.read_text(encoding="ascii").splitlines()
    assert [(packages / line).resolve() for line in lines] == [root, root / "api"]
