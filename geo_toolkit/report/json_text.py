"""The document of a check as text."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from geo_toolkit.siting import CheckResult

__all__ = ["to_json_text"]

_DEEPEST = 4
"""Levels that are set out on lines of their own: a finding or a role is one line. The standard
library writes a compact value many times faster than an indented one, and a batch has tens of
thousands of findings."""


def to_json_text(result: CheckResult) -> str:
    """Return the document as JSON text with a final line feed, Chinese written as it is.

    Raises
    ------
    ValueError
        If a number is not finite: JSON has no word for it, and a check never yields one.
    """
    return "".join(_written(result.document, 0)) + "\n"


def _written(value: object, level: int) -> Iterator[str]:
    if level >= _DEEPEST or not isinstance(value, dict | list) or not value:
        yield json.dumps(value, ensure_ascii=False, allow_nan=False)
        return
    inner = "\n" + "  " * (level + 1)
    is_list = isinstance(value, list)
    items = (("", one) for one in value) if isinstance(value, list) else _named(value)
    for place, (key, one) in enumerate(items):
        yield f"{',' if place else '[' if is_list else '{'}{inner}{key}"
        yield from _written(one, level + 1)
    yield "\n" + "  " * level + ("]" if is_list else "}")


def _named(table: dict[str, object]) -> Iterator[tuple[str, object]]:
    for key, value in table.items():
        yield f"{json.dumps(key, ensure_ascii=False)}: ", value
