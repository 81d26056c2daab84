"""Coordinate systems of OGC API - Features Part 2, with the axis order each of them states."""

from __future__ import annotations

from functools import lru_cache
from math import ceil, floor
from typing import TYPE_CHECKING

import numpy as np
import shapely
from pyproj import CRS, Transformer

from geo_toolkit_api.ogc.wrong import WrongParameter

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

__all__ = [
    "CRS84",
    "STORAGE",
    "crs_list",
    "from_bbox",
    "from_crs",
    "is_degrees",
    "resolved",
    "to_crs",
]

_EPSG = "http://www.opengis.net/def/crs/EPSG/0/"
CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
STORAGE = f"{_EPSG}4490"
_DEGREES = (4326, 4490)
_MERCATOR = 3857
_BELT_DEG = 3
_PREFIXED_ZONE_25, _PLAIN_75E = 4513, 4534  # CGCS2000 3-degree belts, by formula from here


def crs_list(bounds: Sequence[float]) -> list[str]:
    """Return the URIs of the systems offered for a workspace.

    CRS84, WGS 84, CGCS2000, Web Mercator, and CGCS2000 Gauss-Krüger with and without zone prefix
    for every 3-degree belt that the bounds touch.

    Parameters
    ----------
    bounds
        West, south, east, north in degrees.

    Examples
    --------
    >>> [uri.rpartition("/")[2] for uri in crs_list((105.4, 30.4, 106.9, 31.9))]
    ['CRS84', '4326', '4490', '3857', '4523', '4544', '4524', '4545']
    """
    west, _, east, _ = bounds
    first = max(25, ceil((west - _BELT_DEG / 2) / _BELT_DEG))
    last = min(45, floor((east + _BELT_DEG / 2) / _BELT_DEG))
    codes = [*_DEGREES, _MERCATOR]
    for zone in range(first, last + 1):
        codes += [_PREFIXED_ZONE_25 + zone - 25, _PLAIN_75E + zone - 25]
    return [CRS84, *(f"{_EPSG}{code}" for code in codes)]


def resolved(uri: str, offered: Sequence[str], parameter: str) -> str:
    """Return the URI of a system that is offered; the short form EPSG:4490 is taken too.

    Raises
    ------
    WrongParameter
        If it is not offered; names those that are.
    """
    plain = uri.strip("[]<> ")
    if plain.upper().startswith("EPSG:"):
        plain = _EPSG + plain[5:]
    plain = plain.replace("https://", "http://")
    if plain not in offered:
        raise WrongParameter(parameter, f"one of {', '.join(offered)}", uri)
    return plain


@lru_cache(maxsize=32)
def _way(uri: str, back: bool) -> tuple[Transformer | None, bool]:
    """Return the way from CGCS2000 degrees to a system, or back, and whether north comes first."""
    if uri == CRS84:
        return None, False
    crs = CRS.from_user_input(int(uri.rpartition("/")[2]))
    north_first = crs.axis_info[0].direction == "north"
    if crs.is_geographic:
        return None, north_first
    degrees = crs.geodetic_crs  # WGS 84 is taken as CGCS2000, as everywhere in the toolkit
    start, end = (crs, degrees) if back else (degrees, crs)
    way = Transformer.from_crs(start, end, always_xy=True, allow_ballpark=False)
    return way, north_first


def to_crs(geometry: NDArray[np.object_], uri: str) -> NDArray[np.object_]:
    """Return geometries in CGCS2000 degrees as a system wants them, axes in its own order."""
    transformer, north_first = _way(uri, False)
    if transformer is None and not north_first:
        return geometry

    def move(xy: NDArray[np.float64]) -> NDArray[np.float64]:
        if transformer is not None:
            xy = np.column_stack(transformer.transform(xy[:, 0], xy[:, 1]))
        return xy[:, ::-1] if north_first else xy

    moved: NDArray[np.object_] = shapely.transform(geometry, move)
    return moved


def from_crs(geometry: NDArray[np.object_], uri: str) -> NDArray[np.object_]:
    """Return geometries given in a system, axes in its own order, in CGCS2000 degrees lon, lat."""
    transformer, north_first = _way(uri, True)
    if transformer is None and not north_first:
        return geometry

    def move(xy: NDArray[np.float64]) -> NDArray[np.float64]:
        if north_first:
            xy = xy[:, ::-1]
        if transformer is None:
            return xy
        return np.column_stack(transformer.transform(xy[:, 0], xy[:, 1]))

    moved: NDArray[np.object_] = shapely.transform(geometry, move)
    return moved


def is_degrees(uri: str) -> bool:
    """Return whether a system counts in degrees."""
    return uri == CRS84 or uri.rpartition("/")[2] in {str(code) for code in _DEGREES}


def from_bbox(numbers: Sequence[float], uri: str) -> tuple[float, float, float, float]:
    """Return a box given in a system, axes in its own order, as west, south, east, north.

    The sides are densified, so that the box of a projected one covers all of it.

    Raises
    ------
    WrongParameter
        If it lies where the system has no coordinates.
    """
    transformer, north_first = _way(uri, True)
    a, b, c, d = numbers
    west, south, east, north = (b, a, d, c) if north_first else (a, b, c, d)
    if transformer is None:
        return west, south, east, north
    box = shapely.segmentize(shapely.box(west, south, east, north), (east - west) / 20 or 1.0)
    x, y = shapely.get_coordinates(box).T
    lon, lat = transformer.transform(x, y)
    if not (np.isfinite(lon).all() and np.isfinite(lat).all()):
        raise WrongParameter("bbox", "a box inside the area of its system", f"{a:g},{b:g},…")
    return float(lon.min()), float(lat.min()), float(lon.max()), float(lat.max())
