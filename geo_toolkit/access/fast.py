"""Matrices of shortest ways over very large graphs, compiled: needs numba (the extra ``fast``).

Nodes are renumbered along a Z-order curve, so that neighbours on the ground are neighbours in
memory; sources of a matrix run in parallel. For networks of a city ``graph.Graph`` is as good, and
needs nothing compiled. This module is imported by its own name only: numba takes a second to load.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from geo_toolkit.errors import NotAvailable

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

try:
    import numba  # type: ignore[import-not-found,import-untyped,unused-ignore]
except ModuleNotFoundError:
    numba = None  # type: ignore[assignment,unused-ignore]

__all__ = ["IS_COMPILED", "FastGraph", "morton_order"]

IS_COMPILED = numba is not None
"""Whether numba is installed; ``FastGraph`` refuses to run without it."""

_BITS = 16
_WIDTH = 0.5
_MOST_BUCKETS = 1 << 16
_Function = TypeVar("_Function")
Floats = np.ndarray[Any, np.dtype[np.float64]]
Ints = np.ndarray[Any, np.dtype[np.int64]]
Nodes = np.ndarray[Any, np.dtype[np.int32]]


def _compiled(**options: Any) -> Callable[[_Function], _Function]:  # Any: numba's own  # noqa: ANN401
    """Return the decorator that compiles a function, or leaves it as it is without numba."""
    if numba is None:
        return lambda function: function
    decorator: Callable[[_Function], _Function] = numba.njit(nogil=True, cache=True, **options)
    return decorator


_each = range if numba is None else numba.prange


def morton_order(xy: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return the rows of positions in the order of a Z-order curve.

    Source
    ------
    Morton (1966), A computer oriented geodetic data base, IBM Ltd.

    Examples
    --------
    >>> morton_order(np.array([[0.0, 0.0], [1.0, 1.0], [1.0, 0.0], [0.0, 1.0]])).tolist()
    [0, 2, 3, 1]
    """
    low, size = xy.min(axis=0), np.maximum(np.ptp(xy, axis=0), 1e-9)
    cell = ((xy - low) / size * (2**_BITS - 1)).astype(np.uint64)
    code = np.zeros(len(xy), dtype=np.uint64)
    for bit in range(_BITS):
        one, shift = np.uint64(1), np.uint64(bit)
        code |= ((cell[:, 0] >> shift) & one) << np.uint64(2 * bit)
        code |= ((cell[:, 1] >> shift) & one) << np.uint64(2 * bit + 1)
    return np.argsort(code, kind="stable").astype(np.int64)


@dataclass(frozen=True)
class FastGraph:
    """A directed graph in compressed rows, its nodes in Z-order; ``distances`` as of ``Graph``.

    Attributes
    ----------
    new
        The number in Z-order of each node as the caller numbers it; ``old`` is the way back.
    """

    start: NDArray[np.int64]
    head: NDArray[np.int32]
    weight: NDArray[np.float64]
    new: NDArray[np.int64]
    old: NDArray[np.int64]

    @classmethod
    def of(
        cls,
        tail: NDArray[np.int64],
        head: NDArray[np.int64],
        weight: NDArray[np.float64],
        xy: NDArray[np.float64],
    ) -> FastGraph:
        """Return the graph of some arcs between nodes at positions.

        Raises
        ------
        NotAvailable
            If numba is not installed.
        ValueError
            If a weight is negative or not finite.
        """
        if not IS_COMPILED:
            raise NotAvailable(
                "FastGraph: the package numba is not installed; use Graph, or install it with: "
                "pip install 'geo-toolkit[fast]'"
            )
        if len(weight) and not (np.isfinite(weight).all() and (weight >= 0).all()):
            raise ValueError("weights must be finite numbers from 0")
        old = morton_order(xy)
        new = np.empty(len(xy), dtype=np.int64)
        new[old] = np.arange(len(xy))
        order = np.lexsort((new[head], new[tail]))
        start = np.searchsorted(new[tail][order], np.arange(len(xy) + 1)).astype(np.int64)
        return cls(start, new[head][order].astype(np.int32), weight[order], new, old)

    def distances(self, sources: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return the distance from every source to every node, infinite where there is no way."""
        found = np.empty((len(sources), len(self.new)))
        ring = _ring(self.weight)
        _search_each(self.start, self.head, self.weight, self.new[sources], *ring, self.new, found)
        return found


@_compiled()
def _search(
    start: Ints,
    head: Nodes,
    weight: Floats,
    sources: Ints,
    per_bucket: float,
    ring: int,
) -> Floats:
    """Shortest ways from the nearest of some sources, with a ring of buckets for a queue.

    A bucket holds the nodes whose distance lies in one width; within a bucket order does not
    matter, since a node is expanded again whenever its distance falls. The distances are those of
    Dijkstra to the last bit: each is the least sum over its way.
    """
    n = len(start) - 1
    away = np.full(n, np.inf)
    expanded = np.full(n, -1.0)  # the distance a node was last expanded at
    first = np.full(ring, -1, np.int32)  # first entry of each bucket
    room = n + len(sources) + 64
    node_of, next_of = np.empty(room, np.int32), np.empty(room, np.int32)
    entries = queued = 0
    for source in sources:
        if away[source] > 0:
            away[source] = 0.0
            node_of[entries], next_of[entries] = source, first[0]
            first[0] = entries
            entries += 1
            queued += 1
    free = -1  # entries to be used again
    bucket = 0
    while queued > 0:
        entry = first[bucket & (ring - 1)]
        if entry < 0:
            bucket += 1
            continue
        first[bucket & (ring - 1)] = next_of[entry]
        node = node_of[entry]
        next_of[entry] = free
        free = entry
        queued -= 1
        distance = away[node]
        if expanded[node] == distance:
            continue
        expanded[node] = distance
        for arc in range(start[node], start[node + 1]):
            other = head[arc]
            far = distance + weight[arc]
            if far < away[other]:
                away[other] = far
                if free >= 0:
                    new = free
                    free = next_of[free]
                else:
                    if entries == room:
                        room *= 2
                        more_nodes, more_next = np.empty(room, np.int32), np.empty(room, np.int32)
                        more_nodes[:entries] = node_of
                        more_next[:entries] = next_of
                        node_of, next_of = more_nodes, more_next
                    new = entries
                    entries += 1
                place = int(far * per_bucket) & (ring - 1)
                node_of[new], next_of[new] = other, first[place]
                first[place] = new
                queued += 1
    return away


@_compiled(parallel=True)
def _search_each(
    start: Ints,
    head: Nodes,
    weight: Floats,
    sources: Ints,
    per_bucket: float,
    ring: int,
    new: Ints,
    found: Floats,
) -> None:
    for row in _each(len(sources)):
        away = _search(start, head, weight, sources[row : row + 1], per_bucket, ring)
        for node in range(len(new)):
            found[row, node] = away[new[node]]


def _ring(weight: Floats) -> tuple[float, int]:
    """Return buckets for one unit of distance, and a ring of them that no arc reaches round."""
    positive = weight[weight > 0]
    if not len(positive):
        return 1.0, 2
    longest = float(positive.max())
    width = max(float(np.median(positive)) * _WIDTH, longest / _MOST_BUCKETS)
    return 1.0 / width, 1 << int(np.ceil(np.log2(longest / width + 2)))
