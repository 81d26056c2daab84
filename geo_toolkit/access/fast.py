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
_WIDTH = 0.25
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

    start: NDArray[np.int32]
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
        start = np.searchsorted(new[tail][order], np.arange(len(xy) + 1)).astype(np.int32)
        return cls(start, new[head][order].astype(np.int32), weight[order], new, old)

    def distances(self, sources: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return the distance from every source to every node, infinite where there is no way."""
        found = np.empty((len(sources), len(self.new)))
        ring = _ring(self.weight)
        _search_each(self.start, self.head, self.weight, self.new[sources], *ring, self.new, found)
        return found

    def nearest(
        self, facilities: NDArray[np.int64]
    ) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
        """Return the distance from the nearest facility to every node, and which facility it is.

        As of ``Graph``; of facilities at the same distance either may be named.
        """
        away, origin = np.empty(len(self.new)), np.full(len(self.new), -1, dtype=np.int32)
        ring = _ring(self.weight)
        _search(self.start, self.head, self.weight, self.new[facilities], *ring, away, origin)
        nearest = np.where(origin >= 0, self.old[origin], -1)
        return away[self.new], nearest[self.new]


@_compiled()
def _search(
    start: Nodes,
    head: Nodes,
    weight: Floats,
    sources: Ints,
    per_bucket: float,
    ring: int,
    away: Floats,
    origin: Nodes,
) -> None:
    """Fill in the shortest ways from the nearest of some sources.

    ``origin`` gets the source that each node is reached from, unless it is empty.
    """
    room = len(away) + len(sources) + 64
    while not _searched(start, head, weight, sources, per_bucket, ring, away, origin, room):
        room *= 2


@_compiled()
def _searched(
    start: Nodes,
    head: Nodes,
    weight: Floats,
    sources: Ints,
    per_bucket: float,
    ring: int,
    away: Floats,
    origin: Nodes,
    room: int,
) -> bool:
    """Do the search with a queue of buckets, and say whether there was room for it.

    A bucket holds the nodes whose distance lies in one width; within a bucket order does not
    matter, since a node is expanded again whenever its distance falls. The distances are those of
    Dijkstra to the last bit: each is the least sum over its way. Entries carry their distance and
    are used again, so that what is worked on stays in the processor's memory. The queue does not
    grow here: arrays that may be replaced make the loop three times slower.
    """
    is_told = len(origin) > 0
    away[:] = np.inf
    mask = ring - 1
    first = np.full(ring, -1, np.int32)  # first entry of each bucket
    node_of, next_of, far_of = np.empty(room, np.int32), np.empty(room, np.int32), np.empty(room)
    entries = queued = 0
    for source in sources:
        if away[source] > 0:
            away[source] = 0.0
            if is_told:
                origin[source] = source
            node_of[entries], far_of[entries], next_of[entries] = source, 0.0, first[0]
            first[0] = entries
            entries += 1
            queued += 1
    free = -1  # entries to be used again
    bucket = 0
    while queued > 0:
        entry = first[bucket]
        if entry < 0:
            bucket = (bucket + 1) & mask
            continue
        first[bucket] = next_of[entry]
        node, distance = node_of[entry], far_of[entry]
        next_of[entry] = free
        free = entry
        queued -= 1
        if distance != away[node]:
            continue  # it was reached by a shorter way since
        for arc in range(start[node], start[node + 1]):
            other = head[arc]
            far = distance + weight[arc]
            if far < away[other]:
                away[other] = far
                if is_told:
                    origin[other] = origin[node]
                if free >= 0:
                    new = free
                    free = next_of[free]
                else:
                    if entries == room:
                        return False
                    new = entries
                    entries += 1
                place = int(far * per_bucket) & mask
                node_of[new], far_of[new], next_of[new] = other, far, first[place]
                first[place] = new
                queued += 1
    return True


@_compiled(parallel=True)
def _search_each(
    start: Nodes,
    head: Nodes,
    weight: Floats,
    sources: Ints,
    per_bucket: float,
    ring: int,
    new: Ints,
    found: Floats,
) -> None:
    for row in _each(len(sources)):
        away = np.empty(len(new))
        untold = np.empty(0, np.int32)
        _search(start, head, weight, sources[row : row + 1], per_bucket, ring, away, untold)
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
