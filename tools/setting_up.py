"""Fill ``.venv`` from the locks, and write the locks; standard library only."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from running import PYTHON, ROOT, VENV, TaskError, call, run, say, tool

if TYPE_CHECKING:
    from collections.abc import Callable

    from running import Command

STAMP = VENV / "geo-toolkit.json"

LOCKS = {
    "run": ("requirements-build.lock", "requirements.lock"),
    "test": ("requirements-test.lock",),  # holds the other two
}
INSTALL_DEPENDS_ON = (
    *(name for locks in LOCKS.values() for name in locks),
    "pyproject.toml",
    "geo_toolkit/_version.py",
    "hatch_build.py",
    "web/package-lock.json",
    "web/assets.toml",
)
LOCK_HEADER = "# Written by `python tools/tasks.py lock`; not edited by hand.\n"


def set_up(profile: str) -> None:
    """Make ``.venv`` hold the locked packages of a profile and this checkout, editable."""
    fingerprint = install_fingerprint()
    if is_set_up(profile, fingerprint):
        say("==> .venv is up to date")
        return
    make_venv()
    STAMP.unlink(missing_ok=True)
    locks = [ROOT / name for name in LOCKS[profile]]
    count = sum("==" in line for file in locks for line in file.read_text("utf-8").splitlines())
    listed = [part for file in locks for part in ("-r", file)]
    pip(
        *("install", "--require-hashes", "--no-deps", *listed),
        title=f"installing {count} locked packages (a minute or two the first time)",
    )
    pip(
        *("install", "--no-deps", "--no-build-isolation", "--editable", ROOT),
        title="installing geo-toolkit with its map assets",
    )
    if not str(ROOT).isascii():
        make_path_file_relative()
    STAMP.write_text(json.dumps({"profile": profile, "fingerprint": fingerprint}), "utf-8")


def make_path_file_relative() -> None:
    """Let the installed path file lead to the checkout by dots instead of by names.

    Before 3.13 Python reads that file in the encoding of the system, so that a checkout in a
    folder with a Chinese name would not be found.
    """
    for folder in (*VENV.glob("lib/python*/site-packages"), VENV / "Lib/site-packages"):
        file = folder / "_geo_toolkit.pth"
        if file.is_file():
            lines = file.read_text("utf-8").splitlines()
            dots = [os.path.relpath(line, folder) for line in lines]
            file.write_text("\n".join(dots), "utf-8")


def is_set_up(profile: str, fingerprint: str) -> bool:
    """Whether the last finished set-up was of the same files and of this profile or more."""
    try:
        stamp = json.loads(STAMP.read_text("utf-8"))
    except (OSError, ValueError):
        return False
    enough = {"run": {"run", "test"}, "test": {"test"}}[profile]
    carried = ROOT / "geo_toolkit/webmap/static/manifest.json"
    is_there = PYTHON.exists() and carried.is_file()
    return is_there and stamp["fingerprint"] == fingerprint and stamp["profile"] in enough


def install_fingerprint() -> str:
    """Hash of everything that decides what an install puts into ``.venv``, and of its place."""
    digest = hashlib.sha256(str(ROOT).encode())
    for name in INSTALL_DEPENDS_ON:
        digest.update((ROOT / name).read_bytes())
    return digest.hexdigest()


def make_venv() -> None:
    """Create ``.venv``, or again if it was moved here or its Python is too old or gone."""
    probe = "import sys, pip; sys.exit(sys.version_info < (3, 11))"
    if PYTHON.exists() and not was_moved() and call([PYTHON, "-c", probe], quiet=True) == 0:
        return
    if find_spec("ensurepip") is None:
        package = f"python{sys.version_info[0]}.{sys.version_info[1]}-venv"
        if not (can_apt() and apt_install([package])):
            message = f"this Python cannot make a virtual environment; install {package}"
            raise TaskError(message, code=2)
    run([sys.executable, "-m", "venv", "--clear", VENV], "creating .venv")


def was_moved() -> bool:
    """Whether ``.venv`` was made in another folder: its commands would then start that one."""
    lines = (VENV / "pyvenv.cfg").read_text("utf-8").splitlines()
    made_by = [line for line in lines if line.startswith("command = ")]
    return bool(made_by) and not made_by[0].endswith(str(VENV))


def pip(*arguments: str | Path, title: str) -> None:
    """Run pip of ``.venv`` without chatter; errors are shown."""
    quiet = ["-qq", "--disable-pip-version-check", "--no-input"]
    run([PYTHON, "-m", "pip", *arguments, *quiet], title)


def write_lock(file: Path, arguments: Command) -> None:
    """Compile one lock; nothing is written if it would name a host or a path."""
    with tempfile.TemporaryDirectory() as scratch:
        fresh = Path(scratch) / file.name
        if file.exists():  # what is pinned stays pinned
            shutil.copy(file, fresh)
        run([tool("uv"), "pip", "compile", *arguments, "-o", fresh], f"resolving {file.name}")
        text = fresh.read_text("utf-8").removeprefix(LOCK_HEADER)
    if "://" in text or str(ROOT) in text:
        raise TaskError(f"{file.name} would name a host or a path of this machine; not written")
    file.write_text(LOCK_HEADER + text, encoding="utf-8", newline="\n")


BROWSERS = ("chromium", "chromium-browser", "google-chrome")
SYSTEM_PACKAGES: dict[str, Callable[[], bool]] = {
    "chromium": lambda: any(shutil.which(name) for name in BROWSERS),
    "fonts-noto-cjk": lambda: os.name == "nt" or any(Path("/usr/share/fonts").rglob("*CJK*.ttc")),
    "postgresql-15-postgis-3": lambda: any(
        Path("/usr/share/postgresql").glob("*/extension/postgis.control")
    ),
    "poppler-utils": lambda: shutil.which("pdftotext") is not None,
    "gdal-bin": lambda: shutil.which("ogrinfo") is not None,
}
PROOF_PACKAGES: dict[str, Callable[[], bool]] = {
    "libreoffice-writer": lambda: shutil.which("soffice") is not None,
    "python3-qgis": lambda: Path("/usr/lib/python3/dist-packages/qgis").is_dir(),
    "qgis-providers": lambda: (
        any(Path("/usr/lib/qgis/plugins").glob("*provider*"))
        or any(Path("/usr/lib").glob("*/qgis/plugins/*provider*"))
    ),
}
"""What only the long figures of ``make proof`` need."""


def install_system_packages(*, for_proof: bool = False) -> None:
    """Install what is missing where that can be done, and name what stays missing."""
    wanted = SYSTEM_PACKAGES | (PROOF_PACKAGES if for_proof else {})
    missing = [name for name, is_there in wanted.items() if not is_there()]
    if missing and can_apt():
        apt_install(missing)
    on_debian = "Debian: apt-get install"
    for name in missing:
        if not wanted[name]():
            say(f"    {name} is missing: tests that need it are skipped ({on_debian} {name})")


def can_apt() -> bool:
    """Whether packages can be installed here: Debian, and root."""
    is_root = hasattr(os, "geteuid") and os.geteuid() == 0
    return is_root and Path("/etc/debian_version").exists() and bool(shutil.which("apt-get"))


def apt_install(packages: list[str]) -> bool:
    """Install Debian packages; return whether that worked."""
    say(f"==> installing {', '.join(packages)} with apt-get")
    quiet = {"DEBIAN_FRONTEND": "noninteractive"}
    call(["apt-get", "update", "-qq"], quiet=True, extra=quiet)
    wait = ["-o", "DPkg::Lock::Timeout=300"]  # another installation may be running
    install = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *wait, *packages]
    return call(install, quiet=True, extra=quiet) == 0
