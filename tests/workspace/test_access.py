"""Logistics accessibility on the bundled workspace."""

from datetime import date
from pathlib import Path

import numpy as np
import pytest
import shapely

from geo_toolkit.access import (
    Case,
    Points,
    chain_document,
    compare_document,
    score_document,
)
from geo_toolkit.access.isochrone import isochrone_polygon, reach
from geo_toolkit.workspace import Workspace

ROOT = Path(__file__).parents[2]
DAY = date(2026, 11, 24)


@pytest.fixture(scope="module")
def workspace():
    return Workspace.open(ROOT)


@pytest.fixture(scope="module")
def study(workspace):
    """A function from scenario and case to its network; made once each."""
    known = {}

    def make(scenario="existing", **case):
        key = (scenario, *sorted(case.items()))
        if key not in known:
            known[key] = workspace.access_study(scenario=scenario, case=Case(**case), as_of=DAY)
        return known[key]

    return make


@pytest.fixture(scope="module")
def parks(workspace, study):
    return workspace.access_points("parks", study())


def only(points, key):
    row = points.ids.index(key)
    return Points(
        (key,), (points.names[row],), points.xy[[row]], points.accuracy_m[[row]], points.node[[row]]
    )


def chain(study, points, target, **options):
    row = chain_document(study, points, target, **options)["sites"][0]
    return row["best"], row["second_best"]


# The network


def test_it_is_a_skeleton_and_says_so(study):
    assert study().network.level == "skeleton"
    assert study().head()["network_level"] == "skeleton"


def test_every_open_interchange_and_terminal_has_joined(study):
    unjoined = {row["feature"]: row["reason"] for row in study().network.report["unjoined"]}
    outside = {"dam_cangxi", "dam_lize", "dam_tingzikou", "dam_tongzihao", "sta_qx"}
    assert set(unjoined) == {*outside, "port_pax"}


def test_gaps_are_listed_with_their_lengths(study):
    snaps = study().network.report["snaps"]
    assert len(snaps) > 20
    assert max(row["length_m"] for row in snaps if row["kind"] == "end") <= 300
    assert max(row["length_m"] for row in snaps if row["mode"] == "rail") <= 300


def test_placeholders_and_planned_lines_are_left_out(study):
    network = study().network
    left_out = {row["feature"]: row["reason"] for row in network.report["left_out"]}
    assert left_out["hub_hsr_freight"] == "assumed"
    assert left_out["rail_nanguang_01"] == "not_open"
    used = set(network.edges["feature"]) | set(network.nodes["feature"])
    assert not used & set(left_out)


def test_the_bazhong_line_is_closed_before_its_opening(workspace):
    day = date(2024, 6, 26)
    before = workspace.access_study(as_of=day).network
    after = workspace.access_study(as_of=date(2024, 6, 27)).network
    assert "rail_banan_03" not in set(before.edges["feature"])
    assert "rail_banan_03" in set(after.edges["feature"])


def test_river_runs_from_north_to_south(workspace):
    for line in workspace.layers["waterway"].read().frame.geometry:
        assert line.coords[0][1] > line.coords[-1][1]


def test_every_lock_inside_the_reach_is_counted(study):
    edges = study().network.edges
    mapped = edges[(edges["mode"] == "water") & ~edges["is_haul"]]
    assert mapped["locks"].sum() == 10


# Chains


def test_linjiang_to_chongqing(study, parks):
    by_time, _ = chain(study(cargo="bulk"), only(parks, "pk_linjiang"), "gw_chongqing",
                       objective="time")  # fmt: skip
    assert by_time["main_mode"] == "road"
    assert 165 < by_time["km"] < 200
    assert by_time["minutes_low"] < by_time["minutes"] < by_time["minutes_high"]
    assert by_time["legs"][-1]["assumed"]


def test_chemical_park_to_guangyuan_by_water(study, parks):
    best, _ = chain(study(cargo="bulk"), only(parks, "pk_chem"), "gw_guangyuan",
                    objective="cost", haul="water")  # fmt: skip
    names = [leg["from"] for leg in best["legs"]]
    assert "南充港河西作业区（化工园区专用码头）" in names
    assert best["main_mode"] == "water"
    days = best["minutes"] / 1440
    assert 70 < best["km"] / days < 95  # upstream, locks included: 81 km a day in 2019


