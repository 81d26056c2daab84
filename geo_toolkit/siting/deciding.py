"""One rule decided for every site, whatever its relation needs: lines, runways, declarations."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import shapely

from geo_toolkit.rules import Relation
from geo_toolkit.siting.along_line import stretches
from geo_toolkit.siting.area_total import find_totals
from geo_toolkit.siting.findings import (
    Finding,
    absence,
    find,
    presence,
    why_not_clear,
)
from geo_toolkit.siting.heights import find_heights
from geo_toolkit.siting.pairs import covers, measure_pairs
from geo_toolkit.siting.slope import find_slopes
from geo_toolkit.siting.stopped import find_stopped
from geo_toolkit.siting.thresholds import texts, thresholds

if TYPE_CHECKING:
    from geo_toolkit.rules import Declaration, Rule
    from geo_toolkit.siting.constraints import Constraints
    from geo_toolkit.siting.findings import SiteArrays
    from geo_toolkit.siting.pairs import RoleMeasures

__all__ = ["decide"]

_RANK = ("sliver", "undetermined", "borderline", "hit")


def decide(
    rule: Rule,
    sites: SiteArrays,
    measures: RoleMeasures | None,
    lines: Constraints | None,
    declaration: Declaration,
) -> list[list[Finding]]:
    """Return, for each site, the findings of one rule: at least one.

    Parameters
    ----------
    measures
        The rule's role measured against the sites; None without a layer in force.
    lines
        What is known of the rule's ``other_role``, its lines or areas; None without a layer in
        force.
    declaration
        What is declared of the project: heights and industries decide some rules.
    """
    if rule.relation is Relation.BELOW_HEIGHT:
        return find_heights(rule, sites, measures, lines, declaration)
    if rule.relation is Relation.SLOPE_BELOW:
        return find_slopes(rule, sites)
    if measures is None:
        return find(rule, sites, None, None)
    held = measures.constraints
    if rule.stop_role is not None:
        return find_stopped(rule, sites, measures, lines)
    if rule.relation is Relation.ALONG_LINE:
        return _along_line(rule, sites, held, lines)
    if rule.above_ha is not None:
        pairs = measures.land_pairs or measures.pairs
        return find_totals(rule, sites.decided, held, pairs)
    if rule.areas is not None:
        return _by_area(rule, sites, measures, lines)
    if rule.same is None:
        return find(rule, sites, held, measures.pairs, measures.land_pairs)
    found = find(
        rule, sites, held, measures.pairs, measures.land_pairs, shared=declaration.industries
    )
    for site, site_id in enumerate(sites.ids):
        if not (declaration.industries and declaration.applies_to(site_id)):
            found[site] = [Finding(rule, "undetermined", "input_missing")]
    return found


def _by_area(
    rule: Rule, sites: SiteArrays, measures: RoleMeasures, areas: Constraints | None
) -> list[list[Finding]]:
    """Return the findings of a rule whose distance depends on the area that a site lies in.

    A site wholly inside areas of one class, whatever their inaccuracy, gets the distance of that
    class; every other one that of the rule itself.
    """
    held, pairs = measures.constraints, measures.pairs
    found = find(rule, sites, held, pairs)
    if areas is None or rule.areas is None:
        return found
    classes = texts(areas, rule.areas.by)
    for name, distance in rule.areas.distance_m.items():
        rows = np.flatnonzero(classes == name)
        inner = shapely.union_all(areas.shrunk(rows, areas.accuracy_m[rows]))
        union = np.full(len(sites.ids), inner, dtype=object)
        inside = covers(union, sites.geometry) & ~sites.is_converted
        if inside.any():
            eased = find(rule.model_copy(update={"distance_m": distance}), sites, held, pairs)
            for site in np.flatnonzero(inside).tolist():
                found[site] = [replace(f, rule=rule, area_class=name) for f in eased[site]]
    return found


def _along_line(
    rule: Rule, sites: SiteArrays, known: Constraints, lines: Constraints | None
) -> list[list[Finding]]:
    if lines is None:
        missing = Finding(rule, "undetermined", "no_layer", lacking_role=rule.line_role)
        return [[missing] for _ in sites.ids]
    threshold_m, is_certain = thresholds(rule, known)
    asked = np.flatnonzero(~np.isnan(threshold_m))
    made = stretches(
        known,
        lines,
        asked,
        upstream_m=rule.upstream_m or 0.0,
        downstream_m=rule.downstream_m or 0.0,
    )
    reach = float(made.constraints.accuracy_m.max(initial=0.0) + sites.extra_m.max(initial=0.0))
    pairs = measure_pairs(sites.geometry, sites.area_m2, made.constraints, reach_m=reach)
    every = np.zeros(len(made.feature))
    found = [
        _once_a_feature([replace(f, feature=int(made.feature[f.feature or 0])) for f in of_site])
        for of_site in presence(
            rule, sites, made.constraints, pairs, every, is_certain[made.feature]
        )
    ]
    alone = np.array([all(f.outcome == "sliver" for f in of_site) for of_site in found])
    covered = lines.is_covered(sites.geometry, np.zeros(len(sites.ids)))
    for site, own in absence(rule, sites, known, threshold_m, alone).items():
        finding = own
        unsure = float(known.accuracy_m.max(initial=0.0) + sites.extra_m[site])
        near = own.distance_m is not None and own.distance_m <= rule.largest_distance_m + unsure
        code = why_not_clear(sites, site, lines, bool(covered[site]))
        if own.outcome == "clear" and near and code:
            finding = replace(
                own, outcome="undetermined", reason_code=code, lacking_role=rule.line_role
            )
        found[site].insert(0, finding)
    return found


def _once_a_feature(findings: list[Finding]) -> list[Finding]:
    """Return the worst finding of each feature: one may have a wide and a narrow stretch."""
    worst: dict[int | None, Finding] = {}
    for finding in findings:
        before = worst.get(finding.feature)
        if before is None or _RANK.index(finding.outcome) > _RANK.index(before.outcome):
            worst[finding.feature] = finding
    return list(worst.values())
