"""Shifted datums of Chinese web maps: GCJ-02 (AMap, Tencent) and BD-09 (Baidu).

The official encryption is not published. The public approximation used here agrees with web
maps to about a metre, and its inverse by iteration is self-consistent far below that; results
are for screening and display, never for a statutory layer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from geo_toolkit.errors import OptionError
from geo_toolkit.geodesy.crs import Datum

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["web_to_wgs84", "wgs84_to_web"]

_A_M = 6378245.0
_E2 = 0.00669342162296594323
_BD = np.pi * 3000.0 / 180.0
_TOLERANCE_DEG = 1e-10
_ROUNDS = 30


def wgs84_to_web(
    lon: NDArray[np.float64], lat: NDArray[np.float64], datum: Datum
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return WGS 84 positions as shown by a Chinese web map, in degrees.

    Parameters
    ----------
    lon, lat
        WGS 84 (or CGCS2000) degrees.
    datum
        ``Datum.GCJ02`` or ``Datum.BD09``.

    Source
    ------
    The widely published approximation of the GCJ-02 shift; BD-09 as Baidu's further shift of it.

    Examples
    --------
    >>> x, y = wgs84_to_web(np.array([106.1]), np.array([30.8]), Datum.GCJ02)
    >>> round(float(x[0] - 106.1), 5), round(float(y[0] - 30.8), 5)
    (0.00402, -0.0023)
    """
    lon, lat = np.asarray(lon, float), np.asarray(lat, float)
    if datum is Datum.GCJ02:
        return _gcj(lon, lat)
    if datum is Datum.BD09:
        return _bd(*_gcj(lon, lat))
    raise OptionError(f"{datum} is not a web-map datum; expected gcj02 or bd09")


def web_to_wgs84(
    lon: NDArray[np.float64], lat: NDArray[np.float64], datum: Datum
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return web-map positions as WGS 84 degrees, by iteration of the forward shift.

    Examples
    --------
    >>> x, y = web_to_wgs84(*wgs84_to_web(np.array([106.1]), np.array([30.8]), Datum.BD09),
    ...                     Datum.BD09)
    >>> bool(abs(x[0] - 106.1) < 1e-9 and abs(y[0] - 30.8) < 1e-9)
    True
    """
    lon, lat = np.asarray(lon, float), np.asarray(lat, float)
    x, y = lon.copy(), lat.copy()
    for _ in range(_ROUNDS):
        fx, fy = wgs84_to_web(x, y, datum)
        dx, dy = lon - fx, lat - fy
        x, y = x + dx, y + dy
        if max(np.abs(dx).max(initial=0.0), np.abs(dy).max(initial=0.0)) < _TOLERANCE_DEG:
            break
    return x, y


def _gcj(
    lon: NDArray[np.float64], lat: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    x, y = lon - 105.0, lat - 35.0
    root = np.sqrt(np.abs(x))
    wave = 20 * np.sin(6 * np.pi * x) + 20 * np.sin(2 * np.pi * x)
    north = (
        -100
        + 2 * x
        + 3 * y
        + 0.2 * y * y
        + 0.1 * x * y
        + 0.2 * root
        + 2
        / 3
        * (
            wave
            + 20 * np.sin(np.pi * y)
            + 40 * np.sin(np.pi / 3 * y)
            + 160 * np.sin(np.pi / 12 * y)
            + 320 * np.sin(np.pi / 30 * y)
        )
    )
    east = (
        300
        + x
        + 2 * y
        + 0.1 * x * x
        + 0.1 * x * y
        + 0.1 * root
        + 2
        / 3
        * (
            wave
            + 20 * np.sin(np.pi * x)
            + 40 * np.sin(np.pi / 3 * x)
            + 150 * np.sin(np.pi / 12 * x)
            + 300 * np.sin(np.pi / 30 * x)
        )
    )
    phi = np.radians(lat)
    magic = 1 - _E2 * np.sin(phi) ** 2
    dlat = north * 180 / (_A_M * (1 - _E2) / magic**1.5 * np.pi)
    dlon = east * 180 / (_A_M / np.sqrt(magic) * np.cos(phi) * np.pi)
    return lon + dlon, lat + dlat


def _bd(
    lon: NDArray[np.float64], lat: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    radius = np.hypot(lon, lat) + 2e-5 * np.sin(lat * _BD)
    angle = np.arctan2(lat, lon) + 3e-6 * np.cos(lon * _BD)
    return radius * np.cos(angle) + 0.0065, radius * np.sin(angle) + 0.006
