"""``/ogc/collections/{id}/tiles``: OGC API - Tiles, vector tiles in WebMercatorQuad."""

from typing import TYPE_CHECKING, Annotated, Any, Literal

from fastapi import APIRouter, Header, HTTPException, Path
from fastapi.responses import Response

from geo_toolkit.geodesy import Datum
from geo_toolkit_api.errors import PROBLEM
from geo_toolkit_api.ogc.asking import (
    FORM,
    FOUND,
    PIN,
    Asking,
    AskingDep,
    CollectionId,
    found,
)
from geo_toolkit_api.ogc.cutting import MVT, TilesDep
from geo_toolkit_api.ogc.matrix import MAX_ZOOM, QUAD, matrix_set, tileset_of
from geo_toolkit_api.ogc.models import TileMatrixSet, TileMatrixSets, TileSet, TileSets

if TYPE_CHECKING:
    from geo_toolkit.catalogue import Layer

__all__ = ["router"]

router = APIRouter(prefix="/ogc")

Json = dict[str, Any]  # JSON: values of every type
_BINARY = {"schema": {"type": "string", "format": "binary"}}
_TILE: dict[int | str, Json] = {
    200: {
        "description": "The tile.",
        "content": {MVT: _BINARY},
        "headers": FOUND[200]["headers"],
    },
    204: {"description": "The layer has nothing there."},
    304: FOUND[304],
    400: PROBLEM,
    422: PROBLEM,
    404: PROBLEM,
}

QuadId = Annotated[
    Literal["WebMercatorQuad"], Path(description="The tiling scheme.", examples=[QUAD])
]


@router.get(
    "/tileMatrixSets",
    dependencies=[FORM],
    summary="Tiling schemes",
    response_model=None,
    responses=found(TileMatrixSets),
)
async def tile_matrix_sets(
    asking: AskingDep,
) -> Response:
    """Return the tiling schemes of the tiles here."""
    asking.only()
    whole = matrix_set()
    here = f"{asking.base}/tileMatrixSets"
    link = {"href": f"{here}/{QUAD}", "rel": "self", "type": "application/json"}
    listed = {name: whole[name] for name in ("id", "title", "uri", "crs")} | {"links": [link]}
    links = [{"href": here, "rel": "self", "type": "application/json"}]
    return asking.answer({"tileMatrixSets": [listed], "links": links}, "Tiling schemes")


@router.get(
    "/tileMatrixSets/{matrix_set_id}",
    dependencies=[FORM],
    summary="One tiling scheme",
    response_model=None,
    responses=found(TileMatrixSet),
)
async def tile_matrix_set(
    asking: AskingDep,
    matrix_set_id: QuadId,
) -> Response:
    """Return the definition of a tiling scheme."""
    asking.only()
    return asking.answer(matrix_set(), matrix_set_id)


@router.get(
    "/collections/{collection_id}/tiles",
    dependencies=[FORM, PIN],
    summary="The tilesets of a layer",
    response_model=None,
    responses=found(TileSets),
)
async def tilesets(
    asking: AskingDep,
    collection_id: CollectionId,
) -> Response:
    """Return the tilesets of a layer: one, in WebMercatorQuad."""
    tail = f"?{asking.pin}" if asking.pin else ""
    here = f"{asking.base}/collections/{collection_id}/tiles{tail}"

    def make(layer: "Layer") -> Json:
        links = [{"href": here, "rel": "self", "type": "application/json"}]
        return {"links": links, "tilesets": [_tileset(asking, layer, is_whole=False)]}

    return await asking.answer_of(collection_id, make, "Tiles")


@router.get(
    "/collections/{collection_id}/tiles/{matrix_set_id}",
    dependencies=[FORM, PIN],
    summary="One tileset of a layer",
    response_model=None,
    responses=found(TileSet),
)
async def tileset(
    asking: AskingDep,
    collection_id: CollectionId,
    matrix_set_id: QuadId,
) -> Response:
    """Return limits, properties and address template of a layer's tiles."""
    return await asking.answer_of(
        collection_id, lambda layer: _tileset(asking, layer, is_whole=True), matrix_set_id
    )


@router.get(
    "/collections/{collection_id}/tiles/{matrix_set_id}/{zoom}/{row}/{column}",
    dependencies=[PIN],
    summary="One vector tile",
    response_class=Response,
    responses=_TILE,
)
async def tile(
    asking: AskingDep,
    tiles: TilesDep,
    collection_id: CollectionId,
    matrix_set_id: QuadId,  # noqa: ARG001 (the one there is)
    zoom: Annotated[int, Path(description="Zoom.", examples=[10], ge=0, le=MAX_ZOOM)],
    row: Annotated[int, Path(description="Row, from the north.", examples=[419], ge=0)],
    column: Annotated[int, Path(description="Column, from the west.", examples=[813], ge=0)],
    accept_encoding: Annotated[str, Header(include_in_schema=False)] = "",
) -> Response:
    """Return the features of a layer that fall into a tile: row before column."""
    asking.only("version", "datetime")
    if max(row, column) >= 1 << zoom:
        raise HTTPException(404, f"tile {zoom}/{row}/{column}: rows and columns of zoom {zoom} "
                                 f"are below {1 << zoom}; correct them")  # fmt: skip

    def work() -> Response:
        _, layer = asking.layer(collection_id)
        cut = tiles.of(layer, Datum.CGCS2000, (zoom, column, row))
        headers = asking.headers(layer, ETag=cut.tag)
        headers["Vary"] = "Accept-Encoding, Authorization, Cookie"
        if asking.has(cut.tag):
            return Response(status_code=304, headers=headers)
        if not cut.data:
            return Response(status_code=204, headers=headers)
        if cut.packed is not None and "gzip" in accept_encoding:
            headers["Content-Encoding"] = "gzip"
            return Response(cut.packed, media_type=MVT, headers=headers)
        return Response(cut.data, media_type=MVT, headers=headers)

    return await asking.service.run(work)


def _tileset(asking: Asking, layer: "Layer", *, is_whole: bool) -> Json:
    title = layer.definition.title(asking.lang)
    return tileset_of(layer, asking.base, title, asking.pin, is_whole=is_whole)
