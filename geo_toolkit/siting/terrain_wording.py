"""Sentences for ground elevation and slope, Chinese first."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from geo_toolkit.siting.findings import Finding

__all__ = ["lacking_text", "relief_text", "slope_text"]


def lacking_text(share: float, lang: str) -> str:
    """Return how much of a site has no elevation.

    Examples
    --------
    >>> lacking_text(0.125, "zh"), lacking_text(0.00001, "en")
    ('12.50%的用地没有高程数据', 'less than 0.01% of the site has no elevation data')
    """
    percent = 100 * share
    if percent < 0.005:
        zh, en = "不足0.01%", "less than 0.01%"
    else:
        zh = en = f"{percent:.2f}%"
    return f"{en} of the site has no elevation data" if lang == "en" else f"{zh}的用地没有高程数据"


def relief_text(finding: Finding, lang: str) -> str:
    """Return the ground over the site that a rule on heights was decided by; nothing without."""
    relief = finding.relief
    if relief is None:
        return ""
    low, high, error = f"{relief.lowest_m:.2f}", f"{relief.highest_m:.2f}", f"{relief.error_m:g}"
    if lang == "en":
        return f"ground {low} to {high} m, 1985 datum, ±{error} m"
    return f"地面高程{low}至{high}米（1985国家高程基准，±{error}米）"


def slope_text(finding: Finding, lang: str) -> str:
    """Return the natural slope over the site against its limit; nothing where it is not known."""
    slope = finding.slope
    if slope is None or math.isnan(slope.mean_percent):
        return ""
    mean, most = f"{slope.mean_percent:.2f}", f"{slope.highest_percent:.2f}"
    share, limit = f"{100 * slope.steep_share:.2f}", f"{slope.limit_percent:g}"
    if lang == "en":
        return (
            f"natural slope {mean}% on average, {most}% at most; "
            f"{share}% of the site is not below the limit of {limit}%"
        )
    return f"自然坡度平均{mean}%、最大{most}%，达到或超过{limit}%的面积占{share}%"
