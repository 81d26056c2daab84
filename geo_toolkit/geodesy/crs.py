"""Coordinate reference systems: parsing, datum, and the one metric CRS of a workspace.

Coordinates travel one way: file's CRS -> its own geographic CRS -> the workspace's transverse
Mercator. Neither step changes the datum, so PROJ is never asked for a datum change and can
never answer with a silent null shift (a "ballpark" transformation). CGCS2000 and WGS 84 are
taken as equal, which holds to decimetres and is said in every result; any other change of datum
is an explicit step of ours (``geodesy.datum``) or is refused.
"""

from __future__ import annotations

import re
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
import shapely
from pyproj import CRS, Transformer
from pyproj.crs import ProjectedCRS
from pyproj.crs.coordinate_operation import TransverseMercatorConversion
from pyproj.exceptions import CRSError

from geo_toolkit.errors import CRSMismatch, OptionError
from geo_toolkit.geodesy.kept import kept_by_crs

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = [
    "CGCS2000",
    "Datum",
    "central_meridian_deg",
    "datum_of",
    "from_geographic",
    "parse_crs",
    "to_geographic",
    "topology_crs",
]

CGCS2000 = CRS.from_epsg(4490)
"""CGCS2000 longitude and latitude in degrees, used in the order lon, lat everywhere."""


class Datum(StrEnum):
    """The datums that submitted files and layers may declare."""

    CGCS2000 = "cgcs2000"
    WGS84 = "wgs84"
    GCJ02 = "gcj02"
    BD09 = "bd09"
    XIAN80 = "xian80"
    BEIJING54 = "beijing54"

    @property
    def is_web(self) -> bool:
        """Whether this is a shifted datum of Chinese web maps."""
        return self in (Datum.GCJ02, Datum.BD09)

    @property
    def needs_parameters(self) -> bool:
        """Whether local transformation parameters are needed to reach CGCS2000."""
        return self in (Datum.XIAN80, Datum.BEIJING54)


_DATUM_WORDS = (
    (Datum.CGCS2000, ("china_2000", "china 2000", "cgcs2000", "cgcs_2000", "china geodetic")),
    (Datum.XIAN80, ("xian_1980", "xian 1980", "xian80")),
    (Datum.BEIJING54, ("beijing_1954", "beijing 1954", "beijing54")),
    (Datum.WGS84, ("wgs_1984", "wgs 84", "wgs84", "world geodetic system 1984")),
)


_NAMES_A_FILE = re.compile(r"(?i)\b(init|\w*grids|file)\s*=\s*(?!@null)|PARAMETERFILE")
"""Definitions for which PROJ would open a file that the text names."""
_NO_DATUM = re.compile(r"(?i)unknown|not[ _]specified|user[ _]defined")


def parse_crs(text: str) -> CRS:
    """Return the CRS that a code or definition names.

    Raises
    ------
    OptionError
        If PROJ does not know it, or it names a file.

    Examples
    --------
    >>> parse_crs("EPSG:4523").name
    'CGCS2000 / 3-degree Gauss-Kruger zone 35'
    """
    try:
        if _NAMES_A_FILE.search(text):
            raise CRSError("not read")
        return CRS.from_user_input(text)
    except CRSError as error:
        raise OptionError(
            f"unknown coordinate system {text!r}; expected a code such as EPSG:4490, EPSG:4523 "
            "or EPSG:4544"
        ) from error


def datum_of(crs: CRS) -> Datum | None:
    """Return the datum a CRS is based on, or None where it is none of ours.

    Examples
    --------
    >>> datum_of(CRS.from_epsg(4523)), datum_of(CRS.from_epsg(3857))
    (<Datum.CGCS2000: 'cgcs2000'>, <Datum.WGS84: 'wgs84'>)
    >>> datum_of(CRS.from_epsg(4610))
    <Datum.XIAN80: 'xian80'>

    A system that states an ellipsoid alone has no datum, whatever the ellipsoid is called:

    >>> datum_of(CRS.from_proj4("+proj=longlat +ellps=WGS84 +type=crs")) is None
    True
    """
    geographic = crs.geodetic_crs
    if geographic is None:
        return None
    stated = geographic.datum.name if geographic.datum else ""
    if _NO_DATUM.search(stated):
        return None
    text = f"{geographic.name} {stated}".lower()
    for datum, words in _DATUM_WORDS:
        if any(word in text for word in words):
            return datum
    return None


