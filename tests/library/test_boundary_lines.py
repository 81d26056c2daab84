"""Centrelines: the site is the corridor of the full width, the line keeps order and origin."""

import json

import geopandas as gpd
import numpy as np
import pytest
import shapely
from pyproj import Geod

from geo_toolkit.boundary import read_sites
from geo_toolkit.boundary.corridor import corridors
from geo_toolkit.errors import BoundaryError, OptionError
from geo_toolkit.geodesy import area_m2, from_geographic, topology_crs

GEOD = Geod(ellps="GRS80")
BEND = [[106.10, 30.80], [106.12, 30.80], [106.12, 30.81]]
PARTS = [[[106.10, 30.80], [106.12, 30.80]], [[106.12, 30.80], [106.12, 30.81]]]
SQUARE = [[106.10, 30.80], [106.11, 30.80], [106.11, 30.81], [106.10, 30.80]]


def write(path, *geometries):
    features = [
        {"type": "Feature", "properties": {"name": f"{n}号线"}, "geometry": geometry}
        for n, geometry in enumerate(geometries, start=1)
    ]
    collection = {"type": "FeatureCollection", "features": features}
    path.write_text(json.dumps(collection), encoding="utf-8")
    return path


def line(coordinates):
    return {"type": "LineString", "coordinates": coordinates}


def area(sites):
    tm = topology_crs((105.43, 30.45, 106.97, 31.86))
    return area_m2(from_geographic(sites.frame.geometry.to_numpy(), tm), tm)


def length(coordinates):
    lon, lat = np.array(coordinates).T
    return GEOD.line_length(lon, lat)


def test_the_corridor_has_the_full_width_and_flat_ends(tmp_path):
    straight = [[106.10, 30.80], [106.10, 30.82]]
    sites = read_sites(write(tmp_path / "road.geojson", line(straight)), corridor_m=40)
    assert area(sites)[0] == pytest.approx(40 * length(straight), rel=1e-5)
    west, south, east, north = sites.frame.geometry.iloc[0].bounds
    assert (south, north) == pytest.approx((30.80, 30.82), abs=1e-9)
    assert GEOD.inv(west, 30.82, east, 30.82)[2] == pytest.approx(40, abs=1e-3)
    assert shapely.get_coordinates(sites.lines[0]).tolist() == straight
    assert sites.frame["name"].tolist() == ["1号线"]
    assert sites.inputs[0].corridor_m == 40


def test_a_bend_is_rounded(tmp_path):
    """Two legs, the outer quarter circle, less the square counted twice at the inside."""
    sites = read_sites(write(tmp_path / "road.geojson", line(BEND)), corridor_m=40)
    expected = 40 * length(BEND) + (np.pi / 4 - 1) * 20**2
    assert area(sites)[0] == pytest.approx(expected, rel=2e-5)


def test_parts_are_joined_in_order(tmp_path):
    parts = {"type": "MultiLineString", "coordinates": PARTS}
    sites = read_sites(write(tmp_path / "road.geojson", parts), corridor_m=40)
    assert shapely.get_coordinates(sites.lines[0]).tolist() == BEND
    assert "feature 1: 2 parts joined in order" in sites.inputs[0].warnings


def test_several_lines_are_several_sites_and_keep_their_direction(tmp_path):
    path = write(tmp_path / "road.geojson", line(BEND), line(BEND[::-1]))
    sites = read_sites(path, corridor_m=40)
    assert sites.frame.index.tolist() == ["road#1", "road#2"]
    assert [shapely.get_coordinates(one).tolist() for one in sites.lines] == [BEND, BEND[::-1]]
    joined = read_sites(path, write(tmp_path / "rail.geojson", line(BEND)), corridor_m=40)
    assert len(joined.lines) == len(joined) == 3


@pytest.mark.parametrize("suffix", ["shp", "gpkg"])
def test_lines_of_layers(tmp_path, suffix):
    path = tmp_path / f"road.{suffix}"
    frame = gpd.GeoDataFrame({"名称": ["甲线"]}, geometry=[shapely.LineString(BEND)], crs=4490)
    frame.to_crs(4544).to_file(path, encoding="UTF-8")
    sites = read_sites(path, corridor_m=30)
    assert shapely.get_coordinates(sites.lines[0]) == pytest.approx(np.array(BEND), abs=1e-8)
    with pytest.raises(
        BoundaryError, match=r"expected one polygon layer|expected a polygon, got a l"
    ):
        read_sites(path)


