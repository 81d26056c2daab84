"""Tiles of a layer inside the page: what a single file carries of a layer too large to list."""

from __future__ import annotations

import base64
import json
import zlib
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from geo_toolkit.webmap.escaping import plain_text
from geo_toolkit.webmap.geometry import as_shown
from geo_toolkit.webmap.tiles import LayerTiles

if TYPE_CHECKING:
    from geo_toolkit.catalogue.layer import Layer
    from geo_toolkit.geodesy import Datum

__all__ = ["inline_pyramid"]

_NAME_SCALE = 10_000
_ZOOMS = (7, 9, 11, 13)
"""Zooms with tiles, 512 pixels wide; the last has every feature, to a metre."""


def inline_pyramid(layer: Layer, datum: Datum) -> dict[str, Any]:
    """Return the tiles of a layer for a page: zooms, and by ``z/x/y`` what is left out and data.

    Data is a vector tile, deflated, as base64. ``names`` is for the search.

    Parameters
    ----------
    datum
        Of the background.
    """
    tiles = LayerTiles(layer, datum=datum, deepest=_ZOOMS[-1], pixels=512, is_frugal=True)
    found: dict[str, list[Any]] = {}
    for z in _ZOOMS:
        for x, y in _filled(tiles, z):
            tile = tiles.tile(z, x, y)
            if tile.shown:
                packed = base64.b64encode(zlib.compress(tile.data, 9)).decode("ascii")
                found[f"{z}/{x}/{y}"] = [tile.left_out, packed]
    return {
        "zooms": list(_ZOOMS),
        "tiles": found,
        "total": len(tiles.rows),
        "names": _names(layer, datum),
    }


def _names(layer: Layer, datum: Datum) -> str:
    """Return names with places in ten-thousandths of a degree, as steps; deflated, as base64."""
    frame = layer.frame
    shown = as_shown(np.asarray(frame.geometry.array, dtype=object), datum)
    named = frame["feature_name"].fillna("").astype(str).to_numpy() != ""
    named &= ~(shapely.is_missing(shown) | shapely.is_empty(shown))
    bounds = shapely.bounds(shown[named])
    places = np.rint((bounds[:, :2] + bounds[:, 2:]) / 2 * _NAME_SCALE).astype(np.int64)
    steps = np.diff(places, axis=0, prepend=np.zeros((1, 2), np.int64))
    names = [plain_text(name, limit=120) for name in frame["feature_name"].to_numpy()[named]]
    text = json.dumps([names, steps.ravel().tolist()], ensure_ascii=False, separators=(",", ":"))
    return base64.b64encode(zlib.compress(text.encode("utf-8"), 9)).decode("ascii")


def _filled(tiles: LayerTiles, z: int) -> list[tuple[int, int]]:
    """Return the tiles of a zoom that any feature's bounds touch, in order."""
    if not len(tiles.bounds):
        return []
    size = 1 << z
    cells = np.clip(np.floor(tiles.bounds * size).astype(np.int64), 0, size - 1)
    narrow = (cells[:, 2] - cells[:, 0] <= 1) & (cells[:, 3] - cells[:, 1] <= 1)
    corners = [cells[narrow][:, [i, j]] for i in (0, 2) for j in (1, 3)]
    found = {(int(x), int(y)) for x, y in np.unique(np.concatenate(corners), axis=0)}
    for west, north, east, south in cells[~narrow].tolist():
        found |= {(x, y) for x in range(west, east + 1) for y in range(north, south + 1)}
    return sorted(found)
