"""The lines of a survey boundary-point text: head, plots, and points as written."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from geo_toolkit.boundary.survey_header import Header
from geo_toolkit.errors import BoundaryError

__all__ = ["Plot", "Point", "parse_document"]

_WIDE = str.maketrans("０１２３４５６７８９．－＋＠　", "0123456789.-+@ ")
_FIELDS = ("地块编号", "地块名称", "记录图形属性", "图幅号", "地块用途", "地类编码")
_UNITS_HA = {
    "公顷": 1.0,
    "ha": 1.0,
    "平方米": 1e-4,
    "㎡": 1e-4,
    "m2": 1e-4,
    "m²": 1e-4,
    "亩": 1 / 15,
}
_AREA = re.compile(r"(\d+(?:\.\d*)?|\.\d+)\s*(\D.*)?")
_DATA_SECTION = re.compile(r"(地块|界址点)坐标")


@dataclass(frozen=True)
class Point:
    """One point line: its place in the file, number, ring, and the two numbers as text."""

    line: int
    number: str
    ring: int
    first: str
    second: str


@dataclass
class Plot:
    """One plot: its line, fields and points.

    ``stated`` is the area in hectares, or None.
    """

    line: int
    count: int | None
    stated: float | None
    attributes: dict[str, str]
    points: list[Point] = field(default_factory=list)

    @property
    def place(self) -> str:
        """How messages call the plot."""
        label = self.attributes.get("地块编号") or self.attributes.get("地块名称") or "plot"
        return f"plot {label} (line {self.line})"


def parse_document(text: str, file: str) -> tuple[Header, list[Plot], list[str]]:
    """Return the head, the plots and remarks of a survey text.

    Lines may end in CRLF, LF or CR, mixed; blank lines are skipped.

    Raises
    ------
    BoundaryError
        With the line that is none of head, plot or point, or if there is no plot at all.
    """
    header, plots, remarks = Header(file), list[Plot](), list[str]()
    in_data = False
    for line, raw in enumerate(re.split(r"\r\n|\n|\r", text), start=1):
        content = raw.strip(" \t\ufeff\u3000\x1a\0")
        if not content:
            continue
        if content[0] in "[【［":
            in_data = bool(_DATA_SECTION.search(content))
            continue
        if _is_plot(content):
            in_data = True
            plots.append(_plot(content, line, file))
        elif in_data:
            if not plots:
                raise BoundaryError(
                    file, f"line {line}", "a plot line that ends in @", repr(content[:40]),
                    "add the line of the plot before its points",
                )  # fmt: skip
            plots[-1].points.append(_point(content, line, file, remarks))
        else:
            header.add(content, line)
    if not plots:
        raise BoundaryError(
            file, "", "survey boundary points ([地块坐标] with plot lines that end in @)",
            "no plot", "export the boundary in the exchange format, or as GeoJSON or shapefile",
        )  # fmt: skip
    return header, plots, list(dict.fromkeys(remarks))


def _is_plot(content: str) -> bool:
    return _narrow(content).rstrip(" ,，\t").endswith("@")


def _narrow(content: str) -> str:
    """Return a line with full-width digits and marks as half-width ones."""
    return content if content.isascii() else content.translate(_WIDE)


def _split(content: str) -> list[str]:
    """Return the fields of a line, whatever separates them."""
    line = _narrow(content)
    if "," not in line or line.count("，") > line.count(","):
        line = line.replace("，", ",")
    if "," not in line:
        line = re.sub(r"[\t;； ]+", ",", line)
    return [part.strip() for part in line.split(",")]


def _plot(content: str, line: int, file: str) -> Plot:
    """Return a plot from its line of 8, 9 or more fields."""
    fields = _split(content)
    while fields and fields[-1] == "":
        fields.pop()
    last = fields.pop().removesuffix("@").strip()
    if last:
        fields.append(last)
    if len(fields) < 5:
        raise BoundaryError(
            file, f"line {line}",
            "a plot line (points, area in ha, number, name, 面, sheet, use, land class, @)",
            f"{len(fields)} fields", "add the missing fields, empty ones with their commas",
        )  # fmt: skip
    attributes = dict(zip(_FIELDS, fields[2:8], strict=False))
    attributes |= {f"字段{n}": text for n, text in enumerate(fields[8:], start=9) if text}
    _check_kind(attributes.get("记录图形属性", ""), line, file)
    return Plot(line, _count(fields[0], line, file), _area_ha(fields[1], line, file), attributes)


def _count(text: str, line: int, file: str) -> int | None:
    if not text:
        return None
    if not text.isdecimal():
        raise BoundaryError(
            file, f"line {line}", "the number of points as first field", repr(text[:20]),
            "correct the plot line",
        )  # fmt: skip
    return int(text)


def _area_ha(text: str, line: int, file: str) -> float | None:
    """Return a stated area in hectares, its unit as written or hectares."""
    if not text:
        return None
    match = _AREA.fullmatch(text)
    unit = (match[2] or "公顷").strip().lower() if match else ""
    if match is None or unit not in _UNITS_HA:
        raise BoundaryError(
            file, f"line {line}", "an area in hectares as second field", repr(text[:20]),
            "correct the plot line",
        )  # fmt: skip
    return float(match[1]) * _UNITS_HA[unit]


def _check_kind(kind: str, line: int, file: str) -> None:
    if kind and kind not in ("面", "面状", "polygon"):
        raise BoundaryError(
            file, f"line {line}", "a polygon plot (记录图形属性 面)", repr(kind[:20]),
            "submit the closed outline; plots of points or lines are not read",
        )  # fmt: skip


def _point(content: str, line: int, file: str, remarks: list[str]) -> Point:
    """Return a point from its line: number, ring, first and second coordinate."""
    fields = _split(content)
    while len(fields) > 4 and fields[-1] == "":
        fields.pop()
    if len(fields) == 5 and re.fullmatch(r"-?\d{1,4}(\.\d+)?", fields[4]):
        remarks.append("heights of the points dropped")
        fields.pop()
    if len(fields) != 4:
        remedy = "is a coordinate missing?" if len(fields) < 4 else "remove what is too much"
        raise BoundaryError(
            file, f"line {line}", "4 fields (point, ring, X, Y)", f"{len(fields)}", remedy
        )
    number, ring, first, second = fields
    if not re.fullmatch(r"\d{0,4}", ring):
        raise BoundaryError(
            file, f"line {line}", "a ring number as second field", repr(ring[:20]),
            "write 1 for the outline, 2 and up for further rings",
        )  # fmt: skip
    return Point(line, number, int(ring or "1"), first, second)
