"""Railways and stations into a draft network."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

from geo_toolkit.access.features import points_of
from geo_toolkit.access.lines import LineSet, add_lines
from geo_toolkit.access.parameters import FILE
from geo_toolkit.access.places import label_node, report_far
from geo_toolkit.errors import DefinitionError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from geo_toolkit.access.draft import Draft
    from geo_toolkit.access.features import Features
    from geo_toolkit.access.parameters import Logistics

__all__ = ["add_railways"]


def add_railways(
    draft: Draft,
    features: Mapping[str, Features],
    logistics: Logistics,
    places: Mapping[str, int],
) -> dict[tuple[str, str], int]:
    """Add railways class by class, and return the rail node of every (station, class).

    Lines join where they share a vertex or an end; trains are boarded at stations only. A station
    stands on its nearest line and on those that are no farther than that plus the tie. Two
    classes at one station are two tracks: changing between them is two transfers.

    Raises
    ------
    DefinitionError
        If a railway's class is not in ``logistics.toml``.
    """
    rails, stations = features["railway"], features["station"]
    classes = _classes(rails, logistics)
    names = sorted(set(classes))
    points, rules = points_of(stations), logistics.network
    away = _distances(rails, classes, names, points)
    nearest = away.min(axis=0) if len(names) else np.full(len(points), np.inf)
    found: dict[tuple[str, str], int] = {}
    for row_of, name in enumerate(names):
        lines = LineSet.of(rails, np.flatnonzero(np.array(classes) == name))
        here = away[row_of] <= nearest + rules.station_tie_m.value
        noded = lines.node(
            points,
            snap_m=np.where(here, rules.station_snap_m.value, -1.0),
            tie_m=rules.station_tie_m.value,
            end_snap_m=rules.road_snap_m.value,
        )
        number = add_lines(
            draft,
            lines,
            noded,
            mode="rail",
            kind="rail",
            cls=[name] * len(lines.lines),
            joint_cls=name,
            speed_kmh=rails.number("speed_kmh")[lines.feature],
        )
        for row, key in enumerate(map(str, stations.table.index)):
            if noded.point_node[row] >= 0 and key in places:
                node = int(number[noded.point_node[row]])
                found[key, name] = node
                label_node(draft, node, stations, row)
                draft.add_edge(
                    places[key], node, "transfer", 0.0, cls=f"station/{name}", feature=key,
                    name=stations.text("name")[row],
                )  # fmt: skip
    report_far(draft, stations, nearest, nearest <= rules.station_snap_m.value)
    return found


def _classes(rails: Features, logistics: Logistics) -> list[str]:
    classes = rails.text("class")
    for row, name in enumerate(classes):
        if name not in logistics.rail:
            raise DefinitionError(
                f"{FILE} key 'rail': layer {rails.text('layer')[row]} feature "
                f"{str(rails.table.index[row])!r} has class {name!r}, which is not there; "
                f"expected one of {', '.join(logistics.rail)}"
            )
    return classes


def _distances(
    rails: Features, classes: list[str], names: list[str], points: NDArray[np.object_]
) -> NDArray[np.float64]:
    """Return the distance of every point to the nearest line of every class, one row a class."""
    away = np.full((len(names), len(points)), np.inf)
    for row, name in enumerate(names):
        lines = shapely.union_all(rails.geometry[np.array(classes) == name])
        away[row] = shapely.distance(points, lines)
    return away
