"""The one place that opens submitted files: what each is, by its content, and who reads it."""

from __future__ import annotations

import codecs
import re
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

from geo_toolkit.boundary import (
    dxf,
    flatgeobuf,
    geodatabase,
    geojson,
    geopackage,
    geoparquet,
    kml,
    mapinfo,
    points_csv,
    points_xlsx,
    shapefile,
    survey_text,
    wkt,
    zipped,
)
from geo_toolkit.boundary.archive import READ_ERRORS
from geo_toolkit.boundary.faults import Attempt, strictly
from geo_toolkit.boundary.options import ReadOptions
from geo_toolkit.boundary.sites import Sites
from geo_toolkit.boundary.submission import Submission, to_sites
from geo_toolkit.errors import BoundaryError, NotAvailable, OptionError

if TYPE_CHECKING:
    from collections.abc import Callable

    from pyproj import CRS

    from geo_toolkit.geodesy import Datum

    Reader = Callable[[Path, ReadOptions], Submission]

__all__ = ["read_sites", "read_submission", "read_zipped", "reader_of"]

MAX_BYTES = 200_000_000
LIMITS: dict[object, int] = {
    # reader: bytes of a file, where holding it takes several times that
    survey_text.read: 100_000_000,
    geojson.read: 100_000_000,
    geojson.read_sequence: 100_000_000,
    dxf.read: 100_000_000,
    kml.read: kml.MAX_BYTES,
    wkt.read: 60_000_000,
    points_csv.read: 30_000_000,
}
_READ = "submit it as survey text, shapefile, GeoPackage, GeoJSON, KML, DXF or a table of points"
_DXF_HEAD = re.compile(rb"(999\s*[\r\n].*?[\r\n]\s*)*0\s*[\r\n]+\s*SECTION", re.DOTALL)
_UNPACKED = {
    # suffix, in lower case: who reads such a file
    ".dxf": dxf.read,
    ".csv": points_csv.read,
    ".wkt": wkt.read,
    ".kml": kml.read,
    ".ovkml": kml.read,
    ".tab": mapinfo.read,
    ".mif": mapinfo.read,
    ".geojson": geojson.read,
    ".json": geojson.read,
    ".geojsonl": geojson.read_sequence,
    ".geojsons": geojson.read_sequence,
    ".ndjson": geojson.read_sequence,
    ".jsonl": geojson.read_sequence,
}
_BINARY = (
    # suffix, first bytes, what such a file must be, who reads it
    (".gpkg", b"SQLite format 3\0", "a GeoPackage", geopackage.read),
    (".shp", b"\x00\x00\x27\x0a", "a shapefile", shapefile.read_parts),
    (".fgb", flatgeobuf.MAGIC, "a FlatGeobuf file", flatgeobuf.read),
    (".parquet", b"PAR1", "a GeoParquet file", geoparquet.read),
)
_ZIPPED = {".zip": "a zip archive", ".kmz": "a KMZ archive", ".ovkmz": "a KMZ archive",
           ".xlsx": "a workbook"}  # fmt: skip
