"""Run commands in the checkout and say what is going on; standard library only."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    Command = Sequence[str | Path]

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
SCRIPTS = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = SCRIPTS / ("python.exe" if os.name == "nt" else "python")


class TaskError(Exception):
    """A step failed; the message says which, and what to do where that is known."""

    def __init__(self, message: str, code: int = 1) -> None:
        super().__init__(message)
        self.code = code


def run(command: Command, title: str) -> None:
    """Run a command under a title and say how long it took; fail if it fails."""
    say(f"==> {title}")
    started = time.monotonic()
    code = call(command)
    if code:
        raise TaskError(f"{title}: ended with exit code {code}", code=code)
    say(f"    {time.monotonic() - started:.1f} s")


def call(command: Command, *, quiet: bool = False, extra: dict[str, str] | None = None) -> int:
    """Run a command in the checkout and return its exit code; a quiet one shows only a failure."""
    sys.stdout.flush()
    words = [str(part) for part in command]
    env = {**environment(), **(extra or {})}
    if not quiet:
        return subprocess.run(words, cwd=ROOT, env=env, check=False).returncode
    done = subprocess.run(words, cwd=ROOT, env=env, capture_output=True, check=False)
    if done.returncode:
        say(done.stderr.decode(errors="replace").strip(), to_errors=True)
    return done.returncode


def environment() -> dict[str, str]:
    """Environment of every command: UTF-8, and no workspace or packages from outside."""
    left_out = {"GEO_TOOLKIT_WORKSPACE", "PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV"}
    kept = {name: value for name, value in os.environ.items() if name not in left_out}
    return {**kept, "PYTHONUTF8": "1"}


def tool(name: str) -> Path:
    """Path of a command installed in ``.venv``."""
    return SCRIPTS / (f"{name}.exe" if os.name == "nt" else name)


def relative(path: Path) -> str:
    """Path as one would type it in the checkout."""
    return str(path.relative_to(ROOT))


def say(line: str, *, to_errors: bool = False) -> None:
    """Print a line at once, so that it stands before the output of the next command."""
    print(line, file=sys.stderr if to_errors else sys.stdout, flush=True)
