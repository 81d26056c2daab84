"""A table of points, as CSV or a workbook, read on past every fault."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import shapely

from geo_toolkit.boundary import points_csv, points_xlsx
from geo_toolkit.boundary.faults import Fault
from geo_toolkit.boundary.inspecting_points import (
    array_of,
    lines_of,
    nested,
    numbers_of,
    positions,
    readable_text,
    rings_of_plots,
    shapes_of,
    values_of,
)
from geo_toolkit.boundary.inspecting_shapes import inspect_lines, inspect_shapes
from geo_toolkit.boundary.looked_at import LookedAt
from geo_toolkit.boundary.points_table import KEYWORDS, remarks_of, system_of
from geo_toolkit.boundary.survey_numbers import Numbers, sexagesimal
from geo_toolkit.boundary.survey_system import zone_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from geo_toolkit.boundary.faults import Faults
    from geo_toolkit.boundary.options import ReadOptions
    from geo_toolkit.boundary.points_table import PointTable
    from geo_toolkit.boundary.survey_plots import Plot

__all__ = ["look_at_csv", "look_at_xlsx"]


def look_at_csv(path: Path, options: ReadOptions, faults: Faults) -> LookedAt:
    """Note every fault of a CSV file of points, and return what could be read of it."""
    text = readable_text(path.read_bytes(), options, KEYWORDS, path.name, faults)
    table = faults.attempt(points_csv.table_of, text, path.name, faults.attempt)
    if table is None:
        return LookedAt(points_csv.FORMAT)
    return _look(table, options, faults, points_csv.FORMAT)


def look_at_xlsx(path: Path, options: ReadOptions, faults: Faults) -> LookedAt:
    """Note every fault of a workbook of points, and return what could be read of it."""
    found = faults.attempt(points_xlsx.table_of, path, options, faults.attempt)
    if found is None:
        return LookedAt(points_xlsx.FORMAT)
    return _look(found[1], options, faults, points_xlsx.FORMAT)


def _look(table: PointTable, options: ReadOptions, faults: Faults, form: str) -> LookedAt:
    """Note every fault of the points of a table."""
    plots, file = table.plots, table.file
    points = [point for plot in plots for point in plot.points]
    if not points:
        return LookedAt(form, len(plots))
    values, bad = values_of(points, file, faults)
    for entry in (table.header.check_projection, table.header.width, table.header.zone):
        faults.attempt(entry)
    numbers = numbers_of(points, values, bad, faults.attempt(table.header.unit), file, faults)
    if numbers is None:
        return LookedAt(form, len(plots))
    if table.is_packed and numbers.in_degrees and not any("°" in p.first for p in points):
        numbers = replace(numbers, xy=sexagesimal(numbers.xy))
    system = faults.attempt(system_of, table, numbers, options, file)
    if system is None and not numbers.in_degrees:
        faults.attempt(zone_of, table.header, numbers, file)
    for remark in remarks_of(table, numbers):
        faults.add(Fault.of_remark(remark))
    are_lines = options.corridor_m is not None
    if are_lines:  # the rows of a plot are one line, whatever its column of rings says
        plots = [replace(p, points=[replace(one, ring=1) for one in p.points]) for p in plots]
    shaped = lines_of if are_lines else shapes_of if table.is_grouped else _outlines
    shapes, places = shaped(plots, numbers, bad, table.lost, file, faults)
    inspect = inspect_lines if are_lines else inspect_shapes
    inspect(shapes, places, system, faults, file=file, in_degrees=numbers.in_degrees)
    at_row, traces = positions(plots, numbers.xy, bad)
    labels = [str(place).removeprefix("plot ").partition(" (line")[0] for place in places]
    return LookedAt(form, len(plots), shapes, places, labels, numbers.in_degrees, at_row, traces)


def _outlines(
    plots: list[Plot],
    numbers: Numbers,
    bad: NDArray[np.bool_],
    lost: Mapping[int, list[int]],
    file: str,
    faults: Faults,
) -> tuple[NDArray[np.object_], list[str]]:
    """Return a polygon a separate outline, where nothing names plots, and their places."""
    rings = rings_of_plots(plots, numbers, bad, lost, file, faults)
    owner = {
        ring.points.tobytes(): plot.place
        for plot, own in zip(plots, rings, strict=True)
        for ring in own
    }
    every = [ring for own in rings for ring in own]
    whole = nested(every, numbers, file, faults) if every else None
    shapes = [] if whole is None else shapely.get_parts(whole).tolist()
    places: list[str] = [
        owner[shapely.get_coordinates(shape.exterior).tobytes()] for shape in shapes
    ]
    return array_of(shapes), places
