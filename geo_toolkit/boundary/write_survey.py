"""Survey boundary-point text (勘测定界界址点坐标交换格式), version 1.01, written."""

from __future__ import annotations

import math
import re
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

import shapely

from geo_toolkit.boundary.crs_basis import gauss_kruger, is_same_system, label_of
from geo_toolkit.boundary.numbering import rings_in_order, running_numbers
from geo_toolkit.boundary.outgoing import AREA_COLUMN
from geo_toolkit.boundary.survey_fields import has_wide_zones
from geo_toolkit.boundary.survey_header import is_system_key
from geo_toolkit.boundary.words import say
from geo_toolkit.errors import OptionError
from geo_toolkit.geodesy import Datum, central_meridian_deg, datum_of

if TYPE_CHECKING:
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray
    from pyproj import CRS

    from geo_toolkit.boundary.numbering import RingNumbers
    from geo_toolkit.boundary.outgoing import Outgoing, WriteOptions

__all__ = ["false_easting_m", "survey_text", "write", "zone_of_crs"]

_HEAD = "[属性描述]"
_DATA = "[地块坐标]"
_END = "\r\n"
_LEAST_DECIMALS = {False: 3, True: 9}
_FREE_KEYS = ("格式版本号", "数据产生单位", "数据产生日期")
_SHIFT = "转换参数"
_KEY = re.compile(r"[\w（）()·.\-]{1,40}")
_MOST_HA = 1e7
_ENCODINGS = {"gbk": "gbk", "utf-8": "utf-8"}


def write(outgoing: Outgoing, path: Path, options: WriteOptions) -> None:
    """Write polygons as survey text.

    Raises
    ------
    OptionError
        If the system is none of the format, or the text cannot be encoded.
    """
    encoding = _ENCODINGS[options.encoding]
    text = survey_text(outgoing, options)
    try:
        path.write_bytes(text.encode(encoding))
    except UnicodeEncodeError as error:
        raise OptionError(
            f"{path.name}: expected text that {options.encoding} has, got "
            f"{text[error.start]!r}; write it with --to-encoding utf-8"
        ) from None


def survey_text(outgoing: Outgoing, options: WriteOptions) -> str:
    """Return polygons in the exchange format, X north and Y east.

    Raises
    ------
    OptionError
        If the system is not Gauss-Krüger or degrees on CGCS2000, or a ring vanishes at the
        precision asked for.
    """
    in_degrees = outgoing.crs.is_geographic
    head, added_m = _head(outgoing, options)
    decimals = _decimals(options, outgoing.header.get("精度", ""), in_degrees=in_degrees)
    lines = [_HEAD, *(f"{key}={value}" for key, value in head.items()), _DATA]
    for row, shape in enumerate(outgoing.geometry):
        numbers = outgoing.numbers[row] if outgoing.numbers else None
        points = _points(shape, decimals, added_m, options, numbers, f"plot {row + 1}")
        lines += [_plot_line(outgoing, row, len(points), options), *points]
    return _END.join([*lines, ""])


def zone_of_crs(crs: CRS, *, prefer_wide: bool = False) -> tuple[int, int, bool] | None:
    """Return width, zone and whether eastings carry the zone, of a CGCS2000 Gauss-Krüger system.

    Without a prefix, a 6-degree zone and a 3-degree one of the same meridian have equal numbers;
    ``prefer_wide`` tells which is meant.

    Examples
    --------
    >>> from pyproj import CRS
    >>> zone_of_crs(CRS.from_epsg(4523)), zone_of_crs(CRS.from_epsg(4544))
    ((3, 35, True), (3, 35, False))
    >>> zone_of_crs(CRS.from_epsg(4490)) is None
    True
    """
    if not crs.is_projected or datum_of(crs) is not Datum.CGCS2000:
        return None
    try:
        meridian = central_meridian_deg(crs)
    except ValueError:
        return None
    easting = false_easting_m(crs)
    widths = ((3, meridian / 3), (6, (meridian + 3) / 6))
    for width, zone in reversed(widths) if prefer_wide else widths:
        if zone != int(zone):
            continue
        for prefixed in (True, False):
            known = gauss_kruger(Datum.CGCS2000, width, int(zone), prefixed=prefixed)
            if known is None or not is_same_system(known, crs):
                continue
            if false_easting_m(known) == easting:
                return width, int(zone), prefixed
    return None


def false_easting_m(crs: CRS) -> float:
    """Return the false easting of a projected system in metres, NaN where it has none."""
    operation = crs.coordinate_operation
    values = [p.value for p in operation.params if p.name == "False easting"] if operation else []
    return float(values[0]) if values else math.nan


def _head(outgoing: Outgoing, options: WriteOptions) -> tuple[dict[str, str], int]:
    """Return the entries of the head, and what is added to eastings for the zone asked for."""
    known = outgoing.header
    precision = options.precision or known.get("精度", "")
    head = {key: known.get(key, "") for key in _FREE_KEYS}
    head["格式版本号"] = head["格式版本号"] or "1.01版本"
    if datum_of(outgoing.crs) is not Datum.CGCS2000:
        raise _wrong_system(outgoing.crs)
    head["坐标系"] = "2000国家大地坐标系"
    added_m = 0
    if outgoing.crs.is_geographic:
        if options.prefix is not None:
            raise OptionError(
                "--prefix: expected a system in metres, got degrees; leave --prefix out"
            )
        head["计量单位"] = "度"
        head["精度"] = precision if options.precision else "0.000000001"
    else:
        zone = zone_of_crs(outgoing.crs, prefer_wide=has_wide_zones(known))
        if zone is None:
            raise _wrong_system(outgoing.crs)
        width, number, has_prefix = zone
        if options.prefix is not None and options.prefix is not has_prefix:
            added_m = number * 1_000_000 * (1 if options.prefix else -1)
        head |= {"几度分带": str(width), "投影类型": "高斯克吕格", "计量单位": "米"}
        head |= {"带号": str(number), "精度": precision or "0.001"}
    head[_SHIFT] = known.get(_SHIFT, ",,,,,,")
    more = {k: v for k, v in known.items() if v and k not in head and not is_system_key(k)}
    odd = [key for key in more if not _KEY.fullmatch(key)]
    if odd:
        outgoing.note(say("head_left_out", keys="、".join(odd)))
    sound = {k: _entry(v, outgoing) for k, v in more.items() if k not in odd}
    return head | {k: v for k, v in sound.items() if v}, added_m


