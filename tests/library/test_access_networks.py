"""Three hand-made networks, with every number worked out on paper.

Rates are those of ``example_content``: ordinary road 30 km/h, detour 1.4 (1.2-1.7), 1 yuan and
100 g a t-km; expressway 60 km/h, 0.5 yuan, 50 g; train 60 km/h, 0.2 yuan, 20 g, 10 yuan to board;
ship 240 km a day down and 120 up, 0.1 yuan, 10 g, 60 min a lock; 60 min and 5 yuan a handling.
"""

import json
from itertools import pairwise

import numpy as np
import pytest
import shapely

from geo_toolkit.access import (
    Case,
    chain_document,
    compare_document,
    cumulative_opportunities,
    hansen_potential,
    isochrone_frame,
    matrix_document,
    score_document,
    weighted_mean_minutes,
)
from geo_toolkit.access.examples import example_content
from geo_toolkit.access.scoring import seat_points
from geo_toolkit.errors import DefinitionError, NotAvailable, OptionError, UnknownName
from geo_toolkit.geodesy import from_geographic, to_geographic

TOLERANCE = 2e-3  # degrees are written to 15 digits; positions come back to a millimetre


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


def square(rectangle, x, y):
    return rectangle(x - 10, y - 10, 20)


@pytest.fixture
def near():
    """Compare with a paper value."""
    return lambda value: pytest.approx(value, abs=TOLERANCE)


# 1. Roads: an expressway with three entrances, another that crosses it without a junction.


@pytest.fixture
def roads(city):
    west_east = line((-12000, 0), (-10000, 0), (0, 0), (10000, 0), (12000, 0))
    south_north = line((5000, -9000), (5000, 9000))
    city.layer(
        "expressways",
        "highway",
        [
            ("we", west_east, {"class": "expressway", "name": "东西高速"}),
            ("sn", south_north, {"class": "expressway", "name": "南北高速"}),
        ],
        geometry="line",
    )
    places = [("w", -10000), ("m", 0), ("e", 10000)]
    city.layer(
        "interchanges",
        "interchange",
        [(key, shapely.Point(x, 0), {"name": f"{key}互通"}) for key, x in places],
        geometry="point",
    )
    city.layer(
        "yards", "terminal", [("yard", shapely.Point(10000, 2000), {"name": "货场"})],
        geometry="point",
    )  # fmt: skip
    return city


def test_door_to_gate_by_expressway(roads, plots, rectangle):
    """4.2 km to the entrance (8.4 min), 20 km on the expressway (20 min), 2.8 km (5.6 min).

    Straight to the yard would be 20.0 km and 56 min.
    """
    ws = open_with(roads)
    study = ws.access_study()
    site = score_document(study, ws.access_points(plots(square(rectangle, -10000, 3000)), study))
    row = site["sites"][0]
    parts = {part["role"]: part for part in row["parts"]}
    yard, entrance = parts["terminal"], parts["interchange"]
    assert entrance["target"] == "w"
    assert entrance["minutes"] == 8.4
    assert yard["target"] == "yard"
    assert yard["minutes"] == 34.0
    assert yard["km"] == 27.0
    assert yard["yuan_per_t"] == 17.0  # 4.2 + 20 x 0.5 + 2.8
    assert yard["co2_kg_per_t"] == 1.7  # 0.42 + 1.0 + 0.28
    assert yard["handling_min"] == 60
    assert [leg["mode"] for leg in yard["legs"]] == ["access", "road", "access"]
    assert [leg["assumed"] for leg in yard["legs"]] == [True, False, True]
    assert yard["minutes_low"] == 32.0  # legs at detour 1.2: 7.2 + 20 + 4.8
    assert yard["minutes_high"] == 37.0  # at 1.7: 10.2 + 20 + 6.8
    # entrance 91.6, yard 66, four parts that are not there: of equal weights
    assert row["score"] == round((91.6 + 66) / 6, 1)
    assert parts["port"]["minutes"] is None
    assert parts["port"]["unreachable"] is True
    assert site["network_level"] == "skeleton"
    assert site["parameters"]["network.detour"]["value"] == 1.4


