"""Shapefiles, as a zip, a folder or the parts beside a .shp, in whatever encoding they are."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import numpy as np

from geo_toolkit.boundary.archive import extract, list_entries
from geo_toolkit.boundary.crs_basis import decide_system, parse_declared
from geo_toolkit.boundary.dbf import declared_by_language, texts_of
from geo_toolkit.boundary.encoding import detect_legacy, family_of, is_same_encoding
from geo_toolkit.boundary.field_map import (
    MAX_BYTES,
    field_map_name,
    is_field_map,
    restore_names,
)
from geo_toolkit.boundary.gdal import read_table
from geo_toolkit.boundary.source import file_sha256, is_plain
from geo_toolkit.boundary.submission import Submission
from geo_toolkit.boundary.words import FeaturePlaces, say
from geo_toolkit.errors import BoundaryError, OptionError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pyproj import CRS

    from geo_toolkit.boundary.archive import Entry
    from geo_toolkit.boundary.options import ReadOptions

__all__ = ["read_folder", "read_parts", "read_zip"]

FORMAT = "Shapefile"
PARTS = (".shp", ".shx", ".dbf", ".prj", ".cpg")
_HEAD = 100
_SLACK_RECORDS, _SLACK_BYTES = 1000, 1_000_000
FIELD_MAP = "boundary_fields.csv"
_NEEDED = {".shx": "index", ".dbf": "attributes"}
_MAGIC = b"\x00\x00\x27\x0a"


@dataclass(frozen=True)
class _Copy:
    """A private copy of a shapefile's parts under names of our own."""

    folder: Path
    suffixes: frozenset[str]

    def part(self, suffix: str) -> Path:
        return self.folder / f"boundary{suffix}"

    def bytes_of(self, suffix: str) -> bytes:
        return self.part(suffix).read_bytes() if suffix in self.suffixes else b""


def read_zip(path: Path, options: ReadOptions) -> Submission:
    """Return the polygons of a zipped shapefile.

    Raises
    ------
    BoundaryError
        If the archive holds no shapefile, several without ``--layer``, or one without its parts.
    """
    entries = list_entries(path)
    stems = {e.stem: e.stem for e in entries if e.suffix == ".shp"}
    if not stems:
        held = ", ".join(sorted({e.suffix or e.name for e in entries})) or "nothing"
        raise BoundaryError(
            path.name, "", "a shapefile (.shp with .shx, .dbf and .prj) in the archive", held,
            "pack the parts of the shapefile, or submit the other format unpacked",
        )  # fmt: skip
    stem = _choose(path.name, stems, options.layer)
    parts = [e for e in entries if e.suffix in PARTS]
    chosen = {e.suffix: e for e in parts if e.stem.lower() == stem.lower()}
    chosen |= {e.suffix: e for e in parts if e.stem == stem}
    with TemporaryDirectory(prefix="geo-toolkit-") as folder:
        copy = _Copy(Path(folder), frozenset(chosen))
        targets: Mapping[Path, Entry] = {copy.part(s): e for s, e in chosen.items()}
        names = [e for e in entries if is_field_map(e.name, stem) and e.info.file_size <= MAX_BYTES]
        if names:
            targets = {**targets, copy.folder / FIELD_MAP: names[0]}
        extract(path, targets)
        return _read(path, copy, options, digest=file_sha256(path))


def read_folder(path: Path, options: ReadOptions) -> Submission:
    """Return the polygons of the shapefile in a folder.

    Raises
    ------
    BoundaryError
        If the folder holds no shapefile, or several without ``--layer``.
    """
    found = {p.stem: p.stem for p in sorted(path.iterdir()) if p.suffix.lower() == ".shp"}
    if not found:
        raise BoundaryError(
            path.name, "", "a file, or a folder with a shapefile", "a folder without .shp",
            "name the boundary file itself",
        )  # fmt: skip
    stem = _choose(path.name, found, options.layer)
    return _read_beside(path, path, stem, options)


