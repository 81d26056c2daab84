"""The quick way through a survey text in plain form: columns at once instead of line by line.

It takes only what it can take without judgement: metres, four fields a point, no blank lines
among the points. Anything else, right or wrong, is left to the careful way, which alone refuses.
"""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, overload

import numpy as np
import pyarrow as pa
import shapely
from pyarrow import csv

from geo_toolkit.boundary.rings import nest
from geo_toolkit.boundary.survey_numbers import Numbers, is_of_kind, kind_of
from geo_toolkit.boundary.survey_plots import (
    FIELDS,
    Plot,
    Point,
    parse_document,
    parse_plot,
    plot_place,
    ring_place,
)
from geo_toolkit.boundary.survey_rings import count_remark, rings_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from geo_toolkit.boundary.numbering import PointNumber
    from geo_toolkit.boundary.survey_header import Header
    from geo_toolkit.boundary.words import Said

__all__ = ["QuickText", "parse_quick"]

_WIDE = re.compile("[０-９．－＋＠　，【［]")
_COUNTS = re.compile(r"(?:[0-9]{0,9}(?:\n|$))*")
_AREAS = re.compile(r"(?:(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)?(?:\n|$))*")
_TO_STRIP = re.compile(r"[^\S\n]|[０-９．－＋＠，\ufeff\0]")
_MOST = 10**15
_MAX_RING = 9999
_METRES = ("plain", "prefixed")
_COLUMNS = {"ring": pa.int16(), "first": pa.float64(), "second": pa.float64()}


