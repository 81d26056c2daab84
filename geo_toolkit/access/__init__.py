"""Logistics accessibility: roads, railways, water and air as one network, today and as planned."""

from geo_toolkit.access.answers import (
    chain_document,
    compare_document,
    matrix_document,
    open_study,
    score_document,
)
from geo_toolkit.access.arcs import OBJECTIVES, Arcs, Case, arcs_of
from geo_toolkit.access.build import build_network
from geo_toolkit.access.chains import Chain, Leg, break_even_km, least_chain
from geo_toolkit.access.corridor import LINE_ROLES, corridor_sites
from geo_toolkit.access.features import NETWORK_ROLES
from geo_toolkit.access.graph import Graph
from geo_toolkit.access.isochrone import check_minutes, isochrone_frame
from geo_toolkit.access.map_layers import GAIN_LEGEND, gain_areas, gain_sites, site_layer
from geo_toolkit.access.measures import (
    cumulative_opportunities,
    enhanced_two_step_floating_catchment,
    hansen_potential,
    two_step_floating_catchment,
    unreachable_count,
    weighted_mean_minutes,
)
from geo_toolkit.access.network import Network
from geo_toolkit.access.parameters import (
    CARGOES,
    FILE,
    SEASONS,
    VEHICLES,
    Logistics,
    Scenario,
    logistics_from,
)
from geo_toolkit.access.points import Points, points_of_layer, points_of_sites
from geo_toolkit.access.study import Study, Times

__all__ = [
    "CARGOES",
    "FILE",
    "GAIN_LEGEND",
    "LINE_ROLES",
    "NETWORK_ROLES",
    "OBJECTIVES",
    "SEASONS",
    "VEHICLES",
    "Arcs",
    "Case",
    "Chain",
    "Graph",
    "Leg",
    "Logistics",
    "Network",
    "Points",
    "Scenario",
    "Study",
    "Times",
    "arcs_of",
    "break_even_km",
    "build_network",
    "chain_document",
    "check_minutes",
    "compare_document",
    "corridor_sites",
    "cumulative_opportunities",
    "enhanced_two_step_floating_catchment",
    "gain_areas",
    "gain_sites",
    "hansen_potential",
    "isochrone_frame",
    "least_chain",
    "logistics_from",
    "matrix_document",
    "open_study",
    "points_of_layer",
    "points_of_sites",
    "score_document",
    "site_layer",
    "two_step_floating_catchment",
    "unreachable_count",
    "weighted_mean_minutes",
]
