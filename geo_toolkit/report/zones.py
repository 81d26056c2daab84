"""The Gauss-Krüger zone that figures and boundary points of a report are given in."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

from geo_toolkit.boundary.crs_basis import gauss_kruger
from geo_toolkit.geodesy import Datum, central_meridian_deg, to_geographic, topology_crs
from geo_toolkit.report.phrases import phrase

if TYPE_CHECKING:
    from pyproj import CRS
    from shapely.geometry.base import BaseGeometry

__all__ = ["degrees_outline", "is_zone", "zone_crs", "zone_title"]


def zone_crs(lon: float) -> CRS:
    """Return the CGCS2000 three-degree Gauss-Krüger zone of a longitude, eastings with the zone.

    Outside the zones of the country a transverse Mercator on that longitude takes its place.

    Examples
    --------
    >>> zone_crs(117.2).to_epsg(), is_zone(zone_crs(10.0))
    (4527, False)
    """
    zone = gauss_kruger(Datum.CGCS2000, 3, round(lon / 3), prefixed=True)
    return zone or topology_crs((lon - 0.5, 0.0, lon + 0.5, 1.0))


def is_zone(crs: CRS) -> bool:
    """Whether a CRS is one of the country's zones."""
    return crs.to_epsg() is not None


def zone_title(crs: CRS, lang: str) -> str:
    """Return what people call the system of a figure.

    Examples
    --------
    >>> zone_title(zone_crs(117.2), "zh")
    'CGCS2000 3度带高斯-克吕格投影，第39带，中央经线117°E'
    """
    meridian = central_meridian_deg(crs)
    if not is_zone(crs):
        return phrase("system_tm", lang, meridian=f"{meridian:g}")
    return phrase("system_zone", lang, zone=round(meridian / 3), meridian=f"{meridian:g}")


def degrees_outline(bounds: tuple[float, float, float, float], crs: CRS) -> BaseGeometry:
    """Return a rectangle in metres as an outline in CGCS2000 degrees, a little larger."""
    west, south, east, north = bounds
    step = max(east - west, north - south) / 8
    edge = shapely.segmentize(shapely.box(west, south, east, north), step)
    moved: BaseGeometry = shapely.buffer(
        to_geographic(np.array([edge], dtype=object), crs)[0], 1e-3
    )
    return moved
