"""Advice: known trims and shifts by paper, and 200 random sites decided again by the engine."""

from dataclasses import replace

import numpy as np
import pytest
import shapely
from shapely import affinity

from geo_toolkit.geodesy import Datum, from_geographic, to_geographic, topology_crs
from geo_toolkit.rules import Declaration, parse_day
from geo_toolkit.siting import Constraints, Withheld, site_arrays
from geo_toolkit.siting.advice import advise
from geo_toolkit.siting.advice_rows import advice_frame, advice_row
from geo_toolkit.siting.declared import Declared
from geo_toolkit.siting.keep_out import grounds_of
from geo_toolkit.siting.redeciding import redecider
from geo_toolkit.siting.shift import nearest_free_move, sum_with_reflected

DAY = parse_day("2026-11-24")
MARGIN_M = 0.001
CRS = topology_crs((106.0, 30.5, 106.4, 30.9))


@pytest.fixture
def advice_for():
    """Return a function that gives the advice of a workspace for sites."""

    def make(ws, sites, *, radius_m=None, withheld=(), said=None, as_submitted=lambda a: a):
        book, crs = ws.rules, ws.topology_crs
        rules = book.select("other", "new", book.scope("full"), DAY)
        roles = {role for rule in rules for role in rule.roles}
        layers = {role: ws.layers.of_role(role, DAY) for role in sorted(roles)}
        known = {r: Constraints.build(r, of, crs) if of else None for r, of in layers.items()}
        arrays = as_submitted(site_arrays(sites, crs, ws.settings.bounds))
        declared = Declared(said or Declaration(), "other")
        decide = redecider(rules, known, declared)
        corners = shapely.box(*ws.settings.bounds)
        return advise(
            arrays,
            decide(arrays),
            grounds_of(rules, known),
            decide,
            crs=crs,
            shift_radius_m=radius_m,
            within=from_geographic(np.array([corners]), crs)[0],
            withheld=Withheld(frozenset(withheld)),
        )

    return make


@pytest.fixture
def again():
    """Return a function that submits proposed outlines as new sites."""

    def submit(ws, sites, shapes, ids):
        lonlat = to_geographic(np.array(shapes, dtype=object), ws.topology_crs)
        frame = sites.frame.loc[ids].set_geometry(lonlat, crs=sites.frame.crs)
        frame.index = [f"{site_id}~{n}" for n, site_id in enumerate(ids)]
        return ws.check(
            replace(sites, frame=frame, input_of=(0,) * len(ids)), record=False, scope="full"
        ).document

    return submit


def prohibited_hits(site):
    return [
        f["rule_id"]
        for f in site["findings"]
        if f["outcome"] == "hit" and f["severity"] == "prohibited"
    ]


def test_trim_at_a_straight_line_is_exact(city, plots, rectangle, advice_for):
    """300 of 1,000 m lie inside: 1000 x (700 - 0.001) m remain."""
    city.layer("line", "ecological_red_line", [("a", rectangle(-5000, -5000, 5300, 10000))])
    ws = city.rule("R", "ecological_red_line").open()
    (advice,) = advice_for(ws, plots(rectangle(0, 0, 1000)))
    assert shapely.area(advice.trim) == pytest.approx(1000 * (700 - MARGIN_M), abs=0.02)
    row = advice_row(advice, "zh")
    assert row["note"] == "仅供参考"
    assert row["trim"]["remaining_share"] == pytest.approx(0.7, abs=2e-6)
    assert row["trim"]["removed_m2"] == pytest.approx(300_000, rel=1e-4)
    assert (row["shift"], row["shift_reason"]) == (None, "未给定平移范围")


def test_trim_keeps_the_distance_of_threshold_and_accuracy(city, plots, rectangle, advice_for):
    """A line at x = 0, 100 m and 5 m of accuracy: the site from x = 50 keeps x > 105.001.

    A distance is drawn as a polygon around the true circle, a millimetre larger at most.
    """
    river = shapely.LineString([(0, -5000), (0, 5000)])
    city.layer("r", "river", [("a", river)], geometry="line", accuracy_m=5)
    ws = city.rule("R", "river", "within_distance", distance_m=100).open()
    (advice,) = advice_for(ws, plots(rectangle(50, 0, 1000)))
    exact = 1000 * (1050 - 105 - MARGIN_M)
    assert exact - 1.0 - 0.1 < shapely.area(advice.trim) < exact + 0.1


