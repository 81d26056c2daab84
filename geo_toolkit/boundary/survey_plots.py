"""The lines of a survey boundary-point text: head, plots, and points as written."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from geo_toolkit.boundary.faults import Attempt, strictly
from geo_toolkit.boundary.survey_header import Header
from geo_toolkit.boundary.words import Said, say
from geo_toolkit.errors import BoundaryError

__all__ = [
    "FIELDS",
    "Plot",
    "Point",
    "parse_document",
    "parse_plot",
    "plot_place",
    "ring_place",
]

_WIDE = str.maketrans("０１２３４５６７８９．－＋＠　", "0123456789.-+@ ")
FIELDS = ("地块编号", "地块名称", "记录图形属性", "图幅号", "地块用途", "地类编码")
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
_AREA_KINDS = ("面", "面状", "polygon")
_LINE_KINDS = ("线", "线状", "line", "polyline")
_MOST_DIGITS = 9
MAX_PLOTS = 200_000
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
    def place(self) -> Said:
        """How messages call the plot."""
        return plot_place(self)


def plot_place(plot: Plot) -> Said:
    """Return how messages call a plot."""
    label = plot.attributes.get("地块编号") or plot.attributes.get("地块名称")
    if not label:
        return say("plot_unnamed", n=plot.line)
    return say("plot", label=label, n=plot.line)


def ring_place(plot: Plot, ring: int, line: int) -> Said:
    """Return how messages call a ring that begins in a line."""
    label = plot.attributes.get("地块编号") or plot.line
    return say("plot_ring", label=label, ring=ring, n=line)


def parse_document(
    text: str, file: str, attempt: Attempt = strictly, *, lines: bool = False
) -> tuple[Header, list[Plot], list[str]]:
    """Return the head, the plots and remarks of a survey text.

    Lines may end in CRLF, LF or CR, mixed; blank lines are skipped. Where ``attempt`` reads on
    past faults, a point line that cannot be read is left out and such a plot line is kept empty.
    With ``lines`` the plots must be lines (记录图形属性 线), else polygons.

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
            plot = attempt(parse_plot, content, line, file, attempt, lines=lines)
            plots.append(plot or Plot(line, None, None, {}))
            if len(plots) > MAX_PLOTS:
                raise BoundaryError(
                    file, "", f"at most {MAX_PLOTS} plots", "more", "submit the boundary in parts"
                )
        elif in_data:
            if not plots:
                attempt(_refuse_before_plot, content, line, file)
                plots.append(Plot(line, None, None, {}))
            point = attempt(_point, content, line, file, remarks)
            if point is not None:
                plots[-1].points.append(point)
        else:
            header.add(content, line)
    if not plots:
        raise BoundaryError(
            file, "", "survey boundary points ([地块坐标] with plot lines that end in @)",
            "no plot", "export the boundary in the exchange format, or as GeoJSON or shapefile",
        )  # fmt: skip
    return header, plots, list(dict.fromkeys(remarks))


def _refuse_before_plot(content: str, line: int, file: str) -> None:
    raise BoundaryError(
        file, f"line {line}", "a plot line that ends in @", repr(content[:40]),
        "add the line of the plot before its points",
    )  # fmt: skip


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


def parse_plot(
    content: str, line: int, file: str, attempt: Attempt = strictly, *, lines: bool = False
) -> Plot:
    """Return a plot from its line of 8, 9 or more fields.

    Raises
    ------
    BoundaryError
        If a field is missing or none.
    """
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
    attributes = dict(zip(FIELDS, fields[2:8], strict=False))
    attributes |= {f"字段{n}": text for n, text in enumerate(fields[8:], start=9) if text}
    attempt(_check_kind, attributes.get("记录图形属性", ""), line, file, lines)
    count = attempt(_count, fields[0], line, file)
    return Plot(line, count, attempt(_area_ha, fields[1], line, file), attributes)


def _count(text: str, line: int, file: str) -> int | None:
    if not text:
        return None
    if not text.isdecimal() or len(text) > _MOST_DIGITS:
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


def _check_kind(kind: str, line: int, file: str, lines: bool) -> None:
    if lines and kind not in _LINE_KINDS:
        raise BoundaryError(
            file, f"line {line}", "a line plot (记录图形属性 线), as --corridor-m says",
            repr(kind[:20]) if kind else "none", "leave --corridor-m out for polygons",
        )  # fmt: skip
    if not lines and kind and kind not in _AREA_KINDS:
        remedy = "submit the closed outline; plots of points are not read"
        if kind in _LINE_KINDS:
            remedy = "for a centreline give --corridor-m with the full width in metres"
        raise BoundaryError(
            file, f"line {line}", "a polygon plot (记录图形属性 面)", repr(kind[:20]), remedy
        )


def _point(content: str, line: int, file: str, remarks: list[str]) -> Point:
    """Return a point from its line: number, ring, first and second coordinate."""
    fields = _split(content)
    while len(fields) > 4 and fields[-1] == "":
        fields.pop()
    if len(fields) == 5 and re.fullmatch(r"-?\d{1,4}(\.\d+)?", fields[4]):
        remarks.append(say("heights"))
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
