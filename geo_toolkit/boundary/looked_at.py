"""What could be read of a submission beside its faults, enough to draw it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import shapely

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from geo_toolkit.boundary.faults import Fault

__all__ = ["LookedAt"]

_POINT = re.compile(r"point (\d+)")


def _nothing() -> NDArray[np.object_]:
    return np.empty(0, dtype=object)


@dataclass(frozen=True)
class LookedAt:
    """Outlines in the numbers of the file, x east and y north, and where its lines lie.

    Attributes
    ----------
    format
        As the reader calls it; empty where it is unknown.
    features
        How many plots or features the file holds, 0 where that cannot be told.
    shapes, places, labels
        The outlines that could be read, how faults name each, and how a drawing does.
    at_line
        Position of the point in each line of a text file.
    traces
        The points of each ring of a text file in a row, of those too that make no outline.
    """

    format: str = ""
    features: int = 0
    shapes: NDArray[np.object_] = field(default_factory=_nothing)
    places: list[str] = field(default_factory=list)
    labels: list[str] = field(default_factory=list)
    in_degrees: bool = False
    at_line: dict[int, tuple[float, float]] = field(default_factory=dict)
    traces: list[NDArray[np.float64]] = field(default_factory=list)

    def position_of(self, fault: Fault) -> tuple[float, float] | None:
        """Return where a fault lies, or the nearest point before it; None where that is unknown."""
        for line in fault.lines:
            before = [known for known in range(line, max(line - 4, 0), -1) if known in self.at_line]
            if before:
                return self.at_line[before[0]]
        own = [row for row, place in enumerate(self.places) if _is_within(fault.place, place)]
        if not own:
            return None
        shape = self.shapes[own[0]]
        xy, point = shapely.get_coordinates(shape), _POINT.search(fault.place)
        if point is not None and int(point[1]) <= len(xy):
            x, y = xy[int(point[1]) - 1]
            return float(x), float(y)
        middle = shapely.point_on_surface(shape)
        return None if middle.is_empty else (float(middle.x), float(middle.y))


def _is_within(inner: str, outer: str) -> bool:
    return inner == outer or inner.startswith(f"{outer} ")
