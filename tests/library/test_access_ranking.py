"""Layers that share a role: the stronger evidence answers where it covers, in the network too."""

import json

import pytest
import shapely

from geo_toolkit.access import chain_document, compare_document
from geo_toolkit.access.examples import example_content
from geo_toolkit.errors import DefinitionError

CLASSES = {"class": "county"}


def toml(value):
    """Return a value as inline TOML."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(k)} = {toml(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(toml(v) for v in value) + "]"
    return json.dumps(value, ensure_ascii=False)


def open_with(city, **changes):
    """Write the example's parameters beside the layers and open the workspace."""
    content = {**example_content(), **changes}
    text = "".join(f"{key} = {toml(value)}\n" for key, value in content.items())
    (city.root / "rules").mkdir(exist_ok=True)
    (city.root / "rules" / "logistics.toml").write_text(text, encoding="utf-8")
    return city.open()


def line(*coords):
    return shapely.LineString(coords)


@pytest.fixture
def skeleton(city):
    """An expressway of 20 km, schematic, with an entrance at each end and a gateway in the west."""
    city.layer(
        "skeleton", "highway",
        [("old", line((-10000, 0), (10000, 0)), {"class": "expressway"}),
         ("plan", line((2000, 500), (6000, 500)), {"class": "expressway", "status": "planned"})],
        geometry="line", evidence="schematic", accuracy_m=500,
    )  # fmt: skip
    city.layer(
        "interchanges", "interchange",
        [("w", shapely.Point(-10000, 0)), ("e", shapely.Point(10000, 0))],
        geometry="point", evidence="published", accuracy_m=100,
    )  # fmt: skip
    city.layer("gateways", "gateway", [("gate", shapely.Point(-10000, 0), {"name": "西口"})],
               geometry="point")  # fmt: skip
    return city


def roads(network):
    table = network.edges[(network.edges["mode"] == "road") & (network.edges["feature"] != "")]
    return {key: round(km, 3) for key, km in table.groupby("feature")["km"].sum().items()}


def test_without_an_official_layer_the_skeleton_answers(skeleton):
    network = open_with(skeleton).access_study().network
    assert (network.level, roads(network)) == ("skeleton", {"old": 20.0})


def test_an_official_layer_replaces_the_skeleton_where_it_covers(skeleton, rectangle):
    """West of x = 0 the skeleton's 10 km stay; east of it there is the official county road."""
    skeleton.layer(
        "official", "highway", [("new", line((0, 0), (10000, 0)), CLASSES)], geometry="line",
        coverage=rectangle(0, -20000, 20000, 40000),
    )  # fmt: skip
    network = open_with(skeleton).access_study().network
    assert roads(network) == {"new": 10.0, "old": 10.0}
    assert network.level == "county"
    told = {row["feature"]: row for row in network.report["left_out"] if "by" in row}
    assert told["old"] == {"layer": "skeleton", "feature": "old", "reason": "partly_replaced",
                           "by": "official"}  # fmt: skip
    assert "plan" not in told  # no coverage says that it will not be built


def test_all_of_it_is_replaced_where_all_is_covered(skeleton, plots, rectangle):
    """20 km of county road at 30 km/h are 40 min, where the expressway took 20."""
    skeleton.layer("official", "highway", [("new", line((-10000, 0), (10000, 0)), CLASSES)],
                   geometry="line", coverage="all")  # fmt: skip
    ws = open_with(skeleton)
    study = ws.access_study()
    assert roads(study.network) == {"new": 20.0}
    points = ws.access_points(plots(rectangle(9990, -10, 20)), study)
    best = chain_document(study, points, "gate")["sites"][0]["best"]
    assert best["minutes"] == pytest.approx(40, abs=0.05)


def test_a_layer_of_equal_evidence_or_without_coverage_replaces_nothing(skeleton):
    skeleton.layer("same", "highway", [("new", line((0, 0), (10000, 0)), CLASSES)],
                   geometry="line", evidence="schematic", accuracy_m=500,
                   coverage="all")  # fmt: skip
    skeleton.layer("bare", "highway", [("far", line((0, 9000), (10000, 9000)), CLASSES)],
                   geometry="line")  # fmt: skip
    network = open_with(skeleton).access_study().network
    assert roads(network)["old"] == 20.0


def test_points_inside_the_coverage_are_those_of_the_stronger_layer(skeleton, rectangle):
    skeleton.layer("official", "interchange", [("x", shapely.Point(9000, 0))], geometry="point",
                   coverage=rectangle(0, -5000, 20000, 10000))  # fmt: skip
    network = open_with(skeleton).access_study().network
    junctions = network.nodes[network.nodes["role"] == "interchange"]
    assert sorted(junctions["feature"]) == ["w", "x"]


def test_what_a_scenario_opens_is_opened_inside_a_coverage_too(skeleton):
    skeleton.layer("official", "highway", [("new", line((-10000, 0), (10000, 0)), CLASSES)],
                   geometry="line", coverage="all")  # fmt: skip
    scenario = {"id": "s", "title_zh": "规划路", "title_en": "new road", "opens": ["plan"]}
    ws = open_with(skeleton, scenario=[scenario])
    assert roads(ws.access_study(scenario="s").network) == {"new": 20.0, "plan": 4.0}


# Flights, and what an answer rests on ------------------------------------------------------------


