"""What every edge costs in each direction: minutes, handling, money, carbon dioxide."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from geo_toolkit.access.parameters import CARGOES, SEASONS, VEHICLES
from geo_toolkit.errors import UnknownName

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from numpy.typing import NDArray

    from geo_toolkit.access.legs import Legs
    from geo_toolkit.access.network import Network
    from geo_toolkit.access.parameters import Logistics

__all__ = ["OBJECTIVES", "Arcs", "Case", "arcs_of"]

OBJECTIVES = ("time", "cost", "generalised", "co2")
_MIN_PER_DAY = 1440.0


@dataclass(frozen=True)
class Case:
    """What is moved, by what, and when.

    Examples
    --------
    >>> Case(cargo="bulk").vehicle
    'heavy'
    """

    vehicle: str = "heavy"
    cargo: str = "express"
    season: str = "low_water"

    def __post_init__(self) -> None:
        """Check the names; UnknownName with the nearest."""
        for kind, name, known in (
            ("vehicle", self.vehicle, VEHICLES),
            ("cargo", self.cargo, CARGOES),
            ("season", self.season, SEASONS),
        ):
            if name not in known:
                raise UnknownName(kind, name, known)


@dataclass(frozen=True)
class Arcs:
    """Directed arcs with what they cost, one array a quantity.

    Attributes
    ----------
    edge
        The network's edge, -1 for a leg from or to a site.
    km, minutes, minutes_low, minutes_high
        Length; travel time, handling apart, with the range that accuracy and detour allow.
    handling_min, yuan_per_t, co2_kg_per_t
        Terminal handling; money and carbon dioxide for one tonne.
    """

    n: int
    tail: NDArray[np.int64]
    head: NDArray[np.int64]
    edge: NDArray[np.int64]
    km: NDArray[np.float64]
    minutes: NDArray[np.float64]
    minutes_low: NDArray[np.float64]
    minutes_high: NDArray[np.float64]
    handling_min: NDArray[np.float64]
    yuan_per_t: NDArray[np.float64]
    co2_kg_per_t: NDArray[np.float64]

    def weight(self, objective: str, yuan_per_t_h: float) -> NDArray[np.float64]:
        """Return what is minimised: minutes with handling, yuan, both at a value of time, or CO₂.

        Raises
        ------
        UnknownName
            If there is no such objective.
        """
        hours = (self.minutes + self.handling_min) / 60
        known = {
            "time": hours * 60,
            "cost": self.yuan_per_t,
            "generalised": self.yuan_per_t + yuan_per_t_h * hours,
            "co2": self.co2_kg_per_t,
        }
        if objective not in known:
            raise UnknownName("objective", objective, known)
        return known[objective]

    def keep(self, is_kept: NDArray[np.bool_]) -> Arcs:
        """Return some of the arcs, between the same nodes."""
        return replace(self, **{c: getattr(self, c)[is_kept] for c in _COLUMNS})

    def with_legs(
        self, legs: Legs, logistics: Logistics, case: Case, *, is_out: bool
    ) -> tuple[Arcs, NDArray[np.int64]]:
        """Return the arcs with a new node for every point of some legs, and those nodes' numbers.

        Parameters
        ----------
        is_out
            Whether the points are origins: their legs then lead out only, else in only, so that
            nobody's way leads through another's site.
        """
        count = len(legs.nearest_km)
        new = np.arange(self.n, self.n + count, dtype=np.int64)
        here, there = new[legs.point], legs.node
        rate = _ordinary(logistics, case)
        made = {
            "tail": here if is_out else there,
            "head": there if is_out else here,
            "edge": np.full(len(there), -1, dtype=np.int64),
            "km": legs.km,
            "minutes": legs.km * rate[0],
            "minutes_low": legs.km_low * rate[0],
            "minutes_high": legs.km_high * rate[0],
            "handling_min": np.zeros(len(there)),
            "yuan_per_t": legs.km * rate[1],
            "co2_kg_per_t": legs.km * rate[2],
        }
        joined = {c: np.concatenate([getattr(self, c), made[c]]) for c in _COLUMNS}
        return Arcs(self.n + count, **joined), new


_COLUMNS = (
    "tail", "head", "edge", "km", "minutes", "minutes_low", "minutes_high",
    "handling_min", "yuan_per_t", "co2_kg_per_t",
)  # fmt: skip


def arcs_of(
    network: Network,
    logistics: Logistics,
    case: Case,
    *,
    modes: Collection[str] | None = None,
    haul: str | None = None,
) -> Arcs:
    """Return both directions of every edge that a cargo may use, one of a one-way road.

    Parameters
    ----------
    modes
        Modes allowed, all without it; access legs are always allowed, transfers lead nowhere
        without their mode.
    haul
        The only mode of long-distance links to gateways, any without it.

    Source
    ------
    Own definition; rates from ``logistics.toml``.
    """
    edges = network.edges
    mode = edges["mode"].to_numpy(dtype=object)
    kept = np.ones(len(edges), dtype=bool)
    if modes is not None:
        kept &= np.isin(mode, [*modes, "access", "transfer"])
    if haul is not None:
        kept &= ~edges["is_haul"].to_numpy() | (mode == haul)
    rates = _Rates(logistics, case)
    forth = [rates.of(row, is_forth=True) for row in edges.to_dict("records")]
    back = [rates.of(row, is_forth=False) for row in edges.to_dict("records")]
    table = np.array(forth + back, dtype=np.float64).reshape(-1, 6)
    both = np.concatenate([kept, kept & ~edges["is_oneway"].to_numpy()]) & ~np.isnan(table[:, 0])
    a, b = edges["a"].to_numpy(), edges["b"].to_numpy()
    number = np.arange(len(edges), dtype=np.int64)
    every = Arcs(
        len(network.nodes),
        np.concatenate([a, b]),
        np.concatenate([b, a]),
        np.concatenate([number, number]),
        np.tile(edges["km"].to_numpy(), 2),
        *(table[:, column].copy() for column in range(6)),
    )
    return every.keep(both)


def _ordinary(logistics: Logistics, case: Case) -> tuple[float, float, float]:
    """Return minutes, yuan and kg CO₂ for one tonne and kilometre of ordinary road."""
    access = logistics.access
    speed = access.speed_kmh[case.vehicle].value * logistics.network.hilly.value
    return 60 / speed, access.yuan_per_tkm.value, access.co2_g_per_tkm.value / 1000


@dataclass(frozen=True)
class _Rates:
    """Turns an edge's row into minutes, low, high, handling, yuan and CO₂; NaN where barred."""

    logistics: Logistics
    case: Case

    def of(self, row: Mapping[Any, Any], *, is_forth: bool) -> tuple[float, ...]:
        mode, cls = str(row["mode"]), str(row["cls"])
        km, low, high = (float(row[c]) for c in ("km", "km_low", "km_high"))
        if mode == "transfer":
            return self._transfer(cls, is_boarding=is_forth)
        if mode == "road" and cls != "ramp":
            per_km = self._road(cls)
        elif mode in ("access", "road"):
            per_km = _ordinary(self.logistics, self.case)
        elif mode == "rail":
            per_km = self._rail(cls, float(row["speed_kmh"]))
        elif mode == "water":
            per_km = self._water(is_down=is_forth)
        else:
            per_km = self._air()
        minutes, yuan, co2 = per_km
        delay = float(row["locks"]) * self.logistics.water.lock_delay_min.value
        return (
            km * minutes + delay, low * minutes + delay, high * minutes + delay, 0.0,
            km * yuan, km * co2,
        )  # fmt: skip

    def _road(self, cls: str) -> tuple[float, float, float]:
        road = self.logistics.road[cls]
        hilly = 1.0 if cls == "expressway" else self.logistics.network.hilly.value
        speed = road.speed_kmh[self.case.vehicle].value * hilly
        return 60 / speed, road.yuan_per_tkm.value, road.co2_g_per_tkm.value / 1000

    def _rail(self, cls: str, line_kmh: float) -> tuple[float, float, float]:
        rail, cargo = self.logistics.rail[cls], self.case.cargo
        if cargo not in rail.cargo:
            return (np.nan,) * 3
        speed = rail.speed_kmh[cargo].value
        if rail.line_speed_share is not None and line_kmh > 0:
            speed = line_kmh * rail.line_speed_share.value
        return 60 / speed, rail.yuan_per_tkm.value, rail.co2_g_per_tkm.value / 1000

    def _water(self, *, is_down: bool) -> tuple[float, float, float]:
        water = self.logistics.water
        if self.case.cargo not in water.cargo:
            return (np.nan,) * 3
        km_per_day = water.km_per_day_down if is_down else water.km_per_day_up
        rate = water.season[self.case.season].yuan_per_tkm.value
        return _MIN_PER_DAY / km_per_day.value, rate, water.co2_g_per_tkm.value / 1000

    def _air(self) -> tuple[float, float, float]:
        air = self.logistics.air
        if self.case.cargo not in air.cargo:
            return (np.nan,) * 3
        return 60 / air.speed_kmh.value, air.yuan_per_tkm.value, air.co2_g_per_tkm.value / 1000

    def _transfer(self, cls: str, *, is_boarding: bool) -> tuple[float, ...]:
        """Return one handling; a train's fixed price is paid where it is boarded."""
        kind, _, rail = cls.partition("/")
        transfer, cargo = self.logistics.transfer[kind], self.case.cargo
        fixed = self.logistics.rail[rail].yuan_per_t.value if rail and is_boarding else 0.0
        return (
            0.0, 0.0, 0.0, transfer.handling_min[cargo].value,
            transfer.yuan_per_t[cargo].value + fixed, 0.0,
        )  # fmt: skip
