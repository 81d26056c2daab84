"""The points of a text or a table, read on past every fault: numbers, rings, places."""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from geo_toolkit.boundary.encoding import decode_text
from geo_toolkit.boundary.faults import Fault, Faults
from geo_toolkit.boundary.rings import nest
from geo_toolkit.boundary.sites import Repair
from geo_toolkit.boundary.survey_numbers import (
    Numbers,
    is_of_kind,
    kind_of,
    odd_point,
    parse_number,
)
from geo_toolkit.boundary.survey_text import line_of, rings_of
from geo_toolkit.boundary.words import say
from geo_toolkit.errors import BoundaryError, GeoToolkitError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import shapely
    from numpy.typing import NDArray

    from geo_toolkit.boundary.options import ReadOptions
    from geo_toolkit.boundary.rings import Ring
    from geo_toolkit.boundary.survey_plots import Plot, Point

__all__ = [
    "array_of",
    "lines_of",
    "lost_lines",
    "nested",
    "numbers_of",
    "positions",
    "readable_text",
    "rings_of_plots",
    "shapes_of",
    "values_of",
]

_KINDS = tuple((order, kind) for order in ("north", "east") for kind in ("plain", "prefixed"))
_ALL_KINDS = (*_KINDS, ("north", "degree"), ("east", "degree"))
_LOST = {"point_fields", "ring_number", "row_without_pair"}
_RING = re.compile(r" ring (\d+) \(line")


def readable_text(
    raw: bytes, options: ReadOptions, keywords: Sequence[str], file: str, faults: Faults
) -> str:
    """Return the text of a file; where it is in no one encoding, each line in its own."""
    decoded = faults.attempt(
        decode_text, raw, file=file, option=options.encoding, keywords=keywords
    )
    if decoded is not None:
        return decoded.text
    return "\n".join(_line(line) for line in re.split(rb"\r\n|\n|\r", raw))


def _line(raw: bytes) -> str:
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return raw.decode("gb18030", errors="replace")


def positions(
    plots: list[Plot], xy: NDArray[np.float64], bad: NDArray[np.bool_]
) -> tuple[dict[int, tuple[float, float]], list[NDArray[np.float64]]]:
    """Return where the points lie by line, a plot's line at its first, and the points by ring."""
    at_line: dict[int, tuple[float, float]] = {}
    traces: list[list[NDArray[np.float64]]] = []
    row = 0
    for plot in plots:
        before = -1
        for point in plot.points:
            pair, row = xy[row], row + 1
            if bad[row - 1]:
                continue
            at_line[point.line] = (float(pair[0]), float(pair[1]))
            at_line.setdefault(plot.line, at_line[point.line])
            if point.ring != before:
                traces.append([])
            traces[-1].append(pair)
            before = point.ring
    return at_line, [np.array(trace) for trace in traces]


def lost_lines(plots: list[Plot], faults: Faults) -> dict[int, list[int]]:
    """Return for the line of each plot those of its points that could not be read."""
    starts = [plot.line for plot in plots]
    lost: dict[int, list[int]] = {start: [] for start in starts}
    for fault in faults.found:
        at = bisect_left(starts, fault.lines[0]) if fault.code in _LOST else 0
        if at:
            lost[starts[at - 1]].append(fault.lines[0])
    return lost


