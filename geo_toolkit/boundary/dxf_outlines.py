"""The outlines in a drawing: polylines, circles and lines as points, blocks put in their place."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from itertools import count
from typing import TYPE_CHECKING

import numpy as np

from geo_toolkit.boundary.dxf_groups import entity_place, float_of, handle_of
from geo_toolkit.boundary.faults import Attempt, strictly
from geo_toolkit.boundary.words import say
from geo_toolkit.errors import BoundaryError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from geo_toolkit.boundary.dxf_groups import Drawing, Entity, Group

__all__ = ["Outline", "arc_points", "outlines"]

MAX_DEPTH = 8
MAX_OUTLINES = 200_000
MAX_POINTS = 2_000_000
_MAX_CHORDS = 5000
_MAX_COPIES = 10_000


@dataclass(frozen=True)
class Outline:
    """One drawn line in the drawing's own plane.

    Attributes
    ----------
    layer
        Name of its layer, as bytes.
    points
        x and y, arcs as chords; None for a curve that is not read.
    is_closed
        Whether the drawing says that it is closed.
    has_arcs
        Whether a part of it was an arc.
    handle
        The name that CAD gives the entity, or the insertion of a block it is in; may be empty.
    """

    line: int
    kind: str
    layer: bytes
    points: NDArray[np.float64] | None
    is_closed: bool
    has_arcs: bool = False
    handle: str = ""


def outlines(
    drawing: Drawing, *, tolerance: float, file: str, attempt: Attempt = strictly
) -> list[Outline]:
    """Return all that is drawn, blocks expanded, but for entities that ``attempt`` noted.

    Parameters
    ----------
    tolerance
        Largest distance of an arc from its chords, in drawing units.

    Raises
    ------
    BoundaryError
        If an entity is damaged or turned in space, or blocks are nested without end.
    """
    drawn = _Drawn(drawing, tolerance, file)
    for entity in drawing.entities:
        attempt(drawn.add, entity)
    return drawn.found


@dataclass
class _Drawn:
    """What has been drawn so far, held against the limits."""

    drawing: Drawing
    tolerance: float
    file: str
    found: list[Outline] = field(default_factory=list)
    points: int = 0
    insertions: count[int] = field(default_factory=count)

    def add(self, entity: Entity) -> None:
        """Draw one entity, or the block it inserts; all of it or nothing."""
        before, handle = len(self.found), handle_of(entity)
        try:
            for one in _expanded(
                self.drawing, [entity], self.tolerance, self.file, 0, self.insertions
            ):
                self.found.append(replace(one, handle=handle) if handle else one)
                self.points += 0 if one.points is None else len(one.points)
                if len(self.found) > MAX_OUTLINES or self.points > MAX_POINTS:
                    raise BoundaryError(
                        self.file, "", f"at most {MAX_OUTLINES} outlines and {MAX_POINTS} points",
                        "more", "save the boundary's layer as a drawing of its own",
                    )  # fmt: skip
        except BoundaryError as error:
            del self.found[before:]
            if error.place != say("entity", n=entity.line):
                raise
            place, parts = entity_place(entity), (error.expected, error.got, error.remedy)
            raise BoundaryError(self.file, place, *parts) from None


def arc_points(
    start: NDArray[np.float64], end: NDArray[np.float64], bulge: float, tolerance: float
) -> NDArray[np.float64]:
    """Return points along an arc from start towards end, both left out.

    Parameters
    ----------
    bulge
        Tangent of a quarter of the angle that the arc turns; positive turns left.
    tolerance
        Largest distance of the arc from its chords.

    Examples
    --------
    >>> arc_points(np.array([1.0, 0]), np.array([-1.0, 0]), 1.0, 0.3).round(3).tolist()
    [[0.0, 1.0]]
    """
    chord = end - start
    radius = float(np.hypot(*chord)) * (1 + bulge * bulge) / (4 * abs(bulge))
    if radius <= tolerance:
        return np.empty((0, 2))
    middle = (start + end) / 2 + np.array([-chord[1], chord[0]]) * (1 - bulge * bulge) / (4 * bulge)
    turn = 4 * math.atan(bulge)
    step = 2 * math.acos(max(-1.0, 1 - tolerance / radius))
    chords = max(1, math.ceil(abs(turn) / max(step, abs(turn) / _MAX_CHORDS)))
    first = math.atan2(*(start - middle)[::-1])
    angles = first + turn * np.arange(1, chords) / chords
    return middle + radius * np.column_stack([np.cos(angles), np.sin(angles)])


def _expanded(
    drawing: Drawing,
    entities: list[Entity],
    tolerance: float,
    file: str,
    depth: int,
    insertions: count[int],
) -> Iterator[Outline]:
    """Yield the outlines of entities, those of blocks where they are inserted."""
    for entity in entities:
        if entity.kind != b"INSERT":
            yield _outline(entity, tolerance, file)
            continue
        block = drawing.blocks.get(entity.text(2))
        if block is None or entity.text(2).upper().startswith((b"*MODEL", b"*PAPER")):
            continue
        if depth >= MAX_DEPTH or next(insertions) >= MAX_OUTLINES:
            raise BoundaryError(
                file, entity_place(entity),
                f"blocks nested {MAX_DEPTH} deep, and {MAX_OUTLINES} of them, at most",
                "more", "explode the blocks and save the drawing again",
            )  # fmt: skip
        scales = entity.number(41, 1.0, file), entity.number(42, 1.0, file)
        finer = tolerance / max(1e-9, abs(scales[0]), abs(scales[1]))
        base = block.head.number(10, 0.0, file), block.head.number(20, 0.0, file)
        for inner in _expanded(drawing, block.entities, finer, file, depth + 1, insertions):
            layer = entity.layer if inner.layer == b"0" else inner.layer
            for offset in _copies(entity, file):
                moved = _placed(inner.points, entity, np.array(base), scales, offset, file)
                yield replace(inner, layer=layer, points=moved)


def _copies(entity: Entity, file: str) -> list[tuple[float, float]]:
    """Return the offsets of the copies of one insertion, in rows and columns."""
    columns = int(max(1.0, min(entity.number(70, 1.0, file), _MAX_COPIES)))
    rows = int(max(1.0, min(entity.number(71, 1.0, file), _MAX_COPIES)))
    if columns * rows > _MAX_COPIES:
        raise BoundaryError(
            file, entity_place(entity), f"at most {_MAX_COPIES} copies of a block",
            f"{columns * rows}", "explode the block and keep the boundary alone",
        )  # fmt: skip
    dx, dy = entity.number(44, 0.0, file), entity.number(45, 0.0, file)
    return [(column * dx, row * dy) for row in range(rows) for column in range(columns)]


def _placed(
    points: NDArray[np.float64] | None,
    entity: Entity,
    base: NDArray[np.float64],
    scales: tuple[float, float],
    offset: tuple[float, float],
    file: str,
) -> NDArray[np.float64] | None:
    """Return points of a block in the drawing, as its insertion says."""
    if points is None:
        return None
    turn = math.radians(entity.number(50, 0.0, file))
    rotation = np.array([[math.cos(turn), -math.sin(turn)], [math.sin(turn), math.cos(turn)]])
    at = np.array([entity.number(10, 0.0, file), entity.number(20, 0.0, file)])
    moved = ((points - base) * np.array(scales) + np.array(offset)) @ rotation.T + at
    result: NDArray[np.float64] = moved * np.array([_mirror(entity, file), 1.0])
    return result


def _mirror(entity: Entity, file: str) -> float:
    """Return -1 for an entity seen from below, 1 for one seen from above."""
    normal = [entity.number(code, default, file) for code, default in
              ((210, 0.0), (220, 0.0), (230, 1.0))]  # fmt: skip
    if abs(normal[0]) > 1e-9 or abs(normal[1]) > 1e-9 or normal[2] == 0:
        raise BoundaryError(
            file, entity_place(entity), "a flat drawing", "an entity turned in space",
            "flatten the drawing and save it again",
        )  # fmt: skip
    return math.copysign(1.0, normal[2])


def _outline(entity: Entity, tolerance: float, file: str) -> Outline:
    """Return the outline of one entity."""
    kind = entity.kind.decode("ascii")
    if entity.kind == b"LWPOLYLINE":
        flags = int(entity.number(70, 0.0, file))
        return _polyline(entity, _vertices(entity, file), flags, tolerance, file)
    if entity.kind == b"POLYLINE":
        flags = int(entity.number(70, 0.0, file))
        if flags & (16 | 64):
            return Outline(entity.line, "mesh", entity.layer, None, is_closed=False)
        rows = [_vertex(groups, entity.line, file) for groups in entity.vertices]
        shown = np.array([row[:3] for row in rows if not row[3] & 16]).reshape(-1, 3)
        return _polyline(entity, shown, flags, tolerance, file)
    if entity.kind == b"LINE":
        ends = [[entity.number(c, 0.0, file) for c in pair] for pair in ((10, 20), (11, 21))]
        return Outline(entity.line, kind, entity.layer, np.array(ends), is_closed=False)
    if entity.kind == b"CIRCLE":
        x, y, r = (entity.number(code, 0.0, file) for code in (10, 20, 40))
        ends = [[x + r, y, 1.0], [x - r, y, 1.0]]
        return _polyline(entity, np.array(ends), 1, tolerance, file)
    if entity.kind == b"ARC":
        return _arc(entity, tolerance, file)
    return Outline(entity.line, kind, entity.layer, None, is_closed=False)


def _arc(entity: Entity, tolerance: float, file: str) -> Outline:
    """Return an arc, which turns left from its first angle to its second."""
    x, y, r = (entity.number(code, 0.0, file) for code in (10, 20, 40))
    first, last = (math.radians(entity.number(code, 0.0, file)) for code in (50, 51))
    turn = (last - first) % (2 * math.pi) or 2 * math.pi
    half = first + turn / 2
    bulge = math.tan(turn / 8)
    stops = [[x + r * math.cos(a), y + r * math.sin(a), bulge] for a in (first, half, first + turn)]
    return _polyline(entity, np.array(stops), 0, tolerance, file)


def _vertices(entity: Entity, file: str) -> NDArray[np.float64]:
    """Return x, y and bulge of the vertices of a light polyline."""
    rows: list[list[float]] = []
    for code, value in entity.groups:
        if code == 10:
            rows.append([float_of(value, entity.line, file), 0.0, 0.0])
        elif code in (20, 42) and rows:
            rows[-1][1 if code == 20 else 2] = float_of(value, entity.line, file)
    return np.array(rows, dtype=float).reshape(-1, 3)


def _vertex(groups: list[Group], line: int, file: str) -> tuple[float, float, float, int]:
    """Return x, y, bulge and flags of a vertex of an old polyline."""
    values = {code: value for code, value in groups if code in (10, 20, 42, 70)}
    x, y, bulge, flags = (float_of(values.get(code, b"0"), line, file) for code in (10, 20, 42, 70))
    return x, y, bulge, int(flags)


def _polyline(
    entity: Entity, vertices: NDArray[np.float64], flags: int, tolerance: float, file: str
) -> Outline:
    """Return a polyline with its arcs as chords."""
    xy, bulges, is_closed = vertices[:, :2], vertices[:, 2], bool(flags & 1)
    pieces: list[NDArray[np.float64]] = []
    last = len(xy) if is_closed else len(xy) - 1
    for row in range(len(xy)):
        pieces.append(xy[row : row + 1])
        if row < last and bulges[row] != 0:
            pieces.append(arc_points(xy[row], xy[(row + 1) % len(xy)], bulges[row], tolerance))
    points = np.vstack(pieces) if pieces else np.empty((0, 2))
    if is_closed and len(points):
        points = np.vstack([points, points[:1]])
    points = points * np.array([_mirror(entity, file), 1.0])
    has_arcs = bool(bulges[:last].any()) if len(bulges) else False
    return Outline(
        entity.line, entity.kind.decode("ascii"), entity.layer, points, is_closed, has_arcs
    )