def test_trim_keeps_the_distance_of_the_area_it_lies_in(city, plots, rectangle, advice_for):
    """Inside a town 20 m count, elsewhere 100 m; a shift keeps to the larger of the two."""
    line = shapely.LineString([(0, -5000), (0, 5000)])
    city.layer("r", "railway", [("a", line)], geometry="line")
    city.layer("s", "settlement", [("t", rectangle(-50, -50, 2000), {"class": "town"})])
    city.rule("R", "railway", "within_distance", distance_m=100,
              areas={"role": "settlement", "by": "class", "distance_m": {"town": 20}})  # fmt: skip
    ws = city.open()
    sites = plots(rectangle(10, 0, 500), rectangle(10, 3000, 500))
    town, country = advice_for(ws, sites, radius_m=1000)
    assert shapely.area(town.trim) == pytest.approx(500 * 490, abs=2)
    assert shapely.area(country.trim) == pytest.approx(500 * 410, abs=2)
    assert town.move.distance_m == pytest.approx(90, abs=0.02)
    assert country.move.distance_m == pytest.approx(90, abs=0.02)


def test_a_site_in_conflict_along_a_river_is_trimmed_and_moved(city, plots, rectangle, advice_for):
    """1,000 m upstream of an intake at x = 0 on a river flowing west to east, 20 m half width."""
    river = shapely.LineString([(-5000, 0), (5000, 0)])
    city.layer("r", "river", [("a", river, {"half_width_m": 20})], geometry="line")
    city.layer("w", "water_source", [("i", shapely.Point(0, 0))], geometry="point")
    city.rule("R", "water_source", "along_line", line_role="river", upstream_m=1000,
              downstream_m=100)  # fmt: skip
    (advice,) = advice_for(city.open(), plots(rectangle(-500, -100, 300, 150)), radius_m=1000)
    assert shapely.area(advice.trim) == pytest.approx(300 * (80 + 30 - 2 * MARGIN_M), abs=1)
    assert (advice.move.east_m, advice.move.north_m) == (
        pytest.approx(0, abs=1e-3), pytest.approx(-70, abs=0.02),
    )  # fmt: skip


def test_trim_of_not_within_is_the_intersection(city, plots, rectangle, advice_for):
    """Within two boxes side by side: only the outer edge is drawn in by the accuracy."""
    features = [("a", rectangle(0, 0, 2000)), ("b", rectangle(2000, 0, 2000))]
    city.layer("u", "urban_development_boundary", features, coverage="all", accuracy_m=2)
    ws = city.rule("R", "urban_development_boundary", "not_within").open()
    (advice,) = advice_for(ws, plots(rectangle(1500, -500, 1000)))
    exact = 1000 * (500 - 2 - MARGIN_M)
    assert exact - 1.0 - 0.1 < shapely.area(advice.trim) < exact + 0.1


def test_nearest_shift_of_a_square_from_a_square(city, plots, rectangle, advice_for):
    """100 m deep from the west, 400 m from elsewhere: 100.001 m west is the nearest."""
    city.layer("line", "ecological_red_line", [("a", rectangle(0, 0, 1000))])
    ws = city.rule("R", "ecological_red_line").open()
    (advice,) = advice_for(ws, plots(rectangle(-400, 200, 500)), radius_m=2000)
    assert advice.move.east_m == pytest.approx(-100 - MARGIN_M, abs=2e-3)
    assert advice.move.north_m == pytest.approx(0, abs=2e-3)
    assert advice.move.bearing_deg == pytest.approx(270, abs=0.01)
    assert (advice.move.looser_m, advice.move.is_hull) == (0.0, False)
    (none,) = advice_for(ws, plots(rectangle(-400, 200, 500)), radius_m=50)
    assert advice_row(none, "en")["shift_reason"].startswith("no place within the radius")


