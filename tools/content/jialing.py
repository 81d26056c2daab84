"""The Jialing as one chain from north to south: mapped stretches, and alignment B in the gaps."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import shapely
from alignments import jialing_b, jialing_ways
from centrelines import Centreline, stretches
from shapes import length_m

__all__ = ["GAP_ACCURACY_M", "RIVER", "Stretch", "course", "jialing_stretches"]

RIVER = "嘉陵江"
GAP_ACCURACY_M = 750.0
MAPPED_ACCURACY_M = 200.0
MAPPED_STEP_M = 600.0
"""Where steps are at most this, the mapped line keeps its accuracy; else a third of the step."""


@dataclass(frozen=True)
class Stretch:
    """A piece of a river with one accuracy; ``way`` is its OpenStreetMap way, or "" in a gap."""

    line: shapely.LineString
    accuracy_m: float
    way: str


def jialing_stretches(ways: dict[str, Centreline]) -> list[Stretch]:
    """Return the Jialing's stretches from north to south, joined end to end.

    Parameters
    ----------
    ways
        Centrelines by ``way/part``.

    Raises
    ------
    ValueError
        If a way of the Jialing is not in the chain, so that it would be lost.
    """
    known = {key for key, way in ways.items() if way.name == RIVER}
    order = jialing_ways()
    if known != set(order):
        raise ValueError(
            f"ways of {RIVER} that alignments.toml lacks: {sorted(known ^ set(order))}"
        )
    base = shapely.LineString(jialing_b())
    chain = [ways[key] for key in order]
    made = _gap(base, None, chain[0].line)
    for way, following in zip(chain, [*chain[1:], None], strict=True):
        pieces = stretches(way.line, step_m=MAPPED_STEP_M, accuracy_m=MAPPED_ACCURACY_M)
        made += [Stretch(line, accuracy_m, way.key) for line, accuracy_m in pieces]
        made += _gap(base, way.line, following.line if following else None)
    return made


def course(pieces: list[Stretch]) -> shapely.LineString:
    """Return the stretches as one line."""
    vertices = [xy for piece in pieces for xy in piece.line.coords]
    return shapely.LineString([vertices[0], *(b for a, b in pairwise(vertices) if a != b)])


def _gap(
    base: shapely.LineString, before: shapely.LineString | None, after: shapely.LineString | None
) -> list[Stretch]:
    """Return the base line's piece between two mapped lines, or before or after all of them."""
    start = shapely.Point(before.coords[-1]) if before else None
    end = shapely.Point(after.coords[0]) if after else None
    if start is not None and start == end:
        return []
    first = base.project(start) if start is not None else -1.0
    last = base.project(end) if end is not None else base.length + 1.0
    between = [xy for xy in base.coords if first < base.project(shapely.Point(xy)) < last]
    vertices = [start.coords[0]] if start is not None else []
    vertices += between
    vertices += [end.coords[0]] if end is not None else []
    line = shapely.LineString(vertices)
    return [Stretch(line, GAP_ACCURACY_M, "")] if length_m(line) > 0 else []
