"""Lines of a role into a draft network: what roads, railways and rivers have in common."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely

from geo_toolkit.access.noding import NodedLines, node_lines

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from geo_toolkit.access.draft import Draft
    from geo_toolkit.access.features import Features

__all__ = ["LineSet", "add_lines", "high_factor", "route_names"]


@dataclass(frozen=True)
class LineSet:
    """Single lines of some features, with what the network needs to know of each.

    ``feature`` is the row of the feature a line is part of.
    """

    features: Features
    lines: NDArray[np.object_]
    feature: NDArray[np.int64]

    @classmethod
    def of(cls, features: Features, rows: NDArray[np.int64] | None = None) -> LineSet:
        """Return the parts of some rows, all without ``rows``."""
        index = np.arange(len(features)) if rows is None else rows
        parts, owner = shapely.get_parts(features.geometry[index], return_index=True)
        real = shapely.length(parts) > 0
        return cls(features, parts[real], index[owner[real]].astype(np.int64))

    def node(
        self,
        points: NDArray[np.object_],
        *,
        snap_m: NDArray[np.float64],
        tie_m: float,
        end_snap_m: float,
        street_snap_m: float = 0.0,
        group: Sequence[str] | None = None,
        is_street: NDArray[np.bool_] | None = None,
        is_apart: NDArray[np.bool_] | None = None,
    ) -> NodedLines:
        """Return the lines noded; without ``is_street`` they meet only end to end."""
        none = np.zeros(len(self.lines), dtype=bool)
        names = [route_names(self.features)[i] for i in self.feature] if group is None else group
        return node_lines(
            self.lines,
            group=names,
            is_street=none if is_street is None else is_street,
            is_apart=none if is_apart is None else is_apart,
            points=points,
            point_snap_m=snap_m,
            point_tie_m=tie_m,
            end_snap_m=end_snap_m,
            street_snap_m=street_snap_m,
        )


def route_names(features: Features) -> list[str]:
    """Return the route each feature belongs to: ``line``, else ``code``, else name, else key."""
    line, code, name = (features.text(column) for column in ("line", "code", "name"))
    keys = [str(key) for key in features.table.index]
    return [a or b or c or d for a, b, c, d in zip(line, code, name, keys, strict=True)]


def high_factor(length_km: float, accuracy_m: float) -> float:
    """Return how much longer a line may really be than it is drawn, as a factor.

    The true line may leave the drawn one by its accuracy half-way: two straight halves then have
    that much more length.

    Source
    ------
    Own definition: ``sqrt(1 + (2 a / L)²)`` for accuracy ``a`` and length ``L``.

    Examples
    --------
    >>> round(high_factor(6.0, 4000), 4)
    1.6667
    """
    return float(np.hypot(1.0, 2 * accuracy_m / 1000 / length_km)) if length_km > 0 else 1.0


def add_lines(
    draft: Draft,
    lines: LineSet,
    noded: NodedLines,
    *,
    mode: str,
    kind: str,
    cls: Sequence[str],
    joint_cls: str,
    speed_kmh: NDArray[np.float64] | None = None,
    is_oneway: NDArray[np.bool_] | None = None,
) -> NDArray[np.int64]:
    """Add noded lines to a draft, and return the number of each of their nodes there.

    Parameters
    ----------
    cls
        Class of each line.
    joint_cls
        Class of links to given points; a link from an end has the class of a line there.
    speed_kmh
        Each line's own speed, NaN where it has none.
    is_oneway
        Which lines are passable in their own direction only; none without it.
    """
    number = np.array([draft.add_node(xy, kind) for xy in noded.xy], dtype=np.int64)
    features = lines.features
    keys = [str(key) for key in features.table.index]
    names, accuracy = features.text("name"), features.number("accuracy_m")
    whole_km = shapely.length(features.geometry) / 1000
    km = shapely.length(noded.geometry) / 1000
    class_at: dict[int, str] = {}
    for edge, line in enumerate(noded.line.tolist()):
        row = int(lines.feature[line])
        a, b = int(noded.a[edge]), int(noded.b[edge])
        class_at[a] = class_at[b] = cls[line]
        draft.add_edge(
            int(number[a]),
            int(number[b]),
            mode,
            float(km[edge]),
            km_high=float(km[edge]) * high_factor(float(whole_km[row]), float(accuracy[row])),
            cls=cls[line],
            name=names[row],
            feature=keys[row],
            accuracy_m=float(accuracy[row]),
            speed_kmh=np.nan if speed_kmh is None else float(speed_kmh[line]),
            is_oneway=is_oneway is not None and bool(is_oneway[line]),
            geometry=noded.geometry[edge],
        )
    for joint in noded.joints:
        a, b = int(number[joint.a]), int(number[joint.b])
        joined = joint_cls if joint.kind == "point" else class_at.get(joint.b, joint_cls)
        draft.add_edge(a, b, mode, joint.length_m / 1000, cls=joined)
        x, y = draft.xy(a)
        draft.report["snaps"].append(
            {
                "mode": mode,
                "kind": joint.kind,
                "length_m": round(joint.length_m, 1),
                "x": round(x, 1),
                "y": round(y, 1),
            }
        )
    for node in noded.dangling.tolist():
        x, y = noded.xy[node]
        draft.report["dangling"].append(
            {"mode": mode, "x": round(float(x), 1), "y": round(float(y), 1)}
        )
    return number