def test_a_notched_site_is_moved_by_its_notch(city, plots, rectangle, advice_for):
    """A tower of 100 m stands in the way; the notch of 120 m beside it lies 60 m to the east."""
    city.layer("line", "ecological_red_line", [("a", rectangle(0, 0, 100, 300))])
    ws = city.rule("R", "ecological_red_line").open()
    notched = shapely.box(-500, 0, 500, 600) - shapely.box(-70, 0, 50, 310)
    (advice,) = advice_for(ws, plots(notched), radius_m=2000)
    assert advice.move.east_m == pytest.approx(50 + MARGIN_M, abs=2e-3)
    assert abs(advice.move.north_m) < 2e-3
    assert not advice.move.is_hull


def test_a_shift_stays_inside_the_workspace(city, plots, rectangle, advice_for):
    """The way out to the west leaves the bounds, so the site goes another way."""
    edge = -19_150  # the western bound lies near x = -19,160 m at the middle latitude
    city.layer("line", "ecological_red_line", [("a", rectangle(edge + 20, 0, 500))])
    ws = city.rule("R", "ecological_red_line").open()
    (advice,) = advice_for(ws, plots(rectangle(edge + 10, 200, 100)), radius_m=2000)
    assert advice.move.distance_m > 150


def test_a_withheld_layer_never_shapes_advice(city, plots, rectangle, advice_for):
    city.layer("line", "ecological_red_line", [("a", rectangle(0, 0, 1000))])
    city.layer("far", "wetland", [("b", rectangle(9000, 0, 10))])
    ws = city.rule("R", "ecological_red_line").rule("W", "wetland").open()
    site = plots(rectangle(-400, 200, 500))
    (advice,) = advice_for(ws, site, radius_m=2000, withheld={"far"})
    row = advice_row(advice, "zh")
    assert (row["trim"], row["shift"]) == (None, None)
    assert row["trim_reason"] == row["shift_reason"] == "核查用到不得提供图形的图层，不作避让建议"
    assert len(advice_frame([advice], ws.topology_crs)) == 0


def test_nothing_left_is_said(city, plots, rectangle, advice_for):
    city.layer("line", "ecological_red_line", [("a", rectangle(0, 0, 1000))])
    ws = city.rule("R", "ecological_red_line").open()
    (advice,) = advice_for(ws, plots(rectangle(100, 100, 100)))
    assert advice_row(advice, "zh")["trim_reason"] == "扣除冲突部分后无剩余用地"


def test_what_cannot_be_trimmed_or_shifted_says_why(city, plots, rectangle, advice_for):
    city.layer("line", "ecological_red_line", [("a", rectangle(0, 0, 1000))])
    ws = city.rule("R", "ecological_red_line").open()
    site = plots(rectangle(-400, 200, 500))
    override = {
        "site": "plot#1",
        "rule_id": "R",
        "outcome": "hit",
        "reason": "已现场核实",
        "by": "甲",
    }
    decided = Declaration.model_validate({"override": [override]})
    cases = [
        ({"said": decided}, "所涉规则"),
        ({"as_submitted": lambda a: replace(a, land=replace(a, land=None))}, "已另行提供用地范围"),
        ({"as_submitted": lambda a: replace(a, lines=("a line",))}, "线性工程"),
    ]
    for change, says in cases:
        (advice,) = advice_for(ws, site, radius_m=2000, **change)
        row = advice_row(advice, "zh")
        assert (row["trim"], row["shift"]) == (None, None)
        assert row["trim_reason"].startswith(says)
        assert row["shift_reason"].startswith(says)


def test_a_site_of_a_web_map_keeps_twenty_metres_more(city, plots, rectangle, advice_for):
    city.layer("line", "ecological_red_line", [("a", rectangle(0, 0, 1000))])
    ws = city.rule("R", "ecological_red_line").open()
    site = plots(rectangle(-400, 200, 500), datum=Datum.GCJ02)
    (advice,) = advice_for(ws, site, radius_m=2000)
    assert shapely.area(advice.trim) == pytest.approx(500 * (400 - 20 - MARGIN_M), abs=1)
    assert advice.move.distance_m == pytest.approx(120, abs=0.02)


