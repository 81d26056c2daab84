"""Nesting and mending: even-odd by depth, areas of repairs, and what is ambiguous."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

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
