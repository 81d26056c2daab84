"""``/ogc/collections/{id}/items``: create, replace, change and delete (Part 4, authorised)."""

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import quote, unquote

from fastapi import APIRouter, Depends, Header, HTTPException, Request
from fastapi.responses import Response

from geo_toolkit_api.callers import require
from geo_toolkit_api.errors import PROBLEM
from geo_toolkit_api.ogc.asking import Asking, AskingDep, CollectionId, FeatureId, GeoJSONResponse
from geo_toolkit_api.ogc.crs import CRS84, resolved
from geo_toolkit_api.ogc.drafts import (
    FEATURE_TYPES,
    PATCH_TYPES,
    Draft,
    body_of,
    draft_of,
    merged,
)
from geo_toolkit_api.ogc.edits import Edit, Words, require_match
from geo_toolkit_api.ogc.items import feature_row, feature_text
from geo_toolkit_api.ogc.models import Feature
from geo_toolkit_api.ogc.tags import feature_tag
from geo_toolkit_api.ogc.visible import can_publish, seen_layer

if TYPE_CHECKING:
    from geo_toolkit.catalogue import Layer, LayerEntry

__all__ = ["router"]

router = APIRouter(prefix="/ogc", responses=dict.fromkeys((400, 401, 403, 404, 409), PROBLEM))

Json = dict[str, Any]  # JSON: values of every type
_EXAMPLE = {
    "type": "Feature",
    "geometry": {"type": "Point", "coordinates": [106.1, 30.8]},
    "properties": {"name_zh": "新站"},
}
_OBJECT: Json = {"type": ["object", "null"]}
_PARTS: Json = {"id": {"type": ["string", "integer", "null"]}, "geometry": _OBJECT,
                "properties": _OBJECT}  # fmt: skip
_WHOLE: Json = {
    "type": "object",
    "required": ["type", "geometry"],
    "properties": {"type": {"const": "Feature"}, **_PARTS},
}
_PATCH: Json = {"type": "object", "properties": _PARTS}
_TAGGED = {
    "headers": {
        "ETag": {"description": "Of the feature as it is now.", "schema": {"type": "string"}},
    }
}
_LOCKED: dict[int | str, Json] = dict.fromkeys((412, 413, 415, 422, 428), PROBLEM)
_NOT_WRITABLE = "the workspace is read-only; edit a copy made with: geo-toolkit init DIR"

IfMatch = Annotated[
    str | None,
    Header(description="`ETag` of the feature as it was read.", examples=['"0a1b2c"']),
]
PUBLISH = [Depends(require("publish"))]


@dataclass(frozen=True)
class Sent:
    """What an editor sends beside the address: a body with its system, a note, a reason."""

    body: bytes
    kind: str
    crs: str
    note: str
    override: str | None

    def words(self, asking: Asking, default: str) -> Words:
        """Return who says what; the default where there is no note."""
        return Words(asking.caller.name, self.note or default[:200], self.override)


async def _sent(
    request: Request,
    asking: AskingDep,
    content_crs: Annotated[
        str | None,
        Header(
            description="System of the coordinates sent, axes in its own order; CRS84 if absent.",
            examples=[f"<{CRS84}>"],
        ),
    ] = None,
    note: Annotated[
        str | None,
        Header(
            alias="Geo-Toolkit-Note",
            description="What the edit is, percent-encoded UTF-8; it stands in the history.",
            examples=["%E6%9B%B4%E6%AD%A3"],
            max_length=1000,
        ),
    ] = None,
    override: Annotated[
        str | None,
        Header(
            alias="Geo-Toolkit-Override",
            description="Written reason for an edit beyond the layer's limits, percent-encoded.",
            examples=["approved%202026-11-24"],
            max_length=1000,
        ),
    ] = None,
) -> Sent:
    asking.only()
    return Sent(
        body=await request.body(),
        kind=request.headers.get("content-type", ""),
        crs=resolved(CRS84 if content_crs is None else content_crs, asking.offered, "Content-Crs"),
        note=_header_text(note),
        override=None if override is None else _header_text(override),
    )


