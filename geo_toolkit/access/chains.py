"""The best chain between two nodes, leg by leg, its second-best, and where modes break even."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from geo_toolkit.access.graph import Graph
from geo_toolkit.geodesy import to_geographic

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from geo_toolkit.access.arcs import Arcs
    from geo_toolkit.access.network import Network

__all__ = ["Chain", "Leg", "break_even_km", "chain_of", "least_chain", "main_mode"]

_MONEY, _MASS, _TIME, _KM = 2, 3, 1, 2


@dataclass(frozen=True)
class Leg:
    """A stretch of a chain on one mode and name, or one handling.

    Attributes
    ----------
    mode, cls, name
        As on the network's edges; a site's own leg is ``access``.
    start, end
        Names of its ends, "" where a node has none.
    is_assumed
        Whether any of it is an assumed ordinary road or an approximate distance.
    accuracy_m
        The worst positional accuracy of the features used.
    features
        Keys of the features used, in order.
    geometry
        Its line in metres.
    """

    mode: str
    cls: str
    name: str
    start: str
    end: str
    km: float
    minutes: float
    minutes_low: float
    minutes_high: float
    handling_min: float
    yuan_per_t: float
    co2_kg_per_t: float
    is_assumed: bool
    accuracy_m: float
    features: tuple[str, ...]
    geometry: shapely.LineString

    def as_row(self) -> dict[str, Any]:  # JSON values
        """Return the leg for the document; numbers rounded, geometry left out."""
        return {
            "mode": self.mode,
            "class": self.cls,
            "name": self.name,
            "from": self.start,
            "to": self.end,
            "km": round(self.km, _KM),
            "minutes": round(self.minutes, _TIME),
            "minutes_low": round(self.minutes_low, _TIME),
            "minutes_high": round(self.minutes_high, _TIME),
            "handling_min": round(self.handling_min, _TIME),
            "yuan_per_t": round(self.yuan_per_t, _MONEY),
            "co2_kg_per_t": round(self.co2_kg_per_t, _MASS),
            "assumed": self.is_assumed,
            "accuracy_m": round(self.accuracy_m),
            "features": list(self.features),
        }


@dataclass(frozen=True)
class Chain:
    """A way from door to door, of legs; sums are over the legs.

    ``minutes`` is travel alone; ``total_minutes`` adds handling.
    """

    legs: tuple[Leg, ...]

    def total(self, quantity: str) -> float:
        """Return the sum of one of the legs' quantities."""
        return float(sum(getattr(leg, quantity) for leg in self.legs))

    @property
    def total_minutes(self) -> float:
        """Travel and handling together, in minutes."""
        return self.total("minutes") + self.total("handling_min")

    @property
    def modes(self) -> tuple[str, ...]:
        """The modes in order, handling and repeats left out."""
        seen = [leg.mode for leg in self.legs if leg.mode != "transfer"]
        return tuple(m for i, m in enumerate(seen) if i == 0 or seen[i - 1] != m)

    @property
    def geometry(self) -> shapely.MultiLineString:
        """The lines of all legs, in metres."""
        return shapely.MultiLineString([leg.geometry for leg in self.legs if leg.km > 0])

    def as_row(self, crs: Any = None) -> dict[str, Any]:  # noqa: ANN401 (a CRS, or None)
        """Return the chain for the document; with a CRS, its geometry in degrees too."""
        row: dict[str, Any] = {
            "km": round(self.total("km"), _KM),
            "minutes": round(self.total("minutes"), _TIME),
            "minutes_low": round(self.total("minutes_low"), _TIME),
            "minutes_high": round(self.total("minutes_high"), _TIME),
            "handling_min": round(self.total("handling_min"), _TIME),
            "total_minutes": round(self.total_minutes, _TIME),
            "yuan_per_t": round(self.total("yuan_per_t"), _MONEY),
            "co2_kg_per_t": round(self.total("co2_kg_per_t"), _MASS),
            "modes": list(self.modes),
            "main_mode": main_mode(self),
            "legs": [leg.as_row() for leg in self.legs],
        }
        if crs is not None:
            lines = to_geographic(np.array([self.geometry], dtype=object), crs)[0]
            row["geometry"] = {
                "type": "MultiLineString",
                "coordinates": [
                    [[round(x, 6), round(y, 6)] for x, y in part.coords] for part in lines.geoms
                ],
            }
        return row


def least_chain(
    network: Network,
    arcs: Arcs,
    weight: NDArray[np.float64],
    source: int,
    target: int,
    sites: dict[int, tuple[str, tuple[float, float], float]],
) -> Chain | None:
    """Return the chain of least weight from one node to another, None where there is no way.

    Parameters
    ----------
    weight
        What is minimised, one value an arc; see ``Arcs.weight``.
    sites
        Name, position in metres and accuracy in metres of the nodes that are no part of the
        network.

    Source
    ------
    Dijkstra (1959), doi:10.1007/BF01386390.
    """
    path = Graph.of(arcs.n, arcs.tail, arcs.head, weight).path(source, target)
    return None if path is None else chain_of(network, arcs, path, sites)


