"""Take the long figures (kills, fuzz, clients, load, soak) and write ``docs/reliability.md``."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
import tempfile
from collections import Counter, defaultdict
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from xml.etree import ElementTree

ROOT = Path(__file__).resolve().parent.parent
RESULT = ROOT / "docs" / "reliability.md"
OUTCOMES = ("passed", "failed", "skipped")
LONG = {
    "GEO_TOOLKIT_PROOF": "1",  # 1,000 kills, a minute of publishers
    "GEO_TOOLKIT_FUZZ": "200000",  # executions over the parsers of boundary files
    "GEO_TOOLKIT_SOAK_S": "1800",  # of mixed load whose memory is watched
}


def main() -> int:
    """Run the slow tests, write their figures and return pytest's exit code."""
    with tempfile.TemporaryDirectory() as scratch:
        report = Path(scratch) / "slow.xml"
        command = [sys.executable, "-m", "pytest", "-m", "slow", "-q", f"--junitxml={report}"]
        command += ["-o", "console_output_style=count", "-o", "junit_family=xunit1"]
        command += ["-n", "2", "--dist", "loadfile"]
        said = ", ".join(f"{name}={value}" for name, value in LONG.items())
        print(f"the slow tests, whole ({said}); this takes an hour or more", flush=True)
        code = subprocess.run(command, cwd=ROOT, env={**LONG, **os.environ}, check=False).returncode
        if not report.is_file():
            return code
        text = figures(ElementTree.parse(report).getroot()) + under_load()
    RESULT.write_text(text, encoding="utf-8", newline="\n")
    print(f"written: {RESULT.relative_to(ROOT)}")
    return code


def figures(report: ElementTree.Element) -> str:
    """Return the page: what was run, where, and how it ended."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    seconds: dict[str, float] = defaultdict(float)
    for case in report.iter("testcase"):
        module = case.get("classname", "")
        counts[module][outcome(case)] += 1
        seconds[module] += float(case.get("time", 0))
    day = datetime.now(UTC).astimezone(timezone(timedelta(hours=8))).date()
    lines = [
        "# Reliability",
        "",
        "Written by `make proof`: the tests marked `slow`, run whole. Not edited by hand.",
        "",
        f"{day}, {platform.system()} {platform.machine()}, {os.cpu_count()} cores, "
        f"Python {platform.python_version()}.",
        "",
        "| tests | passed | failed | skipped | seconds |",
        "| --- | ---: | ---: | ---: | ---: |",
    ]
    for module in sorted(counts):
        cells = [str(counts[module][name]) for name in OUTCOMES]
        lines.append(f"| `{module}` | {' | '.join(cells)} | {seconds[module]:.1f} |")
    rows = notable(report)
    if rows:
        lines += ["", "## Figures that tests recorded", "", "| test | figures |", "| --- | --- |"]
        lines += [f"| `{name}` | {told} |" for name, told in rows]
    return "\n".join(lines) + "\n"


def under_load() -> str:
    """Return what the benchmark of the service says of an hour of load."""
    print("the service under load, half an hour of it for its memory", flush=True)
    command = [sys.executable, ROOT / "benchmarks" / "run.py", "service"]
    done = subprocess.run(
        command, cwd=ROOT, env={**LONG, **os.environ}, stdout=subprocess.PIPE, text=True, check=True
    )
    rows = [line.strip() for line in done.stdout.splitlines() if " | " in line]
    head = "| work | measured | bar | against a peer |\n| --- | --- | --- | --- |\n"
    return f"\n## The service under load\n\n{head}" + "".join(f"| {row} |\n" for row in rows)


def notable(report: ElementTree.Element) -> list[tuple[str, str]]:
    """Return what tests recorded: counts added up over a test's cases, of the rest the largest."""
    found: dict[str, dict[str, int | float | str]] = defaultdict(dict)
    for case in report.iter("testcase"):
        test = f"{case.get('classname', '')}.{case.get('name', '').partition('[')[0]}"
        for told in case.iter("property"):
            name, value = told.get("name", ""), number(told.get("value", ""))
            before = found[test].get(name)
            if isinstance(before, int) and isinstance(value, int):
                value += before
            elif isinstance(before, float) and isinstance(value, float):
                value = max(value, before)
            found[test][name] = value
    shown = {
        test: ", ".join(f"{k} {text_of(v)}" for k, v in of.items()) for test, of in found.items()
    }
    return sorted(shown.items())


def number(text: str) -> int | float | str:
    """Return a recorded value as a number where it is one."""
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return text


def text_of(value: float | str) -> str:
    """Return a value as the page shows it."""
    if isinstance(value, int):
        return f"{value:,}"
    return f"{value:.3g}" if isinstance(value, float) else value.replace("|", "/")


def outcome(case: ElementTree.Element) -> str:
    """Return how one test ended."""
    if case.find("failure") is not None or case.find("error") is not None:
        return "failed"
    return "skipped" if case.find("skipped") is not None else "passed"


if __name__ == "__main__":
    sys.exit(main())
