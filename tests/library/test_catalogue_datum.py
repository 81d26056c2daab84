"""Deliveries on a local datum: refused without parameters, brought over with them, on every way."""

import json

import geopandas as gpd
import numpy as np
import pyogrio
import pytest
import shapely
from pyproj import Transformer

from geo_toolkit.cli.app import run
from geo_toolkit.workspace import Workspace

RED = "ecological_red_line"
# invented values, of usual size
PARAMETERS = """source = "xian80"
method = "bursa_wolf"
convention = "position_vector"
dx_m = 12.5
dy_m = -101.25
dz_m = -45.75
rx_s = 1.5
ry_s = -0.75
rz_s = 2.25
scale_ppm = -3.5
"""
BY_PROJ = (
    "+proj=pipeline +step +proj=unitconvert +xy_in=deg +xy_out=rad "
    "+step +proj=cart +a=6378140 +rf=298.257 "
    "+step +proj=helmert +x=12.5 +y=-101.25 +z=-45.75 +rx=1.5 +ry=-0.75 +rz=2.25 +s=-3.5 "
    "+convention=position_vector +step +inv +proj=cart +ellps=GRS80 "
    "+step +proj=unitconvert +xy_in=rad +xy_out=deg"
)


@pytest.fixture(autouse=True)
def _clock(monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1790000000")  # 2026-09-21


@pytest.fixture
def desk(city, tmp_path, monkeypatch):
    """A workspace, its parameters, and a red line of one square in Xian 1980, zone 35."""
    city.open()
    monkeypatch.chdir(tmp_path)
    (tmp_path / "p.toml").write_text(PARAMETERS, encoding="utf-8")
    send(tmp_path / "first.gpkg", 1000)
    send(tmp_path / "second.gpkg", 1010)
    return city.root


def square(width):
    return shapely.box(35_614_000, 3_398_000, 35_614_000 + width, 3_399_000)


def send(path, width):
    frame = gpd.GeoDataFrame({"BSM": ["1"], "HXMC": ["甲"]}, geometry=[square(width)], crs=2359)
    pyogrio.write_dataframe(frame, path, layer="STBHHX")


def expected(width):
    """The square's corners, brought to CGCS2000 by PROJ."""
    x, y = shapely.get_coordinates(square(width)).T
    lon, lat = Transformer.from_crs(2359, 4610, always_xy=True).transform(x, y)
    moved = Transformer.from_pipeline(BY_PROJ).transform(lon, lat, np.zeros(len(lon)))
    return np.column_stack(moved[:2])


@pytest.fixture
def cli(desk, capsys):
    def call(*words):
        code = run((*words, "--workspace", str(desk)))
        out, err = capsys.readouterr()
        return code, out, err

    return call


SAID = ("--evidence", "official", "--secrecy", "public", "--note", "n")


def test_add_diff_and_update(cli, desk):
    add = ("layers", "add", "line", "first.gpkg", "--role", RED, *SAID)
    code, _, err = cli(*add)
    assert code == 2
    assert "--datum-params" in err
    assert not (desk / ".geo_toolkit").exists()
    code, out, err = cli(*add, "--datum-params", "p.toml")
    assert (code, err) == (0, "")
    assert "p.toml" in out
    stored = Workspace.open(desk).layers["line"].content()
    found = shapely.get_coordinates(stored.geometry[0])
    assert found == pytest.approx(expected(1000), abs=1e-8)  # a millimetre

    assert cli("layers", "diff", "line", "second.gpkg")[0] == 2
    params = ("--datum-params", "p.toml")
    code, out, _ = cli("layers", "diff", "line", "second.gpkg", *params, "--format", "json")
    gained = json.loads(out)["area_gained_m2"]
    assert (code, gained) == (0, pytest.approx(10_000, rel=1e-3))
    update = ("layers", "update", "line", "second.gpkg", "--note", "n")
    assert cli(*update)[0] == 2
    assert cli(*update, *params)[0] == 0
    versions = Workspace.open(desk).layers["line"].versions
    assert [v.number for v in versions] == [1, 2]
    assert versions[1].provenance.crs == "EPSG:2359"
    stored = Workspace.open(desk).layers["line"].content()
    assert shapely.get_coordinates(stored.geometry[0]) == pytest.approx(expected(1010), abs=1e-8)


def test_adopt(cli, desk):
    adopt = ("layers", "adopt", "first.gpkg", "--secrecy", "public", "--yes")
    code, _, err = cli(*adopt)
    assert code == 2
    assert "--datum-params" in err
    assert cli(*adopt, "--datum-params", "p.toml")[0] == 0
    stored = Workspace.open(desk).layers[f"{RED}_official"].content()
    assert shapely.get_coordinates(stored.geometry[0]) == pytest.approx(expected(1000), abs=1e-8)
