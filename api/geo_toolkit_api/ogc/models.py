"""The shapes of the answers under ``/ogc``, as the OpenAPI document tells them."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

__all__ = [
    "Collection",
    "Collections",
    "Conformance",
    "Feature",
    "FeatureCollection",
    "Landing",
    "Link",
    "PropertySchema",
    "TileMatrixSet",
    "TileMatrixSets",
    "TileSet",
    "TileSets",
]

Json = dict[str, Any]  # JSON: values of every type


class _Open(BaseModel):
    model_config = ConfigDict(extra="allow")


class Link(_Open):
    """Where something else is."""

    href: str
    rel: str
    type: str | None = None
    title: str | None = None
    templated: bool | None = None


class Landing(_Open):
    """The landing page."""

    title: str
    description: str
    links: list[Link]


class Conformance(_Open):
    """The conformance classes that hold."""

    conformsTo: list[str]  # noqa: N815 (the standard's name)


class Collection(_Open):
    """One layer."""

    id: str
    title: str
    description: str
    itemType: Literal["feature"]  # noqa: N815 (the standard's name)
    links: list[Link]
    crs: list[str]
    storageCrs: str  # noqa: N815 (the standard's name)
    extent: Json | None = None
    version: int
    effective_from: str | None
    itemCount: int  # noqa: N815 (as the standard names such)
    evidence: Literal["official", "published", "schematic"]
    accuracy_m: float = Field(description="Bound of the outline's error, metres.")
    secrecy: Literal["public", "internal"]
    approval_number: str


class Collections(_Open):
    """All layers that the caller may see."""

    links: list[Link]
    crs: list[str]
    collections: list[Collection]


class Feature(_Open):
    """One feature as GeoJSON."""

    type: Literal["Feature"]
    id: str
    geometry: Json | None
    properties: Json | None
    links: list[Link] | None = None


class FeatureCollection(_Open):
    """A page of features as GeoJSON."""

    type: Literal["FeatureCollection"]
    numberMatched: int = Field(ge=0)  # noqa: N815 (the standard's name)
    numberReturned: int = Field(ge=0)  # noqa: N815 (the standard's name)
    links: list[Link]
    features: list[Feature]


class PropertySchema(_Open):
    """The properties of a layer's features as JSON Schema."""

    type: Literal["object"]
    title: str
    properties: Json


class TileMatrixSets(_Open):
    """The tiling schemes."""

    tileMatrixSets: list[Json]  # noqa: N815 (the standard's name)
    links: list[Link]


class TileMatrixSet(_Open):
    """One tiling scheme."""

    id: str
    title: str
    uri: str
    crs: str
    orderedAxes: list[str]  # noqa: N815 (the standard's name)
    tileMatrices: list[Json]  # noqa: N815 (the standard's name)


class TileSet(_Open):
    """The tiles of one layer in one tiling scheme."""

    title: str
    dataType: Literal["vector"]  # noqa: N815 (the standard's name)
    crs: str
    tileMatrixSetURI: str  # noqa: N815 (the standard's name)
    links: list[Link]


class TileSets(_Open):
    """The tilesets of one layer."""

    links: list[Link]
    tilesets: list[TileSet]
