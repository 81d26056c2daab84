"""Distances along a river: hits, joints, branches, widths and accuracy, in metres on paper.

The river runs from west to east along y = 0, so that upstream is to the west.
"""

from datetime import date

import numpy as np
import shapely

from geo_toolkit.siting.along_line import stretches
from geo_toolkit.siting.constraints import Constraints

LINE = shapely.LineString
RIVER = [("r", LINE([(-10000, 0), (10000, 0)]))]
BRIDGE = [("b", LINE([(0, -50), (0, 50)]))]
KEYS = {"line_role": "river", "upstream_m": 500, "downstream_m": 2000}


def decide(workspace, plots, polygon):
    """Return the verdict of a site, and the findings of its one rule."""
    site = workspace.check(plots(polygon), record=False).document["sites"][0]
    return site["verdict"], site["findings"]


def build(city, river=RIVER, features=BRIDGE, geometry="line", **keys):
    city.layer("rivers", "river", river, geometry="line", coverage="all", **keys)
    city.layer("bridges", "bridge", features, geometry=geometry, coverage="all")
    return city.rule("S", "bridge", "along_line", **KEYS).open()


def test_upstream_and_downstream_have_their_own_distance(city, plots, rectangle):
    ws = build(city)

    def outcome(x):
        return decide(ws, plots, rectangle(x, -50, 100))[0]

    assert outcome(-590) == "prohibited"  # its east side 490 m upstream
    assert outcome(-610) == "clear"  # 510 m upstream
    assert outcome(1990) == "prohibited"
    assert outcome(2010) == "clear"


def test_exactly_at_the_end_of_the_stretch_touches_and_is_clear(city, plots, rectangle):
    """A line has no width: a plot that starts where the stretch ends has nothing of it inside."""
    ws = build(city)
    assert decide(ws, plots, rectangle(2000.01, -50, 100))[0] == "clear"
    assert decide(ws, plots, rectangle(1999.9, -50, 100))[0] == "prohibited"


def test_a_line_without_width_must_cross_the_site(city, plots, rectangle):
    ws = build(city)
    verdict, findings = decide(ws, plots, rectangle(100, 5, 100))
    assert (verdict, findings[0]["outcome"], findings[0]["feature_id"]) == ("clear", "clear", None)
    assert decide(ws, plots, rectangle(100, -5, 100))[0] == "prohibited"


def test_the_half_width_of_the_line_reaches_to_both_sides(city, plots, rectangle):
    ws = build(city, [("r", RIVER[0][1], {"half_width_m": 80})])
    assert decide(ws, plots, rectangle(100, 70, 100))[0] == "prohibited"
    assert decide(ws, plots, rectangle(100, 81, 100))[0] == "clear"
    verdict, findings = decide(ws, plots, rectangle(1900, 0, 200))
    assert verdict == "prohibited"
    assert abs(findings[0]["overlap_m2"] - 100 * 80) < 1  # the stretch is cut square at 2,000 m


def test_the_distance_follows_the_bends_and_not_the_crow(city, plots, rectangle):
    """Up 1,000 m north, back 1,000 m south: 200 m away by air, 2,200 m along the river."""
    bend = LINE([(-10000, 0), (200, 0), (200, 1000), (400, 1000), (400, 0), (10000, 0)])
    ws = build(city, [("r", bend)])
    assert decide(ws, plots, rectangle(390, -50, 100))[0] == "clear"  # 200+1000+200+1000 m on
    assert decide(ws, plots, rectangle(190, 700, 20))[0] == "prohibited"  # 900 m on


def test_ends_within_a_metre_join_and_a_wider_gap_ends_the_stretch(city, plots, rectangle):
    near = [("a", LINE([(-10000, 0), (1000, 0)])), ("b", LINE([(1000.9, 0), (10000, 0)]))]
    ws = build(city, near)
    assert decide(ws, plots, rectangle(1500, -50, 100))[0] == "prohibited"


def test_a_wider_gap_ends_the_stretch(city, plots, rectangle):
    far = [("a", LINE([(-10000, 0), (1000, 0)])), ("b", LINE([(1002, 0), (10000, 0)]))]
    ws = build(city, far)
    assert decide(ws, plots, rectangle(1500, -50, 100))[0] == "clear"


def test_upstream_goes_into_every_branch_and_downstream_follows_the_flow(city, plots, rectangle):
    """A tributary joins the middle of the main line 300 m below the bridge, another 200 m above."""
    rivers = [
        *RIVER,
        ("above", LINE([(-200, 5000), (-200, 0)])),
        ("below", LINE([(300, 5000), (300, 0)])),
    ]
    ws = build(city, rivers)

    def outcome(x, y):
        return decide(ws, plots, rectangle(x, y, 20))[0]

    assert outcome(-210, 270) == "prohibited"  # 200 + 270..290 m upstream: within 500
    assert outcome(-210, 310) == "clear"
    assert outcome(290, 100) == "clear"  # up a tributary that joins below the bridge
    assert outcome(1900, -10) == "prohibited"