def test_proposals_are_drawn_in_degrees(city, plots, rectangle, advice_for):
    city.layer("line", "ecological_red_line", [("a", rectangle(0, 0, 1000))])
    ws = city.rule("R", "ecological_red_line").open()
    frame = advice_frame(advice_for(ws, plots(rectangle(-400, 200, 500)), radius_m=2000), CRS)
    assert frame.crs.to_epsg() == 4490
    assert frame[["site_id", "kind", "note"]].values.tolist() == [
        ["plot#1", "trim", "仅供参考"], ["plot#1", "shift", "仅供参考"],
    ]  # fmt: skip
    assert frame["area_m2"].tolist() == pytest.approx([500 * 400, 500 * 500], rel=1e-4)
    assert frame["distance_m"].tolist() == pytest.approx([0, 100.001], abs=2e-3)


def test_no_advice_for_a_clear_site_and_none_beyond_its_severity(
    city, plots, rectangle, advice_for
):
    """A restricted site is cleared of restrictions; a prohibited one of prohibitions only."""
    city.layer("line", "ecological_red_line", [("a", rectangle(0, 0, 1000))], coverage="all")
    city.layer("wet", "wetland", [("b", rectangle(2000, 0, 1000))], coverage="all")
    city.rule("R", "ecological_red_line").rule("W", "wetland", severity="restricted")
    ws = city.open()
    sites = plots(rectangle(-500, 0, 400), rectangle(2900, 0, 400), rectangle(900, 0, 1400))
    restricted, prohibited = advice_for(ws, sites)
    assert (restricted.site_id, restricted.severity.value) == ("plot#2", "restricted")
    assert shapely.area(restricted.trim) == pytest.approx(400 * 300, rel=1e-4)
    assert (prohibited.site_id, prohibited.severity.value) == ("plot#3", "prohibited")
    cut = 100 * 1000  # of 1,400 x 1,400 m, the corner inside the line
    assert shapely.area(prohibited.trim) == pytest.approx(1400 * 1400 - cut, rel=1e-4)
    assert prohibited.trim_open == ("W",)


def test_minkowski_sum_against_a_brute_force_grid():
    """A move is in the sum exactly when the moved site meets the area."""
    area = shapely.box(0, 0, 10, 10) - shapely.box(2, 2, 9, 9)
    site = shapely.Polygon([(0, 0), (4, 0), (4, 1), (1, 1), (1, 4), (0, 4)])
    pieces = np.array([shapely.box(0, 0, 4, 1), shapely.box(0, 0, 1, 4)], dtype=object)
    total = sum_with_reflected(area, pieces)
    rng = np.random.default_rng(1)
    for x, y in rng.uniform(-6, 12, (600, 2)):
        meets = shapely.area(affinity.translate(site, x, y) & area) > 0
        assert shapely.contains_xy(total, x, y) == meets


def test_a_site_finds_its_way_into_a_hole():
    """The hole of 6 m takes a site of 4 m: 3 m are enough, the way out would be 7 m and more."""
    area = shapely.box(-20, -20, 20, 20) - shapely.box(0, 0, 6, 6)
    move = nearest_free_move(shapely.box(-3, 1, 1, 5), lambda _: area, 100.0)
    assert move.east_m == pytest.approx(3, abs=1e-3)


def _star(rng, x, y, radius):
    count = int(rng.integers(4, 40))
    angle = np.sort(rng.uniform(0, 2 * np.pi, count))
    reach = radius * rng.uniform(0.35, 1.0, count)
    ring = np.column_stack([x + reach * np.cos(angle), y + reach * np.sin(angle)])
    return shapely.make_valid(shapely.Polygon(ring))


def _random_site(rng):
    x, y = rng.uniform(-3000, 3000, 2)
    size = float(np.exp(rng.uniform(np.log(20), np.log(900))))
    kind = rng.integers(0, 4)
    if kind == 0:
        box = shapely.box(x, y, x + size, y + size * rng.uniform(0.2, 1))
        return affinity.rotate(box, rng.uniform(0, 90))
    if kind == 1:
        return shapely.box(x, y, x + size, y + size) - shapely.box(
            x + size / 4, y + size / 4, x + size / 2, y + size * 0.6
        )
    if kind == 2:
        return shapely.box(x, y, x + size, y + size) | shapely.box(
            x + 1.2 * size, y, x + 1.5 * size, y + size / 3
        )
    star = _star(rng, x, y, size)
    parts = [p for p in shapely.get_parts(star) if p.geom_type == "Polygon"]
    return max(parts, key=lambda p: p.area)


