"""Pages of features as GeoJSON: window, filter, page, coordinates in the system asked for."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import shapely

from geo_toolkit_api.ogc.cql import select
from geo_toolkit_api.ogc.crs import CRS84, to_crs

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from numpy.typing import NDArray

    from geo_toolkit.catalogue import Layer

__all__ = ["OWN_COLUMNS", "Page", "Query", "feature_text", "page_of", "property_columns"]

OWN_COLUMNS = ("feature_name", "feature_accuracy_m", "feature_evidence")
"""Columns that the toolkit adds to a layer; they are not part of what was delivered."""

_DECIMALS_DEG = 7
_DECIMALS_M = 3


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
    crs: str = CRS84


@dataclass(frozen=True)
class Page:
    """A page of features, each as JSON text, and how many the query matches in all."""

    features: list[str]
    matched: int


def property_columns(frame: GeoDataFrame) -> list[str]:
    """Return the names of the delivered columns, without geometry."""
    return [
        str(column)
        for column in frame.columns
        if column != frame.geometry.name and column not in OWN_COLUMNS
    ]


def page_of(layer: Layer, query: Query) -> Page:
    """Return the page of a layer that a query asks for, features in the order of their keys."""
    frame = layer.frame
    chosen = _matching(frame, query)
    rows = chosen[query.offset : query.offset + query.limit]
    return Page(_texts(frame.iloc[rows], query.crs), len(chosen))


def feature_text(layer: Layer, feature_id: str, crs: str) -> str | None:
    """Return one feature by its key as JSON text; None if there is none."""
    rows = np.flatnonzero(np.asarray(layer.frame.index == feature_id))
    return _texts(layer.frame.iloc[rows[:1]], crs)[0] if len(rows) else None


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
        mask &= select(frame, query.filter, query.filter_lang)
    rows: NDArray[np.int64] = np.flatnonzero(mask)
    return rows


def _texts(frame: GeoDataFrame, crs: str) -> list[str]:
    """Return each feature of a frame as GeoJSON text."""
    if not len(frame):
        return []
    moved = to_crs(frame.geometry.to_numpy(), crs)
    degrees = crs.rpartition("/")[2] in ("CRS84", "4326", "4490")
    decimals = _DECIMALS_DEG if degrees else _DECIMALS_M
    rounded = shapely.transform(moved, lambda xy: np.round(xy, decimals))
    shapes = shapely.to_geojson(rounded)
    columns = property_columns(frame)
    rows = frame[columns].to_dict("records")
    return [
        f'{{"type":"Feature","id":{json.dumps(key, ensure_ascii=False)},'
        f'"geometry":{geometry},"properties":{_properties(row)}}}'
        for key, geometry, row in zip(frame.index, shapes, rows, strict=True)
    ]


def _properties(row: dict[Any, Any]) -> str:  # a row of any columns
    return json.dumps(
        {str(key): _plain(value) for key, value in row.items()},
        ensure_ascii=False,
        separators=(",", ":"),
    )


def _plain(value: object) -> object:
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
    return value if isinstance(value, str | int | float | bool | dict) else str(value)


def _plain_text(value: object) -> str:
    plain = _plain(value)
    if plain is None:
        return ""
    return str(plain)
