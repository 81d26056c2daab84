"""Outlines for places whose real outline nobody published: equal-area circles and bands."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import TypeVar

import numpy as np
import shapely
from pyproj import CRS, Geod, Transformer
from shapely.geometry.base import BaseGeometry
from shapely.ops import substring

__all__ = [
    "NOMINAL_AREA_M2",
    "SQ_M_PER_MU",
    "band",
    "band_half_width_m",
    "circle",
    "circle_radius_m",
    "length_m",
    "reach",
    "steps_m",
]

NOMINAL_AREA_M2 = 1_000_000.0
"""Drawn where no size was published; ``size_basis`` then says nominal."""

SQ_M_PER_MU = 2000 / 3
"""Square metres of one mu."""

_GEOD = Geod(ellps="GRS80")
_CORNERS = 32

Shape = TypeVar("Shape", bound=BaseGeometry)
_METRIC = "+proj=tmerc +lon_0=106.2 +x_0=500000 +ellps=GRS80 +units=m +type=crs"


@lru_cache(maxsize=2)
def _transformer(to_metres: bool) -> Transformer:
    metric = CRS.from_proj4(_METRIC)
    if to_metres:
        return Transformer.from_crs(metric.geodetic_crs, metric, always_xy=True)
    return Transformer.from_crs(metric, metric.geodetic_crs, always_xy=True)


def _moved(geometry: Shape, to_metres: bool) -> Shape:
    """Return a geometry carried from degrees to local Transverse Mercator metres, or back."""
    transformer = _transformer(to_metres)
    moved: Shape = shapely.transform(
        geometry, lambda xy: np.column_stack(transformer.transform(xy[:, 0], xy[:, 1]))
    )
    return moved


def circle_radius_m(area_m2: float) -> float:
    """Return the corner radius of the regular 32-gon that has an area."""
    return math.sqrt(2 * area_m2 / (_CORNERS * math.sin(2 * math.pi / _CORNERS)))


def circle(point: shapely.Point, area_m2: float) -> shapely.Polygon:
    """Return the 32-gon of an area around a point, in degrees; corners lie on geodesics."""
    azimuth = -np.arange(_CORNERS) * 360 / _CORNERS
    start = np.full(_CORNERS, point.x), np.full(_CORNERS, point.y)
    radius = np.full(_CORNERS, circle_radius_m(area_m2))
    lon, lat, _ = _GEOD.fwd(*start, azimuth, radius)
    return shapely.Polygon(np.column_stack([lon, lat]))


def band(line: BaseGeometry, half_width_m: float) -> shapely.Polygon:
    """Return the band within a distance of a line, ends rounded; line and band in degrees."""
    return _moved(shapely.buffer(_moved(line, True), half_width_m, quad_segs=2), False)


def band_half_width_m(line: shapely.LineString, area_m2: float) -> float:
    """Return the half width at which the band around a line has an area, to 0.1 m.

    Bisection: where the line bends, the band's two sides overlap, so that area over length is not
    enough.
    """
    metres = _moved(line, True)
    low, high = 0.0, math.sqrt(area_m2)
    while high - low > 0.1:
        middle = (low + high) / 2
        is_small = shapely.buffer(metres, middle, quad_segs=2).area < area_m2
        low, high = (middle, high) if is_small else (low, middle)
    return round(low, 1)


def reach(
    line: shapely.LineString,
    upper: shapely.Point,
    lower: shapely.Point,
    *,
    up_m: float = 0,
    down_m: float = 0,
) -> shapely.LineString:
    """Return the piece of a river between its points nearest to two places, all in degrees.

    The line runs downstream; the piece reaches ``up_m`` further up and ``down_m`` further down,
    in metres along the river.
    """
    metres = _moved(line, True)
    start = metres.project(_moved(upper, True)) - up_m
    end = metres.project(_moved(lower, True)) + down_m
    return shapely.LineString(_moved(substring(metres, start, end), False).coords)


def steps_m(line: shapely.LineString) -> np.ndarray:
    """Return the geodesic length of each segment of a line in degrees, in metres."""
    xy = shapely.get_coordinates(line)
    _, _, distance = _GEOD.inv(xy[:-1, 0], xy[:-1, 1], xy[1:, 0], xy[1:, 1])
    return np.asarray(distance)


def length_m(line: shapely.LineString) -> float:
    """Return the geodesic length of a line in degrees, in metres."""
    return float(steps_m(line).sum())
