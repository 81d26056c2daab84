"""The nearest place where an outline is free of conflict: obstacles in the space of moves.

A move t brings a site S into conflict with an area F exactly when t lies inside F ⊕ (−S), the
Minkowski sum of the area and the reflected site. The nearest move is the point of what is left
that is nearest to no move at all.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

__all__ = ["Move", "nearest_free_move", "sum_with_reflected"]

Box = tuple[float, float, float, float]

_FIRST_RADIUS_M = 16.0
_MOST_HULLS = 6000
_LOOSER_M = (0.0, 0.01, 0.1, 0.5, 2.0, 10.0)
_CONVEX_SHARE = 1.0 - 1e-9
_CIRCLE_SEGS = 64
_HAIR_M = 1e-4


@dataclass(frozen=True)
class Move:
    """A move of a site.

    Attributes
    ----------
    east_m, north_m
        In the topology CRS.
    looser_m
        The nearest move may be shorter than this one by about this much; 0 for exact areas.
    is_hull
        Whether the site was taken as its convex hull, so that a shorter move may exist.
    """

    east_m: float
    north_m: float
    looser_m: float = 0.0
    is_hull: bool = False

    @property
    def distance_m(self) -> float:
        """How far the site moves."""
        return float(np.hypot(self.east_m, self.north_m))

    @property
    def bearing_deg(self) -> float:
        """Direction of the move, clockwise from north, 0 to 360."""
        return float(np.degrees(np.arctan2(self.east_m, self.north_m)) % 360.0)


def nearest_free_move(
    site: BaseGeometry, keep_out: Callable[[Box], BaseGeometry], radius_m: float
) -> Move | None:
    """Return the shortest move that takes a site out of an area; None where there is none.

    Non-convex sites are cut into convex pieces, which is exact. Where that is too much work the
    area's outline is loosened outwards, by the least of a few steps that suffices, and at last
    the site is taken as its convex hull; the move says so.

    Parameters
    ----------
    site
        Polygon in a metric CRS.
    keep_out
        Gives the area to stay out of inside a window.
    radius_m
        The longest move that is of use.
    """
    x0, y0, x1, y1 = shapely.bounds(site)
    radius = min(_FIRST_RADIUS_M, radius_m)
    while True:
        area = keep_out((x0 - radius, y0 - radius, x1 + radius, y1 + radius))
        obstacle, looser, is_hull = _obstacle(area, site)
        disc = shapely.buffer(shapely.Point(0, 0), radius, quad_segs=_CIRCLE_SEGS)
        # a hair outside the outline of the sum, whose own rounding must not decide
        free = shapely.buffer(shapely.difference(disc, obstacle), -_HAIR_M, join_style="mitre")
        if not shapely.is_empty(free):
            x, y = shapely.get_coordinates(shapely.shortest_line(shapely.Point(0, 0), free))[-1]
            return Move(float(x), float(y), looser, is_hull)
        if radius >= radius_m:
            return None
        radius = min(radius * 4, radius_m)


def _obstacle(area: BaseGeometry, site: BaseGeometry) -> tuple[BaseGeometry, float, bool]:
    """Return the moves in conflict, how far the area was loosened, and whether by the hull."""
    pieces = _convex_pieces(site)
    hull = np.array([shapely.convex_hull(site)], dtype=object)
    for parts, is_hull in ((pieces, False), (hull, len(pieces) > 1)):
        for looser in _LOOSER_M:
            loose = _loosened(area, looser)
            if shapely.get_num_coordinates(loose) * len(parts) <= _MOST_HULLS:
                return sum_with_reflected(loose, parts), looser, is_hull
    return sum_with_reflected(loose, hull), looser, len(pieces) > 1


def sum_with_reflected(area: BaseGeometry, pieces: NDArray[np.object_]) -> BaseGeometry:
    """Return the Minkowski sum of an area and the union of reflected convex pieces.

    A move is in the sum if it takes a vertex of a piece into the area, or sweeps the area's
    outline over the piece: the union of the area moved by one vertex, and of the convex hulls of
    every edge and the reflected piece.

    Source
    ------
    de Berg et al. (2008), Computational Geometry, 3rd ed., ch. 13 (configuration space).

    Examples
    --------
    >>> square = np.array([shapely.box(0, 0, 2, 2)])
    >>> shapely.bounds(sum_with_reflected(shapely.box(5, 5, 6, 6), square)).tolist()
    [3.0, 3.0, 6.0, 6.0]
    """
    rings = shapely.get_rings(shapely.get_parts(area))
    if not len(rings):
        return shapely.Polygon()
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    same = np.flatnonzero(ring[1:] == ring[:-1])
    edges = np.stack([xy[same], xy[same + 1]], axis=1)
    swept: list[NDArray[np.object_]] = []
    for piece in pieces:
        corners = shapely.get_coordinates(piece)[:-1]
        ends = edges[:, :, None, :] - corners[None, None, :, :]
        clouds = np.asarray(shapely.multipoints(ends.reshape(len(edges), -1, 2)), dtype=object)
        swept.append(shapely.convex_hull(clouds))
        swept.append(np.array([_translated(area, -corners[0])], dtype=object))
    union: BaseGeometry = shapely.union_all(np.concatenate(swept))
    return union


def _translated(area: BaseGeometry, by: NDArray[np.float64]) -> BaseGeometry:
    moved: BaseGeometry = shapely.transform(area, lambda xy: xy + by)
    return moved


def _convex_pieces(site: BaseGeometry) -> NDArray[np.object_]:
    """Return convex polygons that make up a site: itself, or triangles joined while convex."""
    if shapely.area(site) >= _CONVEX_SHARE * shapely.area(shapely.convex_hull(site)):
        return np.array([shapely.convex_hull(site)], dtype=object)
    triangles = shapely.get_parts(shapely.constrained_delaunay_triangles(site))
    merged: list[BaseGeometry] = []
    for triangle in triangles:
        for position, piece in enumerate(merged):
            both = shapely.union(piece, triangle)
            hull = shapely.convex_hull(both)
            if shapely.area(both) >= _CONVEX_SHARE * shapely.area(hull):
                merged[position] = hull
                break
        else:
            merged.append(triangle)
    result = np.empty(len(merged), dtype=object)
    result[:] = merged
    return result


def _loosened(area: BaseGeometry, by_m: float) -> BaseGeometry:
    """Return an area with a simpler outline that contains the area."""
    if by_m == 0 or shapely.is_empty(area):
        return area
    grown = shapely.buffer(area, by_m / np.cos(np.pi / 8), quad_segs=2)
    simpler: BaseGeometry = shapely.simplify(grown, by_m, preserve_topology=True)
    return simpler
