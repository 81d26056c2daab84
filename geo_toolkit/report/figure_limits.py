"""How many figures a report has, and of what: known without drawing any."""

from __future__ import annotations

__all__ = ["MOST_DETAILS", "MOST_SITES", "THREE_LINES"]

MOST_SITES = 5
"""Sites of one check that get figures of their own."""
MOST_DETAILS = 4
"""Detail insets of one site."""
THREE_LINES = (
    "ecological_red_line",
    "permanent_basic_farmland",
    "urban_development_boundary",
)
