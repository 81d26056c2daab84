"""Which boundary points of an outline moved, came or went against an earlier one."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import shapely

from geo_toolkit.geodesy import ground_distance_m, nearest_lines
from geo_toolkit.siting.shapes import TOLERANCE_M

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from pyproj import CRS
    from shapely.geometry.base import BaseGeometry

__all__ = ["VertexChange", "vertex_changes"]

_BRUTE_FORCE = 2000  # vertices up to which every start of a ring is tried


class VertexChange(NamedTuple):
    """One boundary point that is not where it was.

    ``change`` is ``moved``, ``added`` or ``removed``; ``part``, ``ring`` and ``point`` count from
    1 in the new outline (in the earlier one for ``removed``), ring 1 the outer. ``distance_m`` is
    how far it moved on the ground; of an added or removed point, how far it lies from the other
    outline, 0 on it. ``x``, ``y`` are in the CRS of the outlines.
    """

    change: str
    part: int
    ring: int
    point: int
    distance_m: float
    x: float
    y: float


class _Ring(NamedTuple):
    part: int
    ring: int
    xy: NDArray[np.float64]
    point: NDArray[np.int64]


def vertex_changes(old: BaseGeometry, new: BaseGeometry, crs: CRS) -> list[VertexChange]:
    """Return the boundary points that differ by more than a millimetre, in order.

    Rings are compared in their order; a ring may start elsewhere or run the other way round and
    is the same. Between two unchanged points, as many points as before have moved; if there are
    more or fewer, the earlier ones are removed and the new ones added.

    Parameters
    ----------
    old, new
        Polygons in the topology CRS.
    crs
        That CRS.
    """
    before, after = _rings(old), _rings(new)
    found: list[VertexChange] = []
    for number in range(max(len(before), len(after))):
        if number >= len(after):
            found += _alone("removed", before[number], range(len(before[number].xy)), new, crs)
        elif number >= len(before):
            found += _alone("added", after[number], range(len(after[number].xy)), old, crs)
        else:
            found += _compared(before[number], after[number], old, new, crs)
    return found


def _rings(shape: BaseGeometry) -> list[_Ring]:
    """Return all rings counter-clockwise, each vertex once with its number as submitted."""
    rings = []
    for part, polygon in enumerate(shapely.get_parts(shape), start=1):
        for ring, line in enumerate(shapely.get_rings(polygon), start=1):
            xy = shapely.get_coordinates(line)[:-1]
            point = np.arange(1, len(xy) + 1)
            if not shapely.is_ccw(line):
                xy, point = xy[::-1], point[::-1]
            rings.append(_Ring(part, ring, xy, point))
    return rings


def _compared(
    old: _Ring, new: _Ring, old_shape: BaseGeometry, new_shape: BaseGeometry, crs: CRS
) -> list[VertexChange]:
    same_old, same_new = _unchanged(old.xy, new.xy)
    if not len(same_new):
        if len(old.xy) == len(new.xy):
            start = _best_start(old.xy, new.xy)
            turned = (np.arange(len(old.xy)) + start) % len(old.xy)
            return _moved(old, new, turned, np.arange(len(new.xy)), crs)
        return [
            *_alone("removed", old, range(len(old.xy)), new_shape, crs),
            *_alone("added", new, range(len(new.xy)), old_shape, crs),
        ]
    found: list[VertexChange] = []
    for i in range(len(same_new)):
        j = (i + 1) % len(same_new)
        gone = _between(int(same_old[i]), int(same_old[j]), len(old.xy))
        come = _between(int(same_new[i]), int(same_new[j]), len(new.xy))
        if len(gone) == len(come):
            found += _moved(old, new, np.array(gone, dtype=int), np.array(come, dtype=int), crs)
        else:
            found += _alone("removed", old, gone, new_shape, crs)
            found += _alone("added", new, come, old_shape, crs)
    return sorted(found, key=lambda change: (change.point, change.change))


def _unchanged(
    old: NDArray[np.float64], new: NDArray[np.float64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the vertices that are in both rings, in the order of both."""
    points = np.asarray(shapely.points(new), dtype=object)
    tree = shapely.STRtree(np.asarray(shapely.points(old), dtype=object))
    at, of = tree.query_nearest(points, max_distance=TOLERANCE_M, all_matches=False)
    order = np.argsort(at)
    at, of = at[order], of[order]
    if not len(at):
        return of, at
    start = of[0]
    steps = (of - start) % len(old)
    keep = np.zeros(len(at), dtype=bool)
    last = -1
    for i, step in enumerate(steps.tolist()):
        if step > last:
            keep[i], last = True, step
    return of[keep], at[keep]


def _between(start: int, stop: int, count: int) -> list[int]:
    """Return the positions after one vertex and before another, round the ring."""
    gap = (stop - start - 1) % count
    return [(start + 1 + step) % count for step in range(gap)]


def _best_start(old: NDArray[np.float64], new: NDArray[np.float64]) -> int:
    """Return the vertex of the earlier ring that the first of the new one most likely was."""
    if len(old) > _BRUTE_FORCE:
        return int(np.argmin(np.hypot(*(old - new[0]).T)))
    far = [float(np.hypot(*(np.roll(old, -k, axis=0) - new).T).sum()) for k in range(len(old))]
    return int(np.argmin(far))


def _moved(
    old: _Ring, new: _Ring, gone: NDArray[np.int64], come: NDArray[np.int64], crs: CRS
) -> list[VertexChange]:
    if not len(come):
        return []
    ends = np.stack([old.xy[gone], new.xy[come]], axis=1)
    distance = ground_distance_m(np.asarray(shapely.linestrings(ends), dtype=object), crs)
    return [
        VertexChange("moved", new.part, new.ring, int(new.point[at]), float(far), *new.xy[at])
        for at, far in zip(come.tolist(), distance.tolist(), strict=True)
        if far > TOLERANCE_M
    ]


def _alone(
    change: str, ring: _Ring, at: list[int] | range, other: BaseGeometry, crs: CRS
) -> list[VertexChange]:
    if not len(at):
        return []
    points = np.asarray(shapely.points(ring.xy[list(at)]), dtype=object)
    outline = np.full(len(points), shapely.boundary(other), dtype=object)
    distance = ground_distance_m(nearest_lines(points, outline), crs)
    return [
        VertexChange(
            change, ring.part, ring.ring, int(ring.point[i]), float(far), *ring.xy[i].tolist()
        )
        for i, far in zip(at, distance.tolist(), strict=True)
    ]
