"""MapInfo tables: .tab with .dat, .map and .id, or .mif with .mid; from a private copy."""

from __future__ import annotations

import re
import shutil
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import numpy as np

from geo_toolkit.boundary.crs_basis import decide_system, parse_declared
from geo_toolkit.boundary.dbf import texts_of
from geo_toolkit.boundary.encoding import detect_legacy, family_of, is_same_encoding
from geo_toolkit.boundary.gdal import read_table
from geo_toolkit.boundary.source import is_plain
from geo_toolkit.boundary.submission import Submission
from geo_toolkit.boundary.words import FeaturePlaces, say
from geo_toolkit.errors import BoundaryError, OptionError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geo_toolkit.boundary.gdal import Table
    from geo_toolkit.boundary.options import ReadOptions

__all__ = ["PARTS", "read"]

FORMAT = "MapInfo"
PARTS = (".tab", ".dat", ".map", ".id", ".mif", ".mid")
_NEEDED = {".tab": (".dat", ".map", ".id"), ".mif": (".mid",)}
_DRIVER = "MapInfo File"
_MAX_HEAD = 100_000
_CHARSET = re.compile(rb"(?i)(\bcharset\s+\"?)([\w.-]+)")
_CHARSETS = {
    # MapInfo's name: our name, and whether it says anything of Chinese text
    "windowssimpchinese": "GBK",
    "windowstradchinese": "Big5",
    "utf-8": "UTF-8",
}


def read(path: Path, options: ReadOptions) -> Submission:
    """Return the polygons or lines of a MapInfo table, its other parts beside it.

    Raises
    ------
    BoundaryError
        If a part is missing or damaged, or the table is a window to other files.
    """
    file = path.name
    parts = _needed_parts(path)
    digest = sha256()
    with TemporaryDirectory(prefix="geo-toolkit-") as folder:
        for suffix, part in parts.items():
            shutil.copyfile(part, Path(folder) / f"boundary{suffix}")
            digest.update((Path(folder) / f"boundary{suffix}").read_bytes())
        table, encoding, basis = _read_copy(Path(folder), list(parts), options, file)
    header = say("its_header")
    declared = None if table.crs is None else parse_declared(table.crs, file, header)
    system = decide_system(file, options, declared=declared, source=header)
    extra = []
    if declared is not None and system.crs != declared:
        extra.append(say("geoid_ellipsoid", name=declared.name))
    places = FeaturePlaces(len(table.geometry))
    return Submission(
        path=path,
        format=FORMAT,
        sha256=digest.hexdigest(),
        system=system,
        geometry=table.geometry,
        places=places,
        attributes=table.attributes,
        stated_ha=np.full(len(table.geometry), np.nan),
        encoding=encoding,
        encoding_basis=basis,
        closed=[places[row] for row in table.closed],
        warnings=[*table.warnings, *extra],
    )


def _read_copy(
    folder: Path, suffixes: list[str], options: ReadOptions, file: str
) -> tuple[Table, str, str]:
    """Return the table of a private copy, its encoding, and why that."""
    main, second = (folder / f"boundary{suffix}" for suffix in suffixes[:2])
    content = main.read_bytes()
    head = content[:_MAX_HEAD]
    _check_head(head, suffixes[0], file)
    if suffixes[0] == ".mif":
        samples = re.split(rb"[\s,\"]+", second.read_bytes())
    else:  # the field names in a .dat are not those of the table, and may be in UTF-8
        samples = texts_of(second.read_bytes(), file, with_names=False)
    encoding, basis, is_declared = _encoding(head, samples, options, file)
    told = None if is_declared else family_of(encoding)
    if not is_declared:  # or GDAL would read the text as what the charset says by default
        main.write_bytes(_CHARSET.sub(rb"\1Neutral", head) + content[_MAX_HEAD:])
    return read_table(main, driver=_DRIVER, file=file, encoding=told), encoding, basis


def _needed_parts(path: Path) -> dict[str, Path]:
    """Return the main part and those that it needs, by suffix; the one with texts second."""
    file, suffix = path.name, path.suffix.lower()
    if suffix not in _NEEDED:
        raise BoundaryError(
            file, "", "the .tab or .mif of a MapInfo table", f"its {suffix}",
            "name the .tab or the .mif, or a zip of all its parts",
        )  # fmt: skip
    parts = _parts(path)
    for needed in _NEEDED[suffix]:
        if needed not in parts:
            raise BoundaryError(
                file, "", f"a MapInfo table with its {needed}", f"none with {needed}",
                "send all its parts: .tab, .dat, .map, .id, or .mif and .mid",
            )  # fmt: skip
    return {suffix: path, **{needed: parts[needed] for needed in _NEEDED[suffix]}}


def _parts(path: Path) -> dict[str, Path]:
    """Return the parts of the table by their suffix in lower case."""
    beside = [p for p in sorted(path.parent.iterdir()) if p.suffix.lower() in PARTS and is_plain(p)]
    parts = {p.suffix.lower(): p for p in beside if p.stem.lower() == path.stem.lower()}
    return parts | {p.suffix.lower(): p for p in beside if p.stem == path.stem}


def _check_head(head: bytes, suffix: str, file: str) -> None:
    """Refuse what is no table of its own: a view, a linked or seamless table, a raster."""
    if suffix == ".mif":
        is_sound = re.match(rb"(?i)\s*version\s+\d", head) is not None
    else:
        is_sound = re.match(rb"(?i)\s*!table", head) is not None
    if not is_sound:
        raise BoundaryError(
            file, "", "a MapInfo table", "other content", "export and send it again"
        )
    kind = re.search(rb"(?im)^\s*type\s+(\w+)", head)
    is_native = suffix == ".mif" or (kind is not None and kind[1].lower() == b"native")
    outside = re.search(rb"(?i)isseamless\W+true|create\s+view|^\s*file\s", head, re.MULTILINE)
    if not is_native or outside:
        raise BoundaryError(
            file, "", "a native MapInfo table of its own", "one that refers to other files",
            "save a copy of the table as native format and send that",
        )  # fmt: skip


def _encoding(
    head: bytes, texts: Sequence[bytes], options: ReadOptions, file: str
) -> tuple[str, str, bool]:
    """Return the encoding, its basis, and whether the table's charset says it.

    Western charsets and Neutral are written by default whatever the text is: they say nothing.
    """
    match = _CHARSET.search(head)
    name = match[2].decode("ascii", errors="replace") if match else "none"
    declared = _CHARSETS.get(name.lower())
    if declared is None and options.encoding is not None:
        return options.encoding, say("option", option="--encoding"), False
    if declared is None:
        samples = [*re.split(rb"[\s,\"]+", head), *texts]
        encoding, basis = detect_legacy(samples, file=file, place="texts", lacking="no_charset")
        return encoding, basis, False
    if options.encoding is not None and not is_same_encoding(declared, options.encoding):
        raise OptionError(
            f"{file}: expected {family_of(declared)}, which its charset says, got --encoding "
            f"{options.encoding}; leave --encoding out, or correct the file"
        )
    return declared, say("declared", source=say("its_header")), True
