"""Rules on the total of overlaps: more than so many hectares of the features they ask of."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import shapely

from geo_toolkit.geodesy import area_m2
from geo_toolkit.siting.findings import Finding, absence
from geo_toolkit.siting.shapes import polygons_of
from geo_toolkit.siting.thresholds import thresholds

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from geo_toolkit.rules import Rule
    from geo_toolkit.siting.constraints import Constraints
    from geo_toolkit.siting.findings import SiteArrays
    from geo_toolkit.siting.pairs import Pairs

__all__ = ["find_totals"]

M2_PER_HA = 10_000.0


def find_totals(
    rule: Rule, sites: SiteArrays, constraints: Constraints, pairs: Pairs
) -> list[list[Finding]]:
    """Return, for each site, one finding: whether its overlaps together exceed ``above_ha``.

    The total is that of the union. A hit if it exceeds the area with every feature shrunk by its
    inaccuracy; borderline if only with them grown; features whose attribute is missing count
    for what may be, not for what is. An area that is exactly the limit does not exceed it.

    Parameters
    ----------
    pairs
        The features measured against ``sites``, slivers included.
    """
    limit_m2 = (rule.above_ha or 0.0) * M2_PER_HA
    threshold_m, is_certain = thresholds(rule, constraints)
    asked = ~np.isnan(threshold_m)
    own = absence(rule, sites, constraints, threshold_m, np.ones(len(sites.ids), dtype=bool))
    found = []
    for site in range(len(sites.ids)):
        mine = pairs.feature[(pairs.site == site) & asked[pairs.feature]]
        by = constraints.accuracy_m[mine] + sites.extra_m[site]
        polygon = sites.geometry[site]
        sure = is_certain[mine]
        exact_m2 = _union_m2(polygon, constraints.geometry[mine], constraints)
        least_m2 = _union_m2(polygon, constraints.shrunk(mine[sure], by[sure]), constraints)
        likely_m2 = _union_m2(polygon, constraints.grown(mine[sure], by[sure]), constraints)
        most_m2 = _union_m2(polygon, constraints.grown(mine, by), constraints)
        base = replace(
            own[site],
            overlap_m2=exact_m2,
            overlap_share=min(1.0, exact_m2 / float(sites.area_m2[site])),
            accuracy_m=float(by.max(initial=0.0)) or None,
        )
        found.append([_decided(rule, base, limit_m2, least_m2, likely_m2, most_m2)])
    return found


def _decided(
    rule: Rule, base: Finding, limit_m2: float, least_m2: float, likely_m2: float, most_m2: float
) -> Finding:
    settled = None if rule.is_settled else "law_unconfirmed"
    if least_m2 > limit_m2:
        return replace(base, outcome="hit", reason_code=settled)
    if likely_m2 > limit_m2:
        return replace(base, outcome="borderline", reason_code=settled or "within_accuracy")
    if most_m2 > limit_m2:
        return replace(base, outcome="undetermined", reason_code="attribute_missing")
    return base


def _union_m2(
    site: shapely.Geometry, features: NDArray[np.object_], constraints: Constraints
) -> float:
    if not len(features):
        return 0.0
    piece = shapely.intersection(site, shapely.union_all(features))
    return float(area_m2(polygons_of(np.array([piece], dtype=object)), constraints.crs)[0])
