"""DXF (release 12, closed polylines) and a workbook of points, for desks without a GIS."""

from __future__ import annotations

import io
import math
from datetime import datetime
from typing import TYPE_CHECKING, Any

import shapely
import xlsxwriter

from geo_toolkit.boundary.crs_basis import label_of
from geo_toolkit.boundary.numbering import is_plain, rings_in_order, running_numbers
from geo_toolkit.boundary.survey_fields import HEAD_PREFIX, fields_of_head
from geo_toolkit.boundary.words import say
from geo_toolkit.errors import OptionError
from geo_toolkit.geodesy import Datum, datum_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from geo_toolkit.boundary.outgoing import Outgoing, WriteOptions

    _Row = tuple[str | float | None, ...]

__all__ = ["write_dxf", "write_xlsx"]

_LAYER, _NAMES = "用地边界", "地块名称"
_TEXT_SHARE = 0.02
_DXF_ENCODING = "gbk"
_MOMENT = datetime(2000, 1, 1)
_MOST_ROWS = 1_048_000
_PLOT = ("地块编号", "地块名称", "地块用途", "地类编码")
_HEADINGS = (*_PLOT, "地块面积（公顷）", "圈号", "点号")
_METRES, _DEGREES = ("纵坐标X", "横坐标Y"), ("纬度", "经度")
_SYSTEMS: dict[Datum | None, str] = {
    Datum.CGCS2000: "2000国家大地坐标系",
    Datum.WGS84: "WGS84坐标系",
}


def write_dxf(outgoing: Outgoing, path: Path, _options: WriteOptions) -> None:
    """Write each ring as a closed polyline on layer 用地边界, and names as text.

    Raises
    ------
    OptionError
        If the system is in degrees, which a drawing is not, or a name has no GBK characters.
    """
    if outgoing.crs.is_geographic:
        raise OptionError(
            f"{path.name}: expected a system in metres for a drawing, got {label_of(outgoing.crs)} "
            "in degrees; name one with --crs, such as EPSG:4523"
        )
    if any(own is not None and not is_plain(own) for own in outgoing.numbers):
        outgoing.note(say("numbers_left_out"))
    if head := fields_of_head(outgoing.header):
        keys = "、".join(key.removeprefix(HEAD_PREFIX) for key in head)
        outgoing.note(say("head_left_out", keys=keys))
    if any(outgoing.attributes):
        outgoing.note(say("drawing_attributes"))
    outgoing.note(say("drawing_system", crs=label_of(outgoing.crs)))
    codes: list[tuple[int, Any]] = [
        (0, "SECTION"), (2, "HEADER"), (9, "$ACADVER"), (1, "AC1009"),
        (9, "$DWGCODEPAGE"), (3, "ANSI_936"), (9, "$INSUNITS"), (70, 6), (0, "ENDSEC"),
        (0, "SECTION"), (2, "ENTITIES"),
    ]  # fmt: skip
    for name, shape in zip(outgoing.names, outgoing.geometry, strict=True):
        for ring in shapely.get_rings(shapely.get_parts(shape)):
            codes += _polyline(ring)
        codes += _name(name, shape)
    codes += [(0, "ENDSEC"), (0, "EOF")]
    text = "".join(f"{code:>3}\r\n{value}\r\n" for code, value in codes)
    try:
        path.write_bytes(text.encode(_DXF_ENCODING))
    except UnicodeEncodeError as error:
        raise OptionError(
            f"{path.name}: expected names that GBK has, got {text[error.start]!r}; rename the plot"
        ) from None


def write_xlsx(outgoing: Outgoing, path: Path, options: WriteOptions) -> None:
    """Write a row a point, with its plot and ring; the system stands above the headings.

    Raises
    ------
    OptionError
        If there are more points than a sheet has rows.
    """
    rows = list(_point_rows(outgoing, options))
    if len(rows) > _MOST_ROWS:
        raise OptionError(
            f"{path.name}: expected at most {_MOST_ROWS} points on a sheet, got {len(rows)}; "
            "write a GeoPackage"
        )
    in_degrees = outgoing.crs.is_geographic
    datum = datum_of(outgoing.crs)
    system = _SYSTEMS.get(datum, outgoing.crs.name)
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True, "strings_to_formulas": False}) as workbook:
        workbook.set_properties({"created": _MOMENT})
        sheet = workbook.add_worksheet("界址点")
        bold = workbook.add_format({"bold": True})
        digits = workbook.add_format({"num_format": "0.000000000" if in_degrees else "0.000"})
        sheet.write_string(0, 0, f"坐标系：{system}（{label_of(outgoing.crs)}）")
        head = fields_of_head(outgoing.header)
        for n, (key, said) in enumerate(head.items(), start=1):
            sheet.write_string(n, 0, f"{key.removeprefix(HEAD_PREFIX)}={said}")
        headings = (*_HEADINGS, *(_DEGREES if in_degrees else _METRES))
        for column, text in enumerate(headings):
            sheet.write_string(1 + len(head), column, text, bold)
        for number, row in enumerate(rows, start=2 + len(head)):
            for column, value in enumerate(row):
                if isinstance(value, str):
                    sheet.write_string(number, column, value)
                elif value is not None:
                    is_coordinate = column >= len(_HEADINGS)
                    sheet.write_number(number, column, value, digits if is_coordinate else None)
        sheet.set_column(0, len(headings) - 1, 16)
        sheet.freeze_panes(2 + len(head), 0)
    path.write_bytes(stream.getvalue())


def _polyline(ring: shapely.LinearRing) -> list[tuple[int, Any]]:
    codes: list[tuple[int, Any]] = [(0, "POLYLINE"), (8, _LAYER), (66, 1), (70, 1)]
    for x, y in shapely.get_coordinates(ring)[:-1].tolist():
        codes += [(0, "VERTEX"), (8, _LAYER), (10, repr(x)), (20, repr(y))]
    return [*codes, (0, "SEQEND"), (8, _LAYER)]


def _name(name: str, shape: shapely.Geometry) -> list[tuple[int, Any]]:
    plain = " ".join("".join(c if c.isprintable() else " " for c in name).split())
    if not plain:
        return []
    at = shapely.point_on_surface(shape)
    west, south, east, north = shapely.bounds(shape).tolist()
    size = round(max(east - west, north - south) * _TEXT_SHARE, 3) or 1.0
    return [
        (0, "TEXT"), (8, _NAMES), (10, repr(at.x)), (20, repr(at.y)), (40, size), (1, plain),
    ]  # fmt: skip


def _point_rows(outgoing: Outgoing, options: WriteOptions) -> Iterator[_Row]:
    for row, shape in enumerate(outgoing.geometry):
        values, stated = outgoing.attributes[row], float(outgoing.stated_ha[row])
        texts = {key: str(values.get(key) or "") for key in _PLOT}
        texts["地块编号"] = texts["地块编号"] or str(row + 1)
        texts["地块名称"] = texts["地块名称"] or outgoing.names[row]
        plot = (*(texts[key] for key in _PLOT), None if math.isnan(stated) else stated)
        rings = rings_in_order(shape)
        own = outgoing.numbers[row] if outgoing.numbers else None
        numbers = own or running_numbers(rings)
        for ring_number, (ring, named) in enumerate(zip(rings, numbers, strict=True), start=1):
            points = shapely.get_coordinates(ring).tolist()
            for number, (x, y) in zip(named.numbers, points[:-1], strict=True):
                yield (*plot, float(ring_number), number, y, x)
            if options.closing_point:
                x, y = points[0]
                yield (*plot, float(ring_number), named.closing or named.numbers[0], y, x)
