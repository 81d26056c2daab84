"""The head of a survey boundary-point text: system, zone width, zone, unit, as declared.

Format: 勘测定界界址点坐标交换格式, versions 1.00 and 1.01, with the variants that offices write.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from geo_toolkit.boundary.words import say
from geo_toolkit.errors import BoundaryError
from geo_toolkit.geodesy import Datum

__all__ = ["Header", "is_system_key"]

_DATUM_PATTERNS = (
    (Datum.CGCS2000, r"2000"),
    (Datum.XIAN80, r"80"),
    (Datum.BEIJING54, r"54"),
    (Datum.WGS84, r"wgs-?_?84"),
)
_ALIASES = {
    "datum": ("坐标系", "坐标系统", "坐标系名称", "大地坐标系", "平面坐标系"),
    "width": ("几度分带", "分带", "度带", "投影分带"),
    "projection": ("投影类型", "投影", "投影方式"),
    "unit": ("计量单位", "单位", "坐标单位"),
    "zone": ("带号", "投影带号", "分带带号"),
    "meridian": ("中央子午线", "中央经线"),
    "shift": ("转换参数",),
}
_LOCAL = re.compile(r"独立|地方|城建|自定义|假定|相对|local", re.IGNORECASE)
_WIDTHS = {"3": 3, "三": 3, "6": 6, "六": 6}
_BLANK_SHIFT = re.compile(r"[,，\s0.+-]*")


_SYSTEM_KEYS = {key for name, keys in _ALIASES.items() if name != "shift" for key in keys}


def is_system_key(key: str) -> bool:
    """Whether an entry of the head is said by the coordinate system, and needs no place beside.

    Examples
    --------
    >>> is_system_key("带号"), is_system_key("数据产生单位")
    (True, False)
    """
    return key in _SYSTEM_KEYS


@dataclass
class Header:
    """The key=value lines before the plots.

    Attributes
    ----------
    values
        Every key as written, without spaces, with its value.
    lines
        The line each key stands in.
    """

    file: str
    values: dict[str, str] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)

    def add(self, text: str, line: int) -> None:
        """Take one line of the head; a line without ``=`` is kept out."""
        key, mark, value = text.replace("＝", "=").partition("=")
        if not mark:
            key, mark, value = text.replace("：", ":").partition(":")
        key = re.sub(r"\s", "", key)
        if mark and key:
            self.values[key] = value.strip()
            self.lines[key] = line

    def datum(self) -> Datum | None:
        """Return the datum declared, or None.

        Raises
        ------
        BoundaryError
            If a system is named that is none of ours, such as a local one.
        """
        key, value = self._find("datum")
        if not value:
            return None
        for datum, pattern in _DATUM_PATTERNS:
            if re.search(pattern, value.lower()) and not _LOCAL.search(value):
                return datum
        raise self._wrong(
            key, "2000国家大地坐标系", value, "correct it, or submit the boundary in CGCS2000"
        )

    def width(self) -> int | None:
        """Return the width of a zone in degrees, 3 or 6, or None."""
        key, value = self._find("width")
        if not value:
            return None
        width = _WIDTHS.get(value.strip()[:1])
        if width is None or re.match(r"\d{2}", value):
            raise self._wrong(key, "3 or 6", value, "write the zone width in degrees")
        return width

    def zone(self) -> int | None:
        """Return the zone number that is declared as such, or None."""
        key, value = self._find("zone")
        if not value:
            return None
        match = re.fullmatch(r"(?:第)?(\d{1,2})\s*(?:带|号带|度带)?", value)
        if match is None:
            raise self._wrong(key, "a zone number such as 35", value, "write the number alone")
        return int(match[1])

    def meridian_deg(self) -> float | None:
        """Return the central meridian declared, in degrees, or None."""
        key, value = self._find("meridian")
        if not value:
            return None
        match = re.match(r"(?:东经|E)?\s*(\d{2,3}(?:\.\d+)?)", value)
        if match is None:
            raise self._wrong(key, "degrees such as 105", value, "write the degrees alone")
        return float(match[1])

    def unit(self) -> str | None:
        """Return ``metre`` or ``degree``, or None where no unit is declared."""
        key, value = self._find("unit")
        if not value:
            return None
        if value.lower() in ("米", "m", "meter", "metre", "公尺"):
            return "metre"
        if value.lower() in ("度", "°", "degree", "度分秒", "十进制度"):
            return "degree"
        raise self._wrong(key, "米 or 度", value, "write the coordinates in one of the two")

    def check_projection(self) -> None:
        """Refuse a projection other than Gauss-Krüger.

        Raises
        ------
        BoundaryError
            With the line.
        """
        key, value = self._find("projection")
        plain = re.sub(r"[\s\-－—·]", "", value).lower()
        if plain and not plain.startswith(("高斯", "gauss", "无", "经纬度", "地理")):
            raise self._wrong(
                key, "高斯克吕格", value, "name the system of the numbers with --crs in a file "
                "without this head, or submit it in Gauss-Krüger",
            )  # fmt: skip

    def has_shift(self) -> bool:
        """Whether transformation parameters are written that are not blank or zero."""
        _, value = self._find("shift")
        return _BLANK_SHIFT.fullmatch(value) is None

    def place_of(self, subject: str) -> str:
        """Return the line of a subject for messages, such as ``line 5 (坐标系)``."""
        key, _ = self._find(subject)
        return say("line_key", n=self.lines[key], key=key) if key else ""

    def _find(self, subject: str) -> tuple[str, str]:
        """Return the key as written and its value, or empty texts."""
        for key in _ALIASES[subject]:
            if self.values.get(key, ""):
                return key, self.values[key]
        return "", ""

    def _wrong(self, key: str, expected: str, got: str, remedy: str) -> BoundaryError:
        return BoundaryError(self.file, f"line {self.lines[key]} ({key})", expected, got, remedy)
