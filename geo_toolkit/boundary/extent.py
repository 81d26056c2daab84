"""Whether numbers can be what their system says: swapped columns, metres as degrees, far off."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

from geo_toolkit.errors import BoundaryError, CRSMismatch
from geo_toolkit.geodesy import central_meridian_deg

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray
    from pyproj import CRS

    from geo_toolkit.boundary.crs_basis import System

__all__ = ["check_degrees", "check_extent", "coordinate_limit"]

_LIMIT_M = 1e8
_LIMIT_DEG = 180.0
_MARGIN_DEG = 4.0
_LAT_CHINA = (3.0, 54.5)
_LON_CHINA = (73.0, 136.0)


def coordinate_limit(crs: CRS) -> float:
    """Return the largest number that a coordinate of the system can have."""
    return _LIMIT_DEG if crs.is_geographic else _LIMIT_M


def check_degrees(
    geometry: NDArray[np.object_], places: Sequence[str], system: System, *, file: str
) -> None:
    """Refuse numbers that are no longitude and latitude.

    Latitudes of China (3 to 54.5) and its longitudes (73 to 136) do not overlap, so a swapped
    pair is seen with certainty.

    Raises
    ------
    BoundaryError
        If a pair is swapped, or is in metres.
    """
    xy, owner = shapely.get_coordinates(geometry, return_index=True)
    swapped = _within(xy[:, 0], _LAT_CHINA) & _within(xy[:, 1], _LON_CHINA)
    outside = (np.abs(xy[:, 0]) > 180) | (np.abs(xy[:, 1]) > 90)
    for bad, remedy in (
        (swapped, "write longitude first: the two are swapped"),
        (outside, _metres_remedy(system)),
    ):
        if bad.any():
            row = int(np.flatnonzero(bad)[0])
            vertex = int((owner[:row] == owner[row]).sum()) + 1
            raise BoundaryError(
                file, f"{places[owner[row]]} point {vertex}",
                f"longitude and latitude in degrees ({system.label})",
                f"{xy[row, 0]:.12g}, {xy[row, 1]:.12g}", remedy,
            )  # fmt: skip


def check_extent(
    shapes: NDArray[np.object_],
    lonlat: NDArray[np.object_],
    places: Sequence[str],
    system: System,
    *,
    file: str,
) -> None:
    """Refuse a place that the system is not made for, within 4 degrees.

    Raises
    ------
    BoundaryError
        With the feature and where its numbers would lie.
    """
    xy, owner = shapely.get_coordinates(lonlat, return_index=True)
    west, south, east, north = _area_of(system.crs)
    good = _within(xy[:, 0], (west - _MARGIN_DEG, east + _MARGIN_DEG)) & _within(
        xy[:, 1], (south - _MARGIN_DEG, north + _MARGIN_DEG)
    )
    if good.all():
        return
    row = int(np.flatnonzero(~good)[0])
    vertex = int((owner[:row] == owner[row]).sum()) + 1
    x, y = shapely.get_coordinates(shapes)[row]
    where = f"lon {xy[row, 0]:.4f}, lat {xy[row, 1]:.4f}"
    where = where if np.isfinite(xy[row]).all() else "nowhere on the ground"
    raise BoundaryError(
        file, f"{places[owner[row]]} point {vertex}",
        f"a place within the area of {system.label} (lon {west:g} to {east:g})",
        f"{x:.12g}, {y:.12g}, which is {where}",
        "correct the zone, the order of the columns or the system",
    )  # fmt: skip


def _area_of(crs: CRS) -> tuple[float, float, float, float]:
    """Return west, south, east, north of where a system is used, in degrees."""
    area = crs.area_of_use
    if area is not None and area.west <= area.east:
        return area.west, area.south, area.east, area.north
    if crs.is_projected:
        try:
            central = central_meridian_deg(crs)
        except CRSMismatch:
            return -180.0, -90.0, 180.0, 90.0
        return central - 3, -90.0, central + 3, 90.0
    return -180.0, -90.0, 180.0, 90.0


def _metres_remedy(system: System) -> str:
    """Return what to do about metres in a file of degrees."""
    if system.basis.startswith("declared (the GeoJSON standard"):
        return "name the system of the numbers with --crs, such as EPSG:4523"
    return "correct the coordinates, or the system that the file or the option names"


def _within(values: NDArray[np.float64], limits: tuple[float, float]) -> NDArray[np.bool_]:
    inside: NDArray[np.bool_] = (values >= limits[0]) & (values <= limits[1])
    return inside
