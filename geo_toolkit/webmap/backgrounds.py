"""Tiles of one's own as a background: a folder ``z/x/y.png``, or a PMTiles file (version 3)."""

from __future__ import annotations

import base64
import gzip
import math
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from geo_toolkit.errors import DefinitionError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = [
    "Background",
    "TileFolder",
    "TilePackage",
    "covering_tiles",
    "inline_tiles",
    "open_background",
]

_PICTURES = {"png": "image/png", "jpg": "image/jpeg", "jpeg": "image/jpeg", "webp": "image/webp"}
_MAGIC = b"PMTiles\x03"
_HEADER_BYTES = 127
_PACKAGE_KINDS = {1: "mvt", 2: "png", 3: "jpg", 4: "webp"}
_DEEPEST_DIRECTORY = 4
_MOST_TILES = 20_000
_LARGEST_TILE_BYTES = 20_000_000

Bounds = tuple[float, float, float, float]


class Background(Protocol):
    """Tiles that can be asked for one by one.

    Attributes
    ----------
    kind
        ``png``, ``jpg``, ``webp`` or ``mvt`` (vector tiles).
    zooms
        Smallest and largest zoom with tiles.
    """

    @property
    def kind(self) -> str:
        """The kind of all its tiles."""

    @property
    def zooms(self) -> tuple[int, int]:
        """Smallest and largest zoom."""

    def tile(self, z: int, x: int, y: int) -> bytes | None:
        """Return a tile, decompressed, or None where there is none."""


@dataclass(frozen=True)
class TileFolder:
    """A folder with one file a tile: ``z/x/y.png``."""

    folder: Path
    kind: str
    zooms: tuple[int, int]

    def tile(self, z: int, x: int, y: int) -> bytes | None:
        """Return a tile, or None where there is no file."""
        path = self.folder / str(z) / str(x) / f"{y}.{self.kind}"
        return path.read_bytes() if path.is_file() else None


@dataclass(frozen=True)
class TilePackage:
    """A PMTiles file."""

    path: Path
    kind: str
    zooms: tuple[int, int]
    root: tuple[int, int]
    leaves_at: int
    data_at: int
    directory_compression: int
    tile_compression: int

    def tile(self, z: int, x: int, y: int) -> bytes | None:
        """Return a tile, decompressed, or None where the file has none.

        Raises
        ------
        DefinitionError
            If the file is damaged there.
        """
        wanted = tile_number(z, x, y)
        start, length = self.root
        try:
            for _ in range(_DEEPEST_DIRECTORY):
                packed = self._read(start, length)
                entry = _entry_for(_unpacked(packed, self.directory_compression), wanted)
                if entry is None:
                    return None
                offset, length, run = entry
                if run:
                    data = self._read(self.data_at + offset, length)
                    return _unpacked(data, self.tile_compression)
                start = self.leaves_at + offset
        except (EOFError, OSError, ValueError, IndexError, zlib.error) as error:
            raise DefinitionError(
                f"basemap {self.path.name}: tile {z}/{x}/{y} cannot be read ({error}); "
                "copy the file again"
            ) from error
        return None

    def _read(self, start: int, length: int) -> bytes:
        if length > _LARGEST_TILE_BYTES:
            raise ValueError(f"{length} bytes in one piece")
        with self.path.open("rb") as file:
            file.seek(start)
            return file.read(length)


def open_background(path: Path, name: str) -> Background:
    """Return the tiles of a folder or a PMTiles file.

    Parameters
    ----------
    name
        As the map definition has it, for messages.

    Raises
    ------
    DefinitionError
        If there are none, or they are of an unknown kind.
    """
    if path.is_file():
        return _package(path, name)
    tiles = sorted(file for file in path.glob("[0-9]*/[0-9]*/[0-9]*.*") if file.is_file())
    kinds = [kind for kind in _PICTURES if any(file.suffix == f".{kind}" for file in tiles)]
    if not kinds:
        raise DefinitionError(
            f"basemap {name!r}: expected a folder of tiles z/x/y.png (jpg, webp) or a PMTiles "
            "file in the workspace, got none; correct the path"
        )
    zooms = [int(z.name) for z in path.iterdir() if z.name.isdigit()]
    return TileFolder(path, kinds[0], (min(zooms), max(zooms)))


