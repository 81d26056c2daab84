"""The bundled layers: complete, named as the city names them, honest about what they know."""

import json
import math
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest
import shapely
from geographiclib.geodesic import Geodesic

from geo_toolkit.catalogue.definition import read_definition
from geo_toolkit.rules.roles import ROLES

ROOT = Path(__file__).resolve().parents[2]
LAYERS = ROOT / "layers"
CONTENT = ROOT / "tools" / "content"

ROLE_OF = {
    "counties": "county",
    "parks": "industrial_park",
    "chemical_parks": "chemical_park",
    "bonded_centres": "bonded_centre",
    "near_zero_carbon_parks": "near_zero_carbon_park",
    "railways": "railway",
    "stations": "station",
    "expressways": "highway",
    "interchanges": "interchange",
    "waterway": "waterway",
    "locks": "lock",
    "ports": "port",
    "airports": "airport",
    "runways": "runway",
    "terminals": "terminal",
    "gateways": "gateway",
    "ecological_red_line": "ecological_red_line",
    "nature_reserves": "nature_reserve",
    "natural_parks": "natural_park",
    "scenic_areas": "scenic_area",
    "germplasm_reserves": "aquatic_germplasm_reserve",
    "heritage": "heritage",
    "rivers": "river",
    "river_shoreline": "river_shoreline",
    "water_sources": "water_source",
}

NAMES = {
    "parks": "南充临江新区 南充高新区 南充经开区化工园区 阆中经开区 临江新区先进制造（真空）产业园 "
    "中科九微半导体高端制造产业园（二期） 吉利四川新能源商用车生产基地 爱瑞特新能源环卫车 "
    "川东北有机农产品精深加工产业园 临江新区现代农业孵化与示范园区 国家农业科技园区 "
    "南充现代物流园区 南充保税物流中心（B型） 川渝（南充）人力资源服务产业园 川东北职教城 "
    "南充高新孵化园",
    "railways": "巴南高铁 成达万高铁南充段 南广铁路 达成铁路 兰渝铁路",
    "stations": "南充北站 南充站 南充东站 阆中站 南部站 蓬安站 营山站 蓬安西站 仪陇站 马鞍站 "
    "营山西站 南充高坪站",
    "expressways": "阆营高速 南潼高速 南充过境高速 G42沪蓉高速 G75兰海高速 G85银昆高速 "
    "G5515张南高速 G8516成巴高速 S29遂西高速 S32绵西高速 SR56南充绕城高速",
    "waterway": "嘉陵江航道",
    "locks": "沙溪航电枢纽 金银台航电枢纽 红岩子航电枢纽 新政航电枢纽 金溪航电枢纽 "
    "马回电站枢纽 凤仪航电枢纽 小龙门航电枢纽 青居航电枢纽",
    "ports": "南充港都京作业区 南充港河西作业区（化工园区专用码头）",
    "airports": "高坪机场 阆中古城机场 南部通用机场（规划） 营山通用机场（规划）",
    "runways": "高坪机场跑道 阆中古城机场跑道",
    "terminals": "高铁快运动货基地",
    "gateways": "重庆 成都 广元 达州 遂宁 巴中 广安",
    "natural_parks": "升钟湖湿地公园 构溪河国家湿地公园 蓬安相如湖国家湿地公园 "
    "营山清水湖国家湿地公园（幸福水库） 西充青龙湖国家湿地公园",
    "nature_reserves": "嘉陵太和鹭鸟自然保护区 构溪河自然保护区",
    "scenic_areas": "锦屏（阆中）风景名胜区 西山风景名胜区",
    "germplasm_reserves": "嘉陵江南部段国家级水产种质资源保护区 "
    "构溪河特有鱼类国家级水产种质资源保护区",
    "heritage": "阆中古城 朱德故里",
    "rivers": "嘉陵江 构溪河 东河 西河 流江河",
    "river_shoreline": "嘉陵江岸线 构溪河岸线",
    "ecological_red_line": "升钟湖（升钟水库） 嘉陵太和鹭鸟自然保护区",
    "chemical_parks": "南充经开区化工园区",
    "bonded_centres": "南充保税物流中心（B型）",
    "near_zero_carbon_parks": "南充高新区 阆中经开区",
}

