"""Deliveries as they arrive: a file, a zip, a folder or a .gdb, and the tables found in them.

What is not a shapefile is copied under a name of our own before GDAL sees it, so that no name in
an archive or folder can steer GDAL elsewhere.
"""

from __future__ import annotations

import shutil
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from geo_toolkit.boundary.archive import Entry, extract, list_entries
from geo_toolkit.boundary.gdal import list_layers
from geo_toolkit.catalogue.packing import hash_of
from geo_toolkit.catalogue.plain_geojson import require_plain
from geo_toolkit.errors import BoundaryError, LayerError

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["DRIVERS", "DeliveredTable", "OpenDelivery", "open_delivery"]

DRIVERS = {
    ".gpkg": ("GPKG", "GeoPackage"),
    ".gdb": ("OpenFileGDB", "file geodatabase"),
    ".geojson": ("GeoJSON", "GeoJSON"),
    ".json": ("GeoJSON", "GeoJSON"),
    ".fgb": ("FlatGeobuf", "FlatGeobuf"),
    ".parquet": ("", "GeoParquet"),
    ".shp": ("ESRI Shapefile", "Shapefile"),
}
MAX_UNPACKED_BYTES = 16_000_000_000
"""A province's delivery is larger than any boundary; its ratio and names are checked alike."""

_MARKS = {".gpkg": b"SQLite format 3\0", ".fgb": b"fgb", ".parquet": b"PAR1"}
_READ = "send it as shapefile, .gdb, GeoPackage, GeoJSON, FlatGeobuf or GeoParquet"


@dataclass(frozen=True)
class DeliveredTable:
    """One table of a delivery.

    Attributes
    ----------
    name
        As a person reads it: the table's, or the stem of its file.
    suffix
        What kind of dataset it is in; a key of ``DRIVERS``.
    path
        Where it is read: our own copy, or the shapefile as it was sent.
    table
        The table's name inside the dataset; None where the dataset is the table.
    """

    name: str
    suffix: str
    path: Path
    table: str | None


@dataclass(frozen=True)
class OpenDelivery:
    """A delivery while it is open."""

    path: Path
    sha256: str
    tables: tuple[DeliveredTable, ...]

    def choose(self, name: str | None) -> DeliveredTable:
        """Return the one table that is meant.

        Raises
        ------
        LayerError
            If there are several and none is named, or none of that name.
        """
        chosen = [t for t in self.tables if name is None or t.name == name]
        if len(chosen) == 1:
            return chosen[0]
        names = ", ".join(sorted(t.name for t in self.tables)) or "none"
        expected = "one table" if name is None else f"a table {name!r}"
        raise LayerError(
            f"{self.path.name}: expected {expected}, got {names}; choose one of them with --layer"
        )


@contextmanager
def open_delivery(path: Path) -> Iterator[OpenDelivery]:
    """Open a delivery, and remove our copies of it at the end.

    Raises
    ------
    BoundaryError
        If an archive is damaged or harmful, or a dataset cannot be opened.
    LayerError
        If there is nothing in it that is read.
    """
    if not path.exists():
        raise LayerError(f"{path.name}: expected a file or folder, got none of that name; "
                         "check its path")  # fmt: skip
    with TemporaryDirectory(prefix="geo-toolkit-") as name:
        copies = Path(name)
        if path.is_dir():
            found = _of_folder(path, copies)
            digest = _folder_hash(path)
        elif path.suffix.lower() == ".zip":
            found = _of_zip(path, copies)
            digest = hash_of(path)
        else:
            found = _of_file(path, copies)
            digest = _shapefile_hash(path) if path.suffix.lower() == ".shp" else hash_of(path)
        if not found:
            raise LayerError(f"{path.name}: expected a table with features, got none; {_READ}")
        yield OpenDelivery(path, digest, tuple(_with_unique_names(found)))


def _of_file(path: Path, copies: Path) -> list[DeliveredTable]:
    suffix = path.suffix.lower()
    if suffix not in DRIVERS or suffix == ".gdb":
        raise LayerError(
            f"{path.name}: expected a format that is read, got {suffix or 'no suffix'}; {_READ}"
        )
    if suffix == ".shp":
        return [DeliveredTable(path.stem, ".shp", path, None)]
    copy = copies / f"delivery{suffix}"
    shutil.copyfile(path, copy)
    return _tables(copy, suffix, path.name, path.stem)


