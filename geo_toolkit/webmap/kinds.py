"""How the features of a layer are told apart on the map: by status, certainty and variant."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from geo_toolkit.webmap.labels import is_missing
from geo_toolkit.webmap.symbols import line_variant, symbol_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from geo_toolkit.catalogue.layer import Layer

__all__ = ["KIND_COLUMNS", "drawn_as", "kinds_of", "status_of"]

KIND_COLUMNS = ("status", "feature_evidence", "basis", "class", "kind", "speed_kmh", "lines")
"""Columns that decide how a feature is drawn."""

_STATUS_CODES = {"under_construction": "c", "planned": "p", "preliminary": "q"}

Row = dict[str, Any]  # cells and JSON: values of every type


def status_of(geometry: str, row: Mapping[str, Any]) -> str:
    """Return a feature's status; a planned line of schematic course is a preliminary one.

    Parameters
    ----------
    geometry
        ``point``, ``line`` or ``polygon``.

    Examples
    --------
    >>> status_of("line", {"status": "planned", "feature_evidence": "schematic"})
    'preliminary'
    >>> status_of("point", {"status": "planned"}), status_of("line", {"status": None})
    ('planned', '')
    """
    status = "" if is_missing(row.get("status")) else str(row["status"])
    is_course = geometry == "line" and row.get("feature_evidence") == "schematic"
    return "preliminary" if status == "planned" and is_course else status


def drawn_as(layer: Layer, row: Mapping[str, Any]) -> Row:
    """Return what the page tells a feature apart by; members that say nothing are left out.

    t: status, x: schematic, v: variant of a line.

    Parameters
    ----------
    row
        The feature's columns.
    """
    geometry = layer.definition.geometry
    found: Row = {}
    status = _STATUS_CODES.get(status_of(geometry, row), "")
    if status:
        found["t"] = status
    if row.get("feature_evidence") == "schematic" or str(row.get("basis")) == "assumed":
        found["x"] = 1
    variant = line_variant(symbol_of(layer.role, geometry).draw, row) if geometry == "line" else ""
    if variant:
        found["v"] = variant
    return found


def kinds_of(layer: Layer) -> tuple[list[Row], NDArray[np.intp]]:
    """Return the different ways in which features are drawn, and which of them each row takes."""
    frame = layer.frame
    together = np.zeros(len(frame), dtype=np.int64)
    columns = [name for name in KIND_COLUMNS if name in frame.columns]
    for name in columns:
        codes, values = pd.factorize(frame[name].map(str))
        together = pd.factorize(together * (len(values) + 1) + codes)[0].astype(np.int64)
    _, firsts, of = np.unique(together, return_index=True, return_inverse=True)
    drawn = [drawn_as(layer, {n: frame[n].iloc[at] for n in columns}) for at in firsts]
    kinds = sorted({str(kind): kind for kind in drawn}.items())
    place = {text: n for n, (text, _) in enumerate(kinds)}
    taken = np.array([place[str(kind)] for kind in drawn], dtype=np.intp)
    return [kind for _, kind in kinds], taken[of] if len(taken) else of.astype(np.intp)
