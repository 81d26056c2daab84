"""Headings of a table of points, in Chinese or English: which column holds what."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Columns", "find_columns", "is_packed_heading"]

_NUMBER = ("点号", "界址点号", "界址点", "点名", "点序", "序号", "编号", "拐点", "拐点编号",
           "point", "pointno", "pt", "no", "number", "id", "fid")  # fmt: skip
_RING = ("圈号", "环号", "圈", "ring", "ringno", "loop")
_PLOT = ("地块", "地块号", "地块编号", "地块名称", "宗地", "宗地号", "图斑", "图斑号", "图斑编号",
         "区块", "范围", "dkbh", "dkmc", "plot", "plotno", "parcel", "block")  # fmt: skip
_HEIGHT = ("h", "z", "高程", "高程z", "高程h", "海拔", "elevation", "height", "alt", "altitude")
_NORTH = ("纵坐标", "纵坐标x", "x纵坐标", "x坐标纵", "北坐标", "北", "n", "north", "northing",
          "坐标n", "n坐标", "北向", "x北", "y北")  # fmt: skip
_EAST = ("横坐标", "横坐标y", "y横坐标", "y坐标横", "东坐标", "东", "e", "east", "easting",
         "坐标e", "e坐标", "东向", "y东", "x东")  # fmt: skip
_LAT = ("纬度", "北纬", "纬", "lat", "latitude", "b", "纬度b", "b纬度", "纬度n", "纬度lat")
_LON = ("经度", "东经", "经", "lon", "lng", "long", "longitude", "l", "经度l", "l经度", "经度e",
        "经度lon", "经度lng")  # fmt: skip
_X = ("x", "x坐标", "坐标x", "x值", "xcoord", "pointx")
_Y = ("y", "y坐标", "坐标y", "y值", "ycoord", "pointy")
_UNIT = re.compile(
    r"[(（\[【][^)）\]】]*[)）\]】]|(?<=[A-Za-z])_?(?:m|deg)$|\s|[_\-./:：]|单位米|米$|度$"
)
_PACKED = re.compile(r"(?i)d+\.mm|度\.分秒|度\.分\.秒")
_AREA = re.compile(r"面积.*?[(（]?(公顷|ha|hm2|hm²|亩|平方米|㎡|m2|m²)[)）]?$", re.IGNORECASE)
_HECTARES = {"亩": 1 / 15, "平方米": 1e-4, "㎡": 1e-4, "m2": 1e-4, "m²": 1e-4}


@dataclass(frozen=True)
class Columns:
    """Where each thing stands in a row; None where the table has no such column.

    Attributes
    ----------
    first, second
        The two coordinates: north (or X, latitude) and east (or Y, longitude) by their headings.
    is_plain
        Whether the headings are a bare X and Y, which are used both ways round.
    area_ha
        Column of the stated area and the size of its unit in hectares.
    others
        Headings of the remaining columns.
    """

    first: int
    second: int
    is_plain: bool
    number: int | None = None
    ring: int | None = None
    plots: tuple[tuple[str, int], ...] = ()
    height: int | None = None
    area_ha: tuple[int, float] | None = None
    others: tuple[tuple[str, int], ...] = field(default=())


def is_packed_heading(text: str) -> bool:
    """Whether a heading or note says that degrees are written as ddd.mmss.

    Examples
    --------
    >>> is_packed_heading("经度(ddd.mmss)"), is_packed_heading("经度")
    (True, False)
    """
    return _PACKED.search(text) is not None


def find_columns(cells: Sequence[str]) -> Columns | None:
    """Return the columns of a heading row, or None where it names no two coordinates.

    Examples
    --------
    >>> found = find_columns(["点号", "X坐标(m)", "Y坐标(m)", "地块编号"])
    >>> found.first, found.second, found.is_plain, found.number, found.plots
    (1, 2, True, 0, (('地块编号', 3),))
    >>> find_columns(["东经", "北纬"]).first
    1
    >>> find_columns(["甲", "乙"]) is None
    True
    """
    plain = [_UNIT.sub("", cell).lower() for cell in cells]
    pair, is_plain = _coordinates(plain)
    if pair is None:
        return None
    taken = set(pair)
    number = _first(plain, _NUMBER, taken)
    ring = _first(plain, _RING, taken)
    height = _first(plain, _HEIGHT, taken)
    plots = tuple((cells[i], i) for i, name in enumerate(plain) if name in _PLOT and i not in taken)
    area = next(((i, m[1]) for i, c in enumerate(cells) if (m := _AREA.search(c.strip()))), None)
    used = {*taken, number, ring, height, *(i for _, i in plots), area[0] if area else None}
    others = tuple((c, i) for i, c in enumerate(cells) if c and i not in used)
    stated = (area[0], _HECTARES.get(area[1].lower(), 1.0)) if area else None
    return Columns(*pair, is_plain, number, ring, plots, height, stated, others)


def _coordinates(plain: Sequence[str]) -> tuple[tuple[int, int] | None, bool]:
    """Return the two columns, north first as headed, and whether they are a bare X and Y."""
    for north, east, is_plain in ((_NORTH, _EAST, False), (_LAT, _LON, False), (_X, _Y, True)):
        first, second = (_first(plain, names, set()) for names in (north, east))
        if first is not None and second is not None:
            return (first, second), is_plain
    mixed_north = _first(plain, (*_NORTH, *_LAT, *_X), set())
    mixed_east = _first(plain, (*_EAST, *_LON, *_Y), set())
    if mixed_north is not None and mixed_east is not None:
        return (mixed_north, mixed_east), True
    return None, False


def _first(plain: Sequence[str], names: Sequence[str], taken: set[int]) -> int | None:
    return next((i for i, name in enumerate(plain) if name in names and i not in taken), None)