@dataclass(frozen=True)
class QuickText:
    """A survey text as columns.

    Attributes
    ----------
    lines
        The text's lines.
    rows
        Where the line of each plot stands in ``lines``.
    counts, stated_ha
        What each plot states of its points, -1 for nothing, and of its area, NaN for nothing.
    attributes
        The other fields of each plot.
    start
        Where each plot's points begin; one more entry for the end.
    ring
        Ring number of each point.
    numbers
        Coordinates of all points.
    """

    file: str
    lines: _Lines
    header: Header
    rows: NDArray[np.int64]
    counts: NDArray[np.int64]
    stated_ha: NDArray[np.float64]
    attributes: list[dict[str, str]]
    start: NDArray[np.int64]
    ring: NDArray[np.int16]
    numbers: Numbers

    def places(self) -> Sequence[str]:
        """Return the place of each plot."""
        return _Places(self)

    def plot(self, row: int) -> Plot:
        """Return a plot without its points."""
        count, stated = int(self.counts[row]), float(self.stated_ha[row])
        return Plot(
            int(self.rows[row]) + 1,
            None if count < 0 else count,
            None if np.isnan(stated) else stated,
            self.attributes[row],
        )

    def point_numbers(self, row: int) -> list[PointNumber]:
        """Return the points of a plot with their numbers."""
        xy = self.numbers.xy[self.start[row] : self.start[row + 1]].tolist()
        return [
            (point.number, point.ring, x, y)
            for point, (x, y) in zip(self._whole(row).points, xy, strict=True)
        ]

    def shapes(self) -> tuple[NDArray[np.object_], list[str], list[str]]:
        """Return the polygon of each plot, the rings that were closed, and remarks on counts.

        Raises
        ------
        BoundaryError
            From the careful way, which takes all plots but those of one plain ring.
        """
        run_start, run_plot = self._runs()
        simple, is_open = self._simple(run_start, run_plot)
        owners = run_plot[simple]
        shapes = np.empty(len(self.rows), dtype=object)
        is_quick = np.zeros(len(self.rows), dtype=bool)
        is_quick[owners] = True
        shapes[owners] = self._polygons(run_start[simple], is_open[simple])
        remarks: dict[int, Said | str] = self._counts(owners, is_open[simple])
        closed: dict[int, list[str]] = {}
        for row in owners[is_open[simple]].tolist():
            ring = int(self.ring[self.start[row]])
            closed[row] = [ring_place(self.plot(row), ring, int(self.rows[row]) + 2)]
        rings_by_row = {}
        for row in np.flatnonzero(~is_quick).tolist():
            plot = self._whole(row)
            xy = self.numbers.xy[self.start[row] : self.start[row + 1]]
            rings_by_row[row] = rings_of(plot, xy, self.file)
            closed[row] = [ring.place for ring in rings_by_row[row] if ring.was_open]
            if said := count_remark(plot):
                remarks[row] = said
        for row, own in rings_by_row.items():
            shapes[row] = nest(own, file=self.file, in_degrees=False)
        places = [place for row in sorted(closed) for place in closed[row]]
        return shapes, places, [remarks[row] for row in sorted(remarks)]

    def _polygons(
        self, begins: NDArray[np.int64], is_open: NDArray[np.bool_]
    ) -> NDArray[np.object_]:
        """Return polygons of plain rings, those that are open closed."""
        if not len(begins):
            return np.empty(0, dtype=object)
        sizes = np.append(self.start[1:], 0)[np.searchsorted(self.start, begins)] - begins
        total = sizes + is_open
        offsets = np.concatenate([[0], np.cumsum(total)])
        within = np.arange(offsets[-1]) - np.repeat(offsets[:-1], total)
        within[within == np.repeat(sizes, total)] = 0  # the point that closes an open ring
        xy = self.numbers.xy[np.repeat(begins, total) + within]
        parts = np.arange(len(begins) + 1)
        shapes: NDArray[np.object_] = shapely.from_ragged_array(
            shapely.GeometryType.POLYGON, xy, (offsets, parts)
        )
        return shapes

    def _runs(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return where each run of one ring number begins, and its plot."""
        owner = np.repeat(np.arange(len(self.rows)), np.diff(self.start))
        is_first = np.ones(len(owner), dtype=bool)
        is_first[1:] = (owner[1:] != owner[:-1]) | (self.ring[1:] != self.ring[:-1])
        begins = np.flatnonzero(is_first)
        return begins, owner[begins]

    def _simple(
        self, begins: NDArray[np.int64], plot: NDArray[np.int64]
    ) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """Return which runs are the one plain ring of their plot, and which are open.

        Plain is a ring that meets its first point at its end alone, without repeated points.
        """
        xy = self.numbers.xy
        ends = np.append(begins[1:], len(xy))
        sizes = ends - begins
        run = np.repeat(np.arange(len(begins)), sizes)
        is_start = (xy == xy[begins][run]).all(axis=1)
        is_closed = is_start[ends - 1] & (sizes > 1)
        meets = np.add.reduceat(is_start.astype(np.int64), begins)
        repeats = np.zeros(len(xy), dtype=np.int64)
        repeats[1:] = (xy[1:] == xy[:-1]).all(axis=1)
        repeats[begins] = 0
        different = sizes - is_closed
        alone = np.bincount(plot, minlength=len(self.rows))[plot] == 1
        is_plain = (meets == 1 + is_closed) & (np.add.reduceat(repeats, begins) == 0)
        return alone & is_plain & (different >= 3), ~is_closed

    def _counts(
        self, owners: NDArray[np.int64], is_open: NDArray[np.bool_]
    ) -> dict[int, Said | str]:
        """Return a remark for each plain plot whose stated number of points is not there."""
        stated = self.counts[owners]
        there = np.diff(self.start)[owners]
        closing = ~is_open
        is_right = (there - closing <= stated) & (stated <= there + 1 - closing)
        wrong = owners[(stated >= 0) & ~is_right]
        return {row: count_remark(self._whole(row)) for row in wrong.tolist()}

    def _whole(self, row: int) -> Plot:
        """Return a plot with its points, as the careful way has them."""
        plot = self.plot(row)
        points = []
        for n in range(int(self.start[row + 1] - self.start[row])):
            line = plot.line + 1 + n
            fields = self.lines.text(line - 1).split(",")
            number, _, first, second = (part.strip() for part in fields)
            ring = int(self.ring[self.start[row] + n])
            points.append(Point(line, number, ring, first, second))
        return Plot(plot.line, plot.count, plot.stated, plot.attributes, points)


class _Places(Sequence[str]):
    """The places of plots, said when asked for."""

    def __init__(self, text: QuickText) -> None:
        self._text = text

    def __len__(self) -> int:
        return len(self._text.rows)

    @overload
    def __getitem__(self, row: int) -> str: ...
    @overload
    def __getitem__(self, row: slice) -> list[str]: ...
    def __getitem__(self, row: int | slice) -> str | list[str]:
        if isinstance(row, slice):
            return [self[n] for n in range(*row.indices(len(self)))]
        return plot_place(self._text.plot(row))


@dataclass(frozen=True)
class _Lines:
    """Lines of a text as bytes of UTF-8, by where each begins and ends."""

    content: bytes
    starts: NDArray[np.int64]
    ends: NDArray[np.int64]

    @classmethod
    def of(cls, text: str) -> _Lines:
        """Return the lines of a text, those without content at its end left out."""
        content = text.encode("utf-8", errors="surrogatepass")
        content = content.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        content = content.rstrip(b" \t\x1a\0\n") + b"\n"
        ends = np.flatnonzero(np.frombuffer(content, np.uint8) == ord("\n"))
        return cls(content, np.concatenate([[0], ends[:-1] + 1]), ends)

    def text(self, row: int) -> str:
        """Return one line."""
        return _decoded(self.content[self.starts[row] : self.ends[row]])

    def plot_rows(self) -> NDArray[np.int64]:
        """Return which lines end in @, as those of plots do."""
        marks = np.frombuffer(self.content, np.uint8)[self.ends - 1]
        return np.flatnonzero(marks == ord("@"))

    def parts(self, rows: NDArray[np.int64]) -> tuple[str, str, bytes]:
        """Return the text before the first plot's end, the plot lines, and the lines of points."""
        first = rows[0]
        is_plot = np.zeros(len(self.ends), dtype=bool)
        is_plot[rows] = True
        sizes = self.ends - self.starts + 1
        body = np.frombuffer(self.content, np.uint8)[self.starts[first] :]
        mask = np.repeat(is_plot[first:], sizes[first:])
        head = _decoded(self.content[: self.ends[first]])
        return head, _decoded(body[mask].tobytes()), body[~mask].tobytes()


def _decoded(content: bytes) -> str:
    return content.decode("utf-8", errors="surrogatepass")


def parse_quick(text: str, file: str) -> QuickText | None:
    """Return a survey text as columns, or None where it is not in plain form.

    Raises
    ------
    BoundaryError
        If a plot line cannot be read.
    """
    lines = _Lines.of(text)
    rows = lines.plot_rows()
    sizes = np.diff(np.append(rows, len(lines.ends))) - 1
    if not len(rows) or sizes.min() < 1:
        return None
    head, plot_lines, points = lines.parts(rows)
    columns = _columns(points)
    numbers = None if columns is None else _numbers(columns[1])
    if columns is None or numbers is None:
        return None
    header, before, _ = parse_document(head, file)
    if len(before) != 1 or before[0].points:
        return None
    stated = _plain_plots(plot_lines) or _plots(plot_lines, rows, file)
    start = np.concatenate([[0], np.cumsum(sizes)])
    return QuickText(file, lines, header, rows, *stated, start, columns[0], numbers)


_Stated = tuple["NDArray[np.int64]", "NDArray[np.float64]", "list[dict[str, str]]"]


def _plain_plots(text: str) -> _Stated | None:
    """Return what plot lines state if all are of the common nine fields, else None."""
    if _TO_STRIP.search(text):
        return None
    a, b, c, d, e, f = FIELDS
    attributes, counts, areas = [], [], []
    for line in text.removesuffix("\n").split("\n"):
        fields = line.split(",")
        if len(fields) != len(FIELDS) + 3 or fields[8] != "@" or fields[4] != "面":
            return None
        counts.append(fields[0])
        areas.append(fields[1])
        attributes.append(
            {a: fields[2], b: fields[3], c: "面", d: fields[5], e: fields[6], f: fields[7]}
        )
    counted, stated = "\n".join(counts), "\n".join(areas)
    if not _COUNTS.fullmatch(counted) or not _AREAS.fullmatch(stated):
        return None
    return (
        np.array([int(count or -1) for count in counts]),
        np.array([float(area or "nan") for area in areas]),
        attributes,
    )


def _plots(text: str, rows: NDArray[np.int64], file: str) -> _Stated:
    """Return what plot lines state, each read with care."""
    lines = zip(text.split("\n"), rows.tolist(), strict=False)
    plots = [parse_plot(line.strip(" \t\ufeff\u3000\x1a\0"), row + 1, file) for line, row in lines]
    counts = np.array([-1 if p.count is None else min(p.count, _MOST) for p in plots])
    stated = np.array([np.nan if p.stated is None else p.stated for p in plots])
    return counts, stated, [plot.attributes for plot in plots]


def _columns(points: bytes) -> tuple[NDArray[np.int16], NDArray[np.float64]] | None:
    """Return ring numbers and coordinates of point lines, or None where one is not plain."""
    if b"[" in points or b",-0," in points:
        return None
    if not points.isascii() and _WIDE.search(_decoded(points)):
        return None
    try:
        table = csv.read_csv(
            io.BytesIO(points),
            read_options=csv.ReadOptions(column_names=["number", *_COLUMNS]),
            parse_options=csv.ParseOptions(
                quote_char=False, escape_char=False, ignore_empty_lines=False
            ),
            convert_options=csv.ConvertOptions(
                column_types=_COLUMNS,
                include_columns=list(_COLUMNS),
                null_values=[],
                strings_can_be_null=False,
            ),
        )
    except (pa.ArrowException, UnicodeDecodeError):
        return None
    ring = table.column("ring").to_numpy()
    values = np.column_stack([table.column(name).to_numpy() for name in ("first", "second")])
    if not np.isfinite(values).all() or ring.min() < 0 or ring.max() > _MAX_RING:
        return None
    return ring, values


def _numbers(values: NDArray[np.float64]) -> Numbers | None:
    """Return the coordinates as east and north in metres, or None where they are no such."""
    order, kind = kind_of(values[0])
    if kind not in _METRES or not is_of_kind(values, order, kind).all():
        return None
    xy = np.ascontiguousarray(values if order == "east" else values[:, ::-1])
    prefix = None
    if kind == "prefixed":
        zones = np.floor(xy[:, 0] / 1e6)
        if (zones != zones[0]).any():
            return None
        prefix = int(zones[0])
    return Numbers(xy, False, prefix, order == "east", False)
