"""``/ogc``: OGC API - Features and Tiles over the layers of the workspace that a caller may see."""

from typing import Any

from fastapi import APIRouter
from fastapi.responses import JSONResponse, Response

from geo_toolkit.rules import today
from geo_toolkit_api.ogc.asked import pinned
from geo_toolkit_api.ogc.asking import (
    FORM,
    FOUND,
    PIN,
    AskingDep,
    CollectionId,
    DayQuery,
    SchemaResponse,
    found,
)
from geo_toolkit_api.ogc.collections import collection_of, queryables_of, schema_of
from geo_toolkit_api.ogc.conformance import EDITING, READING
from geo_toolkit_api.ogc.models import (
    Collection,
    Collections,
    Conformance,
    Landing,
    PropertySchema,
)
from geo_toolkit_api.ogc.openapi30 import as_openapi30
from geo_toolkit_api.ogc.visible import can_publish, shown_entries
from geo_toolkit_api.routes import ogc_edits, ogc_items, ogc_tiles

__all__ = ["router"]

router = APIRouter(tags=["OGC API"])
_own = APIRouter(prefix="/ogc")

Json = dict[str, Any]  # JSON: values of every type
OPENAPI = "application/vnd.oai.openapi+json;version=3.0"
SCHEMA = SchemaResponse.media_type
_REL = "http://www.opengis.net/def/rel/ogc/1.0/"


@_own.get(
    "",
    dependencies=[FORM],
    summary="Landing page",
    response_model=None,
    responses=found(Landing),
)
@_own.get("/", include_in_schema=False, response_model=None)
async def landing(asking: AskingDep) -> Response:
    """Return the links to everything under `/ogc`."""
    asking.only()
    base, settings = asking.base, asking.service.workspace.settings
    links = [
        _link(base, "", "self", "application/json", "this document"),
        _link(base, "?f=html", "alternate", "text/html", "this document as a page"),
        _link(base, "/conformance", "conformance", "application/json", "what is conformed to"),
        _link(base, "/conformance", f"{_REL}conformance", "application/json", "the same"),
        _link(base, "/collections", "data", "application/json", "the layers"),
        _link(base, "/collections", f"{_REL}data", "application/json", "the same"),
        _link(base, "/tileMatrixSets", f"{_REL}tiling-schemes", "application/json", "tilings"),
        _link(base, "/api", "service-desc", OPENAPI, "the API"),
    ]
    title = settings.title_en if asking.lang == "en" else settings.title_zh
    body = {"title": title, "description": "OGC API - Features, OGC API - Tiles", "links": links}
    return asking.answer(body, title)


class _OpenAPIResponse(JSONResponse):
    media_type = OPENAPI


@_own.get(
    "/api",
    dependencies=[FORM],
    summary="This part of the API as OpenAPI 3.0",
    response_model=None,
    response_class=_OpenAPIResponse,
    responses=FOUND,
)
async def api(asking: AskingDep) -> Response:
    """Return the OpenAPI 3.0 document of `/ogc`; `/openapi.json` has the whole service in 3.1."""
    asking.only()
    base = str(asking.request.base_url).rstrip("/")
    document = as_openapi30(asking.request.app.openapi(), "/ogc", base)
    return asking.answer(document, "API", media_type=OPENAPI)


@_own.get(
    "/conformance",
    dependencies=[FORM],
    summary="Conformance classes",
    response_model=None,
    responses=found(Conformance),
)
async def conformance(asking: AskingDep) -> Response:
    """Return the conformance classes that hold; those of editing where versions can be written."""
    asking.only()
    is_writable = can_publish(asking.service.workspace)
    classes = [*READING, *(EDITING if is_writable else ())]
    return asking.answer({"conformsTo": classes}, "Conformance")


@_own.get(
    "/collections",
    dependencies=[FORM],
    summary="All layers",
    response_model=None,
    responses=found(Collections),
)
async def collections(
    asking: AskingDep,
    day: DayQuery = None,  # noqa: ARG001 (documented; read by `pinned`)
) -> Response:
    """Return every layer in force, today or on a day, that the caller may see."""
    asking.only("datetime")
    asked = pinned(asking.request.query_params)[0] or today()
    base = asking.base

    def work() -> list[Json]:
        seen = shown_entries(asking.service.workspace, asking.caller, asked)
        return [
            collection_of(entry.read(asked), base, asking.lang, asking.offered, asking.pin)
            for entry in seen
        ]

    listed = await asking.service.run(work)
    tail, more = (f"?{asking.pin}", f"&{asking.pin}") if asking.pin else ("", "")
    links = [
        _link(base, f"/collections{tail}", "self", "application/json", "this document"),
        _link(base, f"/collections?f=html{more}", "alternate", "text/html", "as a page"),
    ]
    body = {"links": links, "crs": asking.offered, "collections": listed}
    return asking.answer(body, "Collections")


@_own.get(
    "/collections/{collection_id}",
    dependencies=[FORM, PIN],
    summary="One layer",
    response_model=None,
    responses=found(Collection),
)
async def collection(
    asking: AskingDep,
    collection_id: CollectionId,
) -> Response:
    """Return one layer: extent, systems, version, links."""
    return await asking.answer_of(
        collection_id,
        lambda layer: collection_of(
            layer, asking.base, asking.lang, asking.offered, asking.pin
        ),
        collection_id,
    )  # fmt: skip


@_own.get(
    "/collections/{collection_id}/queryables",
    dependencies=[FORM, PIN],
    summary="Queryables",
    response_model=None,
    response_class=SchemaResponse,
    responses=found(PropertySchema),
)
async def queryables(
    asking: AskingDep,
    collection_id: CollectionId,
) -> Response:
    """Return the properties that a filter can name, as JSON Schema."""
    href = f"{asking.base}/collections/{collection_id}/queryables"
    return await asking.answer_of(
        collection_id, lambda layer: queryables_of(layer, href), "Queryables", SCHEMA
    )


@_own.get(
    "/collections/{collection_id}/schema",
    dependencies=[FORM, PIN],
    summary="Schema",
    response_model=None,
    response_class=SchemaResponse,
    responses=found(PropertySchema),
)
async def schema(
    asking: AskingDep,
    collection_id: CollectionId,
) -> Response:
    """Return the schema of the features, as JSON Schema."""
    href = f"{asking.base}/collections/{collection_id}/schema"
    return await asking.answer_of(
        collection_id, lambda layer: schema_of(layer, href), "Schema", SCHEMA
    )


def _link(base: str, path: str, rel: str, kind: str, title: str) -> Json:
    return {"href": f"{base}{path}", "rel": rel, "type": kind, "title": title}


router.include_router(_own)
for _part in (ogc_items, ogc_edits, ogc_tiles):
    router.include_router(_part.router)
