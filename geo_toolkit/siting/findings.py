"""Findings: one rule decided for each site, with what was measured and why it ended so."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from geo_toolkit.rules import Relation, Rule, Severity
from geo_toolkit.siting.nearest import nearest_of
from geo_toolkit.siting.relations import (
    BORDERLINE,
    HIT,
    NONE,
    SLIVER,
    distance_outcomes,
    outside,
    overlap_outcomes,
)
from geo_toolkit.siting.shapes import SUSPECT_AREA_M2, SUSPECT_WIDTH_M, mean_width_m
from geo_toolkit.siting.thresholds import half_widths_m, thresholds

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from geo_toolkit.rules import Override, RuleException, Surface
    from geo_toolkit.siting.constraints import Constraints
    from geo_toolkit.siting.crossings import Centreline, Crossing
    from geo_toolkit.siting.elevation import Relief, Terrain
    from geo_toolkit.siting.pairs import Pairs
    from geo_toolkit.siting.slope import Slope

__all__ = [
    "Finding",
    "SiteArrays",
    "absence",
    "find",
    "presence",
    "thresholds",
    "why_not_clear",
]

WEB_DATUM_ERROR_M = 20.0
"""What a site converted from GCJ-02 or BD-09 adds to every inaccuracy (DESIGN §5)."""

_DECIDED = ("hit", "borderline", "undetermined")
_OUTCOME_NAMES = {HIT: "hit", BORDERLINE: "borderline", SLIVER: "sliver"}


@dataclass(frozen=True)
class SiteArrays:
    """Sites as the engine needs them; arrays run along the sites.

    Attributes
    ----------
    geometry
        Submitted polygons in the topology CRS.
    is_converted
        Whether the coordinates came from a shifted web-map datum.
    is_outside
        Whether any part lies outside the workspace's bounds.
    lines
        The centreline of each site that was submitted as one; empty where none was.
    land
        The land taken inside each site, where it is given apart from the site's envelope.
    terrain
        The ground around the sites; None without an elevation model.
    nearest
        The nearest feature of each site and its distance, of constraints that were asked of, by
        their ``id``; ``nearest_of`` keeps them.
    """

    ids: tuple[str, ...]
    geometry: NDArray[np.object_]
    area_m2: NDArray[np.float64]
    is_converted: NDArray[np.bool_]
    is_outside: NDArray[np.bool_]
    lines: tuple[Centreline | None, ...] = ()
    land: SiteArrays | None = None
    terrain: Terrain | None = None
    nearest: dict[int, tuple[Constraints, NDArray[np.int64], NDArray[np.float64]]] = field(
        default_factory=dict, init=False, compare=False, repr=False
    )

    @property
    def decided(self) -> SiteArrays:
        """What overlaps are decided on: the land taken where it is given, else the sites."""
        return self.land or self

    @property
    def extra_m(self) -> NDArray[np.float64]:
        """What each site's datum adds to the inaccuracy."""
        return np.where(self.is_converted, WEB_DATUM_ERROR_M, 0.0)


@dataclass(frozen=True)
class Finding:
    """One rule decided for one site, and for one feature where ``feature`` is not None.

    ``layer`` and ``feature`` are positions in the role's constraints.

    Attributes
    ----------
    half_width_m
        How far the edge that the distance runs from lies from the drawn line.
    area_class
        The class of the area that the site lies in, where the distance depends on it.
    is_advisory
        Whether the rule only advises here, for want of a declared height.
    is_recalled
        Whether a number behind the outcome is not confirmed, whatever the rule is.
    lacking_role
        The role that the reason speaks of, where it is not the rule's own.
    permitted_top_m, surface
        Lowest permitted top elevation over the site (1985 datum), and the surface that gives it.
    permitted_height_m
        Lowest permitted height above ground over the site.
    relief, slope
        The ground over the site, where a rule on heights or on slope was decided by it.
    beyond_m
        Of a batch: the nearest feature is farther than this, and no distance is given.
    stop
        Whether the distance was stopped at areas of the rule's ``stop_role`` (``cut``), or could
        not be for want of them (``absent``); empty where the rule has none.
    """

    rule: Rule
    outcome: str
    reason_code: str | None = None
    layer: int | None = None
    feature: int | None = None
    overlap_m2: float | None = None
    overlap_share: float | None = None
    distance_m: float | None = None
    threshold_m: float | None = None
    accuracy_m: float | None = None
    suspected_boundary_error: bool = False
    exception: RuleException | None = None
    crossings: tuple[Crossing, ...] = ()
    assumes_nature: bool = False
    original: tuple[str, str | None] | None = None
    override: Override | None = None
    half_width_m: float | None = None
    area_class: str | None = None
    is_advisory: bool = False
    is_recalled: bool = False
    lacking_role: str | None = None
    permitted_top_m: float | None = None
    permitted_height_m: float | None = None
    surface: Surface | None = None
    relief: Relief | None = None
    slope: Slope | None = None
    beyond_m: float | None = None
    stop: str = ""

    @property
    def severity(self) -> Severity:
        """How strict the rule is here: its own severity, or that of a declared exception."""
        if self.is_advisory:
            return Severity.ADVISORY
        return self.exception.severity if self.exception else self.rule.severity

    @property
    def is_required(self) -> bool:
        """Whether the site's verdict needs this finding decided."""
        return self.rule.is_required and not self.is_advisory

    @property
    def is_settled(self) -> bool:
        """Whether the law behind the outcome is confirmed, or a reviewer answers for it."""
        if self.override is not None or self.rule.confirmation is not None:
            return True
        return self.rule.is_settled and not self.is_recalled

    @property
    def is_open(self) -> bool:
        """Whether this finding leaves its rule undecided."""
        unsettled = self.outcome == "hit" and not self.is_settled
        return self.outcome in ("borderline", "undetermined") or unsettled

    @property
    def is_conflict(self) -> bool:
        """Whether this finding is a conflict that stands."""
        return self.outcome == "hit" and self.is_settled


