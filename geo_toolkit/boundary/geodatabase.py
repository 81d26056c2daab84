"""File geodatabases (.gdb): a folder, or a zip that holds one; one layer, from a private copy."""

from __future__ import annotations

import re
import shutil
from hashlib import sha256
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from geo_toolkit.boundary.archive import MAX_ENTRIES, MAX_TOTAL_BYTES, extract, list_entries
from geo_toolkit.boundary.choosing import choose_layer
from geo_toolkit.boundary.gdal import list_layers
from geo_toolkit.boundary.gdal_layer import submission_of_layer
from geo_toolkit.boundary.source import file_sha256
from geo_toolkit.boundary.words import say
from geo_toolkit.errors import BoundaryError

if TYPE_CHECKING:
    from geo_toolkit.boundary.archive import Entry
    from geo_toolkit.boundary.options import ReadOptions
    from geo_toolkit.boundary.submission import Submission

__all__ = ["SUFFIX", "is_geodatabase_entry", "read_folder", "read_zip"]

FORMAT = "file geodatabase"
SUFFIX = ".gdb"
_PART = re.compile(r"(?i)(a[0-9a-f]{8}\.[a-z0-9_]{1,40}|gdb|timestamps)")
_TABLE = re.compile(r"(?i)a[0-9a-f]{8}\.gdbtable")


def is_geodatabase_entry(name: str) -> bool:
    """Whether an entry of an archive lies in a .gdb folder.

    Examples
    --------
    >>> is_geodatabase_entry("out/plots.gdb/a00000001.gdbtable")
    True
    """
    return _base(name) is not None


def read_folder(path: Path, options: ReadOptions) -> Submission:
    """Return the polygons or lines of a .gdb folder.

    Raises
    ------
    BoundaryError
        If it is damaged or too large, or holds several layers without ``--layer``.
    """
    parts = [p for p in sorted(path.iterdir()) if _PART.fullmatch(p.name) and _is_plain(p)]
    size = sum(part.stat().st_size for part in parts)
    if len(parts) > MAX_ENTRIES or size > MAX_TOTAL_BYTES:
        raise BoundaryError(
            path.name, "", f"at most {MAX_ENTRIES} parts and {MAX_TOTAL_BYTES // 1_000_000} MB",
            f"{len(parts)} parts and {size // 1_000_000} MB", "export the boundary alone",
        )  # fmt: skip
    digest = sha256()
    with TemporaryDirectory(prefix="geo-toolkit-") as folder:
        copy = Path(folder) / "boundary.gdb"
        copy.mkdir()
        for part in parts:
            shutil.copyfile(part, copy / part.name)
            digest.update(file_sha256(part).encode())
        return _read(path, copy, options, digest.hexdigest())


def read_zip(path: Path, options: ReadOptions) -> Submission:
    """Return the polygons or lines of the one .gdb in a zip archive.

    Raises
    ------
    BoundaryError
        If the archive holds several, or it cannot be read.
    """
    entries: dict[str, dict[str, Entry]] = {}
    for entry in list_entries(path):
        base, name = _base(entry.name), PurePosixPath(entry.name).name
        if base is not None and _PART.fullmatch(name):
            entries.setdefault(base, {})[name] = entry
    if len(entries) != 1:
        raise BoundaryError(
            path.name, "", "one file geodatabase in the archive",
            ", ".join(sorted(entries)) or "none", "send one .gdb in an archive",
        )  # fmt: skip
    with TemporaryDirectory(prefix="geo-toolkit-") as folder:
        copy = Path(folder) / "boundary.gdb"
        copy.mkdir()
        parts = next(iter(entries.values()))
        extract(path, {copy / name: entry for name, entry in parts.items()})
        return _read(path, copy, options, file_sha256(path))


def _read(path: Path, copy: Path, options: ReadOptions, digest: str) -> Submission:
    """Return the layer that is meant, of a private copy."""
    file = path.name
    if not any(_TABLE.fullmatch(part.name) for part in copy.iterdir()):
        raise BoundaryError(
            file, "", "a whole file geodatabase", "a folder without its tables",
            "copy the whole .gdb folder and send it again",
        )  # fmt: skip
    layers = list_layers(copy, file=file)
    layer = choose_layer(layers, options, file)
    return submission_of_layer(
        path, copy, options, digest=digest, driver="OpenFileGDB", form=FORMAT, layer=layer,
        source=say("layer", name=layer),
        remarks=[say("other_layers", names=", ".join(sorted(n for n, _ in layers if n != layer)))]
        if len(layers) > 1 else [],
    )  # fmt: skip


def _base(name: str) -> str | None:
    """Return the .gdb folder that an entry lies in, or None."""
    folders = PurePosixPath(name).parts[:-1]
    return next((part for part in folders if part.lower().endswith(SUFFIX)), None)


def _is_plain(part: Path) -> bool:
    return part.is_file() and not part.is_symlink()
