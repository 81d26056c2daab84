"""``/ogc/collections/{id}/items``: pages of features, and single ones."""

from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Depends, HTTPException, Query
from fastapi.responses import HTMLResponse, Response

from geo_toolkit.errors import UnknownName
from geo_toolkit_api.ogc.asked import query_of, wants_html
from geo_toolkit_api.ogc.asking import (
    FORM,
    FOUND,
    PIN,
    Asking,
    AskingDep,
    CollectionId,
    FeatureId,
    GeoJSONResponse,
    json_text,
)
from geo_toolkit_api.ogc.crs import CRS84, resolved
from geo_toolkit_api.ogc.items import Page, feature_row, feature_text, page_of
from geo_toolkit_api.ogc.items import Query as Asked
from geo_toolkit_api.ogc.models import Feature, FeatureCollection
from geo_toolkit_api.ogc.pages import html_page
from geo_toolkit_api.ogc.tags import feature_tag, layer_stamp, tag_of

if TYPE_CHECKING:
    from geo_toolkit.catalogue import Layer

__all__ = ["router"]

router = APIRouter(prefix="/ogc")

Json = dict[str, Any]  # JSON: values of every type
GEOJSON = GeoJSONResponse.media_type
_CONTENT_CRS = {"description": "System of the coordinates.", "schema": {"type": "string"}}

CrsQuery = Annotated[
    str | None,
    Query(
        description="System of the coordinates, axes in its own order.",
        examples=["http://www.opengis.net/def/crs/EPSG/0/4523"],
    ),
]
_EXAMPLE_BOX = "106.0,30.7,106.2,30.9"


def _found(model: type) -> dict[int | str, Json]:
    headers = {**FOUND[200]["headers"], "Content-Crs": _CONTENT_CRS}
    return {**FOUND, 200: {**FOUND[200], "headers": headers, "model": model}}


def _query(
    limit: Annotated[
        int, Query(description="Features a page; more than 1,000 are 1,000.", examples=[10], ge=1)
    ] = 10,
    offset: Annotated[int, Query(description="Features left out.", examples=[0], ge=0)] = 0,
    bbox: Annotated[
        str | None,
        Query(description="Box of four or six numbers, first corner first.",
              examples=[_EXAMPLE_BOX]),
    ] = None,
    bbox_crs: Annotated[
        str | None, Query(alias="bbox-crs", description="System of the box.", examples=[CRS84])
    ] = None,
    crs: CrsQuery = None,
    filter: Annotated[  # noqa: A002 (the standard's name)
        str | None, Query(description="CQL2.", examples=["name_zh LIKE '%物流%'"])
    ] = None,
    filter_lang: Annotated[
        str | None,
        Query(alias="filter-lang", description="`cql2-text` or `cql2-json`.",
              examples=["cql2-text"], pattern=r"^cql2-(text|json)$"),
    ] = None,
    filter_crs: Annotated[
        str | None,
        Query(alias="filter-crs", description="System of the filter's geometries.",
              examples=[CRS84]),
    ] = None,
) -> None:  # fmt: skip
    """Document the parameters that ``query_of`` reads."""


@router.get(
    "/collections/{collection_id}/items",
    dependencies=[Depends(_query), FORM, PIN],
    summary="Features",
    response_model=None,
    response_class=GeoJSONResponse,
    responses=_found(FeatureCollection),
)
async def items(asking: AskingDep, collection_id: CollectionId) -> Response:
    """Return a page of features.

    Any property of the collection is a parameter too: `?status=planned`.
    """

    def work() -> "tuple[str | None, Asked, Page | None, Layer]":
        _, layer = asking.layer(collection_id)
        query = query_of(asking.request.query_params, layer, asking.offered)
        stamp = layer_stamp(layer)
        tag = None
        if stamp is not None and not wants_html(asking.request):
            tag = tag_of(*stamp, asking.request.url)
            if asking.has(tag):
                return tag, query, None, layer
        return tag, query, page_of(layer, query, asking.blocks, stamp), layer

    tag, query, page, layer = await asking.service.run(work)
    headers = asking.headers(layer, **{"Content-Crs": f"<{query.crs}>"})
    if tag is not None:
        headers["ETag"] = tag
    if page is None:
        return Response(status_code=304, headers=headers)
    body = _collection_text(asking, collection_id, query, page)
    if wants_html(asking.request):
        title = layer.definition.title(asking.lang)
        return HTMLResponse(html_page(title, body, asking.request.url.path), headers=headers)
    return Response(body, media_type=GEOJSON, headers=headers)


@router.get(
    "/collections/{collection_id}/items/{feature_id:path}",
    dependencies=[FORM, PIN],
    summary="One feature",
    response_model=None,
    response_class=GeoJSONResponse,
    responses=_found(Feature),
)
async def item(
    asking: AskingDep,
    collection_id: CollectionId,
    feature_id: FeatureId,
    crs: CrsQuery = None,
) -> Response:
    """Return one feature by its key; its `ETag` is what an edit sends as `If-Match`."""
    asking.only("crs", "version", "datetime")
    wanted = resolved(CRS84 if crs is None else crs, asking.offered, "crs")

    def work() -> "tuple[str, str, Layer]":
        _, layer = asking.layer(collection_id)
        row = feature_row(layer, feature_id)
        if row is None:
            reason = UnknownName("feature", feature_id, (), where=f"layer {collection_id!r}")
            raise HTTPException(404, str(reason))
        return feature_text(layer, row, wanted), feature_tag(layer, row), layer

    text, tag, layer = await asking.service.run(work)
    is_page = wants_html(asking.request)
    headers = asking.headers(layer, **{"Content-Crs": f"<{wanted}>"})
    headers["ETag"] = tag_of(tag, "html") if is_page else tag
    if asking.has(headers["ETag"]):
        return Response(status_code=304, headers=headers)
    base = f"{asking.base}/collections/{collection_id}"
    links = [
        {"href": str(asking.request.url), "rel": "self", "type": GEOJSON},
        {
            "href": str(asking.request.url.include_query_params(f="html")),
            "rel": "alternate",
            "type": "text/html",
        },
        {"href": base, "rel": "collection", "type": "application/json"},
    ]
    body = text[:-1] + ',"links":' + json_text(links) + "}"
    if is_page:
        return HTMLResponse(html_page(feature_id, body, asking.request.url.path), headers=headers)
    return Response(body, media_type=GEOJSON, headers=headers)


def _collection_text(asking: Asking, collection_id: str, query: Asked, page: Page) -> str:
    """Return a FeatureCollection as text, with the links of its page."""
    url = asking.request.url
    links = [
        {"href": str(url), "rel": "self", "type": GEOJSON},
        {"href": str(url.include_query_params(f="html")), "rel": "alternate", "type": "text/html"},
    ]
    after = query.offset + query.limit
    if after < page.matched:
        to = url.include_query_params(offset=after, limit=query.limit)
        links.append({"href": str(to), "rel": "next", "type": GEOJSON})
    if query.offset:
        to = url.include_query_params(
            offset=max(0, query.offset - query.limit), limit=query.limit
        )  # fmt: skip
        links.append({"href": str(to), "rel": "prev", "type": GEOJSON})
    base = f"{asking.base}/collections/{collection_id}"
    links.append({"href": base, "rel": "collection", "type": "application/json"})
    head = json_text(
        {
            "type": "FeatureCollection",
            "numberMatched": page.matched,
            "numberReturned": len(page.features),
            "links": links,
        }
    )
    return f'{head[:-1]},"features":[{",".join(page.features)}]}}'