def test_accuracy_widens_the_range(roads, plots, rectangle):
    """Both ends known to 500 m: the yard leg of 2 km may be 1.5 to 2.5 km."""
    roads.layer(
        "yards", "terminal", [("yard", shapely.Point(10000, 2000))], geometry="point",
        accuracy_m=500,
    )  # fmt: skip
    ws = open_with(roads)
    study = ws.access_study()
    points = ws.access_points(plots(square(rectangle, -10000, 3000)), study)
    row = score_document(study, points)["sites"][0]
    yard = next(part for part in row["parts"] if part["role"] == "terminal")
    assert yard["minutes_low"] == 30.8  # 7.2 + 20 + 1.5 x 1.2 x 2
    assert yard["minutes_high"] == 38.7  # 10.2 + 20 + 2.5 x 1.7 x 2
    assert yard["accuracy_m"] == 500


def test_a_crossing_of_expressways_is_no_junction(roads):
    """The second expressway has no entrance and meets nothing: it is joined by an assumed road."""
    study = open_with(roads).access_study()
    edges, nodes = study.network.edges, study.network.nodes
    pieces = edges[edges["name"] == "东西高速"]
    assert sorted(pieces["km"].round(3)) == [2, 2, 10, 10]
    assert len(edges[edges["name"] == "南北高速"]) == 1
    join = edges[edges["cls"] == "join"]
    assert len(join) == 1
    assert join["is_assumed"].all()
    # from its nearest end to the nearest entrance: (5000, 9000) to (0, 0) or (10000, 0)
    assert join["km"].iloc[0] == pytest.approx(np.hypot(5, 9) * 1.4, abs=TOLERANCE)
    assert {"road", "junction", "place"} == set(nodes["kind"])
    assert len(study.network.report["dangling"]) == 4


def test_matrix_and_its_measures(roads, plots, rectangle, near):
    """From the entrance at the west end to the seat of a county: 20 km and a leg of 1 km."""
    roads.layer(
        "counties",
        "county",
        [
            ("east", rectangle(9000, -2000, 2000), {"name": "东县", "population": 600}),
            ("west", rectangle(-11000, -2000, 2000), {"name": "西县", "population": 300}),
        ],
    )
    ws = open_with(roads)
    study = ws.access_study()
    sites = plots(square(rectangle, -10000, 0))
    times = study.times(ws.access_points(sites, study), ws.access_points("counties", study))
    assert times.minutes[0].tolist() == near([22.8, 2.8])
    document = matrix_document(study, times)
    row = document["origins"][0]
    assert document["minutes"] == [[22.8, 2.8]]
    assert document["minutes_low"] == [[22.4, 2.4]]  # the leg of 1 km at detour 1.2
    assert document["minutes_high"] == [[23.4, 3.4]]  # at 1.7
    assert document["unreachable"] == 0
    assert row["weighted_mean_minutes"] == 16.13  # (600 x 22.8 + 300 x 2.8) / 900
    assert row["potential"] == 56.3  # 600 / 22.8 + 300 / 10, the inner time
    assert row["population_within"] == {"30": 900, "60": 900, "120": 900, "240": 900}
    mass = np.array([600.0, 300.0])
    assert weighted_mean_minutes(times.minutes, mass)[0] == near(16.1333)
    assert hansen_potential(times.minutes, mass, beta=2)[0] == near(600 / 22.8**2 + 300 / 2.8**2)
    assert cumulative_opportunities(times.minutes, mass, within_min=10).tolist() == [300]


def test_two_sites_near_each_other_are_linked_directly(roads, plots, rectangle, near):
    """1 km apart: 1.4 km, 2.8 min; from a site to itself nothing."""
    ws = open_with(roads)
    study = ws.access_study()
    points = ws.access_points(
        plots(square(rectangle, -5000, 8000), square(rectangle, -5000, 9000)), study
    )
    minutes = study.times(points, points).minutes
    assert minutes.tolist() == [near([0, 2.8]), near([2.8, 0])]


def test_nobody_travels_through_another_site(roads, plots, rectangle):
    ws = open_with(roads)
    study = ws.access_study()
    alone, both = (
        study.times(ws.access_points(plots(*squares), study), ws.access_points("yards", study))
        for squares in (
            [square(rectangle, -10000, 3000)],
            [square(rectangle, -10000, 3000), square(rectangle, 0, 1000)],
        )
    )
    assert alone.minutes[0, 0] == both.minutes[0, 0]


