"""What planned projects change: times to gateways and scores, before and after."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from geo_toolkit.access.scoring import score_rows, seat_points

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from geo_toolkit.access.arcs import Arcs
    from geo_toolkit.access.points import Points
    from geo_toolkit.access.study import Study, Times

__all__ = [
    "compare_rows",
    "county_points",
    "gain_minutes",
    "gateway_minutes",
    "newly_reachable",
    "points_again",
]


def gain_minutes(before: NDArray[np.float64], after: NDArray[np.float64]) -> float:
    """Return the mean time saved over the gateways reached in both, 0 if there is none.

    Parameters
    ----------
    before, after
        Minutes of one origin to every gateway, infinite where there is no way.

    Source
    ------
    Own definition.

    Examples
    --------
    (100 - 80 + 50 - 50) / 2 = 10; the third gateway is reached only afterwards:

    >>> gain_minutes(np.array([100.0, 50.0, np.inf]), np.array([80.0, 50.0, 70.0]))
    10.0
    """
    both = np.isfinite(before) & np.isfinite(after)
    return float((before[both] - after[both]).mean()) if both.any() else 0.0


def newly_reachable(
    ids: list[str], before: NDArray[np.float64], after: NDArray[np.float64]
) -> list[str]:
    """Return the ids of gateways that are reached after and were not before.

    Examples
    --------
    >>> newly_reachable(["a", "b"], np.array([1.0, np.inf]), np.array([1.0, 9.0]))
    ['b']
    """
    new = ~np.isfinite(before) & np.isfinite(after)
    return [name for name, is_new in zip(ids, new, strict=True) if is_new]


def gateway_minutes(
    study: Study, points: Points, arcs: Arcs | None = None
) -> tuple[list[str], Times]:
    """Return the gateways' keys, and every point's least minutes to each, handling included.

    By all modes that take the cargo unless other arcs are given.
    """
    nodes = study.network.nodes
    gates = np.flatnonzero(nodes["kind"].to_numpy() == "gateway").astype(np.int64)
    times = study.times(points, seat_points(study, gates), arcs or study.every)
    return list(nodes["feature"].iloc[gates]), times


def county_points(study: Study) -> Points:
    """Return the county seats of a network as points."""
    nodes = study.network.nodes
    hit = (nodes["kind"] == "place") & (nodes["role"] == "county")
    return seat_points(study, np.flatnonzero(hit.to_numpy()).astype(np.int64))


def compare_rows(before: Study, after: Study, points: Points) -> list[dict[str, Any]]:
    """Return every point before and after, with its gain in minutes, as in the document.

    Points that are places of the network must be so in both studies under the same keys.
    """
    ids, old_times = gateway_minutes(before, points)
    new_ids, new_times = gateway_minutes(after, points_again(points, after))
    order = [new_ids.index(key) for key in ids]
    old, new = old_times.minutes, new_times.minutes[:, order]
    scores = (score_rows(before, points), score_rows(after, points_again(points, after)))
    rows = []
    for row in range(len(points)):
        both = np.isfinite(old[row]) & np.isfinite(new[row])
        rows.append(
            {
                "id": points.ids[row],
                "name": points.names[row],
                "before": _side(ids, old_times, row, slice(None), both, scores[0][row]),
                "after": _side(ids, new_times, row, order, both, scores[1][row]),
                "gain_minutes": round(gain_minutes(old[row], new[row]), 2),
                "newly_reachable": newly_reachable(ids, old[row], new[row]),
            }
        )
    return rows


def _side(
    ids: list[str],
    times: Times,
    row: int,
    order: list[int] | slice,
    both: NDArray[np.bool_],
    score: dict[str, Any],
) -> dict[str, Any]:  # JSON values
    minutes, low, high = (
        table[row][order] for table in (times.minutes, times.minutes_low, times.minutes_high)
    )
    return {
        "mean_minutes": _mean(minutes[both]),
        "mean_minutes_low": _mean(low[both]),
        "mean_minutes_high": _mean(high[both]),
        "gateways": {
            key: round(float(value), 1) if np.isfinite(value) else None
            for key, value in zip(ids, minutes, strict=True)
        },
        "unreachable": int((~np.isfinite(minutes)).sum()),
        "score": score["score"],
        "parts": {part["role"]: part["minutes"] for part in score["parts"]},
    }


def _mean(minutes: NDArray[np.float64]) -> float | None:
    return round(float(minutes.mean()), 2) if len(minutes) else None


def points_again(points: Points, study: Study) -> Points:
    """Return the same points for another network, where places have other numbers."""
    node = np.array(
        [
            study.network.node_of(key, "place", "gateway") if old >= 0 else -1
            for key, old in zip(points.ids, points.node, strict=True)
        ],
        dtype=np.int64,
    )
    return type(points)(points.ids, points.names, points.xy, points.accuracy_m, node)
