"""Distances that stop at a divide: what lies beyond the areas of a rule's ``stop_role`` is spared.

A strip along a river that reaches to the watershed at most is the strip inside the river's
catchment. Where no catchment is known well enough, the distance is not stopped: it may reach too
far, never too short, and the finding says so.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import shapely

from geo_toolkit.geodesy import area_m2
from geo_toolkit.siting.findings import absence, find, presence
from geo_toolkit.siting.pairs import measure_pairs
from geo_toolkit.siting.shapes import is_sliver, polygons_of
from geo_toolkit.siting.thresholds import reach_m, thresholds

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from geo_toolkit.rules import Rule
    from geo_toolkit.siting.constraints import Constraints
    from geo_toolkit.siting.findings import Finding, SiteArrays
    from geo_toolkit.siting.pairs import RoleMeasures

__all__ = ["find_stopped"]

_MET = ("hit", "borderline", "undetermined")


def find_stopped(
    rule: Rule, sites: SiteArrays, measures: RoleMeasures, areas: Constraints | None
) -> list[list[Finding]]:
    """Return, for each site, the findings of a rule whose distance stops at a divide.

    A finding stands as it is if it stands for the part of the site that surely lies in the
    areas; it is borderline if it stands for the part that may; else the rule has its own.
    Of a site that the areas' coverage does not hold, nothing is cut off.

    Parameters
    ----------
    areas
        What is known of the rule's ``stop_role``; None without a layer in force.
    """
    held = measures.constraints
    found = find(rule, sites, held, measures.pairs)
    told = np.zeros(len(sites.ids), dtype=bool)
    if areas is not None and not areas.is_schematic_only and not areas.faults:
        told = areas.is_covered(sites.geometry, np.zeros(len(sites.ids)))
        told &= ~sites.is_converted
    result = [
        [replace(f, stop="absent") if f.feature is not None else f for f in of_site]
        for of_site in found
    ]
    if areas is None or not told.any():
        return result
    every = np.arange(len(areas))
    sure = _met(rule, _within(sites, areas.shrunk(every, areas.accuracy_m)), held)
    perhaps = _met(rule, _within(sites, areas.grown(every, areas.accuracy_m)), held)
    own = absence(rule, sites, held, thresholds(rule, held)[0], told)
    for site in np.flatnonzero(told).tolist():
        kept = []
        for finding in found[site]:
            feature = finding.feature
            if feature is None or finding.outcome == "sliver":
                kept.append(finding)
            elif (site, feature, finding.outcome) in sure:
                kept.append(replace(finding, stop="cut"))
            elif any((site, feature, outcome) in perhaps for outcome in _MET):
                kept.append(_unsure(finding))
        if not any(finding.outcome in (*_MET, "clear") for finding in kept):
            kept.insert(0, replace(own[site], stop="cut"))
        result[site] = kept
    return result


def _unsure(finding: Finding) -> Finding:
    """Return a finding that depends on where the divide runs."""
    if finding.outcome != "hit":
        return replace(finding, stop="cut")
    code = "within_accuracy" if finding.rule.is_settled else "law_unconfirmed"
    return replace(finding, outcome="borderline", reason_code=code, stop="cut")


def _within(sites: SiteArrays, areas: NDArray[np.object_]) -> SiteArrays:
    """Return the part of each site inside some areas; empty where that is no more than touching."""
    parts = polygons_of(shapely.intersection(sites.geometry, shapely.union_all(areas)))
    parts[is_sliver(shapely.area(parts), parts)] = shapely.Polygon()
    return replace(sites, geometry=parts, area_m2=shapely.area(parts), lines=(), land=None)


def _met(rule: Rule, sites: SiteArrays, held: Constraints) -> set[tuple[int, int | None, str]]:
    """Return which feature each site meets with which outcome."""
    extra = float(sites.extra_m.max(initial=0.0))
    there = np.flatnonzero(sites.area_m2 > 0)
    parts = replace(
        sites,
        ids=tuple(sites.ids[site] for site in there),
        geometry=sites.geometry[there],
        area_m2=area_m2(sites.geometry[there], held.crs),
        is_converted=sites.is_converted[there],
        is_outside=sites.is_outside[there],
    )
    reach = reach_m([rule], held, extra)
    pairs = measure_pairs(parts.geometry, parts.area_m2, held, reach_m=reach)
    found = presence(rule, parts, held, pairs, *thresholds(rule, held))
    return {
        (int(there[part]), finding.feature, finding.outcome)
        for part, of_part in enumerate(found)
        for finding in of_part
    }
