"""Ground distance between geometries: the geodesic between the ends of the shortest line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely
from pyproj import CRS, Geod, Transformer

from geo_toolkit.geodesy.kept import kept_by_crs

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["ground_distance_m", "nearest_lines"]

_GEOD = Geod(ellps="GRS80")


@kept_by_crs
def _to_degrees(crs: CRS) -> Transformer:
    return Transformer.from_crs(crs, crs.geodetic_crs, always_xy=True, allow_ballpark=False)


def nearest_lines(a: NDArray[np.object_], b: NDArray[np.object_]) -> NDArray[np.object_]:
    """Return the shortest line between each pair of geometries, in their common metric CRS."""
    lines: NDArray[np.object_] = shapely.shortest_line(a, b)
    return lines


def ground_distance_m(lines: NDArray[np.object_], crs: CRS) -> NDArray[np.float64]:
    """Return the geodesic length between the two ends of each line, in metres.

    Parameters
    ----------
    lines
        Two-point lines in ``crs``, as ``nearest_lines`` gives them; None gives NaN.
    crs
        The metric CRS of the lines, on the CGCS2000 ellipsoid.

    Source
    ------
    Karney (2013), Algorithms for geodesics, J. Geodesy 87, doi:10.1007/s00190-012-0578-z,
    as implemented by PROJ.

    Examples
    --------
    >>> from geo_toolkit.geodesy import topology_crs
    >>> tm = topology_crs((105.43, 30.45, 106.97, 31.86))
    >>> line = shapely.linestrings([[500000, 3400000], [500000, 3401000]])
    >>> ground_distance_m(np.array([line]), tm).round(3).tolist()
    [1000.0]
    """
    lines = np.asarray(lines, dtype=object)
    distance = np.full(lines.shape, np.nan)
    real = ~shapely.is_missing(lines) & ~shapely.is_empty(lines)
    if real.any():
        ends = shapely.get_coordinates(lines[real]).reshape(-1, 4)
        points = ends.reshape(-1, 2)
        lon, lat = _to_degrees(crs).transform(points[:, 0], points[:, 1])
        distance[real] = _GEOD.inv(lon[::2], lat[::2], lon[1::2], lat[1::2])[2]
    return distance