# What the city's decision of 2024 names for each place; nothing where it names nothing.
INDUSTRIES = {
    "南充经开区化工园区": "化工新材料、精细化工、轻纺",
    "吉利四川新能源商用车生产基地": "新能源商用车、汽车零部件",
    "爱瑞特新能源环卫车": "新能源专用车",
    "中科九微半导体高端制造产业园（二期）": "半导体",
    "临江新区先进制造（真空）产业园": "真空装备",
    "川东北有机农产品精深加工产业园": "农产品加工",
    "临江新区现代农业孵化与示范园区": "现代农业",
    "国家农业科技园区": "现代农业",
    "南充现代物流园区": "物流、冷链",
    "南充保税物流中心（B型）": "保税物流",
    "南充高新孵化园": "科技孵化",
    "川东北职教城": "职业教育",
    "川渝（南充）人力资源服务产业园": "人力资源服务",
    "南充高新区": None,
    "阆中经开区": None,
    "南充临江新区": None,
}

PROVENANCE = ("name_zh", "name_en", "status", "as_of", "source", "basis", "evidence")
CIRCLES = ("parks", "natural_parks", "nature_reserves", "scenic_areas", "heritage")


def definitions():
    return {path.stem: read_definition(path) for path in sorted(LAYERS.glob("*/*.toml"))}


def rows(layer_id):
    """Return a layer's features, those its ``where`` keeps, with shapely geometries."""
    (path,) = LAYERS.glob(f"*/{layer_id}.toml")
    definition = read_definition(path)
    text = (path.parent / definition.data).read_text(encoding="utf-8")
    made = []
    for feature in json.loads(text)["features"]:
        row = feature["properties"]
        where = definition.where
        if where is None or row[where.column] in where.values:
            made.append((row, shapely.from_geojson(json.dumps(feature["geometry"]))))
    return made


def length_m(line):
    return sum(step_m(a, b) for a, b in pairwise(line.coords))


def step_m(a, b):
    return Geodesic.WGS84.Inverse(a[1], a[0], b[1], b[0])["s12"]


def test_ids_and_roles_are_those_of_the_design():
    assert {key: layer.role for key, layer in definitions().items()} == ROLE_OF
    assert set(ROLE_OF.values()) <= set(ROLES)


@pytest.mark.parametrize("layer_id", ROLE_OF)
def test_definition_is_complete(layer_id):
    layer = definitions()[layer_id]
    assert layer.effective_from is None
    assert layer.secrecy == "public"
    assert layer.coverage == "none"
    for text in (layer.title_zh, layer.title_en, layer.source, layer.licence, layer.authority):
        assert text.strip()
    assert layer.accuracy_m >= max(row["accuracy_m"] for row, _ in rows(layer_id))


@pytest.mark.parametrize("layer_id", ROLE_OF)
def test_every_feature_carries_its_provenance(layer_id):
    for row, _ in rows(layer_id):
        assert all(row[column] for column in PROVENANCE), row["id"]
        assert row["status"] in ("existing", "under_construction", "planned")
        assert row["basis"] in ("published", "converted", "recall", "assumed")
        assert row["evidence"] in ("published", "schematic")
        assert row["accuracy_m"] > 0


@pytest.mark.parametrize("layer_id", ROLE_OF)
def test_keys_are_unique_and_in_order(layer_id):
    keys = [row["id"] for row, _ in rows(layer_id)]
    assert keys == sorted(set(keys))


@pytest.mark.parametrize("layer_id", ROLE_OF)
def test_geometry_is_valid_and_near_the_city(layer_id):
    # Gateways reach to 成都 in the west, 重庆 in the south, 广元 in the north.
    far = shapely.box(104.0, 29.5, 107.5, 32.5)
    expected = {"point": "Point", "line": "LineString", "polygon": "Polygon"}
    for row, shape in rows(layer_id):
        assert shape.geom_type == expected[definitions()[layer_id].geometry]
        assert shape.is_valid, row["id"]
        assert far.covers(shape), row["id"]


@pytest.mark.parametrize("layer_id", [*CIRCLES, "water_sources", "rivers", "runways"])
def test_what_lies_in_the_city_is_within_the_bounds(layer_id):
    bounds = shapely.box(105.43, 30.45, 106.97, 31.86)
    assert all(bounds.covers(shape) for _, shape in rows(layer_id))