def test_gaoping_to_chengdu(workspace, study):
    bulk = study(cargo="bulk")
    counties = workspace.access_points("counties", bulk)
    best, second = chain(bulk, only(counties, "511303"), "gw_chengdu", objective="time")
    assert best["main_mode"] == "road"
    assert second["main_mode"] == "rail"
    assert best["total_minutes"] < second["total_minutes"]


def test_water_below_rail_below_road_for_bulk_along_the_river(study, parks):
    bulk = study(cargo="bulk")
    node = bulk.network.node_of
    ends = node("gw_guangyuan", "gateway"), node("gw_chongqing", "gateway")
    whole = [
        bulk.chain_between(*ends, objective="cost", haul=mode).total("yuan_per_t")
        for mode in ("water", "rail", "road")
    ]
    assert whole == sorted(whole)
    from_park = [
        chain(bulk, only(parks, "pk_chem"), "gw_guangyuan", objective="cost", haul=mode)[0]
        for mode in ("water", "rail", "road")
    ]
    assert [c["main_mode"] for c in from_park] == ["water", "rail", "road"]
    cost = [c["yuan_per_t"] for c in from_park]
    assert cost == sorted(cost)


def test_the_known_voyage_of_seven_days_down_and_eight_up(study):
    """Guangyuan to Chongqing took about 7 days down and 8 up for some 650 km in 2019."""
    bulk = study(cargo="bulk")
    node = bulk.network.node_of
    ends = [node("gw_guangyuan", "gateway"), node("gw_chongqing", "gateway")]
    for way, days in ((ends, 7), (ends[::-1], 8)):
        best = bulk.chain_between(*way, objective="cost", haul="water")
        per_650_km = best.total("minutes") / 1440 / best.total("km") * 650
        assert per_650_km == pytest.approx(days, abs=0.5)


# Score, isochrones, scenarios


def test_every_park_with_a_known_place_is_scored(study, parks):
    document = score_document(study(cargo="container"), parks)
    assert len(document["sites"]) == 16
    assert document["left_out"] == ["pk_agri_incub", "pk_hr", "pk_natagri", "pk_vocational"]
    for site in document["sites"]:
        assert 0 <= site["score"] <= 100
        roles = [part["role"] for part in site["parts"]]
        assert roles == ["interchange", "terminal", "station", "port", "airport", "bonded_centre"]
        for part in site["parts"]:
            assert part["minutes_low"] <= part["minutes"] <= part["minutes_high"]
            assert part["target"] not in ("hub_hsr_freight", "port_pax", "port_lidu")


def test_the_score_is_the_same_whoever_else_is_asked(study, parks):
    case = study(cargo="container")
    alone = score_document(case, only(parks, "pk_chem"))["sites"][0]
    among = next(s for s in score_document(case, parks)["sites"] if s["id"] == "pk_chem")
    assert alone == among


@pytest.mark.slow
def test_isochrones_hold_exactly_the_nodes_reached_from_100_origins(study):
    case = study(cargo="container")
    seed = np.random.default_rng(20261124)
    base = case.network.xy[case.network.nodes["kind"].isin(["junction", "place"])]
    xy = base[seed.integers(0, len(base), 100)] + seed.normal(0, 5000, (100, 2))
    names = tuple(f"o{i}" for i in range(100))
    points = Points(names, names, xy, np.zeros(100), np.full(100, -1))
    for row in range(100):
        reached = reach(case, points, row)
        limits = sorted(seed.uniform(5, 200, 2))
        areas = [isochrone_polygon(reached, limit, 1000.0) for limit in limits]
        for limit, area in zip(limits, areas, strict=True):
            inside = shapely.contains_xy(area, reached.xy)
            assert (inside == (reached.minutes <= limit)).all(), (row, limit)
        lost = shapely.difference(areas[0], areas[1]).area
        assert lost < 1e-5 * areas[0].area, row  # GEOS simplifies as it widens lines


@pytest.mark.parametrize("scenario", ["chengda-wan", "nanguang", "langying"])
def test_planned_projects_only_help(study, parks, scenario):
    before, after = (study(s, cargo="express", vehicle="light") for s in ("existing", scenario))
    document = compare_document(before, after, parks)
    rows = document["sites"] + document["counties"]
    assert len(rows) == 16 + 9
    assert all(row["gain_minutes"] >= 0 for row in rows)
    assert document["sum_gain_minutes"] == pytest.approx(
        sum(row["gain_minutes"] for row in document["sites"])
    )
    if scenario != "nanguang":
        assert document["sum_gain_minutes"] > 0