_PARTS = {
    **dict.fromkeys((".shx", ".dbf", ".prj", ".cpg", ".sbn", ".sbx"), ".shp"),
    **dict.fromkeys((".dat", ".map", ".id"), ".tab"),
    ".mid": ".mif",
}
_MAIN_PARTS = {
    ".shp": "the .shp of a shapefile",
    ".tab": "the .tab of a MapInfo table",
    ".mif": "the .mif of a MapInfo table",
}
_NOT_READ = (
    # suffixes, first bytes, name, what to do
    ((".dwg",), (b"AC10",), "DWG", "save it as DXF"),
    ((".xls", ".doc", ".et"), (b"\xd0\xcf\x11\xe0",), "old Office", "save it as .xlsx or .csv"),
    ((".ods",), (), "OpenDocument", "save it as .xlsx or .csv"),
    ((".mdb", ".accdb"), (), "personal geodatabase", "export it as file geodatabase or shapefile"),
    ((".pdf",), (b"%PDF",), "PDF", "submit the coordinates behind it"),
    ((".rar",), (b"Rar!",), "RAR", "pack it as zip"),
    ((".7z",), (b"7z\xbc\xaf",), "7z", "pack it as zip"),
    ((".ovobj",), (), "Ovital objects", "export them from Ovital as shp or dxf"),
    ((".wt", ".wl", ".wp", ".hdf"), (), "MapGIS", "export it from MapGIS as shapefile"),
    ((".vrt",), (b"<OGRVRT", b"<VRTDataset"), "a virtual dataset", "submit the data themselves"),
)
_LAYERLESS = (
    geojson.read, geojson.read_sequence, survey_text.read, points_csv.read, wkt.read, kml.read,
    mapinfo.read, flatgeobuf.read, geoparquet.read,
)  # fmt: skip


def read_sites(
    *paths: str | Path,
    crs: CRS | str | None = None,
    datum: Datum | str | None = None,
    encoding: str | None = None,
    layer: str | None = None,
    corridor_m: float | None = None,
    datum_params: str | Path | None = None,
) -> Sites:
    """Sites of submitted boundary files, in CGCS2000 degrees, with the ground for each property.

    Reads survey boundary-point text, shapefile, file geodatabase, GeoPackage, GeoJSON, KML, DXF,
    MapInfo, FlatGeobuf, GeoParquet, WKT, and tables of points as CSV or XLSX, packed as zip or
    not; ``docs/formats.md`` says what is detected in each. What a file is follows from its
    content, not from its name alone. Nothing is written.

    Parameters
    ----------
    paths
        Files, or folders with a shapefile or of a file geodatabase.
    crs
        System of the numbers, such as ``EPSG:4523``, where the files do not tell.
    datum
        Datum of the numbers where the files do not tell, such as ``gcj02``.
    encoding
        Text encoding where the files do not tell.
    layer
        Which layer, of a file with several.
    corridor_m
        Full width in metres: the files hold centrelines, and each site is the corridor of one;
        ``Sites.lines`` keeps the lines. Without it lines are refused.
    datum_params
        File of local parameters, of coordinates on Xian 1980 or Beijing 1954.

    Raises
    ------
    BoundaryError
        If a file cannot be read, or not without guessing.
    NotAvailable
        If its format or datum is known and not read by this version.
    OptionError
        If an option is unknown, or contradicts a file.
    DefinitionError
        If the file of local parameters is wrong.
    """
    options = ReadOptions.of(
        crs, datum, encoding, layer, corridor_m=corridor_m, datum_params=datum_params
    )
    return Sites.join([to_sites(read_submission(Path(path), options), options) for path in paths])


def read_submission(path: Path, options: ReadOptions) -> Submission:
    """Return the submission in a file, whatever the system says of it in plain words."""
    try:
        return reader_of(path, options)(path, options)
    except OSError as error:
        raise BoundaryError(
            path.name, "", "a readable file", error.strerror or "none",
            "check its path, its permissions and the disk",
        ) from None  # fmt: skip


def reader_of(path: Path, options: ReadOptions) -> Reader:
    """Return the reader that the content of a file asks for.

    Raises
    ------
    BoundaryError
        If there is no such file, or it is empty, too large or of no format that is read.
    """
    if not path.exists():
        raise BoundaryError(path.name, "", "a file", "none of that name", "check its path")
    if path.is_dir():
        _refuse_unread(path, b"")
        is_geodatabase = path.suffix.lower() == geodatabase.SUFFIX
        return geodatabase.read_folder if is_geodatabase else shapefile.read_folder
    if not path.is_file():
        raise BoundaryError(path.name, "", "a regular file", "a device or pipe", "name a file")
    size = path.stat().st_size
    if size == 0:
        raise BoundaryError(path.name, "", "a boundary", "0 bytes", "send the file again")
    _check_bytes(path, size, MAX_BYTES)
    with path.open("rb") as stream:
        head = stream.read(512)
    reader = _reader(path, head)
    _check_bytes(path, size, LIMITS.get(reader, MAX_BYTES))
    if options.layer is not None and reader in _LAYERLESS:
        raise OptionError(
            f"{path.name}: expected no --layer, since the format has no layers, got --layer "
            f"{options.layer}; leave --layer out"
        )
    return reader


