"""Coordinate systems, web-map datums, ellipsoidal area and ground distance."""

from geo_toolkit.geodesy.area import area_m2
from geo_toolkit.geodesy.crs import (
    CGCS2000,
    Datum,
    central_meridian_deg,
    datum_of,
    from_geographic,
    parse_crs,
    to_geographic,
    topology_crs,
)
from geo_toolkit.geodesy.datum import web_to_wgs84, wgs84_to_web
from geo_toolkit.geodesy.distance import ground_distance_m, nearest_lines

__all__ = [
    "CGCS2000",
    "Datum",
    "area_m2",
    "central_meridian_deg",
    "datum_of",
    "from_geographic",
    "ground_distance_m",
    "nearest_lines",
    "parse_crs",
    "to_geographic",
    "topology_crs",
    "web_to_wgs84",
    "wgs84_to_web",
]
