"""Which attributes of matched features differ between two versions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from geo_toolkit.catalogue.text import texts

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

__all__ = ["changed_attributes"]


def changed_attributes(
    before: pd.DataFrame, after: pd.DataFrame, ignored: frozenset[str]
) -> dict[str, NDArray[np.bool_]]:
    """Return, for each column with a difference, which rows differ in it.

    Values are compared as text; a column that is absent is one without values.

    Parameters
    ----------
    before, after
        The same features in the same order.
    ignored
        Columns that are not compared.
    """
    names = [*before.columns, *(c for c in after.columns if c not in before.columns)]
    changed = {}
    for name in names:
        if name in ignored:
            continue
        differs = _differs(before.get(name), after.get(name), len(before))
        if differs.any():
            changed[str(name)] = differs
    return changed


def _differs(before: pd.Series | None, after: pd.Series | None, count: int) -> NDArray[np.bool_]:
    if before is None or after is None:
        held = after if before is None else before
        if held is None:
            return np.zeros(count, dtype=bool)
        return (texts(held) != "").to_numpy(dtype=bool)
    a, b = before.reset_index(drop=True), after.reset_index(drop=True)
    if a.dtype == b.dtype and isinstance(a.dtype, np.dtype) and a.dtype.kind in "iufb":
        same = (a.to_numpy() == b.to_numpy()) | (a.isna().to_numpy() & b.isna().to_numpy())
        return np.asarray(~same, dtype=bool)
    one, other = a.astype(object), b.astype(object)
    with np.errstate(all="ignore"):
        same = np.asarray(one.to_numpy() == other.to_numpy(), dtype=bool)
    rows = np.flatnonzero(~same)
    differs = np.zeros(count, dtype=bool)
    differs[rows] = (texts(a.iloc[rows]) != texts(b.iloc[rows])).to_numpy(dtype=bool)
    return differs
