"""Pages of features as GeoJSON: window, filter, page, coordinates in the system asked for.

Features are encoded by columns, in blocks that are kept: a page is cut from blocks encoded before.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime
from json.encoder import encode_basestring
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import shapely

from geo_toolkit_api.ogc.cql import select
from geo_toolkit_api.ogc.crs import CRS84, is_degrees, to_crs

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from numpy.typing import NDArray

    from geo_toolkit.catalogue import Layer
    from geo_toolkit_api.ogc.kept import Kept

__all__ = [
    "OWN_COLUMNS",
    "Page",
    "Query",
    "feature_row",
    "feature_text",
    "page_of",
    "property_columns",
    "property_texts",
]

OWN_COLUMNS = ("feature_name", "feature_accuracy_m", "feature_evidence")
"""Columns that the toolkit adds to a layer; they are not part of what was delivered."""

_DECIMALS_DEG = 7
_DECIMALS_M = 3
_BLOCK = 250


@dataclass(frozen=True)
class Query:
    """What a client asks of a collection.

    ``bbox`` is west, south, east, north in degrees; ``equals`` are properties with the text they
    must hold.
    """

    limit: int
    offset: int = 0
    bbox: tuple[float, float, float, float] | None = None
    equals: tuple[tuple[str, str], ...] = ()
    filter: str | None = None
    filter_lang: str = "cql2-text"
    filter_crs: str = CRS84
    crs: str = CRS84

    @property
    def is_plain(self) -> bool:
        """Whether every feature matches."""
        return self.bbox is None and not self.equals and self.filter is None


@dataclass(frozen=True)
class Page:
    """A page of features, each as JSON text, and how many the query matches in all."""

    features: list[str]
    matched: int


def property_columns(frame: GeoDataFrame) -> list[str]:
    """Return the names of the delivered columns, without geometry."""
    geometry = frame.geometry.name
    return [str(c) for c in frame.columns if c != geometry and c not in OWN_COLUMNS]


def page_of(
    layer: Layer,
    query: Query,
    kept: Kept[list[str]] | None = None,
    stamp: tuple[object, ...] | None = None,
) -> Page:
    """Return the page of a layer that a query asks for, features in the layer's order.

    Parameters
    ----------
    kept, stamp
        Where encoded blocks are kept, and what changes with the layer; None: nothing is kept.
    """
    frame = layer.frame
    if query.is_plain:
        total = len(frame)
        start, end = min(query.offset, total), min(query.offset + query.limit, total)
        if kept is None or stamp is None:
            return Page(_texts(frame.iloc[start:end], query.crs), total)
        return Page(_from_blocks(frame, start, end, query.crs, kept, stamp), total)
    chosen = _matching(frame, query)
    rows = chosen[query.offset : query.offset + query.limit]
    return Page(_texts(frame.iloc[rows], query.crs), len(chosen))


def feature_row(layer: Layer, feature_id: str) -> int | None:
    """Return the position of a feature by its key; None if there is none."""
    rows = np.flatnonzero(np.asarray(layer.frame.index == feature_id))
    return int(rows[0]) if len(rows) else None


def feature_text(layer: Layer, row: int, crs: str) -> str:
    """Return one feature by its position as JSON text."""
    return _texts(layer.frame.iloc[[row]], crs)[0]


def property_texts(frame: GeoDataFrame) -> list[str]:
    """Return each feature's properties as a JSON object in text."""
    columns = property_columns(frame)
    if not columns:
        return ["{}"] * len(frame)
    parts = [
        [f"{encode_basestring(column)}:{cell}" for cell in _cells(frame[column])]
        for column in columns
    ]
    return ["{" + ",".join(row) + "}" for row in zip(*parts, strict=True)]


def _from_blocks(
    frame: GeoDataFrame,
    start: int,
    end: int,
    crs: str,
    kept: Kept[list[str]],
    stamp: tuple[object, ...],
) -> list[str]:
    """Return a run of features, cut from blocks that are kept."""
    found: list[str] = []
    for block in range(start // _BLOCK, -(-end // _BLOCK)):
        first = block * _BLOCK
        texts = kept.get(
            (*stamp, crs, block),
            lambda first=first: _texts(frame.iloc[first : first + _BLOCK], crs),  # type: ignore[misc]
            lambda made: sum(map(len, made)) * 2 + 60 * len(made),
        )
        found += texts[max(0, start - first) : end - first]
    return found


def _matching(frame: GeoDataFrame, query: Query) -> NDArray[np.int64]:
    """Return the positions of the features that match, in the layer's order."""
    mask = np.ones(len(frame), dtype=bool)
    if query.bbox is not None:
        west, south, east, north = query.bbox
        boxes = (
            [(west, south, east, north)]
            if west <= east
            else [(west, south, 180.0, north), (-180.0, south, east, north)]
        )
        inside = np.zeros(len(frame), dtype=bool)
        for box in boxes:
            inside[frame.sindex.query(shapely.box(*box), predicate="intersects")] = True
        mask &= inside
    for name, value in query.equals:
        mask &= np.asarray(frame[name].map(_plain_text) == value, dtype=bool)
    if query.filter is not None:
        mask &= select(frame, query.filter, query.filter_lang, query.filter_crs)
    rows: NDArray[np.int64] = np.flatnonzero(mask)
    return rows


def _texts(frame: GeoDataFrame, crs: str) -> list[str]:
    """Return each feature of a frame as GeoJSON text."""
    if not len(frame):
        return []
    moved = to_crs(frame.geometry.to_numpy(), crs)
    decimals = _DECIMALS_DEG if is_degrees(crs) else _DECIMALS_M
    rounded = shapely.transform(moved, lambda xy: np.round(xy, decimals))
    shapes = shapely.to_geojson(rounded)
    keys = [encode_basestring(str(key)) for key in frame.index]
    return [
        f'{{"type":"Feature","id":{key},"geometry":{geometry},"properties":{properties}}}'
        for key, geometry, properties in zip(keys, shapes, property_texts(frame), strict=True)
    ]


def _cells(values: pd.Series) -> list[str]:
    """Return a column as JSON texts."""
    kind = values.dtype.kind if isinstance(values.dtype, np.dtype) else "O"
    if kind == "b":
        return ["true" if value else "false" for value in values.tolist()]
    if kind in "iu":
        return [str(value) for value in values.tolist()]
    if kind == "f":
        return [repr(v) if np.isfinite(v) else "null" for v in values.tolist()]
    return [
        encode_basestring(value) if type(value) is str else _cell(value)
        for value in values.tolist()
    ]


def _cell(value: object) -> str:
    return json.dumps(_plain(value), ensure_ascii=False, separators=(",", ":"), default=str)


def _plain(value: object) -> Any:  # noqa: ANN401 (JSON value)
    """Return a cell as a JSON value."""
    if value is None or value is pd.NA or value is pd.NaT:
        return None
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float) and not np.isfinite(value):
        return None
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, list | tuple | np.ndarray):
        return [_plain(part) for part in value]
    if isinstance(value, dict):
        return {str(key): _plain(part) for key, part in value.items()}
    return value if isinstance(value, str | int | float | bool) else str(value)


def _plain_text(value: object) -> str:
    plain = _plain(value)
    if plain is None:
        return ""
    if isinstance(plain, bool):
        return "true" if plain else "false"
    if isinstance(plain, float) and plain.is_integer():
        return str(int(plain))
    return str(plain)
