"""Distances that start at the edge of a line, and distances that depend on the area."""

import pytest
import shapely

from geo_toolkit.errors import DefinitionError
from geo_toolkit.rules import load_rules

TRACK = shapely.LineString([(0, -9000), (0, 9000)])
AREAS = {
    "role": "settlement",
    "by": "class",
    "distance_m": {"urban": {"by": "class", "fast": 10, "slow": 8}, "village": 12},
}
KEYS = {"distance_m": {"by": "class", "fast": 20, "slow": 15}, "severity": "restricted"}


@pytest.fixture
def decide(city, plots, rectangle):
    def _decide(x, *, track=None, y=0, size=50, layers=True):
        columns = {"class": "fast", **(track or {})}
        city.layer("rail", "railway", [("r", TRACK, columns)], geometry="line", coverage="all")
        if layers:
            towns = [
                ("city", rectangle(0, 0, 5000), {"class": "urban"}),
                ("village", rectangle(0, 5000, 3000), {"class": "village"}),
                ("other", rectangle(0, -4000, 3000), {"class": "market"}),
            ]
            city.layer("towns", "settlement", towns, coverage="all", accuracy_m=5)
        city.rules.clear()
        ws = city.rule("D", "railway", "within_distance", areas=AREAS, **KEYS).open()
        site = ws.check(plots(rectangle(x, y, size)), record=False).document["sites"][0]
        (finding,) = [f for f in site["findings"] if f["rule_id"] == "D"]
        return site["verdict"], finding

    return _decide


def test_inside_an_area_its_own_distance_counts(decide):
    verdict, finding = decide(11, y=100)
    assert (verdict, finding["area_class"]) == ("clear", "urban")  # 10 m in the city
    assert finding["threshold_m"] == 10
    verdict, finding = decide(9, y=100)
    assert (verdict, finding["outcome"], finding["area_class"]) == ("restricted", "hit", "urban")
    assert "地块位于“urban”，按该类地区取值" in finding["reason"]
    assert decide(13, y=6000)[0] == "clear"  # 12 m in a village, whatever the class of the line
    assert decide(12, y=6000)[0] == "restricted"


def test_anywhere_else_the_distance_of_the_rule_counts(decide):
    for y in (-5000, -25, -3000):  # open country, across the edge, an area of no known class
        verdict, finding = decide(19, y=y)
        assert (verdict, finding["area_class"], finding["threshold_m"]) == ("restricted", None, 20)


def test_an_area_of_uncertain_outline_counts_where_it_is_certain(decide):
    """The city may begin up to 5 m further north: a plot 4 m inside is not certainly in it."""
    assert decide(11, y=4)[0] == "restricted"
    assert decide(11, y=5)[0] == "clear"


def test_without_a_layer_of_areas_the_distance_of_the_rule_counts(decide):
    assert decide(11, y=100, layers=False)[0] == "restricted"


def test_the_distance_starts_at_the_edge_of_the_line(decide):
    """7 m of formation to each side: 20 m from its edge are 27 m from the centreline."""
    track = {"half_width_m": 7}
    verdict, finding = decide(27, track=track, y=-5000)
    assert (verdict, finding["half_width_m"]) == ("restricted", 7)
    assert (finding["distance_m"], finding["threshold_m"]) == (pytest.approx(20, abs=1e-3), 20)
    assert "自中心线外扩半宽7米后的边线量起" in finding["reason"]
    verdict, finding = decide(27.01, track=track, y=-5000)
    assert (verdict, finding["distance_m"]) == ("clear", pytest.approx(20.01, abs=1e-3))
    assert decide(20.01, y=-5000)[0] == "clear"
    assert decide(3, track=track, y=-5000)[1]["distance_m"] == 0.0


def test_areas_go_with_a_distance_only(city):
    city.rule("D", "railway", areas=AREAS).open()
    with pytest.raises(DefinitionError, match="areas goes with relation within_distance only"):
        load_rules(city.root / "rules")


def test_the_areas_of_the_railway_rule_are_those_of_the_regulation():
    from pathlib import Path

    rule = load_rules(Path(__file__).parents[2] / "rules").rule("RW-1")
    for name, same, fast, slow in (
        ("urban", "城市市区", 10, 8),
        ("suburban", "城郊居民区", 12, 10),
        ("village", "村镇居民区", 15, 12),
    ):
        distances = rule.areas.distance_m[name].distances_m
        assert (distances["high_speed"], distances["ordinary"]) == (fast, slow)
        assert rule.areas.distance_m[same] == rule.areas.distance_m[name]
