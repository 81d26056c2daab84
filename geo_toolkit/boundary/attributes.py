"""Submitted attribute values as plain JSON values."""

from __future__ import annotations

import math
from typing import Any

__all__ = ["plain_value"]


# a value of any type becomes one that JSON has
def plain_value(value: Any) -> Any:  # noqa: ANN401
    """Return a value that JSON can hold: not-a-number becomes None, dates become text.

    Examples
    --------
    >>> plain_value([1, float("nan"), {"a": float("inf")}])
    [1, None, {'a': None}]
    """
    if value is None or isinstance(value, (bool, int, str, bytes)):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {str(key): plain_value(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain_value(item) for item in value]
    return str(value)
