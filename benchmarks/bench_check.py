"""One plot: cold start to printed verdict, and the second check in the same process.

The peer of the cold start is a Python process that only imports geopandas, on the same machine
in the same minutes: what any tool of this field pays before it does anything.
"""

import statistics
import subprocess
import sys
import time
from pathlib import Path

from geo_toolkit import Workspace, read_sites

ROOT = Path(__file__).resolve().parents[1]
PLOT = ROOT / "examples" / "chemical_plot.txt"
ROUNDS = 7


def seconds(command):
    """Return how long a command takes."""
    start = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True, cwd=ROOT)
    return time.perf_counter() - start


def run():
    """Return the rows of the results table: what, measured, bar, ratio to the peer."""
    check = [
        sys.executable, "-m", "geo_toolkit.cli", "check", str(PLOT),
        "--project-type", "chemical", "--no-record", "--workspace", str(ROOT),
    ]  # fmt: skip
    peer = [sys.executable, "-c", "import geopandas"]
    seconds(check)
    seconds(peer)
    pairs = [(seconds(check), seconds(peer)) for _ in range(ROUNDS)]
    cold = statistics.median(a for a, _ in pairs)
    ratio = statistics.median(a / b for a, b in pairs)
    ws = Workspace.open(ROOT)
    ws.check(read_sites(PLOT), project_type="chemical", record=False)
    warm = []
    for _ in range(ROUNDS * 3):
        start = time.perf_counter()
        ws.check(read_sites(PLOT), project_type="chemical", record=False)
        warm.append(time.perf_counter() - start)
    return [
        ("one plot, cold start to printed verdict", f"{cold:.2f} s", "< 3 s",
         f"{ratio:.1f} x `import geopandas`"),
        ("second check in the same process, file read again",
         f"{1000 * statistics.median(warm):.0f} ms", "< 50 ms", "-"),
    ]  # fmt: skip


if __name__ == "__main__":
    for row in run():
        print(" | ".join(row))
