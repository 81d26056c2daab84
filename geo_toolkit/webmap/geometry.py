"""Geometries as a page carries them: whole millionths of a degree, as steps from vertex to vertex."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import shapely

if TYPE_CHECKING:
    from geopandas import GeoDataFrame, GeoSeries
    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

__all__ = ["METRES_PER_DEGREE", "encode", "joined_lines", "simplified"]

METRES_PER_DEGREE = 111_320.0
_SCALE = 1e6
_CURVE_STEPS = 8


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


def joined_lines(frame: GeoDataFrame) -> GeoDataFrame:
    """Return one row for all pieces of a line that are alike in status and evidence.

    Pieces belong together by the column ``line`` or ``river``; without one the frame comes back as
    it is. The row is that of the first piece, with the largest ``feature_accuracy_m`` of them all. A line of
    schematic course is rounded at its bends, so that it does not pose as surveyed straights.
    """
    whole_of = next((name for name in ("line", "river") if name in frame.columns), None)
    if whole_of is None or frame.empty:
        return frame
    alike = (whole_of, "feature_name", "class", "status", "feature_evidence")
    keys = [name for name in alike if name in frame.columns]
    rows = []
    for _, pieces in frame.groupby(keys, sort=False, dropna=False):
        first = pieces.iloc[[0]].copy()
        whole = shapely.line_merge(shapely.multilinestrings(_single_lines(pieces.geometry)))
        if str(first["feature_evidence"].iloc[0]) == "schematic":
            whole = rounded(whole)
        first["geometry"] = [whole]
        first["feature_accuracy_m"] = pieces["feature_accuracy_m"].max()
        rows.append(first)
    return pd.concat(rows)


def rounded(line: BaseGeometry) -> BaseGeometry:
    """Return a line through the same vertices, curved between them (centripetal Catmull-Rom).

    Source
    ------
    Barry and Goldman (1988), A recursive evaluation algorithm for a class of Catmull-Rom splines,
    SIGGRAPH 22(4), with the centripetal parameter.

    Examples
    --------
    >>> curve = rounded(shapely.LineString([(0, 0), (1, 0), (1, 1)]))
    >>> curve.distance(shapely.Point(1, 0)), len(curve.coords)
    (0.0, 17)
    """
    parts = [_curve(shapely.get_coordinates(part)) for part in shapely.get_parts(line)]
    return parts[0] if len(parts) == 1 else shapely.multilinestrings(parts)


def _curve(points: NDArray[np.float64]) -> BaseGeometry:
    if len(points) < 3:
        return shapely.linestrings(points)
    padded = np.vstack([2 * points[0] - points[1], points, 2 * points[-1] - points[-2]])
    pieces = [points[:1]]
    for i in range(len(points) - 1):
        p0, p1, p2, p3 = padded[i : i + 4]
        t1 = np.linalg.norm(p1 - p0) ** 0.5
        t2 = t1 + np.linalg.norm(p2 - p1) ** 0.5
        t3 = t2 + np.linalg.norm(p3 - p2) ** 0.5
        if not 0 < t1 < t2 < t3:
            pieces.append(points[i + 1 : i + 2])
            continue
        t = np.linspace(t1, t2, _CURVE_STEPS + 1)[1:, None]
        a1, a2 = p0 + (p1 - p0) * t / t1, p1 + (p2 - p1) * (t - t1) / (t2 - t1)
        a3 = p2 + (p3 - p2) * (t - t2) / (t3 - t2)
        b1, b2 = a1 + (a2 - a1) * t / t2, a2 + (a3 - a2) * (t - t1) / (t3 - t1)
        curve = b1 + (b2 - b1) * (t - t1) / (t2 - t1)
        curve[-1] = points[i + 1]
        pieces.append(curve)
    return shapely.linestrings(np.vstack(pieces))


def _single_lines(geometry: GeoSeries) -> NDArray[np.object_]:
    parts: NDArray[np.object_] = shapely.get_parts(
        shapely.force_2d(np.asarray(geometry.array, dtype=object))
    )
    return parts


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
