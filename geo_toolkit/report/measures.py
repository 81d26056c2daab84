"""Measures as a report prints them: exact ones with all decimals, withheld ones as “about”."""

from __future__ import annotations

from typing import Any

from geo_toolkit.report.numbers import BLANK, number_text
from geo_toolkit.report.phrases import phrase

__all__ = ["ha_of", "metres_of", "percent_of", "sites_by_rank"]

_RANK = ("clear", "undetermined", "conditional", "restricted", "prohibited")


def ha_of(area_m2: float | None, lang: str, *, is_coarse: bool = False) -> str:
    """Return square metres as hectares: 4 decimals, or “about” with 2.

    Examples
    --------
    >>> ha_of(27592.454, "zh"), ha_of(12300.0, "zh", is_coarse=True), ha_of(None, "zh")
    ('2.7592', '约 1.23', '—')
    """
    if area_m2 is None:
        return BLANK
    if is_coarse:
        return phrase("about", lang, text=number_text(area_m2 / 10_000, 2))
    return number_text(area_m2 / 10_000, 4)


def percent_of(share: float | None, lang: str, *, is_coarse: bool = False) -> str:
    """Return a share as percent: 2 decimals, or “about” with none.

    Examples
    --------
    >>> percent_of(0.12345, "zh"), percent_of(0.12, "en", is_coarse=True)
    ('12.35', 'about 12')
    """
    if share is None:
        return BLANK
    if is_coarse:
        return phrase("about", lang, text=number_text(share * 100, 0))
    return number_text(share * 100, 2)


def metres_of(distance_m: float | None, lang: str, *, is_coarse: bool = False) -> str:
    """Return a distance in metres: 1 decimal, or “about” to 100 m.

    Examples
    --------
    >>> metres_of(1234.56, "zh"), metres_of(300.0, "zh", is_coarse=True)
    ('1,234.6', '约 300')
    """
    if distance_m is None:
        return BLANK
    if is_coarse:
        return phrase("about", lang, text=number_text(distance_m, 0))
    return number_text(distance_m, 1)


def sites_by_rank(sites: list[dict[str, Any]]) -> list[dict[str, Any]]:  # JSON values
    """Return sites from clean to conflicted, in the order of the document within a verdict."""
    return sorted(sites, key=lambda site: _RANK.index(site["verdict"]))
