"""Many sites: 1,000 against the bundled workspace, and parcels against a long red line.

The peer of the overlay is geopandas.overlay on the same frames in the same process, run in turn;
both must find the same pairs, and areas in the plane within 1e-9. Ours measures ellipsoidal
areas and distances as well.
"""

import json
import statistics
import tempfile
import time
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
import synthetic

from geo_toolkit import Workspace, read_sites
from geo_toolkit.geodesy import area_m2, from_geographic, to_geographic
from geo_toolkit.report import write_outputs
from geo_toolkit.siting import Constraints
from geo_toolkit.siting.pairs import measure_pairs

ROOT = Path(__file__).resolve().parents[1]
SITES = 1000
PARCELS, GIANT, SMALL = 20_000, 60_000, 300
EXTENT_M = (480_000, 3_390_000, 520_000, 3_430_000)
ROUNDS = 3
MARGIN_DEG = 0.05


def write_plots(path, workspace, count):
    """Write parcels spread over a workspace as GeoJSON."""
    west, south, east, north = workspace.settings.bounds
    inner = shapely.box(
        west + MARGIN_DEG, south + MARGIN_DEG, east - MARGIN_DEG, north - MARGIN_DEG
    )
    extent = shapely.bounds(from_geographic(np.array([inner]), workspace.topology_crs)[0])
    shapes = synthetic.parcels(np.random.default_rng(3), extent, count)
    features = [
        {
            "type": "Feature",
            "properties": {"name": f"plot {n}"},
            "geometry": json.loads(shapely.to_geojson(shape)),
        }
        for n, shape in enumerate(to_geographic(shapes, workspace.topology_crs), start=1)
    ]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))


def batch():
    """Return seconds from files to files: read, check by all rules, JSON and workbook."""
    workspace = Workspace.open(ROOT)
    with tempfile.TemporaryDirectory() as folder:
        plots = Path(folder) / "plots.geojson"
        write_plots(plots, workspace, SITES)
        start = time.perf_counter()
        result = workspace.check(read_sites(plots), project_type="chemical", record=False)
        checked = time.perf_counter() - start
        write_outputs(result, Path(folder), ["json", "xlsx"], html=lambda _: "")
        return checked, time.perf_counter() - start


def constraints_of(shapes, crs):
    """Return shapes as the constraints of one role."""
    count = len(shapes)
    return Constraints(
        role="ecological_red_line",
        crs=crs,
        layers=(),
        drawn=shapes,
        geometry=shapes,
        mask_of=np.full(count, -1),
        masks=(),
        accuracy_m=np.zeros(count),
        layer_of=np.zeros(count, dtype=np.int64),
        feature_id=np.arange(count).astype(str).astype(object),
        feature_name=np.full(count, "", dtype=object),
        attributes=pd.DataFrame(index=range(count)),
        covered=None,
    )


def overlay():
    """Return our seconds and the peer's, one pair a round, and the number of hits."""
    crs = Workspace.open(ROOT).topology_crs
    rng = np.random.default_rng(20261124)
    lines = synthetic.red_lines(rng, EXTENT_M, giant=GIANT, small=SMALL)
    parcels = synthetic.parcels(rng, EXTENT_M, PARCELS)
    left = gpd.GeoDataFrame({"site": range(len(parcels))}, geometry=parcels, crs=crs)
    right = gpd.GeoDataFrame({"feature": range(len(lines))}, geometry=lines, crs=crs)
    seconds = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        pairs = measure_pairs(parcels, area_m2(parcels, crs), constraints_of(lines, crs), reach_m=0)
        ours = time.perf_counter() - start
        start = time.perf_counter()
        theirs = gpd.overlay(left, right, how="intersection", keep_geom_type=True)
        seconds.append((ours, time.perf_counter() - start))
    hit = pairs.overlap_m2 > 0
    mine = pd.Series(
        shapely.area(pairs.piece[hit]),
        index=pd.MultiIndex.from_arrays([pairs.site[hit], pairs.feature[hit]]),
    )
    peer = theirs.set_index(["site", "feature"]).geometry.area
    if set(mine.index) != set(peer.index):
        raise SystemExit(f"other hits than the peer: {len(mine)} and {len(peer)}")
    worst = ((mine - peer.loc[mine.index].to_numpy()).abs() / mine).max()
    if worst > 1e-9:
        raise SystemExit(f"other areas than the peer: {worst:.1e} relative")
    return seconds, int(hit.sum())


def run():
    """Return the rows of the results table: what, measured, bar, ratio to the peer."""
    checked, whole = batch()
    seconds, hits = overlay()
    ours = statistics.median(a for a, _ in seconds)
    ratio = statistics.median(b / a for a, b in seconds)
    return [
        (f"{SITES:,} sites, all rules of the workspace, read to JSON and XLSX written",
         f"{whole:.1f} s (check {checked:.1f} s)", "< 60 s", "-"),
        (f"{PARCELS:,} parcels x a red line of {GIANT:,} vertices and {SMALL} small ones, "
         f"{hits:,} hits", f"{ours:.2f} s", ">= 20 x", f"{ratio:.0f} x geopandas.overlay"),
    ]  # fmt: skip


if __name__ == "__main__":
    for row in run():
        print(" | ".join(row))
