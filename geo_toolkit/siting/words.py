"""Words, icons and colours of verdicts and outcomes, the same in every output (LOOK §1)."""

from __future__ import annotations

from typing import NamedTuple

__all__ = ["ADVISORY_HIT", "OUTCOME_WORDS", "SEVERITY_WORDS", "VERDICT_SIGNS", "Sign"]


class Sign(NamedTuple):
    """How one verdict is shown: never by colour alone."""

    zh: str
    en: str
    color: str
    icon: str

    def word(self, lang: str) -> str:
        """Return the word in ``zh`` or ``en``."""
        return self.en if lang == "en" else self.zh


VERDICT_SIGNS: dict[str, Sign] = {
    "prohibited": Sign("禁止", "prohibited", "#B3261E", "⊖"),
    "restricted": Sign("限制", "restricted", "#C75B12", "▲"),
    "conditional": Sign("有条件", "conditional", "#A67C00", "◐"),
    "undetermined": Sign("无法判定", "undetermined", "#6B7280", "?"),
    "clear": Sign("未涉及", "clear", "#1B7F3B", "✓"),
}

ADVISORY_HIT = Sign("提示", "advisory", "#3B5B92", "i")
"""For a role that only advisory rules hit: it never reads 未涉及."""

SEVERITY_WORDS: dict[str, tuple[str, str]] = {
    "prohibited": ("禁止", "prohibited"),
    "restricted": ("限制", "restricted"),
    "conditional": ("有条件", "conditional"),
    "advisory": ("提示", "advisory"),
}

OUTCOME_WORDS: dict[str, tuple[str, str]] = {
    "hit": ("涉及", "hit"),
    "borderline": ("精度范围内，待核实", "within accuracy"),
    "sliver": ("边界相接（细缝）", "sliver"),
    "clear": ("未涉及", "clear"),
    "undetermined": ("无法判定", "undetermined"),
}