@pytest.mark.parametrize("layer_id", NAMES)
def test_named_features_are_there(layer_id):
    names = {row["name_zh"] for row, _ in rows(layer_id)}
    assert set(NAMES[layer_id].split()) <= names


@pytest.mark.parametrize("layer_id", ["chemical_parks", "bonded_centres", "near_zero_carbon_parks"])
def test_layers_by_where_hold_nothing_else(layer_id):
    assert sorted(row["name_zh"] for row, _ in rows(layer_id)) == sorted(NAMES[layer_id].split())


def test_industries_are_those_of_the_decision():
    found = {row["name_zh"]: row["industries"] for row, _ in rows("parks")}
    assert {name: found[name] for name in INDUSTRIES} == INDUSTRIES
    assert {name for name in found if found[name]} <= set(INDUSTRIES)


@pytest.mark.parametrize("layer_id", CIRCLES)
def test_schematic_area_admits_at_least_its_radius(layer_id):
    for row, shape in rows(layer_id):
        if "band" not in row["size_basis"]:
            assert row["evidence"] == "schematic"
            assert row["accuracy_m"] >= round(math.sqrt(area_m2(shape) / math.pi))


def area_m2(polygon):
    ring = Geodesic.WGS84.Polygon()
    for lon, lat in polygon.exterior.coords[:-1]:
        ring.AddPoint(lat, lon)
    return abs(ring.Compute()[2])


@pytest.mark.parametrize(
    ("name", "hectares"),
    [
        ("升钟湖湿地公园", 8573.02),
        ("蓬安相如湖国家湿地公园", 2052.73),
        ("营山清水湖国家湿地公园（幸福水库）", 901.3),
        ("西充青龙湖国家湿地公园", 411.11),
    ],
)
def test_natural_park_has_its_published_size(name, hectares):
    (shape,) = (shape for row, shape in rows("natural_parks") if row["name_zh"] == name)
    assert area_m2(shape) / 10_000 == pytest.approx(hectares, rel=0.001)


def test_logistics_park_has_its_published_size():
    (shape,) = (shape for row, shape in rows("parks") if row["id"] == "pk_logistics")
    assert area_m2(shape) / 1e6 == pytest.approx(12.16, rel=0.001)


def test_assumed_places_are_schematic_and_claim_no_position():
    assumed = [row for key in ROLE_OF for row, _ in rows(key) if row["basis"] == "assumed"]
    assert {row["id"] for row in assumed} >= {"hub_hsr_freight", "pk_vocational", "eco_baiyun"}
    for row in assumed:
        assert row["evidence"] == "schematic"
        assert row["accuracy_m"] >= 20_000


def test_gazetteer_figures_are_doubled():
    # Both stations are 150 m and 1,000 m at one sigma in places.csv.
    accuracy = {row["id"]: row["accuracy_m"] for row, _ in rows("stations")}
    assert (accuracy["sta_nc"], accuracy["sta_ysw"]) == (300, 2000)


@pytest.mark.parametrize(("key", "bearing_deg"), [("rwy_nao", 60), ("rwy_lzg", 30)])
def test_runway_lies_as_its_designator_says(key, bearing_deg):
    (line,) = (shape for row, shape in rows("runways") if row["id"] == key)
    (lon1, lat1), (lon2, lat2) = line.coords
    assert Geodesic.WGS84.Inverse(lat1, lon1, lat2, lon2)["azi1"] == pytest.approx(
        bearing_deg, abs=5
    )
    assert 2400 <= length_m(line) <= 2850


def test_jialing_within_the_city_is_as_long_as_reported():
    # Reports give 280.6, 297.8 and 301 km.
    city = shapely.union_all([shape for _, shape in rows("counties")])
    inside = [
        shape.intersection(city) for row, shape in rows("rivers") if row["name_zh"] == "嘉陵江"
    ]
    parts = [part for shape in inside for part in shapely.get_parts(shape)]
    assert 280_000 <= sum(map(length_m, parts)) <= 301_000


def test_jialing_runs_on_from_stretch_to_stretch():
    stretches = [shape for row, shape in rows("rivers") if row["id"].startswith("jialing_")]
    assert len(stretches) > 100
    for before, after in pairwise(stretches):
        assert before.coords[-1] == after.coords[0]


