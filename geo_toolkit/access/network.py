"""The network of roads, railways, water and air: nodes, edges, and what did not join."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray
    from pyproj import CRS

__all__ = ["EDGE_COLUMNS", "LEVELS", "NODE_COLUMNS", "Network"]

LEVELS = ("skeleton", "county", "full")
"""What roads a network has: expressways only; main and county roads; all roads."""

NODE_COLUMNS = ("x", "y", "kind", "feature", "name", "role", "accuracy_m")
EDGE_COLUMNS = (
    "a", "b", "mode", "cls", "km", "km_low", "km_high", "speed_kmh", "locks",
    "name", "feature", "accuracy_m", "is_assumed", "is_haul", "is_oneway",
)  # fmt: skip

_TYPES = {
    "x": float, "y": float, "accuracy_m": float, "a": np.int64, "b": np.int64, "km": float,
    "km_low": float, "km_high": float, "speed_kmh": float, "locks": float, "is_assumed": bool,
    "is_haul": bool, "is_oneway": bool,
}  # fmt: skip


@dataclass(frozen=True)
class Network:
    """Nodes and undirected edges; what each costs is a matter of parameters, not of this.

    Attributes
    ----------
    crs
        The metric CRS of positions and lines.
    nodes
        One row a node: ``x``, ``y`` in metres; ``kind``: road (a point of a road that one cannot
        leave it at), junction, place, rail, water, air or gateway; ``feature`` and ``name`` of the
        feature it stands for; its ``role``; its positional accuracy in metres.
    edges
        One row an edge, passable both ways unless ``is_oneway``; a river flows from ``a`` to
        ``b``. ``mode``: road, rail, water, air, access (ordinary road that no layer shows) or
        transfer; ``cls``: class of road or rail, kind of terminal; ``km`` with the range that
        accuracy and detour allow; ``locks`` on it; ``is_haul``: a long-distance link to a gateway.
    geometry
        The line of each edge.
    level
        One of ``LEVELS``.
    report
        ``snaps`` (links over gaps, with lengths), ``unjoined`` features, ``dangling`` ends,
        ``islands``, and the features ``left_out``.
    mass
        Population of each county key, where the layer gives one.
    """

    crs: CRS
    nodes: pd.DataFrame
    edges: pd.DataFrame
    geometry: NDArray[np.object_]
    level: str
    report: Mapping[str, list[dict[str, Any]]]  # JSON rows
    mass: Mapping[str, float]

    @classmethod
    def of(
        cls,
        crs: CRS,
        nodes: Mapping[str, NDArray[Any]],
        edges: Mapping[str, NDArray[Any]],
        geometry: NDArray[np.object_],
        level: str,
        report: Mapping[str, list[dict[str, Any]]],  # JSON rows
        mass: Mapping[str, float],
    ) -> Network:
        """Return a network from columns, with the types that every later step relies on."""
        return cls(
            crs, _typed(nodes, NODE_COLUMNS), _typed(edges, EDGE_COLUMNS), geometry, level, report,
            mass,
        )  # fmt: skip

    @property
    def xy(self) -> NDArray[np.float64]:
        """Positions in metres, one row a node."""
        found: NDArray[np.float64] = self.nodes[["x", "y"]].to_numpy(dtype=np.float64)
        return found

    def node_of(self, feature: str, *kinds: str) -> int:
        """Return the first node of a feature and kinds, -1 where there is none."""
        hit = (self.nodes["feature"] == feature) & self.nodes["kind"].isin(kinds)
        return int(np.flatnonzero(hit)[0]) if hit.any() else -1

    def summary(self) -> dict[str, Any]:  # JSON values
        """Return counts by kind and mode, and the report, for the document."""
        modes = self.edges["mode"].value_counts().sort_index()
        kinds = self.nodes["kind"].value_counts().sort_index()
        return {
            "nodes": {str(k): int(v) for k, v in kinds.items()},
            "edges": {str(k): int(v) for k, v in modes.items()},
            **{key: list(rows) for key, rows in self.report.items()},
        }


def _typed(columns: Mapping[str, NDArray[Any]], names: tuple[str, ...]) -> pd.DataFrame:
    return pd.DataFrame({c: np.asarray(columns[c]).astype(_TYPES.get(c, object)) for c in names})