@pytest.fixture
def airport(skeleton):
    skeleton.layer("airports", "airport", [("apt", shapely.Point(10000, 0), {"name": "东机场"})],
                   geometry="point")  # fmt: skip
    skeleton.layer("gateways", "gateway", [("gate", shapely.Point(-100_000, 0), {"name": "西口"})],
                   geometry="point")  # fmt: skip
    return skeleton


def flight(km=60.0, **changes):
    value = {"value": km, "low": km, "high": 2 * km, "unit": "km", "source": "直线", "confidence":
             "derived"}  # fmt: skip
    return {"gateway": "gate", "airport": "apt", "km": value, **changes}


def supposed(*links, **changes):
    return {"id": "fly", "title_zh": "设想航线", "title_en": "flights", "link": list(links),
            **changes}  # fmt: skip


def test_without_a_flight_the_answer_says_how_to_give_one(airport, plots, rectangle):
    ws = open_with(airport)
    study = ws.access_study()
    points = ws.access_points(plots(rectangle(9990, -10, 20)), study)
    document = chain_document(study, points, "gate", haul="air")
    assert any("东机场" in r["zh"] and "air_km" in r["zh"] for r in document["remarks"])
    assert any("[[scenario.link]]" in r["en"] for r in document["remarks"])


def test_a_scenarios_flight_makes_a_chain_and_says_that_it_is_derived(airport, plots, rectangle):
    """60 km at 600 km/h are 6 min (12 at 120 km), with 60 min of handling at both ends."""
    ws = open_with(airport, scenario=[supposed(flight(), is_supposed=True)])
    study = ws.access_study(scenario="fly")
    points = ws.access_points(plots(rectangle(9990, -10, 20)), study)
    target = study.network.node_of("gate", "gateway")
    arcs = study.arcs(("air",), "air")
    found = study.origin(ws.access_points("airports", study), 0, arcs).chain(study.network, target)
    flown = next(leg for leg in found.legs if leg.mode == "air")
    assert (flown.minutes, flown.minutes_low, flown.minutes_high) == (6.0, 6.0, 12.0)
    assert (flown.yuan_per_t, flown.co2_kg_per_t, flown.is_assumed) == (120.0, 30.0, True)
    assert found.total("handling_min") == 120
    document = chain_document(study, points, "gate")
    assert document["links"][0]["confidence"] == "derived"
    assert (document["links"][0]["mode"], document["links"][0]["from_name"]) == ("air", "东机场")
    assert any("推算" in remark["zh"] and "直线" in remark["zh"] for remark in document["remarks"])
    planned = ws.access_study(scenario="planned")
    assert not (planned.network.edges["mode"] == "air").any()


@pytest.mark.parametrize(
    ("link", "words"),
    [
        (flight(airport="apx"), "key 'link': no open airport 'apx'"),
        (flight(station="sta"), "expected a station or an airport"),
        (flight(rail_class="high_speed"), "expected no rail_class and no speed_kmh"),
    ],
)
def test_a_wrong_link_is_refused(airport, link, words):
    with pytest.raises(DefinitionError, match=words):
        open_with(airport, scenario=[supposed(link)]).access_study(scenario="fly")


def test_a_cargo_that_a_mode_does_not_take_is_said(airport, plots, rectangle):
    ws = open_with(airport)
    study = ws.access_study()  # express goods
    points = ws.access_points(plots(rectangle(9990, -10, 20)), study)
    remarks = chain_document(study, points, "gate", haul="water")["remarks"]
    assert any(remark["zh"].startswith("水路不运 express") for remark in remarks)


def test_a_scenario_without_gain_says_why(city, plots, rectangle):
    """A planned line with two stations: by rail sooner than on foot, yet the road is faster."""
    city.layer("roads", "highway", [("r", line((-10000, 0), (10000, 0)), {"class": "expressway"})],
               geometry="line")  # fmt: skip
    city.layer("ramps", "interchange",
               [(k, shapely.Point(x, 0)) for k, x in (("w", -10000), ("e", 10000))],
               geometry="point")  # fmt: skip
    city.layer("gateways", "gateway", [("gate", shapely.Point(10000, 0), {"name": "东口"})],
               geometry="point")  # fmt: skip
    plan = {"status": "planned"}
    stations = [("s1", -9000, "西站"), ("s2", 9000, "东站")]
    city.layer("stations", "station",
               [(k, shapely.Point(x, 500), {"name": n, **plan}) for k, x, n in stations],
               geometry="point")  # fmt: skip
    city.layer("rails", "railway",
               [("t", line((-9000, 500), (9000, 500)),
                 {"class": "high_speed", "speed_kmh": 250, "name": "新线", **plan})],
               geometry="line")  # fmt: skip
    opens = {"id": "rail", "title_zh": "新线", "title_en": "new line", "opens": ["s1", "s2", "t"]}
    ws = open_with(city, scenario=[opens])
    before, after = ws.access_study(), ws.access_study(scenario="rail")
    points = ws.access_points(plots(rectangle(-10010, -10, 20)), before)
    document = compare_document(before, after, points)
    assert document["sum_gain_minutes"] == 0
    assert [row["feature"] for row in document["opened"]] == ["s1", "s2", "t"]
    gain = document["part_gains"]["station"]
    assert gain["sites"][0]["before"] is None
    words = " ".join(remark["zh"] for remark in document["remarks"])
    assert "新开车站：西站、东站" in words
    assert "到对外节点" in words
    same = compare_document(before, ws.access_study(), points)
    assert (same["opened"], same["part_gains"], same["remarks"]) == ([], {}, [])
