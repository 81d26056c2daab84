"""Run every benchmark and write ``benchmarks/RESULTS.md``.

Each ``bench_<subject>.py`` beside this file offers ``run()``, which returns rows of what was
done, what was measured, the bar and the ratio to a named peer on the same work in the same run.

    python benchmarks/run.py [subject ...]
"""

import importlib.util
import os
import platform
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
HEAD = "| work | measured | bar | against a peer |\n| --- | --- | --- | --- |\n"


def load(path):
    """Return a benchmark module by its file."""
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def main(subjects):
    """Run the named benchmarks, or all, print their tables and write the results file."""
    files = sorted(HERE.glob("bench_*.py"))
    chosen = [f for f in files if not subjects or f.stem.removeprefix("bench_") in subjects]
    if subjects and len(chosen) < len(subjects):
        known = ", ".join(f.stem.removeprefix("bench_") for f in files)
        sys.exit(f"no such benchmark; known: {known}")
    machine = f"Python {platform.python_version()}, {platform.system()}, {os.cpu_count()} cores"
    text = f"# Benchmarks\n\nWritten by `make bench` on {machine}. One run, medians.\n"
    for path in chosen:
        module = load(path)
        title = (module.__doc__ or path.stem).strip().split("\n")[0].rstrip(".")
        print(f"\n{title}", flush=True)
        text += f"\n## {title}\n\n{HEAD}"
        for row in module.run():
            print("  " + " | ".join(row), flush=True)
            text += "| " + " | ".join(row) + " |\n"
    if not subjects:
        (HERE / "RESULTS.md").write_text(text, encoding="utf-8", newline="\n")
        print("\nwritten: benchmarks/RESULTS.md")


if __name__ == "__main__":
    main(sys.argv[1:])