SentDep = Annotated[Sent, Depends(_sent)]


def _takes(schema: Json, *kinds: str) -> Json:
    body = {"schema": schema, "example": _EXAMPLE}
    return {"requestBody": {"required": True, "content": dict.fromkeys(kinds, body)}}


@router.post(
    "/collections/{collection_id}/items",
    status_code=201,
    summary="Create a feature",
    dependencies=PUBLISH,
    response_model=None,
    response_class=GeoJSONResponse,
    responses={201: {"model": Feature, **_TAGGED}, **_LOCKED},
    openapi_extra=_takes(_WHOLE, *FEATURE_TYPES),
)
async def create(asking: AskingDep, sent: SentDep, collection_id: CollectionId) -> Response:
    """Create a feature: a new version of the layer, in force from today.

    Without an id the feature gets a new one; `Location` says where it is.
    """

    def work() -> Response:
        entry, layer = _editable(asking, collection_id)
        feature = body_of(sent.body, sent.kind, FEATURE_TYPES)
        edit = Edit(entry, layer)
        draft = _draft(asking, edit, feature, sent, None)
        words = sent.words(asking, f"created {draft.key}")
        edit.publish(edit.add(draft), words, body=sent.body)
        place = f"{asking.base}/collections/{collection_id}/items/{quote(draft.key, safe='')}"
        return _stored(asking, entry, draft.key, sent.crs, 201, {"Location": place})

    return await asking.service.run(work)


@router.put(
    "/collections/{collection_id}/items/{feature_id:path}",
    summary="Replace a feature",
    dependencies=PUBLISH,
    response_model=None,
    response_class=GeoJSONResponse,
    responses={200: {"model": Feature, **_TAGGED}, **_LOCKED},
    openapi_extra=_takes(_WHOLE, *FEATURE_TYPES),
)
async def replace(
    asking: AskingDep,
    sent: SentDep,
    collection_id: CollectionId,
    feature_id: FeatureId,
    if_match: IfMatch = None,
) -> Response:
    """Replace a feature: properties that are not sent are empty."""

    def work() -> Response:
        entry, layer = _editable(asking, collection_id)
        require_match(layer, feature_id, if_match)
        edit = Edit(entry, layer)
        draft = _draft(asking, edit, body_of(sent.body, sent.kind, FEATURE_TYPES), sent, feature_id)
        words = sent.words(asking, f"replaced {feature_id}")
        edit.publish(edit.replace(draft), words, body=sent.body)
        return _stored(asking, entry, feature_id, sent.crs, 200, {})

    return await asking.service.run(work)


@router.patch(
    "/collections/{collection_id}/items/{feature_id:path}",
    summary="Change a feature",
    dependencies=PUBLISH,
    response_model=None,
    response_class=GeoJSONResponse,
    responses={200: {"model": Feature, **_TAGGED}, **_LOCKED},
    openapi_extra=_takes(_PATCH, *PATCH_TYPES),
)
async def change(
    asking: AskingDep,
    sent: SentDep,
    collection_id: CollectionId,
    feature_id: FeatureId,
    if_match: IfMatch = None,
) -> Response:
    """Change parts of a feature by a JSON merge patch (RFC 7396); null empties a property.

    An outline that is not sent stays as it is to the last digit.
    """

    def work() -> Response:
        entry, layer = _editable(asking, collection_id)
        row = require_match(layer, feature_id, if_match)
        patch = body_of(sent.body, sent.kind, PATCH_TYPES)
        whole = merged(json.loads(feature_text(layer, row, sent.crs)), patch)
        edit = Edit(entry, layer)
        draft = _draft(asking, edit, whole if isinstance(whole, dict) else {}, sent, feature_id)
        frame = edit.replace(draft)
        if "geometry" not in patch:
            frame = frame.set_geometry(edit.content.geometry.to_numpy(), crs=frame.crs)
        edit.publish(frame, sent.words(asking, f"changed {feature_id}"), body=sent.body)
        return _stored(asking, entry, feature_id, sent.crs, 200, {})

    return await asking.service.run(work)