def _check_bytes(path: Path, size: int, most: int) -> None:
    """Refuse a file before it is read that would need more memory than a check may take."""
    if size > most:
        raise BoundaryError(
            path.name, "", f"at most {most / 1e6:g} MB", f"{size / 1e6:.4g} MB",
            "submit the boundary in parts",
        )  # fmt: skip


def _reader(path: Path, head: bytes) -> Reader:
    """Return the reader for a file that starts with these bytes."""
    suffix = path.suffix.lower()
    _refuse_unread(path, head)
    if head.startswith(b"PK") and (suffix in _ZIPPED or zipfile.is_zipfile(path)):
        return _zip_reader(path)
    for expected, magic, name, reader in _BINARY:
        if head.startswith(magic):
            return reader
        if suffix == expected:
            raise _other_content(path, name)
    if suffix in _ZIPPED:
        raise _other_content(path, _ZIPPED[suffix])
    if suffix in _PARTS:
        raise BoundaryError(
            path.name, "", _MAIN_PARTS[_PARTS[suffix]], f"its {suffix}",
            f"name the {_PARTS[suffix]}, or a zip of all its parts",
        )  # fmt: skip
    return _text_reader(path, suffix, head)


def _text_reader(path: Path, suffix: str, head: bytes) -> Reader:
    """Return the reader of a text: by its first characters, else by the file's name."""
    text = head.removeprefix(codecs.BOM_UTF8).lstrip()
    if text.startswith(b"\x1e"):
        return geojson.read_sequence
    if text.startswith(b"{"):
        is_sequence = _UNPACKED.get(suffix) is geojson.read_sequence
        return geojson.read_sequence if is_sequence else geojson.read
    if text.startswith(b"<"):
        if suffix not in (".kml", ".ovkml") and b"<kml" not in head.lower():
            raise NotAvailable(
                f"{path.name}: expected a format that is read, got XML (GML or a web page), which "
                f"is not; {_READ}"
            )
        return kml.read
    if _DXF_HEAD.match(text):
        return dxf.read
    if wkt.looks_like_wkt(text):
        return wkt.read
    if suffix not in _UNPACKED and points_csv.has_headings(head):
        return points_csv.read
    return _UNPACKED.get(suffix, survey_text.read)


def _zip_reader(path: Path) -> Reader:
    """Return the reader of an archive, by the names in it."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist()[:1000])
    except READ_ERRORS:
        names = set()  # the reader of archives says what is wrong
    return points_xlsx.read if points_xlsx.is_workbook(names) else read_zipped


def read_zipped(path: Path, options: ReadOptions, attempt: Attempt = strictly) -> Submission:
    """Return the one boundary in a zip archive."""
    return zipped.read(path, options, read_submission, attempt)


def _other_content(path: Path, name: str) -> BoundaryError:
    return BoundaryError(
        path.name, "", name, "other or damaged content", "export and send it again"
    )


def _refuse_unread(path: Path, head: bytes) -> None:
    """Refuse a format that is known and not read, by its name, with what to send instead."""
    text = head.lstrip()
    for suffixes, marks, name, remedy in _NOT_READ:
        if path.suffix.lower() in suffixes or (marks and text.startswith(marks)):
            raise NotAvailable(
                f"{path.name}: expected a format that is read, got {name}, which is not; {remedy}"
            )