def find(
    rule: Rule,
    sites: SiteArrays,
    constraints: Constraints | None,
    pairs: Pairs | None,
    land_pairs: Pairs | None = None,
    *,
    shared: Sequence[str] | None = None,
) -> list[list[Finding]]:
    """Return, for each site, the findings of one rule: at least one.

    Of the relations, ``along_line`` and ``below_height`` are decided in modules of their own.

    Parameters
    ----------
    pairs, land_pairs
        The role's features measured against the sites, and against the land taken if given.
    shared
        What is declared under the rule's ``same``; only features that share one of it count.
    """
    if constraints is None or pairs is None:
        return [[Finding(rule, "undetermined", "no_layer")] for _ in sites.ids]
    threshold_m, is_certain = thresholds(rule, constraints, shared or ())
    if rule.relation is Relation.NOT_WITHIN:
        asked = np.flatnonzero(~np.isnan(threshold_m))
        return _not_within(rule, sites.decided, constraints, asked)
    found = presence(rule, sites, constraints, pairs, threshold_m, is_certain)
    if sites.land and land_pairs and rule.relation is not Relation.WITHIN_DISTANCE:
        crossed = found
        found = presence(rule, sites.land, constraints, land_pairs, threshold_m, is_certain)
        found = [_with_crossed(*both) for both in zip(found, crossed, strict=True)]
    alone = np.array([not any(f.outcome in _DECIDED for f in of_site) for of_site in found])
    for site, own in absence(rule, sites, constraints, threshold_m, alone).items():
        found[site].insert(0, own)
    return found


def _with_crossed(taken: list[Finding], crossed: list[Finding]) -> list[Finding]:
    """Return the findings on the land taken, and clear ones for what only the envelope meets."""
    met = {f.feature for f in taken if f.outcome in _DECIDED}
    return taken + [
        replace(f, outcome="clear", reason_code="crossed_without_land")
        for f in crossed
        if f.feature not in met and f.outcome in _DECIDED
    ]


def presence(
    rule: Rule,
    sites: SiteArrays,
    constraints: Constraints,
    pairs: Pairs,
    threshold_m: NDArray[np.float64],
    is_certain: NDArray[np.bool_],
) -> list[list[Finding]]:
    """Return one finding per feature that is hit, borderline, sliver or may be either."""
    accuracy = constraints.accuracy_m[pairs.feature] + sites.extra_m[pairs.site]
    threshold = threshold_m[pairs.feature]
    half = half_widths_m(rule, constraints)[pairs.feature]
    if rule.relation is Relation.WITHIN_DISTANCE:
        outcome = distance_outcomes(sites.geometry, pairs, constraints, accuracy, threshold)
    else:
        outcome = overlap_outcomes(sites.geometry, pairs, constraints, accuracy)
    outcome[np.isnan(threshold)] = NONE
    width = mean_width_m(pairs.overlap_m2, pairs.piece)
    found: list[list[Finding]] = [[] for _ in sites.ids]
    for row in np.flatnonzero(outcome != NONE):
        site, feature = int(pairs.site[row]), int(pairs.feature[row])
        overlap = float(pairs.overlap_m2[row])
        code = int(outcome[row])
        finding = Finding(
            rule,
            _OUTCOME_NAMES[code],
            "within_accuracy" if code == BORDERLINE else None,
            layer=int(constraints.layer_of[feature]),
            feature=feature,
            overlap_m2=overlap,
            overlap_share=min(1.0, overlap / float(sites.area_m2[site])),
            distance_m=max(0.0, float(pairs.distance_m[row] - half[row])),
            threshold_m=_printed(rule, float(threshold[row] - half[row])),
            half_width_m=float(half[row]) or None,
            accuracy_m=float(accuracy[row]),
            suspected_boundary_error=bool(
                code == HIT
                and overlap > 0
                and rule.relation is not Relation.WITHIN_DISTANCE
                and (overlap < SUSPECT_AREA_M2 or width[row] < SUSPECT_WIDTH_M)
            ),
        )
        if not is_certain[feature] and code != SLIVER:
            finding = replace(finding, outcome="undetermined", reason_code="attribute_missing")
        elif not rule.is_settled and code != SLIVER:
            finding = replace(finding, reason_code="law_unconfirmed")
        found[site].append(finding)
    return found


