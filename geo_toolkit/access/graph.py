"""Shortest ways in a weighted graph: distances, nearest facility, matrix, one path."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import scipy

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Graph"]


@dataclass(frozen=True)
class Graph:
    """A directed graph of arcs with weights from 0, ready for many questions.

    Of several arcs between two nodes the lightest counts. ``arc`` holds, for each entry of the
    matrix, the arc it came from.
    """

    matrix: scipy.sparse.csr_array
    arc: NDArray[np.int64]

    @classmethod
    def of(
        cls,
        n: int,
        tail: NDArray[np.int64],
        head: NDArray[np.int64],
        weight: NDArray[np.float64],
    ) -> Graph:
        """Return the graph of some arcs.

        Parameters
        ----------
        n
            Number of nodes.
        tail, head, weight
            Where each arc starts and ends, and what it costs, 0 or more.

        Raises
        ------
        ValueError
            If a weight is negative or not finite.

        Examples
        --------
        >>> tail, head = np.array([0, 1, 0]), np.array([1, 2, 2])
        >>> graph = Graph.of(3, tail, head, np.array([1.0, 1.0, 5.0]))
        >>> graph.distances(np.array([0])).tolist()
        [[0.0, 1.0, 2.0]]
        """
        if len(weight) and not (np.isfinite(weight).all() and (weight >= 0).all()):
            raise ValueError("weights must be finite numbers from 0")
        order = np.lexsort((np.arange(len(tail)), weight, head, tail))
        first = np.ones(len(order), dtype=bool)
        t, h = tail[order], head[order]
        first[1:] = (t[1:] != t[:-1]) | (h[1:] != h[:-1])
        arc = order[first]
        pointer = np.searchsorted(tail[arc], np.arange(n + 1))
        matrix = scipy.sparse.csr_array((weight[arc], head[arc], pointer), shape=(n, n))
        return cls(matrix, arc)

    def distances(
        self, sources: NDArray[np.int64], *, limit: float = np.inf
    ) -> NDArray[np.float64]:
        """Return the distance from every source to every node, infinite where there is no way.

        Parameters
        ----------
        limit
            Nodes farther than this are left infinite.

        Source
        ------
        Dijkstra (1959), A note on two problems in connexion with graphs, doi:10.1007/BF01386390,
        as implemented by SciPy.
        """
        found: NDArray[np.float64] = scipy.sparse.csgraph.dijkstra(
            self.matrix, indices=sources, limit=limit
        )
        return found

    def nearest(
        self, facilities: NDArray[np.int64]
    ) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
        """Return the distance from the nearest facility to every node, and which facility it is.

        The facility is a node number, -1 where none reaches the node.

        Examples
        --------
        >>> graph = Graph.of(3, np.array([0, 1, 1, 2]), np.array([1, 0, 2, 1]), np.ones(4))
        >>> graph.nearest(np.array([0]))[0].tolist()
        [0.0, 1.0, 2.0]
        """
        away, _, source = scipy.sparse.csgraph.dijkstra(
            self.matrix, indices=facilities, min_only=True, return_predecessors=True
        )
        source = np.where(np.isfinite(away), source, -1)
        return away, source.astype(np.int64)

    def path(self, source: int, target: int) -> NDArray[np.int64] | None:
        """Return the arcs of the lightest way from one node to another, in order.

        None where there is no way; no arc where the nodes are the same.

        Examples
        --------
        >>> graph = Graph.of(3, np.array([0, 1]), np.array([1, 2]), np.ones(2))
        >>> graph.path(0, 2).tolist(), graph.path(2, 0)
        ([0, 1], None)
        """
        away, before = self.tree(source)
        return self.back(before, source, target) if np.isfinite(away[target]) else None

    def tree(self, source: int) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
        """Return the distance from a node to every node, and the node before each on the way."""
        away, before = scipy.sparse.csgraph.dijkstra(
            self.matrix, indices=np.array([source]), return_predecessors=True
        )
        return away[0], before[0].astype(np.int64)

    def back(self, before: NDArray[np.int64], source: int, target: int) -> NDArray[np.int64]:
        """Return the arcs from the source of a tree to a node that it reaches, in order."""
        arcs: list[int] = []
        node = target
        while node != source:
            previous = int(before[node])
            arcs.append(self._arc_between(previous, node))
            node = previous
        return np.array(arcs[::-1], dtype=np.int64)

    def sums(
        self,
        before: NDArray[np.int64],
        source: int,
        targets: NDArray[np.int64],
        values: NDArray[np.float64],
    ) -> NDArray[np.float64]:
        """Return sums of arc values along the ways of a tree, one row a target.

        Infinite where the tree does not reach a target.

        Parameters
        ----------
        before, source
            As ``tree`` returns them, and where it starts.
        values
            One row a quantity, one column an arc.

        Examples
        --------
        >>> graph = Graph.of(3, np.array([0, 1]), np.array([1, 2]), np.ones(2))
        >>> _, before = graph.tree(0)
        >>> graph.sums(before, 0, np.array([2, 0]), np.array([[5.0, 7.0]])).tolist()
        [[12.0], [0.0]]
        """
        known = {source: np.zeros(len(values))}
        found = np.full((len(targets), len(values)), np.inf)
        for row, target in enumerate(targets.tolist()):
            way: list[int] = []
            node = target
            while node not in known and before[node] >= 0:
                way.append(node)
                node = int(before[node])
            if node not in known:
                continue
            for after in reversed(way):
                arc = self._arc_between(int(before[after]), after)
                known[after] = known[int(before[after])] + values[:, arc]
            found[row] = known[target]
        return found

    def _arc_between(self, tail: int, head: int) -> int:
        row = slice(self.matrix.indptr[tail], self.matrix.indptr[tail + 1])
        entry = int(np.flatnonzero(self.matrix.indices[row] == head)[0])
        return int(self.arc[row.start + entry])
