"""Collections: the public layers of a workspace as OGC API - Features describes them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from geo_toolkit.rules import today
from geo_toolkit_api.ogc.crs import CRS84, STORAGE
from geo_toolkit_api.ogc.items import property_columns

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geo_toolkit.catalogue import Layer, LayerEntry
    from geo_toolkit.workspace import Workspace

__all__ = ["CONFORMANCE", "collection_of", "public_entries", "queryables_of", "schema_of"]

_CONF = "http://www.opengis.net/spec/"
CONFORMANCE = [
    f"{_CONF}ogcapi-common-1/1.0/conf/core",
    f"{_CONF}ogcapi-features-1/1.0/conf/core",
    f"{_CONF}ogcapi-features-1/1.0/conf/oas30",
    f"{_CONF}ogcapi-features-1/1.0/conf/html",
    f"{_CONF}ogcapi-features-1/1.0/conf/geojson",
    f"{_CONF}ogcapi-features-2/1.0/conf/crs",
    f"{_CONF}ogcapi-features-3/1.0/conf/filter",
    f"{_CONF}ogcapi-features-3/1.0/conf/features-filter",
    f"{_CONF}ogcapi-features-3/1.0/conf/queryables",
    f"{_CONF}ogcapi-features-5/1.0/conf/schemas",
    f"{_CONF}cql2/1.0/conf/cql2-text",
    f"{_CONF}cql2/1.0/conf/cql2-json",
    f"{_CONF}cql2/1.0/conf/basic-cql2",
    f"{_CONF}cql2/1.0/conf/advanced-comparison-operators",
    f"{_CONF}cql2/1.0/conf/basic-spatial-functions",
]
_DRAFT = "https://json-schema.org/draft/2020-12/schema"
_GEOMETRY_FORMAT = {
    "point": "geometry-point",
    "line": "geometry-line",
    "polygon": "geometry-polygon",
}

Json = dict[str, Any]  # JSON: values of every type


def public_entries(workspace: Workspace) -> list[LayerEntry]:
    """Return the layers that are public and in force today."""
    day = today()
    return [
        entry
        for entry in workspace.layers.values()
        if entry.definition.secrecy == "public" and entry.is_in_force(day)
    ]


def collection_of(
    entry: LayerEntry, layer: Layer, base: str, lang: str, offered: Sequence[str]
) -> Json:
    """Return the description of one layer.

    Parameters
    ----------
    base
        Address of ``/ogc``.
    offered
        URIs of the systems that its features can be asked in.
    """
    definition = layer.definition
    here = f"{base}/collections/{entry.definition.id}"
    bounds = [round(float(v), 7) for v in layer.frame.total_bounds] if len(layer.frame) else None
    links = [
        {"href": here, "rel": "self", "type": "application/json"},
        {"href": f"{here}?f=html", "rel": "alternate", "type": "text/html"},
        {"href": f"{here}/items", "rel": "items", "type": "application/geo+json"},
        {"href": f"{here}/items?f=html", "rel": "items", "type": "text/html"},
        {
            "href": f"{here}/queryables",
            "rel": "http://www.opengis.net/def/rel/ogc/1.0/queryables",
            "type": "application/schema+json",
        },
        {
            "href": f"{here}/schema",
            "rel": "http://www.opengis.net/def/rel/ogc/1.0/schema",
            "type": "application/schema+json",
        },
    ]
    body: Json = {
        "id": entry.definition.id,
        "title": definition.title(lang),
        "description": f"{definition.source} ({definition.licence})".removesuffix(" ()"),
        "itemType": "feature",
        "links": links,
        "crs": list(offered),
        "storageCrs": STORAGE,
        "version": layer.version,
        "evidence": definition.evidence.value,
        "accuracy_m": definition.accuracy_m,
    }
    if bounds is not None:
        body["extent"] = {"spatial": {"bbox": [bounds], "crs": CRS84}}
    return body


def queryables_of(entry: LayerEntry, layer: Layer, href: str) -> Json:
    """Return the properties that a filter can name, as JSON Schema."""
    return {**schema_of(entry, layer, href), "additionalProperties": False}


def schema_of(entry: LayerEntry, layer: Layer, href: str) -> Json:
    """Return the schema of a layer's features, as JSON Schema 2020-12."""
    properties: Json = {
        "geometry": {"format": _GEOMETRY_FORMAT[layer.definition.geometry], "x-ogc-role":
                     "primary-geometry"},
    }  # fmt: skip
    for column in property_columns(layer.frame):
        properties[column] = {"title": column, **_type_of(layer.frame[column])}
        if column == layer.definition.key:
            properties[column]["x-ogc-role"] = "id"
    return {
        "$schema": _DRAFT,
        "$id": href,
        "type": "object",
        "title": entry.definition.id,
        "properties": properties,
    }


def _type_of(column: pd.Series) -> Json:
    if pd.api.types.is_bool_dtype(column):
        return {"type": "boolean"}
    if pd.api.types.is_integer_dtype(column):
        return {"type": "integer"}
    if pd.api.types.is_numeric_dtype(column):
        return {"type": "number"}
    return {"type": "string"}