@lru_cache(maxsize=64)
def _transformer(source: str, target: str) -> Transformer:
    return Transformer.from_crs(
        CRS.from_user_input(source),
        CRS.from_user_input(target),
        always_xy=True,
        allow_ballpark=False,
    )


@kept_by_crs
def _to_degrees(crs: CRS) -> Transformer:
    geographic = crs.geodetic_crs
    if geographic is None:
        raise CRSMismatch(f"{crs.name} has no longitude and latitude; give --crs")
    return _transformer(crs.to_wkt(), geographic.to_wkt())


@kept_by_crs
def _from_degrees(crs: CRS) -> Transformer:
    geographic = crs.geodetic_crs
    if geographic is None:
        raise CRSMismatch(f"{crs.name} has no longitude and latitude")
    return _transformer(geographic.to_wkt(), crs.to_wkt())


def _apply(geometry: NDArray[np.object_], transformer: Transformer) -> NDArray[np.object_]:
    def move(xy: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.column_stack(transformer.transform(xy[:, 0], xy[:, 1]))

    moved: NDArray[np.object_] = shapely.transform(geometry, move)  # which drops heights
    return moved


def to_geographic(geometry: NDArray[np.object_], crs: CRS) -> NDArray[np.object_]:
    """Return geometries as longitude and latitude of the CRS's own datum, in degrees.

    Only vertices are transformed; no datum is changed.

    Parameters
    ----------
    geometry
        Array of shapely geometries, x east and y north (or lon, lat), in ``crs``.
    crs
        Any projected or geographic CRS.
    """
    if crs.is_geographic:
        unit = crs.axis_info[0].unit_conversion_factor
        if not np.isclose(unit, np.pi / 180, rtol=1e-9):
            raise CRSMismatch(f"{crs.name} is not in degrees; give --crs with a system in degrees")
        flat: NDArray[np.object_] = shapely.force_2d(geometry)
        return flat
    return _apply(geometry, _to_degrees(crs))


def topology_crs(bounds: tuple[float, float, float, float]) -> CRS:
    """Return the transverse Mercator on the CGCS2000 ellipsoid centred on an area.

    Parameters
    ----------
    bounds
        West, south, east, north in degrees.

    Examples
    --------
    >>> central_meridian_deg(topology_crs((105.43, 30.45, 106.97, 31.86)))
    106.2
    """
    west, _, east, _ = bounds
    central = round((west + east) / 2, 6)
    conversion = TransverseMercatorConversion(
        latitude_natural_origin=0.0,
        longitude_natural_origin=central,
        false_easting=500_000.0,
        false_northing=0.0,
        scale_factor_natural_origin=1.0,
    )
    name = f"CGCS2000 / Gauss-Kruger CM {central:g}E (topology)"
    return ProjectedCRS(conversion, name=name, geodetic_crs=CGCS2000)


def central_meridian_deg(crs: CRS) -> float:
    """Return the longitude of natural origin of a projected CRS, in degrees.

    Examples
    --------
    >>> central_meridian_deg(CRS.from_epsg(4523))
    105.0
    """
    operation = crs.coordinate_operation
    for parameter in operation.params if operation else ():
        if parameter.name.startswith("Longitude of"):
            return float(parameter.value)
    raise CRSMismatch(f"{crs.name} has no central meridian; a metric projection is needed")


def from_geographic(geometry: NDArray[np.object_], crs: CRS) -> NDArray[np.object_]:
    """Return CGCS2000 longitudes and latitudes as coordinates of a topology CRS, in metres."""
    return _apply(geometry, _from_degrees(crs))
