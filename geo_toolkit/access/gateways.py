"""Long-distance links to gateways, with the distances by mode that their layer gives."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from geo_toolkit.access.draft import Draft
    from geo_toolkit.access.features import Features
    from geo_toolkit.access.parameters import Logistics

__all__ = ["Starts", "add_gateway_links", "link_starts"]

_STATION_WORD = "站"
_RAIL_CLASS = "ordinary"


@dataclass(frozen=True)
class Starts:
    """Where the links to each gateway start, by row of the gateway layer; -1 and "" for nowhere."""

    place: list[int]
    station: list[str]
    point: NDArray[np.object_]
    airport: list[int]


def link_starts(
    draft: Draft, features: Mapping[str, Features], places: Mapping[str, int]
) -> Starts:
    """Return where the links of every gateway start, from the place its row names.

    ``from_place`` is a county (its seat), or the place that a station is named after; the county
    is asked first. The railway link starts at that station, the water link at the nearest point
    of a waterway, the air link at the airport nearest to the place.
    """
    gateways, counties, stations = features["gateway"], features["county"], features["station"]
    county = _by_name(counties)
    named = _by_name(stations)
    place: list[int] = []
    station: list[str] = []
    for name in gateways.text("from_place"):
        at_station = named.get(f"{name}{_STATION_WORD}") or named.get(name, "")
        at_county = next((k for n, k in county.items() if name and n.startswith(name)), "")
        place.append(places.get(at_county, places.get(at_station, -1)) if name else -1)
        station.append(at_station if name else "")
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
        from_node = {
            "road": starts.place[row],
            "rail": stations.get((starts.station[row], _RAIL_CLASS), -1),
            "water": int(water[row]),
            "air": starts.airport[row],
        }
        for mode, start in from_node.items():
            km = float(gateways.number(f"{mode}_km")[row])
            if not km > 0:
                continue
            if start < 0:
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
    start: int,
    gate: int,
    km: float,
    columns: dict[str, Any],  # edge columns
) -> None:
    if mode == "road":
        draft.add_edge(start, gate, "road", km, cls="expressway", **columns)
        return
    row = draft.nodes[gate]
    far = draft.add_node(
        (row["x"], row["y"]), mode, feature=row["feature"], name=row["name"],
        accuracy_m=row["accuracy_m"],
    )  # fmt: skip
    named = {"feature": row["feature"], "name": row["name"]}
    if mode == "rail":
        draft.add_edge(start, far, "rail", km, cls=_RAIL_CLASS, **columns)
        draft.add_edge(gate, far, "transfer", 0.0, cls=f"gateway/{_RAIL_CLASS}", **named)
    elif mode == "water":
        locks = km * logistics.water.locks_per_100km.value / 100
        a, b = (far, start) if _is_upstream(draft, start, gate) else (start, far)
        draft.add_edge(a, b, "water", km, locks=locks, **columns)
        draft.add_edge(gate, far, "transfer", 0.0, cls="gateway", **named)
    else:
        here = draft.nodes[start]
        near = draft.add_node(draft.xy(start), "air", feature=here["feature"], name=here["name"])
        draft.add_edge(
            start, near, "transfer", 0.0, cls="airport", feature=here["feature"], name=here["name"]
        )
        draft.add_edge(near, far, "air", km, **columns)
        draft.add_edge(gate, far, "transfer", 0.0, cls="gateway", **named)


def _is_upstream(draft: Draft, start: int, gate: int) -> bool:
    """Whether a gateway lies on the side that the river comes from, by where its nodes lie."""
    flow = [(e["a"], e["b"]) for e in draft.edges if e["mode"] == "water" and e["feature"]]
    ends = {b for _, b in flow} - {a for a, _ in flow}
    sources = {a for a, _ in flow} - {b for _, b in flow}
    to_gate = shapely.Point(draft.xy(gate))

    def nearest(nodes: set[int]) -> float:
        return min((to_gate.distance(shapely.Point(draft.xy(n))) for n in nodes), default=np.inf)

    return nearest(sources) < nearest(ends) if start >= 0 else False


def _by_name(features: Features) -> dict[str, str]:
    """Return the key of each name, the first where several share it."""
    found: dict[str, str] = {}
    for key, name in zip(map(str, features.table.index), features.text("name"), strict=True):
        found.setdefault(name, key)
    return found
