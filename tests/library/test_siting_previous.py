"""A second submission against the first, with moves and areas known on paper."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo_toolkit.geodesy import topology_crs
from geo_toolkit.siting.previous import compare, match_sites
from geo_toolkit.siting.previous_findings import finding_changes
from geo_toolkit.siting.vertices import vertex_changes

CRS = topology_crs((106.0, 30.5, 106.4, 30.9))
X0, Y0 = 500_000.0, 3_397_000.0
SQUARE = [(0, 0), (100, 0), (100, 100), (0, 100)]


def ring(points, holes=()):
    def moved(xy):
        return np.array(xy, dtype=float) + np.array([X0, Y0])

    return shapely.Polygon(moved(points), [moved(hole) for hole in holes])


def brief(changes):
    return [(c.change, c.ring, c.point, round(c.distance_m, 3)) for c in changes]


def test_one_point_moved_by_half_a_metre():
    new = [*SQUARE[:2], (100.3, 100.4), SQUARE[3]]
    assert brief(vertex_changes(ring(SQUARE), ring(new), CRS)) == [("moved", 1, 3, 0.5)]


@pytest.mark.parametrize(("by", "count"), [(0.0009, 0), (0.0011, 1)])
def test_a_millimetre_is_the_limit(by, count):
    new = [(0 - by, 0), *SQUARE[1:]]
    assert len(vertex_changes(ring(SQUARE), ring(new), CRS)) == count


def test_another_start_and_the_other_way_round_are_no_change():
    turned = [*SQUARE[2:], *SQUARE[:2]]
    assert vertex_changes(ring(SQUARE), ring(turned), CRS) == []
    assert vertex_changes(ring(SQUARE), ring(SQUARE[::-1]), CRS) == []
    moved = [(0, 100), (100, 100.2), (100, 0), (0, 0)]
    assert brief(vertex_changes(ring(SQUARE), ring(moved), CRS)) == [("moved", 1, 2, 0.2)]


def test_a_point_added_on_the_line_lies_nowhere_else():
    new = [*SQUARE[:1], (50, 0), *SQUARE[1:]]
    assert brief(vertex_changes(ring(SQUARE), ring(new), CRS)) == [("added", 1, 2, 0.0)]
    assert brief(vertex_changes(ring(new), ring(SQUARE), CRS)) == [("removed", 1, 2, 0.0)]


def test_all_points_moved_alike_are_moves():
    new = [(x + 3, y + 4) for x, y in SQUARE]
    found = vertex_changes(ring(SQUARE), ring([*new[2:], *new[:2]]), CRS)
    assert {(c.change, round(c.distance_m, 3)) for c in found} == {("moved", 5.0)}
    assert len(found) == 4


def test_a_hole_that_came_is_added_and_one_that_went_removed():
    hole = [(10, 10), (10, 20), (20, 20), (20, 10)]
    with_hole, without = ring(SQUARE, [hole]), ring(SQUARE)
    came = vertex_changes(without, with_hole, CRS)
    assert {(c.change, c.ring) for c in came} == {("added", 2)}
    assert {c.change for c in vertex_changes(with_hole, without, CRS)} == {"removed"}


@settings(max_examples=60, deadline=None)
@given(
    count=st.integers(4, 30),
    which=st.lists(st.integers(0, 29), min_size=1, max_size=6, unique=True),
    start=st.integers(0, 29),
)
def test_exactly_the_points_that_were_moved_are_found(count, which, start):
    angle = np.linspace(0, 2 * np.pi, count, endpoint=False)
    old = np.column_stack([1000 * np.cos(angle), 1000 * np.sin(angle)])
    which = sorted({i % count for i in which})
    new = old.copy()
    new[which] *= 1.002
    turned = np.roll(new, -start, axis=0)
    found = vertex_changes(ring(old), ring(turned), CRS)
    points = {((c.point - 1) + start) % count for c in found}
    assert points == set(which)
    assert {c.change for c in found} == {"moved"}
    assert all(c.distance_m == pytest.approx(2.0, abs=1e-3) for c in found)


@pytest.fixture
def compared(city, plots, rectangle):
    """Return a function that compares two submissions in a city with one red line."""
    city.layer("line", "ecological_red_line", [("a", rectangle(0, 0, 1000))], coverage="all")
    ws = city.rule("R", "ecological_red_line").open()

    def make(before, after, lang="zh"):
        old, new = plots(*before), plots(*after)
        documents = [ws.check(sites, record=False).document for sites in (old, new)]
        return compare(old, documents[0], new, documents[1], crs=ws.topology_crs, lang=lang)

    return make


def test_a_plot_drawn_back_from_the_line(compared, rectangle):
    """100 m taken off the side that overlapped: 4 ha become 3 ha, prohibited becomes clear."""
    result = compared([rectangle(-300, 0, 400, 100)], [rectangle(-300, 0, 300, 100)])
    (row,) = result["sites"]
    assert (row["change"], row["matched_by"]) == ("changed", "name")
    assert row["area_change_m2"] == pytest.approx(-10_000, rel=1e-4)
    assert (row["area_gained_m2"], row["area_lost_m2"]) == (0.0, -row["area_change_m2"])
    assert [(v["change"], v["distance_m"]) for v in row["vertices"]] == [
        ("moved", 100.0), ("moved", 100.0),
    ]  # fmt: skip
    (finding,) = row["findings"]
    assert (finding["rule_id"], finding["feature_id"], finding["change"]) == ("R", "a", "went")
    assert finding["before"]["outcome"] == "hit"
    assert row["text"] == (
        "界址点移动2个，最大100.000米；面积由4.0000公顷变为3.0000公顷（减少10000.00平方米）；"
        "结论由“禁止”变为“未涉及”；1项核查结果有变化。"
    ).replace("10000.00", f"{-row['area_change_m2']:.2f}")


def test_the_same_again_is_the_same(compared, rectangle):
    result = compared([rectangle(-300, 0, 400, 100)], [rectangle(-300, 0, 400, 100)])
    (row,) = result["sites"]
    assert (row["change"], row["vertices"], row["findings"]) == ("same", [], [])
    assert row["text"] == "界址、面积与核查结论均无变化。"
    assert result["context"] == []


def test_plots_that_came_and_went(compared, rectangle):
    before = [rectangle(2000, 0, 100), rectangle(4000, 0, 100)]
    result = compared(before, [rectangle(2000, 0, 100)], lang="en")
    assert [(r["site_id"], r["change"]) for r in result["sites"]] == [
        ("plot#1", "same"), (None, "removed"),
    ]  # fmt: skip
    assert result["sites"][1]["text"] == "no longer submitted."


def test_without_names_the_largest_overlap_decides(plots, rectangle):
    old = plots(rectangle(0, 0, 100), rectangle(1000, 0, 100))
    new = plots(rectangle(1010, 0, 100), rectangle(10, 0, 100), rectangle(5000, 0, 100))
    for sites in (old, new):
        sites.frame["name"] = ""
    assert [(p.new, p.old, p.by) for p in match_sites(old, new)] == [
        (0, 1, "overlap"), (1, 0, "overlap"), (2, None, ""),
    ]  # fmt: skip


def finding(feature, outcome, overlap, role="x"):
    return {
        "rule_id": "R", "role": role, "title": "t", "feature_id": feature, "feature_name": feature,
        "outcome": outcome, "reason_code": None, "severity": "prohibited", "overlap_m2": overlap,
        "distance_m": 0.0, "layer_id": "line", "layer_version": 1,
    }  # fmt: skip


def test_a_measure_that_prints_the_same_is_no_change():
    site = {"roles": []}
    before = {**site, "findings": [finding("a", "hit", 10.0), finding("b", "hit", 5.0)]}
    after = {**site, "findings": [finding("a", "hit", 10.004), finding("b", "hit", 5.1)]}
    (row,) = finding_changes(before, after)
    assert (row["feature_id"], row["change"]) == ("b", "measure")


def test_of_a_withheld_role_only_outcomes_are_compared():
    """The earlier check was for the house, this one for the applicant: nothing exact comes out."""
    before = {
        "roles": [{"role": "x", "withheld": False}],
        "findings": [finding("a", "hit", 1234.5), finding("b", "borderline", 7.0)],
    }
    after = {"roles": [{"role": "x", "withheld": True}], "findings": [finding(None, "hit", 1200.0)]}
    assert finding_changes(before, after) == []
    after["findings"][0]["outcome"] = "undetermined"
    (row,) = finding_changes(before, after)
    assert (row["change"], row["feature_id"], row["feature_name"]) == ("outcome", None, None)
    assert row["before"]["overlap_m2"] is row["after"]["overlap_m2"] is None