def chain_of(
    network: Network,
    arcs: Arcs,
    path: NDArray[np.int64],
    sites: dict[int, tuple[str, tuple[float, float], float]],
) -> Chain:
    """Return some arcs in order as legs: neighbouring arcs of one mode, class and name are one."""
    groups: list[tuple[tuple[str, str, str], list[int]]] = []
    for arc in path.tolist():
        label = _label(network, int(arcs.edge[arc]))
        if groups and label[0] not in ("transfer", "access"):
            last, members = groups[-1]
            if last[0] == label[0] and (last == label or not label[2] or not last[2]):
                members.append(arc)  # a link over a gap has no name: it goes with its neighbour
                groups[-1] = (last if last[2] else label, members)
                continue
        groups.append((label, [arc]))
    return Chain(tuple(_leg(network, arcs, label, group, sites) for label, group in groups))


def main_mode(chain: Chain) -> str:
    """Return the mode that most of a chain's kilometres are on; access legs count as road.

    Examples
    --------
    >>> main_mode(Chain(()))
    'road'
    """
    km: dict[str, float] = {"road": 0.0}
    for leg in chain.legs:
        mode = "road" if leg.mode in ("access", "transfer") else leg.mode
        km[mode] = km.get(mode, 0.0) + leg.km
    return max(sorted(km), key=lambda mode: km[mode])


def break_even_km(
    road_yuan_per_tkm: float, other_yuan_per_tkm: float, fixed_yuan_per_t: float
) -> float:
    """Return the distance from which another mode is cheaper than road, in kilometres.

    Infinite where its rate is not below that of road.

    Parameters
    ----------
    fixed_yuan_per_t
        Handling and fixed price that the other mode has and road has not.

    Source
    ------
    Own definition: the distance at which fixed price over difference of rates is used up.

    Examples
    --------
    >>> break_even_km(0.40, 0.15, 40)
    160.0
    """
    gain = road_yuan_per_tkm - other_yuan_per_tkm
    return fixed_yuan_per_t / gain if gain > 0 else float("inf")


def _label(network: Network, edge: int) -> tuple[str, str, str]:
    if edge < 0:
        return ("access", "site", "")
    row = network.edges
    mode, cls = str(row["mode"].iat[edge]), str(row["cls"].iat[edge])
    name = str(row["name"].iat[edge])
    return (mode, "" if cls == "join" else cls, name)


def _leg(
    network: Network,
    arcs: Arcs,
    label: tuple[str, str, str],
    group: list[int],
    sites: dict[int, tuple[str, tuple[float, float], float]],
) -> Leg:
    mode, cls, name = label
    edges = [int(arcs.edge[arc]) for arc in group if arcs.edge[arc] >= 0]
    table = network.edges.iloc[edges]
    features = [key for key in table["feature"].tolist() if key]
    ends = [int(arcs.tail[group[0]]), int(arcs.head[group[-1]])]
    own = [sites[node][2] for node in ends if node in sites]
    accuracy = network.nodes["accuracy_m"].to_numpy()
    own += [float(accuracy[n]) for n in ends if n < len(accuracy)]
    columns = ("km", "minutes", "minutes_low", "minutes_high", "handling_min", "yuan_per_t",
               "co2_kg_per_t")  # fmt: skip
    sums = {c: float(getattr(arcs, c)[group].sum()) for c in columns}
    return Leg(
        mode=mode,
        cls=cls,
        name=name,
        start=_name(network, ends[0], sites),
        end=_name(network, ends[1], sites),
        is_assumed=len(edges) < len(group) or bool(table["is_assumed"].any()),
        accuracy_m=max([*table["accuracy_m"].tolist(), *own], default=0.0),
        features=tuple(dict.fromkeys(features)),
        geometry=_line(network, arcs, group, sites),
        **sums,
    )


def _name(
    network: Network, node: int, sites: dict[int, tuple[str, tuple[float, float], float]]
) -> str:
    return sites[node][0] if node in sites else str(network.nodes["name"].iat[node])


def _line(
    network: Network,
    arcs: Arcs,
    group: list[int],
    sites: dict[int, tuple[str, tuple[float, float], float]],
) -> shapely.LineString:
    """Return the arcs' lines end to end, each in the direction it is travelled."""
    xy, start = network.xy, network.edges["a"].to_numpy()

    def at(node: int) -> tuple[float, float]:
        return sites[node][1] if node in sites else (float(xy[node, 0]), float(xy[node, 1]))

    coords: list[tuple[float, float]] = [at(int(arcs.tail[group[0]]))]
    for arc in group:
        edge = int(arcs.edge[arc])
        if edge >= 0:
            part = list(network.geometry[edge].coords)
            is_back = start[edge] != arcs.tail[arc]
            coords += part[::-1] if is_back else part
        coords.append(at(int(arcs.head[arc])))
    return shapely.LineString(coords)
