"""``/ogc``: OGC API - Features, Parts 1, 2, 3 and 5, over the public layers of the workspace."""

import json
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Path, Request
from fastapi.responses import HTMLResponse, JSONResponse, Response

from geo_toolkit.errors import LayerError, UnknownName
from geo_toolkit.rules import today
from geo_toolkit_api.errors import Problem
from geo_toolkit_api.ogc.asked import as_of, query_of, wants_html
from geo_toolkit_api.ogc.collections import (
    CONFORMANCE,
    collection_of,
    public_entries,
    queryables_of,
    schema_of,
)
from geo_toolkit_api.ogc.crs import CRS84, crs_list, resolved
from geo_toolkit_api.ogc.items import Page, Query, feature_text, page_of
from geo_toolkit_api.ogc.pages import html_page
from geo_toolkit_api.ogc.wrong import WrongParameter
from geo_toolkit_api.service import Service, ServiceDep

if TYPE_CHECKING:
    from geo_toolkit.catalogue import Layer, LayerEntry

__all__ = ["router"]

router = APIRouter(
    prefix="/ogc",
    tags=["OGC API - Features"],
    responses={400: {"model": Problem}, 404: {"model": Problem}, 422: {"model": Problem}},
)

GEOJSON = "application/geo+json"
SCHEMA_JSON = "application/schema+json"
CollectionId = Annotated[
    str, Path(description="Id of a layer.", examples=["parks"], pattern=r"^[a-z0-9][a-z0-9_]*$")
]
Json = dict[str, Any]  # JSON: values of every type


@router.get("", summary="Landing page", response_model=None)
@router.get("/", include_in_schema=False, response_model=None)
async def landing(request: Request, service: ServiceDep) -> Response:
    """Return the links to everything under `/ogc`."""
    base = _base(request)
    settings = service.workspace.settings
    links = [
        _link(base, "", "self", "application/json", "this document"),
        _link(base, "?f=html", "alternate", "text/html", "this document as a page"),
        _link(base, "/conformance", "conformance", "application/json", "what is conformed to"),
        _link(base, "/collections", "data", "application/json", "the layers"),
        {
            "href": f"{base.removesuffix('/ogc')}/openapi.json",
            "rel": "service-desc",
            "type": "application/vnd.oai.openapi+json;version=3.0",
            "title": "the API",
        },
    ]
    lang = service.language(None)
    title = settings.title_en if lang == "en" else settings.title_zh
    body = {"title": title, "description": "OGC API - Features", "links": links}
    return _answer(request, body, title)


@router.get("/conformance", summary="Conformance classes", response_model=None)
async def conformance(request: Request) -> Response:
    """Return the conformance classes that hold."""
    return _answer(request, {"conformsTo": CONFORMANCE}, "Conformance")


@router.get("/collections", summary="All public layers", response_model=None)
async def collections(request: Request, service: ServiceDep) -> Response:
    """Return every public layer in force today, with its extent and systems."""
    base = _base(request)

    def work() -> list[Json]:
        return [
            collection_of(
                entry, entry.read(today()), base, service.language(None), _offered(service)
            )
            for entry in public_entries(service.workspace)
        ]

    listed = await service.run(work)
    links = [_link(base, "/collections", "self", "application/json", "this document")]
    body = {"links": links, "crs": _offered(service), "collections": listed}
    return _answer(request, body, "Collections")


@router.get("/collections/{collection_id}", summary="One layer", response_model=None)
async def collection(
    request: Request, service: ServiceDep, collection_id: CollectionId
) -> Response:
    """Return one layer: extent, systems, links."""
    base = _base(request)

    def work() -> Json:
        entry, layer = _layer(service, request, collection_id)
        return collection_of(entry, layer, base, service.language(None), _offered(service))

    body = await service.run(work)
    return _answer(request, body, str(body["title"]))


@router.get("/collections/{collection_id}/queryables", summary="Queryables", response_model=None)
async def queryables(
    request: Request, service: ServiceDep, collection_id: CollectionId
) -> Response:
    """Return the properties that a filter can name, as JSON Schema."""
    href = f"{_base(request)}/collections/{collection_id}/queryables"
    body = await service.run(lambda: queryables_of(*_layer(service, request, collection_id), href))
    return _answer(request, body, "Queryables", SCHEMA_JSON)


@router.get("/collections/{collection_id}/schema", summary="Schema", response_model=None)
async def schema(request: Request, service: ServiceDep, collection_id: CollectionId) -> Response:
    """Return the schema of the features, as JSON Schema."""
    href = f"{_base(request)}/collections/{collection_id}/schema"
    body = await service.run(lambda: schema_of(*_layer(service, request, collection_id), href))
    return _answer(request, body, "Schema", SCHEMA_JSON)