def _entry(value: str, outgoing: Outgoing) -> str:
    """Return a value of the head; an @ at its end would make it the line of a plot."""
    plain = " ".join("".join(c if c.isprintable() else " " for c in value).split())
    plain = plain.rstrip("@＠,， ")
    if plain != value.strip():
        outgoing.note(say("marks_replaced"))
    return plain


def _wrong_system(crs: CRS) -> OptionError:
    return OptionError(
        f"survey text: expected a Gauss-Krüger zone of CGCS2000, or EPSG:4490, got "
        f"{label_of(crs)}; name one with --crs, such as EPSG:4523"
    )


def _decimals(options: WriteOptions, declared: str, *, in_degrees: bool) -> int:
    """Return the decimals of coordinates: those asked for, or what keeps all that was declared."""
    if options.precision is not None:
        return _decimals_of(options.precision)
    least = _LEAST_DECIMALS[in_degrees]
    if in_degrees or not re.fullmatch(r"0\.0*1", declared):
        return least
    return max(least, _decimals_of(declared))


def _decimals_of(precision: str) -> int:
    """Return the decimals of a precision such as 0.001.

    Raises
    ------
    OptionError
        If it is no power of ten from 1 down to 1e-12.
    """
    try:
        value = Decimal(precision).normalize()
    except InvalidOperation:
        value = Decimal(0)
    exponent = value.as_tuple().exponent
    if value.as_tuple().digits != (1,) or not isinstance(exponent, int) or not -12 <= exponent <= 0:
        raise OptionError(
            f"--precision {precision}: expected 1, 0.1, 0.01, 0.001 and so on; write 0.001 for 1 mm"
        )
    return -exponent


def _plot_line(outgoing: Outgoing, row: int, count: int, options: WriteOptions) -> str:
    values = outgoing.attributes[row]
    fields = [
        str(count),
        _area(outgoing, row),
        _field(values.get("地块编号", values.get("DKBH")), outgoing),
        _field(outgoing.names[row] or values.get("地块名称"), outgoing),
        "面",
        _field(values.get("图幅号"), outgoing),
        _field(values.get("地块用途"), outgoing),
    ]
    if options.fields == 9:
        fields.append(_field(values.get("地类编码"), outgoing))
    elif values.get("地类编码"):
        outgoing.note(say("class_left_out"))
    return ",".join([*fields, "@"])


def _area(outgoing: Outgoing, row: int) -> str:
    """Return the area in hectares: what was stated, else what the ellipsoid gives."""
    stated = float(outgoing.stated_ha[row])
    said = outgoing.attributes[row].get(AREA_COLUMN)
    if math.isnan(stated):
        stated = _hectares(said)
    if math.isnan(stated):
        return f"{float(outgoing.area_ha[row]):.4f}"
    short = f"{stated:.4f}"
    return short if abs(float(short) - stated) < 1e-9 else f"{stated:.8f}".rstrip("0")


# any value of a submission
def _hectares(said: Any) -> float:  # noqa: ANN401
    """Return an area that an attribute gives in hectares, NaN where it is none."""
    try:
        value = float(said)
    except (TypeError, ValueError):
        return math.nan
    return value if 0 < value < _MOST_HA else math.nan


# any value of a submission
def _field(value: Any, outgoing: Outgoing) -> str:  # noqa: ANN401
    """Return a value as a field: commas and line breaks would tear the line."""
    text = "" if value is None else str(value)
    plain = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    plain = plain.replace(",", "、").replace("，", "、").replace("@", "＠")
    if plain != text.strip():
        outgoing.note(say("marks_replaced"))
    return plain


def _points(
    shape: shapely.Geometry,
    decimals: int,
    added_m: int,
    options: WriteOptions,
    numbers: tuple[RingNumbers, ...] | None,
    place: str,
) -> list[str]:
    """Return the point lines of one plot, each outline before its holes, with their numbers."""
    lines: list[str] = []
    rings = rings_in_order(shape)
    for ring_number, (ring, own) in enumerate(
        zip(rings, numbers or running_numbers(rings), strict=True), start=1
    ):
        written = [_pair(xy, decimals, added_m) for xy in shapely.get_coordinates(ring)[:-1]]
        if len(set(written)) < 3:
            raise OptionError(
                f"{place} ring {ring_number}: expected 3 points that differ at the precision "
                f"written, got {len(set(written))}; write more digits with --precision"
            )
        for number, pair in zip(own.numbers, written, strict=True):
            lines.append(f"{number},{ring_number},{pair}")
        if options.closing_point:
            lines.append(f"{own.closing or own.numbers[0]},{ring_number},{written[0]}")
    return lines


def _pair(xy: NDArray[np.float64], decimals: int, added_m: int) -> str:
    return f"{xy[1]:.{decimals}f},{xy[0] + added_m:.{decimals}f}"
