"""Proposed outlines decided again by the rules of a check, as if they had been submitted."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from geo_toolkit.siting.deciding import decide
from geo_toolkit.siting.nearest import nearest_features
from geo_toolkit.siting.pairs import RoleMeasures, measure_pairs
from geo_toolkit.siting.thresholds import reach_m

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from geo_toolkit.rules import Rule
    from geo_toolkit.siting.constraints import Constraints
    from geo_toolkit.siting.declared import Declared
    from geo_toolkit.siting.findings import Finding, SiteArrays

__all__ = ["redecider"]


def redecider(
    rules: Sequence[Rule],
    constraints: Mapping[str, Constraints | None],
    declared: Declared,
) -> Callable[[SiteArrays], list[list[Finding]]]:
    """Return a function from sites to all findings of each, with the declaration applied.

    Parameters
    ----------
    rules, constraints, declared
        Those of the check whose sites the proposals stand for; proposals keep the sites' ids.
    """

    def again(arrays: SiteArrays) -> list[list[Finding]]:
        found: list[list[Finding]] = [[] for _ in arrays.ids]
        for role in dict.fromkeys(rule.role for rule in rules):
            of_role = [rule for rule in rules if rule.role == role]
            known = constraints.get(role)
            measures = None if known is None else _measures(arrays, known, of_role)
            for rule in of_role:
                lines = constraints.get(rule.other_role or "")
                decided = decide(rule, arrays, measures, lines, declared.declaration)
                for site, of_site in enumerate(decided):
                    found[site] += [
                        declared.applied(finding, arrays.ids[site], known) for finding in of_site
                    ]
        return found

    return again


def _measures(arrays: SiteArrays, known: Constraints, rules: Sequence[Rule]) -> RoleMeasures:
    reach = reach_m(rules, known, float(arrays.extra_m.max(initial=0.0)))
    pairs = measure_pairs(arrays.geometry, arrays.area_m2, known, reach_m=reach)
    nearest, nearest_m = nearest_features(arrays.geometry, known, np.arange(len(known)))
    return RoleMeasures(known, pairs, None, np.zeros(len(arrays.ids)), nearest, nearest_m)
