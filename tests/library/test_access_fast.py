"""The compiled search: Z-order, and the same answers as the plain one."""

import numpy as np
import pytest

from geo_toolkit.access import Graph, fast
from geo_toolkit.errors import NotAvailable


def random_graph(seed):
    rng = np.random.default_rng(seed)
    n, arcs = 200, 700
    tail, head = rng.integers(0, n, arcs), rng.integers(0, n, arcs)
    return n, tail, head, rng.integers(0, 9, arcs).astype(float), rng.uniform(0, 1000, (n, 2))


@pytest.mark.parametrize("seed", range(5))
def test_the_search_agrees_with_the_plain_one(seed):
    n, tail, head, weight, _ = random_graph(seed)
    order = np.lexsort((head, tail))
    start = np.searchsorted(tail[order], np.arange(n + 1))
    plain = Graph.of(n, tail, head, weight)
    sources, ring = np.array([3, 50, 120, 3]), fast._ring(weight)
    away, origin = np.empty(n), np.full(n, -1, dtype=np.int32)
    rows = (start, head[order].astype(np.int32), weight[order])
    fast._search(*rows, sources, *ring, away, origin)
    assert np.array_equal(away, plain.nearest(sources[:3])[0])
    by_source = plain.distances(sources[:3])
    told = origin >= 0
    at = [sources.tolist().index(source) for source in origin[told]]
    assert np.array_equal(by_source[at, np.flatnonzero(told)], away[told])
    assert np.array_equal(told, np.isfinite(away))


def test_a_full_queue_begins_again_with_more_room():
    n, tail, head, weight, _ = random_graph(1)
    order = np.lexsort((head, tail))
    start = np.searchsorted(tail[order], np.arange(n + 1))
    rows = (start, head[order].astype(np.int32), weight[order], np.array([0]))
    away, untold = np.empty(n), np.empty(0, dtype=np.int32)
    assert not fast._searched(*rows, *fast._ring(weight), away, untold, 2)
    assert fast._searched(*rows, *fast._ring(weight), away, untold, n)
    assert np.array_equal(away, Graph.of(n, tail, head, weight).distances(np.array([0]))[0])


def test_z_order_keeps_every_row_once():
    xy = random_graph(1)[4]
    assert sorted(fast.morton_order(xy).tolist()) == list(range(len(xy)))


@pytest.mark.skipif(not fast.IS_COMPILED, reason="needs the package numba (extra 'fast')")
@pytest.mark.parametrize("seed", range(3))
def test_a_fast_graph_answers_as_the_plain_one(seed):
    n, tail, head, weight, xy = random_graph(seed)
    graph, plain = fast.FastGraph.of(tail, head, weight, xy), Graph.of(n, tail, head, weight)
    sources = np.array([1, 7, 90])
    assert np.array_equal(graph.distances(sources), plain.distances(sources))
    away, facility = graph.nearest(sources)
    assert np.array_equal(away, plain.nearest(sources)[0])
    told = facility >= 0
    at = np.searchsorted(sources, facility[told])
    assert np.array_equal(plain.distances(sources)[at, np.flatnonzero(told)], away[told])
    with pytest.raises(ValueError, match="finite numbers from 0"):
        fast.FastGraph.of(tail, head, -weight - 1, xy)


def test_without_numba_it_says_what_to_install(monkeypatch):
    monkeypatch.setattr(fast, "IS_COMPILED", False)
    _, tail, head, weight, xy = random_graph(0)
    with pytest.raises(NotAvailable, match=r"numba is not installed; use Graph, or install"):
        fast.FastGraph.of(tail, head, weight, xy)
