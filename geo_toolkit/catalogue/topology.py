"""Faults between features: the same outline twice, overlaps, gaps in what should be a tiling."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely

from geo_toolkit.catalogue.content import areal_parts
from geo_toolkit.catalogue.faults import LayerFault, place_of
from geo_toolkit.geodesy import area_m2, from_geographic, to_geographic

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from pyproj import CRS

    from geo_toolkit.catalogue.definition import Checks

__all__ = ["topology_faults"]

_GRID_M = 0.001
_SMALLEST_M2 = 1.0


def topology_faults(
    checks: Checks, keys: NDArray[np.object_], lonlat: NDArray[np.object_], crs: CRS
) -> list[LayerFault]:
    """Return duplicate outlines, and the overlaps and gaps that a layer forbids.

    Overlaps and gaps under 1 m² are digitising noise and are left out.

    Parameters
    ----------
    keys, lonlat
        Valid polygons in CGCS2000 degrees.
    crs
        The metric CRS of the workspace.
    """
    faults, twins = _duplicates(checks, keys, lonlat)
    if checks.overlaps == "allow" and checks.gaps == "allow":
        return faults
    shapes = from_geographic(lonlat, crs)
    if checks.overlaps == "forbid":
        faults += _overlaps(keys, shapes, crs, twins)
    if checks.gaps == "forbid":
        faults += _gaps(shapes, crs)
    return faults


def _duplicates(
    checks: Checks, keys: NDArray[np.object_], lonlat: NDArray[np.object_]
) -> tuple[list[LayerFault], set[tuple[int, int]]]:
    """Return the features that repeat an earlier outline, and the pairs of rows they make."""
    code = pd.Series(shapely.to_wkb(shapely.normalize(lonlat)))
    first = pd.Series(range(len(code))).groupby(code).transform("min").to_numpy()
    again = np.flatnonzero(first != np.arange(len(code)))
    level = "error" if checks.duplicates == "forbid" else "warning"
    faults = [
        LayerFault("duplicate_geometry", level, str(keys[row]), "each outline once",
                   f"that of feature {keys[first[row]]}", "leave one of them out",
                   *place_of(lonlat[row]))
        for row in again
    ]  # fmt: skip
    return faults, {(int(first[row]), int(row)) for row in again}


def _overlaps(
    keys: NDArray[np.object_], shapes: NDArray[np.object_], crs: CRS, twins: set[tuple[int, int]]
) -> list[LayerFault]:
    a, b = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    a, b = a[a < b], b[a < b]
    new = np.array([pair not in twins for pair in zip(a.tolist(), b.tolist(), strict=True)], bool)
    a, b = a[new], b[new]
    shared = shapely.intersection(shapes[a], shapes[b])
    sizes = area_m2(areal_parts(shared), crs)
    faults = []
    for row in np.flatnonzero(sizes >= _SMALLEST_M2):
        place = to_geographic(shared[[row]], crs)[0]
        faults.append(
            LayerFault("overlap", "error", str(keys[a[row]]), "features that do not overlap",
                       f"{sizes[row]:.2f} m² shared with feature {keys[b[row]]}",
                       "correct the boundary between them", *place_of(place))
        )  # fmt: skip
    return faults


def _gaps(shapes: NDArray[np.object_], crs: CRS) -> list[LayerFault]:
    union = shapely.union_all(shapes, grid_size=_GRID_M)
    parts = shapely.get_parts(union)
    rings, part = shapely.get_rings(parts, return_index=True)
    inner = np.zeros(len(rings), dtype=bool)
    inner[1:] = part[1:] == part[:-1]  # a polygon's rings start with its outline
    holes = rings[inner]
    if not len(holes):
        return []
    polygons = np.asarray(shapely.polygons(holes), dtype=object)
    sizes = area_m2(polygons, crs)
    faults = []
    for row in np.flatnonzero(sizes >= _SMALLEST_M2):
        place = to_geographic(polygons[[row]], crs)[0]
        faults.append(
            LayerFault("gap", "error", "", "features that tile their area without a hole",
                       f"a gap of {sizes[row]:.2f} m²", "fill it or draw the boundary through it",
                       *place_of(place))
        )  # fmt: skip
    return faults
