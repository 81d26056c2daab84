"""100,000 plots of survey text: read to checked sites, against pyogrio on the same as GeoJSON.

The peer reads the same vertices and names into a GeoDataFrame and checks nothing; ours decodes,
finds zone and order, closes and nests rings, checks validity and compares stated areas.
"""

import json
import statistics
import tempfile
import time
from pathlib import Path

import numpy as np
import pyogrio

from geo_toolkit import read_sites

PLOTS = 100_000
ROUNDS = 5
BAR = 1.5
HEAD = (
    "[属性描述]\n格式版本号=1.01版本\n坐标系=2000国家大地坐标系\n几度分带=3\n投影类型=高斯克吕格\n"
    "计量单位=米\n带号=35\n精度=0.001\n转换参数=,,,,,,\n[地块坐标]\n"
)


def rings(count):
    """Return closed rings of 4 to 8 corners, as arrays of east and north, reproducibly."""
    chance = np.random.default_rng(20261124)
    made = []
    for n in range(count):
        corners = 4 + n % 5
        angles = np.sort(chance.random(corners) * 0.8 + np.arange(corners)) * 2 * np.pi / corners
        centre = 35_500_000 + 60 * (n % 1000), 3_400_000 + 60 * (n // 1000)
        radius = 10 + 15 * chance.random(corners)
        xy = np.column_stack([np.cos(angles), np.sin(angles)]) * radius[:, None] + centre
        made.append(np.round(np.vstack([xy, xy[:1]]), 3))
    return made


def write(folder, count=PLOTS):
    """Write the plots in both forms; return the two paths."""
    plots = rings(count)
    lines, features = [HEAD], []
    for n, xy in enumerate(plots, start=1):
        east, north = (xy - xy[0]).T
        area = abs(east[:-1] @ north[1:] - east[1:] @ north[:-1]) / 20_000
        lines.append(f"{len(xy)},{area:.4f},DK{n:06d},示例地块{n},面,,物流仓储用地,0508,@\n")
        last = len(xy) - 1
        lines += [f"J{k % last + 1},1,{y:.3f},{x:.3f}\n" for k, (x, y) in enumerate(xy.tolist())]
        features.append(
            {
                "type": "Feature",
                "properties": {"地块编号": f"DK{n:06d}", "地块名称": f"示例地块{n}",
                               "地块用途": "物流仓储用地"},
                "geometry": {"type": "Polygon", "coordinates": [xy.tolist()]},
            }
        )  # fmt: skip
    text, peer = folder / "plots.txt", folder / "plots.geojson"
    text.write_bytes("".join(lines).replace("\n", "\r\n").encode("gbk"))
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::4523"}}
    collection = {"type": "FeatureCollection", "crs": crs, "features": features}
    peer.write_text(json.dumps(collection, ensure_ascii=False), encoding="utf-8")
    return text, peer


def seconds(read, path):
    """Return how long a reader takes."""
    start = time.perf_counter()
    read(path)
    return time.perf_counter() - start


def run():
    """Return the rows of the results table: what, measured, bar, ratio to the peer."""
    with tempfile.TemporaryDirectory() as name:
        text, peer = write(Path(name))
        pairs = [
            (seconds(read_sites, text), seconds(pyogrio.read_dataframe, peer))
            for _ in range(ROUNDS)
        ]
    ours = statistics.median(a for a, _ in pairs)
    ratio = statistics.median(a / b for a, b in pairs)
    return [(
        f"{PLOTS:,} plots of survey text, read to checked sites", f"{ours:.2f} s",
        f"< {BAR} x", f"{ratio:.2f} x pyogrio reading the same plots as GeoJSON",
    )]  # fmt: skip


if __name__ == "__main__":
    for row in run():
        print(" | ".join(row))
