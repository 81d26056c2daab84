"""A network in the making: nodes and edges are added, then frozen."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from geo_toolkit.access.network import EDGE_COLUMNS, NODE_COLUMNS, Network
from geo_toolkit.geodesy import to_geographic

if TYPE_CHECKING:
    from pyproj import CRS

__all__ = ["Draft"]

_DEFAULTS: dict[str, Any] = {  # one value a column
    "cls": "",
    "name": "",
    "feature": "",
    "accuracy_m": 0.0,
    "speed_kmh": np.nan,
    "locks": 0.0,
    "is_assumed": False,
    "is_haul": False,
    "is_oneway": False,
}


@dataclass
class Draft:
    """Nodes and edges as rows.

    ``report`` collects what did not join, and what was joined over a gap.
    """

    nodes: list[dict[str, Any]] = field(default_factory=list)  # one value a column
    edges: list[dict[str, Any]] = field(default_factory=list)
    shapes: list[Any] = field(default_factory=list)  # shapely LineStrings
    report: dict[str, list[dict[str, Any]]] = field(
        default_factory=lambda: {"snaps": [], "unjoined": [], "dangling": [], "islands": []}
    )

    def add_node(
        self,
        xy: tuple[float, float],
        kind: str,
        *,
        feature: str = "",
        name: str = "",
        role: str = "",
        accuracy_m: float = 0.0,
    ) -> int:
        """Return the number of a new node at a position in metres."""
        self.nodes.append(
            {
                "x": float(xy[0]),
                "y": float(xy[1]),
                "kind": kind,
                "feature": feature,
                "name": name,
                "role": role,
                "accuracy_m": float(accuracy_m),
            }
        )
        return len(self.nodes) - 1

    def add_edge(self, a: int, b: int, mode: str, km: float, **columns: Any) -> None:  # noqa: ANN401 (one value a column)
        """Add an edge; ``km_low`` and ``km_high`` are ``km`` unless said, and its line straight."""
        shape = columns.pop("geometry", None)
        self.shapes.append(shape if shape is not None else self.straight(a, b))
        row = {"a": a, "b": b, "mode": mode, "km": float(km), "km_low": km, "km_high": km}
        self.edges.append({**row, **_DEFAULTS, **columns})

    def straight(self, a: int, b: int) -> Any:  # noqa: ANN401 (a shapely LineString)
        """Return the straight line between two nodes."""
        return shapely.LineString([self.xy(a), self.xy(b)])

    def xy(self, node: int) -> tuple[float, float]:
        """Return a node's position in metres."""
        row = self.nodes[node]
        return (row["x"], row["y"])

    def numbers(self, *kinds: str) -> np.ndarray[Any, np.dtype[np.int64]]:
        """Return the numbers of the nodes of some kinds."""
        return np.array([i for i, n in enumerate(self.nodes) if n["kind"] in kinds], dtype=np.int64)

    def positions(
        self, nodes: np.ndarray[Any, np.dtype[np.int64]]
    ) -> np.ndarray[Any, np.dtype[np.float64]]:
        """Return positions in metres, one row a node."""
        return np.array([self.xy(int(n)) for n in nodes], dtype=np.float64).reshape(-1, 2)

    def freeze(self, crs: CRS, level: str, mass: dict[str, float]) -> Network:
        """Return the finished network."""
        nodes = {c: np.array([n[c] for n in self.nodes]) for c in NODE_COLUMNS}
        edges = {c: np.array([e[c] for e in self.edges]) for c in EDGE_COLUMNS}
        shapes = np.empty(len(self.shapes), dtype=object)
        shapes[:] = self.shapes
        report = {key: _in_degrees(rows, crs) for key, rows in self.report.items()}
        return Network.of(crs, nodes, edges, shapes, level, report, mass)


def _in_degrees(rows: list[dict[str, Any]], crs: CRS) -> list[dict[str, Any]]:  # JSON rows
    """Return report rows with ``lon`` and ``lat`` in place of metres."""
    spots = [shapely.Point(row["x"], row["y"]) if "x" in row else shapely.Point() for row in rows]
    if not rows:
        return []
    moved = to_geographic(np.array(spots, dtype=object), crs)
    found = []
    for row, spot in zip(rows, moved, strict=True):
        plain = {key: value for key, value in row.items() if key not in ("x", "y")}
        place = {} if spot.is_empty else {"lon": round(spot.x, 6), "lat": round(spot.y, 6)}
        found.append({**plain, **place})
    return found
