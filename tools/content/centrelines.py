"""River centrelines of OpenStreetMap, read from ``rivers/*.csv`` and split by accuracy."""

from __future__ import annotations

import csv
import math
from dataclasses import dataclass
from itertools import groupby

import numpy as np
import shapely
from places import HERE
from pyproj import Geod
from shapes import steps_m

__all__ = ["Centreline", "centrelines", "is_spike", "stretches"]

_GEOD = Geod(ellps="GRS80")
_SPIKE_TURN_DEG = 165.0
_SPIKE_STEP_M = 100.0

# The source's placeholder for a river without a name, and its one misspelling.
_RENAMED = {"river": "", "苟溪河": "构溪河"}


@dataclass(frozen=True)
class Centreline:
    """One part of an OpenStreetMap way; ``key`` is ``way/part``, ``name`` empty where it has none.

    ``spikes`` counts the vertices that were dropped as slips of transcription.
    """

    key: str
    name: str
    line: shapely.LineString
    spikes: int


def centrelines() -> list[Centreline]:
    """Return every centreline, in the order of the files."""
    made = []
    for path in sorted((HERE / "rivers").glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        for (way, part, name), group in groupby(
            rows, key=lambda row: (row["osm_id"], row["part"], row["name"])
        ):
            vertices = [(float(row["lon"]), float(row["lat"])) for row in group]
            kept = _without_spikes(vertices)
            made.append(
                Centreline(
                    key=f"{way}/{part}",
                    name=_RENAMED.get(name, name),
                    line=shapely.LineString(kept),
                    spikes=len(vertices) - len(kept),
                )
            )
    return made


def is_spike(
    before: tuple[float, float], vertex: tuple[float, float], after: tuple[float, float]
) -> bool:
    """Whether the line goes out to a vertex and straight back, which no river does.

    That is a turn of over 165 degrees with both steps over 100 m.

    Examples
    --------
    >>> is_spike((106.0, 31.0), (106.0, 31.01), (106.0001, 31.0))
    True
    >>> is_spike((106.0, 31.0), (106.0, 31.01), (106.01, 31.01))
    False
    """
    azimuth_in, _, step_in_m = _GEOD.inv(*before, *vertex)
    azimuth_out, _, step_out_m = _GEOD.inv(*vertex, *after)
    turn_deg = abs((azimuth_out - azimuth_in + 180) % 360 - 180)
    return bool(turn_deg > _SPIKE_TURN_DEG and min(step_in_m, step_out_m) > _SPIKE_STEP_M)


def stretches(
    line: shapely.LineString, *, step_m: float, accuracy_m: float
) -> list[tuple[shapely.LineString, float]]:
    """Return a line cut into stretches, each with its accuracy.

    Steps up to ``step_m`` have ``accuracy_m``, longer ones a third of the step, if that is more;
    a stretch takes the largest of its steps. Longer steps are kept together up to a factor of
    1.5, so that one wide step does not spoil its neighbours.
    """
    vertices = shapely.get_coordinates(line)
    steps = steps_m(line)
    base_m = max(step_m, 3 * accuracy_m)
    grades = [max(0, math.ceil(math.log(step / base_m, 1.5))) for step in steps.tolist()]
    made = []
    for _, group in groupby(range(len(steps)), key=grades.__getitem__):
        run = list(group)
        piece = shapely.LineString(vertices[run[0] : run[-1] + 2])
        longest_m = float(np.max(steps[run]))
        made.append((piece, max(accuracy_m, float(math.ceil(longest_m / 3)))))
    return made


def _without_spikes(vertices: list[tuple[float, float]]) -> list[tuple[float, float]]:
    inner = zip(vertices, vertices[1:], vertices[2:], strict=False)
    kept = [vertex for before, vertex, after in inner if not is_spike(before, vertex, after)]
    return [vertices[0], *kept, vertices[-1]]
