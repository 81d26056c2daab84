"""Attribute values as text, one way everywhere: keys, code lists, comparison of versions."""

from __future__ import annotations

import json
from datetime import date, datetime

import numpy as np
import pandas as pd

__all__ = ["day_texts", "first_line", "is_date_column", "plain_text", "texts"]


def plain_text(value: object) -> str:
    """Return a value as text: nothing as "", whole numbers without a point.

    Examples
    --------
    >>> [plain_text(v) for v in (None, float("nan"), 3.0, 3.5, " a ")]
    ['', '', '3', '3.5', 'a']
    """
    if value is None or value is pd.NA or value is pd.NaT:
        return ""
    if isinstance(value, float):
        if np.isnan(value):
            return ""
        return str(int(value)) if value.is_integer() else str(value)
    if isinstance(value, (datetime, date)):
        text = value.isoformat()
        return text.removesuffix("T00:00:00")
    if isinstance(value, (list, tuple, dict, np.ndarray)):
        held = value.tolist() if isinstance(value, np.ndarray) else value
        return json.dumps(held, ensure_ascii=False, default=str)
    return str(value).strip()


def texts(values: pd.Series) -> pd.Series:
    """Return a column as text, "" where there is nothing."""
    if isinstance(values.dtype, pd.StringDtype):
        return values.astype(object).where(values.notna(), "").str.strip()
    if isinstance(values.dtype, np.dtype) and values.dtype.kind in "iu":
        return values.astype(str).astype(object)
    if is_date_column(values):
        return day_texts(values).where(values.notna(), "")
    return values.astype(object).map(plain_text).astype(object)


def is_date_column(values: pd.Series) -> bool:
    """Whether a column holds days or times."""
    return pd.api.types.is_datetime64_any_dtype(values.dtype)


def day_texts(values: pd.Series) -> pd.Series:
    """Return days as ``YYYY-MM-DD`` and times as ISO 8601, None where there is nothing."""
    return values.astype(object).map(lambda v: plain_text(v) or None).astype(object)


def first_line(error: Exception) -> str:
    """Return what an error says, on one line, at most 200 characters."""
    return " ".join(str(error).split())[:200]
