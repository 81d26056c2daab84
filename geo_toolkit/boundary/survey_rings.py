"""The rings of a survey plot, and whether its stated number of points is there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geo_toolkit.boundary.faults import Attempt, strictly
from geo_toolkit.boundary.rings import Ring, close
from geo_toolkit.boundary.survey_plots import ring_place
from geo_toolkit.boundary.words import say
from geo_toolkit.errors import BoundaryError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from geo_toolkit.boundary.survey_plots import Plot, Point

__all__ = ["count_remark", "rings_of"]


def rings_of(
    plot: Plot, xy: NDArray[np.float64], file: str, attempt: Attempt = strictly
) -> list[Ring]:
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
            attempt(_refuse_scattered, number, line, file)
        place = ring_place(plot, number, line)
        ring = attempt(close, xy[start:end], file=file, place=place)
        start = end
        if ring is not None:
            if ring.was_open:
                open_numbers.add(number)
            rings.append(ring)
    return rings


def _refuse_scattered(number: int, line: int, file: str) -> None:
    raise BoundaryError(
        file, f"line {line}", f"the points of ring {number} in a row",
        "more of them after another ring", "write each ring in a row, or number them apart",
    )  # fmt: skip


def count_remark(plot: Plot) -> str:
    """Return a remark where the stated number of points is not there, or an empty text."""
    if plot.count is None:
        return ""
    there = len(plot.points)
    runs = _first_and_last(plot)
    closing = sum(_is_same(a.first, b.first) and _is_same(a.second, b.second) for a, b in runs)
    if there - closing <= plot.count <= there + len(runs) - closing:
        return ""
    return say("count_differs", place=plot.place, stated=plot.count, there=there)


def _first_and_last(plot: Plot) -> list[tuple[Point, Point]]:
    """Return first and last point of each run of one ring number."""
    runs: list[tuple[Point, Point]] = []
    for point in plot.points:
        if runs and runs[-1][0].ring == point.ring:
            runs[-1] = (runs[-1][0], point)
        else:
            runs.append((point, point))
    return [(first, last) for first, last in runs if first is not last]


def _is_same(a: str, b: str) -> bool:
    """Whether two coordinates are one, also where they are written with other zeros."""
    try:
        return a == b or float(a) == float(b)
    except ValueError:
        return False