def test_an_origin_off_the_network_is_refused_with_its_distance(city, plots, rectangle):
    city.layer("yards", "terminal", [("yard", shapely.Point(0, 0))], geometry="point")
    network = example_content()["network"]
    reach = {**network["max_access_km"], "value": 5.0, "low": 5.0, "high": 5.0}
    ws = open_with(city, network={**network, "max_access_km": reach})
    study = ws.access_study()
    points = ws.access_points(plots(square(rectangle, 0, 12000)), study)
    with pytest.raises(
        OptionError, match=r"plot#1: expected a road junction or terminal within 5 km, got 12.0 km"
    ):
        score_document(study, points)


def test_no_network_at_all_is_said(city, plots, rectangle):
    ws = open_with(city)
    study = ws.access_study()
    points = ws.access_points(plots(square(rectangle, 0, 0)), study)
    with pytest.raises(OptionError, match="no road, terminal or county seat at all"):
        score_document(study, points)


# 2. Chains: a county with a station, a port and a lock, and a far gateway by road, rail, water.


@pytest.fixture
def chains(city, rectangle):
    city.layer("counties", "county", [("jia", rectangle(-1000, -1000, 2000), {"name": "甲县"})])
    city.layer(
        "railways",
        "railway",
        [("r", line((0, 1000), (15000, 1000)), {"class": "ordinary", "name": "铁路"})],
        geometry="line",
    )
    city.layer(
        "stations",
        "station",
        [
            ("sta_a", shapely.Point(0, 1000), {"name": "甲站"}),
            ("sta_b", shapely.Point(15000, 1000), {"name": "乙站"}),
        ],
        geometry="point",
    )
    river = line((-15000, -1000), (0, -1000), (8000, -1000), (15000, -1000))
    city.layer("river", "waterway", [("w", river, {"class": "IV", "name": "江"})], geometry="line")
    city.layer(
        "ports",
        "port",
        [
            ("port_a", shapely.Point(0, -1000), {"name": "甲港"}),
            ("port_b", shapely.Point(14000, -1000), {"name": "乙港"}),
        ],
        geometry="point",
    )
    city.layer("locks", "lock", [("l", shapely.Point(8000, -1000))], geometry="point")
    columns = {"name": "远方", "from_place": "甲", "road_km": 100, "rail_km": 120, "water_km": 150}
    city.layer(
        "gateways", "gateway", [("gate", shapely.Point(100_000, 0), columns)], geometry="point"
    )
    return city


@pytest.fixture
def bulk(chains, plots, rectangle):
    """A function from options to the best and second-best chain of a site 4 km from the seat."""
    ws = open_with(chains)
    study = ws.access_study(case=Case(cargo="bulk"))
    points = ws.access_points(plots(square(rectangle, 0, 4000)), study)

    def ask(target="gate", **options):
        row = chain_document(study, points, target, **options)["sites"][0]
        return row["best"], row["second_best"]

    return ask


@pytest.mark.parametrize(
    ("mode", "minutes", "handling", "yuan", "co2"),
    [
        ("road", 111.2, 0, 55.6, 5.56),  # 5.6 km to the seat, 100 km of expressway
        ("rail", 128.4, 120, 48.2, 2.82),  # 4.2 km, 120 km; 5 + 10 to board, 5 to leave
        ("water", 1136, 120, 32.0, 2.2),  # 7 km; 150 km: 900 min, a lock and 2.7 beyond; 5 and 5
    ],
)
def test_a_chain_by_each_mode(bulk, mode, minutes, handling, yuan, co2):
    best, _ = bulk(objective="cost", haul=mode)
    assert best["minutes"] == minutes
    assert best["handling_min"] == handling
    assert best["total_minutes"] == minutes + handling
    assert best["yuan_per_t"] == yuan
    assert best["co2_kg_per_t"] == co2
    assert best["main_mode"] == mode
    assert sum(leg["yuan_per_t"] for leg in best["legs"]) == pytest.approx(yuan)


def test_water_is_cheaper_than_rail_and_rail_than_road_for_bulk(bulk):
    water, rail, road = (
        bulk(objective="cost", haul=mode)[0]["yuan_per_t"] for mode in ("water", "rail", "road")
    )
    assert water < rail < road


