"""Lines become edges between nodes: shared vertices, crossings at grade, short gaps, given points.

No vertex is moved. Where two things are taken to meet although their coordinates differ, a short
link of its true length stands between them, and is listed with that length.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import shapely

from geo_toolkit.access.nearest import nearest_positions

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

__all__ = ["Joint", "NodedLines", "node_lines"]

_GRID_M = 0.5


@dataclass(frozen=True)
class Joint:
    """A link over a gap: node numbers, length, and why it was made (end, side, point)."""

    a: int
    b: int
    length_m: float
    kind: str


@dataclass(frozen=True)
class NodedLines:
    """Edges between nodes.

    Attributes
    ----------
    xy
        Node coordinates in metres, one row a node.
    a, b
        End nodes of each edge, in the direction of the line.
    line
        The line each edge is a piece of.
    geometry
        The piece itself.
    joints
        Links over gaps: ends that meet within the snap distance, ends beside another line, and
        given points beside a line.
    point_node
        For each given point, the node it became, -1 where no line is near enough.
    point_m
        For each given point, its distance to the nearest line, in metres.
    dangling
        Nodes where a single edge ends and no link starts.
    """

    xy: NDArray[np.float64]
    a: NDArray[np.int64]
    b: NDArray[np.int64]
    line: NDArray[np.int64]
    geometry: NDArray[np.object_]
    joints: tuple[Joint, ...]
    point_node: NDArray[np.int64]
    point_m: NDArray[np.float64]
    dangling: NDArray[np.int64]


def node_lines(
    lines: NDArray[np.object_],
    *,
    group: Sequence[str],
    is_street: NDArray[np.bool_],
    is_apart: NDArray[np.bool_],
    points: NDArray[np.object_],
    point_snap_m: NDArray[np.float64],
    point_tie_m: float,
    end_snap_m: float,
    street_snap_m: float,
) -> NodedLines:
    """Return lines cut into edges at the places where one can change from one to another.

    - Lines meet where they share a vertex (to 0.5 m).
    - Streets also meet where they cross, unless either is apart (a bridge or a tunnel). Other
      lines (expressways, railways, rivers) never meet by crossing: they are grade-separated.
    - An end that nothing else touches is linked to the nearest line of its own kind within the
      snap distance: its end if that is as near, else a point on its side.
    - A given point (interchange, station, lock, port) is linked to the nearest line of each group
      within its snap distance that is no farther than the nearest of all plus the tie.

    Parameters
    ----------
    lines
        LineStrings in metres.
    group
        The route each line belongs to; a point is linked once to each group.
    is_street, is_apart
        Which lines are ordinary roads, and which of those are bridges or tunnels.
    points
        Points in the same CRS.
    point_snap_m
        Snap distance of each point, in metres.
    point_tie_m, end_snap_m, street_snap_m
        Distances in metres; the end snap is for lines that are no streets.

    Source
    ------
    Own definition.

    Examples
    --------
    >>> cross = shapely.linestrings([[[0, 0], [10, 0]], [[5, -5], [5, 5]]])
    >>> none = np.array([], dtype=object)
    >>> def cut(street):
    ...     flags = np.array([street, street])
    ...     return node_lines(cross, group=["a", "b"], is_street=flags, is_apart=~flags,
    ...                       points=none, point_snap_m=np.zeros(0), point_tie_m=0, end_snap_m=0,
    ...                       street_snap_m=0)
    >>> len(cut(True).a), len(cut(False).a)
    (4, 2)
    """
    snap = np.where(is_street, street_snap_m, end_snap_m)
    cuts: list[tuple[int, float]] = _crossings(lines, is_street & ~is_apart)
    loose_ends = _loose_ends(lines, is_street, snap)
    cuts += [(other, at) for _, _, other, at in loose_ends]
    tied, point_m = _near_points(lines, group, points, point_snap_m, point_tie_m)
    cuts += [(line, at) for _, line, at in tied]
    coords, line_of, forced = _with_cuts(lines, cuts)
    place, xy = _places(coords)
    first, last = _pieces(place, line_of, forced)
    geometry = _piece_lines(coords, first, last)
    links = [(_end_at(lines[i], e), _at(lines[o], t), "end") for i, e, o, t in loose_ends]
    links += [(_xy(points[p]), _at(lines[line], t), "point") for p, line, t in tied]
    xy, joints, point_node = _link(xy, links, tied, points)
    a, b = place[first], place[last]
    loose = _dangling(a, b, joints, point_node)
    ends = np.array([n for joint in joints for n in (joint.a, joint.b)], dtype=np.int64)
    used = np.unique(np.concatenate([a, b, ends, point_node[point_node >= 0]]))
    new = np.full(len(xy) + 1, -1, dtype=np.int64)  # the last stays -1, for points without a node
    new[used] = np.arange(len(used))
    joints = tuple(replace(j, a=int(new[j.a]), b=int(new[j.b])) for j in joints)
    return NodedLines(
        xy[used], new[a], new[b], line_of[first], geometry, joints,
        new[point_node], point_m, new[loose],
    )  # fmt: skip


def _crossings(lines: NDArray[np.object_], meets: NDArray[np.bool_]) -> list[tuple[int, float]]:
    """Return (line, distance along it) of every crossing of two lines that meet at grade."""
    index = np.flatnonzero(meets)
    if len(index) < 2:
        return []
    some = lines[index]
    one, other = shapely.STRtree(some).query(some, predicate="intersects")
    pairs = one < other
    one, other = index[one[pairs]], index[other[pairs]]
    found: list[tuple[int, float]] = []
    for i, j in zip(one.tolist(), other.tolist(), strict=True):
        for point in shapely.get_parts(shapely.intersection(lines[i], lines[j])):
            spot = shapely.point_on_surface(point) if point.geom_type != "Point" else point
            found += [(k, float(shapely.line_locate_point(lines[k], spot))) for k in (i, j)]
    return found


def _loose_ends(
    lines: NDArray[np.object_], is_street: NDArray[np.bool_], snap: NDArray[np.float64]
) -> list[tuple[int, int, int, float]]:
    """Return (line, which end, other line, distance along that) of ends that touch nothing."""
    if not len(lines):
        return []
    coords, owner = shapely.get_coordinates(lines, return_index=True)
    place, _ = _places(coords)
    used = np.bincount(place)
    last = np.append(np.flatnonzero(np.diff(owner)), len(owner) - 1)
    first = np.append(0, last[:-1] + 1)
    tree = shapely.STRtree(lines)
    found: list[tuple[int, int, int, float]] = []
    for line, at in ((i, e) for i in range(len(lines)) for e in (0, 1)):
        vertex = int((first, last)[at][line])
        if used[place[vertex]] > 1 or snap[line] <= 0:
            continue
        spot = shapely.Point(coords[vertex])
        near = tree.query(spot, predicate="dwithin", distance=float(snap[line]))
        near = np.sort(near[(near != line) & (is_street[near] == is_street[line])])
        mine = place[first[line] : last[line] + 1]
        meets = [np.isin(place[first[i] : last[i] + 1], mine).any() for i in near.tolist()]
        near = near[~np.array(meets, dtype=bool)]  # those hang together already
        if not len(near):
            continue
        away = shapely.distance(lines[near], spot)
        other = int(near[np.lexsort((near, away.round(3)))[0]])
        found.append((line, at, other, float(shapely.line_locate_point(lines[other], spot))))
    return found


def _near_points(
    lines: NDArray[np.object_],
    group: Sequence[str],
    points: NDArray[np.object_],
    snap_m: NDArray[np.float64],
    tie_m: float,
) -> tuple[list[tuple[int, int, float]], NDArray[np.float64]]:
    """Return (point, line, distance along it) of the lines a point stands for, and how far."""
    tied: list[tuple[int, int, float]] = []
    away = np.full(len(points), np.inf)
    if not len(lines):
        return tied, away
    tree = shapely.STRtree(lines)
    for number, point in enumerate(points):
        nearest = tree.nearest(point)
        away[number] = shapely.distance(lines[nearest], point)
        if away[number] > snap_m[number]:
            continue
        near = np.sort(tree.query(point, predicate="dwithin", distance=snap_m[number]))
        distance = shapely.distance(lines[near], point)
        seen: set[str] = set()
        for row in np.lexsort((near, distance.round(3))).tolist():
            line = int(near[row])
            if distance[row] <= away[number] + tie_m and group[line] not in seen:
                seen.add(group[line])
                tied.append((number, line, float(shapely.line_locate_point(lines[line], point))))
    return tied, away


def _with_cuts(
    lines: NDArray[np.object_], cuts: list[tuple[int, float]]
) -> tuple[NDArray[np.float64], NDArray[np.int64], NDArray[np.bool_]]:
    """Return all vertices with the line of each; cuts are vertices of their own, and marked."""
    coords, owner = shapely.get_coordinates(lines, return_index=True)
    owner = owner.astype(np.int64)
    if not cuts:
        return coords, owner, np.zeros(len(coords), dtype=bool)
    step = np.hypot(*np.diff(coords, axis=0).T)
    step[np.diff(owner) != 0] = 0.0
    total = np.append(0.0, np.cumsum(step))
    start = np.searchsorted(owner, np.arange(len(lines)))
    along = total - total[start[owner]]
    line = np.array([cut[0] for cut in cuts], dtype=np.int64)
    at = np.array([cut[1] for cut in cuts])
    spots = shapely.get_coordinates(shapely.line_interpolate_point(lines[line], at))
    every = np.vstack([coords, spots])
    order = np.lexsort(
        (
            np.append(np.arange(len(coords)), np.full(len(cuts), len(coords))),
            np.append(along, at),
            np.append(owner, line),
        )
    )
    forced = np.append(np.zeros(len(coords), dtype=bool), np.ones(len(cuts), dtype=bool))
    return every[order], np.append(owner, line)[order], forced[order]


def _places(coords: NDArray[np.float64]) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return the number of each vertex's place, equal to half a metre, and the places."""
    grid = np.round(coords / _GRID_M).astype(np.int64)
    if not len(grid):
        return np.zeros(0, dtype=np.int64), np.zeros((0, 2))
    _, first, number = np.unique(grid, axis=0, return_index=True, return_inverse=True)
    return number.reshape(-1).astype(np.int64), coords[first]