def read_parts(path: Path, options: ReadOptions) -> Submission:
    """Return the polygons of a shapefile named by its .shp, its other parts beside it."""
    return _read_beside(path, path.parent, path.stem, options)


def _read_beside(path: Path, folder: Path, stem: str, options: ReadOptions) -> Submission:
    """Copy the parts of one stem and read them."""
    beside = [p for p in sorted(folder.iterdir()) if p.suffix.lower() in PARTS and is_plain(p)]
    parts = {p.suffix.lower(): p for p in beside if p.stem.lower() == stem.lower()}
    parts |= {p.suffix.lower(): p for p in beside if p.stem == stem}
    digest = sha256()
    with TemporaryDirectory(prefix="geo-toolkit-") as name:
        copy = _Copy(Path(name), frozenset(parts))
        for suffix in sorted(parts):
            shutil.copyfile(parts[suffix], copy.part(suffix))
            digest.update(copy.bytes_of(suffix))
        table = next((p for p in sorted(folder.iterdir()) if is_field_map(p.name, stem)), None)
        if table is not None and is_plain(table) and table.stat().st_size <= MAX_BYTES:
            shutil.copyfile(table, copy.folder / FIELD_MAP)
            digest.update(table.read_bytes())
        return _read(path, copy, options, digest=digest.hexdigest())


def _choose(file: str, stems: Mapping[str, str], layer: str | None) -> str:
    """Return the one shapefile that is meant."""
    if layer is not None:
        chosen = [s for s in stems if layer in (s, s.rpartition("/")[2])]
        if len(chosen) == 1:
            return chosen[0]
    elif len(stems) == 1:
        return next(iter(stems))
    names = ", ".join(sorted(stems))
    raise BoundaryError(
        file, "", "one shapefile" if layer is None else f"a shapefile {layer!r}", names,
        "choose one of them with --layer",
    )  # fmt: skip


def _read(path: Path, copy: _Copy, options: ReadOptions, *, digest: str) -> Submission:
    """Return the polygons of a private copy."""
    file = path.name
    if not copy.bytes_of(".shp").startswith(_MAGIC):
        raise BoundaryError(
            file, ".shp", "a shapefile", "other content", "export the shapefile again"
        )
    for suffix, what in _NEEDED.items():
        if suffix not in copy.suffixes:
            raise BoundaryError(
                file, "", f"a shapefile with its {suffix} ({what})", f"none with {suffix}",
                "send all parts of the shapefile: .shp, .shx, .dbf, .prj",
            )  # fmt: skip
    _refuse_overlaps(copy, file)
    declared = _declared_system(copy, options, file)
    system = decide_system(file, options, declared=declared, source=say("its_prj"))
    encoding, basis = _encoding(copy, options, file)
    for read_here in (".cpg", ".prj"):
        copy.part(read_here).unlink(missing_ok=True)
    table = read_table(
        copy.part(".shp"), driver="ESRI Shapefile", file=file, encoding=family_of(encoding)
    )
    places = FeaturePlaces(len(table.geometry))
    attributes, restored = _whole_names(copy, table.attributes)
    said = [say("fields_restored", count=restored, file=field_map_name(path.stem))]
    return Submission(
        path=path,
        format=FORMAT,
        sha256=digest,
        system=system,
        geometry=table.geometry,
        places=places,
        attributes=attributes,
        stated_ha=np.full(len(table.geometry), np.nan),
        encoding=encoding,
        encoding_basis=basis,
        closed=[places[row] for row in table.closed],
        warnings=[*table.warnings, *(said if restored else [])],
    )


# the values are whatever the applicant submitted
def _whole_names(copy: _Copy, attributes: list[dict[str, Any]]) -> tuple[list[dict[str, Any]], int]:
    """Return the attributes under their whole names, where a table beside the parts has them."""
    table = copy.folder / FIELD_MAP
    return restore_names(attributes, table.read_bytes()) if table.is_file() else (attributes, 0)


