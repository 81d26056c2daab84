"""Tables of boundary points, one a row, into plots: the same for CSV and workbooks."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import shapely

from geo_toolkit.boundary.crs_basis import System, decide_system, parse_declared
from geo_toolkit.boundary.faults import Attempt, strictly
from geo_toolkit.boundary.headings import Columns, find_columns, is_packed_heading
from geo_toolkit.boundary.rings import Ring, nest
from geo_toolkit.boundary.source import file_sha256
from geo_toolkit.boundary.submission import Submission
from geo_toolkit.boundary.survey_header import Header
from geo_toolkit.boundary.survey_numbers import Numbers, read_numbers, sexagesimal
from geo_toolkit.boundary.survey_plots import Plot, Point
from geo_toolkit.boundary.survey_system import decide_survey_system
from geo_toolkit.boundary.survey_text import numbers_by_plot, rings_of
from geo_toolkit.boundary.words import say
from geo_toolkit.errors import BoundaryError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from geo_toolkit.boundary.options import ReadOptions

__all__ = [
    "KEYWORDS",
    "MAX_ROWS",
    "PointTable",
    "as_degrees",
    "read_rows",
    "remarks_of",
    "system_of",
    "to_submission",
]

MAX_ROWS = 200_000
KEYWORDS = ("点号", "坐标", "经度", "纬度", "地块", "圈号", "界址点")
_HEADING_ROWS = 40
_LONGEST = 100
_WIDE = str.maketrans("０１２３４５６７８９．－＋，　", "0123456789.-+, ")
_THOUSANDS = re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d*)?")
_EPSG = re.compile(r"(?i)EPSG\s*[:：]{1,2}\s*(\d{4,6})")
_PLOT_NUMBERS = ("地块编号", "地块号", "地块", "宗地号", "图斑编号", "图斑号")


@dataclass
class PointTable:
    """Plots of a table as read, before their numbers are.

    Attributes
    ----------
    header
        What stands above the headings: system, zone, unit.
    is_packed
        Whether the table says that its degrees are ddd.mmss.
    lost
        For the first row of each plot, those of its rows that could not be read.
    """

    file: str
    header: Header
    columns: Columns
    place: str
    epsg: str | None = None
    is_packed: bool = False
    plots: list[Plot] = field(default_factory=list)
    lost: dict[int, list[int]] = field(default_factory=dict)
    heights: int = 0

    @property
    def is_grouped(self) -> bool:
        """Whether a column tells which plot, or which ring, a point belongs to."""
        return bool(self.columns.plots) or self.columns.ring is not None


def read_rows(
    rows: Iterable[tuple[int, Sequence[str]]], *, file: str, attempt: Attempt = strictly
) -> PointTable | None:
    """Return the plots of numbered rows of text, or None where no row is a heading.

    Raises
    ------
    BoundaryError
        With the row that has one coordinate and not the other.
    """
    header, seen, epsg, packed = Header(file), 0, None, False
    table: PointTable | None = None
    reader: _Rows | None = None
    for row, cells in rows:
        if reader is not None:
            reader.take(row, cells)
            continue
        seen += any(cells)
        if seen > _HEADING_ROWS:
            return None
        packed |= any(is_packed_heading(cell) for cell in cells)
        epsg = epsg or next((m[1] for cell in cells if (m := _EPSG.search(cell))), None)
        columns = find_columns(cells)
        if columns is None:
            _note(header, cells, row)
            continue
        place = say("its_headings", heading=cells[columns.first])
        table = PointTable(file, header, columns, place, epsg, packed)
        reader = _Rows(table, attempt)
    return table


def to_submission(
    path: Path,
    table: PointTable,
    options: ReadOptions,
    *,
    form: str,
    encoding: str,
    basis: str,
    remarks: Sequence[str] = (),
) -> Submission:
    """Return a table's plots as polygons or lines.

    Raises
    ------
    BoundaryError
        If a number is none, nothing tells the system, or degrees can be read in two ways.
    """
    file = path.name
    points = [point for plot in table.plots for point in plot.points]
    if not points:
        raise BoundaryError(
            file, "", "points below the headings", "none", "add the coordinates of the boundary"
        )
    numbers = read_numbers(points, unit=table.header.unit(), file=file)
    numbers = as_degrees(numbers, table, points[0])
    system = system_of(table, numbers, options, file)
    shaped = _lines if options.corridor_m is not None else _polygons
    shapes, owners, closed = shaped(table, numbers, file)
    geometry = np.empty(len(shapes), dtype=object)
    geometry[:] = shapes
    numbered = numbers_by_plot(table.plots, numbers)
    row_of = {id(plot): row for row, plot in enumerate(table.plots)}
    return Submission(
        path=path,
        format=form,
        sha256=file_sha256(path),
        system=system,
        geometry=geometry,
        places=[plot.place for plot in owners],
        attributes=[dict(plot.attributes) for plot in owners],
        stated_ha=np.array([np.nan if plot.stated is None else plot.stated for plot in owners]),
        encoding=encoding,
        encoding_basis=basis,
        closed=closed,
        warnings=[*remarks, *remarks_of(table, numbers)],
        header=tuple(table.header.values.items()),
        point_numbers=None
        if table.columns.number is None
        else lambda row: numbered(row_of[id(owners[row])]),
    )


def remarks_of(table: PointTable, numbers: Numbers) -> list[str]:
    """Return what is worth saying of the columns."""
    said: list[str] = []
    if numbers.is_swapped and table.columns.is_plain:
        said.append(say("xy_east_first"))
    elif numbers.is_swapped:
        said.append(say("swapped"))
    elif table.columns.is_plain and not numbers.in_degrees:
        said.append(say("xy_north_first"))
    if table.heights:
        said.append(say("heights_of", count=table.heights))
    return said


_Shaped = tuple[list[shapely.Geometry], list[Plot], list[str]]
"""Geometries, the plot each belongs to, and the places of rings that were closed."""


def _polygons(table: PointTable, numbers: Numbers, file: str) -> _Shaped:
    """Return the polygon of each plot; where nothing names plots, one a separate outline."""
    shapes: list[shapely.Geometry] = []
    owners: list[Plot] = []
    all_rings: list[list[Ring]] = []
    start = 0
    for plot in table.plots:
        xy = numbers.xy[start : start + len(plot.points)]
        start += len(plot.points)
        all_rings.append(rings_of(plot, xy, file))
    closed = [ring.place for rings in all_rings for ring in rings if ring.was_open]
    if table.is_grouped:
        for plot, rings in zip(table.plots, all_rings, strict=True):
            shapes.append(nest(rings, file=file, in_degrees=numbers.in_degrees))
            owners.append(plot)
    else:
        at = {
            ring.points.tobytes(): plot
            for plot, rings in zip(table.plots, all_rings, strict=True)
            for ring in rings
        }
        every = [ring for rings in all_rings for ring in rings]
        for polygon in shapely.get_parts(nest(every, file=file, in_degrees=numbers.in_degrees)):
            shapes.append(polygon)
            owners.append(at[shapely.get_coordinates(polygon.exterior).tobytes()])
    return shapes, owners, closed


def _lines(table: PointTable, numbers: Numbers, file: str) -> _Shaped:
    """Return the line of each plot, in the order of its rows."""
    shapes: list[shapely.Geometry] = []
    start = 0
    for plot in table.plots:
        xy = numbers.xy[start : start + len(plot.points)]
        start += len(plot.points)
        if len(xy) < 2:
            raise BoundaryError(file, plot.place, "at least 2 points", "1", "add the others")
        shapes.append(shapely.LineString(xy))
    return shapes, table.plots, []


def as_degrees(numbers: Numbers, table: PointTable, first: Point) -> Numbers:
    """Return the numbers as degrees, refused where they could as well be ddd.mmss.

    Raises
    ------
    BoundaryError
        With the row of the first point.
    """
    if not numbers.in_degrees or not numbers.may_be_packed:
        return numbers
    if table.is_packed:
        return replace(numbers, xy=_degrees(numbers.xy), may_be_packed=False)
    raise BoundaryError(
        table.file, say("row", n=first.line), "degrees that read in one way",
        f"{first.first}, which is decimal degrees or ddd.mmss",
        "write them as 30°45′55.5″, or name the form in the heading: 纬度(ddd.mmss)",
    )  # fmt: skip


def _degrees(packed: NDArray[np.float64]) -> NDArray[np.float64]:
    return sexagesimal(packed)


def system_of(table: PointTable, numbers: Numbers, options: ReadOptions, file: str) -> System:
    """Return the system: a code in the table, its notes, or the options.

    Raises
    ------
    BoundaryError
        If nothing names it.
    """
    if table.epsg is not None:
        source = say("its_notes")
        declared = parse_declared(f"EPSG:{table.epsg}", file, source)
        return decide_system(file, options, declared=declared, source=source)
    if table.header.datum() is None and options.crs is None and options.datum is None:
        raise BoundaryError(
            file, "", "a coordinate system", "none", "name the system of the points with --crs, "
            "such as EPSG:4490 for degrees, EPSG:4523 or EPSG:4544 for metres, or write "
            "坐标系：2000国家大地坐标系 above the table",
        )  # fmt: skip
    return decide_survey_system(table.header, numbers, options, file=file)


def _note(header: Header, cells: Sequence[str], row: int) -> None:
    """Take what stands above the headings: ``坐标系：…`` in one cell, or in two side by side."""
    texts = [cell for cell in cells if cell]
    for text in texts:
        for part in re.split(r"[;；\n]|\s{2,}", text):
            header.add(part, row)
    for key, value in pairwise(texts):
        if not re.search(r"[=:：＝]", key):
            header.add(f"{key}={value}", row)


class _Rows:
    """Collects the rows below the headings into plots."""

    def __init__(self, table: PointTable, attempt: Attempt = strictly) -> None:
        self._table, self._attempt = table, attempt
        self._labels: list[str] = [""] * len(table.columns.plots)
        self._is_broken = True
        self._count = 0

    def take(self, row: int, cells: Sequence[str]) -> None:
        """Take one row: a point, or a blank one between plots."""
        columns, table = self._table.columns, self._table
        self._count += 1
        if self._count > MAX_ROWS:
            raise BoundaryError(
                table.file, "", f"at most {MAX_ROWS} rows", "more", "submit it in parts"
            )
        first, second = (_number(_cell(cells, i)) for i in (columns.first, columns.second))
        if not first and not second:
            self._is_broken = True
            return
        number, is_broken = _cell(cells, columns.number), self._is_broken
        ring = self._attempt(self._ring_of, row, cells, first, second)
        point = Point(row, number, ring or 1, first, second)
        plot = self._plot_of(row, cells, point)
        if ring is None:
            table.lost.setdefault(plot.line, []).append(row)
            return
        table.heights += bool(_cell(cells, columns.height))
        if plot.points and columns.ring is None and columns.plots:
            last = plot.points[-1].ring
            is_next = is_broken or self._starts_again(point)
            point = replace(point, ring=last + 1 if is_next else last)
        plot.points.append(point)

    def _ring_of(self, row: int, cells: Sequence[str], first: str, second: str) -> int:
        """Return the ring number of a point that has both of its coordinates."""
        file = self._table.file
        if not first or not second:
            raise BoundaryError(
                file, say("row", n=row), "two coordinates", "one", "add the missing coordinate"
            )
        text = _number(_cell(cells, self._table.columns.ring)) or "1"
        if not re.fullmatch(r"\d{1,4}(\.0+)?", text):
            raise BoundaryError(
                file, say("row", n=row), "a ring number", repr(text[:20]),
                "write 1 for the outline, 2 and up for further rings",
            )  # fmt: skip
        return int(float(text))

    def _plot_of(self, row: int, cells: Sequence[str], point: Point) -> Plot:
        """Return the plot that a point belongs to: a new one where its label changes."""
        table = self._table
        before = list(self._labels)
        for n, (_, column) in enumerate(table.columns.plots):
            self._labels[n] = _cell(cells, column) or self._labels[n]
        is_new = not table.plots or self._labels != before
        if not table.columns.plots:
            is_new |= self._is_broken or self._starts_again(point)
        self._is_broken = False
        if is_new:
            table.plots.append(self._new_plot(row, cells))
        return table.plots[-1]

    def _starts_again(self, point: Point) -> bool:
        """Whether a point bears the first number of its plot at another place."""
        if self._table.columns.ring is not None or not point.number:
            return False
        points = self._table.plots[-1].points
        if not points:
            return False
        start = next(p for p in points if p.ring == points[-1].ring)
        is_same = (start.first, start.second) == (point.first, point.second)
        return start.number == point.number and not is_same

    def _new_plot(self, row: int, cells: Sequence[str]) -> Plot:
        """Return a plot with the attributes in its first row."""
        columns = self._table.columns
        named = zip(columns.plots, self._labels, strict=True)
        attributes = {heading: label for (heading, _), label in named if label}
        for heading, column in columns.others:
            if value := _cell(cells, column):
                attributes[heading] = value
        for key in _PLOT_NUMBERS:
            if key in attributes:
                attributes.setdefault("地块编号", attributes[key])
                break
        return Plot(row, None, self._stated_ha(cells), attributes)

    def _stated_ha(self, cells: Sequence[str]) -> float | None:
        """Return the area stated in the row, in hectares; None where it is no number."""
        area = self._table.columns.area_ha
        text = _number(_cell(cells, area[0])) if area else ""
        is_number = re.fullmatch(r"\d{1,12}(\.\d*)?", text) is not None
        return float(text) * area[1] if area and is_number else None


def _cell(cells: Sequence[str], column: int | None) -> str:
    """Return a cell's text, or an empty one beyond the row's end."""
    return cells[column].strip() if column is not None and column < len(cells) else ""


def _number(text: str) -> str:
    """Return a number as written, without full-width digits and thousands separators."""
    if len(text) > _LONGEST:
        return text
    plain = text.translate(_WIDE).strip().lstrip("'")
    return plain.replace(",", "") if _THOUSANDS.fullmatch(plain) else plain
