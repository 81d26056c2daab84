"""Advice in words, as rows of the document, and as outlines to draw and export."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from geopandas import GeoDataFrame

from geo_toolkit.geodesy import CGCS2000, area_m2, to_geographic

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pyproj import CRS

    from geo_toolkit.siting.advice import Advice

__all__ = ["NOTE", "REASONS", "advice_frame", "advice_row"]

NOTE = ("仅供参考", "for reference only")

REASONS: dict[str, tuple[str, str]] = {
    "withheld": (
        "核查用到不得提供图形的图层，不作避让建议",
        "a layer whose geometry is withheld was used: no advice",
    ),
    "corridor": (
        "线性工程不作裁剪、平移建议，请调整线位",
        "a corridor is not trimmed or shifted: change the alignment",
    ),
    "land_take": (
        "已另行提供用地范围，不作裁剪、平移建议，请调整用地范围",
        "the land taken is given apart: change it, no trim or shift is proposed",
    ),
    "not_planar": (
        "所涉规则（限高、总量控制或审查人员认定）不能通过裁剪、平移解决",
        "the rule (a height, a total, or a reviewer's decision) is not met by trim or shift",
    ),
    "nothing_left": ("扣除冲突部分后无剩余用地", "nothing of the site is left"),
    "no_room": (
        "在给定的平移范围内没有可避让全部相关规则的位置",
        "no place within the radius is clear of every such rule",
    ),
    "not_verified": (
        "推算的范围经复核仍有冲突，不予给出",
        "what was worked out is still in conflict when decided again: not given",
    ),
    "not_asked": ("未给定平移范围", "no radius was given"),
}
"""Why there is no trim or no shift, in Chinese and English."""


def advice_row(advice: Advice, lang: str) -> dict[str, Any]:  # JSON values
    """Return advice as a row of the document: ``sites[].advice``, without geometry."""
    trim = shift = None
    if advice.trim is not None and advice.trim_area_m2 is not None:
        remaining = round(advice.trim_area_m2, 4)
        trim = {
            "remaining_m2": remaining,
            "remaining_ha": remaining / 10_000,
            "remaining_share": round(min(1.0, advice.trim_area_m2 / advice.area_m2), 9),
            "removed_m2": round(max(0.0, advice.area_m2 - advice.trim_area_m2), 4),
            "parts": int(shapely.get_num_geometries(advice.trim)),
            "still_open": list(advice.trim_open),
        }
    if advice.move is not None:
        shift = {
            "distance_m": round(advice.move.distance_m, 3),
            "bearing_deg": round(advice.move.bearing_deg, 2),
            "east_m": round(advice.move.east_m, 4),
            "north_m": round(advice.move.north_m, 4),
            "looser_m": advice.move.looser_m,
            "by_hull": advice.move.is_hull,
            "still_open": list(advice.shift_open),
        }
    return {
        "note": _pick(NOTE, lang),
        "severity": advice.severity.value,
        "rules": list(advice.rule_ids),
        "trim": trim,
        "trim_reason": _why(advice.trim_reason, lang),
        "shift": shift,
        "shift_reason": _why(advice.shift_reason, lang),
    }


def advice_frame(advices: Sequence[Advice], crs: CRS) -> GeoDataFrame:
    """Return the proposed outlines in CGCS2000 degrees: ``site_id``, ``kind``, ``note``, area.

    ``kind`` is ``trim`` or ``shift``; ``area_m2`` is ellipsoidal, ``distance_m`` that of a shift.
    """
    proposed = [
        (advice, kind, shape)
        for advice in advices
        for kind, shape in (("trim", advice.trim), ("shift", advice.shift))
        if shape is not None
    ]
    geometry = np.empty(len(proposed), dtype=object)
    geometry[:] = [shape for _, _, shape in proposed]
    distances = [a.move.distance_m if a.move and k == "shift" else 0.0 for a, k, _ in proposed]
    columns = {
        "site_id": [advice.site_id for advice, _, _ in proposed],
        "kind": [kind for _, kind, _ in proposed],
        "note": [NOTE[0] for _ in proposed],
        "area_m2": np.round(area_m2(geometry, crs), 4),
        "distance_m": np.round(np.array(distances, dtype=float), 3),
    }
    return GeoDataFrame(columns, geometry=to_geographic(geometry, crs), crs=CGCS2000)


def _why(reason: str | None, lang: str) -> str | None:
    return None if reason is None else _pick(REASONS[reason], lang)


def _pick(pair: tuple[str, str], lang: str) -> str:
    return pair[1] if lang == "en" else pair[0]