def _package(path: Path, name: str) -> TilePackage:
    with path.open("rb") as file:
        head = file.read(_HEADER_BYTES)
    if len(head) < _HEADER_BYTES or not head.startswith(_MAGIC):
        raise DefinitionError(
            f"basemap {name!r}: expected a PMTiles file of version 3, got another kind; "
            "convert it with the pmtiles tool"
        )
    kind = _PACKAGE_KINDS.get(head[99], "")
    if not kind or head[97] not in (1, 2) or head[98] not in (0, 1, 2):
        raise DefinitionError(
            f"basemap {name!r}: expected PNG, JPEG, WebP or vector tiles, plain or gzip, got kind "
            f"{head[99]}, compression {head[97]}/{head[98]}; convert the file"
        )

    def number(at: int) -> int:
        return int.from_bytes(head[at : at + 8], "little")

    return TilePackage(
        path=path,
        kind=kind,
        zooms=(head[100], head[101]),
        root=(number(8), number(16)),
        leaves_at=number(40),
        data_at=number(56),
        directory_compression=head[97],
        tile_compression=head[98],
    )


def tile_number(z: int, x: int, y: int) -> int:
    """Return a tile's number along the Hilbert curve of all zooms, as PMTiles counts.

    Source
    ------
    PMTiles specification, version 3, section 4.1.

    Examples
    --------
    >>> tile_number(0, 0, 0), tile_number(1, 1, 0), tile_number(2, 0, 0)
    (0, 4, 5)
    """
    number = ((1 << 2 * z) - 1) // 3
    half = 1 << z >> 1
    while half:
        right, down = int(bool(x & half)), int(bool(y & half))
        number += half * half * ((3 * right) ^ down)
        if not down:
            if right:
                x, y = half - 1 - x, half - 1 - y
            x, y = y, x
        half >>= 1
    return number


def _unpacked(data: bytes, compression: int) -> bytes:
    return gzip.decompress(data) if compression == 2 or data[:2] == b"\x1f\x8b" else data


def _entry_for(directory: bytes, wanted: int) -> tuple[int, int, int] | None:
    """Return offset, length and run of the entry that holds a tile; a run of 0 is a leaf."""
    numbers = _varints(directory)
    count = next(numbers)
    ids, tile = [], 0
    for _ in range(count):
        tile += next(numbers)
        ids.append(tile)
    runs = [next(numbers) for _ in range(count)]
    lengths = [next(numbers) for _ in range(count)]
    offsets: list[int] = []
    for at in range(count):
        raw = next(numbers)
        offsets.append(offsets[-1] + lengths[at - 1] if raw == 0 and at else raw - 1)
    found = max((at for at in range(count) if ids[at] <= wanted), default=None)
    if found is None or (runs[found] and wanted >= ids[found] + runs[found]):
        return None
    return offsets[found], lengths[found], runs[found]


def _varints(data: bytes) -> Iterator[int]:
    value = shift = 0
    for byte in data:
        value |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            yield value
            value = shift = 0
    raise EOFError("the directory ends too early")


def covering_tiles(bounds: Bounds, z: int) -> Iterator[tuple[int, int]]:
    """Yield x and y of the tiles that cover an area at a zoom.

    Parameters
    ----------
    bounds
        West, south, east, north in degrees.

    Examples
    --------
    >>> list(covering_tiles((106.0, 30.0, 107.0, 31.0), 8))
    [(203, 104), (203, 105), (204, 104), (204, 105)]
    """
    west, south, east, north = bounds
    size = 1 << z

    def column(lon: float) -> int:
        return min(max(int((lon + 180) / 360 * size), 0), size - 1)

    def row(lat: float) -> int:
        y = 0.5 - math.asinh(math.tan(math.radians(lat))) / (2 * math.pi)
        return min(max(int(y * size), 0), size - 1)

    for x in range(column(west), column(east) + 1):
        for y in range(row(north), row(south) + 1):
            yield x, y


def inline_tiles(
    background: Background, bounds: Bounds, *, most_bytes: int
) -> tuple[dict[str, str], int]:
    """Return the tiles of an area by ``z/x/y`` as text, and the largest zoom that found room.

    Pictures are ``data:`` addresses, vector tiles base64. Small zooms come first; a zoom that does
    not fit as a whole is left out with all above it.
    """
    found: dict[str, str] = {}
    used, largest = 0, -1
    for z in range(background.zooms[0], background.zooms[1] + 1):
        level: dict[str, str] = {}
        for count, (x, y) in enumerate(covering_tiles(bounds, z)):
            if count > _MOST_TILES:
                return found, largest
            tile = background.tile(z, x, y)
            if tile is None:
                continue
            text = base64.b64encode(tile).decode("ascii")
            head = "" if background.kind == "mvt" else f"data:{_PICTURES[background.kind]};base64,"
            level[f"{z}/{x}/{y}"] = head + text
            used += len(head) + len(text)
            if used > most_bytes:
                return found, largest
        found |= level
        largest = z if level else largest
    return found, largest