def test_a_feature_on_a_tributary_reaches_the_main_river_downstream_only(city, plots, rectangle):
    rivers = [*RIVER, ("t", LINE([(0, 5000), (0, 0)]))]
    ws = build(city, rivers, [("b", LINE([(-50, 1000), (50, 1000)]))])

    def outcome(x, y):
        return decide(ws, plots, rectangle(x, y, 20))[0]

    assert outcome(970, -10) == "prohibited"  # 1,000 m of tributary and 970 m of river
    assert outcome(1010, -10) == "clear"
    assert outcome(-200, -10) == "clear"  # upstream of the mouth
    assert outcome(-10, 1400) == "prohibited"


def test_a_fork_is_followed_into_both_arms_downstream(city, plots, rectangle):
    arms = [
        ("a", LINE([(-10000, 0), (500, 0)])),
        ("n", LINE([(500, 0), (500, 9000)])),
        ("s", LINE([(500, 0), (500, -9000)])),
    ]
    ws = build(city, arms)
    for y in (1400, -1420):
        assert decide(ws, plots, rectangle(490, y, 20))[0] == "prohibited"
    assert decide(ws, plots, rectangle(490, 1510, 20))[0] == "clear"


def test_an_island_is_walked_once_and_ends(city, plots, rectangle):
    """Two arms that part and meet again, and a ring: no walk runs for ever."""
    rivers = [
        ("a", LINE([(-9000, 0), (100, 0)])),
        ("n", LINE([(100, 0), (300, 300), (500, 0)])),
        ("s", LINE([(100, 0), (300, -300), (500, 0)])),
        ("z", LINE([(500, 0), (9000, 0)])),
        ("ring", LINE([(700, 0), (800, 80), (900, 0), (800, -80), (700, 0)])),
    ]
    ws = build(city, rivers)
    assert decide(ws, plots, rectangle(290, 290, 20))[0] == "prohibited"
    assert decide(ws, plots, rectangle(290, -310, 20))[0] == "prohibited"
    # 100 + 2 * hypot(200, 300) = 821.11 m to the lower point, then 1178.89 m on
    assert decide(ws, plots, rectangle(1670, -10, 20))[0] == "prohibited"
    assert decide(ws, plots, rectangle(1680, -10, 20))[0] == "clear"


def test_the_gap_to_the_line_and_both_accuracies_make_it_borderline(city, plots, rectangle):
    """20 m of line, 10 m of feature, 30 m beside the line: 60 m in all."""
    city.layer("rivers", "river", RIVER, geometry="line", coverage="all", accuracy_m=20)
    intake = [("i", shapely.Point(0, 30))]
    city.layer("in", "bridge", intake, geometry="point", coverage="all", accuracy_m=10)
    ws = city.rule("S", "bridge", "along_line", **KEYS).open()

    def outcome(x, y, width, height):
        verdict, findings = decide(ws, plots, rectangle(x, y, width, height))
        return verdict, findings[0]["outcome"], findings[0]["accuracy_m"]

    assert outcome(100, -70, 200, 140) == ("prohibited", "hit", 60)  # the line 70 m inside
    assert outcome(100, -50, 200, 100) == ("undetermined", "borderline", 60)
    assert outcome(100, 55, 200, 100) == ("undetermined", "borderline", 60)
    assert outcome(100, 61, 200, 100)[0] == "clear"
    assert outcome(2055, -100, 200, 200) == ("undetermined", "borderline", 60)
    assert outcome(2061, -100, 200, 200)[0] == "clear"


def test_without_the_lines_the_finding_names_them(city, plots, rectangle):
    city.layer("bridges", "bridge", BRIDGE, geometry="line", coverage="all")
    ws = city.rule("S", "bridge", "along_line", **KEYS).open()
    verdict, (finding,) = decide(ws, plots, rectangle(0, 0, 100))
    assert (verdict, finding["reason_code"]) == ("undetermined", "no_layer")
    assert "河流" in finding["reason"]
    role = ws.check(plots(rectangle(0, 0, 100)), record=False).document["sites"][0]["roles"][0]
    assert "河流" in role["reason"]


def test_without_the_features_layer_there_is_no_conclusion(city, plots, rectangle):
    city.layer("rivers", "river", RIVER, geometry="line", coverage="all")
    ws = city.rule("S", "bridge", "along_line", **KEYS).open()
    verdict, (finding,) = decide(ws, plots, rectangle(0, 0, 100))
    assert (verdict, finding["reason_code"]) == ("undetermined", "no_layer")
    assert "桥梁" in finding["reason"]


