"""Modes and roads that do not meet: told in the report, null in the answers, never dropped."""

import json

import pytest
import shapely

from geo_toolkit.access import chain_document, matrix_document
from geo_toolkit.access.examples import example_content


def toml(value):
    """Return a value as inline TOML."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(k)} = {toml(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(toml(v) for v in value) + "]"
    return json.dumps(value, ensure_ascii=False)


@pytest.fixture
def apart(city):
    """Two county roads 100 km apart, and between them, out of reach of both, a railway."""
    roads = [
        ("west", shapely.LineString([(-60_000, 0), (-50_000, 0)]), {"class": "county"}),
        ("east", shapely.LineString([(50_000, 0), (60_000, 0)]), {"class": "county"}),
    ]
    city.layer("roads", "highway", roads, geometry="line")
    stations = [("s1", shapely.Point(-5000, 0), {"name": "甲站"}),
                ("s2", shapely.Point(5000, 0), {"name": "乙站"})]  # fmt: skip
    city.layer("stations", "station", stations, geometry="point")
    city.layer(
        "rails", "railway",
        [("r", shapely.LineString([(-5000, 0), (5000, 0)]), {"class": "ordinary"})],
        geometry="line",
    )  # fmt: skip
    city.layer(
        "gateways", "gateway", [("gate", shapely.Point(60_000, 0), {"name": "东口"})],
        geometry="point",
    )  # fmt: skip
    (city.root / "rules").mkdir()
    text = "".join(f"{key} = {toml(value)}\n" for key, value in example_content().items())
    (city.root / "rules" / "logistics.toml").write_text(text, encoding="utf-8")
    return city.open()


def test_islands_and_what_no_road_reaches_are_reported(apart):
    network = apart.access_study().network
    (island,) = network.report["islands"]  # the other part is what it is an island of
    assert (island["distance_m"], island["nodes"]) == (pytest.approx(100_000, abs=1), 2)
    assert not network.report["unjoined"]  # the stations reach each other by road


def test_pairs_without_a_way_are_null_marked_and_counted(apart, plots, rectangle):
    study = apart.access_study()
    sites = apart.access_points(
        plots(rectangle(-60_010, -10, 20), rectangle(59_990, -10, 20)), study
    )
    document = matrix_document(study, study.times(sites, sites))
    assert document["minutes"][0] == [0.0, None]
    assert document["minutes"][1] == [None, 0.0]
    assert document["minutes_high"][0][1] is None
    assert document["unreachable"] == 2
    west, east = chain_document(study, sites, "gate")["sites"]
    assert (west["unreachable"], west["best"], west["second_best"]) == (True, None, None)
    assert east["unreachable"] is False
