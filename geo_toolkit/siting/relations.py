"""The relations of rules, decided for measured pairs with the accuracy of the data.

The principle of every relation: *hit* if the conflict survives the inaccuracy, *borderline* if it
depends on it, both ways. The deeper the overlap, never the milder the outcome (DESIGN §5).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

from geo_toolkit.geodesy import area_m2
from geo_toolkit.siting.clipping import clipped_near
from geo_toolkit.siting.pairs import distance_between_m, is_more_than_sliver, shrunk_sites
from geo_toolkit.siting.shapes import TOLERANCE_M, is_sliver, polygons_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from geo_toolkit.siting.constraints import Constraints
    from geo_toolkit.siting.pairs import Pairs

__all__ = [
    "BORDERLINE",
    "HIT",
    "NONE",
    "SLIVER",
    "distance_outcomes",
    "outside",
    "overlap_outcomes",
]

NONE, SLIVER, BORDERLINE, HIT = 0, 1, 2, 3
"""Outcomes of a pair, mildest first."""


def overlap_outcomes(
    sites: NDArray[np.object_],
    pairs: Pairs,
    constraints: Constraints,
    accuracy_m: NDArray[np.float64],
) -> NDArray[np.int64]:
    """Return the outcome of ``overlaps`` for each pair.

    With no inaccuracy the coordinates are the line: touching is no overlap, and an overlap too
    small to be one is a sliver. With inaccuracy a, a conflict survives it if the site overlaps
    the feature shrunk by a, or the site shrunk by a overlaps the feature.

    Parameters
    ----------
    sites
        Polygons in the constraints' CRS.
    accuracy_m
        Inaccuracy of each pair.
    """
    outcome = np.full(len(pairs.site), NONE, dtype=np.int64)
    overlaps = (~pairs.is_sliver) | pairs.crosses
    exact = accuracy_m == 0
    outcome[exact & pairs.is_sliver & (pairs.overlap_m2 > 0)] = SLIVER
    outcome[exact & overlaps] = HIT
    open_ = np.flatnonzero(~exact & (pairs.distance_m < accuracy_m))
    if not len(open_):
        return outcome
    site, feature, by = pairs.site[open_], pairs.feature[open_], accuracy_m[open_]
    drawn = constraints.geometry[feature]
    survives = np.zeros(len(open_), dtype=bool)
    deep = np.flatnonzero(overlaps[open_])
    survives[deep] = is_more_than_sliver(
        sites[site[deep]], constraints.shrunk(feature[deep], by[deep]), constraints
    )
    rest = deep[~survives[deep]]
    inner = shrunk_sites(sites[site[rest]], by[rest])
    survives[rest] = is_more_than_sliver(inner, drawn[rest], constraints)
    thin = rest[pairs.crosses[open_][rest]]
    inner_thin = shrunk_sites(sites[site[thin]], by[thin])
    survives[thin] |= shapely.intersects(inner_thin, drawn[thin])
    possible = np.ones(len(open_), dtype=bool)
    cut = np.flatnonzero(constraints.mask_of[feature] >= 0)
    reached = constraints.grown(feature[cut], by[cut])
    overlap = polygons_of(shapely.intersection(sites[site[cut]], reached))
    possible[cut] = shapely.area(overlap) > 0
    outcome[open_] = np.where(survives, HIT, np.where(possible, BORDERLINE, NONE))
    return outcome


def distance_outcomes(
    sites: NDArray[np.object_],
    pairs: Pairs,
    constraints: Constraints,
    accuracy_m: NDArray[np.float64],
    threshold_m: NDArray[np.float64],
) -> NDArray[np.int64]:
    """Return the outcome of ``within_distance`` for each pair; the threshold is included.

    A conflict survives the inaccuracy a if distance + a is within the threshold, or if the site,
    or the feature, shrunk by a still comes within it.
    """
    limit = threshold_m + TOLERANCE_M / 2
    near = pairs.distance_m <= limit
    outcome = np.where(pairs.distance_m + accuracy_m <= limit, HIT, NONE)
    inside = np.flatnonzero(near & (outcome == NONE) & (accuracy_m > 0))
    if len(inside):
        a = sites[pairs.site[inside]]
        rows, by = pairs.feature[inside], accuracy_m[inside]
        within = limit[inside] * 1.01 + 1.0
        inner = clipped_near(constraints.shrunk(rows, by), a, margin_m=within)
        to_shrunk = distance_between_m(a, inner, constraints)
        from_shrunk = distance_between_m(
            shrunk_sites(a, by),
            clipped_near(constraints.geometry[rows], a, margin_m=within),
            constraints,
        )
        survives = (to_shrunk <= limit[inside]) | (from_shrunk <= limit[inside])
        outcome[inside] = np.where(survives, HIT, NONE)
    possible = (outcome == NONE) & (pairs.distance_m - accuracy_m <= limit)
    cut = np.flatnonzero(possible & ~near & (constraints.mask_of[pairs.feature] >= 0))
    if len(cut):
        reached = constraints.grown(pairs.feature[cut], accuracy_m[cut])
        gap = distance_between_m(sites[pairs.site[cut]], reached, constraints)
        possible[cut] = gap <= limit[cut]
    outcome[possible] = BORDERLINE
    return outcome


def outside(
    site: shapely.Geometry,
    rows: NDArray[np.int64],
    constraints: Constraints,
    extra_m: float,
) -> tuple[int, float]:
    """Return the outcome of ``not_within`` for one site, and how much of it lies outside, in m².

    A hit if more than a sliver lies outside the union of the features grown by their inaccuracy,
    borderline if more than a sliver lies outside the union of the features shrunk by it.

    Parameters
    ----------
    rows
        Features that the rule asks of, positions in ``constraints``.
    extra_m
        What the site's own datum adds to the inaccuracy.
    """
    by = constraints.accuracy_m[rows] + extra_m

    def left_over(features: NDArray[np.object_]) -> tuple[bool, float]:
        piece = polygons_of(
            np.array([shapely.difference(site, shapely.union_all(features))], dtype=object)
        )
        area = area_m2(piece, constraints.crs)
        return bool(~is_sliver(area, piece)[0]), float(area[0])

    _, area = left_over(constraints.geometry[rows])
    if left_over(constraints.grown(rows, by))[0]:
        return HIT, area
    if left_over(constraints.shrunk(rows, by))[0]:
        return BORDERLINE, area
    return NONE, area
