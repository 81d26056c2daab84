"""Layers cut into vector tiles, indexes and tiles kept in memory within a number of bytes."""

import gzip
from typing import TYPE_CHECKING, Annotated, NamedTuple

import shapely
from fastapi import Depends, Request

from geo_toolkit.geodesy import Datum
from geo_toolkit.webmap import LayerTiles
from geo_toolkit_api.ogc.kept import Kept
from geo_toolkit_api.ogc.tags import tag_of

if TYPE_CHECKING:
    from geo_toolkit.catalogue import Layer

__all__ = ["MVT", "CutTile", "Tiles", "TilesDep"]

MVT = "application/vnd.mapbox-vector-tile"
_INDEX_BYTES = 256 * 1024**2
_TILE_BYTES = 64 * 1024**2
_VERTEX_BYTES, _FEATURE_BYTES = 40, 1000
_WORTH_PACKING_BYTES = 4096


class CutTile(NamedTuple):
    """A tile as it is sent: plain, packed where that is worth it, and what changes with it."""

    data: bytes
    packed: bytes | None
    left_out: int
    tag: str


class Tiles:
    """The tiles of all layers of a service."""

    def __init__(self) -> None:
        self._indexes = Kept[LayerTiles](_INDEX_BYTES)
        self._tiles = Kept[CutTile](_TILE_BYTES)

    def of(self, layer: "Layer", datum: Datum, at: tuple[int, int, int]) -> CutTile:
        """Return the tile of a layer at zoom, column, row, from memory if it was asked for lately.

        Parameters
        ----------
        datum
            Of the background that the tile is for.
        """
        stamp = (layer.id, layer.version, layer.sha256, datum.value, *_live(layer))
        return self._tiles.get(
            (*stamp, *at), lambda: _cut(self._index(layer, datum, stamp), at), _size
        )

    def _index(self, layer: "Layer", datum: Datum, stamp: tuple[object, ...]) -> LayerTiles:
        vertices = int(shapely.get_num_coordinates(layer.frame.geometry.to_numpy()).sum())
        size = _VERTEX_BYTES * vertices + _FEATURE_BYTES * len(layer.frame)
        return self._indexes.get(
            stamp, lambda: LayerTiles(layer, datum=datum), lambda _index: min(size, _INDEX_BYTES)
        )


def _live(layer: "Layer") -> tuple[object, ...]:
    """Return what tells one reading of a live table, which has no checksum, from the next."""
    return () if layer.sha256 else (id(layer.frame),)


def _cut(index: LayerTiles, at: tuple[int, int, int]) -> CutTile:
    tile = index.tile(*at)
    worth = len(tile.data) >= _WORTH_PACKING_BYTES
    packed = gzip.compress(tile.data, 1, mtime=0) if worth else None
    return CutTile(tile.data, packed, tile.left_out, tag_of(tile.data.hex(), tile.left_out))


def _size(tile: CutTile) -> int:
    return len(tile.data) + len(tile.packed or b"") + 200


def _tiles_of(request: Request) -> Tiles:
    state = request.app.state
    if not hasattr(state, "cut_tiles"):
        state.cut_tiles = Tiles()
    tiles: Tiles = state.cut_tiles
    return tiles


TilesDep = Annotated[Tiles, Depends(_tiles_of)]
