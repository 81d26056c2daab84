"""The features of one layer as vector tiles: what falls into a tile, thinned to what can be seen.

Where features are smaller than a pixel and a half, one of them stands for all in its cell of three
pixels, drawn no smaller than that; a tile says how many features it leaves out.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import shapely

from geo_toolkit.geodesy import Datum
from geo_toolkit.webmap.geometry import as_shown
from geo_toolkit.webmap.kinds import kinds_of
from geo_toolkit.webmap.labels import FACTS, is_missing
from geo_toolkit.webmap.mvt import EXTENT, Shapes, encode_tile

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from geo_toolkit.catalogue.layer import Layer

__all__ = ["DEEPEST_ZOOM", "TILE_COLUMNS", "LayerTiles", "Tile"]

DEEPEST_ZOOM = 14
"""Zoom at which every feature is in its tile with all vertices, 0.6 m apart or more."""

TILE_COLUMNS = tuple(fact.column for fact in FACTS)
"""Columns that a tile's features carry besides ``id``, ``name``, ``status`` and their kind."""

_MIDNIGHT = " 00:00:00"
_BUFFER = 64
_SMALL_PX = 1.5
_CELL_PX = 3.0
_TOLERANCE_PX = 0.4
_MOST_FEATURES = 12_000
_MOST_NAMED = 2_500


class Tile(NamedTuple):
    """An encoded tile: how many features it shows, and how many it leaves out."""

    data: bytes
    shown: int
    left_out: int


