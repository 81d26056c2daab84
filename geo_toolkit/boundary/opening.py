"""The one place that opens submitted files: what each is, by its content, and who reads it."""

from __future__ import annotations

import codecs
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

from geo_toolkit.boundary import geojson, geopackage, shapefile, survey_text
from geo_toolkit.boundary.archive import READ_ERRORS
from geo_toolkit.boundary.options import ReadOptions
from geo_toolkit.boundary.sites import Sites
from geo_toolkit.boundary.submission import Submission, to_sites
from geo_toolkit.errors import BoundaryError, NotAvailable, OptionError

if TYPE_CHECKING:
    from collections.abc import Callable

    from pyproj import CRS

    from geo_toolkit.geodesy import Datum

__all__ = ["read_sites"]

MAX_BYTES = 200_000_000
_SHAPE_PARTS = (".shx", ".dbf", ".prj", ".cpg", ".sbn", ".sbx")
_JSON_SUFFIXES = (".geojson", ".json")
_KNOWN_LATER = (
    # suffixes, first bytes, name
    ((".kml", ".ovkml"), (), "KML"),
    ((".kmz", ".ovkmz"), (), "KMZ"),
    ((".dwg",), (b"AC10",), "DWG"),
    ((".dxf",), (), "DXF"),
    ((".xlsx",), (), "Excel"),
    ((".xls", ".doc", ".et"), (b"\xd0\xcf\x11\xe0",), "old Office"),
    ((".csv",), (), "CSV"),
    ((".tab", ".mif"), (), "MapInfo"),
    ((".fgb",), (b"fgb\x03",), "FlatGeobuf"),
    ((".parquet",), (b"PAR1",), "GeoParquet"),
    ((".wkt",), (), "WKT"),
    ((".gdb",), (), "file geodatabase"),
    ((".mdb",), (), "personal geodatabase"),
    ((".pdf",), (b"%PDF",), "PDF"),
    ((".rar",), (b"Rar!",), "RAR"),
    ((".7z",), (b"7z\xbc\xaf",), "7z"),
    ((".ovobj",), (), "Ovital"),
)
_READ = "submit it as survey text, GeoJSON, GeoPackage or zipped shapefile"


def read_sites(
    *paths: str | Path,
    crs: CRS | str | None = None,
    datum: Datum | str | None = None,
    encoding: str | None = None,
    layer: str | None = None,
) -> Sites:
    """Sites of submitted boundary files, in CGCS2000 degrees, with the ground for each property.

    Reads survey boundary-point text, GeoJSON, GeoPackage and shapefile (zip, folder or .shp);
    what a file is follows from its content, not from its name alone. Nothing is written.

    Parameters
    ----------
    paths
        Files, or folders with a shapefile.
    crs
        System of the numbers, such as ``EPSG:4523``, where the files do not tell.
    datum
        Datum of the numbers where the files do not tell, such as ``gcj02``.
    encoding
        Text encoding where the files do not tell.
    layer
        Which layer, of a file with several.

    Raises
    ------
    BoundaryError
        If a file cannot be read, or not without guessing.
    NotAvailable
        If its format or datum is known and not read by this version.
    OptionError
        If an option is unknown, or contradicts a file.
    """
    options = ReadOptions.of(crs, datum, encoding, layer)
    return Sites.join([to_sites(_read(Path(path), options)) for path in paths])


def _read(path: Path, options: ReadOptions) -> Submission:
    """Return the submission in a file, whatever the system says of it in plain words."""
    try:
        return _read_existing(path, options)
    except OSError as error:
        raise BoundaryError(
            path.name, "", "a readable file", error.strerror or "none",
            "check its path, its permissions and the disk",
        ) from None  # fmt: skip


def _read_existing(path: Path, options: ReadOptions) -> Submission:
    """Return the submission in a file, by the reader that its content asks for."""
    if not path.exists():
        raise BoundaryError(path.name, "", "a file", "none of that name", "check its path")
    if path.is_dir():
        _refuse_later(path, b"")
        return shapefile.read_folder(path, options)
    if not path.is_file():
        raise BoundaryError(path.name, "", "a regular file", "a device or pipe", "name a file")
    size = path.stat().st_size
    if size == 0:
        raise BoundaryError(path.name, "", "a boundary", "0 bytes", "send the file again")
    if size > MAX_BYTES:
        raise BoundaryError(
            path.name, "", f"at most {MAX_BYTES // 1_000_000} MB", f"{size // 1_000_000} MB",
            "submit the boundary in parts",
        )  # fmt: skip
    with path.open("rb") as stream:
        head = stream.read(512)
    reader = _reader(path, head)
    if options.layer is not None and reader in (geojson.read, survey_text.read):
        raise OptionError(
            f"{path.name}: expected no --layer, since the format has no layers, got --layer "
            f"{options.layer}; leave --layer out"
        )
    return reader(path, options)


def _reader(path: Path, head: bytes) -> Callable[[Path, ReadOptions], Submission]:
    """Return the reader for a file that starts with these bytes."""
    suffix = path.suffix.lower()
    if head.startswith(b"PK") and (suffix == ".zip" or zipfile.is_zipfile(path)):
        _refuse_later(path, head)
        _refuse_office(path)
        return shapefile.read_zip
    if head.startswith(b"SQLite format 3\0"):
        return geopackage.read
    if head.startswith(b"\x00\x00\x27\x0a") or suffix == ".shp":
        return shapefile.read_parts
    for expected, name in ((".zip", "a zip archive"), (".gpkg", "a GeoPackage")):
        if suffix == expected:
            raise BoundaryError(
                path.name, "", name, "other or damaged content", "export and send it again"
            )
    if suffix in _SHAPE_PARTS:
        raise BoundaryError(
            path.name, "", "the .shp of a shapefile", f"its {suffix}",
            "name the .shp, or a zip of all its parts",
        )  # fmt: skip
    _refuse_later(path, head)
    text = head.removeprefix(codecs.BOM_UTF8).lstrip()
    if suffix in _JSON_SUFFIXES or text.startswith(b"{"):
        return geojson.read
    if text.startswith(b"<"):
        raise NotAvailable(
            f"{path.name}: expected a format that is read, got XML (KML, GML or a web page), which "
            f"this version does not read; {_READ}"
        )
    return survey_text.read


def _refuse_later(path: Path, head: bytes) -> None:
    """Refuse a format that is known and not read by this version, by its name."""
    for suffixes, marks, name in _KNOWN_LATER:
        if path.suffix.lower() in suffixes or (marks and head.startswith(marks)):
            raise NotAvailable(
                f"{path.name}: expected a format that is read, got {name}, which this version "
                f"does not read; {_READ}"
            )


def _refuse_office(path: Path) -> None:
    """Refuse zip archives that are documents of another program."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist()[:1000])
    except READ_ERRORS:
        return  # the reader of archives says what is wrong
    if "[Content_Types].xml" in names or "doc.kml" in names:
        kind = "KMZ" if "doc.kml" in names else "an Office document"
        raise NotAvailable(
            f"{path.name}: expected a format that is read, got {kind}, which this version does "
            f"not read; {_READ}"
        )
