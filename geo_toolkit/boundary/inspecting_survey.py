"""A survey boundary-point text, read on past every fault."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geo_toolkit.boundary.faults import Fault, Faults
from geo_toolkit.boundary.inspecting_points import (
    lines_of,
    lost_lines,
    numbers_of,
    positions,
    readable_text,
    shapes_of,
    values_of,
)
from geo_toolkit.boundary.inspecting_shapes import inspect_lines, inspect_shapes
from geo_toolkit.boundary.looked_at import LookedAt
from geo_toolkit.boundary.survey_plots import parse_document
from geo_toolkit.boundary.survey_system import decide_survey_system, zone_of
from geo_toolkit.boundary.survey_text import FORMAT, KEYWORDS, count_remark
from geo_toolkit.errors import BoundaryError

if TYPE_CHECKING:
    from pathlib import Path

    from geo_toolkit.boundary.crs_basis import System
    from geo_toolkit.boundary.options import ReadOptions
    from geo_toolkit.boundary.survey_header import Header
    from geo_toolkit.boundary.survey_numbers import Numbers
    from geo_toolkit.boundary.survey_plots import Plot

__all__ = ["look_at"]


def look_at(path: Path, options: ReadOptions, faults: Faults) -> LookedAt:
    """Note every fault of a survey text, and return what could be read of it."""
    file, are_lines = path.name, options.corridor_m is not None
    text = readable_text(path.read_bytes(), options, KEYWORDS, file, faults)
    parsed = faults.attempt(parse_document, text, file, faults.attempt, lines=are_lines)
    if parsed is None:
        return LookedAt(FORMAT)
    header, plots, remarks = parsed
    lost = lost_lines(plots, faults)
    for plot in plots:
        if not plot.points and not lost[plot.line] and not faults.is_full:
            faults.attempt(_refuse_empty, plot, file)
    points = [point for plot in plots for point in plot.points]
    values, bad = values_of(points, file, faults)
    unit = _check_head(header, faults)
    numbers = numbers_of(points, values, bad, unit, file, faults)
    if numbers is None:
        return LookedAt(FORMAT, features=len(plots))
    system = _system(header, numbers, options, file, faults)
    counts = [count_remark(plot) for plot in plots if not lost[plot.line]]
    for remark in [*remarks, *(text for text in counts if text)]:
        faults.add(Fault.of_remark(remark))
    shaped, inspect = (lines_of, inspect_lines) if are_lines else (shapes_of, inspect_shapes)
    shapes, places = shaped(plots, numbers, bad, lost, file, faults)
    inspect(shapes, places, system, faults, file=file, in_degrees=numbers.in_degrees)
    at_line, traces = positions(plots, numbers.xy, bad)
    labels = [str(place).removeprefix("plot ").partition(" (line")[0] for place in places]
    return LookedAt(
        FORMAT, len(plots), shapes, places, labels, numbers.in_degrees, at_line, traces
    )  # fmt: skip


def _refuse_empty(plot: Plot, file: str) -> None:
    raise BoundaryError(file, plot.place, "points after the plot line", "none", "add the points")


def _check_head(header: Header, faults: Faults) -> str | None:
    """Return the unit declared, each entry of the head looked at for itself."""
    for entry in (header.check_projection, header.datum, header.width, header.zone):
        faults.attempt(entry)
    faults.attempt(header.meridian_deg)
    return faults.attempt(header.unit)


def _system(
    header: Header, numbers: Numbers, options: ReadOptions, file: str, faults: Faults
) -> System | None:
    """Return the system, after its zone was looked at even where the datum is not told."""
    system = faults.attempt(decide_survey_system, header, numbers, options, file=file)
    if system is None and not numbers.in_degrees:
        faults.attempt(zone_of, header, numbers, file)
    return system
