"""Rasters and areas reached in time over a map, in both languages; what is refused."""

import json
import re

import geopandas as gpd
import numpy as np
import pytest
import shapely

from geo_toolkit.errors import CRSMismatch, OptionError
from geo_toolkit.geodesy import Datum
from geo_toolkit.webmap import ClassOverlay, RasterOverlay, TimeOverlay, map_layers
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


def rings_of(payload):
    """Return the polygons of an overlay's features, decoded, by name."""
    found = {}
    for feature in payload["features"]:
        parts = []
        for rings in feature["g"][1]:
            xy = [np.cumsum(np.reshape(ring, (-1, 2)), axis=0) / 1e6 for ring in rings]
            parts.append(shapely.Polygon(xy[0], xy[1:]))
        found[feature["n"]] = shapely.union_all(parts)
    return found


def test_times_of_several_places_are_one_area_each_and_never_mixed():
    squares = [shapely.box(106.0 + d, 30.0, 106.0 + d + w, 30.1)
               for d, w in ((0, 0.1), (0, 0.3), (0.2, 0.1), (0.2, 0.3))]  # fmt: skip
    frame = gpd.GeoDataFrame({"minutes": [30, 60, 30, 60]}, geometry=squares, crs=4490)
    found = rings_of(TimeOverlay("iso", "", "", frame).payload(Drawing()))
    assert {n: round(s.area, 6) for n, s in found.items()} == {
        "30 分钟以内": 0.02,  # two squares of 0.1 by 0.1
        "60 分钟以内": 0.03,  # 0.5 by 0.1, without them
    }
    assert found["30 分钟以内"].intersection(found["60 分钟以内"]).area == pytest.approx(
        0, abs=1e-9
    )


def classes(**keys):
    columns = {
        "class": [0, 2],
        "name_zh": ["甲县", "乙县"],
        "name_en": ["A", "B"],
        "label_zh": ["1 分钟", "20 分钟"],
        "label_en": ["1 min", "20 min"],
    }
    frame = gpd.GeoDataFrame(columns | keys, geometry=areas().geometry[:2], crs=4490)
    legend = (("#D9D9D9", "无", "none"), ("#74C476", "少", "few"), ("#238B45", "多", "many"))
    return ClassOverlay("gain", "节省", "Saved", frame, legend, "估计", "estimates")


def test_classes_have_their_colours_labels_and_only_the_legend_that_is_used():
    payload = classes().payload(Drawing(lang="zh", second="en"))
    assert [f["k"] for f in payload["features"]] == ["#D9D9D9", "#238B45"]
    assert [f["l"] for f in payload["features"]] == ["1 分钟", "20 分钟"]
    assert payload["features"][1]["o"]["n"] == "B"
    assert payload["legend"] == [["#D9D9D9", "无"], ["#238B45", "多"]]
    assert payload["o"]["legend"] == [["#D9D9D9", "none"], ["#238B45", "many"]]
    assert payload["note"] == ["估计"]


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
            lambda: classes(**{"class": [0, 3]}),
            OptionError,
            "column 'class': expected whole numbers from 0 to 2, got 3; correct it",
        ),
        (
            lambda: ClassOverlay("i", "", "", areas(), ()),
            OptionError,
            "expected a column 'class', got none; add it",
        ),
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
