"""Origins and destinations: sites, or features of a layer, as points that the network reaches."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely

from geo_toolkit.access.features import check_open
from geo_toolkit.errors import OptionError
from geo_toolkit.geodesy import from_geographic

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from pyproj import CRS

    from geo_toolkit.access.legs import Legs
    from geo_toolkit.access.network import Network
    from geo_toolkit.boundary import Sites
    from geo_toolkit.catalogue import Layer

__all__ = ["Points", "check_reach", "points_of_layer", "points_of_sites"]

_WEB_DATUM_M = 20.0


@dataclass(frozen=True)
class Points:
    """Places that somebody asks about.

    Attributes
    ----------
    xy
        Positions in metres, one row a point: the middle of a polygon, or a point inside it where
        the middle is not.
    accuracy_m
        Positional accuracy of each.
    node
        The network's node that stands for it, -1 where it is a site of its own.
    left_out
        Keys of features that were not taken, because their position is a placeholder.
    """

    ids: tuple[str, ...]
    names: tuple[str, ...]
    xy: NDArray[np.float64]
    accuracy_m: NDArray[np.float64]
    node: NDArray[np.int64]
    left_out: tuple[str, ...] = ()

    def __len__(self) -> int:
        """Return the number of points."""
        return len(self.ids)


def points_of_sites(sites: Sites, crs: CRS) -> Points:
    """Return submitted sites as points; GCJ-02 or BD-09 input is known to 20 m only."""
    web = np.array([sites.inputs[i].datum.is_web for i in sites.input_of], dtype=bool)
    return Points(
        tuple(str(key) for key in sites.frame.index),
        tuple(str(name) for name in sites.frame["name"]),
        _middle(from_geographic(sites.frame.geometry.to_numpy(), crs)),
        np.where(web, _WEB_DATUM_M, 0.0),
        np.full(len(sites), -1, dtype=np.int64),
    )


def points_of_layer(layer: Layer, network: Network) -> Points:
    """Return the features of a layer as points; ``left_out`` names those without a position.

    A feature that is a place of the network (a terminal, a county, a gateway) is its node there.
    Features whose ``basis`` is ``assumed`` are left out: their position is a placeholder.

    Raises
    ------
    NotAvailable
        If the layer's geometry may not leave.
    OptionError
        If no feature remains.
    """
    check_open(layer)
    frame = layer.frame
    basis = frame["basis"].astype(str) if "basis" in frame else np.full(len(frame), "")
    keep = np.asarray(basis != "assumed", dtype=bool)
    left_out = tuple(str(key) for key in frame.index[~keep])
    frame = frame[keep]
    if frame.empty:
        raise OptionError(f"layer {layer.id}: expected features with a known position, got none")
    ids = tuple(str(key) for key in frame.index)
    node = np.array([network.node_of(key, "place", "gateway") for key in ids], dtype=np.int64)
    xy = _middle(from_geographic(frame.geometry.to_numpy(), network.crs))
    known = node >= 0
    xy[known] = network.xy[node[known]]
    accuracy = frame["feature_accuracy_m"].to_numpy(dtype=np.float64)
    return Points(ids, tuple(frame["feature_name"]), xy, accuracy, node, left_out)


def check_reach(points: Points, legs: Legs, max_access_km: float) -> None:
    """Return nothing if every point has a leg to the network.

    Raises
    ------
    OptionError
        Names the first that has none, with its distance to the network.
    """
    reached = np.isin(np.arange(len(points)), legs.point)
    for row in np.flatnonzero(~reached).tolist():
        away = legs.nearest_km[row]
        got = f"{away:.1f} km" if np.isfinite(away) else "no road, terminal or county seat at all"
        raise OptionError(
            f"{points.ids[row]}: expected a road junction or terminal within {max_access_km:g} km, "
            f"got {got}; check the coordinates, add a road layer, or raise max_access_km in "
            "rules/logistics.toml"
        )


def _middle(geometry: NDArray[np.object_]) -> NDArray[np.float64]:
    centre = shapely.centroid(geometry)
    inside = shapely.covers(geometry, centre) | (shapely.get_dimensions(geometry) < 2)
    points = np.where(inside, centre, shapely.point_on_surface(geometry))
    xy: NDArray[np.float64] = shapely.get_coordinates(points)
    return xy