def _of_folder(path: Path, copies: Path) -> list[DeliveredTable]:
    if path.suffix.lower() == ".gdb":
        copy = copies / "delivery.gdb"
        shutil.copytree(path, copy)
        return _tables(copy, ".gdb", path.name, path.stem)
    found: list[DeliveredTable] = []
    for number, item in enumerate(sorted(path.rglob("*"))):
        suffix = item.suffix.lower()
        if any(parent.suffix.lower() == ".gdb" for parent in item.relative_to(path).parents):
            continue
        if item.is_dir() and suffix == ".gdb":
            copy = copies / f"{number}.gdb"
            shutil.copytree(item, copy)
            found += _tables(copy, ".gdb", item.name, item.stem)
        elif item.is_file() and suffix in DRIVERS and suffix != ".gdb":
            folder = copies / str(number)
            folder.mkdir()
            found += _of_file(item, folder)
    return found


def _of_zip(path: Path, copies: Path) -> list[DeliveredTable]:
    entries = list_entries(path, limit_bytes=MAX_UNPACKED_BYTES)
    found: list[DeliveredTable] = []
    bases: dict[str, list[Entry]] = {}
    targets: dict[Path, Entry] = {}
    for entry in entries:
        base = next(
            (p for p in PurePosixPath(entry.name).parts if p.lower().endswith(".gdb")), None
        )
        if base is not None:
            bases.setdefault(base, []).append(entry)
        elif entry.suffix == ".shp":
            name = PurePosixPath(entry.stem).name
            found.append(DeliveredTable(name, ".shp", path, entry.stem))
        elif entry.suffix in DRIVERS and entry.suffix != ".gdb":
            targets[copies / f"{len(targets)}{entry.suffix}"] = entry
    for number, (base, inside) in enumerate(sorted(bases.items())):
        folder = copies / f"base{number}.gdb"
        folder.mkdir()
        named_base = {folder / PurePosixPath(entry.name).name: entry for entry in inside}
        extract(path, named_base, limit_bytes=MAX_UNPACKED_BYTES)
        found += _tables(folder, ".gdb", path.name, Path(base).stem)
    extract(path, targets, limit_bytes=MAX_UNPACKED_BYTES)
    for copy, entry in targets.items():
        found += _tables(copy, entry.suffix, path.name, PurePosixPath(entry.stem).name)
    return found


def _tables(copy: Path, suffix: str, file: str, stem: str) -> list[DeliveredTable]:
    """Return the tables with geometry of one dataset, after a look at what it is."""
    mark = _MARKS.get(suffix)
    if mark is not None:
        with copy.open("rb") as stream:
            head = stream.read(len(mark))
        if head != mark:
            raise BoundaryError(
                file, "", f"a {DRIVERS[suffix][1]}", "other content", "export and send it again"
            )
    if suffix in (".geojson", ".json"):
        require_plain(copy, file)
    if suffix == ".parquet":
        return [DeliveredTable(stem, suffix, copy, None)]
    layers = [(name, kind) for name, kind in list_layers(copy, file=file) if kind]
    if len(layers) == 1 and suffix in (".geojson", ".json", ".fgb"):
        return [DeliveredTable(stem, suffix, copy, layers[0][0])]
    return [DeliveredTable(name, suffix, copy, name) for name, _ in sorted(layers)]


def _with_unique_names(tables: list[DeliveredTable]) -> list[DeliveredTable]:
    """Return the tables, those of one name told apart by a number."""
    count = Counter(t.name for t in tables)
    seen: Counter[str] = Counter()
    named = []
    for table in tables:
        seen[table.name] += 1
        label = f"{table.name}~{seen[table.name]}" if count[table.name] > 1 else table.name
        named.append(DeliveredTable(label, table.suffix, table.path, table.table))
    return named


def _folder_hash(path: Path) -> str:
    """Return one SHA-256 over the names and contents of a folder's files."""
    digest = sha256()
    for item in sorted(p for p in path.rglob("*") if p.is_file()):
        digest.update(f"{item.relative_to(path).as_posix()}\0{hash_of(item)}\n".encode())
    return digest.hexdigest()


def _shapefile_hash(path: Path) -> str:
    """Return one SHA-256 over the parts of a shapefile."""
    digest = sha256()
    for part in sorted(p for p in path.parent.iterdir() if p.stem == path.stem and p.is_file()):
        digest.update(f"{part.suffix.lower()}\0{hash_of(part)}\n".encode())
    return digest.hexdigest()
