"""Courses of lines: pieces joined into whole lines, bends rounded, the way up a river."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely
from shapely import LineString, MultiLineString
from shapely.ops import linemerge as line_merge

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from geopandas import GeoDataFrame, GeoSeries
    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

    from geo_toolkit.catalogue import Layer

__all__ = ["count_of", "flow_lines", "joined_lines", "rounded", "upstream_deg"]

_CURVE_STEPS = 8
_FLOW_STEP_DEG = 0.005


def joined_lines(frame: GeoDataFrame, *, is_exact: bool) -> GeoDataFrame:
    """Return one row for all pieces of a line that are alike in status and evidence.

    Pieces belong together by the column ``line`` or ``river``; without one the frame comes back as
    it is. The row is that of the first piece, with the largest ``feature_accuracy_m`` of them all.

    Parameters
    ----------
    is_exact
        Whether lines keep their course; else one of schematic course is rounded at its bends, so
        that it does not pose as surveyed straights.
    """
    whole_of = _whole_of(frame)
    if whole_of is None or frame.empty:
        return frame
    alike = (whole_of, "feature_name", "class", "status", "feature_evidence")
    keys = [name for name in alike if name in frame.columns]
    rows = []
    for _, pieces in frame.groupby(keys, sort=False, dropna=False):
        first = pieces.iloc[[0]].copy()
        whole: BaseGeometry = line_merge(MultiLineString(_single_lines(pieces.geometry)))
        if not is_exact and str(first["feature_evidence"].iloc[0]) == "schematic":
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
    return parts[0] if len(parts) == 1 else MultiLineString(parts)


def _curve(points: NDArray[np.float64]) -> LineString:
    if len(points) < 3:
        return LineString(points)
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
    return LineString(np.vstack(pieces))


def _single_lines(geometry: GeoSeries) -> list[LineString]:
    parts = shapely.get_parts(shapely.force_2d(np.asarray(geometry.array, dtype=object)))
    return [part for part in parts if isinstance(part, LineString) and not part.is_empty]


def flow_lines(geometries: Iterable[GeoSeries]) -> list[LineString]:
    """Return the single lines of several series, each drawn downstream."""
    return [line for series in geometries for line in _single_lines(series)]


def upstream_deg(shape: BaseGeometry, flow: Sequence[LineString]) -> int:
    """Return the compass bearing up the nearest river at a place, 0 where there is none.

    Rivers are taken as drawn downstream, as OpenStreetMap and survey practice have it.

    Examples
    --------
    >>> upstream_deg(shapely.Point(0, 0), [LineString([(0.1, 0), (-0.1, 0)])])
    90
    """
    if not flow:
        return 0
    point = shapely.centroid(shape)
    nearest = flow[int(np.argmin(shapely.distance(np.asarray(flow, dtype=object), point)))]
    at = nearest.project(point)
    above = nearest.interpolate(max(at - _FLOW_STEP_DEG, 0))
    below = nearest.interpolate(min(at + _FLOW_STEP_DEG, nearest.length))
    east = (above.x - below.x) * np.cos(np.radians(point.y))
    return round(float(np.degrees(np.arctan2(east, above.y - below.y)))) % 360


def count_of(layer: Layer) -> int:
    """Return how many things a layer shows: pieces of one line or river are one thing."""
    whole_of = _whole_of(layer.frame) if layer.definition.geometry == "line" else None
    if whole_of is None:
        return len(layer.frame)
    named = layer.frame[whole_of].replace("", None)
    return int(named.nunique() + named.isna().sum())


def _whole_of(frame: GeoDataFrame) -> str | None:
    """Return the column that names the line or river a piece belongs to, None without one."""
    return next((name for name in ("line", "river") if name in frame.columns), None)