@pytest.mark.parametrize(
    ("objective", "first", "second"),
    [
        ("time", "road", "rail"),  # 111.2 < 248.4 < 1256
        ("cost", "water", "rail"),  # 32 < 48.2 < 55.6
        ("generalised", "rail", "water"),  # 52.34 < 52.93 < 57.45 at 1 yuan/t-h
        ("co2", "water", "rail"),
    ],
)
def test_best_and_second_best(bulk, objective, first, second):
    best, other = bulk(objective=objective)
    assert (best["main_mode"], other["main_mode"]) == (first, second)


def test_where_rail_and_water_break_even_with_road(chains, plots, rectangle):
    """Rail (5 + 5 + 10) / (0.5 - 0.2) = 66.67 km; water (5 + 5) / (0.5 - 0.1) = 25 km."""
    ws = open_with(chains)
    study = ws.access_study(case=Case(cargo="bulk"))
    points = ws.access_points(plots(square(rectangle, 0, 4000)), study)
    document = chain_document(study, points, "gate")
    assert document["break_even_km"] == {"rail": 66.67, "water": 25.0}


def test_a_lock_counts_once_and_upstream_takes_longer(chains):
    """14 km down: 84 min and a lock; up: 168 min and a lock. Handling at both ports apart."""
    study = open_with(chains).access_study(case=Case(cargo="bulk"))
    arcs = study.arcs(["water"], None)
    node = study.network.node_of
    a, b = node("port_a", "place"), node("port_b", "place")
    down = study.chains(_at(study, a), 0, b, modes=["water"], objective="cost")[0]
    up = study.chains(_at(study, b), 0, a, modes=["water"], objective="cost")[0]
    assert len(arcs.tail)
    assert down.total("minutes") == pytest.approx(144, abs=TOLERANCE)
    assert up.total("minutes") == pytest.approx(228, abs=TOLERANCE)
    assert down.total("handling_min") == up.total("handling_min") == 120
    assert down.total("yuan_per_t") == pytest.approx(11.4, abs=TOLERANCE)
    assert [leg.mode for leg in down.legs] == ["transfer", "water", "transfer"]


def _at(study, node):
    return seat_points(study, np.array([node]))


def test_the_geometry_runs_from_door_to_gate(bulk):
    best, _ = bulk(objective="time")
    parts = best["geometry"]["coordinates"]
    assert all(a[-1] == b[0] for a, b in pairwise(parts))
    assert best["legs"][0]["from"] == "地块1"
    assert best["legs"][-1]["to"] == "远方"
    assert best["legs"][-1]["assumed"] is True  # a distance without a published basis


def test_express_goods_take_no_ship(chains, plots, rectangle):
    ws = open_with(chains)
    study = ws.access_study(case=Case(cargo="express"))
    points = ws.access_points(plots(square(rectangle, 0, 4000)), study)
    row = chain_document(study, points, "gate", objective="cost", haul="water")["sites"][0]
    assert row["best"] is None
    assert row["unreachable"] is True


def test_an_unknown_gateway_is_refused_with_the_nearest(bulk):
    with pytest.raises(UnknownName, match="no place 'gaet'; did you mean 'gate'"):
        bulk("gaet")


def test_a_gateway_link_without_a_start_is_reported(chains):
    columns = {"name": "他方", "from_place": "丙", "road_km": 10}
    chains.layer(
        "more", "gateway", [("gate2", shapely.Point(0, 90_000), columns)], geometry="point"
    )
    network = open_with(chains).access_study().network
    row = {"feature": "gate2", "reason": "road_link_without_start", "distance_m": None}
    assert row in network.report["unjoined"]


def test_an_air_link_where_the_layer_gives_one(chains, plots, rectangle, near):
    """4 + 2 km to the airport... straight 6 km: 8.4 km, 16.8 min; 600 km at 600 km/h."""
    chains.layer("airports", "airport", [("apt", shapely.Point(0, -2000))], geometry="point")
    columns = {"name": "远方", "from_place": "甲", "air_km": 600}
    chains.layer(
        "gateways", "gateway", [("gate", shapely.Point(100_000, 0), columns)], geometry="point"
    )
    ws = open_with(chains)
    study = ws.access_study(case=Case(cargo="express"))
    points = ws.access_points(plots(square(rectangle, 0, 4000)), study)
    best = chain_document(study, points, "gate")["sites"][0]["best"]
    assert best["minutes"] == near(76.8)
    assert best["handling_min"] == 120
    assert best["modes"] == ["access", "air"]


