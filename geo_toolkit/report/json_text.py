"""The document of a check as text."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from geo_toolkit.siting import CheckResult

__all__ = ["to_json_text"]


def to_json_text(result: CheckResult) -> str:
    """Return the document as JSON text with a final line feed, Chinese written as it is.

    Raises
    ------
    ValueError
        If a number is not finite: JSON has no word for it, and a check never yields one.
    """
    return json.dumps(result.document, ensure_ascii=False, indent=2, allow_nan=False) + "\n"
