"""Sentences about a whole check: warnings, repairs, and what was not examined."""

from __future__ import annotations

from typing import Any

from geo_toolkit.report.labels import label
from geo_toolkit.rules.roles import role_title

__all__ = ["not_examined_lines", "repair_lines", "warning_lines"]


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
        lines.append(role_title(role, lang) + (_separator(lang) + tail if tail else ""))
    return lines


def warning_lines(document: dict[str, Any], lang: str) -> list[str]:
    """Return every warning: of the files, of the check, and of sites that overlap (in m²)."""
    separator = _separator(lang)
    of_files = [
        f"{entry['file']}{separator}{text}"
        for entry in document["inputs"]
        for text in entry["warnings"]
    ]
    overlaps = [
        label("site_overlap", lang, a=pair["a"], b=pair["b"], m2=f"{pair['overlap_m2']:,.2f}")
        for pair in document["site_overlaps"]
    ]
    return [*of_files, *document["warnings"], *overlaps]


def repair_lines(document: dict[str, Any], lang: str) -> list[str]:
    """Return one line for each repair of a submitted boundary, with what it changed in m²."""
    separator = _separator(lang)
    return [
        f"{entry['file']}{separator}{text}"
        for entry in document["inputs"]
        for text in entry["repairs"]
    ]


def _separator(lang: str) -> str:
    return ": " if lang == "en" else "："
