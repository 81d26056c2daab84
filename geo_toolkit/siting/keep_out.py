"""Where a site may not lie, rule by rule: what advice trims off and moves away from.

Every area is grown so that what stays outside it is clear of the rule to the accuracy of the
data and a millimetre more: no hit, and nothing within accuracy either.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely

from geo_toolkit.geodesy import ground_distance_m
from geo_toolkit.rules import Relation, Rule
from geo_toolkit.siting.along_line import stretches
from geo_toolkit.siting.shapes import TOLERANCE_M, polygons_of
from geo_toolkit.siting.thresholds import thresholds

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray
    from pyproj import CRS
    from shapely.geometry.base import BaseGeometry

    from geo_toolkit.siting.constraints import Constraints
    from geo_toolkit.siting.secrecy import Withheld

__all__ = ["OWN_DISTANCE", "Ground", "grounds_of", "keep_out", "near_rows"]

OWN_DISTANCE = ""
"""In place of a class of area: the rule's own distance, for a site that lies in none."""

Box = tuple[float, float, float, float]

_PLANAR = frozenset(
    {Relation.OVERLAPS, Relation.LISTED, Relation.ALONG_LINE, Relation.WITHIN_DISTANCE}
)
_EXCESS_M = 0.001
_MOST_SEGS = 256
_MEASURE_M = 1000.0


@dataclass(frozen=True)
class Ground:
    """One rule, and the constraints it is decided on.

    Attributes
    ----------
    constraints
        Those of the rule's role; of ``along_line``, the stretches of line.
    feature
        For each row of ``constraints``, the feature that findings name; None where they are the
        same.
    lines
        The lines or areas that decide the rule too: their secrecy counts.
    """

    rule: Rule
    constraints: Constraints
    feature: NDArray[np.int64] | None = None
    lines: Constraints | None = None

    def is_withheld(self, withheld: Withheld) -> bool:
        """Whether any layer behind the rule is withheld."""
        return withheld.touches(self.constraints) or withheld.touches(self.lines)

    @property
    def is_planar(self) -> bool:
        """Whether a site can be cleared of the rule by changing its outline or its place."""
        by_shape = self.rule.relation in _PLANAR or self.rule.relation is Relation.NOT_WITHIN
        return by_shape and self.rule.above_ha is None

    def rows_of(self, feature: int | None) -> NDArray[np.int64]:
        """Return the rows that a finding's feature stands for; all asked of for None."""
        asked = np.flatnonzero(~np.isnan(thresholds(self.rule, self.constraints)[0]))
        if feature is None:
            return asked
        if self.feature is None:
            return np.array([feature], dtype=np.int64)
        return np.flatnonzero(self.feature == feature)

    def reach_m(
        self, rows: NDArray[np.int64], extra_m: float, area_class: str | None = None
    ) -> NDArray[np.float64]:
        """Return how far each row reaches out: threshold, accuracy and a millimetre more.

        Parameters
        ----------
        area_class
            The class of area whose distance applies, a finding's own; None takes the largest of
            all the rule's distances, for a site that may come to lie anywhere.
        """
        limit = np.zeros(len(rows))
        if self.rule.relation is Relation.WITHIN_DISTANCE:
            each = [thresholds(rule, self.constraints)[0][rows] for rule in self._as(area_class)]
            limit = np.max(each, axis=0)
        reach: NDArray[np.float64] = (
            limit + self.constraints.accuracy_m[rows] + extra_m + TOLERANCE_M
        )
        return reach

    def _as(self, area_class: str | None) -> list[Rule]:
        """Return the rule with the distances that may apply."""
        if self.rule.areas is None:
            return [self.rule]
        named = self.rule.areas.distance_m
        if area_class in named:
            return [self.rule.model_copy(update={"distance_m": named[area_class]})]
        eased = [self.rule.model_copy(update={"distance_m": d}) for d in named.values()]
        return [self.rule] if area_class == OWN_DISTANCE else [self.rule, *eased]


def grounds_of(
    rules: Sequence[Rule], constraints: Mapping[str, Constraints | None]
) -> dict[str, Ground]:
    """Return the ground of each rule by its id; rules of roles without a layer are left out."""
    grounds = {}
    for rule in rules:
        known, lines = constraints.get(rule.role), constraints.get(rule.other_role or "")
        if known is None or (rule.relation is Relation.ALONG_LINE and lines is None):
            continue
        if rule.relation is Relation.ALONG_LINE and lines is not None:
            asked = np.flatnonzero(~np.isnan(thresholds(rule, known)[0]))
            made = stretches(
                known,
                lines,
                asked,
                upstream_m=rule.upstream_m or 0.0,
                downstream_m=rule.downstream_m or 0.0,
            )
            grounds[rule.id] = Ground(rule, made.constraints, made.feature, lines)
        else:
            grounds[rule.id] = Ground(rule, known, lines=lines)
    return grounds


