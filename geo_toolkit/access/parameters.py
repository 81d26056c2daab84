"""Logistics parameters and scenarios: ``rules/logistics.toml`` as a value."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from geo_toolkit.access.values import (
    Co2PerTkm,
    Count,
    Factor,
    Kilometres,
    KilometresPerDay,
    Metres,
    Minutes,
    Number,
    Speed,
    Tonnes,
    Value,
    YuanPerT,
    YuanPerTh,
    YuanPerTkm,
)
from geo_toolkit.errors import DefinitionError, UnknownName
from geo_toolkit.rules.faults import fault_of_value

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = [
    "BUILT_IN_SCENARIOS",
    "CARGOES",
    "FILE",
    "ROAD_CLASSES",
    "SCORE_ROLES",
    "SEASONS",
    "VEHICLES",
    "Logistics",
    "Scenario",
    "ScenarioLink",
    "logistics_from",
]

FILE = "logistics.toml"
ROAD_CLASSES = ("expressway", "national", "provincial", "county", "township", "village")
VEHICLES = ("heavy", "light", "car")
CARGOES = ("bulk", "container", "express")
SEASONS = ("low_water", "high_water")
TRANSFERS = ("station", "terminal", "port", "airport", "bonded_centre", "gateway")
SCORE_ROLES = ("interchange", "terminal", "station", "port", "airport", "bonded_centre")
BUILT_IN_SCENARIOS: dict[str, tuple[str, str]] = {
    "existing": ("现状", "existing"),
    "under_construction": ("现状加在建", "existing and under construction"),
    "planned": ("现状、在建加规划", "existing, under construction and planned"),
}
"""Scenarios that every workspace has, by the status of features, with their titles."""


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class NetworkRules(_Frozen):
    """How layers become one network: distances for joining, and the ordinary road."""

    max_access_km: Kilometres
    access_links: Count
    road_snap_m: Metres
    street_snap_m: Metres
    interchange_snap_m: Metres
    station_snap_m: Metres
    station_tie_m: Metres
    port_snap_m: Metres
    lock_snap_m: Metres
    gateway_snap_km: Kilometres
    detour: Factor
    hilly: Factor
    isochrone_width_m: Metres
    isochrone_street_m: Metres
    corridor_m: Metres
    passenger_only: tuple[str, ...] = ()


class Access(_Frozen):
    """Ordinary roads that no layer shows: the legs from a site to the network."""

    speed_kmh: dict[str, Speed]
    yuan_per_tkm: YuanPerTkm
    co2_g_per_tkm: Co2PerTkm


class RoadClass(_Frozen):
    """One class of road; ``aliases`` are what layers of other origin call it."""

    level: Literal["skeleton", "county", "full"]
    aliases: tuple[str, ...] = ()
    speed_kmh: dict[str, Speed]
    yuan_per_tkm: YuanPerTkm
    co2_g_per_tkm: Co2PerTkm


class RailClass(_Frozen):
    """One class of railway: which cargo it takes, how fast, at which price.

    ``line_speed_share`` is the commercial speed as a share of a line's own ``speed_kmh``, where
    the layer gives one; ``speed_kmh`` is used where it does not, or where no share is given.
    """

    cargo: tuple[str, ...] = Field(min_length=1)
    speed_kmh: dict[str, Speed]
    line_speed_share: Factor | None = None
    yuan_per_tkm: YuanPerTkm
    yuan_per_t: YuanPerT
    co2_g_per_tkm: Co2PerTkm


class Season(_Frozen):
    """What a season's water depth allows."""

    vessel_t: Tonnes
    yuan_per_tkm: YuanPerTkm


class Water(_Frozen):
    """Inland navigation."""

    cargo: tuple[str, ...] = Field(min_length=1)
    km_per_day_down: KilometresPerDay
    km_per_day_up: KilometresPerDay
    lock_delay_min: Minutes
    locks_per_100km: Count
    co2_g_per_tkm: Co2PerTkm
    season: dict[str, Season]


