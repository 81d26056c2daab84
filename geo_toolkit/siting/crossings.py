"""Where a centreline crosses constraints: entry and exit chainage (桩号), length, structure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely
from pyproj import Geod

from geo_toolkit.geodesy import to_geographic
from geo_toolkit.siting.shapes import TOLERANCE_M

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray
    from pyproj import CRS
    from shapely.geometry.base import BaseGeometry

    from geo_toolkit.rules import Structure

__all__ = ["Centreline", "Crossing", "chainage_text"]

_GEOD = Geod(ellps="GRS80")


@dataclass(frozen=True)
class Crossing:
    """One stretch of a centreline inside a constraint, in metres of chainage."""

    from_m: float
    to_m: float
    structure: str | None = None

    @property
    def length_m(self) -> float:
        """Length along the line."""
        return self.to_m - self.from_m


def chainage_text(at_m: float) -> str:
    """Return a chainage in the K form.

    Examples
    --------
    >>> chainage_text(12340.04), chainage_text(0.0), chainage_text(999.96)
    ('K12+340.0', 'K0+000.0', 'K1+000.0')
    """
    tenths = round(at_m * 10)
    sign = "-" if tenths < 0 else ""
    kilometres, rest = divmod(abs(tenths), 10_000)
    return f"{sign}K{kilometres}+{rest // 10:03d}.{rest % 10}"


@dataclass(frozen=True)
class Centreline:
    """A submitted line with its chainage on the ground.

    Attributes
    ----------
    vertices
        In the topology CRS, metres, shape (n, 2), in submitted order.
    at_m
        Chainage of each vertex: geodesic lengths summed from the start, plus the origin.
    """

    vertices: NDArray[np.float64]
    at_m: NDArray[np.float64]

    @classmethod
    def build(cls, line: BaseGeometry, crs: CRS, origin_m: float = 0.0) -> Centreline:
        """Return a line of the topology CRS with its chainages.

        Parameters
        ----------
        line
            One LineString.
        crs
            The topology CRS.
        origin_m
            Chainage of the first vertex.

        Source
        ------
        Karney (2013), doi:10.1007/s00190-012-0578-z: the geodesic length of every edge.
        """
        vertices = shapely.get_coordinates(line)
        degrees = shapely.get_coordinates(to_geographic(np.array([line], dtype=object), crs))
        (lon1, lat1), (lon2, lat2) = degrees[:-1].T, degrees[1:].T
        lengths = _GEOD.inv(lon1, lat1, lon2, lat2)[2]
        return cls(vertices, origin_m + np.concatenate([[0.0], np.cumsum(lengths)]))

    def crossings(
        self, area: BaseGeometry, structures: Sequence[Structure] = ()
    ) -> tuple[Crossing, ...]:
        """Return the stretches of the line inside an area, in order of chainage.

        Parameters
        ----------
        area
            A polygon in the topology CRS.
        structures
            What is declared; one applies to the crossing that contains its chainage, or that
            begins or ends within a metre of it.
        """
        edges = shapely.linestrings(np.stack([self.vertices[:-1], self.vertices[1:]], axis=1))
        inside = shapely.intersection(edges, area)
        parts, edge = shapely.get_parts(inside, return_index=True)
        straight = (shapely.get_type_id(parts) == 1) & ~shapely.is_empty(parts)
        parts, edge = parts[straight], edge[straight]
        if not len(parts):
            return ()
        ends = np.stack([shapely.get_coordinates(part)[[0, -1]] for part in parts])
        stretches = np.sort(self._chainage(ends, edge), axis=1)
        stretches = stretches[np.lexsort((stretches[:, 1], stretches[:, 0]))]
        return tuple(
            Crossing(start, end, _structure(start, end, structures))
            for start, end in _joined(stretches)
        )

    def _chainage(
        self, points: NDArray[np.float64], edge: NDArray[np.int64]
    ) -> NDArray[np.float64]:
        """Return the chainage of points that lie on given edges, shape (n, 2) for (n, 2, 2)."""
        start, end = self.vertices[edge], self.vertices[edge + 1]
        along = end - start
        length2 = (along**2).sum(axis=1)
        share = ((points - start[:, None, :]) * along[:, None, :]).sum(axis=2) / length2[:, None]
        first, last = self.at_m[edge], self.at_m[edge + 1]
        result: NDArray[np.float64] = first[:, None] + share * (last - first)[:, None]
        return result


def _joined(stretches: NDArray[np.float64]) -> list[tuple[float, float]]:
    """Return sorted stretches with those that meet joined into one."""
    joined: list[tuple[float, float]] = []
    for start, end in stretches.tolist():
        if joined and start <= joined[-1][1] + TOLERANCE_M:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((start, end))
    return [(start, end) for start, end in joined if end - start > TOLERANCE_M]


def _structure(start: float, end: float, structures: Sequence[Structure]) -> str | None:
    for declared in structures:
        if start - 1.0 <= declared.at_m <= end + 1.0:
            return str(declared.structure)
    return None