@router.get("/collections/{collection_id}/items", summary="Features", response_model=None)
async def items(request: Request, service: ServiceDep, collection_id: CollectionId) -> Response:
    """Return a page of features.

    Parameters: `limit` (at most 1,000, clamped), `offset`, `bbox`, `bbox-crs`, `crs`, `datetime`
    or `version` (which version of the layer), `filter`, `filter-lang`, `filter-crs`, and any
    property by its name.
    """
    base = f"{_base(request)}/collections/{collection_id}/items"

    def work() -> "tuple[Query, Page, Layer]":
        _, layer = _layer(service, request, collection_id)
        query = query_of(request.query_params, layer, _offered(service))
        return query, page_of(layer, query), layer

    query, page, layer = await service.run(work)
    body = _collection_text(request, base, query, page)
    headers = {"Content-Crs": f"<{query.crs}>"}
    if wants_html(request):
        title = layer.definition.title(service.language(None))
        return HTMLResponse(html_page(title, body, request.url.path), headers=headers)
    return Response(body, media_type=GEOJSON, headers=headers)


@router.get(
    "/collections/{collection_id}/items/{feature_id:path}",
    summary="One feature",
    response_model=None,
)
async def item(
    request: Request,
    service: ServiceDep,
    collection_id: CollectionId,
    feature_id: Annotated[str, Path(description="Key of a feature.", examples=["pk_hightech"])],
) -> Response:
    """Return one feature by its key."""
    base = f"{_base(request)}/collections/{collection_id}"
    asked = request.query_params.get("crs", CRS84)

    def work() -> tuple[str, str]:
        _, layer = _layer(service, request, collection_id)
        crs = resolved(asked, _offered(service), "crs")
        text = feature_text(layer, feature_id, crs)
        if text is None:
            raise UnknownName("feature", feature_id, (), where=f"layer {collection_id!r}")
        return text, crs

    text, crs = await service.run(work)
    links = [
        {"href": str(request.url), "rel": "self", "type": GEOJSON},
        {"href": base, "rel": "collection", "type": "application/json"},
    ]
    body = text[:-1] + ',"links":' + _text(links) + "}"
    headers = {"Content-Crs": f"<{crs}>"}
    if wants_html(request):
        return HTMLResponse(html_page(feature_id, body, request.url.path), headers=headers)
    return Response(body, media_type=GEOJSON, headers=headers)


def _layer(service: Service, request: Request, collection_id: str) -> "tuple[LayerEntry, Layer]":
    """Return a public layer in the version asked for; others do not exist at this door."""
    entries = {entry.definition.id: entry for entry in public_entries(service.workspace)}
    if collection_id not in entries:
        raise UnknownName("collection", collection_id, entries)
    day, version = as_of(request.query_params)
    entry = entries[collection_id]
    try:
        layer = entry.read(day, version=version) if version is not None else entry.read(day)
    except LayerError as error:
        raise WrongParameter("version", "a version of this layer", str(version or day)) from error
    if layer.definition.secrecy != "public":
        raise UnknownName("collection", collection_id, ())
    return entry, layer


def _offered(service: Service) -> list[str]:
    return crs_list(service.workspace.settings.bounds)


def _base(request: Request) -> str:
    return f"{str(request.base_url).rstrip('/')}/ogc"


def _link(base: str, path: str, rel: str, kind: str, title: str) -> Json:
    return {"href": f"{base}{path}", "rel": rel, "type": kind, "title": title}


def _answer(
    request: Request, body: Json, title: str, media_type: str = "application/json"
) -> Response:
    if wants_html(request):
        text = _text(body)
        return HTMLResponse(html_page(title, text, request.url.path))
    return JSONResponse(body, media_type=media_type)


def _text(body: object) -> str:
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"))


def _collection_text(request: Request, base: str, query: Query, page: Page) -> str:
    """Return a FeatureCollection as text, with the links of its page."""
    links = [{"href": str(request.url), "rel": "self", "type": GEOJSON}]
    html = str(request.url.include_query_params(f="html"))
    links.append({"href": html, "rel": "alternate", "type": "text/html"})
    after = query.offset + query.limit
    if after < page.matched:
        url = request.url.include_query_params(offset=after, limit=query.limit)
        links.append({"href": str(url), "rel": "next", "type": GEOJSON})
    if query.offset:
        before = max(0, query.offset - query.limit)
        url = request.url.include_query_params(offset=before, limit=query.limit)
        links.append({"href": str(url), "rel": "prev", "type": GEOJSON})
    links.append({"href": base.removesuffix("/items"), "rel": "collection", "type": GEOJSON})
    head = _text(
        {
            "type": "FeatureCollection",
            "numberMatched": page.matched,
            "numberReturned": len(page.features),
            "links": links,
        }
    )
    return f'{head[:-1]},"features":[{",".join(page.features)}]}}'
