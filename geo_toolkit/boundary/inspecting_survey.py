"""A survey boundary-point text, read on past every fault."""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from geo_toolkit.boundary.encoding import decode_text
from geo_toolkit.boundary.faults import Fault, Faults
from geo_toolkit.boundary.inspecting_shapes import inspect_shapes
from geo_toolkit.boundary.looked_at import LookedAt
from geo_toolkit.boundary.rings import nest
from geo_toolkit.boundary.sites import Repair
from geo_toolkit.boundary.survey_numbers import (
    Numbers,
    is_of_kind,
    kind_of,
    odd_point,
    parse_number,
)
from geo_toolkit.boundary.survey_plots import parse_document
from geo_toolkit.boundary.survey_system import decide_survey_system, zone_of
from geo_toolkit.boundary.survey_text import FORMAT, KEYWORDS, count_remark, rings_of
from geo_toolkit.boundary.words import say
from geo_toolkit.errors import BoundaryError, GeoToolkitError

if TYPE_CHECKING:
    from pathlib import Path

    import shapely
    from numpy.typing import NDArray

    from geo_toolkit.boundary.crs_basis import System
    from geo_toolkit.boundary.options import ReadOptions
    from geo_toolkit.boundary.rings import Ring
    from geo_toolkit.boundary.survey_header import Header
    from geo_toolkit.boundary.survey_plots import Plot, Point

__all__ = ["look_at"]

_KINDS = tuple((order, kind) for order in ("north", "east") for kind in ("plain", "prefixed"))
_ALL_KINDS = (*_KINDS, ("north", "degree"), ("east", "degree"))
_LOST = {"point_fields", "ring_number"}
_RING = re.compile(r" ring (\d+) \(line")


def look_at(path: Path, options: ReadOptions, faults: Faults) -> LookedAt:
    """Note every fault of a survey text, and return what could be read of it."""
    file = path.name
    text = _text(path, options, faults)
    parsed = faults.attempt(parse_document, text, file, faults.attempt)
    if parsed is None:
        return LookedAt(FORMAT)
    header, plots, remarks = parsed
    lost = _lost_lines(plots, faults)
    for plot in plots:
        if not plot.points and not lost[plot.line] and not faults.is_full:
            faults.attempt(_refuse_empty, plot, file)
    points = [point for plot in plots for point in plot.points]
    values, bad = _values(points, file, faults)
    unit = _check_head(header, faults)
    numbers = _numbers(points, values, bad, unit, file, faults)
    if numbers is None:
        return LookedAt(FORMAT, features=len(plots))
    system = _system(header, numbers, options, file, faults)
    counts = [count_remark(plot) for plot in plots if not lost[plot.line]]
    for remark in [*remarks, *(text for text in counts if text)]:
        faults.add(Fault.of_remark(remark))
    shapes, places = _shapes(plots, numbers, bad, lost, file, faults)
    inspect_shapes(shapes, places, system, faults, file=file, in_degrees=numbers.in_degrees)
    at_line, traces = _positions(plots, numbers.xy, bad)
    labels = [str(place).removeprefix("plot ").partition(" (line")[0] for place in places]
    return LookedAt(
        FORMAT, len(plots), shapes, places, labels, numbers.in_degrees, at_line, traces
    )  # fmt: skip


def _positions(
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


def _text(path: Path, options: ReadOptions, faults: Faults) -> str:
    """Return the text; where it is in no one encoding, each line in its own."""
    raw = path.read_bytes()
    decoded = faults.attempt(
        decode_text, raw, file=path.name, option=options.encoding, keywords=KEYWORDS
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


def _lost_lines(plots: list[Plot], faults: Faults) -> dict[int, list[int]]:
    """Return for the line of each plot those of its points that could not be read."""
    starts = [plot.line for plot in plots]
    lost: dict[int, list[int]] = {start: [] for start in starts}
    for fault in faults.found:
        at = bisect_left(starts, fault.lines[0]) if fault.code in _LOST else 0
        if at:
            lost[starts[at - 1]].append(fault.lines[0])
    return lost


def _refuse_empty(plot: Plot, file: str) -> None:
    raise BoundaryError(file, plot.place, "points after the plot line", "none", "add the points")


def _check_head(header: Header, faults: Faults) -> str | None:
    """Return the unit declared, each entry of the head looked at for itself."""
    for entry in (header.check_projection, header.datum, header.width, header.zone):
        faults.attempt(entry)
    faults.attempt(header.meridian_deg)
    return faults.attempt(header.unit)


def _values(
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


def _numbers(
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


def _system(
    header: Header, numbers: Numbers, options: ReadOptions, file: str, faults: Faults
) -> System | None:
    """Return the system, after its zone was looked at even where the datum is not told."""
    system = faults.attempt(decide_survey_system, header, numbers, options, file=file)
    if system is None and not numbers.in_degrees:
        faults.attempt(zone_of, header, numbers, file)
    return system


def _shapes(
    plots: list[Plot],
    numbers: Numbers,
    bad: NDArray[np.bool_],
    lost: dict[int, list[int]],
    file: str,
    faults: Faults,
) -> tuple[NDArray[np.object_], list[str]]:
    """Return the polygons of the plots whose rings could be read, and their places."""
    shapes: list[shapely.Geometry] = []
    places: list[str] = []
    start = 0
    for plot in plots:
        rows = slice(start, start + len(plot.points))
        start = rows.stop
        good = ~bad[rows]
        kept = replace(plot, points=[p for p, ok in zip(plot.points, good, strict=True) if ok])
        suspect = _suspect_rings(plot, good, lost[plot.line])
        rings = _rings(kept, numbers.xy[rows][good], suspect, file, faults)
        if not rings:
            continue
        before = len(faults)
        shape = faults.attempt(
            nest, rings, file=file, in_degrees=numbers.in_degrees, attempt=faults.attempt
        )
        if shape is not None and len(faults) == before:
            shapes.append(shape)
            places.append(plot.place)
    made = np.empty(len(shapes), dtype=object)
    made[:] = shapes
    return made, places


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
