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

from geo_toolkit.boundary.crowding import MAX_PAIRS, meeting_pairs, refuse_tangled
from geo_toolkit.boundary.rings import slack, valid_area
from geo_toolkit.boundary.words import Said, say
from geo_toolkit.errors import BoundaryError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

__all__ = ["Mend", "check_finite", "check_polygons", "kind_name", "mend"]

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
        came = "no geometry" if empty[first] else kind_name(int(kinds[first]))
        is_line = came in (_TYPE_NAMES[1], _TYPE_NAMES[5])
        remedy = "submit the closed outline as a polygon, and leave other features out"
        if is_line:
            remedy += "; for a centreline give --corridor-m with the full width in metres"
        raise BoundaryError(file, places[first], "a polygon", came, remedy)
    check_finite(geometry, places, file=file, limit=limit)


def kind_name(type_id: int) -> str:
    """Return in words what a geometry of that type is.

    Examples
    --------
    >>> kind_name(0)
    'a point'
    """
    return _TYPE_NAMES.get(type_id, "a curve")


def check_finite(
    geometry: NDArray[np.object_], places: Sequence[str], *, file: str, limit: float
) -> None:
    """Refuse a coordinate that is no number, or beyond a limit.

    Raises
    ------
    BoundaryError
        With the feature, and the point in it.
    """
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
    if shapely.has_z(geometry).any() or shapely.has_m(geometry).any():
        geometry = shapely.force_2d(geometry)
    cleaned = geometry.copy()
    mends = []
    for i in _with_repeats(geometry):
        cleaned[i] = shapely.remove_repeated_points(geometry[i], 0.0)
        dropped = len(shapely.get_coordinates(geometry[i])) - len(
            shapely.get_coordinates(cleaned[i])
        )
        if dropped:
            mends.append(Mend(places[i], say("repeated", count=dropped), geometry[i], cleaned[i]))
    for i in np.flatnonzero(~shapely.is_valid(cleaned)).tolist():
        before = cleaned[i]
        refuse_tangled(before, places[i], file=file)
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


def _with_repeats(geometry: NDArray[np.object_]) -> list[int]:
    """Return the geometries in which a point stands twice in a row."""
    xy, owner = shapely.get_coordinates(geometry, return_index=True)
    again = (xy[1:] == xy[:-1]).all(axis=1) & (owner[1:] == owner[:-1])
    rows: list[int] = np.unique(owner[1:][again]).tolist()
    return rows


def _reason(polygon: shapely.Geometry) -> Said:
    """Return in words what was wrong, with the place where."""
    reason, _, rest = shapely.is_valid_reason(polygon).partition("[")
    x, _, y = rest.rstrip("]").partition(" ")
    if "elf-intersection" in reason:
        return say("crossed", x=x, y=y) if rest else say("crossed_somewhere")
    plain = reason.strip().lower()
    return say("rebuilt_near", reason=plain, x=x, y=y) if rest else say("rebuilt", reason=plain)


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
    pairs = meeting_pairs(np.array(shells, dtype=object))
    if pairs is None:
        raise BoundaryError(
            file, place, f"parts that mostly lie apart ({MAX_PAIRS} pairs meet at most)",
            f"{len(shells)} parts in and over each other", "submit each place once",
        )  # fmt: skip
    for i, j in pairs.tolist():
        shared = shapely.area(shapely.intersection(shells[i], shells[j]))
        if shared > width * min(shapely.length(shells[i]), shapely.length(shells[j])):
            raise BoundaryError(
                file, f"{place} part {j + 1}", f"a part apart from part {i + 1}",
                "an overlap of the two", "submit holes as holes, and each place once",
            )  # fmt: skip
