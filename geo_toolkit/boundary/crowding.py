"""Outlines so tangled that mending them would take all memory, found before it is tried."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

from geo_toolkit.errors import BoundaryError

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["MAX_CROSSINGS", "MAX_PAIRS", "MAX_TANGLED_POINTS", "meeting_pairs", "refuse_tangled"]

MAX_PAIRS = 100_000
"""Pairs of rings or parts of one plot whose areas may meet."""
MAX_CROSSINGS = 10_000
"""Places where one outline may cross or touch itself."""
MAX_TANGLED_POINTS = 200_000
"""Points of an outline that crosses itself."""
_AT_ONCE = 50


def meeting_pairs(
    geometry: NDArray[np.object_], limit: int = MAX_PAIRS
) -> NDArray[np.int64] | None:
    """Return the pairs of geometries that meet, as rows of two indices; None where they are many.

    The first index of a row is the smaller one.

    Examples
    --------
    >>> squares = shapely.box([0, 5, 1], [0, 5, 1], [3, 6, 2], [3, 6, 2])
    >>> meeting_pairs(squares).tolist()
    [[0, 2]]
    >>> meeting_pairs(squares, 0) is None
    True
    """
    tree = shapely.STRtree(geometry)
    found, count = [], 0
    for start in range(0, len(geometry), _AT_ONCE):
        one, other = tree.query(geometry[start : start + _AT_ONCE], predicate="intersects")
        one = one + start
        ordered = one < other
        found.append(np.column_stack([one[ordered], other[ordered]]))
        count += int(ordered.sum())
        if count > limit:
            return None
    pairs = np.vstack(found) if found else np.empty((0, 2), dtype=np.int64)
    result: NDArray[np.int64] = pairs[np.lexsort((pairs[:, 1], pairs[:, 0]))]
    return result


def refuse_tangled(polygon: shapely.Geometry, place: str, *, file: str) -> None:
    """Refuse an outline that crosses itself so often that it cannot be what was meant.

    Raises
    ------
    BoundaryError
        If there are more crossings than ``MAX_CROSSINGS``.
    """
    rings = shapely.get_rings(shapely.get_parts(polygon))
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    same = ring[:-1] == ring[1:]
    ends = np.stack([xy[:-1][same], xy[1:][same]], axis=1)
    if len(ends) <= MAX_TANGLED_POINTS:
        edges = np.asarray(shapely.linestrings(ends), dtype=object)
        pairs = meeting_pairs(edges, MAX_CROSSINGS + len(edges))
        if pairs is not None:
            return
    raise BoundaryError(
        file, place, f"an outline that crosses itself in few places ({MAX_CROSSINGS} at most)",
        "one that does so everywhere", "correct the order of its points",
    )  # fmt: skip
