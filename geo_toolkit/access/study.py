"""A network with its parameters, ready for questions: times, chains, and the nodes they use."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from geo_toolkit.access.arcs import Arcs, Case, arcs_of
from geo_toolkit.access.chains import Chain, chain_of, least_chain, main_mode
from geo_toolkit.access.graph import Graph
from geo_toolkit.access.legs import Legs, access_legs
from geo_toolkit.access.points import check_reach

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date

    from numpy.typing import NDArray

    from geo_toolkit.access.network import Network
    from geo_toolkit.access.parameters import Logistics, Scenario
    from geo_toolkit.access.points import Points

__all__ = ["SCHEMA", "Origin", "Study", "Times"]

SCHEMA = "geo-toolkit/access/1"


@dataclass(frozen=True)
class Origin:
    """One site put on a network: its tree of least ways, and how to read it.

    ``arcs`` has the site as one more node, ``source``; ``away`` and ``before`` are the tree.
    """

    arcs: Arcs
    graph: Graph
    source: int
    site: dict[int, tuple[str, tuple[float, float], float]]
    away: NDArray[np.float64]
    before: NDArray[np.int64]

    def chain(self, network: Network, target: int) -> Chain | None:
        """Return the least chain to a node, None where there is none."""
        if not np.isfinite(self.away[target]):
            return None
        path = self.graph.back(self.before, self.source, target)
        return chain_of(network, self.arcs, path, self.site)


@dataclass(frozen=True)
class Times:
    """A matrix of minutes, infinite where there is no way, with ids and names of both sides.

    ``minutes_low`` and ``minutes_high`` are the range of the same ways that accuracy and detour
    allow; handling is part of all three.
    """

    origins: Points
    destinations: Points
    minutes: NDArray[np.float64]
    minutes_low: NDArray[np.float64]
    minutes_high: NDArray[np.float64]


@dataclass(frozen=True)
class Study:
    """A network in one scenario on one day, and the parameters it is judged by."""

    network: Network
    logistics: Logistics
    case: Case
    scenario: Scenario
    day: date

    @cached_property
    def door(self) -> Arcs:
        """Ways by road alone, ordinary roads included, without links to gateways."""
        found = arcs_of(self.network, self.logistics, self.case, modes=("road",), haul="none")
        return found.keep(found.handling_min == 0)

    @cached_property
    def roads(self) -> Arcs:
        """Ways by road alone, links to gateways included."""
        found = arcs_of(self.network, self.logistics, self.case, modes=("road",))
        return found.keep(found.handling_min == 0)

    @cached_property
    def every(self) -> Arcs:
        """Ways by all modes that take the cargo."""
        return arcs_of(self.network, self.logistics, self.case)

    def arcs(self, modes: Collection[str] | None, haul: str | None) -> Arcs:
        """Return the ways by some modes; see ``arcs_of``."""
        return arcs_of(self.network, self.logistics, self.case, modes=modes, haul=haul)

    def legs(self, points: Points) -> Legs:
        """Return the legs from points to junctions, terminals, county seats and gateways.

        Raises
        ------
        OptionError
            If a point is farther than ``max_access_km`` from all of them.
        """
        kind = self.network.nodes["kind"].to_numpy()
        nodes = np.flatnonzero(np.isin(kind, ["junction", "place", "gateway"])).astype(np.int64)
        accuracy = self.network.nodes["accuracy_m"].to_numpy()
        rules = self.logistics.network
        legs = access_legs(
            points.xy, points.accuracy_m, nodes, self.network.xy[nodes], accuracy[nodes], rules
        )
        check_reach(points, legs, rules.max_access_km.value)
        return legs

    def origin(self, points: Points, row: int, arcs: Arcs, objective: str = "time") -> Origin:
        """Return one point put on the network, with its tree of least ways."""
        one = _one(points, row)
        site: dict[int, tuple[str, tuple[float, float], float]] = {}
        if one.node[0] >= 0:
            source = int(one.node[0])
        else:
            arcs, new = arcs.with_legs(self.legs(one), self.logistics, self.case, is_out=True)
            source = int(new[0])
            xy = (float(one.xy[0, 0]), float(one.xy[0, 1]))
            site[source] = (one.names[0] or one.ids[0], xy, float(one.accuracy_m[0]))
        graph = Graph.of(arcs.n, arcs.tail, arcs.head, self.weight(arcs, objective))
        away, before = graph.tree(source)
        return Origin(arcs, graph, source, site, away, before)

    def weight(self, arcs: Arcs, objective: str) -> NDArray[np.float64]:
        """Return what an objective minimises, one value an arc."""
        vot = self.logistics.value_of_time[self.case.cargo].value
        return arcs.weight(objective, vot)

    def times(self, origins: Points, destinations: Points, arcs: Arcs | None = None) -> Times:
        """Return the least minutes, handling included, from every origin to every destination.

        By road unless other arcs are given. A site on either side is reached by its own legs; two
        sites within ``max_access_km`` of each other by a direct leg too. Infinite where there is
        no way.
        """
        arcs = self.roads if arcs is None else arcs
        arcs, source = self._attach(arcs, origins, is_out=True)
        arcs, target = self._attach(arcs, destinations, is_out=False)
        graph = Graph.of(arcs.n, arcs.tail, arcs.head, self.weight(arcs, "time"))
        values = np.array([arcs.minutes, arcs.minutes_low, arcs.minutes_high]) + arcs.handling_min
        found = np.empty((3, len(origins), len(destinations)))
        for row, node in enumerate(source.tolist()):
            away, before = graph.tree(node)
            found[:, row] = graph.sums(before, node, target, values).T
            found[0, row] = away[target]
        direct = self._direct(origins, destinations)
        best = np.where(direct[0] < found[0], direct, found)
        return Times(origins, destinations, *best)

    def chains(
        self,
        points: Points,
        row: int,
        target: int,
        *,
        objective: str = "time",
        modes: Collection[str] | None = None,
        haul: str | None = None,
    ) -> tuple[Chain | None, Chain | None]:
        """Return the best chain from a point to a node, and the best that is not by its main mode.

        Parameters
        ----------
        objective
            One of ``OBJECTIVES``.
        modes, haul
            What may be used; see ``arcs_of``.
        """
        best = self.origin(points, row, self.arcs(modes, haul), objective).chain(
            self.network, target
        )
        if best is None:
            return None, None
        others = [m for m in (modes or ("road", "rail", "water", "air")) if m != main_mode(best)]
        second = self.origin(points, row, self.arcs(others, haul), objective).chain(
            self.network, target
        )
        return best, second

    def chain_between(
        self, source: int, target: int, *, objective: str = "time", haul: str | None = None
    ) -> Chain | None:
        """Return the best chain between two nodes of the network."""
        arcs = self.arcs(None, haul)
        return least_chain(self.network, arcs, self.weight(arcs, objective), source, target, {})

    def head(self) -> dict[str, Any]:  # JSON values
        """Return what every answer carries: parameters, network, level, day and scenario."""
        return {
            "schema": SCHEMA,
            "as_of": self.day.isoformat(),
            "scenario": self.scenario.id,
            "links": self.link_rows(),
            "network_level": self.network.level,
            "case": {
                "vehicle": self.case.vehicle,
                "cargo": self.case.cargo,
                "season": self.case.season,
            },
            "parameters": self.logistics.as_rows(),
            "network": self.network.summary(),
        }

    def link_rows(self) -> list[dict[str, Any]]:  # JSON rows
        """Return the links that the scenario brings beyond the layers, with source and confidence.

        Every answer in that scenario rests on them.
        """
        named = dict(zip(self.network.nodes["feature"], self.network.nodes["name"], strict=True))
        return [
            {
                "mode": link.mode,
                "from": link.start,
                "from_name": str(named.get(link.start, link.start)),
                "to": link.gateway,
                "to_name": str(named.get(link.gateway, link.gateway)),
                "km": link.km.value,
                "km_low": link.km.low,
                "km_high": link.km.high,
                "confidence": link.km.confidence,
                "source": link.km.source,
            }
            for link in self.scenario.link
        ]

    def _attach(
        self, arcs: Arcs, points: Points, *, is_out: bool
    ) -> tuple[Arcs, NDArray[np.int64]]:
        node = points.node.copy()
        own = np.flatnonzero(node < 0)
        if len(own):
            legs = self.legs(_some(points, own))
            arcs, new = arcs.with_legs(legs, self.logistics, self.case, is_out=is_out)
            node[own] = new
        return arcs, node

    def _direct(self, origins: Points, destinations: Points) -> NDArray[np.float64]:
        """Return minutes, low and high straight from site to site; infinite where too far."""
        rules = self.logistics.network
        away = np.linalg.norm(origins.xy[:, None, :] - destinations.xy[None, :, :], axis=2)
        doubt = origins.accuracy_m[:, None] + destinations.accuracy_m[None, :]
        speed = self.logistics.access.speed_kmh[self.case.vehicle].value * rules.hilly.value
        detour = (rules.detour.value, rules.detour.low, rules.detour.high)
        reach = (away, np.maximum(away - doubt, 0), away + doubt)
        sites = (origins.node < 0)[:, None] & (destinations.node < 0)[None, :]
        near = sites & (away <= rules.max_access_km.value * 1000)
        minutes = [m / 1000 * factor / speed * 60 for m, factor in zip(reach, detour, strict=True)]
        return np.where(near, np.array(minutes), np.inf)


def _one(points: Points, row: int) -> Points:
    return _some(points, np.array([row]))


def _some(points: Points, rows: NDArray[Any]) -> Points:
    return type(points)(
        tuple(points.ids[i] for i in rows),
        tuple(points.names[i] for i in rows),
        points.xy[rows],
        points.accuracy_m[rows],
        points.node[rows],
    )