def near_rows(ground: Ground, window: Box, extra_m: float) -> NDArray[np.int64]:
    """Return the rows whose areas to keep out of may touch a window, in order."""
    asked = ground.rows_of(None)
    if not len(asked):
        return asked
    reach = ground.reach_m(asked, extra_m)
    x0, y0, x1, y1 = window
    by = float(reach.max()) * 1.01 + 1.0
    found = ground.constraints.tree.query(shapely.box(x0 - by, y0 - by, x1 + by, y1 + by))
    return np.intersect1d(asked, found)


def keep_out(
    ground: Ground,
    rows: NDArray[np.int64],
    window: Box,
    *,
    extra_m: float = 0.0,
    area_class: str | None = None,
    excess_m: float = _EXCESS_M,
) -> BaseGeometry:
    """Return the part of a window where a site would be in conflict with a rule.

    Parameters
    ----------
    rows
        The rows of the constraints that count.
    window
        A rectangle in the constraints' CRS.
    extra_m
        What the site's own datum adds to the inaccuracy.
    area_class
        As in ``Ground.reach_m``.
    excess_m
        How far a rounded corner may lie outside the true circle; it never lies inside.
    """
    held = ground.constraints
    if ground.rule.relation is Relation.NOT_WITHIN:
        return _outside(ground, rows, window, extra_m)
    reach = ground.reach_m(rows, extra_m, area_class) * _planar_scale(held.crs, window)
    parts = []
    for by in np.unique(reach):
        of = rows[reach == by]
        shapes = _clipped(held.geometry[of], window, float(by) + 1.0)
        parts.append(_grown(shapes, float(by), excess_m))
    area = shapely.union_all(np.concatenate([np.empty(0, object), *parts]))
    if ground.rule.relation is not Relation.WITHIN_DISTANCE:
        area = _outside_masks(area, held, rows)
    return _polygonal(shapely.intersection(area, shapely.box(*window)))


def _outside(ground: Ground, rows: NDArray[np.int64], window: Box, extra_m: float) -> BaseGeometry:
    """Return what of a window lies outside the union of features, shrunk by their inaccuracy."""
    held = ground.constraints
    by = float(ground.reach_m(rows, extra_m).max(initial=0.0)) * _planar_scale(held.crs, window)
    union = shapely.union_all(_clipped(held.geometry[rows], window, 2 * by + 1.0))
    segs = _segs(by, _EXCESS_M)
    inside = shapely.buffer(union, -by / np.cos(np.pi / 4 / segs), quad_segs=segs)
    return _polygonal(shapely.difference(shapely.box(*window), inside))


def _polygonal(area: BaseGeometry) -> BaseGeometry:
    part: BaseGeometry = polygons_of(np.array([area], dtype=object))[0]
    return part


def _outside_masks(area: BaseGeometry, held: Constraints, rows: NDArray[np.int64]) -> BaseGeometry:
    """Return an area without the coverages that answer in the features' place."""
    of = held.mask_of[rows]
    if len(of) and (of == of[0]).all() and of[0] >= 0:
        left: BaseGeometry = shapely.difference(area, held.masks[int(of[0])])
        return left
    return area


def _clipped(geometry: NDArray[np.object_], window: Box, margin_m: float) -> NDArray[np.object_]:
    """Return geometries inside a window and a margin: what is farther away changes nothing."""
    x0, y0, x1, y1 = window
    cut = shapely.clip_by_rect(geometry, x0 - margin_m, y0 - margin_m, x1 + margin_m, y1 + margin_m)
    bad = ~shapely.is_valid(cut)
    cut[bad] = shapely.make_valid(cut[bad])
    kept: NDArray[np.object_] = cut[~shapely.is_empty(cut)]
    return kept


def _grown(geometry: NDArray[np.object_], by_m: float, excess_m: float) -> NDArray[np.object_]:
    """Return geometries grown by at least a distance: arcs as polygons around the true circle."""
    segs = _segs(by_m, excess_m)
    grown = shapely.buffer(geometry, by_m / np.cos(np.pi / 4 / segs), quad_segs=segs)
    return polygons_of(grown)


def _segs(by_m: float, excess_m: float) -> int:
    return int(np.clip(np.ceil(np.pi * np.sqrt(by_m / (32 * excess_m))), 8, _MOST_SEGS))


def _planar_scale(crs: CRS, window: Box) -> float:
    """Return how much longer, at most, a line is in the plane than on the ground, near a window."""
    x0, y0, x1, y1 = window
    at = np.array([[x, y] for x in (x0, x1) for y in (y0, y1)])
    ends = np.stack([at, at + np.array([_MEASURE_M, 0.0])], axis=1)
    scale = _MEASURE_M / ground_distance_m(np.asarray(shapely.linestrings(ends)), crs)
    return max(1.0, float(scale.max()) * (1 + 1e-7))
