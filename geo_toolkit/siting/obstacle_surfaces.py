"""Obstacle limitation surfaces of a runway as shapes: where each lies, and how high it is.

Every surface is a flat piece (a footprint and a plane) or rises with the distance from the
runway, so that the lowest point over a site is exact: a plane is lowest at a vertex of the
overlap of site and footprint, the others at the point of the site nearest to the runway.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray
    from shapely import LineString
    from shapely.geometry.base import BaseGeometry

    from geo_toolkit.rules import Surface, SurfaceSet

__all__ = ["Lowest", "Runway", "lowest"]

_QUAD_SEGS = 256
_RISE_M = 1e-6  # an elevation this near to a surface reaches it, and is not above it


@dataclass(frozen=True)
class Plane:
    """A flat piece: heights above the aerodrome at the corners, linear in between.

    ``origin`` and ``slope`` give the height at a point p as ``base_m + (p - origin) . slope``.
    """

    surface: Surface
    footprint: BaseGeometry
    origin: NDArray[np.float64]
    slope: NDArray[np.float64]
    base_m: float

    def heights_m(self, xy: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the height of the plane at points."""
        heights: NDArray[np.float64] = self.base_m + (xy - self.origin) @ self.slope
        return heights

    def below(self, height_m: float) -> BaseGeometry:
        """Return the part of the footprint where the plane is lower than a height."""
        steepness = float(np.hypot(*self.slope))
        if steepness == 0:
            return self.footprint if self.base_m < height_m - _RISE_M else shapely.Polygon()
        up = self.slope / steepness
        across = np.array([-up[1], up[0]])
        far = 1e5
        edge = self.origin + up * (height_m - self.base_m) / steepness
        corners = [
            edge + across * far,
            edge - across * far,
            edge - across * far - up * far,
            edge + across * far - up * far,
        ]
        return shapely.intersection(self.footprint, shapely.Polygon(corners))


@dataclass(frozen=True)
class Runway:
    """One runway with the surfaces of its class; heights are above the aerodrome.

    Attributes
    ----------
    axis
        Straight line between its ends, in a metric CRS.
    """

    axis: LineString
    surfaces: SurfaceSet
    planes: tuple[Plane, ...]

    @classmethod
    def build(cls, line: BaseGeometry, surfaces: SurfaceSet) -> Runway:
        """Return a runway from the line between its ends; of a polygon, its long axis."""
        axis = _axis(line)
        ends = shapely.get_coordinates(axis)
        planes: list[Plane] = []
        for here, there in ((ends[0], ends[1]), (ends[1], ends[0])):
            outward = (here - there) / np.hypot(*(here - there))
            for kind in ("approach", "take_off_climb"):
                surface = surfaces.of_kind(kind)
                if surface is not None:
                    planes += _climb(surface, here, outward)
            planes += _transitional(surfaces, here, there, outward)
        return cls(axis, surfaces, tuple(planes))

    def confirmed(self) -> Runway:
        """Return the runway without the surfaces whose numbers are not confirmed."""
        kept = self.surfaces.confirmed()
        if kept is None:
            return Runway(self.axis, self.surfaces.model_copy(update={"surface": ()}), ())
        return Runway.build(self.axis, kept)

    @property
    def footprint(self) -> BaseGeometry:
        """Where there is any surface."""
        disc = shapely.buffer(self.axis, self.surfaces.radius_m, quad_segs=_QUAD_SEGS)
        return shapely.union_all([disc, *(plane.footprint for plane in self.planes)])

    def below(self, height_m: float) -> BaseGeometry:
        """Return where a top at a height above the aerodrome is above a surface."""
        parts = [plane.below(height_m) for plane in self.planes]
        flat, cone = self.surfaces.of_kind("inner_horizontal"), self.surfaces.of_kind("conical")
        if flat is not None and flat.height_m is not None and flat.radius_m is not None:
            over = height_m - flat.height_m
            if over > _RISE_M:
                rise = min(over, cone.height_m or 0.0) / (cone.slope or 1.0) if cone else 0.0
                parts.append(shapely.buffer(self.axis, flat.radius_m + rise, quad_segs=_QUAD_SEGS))
        return shapely.union_all(parts)

    def lowest_m(self, sites: NDArray[np.object_]) -> tuple[NDArray[np.float64], list[Surface]]:
        """Return the lowest surface over each polygon, inf where there is none, and which it is."""
        best = np.full(len(sites), np.inf)
        of = [self.surfaces.surface[0]] * len(sites)

        def take(surface: Surface, heights: NDArray[np.float64]) -> None:
            for site in np.flatnonzero(heights < best - _RISE_M).tolist():
                best[site], of[site] = heights[site], surface

        flat, cone = self.surfaces.of_kind("inner_horizontal"), self.surfaces.of_kind("conical")
        if flat is not None and flat.height_m is not None and flat.radius_m is not None:
            apart = shapely.distance(sites, self.axis)
            take(flat, np.where(apart <= flat.radius_m, flat.height_m, np.inf))
            if cone is not None and cone.slope is not None:
                rising = flat.height_m + (apart - flat.radius_m).clip(0.0) * cone.slope
                take(cone, np.where(apart <= self.surfaces.radius_m, rising, np.inf))
        for plane in self.planes:
            take(plane.surface, _lowest_of_plane(plane, sites))
        return best, of


