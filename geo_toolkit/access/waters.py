"""Waterways, ports and locks into a draft network."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

from geo_toolkit.access.features import points_of
from geo_toolkit.access.lines import LineSet, add_lines
from geo_toolkit.access.places import label_node, report_far

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from geo_toolkit.access.draft import Draft
    from geo_toolkit.access.features import Features
    from geo_toolkit.access.parameters import Logistics

__all__ = ["add_waterways"]


def add_waterways(
    draft: Draft,
    features: Mapping[str, Features],
    logistics: Logistics,
    places: Mapping[str, int],
    attached: NDArray[np.object_],
) -> NDArray[np.int64]:
    """Add waterways with ports and locks, and return the water node of each point to attach.

    Lines run downstream, as they are digitised. A lock is counted half on each of the two pieces
    of river that meet at it, so that a passage counts it once.

    Parameters
    ----------
    places
        Node of each port's key.
    attached
        Points in metres where links to gateways start; their node is -1 where no waterway is
        within ``gateway_snap_km``.
    """
    water, ports, locks = features["waterway"], features["port"], features["lock"]
    rules, lines = logistics.network, LineSet.of(features["waterway"])
    attached = _on_river(attached, lines.lines, rules.gateway_snap_km.value * 1000)
    counts = (len(ports), len(locks), len(attached))
    snaps = (rules.port_snap_m.value, rules.lock_snap_m.value, rules.gateway_snap_km.value * 1000)
    noded = lines.node(
        np.concatenate([points_of(ports), points_of(locks), attached]),
        snap_m=np.repeat(snaps, counts),
        tie_m=0.0,
        end_snap_m=rules.road_snap_m.value,
    )
    first = len(draft.edges)
    cls = [water.text("class")[i] for i in lines.feature]
    number = add_lines(draft, lines, noded, mode="water", kind="water", cls=cls, joint_cls="")
    node = np.array([-1 if p < 0 else number[p] for p in noded.point_node], dtype=np.int64)
    at_port, at_lock, at_link = np.split(node, np.cumsum(counts)[:2])
    for row, key in enumerate(map(str, ports.table.index)):
        if at_port[row] >= 0 and key in places:
            label_node(draft, int(at_port[row]), ports, row)
            draft.add_edge(
                places[key], int(at_port[row]), "transfer", 0.0, cls="port", feature=key,
                name=ports.text("name")[row],
            )  # fmt: skip
    for row, lock in enumerate(at_lock.tolist()):
        if lock >= 0:
            label_node(draft, lock, locks, row)
            _count_lock(draft, lock, first)
    port_m, lock_m, _ = np.split(noded.point_m, np.cumsum(counts)[:2])
    report_far(draft, ports, port_m, at_port >= 0)
    report_far(draft, locks, lock_m, at_lock >= 0)
    return at_link


def _on_river(
    points: NDArray[np.object_], lines: NDArray[np.object_], snap_m: float
) -> NDArray[np.object_]:
    """Return the points of the river nearest to some points; those too far off as they are."""
    river = shapely.multilinestrings(lines) if len(lines) else shapely.MultiLineString()
    near = shapely.get_point(shapely.shortest_line(river, points), 0)
    is_near = shapely.distance(river, points) <= snap_m
    found: NDArray[np.object_] = np.where(is_near, near, points)
    return found


def _count_lock(draft: Draft, lock: int, first: int) -> None:
    """Count a lock on the river pieces at it, or at the end of the link that leads to it."""
    at = {lock}
    for edge in draft.edges[first:]:
        if edge["mode"] == "water" and not edge["feature"] and lock in (edge["a"], edge["b"]):
            at |= {edge["a"], edge["b"]}
    for edge in draft.edges[first:]:
        if edge["mode"] == "water" and edge["feature"] and at & {edge["a"], edge["b"]}:
            edge["locks"] += 0.5
