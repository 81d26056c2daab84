"""Rules on heights: obstacle surfaces, clearance areas, and heights by distance.

Without a declared height a rule only advises, and says what would be permitted. A height above
ground needs the ground's elevation to be compared with a surface, an elevation needs it to be
compared with a distance; without it the finding lacks an input.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely

from geo_toolkit.rules import Relation
from geo_toolkit.siting.along_line import as_features
from geo_toolkit.siting.findings import Finding, absence, find, presence
from geo_toolkit.siting.obstacle_surfaces import Lowest, Runway, lowest
from geo_toolkit.siting.pairs import measure_pairs
from geo_toolkit.siting.shapes import TOLERANCE_M
from geo_toolkit.siting.thresholds import thresholds

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from geo_toolkit.rules import Declaration, Rule, Surface, SurfaceSet
    from geo_toolkit.siting.constraints import Constraints
    from geo_toolkit.siting.findings import SiteArrays
    from geo_toolkit.siting.pairs import RoleMeasures

__all__ = ["find_heights"]

ELEVATION_COLUMN = "elevation_m"
ERROR_COLUMN = "elevation_accuracy_m"
SET_COLUMN = "surface_set"
_OPEN = ("hit", "borderline", "undetermined")


def find_heights(
    rule: Rule,
    sites: SiteArrays,
    measures: RoleMeasures | None,
    lines: Constraints | None,
    declaration: Declaration,
) -> list[list[Finding]]:
    """Return, for each site, the findings of one rule of relation ``below_height``.

    Parameters
    ----------
    measures
        The rule's role: runways, airports or stations; None without a layer in force.
    lines
        The runways of a clearance area, the role ``line_role`` of the rule.
    declaration
        With or without a height.
    """
    declared = np.array(
        [declaration.height_m is not None and declaration.applies_to(i) for i in sites.ids]
    )
    if measures is None:
        found = [[Finding(rule, "undetermined", "no_layer")] for _ in sites.ids]
    elif rule.height_ratio is not None:
        found = _by_distance(rule, sites, measures, declaration, declared)
    elif rule.distance_m is not None:
        found = _clearance_area(rule, sites, measures, lines, declared)
    else:
        found = _under_surfaces(rule, sites, measures.constraints, declaration, declared)
    return [
        of_site if declared[site] else [replace(f, is_advisory=True) for f in of_site]
        for site, of_site in enumerate(found)
    ]


class _Runways:
    """The runways of a role with their surfaces and elevations, and the sites to look at them.

    ``grown`` are the sites grown by the inaccuracy of the runways and their own.
    """

    def __init__(
        self, constraints: Constraints, surfaces: tuple[SurfaceSet, ...], sites: SiteArrays
    ) -> None:
        table = constraints.attributes
        by_id = {one.id: one for one in surfaces}
        names = list(table[SET_COLUMN]) if SET_COLUMN in table else [None] * len(constraints)
        self.elevation_m = _numbers(constraints, ELEVATION_COLUMN)
        self.elevation_error_m = np.nan_to_num(_numbers(constraints, ERROR_COLUMN)).clip(0.0)
        self.runways = [
            Runway.build(shape, by_id.get(str(name), surfaces[0]))
            for shape, name in zip(constraints.geometry, names, strict=True)
        ]
        self.accuracy_m = constraints.accuracy_m
        by = float(self.accuracy_m.max(initial=0.0)) + sites.extra_m
        self.grown = sites.geometry.copy()
        self.grown[by > 0] = shapely.buffer(self.grown[by > 0], by[by > 0])

    @property
    def known(self) -> NDArray[np.int64]:
        """Positions of the runways whose elevation is known."""
        return np.flatnonzero(~np.isnan(self.elevation_m))

    def lowest(self, rows: NDArray[np.int64]) -> Lowest:
        """Return the lowest top that some runways permit wherever the inaccuracy puts a site."""
        low_m = self.elevation_m[rows] - self.elevation_error_m[rows]
        return lowest([self.runways[row] for row in rows], low_m, self.grown)


def _numbers(constraints: Constraints, column: str) -> NDArray[np.float64]:
    """Return a column as numbers, NaN where it is absent or no number."""
    table = constraints.attributes
    if column not in table:
        return np.full(len(constraints), np.nan)
    return pd.to_numeric(table[column], errors="coerce").to_numpy(float)


def _under_surfaces(
    rule: Rule,
    sites: SiteArrays,
    known: Constraints,
    declaration: Declaration,
    declared: NDArray[np.bool_],
) -> list[list[Finding]]:
    """Return the findings on obstacle surfaces: a conflict is a top above one over the site."""
    if not rule.surfaces:
        return [[Finding(rule, "undetermined", "input_missing")] for _ in sites.ids]
    held = _Runways(known, rule.surfaces, sites)
    permitted = held.lowest(held.known)
    compared = declared & (declaration.height_datum == "1985")
    found: list[list[Finding]] = [[] for _ in sites.ids]
    if compared.any():
        found = _above_surfaces(rule, sites, known, held, declaration.height_m or 0.0)
    everything = np.ones(len(sites.ids), dtype=bool)
    own = absence(rule, sites, known, np.zeros(len(known)), everything)
    unknown = _unknown(rule, sites, known, held)
    result = []
    for site in range(len(sites.ids)):
        mine: list[Finding] = []
        top = permitted.of_site(site)
        if top is not None and not compared[site]:
            row = int(held.known[permitted.runway[site]])
            mine.append(
                Finding(
                    rule,
                    "undetermined",
                    "input_missing",
                    layer=int(known.layer_of[row]),
                    feature=row,
                    accuracy_m=float(held.accuracy_m[row] + sites.extra_m[site]),
                )
            )
        elif compared[site]:
            mine += found[site]
        if not any(finding.outcome in _OPEN for finding in (*mine, *unknown[site])):
            mine.insert(0, own[site])
        if top is not None:
            mine = [_permitting(finding, *top) for finding in mine]
        result.append(mine + unknown[site])
    return result


def _permitting(finding: Finding, top_m: float, surface: Surface) -> Finding:
    return replace(finding, permitted_top_m=top_m, surface=surface)


def _unknown(
    rule: Rule, sites: SiteArrays, known: Constraints, held: _Runways
) -> list[list[Finding]]:
    """Return a finding for each runway over the site whose elevation is not known."""
    found: list[list[Finding]] = [[] for _ in sites.ids]
    for row in np.flatnonzero(np.isnan(held.elevation_m)).tolist():
        meets = shapely.intersects(held.grown, held.runways[row].footprint)
        for site in np.flatnonzero(meets).tolist():
            found[site].append(
                Finding(
                    rule,
                    "undetermined",
                    "input_missing",
                    layer=int(known.layer_of[row]),
                    feature=row,
                )
            )
    return found


def _above_surfaces(
    rule: Rule, sites: SiteArrays, known: Constraints, held: _Runways, top_m: float
) -> list[list[Finding]]:
    """Return the findings on the areas where a top elevation is above a surface."""
    rows = held.known
    runways = [held.runways[row] for row in rows]
    high_m = held.elevation_m[rows] + held.elevation_error_m[rows]
    low_m = held.elevation_m[rows] - held.elevation_error_m[rows]

    def decided(runways: list[Runway], elevation_m: NDArray[np.float64]) -> list[list[Finding]]:
        areas = [
            runway.below(top_m - above_m)
            for runway, above_m in zip(runways, elevation_m.tolist(), strict=True)
        ]
        zones = as_features(known, rows, areas, known.accuracy_m[rows])
        reach = float(zones.accuracy_m.max(initial=0.0) + sites.extra_m.max(initial=0.0))
        pairs = measure_pairs(sites.geometry, sites.area_m2, zones, reach_m=reach)
        sure = np.ones(len(rows), dtype=bool)
        found = presence(rule, sites, zones, pairs, np.zeros(len(rows)), sure)
        return [[replace(f, feature=int(rows[f.feature or 0])) for f in mine] for mine in found]

    def hits(found: list[list[Finding]]) -> set[tuple[int, int | None]]:
        return {
            (site, f.feature) for site, mine in enumerate(found) for f in mine if f.outcome == "hit"
        }

    certain = hits(decided(runways, high_m))
    settled = hits(decided([runway.confirmed() for runway in runways], high_m))
    return [
        [_graded(f, (site, f.feature) in certain, (site, f.feature) in settled) for f in mine]
        for site, mine in enumerate(decided(runways, low_m))
    ]


def _graded(finding: Finding, is_certain: bool, is_settled: bool) -> Finding:
    """Return a finding at the lowest elevation by what is left of it at the highest.

    A hit that depends on the elevation is borderline; one on a surface whose numbers are not
    confirmed awaits confirmation.
    """
    if finding.outcome != "hit" or is_settled:
        return finding
    if is_certain:
        return _recalled(finding)
    code = "within_accuracy" if finding.rule.is_settled else "law_unconfirmed"
    return replace(finding, outcome="borderline", reason_code=code, suspected_boundary_error=False)


def _recalled(finding: Finding) -> Finding:
    """Return a hit on a surface whose numbers are not confirmed."""
    recalled = replace(finding, is_recalled=True)
    return recalled if recalled.is_settled else replace(recalled, reason_code="law_unconfirmed")


def _clearance_area(
    rule: Rule,
    sites: SiteArrays,
    measures: RoleMeasures,
    lines: Constraints | None,
    declared: NDArray[np.bool_],
) -> list[list[Finding]]:
    """Return the findings on a clearance area, with what its own runways permit."""
    held = measures.constraints
    by_distance = rule.model_copy(update={"relation": Relation.WITHIN_DISTANCE})
    found = find(by_distance, sites, held, measures.pairs)
    permitted = _permitted_by_airport(rule, sites, held, lines)
    result = []
    for site, of_site in enumerate(found):
        mine = []
        for finding in of_site:
            one = replace(finding, rule=rule)
            if not declared[site] and one.outcome in ("hit", "borderline"):
                one = replace(one, outcome="undetermined", reason_code="input_missing")
            tops = permitted.get(one.feature) if one.feature is not None else None
            top = tops.of_site(site) if tops else None
            mine.append(_permitting(one, *top) if top else one)
        result.append(mine)
    return result


def _permitted_by_airport(
    rule: Rule, sites: SiteArrays, airports: Constraints, lines: Constraints | None
) -> dict[int | None, Lowest]:
    """Return what the runways permit, each taken to belong to the nearest airport."""
    if lines is None or not len(lines) or not len(airports) or not rule.surfaces:
        return {}
    held = _Runways(lines, rule.surfaces, sites)
    owner = airports.tree.nearest(lines.geometry[held.known])
    return {int(row): held.lowest(held.known[owner == row]) for row in np.unique(owner).tolist()}


def _by_distance(
    rule: Rule,
    sites: SiteArrays,
    measures: RoleMeasures,
    declaration: Declaration,
    declared: NDArray[np.bool_],
) -> list[list[Finding]]:
    """Return the findings on heights above ground of at most a share of the distance."""
    held, ratio = measures.constraints, rule.height_ratio or 1.0
    compared = declared & (declaration.height_datum == "ground")
    threshold_m, is_certain = thresholds(rule, held)
    by_distance = rule.model_copy(update={"relation": Relation.WITHIN_DISTANCE})
    limit_m = np.minimum(threshold_m, ratio * (declaration.height_m or 0.0) - TOLERANCE_M)
    near = presence(by_distance, sites, held, measures.pairs, threshold_m, is_certain)
    high = presence(by_distance, sites, held, measures.pairs, limit_m, is_certain)
    everything = np.ones(len(sites.ids), dtype=bool)
    own = absence(by_distance, sites, held, threshold_m, everything)
    result = []
    for site in range(len(sites.ids)):
        mine = high[site] if compared[site] else [_lacking(f) for f in near[site]]
        if not mine:
            mine = [own[site]]
        result.append([_under_distance(f, rule, threshold_m, ratio) for f in mine])
    return result


def _lacking(finding: Finding) -> Finding:
    return replace(finding, outcome="undetermined", reason_code="input_missing")


def _under_distance(
    finding: Finding, rule: Rule, threshold_m: NDArray[np.float64], ratio: float
) -> Finding:
    """Return a finding with the height that its distance permits, whatever the accuracy."""
    if finding.feature is None or finding.distance_m is None:
        return replace(finding, rule=rule)
    least_m = max(0.0, finding.distance_m - (finding.accuracy_m or 0.0))
    return replace(
        finding,
        rule=rule,
        threshold_m=float(threshold_m[finding.feature]),
        permitted_height_m=least_m / ratio,
    )
