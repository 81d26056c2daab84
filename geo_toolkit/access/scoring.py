"""A site's logistics score: the nearest facility of each kind, and the potential to counties."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from geo_toolkit.access.measures import hansen_potential
from geo_toolkit.access.parameters import SCORE_ROLES
from geo_toolkit.access.points import Points

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from geo_toolkit.access.parameters import Logistics
    from geo_toolkit.access.study import Origin, Study

__all__ = ["part_score", "score_rows", "seat_points", "targets_of_role"]

_HIGH_SPEED, _ORDINARY = "high_speed", "ordinary"


def part_score(minutes: float, best_min: float, worst_min: float) -> float:
    """Return the score of one part: 100 up to the best time, 0 from the worst, straight between.

    Source
    ------
    Own definition.

    Examples
    --------
    >>> [part_score(m, 10, 60) for m in (5, 35, 60, float("inf"))]
    [100.0, 50.0, 0.0, 0.0]
    """
    return float(np.clip((worst_min - minutes) / (worst_min - best_min), 0.0, 1.0) * 100)


def targets_of_role(study: Study, role: str) -> tuple[NDArray[np.int64], bool]:
    """Return the nodes that a part of the score may lead to, and whether they are stand-ins.

    ``interchange`` is an expressway entrance; ``station`` one on an open high-speed line;
    ``terminal`` a freight yard, for which stations on ordinary lines stand in where no terminal
    is known.
    """
    nodes, edges = study.network.nodes, study.network.edges
    if role == "interchange":
        hit = (nodes["kind"] == "junction") & (nodes["role"] == "interchange")
        return _numbers(hit), False
    if role == "station":
        return _on_class(study, _HIGH_SPEED), False
    found = _numbers((nodes["kind"] == "place") & (nodes["role"] == role))
    if role == "port":
        joined = edges["a"][(edges["mode"] == "transfer") & (edges["cls"] == "port")]
        found = found[np.isin(found, joined.to_numpy())]
    if role == "terminal" and not len(found):
        return _on_class(study, _ORDINARY), True
    return found, False


def score_rows(study: Study, points: Points) -> list[dict[str, Any]]:  # JSON rows
    """Return the score of every point with its parts, as in the document.

    Minutes are door to gate by road, handling apart.
    """
    logistics = study.logistics
    seats, mass = _counties(study)
    targets = {role: targets_of_role(study, role) for role in SCORE_ROLES}
    best = _best_potential(study, seats, mass)
    rows = []
    for row in range(len(points)):
        origin = study.origin(points, row, study.door)
        parts = [_part(study, origin, role, *targets[role]) for role in SCORE_ROLES]
        own = _potential(logistics, origin.away[seats], mass)
        share = min(own / best, 1.0) if best > 0 else 0.0
        rows.append(
            {
                "id": points.ids[row],
                "name": points.names[row],
                "score": _sum(logistics, parts, share, has_counties=best > 0),
                "parts": parts,
                "potential": {
                    "value": round(own, 1),
                    "share_of_best_seat": round(share, 4),
                    "score": round(share * 100, 1),
                },
                "accuracy_m": round(float(points.accuracy_m[row])),
            }
        )
    return rows


def _part(
    study: Study, origin: Origin, role: str, targets: NDArray[np.int64], is_stand_in: bool
) -> dict[str, Any]:  # a JSON row
    away = origin.away[targets]
    rule, cargo = study.logistics.score[role], _cargo(study, role)
    handling = study.logistics.transfer[role].handling_min[cargo].value if (
        role in study.logistics.transfer
    ) else 0.0  # fmt: skip
    target = int(targets[np.lexsort((targets, away))[0]]) if np.isfinite(away).any() else -1
    chain = origin.chain(study.network, target) if target >= 0 else None
    row: dict[str, Any] = {"role": role, "target": None, "target_name": None}
    if chain is None:
        none = dict.fromkeys(("minutes", "minutes_low", "minutes_high", "km", "yuan_per_t",
                              "co2_kg_per_t"))  # fmt: skip
        return {**row, **none, "handling_min": handling, "legs": [], "score": 0.0,
                "unreachable": True, "stand_in": False}  # fmt: skip
    node = study.network.nodes.iloc[target]
    known = chain.as_row()
    return {
        **row,
        "target": str(node["feature"]),
        "target_name": str(node["name"]),
        "minutes": known["minutes"],
        "minutes_low": known["minutes_low"],
        "minutes_high": known["minutes_high"],
        "handling_min": round(handling, 1),
        "km": known["km"],
        "yuan_per_t": known["yuan_per_t"],
        "co2_kg_per_t": known["co2_kg_per_t"],
        "legs": known["legs"],
        "score": round(
            part_score(chain.total("minutes"), rule.best_min.value, rule.worst_min.value), 1
        ),
        "accuracy_m": max((leg["accuracy_m"] for leg in known["legs"]), default=0),
        "unreachable": False,
        "stand_in": is_stand_in,
    }


def _cargo(study: Study, role: str) -> str:
    """Return the cargo whose handling counts: the case's own where the facility's mode takes it."""
    logistics = study.logistics
    taken = {
        "station": logistics.rail[_HIGH_SPEED].cargo if _HIGH_SPEED in logistics.rail else (),
        "airport": logistics.air.cargo,
        "port": logistics.water.cargo,
    }.get(role, ())
    return study.case.cargo if study.case.cargo in taken or not taken else taken[-1]


def _sum(
    logistics: Logistics, parts: list[dict[str, Any]], share: float, *, has_counties: bool
) -> float:
    weights = [logistics.score[part["role"]].weight for part in parts]
    total = sum(w * part["score"] for w, part in zip(weights, parts, strict=True))
    if has_counties:
        weights.append(logistics.potential.weight)
        total += logistics.potential.weight * share * 100
    return round(total / sum(weights), 1) if sum(weights) > 0 else 0.0


def _counties(study: Study) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    nodes = study.network.nodes
    seats = _numbers((nodes["kind"] == "place") & (nodes["role"] == "county"))
    mass = np.array([study.network.mass.get(key, 0.0) for key in nodes["feature"].iloc[seats]])
    return seats, mass


def _best_potential(study: Study, seats: NDArray[np.int64], mass: NDArray[np.float64]) -> float:
    """Return the highest potential of any county seat: what a site's own is measured against."""
    if not len(seats):
        return 0.0
    origins = [
        study.origin(seat_points(study, seats), row, study.door) for row in range(len(seats))
    ]
    return max(_potential(study.logistics, origin.away[seats], mass) for origin in origins)


def seat_points(study: Study, nodes: NDArray[np.int64]) -> Points:
    """Return nodes of the network as points."""
    table = study.network.nodes.iloc[nodes]
    return Points(
        tuple(table["feature"]),
        tuple(table["name"]),
        study.network.xy[nodes],
        table["accuracy_m"].to_numpy(dtype=np.float64),
        nodes,
    )


def _potential(
    logistics: Logistics, minutes: NDArray[np.float64], mass: NDArray[np.float64]
) -> float:
    rule = logistics.potential
    found = hansen_potential(
        minutes[None, :], mass, beta=rule.beta.value, inner_min=rule.inner_min.value
    )
    return float(found[0])


def _on_class(study: Study, rail_class: str) -> NDArray[np.int64]:
    edges = study.network.edges
    hit = (edges["mode"] == "transfer") & (edges["cls"] == f"station/{rail_class}")
    found: NDArray[np.int64] = np.unique(edges["a"][hit].to_numpy())
    return found


def _numbers(hit: Any) -> NDArray[np.int64]:  # noqa: ANN401 (a boolean Series)
    return np.flatnonzero(np.asarray(hit)).astype(np.int64)