@router.delete(
    "/collections/{collection_id}/items/{feature_id:path}",
    status_code=204,
    summary="Delete a feature",
    dependencies=PUBLISH,
    response_model=None,
    responses=_LOCKED,
)
async def delete(
    asking: AskingDep,
    sent: SentDep,
    collection_id: CollectionId,
    feature_id: FeatureId,
    if_match: IfMatch = None,
) -> Response:
    """Delete a feature from the newest version; earlier versions keep it."""

    def work() -> Response:
        entry, layer = _editable(asking, collection_id)
        require_match(layer, feature_id, if_match)
        edit = Edit(entry, layer)
        words = sent.words(asking, f"deleted {feature_id}")
        frame = edit.without(feature_id)
        edit.publish(frame, words, body=feature_id.encode("utf-8", "replace"))
        return Response(status_code=204)

    return await asking.service.run(work)


@router.options("/collections/{collection_id}/items", include_in_schema=False)
async def options_of_items(asking: AskingDep, collection_id: CollectionId) -> Response:
    """Say by `Allow` whether the caller may create features; QGIS enables editing by it."""
    return await _options(asking, collection_id, "POST")


@router.options("/collections/{collection_id}/items/{feature_id:path}", include_in_schema=False)
async def options_of_item(
    asking: AskingDep, collection_id: CollectionId, feature_id: FeatureId  # noqa: ARG001
) -> Response:  # fmt: skip
    """Say by `Allow` whether the caller may replace, change and delete the feature."""
    return await _options(asking, collection_id, "PUT, PATCH, DELETE")


async def _options(asking: Asking, collection_id: str, editing: str) -> Response:
    workspace = asking.service.workspace

    def work() -> Response:
        seen_layer(workspace, asking.caller, collection_id)
        may = asking.caller.may_publish and can_publish(workspace)
        return Response(headers={"Allow": f"GET, OPTIONS{f', {editing}' if may else ''}"})

    return await asking.service.run(work)


def _editable(asking: Asking, collection_id: str) -> "tuple[LayerEntry, Layer]":
    """Return a layer that the caller may see, in a workspace that can be written."""
    found = seen_layer(asking.service.workspace, asking.caller, collection_id)
    if not can_publish(asking.service.workspace):
        raise HTTPException(409, _NOT_WRITABLE)
    return found


def _draft(asking: Asking, edit: Edit, feature: Json, sent: Sent, key: str | None) -> Draft:
    """Return the feature that was sent, checked against the layer."""
    return draft_of(
        feature,
        edit.layer.definition,
        edit.content,
        key=key,
        crs=sent.crs,
        most_vertices=asking.service.settings.max_vertices,
    )


def _stored(
    asking: Asking,
    entry: "LayerEntry",
    key: str,
    crs: str,
    status: int,
    headers: dict[str, str],
) -> Response:
    """Return a feature as it is now stored."""
    layer = entry.read()
    row = feature_row(layer, key)
    if row is None:
        raise HTTPException(409, f"feature {key[:80]!r} was deleted meanwhile")
    sent = asking.headers(layer, ETag=feature_tag(layer, row), **headers)
    sent["Content-Crs"] = f"<{crs}>"
    text = feature_text(layer, row, crs)
    return Response(text, status, media_type=GeoJSONResponse.media_type, headers=sent)


def _header_text(raw: str | None) -> str:
    """Return a header's text, percent-encoded or plain UTF-8, on one line."""
    if raw is None:
        return ""
    plain = raw.encode("latin-1", "replace").decode("utf-8", "replace")
    return "".join(c if c.isprintable() else " " for c in unquote(plain)).strip()
