"""Rings of points into polygons: closing, and which ring is a hole.

All coordinates here are x east, y north (or lon, lat) in the file's own system.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely

from geo_toolkit.boundary.crowding import MAX_PAIRS, meeting_pairs, refuse_tangled
from geo_toolkit.boundary.faults import Attempt, strictly
from geo_toolkit.errors import BoundaryError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

__all__ = ["Ring", "close", "nest", "polygon_of", "slack", "valid_area"]

_SLACK_M = 1e-3
_SLACK_DEG = 1e-8


@dataclass(frozen=True)
class Ring:
    """One ring as submitted, closed, with the place it came from."""

    place: str
    points: NDArray[np.float64]
    was_open: bool = False


def slack(in_degrees: bool) -> float:
    """Return the width under which boundaries count as one line: 1 mm, in the system's unit."""
    return _SLACK_DEG if in_degrees else _SLACK_M


def close(points: NDArray[np.float64], *, file: str, place: str) -> Ring:
    """Return the ring closed, and whether it was open.

    Raises
    ------
    BoundaryError
        If fewer than three different points are there.

    Examples
    --------
    >>> ring = close(np.array([[0.0, 0], [1, 0], [1, 1]]), file="plot.txt", place="ring 1")
    >>> len(ring.points), ring.was_open
    (4, True)
    """
    different = len(set(map(tuple, points.tolist())))
    if different < 3:
        raise BoundaryError(
            file, place, "at least 3 different points", f"{different}", "add the missing points"
        )
    if (points[0] == points[-1]).all():
        return Ring(place, points)
    return Ring(place, np.vstack([points, points[:1]]), was_open=True)


def polygon_of(rings: Sequence[Ring]) -> shapely.Polygon:
    """Return the polygon whose first ring is its outline and whose others are holes."""
    return shapely.Polygon(rings[0].points, [ring.points for ring in rings[1:]])


def valid_area(polygon: shapely.Geometry) -> shapely.Geometry:
    """Return the valid polygons that a polygon encloses; collapsed parts are left out."""
    if shapely.is_valid(polygon):
        return polygon
    mended = shapely.make_valid(polygon, method="structure", keep_collapsed=False)
    parts = shapely.get_parts(mended)
    kept = parts[np.isin(shapely.get_type_id(parts), (3, 6))]
    return shapely.union_all(kept) if len(kept) != 1 else kept[0]


def nest(
    rings: Sequence[Ring], *, file: str, in_degrees: bool, attempt: Attempt = strictly
) -> shapely.Geometry:
    """Return the polygon of rings whose roles follow from which lies inside which.

    A ring inside an odd number of others is a hole, inside an even number a part: the number
    written beside a ring does not matter, since both uses are met.

    Raises
    ------
    BoundaryError
        If two rings overlap in part, or are one and the same.

    Examples
    --------
    >>> def square(low, high):
    ...     points = np.array([[low, low], [high, low], [high, high], [low, high], [low, low]])
    ...     return Ring(f"ring {low}", points.astype(float))
    >>> nest([square(0, 9), square(1, 8), square(2, 7)], file="a", in_degrees=False).area
    57.0
    """
    if len(rings) == 1:
        return polygon_of(rings)
    areas = np.array([_area_of(ring, file) for ring in rings], dtype=object)
    inner, outer = _containment(rings, areas, file, slack(in_degrees), attempt).T
    depth = np.bincount(inner, minlength=len(rings))
    is_direct = depth[inner] == depth[outer] + 1
    holes: dict[int, list[int]] = {}
    for hole, shell in zip(inner[is_direct].tolist(), outer[is_direct].tolist(), strict=True):
        holes.setdefault(shell, []).append(hole)
    polygons = [
        polygon_of([rings[shell], *(rings[i] for i in sorted(holes.get(shell, ())))])
        for shell in np.flatnonzero(depth % 2 == 0).tolist()
    ]
    return polygons[0] if len(polygons) == 1 else shapely.MultiPolygon(polygons)


def _area_of(ring: Ring, file: str) -> shapely.Geometry:
    polygon = shapely.Polygon(ring.points)
    if not shapely.is_valid(polygon):
        refuse_tangled(polygon, ring.place, file=file)
    return valid_area(polygon)


def _containment(
    rings: Sequence[Ring],
    areas: NDArray[np.object_],
    file: str,
    width: float,
    attempt: Attempt,
) -> NDArray[np.int64]:
    """Return pairs of rings, as rows of two indices: the first lies inside the second."""
    pairs = meeting_pairs(areas)
    if pairs is None:
        raise BoundaryError(
            file, rings[0].place, f"rings that mostly lie apart ({MAX_PAIRS} pairs meet at most)",
            f"{len(rings)} rings in and over each other", "submit the parts as plots of their own",
        )  # fmt: skip
    a, b = pairs.T
    shared = shapely.area(shapely.intersection(areas[a], areas[b]))
    size, sliver = shapely.area(areas), width * shapely.length(areas)
    meets = shared > np.minimum(sliver[a], sliver[b])
    a, b, shared = a[meets], b[meets], shared[meets]
    a_in_b, b_in_a = size[a] - shared <= sliver[a], size[b] - shared <= sliver[b]
    for row in np.flatnonzero(a_in_b == b_in_a).tolist():
        one, other = rings[a[row]].place, rings[b[row]].place
        attempt(_refuse_pair, one, other, file, is_same=bool(a_in_b[row]))
    forth, back = np.column_stack([a, b])[a_in_b], np.column_stack([b, a])[b_in_a]
    return np.vstack([forth, back])


def _refuse_pair(one: str, other: str, file: str, *, is_same: bool) -> None:
    raise BoundaryError(
        file, other, f"to lie inside or outside {one}",
        "the same outline" if is_same else "a partial overlap", "correct one of the two rings",
    )  # fmt: skip
