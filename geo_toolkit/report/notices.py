"""Sentences about a whole check: what was not examined, and sites that overlap each other."""

from __future__ import annotations

from typing import Any

from geo_toolkit.report.labels import label
from geo_toolkit.rules.roles import role_title

__all__ = ["not_examined_lines", "site_overlap_lines"]


def not_examined_lines(document: dict[str, Any], lang: str) -> list[str]:
    """Return one line for each role that the scope left out, with whom to ask where known.

    Parameters
    ----------
    document
        The JSON object of a check.
    lang
        ``zh`` or ``en``.
    """
    scope = document["scope"]
    authorities = scope.get("ask") or {}
    lines = []
    for role in scope["not_examined"]:
        who = authorities.get(role)
        tail = label("not_examined_ask", lang, who=who) if who else ""
        separator = ": " if lang == "en" else "："
        lines.append(role_title(role, lang) + (separator + tail if tail else ""))
    return lines


def site_overlap_lines(document: dict[str, Any], lang: str) -> list[str]:
    """Return one line for each two sites of the check that overlap, area in m²."""
    return [
        label("site_overlap", lang, a=pair["a"], b=pair["b"], m2=f"{pair['overlap_m2']:,.2f}")
        for pair in document["site_overlaps"]
    ]