@pytest.mark.parametrize(
    ("layer", "role", "columns", "words"),
    [
        ("railways", "railway", {"class": "metro"}, "key 'rail': layer railways feature 'x'"),
        ("roads", "highway", {"class": "lane"}, "key 'road': layer roads feature 'x'"),
    ],
)
def test_a_class_without_parameters_is_refused(city, layer, role, columns, words):
    city.layer(layer, role, [("x", line((0, 0), (1000, 0)), columns)], geometry="line")
    ws = open_with(city)
    with pytest.raises(DefinitionError, match=f"logistics.toml {words}"):
        ws.access_study()


def test_assumed_and_passenger_features_never_enter(chains):
    chains.layer(
        "more",
        "terminal",
        [("guess", shapely.Point(0, 0), {"basis": "assumed"})],
        geometry="point",
    )
    network = {**example_content()["network"], "passenger_only": ["port_b"]}
    ws = open_with(chains, network=network)
    study = ws.access_study()
    assert study.network.node_of("guess", "place") == -1
    assert study.network.node_of("port_b", "place") == -1
    assert {"layer": "more", "feature": "guess", "reason": "assumed"} in (
        study.network.report["left_out"]
    )
    with pytest.raises(OptionError, match="layer more: expected features with a known position"):
        ws.access_points("more", study)


def test_a_layer_whose_geometry_may_not_leave_is_refused(chains):
    chains.layer(
        "secret", "industrial_park", [("s", shapely.Point(0, 0))], geometry="point",
        secrecy="verdict_only",
    )  # fmt: skip
    ws = open_with(chains)
    study = ws.access_study()
    with pytest.raises(NotAvailable, match="layer secret"):
        ws.access_points("secret", study)


# 3. Streets and scenarios: a grid of ordinary roads, a planned expressway, a planned station.


@pytest.fixture
def streets(city):
    """Two streets that cross at (0, 0), a bridge over one of them, a planned expressway."""
    city.layer(
        "roads",
        "highway",
        [
            ("we", line((-6000, 0), (6000, 0)), {"class": "county"}),
            ("sn", line((0, -6000), (0, 6000)), {"class": "county"}),
            ("over", line((3000, -1000), (3000, 1000)), {"class": "county", "bridge": "yes"}),
            ("new", line((-6000, 10), (6000, 10)), {"class": "expressway", "status": "planned"}),
        ],
        geometry="line",
    )
    city.layer(
        "interchanges",
        "interchange",
        [(k, shapely.Point(x, 10), {"status": "planned"}) for k, x in (("a", -6000), ("b", 6000))],
        geometry="point",
    )
    city.layer(
        "gateways",
        "gateway",
        [("gate", shapely.Point(6000, 0), {"name": "东口"})],
        geometry="point",
    )
    return city


SCENARIO = {
    "id": "new-road",
    "title_zh": "新路",
    "title_en": "new road",
    "opens": ["new", "a", "b"],
}


def test_streets_make_the_network_more_than_a_skeleton(streets):
    network = open_with(streets).access_study().network
    assert network.level == "county"
    pieces = network.edges[network.edges["mode"] == "road"]
    assert sorted(pieces["km"].round(3)) == [2, 6, 6, 6, 6]


def test_a_planned_road_shortens_and_nothing_else_changes(streets, plots, rectangle):
    """12 km at 30 km/h or, once open, at 60: 12 min less but for two ramps of 10 m at 30."""
    ws = open_with(streets, scenario=[SCENARIO])
    before, after = ws.access_study(), ws.access_study(scenario="new-road")
    points = ws.access_points(plots(square(rectangle, -6000, 0)), before)
    same = compare_document(before, ws.access_study(), points)
    assert same["sum_gain_minutes"] == 0
    assert same["sites"][0]["before"] == same["sites"][0]["after"]
    row = compare_document(before, after, points)["sites"][0]
    assert row["before"]["gateways"] == {"gate": 24.0}
    assert row["after"]["gateways"] == {"gate": 12.0}
    assert row["gain_minutes"] == pytest.approx(12, abs=0.05)
    assert row["newly_reachable"] == []


