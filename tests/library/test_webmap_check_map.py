"""The check page: verdict, table, pieces and lines as the result has them."""

import json
import re

import pytest
import shapely

from geo_toolkit.webmap import render_check_map
from geo_toolkit.webmap.check_rows import area_text, distance_text


def data_of(html):
    found = re.search(r'<script type="application/json" id="gt-data">(.*?)</script>', html, re.S)
    return json.loads(found[1])


@pytest.fixture
def workspace(city, rectangle):
    """A red line that is met, a farmland rule without a layer, a railway 1 km to the east."""
    city.layer(
        "red_line",
        "ecological_red_line",
        [("r1", rectangle(0, 0, 1000), {"name_zh": "红线甲"})],
        coverage="all",
        title_zh="生态保护红线",
    )
    rail = shapely.LineString([(2100, -5000), (2100, 5000)])
    city.layer("rail", "railway", [("w1", rail)], geometry="line", coverage="all")
    city.layer("far", "heritage", [("h1", rectangle(18000, 18000, 10))], coverage="all")
    city.rule("ERL-1", "ecological_red_line")
    city.rule("PBF-1", "permanent_basic_farmland")
    city.rule("RW-1", "railway", "within_distance", distance_m=30)
    return city.open()


@pytest.fixture
def result(workspace, plots, rectangle):
    return workspace.check(plots(rectangle(900, 400, 200, 100)))


@pytest.fixture
def layers(workspace):
    return [entry.read() for entry in workspace.layers.values()]


def test_the_banner_says_the_worst_verdict_and_what_is_missing(result, layers):
    data = data_of(render_check_map(result, layers))
    assert data["banner"]["sign"] == {
        "word": "禁止",
        "icon": "⊖",
        "color": "#B3261E",
        "hatched": False,
    }
    assert data["banner"]["incomplete"] == "结论不完整"
    facts = dict(data["banner"]["facts"])
    assert facts["送审地块"] == "1"
    assert facts["面积"] == "2.0000 公顷 (30.00 亩)"
    assert facts["无数据要素"] == "永久基本农田"
    assert facts["性质"] == "新建"


def test_one_row_a_matter_the_worst_first(result, layers):
    rows = data_of(render_check_map(result, layers))["sites"][0]["rows"]
    assert rows[0]["title"] == "生态保护红线"
    first = rows[0]
    assert (first["sign"]["word"], first["share"], first["distance"]) == ("禁止", "50.00%", "0.0")
    assert first["area"] == "10,000.0"
    assert first["basis"] == ["《测试法》（2020）第一条"]
    unknown = next(row for row in rows if row["role"] == "permanent_basic_farmland")
    assert unknown["sign"]["hatched"] is True
    assert (unknown["area"], unknown["share"], unknown["distance"]) == ("—", "—", "—")
    rail = next(row for row in rows if row["role"] == "railway")
    assert (rail["sign"]["word"], rail["distance"]) == ("未涉及", "1,000.0")


def test_pieces_lines_and_sites_lie_above_the_context(result, layers):
    entries = data_of(render_check_map(result, layers))["layers"]
    by_id = {entry["id"]: entry for entry in entries}
    piece = by_id["result:overlap:red_line"]
    assert piece["draw"] == "overlap"
    assert piece["features"][0]["l"] == "1.0000 公顷"
    assert piece["features"][0]["n"] == "红线甲"
    line = by_id["result:nearest"]["features"]
    assert [feature["l"] for feature in line] == ["至铁路 1,000.0 米"]
    assert by_id["result:sites"]["order"] == max(entry["order"] for entry in entries)
    assert by_id["result:sites"]["color"] == "#D5006D"


def test_only_what_was_met_is_on_and_only_what_is_near_is_there(result, layers):
    entries = {e["id"]: e for e in data_of(render_check_map(result, layers))["layers"]}
    assert entries["red_line"]["on"] is True
    assert entries["rail"]["on"] is False
    assert len(entries["rail"]["features"]) == 1
    assert entries["far"]["features"] == []


def test_english_is_complete(result, layers):
    html = render_check_map(result, layers, lang="en")
    data = data_of(html)
    assert '<html lang="en">' in html
    assert data["banner"]["sign"]["word"] == "prohibited"
    labels = [label for label, _ in data["banner"]["facts"]]
    assert not re.search(r"[\u4e00-\u9fff]", "".join(labels))
    assert not re.search(r"[\u4e00-\u9fff]", "".join(data["words"].values()))


def test_the_same_result_gives_the_same_page(result, layers):
    assert render_check_map(result, layers) == render_check_map(result, layers)


def test_a_check_without_sites_is_shown_by_the_bounds(result, layers):
    empty = type(result)(
        {**result.document, "sites": [{**result.document["sites"][0], "roles": []}]},
        result.sites.iloc[:0],
        result.overlaps.iloc[:0],
        result.nearest.iloc[:0],
    )
    data = data_of(render_check_map(empty, layers, bounds=(106.0, 30.5, 106.4, 30.9)))
    assert data["bounds"] == [106.0, 30.5, 106.4, 30.9]


@pytest.mark.parametrize(
    ("area_m2", "text"), [(0.5, "0.5 平方米"), (9999.4, "9,999 平方米"), (9999.9, "1.0000 公顷")]
)
def test_areas_of_labels(area_m2, text):
    assert area_text(area_m2, "zh") == text


def test_distances_of_labels():
    assert distance_text(0.04, "zh") == "0.0 米"
    assert distance_text(10_000, "zh") == "10.00 公里"
