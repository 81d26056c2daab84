"""``/tiles``: layers as vector tiles, and the places of their names."""

import gzip
from collections import OrderedDict
from typing import Annotated, Any, Literal

import numpy as np
import shapely
from fastapi import APIRouter, Header, Path, Query, Request
from fastapi.responses import Response

from geo_toolkit.catalogue import Layer
from geo_toolkit.errors import OptionError, UnknownName
from geo_toolkit.geodesy import Datum, wgs84_to_web
from geo_toolkit.rules import today
from geo_toolkit.webmap import LayerTiles, Tile, require_drawable
from geo_toolkit_api.errors import PROBLEM
from geo_toolkit_api.service import Service, ServiceDep

__all__ = ["router"]

router = APIRouter(tags=["tiles"])

_INDEXES_KEPT = 6
_TILES_KEPT = 256
_MOST_FOUND = 20
_WORTH_PACKING_BYTES = 4096
_LONGEST_WORD = 60
_FOR_GOOD = "public, max-age=31536000, immutable"

LayerPath = Annotated[
    str, Path(description="Id of a layer.", examples=["parks"], min_length=1, max_length=80)
]
DatumQuery = Annotated[
    Literal["cgcs2000", "wgs84", "gcj02", "bd09"],
    Query(description="Datum of the background that the tiles are for.", examples=["cgcs2000"]),
]
VersionQuery = Annotated[
    str | None,
    Query(
        description="Anything that changes with the layer; a tile asked for with it may be kept.",
        examples=["9f86d081884c"],
        max_length=80,
    ),
]


@router.get(
    "/tiles/{layer}/{z}/{x}/{y}.mvt",
    summary="One vector tile of a layer",
    response_class=Response,
    responses={
        200: {
            "description": "The tile; empty where the layer has nothing.",
            "content": {"application/vnd.mapbox-vector-tile": {"schema": {"type": "string"}}},
            "headers": {
                "X-Features-Left-Out": {
                    "description": "How many features of the tile are too small for its zoom.",
                    "schema": {"type": "integer"},
                }
            },
        },
        404: PROBLEM,
        422: PROBLEM,
    },
)
async def show_tile(
    request: Request,
    service: ServiceDep,
    layer: LayerPath,
    z: Annotated[int, Path(description="Zoom.", examples=[10], ge=0, le=22)],
    x: Annotated[int, Path(description="Column, from the west.", examples=[814], ge=0)],
    y: Annotated[int, Path(description="Row, from the north.", examples=[421], ge=0)],
    datum: DatumQuery = "cgcs2000",
    v: VersionQuery = None,
    accept_encoding: Annotated[str, Header(include_in_schema=False)] = "",
) -> Response:
    """Return the features of a layer in force today that fall into a Web Mercator tile.

    Where features are smaller than about a pixel, one stands for all in its cell, and
    `X-Features-Left-Out` says how many that leaves out.
    """
    if max(x, y) >= 1 << z:
        raise OptionError(
            f"tile {z}/{x}/{y}: expected x and y below {1 << z} at zoom {z}; correct them"
        )
    tile = await service.run(lambda: _tile(request, service, layer, datum, (z, x, y)))
    headers = {"X-Features-Left-Out": str(tile.left_out), "Vary": "Accept-Encoding"}
    if v:
        headers["Cache-Control"] = _FOR_GOOD
    data = tile.data
    if "gzip" in accept_encoding and len(data) >= _WORTH_PACKING_BYTES:
        data = gzip.compress(data, 1, mtime=0)
        headers["Content-Encoding"] = "gzip"
    return Response(data, media_type="application/vnd.mapbox-vector-tile", headers=headers)


@router.get(
    "/tiles/{layer}/search",
    summary="Places of a layer by name",
    responses={404: PROBLEM, 422: PROBLEM},
)
async def find_name(
    request: Request,
    service: ServiceDep,
    layer: LayerPath,
    q: Annotated[
        str,
        Query(
            description="Part of a name, Chinese or English.",
            examples=["物流园"],
            min_length=1,
            max_length=_LONGEST_WORD,
        ),
    ],
    datum: DatumQuery = "cgcs2000",
    v: VersionQuery = None,  # noqa: ARG001 (the same query as the tiles')
) -> list[dict[str, Any]]:
    """Return name and place, on the datum asked for, of at most 20 features with such a name."""
    return await service.run(
        lambda: _found(_tiles(request, service, layer, datum).layer, q, Datum(datum))
    )


def _tile(
    request: Request, service: Service, layer_id: str, datum: str, at: tuple[int, int, int]
) -> Tile:
    """Return a tile, from memory if it was asked for lately."""
    tiles = _tiles(request, service, layer_id, datum)
    if not hasattr(request.app.state, "tiles"):
        request.app.state.tiles = OrderedDict()
    kept: OrderedDict[tuple[object, ...], Tile] = request.app.state.tiles
    key = (layer_id, tiles.layer.version, tiles.layer.sha256, datum, at)
    if key not in kept:
        kept[key] = tiles.tile(*at)
        while len(kept) > _TILES_KEPT:
            kept.popitem(last=False)
    kept.move_to_end(key)
    return kept[key]


def _found(layer: Layer, text: str, datum: Datum) -> list[dict[str, Any]]:
    wanted = text.strip().lower()
    frame = layer.frame
    columns = [name for name in ("feature_name", "name_en") if name in frame.columns]
    hits: list[dict[str, Any]] = []
    for values in zip(*(frame[name] for name in columns), frame.geometry, strict=True):
        *names, shape = values
        named = [str(name) for name in names if wanted in str(name or "").lower()]
        if not named or shape is None or shape.is_empty:
            continue
        point = shapely.point_on_surface(shape)
        lon, lat = np.array([point.x]), np.array([point.y])
        if datum.is_web:
            lon, lat = wgs84_to_web(lon, lat, datum)
        hits.append(
            {"name": named[0], "lon": round(float(lon[0]), 7), "lat": round(float(lat[0]), 7)}
        )
        if len(hits) == _MOST_FOUND:
            break
    return hits


def _tiles(request: Request, service: Service, layer_id: str, datum: str) -> LayerTiles:
    """Return a layer of the workspace in force today, ready to be cut, from memory if it is."""
    known = service.workspace.layers
    if layer_id not in known:
        raise UnknownName("layer", layer_id, known, where="layers/")
    layer = known[layer_id].read(today())
    require_drawable(layer, "applicant")
    kept: OrderedDict[tuple[object, ...], LayerTiles]
    if not hasattr(request.app.state, "tile_indexes"):
        request.app.state.tile_indexes = OrderedDict()
    kept = request.app.state.tile_indexes
    key = (layer.id, layer.version, layer.sha256, datum)
    if key not in kept:
        kept[key] = LayerTiles(layer, datum=Datum(datum))
        while len(kept) > _INDEXES_KEPT:
            kept.popitem(last=False)
    kept.move_to_end(key)
    return kept[key]
