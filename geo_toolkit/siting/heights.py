"""Rules on heights: obstacle surfaces, clearance areas, and heights by distance.

Without a declared height a rule only advises, and says what would be permitted. A height above
ground needs the ground's elevation to be compared with a surface, an elevation needs it to be
compared with a distance: both take it from an elevation model, and by its error a conflict is a
hit or borderline. Without one the finding lacks an input.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from geo_toolkit.rules import Relation
from geo_toolkit.siting.findings import Finding, absence, find, presence
from geo_toolkit.siting.shapes import TOLERANCE_M
from geo_toolkit.siting.thresholds import thresholds
from geo_toolkit.siting.under_surfaces import Runways, permitting, under_surfaces, with_ground

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from geo_toolkit.rules import Declaration, Rule
    from geo_toolkit.siting.constraints import Constraints
    from geo_toolkit.siting.elevation import Relief
    from geo_toolkit.siting.findings import SiteArrays
    from geo_toolkit.siting.obstacle_surfaces import Lowest
    from geo_toolkit.siting.pairs import RoleMeasures

__all__ = ["find_heights"]


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
        found = under_surfaces(rule, sites, measures.constraints, declaration, declared)
    return [
        of_site if declared[site] else [replace(f, is_advisory=True) for f in of_site]
        for site, of_site in enumerate(found)
    ]


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
    runways, rows_of = _by_airport(rule, sites, held, lines)
    permitted: dict[int | None, Lowest] = {}
    if runways is not None:
        permitted = {airport: runways.lowest(rows) for airport, rows in rows_of.items()}
    result = []
    for site, of_site in enumerate(found):
        mine = []
        for finding in of_site:
            one = replace(finding, rule=rule)
            if not declared[site] and one.outcome in ("hit", "borderline"):
                one = replace(one, outcome="undetermined", reason_code="input_missing")
            tops = permitted.get(one.feature) if one.feature is not None else None
            top = tops.of_site(site) if tops else None
            mine.append(permitting(one, *top) if top else one)
        result.append(mine)
    return result if runways is None else with_ground(result, sites, runways, rows_of)


def _by_airport(
    rule: Rule, sites: SiteArrays, airports: Constraints, lines: Constraints | None
) -> tuple[Runways | None, dict[int | None, NDArray[np.int64]]]:
    """Return the runways, and which are each airport's: they belong to the nearest."""
    if lines is None or not len(lines) or not len(airports) or not rule.surfaces:
        return None, {}
    held = Runways(lines, rule.surfaces, sites)
    owner = airports.tree.nearest(lines.geometry[held.known])
    return held, {int(row): held.known[owner == row] for row in np.unique(owner).tolist()}


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

    def higher(height_m: float) -> list[list[Finding]]:
        limit_m = np.minimum(threshold_m, ratio * height_m - TOLERANCE_M)
        return presence(by_distance, sites, held, measures.pairs, limit_m, is_certain)

    near = presence(by_distance, sites, held, measures.pairs, threshold_m, is_certain)
    high = higher(declaration.height_m or 0.0)
    if declaration.height_datum == "1985":
        for site in np.flatnonzero(declared).tolist():
            relief = _relief(sites, site)
            if relief is not None and not relief.missing_share:
                most_m = (declaration.height_m or 0.0) - relief.lowest_m + relief.error_m
                least_m = (declaration.height_m or 0.0) - relief.highest_m - relief.error_m
                sure = {f.feature for f in higher(least_m)[site] if f.outcome == "hit"}
                high[site] = [
                    replace(_doubted(f, f.feature in sure), relief=relief)
                    for f in higher(most_m)[site]
                ]
                compared[site] = True
    everything = np.ones(len(sites.ids), dtype=bool)
    own = absence(by_distance, sites, held, threshold_m, everything)
    result = []
    for site in range(len(sites.ids)):
        mine = high[site] if compared[site] else [_lacking(f) for f in near[site]]
        if not mine:
            mine = [own[site]]
        result.append([_under_distance(f, rule, threshold_m, ratio) for f in mine])
    return result


def _relief(sites: SiteArrays, site: int) -> Relief | None:
    """Return the ground over one site; None where none of it is known."""
    if sites.terrain is None:
        return None
    cells = sites.terrain.cells(sites.ids[site], sites.geometry[site])
    return cells.relief(sites.terrain.error_m)


def _doubted(finding: Finding, is_sure: bool) -> Finding:
    """Return a hit at the greatest height above ground by whether it is one at the least."""
    if finding.outcome != "hit" or is_sure:
        return finding
    code = "within_accuracy" if finding.rule.is_settled else "law_unconfirmed"
    return replace(finding, outcome="borderline", reason_code=code)


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
