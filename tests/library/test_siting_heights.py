"""Heights: obstacle surfaces, clearance areas, heights by distance, worked out on paper.

The runway runs from (-1400, 0) to (1400, 0), its aerodrome lies at 300 m.
"""

import shutil
from datetime import date
from pathlib import Path

import pytest
import shapely

from geo_toolkit.rules import Declaration, confirm_rule, load_rules

SURFACES = Path(__file__).parents[2] / "rules" / "obstacle_surfaces.toml"
RUNWAY = shapely.LineString([(-1400, 0), (1400, 0)])
WIDE = shapely.box(-60000, -60000, 60000, 60000)


def top(height_m, datum="1985"):
    return Declaration(height_m=float(height_m), height_datum=datum)


def build(city, *, elevation_m=300.0, relation="below_height", coverage=WIDE, **keys):
    (city.root / "rules").mkdir(exist_ok=True)
    shutil.copy(SURFACES, city.root / "rules" / "obstacle_surfaces.toml")
    columns = {} if elevation_m is None else {"elevation_m": elevation_m}
    city.layer(
        "runways", "runway", [("rwy", RUNWAY, columns)], geometry="line", coverage=coverage, **keys
    )
    return city.rule("H", "runway", relation)


def decide(workspace, plots, polygon, declaration=None, **options):
    result = workspace.check(plots(polygon), declaration=declaration, record=False, **options)
    site = result.document["sites"][0]
    return site, [f for f in site["findings"] if f["rule_id"] == "H"]


@pytest.mark.parametrize(
    ("corner", "size", "expected", "surface"),
    [
        ((0, 2000), 100, 345.0, "内水平面"),  # 300 + 45
        ((0, 5000), 100, 395.0, "锥形面"),  # 345 + 5 % of 1,000 m
        ((0, 5990), 100, 444.5, "锥形面"),
        ((2460, -50), 100, 320.0, "进近面"),  # 1,000 m from its inner edge, 2 %
        ((5460, -50), 100, 348.0, "锥形面"),  # approach 385, take-off 380, cone 345 + 3
        ((7500, -50), 100, 420.8, "起飞爬升面"),  # 6,040 m out: 120.8, approach 60 + 76
        ((-7600, -50), 100, 420.8, "起飞爬升面"),  # the other end is its mirror
        ((11460, 1000), 100, 450.0, "进近面"),  # its level section, beside the take-off climb
        ((0, 240), 50, 314.3, "过渡面"),  # 100 m beyond the strip, 14.3 %
        ((0, -290), 50, 314.3, "过渡面"),
        ((0, -20), 40, 300.0, "过渡面"),  # on the strip itself
        ((2460, 300), 10, 321.41, "过渡面"),  # beside the approach: 20 + 1.43 - 0.0145, cut
    ],
)
def test_the_lowest_permitted_top_over_a_site(
    city, plots, rectangle, corner, size, expected, surface
):
    ws = build(city).open()
    _, (finding,) = decide(ws, plots, rectangle(*corner, size))
    assert (finding["permitted_top_m"], finding["surface"]) == (pytest.approx(expected), surface)
    assert f"{expected:.2f}米" in finding["reason"]


def test_without_a_height_it_advises_and_the_verdict_does_not_wait_for_it(city, plots, rectangle):
    city.layer("line", "ecological_red_line", [], coverage="all")
    ws = build(city).rule("R", "ecological_red_line").open()
    site, (finding,) = decide(ws, plots, rectangle(0, 2000, 100))
    assert (site["verdict"], site["complete"]) == ("clear", True)
    assert (finding["outcome"], finding["reason_code"]) == ("undetermined", "input_missing")
    assert finding["severity"] == "advisory"
    assert finding["feature_id"] == "rwy"
    role = next(r for r in site["roles"] if r["role"] == "runway")
    assert (role["verdict"], role["reason_code"]) == ("undetermined", "input_missing")


def test_a_top_above_the_surface_is_prohibited_and_at_it_is_not(city, plots, rectangle):
    ws = build(city).open()
    plot = rectangle(0, 2000, 100)
    for height, verdict in ((344, "clear"), (345, "clear"), (345.01, "prohibited")):
        site, (finding,) = decide(ws, plots, plot, top(height))
        assert site["verdict"] == verdict, height
        assert finding["permitted_top_m"] == 345.0
        assert finding["severity"] == "prohibited"
    assert (finding["outcome"], finding["overlap_share"]) == ("hit", 1.0)


