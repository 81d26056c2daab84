"""Pairs of a site and a constraint feature, measured once and used by every rule of a role."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely

from geo_toolkit.geodesy import area_m2, ground_distance_m, nearest_lines
from geo_toolkit.siting.clipping import clipped_near, near_pairs, overlap_pieces
from geo_toolkit.siting.shapes import TOLERANCE_M, is_sliver, polygons_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from geo_toolkit.siting.constraints import Constraints

__all__ = [
    "Pairs",
    "RoleMeasures",
    "covers",
    "distance_between_m",
    "is_more_than_sliver",
    "measure_pairs",
    "shrunk_sites",
]

_QUAD_SEGS = 16
_AREAL = (3, 6)


@dataclass(frozen=True)
class Pairs:
    """Measured pairs; arrays run along the pairs, sorted by site, then feature.

    Attributes
    ----------
    site, feature
        Positions in the sites and in the constraints.
    distance_m
        Ground distance between boundaries, 0 when touching or overlapping.
    piece
        The overlap, polygonal part only, in the topology CRS.
    overlap_m2
        Its ellipsoidal area; that of the site itself where the feature covers the site.
    is_sliver
        Whether the overlap is too small to be one (also where there is none).
    crosses
        For line and point features: whether the feature lies in the site's interior.
    """

    site: NDArray[np.int64]
    feature: NDArray[np.int64]
    distance_m: NDArray[np.float64]
    piece: NDArray[np.object_]
    overlap_m2: NDArray[np.float64]
    is_sliver: NDArray[np.bool_]
    crosses: NDArray[np.bool_]


@dataclass(frozen=True)
class RoleMeasures:
    """One role measured against every site: what rules share, and what the tables print."""

    constraints: Constraints
    pairs: Pairs
    land_pairs: Pairs | None
    overlap_m2: NDArray[np.float64]
    nearest: NDArray[np.int64]
    nearest_m: NDArray[np.float64]

    @property
    def decided(self) -> Pairs:
        """The pairs that overlaps are decided on: with the land taken where it is given."""
        return self.land_pairs or self.pairs


def measure_pairs(
    sites: NDArray[np.object_],
    site_area_m2: NDArray[np.float64],
    constraints: Constraints,
    *,
    reach_m: float,
) -> Pairs:
    """Return every pair of site and feature within a distance, measured.

    Parameters
    ----------
    sites
        Polygons in the constraints' CRS.
    site_area_m2
        Their ellipsoidal areas.
    reach_m
        How far apart a pair may be and still matter.
    """
    reach = reach_m * 1.01 + 1.0
    site, feature, near = near_pairs(sites, constraints.geometry, constraints.tree, reach_m=reach)
    a, b = sites[site], near
    distance = distance_between_m(a, b, constraints)
    piece = np.full(len(site), shapely.Polygon(), dtype=object)
    meets = distance == 0.0
    piece[meets] = polygons_of(overlap_pieces(a[meets], b[meets]))
    overlap = area_m2(piece, constraints.crs)
    left = shapely.area(a) - shapely.area(piece)
    whole = meets & (left <= TOLERANCE_M * shapely.length(a))
    overlap[whole] = site_area_m2[site[whole]]
    thin = ~np.isin(shapely.get_type_id(b), _AREAL)
    crosses = np.zeros(len(site), dtype=bool)
    inner = meets & thin
    crosses[inner] = shapely.intersects(a[inner], b[inner]) & ~shapely.touches(a[inner], b[inner])
    return Pairs(site, feature, distance, piece, overlap, is_sliver(overlap, piece), crosses)


def distance_between_m(
    a: NDArray[np.object_], b: NDArray[np.object_], constraints: Constraints
) -> NDArray[np.float64]:
    """Return the ground distance of each pair in metres: inf to an empty shape, 0 if touching."""
    distance = ground_distance_m(nearest_lines(a, b), constraints.crs)
    distance = np.where(np.isnan(distance), np.inf, distance)
    return np.where(distance <= TOLERANCE_M, 0.0, distance)


def covers(a: NDArray[np.object_], b: NDArray[np.object_]) -> NDArray[np.bool_]:
    """Return whether ``a`` covers ``b``, within the millimetre that boundaries are good for."""
    left = shapely.area(shapely.difference(b, a))
    result: NDArray[np.bool_] = left <= TOLERANCE_M * shapely.length(b)
    return result & ~shapely.is_empty(a)


def is_more_than_sliver(
    a: NDArray[np.object_], b: NDArray[np.object_], constraints: Constraints
) -> NDArray[np.bool_]:
    """Return whether the overlap of each pair is an overlap, and not just touching."""
    piece = polygons_of(shapely.intersection(a, clipped_near(b, a, margin_m=0.0)))
    return ~is_sliver(area_m2(piece, constraints.crs), piece)


def shrunk_sites(sites: NDArray[np.object_], by_m: NDArray[np.float64]) -> NDArray[np.object_]:
    """Return each site moved inwards by a distance in metres; empty where nothing is left."""
    result: NDArray[np.object_] = shapely.buffer(sites, -by_m, quad_segs=_QUAD_SEGS)
    return result