class LayerTiles:
    """One layer, ready to be cut into tiles.

    Parameters
    ----------
    layer
        Its frame in degrees.
    datum
        Of the background: features are shifted to it.
    deepest
        Zoom at which nothing is left out.
    pixels
        Pixels along the edge of a tile on the screen, at most.
    is_frugal
        Whether only the deepest tiles carry names and facts.
    """

    def __init__(
        self,
        layer: Layer,
        *,
        datum: Datum = Datum.CGCS2000,
        deepest: int = DEEPEST_ZOOM,
        pixels: int = 256,
        is_frugal: bool = False,
    ) -> None:
        self.is_frugal = is_frugal
        self.layer = layer
        self.pixel = EXTENT / pixels
        self.deepest = deepest
        values = np.asarray(layer.frame.geometry.array, dtype=object)
        there = ~(shapely.is_missing(values) | shapely.is_empty(values))
        self.rows = np.flatnonzero(there)
        self.kind = {"point": 1, "line": 2, "polygon": 3}[layer.definition.geometry]
        self._datum = datum
        self._lonlat = values[there]
        self._world = np.full(len(self.rows), None, dtype=object)
        if datum.is_web:
            self.bounds = shapely.bounds(self._placed(np.arange(len(self.rows))))
        else:  # each axis of the projection stands alone, so the corners bound what lies within
            box = shapely.bounds(self._lonlat)
            low, high = _to_world(box[:, [0, 3]]), _to_world(box[:, [2, 1]])
            self.bounds = np.column_stack([low, high])
        self._edges = np.ascontiguousarray(self.bounds.T)
        self.sizes = np.maximum(
            self.bounds[:, 2] - self.bounds[:, 0], self.bounds[:, 3] - self.bounds[:, 1]
        )
        self._columns = {
            name: layer.frame[name].to_numpy(dtype=object)
            for name in ("status", *TILE_COLUMNS)
            if name in layer.frame.columns
        }
        self._names = layer.frame["feature_name"].to_numpy(dtype=object)
        self._keys = layer.frame.index.to_numpy(dtype=object)

    def tile(self, z: int, x: int, y: int) -> Tile:
        """Return the tile of that zoom, column and row (counted from the north-west)."""
        scale = (1 << z) * EXTENT
        west, north = x * EXTENT, y * EXTENT
        frame = np.array([west, north, west + EXTENT, north + EXTENT], float)
        frame += [-_BUFFER, -_BUFFER, _BUFFER, _BUFFER]
        found = self._near(frame / scale)
        chosen, as_square = self._chosen(found, z, scale)
        if not len(chosen):
            return Tile(b"", 0, len(found))
        shapes, kept = self._shapes(chosen, as_square, z, frame, scale, west, north)
        features = chosen[kept]
        is_full = len(features) <= _MOST_NAMED and not self.is_frugal
        is_bare = not is_full and z < self.deepest
        data = encode_tile(
            self.layer.id,
            shapes,
            [int(self.rows[n]) + 1 for n in features],
            [
                self._kind(int(self.rows[n])) if is_bare else self._properties(int(self.rows[n]))
                for n in features
            ],
        )
        return Tile(data, len(features), len(found) - len(chosen))

    def _near(self, window: NDArray[np.float64]) -> NDArray[np.intp]:
        """Return the features whose bounds touch a window of the world, in their order."""
        west, north, east, south = self._edges
        return np.flatnonzero(
            (west <= window[2]) & (east >= window[0]) & (north <= window[3]) & (south >= window[1])
        )

    def _placed(self, features: NDArray[np.intp]) -> NDArray[np.object_]:
        """Return features in shares of the Web Mercator square, each worked out once."""
        new = features[shapely.is_missing(self._world[features])]
        if len(new):
            placed = shapely.transform(as_shown(self._lonlat[new], self._datum), _to_world)
            self._world[new] = shapely.orient_polygons(placed) if self.kind == 3 else placed
        placed_all: NDArray[np.object_] = self._world[features]
        return placed_all

    def _chosen(
        self, found: NDArray[np.intp], z: int, scale: float
    ) -> tuple[NDArray[np.intp], NDArray[np.bool_]]:
        """Return which features a tile shows, and which of them as a square of a pixel or so."""
        if z >= self.deepest:
            return found, np.zeros(len(found), dtype=bool)
        small = self.sizes[found] * scale < _SMALL_PX * self.pixel
        if self.kind == 1:
            small[:] = True
        large, little = found[~small], found[small]
        bounds = self.bounds[little] * scale / (_CELL_PX * self.pixel)
        cells = np.floor((bounds[:, :2] + bounds[:, 2:]) / 2).astype(np.int64)
        order = np.lexsort((little, -self.sizes[little], cells[:, 1], cells[:, 0]))
        first = np.ones(len(order), dtype=bool)
        first[1:] = (cells[order][1:] != cells[order][:-1]).any(axis=1)
        both = np.concatenate([large, little[order][first]])
        square = np.arange(len(both)) >= len(large)
        if len(both) > _MOST_FEATURES:
            keep = np.sort(np.argsort(-self.sizes[both], kind="stable")[:_MOST_FEATURES])
            both, square = both[keep], square[keep]
        by_row = np.argsort(both, kind="stable")
        return both[by_row], square[by_row]

    def _shapes(
        self,
        chosen: NDArray[np.intp],
        as_square: NDArray[np.bool_],
        z: int,
        frame: NDArray[np.float64],
        scale: float,
        west: int,
        north: int,
    ) -> tuple[Shapes, NDArray[np.intp]]:
        """Return the geometry of a tile in its units, and which of the chosen have any."""
        if self.kind == 1:
            values = self._placed(chosen)
        else:
            values = np.full(len(chosen), None, dtype=object)
            values[~as_square] = self._placed(chosen[~as_square])
            if z < self.deepest:
                tolerance = _TOLERANCE_PX * self.pixel / scale
                values = shapely.simplify(values, tolerance, preserve_topology=False)
                squares = _squares(self.bounds[chosen[as_square]], _SMALL_PX * self.pixel / scale)
                values[as_square] = squares if self.kind == 3 else shapely.boundary(squares)
            bounds = self.bounds[chosen] * scale
            cut = ((bounds[:, :2] < frame[:2]) | (bounds[:, 2:] > frame[2:])).any(axis=1)
            if cut.any():
                clipped = shapely.clip_by_rect(values[cut], *(frame / scale))
                values[cut] = shapely.orient_polygons(clipped) if self.kind == 3 else clipped
        parts, owner = _parts(values, self.kind)
        xy, part = shapely.get_coordinates(parts, return_index=True)
        units = np.rint(xy * scale).astype(np.int64) - np.array([west, north], np.int64)
        return _flat(units, part, owner, self.kind)

    @cached_property
    def _kinds(self) -> tuple[list[dict[str, Any]], NDArray[np.intp]]:
        return kinds_of(self.layer)

    def _kind(self, row: int) -> dict[str, Any]:
        """Return what a feature is told apart by on the map."""
        kinds, of = self._kinds
        kind: dict[str, Any] = kinds[of[row]]
        return kind

    def _properties(self, row: int) -> dict[str, Any]:
        """Return what a feature carries; text, whole and other numbers."""
        found: dict[str, Any] = {"id": str(self._keys[row])}
        name = str(self._names[row] or "")
        if name:
            found["name"] = name
        for column, values in self._columns.items():
            value = values[row]
            if not is_missing(value):
                plain = isinstance(value, (bool, int, float))
                found[column] = value if plain else str(value).removesuffix(_MIDNIGHT)
        return found | self._kind(row)


