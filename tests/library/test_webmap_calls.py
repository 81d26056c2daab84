"""One call, one map: layers by name, frames, checks; who may see what; what is refused."""

import json
import re
from dataclasses import replace

import geopandas as gpd
import pytest
import shapely

from geo_toolkit.errors import (
    CRSMismatch,
    LayerError,
    NotAvailable,
    OptionError,
    UnknownName,
)
from geo_toolkit.webmap import (
    frame_layer,
    map_check,
    map_layers,
    map_of,
    render_check_map,
)


def data_of(html):
    found = re.search(r'<script type="application/json" id="gt-data">(.*?)</script>', html, re.S)
    return json.loads(found[1])


@pytest.fixture
def ws(city, rectangle):
    """A public red line, an internal one beside it and one that only gives verdicts."""
    here = rectangle(0, 0, 1000)
    city.layer("open", "ecological_red_line", [("o1", here)], title_zh="公开红线")
    city.layer("inner", "ecological_red_line", [("i1", here)], secrecy="internal")
    city.layer("secret", "heritage", [("kept-apart", here)], secrecy="verdict_only")
    city.rule("ERL-1", "ecological_red_line").rule("HER-1", "heritage")
    maps = city.root / "maps"
    maps.mkdir()
    text = 'title_zh = "图"\ntitle_en = "Map"\nlayers = ["open", "inner"]\n'
    (maps / "both.toml").write_text(text, encoding="utf-8")
    return city.open()


def test_any_layer_is_a_map_by_one_call(ws):
    data = data_of(map_layers(ws, ["open"]))
    assert data["title"] == "公开红线"
    assert [entry["id"] for entry in data["layers"]] == ["open"]
    assert data["other"]["lang"] == "en"
    assert data["credits"][0] == "制图：测试市"
    assert data["other"]["credits"][0] == "Map: Test City"


def test_two_versions_of_a_layer_stand_side_by_side(ws):
    old = ws.layers["open"].read()
    new = replace(old, version=2)
    entries = data_of(map_layers(ws, [old, new]))["layers"]
    assert [entry["id"] for entry in entries] == ["open_v0", "open_v2"]
    assert [entry["note"][0] for entry in entries] == ["第 0 版", "第 2 版"]
    assert entries[0]["features"][0]["u"] != entries[1]["features"][0]["u"]


def test_an_unknown_layer_and_an_unknown_map_are_named(ws):
    with pytest.raises(UnknownName, match="no layer 'opne' in layers/; did you mean 'open'"):
        map_layers(ws, ["opne"])
    with pytest.raises(UnknownName, match="no map 'bot' in maps/; did you mean 'both'"):
        map_of(ws, "bot")


def test_internal_layers_are_drawn_for_the_internal_audience_only(ws):
    drawn = data_of(map_of(ws, "both", audience="internal"))
    assert [entry["id"] for entry in drawn["layers"]] == ["open", "inner"]
    with pytest.raises(NotAvailable, match="layer 'inner': its secrecy is 'internal'"):
        map_of(ws, "both")
    with pytest.raises(NotAvailable, match="layer 'inner'"):
        map_layers(ws, ["inner"])


@pytest.mark.parametrize("audience", ["internal", "applicant"])
def test_layers_that_only_give_verdicts_are_never_drawn(ws, audience):
    with pytest.raises(NotAvailable, match="layer 'secret': its secrecy is 'verdict_only'"):
        map_layers(ws, ["secret"], audience=audience)


def test_an_unknown_audience_is_refused(ws):
    with pytest.raises(OptionError, match="expected internal or applicant, got 'public'"):
        map_layers(ws, ["open"], audience="public")


@pytest.mark.parametrize(
    ("audience", "shown"), [("internal", {"open", "inner"}), ("applicant", {"open"})]
)
def test_a_check_is_a_map_by_one_call_without_what_its_reader_may_not_see(
    ws, plots, rectangle, audience, shown
):
    result = ws.check(plots(rectangle(900, 400, 200, 100)), audience=audience, record=False)
    for html in (
        map_check(ws, result),
        render_check_map(result, [entry.read() for entry in ws.layers.values()]),
    ):
        ids = {entry["id"] for entry in data_of(html)["layers"]}
        assert {one for one in ids if not one.startswith("result:")} == shown
        assert "kept-apart" not in html


def test_a_frame_is_a_layer_by_one_call(ws):
    frame = gpd.GeoDataFrame(
        {"name_zh": ["甲", None], "area_ha": [1.5, 2.0]},
        geometry=[shapely.Point(106.1, 30.6), shapely.Point(106.2, 30.7)],
        crs=4326,
    )
    entry = data_of(map_layers(ws, [frame_layer(frame, "dots", title_zh="点")]))["layers"][0]
    assert [feature["n"] for feature in entry["features"]] == ["甲", ""]
    assert entry["features"][0]["m"]["a"] == [["面积", "1.5 公顷"]]
    assert entry["features"][1]["g"] == [0, [[106_200_000, 30_700_000]]]


def test_a_projected_frame_comes_to_the_same_place(ws):
    point = gpd.GeoDataFrame(geometry=[shapely.Point(106.1, 30.6)], crs=4490)
    moved = frame_layer(point.to_crs(4523), "dots").frame.geometry.iloc[0]
    assert moved.distance(shapely.Point(106.1, 30.6)) < 1e-9
    assert ws.layers


@pytest.mark.parametrize(
    ("crs", "got"),
    [(None, "none"), (4610, "Xian 1980"), ("+proj=longlat +ellps=WGS84 +type=crs", "unknown")],
)
def test_a_frame_on_an_unknown_datum_is_refused(crs, got):
    frame = gpd.GeoDataFrame(geometry=[shapely.Point(106.1, 30.6)], crs=crs)
    with pytest.raises(CRSMismatch, match=f"expected coordinates on CGCS2000 or WGS 84, got {got}"):
        frame_layer(frame, "dots")


def test_a_frame_of_mixed_or_no_geometry_is_refused():
    mixed = [shapely.Point(106.1, 30.6), shapely.box(106, 30, 107, 31)]
    with pytest.raises(LayerError, match="expected points, lines or polygons, got point, polygon"):
        frame_layer(gpd.GeoDataFrame(geometry=mixed, crs=4490), "dots")
    with pytest.raises(LayerError, match="got nothing"):
        frame_layer(gpd.GeoDataFrame(geometry=[], crs=4490), "dots")


def test_a_wrong_colour_is_refused():
    frame = gpd.GeoDataFrame(geometry=[shapely.Point(106.1, 30.6)], crs=4490)
    with pytest.raises(ValueError, match="color"):
        frame_layer(frame, "dots", color="red")