def test_river_accuracy_follows_its_steps():
    for row, line in rows("rivers"):
        longest_m = max(step_m(a, b) for a, b in pairwise(line.coords))
        base_m = 200 if row["name_zh"] == "嘉陵江" else 300
        if not row["osm_id"]:
            assert row["accuracy_m"] == 750
            assert "1:400万" in row["source"]
        elif longest_m <= 600:
            assert row["accuracy_m"] == base_m
        else:
            assert row["accuracy_m"] == pytest.approx(max(base_m, longest_m / 3), abs=1)


def test_every_river_has_a_band_of_its_stated_width():
    rivers = {row["id"]: (row, line) for row, line in rows("rivers")}
    bands = {
        row["id"].removeprefix("shore_"): (row, shape) for row, shape in rows("river_shoreline")
    }
    assert set(rivers) == set(bands)
    for key, (row, shape) in bands.items():
        river, line = rivers[key]
        assert row["accuracy_m"] == river["accuracy_m"]
        assert shape.buffer(1e-6).covers(line)
    # In total: both sides and two round ends, less what overlaps in the bends.
    stated = sum(
        2 * row["half_width_m"] * length_m(rivers[key][1]) + math.pi * row["half_width_m"] ** 2
        for key, (row, _) in bands.items()
    )
    assert sum(area_m2(shape) for _, shape in bands.values()) == pytest.approx(stated, rel=0.05)
    widths = {row["class"]: row["half_width_m"] for row, _ in bands.values()}
    assert widths == {"main_stem": 150, "tributary": 15, "stream": 5}


def test_river_runs_where_the_chemical_example_lies():
    example = (106.0475, 30.676)
    assert min(step_m(example, xy) for _, line in rows("rivers") for xy in line.coords) < 300


def test_red_line_is_a_proxy_and_says_so():
    layer = definitions()["ecological_red_line"]
    assert "代理" in layer.title_zh
    assert "proxy" in layer.title_en
    assert layer.evidence == "schematic"
    assert all(row["source"].startswith("代理") for row, _ in rows("ecological_red_line"))


def test_gateways_give_a_distance():
    assert all(row["road_km"] and row["from_place"] for row, _ in rows("gateways"))


def test_only_thinned_road_geometry_counts_as_published():
    for row, line in rows("expressways"):
        assert row["class"] == "expressway"
        if row["evidence"] == "schematic" and length_m(line) > 5000:
            assert row["accuracy_m"] >= 5000


def test_railway_classes_are_those_of_the_law():
    classes = {row["name_zh"]: row["class"] for row, _ in rows("railways")}
    assert classes == {
        "巴南高铁": "high_speed",  # 250 km/h
        "成达万高铁南充段": "high_speed",  # 350 km/h
        "南广铁路": "high_speed",  # 250 km/h
        "达成铁路": "ordinary",
        "兰渝铁路": "ordinary",
        "高南支线": "ordinary",
    }


def test_script_gives_the_same_bytes(tmp_path):
    script = CONTENT / "build_layers.py"
    subprocess.run(
        [sys.executable, str(script), "--out", str(tmp_path)], check=True, capture_output=True
    )
    written = {path.relative_to(tmp_path) for path in tmp_path.glob("*/*.geojson")}
    kept = {path.relative_to(LAYERS) for path in LAYERS.glob("*/*.geojson")}
    assert written == kept - {Path("administration/counties.geojson")}
    for path in written:
        assert (tmp_path / path).read_bytes() == (LAYERS / path).read_bytes(), path


def test_layer_table_has_a_row_a_layer():
    script = CONTENT / "layer_table.py"
    done = subprocess.run([sys.executable, str(script)], check=True, capture_output=True)
    lines = done.stdout.decode("utf-8").splitlines()
    assert {line.split("`")[1] for line in lines[2:]} == set(ROLE_OF)


def test_a_spike_is_dropped_and_a_bend_kept(monkeypatch):
    monkeypatch.syspath_prepend(str(CONTENT))
    centrelines = pytest.importorskip("centrelines")
    # 1.1 km out and straight back; a right-angled bend.
    assert centrelines.is_spike((106.0, 31.0), (106.0, 31.01), (106.0001, 31.0))
    assert not centrelines.is_spike((106.0, 31.0), (106.0, 31.01), (106.01, 31.01))
    assert sum(line.spikes for line in centrelines.centrelines()) == 0
