"""Mending of submitted polygons, vectorised: what is sound is left as it came.

Repeated points are dropped and rings that cross themselves are split where they cross; each
mend is kept with the shape before and after it, so that its area can be told. What could mean
two things (a part inside a part, a hole outside its outline) is refused.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely

from geo_toolkit.boundary.rings import slack, valid_area
from geo_toolkit.errors import BoundaryError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

__all__ = ["Mend", "check_polygons", "mend"]

_POLYGON_TYPES = (3, 6)
_TYPE_NAMES = dict(
    enumerate(
        (
            "a point",
            "a line",
            "a ring",
            "a polygon",
            "points",
            "lines",
            "polygons",
            "a collection of geometries",
        )
    )
)


@dataclass(frozen=True)
class Mend:
    """One mend, with the shape before and after it in the file's system."""

    place: str
    what: str
    before: shapely.Geometry
    after: shapely.Geometry


def check_polygons(
    geometry: NDArray[np.object_], places: Sequence[str], *, file: str, limit: float
) -> None:
    """Refuse what is not a polygon, is empty, or has a number that is none.

    Parameters
    ----------
    limit
        Largest number that a coordinate may have.

    Raises
    ------
    BoundaryError
        With the feature, and the point in it.
    """
    kinds = shapely.get_type_id(geometry)
    empty = shapely.is_missing(geometry) | shapely.is_empty(geometry)
    wrong = empty | ~np.isin(kinds, _POLYGON_TYPES)
    if wrong.any():
        first = int(np.flatnonzero(wrong)[0])
        came = "no geometry" if empty[first] else _TYPE_NAMES.get(int(kinds[first]), "a curve")
        raise BoundaryError(
            file, places[first], "a polygon", came,
            "submit the closed outline as a polygon, and leave other features out",
        )  # fmt: skip
    xy, owner = shapely.get_coordinates(geometry, return_index=True)
    bad = ~(np.abs(xy) <= limit).all(axis=1)
    if bad.any():
        row = int(np.flatnonzero(bad)[0])
        vertex = int((owner[:row] == owner[row]).sum()) + 1
        raise BoundaryError(
            file, f"{places[owner[row]]} point {vertex}", "finite coordinates",
            f"{xy[row, 0]:g}, {xy[row, 1]:g}", "correct or remove the point",
        )  # fmt: skip


def mend(
    geometry: NDArray[np.object_], places: Sequence[str], *, file: str, in_degrees: bool
) -> tuple[NDArray[np.object_], list[Mend]]:
    """Return valid polygons of the same outlines, and what was mended.

    Raises
    ------
    BoundaryError
        If a polygon has no area, or could be read in two ways.
    """
    geometry = shapely.force_2d(geometry)
    cleaned = shapely.remove_repeated_points(geometry, 0.0)
    dropped = shapely.get_num_coordinates(geometry) - shapely.get_num_coordinates(cleaned)
    mends = [
        Mend(places[i], f"{dropped[i]} repeated point(s) dropped", geometry[i], cleaned[i])
        for i in np.flatnonzero(dropped).tolist()
    ]
    for i in np.flatnonzero(~shapely.is_valid(cleaned)).tolist():
        before = cleaned[i]
        _refuse_ambiguous(before, places[i], file, slack(in_degrees))
        cleaned[i] = valid_area(before)
        mends.append(Mend(places[i], _reason(before), before, cleaned[i]))
    flat = shapely.is_empty(cleaned) | ~(shapely.area(cleaned) > 0)
    if flat.any():
        raise BoundaryError(
            file, places[int(np.flatnonzero(flat)[0])], "a polygon with an area", "none",
            "correct the order of its points",
        )  # fmt: skip
    return cleaned, mends


def _reason(polygon: shapely.Geometry) -> str:
    """Return in words what was wrong, with the place where."""
    reason, _, rest = shapely.is_valid_reason(polygon).partition("[")
    x, _, y = rest.rstrip("]").partition(" ")
    where = f" near ({x}, {y})" if rest else ""
    if "elf-intersection" in reason:
        return f"outline crossed or touched itself{where}, split there"
    return f"invalid outline ({reason.strip().lower()}{where}) rebuilt"


def _refuse_ambiguous(polygon: shapely.Geometry, place: str, file: str, width: float) -> None:
    """Refuse a hole outside its outline, and parts that overlap."""
    shells = []
    for part in shapely.get_parts(polygon):
        shell = valid_area(shapely.Polygon(part.exterior))
        shells.append(shell)
        for number, interior in enumerate(part.interiors, start=2):
            hole = valid_area(shapely.Polygon(interior))
            outside = shapely.area(shapely.difference(hole, shell))
            if outside > width * shapely.length(hole):
                raise BoundaryError(
                    file, f"{place} ring {number}", "a hole inside its outline",
                    "a ring that leaves it", "correct the ring, or submit it as a part",
                )  # fmt: skip
    for i, j in shapely.STRtree(shells).query(shells, predicate="intersects").T.tolist():
        shared = shapely.area(shapely.intersection(shells[i], shells[j])) if i < j else 0.0
        if shared > width * min(shapely.length(shells[i]), shapely.length(shells[j])):
            raise BoundaryError(
                file, f"{place} part {j + 1}", f"a part apart from part {i + 1}",
                "an overlap of the two", "submit holes as holes, and each place once",
            )  # fmt: skip