class Air(_Frozen):
    """Air links between airports and gateways, where the layers give them."""

    cargo: tuple[str, ...] = Field(min_length=1)
    speed_kmh: Speed
    yuan_per_tkm: YuanPerTkm
    co2_g_per_tkm: Co2PerTkm


class Transfer(_Frozen):
    """Time and price of handling at one kind of terminal, by cargo."""

    handling_min: dict[str, Minutes]
    yuan_per_t: dict[str, YuanPerT]


class ScorePart(_Frozen):
    """How one part of the score counts: full marks to ``best_min``, none from ``worst_min``."""

    weight: Number
    best_min: Minutes
    worst_min: Minutes

    @model_validator(mode="after")
    def _check(self) -> ScorePart:
        if self.best_min.value >= self.worst_min.value:
            raise ValueError("expected best_min below worst_min")
        return self


class Potential(_Frozen):
    """Hansen potential to counties, and its share in the score."""

    weight: Number
    beta: Factor
    inner_min: Minutes
    mass_columns: tuple[str, ...] = Field(min_length=1)


class ScenarioLink(_Frozen):
    """What a project brings beyond the layers: a link from a station or an airport to a gateway.

    ``station`` or ``airport``, and ``gateway``, are feature keys, ``km`` the length by rail or
    through the air; a railway link says its ``rail_class`` and the line's own ``speed_kmh``.
    """

    gateway: str
    station: str = ""
    airport: str = ""
    rail_class: str = ""
    speed_kmh: Speed | None = None
    km: Kilometres

    @property
    def mode(self) -> str:
        """``rail`` or ``air``."""
        return "air" if self.airport else "rail"

    @property
    def start(self) -> str:
        """The key of the station or airport it starts at."""
        return self.airport or self.station

    @model_validator(mode="after")
    def _check(self) -> ScenarioLink:
        if bool(self.station) == bool(self.airport):
            raise ValueError("expected a station or an airport that the link starts at")
        if self.station and (not self.rail_class or self.speed_kmh is None):
            raise ValueError("expected rail_class and speed_kmh with a station")
        if self.airport and (self.rail_class or self.speed_kmh is not None):
            raise ValueError("expected no rail_class and no speed_kmh with an airport")
        return self


class Scenario(_Frozen):
    """Planned projects taken as open: the keys of their features, and links beyond the layers.

    ``is_supposed`` marks what nobody has planned in detail yet: ``planned`` leaves it out.
    """

    id: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]*$")
    title_zh: str = Field(min_length=1)
    title_en: str = Field(min_length=1)
    opens: tuple[str, ...] = ()
    link: tuple[ScenarioLink, ...] = ()
    is_supposed: bool = False

    def title(self, lang: str) -> str:
        """Return the title in ``zh`` or ``en``."""
        return self.title_en if lang == "en" else self.title_zh


