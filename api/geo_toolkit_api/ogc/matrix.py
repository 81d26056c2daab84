"""The tiling scheme WebMercatorQuad, and the description of a layer's tiles in it.

Source
------
OGC 17-083r4 (Two Dimensional Tile Matrix Set), annex D.1; OGC 20-057 (OGC API - Tiles).
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from geo_toolkit_api.ogc.collections import bounds_of, schema_of
from geo_toolkit_api.ogc.crs import CRS84
from geo_toolkit_api.ogc.cutting import MVT

if TYPE_CHECKING:
    from geo_toolkit.catalogue import Layer

__all__ = ["MAX_ZOOM", "QUAD", "TILE_PATH", "limits_of", "matrix_set", "tileset_of"]

QUAD = "WebMercatorQuad"
QUAD_URI = f"http://www.opengis.net/def/tilematrixset/OGC/1.0/{QUAD}"
MERCATOR = "http://www.opengis.net/def/crs/EPSG/0/3857"
TILE_PATH = f"/tiles/{QUAD}/{{tileMatrix}}/{{tileRow}}/{{tileCol}}"
MAX_ZOOM = 22
_HALF = math.pi * 6_378_137.0  # half the circumference of the sphere, metres
_TILE_PX = 256
_PIXEL_M = 0.00028  # the standard's rendering pixel
_DIMENSION = {"point": 0, "line": 1, "polygon": 2}

Json = dict[str, Any]  # JSON: values of every type


def matrix_set() -> Json:
    """Return the definition of WebMercatorQuad.

    Examples
    --------
    >>> matrices = matrix_set()["tileMatrices"]
    >>> matrices[0]["scaleDenominator"], matrices[3]["matrixWidth"]
    (559082264.0287178, 8)
    """
    return {
        "id": QUAD,
        "title": "Google Maps Compatible for the World",
        "uri": QUAD_URI,
        "crs": MERCATOR,
        "orderedAxes": ["X", "Y"],
        "wellKnownScaleSet": "http://www.opengis.net/def/wkss/OGC/1.0/GoogleMapsCompatible",
        "tileMatrices": [_matrix(zoom) for zoom in range(MAX_ZOOM + 1)],
    }


def _matrix(zoom: int) -> Json:
    cell = 2 * _HALF / _TILE_PX / 2**zoom
    return {
        "id": str(zoom),
        "scaleDenominator": cell / _PIXEL_M,
        "cellSize": cell,
        "cornerOfOrigin": "topLeft",
        "pointOfOrigin": [-_HALF, _HALF],
        "tileWidth": _TILE_PX,
        "tileHeight": _TILE_PX,
        "matrixWidth": 2**zoom,
        "matrixHeight": 2**zoom,
    }


def limits_of(bounds: list[float], zoom: int) -> Json:
    """Return the rows and columns that a box in degrees meets at a zoom.

    Examples
    --------
    >>> limits_of([105.0, 30.0, 106.0, 31.0], 5)["minTileCol"]
    25
    """
    west, south, east, north = bounds
    left, top = _cell(west, north, zoom)
    right, bottom = _cell(east, south, zoom)
    return {
        "tileMatrix": str(zoom),
        "minTileRow": top,
        "maxTileRow": bottom,
        "minTileCol": left,
        "maxTileCol": right,
    }


def _cell(lon: float, lat: float, zoom: int) -> tuple[int, int]:
    """Return column and row of a point in degrees."""
    side = 2**zoom
    sine = math.sin(math.radians(max(-85.0511, min(85.0511, lat))))
    x = (lon + 180) / 360 * side
    y = (0.5 - math.atanh(sine) / (2 * math.pi)) * side
    return min(side - 1, max(0, int(x))), min(side - 1, max(0, int(y)))


def tileset_of(layer: Layer, base: str, title: str, pin: str, *, is_whole: bool) -> Json:
    """Return the description of a layer's tiles.

    Parameters
    ----------
    base
        Address of ``/ogc``.
    pin
        The query that pins the version; "" for the one in force.
    is_whole
        Whether limits, layers and bounds are told too, as the tileset's own page does.
    """
    tail = f"?{pin}" if pin else ""
    here = f"{base}/collections/{layer.id}"
    body: Json = {
        "title": title,
        "dataType": "vector",
        "crs": MERCATOR,
        "tileMatrixSetId": QUAD,
        "tileMatrixSetURI": QUAD_URI,
        "links": [
            _link(f"{here}/tiles/{QUAD}{tail}", "self", "application/json", "this tileset"),
            _link(f"{base}/tileMatrixSets/{QUAD}",
                  "http://www.opengis.net/def/rel/ogc/1.0/tiling-scheme", "application/json",
                  "the tiling scheme"),
            _link(f"{here}{tail}", "http://www.opengis.net/def/rel/ogc/1.0/geodata",
                  "application/json", "the layer"),
            {**_link(f"{here}{TILE_PATH}{tail}", "item", MVT, "the tiles"), "templated": True},
        ],
    }  # fmt: skip
    return {**body, **_content_of(layer, here, title)} if is_whole else body


def _content_of(layer: Layer, here: str, title: str) -> Json:
    """Return what a tileset holds: layers with their properties, bounds, rows and columns."""
    content: Json = {
        "layers": [
            {
                "id": layer.id,
                "title": title,
                "dataType": "vector",
                "geometryDimension": _DIMENSION[layer.definition.geometry],
                "propertiesSchema": {
                    "type": "object",
                    "properties": schema_of(layer, here)["properties"],
                },
            }
        ]
    }
    bounds = bounds_of(layer)
    if bounds is not None:
        content["boundingBox"] = {"lowerLeft": bounds[:2], "upperRight": bounds[2:], "crs": CRS84}
        content["tileMatrixSetLimits"] = [limits_of(bounds, z) for z in range(MAX_ZOOM + 1)]
    return content


def _link(href: str, rel: str, kind: str, title: str) -> Json:
    return {"href": href, "rel": rel, "type": kind, "title": title}