def values_of(
    points: list[Point], file: str, faults: Faults
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Return the two numbers of each point, and which points have none."""
    values = np.full((len(points), 2), np.nan)
    for row, point in enumerate(points):
        for column, text in enumerate((point.first, point.second)):
            number = faults.attempt(parse_number, text, point.line, file)
            if number is not None:
                values[row, column] = number[0]
    return values, np.isnan(values).any(axis=1)


def numbers_of(
    points: list[Point],
    values: NDArray[np.float64],
    bad: NDArray[np.bool_],
    unit: str | None,
    file: str,
    faults: Faults,
) -> Numbers | None:
    """Return the coordinates in the form that most of them have; others become bad."""
    if bad.all():
        return None
    counts = [int(is_of_kind(values[~bad], order, kind).sum()) for order, kind in _ALL_KINDS]
    first = values[np.flatnonzero(~bad)[0]]
    order, kind = kind_of(first)
    if kind is None or counts[_ALL_KINDS.index((order, kind))] < max(counts):
        order, kind = _ALL_KINDS[int(np.argmax(counts))]
    odd = ~bad & ~is_of_kind(values, order, kind)
    for row in np.flatnonzero(odd).tolist():
        faults.attempt(_refuse_odd, points[row], values[row], unit, file)
    bad |= odd
    if bad.all():
        return None
    in_degrees = kind == "degree"
    if unit is not None and (unit == "degree") is not in_degrees:
        faults.attempt(_refuse_unit, points[int(np.flatnonzero(~bad)[0])], unit, in_degrees, file)
    xy = np.ascontiguousarray(values if order == "east" else values[:, ::-1])
    prefix = None
    if kind == "prefixed":
        zones = np.floor(np.where(bad, -1.0, xy[:, 0] / 1e6)).astype(int)
        known, times = np.unique(zones[~bad], return_counts=True)
        prefix = int(known[int(np.argmax(times))])
        typical = points[int(np.flatnonzero(zones == prefix)[0])]
        for row in np.flatnonzero(~bad & (zones != prefix)).tolist():
            faults.attempt(_refuse_zone, points[row], int(zones[row]), typical, prefix, file)
        bad |= ~bad & (zones != prefix)
    return Numbers(xy, in_degrees, prefix, order == "east", may_be_packed=False)


def _refuse_odd(point: Point, pair: NDArray[np.float64], unit: str | None, file: str) -> None:
    raise odd_point(point, pair, unit, file)


def _refuse_unit(point: Point, unit: str, in_degrees: bool, file: str) -> None:
    raise BoundaryError(
        file, f"line {point.line}", f"coordinates in {unit}s, as 计量单位 says",
        "degrees" if in_degrees else "metres", "correct 计量单位 in the head",
    )  # fmt: skip


def _refuse_zone(point: Point, zone: int, typical: Point, prefix: int, file: str) -> None:
    raise BoundaryError(
        file, f"line {point.line}", f"zone {prefix} as in line {typical.line}", f"zone {zone}",
        "write the whole file in one zone",
    )  # fmt: skip


def shapes_of(
    plots: list[Plot],
    numbers: Numbers,
    bad: NDArray[np.bool_],
    lost: Mapping[int, list[int]],
    file: str,
    faults: Faults,
) -> tuple[NDArray[np.object_], list[str]]:
    """Return the polygons of the plots whose rings could be read, and their places."""
    shapes: list[shapely.Geometry] = []
    places: list[str] = []
    rings = rings_of_plots(plots, numbers, bad, lost, file, faults)
    for plot, own in zip(plots, rings, strict=True):
        shape = nested(own, numbers, file, faults) if own else None
        if shape is not None:
            shapes.append(shape)
            places.append(plot.place)
    return array_of(shapes), places


def lines_of(
    plots: list[Plot],
    numbers: Numbers,
    bad: NDArray[np.bool_],
    lost: Mapping[int, list[int]],
    file: str,
    faults: Faults,
) -> tuple[NDArray[np.object_], list[str]]:
    """Return the lines of the plots that lack no point, and their places."""
    shapes: list[shapely.Geometry] = []
    places: list[str] = []
    start = 0
    for plot in plots:
        rows = slice(start, start + len(plot.points))
        start = rows.stop
        if not plot.points or bad[rows].any() or lost.get(plot.line):
            continue
        line = faults.attempt(line_of, plot, numbers.xy[rows], file)
        if line is not None:
            shapes.append(line)
            places.append(plot.place)
    return array_of(shapes), places


def nested(
    rings: list[Ring], numbers: Numbers, file: str, faults: Faults
) -> shapely.Geometry | None:
    """Return the polygon of rings, or None where a fault was noted in them."""
    before = len(faults)
    shape = faults.attempt(
        nest, rings, file=file, in_degrees=numbers.in_degrees, attempt=faults.attempt
    )
    return shape if len(faults) == before else None


def array_of(shapes: Sequence[shapely.Geometry]) -> NDArray[np.object_]:
    """Return geometries as an array of objects."""
    made = np.empty(len(shapes), dtype=object)
    made[:] = shapes
    return made


def rings_of_plots(
    plots: list[Plot],
    numbers: Numbers,
    bad: NDArray[np.bool_],
    lost: Mapping[int, list[int]],
    file: str,
    faults: Faults,
) -> list[list[Ring]]:
    """Return for each plot the rings that lack no point."""
    found = []
    start = 0
    for plot in plots:
        rows = slice(start, start + len(plot.points))
        start = rows.stop
        good = ~bad[rows]
        kept = replace(plot, points=[p for p, ok in zip(plot.points, good, strict=True) if ok])
        suspect = _suspect_rings(plot, good, lost.get(plot.line, []))
        found.append(_rings(kept, numbers.xy[rows][good], suspect, file, faults))
    return found


def _suspect_rings(plot: Plot, good: NDArray[np.bool_], lost: list[int]) -> set[int]:
    """Return the numbers of rings that lack a point, because a line could not be read."""
    suspect = {p.ring for p, ok in zip(plot.points, good, strict=True) if not ok}
    for line in lost:
        before = [p.ring for p in plot.points if p.line < line][-1:]
        after = [p.ring for p in plot.points if p.line > line][:1]
        suspect.update(before + after)
    return suspect


def _rings(
    plot: Plot, xy: NDArray[np.float64], suspect: set[int], file: str, faults: Faults
) -> list[Ring]:
    """Return the rings of a plot; what follows from a missing point is no fault of its own."""
    if not plot.points:
        return []
    own = Faults()
    try:
        rings = rings_of(plot, xy, file, own.attempt)
    except GeoToolkitError as error:
        own.add(Fault.of_error(error))
        rings = []
    for fault in own.found:
        number = _RING.search(fault.place)
        if number is None or int(number[1]) not in suspect:
            faults.add(fault)
    sound = []
    for ring in rings:
        number = _RING.search(ring.place)
        if number is not None and int(number[1]) in suspect:
            continue
        sound.append(ring)
        if ring.was_open:
            faults.add(Fault.of_repair(Repair(ring.place, say("closed"))))
    return sound
