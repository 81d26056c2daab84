"""``/tiles``: layers as vector tiles, and the places of their names."""

from typing import Annotated, Any, Literal

import numpy as np
import shapely
from fastapi import APIRouter, Header, Path, Query, Request
from fastapi.responses import Response

from geo_toolkit.catalogue import Layer
from geo_toolkit.errors import OptionError
from geo_toolkit.geodesy import Datum, wgs84_to_web
from geo_toolkit_api.callers import CallerDep
from geo_toolkit_api.errors import PROBLEM
from geo_toolkit_api.ogc.cutting import MVT, TilesDep
from geo_toolkit_api.ogc.tags import is_known
from geo_toolkit_api.ogc.visible import seen_layer
from geo_toolkit_api.service import ServiceDep

__all__ = ["router"]

router = APIRouter(tags=["tiles"])

_MOST_FOUND = 20
_LONGEST_WORD = 60
_FOR_GOOD = "public, max-age=31536000, immutable"
_PRIVATE = "private, no-cache"

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
            "content": {MVT: {"schema": {"type": "string", "format": "binary"}}},
            "headers": {
                "X-Features-Left-Out": {
                    "description": "How many features of the tile are too small for its zoom.",
                    "schema": {"type": "integer"},
                }
            },
        },
        304: {"description": "The client has it already (`If-None-Match`)."},
        404: PROBLEM,
        422: PROBLEM,
    },
)
async def show_tile(
    request: Request,
    service: ServiceDep,
    caller: CallerDep,
    tiles: TilesDep,
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

    def work() -> Response:
        _, found = seen_layer(service.workspace, caller, layer, kind="layer")
        cut = tiles.of(found, Datum(datum), (z, x, y))
        headers = {
            "ETag": cut.tag,
            "Vary": "Accept-Encoding, Authorization, Cookie",
            "X-Features-Left-Out": str(cut.left_out),
        }
        if found.definition.secrecy != "public":
            headers["Cache-Control"] = _PRIVATE
        elif v:
            headers["Cache-Control"] = _FOR_GOOD
        if is_known(request.headers.get("if-none-match"), cut.tag):
            return Response(status_code=304, headers=headers)
        data = cut.data
        if cut.packed is not None and "gzip" in accept_encoding:
            data = cut.packed
            headers["Content-Encoding"] = "gzip"
        return Response(data, media_type=MVT, headers=headers)

    return await service.run(work)


@router.get(
    "/tiles/{layer}/search",
    summary="Places of a layer by name",
    responses={404: PROBLEM, 422: PROBLEM},
)
async def find_name(
    service: ServiceDep,
    caller: CallerDep,
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

    def work() -> list[dict[str, Any]]:
        _, found = seen_layer(service.workspace, caller, layer, kind="layer")
        return _found(found, q, Datum(datum))

    return await service.run(work)


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
