"""Properties that hold for any plot: move, rotate, split, swap, re-project (hypothesis)."""

import numpy as np
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from shapely import affinity

HARD = ("hit", "borderline")
QUICK = settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
SEVERITY = {"clear": 0, "borderline": 1, "hit": 2}


def star(x, y, radius, turn):
    angle = np.linspace(0, 2 * np.pi, 12, endpoint=False) + turn
    reach = radius * np.where(np.arange(12) % 2, 0.6, 1.0)
    return shapely.Polygon(np.column_stack([x + reach * np.cos(angle), y + reach * np.sin(angle)]))


place = st.floats(-1500, 2500)
size = st.floats(20, 800)
turn = st.floats(0, 6.28)


@pytest.fixture
def overlapping(city, rectangle):
    features = [("a", rectangle(0, 0, 1000)), ("b", rectangle(600, -300, 900))]
    city.layer("line", "ecological_red_line", features, coverage="all")
    return city.rule("R", "ecological_red_line").open()


@QUICK
@given(x=place, y=place, radius=size, turn=turn)
def test_overlap_is_what_plain_geometry_says(overlapping, plots, x, y, radius, turn):
    """Union overlap in the topology plane, within the scale error of the projection."""
    plot = star(x, y, radius, turn)
    union = shapely.box(0, 0, 1000, 1000) | shapely.box(600, -300, 1500, 600)
    site = overlapping.check(plots(plot), record=False).document["sites"][0]
    expected = (plot & union).area
    role = site["roles"][0]
    if expected > 5:
        assert role["overlap_m2"] == pytest.approx(expected, rel=2e-5, abs=0.05)
    assert 0 <= role["overlap_share"] <= 1
    assert (site["verdict"] == "prohibited") == any(f["outcome"] == "hit" for f in site["findings"])


@QUICK
@given(x=place, y=place, radius=size, turn=turn)
def test_splitting_a_site_splits_its_overlap(overlapping, plots, x, y, radius, turn):
    plot = star(x, y, radius, turn)
    left = plot & shapely.box(x - 2000, y - 2000, x, y + 2000)
    right = plot - left
    whole, *parts = (
        overlapping.check(plots(p), record=False).document["sites"][0] for p in (plot, left, right)
    )
    areas = sum(part["area_m2"] for part in parts)
    assert areas == pytest.approx(whole["area_m2"], rel=1e-6, abs=0.01)
    overlaps = sum(part["roles"][0]["overlap_m2"] for part in parts)
    assert overlaps == pytest.approx(whole["roles"][0]["overlap_m2"], rel=1e-6, abs=2.1)


@QUICK
@given(x=st.floats(-9000, 9000), y=st.floats(-9000, 9000), radius=size, turn=turn)
def test_moving_and_turning_keeps_the_area(overlapping, plots, x, y, radius, turn):
    here = star(0, 0, radius, 0)
    there = affinity.translate(affinity.rotate(here, turn, use_radians=True), x, y)
    first, second = overlapping.check(plots(here, there), record=False).document["sites"]
    assert first["area_m2"] == pytest.approx(second["area_m2"], rel=1e-5)


@QUICK
@given(gap=st.floats(-300, 300), accuracy=st.floats(1, 150))
def test_the_deeper_the_overlap_never_the_milder_the_outcome(city, plots, gap, accuracy):
    city.layer(
        "line", "ecological_red_line", [("a", shapely.box(0, 0, 1000, 1000))], coverage="all",
        accuracy_m=accuracy,
    )  # fmt: skip
    city.rules.clear()
    ws = city.rule("R", "ecological_red_line").open()
    nearer, farther = (shapely.box(1000 + g, 300, 1400 + g, 700) for g in (gap - 10, gap))
    worst = [
        max(SEVERITY[f["outcome"]] for f in site["findings"])
        for site in ws.check(plots(nearer, farther), record=False).document["sites"]
    ]
    assert worst[0] >= worst[1]


@QUICK
@given(x=place, y=place, radius=size, turn=turn)
def test_the_order_of_sites_changes_nothing(overlapping, plots, x, y, radius, turn):
    a, b = star(x, y, radius, turn), star(y, x, radius / 2, turn)
    one = overlapping.check(plots(a, b), record=False).document["sites"]
    two = overlapping.check(plots(b, a), record=False).document["sites"]
    for left, right in ((one[0], two[1]), (one[1], two[0])):
        for key in ("area_m2", "verdict", "roles"):
            assert left[key] == right[key]
        assert [{**f} for f in left["findings"]] == [{**f} for f in right["findings"]]


@QUICK
@given(x=place, y=place, radius=size, turn=turn)
def test_a_batch_says_what_single_checks_say(overlapping, plots, x, y, radius, turn):
    shapes = [star(x, y, radius, turn), star(y, x, radius, turn), star(300, 300, 100, turn)]
    batch = overlapping.check(plots(*shapes), record=False).document["sites"]
    for row, shape in zip(batch, shapes, strict=True):
        alone = overlapping.check(plots(shape), record=False).document["sites"][0]
        assert alone["findings"] == row["findings"]
        assert alone["roles"] == row["roles"]
