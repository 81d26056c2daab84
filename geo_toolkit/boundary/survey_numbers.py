"""The two numbers of each survey point: unit, order of columns, and the zone in the easting.

In the format X is north and Y is east. Northings, eastings with and without a zone prefix,
latitudes and longitudes of China never overlap in magnitude, so that the order and the unit can
be told; the datum never can.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from geo_toolkit.errors import BoundaryError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from geo_toolkit.boundary.survey_plots import Point

__all__ = [
    "Numbers",
    "check_unit",
    "is_of_kind",
    "kind_of",
    "odd_point",
    "parse_number",
    "read_numbers",
    "sexagesimal",
]

_NORTH_M = (1.5e6, 6.2e6)
_EAST_M = (1e4, 1e6 - 1e4)
_PREFIXED_M = (13e6, 46e6)
_LONGEST = 100
_LAT = (3.0, 54.5)
_LON = (73.0, 136.0)
_DECIMAL = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?")
_DMS = re.compile(
    r"[NSEW东北经纬]*\s*(\d{1,3})\s*[°度]\s*(\d{1,2})\s*['′’分]\s*"
    r"(?:(\d{1,2}(?:\.\d+)?)\s*(?:[\"″”秒]|''|′′|’’)?)?\s*[NSEW]?"
)


@dataclass(frozen=True)
class Numbers:
    """Coordinates of all points in file order.

    Attributes
    ----------
    xy
        East and north in metres, or longitude and latitude in degrees.
    in_degrees
        Which of the two.
    prefix
        The zone number in front of the eastings, or None without.
    is_swapped
        Whether the file has east first.
    may_be_packed
        Whether the degrees could as well be ``ddd.mmssss``.
    """

    xy: NDArray[np.float64]
    in_degrees: bool
    prefix: int | None
    is_swapped: bool
    may_be_packed: bool


def read_numbers(points: Sequence[Point], *, unit: str | None, file: str) -> Numbers:
    """Return the coordinates of survey points.

    Parameters
    ----------
    unit
        ``metre`` or ``degree`` as declared, or None.

    Raises
    ------
    BoundaryError
        With the line whose numbers are no coordinates, or differ in kind from the first.
    """
    values = np.empty((len(points), 2))
    written_in_degrees = False
    for row, point in enumerate(points):
        for column, text in enumerate((point.first, point.second)):
            values[row, column], is_dms = parse_number(text, point.line, file)
            written_in_degrees |= is_dms
    order, kind = kind_of(values[0])
    if kind is None:
        raise odd_point(points[0], values[0], unit, file)
    matches = is_of_kind(values, order, kind)
    if not matches.all():
        row = int(np.flatnonzero(~matches)[0])
        raise odd_point(points[row], values[row], unit, file)
    in_degrees = kind == "degree"
    xy = values if order == "east" else values[:, ::-1]
    prefix = _common_prefix(xy, points, file) if kind == "prefixed" else None
    packed = in_degrees and not written_in_degrees and _may_be_packed(points)
    numbers = Numbers(np.ascontiguousarray(xy), in_degrees, prefix, order == "east", packed)
    check_unit(numbers, unit, points[0].line, file)
    return numbers


def check_unit(numbers: Numbers, unit: str | None, line: int, file: str) -> None:
    """Refuse coordinates in another unit than the head says.

    Raises
    ------
    BoundaryError
        With the line of the first point.
    """
    if unit is not None and (unit == "degree") is not numbers.in_degrees:
        came = "degrees" if numbers.in_degrees else "metres"
        raise BoundaryError(
            file, f"line {line}", f"coordinates in {unit}s, as 计量单位 says", came,
            "correct 计量单位 in the head",
        )  # fmt: skip


def sexagesimal(packed: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return degrees from ``ddd.mmssss``.

    Examples
    --------
    >>> sexagesimal(np.array([106.3045])).round(6).tolist()
    [106.5125]
    """
    degrees = np.floor(packed + 1e-12)
    rest = np.round((packed - degrees) * 100, 10)
    minutes = np.floor(rest + 1e-9)
    result: NDArray[np.float64] = degrees + minutes / 60 + (rest - minutes) * 100 / 3600
    return result


def parse_number(text: str, line: int, file: str) -> tuple[float, bool]:
    """Return a number, and whether it was written in degrees, minutes and seconds."""
    is_short = len(text) <= _LONGEST
    if is_short and _DECIMAL.fullmatch(text):
        value = float(text)
        if np.isfinite(value):
            return value, False
    match = _DMS.fullmatch(text) if is_short else None
    if match is not None and int(match[2]) < 60 and float(match[3] or 0) < 60:
        return int(match[1]) + int(match[2]) / 60 + float(match[3] or 0) / 3600, True
    raise BoundaryError(
        file, f"line {line}", "a number as coordinate", repr(text[:30]), "correct the coordinate"
    )


def kind_of(pair: NDArray[np.float64]) -> tuple[str, str | None]:
    """Return which comes first, north or east, and what the pair is: the first that fits."""
    for order in ("north", "east"):
        for kind in ("plain", "prefixed", "degree"):
            if is_of_kind(pair[None, :], order, kind)[0]:
                return order, kind
    return "north", None


def is_of_kind(values: NDArray[np.float64], order: str, kind: str) -> NDArray[np.bool_]:
    """Return for each pair whether it is of that order and kind."""
    north, east = (values[:, 0], values[:, 1]) if order == "north" else (values[:, 1], values[:, 0])
    north_range, east_range = {
        "plain": (_NORTH_M, _EAST_M),
        "prefixed": (_NORTH_M, _PREFIXED_M),
        "degree": (_LAT, _LON),
    }[kind]
    fits: NDArray[np.bool_] = (
        (north >= north_range[0])
        & (north <= north_range[1])
        & (east >= east_range[0])
        & (east <= east_range[1])
    )
    return fits


def odd_point(
    point: Point, pair: NDArray[np.float64], unit: str | None, file: str
) -> BoundaryError:
    """Return the refusal of a pair that is no coordinate, or another kind than the first."""
    expected = "latitude and longitude" if unit == "degree" else "X north 1.5e6 to 6.2e6 and Y east"
    return BoundaryError(
        file, f"line {point.line}", f"{expected}, in one form throughout the file",
        f"{pair[0]:.12g}, {pair[1]:.12g}", "correct the coordinates of the point",
    )  # fmt: skip


def _common_prefix(xy: NDArray[np.float64], points: Sequence[Point], file: str) -> int:
    """Return the one zone number in front of all eastings."""
    zones = np.floor(xy[:, 0] / 1e6).astype(int)
    if (zones != zones[0]).any():
        row = int(np.flatnonzero(zones != zones[0])[0])
        raise BoundaryError(
            file, f"line {points[row].line}", f"zone {zones[0]} as in line {points[0].line}",
            f"zone {zones[row]}", "write the whole file in one zone",
        )  # fmt: skip
    return int(zones[0])


def _may_be_packed(points: Sequence[Point]) -> bool:
    """Whether every number can be read as ddd.mmss: minutes and seconds below 60."""
    for point in points:
        for text in (point.first, point.second):
            decimals = text.partition(".")[2].ljust(4, "0")
            if int(decimals[:2]) >= 60 or int(decimals[2:4]) >= 60:
                return False
    return True
