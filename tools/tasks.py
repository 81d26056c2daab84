"""Set up and run the project, on any system: ``python tools/tasks.py demo`` (or test, lint, …).

Needs nothing but Python itself: everything else is put into ``.venv`` beside this folder, from
the hashes in ``requirements*.lock``. ``make demo`` calls this; on Windows ``py`` is the command.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from running import PYTHON, ROOT, TaskError, call, environment, relative, run, say, tool
from setting_up import install_system_packages, make_venv, pip, set_up, write_lock

if TYPE_CHECKING:
    from running import Command

OUTPUT = Path("demo-output")  # commands run in the checkout, and print paths as they got them

# Every example with its project type; the last is broken on purpose and has to be refused.
EXAMPLES = (
    ("chemical_plot.txt", "chemical"),
    ("logistics_plot.zip", "logistics"),
    ("tourism_plot.geojson", "tourism"),
    ("boundary_106_5E.geojson", "industrial"),
)
BROKEN_EXAMPLE = "broken_plot.txt"
CACHES = (".pytest_cache", ".mypy_cache", ".ruff_cache", ".hypothesis")
COLUMNS = ("example", "project type", "verdict", "area ha", "roles undetermined")


def main(arguments: list[str] | None = None) -> int:
    """Run the task named on the command line; return the exit code."""
    if sys.version_info < (3, 11):  # noqa: UP036 - reached when started with the wrong Python
        sys.exit(
            f"geo-toolkit needs Python 3.11 or newer, this is {sys.version.split()[0]} "
            f"({sys.executable}); name another one, for example: make demo PYTHON=python3.11"
        )
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="replace")  # type: ignore[union-attr]
    parser = argparse.ArgumentParser(prog="tasks.py", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("task", choices=sorted(TASKS))
    chosen, rest = parser.parse_known_args(arguments)
    try:
        return TASKS[chosen.task](rest)
    except TaskError as failure:
        say(f"{chosen.task}: {failure}", to_errors=True)
        return failure.code
    except KeyboardInterrupt:
        say(f"{chosen.task}: stopped", to_errors=True)
        return 130


def demo(rest: list[str]) -> int:
    """Set up, check every example, draw the overview map and say where everything is."""
    refuse_arguments(rest)
    set_up("run")
    shutil.rmtree(ROOT / OUTPUT, ignore_errors=True)
    show_conclusion(*EXAMPLES[0])
    started = time.monotonic()
    rows = [check_example(name, project_type) for name, project_type in EXAMPLES]
    seconds = time.monotonic() - started
    refusal = refused_example(BROKEN_EXAMPLE)
    overview = OUTPUT / "overview.html"
    run([tool("geo-toolkit"), "map", "overview", "--out", overview], "drawing the overview map")

    say(f"\nConclusions of {len(rows)} checks ({seconds:.1f} s)")
    for line in table(COLUMNS, rows):
        say("  " + line)
    say(f"\nRefused, as it should be ({BROKEN_EXAMPLE})\n  {refusal}")
    say(f"\nThe map of the city: open {overview} in a browser; it needs no network.")
    say(f"Each check: {OUTPUT / '<example>'}, with {', '.join(written(rows[0][0]))}")
    say(f"The service: {relative(tool('geo-toolkit'))} serve, then open http://127.0.0.1:8000/")
    return 0


def test(rest: list[str]) -> int:
    """Set up with all that tests need, then format, lint, types and the whole suite."""
    set_up("test")
    install_system_packages()
    faults = lint_faults()
    say("\n==> tests")
    command: list[str | Path] = [PYTHON, "-m", "pytest", "-q", "-rs"]
    command += ["-n", "2", "--dist", "loadfile"]
    if os.environ.get("CI") == "true":
        command += ["-p", "tools.strict_skips"]
    return call([*command, *rest]) or int(bool(faults))


def lint(rest: list[str]) -> int:
    """Check format, lint rules and types."""
    refuse_arguments(rest)
    set_up("test")
    return int(bool(lint_faults()))


def bench(rest: list[str]) -> int:
    """Run the benchmarks, which write ``benchmarks/RESULTS.md``."""
    return run_script("benchmarks/run.py", rest)


def proof(rest: list[str]) -> int:
    """Take the long figures and write ``docs/reliability.md``."""
    set_up("test")
    install_system_packages(for_proof=True)
    return run_script("tools/proof.py", rest)


def lock(rest: list[str]) -> int:
    """Write the requirement locks anew; ``--upgrade`` moves what is pinned to the newest."""
    make_venv()
    if not tool("uv").exists():
        pip("install", "uv", title="installing uv, which writes the locks")
    base: list[str | Path] = ["--universal", "--python-version", "3.11", "--generate-hashes"]
    base += ["--no-header", "--no-annotate", "--quiet", "--python", PYTHON, *rest]
    everything = ROOT / "requirements-test.lock"
    write_lock(everything, ["pyproject.toml", "--all-extras", "--group", "dev", *base])
    same: list[str | Path] = ["--constraint", everything, *base]
    write_lock(ROOT / "requirements.lock", ["pyproject.toml", "--all-extras", *same])
    write_lock(ROOT / "requirements-build.lock", ["--group", "build", *same])
    return 0


def clean(rest: list[str]) -> int:
    """Remove what the tasks wrote, but neither ``.venv`` nor the records of checks."""
    refuse_arguments(rest)
    for name in ("build", "dist", "demo-output", *CACHES):
        shutil.rmtree(ROOT / name, ignore_errors=True)
    for folder in ("geo_toolkit", "api", "tests", "tools", "benchmarks"):
        for cache in list((ROOT / folder).rglob("__pycache__")):
            shutil.rmtree(cache, ignore_errors=True)
    return 0


TASKS = {
    "bench": bench,
    "clean": clean,
    "demo": demo,
    "lint": lint,
    "lock": lock,
    "proof": proof,
    "test": test,
}


def lint_faults() -> list[str]:
    """Run format, lint and type checks; return the names of those that found something."""
    checks: dict[str, Command] = {
        "ruff format": [tool("ruff"), "format", "--check", "."],
        "ruff check": [tool("ruff"), "check", "."],
        "mypy": [tool("mypy")],
    }
    faults = []
    for name, command in checks.items():
        say(f"\n==> {name}")
        if call(command):
            faults.append(name)
    if faults:
        say(f"    found something: {', '.join(faults)}")
    return faults


def show_conclusion(name: str, project_type: str) -> None:
    """Check one example without writing anything, so that the whole table is seen."""
    command: list[str | Path] = [tool("geo-toolkit"), "check", Path("examples", name)]
    command += ["--project-type", project_type, "--no-record"]
    run(command, f"the conclusion on examples/{name} in full")


def check_example(name: str, project_type: str) -> tuple[str, ...]:
    """Check one example into ``demo-output/`` and return its row of the table."""
    out = OUTPUT / Path(name).stem
    command: list[str | Path] = [tool("geo-toolkit"), "check", Path("examples", name)]
    command += ["--project-type", project_type, "--out", out]
    run(command, f"checking examples/{name}")
    result = json.loads((ROOT / out / "check.json").read_text("utf-8"))
    verdicts = sorted({site["verdict"] for site in result["sites"]})
    roles = {r["role"] for s in result["sites"] for r in s["roles"] if not r["complete"]}
    area_ha = sum(site["area_ha"] for site in result["sites"])
    return (name, project_type, ", ".join(verdicts), f"{area_ha:.4f}", str(len(roles)))


def written(name: str) -> list[str]:
    """Names of the files that the check of an example wrote."""
    return sorted(file.name for file in (ROOT / OUTPUT / Path(name).stem).iterdir())


def refused_example(name: str) -> str:
    """Return the line with which the broken example is refused; fail if it is not."""
    out = OUTPUT / "broken"
    command = [tool("geo-toolkit"), "check", Path("examples", name), "--out", out]
    done = subprocess.run(
        [str(part) for part in command],
        cwd=ROOT,
        env=environment(),
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    if done.returncode != 2 or (ROOT / out).exists():
        raise TaskError(f"examples/{name} should be refused with exit code 2, got {done}")
    return done.stderr.strip()


def run_script(script: str, rest: list[str]) -> int:
    """Set up and run a script of the checkout; return its exit code."""
    if not (ROOT / script).is_file():
        raise TaskError(f"expected {script} in the checkout, got none", code=2)
    set_up("test")
    return call([PYTHON, ROOT / script, *rest])


def refuse_arguments(rest: list[str]) -> None:
    """Refuse arguments of a task that takes none."""
    if rest:
        message = f"expected no argument, got {' '.join(rest)!r}; leave it out"
        raise TaskError(message, code=2)


def table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> list[str]:
    """Lines of a table in columns."""
    widths = [max(map(len, column)) for column in zip(head, *rows, strict=True)]
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in (head, *rows)
    ]


if __name__ == "__main__":
    sys.exit(main())
