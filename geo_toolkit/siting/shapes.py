"""Small questions about shapes that every relation asks: polygons only, slivers, mean width."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = [
    "SLIVER_AREA_M2",
    "SLIVER_WIDTH_M",
    "SUSPECT_AREA_M2",
    "SUSPECT_WIDTH_M",
    "TOLERANCE_M",
    "is_sliver",
    "mean_width_m",
    "polygons_of",
]

TOLERANCE_M = 0.001
"""The grid that decides whether boundaries meet; it never moves a vertex that is measured."""

SLIVER_AREA_M2 = 1.0
SLIVER_WIDTH_M = 0.010
SUSPECT_AREA_M2 = 200.0
SUSPECT_WIDTH_M = 1.0

_POLYGONAL = (3, 6)
_COLLECTION = 7


def polygons_of(geometry: NDArray[np.object_]) -> NDArray[np.object_]:
    """Return the polygonal part of each geometry; empty where there is none.

    Examples
    --------
    >>> mixed = shapely.from_wkt("GEOMETRYCOLLECTION (POINT (0 0), POLYGON ((0 0, 1 0, 1 1, 0 0)))")
    >>> polygons_of(np.array([mixed]))[0].geom_type
    'Polygon'
    """
    geometry = np.asarray(geometry, dtype=object)
    kind = shapely.get_type_id(geometry)
    result = geometry.copy()
    other = ~np.isin(kind, _POLYGONAL)
    result[other] = shapely.Polygon()
    for row in np.flatnonzero(kind == _COLLECTION):
        parts = shapely.get_parts(geometry[row])
        polygons = parts[np.isin(shapely.get_type_id(parts), _POLYGONAL)]
        if len(polygons):
            result[row] = shapely.union_all(polygons)
    return result


def mean_width_m(
    area_m2: NDArray[np.float64], geometry: NDArray[np.object_]
) -> NDArray[np.float64]:
    """Return area over half the perimeter, in metres; 0 for an empty shape.

    Examples
    --------
    >>> strip = np.array([shapely.box(0, 0, 1000, 1)])
    >>> mean_width_m(shapely.area(strip), strip).round(3).tolist()
    [0.999]
    """
    half = shapely.length(geometry) / 2
    return np.divide(area_m2, half, out=np.zeros_like(area_m2), where=half > 0)


def is_sliver(area_m2: NDArray[np.float64], geometry: NDArray[np.object_]) -> NDArray[np.bool_]:
    """Return whether each overlap is too small or too narrow to be one (DESIGN §5).

    An empty overlap is a sliver too: it is no more than touching.
    """
    small: NDArray[np.bool_] = (area_m2 < SLIVER_AREA_M2) | (
        mean_width_m(area_m2, geometry) < SLIVER_WIDTH_M
    )
    return small
