"""A map page: complete, alone, the same bytes each time, and honest about what it shows."""

import json
import re
from datetime import date
from html.parser import HTMLParser

import geopandas as gpd
import pytest
import shapely

from geo_toolkit.catalogue.definition import LayerDefinition
from geo_toolkit.catalogue.layer import Layer
from geo_toolkit.errors import DefinitionError, NotAvailable, UnknownName
from geo_toolkit.webmap import MapDefinition, render_map

BOUNDS = (106.0, 30.0, 107.0, 31.0)


def make_layer(layer_id, role, shapes, *, geometry="point", version=0, fault=None, **keys):
    columns = keys.pop("columns", {})
    count = len(shapes)
    values = {
        "feature_name": [f"{layer_id}{n}" for n in range(count)],
        "feature_accuracy_m": [100.0] * count,
        "feature_evidence": ["published"] * count,
        **columns,
    }
    index = [f"{layer_id}-{n}" for n in range(count)]
    frame = gpd.GeoDataFrame(values, geometry=list(shapes), index=index, crs=4490)
    definition = LayerDefinition(
        **{
            "id": layer_id,
            "title_zh": f"{layer_id}层",
            "title_en": layer_id.title(),
            "role": role,
            "geometry": geometry,
            "data": f"{layer_id}.geojson",
            "key": "id",
            "crs": "EPSG:4490",
            "datum": "cgcs2000",
            "evidence": "published",
            "accuracy_m": 100,
            "coverage": "none",
            "source": "测试资料",
            **keys,
        }
    )
    return Layer(definition, version, None, "0" * 64, frame, None, fault)


def make_map(*ids, **keys):
    return MapDefinition(id="m", title_zh="总图", title_en="Overview", layers=ids, **keys)


def render(definition, layers, **options):
    return render_map(definition, layers, title="测试市", bounds=BOUNDS, **options)


class DataBlock(HTMLParser):
    def __init__(self):
        super().__init__()
        self.text, self.inside = "", False

    def handle_starttag(self, tag, attrs):
        self.inside = tag == "script" and dict(attrs).get("id") == "gt-data"

    def handle_data(self, data):
        self.text += data if self.inside else ""

    def handle_endtag(self, tag):  # noqa: ARG002
        self.inside = False


def data_of(html):
    block = DataBlock()
    block.feed(html)
    return json.loads(block.text)


PARKS = make_layer("parks", "industrial_park", [shapely.Point(106.5, 30.5)])


def test_a_page_is_one_file_of_stated_bytes():
    first = render(make_map("parks"), [PARKS])
    again = render(make_map("parks"), [PARKS])
    assert first == again
    assert first.startswith("<!DOCTYPE html>")
    assert '<html lang="zh-CN">' in first
    assert "<title>总图 · 测试市</title>" in first
    assert not re.search(r"jquery|bootstrap|awesome", first, re.IGNORECASE)
    assert not re.search(r"""(src|href)=["'](https?:)?//""", first)
    assert "unsafe" not in re.search(r"Security-Policy\" content=\"([^\"]*)\"", first)[1]
    assert len(first.encode()) < 400_000


def test_a_served_page_takes_leaflet_from_its_host():
    html = render(make_map("parks"), [PARKS], served=True)
    assert '<script src="/static/leaflet/dist/leaflet.js"></script>' in html
    assert '<link rel="stylesheet" href="/static/leaflet/dist/leaflet.css">' in html
    assert "script-src &#x27;self&#x27;" in html
    assert len(html.encode()) < 150_000


def test_what_the_page_says_of_a_feature():
    layer = make_layer(
        "parks",
        "industrial_park",
        [shapely.Point(106.5, 30.5)],
        columns={
            "status": ["under_construction"],
            "industries": ["真空装备"],
            "district": ["西充县"],
            "as_of": ["2026-11"],
            "source": ["见 https://a.example/x"],
            "name_en": ["Vacuum park"],
        },
    )
    feature = data_of(render(make_map("parks"), [layer]))["layers"][0]["features"][0]
    assert feature["n"] == "parks0"
    assert feature["t"] == "c"
    assert feature["v"] == "vacuum"
    assert feature["m"] == {
        "s": "产业园区 · 在建",
        "a": [["主导产业", "真空装备"], ["所在县（市、区）", "西充县"]],
        "f": ["来源：见 a.example/x", "数据日期：2026-11", "位置精度：约 100 米 · 公布"],
    }
    english = data_of(render(make_map("parks"), [layer], lang="en"))["layers"][0]
    assert english["title"] == "Parks"
    assert english["features"][0]["n"] == "Vacuum park"
    assert english["features"][0]["m"]["s"] == "industrial park · under construction"


def test_layers_that_share_a_file_share_their_places():
    other = make_layer(
        "near_zero",
        "near_zero_carbon_park",
        [shapely.Point(106.5, 30.5)],
        data="parks.geojson",
    )
    other.frame.index = PARKS.frame.index
    entries = data_of(render(make_map("parks", "near_zero"), [PARKS, other]))["layers"]
    assert [entry["draw"] for entry in entries] == ["park", "ring"]
    assert entries[0]["features"][0]["u"] == entries[1]["features"][0]["u"]


