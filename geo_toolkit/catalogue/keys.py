"""Which column of a delivery is a layer's key, and the key of each feature as text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from geo_toolkit.catalogue.text import texts
from geo_toolkit.errors import LayerError

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd

__all__ = ["FALLBACK_KEYS", "KeyChoice", "choose_key", "with_key", "with_whole_names"]

_SHAPEFILE_NAME_BYTES = 10
FALLBACK_KEYS = ("BSM", "GUID", "OBJECTID_1", "id")
"""What may take the place of a layer's key column, in this order (DESIGN §7)."""


@dataclass(frozen=True)
class KeyChoice:
    """The column that holds the keys, and how it was found.

    ``basis`` is ``declared`` (the layer's own key column), ``taken`` (another stands in for it).
    """

    column: str
    basis: str


def choose_key(columns: pd.DataFrame, key: str | None, *, file: str) -> KeyChoice:
    """Return the column of a delivery that holds the keys.

    Parameters
    ----------
    key
        The layer's key column; None for a new layer that names none.

    Raises
    ------
    LayerError
        If neither it nor a fallback of unique text is there.
    """
    by_lower = {str(name).lower(): str(name) for name in columns.columns}
    if key is not None:
        own = key if key in columns.columns else by_lower.get(key.lower())
        if own is not None:
            return KeyChoice(own, "declared")
    for name in FALLBACK_KEYS:
        column = by_lower.get(name.lower())
        if column is not None and _is_unique_text(columns[column]):
            return KeyChoice(column, "taken")
    wanted = f"the key column {key!r}, or " if key else ""
    held = ", ".join(str(name) for name in columns.columns) or "no column"
    raise LayerError(
        f"{file}: expected {wanted}one of {', '.join(FALLBACK_KEYS)} with unique text, got {held}; "
        f"{'add the column' if key else 'name the key column with --key'}"
    )


def with_key(columns: pd.DataFrame, choice: KeyChoice, key: str) -> pd.DataFrame:
    """Return the columns with the keys as text under the layer's key.

    The column that stands in for the key stays as it is, too, unless it differs in case only.
    """
    values = texts(columns[choice.column])
    if choice.column.lower() == key.lower():
        result = columns.rename(columns={choice.column: key})
        result[key] = values
        return result
    result = columns.copy()
    result.insert(0, key, values)
    return result


def with_whole_names(
    columns: pd.DataFrame, known: Iterable[str]
) -> tuple[pd.DataFrame, dict[str, str]]:
    """Return a shapefile's columns under the layer's own names, and which were cut.

    A shapefile cuts names to ten bytes; one that is the start of exactly one of the layer's
    columns that are missing is taken for it.

    Parameters
    ----------
    known
        The columns of the layer's present version.
    """
    held = {str(name) for name in columns.columns}
    missing = [name for name in known if name not in held]
    renamed = {}
    for name in sorted(held):
        if len(name.encode()) != _SHAPEFILE_NAME_BYTES:
            continue
        whole = [m for m in missing if m.encode()[:_SHAPEFILE_NAME_BYTES] == name.encode()]
        if len(whole) == 1 and name not in known:
            renamed[name] = whole[0]
    return columns.rename(columns=renamed), renamed


def _is_unique_text(values: pd.Series) -> bool:
    """Whether a column holds a different, non-empty text or whole number in every row."""
    if isinstance(values.dtype, np.dtype) and values.dtype.kind in "fbMm":
        return False
    text = texts(values)
    return bool(len(text) > 0 and (text != "").all() and text.is_unique)
