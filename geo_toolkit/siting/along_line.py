"""Stretches of a line network: so far upstream and downstream of a feature, along the lines.

Lines are taken as digitised downstream, which is the convention of OpenStreetMap. Two lines join
where an end of one lies within a metre of the other, so that a tributary may end anywhere on the
main river. Upstream a stretch goes into every branch; downstream it follows the flow.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely
from shapely.ops import substring

from geo_toolkit.geodesy import ground_distance_m

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from pyproj import CRS
    from shapely.geometry.base import BaseGeometry

    from geo_toolkit.siting.constraints import Constraints

__all__ = ["Network", "Stretches", "as_features", "stretches"]

JOIN_M = 1.0
"""Ends this near to a line are joined to it."""

_EPSILON_M = 1e-6
_LINEAR = 1
_QUAD_SEGS = 16

Walked = dict[int, list[tuple[float, float]]]
"""Line, and from where to where along it, in metres on the ground from its start."""


@dataclass(frozen=True)
class Network:
    """The lines of one role, and where they join; arrays run along single lines.

    Attributes
    ----------
    feature
        Position of each line's feature in the constraints.
    length_m, planar_m
        Length on the ground, and in the CRS of the lines.
    half_width_m
        From the column of that name; 0 where it is absent.
    starts_on, ends_on
        For each line, the lines that its start or end lies on, and where.
    starting, ending
        For each line, the lines that start or end on it, and where on it.
    """

    lines: NDArray[np.object_]
    feature: NDArray[np.int64]
    length_m: NDArray[np.float64]
    planar_m: NDArray[np.float64]
    half_width_m: NDArray[np.float64]
    tree: shapely.STRtree
    starts_on: list[list[tuple[int, float]]]
    ends_on: list[list[tuple[int, float]]]
    starting: list[list[tuple[int, float]]]
    ending: list[list[tuple[int, float]]]

    @classmethod
    def build(cls, constraints: Constraints) -> Network:
        """Return the network of a role's lines; what is not a line is left out."""
        parts, feature = shapely.get_parts(constraints.geometry, return_index=True)
        keep = (shapely.get_type_id(parts) == _LINEAR) & (shapely.length(parts) > 0)
        lines, feature = parts[keep], feature[keep]
        tree = shapely.STRtree(lines)
        ground, planar = _ground_m(lines, constraints.crs), shapely.length(lines)
        table = constraints.attributes
        width = np.zeros(len(lines))
        if "half_width_m" in table.columns and len(lines):
            column = pd.to_numeric(table["half_width_m"], errors="coerce").to_numpy(float)
            width = np.nan_to_num(column[feature]).clip(0.0)
        first, last = shapely.get_point(lines, 0), shapely.get_point(lines, -1)
        scale = np.divide(ground, planar, out=np.ones(len(lines)), where=planar > 0)
        starts_on, starting = _joints(lines, first, tree, scale)
        ends_on, ending = _joints(lines, last, tree, scale)
        return cls(
            lines, feature, ground, planar, width, tree, starts_on, ends_on, starting, ending
        )

    def seeds(self, shape: BaseGeometry) -> tuple[list[tuple[int, float, float]], float]:
        """Return where a feature sits on the lines, and the gap between it and them in metres.

        A feature that meets lines takes from each the stretch inside it; any other is moved to
        the nearest point of the nearest line, and of those that join there.
        """
        met = np.sort(self.tree.query(shape, predicate="intersects"))
        if len(met):
            inside = shapely.intersection(self.lines[met], shape)
            return [
                (int(line), *self._span(int(line), piece))
                for line, piece in zip(met, inside, strict=True)
            ], 0.0
        nearest, gaps = self.tree.query_nearest(shape, return_distance=True)
        if not len(nearest):
            return [], np.inf
        gap = float(gaps[0])
        foot = shapely.get_point(shapely.shortest_line(self.lines[nearest[0]], shape), 0)
        at = np.sort(self.tree.query(foot, predicate="dwithin", distance=JOIN_M))
        return [(int(line), *self._span(int(line), foot)) for line in at], gap

    def _span(self, line: int, shape: BaseGeometry) -> tuple[float, float]:
        points = shapely.points(shapely.get_coordinates(shape))
        at = shapely.line_locate_point(self.lines[line], points) * self._scale(line)
        return float(at.min()), float(at.max())

    def _scale(self, line: int) -> float:
        return float(self.length_m[line] / self.planar_m[line])

    def walk(self, line: int, at_m: float, left_m: float, *, upstream: bool) -> Walked:
        """Return what is passed within a distance of a point, along the lines in one direction."""
        walked: Walked = {}
        seen: dict[int, list[tuple[float, float]]] = {}
        ahead, behind = (self.starts_on, self.ending) if upstream else (self.ends_on, self.starting)
        sign = -1.0 if upstream else 1.0
        todo = [(line, at_m, left_m)]
        while todo:
            line, at, left = todo.pop()
            known = seen.setdefault(line, [])
            if any(_reaches(sign * (at - start), still, left) for start, still in known):
                continue
            known.append((at, left))
            end = 0.0 if upstream else float(self.length_m[line])
            room = abs(end - at)
            stop = end if room <= left else at + sign * left
            low, high = min(at, stop), max(at, stop)
            walked.setdefault(line, []).append((low, high))
            for other, where in behind[line]:
                if low - _EPSILON_M <= where <= high + _EPSILON_M:
                    entry = float(self.length_m[other]) if upstream else 0.0
                    todo.append((other, entry, left - abs(where - at)))
            if room <= left:
                todo.extend((other, where, left - room) for other, where in ahead[line])
        return walked

    def around(
        self, line: int, low_m: float, high_m: float, upstream_m: float, downstream_m: float
    ) -> list[Walked]:
        """Return what is passed up- and downstream of a stretch of one line, branches in it too."""
        passed = [
            self.walk(line, low_m, upstream_m, upstream=True),
            self.walk(line, high_m, downstream_m, upstream=False),
        ]
        for other, where in self.ending[line]:
            if low_m < where <= high_m:
                end = float(self.length_m[other])
                passed.append(self.walk(other, end, upstream_m, upstream=True))
        for other, where in self.starting[line]:
            if low_m <= where < high_m:
                passed.append(self.walk(other, 0.0, downstream_m, upstream=False))
        return passed

    def shape(self, walked: Walked) -> tuple[BaseGeometry, BaseGeometry]:
        """Return what was walked as an area, of the lines with a width, and as bare lines."""
        bands, bare = [], []
        for line, spans in sorted(walked.items()):
            scale, width = self._scale(line), float(self.half_width_m[line])
            for low, high in sorted(spans):
                if high - low > _EPSILON_M:
                    piece = substring(self.lines[line], low / scale, high / scale)
                    if width:
                        bands.append(
                            shapely.buffer(piece, width, quad_segs=_QUAD_SEGS, cap_style="flat")
                        )
                    else:
                        bare.append(piece)
        return shapely.union_all(bands), shapely.line_merge(shapely.union_all(bare))


