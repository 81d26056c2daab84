"""A feature as an editor sends it: read, checked against the layer, brought to CGCS2000 degrees."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import numpy as np
import shapely
from fastapi import HTTPException

from geo_toolkit.errors import UnknownName
from geo_toolkit_api.ogc.collections import type_of
from geo_toolkit_api.ogc.crs import from_crs, is_degrees
from geo_toolkit_api.ogc.items import OWN_COLUMNS

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from shapely.geometry.base import BaseGeometry

    from geo_toolkit.catalogue import LayerDefinition

__all__ = ["FEATURE_TYPES", "PATCH_TYPES", "Draft", "body_of", "draft_of", "merged"]

FEATURE_TYPES = ("application/geo+json", "application/json")
PATCH_TYPES = ("application/merge-patch+json", *FEATURE_TYPES)

_FAMILY = {"point": (0, 4), "line": (1, 5), "polygon": (3, 6)}
_WORLD = (-180.0, -90.0, 180.0, 90.0)
_LONGEST_KEY = 200
_LONGEST_LIST = 10_000

Json = dict[str, Any]  # JSON: values of every type


@dataclass(frozen=True)
class Draft:
    """A feature that is to be stored; ``geometry`` in CGCS2000 degrees."""

    key: str
    values: Json
    geometry: BaseGeometry


def body_of(body: bytes, content_type: str, allowed: tuple[str, ...]) -> Json:
    """Return the JSON object that was sent.

    Raises
    ------
    HTTPException
        415 for another media type, 400 for what is no JSON object.
    """
    kind = content_type.partition(";")[0].strip().lower()
    if kind not in allowed:
        raise HTTPException(415, f"Content-Type: expected {allowed[0]}, got {kind[:60]!r}; set it")
    try:
        found = json.loads(body.decode("utf-8"), parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        raise HTTPException(400, "the body: expected JSON in UTF-8, got something else; correct "
                                 "it") from None  # fmt: skip
    if not isinstance(found, dict):
        raise HTTPException(400, "the body: expected a JSON object, got another value; send one "
                                 "feature")  # fmt: skip
    return found


def merged(target: object, patch: object) -> object:
    """Return a JSON value with a merge patch applied.

    Source
    ------
    RFC 7396, section 2.

    Examples
    --------
    >>> merged({"a": 1, "b": {"c": 2, "d": 3}}, {"a": None, "b": {"c": 4}})
    {'b': {'c': 4, 'd': 3}}
    """
    if not isinstance(patch, dict):
        return patch
    result = dict(target) if isinstance(target, dict) else {}
    for name, value in patch.items():
        if value is None:
            result.pop(name, None)
        else:
            result[name] = merged(result.get(name), value)
    return result


def draft_of(
    feature: Json,
    definition: LayerDefinition,
    content: GeoDataFrame,
    *,
    key: str | None,
    crs: str,
    most_vertices: int,
) -> Draft:
    """Return the feature that was sent, fit to be stored in a layer.

    Properties that are not given are empty.

    Parameters
    ----------
    content
        The features as they are stored: their columns are the only ones that may be given.
    key
        Of the feature that is replaced; None: the body's own, or a new one.
    crs
        System of the coordinates, axes in its own order.

    Raises
    ------
    HTTPException
        422 with what was expected.
    """
    if feature.get("type") != "Feature":
        _refuse("type", "'Feature'", feature.get("type"))
    given = feature.get("properties")
    if given is not None and not isinstance(given, dict):
        _refuse("properties", "an object", given)
    given = dict(given or {})
    geometry = _geometry(feature.get("geometry"), definition, crs, most_vertices)
    named = _key(feature, given, definition.key)
    if key is not None and named not in (None, key):
        _refuse("id", repr(key), named)
    found = key or named or f"{definition.id}-{uuid4().hex[:12]}"
    columns = [str(c) for c in content.columns if c != content.geometry.name]
    values: Json = {}
    for name, value in given.items():
        if name not in columns or name in OWN_COLUMNS:
            raise HTTPException(422, str(UnknownName("property", str(name)[:80], columns)))
        if name != definition.key:
            values[name] = _value(name, value, type_of(content[name]).get("type"))
    return Draft(found, values, geometry)


def _key(feature: Json, given: Json, column: str) -> str | None:
    """Return the key that a feature states, as its id or as its property; None without any."""
    both = [v for v in (feature.get("id"), given.get(column)) if v is not None and v != ""]
    for value in both:
        if isinstance(value, bool) or not isinstance(value, str | int):
            _refuse("id", "a text", value)
    stated = [str(value).strip() for value in both]
    if len(set(stated)) > 1:
        _refuse(column, f"the id {stated[0]!r}", stated[1])
    if not stated:
        return None
    key = stated[0]
    if not key or len(key) > _LONGEST_KEY or not key.isprintable():
        _refuse("id", f"a printable text of at most {_LONGEST_KEY} characters", stated[0])
    return key


def _value(name: str, value: object, kind: str | None) -> object:
    """Return a property's value, if it is of its column's type."""
    if value is not None and not _fits(value, kind):
        _refuse(f"property {name!r}", f"a value of type {kind or 'text or number'}", value)
    return value


def _fits(value: object, kind: str | None) -> bool:
    """Return whether a JSON value is of a type and can be stored."""
    if isinstance(value, str):
        return kind in (None, "string") and _is_text(value) and "\0" not in value
    if isinstance(value, bool):
        return kind in (None, "boolean")
    if isinstance(value, int):
        return kind in (None, "integer", "number") and abs(value) < 2**63
    if isinstance(value, float):
        return kind in (None, "number") and math.isfinite(value)
    return kind is None and len(json.dumps(value)) < _LONGEST_LIST


def _is_text(value: str) -> bool:
    """Return whether a text can be written as UTF-8, without half a character."""
    try:
        value.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _geometry(
    value: object, definition: LayerDefinition, crs: str, most_vertices: int
) -> BaseGeometry:
    if not isinstance(value, dict):
        _refuse("geometry", f"a {definition.geometry}", value)
    try:
        shape = shapely.force_2d(shapely.from_geojson(json.dumps(value)))
    except (ValueError, TypeError, RecursionError, shapely.GEOSException):
        _refuse("geometry", "a geometry in GeoJSON", value)
    if shapely.get_type_id(shape) not in _FAMILY[definition.geometry] or shape.is_empty:
        _refuse("geometry", f"a {definition.geometry} that is not empty", shape.geom_type)
    vertices = int(shapely.get_num_coordinates(shape))
    if vertices > most_vertices:
        raise HTTPException(413, f"geometry: expected at most {most_vertices} vertices, got "
                                 f"{vertices}; simplify it")  # fmt: skip
    moved: BaseGeometry = from_crs(np.array([shape], dtype=object), crs)[0]
    xy = shapely.get_coordinates(moved)
    west, south, east, north = _WORLD
    inside = (xy >= (west, south)).all() and (xy <= (east, north)).all()
    if not np.isfinite(xy).all() or not inside:
        order = "degrees, axes as its system has them" if is_degrees(crs) else "metres"
        _refuse("geometry", f"coordinates on the earth ({order}; see Content-Crs)", crs)
    if not shapely.is_valid(moved):
        _refuse("geometry", "a valid outline", shapely.is_valid_reason(moved))
    return moved


def _refuse(what: str, expected: str, got: object) -> Any:  # noqa: ANN401 (never returns)
    text = got if isinstance(got, str) else json.dumps(got, ensure_ascii=False, default=str)
    raise HTTPException(422, f"{what}: expected {expected}, got {text[:80]}; correct it")


def _refuse_constant(name: str) -> object:
    raise ValueError(f"{name} is no JSON number")