def test_only_the_part_of_the_site_under_the_surface_conflicts(city, plots, rectangle):
    """At 395 m the cone is reached 5,000 m out: half of the plot lies inside that."""
    ws = build(city).open()
    site, (finding,) = decide(ws, plots, rectangle(-50, 4950, 100), top(395))
    assert site["verdict"] == "prohibited"
    assert finding["permitted_top_m"] == 392.5
    assert finding["overlap_share"] == pytest.approx(0.5, abs=1e-4)
    site, _ = decide(ws, plots, rectangle(-50, 5001, 100), top(395))
    assert site["verdict"] == "clear"


def test_a_surface_of_unconfirmed_numbers_leaves_it_open_until_confirmed(city, plots, rectangle):
    ws = build(city).open()
    plot = rectangle(0, 240, 50)  # only the transitional surface is below 330 m here
    site, (finding,) = decide(ws, plots, plot, top(330))
    assert (site["verdict"], site["reason_code"]) == ("undetermined", "law_unconfirmed")
    assert finding["outcome"] == "hit"
    site, _ = decide(ws, plots, plot, top(350))  # above the inner horizontal surface too
    assert site["verdict"] == "prohibited"
    (ws.root / "rules" / "confirmations.toml").write_text(
        '[[confirmation]]\nrule_id = "H"\nby = "张三"\nsource = "MH 5001"\ndate = 2026-11-01\n',
        encoding="utf-8",
    )
    site, (finding,) = decide(ws, plots, plot, top(330))
    assert (site["verdict"], finding["reason_code"]) == ("prohibited", None)


def test_inaccuracy_lowers_what_is_permitted_and_makes_it_borderline(city, plots, rectangle):
    """60 m nearer the strip the transitional surface is 60 m x 14.3 % lower."""
    ws = build(city, accuracy_m=60).open()
    plot = rectangle(0, 240, 50)
    site, (finding,) = decide(ws, plots, plot)
    assert finding["permitted_top_m"] == 305.72
    assert finding["accuracy_m"] == 60
    site, (finding,) = decide(ws, plots, plot, top(310))
    assert (site["verdict"], finding["outcome"]) == ("undetermined", "borderline")
    assert finding["reason_code"] == "within_accuracy"
    site, (finding,) = decide(ws, plots, plot, top(305.7))
    assert (site["verdict"], finding["outcome"]) == ("clear", "clear")
    site, (finding,) = decide(ws, plots, rectangle(0, 2000, 300), top(346))
    assert (site["verdict"], finding["outcome"]) == ("prohibited", "hit")


def test_a_height_above_ground_needs_the_ground(city, plots, rectangle):
    ws = build(city).open()
    site, (finding,) = decide(ws, plots, rectangle(0, 2000, 100), top(10, "ground"))
    assert (site["verdict"], site["reason_code"]) == ("undetermined", "input_missing")
    assert finding["permitted_top_m"] == 345.0
    assert finding["severity"] == "prohibited"


def test_an_aerodrome_without_elevation(city, plots, rectangle):
    ws = build(city, elevation_m=None).open()
    for declaration in (None, top(500)):
        site, (finding,) = decide(ws, plots, rectangle(0, 2000, 100), declaration)
        assert (finding["outcome"], finding["reason_code"]) == ("undetermined", "input_missing")
        assert finding["permitted_top_m"] is None
        assert finding["feature_id"] == "rwy"
    assert site["verdict"] == "undetermined"
    site, (finding,) = decide(ws, plots, rectangle(0, 8000, 100), top(500))
    assert (site["verdict"], finding["outcome"]) == ("clear", "clear")  # no surface there


def test_an_elevation_known_to_a_metre(city, plots, rectangle):
    """300 m give or take 1: 344 m is permitted for certain, above 346 m is too high for certain."""
    build(city)
    columns = {"elevation_m": 300.0, "elevation_accuracy_m": 1.0}
    city.layer("runways", "runway", [("rwy", RUNWAY, columns)], geometry="line", coverage=WIDE)
    ws = city.open()
    for height, verdict in ((344, "clear"), (345, "undetermined"), (346.01, "prohibited")):
        site, (finding,) = decide(ws, plots, rectangle(0, 2000, 300), top(height))
        assert (site["verdict"], finding["permitted_top_m"]) == (verdict, 344.0), height
    site, (finding,) = decide(ws, plots, rectangle(0, 2000, 300), top(345))
    assert (finding["outcome"], finding["reason_code"]) == ("borderline", "within_accuracy")


