"""Documents: what the access measures answer, as plain JSON values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from geo_toolkit.access.arcs import Case
from geo_toolkit.access.build import build_network
from geo_toolkit.access.chains import break_even_km
from geo_toolkit.access.compare import compare_rows, county_points
from geo_toolkit.access.measures import (
    cumulative_opportunities,
    hansen_potential,
    unreachable_count,
    weighted_mean_minutes,
)
from geo_toolkit.access.opening import opening_document, study_remarks
from geo_toolkit.access.scoring import score_rows
from geo_toolkit.access.study import Study
from geo_toolkit.errors import UnknownName

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from numpy.typing import NDArray
    from pyproj import CRS

    from geo_toolkit.access.parameters import Logistics
    from geo_toolkit.access.points import Points
    from geo_toolkit.access.study import Times
    from geo_toolkit.catalogue import Layer

__all__ = [
    "chain_document",
    "compare_document",
    "matrix_document",
    "open_study",
    "score_document",
]

_WITHIN_MIN = (30, 60, 120, 240)


def open_study(
    layers: Mapping[str, Sequence[Layer]],
    logistics: Logistics,
    case: Case | None,
    *,
    crs: CRS,
    scenario: str,
    day: date,
) -> Study:
    """Return the network of a scenario on a day, ready for questions.

    Parameters
    ----------
    layers
        Layers by role, in force on the day.
    case
        What is moved by what; express goods on a heavy truck by default.
    crs
        The workspace's metric CRS.
    scenario
        Id of a scenario, a built-in one too.
    """
    chosen = logistics.scenario_of(scenario)
    network = build_network(layers, logistics, crs=crs, scenario=chosen, day=day)
    return Study(network, logistics, case or Case(), chosen, day)


def score_document(study: Study, points: Points) -> dict[str, Any]:  # JSON values
    """Return the score of every point with its parts (DESIGN §6)."""
    return {**study.head(), "left_out": list(points.left_out), "sites": score_rows(study, points)}


def matrix_document(study: Study, times: Times) -> dict[str, Any]:  # JSON values
    """Return a matrix of minutes, null where there is no way, with the measures made of it.

    Population-weighted mean, Hansen potential and what is reached within 30, 60, 120 and 240
    minutes are given where the destinations have a population.
    """
    minutes = times.minutes
    mass = np.array([study.network.mass.get(key, 0.0) for key in times.destinations.ids])
    rule = study.logistics.potential
    mean = weighted_mean_minutes(minutes, mass)
    potential = hansen_potential(
        minutes, mass, beta=rule.beta.value, inner_min=rule.inner_min.value
    )
    within = [cumulative_opportunities(minutes, mass, within_min=t) for t in _WITHIN_MIN]
    rows = []
    for row, key in enumerate(times.origins.ids):
        measures: dict[str, Any] = {}
        if mass.any():
            measures = {
                "weighted_mean_minutes": _number(mean[row]),
                "potential": round(float(potential[row]), 1),
                "population_within": {
                    str(t): round(float(found[row]))
                    for t, found in zip(_WITHIN_MIN, within, strict=True)
                },
            }
        rows.append({"id": key, "name": times.origins.names[row], **measures})
    return {
        **study.head(),
        "origins": rows,
        "destinations": _ends(times.destinations),
        "minutes": _table(minutes),
        "minutes_low": _table(times.minutes_low),
        "minutes_high": _table(times.minutes_high),
        "unreachable": unreachable_count(minutes),
    }


def compare_document(
    before: Study,
    after: Study,
    points: Points,
    corridor: dict[str, Any] | None = None,  # JSON values
) -> dict[str, Any]:  # JSON values
    """Return every site and county before and after a scenario, with gains (DESIGN §6).

    What the scenario opens, whom that brings nearer to what, and links that are derived stand
    beside them, as values and in words; see ``opening_document``.
    """
    sites = compare_rows(before, after, points)
    counties = compare_rows(before, after, county_points(before))
    return {
        **after.head(),
        "scenario_title_zh": after.scenario.title_zh,
        "scenario_title_en": after.scenario.title_en,
        "opens": list(after.scenario.opens),
        "left_out": list(points.left_out),
        "sites": sites,
        "counties": counties,
        "sum_gain_minutes": round(sum(row["gain_minutes"] for row in sites), 2),
        "sum_gain_minutes_counties": round(sum(row["gain_minutes"] for row in counties), 2),
        **opening_document(before, after, points, sites),
        "corridor": corridor,
    }


def chain_document(
    study: Study,
    points: Points,
    gateway: str,
    *,
    objective: str = "time",
    haul: str | None = None,
) -> dict[str, Any]:  # JSON values
    """Return the best and the second-best chain from every point to a place of the network.

    Parameters
    ----------
    gateway
        Key of a gateway, or of any terminal or county.
    objective
        ``time``, ``cost``, ``generalised`` or ``co2``.
    haul
        The only mode of the long-distance link; any without it.

    Raises
    ------
    UnknownName
        If there is no such place in the network.
    """
    target = study.network.node_of(gateway, "place", "gateway")
    if target < 0:
        kinds = study.network.nodes["kind"].isin(["place", "gateway"])
        raise UnknownName("place", gateway, study.network.nodes["feature"][kinds].tolist())
    rows = []
    for row in range(len(points)):
        best, second = study.chains(points, row, target, objective=objective, haul=haul)
        rows.append(
            {
                "id": points.ids[row],
                "name": points.names[row],
                "best": best.as_row(study.network.crs) if best else None,
                "second_best": second.as_row(study.network.crs) if second else None,
                "unreachable": best is None,
            }
        )
    return {
        **study.head(),
        "break_even_km": _break_even(study),
        "objective": objective,
        "haul": haul,
        "target": gateway,
        "sites": rows,
        "remarks": study_remarks(study, haul),
    }


def _break_even(study: Study) -> dict[str, float | None]:
    """Return the distances from which rail and water are cheaper than road, null for never."""
    known, cargo = study.logistics, study.case.cargo
    road = known.road["expressway"].yuan_per_tkm.value
    away = known.transfer["gateway"].yuan_per_t[cargo].value
    rail = known.rail.get("ordinary")
    found: dict[str, float | None] = {}
    if rail and cargo in rail.cargo:
        fixed = known.transfer["station"].yuan_per_t[cargo].value + away + rail.yuan_per_t.value
        found["rail"] = _number(break_even_km(road, rail.yuan_per_tkm.value, fixed))
    if cargo in known.water.cargo:
        rate = known.water.season[study.case.season].yuan_per_tkm.value
        fixed = known.transfer["port"].yuan_per_t[cargo].value + away
        found["water"] = _number(break_even_km(road, rate, fixed))
    return found


def _ends(points: Points) -> list[dict[str, str]]:
    return [{"id": key, "name": name} for key, name in zip(points.ids, points.names, strict=True)]


def _table(minutes: NDArray[np.float64]) -> list[list[float | None]]:
    return [[_number(value) for value in line] for line in minutes]


def _number(value: float) -> float | None:
    return round(float(value), 2) if np.isfinite(value) else None
