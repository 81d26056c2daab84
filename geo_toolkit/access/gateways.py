"""Long-distance links to gateways, with the distances by mode that their layer gives."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from geo_toolkit.access.parameters import FILE
from geo_toolkit.errors import DefinitionError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from geo_toolkit.access.draft import Draft
    from geo_toolkit.access.features import Features
    from geo_toolkit.access.parameters import Logistics, Scenario, ScenarioLink

__all__ = ["Starts", "add_gateway_links", "add_scenario_links", "link_starts"]

_STATION_WORD = "站"
_RAIL_CLASS = "ordinary"


@dataclass(frozen=True)
class Starts:
    """Where the links to each gateway start, by row of the gateway layer; -1 and () for nowhere."""

    place: list[int]
    station: list[tuple[str, ...]]
    point: NDArray[np.object_]
    airport: list[int]


def link_starts(
    draft: Draft, features: Mapping[str, Features], places: Mapping[str, int]
) -> Starts:
    """Return where the links of every gateway start, from the place its row names.

    ``from_place`` is a county (its seat), or the place that a station is named after; the county
    is asked first. The railway link starts at that station and at those of the same place with one
    character more (east, south, west, north), all at the same distance; the water link at the
    nearest point of a waterway, the air link at the airport nearest to the place.
    """
    gateways, counties, stations = features["gateway"], features["county"], features["station"]
    county = _by_name(counties)
    named = _by_name(stations)
    place: list[int] = []
    station: list[tuple[str, ...]] = []
    for name in gateways.text("from_place"):
        at_station = named.get(f"{name}{_STATION_WORD}") or named.get(name, "")
        at_county = next((k for n, k in county.items() if name and n.startswith(name)), "")
        place.append(places.get(at_county, places.get(at_station, -1)) if name else -1)
        station.append(tuple(k for n, k in named.items() if _is_station_of(n, name)))
    point = np.array(
        [shapely.Point(draft.xy(node)) if node >= 0 else shapely.Point() for node in place],
        dtype=object,
    )
    airports = [places[k] for k in map(str, features["airport"].table.index) if k in places]
    airport = [
        min(airports, key=lambda a: (shapely.Point(draft.xy(a)).distance(p), a))
        if airports and not p.is_empty
        else -1
        for p in point
    ]
    return Starts(place, station, point, airport)


def add_gateway_links(
    draft: Draft,
    features: Mapping[str, Features],
    logistics: Logistics,
    places: Mapping[str, int],
    stations: Mapping[tuple[str, str], int],
    starts: Starts,
    water: NDArray[np.int64],
) -> None:
    """Add the links to every gateway; those that have no start are reported.

    Parameters
    ----------
    stations
        Rail node of (station, class).
    water
        Water node where the water link of each gateway starts, -1 for none.
    """
    gateways = features["gateway"]
    basis = gateways.text("distance_basis")
    for row, key in enumerate(map(str, gateways.table.index)):
        gate, name = places[key], gateways.text("name")[row]
        accuracy_m = float(gateways.number("accuracy_m")[row])
        on_rails = [stations[k, _RAIL_CLASS] for k in starts.station[row]
                    if (k, _RAIL_CLASS) in stations]  # fmt: skip
        from_nodes = {
            "road": [starts.place[row]],
            "rail": on_rails,
            "water": [int(water[row])],
            "air": [starts.airport[row]],
        }
        for mode, nodes in from_nodes.items():
            km = float(gateways.number(f"{mode}_km")[row])
            start = [node for node in nodes if node >= 0]
            if not km > 0:
                continue
            if not start:
                draft.report["unjoined"].append(
                    {"feature": key, "reason": f"{mode}_link_without_start", "distance_m": None}
                )
                continue
            spread = accuracy_m / 1000
            columns = {
                "km_low": max(km - spread, 0.0),
                "km_high": km + spread,
                "name": name,
                "feature": key,
                "accuracy_m": accuracy_m,
                "is_assumed": basis[row] != "published",
                "is_haul": True,
            }
            _add(draft, logistics, mode, start, gate, km, columns)


def _add(
    draft: Draft,
    logistics: Logistics,
    mode: str,
    starts: list[int],
    gate: int,
    km: float,
    columns: dict[str, Any],  # edge columns
) -> None:
    start = starts[0]
    if mode == "road":
        draft.add_edge(start, gate, "road", km, cls="expressway", **columns)
        return
    if mode == "air":
        _add_flight(draft, start, gate, km, columns)
        return
    row = draft.nodes[gate]
    far = draft.add_node(
        (row["x"], row["y"]), mode, feature=row["feature"], name=row["name"],
        accuracy_m=row["accuracy_m"],
    )  # fmt: skip
    named = {"feature": row["feature"], "name": row["name"]}
    if mode == "rail":
        for station in starts:
            draft.add_edge(station, far, "rail", km, cls=_RAIL_CLASS, **columns)
        draft.add_edge(gate, far, "transfer", 0.0, cls=f"gateway/{_RAIL_CLASS}", **named)
    else:
        is_upstream = _is_upstream(draft, start, gate)
        end, mapped_km = _mapped_end(draft, start, km, is_upstream=is_upstream)
        beyond = {c: max(columns[c] - mapped_km, 0.0) for c in ("km_low", "km_high")}
        km -= mapped_km
        locks = km * logistics.water.locks_per_100km.value / 100
        a, b = (far, end) if is_upstream else (end, far)
        draft.add_edge(a, b, "water", km, locks=locks, **{**columns, **beyond})
        draft.add_edge(gate, far, "transfer", 0.0, cls="gateway", **named)


def add_scenario_links(
    draft: Draft,
    scenario: Scenario,
    places: Mapping[str, int],
    stations: Mapping[tuple[str, str], int],
) -> None:
    """Add the railway and air links that a scenario brings beyond the layers.

    Raises
    ------
    DefinitionError
        If a link names a gateway or an airport that is not there, or a station without that class
        of railway.
    """
    for link in scenario.link:
        where = f"{FILE} scenario {scenario.id!r} key 'link'"
        gate = places.get(link.gateway, -1)
        if gate < 0 or draft.nodes[gate]["role"] != "gateway":
            raise DefinitionError(f"{where}: no gateway {link.gateway!r} in the layers; correct it")
        start = _start(draft, link, places, stations, where)
        row = draft.nodes[gate]
        named = {"feature": row["feature"], "name": row["name"]}
        columns = {
            "km_low": link.km.low, "km_high": link.km.high, "is_assumed": True, "is_haul": True,
            "accuracy_m": row["accuracy_m"], **named,
        }  # fmt: skip
        if link.mode == "air":
            _add_flight(draft, start, gate, link.km.value, columns)
            continue
        far = draft.add_node((row["x"], row["y"]), "rail", **named)
        speed = link.speed_kmh.value if link.speed_kmh else float("nan")
        draft.add_edge(
            start, far, "rail", link.km.value, cls=link.rail_class, speed_kmh=speed, **columns
        )
        draft.add_edge(gate, far, "transfer", 0.0, cls=f"gateway/{link.rail_class}", **named)


def _start(
    draft: Draft,
    link: ScenarioLink,
    places: Mapping[str, int],
    stations: Mapping[tuple[str, str], int],
    where: str,
) -> int:
    """Return the node that a scenario's link starts at."""
    if link.mode == "air":
        start = places.get(link.airport, -1)
        if start < 0 or draft.nodes[start]["role"] != "airport":
            raise DefinitionError(
                f"{where}: no open airport {link.airport!r} in the layers; correct it"
            )
        return start
    start = stations.get((link.station, link.rail_class), -1)
    if start < 0:
        raise DefinitionError(
            f"{where}: no open station {link.station!r} on a {link.rail_class} line; correct it"
        )
    return start