class Logistics(_Frozen):
    """Every parameter of the access measures, each with range, unit, source and confidence."""

    network: NetworkRules
    access: Access
    road: dict[str, RoadClass]
    rail: dict[str, RailClass]
    water: Water
    air: Air
    transfer: dict[str, Transfer]
    value_of_time: dict[str, YuanPerTh]
    score: dict[str, ScorePart]
    potential: Potential
    scenario: tuple[Scenario, ...] = ()

    @model_validator(mode="after")
    def _check(self) -> Logistics:
        _need(self.road, ROAD_CLASSES, "road")
        _need(self.transfer, TRANSFERS, "transfer")
        _need(self.value_of_time, CARGOES, "value_of_time")
        _need(self.score, SCORE_ROLES, "score")
        _need(self.access.speed_kmh, VEHICLES, "access.speed_kmh")
        _need(self.water.season, SEASONS, "water.season")
        for name, road in self.road.items():
            _need(road.speed_kmh, VEHICLES, f"road.{name}.speed_kmh")
        for name, rail in self.rail.items():
            _need(rail.speed_kmh, rail.cargo, f"rail.{name}.speed_kmh")
        for name, kind in self.transfer.items():
            _need(kind.handling_min, CARGOES, f"transfer.{name}.handling_min")
            _need(kind.yuan_per_t, CARGOES, f"transfer.{name}.yuan_per_t")
        for scenario in self.scenario:
            for link in scenario.link:
                _need(self.rail, [link.rail_class] if link.rail_class else [], "rail")
        names = [scenario.id for scenario in self.scenario]
        for name in names:
            if names.count(name) > 1 or name in BUILT_IN_SCENARIOS:
                raise ValueError(f"expected a scenario id of its own, got {name!r} again")
        return self

    def road_class(self, text: str, where: str) -> str:
        """Return the road class that a layer's own word stands for.

        Raises
        ------
        DefinitionError
            If no ``[road.*]`` has that name or alias.
        """
        if text in self.road:
            return text
        for name, road in self.road.items():
            if text in road.aliases:
                return name
        raise DefinitionError(
            f"{FILE} key 'road': {where} has class {text!r}, which is no class and no alias "
            f"here; add it to the aliases of one of {', '.join(self.road)}"
        )

    def scenario_of(self, name: str) -> Scenario:
        """Return a scenario by id, the built-in ones too.

        ``planned`` has the links of all others, but for those that are merely supposed.

        Raises
        ------
        UnknownName
            If there is none of that id; names the nearest.
        """
        for scenario in self.scenario:
            if scenario.id == name:
                return scenario
        if name in BUILT_IN_SCENARIOS:
            zh, en = BUILT_IN_SCENARIOS[name]
            known = [scenario for scenario in self.scenario if not scenario.is_supposed]
            links = [link for scenario in known for link in scenario.link]
            every = tuple(links) if name == "planned" else ()
            return Scenario(id=name, title_zh=zh, title_en=en, link=every)
        names = [*BUILT_IN_SCENARIOS, *(scenario.id for scenario in self.scenario)]
        raise UnknownName("scenario", name, names, where=f"rules/{FILE}")

    def as_rows(self) -> dict[str, dict[str, Any]]:  # JSON values
        """Return every parameter by its dotted key, as printed in every result.

        Source and confidence stand beside each value, so that a number can be traced.
        """
        rows: dict[str, dict[str, Any]] = {}
        _collect(self, "", rows)
        return rows


def _need(table: Mapping[str, object], names: Iterable[str], where: str) -> None:
    missing = [name for name in names if name not in table]
    if missing:
        raise ValueError(f"expected an entry {where}.{missing[0]}, got none")


def _collect(model: object, prefix: str, rows: dict[str, dict[str, Any]]) -> None:
    if isinstance(model, Value):
        rows[prefix] = model.model_dump()
    elif isinstance(model, BaseModel):
        for name in type(model).model_fields:
            if name != "scenario":
                _collect(getattr(model, name), f"{prefix}.{name}".lstrip("."), rows)
    elif isinstance(model, dict):
        for name, value in model.items():
            _collect(value, f"{prefix}.{name}", rows)
    elif isinstance(model, float) and prefix.endswith("weight"):
        rows[prefix] = {"value": model, "unit": "1"}


def logistics_from(content: Mapping[str, Any], file: str = FILE) -> Logistics:  # TOML values
    """Return the parameters in a parsed ``logistics.toml``.

    Parameters
    ----------
    content
        The file's tables.
    file
        Its name, for messages.

    Raises
    ------
    DefinitionError
        Names the file, the key, what was expected and what came.
    """
    try:
        return Logistics.model_validate(content)
    except ValidationError as error:
        fault = fault_of_value(file, "", error, set(Logistics.model_fields))
        raise DefinitionError(str(fault)) from error
