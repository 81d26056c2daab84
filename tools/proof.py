"""Take the long figures (browser, wheel, kill and fuzz tests) and write ``docs/reliability.md``."""

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


def main() -> int:
    """Run the slow tests, write their figures and return pytest's exit code."""
    with tempfile.TemporaryDirectory() as scratch:
        report = Path(scratch) / "slow.xml"
        command = [sys.executable, "-m", "pytest", "-m", "slow", "-q", f"--junitxml={report}"]
        long = {**os.environ, "GEO_TOOLKIT_PROOF": "1"}  # 1,000 kills, a minute of publishers
        code = subprocess.run(command, cwd=ROOT, env=long, check=False).returncode
        if not report.is_file():
            return code
        text = figures(ElementTree.parse(report).getroot())
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
    return "\n".join(lines) + "\n"


def outcome(case: ElementTree.Element) -> str:
    """Return how one test ended."""
    if case.find("failure") is not None or case.find("error") is not None:
        return "failed"
    return "skipped" if case.find("skipped") is not None else "passed"


if __name__ == "__main__":
    sys.exit(main())