def _refuse_overlaps(copy: _Copy, file: str) -> None:
    """Refuse an index whose records lie over each other: together they can be of any size."""
    shp, shx = copy.bytes_of(".shp"), copy.bytes_of(".shx")
    entries = np.frombuffer(shx[_HEAD : len(shx) - (len(shx) - _HEAD) % 8], ">i4").reshape(-1, 2)
    offsets = np.unique(2 * entries[:, 0].astype(np.int64))
    offsets = offsets[(offsets >= _HEAD) & (offsets <= len(shp) - 8)]
    raw = np.frombuffer(shp, np.uint8)
    told = raw[offsets[:, None] + np.arange(4, 8)].view(">i4").ravel().astype(np.int64)
    most = np.maximum(told, 0).sum() * 2
    is_repeated = len(offsets) < np.count_nonzero(entries[:, 0] * 2 >= _HEAD) - _SLACK_RECORDS
    if is_repeated or most > len(shp) + _SLACK_BYTES:
        raise BoundaryError(
            file, ".shx", "a whole index, each record named once", "records over each other",
            "export the shapefile again",
        )  # fmt: skip


def _declared_system(copy: _Copy, options: ReadOptions, file: str) -> CRS | None:
    """Return what the .prj says; without one, ``--crs`` must."""
    text = copy.bytes_of(".prj").decode("utf-8", errors="replace").strip("\ufeff\0 \r\n\t")
    if text:
        return parse_declared(text, file, ".prj")
    if options.crs is None:
        got = "an empty .prj" if ".prj" in copy.suffixes else "none with .prj"
        raise BoundaryError(
            file, "", "a shapefile with its .prj (coordinate system)", got,
            "send the .prj, or name the system with --crs, such as EPSG:4523",
        )  # fmt: skip
    return None


def _encoding(copy: _Copy, options: ReadOptions, file: str) -> tuple[str, str]:
    """Return encoding and basis: .cpg, language byte of the .dbf, option, or the bytes."""
    dbf = copy.bytes_of(".dbf")
    cpg = copy.bytes_of(".cpg").decode("ascii", errors="replace").strip("\ufeff\0 \r\n\t")
    declared, source = _from_cpg(cpg, file), say("its_cpg")
    if declared is None:
        declared, source = declared_by_language(dbf), say("language_byte")
    if declared is None and options.encoding is not None:
        declared, basis = options.encoding, say("option", option="--encoding")
    elif declared is None:
        return detect_legacy(texts_of(dbf, file), file=file)
    else:
        basis = say("declared", source=source)
        if options.encoding is not None and not is_same_encoding(declared, options.encoding):
            raise OptionError(
                f"{file}: expected {declared}, which its {source} says, got --encoding "
                f"{options.encoding}; leave --encoding out, or correct the file"
            )
    for text in texts_of(dbf, file):
        try:
            text.decode(declared)
        except UnicodeDecodeError:
            if _is_cut(text, declared):
                continue
            raise BoundaryError(
                file, ".dbf", f"text in {declared} ({basis})", "bytes that are none",
                "correct the .cpg, or remove it and name the encoding with --encoding",
            ) from None  # fmt: skip
    return declared, basis


def _is_cut(text: bytes, encoding: str) -> bool:
    """Whether a text only has its last character cut by the length of its field."""
    for end in range(1, 4):
        try:
            text[:-end].decode(encoding)
        except UnicodeDecodeError:
            continue
        return True
    return False


def _from_cpg(text: str, file: str) -> str | None:
    """Return the encoding that a .cpg names, in any of the forms met."""
    if not text:
        return None
    name = text.upper().removeprefix("ANSI").removeprefix("OEM").strip(" -_")
    known = {"936": "GBK", "CP936": "GBK", "65001": "UTF-8", "950": "Big5", "54936": "GB18030"}
    name = known.get(name, name)
    try:
        family_of(name)
    except OptionError:
        raise BoundaryError(
            file, ".cpg", "UTF-8, GBK, GB18030 or Big5", repr(text[:30]),
            "correct the .cpg, or remove it and name the encoding with --encoding",
        ) from None  # fmt: skip
    return name