def test_beside_a_runway_of_unknown_elevation_another_one_is_no_answer(city, plots, rectangle):
    build(city)
    near = shapely.LineString([(-1400, 6000), (1400, 6000)])
    features = [("rwy", RUNWAY, {"elevation_m": 300.0}), ("new", near, {"elevation_m": None})]
    city.layer("runways", "runway", features, geometry="line", coverage=WIDE)
    site, findings = decide(city.open(), plots, rectangle(0, 3000, 100), top(340))
    assert site["verdict"] == "undetermined"
    assert [(f["feature_id"], f["permitted_top_m"]) for f in findings] == [("new", None)]
    site, findings = decide(city.open(), plots, rectangle(0, 3000, 100), top(346))
    assert site["verdict"] == "prohibited"
    assert {f["feature_id"]: f["permitted_top_m"] for f in findings} == {"rwy": 345.0, "new": None}


def test_beyond_all_surfaces(city, plots, rectangle):
    ws = build(city).open()
    site, (finding,) = decide(ws, plots, rectangle(0, 8000, 100), top(500))
    assert (site["verdict"], finding["outcome"]) == ("clear", "clear")
    assert (finding["permitted_top_m"], finding["surface"]) == (None, None)
    site, (finding,) = decide(ws, plots, rectangle(0, 8000, 100))
    assert (finding["outcome"], finding["severity"]) == ("clear", "advisory")


def test_another_aerodrome_may_be_unknown_outside_the_coverage(city, plots, rectangle):
    ws = build(city, coverage="none").open()
    site, (finding,) = decide(ws, plots, rectangle(0, 2000, 100), top(340))
    assert (site["verdict"], finding["reason_code"]) == ("undetermined", "outside_coverage")
    assert finding["permitted_top_m"] == 345.0
    site, (finding,) = decide(ws, plots, rectangle(0, 2000, 100), top(346))
    assert site["verdict"] == "prohibited"


def test_without_a_runway_layer(city, plots, rectangle):
    ws = city.rule("H", "runway", "below_height").open()
    _, (finding,) = decide(ws, plots, rectangle(0, 0, 100))
    assert (finding["reason_code"], finding["severity"]) == ("no_layer", "advisory")
    site, (finding,) = decide(ws, plots, rectangle(0, 0, 100), top(300))
    assert (site["verdict"], finding["reason_code"]) == ("undetermined", "no_layer")


def test_without_a_table_of_surfaces_nothing_is_concluded(city, plots, rectangle):
    ws = build(city).open()
    (ws.root / "rules" / "obstacle_surfaces.toml").unlink()
    site, (finding,) = decide(ws, plots, rectangle(0, 2000, 100), top(300))
    assert (site["verdict"], finding["reason_code"]) == ("undetermined", "input_missing")


def test_two_runways_the_lower_one_counts(city, plots, rectangle):
    ws = build(city).open()
    low = shapely.LineString([(-1400, 6000), (1400, 6000)])
    features = [("rwy", RUNWAY, {"elevation_m": 300.0}), ("low", low, {"elevation_m": 250.0})]
    city.layer("runways", "runway", features, geometry="line", coverage="all")
    _, (finding,) = decide(city.open(), plots, rectangle(0, 3000, 100))
    assert (finding["permitted_top_m"], finding["feature_id"]) == (295.0, "low")
    assert ws.rules.sha256 == city.open().rules.sha256


def test_a_runway_drawn_as_an_area_has_its_long_axis(city, plots, rectangle):
    build(city)
    area = [("rwy", rectangle(-1400, -22.5, 2800, 45), {"elevation_m": 300.0})]
    city.layer("runways", "runway", area, coverage="all")
    _, (finding,) = decide(city.open(), plots, rectangle(0, 5000, 100))
    assert finding["permitted_top_m"] == pytest.approx(395.0)


