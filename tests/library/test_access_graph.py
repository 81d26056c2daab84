"""Shortest ways against all pairs worked out by brute force."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo_toolkit.access.graph import Graph

NODES = 7


def arrays(arcs):
    tail = np.array([a for a, _, _ in arcs], dtype=np.int64)
    head = np.array([b for _, b, _ in arcs], dtype=np.int64)
    return tail, head, np.array([w for _, _, w in arcs], dtype=np.float64)


def brute_force(arcs):
    """All pairs by Floyd and Warshall."""
    away = np.full((NODES, NODES), np.inf)
    np.fill_diagonal(away, 0)
    for a, b, w in arcs:
        away[a, b] = min(away[a, b], w)
    for k in range(NODES):
        away = np.minimum(away, away[:, [k]] + away[[k], :])
    return away


def every(arcs):
    return Graph.of(NODES, *arrays(arcs)).distances(np.arange(NODES))


node = st.integers(0, NODES - 1)
ARCS = st.lists(st.tuples(node, node, st.integers(0, 9)), max_size=25)


@given(ARCS)
@settings(deadline=None)
def test_distances_are_those_of_brute_force(arcs):
    assert np.array_equal(every(arcs), brute_force(arcs))


@given(ARCS)
@settings(deadline=None)
def test_going_by_way_of_a_third_is_never_shorter(arcs):
    away = every(arcs)
    for k in range(NODES):
        assert (away <= away[:, [k]] + away[[k], :]).all()


@given(ARCS)
@settings(deadline=None)
def test_a_graph_with_both_directions_is_symmetric(arcs):
    away = every([*arcs, *((b, a, w) for a, b, w in arcs)])
    assert np.array_equal(away, away.T)


@given(ARCS, st.tuples(node, node, st.integers(0, 9)))
@settings(deadline=None)
def test_one_more_arc_never_lengthens(arcs, extra):
    assert (every([*arcs, extra]) <= every(arcs)).all()


@given(ARCS, st.lists(node, min_size=1, max_size=3, unique=True))
@settings(deadline=None)
def test_nearest_is_the_least_of_the_matrix(arcs, facilities):
    away, which = Graph.of(NODES, *arrays(arcs)).nearest(np.array(facilities))
    table = brute_force(arcs)[facilities]
    assert np.array_equal(away, table.min(axis=0))
    for target in range(NODES):
        if np.isfinite(away[target]):
            assert table[facilities.index(which[target]), target] == away[target]
        else:
            assert which[target] == -1


@given(ARCS, node, node)
@settings(deadline=None)
def test_a_path_is_made_of_arcs_end_to_end_and_weighs_the_distance(arcs, source, target):
    path = Graph.of(NODES, *arrays(arcs)).path(source, target)
    away = brute_force(arcs)[source, target]
    if path is None:
        assert np.isinf(away)
        return
    assert sum(arcs[i][2] for i in path) == away
    ends = [source, *(arcs[i][1] for i in path)]
    assert [arcs[i][0] for i in path] == ends[:-1]
    assert ends[-1] == target


def test_the_lightest_of_parallel_arcs_counts():
    graph = Graph.of(2, np.array([0, 0]), np.array([1, 1]), np.array([5.0, 3.0]))
    assert graph.path(0, 1).tolist() == [1]


def test_a_limit_leaves_the_rest_infinite():
    graph = Graph.of(3, np.array([0, 1]), np.array([1, 2]), np.array([2.0, 2.0]))
    assert graph.distances(np.array([0]), limit=3).tolist() == [[0.0, 2.0, np.inf]]


@pytest.mark.parametrize("weight", [-1.0, np.nan, np.inf])
def test_bad_weights_are_refused(weight):
    with pytest.raises(ValueError, match="finite numbers from 0"):
        Graph.of(2, np.array([0]), np.array([1]), np.array([weight]))