def absence(
    rule: Rule,
    sites: SiteArrays,
    constraints: Constraints,
    threshold_m: NDArray[np.float64],
    alone: NDArray[np.bool_],
) -> dict[int, Finding]:
    """Return the rule's own finding for the sites where no feature decided it."""
    which = np.flatnonzero(alone)
    asked = np.flatnonzero(~np.isnan(threshold_m))
    feature, distance = nearest_of(sites, constraints, asked)
    feature, distance = feature[which], distance[which]
    margin = np.full(len(which), rule.largest_distance_m)
    covered = constraints.is_covered(sites.geometry[which], margin)
    half = half_widths_m(rule, constraints)
    own = {}
    for position, site in enumerate(which.tolist()):
        row = int(feature[position])
        code = why_not_clear(sites, site, constraints, bool(covered[position]))
        own[site] = Finding(
            rule,
            "undetermined" if code else "clear",
            code,
            layer=int(constraints.layer_of[row]) if row >= 0 else _first_layer(constraints),
            distance_m=max(0.0, float(distance[position] - half[row])) if row >= 0 else None,
            threshold_m=_printed(rule, rule.largest_distance_m),
        )
    return own


def why_not_clear(
    sites: SiteArrays, site: int, constraints: Constraints, covered: bool
) -> str | None:
    """Return the reason why absence cannot be said of a site; None where it can."""
    if constraints.is_schematic_only:
        return "schematic"
    if sites.is_outside[site]:
        return "outside_bounds"
    if constraints.faults:
        return "no_layer"
    if not covered:
        return "outside_coverage"
    return "converted_datum" if sites.is_converted[site] else None


def _not_within(
    rule: Rule, sites: SiteArrays, constraints: Constraints, asked: NDArray[np.int64]
) -> list[list[Finding]]:
    """Return one finding a site: whether it lies inside the union of the features."""
    _, is_certain = thresholds(rule, constraints)
    covered = constraints.is_covered(sites.geometry, np.zeros(len(sites.ids)))
    feature, distance = nearest_of(sites, constraints, asked)
    found = []
    for site, polygon in enumerate(sites.geometry):
        row = int(feature[site])
        base = Finding(
            rule,
            "clear",
            layer=int(constraints.layer_of[row]) if row >= 0 else _first_layer(constraints),
            distance_m=float(distance[site]) if row >= 0 else None,
        )
        code = why_not_clear(sites, site, constraints, bool(covered[site]))
        if constraints.is_schematic_only or constraints.faults or not covered[site]:
            found.append([replace(base, outcome="undetermined", reason_code=code)])
            continue
        extra = float(sites.extra_m[site])
        outcome, left_m2 = outside(polygon, asked, constraints, extra)
        sure = outcome
        if not is_certain[asked].all():
            sure, _ = outside(polygon, asked[is_certain[asked]], constraints, extra)
        inside_m2 = max(0.0, float(sites.area_m2[site]) - left_m2)
        if outcome != sure:
            base = replace(base, outcome="undetermined", reason_code="attribute_missing")
        elif outcome == HIT:
            base = replace(base, outcome="hit", overlap_m2=inside_m2)
        elif outcome == BORDERLINE:
            base = replace(base, outcome="borderline", reason_code="within_accuracy")
        elif code:
            base = replace(base, outcome="undetermined", reason_code=code)
        if base.overlap_m2 is not None:
            base = replace(base, overlap_share=min(1.0, inside_m2 / float(sites.area_m2[site])))
        if base.outcome in ("hit", "borderline") and not rule.is_settled:
            base = replace(base, reason_code="law_unconfirmed")
        found.append([base])
    return found


def _printed(rule: Rule, threshold_m: float) -> float | None:
    return threshold_m if rule.relation is Relation.WITHIN_DISTANCE else None


def _first_layer(constraints: Constraints) -> int | None:
    return 0 if constraints.layers else None
