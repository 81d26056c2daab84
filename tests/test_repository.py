"""House rules of the repository: what its files may and may not contain."""

import json
import re
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
NOT_OURS = {".git", ".venv", "node_modules", "__pycache__", "static", "build", "dist"}
# Hosts of package registries and of their files, in parts so that this file does not name them.
HOSTS = [
    ".".join(parts)
    for parts in (
        ("pypi", "org"),
        ("pythonhosted", "org"),
        ("registry", "npmjs", "org"),
        ("npmjs", "com"),
        ("yarnpkg", "com"),
        ("npmmirror", "com"),
        ("conda", "anaconda", "org"),
        ("proxy", "golang", "org"),
        ("crates", "io"),
        ("deb", "debian", "org"),
        ("cdn", "jsdelivr", "net"),
        ("unpkg", "com"),
        ("cdnjs", "cloudflare", "com"),
    )
]
# A folder of one machine, at the start of a path; tests of leaks may speak of `someone`.
MACHINE_PATH = re.compile(
    r"(?<![\w.~<>/-])(?:/(?:home|root|Users|work|opt|tmp|mnt)/(?!someone\b)[\w.-]+|[A-Z]:\\Users\\\w+)"
)


def tracked():
    """Files of the checkout that git tracks or would; every file below it outside git."""
    command = ["git", "ls-files", "-co", "--exclude-standard", "-z"]
    try:
        done = subprocess.run(command, cwd=ROOT, capture_output=True, check=True)
        names = [name for name in done.stdout.decode().split("\0") if name]
        files = [ROOT / name for name in names]
    except (OSError, subprocess.CalledProcessError):
        files = [
            path
            for path in ROOT.rglob("*")
            if not any(
                part in NOT_OURS or part.endswith("_cache") for part in path.relative_to(ROOT).parts
            )
        ]
    return sorted(path for path in files if path.is_file())


TRACKED = tracked()


def texts():
    """Tracked files that are UTF-8 text, with their content."""
    for file in TRACKED:
        try:
            yield file, file.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue


def test_no_file_names_a_registry_host():
    named = [
        f"{file.relative_to(ROOT)}: {host}"
        for file, text in texts()
        for host in HOSTS
        if host in text.lower()
    ]
    assert named == []


def test_no_file_names_a_path_of_one_machine():
    named = [
        f"{file.relative_to(ROOT)}: {found[0]}"
        for file, text in texts()
        for found in [MACHINE_PATH.search(text)]
        if found
    ]
    assert named == []


def test_text_files_end_lines_the_same_way():
    as_they_come = (ROOT / "examples", ROOT / "tests" / "data")  # submitted files
    wrong = [
        str(file.relative_to(ROOT))
        for file, _ in texts()
        if not any(file.is_relative_to(folder) for folder in as_they_come)
        and b"\r\n" in file.read_bytes()
    ]
    assert wrong == []


def test_locks_carry_hashes_and_no_address():
    for name in ("requirements.lock", "requirements-test.lock", "requirements-build.lock"):
        text = (ROOT / name).read_text(encoding="utf-8")
        assert "://" not in text
        pinned = [line for line in text.splitlines() if "==" in line]
        assert pinned
        assert all(line.endswith("\\") for line in pinned), "each pin is followed by its hashes"


def pins(name):
    """Pinned lines of a lock, with their markers."""
    text = (ROOT / name).read_text(encoding="utf-8")
    return {line.rstrip(" \\") for line in text.splitlines() if "==" in line}


def test_the_test_lock_holds_the_others():
    """Checked by version, so that tests run what users run."""
    versions = {line.split(" ;")[0] for line in pins("requirements-test.lock")}
    for name in ("requirements.lock", "requirements-build.lock"):
        assert {line.split(" ;")[0] for line in pins(name)} <= versions


def test_locks_name_every_direct_requirement():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    asked = [*project["project"]["dependencies"]]
    for extra in project["project"]["optional-dependencies"].values():
        asked += extra
    names = {re.split(r"[<>=~!\[; ]", line)[0].lower().replace("_", "-") for line in asked}
    locked = {line.split("==")[0] for line in pins("requirements.lock")}
    assert names <= locked, "run: python tools/tasks.py lock"


def test_the_npm_lock_names_no_address():
    lock = json.loads((ROOT / "web/package-lock.json").read_text(encoding="utf-8"))
    for name, package in lock["packages"].items():
        assert "resolved" not in package, name
        assert name == "" or "integrity" in package, name
    settings = (ROOT / "web/.npmrc").read_text(encoding="utf-8")
    assert "omit-lockfile-registry-resolved=true" in settings


def test_a_lock_that_names_hosts_is_not_kept():
    names = {file.name for file in TRACKED}
    assert not names & {"uv.lock", "poetry.lock", "pylock.toml", "Pipfile.lock", "yarn.lock"}


def test_licence_is_apache_2():
    text = (ROOT / "LICENSE").read_text(encoding="utf-8")
    assert "Apache License" in text
    assert "Version 2.0, January 2004" in text
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["license"] == "Apache-2.0"


@pytest.mark.parametrize(
    "room",
    [
        "layers",
        "rules",
        "maps",
        "geo_toolkit",
        "api",
        "tests",
        "benchmarks",
        "examples",
        "docs",
        "tools",
    ],
)
def test_rooms_of_the_design_exist(room):
    assert any(file.is_relative_to(ROOT / room) for file in TRACKED), f"{room}/ is empty"


@pytest.mark.parametrize("room", ["layers", "rules", "maps"])
def test_content_folders_hold_no_python(room):
    assert not [
        file for file in TRACKED if file.is_relative_to(ROOT / room) and file.suffix == ".py"
    ]


def test_every_readable_file_is_small_enough_for_a_clone():
    """Nothing above 20 MB: larger data belongs to a release, not into the history."""
    large = [file.name for file in TRACKED if file.stat().st_size > 20e6]
    assert large == []
