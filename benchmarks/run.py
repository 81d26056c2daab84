"""Run benchmarks and write their sections of ``benchmarks/RESULTS.md``.

Each ``bench_<subject>.py`` beside this file offers ``run()``, which returns rows of what was
done, what was measured, the bar and the ratio to a named peer on the same work in the same run.

    python benchmarks/run.py [subject ...]
"""

import importlib.util
import os
import platform
import sys
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

HERE = Path(__file__).resolve().parent
RESULTS = HERE / "RESULTS.md"
HEAD = "| work | measured | bar | against a peer |\n| --- | --- | --- | --- |\n"


def load(path):
    """Return a benchmark module by its file."""
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def sections():
    """Return the sections of the results file by title."""
    text = RESULTS.read_text(encoding="utf-8") if RESULTS.is_file() else ""
    parts = text.split("\n## ")[1:]
    return {part.partition("\n")[0]: part.partition("\n")[2].strip("\n") for part in parts}


def write(found):
    """Write the results file."""
    text = "# Benchmarks\n\nWritten by `make bench`. Medians of runs in turn, not edited by hand.\n"
    for title in sorted(found):
        text += f"\n## {title}\n\n{found[title]}\n"
    RESULTS.write_text(text, encoding="utf-8", newline="\n")


def section(rows):
    """Return what a benchmark found, with the day and the machine."""
    day = datetime.now(UTC).astimezone(timezone(timedelta(hours=8))).date()
    machine = f"Python {platform.python_version()}, {platform.system()}, {os.cpu_count()} cores"
    return f"{day}, {machine}.\n\n{HEAD}" + "\n".join("| " + " | ".join(row) + " |" for row in rows)


def main(subjects):
    """Run the named benchmarks, or all; print their tables and write their sections."""
    files = sorted(HERE.glob("bench_*.py"))
    chosen = [f for f in files if not subjects or f.stem.removeprefix("bench_") in subjects]
    if subjects and len(chosen) < len(subjects):
        known = ", ".join(f.stem.removeprefix("bench_") for f in files)
        sys.exit(f"no such benchmark; known: {known}")
    for path in chosen:
        module = load(path)
        title = (module.__doc__ or path.stem).strip().split("\n")[0].rstrip(".")
        print(f"\n{title}", flush=True)
        rows = []
        for row in module.run():
            print("  " + " | ".join(row), flush=True)
            rows.append(row)
        write(sections() | {title: section(rows)})
    print(f"\nwritten: {RESULTS.relative_to(HERE.parent)}")


if __name__ == "__main__":
    main(sys.argv[1:])
