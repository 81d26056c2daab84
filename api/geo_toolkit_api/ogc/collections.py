"""Collections: the layers of a workspace as OGC API - Features describes them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import shapely

from geo_toolkit_api.ogc.crs import CRS84, STORAGE
from geo_toolkit_api.ogc.items import property_columns

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geo_toolkit.catalogue import Layer

__all__ = ["bounds_of", "collection_of", "queryables_of", "schema_of", "type_of"]

_DRAFT = "https://json-schema.org/draft/2020-12/schema"
_REL = "http://www.opengis.net/def/rel/ogc/1.0/"
_FORMATS = {
    "point": ("geometry-point", "geometry-multipoint"),
    "line": ("geometry-linestring", "geometry-multilinestring"),
    "polygon": ("geometry-polygon", "geometry-multipolygon"),
}
_DIMENSION = {"point": 0, "line": 1, "polygon": 2}
_TYPES: dict[str, dict[str, str]] = {
    "b": {"type": "boolean"},
    "i": {"type": "integer"},
    "u": {"type": "integer"},
    "f": {"type": "number"},
    "M": {"type": "string", "format": "date-time"},
}
_HELD: dict[str, dict[str, str]] = {
    "string": {"type": "string"},
    "empty": {"type": "string"},
    "boolean": {"type": "boolean"},
    "integer": {"type": "integer"},
    "floating": {"type": "number"},
    "mixed-integer-float": {"type": "number"},
}

Json = dict[str, Any]  # JSON: values of every type


def collection_of(layer: Layer, base: str, lang: str, offered: Sequence[str], pin: str) -> Json:
    """Return the description of one layer.

    Parameters
    ----------
    base
        Address of ``/ogc``.
    offered
        URIs of the systems that its features can be asked in.
    pin
        The query that pins the version, such as ``version=3``; "" for the one in force.
    """
    definition = layer.definition
    body: Json = {
        "id": layer.id,
        "title": definition.title(lang),
        "description": f"{definition.source} ({definition.licence})".removesuffix(" ()"),
        "itemType": "feature",
        "geometryDimension": _DIMENSION[definition.geometry],
        "links": _links_of(f"{base}/collections/{layer.id}", pin),
        "crs": list(offered),
        "storageCrs": STORAGE,
        "version": layer.version,
        "effective_from": layer.effective_from.isoformat() if layer.effective_from else None,
        "itemCount": layer.features_total,
        "evidence": definition.evidence.value,
        "accuracy_m": definition.accuracy_m,
        "secrecy": definition.secrecy,
        "approval_number": definition.approval_number,
    }
    bounds = bounds_of(layer)
    if bounds is not None:
        body["extent"] = {"spatial": {"bbox": [bounds], "crs": CRS84}}
    return body


def _links_of(here: str, pin: str) -> list[dict[str, str]]:
    """Return the links of one layer to what is told of it."""
    tail, more = (f"?{pin}", f"&{pin}") if pin else ("", "")
    return [
        _link(f"{here}{tail}", "self", "application/json", "this document"),
        _link(f"{here}?f=html{more}", "alternate", "text/html", "this document as a page"),
        _link(f"{here}/items{tail}", "items", "application/geo+json", "the features"),
        _link(f"{here}/items?f=html{more}", "items", "text/html", "the features as a page"),
        _link(f"{here}/queryables{tail}", f"{_REL}queryables", "application/schema+json",
              "what a filter can name"),
        _link(f"{here}/schema{tail}", f"{_REL}schema", "application/schema+json",
              "the schema of the features"),
        _link(f"{here}/tiles{tail}", f"{_REL}tilesets-vector", "application/json",
              "the vector tiles"),
    ]  # fmt: skip


def bounds_of(layer: Layer) -> list[float] | None:
    """Return west, south, east, north of a layer in degrees; None without features."""
    if not len(layer.frame):
        return None
    return [round(float(v), 7) for v in layer.frame.total_bounds]


def queryables_of(layer: Layer, href: str) -> Json:
    """Return the properties that a filter can name, as JSON Schema."""
    return {**schema_of(layer, href), "additionalProperties": False}


def schema_of(layer: Layer, href: str) -> Json:
    """Return the schema of a layer's features, as JSON Schema 2020-12."""
    kinds = {bool(many) for many in shapely.get_type_id(layer.frame.geometry.to_numpy()) >= 4}
    formats = _FORMATS[layer.definition.geometry]
    form = "geometry-any" if len(kinds) > 1 else formats[kinds == {True}]
    properties: Json = {"geometry": {"format": form, "x-ogc-role": "primary-geometry"}}
    columns = property_columns(layer.frame) or [layer.definition.key]
    for number, column in enumerate(columns, start=1):
        held = type_of(layer.frame[column]) if column in layer.frame else {"type": "string"}
        properties[column] = {"title": column, **held, "x-ogc-propertySeq": number}
        if column == layer.definition.key:
            properties[column]["x-ogc-role"] = "id"
    return {
        "$schema": _DRAFT,
        "$id": href,
        "type": "object",
        "title": layer.id,
        "properties": properties,
    }


def type_of(column: pd.Series) -> dict[str, str]:
    """Return a column's type in JSON Schema; empty where it holds values of several.

    Examples
    --------
    >>> type_of(pd.Series([1, 2])), type_of(pd.Series(["a", None])), type_of(pd.Series([[1], "a"]))
    ({'type': 'integer'}, {'type': 'string'}, {})
    """
    if isinstance(column.dtype, np.dtype) and column.dtype.kind in _TYPES:
        return _TYPES[column.dtype.kind]
    if isinstance(column.dtype, pd.StringDtype):
        return {"type": "string"}
    if isinstance(column.dtype, pd.DatetimeTZDtype):
        return _TYPES["M"]
    return _HELD.get(pd.api.types.infer_dtype(column, skipna=True), {})


def _link(href: str, rel: str, kind: str, title: str) -> dict[str, str]:
    return {"href": href, "rel": rel, "type": kind, "title": title}
