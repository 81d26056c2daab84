"""Nesting and mending: even-odd by depth, areas of repairs, and what is ambiguous."""

import random

import numpy as np
import pytest
import shapely
from hypothesis import example, given, settings
from hypothesis import strategies as st

from geo_toolkit.boundary.dxf_outlines import arc_points
from geo_toolkit.boundary.mending import mend
from geo_toolkit.boundary.rings import Ring, close, nest, valid_area
from geo_toolkit.errors import BoundaryError


def square(low, high, *, x=0.0):
    corners = [(low, low), (high, low), (high, high), (low, high), (low, low)]
    return Ring(f"ring {low}", np.array(corners, float) + np.array([x, 0.0]))


@settings(max_examples=60, deadline=None)
@given(depth=st.integers(1, 8), others=st.integers(0, 4), order=st.randoms(use_true_random=False))
def test_even_odd_by_depth(depth, others, order):
    """Squares one in another: areas add and subtract in turn; others stand beside."""
    rings = [square(i, 100 - i) for i in range(depth)]
    rings += [square(0, 10, x=200.0 + 20 * i) for i in range(others)]
    order.shuffle(rings)
    expected = sum((-1) ** i * (100 - 2 * i) ** 2 for i in range(depth)) + 100 * others
    shape = nest(rings, file="a", in_degrees=False)
    assert shape.is_valid
    assert shape.area == pytest.approx(expected)


def test_a_hole_that_touches_its_outline_is_a_hole():
    shape = nest(
        [square(0, 10), Ring("b", np.array([[0, 0], [5, 3], [3, 5], [0, 0]], float))],
        file="a",
        in_degrees=False,
    )
    assert shape.is_valid
    assert shape.area == pytest.approx(100 - 8)


def test_parts_that_touch_in_a_point_are_parts():
    shape = nest([square(0, 10), square(10, 20)], file="a", in_degrees=False)
    assert shape.area == 200


def test_a_hole_out_by_less_than_a_millimetre_is_a_hole():
    poking = Ring("b", np.array([[-0.0005, 4], [2, 4], [2, 6], [-0.0005, 6], [-0.0005, 4]]))
    shape = nest([square(0, 10), poking], file="a", in_degrees=False)
    mended, mends = mend(np.array([shape]), ["plot"], file="a", in_degrees=False)
    assert mended[0].area == pytest.approx(96, abs=0.002)
    assert len(mends) == 1


def test_close():
    with pytest.raises(BoundaryError, match="a ring 1: expected at least 3 different points"):
        close(np.array([[0.0, 0], [1, 1], [0, 0]]), file="a", place="ring 1")


def test_sound_polygons_are_left_as_they_came():
    plots = np.array([shapely.box(0, 0, 1, 1), shapely.box(0, 0, 2, 2)])
    mended, mends = mend(plots, ["a", "b"], file="a", in_degrees=False)
    assert mends == []
    assert shapely.equals_exact(mended, plots, 0.0).all()


def test_a_spike_is_taken_off_and_listed():
    spiked = shapely.Polygon([(0, 0), (10, 0), (10, 10), (20, 10), (10, 10), (0, 10)])
    mended, mends = mend(np.array([spiked]), ["a"], file="a", in_degrees=False)
    assert mended[0].equals(shapely.box(0, 0, 10, 10))
    assert len(mends) == 1


def test_inputs_are_not_changed():
    bow = shapely.Polygon([(0, 0), (2, 2), (2, 0), (0, 2)])
    plots = np.array([bow])
    mend(plots, ["a"], file="a", in_degrees=False)
    assert plots[0] is bow


@settings(max_examples=100, deadline=None)
@given(points=st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=3, max_size=12))
def test_any_ring_is_mended_or_refused(points):
    """Whatever the order of points: a valid shape inside their hull, or a refusal."""
    said = ""
    try:
        ring = close(np.array(points, float), file="a", place="ring 1")
        mended, _ = mend(
            np.array([shapely.Polygon(ring.points)]), ["a"], file="a", in_degrees=False
        )
    except BoundaryError as error:
        said = str(error)
    if not said:
        assert mended[0].is_valid
        assert mended[0].area <= shapely.MultiPoint(points).convex_hull.area + 1e-9


def test_valid_area_of_a_bow_tie():
    assert valid_area(shapely.Polygon([(0, 0), (2, 2), (2, 0), (0, 2)])).area == pytest.approx(2)


CORNERS = st.lists(
    st.tuples(st.integers(0, 400), st.integers(0, 400)), min_size=4, max_size=9, unique=True
)
TURN = st.sampled_from([0, 90, 180, 270])
MOVE = st.tuples(st.integers(-10_000, 10_000), st.integers(-10_000, 10_000))


def mended_or_refused(points):
    """The shape and what was mended, or the start of the refusal."""
    try:
        ring = close(np.array(points, float), file="a", place="plot")
        shapes, mends = mend(
            np.array([shapely.Polygon(ring.points)]), ["plot"], file="a", in_degrees=False
        )
    except BoundaryError as error:
        return error.expected, []
    return shapes[0], sorted(m.what.code for m in mends)


