"""The feature of a role that is nearest to each site, and how far it is on the ground."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geo_toolkit.siting.outlines import nearest_parts
from geo_toolkit.siting.pairs import distance_between_m

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from geo_toolkit.siting.constraints import Constraints
    from geo_toolkit.siting.findings import SiteArrays

__all__ = ["nearest_features", "nearest_of"]


def nearest_features(
    sites: NDArray[np.object_], constraints: Constraints, asked: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return for each site the nearest of some features (-1: none) and its ground distance."""
    feature, part = nearest_parts(
        sites, constraints.geometry, constraints.tree, constraints.outlines, asked
    )
    return feature, distance_between_m(sites, part, constraints)


def nearest_of(
    sites: SiteArrays, constraints: Constraints, asked: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return ``nearest_features`` of sites; where all features count, once for all rules."""
    if len(asked) != len(constraints):
        return nearest_features(sites.geometry, constraints, asked)
    known = sites.nearest.get(id(constraints))
    if known is None:
        known = (constraints, *nearest_features(sites.geometry, constraints, asked))
        sites.nearest[id(constraints)] = known
    return known[1], known[2]
