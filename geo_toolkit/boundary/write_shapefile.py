"""Shapefiles, in parts or zipped: GBK with its .cpg, and a table of names that had to be cut."""

from __future__ import annotations

import zipfile
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import pyogrio
import shapely
from geopandas import GeoDataFrame

from geo_toolkit.boundary.field_map import field_map_name, field_map_text
from geo_toolkit.boundary.gdal import quiet_gdal
from geo_toolkit.boundary.numbering import NUMBER_COLUMN
from geo_toolkit.boundary.outgoing import columns_of
from geo_toolkit.boundary.sites import SITE_NAME_COLUMNS
from geo_toolkit.boundary.words import say
from geo_toolkit.errors import OptionError

if TYPE_CHECKING:
    from geo_toolkit.boundary.outgoing import Outgoing, WriteOptions

__all__ = ["field_names", "write_parts", "write_zip"]

NAME_BYTES = 10
TEXT_BYTES = 254
_STAMP = "2000-01-01"
_MOMENT = (2000, 1, 1, 0, 0, 0)
_LARGEST_WHOLE = 10**18
_GDAL_NAMES = {"gbk": "GBK", "utf-8": "UTF-8"}


def write_parts(outgoing: Outgoing, path: Path, options: WriteOptions) -> None:
    """Write polygons as .shp, .shx, .dbf, .prj and .cpg, and the field map where names were cut.

    Raises
    ------
    OptionError
        If a text cannot be encoded.
    """
    columns = columns_of(outgoing)
    _leave_out_long_numbers(columns, outgoing, options)
    _refuse_unencodable(columns, options, path.name)
    names = field_names(list(columns), options.encoding)
    data = {
        names[name]: _fitting(values, name, outgoing, options) for name, values in columns.items()
    }
    if any(outgoing.names) and not set(SITE_NAME_COLUMNS) & set(data):
        data["name"] = outgoing.names
    if not data:
        data = {"id": list(range(1, len(outgoing.geometry) + 1))}
    frame = GeoDataFrame(data, geometry=outgoing.geometry, crs=outgoing.crs)
    multi = bool((shapely.get_type_id(outgoing.geometry) == 6).any())
    with quiet_gdal():
        pyogrio.write_dataframe(
            frame,
            path,
            driver="ESRI Shapefile",
            encoding=_GDAL_NAMES[options.encoding],
            geometry_type="MultiPolygon" if multi else "Polygon",
            promote_to_multi=multi,
            layer_options={"DBF_DATE_LAST_UPDATE": _STAMP},
        )
    path.with_suffix(".cpg").write_bytes(_GDAL_NAMES[options.encoding].encode())
    cut = {short: name for name, short in names.items() if short != name}
    if cut:
        whole = field_map_name(path.stem)
        path.with_name(whole).write_bytes(field_map_text(cut).encode("utf-8-sig"))
        outgoing.note(say("fields_cut", count=len(cut), size=NAME_BYTES, file=whole))


def write_zip(outgoing: Outgoing, path: Path, options: WriteOptions) -> None:
    """Write polygons as a zipped shapefile; the same polygons give the same bytes."""
    with TemporaryDirectory(prefix="geo-toolkit-") as folder:
        write_parts(outgoing, Path(folder) / f"{outgoing.stem}.shp", options)
        parts = sorted(Path(folder).iterdir())
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for part in parts:
                info = zipfile.ZipInfo(part.name, _MOMENT)
                info.compress_type = zipfile.ZIP_DEFLATED
                archive.writestr(info, part.read_bytes())


def field_names(names: list[str], encoding: str) -> dict[str, str]:
    """Return the name of each field in a shapefile: at most 10 bytes, and none twice.

    Examples
    --------
    >>> field_names(["地块编号", "记录图形属性", "记录图形备注"], "gbk")
    {'地块编号': '地块编号', '记录图形属性': '记录图形属', '记录图形备注': '记录图形备'}
    >>> field_names(["longitude_east", "longitude_east_2"], "gbk")
    {'longitude_east': 'longitude_', 'longitude_east_2': 'longitud_1'}
    """
    taken: set[str] = set()
    chosen = {}
    for name in names:
        short, number = _cut(name, NAME_BYTES, encoding) or "field", 0
        while short.lower() in taken:
            number += 1
            tail = f"_{number}"
            short = _cut(name, NAME_BYTES - len(tail), encoding) + tail
        taken.add(short.lower())
        chosen[name] = short
    return chosen


def _cut(text: str, size: int, encoding: str) -> str:
    """Return the start of a text that fits into a number of bytes."""
    while len(text.encode(encoding, errors="replace")) > size:
        text = text[:-1]
    return text


def _fitting(values: list[Any], name: str, outgoing: Outgoing, options: WriteOptions) -> list[Any]:
    """Return the values of a column as a .dbf can hold them; what is cut is said."""
    if any(isinstance(v, int) and abs(v) >= _LARGEST_WHOLE for v in values):
        values = [None if v is None else str(v) for v in values]
    cut = [
        _cut(value, TEXT_BYTES, options.encoding) if isinstance(value, str) else value
        for value in values
    ]
    if cut != values:
        outgoing.note(say("values_cut", name=name, size=TEXT_BYTES))
    return cut


def _leave_out_long_numbers(
    columns: dict[str, list[Any]], outgoing: Outgoing, options: WriteOptions
) -> None:
    """Leave point numbers out that a field cannot hold whole: cut, they would be wrong."""
    values = columns.get(NUMBER_COLUMN, [])
    long = [
        row
        for row, text in enumerate(values)
        if text is not None and len(text.encode(options.encoding, "replace")) > TEXT_BYTES
    ]
    for row in long:
        values[row] = None
    if long:
        outgoing.note(say("numbers_too_long", count=len(long), size=TEXT_BYTES))


def _refuse_unencodable(columns: dict[str, list[Any]], options: WriteOptions, file: str) -> None:
    for name, values in columns.items():
        for text in (name, *(value for value in values if isinstance(value, str))):
            try:
                text.encode(options.encoding)
            except UnicodeEncodeError as error:
                raise OptionError(
                    f"{file}: expected text that {options.encoding} has, got "
                    f"{text[error.start]!r}; write it with --to-encoding utf-8"
                ) from None