@dataclass(frozen=True)
class Stretches:
    """Stretches as features that overlap rules can be decided on.

    Attributes
    ----------
    constraints
        One row a stretch; its inaccuracy is that of the feature, of the lines, and the gap.
    feature
        Position of the row's feature in the constraints of its role.
    """

    constraints: Constraints
    feature: NDArray[np.int64]


def stretches(
    constraints: Constraints,
    lines: Constraints,
    asked: NDArray[np.int64],
    *,
    upstream_m: float,
    downstream_m: float,
) -> Stretches:
    """Return the stretches of lines up- and downstream of features.

    Parameters
    ----------
    constraints
        The features that distances start from, in a metric CRS.
    lines
        The lines that they run along.
    asked
        Positions of the features that count.
    upstream_m, downstream_m
        Distances along the lines, on the ground.
    """
    key = ("stretches", asked.tobytes(), upstream_m, downstream_m)
    kept: dict[int, tuple[Constraints, Stretches]] = constraints.derived(key, dict)
    if id(lines) not in kept:
        kept.clear()
        kept[id(lines)] = (lines, _stretches(constraints, lines, asked, upstream_m, downstream_m))
    return kept[id(lines)][1]


def _stretches(
    constraints: Constraints,
    lines: Constraints,
    asked: NDArray[np.int64],
    upstream_m: float,
    downstream_m: float,
) -> Stretches:
    network = lines.derived("network", lambda: Network.build(lines))
    shapes: list[BaseGeometry] = []
    rows: list[int] = []
    accuracy: list[float] = []
    for row in asked.tolist():
        seeds, gap = network.seeds(constraints.geometry[row])
        walked: Walked = {}
        for line, low, high in seeds:
            walked.setdefault(line, []).append((low, high))
            for found in network.around(line, low, high, upstream_m, downstream_m):
                for other, spans in found.items():
                    walked.setdefault(other, []).extend(spans)
        on = lines.accuracy_m[network.feature[sorted(walked)]]
        inaccuracy = float(constraints.accuracy_m[row]) + float(on.max(initial=0.0)) + gap
        for shape in network.shape(walked):
            if not shape.is_empty:
                shapes.append(shape)
                rows.append(row)
                accuracy.append(inaccuracy)
    feature = np.array(rows, dtype=np.int64)
    return Stretches(as_features(constraints, feature, shapes, np.array(accuracy)), feature)


