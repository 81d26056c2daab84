"""Ordinary roads that no layer shows: access legs by straight distance and detour factor."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import scipy

from geo_toolkit.access.nearest import nearest_positions

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from geo_toolkit.access.draft import Draft
    from geo_toolkit.access.parameters import Logistics, NetworkRules

__all__ = ["Legs", "access_legs", "add_access_legs", "join_components"]

_MOST_ROUNDS = 200


@dataclass(frozen=True)
class Legs:
    """Legs from points to nodes, with lengths by road in kilometres and their range.

    ``nearest_km`` is each point's straight distance to the nearest node, infinite without nodes.
    """

    point: NDArray[np.int64]
    node: NDArray[np.int64]
    km: NDArray[np.float64]
    km_low: NDArray[np.float64]
    km_high: NDArray[np.float64]
    nearest_km: NDArray[np.float64]


def access_legs(
    xy: NDArray[np.float64],
    accuracy_m: NDArray[np.float64],
    nodes: NDArray[np.int64],
    node_xy: NDArray[np.float64],
    node_accuracy_m: NDArray[np.float64],
    rules: NetworkRules,
) -> Legs:
    """Return a leg from every point to the nodes within ``max_access_km``, nearest first.

    Length is the straight distance times the detour factor. Its range takes the factor's range and
    lets both ends move by their accuracy.

    Parameters
    ----------
    xy, accuracy_m
        Points and their accuracy, in metres.
    nodes, node_xy, node_accuracy_m
        Numbers, positions and accuracy of the nodes that a leg may end at.

    Source
    ------
    Own definition.

    Examples
    --------
    A point 10 km from a junction, detour 1.4 (1.2-1.7), both ends known to 500 m:

    >>> from geo_toolkit.access.examples import example_logistics
    >>> legs = access_legs(np.array([[0.0, 0.0]]), np.array([500.0]), np.array([7]),
    ...                    np.array([[10000.0, 0.0]]), np.array([500.0]),
    ...                    example_logistics().network)
    >>> legs.node.tolist(), legs.km.round(3).tolist(), legs.km_low.round(3).tolist()
    ([7], [14.0], [10.8])
    """
    reach_m, most = rules.max_access_km.value * 1000, int(rules.access_links.value)
    if not len(nodes) or not len(xy):
        empty = np.zeros(0)
        none = np.zeros(0, dtype=np.int64)
        return Legs(none, none, empty, empty, empty, np.full(len(xy), np.inf))
    away, which = nearest_positions(xy, node_xy, min(most, len(nodes)))
    point, column = np.nonzero(away <= reach_m)
    straight, chosen = away[point, column], which[point, column]
    doubt = accuracy_m[point] + node_accuracy_m[chosen]
    return Legs(
        point.astype(np.int64),
        nodes[chosen],
        straight * rules.detour.value / 1000,
        np.maximum(straight - doubt, 0) * rules.detour.low / 1000,
        (straight + doubt) * rules.detour.high / 1000,
        away[:, 0] / 1000,
    )


def add_access_legs(draft: Draft, logistics: Logistics) -> None:
    """Add legs from every terminal, county seat and gateway to junctions and to one another.

    A place with no junction and no other place within reach is reported with its distance.
    """
    places = draft.numbers("place", "gateway")
    targets = np.concatenate([places, draft.numbers("junction")])
    accuracy = np.array([node["accuracy_m"] for node in draft.nodes])
    for place in places.tolist():
        others = targets[(targets != place) & ((targets > place) | ~np.isin(targets, places))]
        legs = access_legs(
            draft.positions(np.array([place])),
            accuracy[[place]],
            others,
            draft.positions(others),
            accuracy[others],
            logistics.network,
        )
        _add(draft, np.full(len(legs.node), place), legs, accuracy, "leg")
    linked = {n for e in draft.edges if e["mode"] in ("access", "road") for n in (e["a"], e["b"])}
    for place in places.tolist():
        if place not in linked:
            draft.report["unjoined"].append(
                {
                    "feature": draft.nodes[place]["feature"],
                    "reason": "no_road_within_reach",
                    "distance_m": None,
                }
            )


def join_components(draft: Draft, logistics: Logistics) -> None:
    """Join road components that do not meet by an assumed ordinary road between nearest nodes.

    Each component is linked to the nearest node of another, round after round, until all hang
    together; one that is farther than ``max_access_km`` from all others is reported as an island.
    Junctions are preferred; a component without one is reached at any of its nodes.
    """
    accuracy = np.array([node["accuracy_m"] for node in draft.nodes])
    alone: set[int] = set()
    for _ in range(_MOST_ROUNDS):
        nodes, label = _components(draft)
        sizes = np.bincount(label) if len(label) else np.zeros(0, dtype=np.int64)
        order = np.lexsort((np.arange(len(sizes)), sizes))
        todo = [c for c in order.tolist() if int(nodes[label == c].min()) not in alone]
        if len(todo) < 2:
            return
        _join_one(draft, logistics, nodes, label, todo[0], accuracy, alone)


def _join_one(
    draft: Draft,
    logistics: Logistics,
    nodes: NDArray[np.int64],
    label: NDArray[np.int64],
    component: int,
    accuracy: NDArray[np.float64],
    alone: set[int],
) -> None:
    """Link one component to its nearest neighbour, or report it as an island."""
    mine, rest = _entries(draft, nodes[label == component]), nodes[label != component]
    rest = _entries(draft, rest)
    gap_m, which = nearest_positions(draft.positions(mine), draft.positions(rest))
    best = int(np.lexsort((mine, gap_m[:, 0].round(3)))[0])
    away_m = float(gap_m[best, 0])
    first = int(nodes[label == component].min())
    if away_m > logistics.network.max_access_km.value * 1000:
        alone.add(first)
        x, y = draft.xy(first)
        draft.report["islands"].append(
            {
                "mode": "road",
                "nodes": int((label == component).sum()),
                "distance_m": round(away_m, 1),
                "x": round(x, 1),
                "y": round(y, 1),
            }
        )
        return
    target = rest[which[best]]
    legs = access_legs(
        draft.positions(mine[[best]]),
        accuracy[mine[[best]]],
        target,
        draft.positions(target),
        accuracy[target],
        logistics.network,
    )
    _add(draft, mine[[best]], legs, accuracy, "join")
    x, y = draft.xy(int(mine[best]))
    draft.report["snaps"].append(
        {
            "mode": "road",
            "kind": "join",
            "length_m": round(away_m, 1),
            "x": round(x, 1),
            "y": round(y, 1),
        }
    )


def _components(draft: Draft) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the road nodes and the number of the road component of each."""
    nodes = draft.numbers("road", "junction")
    known = set(nodes.tolist())
    ends = np.array(
        [
            (edge["a"], edge["b"])
            for edge in draft.edges
            if edge["mode"] in ("road", "access") and edge["a"] in known and edge["b"] in known
        ],
        dtype=np.int64,
    ).reshape(-1, 2)
    where = np.searchsorted(nodes, ends)
    graph = scipy.sparse.coo_array(
        (np.ones(len(ends)), (where[:, 0], where[:, 1])), shape=(len(nodes), len(nodes))
    )
    label = scipy.sparse.csgraph.connected_components(graph, directed=False)[1]
    return nodes, np.asarray(label, dtype=np.int64)


def _entries(draft: Draft, nodes: NDArray[np.int64]) -> NDArray[np.int64]:
    junctions = [n for n in nodes.tolist() if draft.nodes[n]["kind"] == "junction"]
    return np.array(junctions, dtype=np.int64) if junctions else nodes


def _add(
    draft: Draft,
    points: NDArray[np.int64],
    legs: Legs,
    accuracy: NDArray[np.float64],
    cls: str,
) -> None:
    for row in range(len(legs.node)):
        a, b = int(points[legs.point[row] if cls == "join" else row]), int(legs.node[row])
        draft.add_edge(
            a,
            b,
            "access",
            float(legs.km[row]),
            km_low=float(legs.km_low[row]),
            km_high=float(legs.km_high[row]),
            cls=cls,
            accuracy_m=float(max(accuracy[a], accuracy[b])),
            is_assumed=True,
        )
