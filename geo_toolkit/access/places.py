"""Terminals, county seats and gateways: the places that ordinary roads lead to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from geo_toolkit.access.features import points_of
from geo_toolkit.geodesy import from_geographic

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray
    from pyproj import CRS

    from geo_toolkit.access.draft import Draft
    from geo_toolkit.access.features import Features
    from geo_toolkit.access.parameters import Logistics

__all__ = ["add_places", "label_node", "report_far", "seats_of"]

_PLACE_ROLES = ("station", "terminal", "port", "airport", "bonded_centre", "county", "gateway")


def add_places(
    draft: Draft, features: Mapping[str, Features], logistics: Logistics, crs: CRS
) -> dict[str, int]:
    """Add terminals, county seats and gateways, and return the node of each feature key.

    Facilities for passengers only are left out and reported.
    """
    found: dict[str, int] = {}
    for role in _PLACE_ROLES:
        known = features[role]
        points = seats_of(known, crs) if role == "county" else points_of(known)
        names, accuracy = known.text("name"), known.number("accuracy_m")
        for row, key in enumerate(map(str, known.table.index)):
            if key in logistics.network.passenger_only:
                draft.report["unjoined"].append({"feature": key, "reason": "passenger_only"})
                continue
            found[key] = draft.add_node(
                (points[row].x, points[row].y),
                "gateway" if role == "gateway" else "place",
                feature=key,
                name=names[row],
                role=role,
                accuracy_m=float(accuracy[row]),
            )
    return found


def seats_of(counties: Features, crs: CRS) -> NDArray[np.object_]:
    """Return the seat of every county in metres.

    The seat is at the columns ``seat_lon`` and ``seat_lat`` (CGCS2000 degrees); a point inside
    the county where they are not given.
    """
    points = points_of(counties)
    lon, lat = counties.number("seat_lon"), counties.number("seat_lat")
    given = ~(np.isnan(lon) | np.isnan(lat))
    if given.any():
        points[given] = from_geographic(shapely.points(lon[given], lat[given]), crs)
    return points


def label_node(draft: Draft, node: int, features: Features, row: int) -> None:
    """Say which feature a node stands for."""
    draft.nodes[node].update(
        feature=str(features.table.index[row]),
        name=features.text("name")[row],
        accuracy_m=float(features.number("accuracy_m")[row]),
    )


def report_far(
    draft: Draft, features: Features, away_m: NDArray[np.float64], is_joined: NDArray[np.bool_]
) -> None:
    """Report the features that no line is near enough to, with the distance to the nearest."""
    for row in np.flatnonzero(~is_joined).tolist():
        away = float(away_m[row])
        entry: dict[str, Any] = {  # JSON values
            "feature": str(features.table.index[row]),
            "reason": "far_from_line",
            "distance_m": round(away, 1) if np.isfinite(away) else None,
        }
        draft.report["unjoined"].append(entry)
