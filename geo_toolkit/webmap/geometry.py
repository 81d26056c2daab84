"""Geometries as a page carries them: simplified, in whole millionths of a degree, as steps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from geo_toolkit.geodesy import Datum, wgs84_to_web

if TYPE_CHECKING:
    from geopandas import GeoSeries
    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

__all__ = [
    "METRES_PER_DEGREE",
    "anchor",
    "as_shown",
    "encode",
    "shown_bounds",
    "simplified",
]

METRES_PER_DEGREE = 111_320.0
_SCALE = 1e6


def simplified(geometry: GeoSeries, *, tolerance_m: float) -> NDArray[np.object_]:
    """Return geometries with fewer vertices, none further than a tolerance from the line.

    Polygons that share edges are simplified together, so that no gap opens between them.

    Parameters
    ----------
    geometry
        Longitude and latitude in degrees.
    tolerance_m
        In metres of latitude; 0 leaves the vertices alone.
    """
    values = shapely.force_2d(np.asarray(geometry.array, dtype=object))
    if tolerance_m <= 0 or len(values) == 0:
        return values
    tolerance = tolerance_m / METRES_PER_DEGREE
    areal = np.isin(shapely.get_type_id(values), (3, 6)).all()
    if areal and len(values) > 1 and shapely.coverage_is_valid(values):
        together: NDArray[np.object_] = shapely.coverage_simplify(values, tolerance)
        return together
    alone: NDArray[np.object_] = shapely.simplify(values, tolerance, preserve_topology=True)
    return alone


def as_shown(values: NDArray[np.object_], datum: Datum) -> NDArray[np.object_]:
    """Return geometries where a background of that datum shows them, in degrees.

    Only for display: what is exported or measured never passes here.

    Examples
    --------
    >>> moved = as_shown(np.array([shapely.Point(106.1, 30.8)]), Datum.GCJ02)[0]
    >>> round(moved.x - 106.1, 5), round(moved.y - 30.8, 5)
    (0.00402, -0.0023)
    """
    if not datum.is_web or len(values) == 0:
        return values
    shown: NDArray[np.object_] = shapely.transform(
        values, lambda xy: np.column_stack(wgs84_to_web(xy[:, 0], xy[:, 1], datum))
    )
    return shown


def shown_bounds(bounds: tuple[float, float, float, float], datum: Datum) -> list[float]:
    """Return west, south, east, north as a background of that datum shows them.

    Examples
    --------
    >>> shown_bounds((106.0, 30.0, 107.0, 31.0), Datum.CGCS2000)
    [106.0, 30.0, 107.0, 31.0]
    """
    box = as_shown(np.array([shapely.box(*bounds)], dtype=object), datum)
    return [round(float(edge), 7) for edge in shapely.bounds(box[0])]


def encode(geometry: BaseGeometry | None) -> list[Any]:
    """Return a geometry as ``[kind, parts]`` for the page, or an empty list if there is none.

    ``kind`` is 0 for points, 1 for lines, 2 for polygons. A part is a flat list of whole numbers in
    millionths of a degree: the first vertex, then the step to each next one. A polygon is a
    list of rings, each one such list.

    Examples
    --------
    >>> encode(shapely.LineString([(106, 30), (106.000002, 30.000001)]))
    [1, [[106000000, 30000000, 2, 1]]]
    >>> encode(shapely.Point(106.1, 30.8))
    [0, [[106100000, 30800000]]]
    """
    if geometry is None or geometry.is_empty:
        return []
    parts = [part for part in shapely.get_parts(geometry) if not part.is_empty]
    kinds = {_kind(part) for part in parts}
    kind = max(kinds)
    chosen = [part for part in parts if _kind(part) == kind]
    if kind == 2:
        return [2, [[_steps(ring) for ring in _rings(part)] for part in chosen]]
    return [kind, [_steps(part) for part in chosen]]


def anchor(shape: BaseGeometry) -> BaseGeometry:
    """Return the point where a shape's symbol and name stand: inside its largest part.

    Examples
    --------
    >>> anchor(shapely.box(0, 0, 2, 2)).coords[0]
    (1.0, 1.0)
    """
    parts = shapely.get_parts(shape)
    largest: BaseGeometry = parts[int(np.argmax(shapely.area(parts)))]
    centre: BaseGeometry = largest.centroid
    is_inside = largest.geom_type != "Polygon" or shapely.contains(largest, centre)
    return centre if is_inside else largest.representative_point()


def _kind(part: BaseGeometry) -> int:
    return {"Point": 0, "LineString": 1, "LinearRing": 1, "Polygon": 2}.get(part.geom_type, 0)


def _rings(part: BaseGeometry) -> list[BaseGeometry]:
    return list(shapely.get_rings(part))


def _steps(part: BaseGeometry) -> list[int]:
    whole = np.rint(shapely.get_coordinates(part) * _SCALE).astype(np.int64)
    steps = np.diff(whole, axis=0)
    keep = np.concatenate([[True], (steps != 0).any(axis=1)])
    kept = whole[keep]
    flat = np.concatenate([kept[:1], np.diff(kept, axis=0)])
    return [int(number) for number in flat.ravel()]