def moved(points, turn, move):
    """Points turned by right angles and moved by whole metres, which are exact in floats."""
    for _ in range(turn // 90):
        points = [(-y, x) for x, y in points]
    return [(x + move[0], y + move[1]) for x, y in points]


@settings(max_examples=150, deadline=None)
@given(points=CORNERS, turn=TURN, move=MOVE)
def test_mending_moves_and_turns_with_the_plot(points, turn, move):
    shape, codes = mended_or_refused(points)
    other, other_codes = mended_or_refused(moved(points, turn, move))
    assert other_codes == codes
    if isinstance(shape, str):
        assert other == shape
        return
    assert other.area == pytest.approx(shape.area, abs=1e-6)
    back = shapely.transform(other, lambda xy: np.array(moved_back(xy, turn, move)))
    assert back.symmetric_difference(shape).area < 1e-6


def moved_back(xy, turn, move):
    points = [(x - move[0], y - move[1]) for x, y in xy.tolist()]
    for _ in range(turn // 90):
        points = [(y, -x) for x, y in points]
    return points


@settings(max_examples=100, deadline=None)
@given(points=CORNERS, at=st.integers(0, 8), start=st.integers(0, 8), backwards=st.booleans())
def test_where_a_ring_starts_and_which_way_it_turns_change_nothing(points, at, start, backwards):
    """Nor does a point that is written twice, but for the repair that says so."""
    shape, codes = mended_or_refused(points)
    start, at = start % len(points), at % len(points)
    other = points[start:] + points[:start]
    other = other[::-1] if backwards else other
    other_shape, other_codes = mended_or_refused([*other[:at], other[at], *other[at:]])
    if isinstance(shape, str):
        assert other_shape == shape
        return
    assert other_shape.symmetric_difference(shape).area < 1e-6
    assert other_codes == sorted([*codes, "repeated"])


@settings(max_examples=100, deadline=None)
@given(side=st.integers(10, 500), spike=st.integers(1, 200), share=st.floats(0.1, 0.9))
def test_a_spike_of_any_length_is_taken_off(side, spike, share):
    """A spike is a point out and back along one line: it encloses nothing."""
    x = round(side * share)
    points = [(0, 0), (side, 0), (side, side), (x, side), (x, side + spike), (x, side), (0, side)]
    shape, codes = mended_or_refused(points)
    assert shape.area == pytest.approx(side * side, abs=1e-9)
    assert shape.bounds == (0, 0, side, side)
    assert len(codes) == 1


@settings(max_examples=100, deadline=None)
@given(width=st.integers(2, 500), height=st.integers(2, 500))
def test_a_bow_tie_is_split_where_it_crosses(width, height):
    """Two triangles that meet in the middle, a quarter of the box each."""
    shape, codes = mended_or_refused([(0, 0), (width, height), (width, 0), (0, height)])
    assert codes == ["crossed"]
    assert shape.area == pytest.approx(width * height / 2)
    assert len(shapely.get_parts(shape)) == 2


@settings(max_examples=100, deadline=None)
@given(
    bulge=st.floats(0.01, 1.0),
    sign=st.sampled_from([-1, 1]),
    chord=st.floats(1, 1000),
    tolerance=st.sampled_from([0.1, 0.01, 0.001]),
)
def test_an_arc_stays_within_its_tolerance(bulge, sign, chord, tolerance):
    """The middle of each chord is its farthest point from the arc."""
    start, end = np.array([0.0, 0.0]), np.array([chord, 0.0])
    inner = arc_points(start, end, sign * bulge, tolerance)
    radius = chord * (1 + bulge**2) / (4 * bulge)
    centre = np.array([chord / 2, sign * chord * (1 - bulge**2) / (4 * bulge)])
    points = np.vstack([start, inner, end])
    assert np.hypot(*(points - centre).T) == pytest.approx(radius, rel=1e-9)
    middles = (points[1:] + points[:-1]) / 2
    sagitta = radius - np.hypot(*(middles - centre).T)
    assert (sagitta <= tolerance * (1 + 1e-6) + 1e-12).all()


def test_heights_and_measures_are_dropped():
    shape = shapely.from_wkt("POLYGON ZM ((0 0 5 1,9 0 5 2,9 9 5 3,0 9 5 4,0 0 5 1))")
    mended, mends = mend(np.array([shape]), ["a"], file="a", in_degrees=False)
    assert mends == []
    assert not shapely.has_z(mended[0])
    assert not shapely.has_m(mended[0])
    assert mended[0].equals(shapely.box(0, 0, 9, 9))


@settings(max_examples=60, deadline=None)
@given(
    shift=st.integers(1, 99), inside=st.booleans(), order=st.randoms(use_true_random=False)
)  # fmt: skip
@example(shift=50, inside=False, order=random.Random(1))
def test_two_rings_that_overlap_in_part_are_refused_and_others_are_not(shift, inside, order):
    rings = [square(0, 100), square(10, 60, x=0.0 if inside else float(40 + shift))]
    order.shuffle(rings)
    if inside or 40 + shift >= 90:  # at 90 they share an edge, which mending takes away
        shape = nest(rings, file="a", in_degrees=False)
        mended, _ = mend(np.array([shape]), ["a"], file="a", in_degrees=False)
        assert mended[0].is_valid
        assert mended[0].area == pytest.approx(7500 if inside else 12_500)
        return
    if 40 + shift > 40 and 60 + 40 + shift > 100:
        with pytest.raises(BoundaryError, match="a partial overlap"):
            nest(rings, file="a", in_degrees=False)
