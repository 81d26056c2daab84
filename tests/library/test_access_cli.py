"""``geo-toolkit access`` on a small city: tables, JSON, files, refusals."""

import csv
import json
import re

import pandas as pd
import pytest
import shapely

from geo_toolkit.access.examples import example_content
from geo_toolkit.cli.app import run


def toml(value):
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(k)} = {toml(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(toml(v) for v in value) + "]"
    return json.dumps(value, ensure_ascii=False)


@pytest.fixture
def desk(city, rectangle, monkeypatch):
    """A folder with an expressway, two entrances, a county, a gateway and a planned road."""
    city.layer(
        "roads",
        "highway",
        [
            ("r", shapely.LineString([(-10000, 0), (10000, 0)]), {"class": "expressway"}),
            (
                "new",
                shapely.LineString([(-10000, 400), (-10000, 12000)]),
                {"class": "expressway", "status": "planned", "name": "新路"},
            ),
        ],
        geometry="line",
    )
    city.layer(
        "doors",
        "interchange",
        [("w", shapely.Point(-10000, 0)), ("e", shapely.Point(10000, 0))],
        geometry="point",
    )
    city.layer(
        "doors2",
        "interchange",
        [("n", shapely.Point(-10000, 12000), {"status": "planned"})],
        geometry="point",
    )
    counties = [("jia", rectangle(9000, -1000, 2000), {"name": "甲县", "population": 1000})]
    city.layer("counties", "county", counties)
    columns = {"name": "远方", "from_place": "甲", "road_km": 50}
    city.layer(
        "gateways", "gateway", [("gate", shapely.Point(90_000, 0), columns)], geometry="point"
    )
    city.layer(
        "parks", "industrial_park", [("p1", rectangle(-10500, 10500, 1000), {"name": "甲园"})]
    )
    scenario = {"id": "new-road", "title_zh": "新路", "title_en": "new road", "opens": ["new", "n"]}
    content = {**example_content(), "scenario": [scenario]}
    city.open()
    text = "".join(f"{key} = {toml(value)}\n" for key, value in content.items())
    (city.root / "rules" / "logistics.toml").write_text(text, encoding="utf-8")
    monkeypatch.chdir(city.root)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1795500000")  # 2026-11-24
    return city.root


@pytest.fixture
def cli(desk, capsys):
    """Run a command; its exit code, standard output and standard error."""
    del desk

    def call(*arguments):
        code = run(["access", *arguments])
        out, err = capsys.readouterr()
        return code, out, err

    return call


def test_score_is_a_table_or_json(cli):
    code, out, _ = cli("score", "parks")
    assert code == 0
    assert "甲园" in out
    assert "骨架路网，分钟数为估计" in out
    assert "不可达" in out
    code, out, _ = cli("score", "parks", "--format", "json")
    answer = json.loads(out)
    assert answer["schema"] == "geo-toolkit/access/1"
    assert answer["network_level"] == "skeleton"
    assert {"parameters", "network", "sites"} <= set(answer)
    part = answer["sites"][0]["parts"][0]
    assert {
        "role", "target", "minutes", "minutes_low", "minutes_high", "handling_min", "km",
        "yuan_per_t", "co2_kg_per_t", "legs", "unreachable",
    } <= set(part)  # fmt: skip
    assert part["minutes"] == 30.8  # 11 km x 1.4 at 30 km/h


def test_english_words(cli):
    out = cli("score", "parks", "--lang", "en")[1]
    assert "skeleton road network: minutes are estimates" in out


def test_the_same_question_gives_the_same_bytes(cli):
    assert cli("score", "parks", "--format", "json") == cli("score", "parks", "--format", "json")


def test_a_boundary_file_may_stand_for_a_layer(cli, plots, rectangle, tmp_path):
    plots(rectangle(-10010, 10990, 20))
    code, out, _ = cli("score", str(tmp_path / "plot.geojson"), "--format", "json")
    assert code == 0
    assert json.loads(out)["sites"][0]["parts"][0]["minutes"] == 30.8


def test_isochrones_as_geojson_and_as_a_page(cli, desk):
    code, out, _ = cli("isochrone", "parks", "--minutes", "30,60", "--format", "json")
    assert code == 0
    features = json.loads(out)["features"]
    assert [feature["properties"]["minutes"] for feature in features] == [60, 30]
    assert features[0]["properties"]["network_level"] == "skeleton"
    assert cli("isochrone", "parks", "--out", "iso.geojson", "--quiet")[0] == 0
    assert len(json.loads((desk / "iso.geojson").read_text(encoding="utf-8"))["features"]) == 3
    code, out, _ = cli("isochrone", "parks", "--out", "iso.html")
    assert code == 0
    page = (desk / "iso.html").read_text(encoding="utf-8")
    assert "骨架路网" in page
    data = json.loads(re.search(r'id="gt-data">(.*?)</script>', page, re.DOTALL)[1])
    times = data["layers"][-1]
    assert times["id"] == "overlay:isochrones"
    assert [row[1] for row in times["legend"]] == [f"{t} 分钟以内" for t in (30, 60, 120)]
    assert data["groups"][-1]["layers"] == ["overlay:isochrones"]


def test_a_page_for_applicants_leaves_out_what_is_internal(cli, desk, city):
    city.layer(
        "inner", "river", [("r", shapely.LineString([(0, 0), (9000, 0)]))],
        geometry="line", secrecy="internal",
    )  # fmt: skip
    for audience, shown in (("internal", True), ("applicant", False)):
        assert cli("isochrone", "parks", "--out", "iso.html", "--audience", audience)[0] == 0
        assert ('"id":"inner"' in (desk / "iso.html").read_text(encoding="utf-8")) is shown


def test_a_matrix_as_csv_and_parquet(cli, desk):
    assert cli("matrix", "parks", "gateways", "--out", "m.csv")[0] == 0
    rows = list(csv.DictReader((desk / "m.csv").read_text(encoding="utf-8-sig").splitlines()))
    assert rows[0]["origin_name"] == "甲园"
    assert float(rows[0]["minutes"]) > 0
    assert cli("matrix", "parks", "gateways", "--out", "m.parquet")[0] == 0
    assert pd.read_parquet(desk / "m.parquet")["unreachable"].tolist() == [False]


def test_a_pair_without_a_way_is_null_and_counted(cli, city):
    city.layer(
        "far", "gateway", [("nowhere", shapely.Point(0, 200_000), {"name": "天边"})],
        geometry="point",
    )  # fmt: skip
    answer = json.loads(cli("matrix", "parks", "far", "--format", "json")[1])
    assert answer["minutes"] == [[None]]
    assert answer["unreachable"] == 1
    assert "不可达: 1" in cli("matrix", "parks", "far")[1]


def test_a_chain_is_told_leg_by_leg(cli):
    code, out, _ = cli("chain", "parks", "gate")
    assert code == 0
    assert "普通公路（估算）" in out
    assert "合计" in out
    answer = json.loads(cli("chain", "parks", "gate", "--format", "json")[1])
    assert answer["sites"][0]["best"]["main_mode"] == "road"
    assert answer["sites"][0]["second_best"] is None


def test_the_network_tells_what_did_not_join(cli, city):
    city.layer("ports", "port", [("inland", shapely.Point(0, 5000))], geometry="point")
    code, out, _ = cli("network")
    assert code == 0
    assert "未接入 离线路过远" in out
    assert "inland" in out
    answer = json.loads(cli("network", "--format", "json")[1])
    assert answer["network"]["unjoined"][0]["feature"] == "inland"
    assert len(answer["network"]["dangling"]) == 0  # both ends are entrances


def test_compare_tells_gains_and_checks_the_corridor(cli, desk):
    code, out, _ = cli("compare", "parks", "--scenario", "new-road")
    assert code == 0
    assert "节省合计" in out
    assert "线路走廊核查 (100 m)" in out
    code, out, _ = cli("compare", "parks", "--scenario", "new-road", "--format", "json")
    answer = json.loads(out)
    assert answer["scenario"] == "new-road"
    site = answer["sites"][0]
    assert {"id", "name", "before", "after", "gain_minutes", "newly_reachable"} <= set(site)
    assert site["gain_minutes"] == 15.6  # 30.8 before; 2.8 + 11.6 + 0.8 after
    assert answer["corridor"]["check"]["sites"][0]["name"] == "新路"
    assert cli("compare", "parks", "--scenario", "new-road", "--out", "gain.html")[0] == 0
    page = (desk / "gain.html").read_text(encoding="utf-8")
    assert "新路" in page
    gains = json.loads(re.search(r'id="gt-data">(.*?)</script>', page, re.DOTALL)[1])["layers"][-1]
    assert gains["id"] == "overlay:gains"


def test_without_a_planned_project_the_gain_is_nought(cli):
    out = cli("compare", "parks", "--scenario", "existing", "--format", "json")[1]
    answer = json.loads(out)
    assert answer["sum_gain_minutes"] == 0
    assert answer["corridor"] is None


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["score", "prks"], "no layer 'prks' in layers/; did you mean 'parks'?"),
        (["score", "absent.geojson"], "expected a boundary file or the id of a layer"),
        (["score", "parks", "--vehicle", "van"], "no vehicle 'van'"),
        (["score", "parks", "--scenario", "newroad"], "did you mean 'new-road'"),
        (["isochrone", "parks", "--minutes", "soon"], "--minutes: expected numbers"),
        (["isochrone", "parks", "--minutes", "0"], "--minutes: expected times above 0"),
        (["isochrone", "parks", "--out", "x.pdf"], "ending in .geojson or .html"),
        (["matrix", "parks", "gateways", "--out", "x.txt"], "ending in .csv or .parquet"),
        (["chain", "parks", "gaet"], "no place 'gaet'; did you mean 'gate'"),
        (["chain", "parks", "gate", "--by", "foot"], "--by: expected road, rail, water or air"),
        (["chain", "parks", "gate", "--objective", "fun"], "no objective 'fun'"),
        (["compare", "parks", "--scenario", "new-road", "--corridor-m", "-5"], "above 0"),
        (["compare", "parks"], "--scenario"),
        (["isochrone", "parks", "--out", "no/such/x.geojson"], "cannot be written"),
    ],
)
def test_refusals_are_one_line_and_write_nothing(cli, desk, arguments, words):
    before = sorted(desk.rglob("*"))
    code, out, err = cli(*arguments)
    assert code == 2
    assert words in err
    assert err.count("\n") == 1
    assert out == ""
    assert sorted(desk.rglob("*")) == before


def test_a_wrong_parameter_is_named_with_file_and_key(cli, desk):
    path = desk / "rules" / "logistics.toml"
    text = path.read_text(encoding="utf-8").replace('"value": 60.0', '"value": -60.0')
    path.write_text(text.replace('"value" = 60.0', '"value" = -60.0', 1), encoding="utf-8")
    code, _, err = cli("score", "parks")
    assert code == 2
    assert "logistics.toml key 'road.expressway" in err


def test_no_parameters_at_all_is_said(cli, desk):
    (desk / "rules" / "logistics.toml").unlink()
    code, _, err = cli("score", "parks")
    assert code == 2
    assert "logistics.toml" in err