def test_a_gateway_reached_only_afterwards_is_no_gain(streets, plots, rectangle):
    streets.layer(
        "stations",
        "station",
        [("sta", shapely.Point(0, 6000), {"name": "新站", "status": "planned"})],
        geometry="point",
    )
    streets.layer(
        "railways",
        "railway",
        [("r", line((0, 6000), (0, 12000)), {"class": "ordinary", "status": "planned"})],
        geometry="line",
    )
    columns = {"name": "远方", "from_place": "新", "rail_km": 60}
    streets.layer(
        "gateways", "gateway", [("gate", shapely.Point(0, 200_000), columns)], geometry="point"
    )
    opens = {**SCENARIO, "id": "rail", "opens": ["sta", "r"]}
    ws = open_with(streets, scenario=[opens])
    before, after = ws.access_study(), ws.access_study(scenario="rail")
    points = ws.access_points(plots(square(rectangle, 0, 0)), before)
    row = compare_document(before, after, points)["sites"][0]
    assert row["before"]["gateways"] == {"gate": None}
    # 12 min by street (or 8.4 km of leg, 16.8), 60 min handling, 60 min, 60 min handling
    assert row["after"]["gateways"] == {"gate": 192.0}
    assert row["newly_reachable"] == ["gate"]
    assert row["gain_minutes"] == 0
    assert row["before"]["unreachable"] == 1


def test_a_scenario_that_names_no_feature_is_refused(streets):
    wrong = {**SCENARIO, "opens": ["nwe"]}
    ws = open_with(streets, scenario=[wrong])
    with pytest.raises(DefinitionError, match="scenario 'new-road' key 'opens': no feature 'nwe'"):
        ws.access_study(scenario="new-road")


def test_a_link_of_a_scenario_needs_its_station(streets):
    link = {
        "gateway": "gate", "station": "sta", "rail_class": "high_speed",
        "speed_kmh": example_content()["air"]["speed_kmh"],
        "km": example_content()["network"]["max_access_km"],
    }  # fmt: skip
    ws = open_with(streets, scenario=[{**SCENARIO, "link": [link]}])
    with pytest.raises(DefinitionError, match="key 'link': no open station 'sta' on a high_speed"):
        ws.access_study(scenario="new-road")


def test_isochrones_hold_the_nodes_reached_and_grow(streets, plots, rectangle):
    """From the west end: the crossing after 12 min, the east end and the two others after 24."""
    ws = open_with(streets)
    study = ws.access_study()
    points = ws.access_points(plots(square(rectangle, -6000, 0)), study)
    frame = isochrone_frame(study, points, [10, 12.5, 30])
    assert frame["minutes"].tolist() == [30, 12.5, 10]
    assert frame.geometry.is_valid.all()
    whole, some, few = frame.geometry
    assert whole.buffer(1e-6).contains(some)
    assert some.buffer(1e-6).contains(few)
    west, middle, east = (
        shapely.Point(*ws_point(ws, x, y)) for x, y in ((-6000, 0), (0, 0), (6000, 0))
    )
    assert few.contains(west)
    assert not few.contains(middle)
    assert some.contains(middle)
    assert not some.contains(east)
    assert whole.contains(east)


def ws_point(ws, x, y):
    origin = from_geographic(np.array([shapely.Point(106.2, 30.7)]), ws.topology_crs)[0]
    moved = np.array([shapely.Point(origin.x + x, origin.y + y)], dtype=object)
    point = to_geographic(moved, ws.topology_crs)[0]
    return point.x, point.y


@pytest.mark.parametrize("minutes", [[], [0], [-5], [1e9], [30, 30], [float("nan")]])
def test_wrong_times_are_refused(streets, plots, rectangle, minutes):
    ws = open_with(streets)
    study = ws.access_study()
    points = ws.access_points(plots(square(rectangle, 0, 0)), study)
    with pytest.raises(OptionError, match="--minutes"):
        isochrone_frame(study, points, minutes)
