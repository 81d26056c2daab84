"""Rasters and areas reached in time over a map, in both languages; what is refused."""

import json
import re

import geopandas as gpd
import pytest
import shapely

from geo_toolkit.errors import CRSMismatch, OptionError
from geo_toolkit.geodesy import Datum
from geo_toolkit.webmap import RasterOverlay, TimeOverlay, map_layers
from geo_toolkit.webmap.drawing import Drawing

PNG = b"\x89PNG\r\n\x1a\nrest"
BOUNDS = (106.1, 30.6, 106.3, 30.8)


def data_of(html):
    found = re.search(r'<script type="application/json" id="gt-data">(.*?)</script>', html, re.S)
    return json.loads(found[1])


def areas(crs=4490):
    shapes = [shapely.Point(106.2, 30.7).buffer(r) for r in (0.05, 0.1, 0.2)]
    return gpd.GeoDataFrame({"minutes": [30, 60, 120]}, geometry=shapes, crs=crs)


def raster(**keys):
    values = {"png": PNG, "bounds": BOUNDS, "legend": (("#AA3300", "高", "high"),), **keys}
    return RasterOverlay("suit", "适宜性", "Suitability", **values)


def test_overlays_are_layers_of_the_page(city):
    city.layer("none", "other", [])
    overlays = [raster(), TimeOverlay("iso", "等时圈", "Isochrones", areas())]
    data = data_of(map_layers(city.open(), ["none"], overlays=overlays))
    assert data["groups"][-1] == {"title": "分析结果", "layers": ["overlay:suit", "overlay:iso"]}
    picture, times = data["layers"][1:]
    assert picture["picture"] == "data:image/png;base64,iVBORw0KGgpyZXN0"
    assert picture["bounds"] == list(BOUNDS)
    assert picture["legend"] == [["#AA3300", "高"]]
    assert picture["o"]["legend"] == [["#AA3300", "high"]]
    assert [row[1] for row in times["legend"]] == ["30 分钟以内", "60 分钟以内", "120 分钟以内"]
    assert times["o"]["legend"][0][1] == "30 min or less"
    assert [feature["n"] for feature in times["features"]] == [
        "120 分钟以内", "60 分钟以内", "30 分钟以内",
    ]  # fmt: skip
    assert len({feature["k"] for feature in times["features"]}) == 3


def test_overlays_are_shifted_with_the_rest():
    shown = raster().payload(Drawing(datum=Datum.GCJ02))["bounds"]
    assert shown[0] - BOUNDS[0] == pytest.approx(0.004, abs=0.001)


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (lambda: raster(png=b"GIF89a"), OptionError, "expected a PNG, got other bytes"),
        (lambda: raster(bounds=(5e5, 3e6, 6e5, 4e6)), OptionError, "expected west, south, east"),
        (lambda: raster(legend=(("red", "高", "high"),)), OptionError, "a colour such as #1A9850"),
        (lambda: TimeOverlay("I s", "", "", areas()), OptionError, "expected an id of lower-case"),
        (lambda: TimeOverlay("i", "", "", areas(None)), CRSMismatch, "expected areas on a known"),
        (
            lambda: TimeOverlay("i", "", "", areas().drop(columns="minutes")),
            OptionError,
            "expected a column 'minutes', got none; add it",
        ),
    ],
)
def test_what_is_no_overlay_is_refused(make, error, message):
    with pytest.raises(error, match=re.escape(message)):
        make()
