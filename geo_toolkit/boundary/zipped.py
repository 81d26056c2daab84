"""Zip archives: which boundary in them is meant, and who reads it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from geo_toolkit.boundary import geodatabase, kml, shapefile
from geo_toolkit.boundary.archive import extract, list_entries
from geo_toolkit.boundary.faults import Attempt, strictly
from geo_toolkit.boundary.field_map import is_field_map
from geo_toolkit.boundary.source import file_sha256
from geo_toolkit.boundary.words import say
from geo_toolkit.errors import BoundaryError, NotAvailable

if TYPE_CHECKING:
    from collections.abc import Callable

    from geo_toolkit.boundary.archive import Entry
    from geo_toolkit.boundary.options import ReadOptions
    from geo_toolkit.boundary.submission import Submission

    Reader = Callable[[Path, ReadOptions], Submission]

__all__ = ["MEMBER_SUFFIXES", "read"]

MEMBER_SUFFIXES = (
    ".txt", ".geojson", ".json", ".geojsonl", ".geojsons", ".gpkg", ".kml", ".ovkml", ".kmz",
    ".ovkmz", ".dxf", ".tab", ".mif", ".fgb", ".parquet", ".wkt", ".csv", ".xlsx",
)  # fmt: skip
_COMPANIONS = {".tab": (".dat", ".map", ".id"), ".mif": (".mid",)}
_NEVER_BOUNDARIES = ("readme", "说明", "license")


def read(
    path: Path, options: ReadOptions, read_member: Reader, attempt: Attempt = strictly
) -> Submission:
    """Return the one boundary in an archive: a shapefile, a .gdb, or a single other file.

    Parameters
    ----------
    read_member
        Reads a file that is no archive; called with a private copy of the member.

    Raises
    ------
    BoundaryError
        If the archive is harmful, or holds no boundary or several without ``--layer``.
    """
    entries = list_entries(path)
    if any(e.name == "[Content_Types].xml" for e in entries):
        raise NotAvailable(
            f"{path.name}: expected a boundary, got an Office document other than a workbook; "
            "submit the points as .xlsx or .csv"
        )
    in_gdb = [e for e in entries if geodatabase.is_geodatabase_entry(e.name)]
    others = [e for e in entries if e not in in_gdb]
    shapes = [e.stem for e in others if e.suffix == ".shp"]
    tables = [e for e in others if any(is_field_map(e.name, stem) for stem in shapes)]
    members = [e for e in others if _is_member(e) and e not in tables]
    if shapes:
        return _with_left_out(shapefile.read_zip(path, options), in_gdb, members)
    if in_gdb:
        return _with_left_out(geodatabase.read_zip(path, options), [], members)
    if path.suffix.lower() in (".kmz", ".ovkmz") or any(e.name == "doc.kml" for e in entries):
        return kml.read_zipped(path, options, attempt)
    if not members:
        return shapefile.read_zip(path, options)  # says what an archive must hold
    return _read_member(path, _choose(members, options, path.name), others, options, read_member)


def _is_member(entry: Entry) -> bool:
    stem = PurePosixPath(entry.name).stem.lower()
    is_note = any(stem.startswith(word) for word in _NEVER_BOUNDARIES)
    return entry.suffix in MEMBER_SUFFIXES and not is_note


def _choose(members: list[Entry], options: ReadOptions, file: str) -> Entry:
    """Return the member that is meant; ``--layer`` may name it."""
    if len(members) == 1:
        return members[0]
    named = [e for e in members if options.layer in (e.name, PurePosixPath(e.name).name)]
    if len(named) == 1:
        return named[0]
    raise BoundaryError(
        file, "", "one boundary in the archive", ", ".join(sorted(e.name for e in members)),
        "choose one of them with --layer, or submit them unpacked",
    )  # fmt: skip


def _read_member(
    path: Path, member: Entry, others: list[Entry], options: ReadOptions, read_member: Reader
) -> Submission:
    """Return the submission in one member, told as that of the archive."""
    wanted = {member.suffix: member}
    for entry in others:
        if entry.suffix in _COMPANIONS.get(member.suffix, ()) and entry.stem == member.stem:
            wanted[entry.suffix] = entry
    is_layer = options.layer in (member.name, PurePosixPath(member.name).name)
    inner = replace(options, layer=None) if is_layer else options
    with TemporaryDirectory(prefix="geo-toolkit-") as folder:
        stem = path.stem
        extract(path, {Path(folder) / f"{stem}{s}": entry for s, entry in wanted.items()})
        found = read_member(Path(folder) / f"{stem}{member.suffix}", inner)
    return replace(found, path=path, sha256=file_sha256(path))


def _with_left_out(found: Submission, *groups: list[Entry]) -> Submission:
    """Return a submission that names the other boundaries of its archive."""
    names = sorted({_shown(entry) for group in groups for entry in group})
    if not names:
        return found
    said = say("other_files", names=", ".join(names))
    return replace(found, warnings=[*found.warnings, said])


def _shown(entry: Entry) -> str:
    parts = PurePosixPath(entry.name).parts
    return next((p for p in parts if p.lower().endswith(".gdb")), entry.name)