def test_a_clearance_area_is_conditional_once_a_height_is_declared(city, plots, rectangle):
    build(city)
    centre = [("apt", shapely.Point(0, 0))]
    city.layer("airports", "airport", centre, geometry="point", coverage="all")
    city.rules.clear()
    keys = {"distance_m": 7000, "line_role": "runway", "severity": "conditional"}
    ws = city.rule("H", "airport", "below_height", **keys).open()
    site, (finding,) = decide(ws, plots, rectangle(0, 2000, 100))
    assert (finding["outcome"], finding["reason_code"]) == ("undetermined", "input_missing")
    assert (finding["severity"], finding["permitted_top_m"]) == ("advisory", 345.0)
    assert (finding["distance_m"], finding["threshold_m"]) == (pytest.approx(2000), 7000)
    site, (finding,) = decide(ws, plots, rectangle(0, 2000, 100), top(340))
    assert (site["verdict"], finding["outcome"]) == ("conditional", "hit")
    assert finding["permitted_top_m"] == 345.0
    site, (finding,) = decide(ws, plots, rectangle(0, 6500, 100), top(900))
    assert (site["verdict"], finding["permitted_top_m"]) == ("conditional", None)
    site, (finding,) = decide(ws, plots, rectangle(0, 7000, 100), top(900))
    assert site["verdict"] == "conditional"  # the radius belongs to the area
    site, (finding,) = decide(ws, plots, rectangle(0, 7001, 100), top(900))
    assert (site["verdict"], finding["outcome"]) == ("clear", "clear")


def test_a_height_of_at_most_a_tenth_of_the_distance(city, plots, rectangle):
    """MT-1: 500 m from the station a building may be 50 m high."""
    station = [("s", shapely.Point(0, 0), {"class": "basic"})]
    city.layer("stations", "weather_station", station, geometry="point", coverage="all")
    distance = {"by": "class", "basic": 1000}
    keys = {"distance_m": distance, "height_ratio": 10.0}
    ws = city.rule("H", "weather_station", "below_height", **keys).open()
    plot = rectangle(500, -50, 100)
    for height, verdict in ((50, "clear"), (50.1, "prohibited"), (49, "clear")):
        site, _ = decide(ws, plots, plot, top(height, "ground"))
        assert site["verdict"] == verdict, height
    site, (finding,) = decide(ws, plots, plot)
    assert (finding["permitted_height_m"], finding["reason_code"]) == (50.0, "input_missing")
    assert finding["severity"] == "advisory"
    site, _ = decide(ws, plots, rectangle(1001, -50, 100), top(300, "ground"))
    assert site["verdict"] == "clear"
    site, (finding,) = decide(ws, plots, plot, top(350, "1985"))
    assert (site["verdict"], finding["reason_code"]) == ("undetermined", "input_missing")


def test_the_table_of_surfaces_is_checked(tmp_path):
    from geo_toolkit.errors import DefinitionError

    (tmp_path / "siting").mkdir()
    text = SURFACES.read_text(encoding="utf-8")
    path = tmp_path / "obstacle_surfaces.toml"

    def refusal(changed):
        path.write_text(changed, encoding="utf-8")
        with pytest.raises(DefinitionError) as error:
            load_rules(tmp_path)
        return str(error.value)

    path.write_text(text, encoding="utf-8")
    assert load_rules(tmp_path).rules == ()
    assert "obstacle_surfaces.toml surface_set 'code4_cat1'" in refusal(
        text.replace("radius_m = 4000\n", "")
    )
    assert "radius_m" in refusal(text.replace("radius_m = 4000\n", ""))
    assert "id of its own" in refusal(text + text)
    assert "slope" in refusal(text.replace("slope = 0.05", 'slope = "5 %"'))
    assert "once" in refusal(text.replace('kind = "conical"', 'kind = "approach"').replace(
        "slope = 0.05", "inner_edge_m = 1\nfrom_end_m = 1\ndivergence = 0.1\n"
        "sections = [{ length_m = 1, slope = 0.1 }]"
    ))  # fmt: skip


def test_once_its_numbers_are_confirmed_a_surface_decides_and_names_who_did(city, plots, rectangle):
    """The rule is confirmed law; the slope of the transitional surface is not."""
    ws = build(city).open()
    plot = rectangle(0, 240, 50)
    site, (finding,) = decide(ws, plots, plot, top(330))
    assert (site["verdict"], finding["reason_code"]) == ("undetermined", "law_unconfirmed")
    confirm_rule(
        city.root / "rules", "code4_cat1.transitional", "李四", "MH 5001-2021", date(2026, 11, 1)
    )
    site, (finding,) = decide(ws, plots, plot, top(330))
    assert (site["verdict"], finding["reason_code"]) == ("prohibited", None)
    assert finding["confirmation"]["by"] == "李四"