def test_the_new_station_of_the_guangan_line_is_nearer_for_some(study, parks):
    before, after = (study(s, cargo="express", vehicle="light") for s in ("existing", "nanguang"))
    rows = compare_document(before, after, parks)["sites"]
    saved = [row["before"]["parts"]["station"] - row["after"]["parts"]["station"] for row in rows]
    assert min(saved) == 0
    assert max(saved) > 5


def test_without_a_planned_project_nothing_changes(study, parks):
    same = compare_document(study(cargo="express"), study(cargo="express"), parks)
    assert same["sum_gain_minutes"] == 0
    assert all(row["before"] == row["after"] for row in same["sites"] + same["counties"])


def test_the_corridor_goes_through_the_siting_rules(workspace, study):
    answer = workspace.access_corridor(study("nanguang"), width_m=60)
    assert answer["width_m"] == 60
    site = answer["check"]["sites"][0]
    assert site["name"] == "南广铁路"
    assert answer["check"]["project_type"] == "linear"
    assert site["area_ha"] == pytest.approx(86.5 * 6, rel=0.03)  # 86.5 km by 60 m
    assert workspace.access_corridor(study()) is None


def test_every_scenario_names_features_that_exist(study):
    for scenario in study().logistics.scenario:
        assert study(scenario.id).network.level == "skeleton"


def test_the_guangan_line_says_in_words_what_it_does_and_why_no_gateway_is_nearer(study, parks):
    before, after = (study(s, cargo="express", vehicle="light") for s in ("existing", "nanguang"))
    document = compare_document(before, after, parks)
    opened = {row["feature"] for row in document["opened"]}
    assert {"sta_ncgp", "sta_gae", "rail_nanguang_01"} <= opened
    gain = document["part_gains"]["station"]
    saved = sum(row["before"] - row["after"] for row in gain["sites"])
    assert gain["sum_minutes"] == pytest.approx(saved, abs=0.05)
    assert gain["sum_minutes"] > 0
    words = " ".join(remark["zh"] for remark in document["remarks"])
    assert "新开车站：广安东站、南充高坪站" in words
    rail = next(row for row in document["by_rail"] if row["gateway"] == "gw_guangan")
    assert rail["best_minutes"] < rail["rail_minutes_after"] < rail["rail_minutes_before"]
    assert f"至广安：只走铁路和普通公路（含作业）由 {rail['rail_minutes_before']:g} 分钟" in words


def test_the_links_of_the_chengdu_wanzhou_line_say_that_they_are_derived(study, parks):
    after = study("chengda-wan", cargo="express", vehicle="light")
    document = compare_document(study(cargo="express", vehicle="light"), after, parks)
    assert {row["confidence"] for row in document["links"]} == {"derived"}
    assert {row["to"] for row in document["links"]} == {"gw_chengdu", "gw_dazhou"}
    words = [
        r["zh"] for r in document["remarks"] if r["zh"].startswith("图层之外的连接（里程推算）")
    ]
    assert len(words) == 2
    haul = after.network.edges.query("is_haul and cls == 'high_speed'")
    assert haul["is_assumed"].all()


def test_road_rail_water_and_air_are_one_network(study, parks):
    supposed = study("new-flights", cargo="express")
    assert {"road", "rail", "water", "air", "transfer"} <= set(supposed.network.edges["mode"])
    best, _ = chain(supposed, only(parks, "pk_linjiang"), "gw_chengdu", haul="air")
    assert [leg["mode"] for leg in best["legs"] if leg["mode"] == "air"] == ["air"]
    assert next(leg for leg in best["legs"] if leg["mode"] == "air")["assumed"]
    existing = chain_document(study(cargo="express"), only(parks, "pk_linjiang"), "gw_chengdu",
                              haul="air")  # fmt: skip
    assert existing["sites"][0]["unreachable"]
    assert any("航空不成链" in remark["zh"] for remark in existing["remarks"])
    assert not (study("planned").network.edges["mode"] == "air").any()