def _add_flight(
    draft: Draft,
    airport: int,
    gate: int,
    km: float,
    columns: dict[str, Any],  # edge columns
) -> None:
    """Add a flight with the handling at both its ends."""
    here, row = draft.nodes[airport], draft.nodes[gate]
    near = draft.add_node(draft.xy(airport), "air", feature=here["feature"], name=here["name"])
    far = draft.add_node(
        (row["x"], row["y"]), "air", feature=row["feature"], name=row["name"],
        accuracy_m=row["accuracy_m"],
    )  # fmt: skip
    own = {"feature": here["feature"], "name": here["name"]}
    draft.add_edge(airport, near, "transfer", 0.0, cls="airport", **own)
    draft.add_edge(near, far, "air", km, **columns)
    named = {"feature": row["feature"], "name": row["name"]}
    draft.add_edge(gate, far, "transfer", 0.0, cls="gateway", **named)


def _is_upstream(draft: Draft, start: int, gate: int) -> bool:
    """Whether a gateway lies on the side that the river comes from, by where its nodes lie."""
    flow = [
        (e["a"], e["b"])
        for e in draft.edges
        if e["mode"] == "water" and e["feature"] and not e["is_haul"]
    ]
    ends = {b for _, b in flow} - {a for a, _ in flow}
    sources = {a for a, _ in flow} - {b for _, b in flow}
    to_gate = shapely.Point(draft.xy(gate))

    def nearest(nodes: set[int]) -> float:
        return min((to_gate.distance(shapely.Point(draft.xy(n))) for n in nodes), default=np.inf)

    return nearest(sources) < nearest(ends) if start >= 0 else False


def _mapped_end(draft: Draft, start: int, km: float, *, is_upstream: bool) -> tuple[int, float]:
    """Return where the mapped river ends on the way to a gateway, and how far that is.

    The link goes on from there with what is left of its length, so that nobody sails up to the
    place it is counted from to turn round.
    """
    node, sailed = start, 0.0
    here, there = ("b", "a") if is_upstream else ("a", "b")
    while True:
        steps = [
            edge
            for edge in draft.edges
            if edge["mode"] == "water"
            and edge["feature"]
            and not edge["is_haul"]
            and edge[here] == node
        ]
        step = min(steps, key=lambda edge: (edge["km"], edge[there]), default=None)
        if step is None or sailed + step["km"] >= km:
            return node, sailed
        node, sailed = step[there], sailed + step["km"]


def _is_station_of(station: str, place: str) -> bool:
    """Whether a station is named after a place, with at most a point of the compass between."""
    if not place or not station.startswith(place):
        return False
    return station == place or (
        station.endswith(_STATION_WORD) and len(station) <= len(place) + len(_STATION_WORD) + 1
    )


def _by_name(features: Features) -> dict[str, str]:
    """Return the key of each name, the first where several share it."""
    found: dict[str, str] = {}
    for key, name in zip(map(str, features.table.index), features.text("name"), strict=True):
        found.setdefault(name, key)
    return found