def _pieces(
    place: NDArray[np.int64], owner: NDArray[np.int64], forced: NDArray[np.bool_]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return first and last vertex of every edge."""
    if not len(place):
        return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
    is_end = np.ones(len(place), dtype=bool)
    is_end[1:-1] = (owner[1:-1] != owner[:-2]) | (owner[1:-1] != owner[2:])
    pairs = np.unique(np.column_stack([place, owner]), axis=0)
    lines_at = np.bincount(pairs[:, 0], minlength=place.max() + 1)
    is_node = is_end | forced | (lines_at[place] > 1)
    is_node |= np.isin(place, place[forced])
    vertex = np.flatnonzero(is_node)
    first, last = vertex[:-1], vertex[1:]
    real = (owner[first] == owner[last]) & (place[first] != place[last])
    return first[real], last[real]


def _piece_lines(
    coords: NDArray[np.float64], first: NDArray[np.int64], last: NDArray[np.int64]
) -> NDArray[np.object_]:
    """Return the lines between first and last vertices."""
    count = last - first + 1
    if not len(count):
        return np.zeros(0, dtype=object)
    begin = np.cumsum(count) - count
    index = np.arange(count.sum()) - np.repeat(begin - first, count)
    owner = np.repeat(np.arange(len(first)), count)
    lines: NDArray[np.object_] = shapely.linestrings(coords[index], indices=owner)
    return lines


def _link(
    xy: NDArray[np.float64],
    links: list[tuple[NDArray[np.float64], NDArray[np.float64], str]],
    tied: list[tuple[int, int, float]],
    points: NDArray[np.object_],
) -> tuple[NDArray[np.float64], tuple[Joint, ...], NDArray[np.int64]]:
    """Return nodes, joints over gaps and the node of each point; new nodes for points apart."""
    point_node = np.full(len(points), -1, dtype=np.int64)
    if not links:
        return xy, (), point_node
    spots = np.array([spot for here, there, _ in links for spot in (here, there)])
    gap_m, which = nearest_positions(spots, xy)
    nodes = list(xy)
    joints: list[Joint] = []
    ends = len(links) - len(tied)
    for number, (here, _, kind) in enumerate(links):
        source, target = int(which[2 * number, 0]), int(which[2 * number + 1, 0])
        if number >= ends:
            point = tied[number - ends][0]
            if point_node[point] < 0:
                if gap_m[2 * number, 0] > _GRID_M:
                    source = len(nodes)
                    nodes.append(here)
                point_node[point] = source
            source = int(point_node[point])
        if source != target:
            length = float(np.hypot(*(nodes[source] - nodes[target])))
            joints.append(Joint(source, target, length, kind))
    unique = {(min(j.a, j.b), max(j.a, j.b)): j for j in reversed(joints)}
    return np.array(nodes), tuple(unique[key] for key in sorted(unique)), point_node


def _dangling(
    a: NDArray[np.int64],
    b: NDArray[np.int64],
    joints: tuple[Joint, ...],
    point_node: NDArray[np.int64],
) -> NDArray[np.int64]:
    """Return where one edge ends and nothing else is: no other edge, no link, no given point."""
    node, count = np.unique(np.concatenate([a, b]), return_counts=True)
    linked = {n for joint in joints for n in (joint.a, joint.b)} | set(point_node.tolist())
    loose: NDArray[np.int64] = node[(count == 1) & ~np.isin(node, sorted(linked))]
    return loose


def _end_at(line: shapely.LineString, end: int) -> NDArray[np.float64]:
    return _xy(shapely.get_point(line, -1 if end else 0))


def _at(line: shapely.LineString, along_m: float) -> NDArray[np.float64]:
    return _xy(shapely.line_interpolate_point(line, along_m))


def _xy(point: shapely.Point) -> NDArray[np.float64]:
    found: NDArray[np.float64] = shapely.get_coordinates(point)[0]
    return found
