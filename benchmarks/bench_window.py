"""One plot against 3,000,000 farmland polygons, cold, from the command line: time and memory.

Run with ``python benchmarks/bench_window.py [features]``. The workspace is made in a temporary
folder; publishing it is timed too, with its peak memory. The bars: under 5 s and 1 GB for the
check, under 2 GB for publishing.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
import time
from multiprocessing import get_context
from pathlib import Path

import geopandas as gpd
import numpy as np
import shapely

from geo_toolkit import Workspace
from geo_toolkit.geodesy import CGCS2000

FEATURES = 3_000_000
BOUNDS = (105.0, 30.0, 107.0, 32.0)
RULE = """
[[rule]]
id = "PBF-1"
title_zh = "永久基本农田"
title_en = "permanent basic farmland"
subjects = ["*"]
role = "permanent_basic_farmland"
relation = "overlaps"
severity = "prohibited"
valid_from = 2020-01-01
confidence = "confirmed"
[rule.citation]
title = "土地管理法"
article = "第三十五条"
year = 2019
"""
PLOT = """{"type": "FeatureCollection", "features": [{"type": "Feature",
"properties": {"name": "plot"}, "geometry": {"type": "Polygon", "coordinates":
[[[106.0, 31.0], [106.003, 31.0], [106.003, 31.003], [106.0, 31.003], [106.0, 31.0]]]}}]}"""


def main() -> int:
    """Make the workspace, publish the layer, check the plot, print times and memory."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else FEATURES
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "ws"
        # In a process of its own: a child's peak memory starts with that of its parent.
        for step in (make_delivery, publish):
            maker = get_context("spawn").Process(target=step, args=(root, count))
            maker.start()
            maker.join()
            if maker.exitcode:
                return maker.exitcode
        for run in range(1, 4):
            seconds, megabytes = check(root)
            print(f"check {run}: {seconds:.2f} s, {megabytes:.0f} MB", flush=True)
    return 0


def make_delivery(root: Path, count: int) -> None:
    """Make the workspace and the delivery."""
    make_workspace(root)
    polygons(count).to_file(root / "delivery.gpkg", driver="GPKG")


def publish(root: Path, count: int) -> None:
    """Publish the layer, timed."""
    delivery = root / "delivery.gpkg"
    start = time.perf_counter()
    Workspace.open(root).layers.add(
        "farmland", delivery, role="permanent_basic_farmland", key="BSM", note="benchmark",
        evidence="official", coverage="all", accuracy_m=0.5, secrecy="public",
    )  # fmt: skip
    seconds = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"publish {count} polygons: {seconds:.1f} s, {peak:.0f} MB", flush=True)
    size = sum(p.stat().st_size for p in (root / ".geo_toolkit").rglob("*.gpkg"))
    print(f"stored: {size / 1e6:.0f} MB", flush=True)
    delivery.unlink()


def make_workspace(root: Path) -> None:
    """Write an empty workspace with one rule and one plot."""
    (root / "rules" / "siting").mkdir(parents=True)
    (root / "layers").mkdir()
    (root / "workspace.toml").write_text(
        f'name = "bench"\ntitle_zh = "测"\ntitle_en = "bench"\nbounds = {list(BOUNDS)}\n',
        encoding="utf-8",
    )
    (root / "rules" / "siting" / "farmland.toml").write_text(RULE, encoding="utf-8")
    (root / "plot.geojson").write_text(PLOT, encoding="utf-8")


def polygons(count: int) -> gpd.GeoDataFrame:
    """Return parcels of eight corners in rows and columns all over the workspace."""
    side = int(np.ceil(np.sqrt(count)))
    number = np.arange(count)
    step = 1.96 / side
    west, south = 105.02 + (number % side) * step, 30.02 + (number // side) * step
    angle = np.linspace(0, 2 * np.pi, 9)[:-1]
    xs = west[:, None] + step * (0.5 + 0.45 * np.cos(angle))
    ys = south[:, None] + step * (0.5 + 0.45 * np.sin(angle))
    shapes = shapely.polygons(np.stack([xs, ys], axis=2))
    columns = {
        "BSM": np.char.add("5113", np.char.zfill(number.astype(str), 14)),
        "DLBM": np.where(number % 3, "0101", "0103"),
        "DLMC": np.where(number % 3, "水田", "旱地"),
    }
    return gpd.GeoDataFrame(columns, geometry=shapes, crs=CGCS2000)


def check(root: Path) -> tuple[float, float]:
    """Return seconds and peak memory in MB of one check in a new process."""
    command = [
        sys.executable, "-m", "geo_toolkit.cli", "check", str(root / "plot.geojson"),
        "--workspace", str(root), "--format", "json", "--no-record",
    ]  # fmt: skip
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"the check ended with {process.returncode}")
    return seconds, used.ru_maxrss / 1024


if __name__ == "__main__":
    sys.exit(main())
