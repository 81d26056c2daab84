"""Rules on natural slope: how much of a site is as steep as a limit, or steeper."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from geo_toolkit.siting.findings import Finding
from geo_toolkit.siting.shapes import SLIVER_AREA_M2

if TYPE_CHECKING:
    from geo_toolkit.rules import Rule
    from geo_toolkit.siting.elevation import Cells
    from geo_toolkit.siting.findings import SiteArrays

__all__ = ["Slope", "find_slopes"]

_ROUNDING_PERCENT = 1e-6


@dataclass(frozen=True)
class Slope:
    """The natural slope over one site.

    Attributes
    ----------
    mean_percent, highest_percent
        Mean by area, and that of the steepest cell that reaches into the site.
    steep_share
        Share of the site's area that is as steep as the limit, or steeper.
    missing_share
        Share of the site's area whose slope is not known.
    """

    mean_percent: float
    highest_percent: float
    steep_share: float
    missing_share: float
    limit_percent: float


def find_slopes(rule: Rule, sites: SiteArrays) -> list[list[Finding]]:
    """Return, for each site, the finding of one rule of relation ``slope_below``.

    Decided on the land taken where it is given. A hit if more than a sliver of it is as steep as
    the limit, which is not below it; what is known to be steep stands
    whatever else lacks data. Otherwise undetermined while any part lacks data.
    """
    if sites.terrain is None:
        return [[Finding(rule, "undetermined", "input_missing")] for _ in sites.ids]
    found = []
    taken = sites.decided
    for site, (site_id, shape) in enumerate(zip(taken.ids, taken.geometry, strict=True)):
        measured = _measured(sites.terrain.cells(site_id, shape), rule.slope_percent or 0.0)
        doubt = "outside_bounds" if sites.is_outside[site] else None
        if sites.is_converted[site]:
            doubt = doubt or "converted_datum"
        found.append([_finding(rule, measured, float(taken.area_m2[site]), doubt)])
    return found


def _finding(rule: Rule, slope: Slope, area_m2: float, doubt: str | None) -> Finding:
    steep_m2 = slope.steep_share * area_m2
    if steep_m2 >= SLIVER_AREA_M2:
        code = None if rule.is_settled else "law_unconfirmed"
        return Finding(
            rule, "hit", code, overlap_m2=steep_m2, overlap_share=slope.steep_share, slope=slope
        )
    if slope.missing_share > 0:
        return Finding(rule, "undetermined", "input_missing", slope=slope)
    return Finding(rule, "undetermined" if doubt else "clear", doubt, slope=slope)


def _measured(cells: Cells, limit_percent: float) -> Slope:
    percent = cells.slope_percent
    steep = np.nan_to_num(percent, nan=-1.0) >= limit_percent - _ROUNDING_PERCENT
    share = float(cells.area_m2[steep].sum()) / cells.site_area_m2
    known = percent[~np.isnan(percent)]
    missing = cells.missing_share(percent)
    return Slope(
        cells.mean(percent),
        float(known.max()) if len(known) else float("nan"),
        1.0 if steep.all() and len(steep) and not missing else min(1.0, share),
        missing,
        limit_percent,
    )
