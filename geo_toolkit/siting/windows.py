"""How far around the sites a large layer must be read for every finding to be certain."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import shapely

from geo_toolkit.rules import Relation, Rule
from geo_toolkit.siting.constraints import Constraints

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy as np
    from numpy.typing import NDArray
    from pyproj import CRS

    from geo_toolkit.catalogue import Layer

__all__ = ["Unsure", "constraints_near", "is_local", "reach_of", "unsure_of"]

Filters = tuple[tuple[str, tuple[str, ...]], ...]

SMALLEST_REACH_M = 1000.0
_SLACK_M = 50.0  # and what a site from a web map adds to the inaccuracy
_WIDER = 4.0
_FARTHEST_M = 4_000_000.0
_LOCAL = (
    Relation.OVERLAPS,
    Relation.NOT_WITHIN,
    Relation.WITHIN_DISTANCE,
    Relation.LISTED,
)
_CERTAIN_SHARE = 0.98  # of the reach: windows are boxes in degrees, distances are on the ground


@dataclass(frozen=True)
class Unsure:
    """What the features read so far leave open.

    Attributes
    ----------
    everything
        Whether the nearest of all features may lie beyond the reach.
    filters
        Column and values of the rules whose own nearest feature may.
    """

    everything: bool
    filters: tuple[tuple[str, tuple[str, ...]], ...]

    def __bool__(self) -> bool:
        """Whether anything is open."""
        return self.everything or bool(self.filters)


def is_local(rules: Sequence[Rule]) -> bool:
    """Whether rules look no farther than a distance from the site, and at the nearest feature."""
    return all(rule.relation in _LOCAL for rule in rules)


def reach_of(rules: Sequence[Rule], accuracy_m: float) -> float:
    """Return how far around the sites every hit and borderline of some rules lies, in metres.

    Parameters
    ----------
    accuracy_m
        The largest inaccuracy of the layers and their features.
    """
    distance = max((rule.largest_distance_m for rule in rules), default=0.0)
    return max(SMALLEST_REACH_M, distance + accuracy_m + _SLACK_M)


def constraints_near(
    role: str,
    rules: Sequence[Rule],
    sites: NDArray[np.object_],
    layers_at: Callable[[float, Filters, float], list[Layer]],
    accuracy_m: float,
    crs: CRS,
) -> Constraints:
    """Return what is known of a role around some sites, as far as every finding needs it.

    The window is widened until the nearest feature of every site, and of every rule that asks
    for some features only, is certain.

    Parameters
    ----------
    rules
        The rules that ask for the role, all of them local.
    sites
        Polygons in ``crs``.
    layers_at
        Gives the role's layers with all features within a first distance, and with those that
        pass some filters within a second.
    accuracy_m
        The largest inaccuracy of the layers and their features.
    """
    reach_m, far_m = reach_of(rules, accuracy_m), 0.0
    filters: Filters = ()
    while True:
        layers = layers_at(reach_m, filters, far_m)
        constraints = Constraints.build(role, layers, crs)
        is_whole = all(len(layer.frame) >= layer.features_total for layer in layers)
        unsure = unsure_of(sites, constraints, rules, reach_m, far_m)
        if is_whole or not unsure or max(reach_m, far_m) > _FARTHEST_M:
            return constraints
        if unsure.everything:
            reach_m *= _WIDER
        else:
            filters = tuple(dict.fromkeys((*filters, *unsure.filters)))
            far_m = _WIDER * max(reach_m, far_m)


def unsure_of(
    sites: NDArray[np.object_],
    constraints: Constraints,
    rules: Sequence[Rule],
    reach_m: float,
    far_m: float,
) -> Unsure:
    """Return which nearest features may lie beyond what has been read.

    Parameters
    ----------
    sites
        Polygons in the constraints' CRS.
    reach_m
        Within this distance of every site all features have been read.
    far_m
        Within this distance, those that pass the filters.
    """
    everything = _farthest_m(sites, constraints.geometry) > reach_m * _CERTAIN_SHARE
    certain_m = max(reach_m, far_m) * _CERTAIN_SHARE
    filters = []
    for where in dict.fromkeys(rule.where for rule in rules if rule.where is not None):
        if where.column not in constraints.attributes.columns:
            continue  # every feature may match: the nearest of all is asked
        values = constraints.attributes[where.column].astype(object)
        text = values.where(values.notna(), "").astype(str).str.strip()
        asked = text.isin([*where.values, ""]).to_numpy(dtype=bool)
        if _farthest_m(sites, constraints.geometry[asked]) > certain_m:
            filters.append((where.column, tuple(where.values)))
    return Unsure(everything, tuple(filters))


def _farthest_m(sites: NDArray[np.object_], features: NDArray[np.object_]) -> float:
    """Return the largest distance from a site to the nearest of some features; inf for none."""
    if not len(sites):
        return 0.0
    if not len(features):
        return float("inf")
    _, distance = shapely.STRtree(features).query_nearest(
        sites, return_distance=True, all_matches=False
    )
    return float(distance.max(initial=0.0)) if len(distance) == len(sites) else float("inf")