def as_features(
    constraints: Constraints,
    feature: NDArray[np.int64],
    shapes: list[BaseGeometry],
    accuracy_m: NDArray[np.float64],
) -> Constraints:
    """Return constraints whose features are other shapes of the same features.

    Parameters
    ----------
    feature
        Position of the feature of each shape in ``constraints``.
    accuracy_m
        Inaccuracy of each shape.
    """
    geometry = np.empty(len(shapes), dtype=object)
    geometry[:] = shapes
    return replace(
        constraints,
        drawn=geometry,
        geometry=geometry,
        mask_of=np.full(len(shapes), -1, dtype=np.int64),
        masks=(),
        accuracy_m=accuracy_m.astype(float),
        layer_of=constraints.layer_of[feature],
        feature_id=constraints.feature_id[feature],
        feature_name=constraints.feature_name[feature],
        attributes=constraints.attributes.iloc[feature].reset_index(drop=True),
        _shrunk={},
        _grown={},
    )


def _reaches(ahead_m: float, still_m: float, left_m: float) -> bool:
    """Whether a walk passed here before, ``ahead_m`` further on, with no less left to go."""
    return ahead_m >= -_EPSILON_M and still_m - ahead_m >= left_m - _EPSILON_M


def _ground_m(lines: NDArray[np.object_], crs: CRS) -> NDArray[np.float64]:
    """Return the geodesic length of each line, summed over its edges."""
    xy, line = shapely.get_coordinates(lines, return_index=True)
    same = np.flatnonzero(line[1:] == line[:-1])
    edges = np.asarray(shapely.linestrings(np.stack([xy[same], xy[same + 1]], axis=1)))
    total = np.zeros(len(lines))
    np.add.at(total, line[same], ground_distance_m(edges, crs))
    return total


def _joints(
    lines: NDArray[np.object_],
    points: NDArray[np.object_],
    tree: shapely.STRtree,
    scale: NDArray[np.float64],
) -> tuple[list[list[tuple[int, float]]], list[list[tuple[int, float]]]]:
    """Return, for each line, the lines that its end point lies on, and those that end on it."""
    on: list[list[tuple[int, float]]] = [[] for _ in lines]
    carried: list[list[tuple[int, float]]] = [[] for _ in lines]
    if len(lines):
        own, other = tree.query(points, predicate="dwithin", distance=JOIN_M)
        order = np.lexsort((other, own))
        own, other = own[order], other[order]
        where = shapely.line_locate_point(lines[other], points[own]) * scale[other]
        for a, b, at in zip(own.tolist(), other.tolist(), where.tolist(), strict=True):
            if a != b:
                on[a].append((b, at))
                carried[b].append((a, at))
    return on, carried