SURVEY = """[属性描述]
坐标系=2000国家大地坐标系
几度分带=3
带号=35
[地块坐标]
3,,L01,示例道路,线,,公路用地,,@
K1,1,3409400.000,35605200.000
K2,1,3409400.000,35605400.000
K3,1,3409250.000,35605400.000
"""


def test_a_line_plot_of_survey_text(tmp_path):
    path = tmp_path / "road.txt"
    path.write_bytes(SURVEY.encode("gbk"))
    sites = read_sites(path, corridor_m=20)
    assert len(shapely.get_coordinates(sites.lines[0])) == 3
    assert area(sites)[0] == pytest.approx(20 * 350 - (1 - np.pi / 4) * 100, rel=5e-4)
    assert sites.frame["name"].tolist() == ["示例道路"]
    assert np.isnan(sites.frame.stated_area_ha.iloc[0])
    with pytest.raises(BoundaryError, match=r"road.txt line 6: .*got '线'; .*--corridor-m"):
        read_sites(path)
    path.write_bytes(SURVEY.replace("线,", "面,").encode("gbk"))
    with pytest.raises(BoundaryError, match=r"line 6: .*as --corridor-m says, got '面'"):
        read_sites(path, corridor_m=20)


def test_polygons_are_refused_with_a_corridor(tmp_path):
    path = write(tmp_path / "plot.geojson", {"type": "Polygon", "coordinates": [SQUARE]})
    with pytest.raises(BoundaryError, match=r"feature 1: .*--corridor-m says, got a polygon"):
        read_sites(path, corridor_m=20)


@pytest.mark.parametrize(
    ("geometry", "message"),
    [
        (line(BEND[:1] * 2), "feature 1: expected a line with a length"),
        (line(BEND[:1]), "feature 1: expected at least 2 points, got 1"),
        (line([[30.8, 106.1], [30.9, 106.1]]), "write longitude first"),
        ({"type": "MultiLineString", "coordinates": PARTS[::-1]},
         "feature 1 part 2: expected to begin where part 1 ends, got a gap of"),
        ({"type": "MultiLineString", "coordinates": [PARTS[0], PARTS[1][::-1]]}, "got a gap of 0."),
        ({"type": "MultiLineString", "coordinates": []}, "expected an array of parts, got an empt"),
        ({"type": "MultiLineString", "coordinates": [PARTS[0], PARTS[1][:1]]}, "at least 2 points"),
        (None, "feature 1: expected a Polygon or MultiPolygon, got no geometry"),
    ],
)  # fmt: skip
def test_refusals(tmp_path, geometry, message):
    with pytest.raises(BoundaryError) as caught:
        read_sites(write(tmp_path / "road.geojson", geometry), corridor_m=20)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("width", [0, -1, float("nan"), float("inf"), 1e9])
def test_widths_that_are_none(tmp_path, width):
    with pytest.raises(OptionError, match=r"--corridor-m .*expected the full width in metres"):
        read_sites(write(tmp_path / "road.geojson", line(BEND)), corridor_m=width)


def test_web_map_lines_are_moved_before_the_corridor_is_drawn(tmp_path):
    path = write(tmp_path / "road.geojson", line(BEND))
    moved = read_sites(path, corridor_m=40, datum="gcj02")
    plain = read_sites(path, corridor_m=40)
    assert area(moved)[0] == pytest.approx(area(plain)[0], rel=1e-4)
    apart = GEOD.inv(*shapely.get_coordinates(moved.lines[0])[0], *BEND[0])[2]
    assert 430 < apart < 470


def test_a_long_line_has_the_same_width_at_both_ends():
    """Two degrees of longitude: a plane centred on the line scales its ends by 1.1e-4."""
    east_west = shapely.LineString([[105.0, 31.0], [107.0, 31.0]])
    strip = corridors(np.array([east_west]), 100.0)[0]
    coordinates = shapely.get_coordinates(strip)
    west = coordinates[np.argsort(coordinates[:, 0])[:2]]
    assert GEOD.inv(*west[0], *west[1])[2] == pytest.approx(100, abs=0.02)
