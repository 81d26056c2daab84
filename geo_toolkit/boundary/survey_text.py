"""Survey boundary-point text (勘测定界界址点坐标交换格式) into polygons.

The reader accepts the variants that offices write and refuses what would be a guess: an
unnamed system, a zone that is not told, degrees that could be packed minutes and seconds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

from geo_toolkit.boundary.encoding import decode_text
from geo_toolkit.boundary.rings import Ring, close, nest
from geo_toolkit.boundary.source import file_sha256
from geo_toolkit.boundary.submission import Submission
from geo_toolkit.boundary.survey_numbers import Numbers, read_numbers, sexagesimal
from geo_toolkit.boundary.survey_plots import Plot, Point, parse_document
from geo_toolkit.boundary.survey_system import decide_survey_system
from geo_toolkit.errors import BoundaryError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from geo_toolkit.boundary.options import ReadOptions

__all__ = ["KEYWORDS", "read"]

FORMAT = "survey text"
KEYWORDS = ("属性描述", "地块坐标", "坐标系", "界址点")
_DEGREE_HA = 111_320.0**2 / 10_000.0
_STATED_SHARE = 0.01


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
    decoded = decode_text(path.read_bytes(), file=file, option=options.encoding, keywords=KEYWORDS)
    header, plots, remarks = parse_document(decoded.text, file)
    for plot in plots:
        if not plot.points:
            raise BoundaryError(
                file, plot.place, "points after the plot line", "none", "add the points"
            )
    points = [point for plot in plots for point in plot.points]
    numbers = read_numbers(points, unit=header.unit(), file=file)
    system = decide_survey_system(header, numbers, options, file=file)
    if numbers.is_swapped:
        remarks.append(
            "columns are swapped: the first is east, the second north (detected by magnitude)"
        )
    if header.has_shift():
        remarks.append("转换参数 of the head were not applied: coordinates are read as they stand")
    remarks += [remark for plot in plots if (remark := _count_remark(plot))]
    shapes, closed = _shapes(plots, numbers, file, remarks)
    return Submission(
        path=path,
        format=FORMAT,
        sha256=file_sha256(path),
        system=system,
        geometry=shapes,
        places=[plot.place for plot in plots],
        attributes=[dict(plot.attributes) for plot in plots],
        stated_ha=np.array([np.nan if p.stated is None else p.stated for p in plots]),
        encoding=decoded.encoding,
        encoding_basis=decoded.basis,
        closed=closed,
        warnings=remarks,
    )


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
        raise BoundaryError(
            file, f"line {plots[0].points[0].line}", "degrees that read in one way",
            f"{plots[0].points[0].first}, which is decimal degrees or ddd.mmss",
            "write them as 30°45′55.5″, or state the plot's area",
        )  # fmt: skip
    form = "decimal degrees" if as_decimal else "ddd.mmssss"
    remarks.append(f"coordinates read as {form}: the stated area fits that form alone (detected)")
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
        rings.append(_rings_of(plot, xy[start : start + len(plot.points)], file))
        start += len(plot.points)
    return rings


def _rings_of(plot: Plot, xy: NDArray[np.float64], file: str) -> list[Ring]:
    """Return the rings of one plot: a new one with each ring number, and after each closing."""
    rings, start = [], 0
    open_numbers: set[int] = set()
    for end in range(1, len(xy) + 1):
        number = plot.points[start].ring
        is_last = end == len(xy) or plot.points[end].ring != number
        is_closed = end - start > 3 and bool((xy[end - 1] == xy[start]).all())
        if not is_last and not (is_closed and (xy[end] != xy[start]).any()):
            continue
        line = plot.points[start].line
        if number in open_numbers:
            raise BoundaryError(
                file, f"line {line}", f"the points of ring {number} in a row",
                "more of them after another ring", "write each ring in a row, or number them apart",
            )  # fmt: skip
        place = f"plot {plot.attributes.get('地块编号') or plot.line} ring {number} (line {line})"
        ring = close(xy[start:end], file=file, place=place)
        if ring.was_open:
            open_numbers.add(number)
        rings.append(ring)
        start = end
    return rings


def _count_remark(plot: Plot) -> str:
    """Return a remark where the stated number of points is not there, or an empty text."""
    if plot.count is None:
        return ""
    there = len(plot.points)
    runs = _first_and_last(plot)
    closing = sum((a.first, a.second) == (b.first, b.second) for a, b in runs)
    if there - closing <= plot.count <= there + len(runs) - closing:
        return ""
    return f"{plot.place}: {plot.count} points stated, {there} there"


def _first_and_last(plot: Plot) -> list[tuple[Point, Point]]:
    """Return first and last point of each run of one ring number."""
    runs: list[tuple[Point, Point]] = []
    for point in plot.points:
        if runs and runs[-1][0].ring == point.ring:
            runs[-1] = (runs[-1][0], point)
        else:
            runs.append((point, point))
    return [(first, last) for first, last in runs if first is not last]
