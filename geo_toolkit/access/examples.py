"""Parameters in round numbers, for the worked examples of this package and their tests."""

from __future__ import annotations

from typing import Any

from geo_toolkit.access.parameters import (
    CARGOES,
    ROAD_CLASSES,
    SCORE_ROLES,
    SEASONS,
    VEHICLES,
    Logistics,
    logistics_from,
)

__all__ = ["example_content", "example_logistics"]

_LEVEL = {
    "expressway": "skeleton",
    "national": "county",
    "provincial": "county",
    "county": "county",
}
_SPEED = {
    "expressway": 60, "national": 60, "provincial": 60, "county": 30, "township": 30, "village": 20,
}  # fmt: skip


def example_content() -> dict[str, Any]:  # TOML values
    """Return parameters in round numbers, as a parsed ``logistics.toml``.

    Ordinary roads 30 km/h with detour 1.4 (1.2-1.7), expressways 60 km/h, 1 yuan and 0.5 yuan a
    t-km; trains 60 km/h and 0.2 yuan, 10 yuan to board; ships 240 km a day down, 120 up, 0.1 yuan,
    60 min a lock; handling 60 min and 5 yuan everywhere.
    """
    speeds = {name: _v(30, "km/h") for name in VEHICLES}
    every_min = {cargo: _v(60, "min") for cargo in CARGOES}
    every_yuan = {cargo: _v(5, "yuan/t") for cargo in CARGOES}
    return {
        "network": _network(),
        "access": {
            "speed_kmh": speeds,
            "yuan_per_tkm": _v(1, "yuan/t-km"),
            "co2_g_per_tkm": _v(100, "g/t-km"),
        },
        "road": {name: _road(name) for name in ROAD_CLASSES},
        "rail": {
            "ordinary": _rail(list(CARGOES), 60, 0.2, 10),
            "high_speed": {**_rail(["express"], 120, 1, 20), "line_speed_share": _v(0.5, "1")},
        },
        "water": {
            "cargo": ["bulk", "container"],
            "km_per_day_down": _v(240, "km/day"),
            "km_per_day_up": _v(120, "km/day"),
            "lock_delay_min": _v(60, "min"),
            "locks_per_100km": _v(2, "1"),
            "co2_g_per_tkm": _v(10, "g/t-km"),
            "season": {
                name: {"vessel_t": _v(500, "t"), "yuan_per_tkm": _v(0.1, "yuan/t-km")}
                for name in SEASONS
            },
        },
        "air": {
            "cargo": ["express"],
            "speed_kmh": _v(600, "km/h"),
            "yuan_per_tkm": _v(2, "yuan/t-km"),
            "co2_g_per_tkm": _v(500, "g/t-km"),
        },
        "transfer": {
            kind: {"handling_min": dict(every_min), "yuan_per_t": dict(every_yuan)}
            for kind in ("station", "terminal", "port", "airport", "bonded_centre", "gateway")
        },
        "value_of_time": {cargo: _v(1, "yuan/t-h") for cargo in CARGOES},
        "score": {
            role: {"weight": 0.15, "best_min": _v(0, "min"), "worst_min": _v(100, "min")}
            for role in SCORE_ROLES
        },
        "potential": {
            "weight": 0.1,
            "beta": _v(1, "1"),
            "inner_min": _v(10, "min"),
            "mass_columns": ["population"],
        },
    }


def example_logistics() -> Logistics:
    """Return ``example_content`` as checked parameters."""
    return logistics_from(example_content())


def _network() -> dict[str, Any]:  # TOML values
    metres = {
        "road_snap_m": 300, "street_snap_m": 5, "interchange_snap_m": 500, "station_snap_m": 300,
        "station_tie_m": 20, "port_snap_m": 500, "lock_snap_m": 500, "isochrone_width_m": 500,
        "isochrone_street_m": 500,
        "corridor_m": 100,
    }  # fmt: skip
    return {
        **{name: _v(value, "m") for name, value in metres.items()},
        "max_access_km": _v(40, "km"),
        "gateway_snap_km": _v(10, "km"),
        "access_links": _v(64, "1"),
        "detour": _v(1.4, "1", 1.2, 1.7),
        "hilly": _v(1, "1"),
    }


def _road(name: str) -> dict[str, Any]:  # TOML values
    return {
        "level": _LEVEL.get(name, "full"),
        "speed_kmh": {vehicle: _v(_SPEED[name], "km/h") for vehicle in VEHICLES},
        "yuan_per_tkm": _v(0.5, "yuan/t-km"),
        "co2_g_per_tkm": _v(50, "g/t-km"),
    }


def _rail(cargo: list[str], speed: float, rate: float, fixed: float) -> dict[str, Any]:
    return {
        "cargo": cargo,
        "speed_kmh": {name: _v(speed, "km/h") for name in cargo},
        "yuan_per_tkm": _v(rate, "yuan/t-km"),
        "yuan_per_t": _v(fixed, "yuan/t"),
        "co2_g_per_tkm": _v(20, "g/t-km"),
    }


def _v(
    value: float, unit: str, low: float | None = None, high: float | None = None
) -> dict[str, Any]:  # TOML values
    return {
        "value": float(value),
        "low": float(value if low is None else low),
        "high": float(value if high is None else high),
        "unit": unit,
        "source": "example",
        "confidence": "assumed",
    }