def _to_world(xy: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return degrees as shares of the Web Mercator square, from its north-west corner."""
    lat = np.radians(np.clip(xy[:, 1], -85.0511, 85.0511))
    y = 0.5 - np.arcsinh(np.tan(lat)) / (2 * np.pi)
    return np.column_stack([(xy[:, 0] + 180) / 360, y])


def _squares(bounds: NDArray[np.float64], size: float) -> NDArray[np.object_]:
    centre = (bounds[:, :2] + bounds[:, 2:]) / 2
    low, high = centre - size / 2, centre + size / 2
    boxes: NDArray[np.object_] = shapely.box(low[:, 0], low[:, 1], high[:, 0], high[:, 1])
    return boxes


def _parts(values: NDArray[np.object_], kind: int) -> tuple[NDArray[np.object_], NDArray[np.intp]]:
    """Return points, lines or rings, and the feature that each belongs to."""
    singles, owner = shapely.get_parts(values, return_index=True)
    nested = shapely.get_type_id(singles) >= 4
    if nested.any():  # a clipped multi-polygon may come back inside a collection
        inner, at = shapely.get_parts(singles, return_index=True)
        singles, owner = inner, owner[at]
    wanted = (shapely.get_type_id(singles) == kind - 1 + (kind == 3)) & ~shapely.is_empty(singles)
    if kind == 2:
        wanted |= shapely.get_type_id(singles) == 2
    singles, owner = singles[wanted], owner[wanted]
    if kind != 3:
        return singles, owner
    rings, of = shapely.get_rings(singles, return_index=True)
    return rings, owner[of]


def _flat(
    units: NDArray[np.int64], part: NDArray[np.intp], owner: NDArray[np.intp], kind: int
) -> tuple[Shapes, NDArray[np.intp]]:
    """Return parts without repeated vertices and without parts too small to be one."""
    if kind != 1 and len(units):
        same = (units[1:] == units[:-1]).all(axis=1) & (part[1:] == part[:-1])
        keep = np.concatenate([[True], ~same])
        units, part = units[keep], part[keep]
        if kind == 3:  # the last vertex of a ring repeats its first
            last = np.concatenate([part[1:] != part[:-1], [True]])
            units, part = units[~last], part[~last]
    counts = np.bincount(part, minlength=len(owner))
    enough = counts >= kind
    vertex = enough[part]
    units, counts, owner = units[vertex], counts[enough], owner[enough]
    kept, per_feature = np.unique(owner, return_counts=True)
    starts = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    features = np.concatenate([[0], np.cumsum(per_feature)]).astype(np.int64)
    return Shapes(kind, units, starts, features), kept