def test_outside_the_coverage_of_either_layer(city, plots, rectangle):
    """A bridge not in the data, or a river not in the data: absence is no proof of either."""
    near = rectangle(-5000, -5000, 10000)
    city.layer("rivers", "river", RIVER, geometry="line", coverage=near)
    city.layer("bridges", "bridge", BRIDGE, geometry="line", coverage="all")
    ws = city.rule("S", "bridge", "along_line", **KEYS).open()
    assert decide(ws, plots, rectangle(9000, 3000, 100))[0] == "clear"  # no bridge within 2 km
    city.layer("rivers", "river", RIVER, geometry="line", coverage="none")
    ws = city.open()
    verdict, (finding,) = decide(ws, plots, rectangle(0, 1000, 100))
    assert (verdict, finding["reason_code"]) == ("undetermined", "outside_coverage")
    assert "河流" in finding["reason"]
    city.layer("bridges", "bridge", BRIDGE, geometry="line", coverage=near)
    verdict, (finding,) = decide(city.open(), plots, rectangle(4000, 0, 100))
    assert (verdict, finding["reason_code"]) == ("undetermined", "outside_coverage")


def test_a_layer_of_lines_without_any_line(city, plots, rectangle):
    ws = build(city, river=[])
    assert decide(ws, plots, rectangle(0, 0, 100))[0] == "clear"  # covered: there is no river
    city.layer("rivers", "river", [], geometry="line", coverage="none")
    verdict, (finding,) = decide(city.open(), plots, rectangle(0, 0, 100))
    assert (verdict, finding["reason_code"]) == ("undetermined", "outside_coverage")


def test_the_finding_says_how_it_was_measured(city, plots, rectangle):
    ws = build(city, RIVER, [("b", BRIDGE[0][1], {"name": "一号桥"})])
    _, (finding,) = decide(ws, plots, rectangle(100, -50, 100))
    assert finding["reason"] == (
        "涉及桥梁“一号桥”上游500米至下游2000米的河流段，"
        "沿河流数据线量算，以数据线的绘制方向为水流方向。"
    )
    assert (finding["outcome"], finding["relation"]) == ("hit", "along_line")


def test_a_feature_with_an_area_counts_from_both_its_ends(city, plots, rectangle):
    ws = build(city, features=[("zone", rectangle(-300, -100, 600, 200))], geometry="polygon")

    def outcome(x):
        return decide(ws, plots, rectangle(x, -10, 20))[0]

    assert [outcome(x) for x in (-830, -810, 0, 2290, 2310)] == [
        "clear", "prohibited", "prohibited", "prohibited", "clear"
    ]  # fmt: skip


def test_where_and_unknown_values_work_as_for_other_relations(city, plots, rectangle):
    bridges = [
        ("long", LINE([(0, -50), (0, 50)]), {"size": "long"}),
        ("short", LINE([(6000, -50), (6000, 50)]), {"size": "short"}),
        ("blank", LINE([(-6000, -50), (-6000, 50)]), {"size": ""}),
    ]
    city.layer("rivers", "river", RIVER, geometry="line", coverage="all")
    city.layer("bridges", "bridge", bridges, geometry="line", coverage="all")
    where = {"column": "size", "in": ["long"]}
    ws = city.rule("S", "bridge", "along_line", where=where, **KEYS).open()
    assert decide(ws, plots, rectangle(100, -50, 100))[0] == "prohibited"
    assert decide(ws, plots, rectangle(6100, -50, 100))[0] == "clear"
    verdict, findings = decide(ws, plots, rectangle(-5900, -50, 100))
    assert (verdict, findings[0]["reason_code"]) == ("undetermined", "attribute_missing")


def test_converted_coordinates_never_clear(city, plots, rectangle):
    from geo_toolkit.geodesy import Datum

    ws = build(city)
    far = plots(rectangle(5000, 3000, 100), datum=Datum.GCJ02)
    site = ws.check(far, record=False).document["sites"][0]
    assert (site["verdict"], site["reason_code"]) == ("undetermined", "converted_datum")


def test_lengths_are_those_on_the_ground(city):
    """At the workspace's edge the plane is stretched: 1,500 m on the ground are more in it."""
    river = [("r", LINE([(17000, -9000), (17000, 9000)]))]
    ws = build(city, river, [("b", shapely.Point(17000, 0))], geometry="point")
    lines, bridges = (
        Constraints.build(role, ws.layers.of_role(role, date(2026, 1, 1)), ws.topology_crs)
        for role in ("river", "bridge")
    )
    made = stretches(bridges, lines, np.array([0]), upstream_m=1000.0, downstream_m=500.0)
    (shape,) = made.constraints.geometry
    scale = 1 + 17000**2 / (2 * 6371000**2)  # a transverse Mercator, 17 km off its meridian
    assert scale - 1 > 3.5e-6
    assert abs(shapely.length(shape) - 1500 * scale) < 1e-4
