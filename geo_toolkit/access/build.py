"""Layers into one network: roads, railways, water, air, transfers, gateways, access legs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geo_toolkit.access.draft import Draft
from geo_toolkit.access.features import open_features
from geo_toolkit.access.gateways import add_gateway_links, add_scenario_links, link_starts
from geo_toolkit.access.legs import add_access_legs, join_components
from geo_toolkit.access.places import add_places
from geo_toolkit.access.rails import add_railways
from geo_toolkit.access.roads import add_roads
from geo_toolkit.access.waters import add_waterways

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from pyproj import CRS

    from geo_toolkit.access.features import Features
    from geo_toolkit.access.network import Network
    from geo_toolkit.access.parameters import Logistics, Scenario
    from geo_toolkit.catalogue import Layer

__all__ = ["build_network"]


def build_network(
    layers: Mapping[str, Sequence[Layer]],
    logistics: Logistics,
    *,
    crs: CRS,
    scenario: Scenario,
    day: date,
) -> Network:
    """Return the network of what is open on a day in a scenario.

    Parameters
    ----------
    layers
        Layers by role, in force on the day; see ``NETWORK_ROLES``.
    crs
        The workspace's metric CRS.

    Raises
    ------
    DefinitionError
        If a class is not in ``logistics.toml``, the scenario names an unknown feature, or a layer
        cannot be read.
    """
    features, left_out = open_features(layers, crs, scenario, day)
    draft = Draft()
    draft.report["left_out"] = list(left_out)
    places = add_places(draft, features, logistics, crs)
    level = add_roads(draft, features, logistics)
    stations = add_railways(draft, features, logistics, places)
    starts = link_starts(draft, features, places)
    is_linked = features["gateway"].number("water_km") > 0
    attached = starts.point[is_linked]
    water = is_linked.astype("int64") - 1
    water[is_linked] = add_waterways(draft, features, logistics, places, attached)
    water[~is_linked] = -1
    add_gateway_links(draft, features, logistics, places, stations, starts, water)
    add_scenario_links(draft, scenario, places, stations)
    add_access_legs(draft, logistics)
    join_components(draft, logistics)
    return draft.freeze(crs, level, _mass(features["county"], logistics))


def _mass(counties: Features, logistics: Logistics) -> dict[str, float]:
    """Return the population of every county that has one, from the first column that says it."""
    found: dict[str, float] = {}
    for column in logistics.potential.mass_columns:
        for key, value in zip(counties.table.index, counties.number(column), strict=True):
            if value > 0:
                found.setdefault(str(key), float(value))
    return found