@dataclass(frozen=True)
class Lowest:
    """The lowest permitted top over each site, in the 1985 datum; inf where nothing limits it.

    ``runway`` is the position of the runway that gives it among those asked, -1 for none.
    """

    top_m: NDArray[np.float64]
    surface: tuple[Surface | None, ...]
    runway: NDArray[np.int64]

    def of_site(self, site: int) -> tuple[float, Surface] | None:
        """Return the top and its surface over one site, None where nothing limits it."""
        surface = self.surface[site]
        return None if surface is None else (float(self.top_m[site]), surface)


def lowest(
    runways: Sequence[Runway], elevation_m: NDArray[np.float64], sites: NDArray[np.object_]
) -> Lowest:
    """Return the lowest permitted top over each site.

    Parameters
    ----------
    elevation_m
        Of each runway's aerodrome in the 1985 datum.
    sites
        Polygons in the runways' CRS.
    """
    top = np.full(len(sites), np.inf)
    surface: list[Surface | None] = [None] * len(sites)
    of = np.full(len(sites), -1, dtype=np.int64)
    for position, runway in enumerate(runways):
        near = np.flatnonzero(shapely.dwithin(sites, runway.axis, runway.surfaces.reach_m))
        heights, surfaces = runway.lowest_m(sites[near])
        for site, height, which in zip(near.tolist(), heights.tolist(), surfaces, strict=True):
            if height + elevation_m[position] < top[site] - _RISE_M:
                top[site] = height + elevation_m[position]
                surface[site], of[site] = which, position
    return Lowest(top, tuple(surface), of)


def _axis(shape: BaseGeometry) -> LineString:
    if shapely.get_dimensions(shape) == 2:
        ring = shapely.get_coordinates(shapely.oriented_envelope(shape))[:4]
        sides = np.hypot(*(np.roll(ring, -1, axis=0) - ring).T)
        short = int(np.argmin(sides[:2]))
        ends = [(ring[i] + ring[(i + 1) % 4]) / 2 for i in (short, short + 2)]
        return shapely.LineString(ends)
    return shapely.LineString(shapely.get_coordinates(shape)[[0, -1]])


def _climb(surface: Surface, end: NDArray[np.float64], outward: NDArray[np.float64]) -> list[Plane]:
    """Return the pieces of an approach or take-off climb surface beyond one end of a runway."""
    across = np.array([-outward[1], outward[0]])
    start = end + outward * (surface.from_end_m or 0.0)
    widest = (surface.final_width_m or np.inf) / 2
    half, spread = (surface.inner_edge_m or 0.0) / 2, surface.divergence or 0.0
    out, height, planes = 0.0, 0.0, []
    for section in surface.sections:
        stops = [out, out + section.length_m]
        turn = (widest - half) / spread if spread else np.inf
        stops = sorted({*stops, turn} if stops[0] < turn < stops[1] else set(stops))
        left = [start + outward * s + across * min(half + spread * s, widest) for s in stops]
        right = [start + outward * s - across * min(half + spread * s, widest) for s in stops]
        planes.append(
            Plane(
                surface,
                shapely.Polygon([*left, *right[::-1]]),
                start + outward * out,
                outward * section.slope,
                height,
            )
        )
        out += section.length_m
        height += section.length_m * section.slope
    return planes


def _transitional(
    surfaces: SurfaceSet,
    end: NDArray[np.float64],
    other: NDArray[np.float64],
    outward: NDArray[np.float64],
) -> list[Plane]:
    """Return the side pieces of the strip's half at one end, and beside its approach surface.

    They rise from the strip's side, and from the side of the approach surface, to the inner
    horizontal surface; across the runway, as the standard measures the slope. On the strip
    itself nothing may rise above the aerodrome.
    """
    surface, flat = surfaces.of_kind("transitional"), surfaces.of_kind("inner_horizontal")
    approach = surfaces.of_kind("approach")
    if surface is None or flat is None:
        return []
    slope, top = surface.slope or 1.0, flat.height_m or 0.0
    half, beyond = surfaces.strip_half_width_m, surfaces.strip_beyond_end_m
    middle, corner = (end + other) / 2, end + outward * beyond
    planes = []
    for side in (1.0, -1.0):
        across = np.array([-outward[1], outward[0]]) * side
        foot, head = across * half, across * (half + top / slope)
        strip = shapely.Polygon([middle + foot, corner + foot, corner + head, middle + head])
        planes.append(Plane(surface, strip, corner + foot, across * slope, 0.0))
        level = shapely.Polygon([middle, corner, corner + foot, middle + foot])
        planes.append(Plane(surface, level, corner, across * 0.0, 0.0))
        if approach is not None and approach.sections[0].slope:
            first, spread = approach.sections[0], approach.divergence or 0.0
            inner = (approach.inner_edge_m or 0.0) / 2
            start = end + outward * (approach.from_end_m or 0.0)
            run = min(top / first.slope, first.length_m)
            lower = start + across * inner
            tip = start + outward * run + across * (inner + spread * run)
            reach = (top - run * first.slope) / slope
            beside = shapely.Polygon(
                [lower, tip, tip + across * reach, start + across * (inner + top / slope)]
            )
            rise = outward * (first.slope - slope * spread) + across * slope
            planes.append(Plane(surface, beside, lower, rise, 0.0))
    return planes


def _lowest_of_plane(plane: Plane, sites: NDArray[np.object_]) -> NDArray[np.float64]:
    lowest_m = np.full(len(sites), np.inf)
    meets = np.flatnonzero(shapely.intersects(sites, plane.footprint))
    if len(meets):
        over = shapely.intersection(sites[meets], plane.footprint)
        xy, row = shapely.get_coordinates(over, return_index=True)
        np.minimum.at(lowest_m, meets[row], plane.heights_m(xy))
    return lowest_m