def test_an_assumed_place_is_a_faint_point_and_says_so():
    layer = make_layer(
        "parks",
        "industrial_park",
        [shapely.box(106.4, 30.4, 106.6, 30.6)],
        geometry="polygon",
        columns={"basis": ["assumed"]},
    )
    feature = data_of(render(make_map("parks"), [layer]))["layers"][0]["features"][0]
    assert feature["g"] == [0, [[106_500_000, 30_500_000]]]
    assert feature["f"] == 1
    assert feature["m"]["f"][-1] == "位置未见公开资料，仅作示意"


def test_a_planned_line_of_schematic_course_is_a_preliminary_one():
    line = shapely.LineString([(106, 30), (107, 31)])
    layer = make_layer(
        "rail",
        "railway",
        [line],
        geometry="line",
        columns={"status": ["planned"], "feature_evidence": ["schematic"]},
    )
    feature = data_of(render(make_map("rail"), [layer]))["layers"][0]["features"][0]
    assert (feature["t"], feature["x"]) == ("q", 1)
    assert feature["m"]["s"] == "铁路 · 前期研究"


def test_an_expressway_wears_its_number_and_a_waterway_its_class():
    line = shapely.LineString([(106, 30), (107, 31)])
    road = make_layer("road", "highway", [line], geometry="line", columns={"code": ["G75"]})
    water = make_layer("water", "waterway", [line], geometry="line", columns={"class": ["IV"]})
    entries = data_of(render(make_map("road", "water"), [road, water]))["layers"]
    assert entries[0]["features"][0]["h"] == "G75"
    assert entries[1]["features"][0]["l"] == "water0 Ⅳ级"


def test_the_legend_names_evidence_version_date_and_approval_number():
    layer = make_layer(
        "parks",
        "industrial_park",
        [shapely.Point(106.5, 30.5)],
        version=3,
        title_zh="园区（等面积圆示意）",
        evidence="schematic",
        approval_number="川S（2026）1号",
        columns={"as_of": ["2026-10"]},
    )
    data = data_of(render(make_map("parks"), [layer]))
    assert data["layers"][0]["title"] == "园区"
    assert data["layers"][0]["note"] == [
        "等面积圆示意",
        "第 3 版",
        "2026-10",
        "审图号 川S（2026）1号",
        "来源：测试资料",
    ]
    assert "审图号：川S（2026）1号" in data["credits"]
    assert "数据日期：2026-10" in data["credits"]
    assert "制图：测试市" in data["credits"]


def test_credits_name_openstreetmap_where_a_licence_asks_for_it():
    layer = make_layer("r", "river", [], geometry="line", licence="ODbL 1.0")
    assert "© OpenStreetMap contributors" in data_of(render(make_map("r"), [layer]))["credits"]
    assert (
        "© OpenStreetMap contributors" not in data_of(render(make_map("parks"), [PARKS]))["credits"]
    )


def test_layers_that_start_switched_off_and_the_numbers_of_the_subtitle():
    rivers = make_layer("rivers", "river", [], geometry="line")
    definition = make_map("rivers", "parks", off=("rivers",), subtitle_zh="{parks} 个园区")
    data = data_of(render(definition, [PARKS, rivers]))
    assert [(entry["id"], entry["on"]) for entry in data["layers"]] == [
        ("rivers", False),
        ("parks", True),
    ]
    assert data["subtitle"] == ["1 个园区"]
    assert data["groups"] == [{"title": "全部图层", "layers": ["rivers", "parks"]}]


def test_a_layer_without_data_is_there_and_says_why():
    broken = make_layer("parks", "industrial_park", [], fault="file is damaged")
    entry = data_of(render(make_map("parks"), [broken]))["layers"][0]
    assert entry["features"] == []
    assert entry["fault"] == "数据无法读取"


def test_missing_geometry_is_left_out():
    layer = make_layer("parks", "industrial_park", [None, shapely.Point(106.5, 30.5)])
    assert len(data_of(render(make_map("parks"), [layer]))["layers"][0]["features"]) == 1


def test_a_date_in_force_stands_where_features_have_none():
    layer = Layer(PARKS.definition, 1, date(2026, 5, 1), PARKS.sha256, PARKS.frame, None)
    assert data_of(render(make_map("parks"), [layer]))["layers"][0]["note"][-2] == "2026-05-01"


def test_a_layer_that_is_not_public_is_refused_by_name():
    layer = make_layer("red", "ecological_red_line", [], geometry="polygon", secrecy="internal")
    with pytest.raises(NotAvailable, match="layer 'red': its secrecy is 'internal'"):
        render(make_map("red"), [layer])


def test_a_layer_that_is_not_given_is_named():
    with pytest.raises(UnknownName, match="no layer 'park' in layers/"):
        render(make_map("park"), [PARKS])


def test_bounds_in_metres_are_refused():
    with pytest.raises(DefinitionError, match="expected west, south, east, north in degrees"):
        render_map(make_map("parks"), [PARKS], title="", bounds=(500000, 3300000, 600000, 3400000))


def test_a_page_grows_with_its_lines_and_not_beyond_reason():
    """500,000 vertices of one feature, 0.1 m apart: far below a metre of detail is dropped."""
    line = shapely.LineString([(106 + n * 1e-6, 30.5 + n % 2 * 1e-6) for n in range(500_000)])
    layer = make_layer("line", "my_role", [line], geometry="line")
    assert len(render(make_map("line"), [layer]).encode()) < 400_000
