"""Survey boundary-point text (勘测定界界址点坐标交换格式) into polygons.

The reader accepts the variants that offices write and refuses what would be a guess: an
unnamed system, a zone that is not told, degrees that could be packed minutes and seconds.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from typing import TYPE_CHECKING

import numpy as np
import shapely

from geo_toolkit.boundary.encoding import decode_text, refuse_long_lines
from geo_toolkit.boundary.rings import Ring, nest
from geo_toolkit.boundary.submission import Submission
from geo_toolkit.boundary.survey_numbers import Numbers, check_unit, read_numbers, sexagesimal
from geo_toolkit.boundary.survey_plots import Plot, parse_document
from geo_toolkit.boundary.survey_quick import parse_quick
from geo_toolkit.boundary.survey_rings import count_remark, rings_of
from geo_toolkit.boundary.survey_system import decide_survey_system
from geo_toolkit.boundary.words import say
from geo_toolkit.errors import BoundaryError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from geo_toolkit.boundary.crs_basis import System
    from geo_toolkit.boundary.numbering import PointNumber
    from geo_toolkit.boundary.options import ReadOptions
    from geo_toolkit.boundary.survey_header import Header
    from geo_toolkit.boundary.survey_quick import QuickText

__all__ = [
    "FORMAT",
    "KEYWORDS",
    "count_remark",
    "line_of",
    "numbers_by_plot",
    "read",
    "rings_of",
]

FORMAT = "survey text"
KEYWORDS = ("属性描述", "地块坐标", "坐标系", "界址点")
_DEGREE_HA = 111_320.0**2 / 10_000.0
_STATED_SHARE = 0.01
MAX_LINES = 2_000_000


def read(path: Path, options: ReadOptions) -> Submission:
    """Return the plots of a survey boundary-point text.

    Raises
    ------
    BoundaryError
        With the line that cannot be read, or not without a guess.
    OptionError
        If an option contradicts the head.
    NotAvailable
        If the head names a datum that needs local parameters.
    """
    file = path.name
    raw = path.read_bytes()
    _refuse_endless(raw, file)
    digest = sha256(raw).hexdigest()
    decoded = decode_text(raw, file=file, option=options.encoding, keywords=KEYWORDS)
    del raw  # up to 100 MB, beside several copies of the text
    quick = parse_quick(decoded.text, file) if options.corridor_m is None else None
    read_parsed = _carefully if quick is None else partial(_quickly, quick)
    parsed = read_parsed(decoded.text, file, options)
    return Submission(
        path=path,
        format=FORMAT,
        sha256=digest,
        system=parsed.system,
        geometry=parsed.shapes,
        places=parsed.places,
        attributes=parsed.attributes,
        stated_ha=parsed.stated_ha,
        encoding=decoded.encoding,
        encoding_basis=decoded.basis,
        closed=parsed.closed,
        warnings=parsed.remarks,
        header=tuple(parsed.header.values.items()),
        point_numbers=parsed.point_numbers,
    )


def _refuse_endless(raw: bytes, file: str) -> None:
    """Refuse a text of more or longer lines than can be held, before any of them is read."""
    lines = max(raw.count(b"\n"), raw.count(b"\r"))
    if lines > MAX_LINES:
        raise BoundaryError(
            file, "", f"at most {MAX_LINES} lines", f"{lines}", "submit the boundary in parts"
        )
    refuse_long_lines(raw, file)


@dataclass(frozen=True)
class _Parsed:
    """What a text holds, on whichever way it was read."""

    header: Header
    system: System
    attributes: list[dict[str, str]]
    stated_ha: NDArray[np.float64]
    places: Sequence[str]
    shapes: NDArray[np.object_]
    closed: list[str]
    remarks: list[str]
    point_numbers: Callable[[int], Sequence[PointNumber]]


def _quickly(quick: QuickText, _text: str, file: str, options: ReadOptions) -> _Parsed:
    """Return what a text in plain form holds."""
    header, numbers = quick.header, quick.numbers
    check_unit(numbers, header.unit(), int(quick.rows[0]) + 2, file)
    system = decide_survey_system(header, numbers, options, file=file)
    shapes, closed, counts = quick.shapes()
    remarks = [*_head_remarks(header, numbers), *counts]
    return _Parsed(
        header, system, quick.attributes, quick.stated_ha, quick.places(), shapes, closed, remarks,
        quick.point_numbers,
    )  # fmt: skip


def _carefully(text: str, file: str, options: ReadOptions) -> _Parsed:
    """Return what a text holds, line by line."""
    header, plots, remarks = parse_document(text, file, lines=options.corridor_m is not None)
    for plot in plots:
        if not plot.points:
            raise BoundaryError(
                file, plot.place, "points after the plot line", "none", "add the points"
            )
    points = [point for plot in plots for point in plot.points]
    numbers = read_numbers(points, unit=header.unit(), file=file)
    system = decide_survey_system(header, numbers, options, file=file)
    remarks += _head_remarks(header, numbers)
    remarks += [remark for plot in plots if (remark := count_remark(plot))]
    if options.corridor_m is not None:
        shapes, closed = _lines(plots, numbers, file), list[str]()
    else:
        shapes, closed = _shapes(plots, numbers, file, remarks)
    places = [plot.place for plot in plots]
    attributes = [plot.attributes for plot in plots]
    stated = np.array([np.nan if plot.stated is None else plot.stated for plot in plots])
    numbered = numbers_by_plot(plots, numbers)
    return _Parsed(header, system, attributes, stated, places, shapes, closed, remarks, numbered)


def numbers_by_plot(
    plots: Sequence[Plot], numbers: Numbers
) -> Callable[[int], Sequence[PointNumber]]:
    """Return a function that gives the points of a plot with their numbers."""
    starts = np.cumsum([0, *(len(plot.points) for plot in plots)])

    def of_row(row: int) -> list[PointNumber]:
        xy = numbers.xy[starts[row] : starts[row + 1]].tolist()
        points = plots[row].points
        return [(p.number, p.ring, x, y) for p, (x, y) in zip(points, xy, strict=True)]

    return of_row


def _head_remarks(header: Header, numbers: Numbers) -> list[str]:
    """Return what is worth saying of the head, and of the order of the columns."""
    remarks: list[str] = [say("swapped")] if numbers.is_swapped else []
    return [*remarks, say("shift_not_applied")] if header.has_shift() else remarks


def _lines(plots: Sequence[Plot], numbers: Numbers, file: str) -> NDArray[np.object_]:
    """Return the line of each plot."""
    if numbers.may_be_packed:
        raise _packed(plots, file, "write them as 30°45′55.5″")
    shapes = np.empty(len(plots), dtype=object)
    start = 0
    for row, plot in enumerate(plots):
        xy = numbers.xy[start : start + len(plot.points)]
        start += len(plot.points)
        shapes[row] = line_of(plot, xy, file)
    return shapes


def line_of(plot: Plot, xy: NDArray[np.float64], file: str) -> shapely.MultiLineString:
    """Return the line of a plot, in the order of its points; ring numbers tell its parts.

    Raises
    ------
    BoundaryError
        If a part has one point alone.
    """
    rings = np.array([point.ring for point in plot.points])
    parts = np.split(xy, np.flatnonzero(np.diff(rings)) + 1)
    if min(len(part) for part in parts) < 2:
        raise BoundaryError(
            file, plot.place, "at least 2 points in each part", "1", "add the missing points"
        )
    return shapely.MultiLineString(parts)


def _packed(plots: Sequence[Plot], file: str, remedy: str) -> BoundaryError:
    first = plots[0].points[0]
    return BoundaryError(
        file, f"line {first.line}", "degrees that read in one way",
        f"{first.first}, which is decimal degrees or ddd.mmss", remedy,
    )  # fmt: skip


def _shapes(
    plots: Sequence[Plot], numbers: Numbers, file: str, remarks: list[str]
) -> tuple[NDArray[np.object_], list[str]]:
    """Return the polygon of each plot, and the places of rings that were closed."""
    rings = _all_rings(plots, numbers.xy, file)
    closed = [ring.place for own in rings for ring in own if ring.was_open]
    shapes = _nested(rings, file, in_degrees=numbers.in_degrees)
    if not numbers.may_be_packed:
        return shapes, closed
    packed = _nested(_all_rings(plots, sexagesimal(numbers.xy), file), file, in_degrees=True)
    as_decimal, as_packed = _fits(shapes, plots), _fits(packed, plots)
    if as_decimal == as_packed:
        raise _packed(plots, file, "write them as 30°45′55.5″, or state the plot's area")
    form = say("decimal_degrees") if as_decimal else say("packed_degrees")
    remarks.append(say("degrees_form", form=form))
    return (shapes if as_decimal else packed), closed


def _nested(rings: Sequence[Sequence[Ring]], file: str, *, in_degrees: bool) -> NDArray[np.object_]:
    shapes = np.empty(len(rings), dtype=object)
    for row, own in enumerate(rings):
        shapes[row] = nest(own, file=file, in_degrees=in_degrees)
    return shapes


def _fits(shapes: NDArray[np.object_], plots: Sequence[Plot]) -> bool:
    """Whether every stated area, of which there is one at least, is that of the shape."""
    stated = [(shapes[i], p.stated) for i, p in enumerate(plots) if p.stated]
    for shape, area_ha in stated:
        latitude = np.radians(shape.centroid.y)
        rough_ha = shapely.area(shape) * _DEGREE_HA * np.cos(latitude)
        if abs(rough_ha - area_ha) > _STATED_SHARE * area_ha:
            return False
    return bool(stated)


def _all_rings(plots: Sequence[Plot], xy: NDArray[np.float64], file: str) -> list[list[Ring]]:
    """Return the rings of each plot, in file order."""
    rings, start = [], 0
    for plot in plots:
        rings.append(rings_of(plot, xy[start : start + len(plot.points)], file))
        start += len(plot.points)
    return rings