@pytest.fixture
def crowded(city, rectangle):
    """Return a city with every planar relation, several accuracies, and a masked proxy."""
    rng = np.random.default_rng(20261124)
    blobs = [(f"b{i}", _star(rng, *rng.uniform(-2500, 2500, 2), 500)) for i in range(8)]
    fields = [(f"f{i}", rectangle(*rng.uniform(-3000, 3000, 2), 250, 180)) for i in range(25)]
    bends = np.column_stack([np.linspace(-4000, 4000, 60), 900 * np.sin(np.linspace(0, 9, 60))])
    city.layer("line", "ecological_red_line", blobs[:5], coverage=rectangle(-4000, -4000, 4000))
    city.layer("proxy", "ecological_red_line", blobs[5:], evidence="schematic", accuracy_m=60)
    city.layer("field", "permanent_basic_farmland", fields, coverage="all", accuracy_m=3)
    city.layer("river", "river", [("r", shapely.LineString(bends))], geometry="line", accuracy_m=2)
    city.layer("urban", "urban_development_boundary", [("u", _star(rng, 0, 0, 4500))],
               coverage="all", accuracy_m=1)  # fmt: skip
    city.rule("RED", "ecological_red_line").rule("PBF", "permanent_basic_farmland")
    city.rule("RIV", "river", "within_distance", distance_m=150)
    city.rule("URB", "urban_development_boundary", "not_within")
    city.rule("LST", "permanent_basic_farmland", "listed", severity="restricted")
    return city.open()


@pytest.mark.slow
def test_proposals_for_200_random_sites_are_free_of_prohibited_hits(
    crowded, plots, advice_for, again
):
    rng = np.random.default_rng(4)
    sites = plots(*[_random_site(rng) for _ in range(200)])
    before = crowded.check(sites, record=False).document["sites"]
    advices = advice_for(crowded, sites, radius_m=2500)
    asked = {s["id"] for s in before if s["verdict"] in ("prohibited", "restricted")}
    assert {a.site_id for a in advices} == asked
    assert len(asked) > 100
    trims = [a for a in advices if a.trim is not None]
    shifts = [a for a in advices if a.shift is not None]
    assert len(trims) > 0.3 * len(asked)
    assert len(shifts) > 0.5 * len(asked)
    for proposed, shapes in ((trims, [a.trim for a in trims]), (shifts, [a.shift for a in shifts])):
        ids = [a.site_id for a in proposed]
        document = again(crowded, sites, shapes, ids)
        assert [s["id"] for s in document["sites"] if prohibited_hits(s)] == []
    assert not [a for a in advices if "not_verified" in (a.trim_reason, a.shift_reason)]
    for advice in shifts:
        assert advice.move.distance_m <= 2500
    few = replace(sites, frame=sites.frame.iloc[:10], input_of=(0,) * 10)
    assert advice_for(crowded, few, radius_m=2500) == advices[: len(asked & set(few.frame.index))]


@pytest.mark.slow
def test_no_shorter_move_is_free(crowded, plots, advice_for, again):
    """Moves on a ring 2 % shorter than the proposed one, all still in conflict."""
    rng = np.random.default_rng(9)
    sites = plots(*[_random_site(rng) for _ in range(40)])
    advices = [a for a in advice_for(crowded, sites, radius_m=2500) if a.shift is not None]
    for advice in advices[:12]:
        shorter = max(0.0, advice.move.distance_m * 0.98 - advice.move.looser_m - 0.1)
        angle = np.linspace(0, 2 * np.pi, 24, endpoint=False)
        outline = affinity.translate(advice.shift, -advice.move.east_m, -advice.move.north_m)
        tries = [
            affinity.translate(outline, shorter * np.cos(a), shorter * np.sin(a)) for a in angle
        ]
        document = again(crowded, sites, tries, [advice.site_id] * 24)
        stuck = [
            any(
                f["outcome"] in ("hit", "borderline") and f["severity"] in levels(advice)
                for f in site["findings"]
            )
            for site in document["sites"]
        ]
        assert all(stuck)


def levels(advice):
    return {"prohibited", advice.severity.value}
