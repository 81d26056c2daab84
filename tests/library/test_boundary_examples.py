"""The examples: as their script writes them, read as their README says."""

import runpy
from pathlib import Path

import numpy as np
import pytest
import shapely
from pyproj import Geod

from geo_toolkit.boundary import read_sites
from geo_toolkit.errors import BoundaryError

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "examples"
NAMES = (
    "boundary_106_5E.geojson",
    "broken_plot.txt",
    "chemical_plot.txt",
    "logistics_plot.zip",
    "tourism_plot.geojson",
)


def test_the_script_writes_these_files(tmp_path):
    script = runpy.run_path(str(ROOT / "tools" / "examples" / "make_examples.py"))
    script["main"](tmp_path)
    assert sorted(p.name for p in tmp_path.iterdir()) == list(NAMES)
    for name in NAMES:
        if name.endswith(".zip"):
            again = read_sites(tmp_path / name).frame
            assert again.equals(read_sites(EXAMPLES / name).frame)
        else:
            assert (tmp_path / name).read_bytes() == (EXAMPLES / name).read_bytes()


def test_readme_has_a_command_for_each():
    text = (EXAMPLES / "README.md").read_text(encoding="utf-8")
    assert all(f"check examples/{name} " in text for name in NAMES)


def test_chemical_plot():
    """GBK survey text; every vertex within 300 m of 106.0475 E 30.676 N, west of it."""
    sites = read_sites(EXAMPLES / "chemical_plot.txt")
    assert (sites.inputs[0].encoding, sites.inputs[0].crs) == ("GBK", "EPSG:4523")
    assert sites.inputs[0].warnings == ()
    lon, lat = shapely.get_coordinates(sites.frame.geometry.to_numpy()).T
    distance = Geod(ellps="GRS80").inv(lon, lat, np.full_like(lon, 106.0475), lat * 0 + 30.676)[2]
    assert distance.max() < 300
    assert lon.max() < 106.0475


def test_logistics_plot():
    sites = read_sites(EXAMPLES / "logistics_plot.zip")
    assert sites.frame["name"].tolist() == ["示例公铁联运物流园地块"]
    assert sites.inputs[0].encoding_basis.startswith("detected (no .cpg")


def test_tourism_and_zone_edge():
    tourism, edge = (
        read_sites(EXAMPLES / name).frame.geometry.iloc[0].bounds
        for name in ("tourism_plot.geojson", "boundary_106_5E.geojson")
    )
    assert 105.5 < tourism[0] < tourism[2] < 105.767
    assert 31.45 < tourism[1] < tourism[3] < 31.617
    assert edge[0] < 106.5 < edge[2]


def test_broken_plot():
    with pytest.raises(BoundaryError) as caught:
        read_sites(EXAMPLES / "broken_plot.txt")
    assert str(caught.value) == (
        "broken_plot.txt line 16: expected 4 fields (point, ring, X, Y), got 3; "
        "is a coordinate missing?"
    )
