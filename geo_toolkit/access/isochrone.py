"""Isochrones: the area around the network that is reached within a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely
from geopandas import GeoDataFrame
from shapely.ops import substring

from geo_toolkit.access.legs import access_legs
from geo_toolkit.access.nearest import nearest_positions
from geo_toolkit.errors import OptionError
from geo_toolkit.geodesy import CGCS2000, area_m2, to_geographic

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from geo_toolkit.access.points import Points
    from geo_toolkit.access.study import Origin, Study

__all__ = ["Reached", "isochrone_frame", "isochrone_polygon", "reach"]

_WIDEST_GAP = np.radians(120.0)
_SPOT_M = 200.0
_SPOT_SHARE = 0.4
_GRID_M = 0.01
_STEP_M = 250.0
_LONGEST_TIME_MIN = 1440.0


class Reached:
    """What one origin reaches by road: node times, and the ordinary roads that lead on from there.

    Attributes
    ----------
    xy, minutes
        Road nodes, terminals, county seats, gateways and the origin itself (last), with the time
        to each; infinite where there is no way.
    """

    def __init__(self, study: Study, points: Points, row: int) -> None:
        origin = study.origin(points, row, study.door)
        kind = study.network.nodes["kind"].to_numpy()
        self.study = study
        self.nodes = np.flatnonzero(np.isin(kind, ["road", "junction", "place", "gateway"]))
        own_xy = np.array([points.xy[row]])
        self.xy = np.vstack([study.network.xy[self.nodes], own_xy])
        self.minutes = np.append(origin.away[self.nodes], 0.0)
        self.origin: Origin = origin
        self._fans = self._all_fans()

    def _all_fans(self) -> list[tuple[int, NDArray[np.float64], NDArray[np.float64]]]:
        """Return, for every node one can leave the road at, its legs: node, end, minutes."""
        kind = self.study.network.nodes["kind"].to_numpy()[self.nodes]
        is_entry = np.append(kind != "road", True)
        if self.study.network.level != "skeleton":  # roads are mapped: no fan but the origin's
            is_entry[:-1] = False
        entry = np.flatnonzero(is_entry)
        rules = self.study.logistics.network
        zero = np.zeros(len(self.xy))
        speed = self.study.logistics.access.speed_kmh[self.study.case.vehicle].value
        targets = np.flatnonzero(np.append(kind != "road", False)).astype(np.int64)
        legs = access_legs(
            self.xy[entry], zero[entry], targets, self.xy[targets], zero[targets], rules
        )
        minutes = legs.km / (speed * rules.hilly.value) * 60
        fans = []
        for number, node in enumerate(entry.tolist()):
            mine = (legs.point == number) & (legs.km > 0)
            fans.append((node, self.xy[legs.node[mine]], minutes[mine]))
        return fans

    def fans(self, within_min: float) -> list[shapely.Polygon]:
        """Return what is reached by ordinary roads from every node reached, as areas.

        Along each leg one comes as far as the time left allows, and no farther than its end;
        between two neighbouring legs less than 120° apart the ground is taken as reached.
        """
        found: list[shapely.Polygon] = []
        for node, ends, minutes in self._fans:
            left = within_min - self.minutes[node]
            if left <= 0 or not len(ends):
                continue
            here = self.xy[node]
            with np.errstate(divide="ignore"):
                share = np.minimum(left / np.where(minutes > 0, minutes, np.inf), 1.0)
            tips = here + (ends - here) * share[:, None]
            found += _fan(here, ends, tips)
        return found

    def population(self, within_min: float) -> tuple[int, int]:
        """Return the population of the counties whose seat is reached, and how many they are."""
        table = self.study.network.nodes.iloc[self.nodes]
        hit = (table["role"] == "county").to_numpy() & (self.minutes[:-1] <= within_min)
        mass = self.study.network.mass
        return round(sum(mass.get(key, 0.0) for key in table["feature"][hit])), int(hit.sum())

    def roads(self, within_min: float) -> NDArray[np.object_]:
        """Return the pieces of mapped road that are reached, as far as one comes along them."""
        edges, away = self.study.network.edges, self.origin.away
        mode, start = edges["mode"].to_numpy(), edges["a"].to_numpy()
        arcs = self.study.door
        found: dict[int, shapely.LineString] = {}
        tail = away[arcs.tail]
        for arc in np.flatnonzero((tail < within_min) & (arcs.edge >= 0)).tolist():
            edge = int(arcs.edge[arc])
            if mode[edge] != "road":
                continue
            line = self.study.network.geometry[edge]
            share = min((within_min - tail[arc]) / max(arcs.minutes[arc], 1e-9), 1.0)
            if start[edge] != arcs.tail[arc]:
                line = shapely.reverse(line)
            piece = substring(line, 0.0, share, normalized=True)
            if isinstance(piece, shapely.LineString):
                found[edge if share >= 1.0 else -1 - arc] = piece  # a whole road is there once
        lines = np.empty(len(found), dtype=object)
        lines[:] = list(found.values())
        return lines


def _fan(
    here: NDArray[np.float64], ends: NDArray[np.float64], tips: NDArray[np.float64]
) -> list[shapely.Polygon]:
    """Return the ground between neighbouring legs from a node, parted where they gape."""
    angle = np.arctan2(*(ends - here).T[::-1])
    order = np.lexsort((np.arange(len(ends)), angle))
    gap = np.diff(angle[order], append=angle[order[0]] + 2 * np.pi)
    wide = np.flatnonzero(gap >= _WIDEST_GAP)
    if not len(wide):
        return [shapely.Polygon(tips[order])] if len(order) > 2 else []
    order = np.roll(order, -int(wide[0]) - 1)  # begin after a gap
    breaks = np.sort((wide - wide[0] - 1) % len(order)) + 1
    runs = [run for run in np.split(order, breaks) if len(run) > 1]
    return [shapely.Polygon([here, *tips[run]]) for run in runs]


def reach(study: Study, points: Points, row: int) -> Reached:
    """Return what one point reaches by road."""
    return Reached(study, points, row)


def isochrone_polygon(reached: Reached, within_min: float, width_m: float) -> shapely.Geometry:
    """Return the area reached within a time, in metres.

    The area is made of the reached network: mapped roads as far as one comes along them, widened
    by ``width_m`` to each side, and the ground between ordinary-road legs that lead on from the
    nodes reached. Every node reached lies inside, every other node outside: spots around the nodes
    are added or cut out at the end, of 200 m or two fifths of the way to the nearest other node.
    More time never gives less area.

    Parameters
    ----------
    within_min
        The time, included.
    width_m
        Half the width at which a road is drawn.

    Source
    ------
    Own definition.
    """
    wide = shapely.buffer(reached.roads(within_min), width_m, quad_segs=4)
    body = shapely.union_all([*reached.fans(within_min), *wide], grid_size=_GRID_M)
    spots = _spots(reached.xy)
    inside = reached.minutes <= within_min
    body = shapely.difference(body, shapely.union_all(spots[~inside]), grid_size=_GRID_M)
    area: shapely.Geometry = shapely.union_all([body, *spots[inside]], grid_size=_GRID_M)
    return area


def isochrone_frame(study: Study, points: Points, minutes: Sequence[float]) -> GeoDataFrame:
    """Return one polygon for every site and time, in CGCS2000 degrees.

    Columns ``id``, ``name``, ``minutes``, ``network_level``, ``population`` and ``county_seats``
    (of the counties whose seat is reached), ``area_km2``, ``geometry``; longest time first, so
    that shorter ones are drawn on top.

    Raises
    ------
    OptionError
        If a time is not above 0, is longer than a day, or is there twice.
    """
    wanted = check_minutes(minutes)
    rules = study.logistics.network
    is_skeleton = study.network.level == "skeleton"
    width = (rules.isochrone_width_m if is_skeleton else rules.isochrone_street_m).value
    rows, shapes = [], []
    for row in range(len(points)):
        reached = reach(study, points, row)
        area: shapely.Geometry = shapely.Polygon()
        for limit in sorted(wanted):
            people, seats = reached.population(limit)
            rows.append((points.ids[row], points.names[row], limit, study.network.level,
                         people, seats))  # fmt: skip
            # GEOS simplifies as it widens lines: the union keeps growth exact
            area = shapely.union(area, isochrone_polygon(reached, limit, width), grid_size=_GRID_M)
            shapes.append(area)
    order = [i + n for i in range(0, len(shapes), len(wanted)) for n in range(len(wanted))[::-1]]
    geometry = np.empty(len(shapes), dtype=object)
    geometry[:] = [shapes[i] for i in order]
    rows = [rows[i] for i in order]
    columns = ("id", "name", "minutes", "network_level", "population", "county_seats")
    covered = area_m2(geometry, study.network.crs)
    table = {column: [row[i] for row in rows] for i, column in enumerate(columns)}
    table["area_km2"] = [round(float(value) / 1e6, 2) for value in covered]
    dense = shapely.segmentize(geometry, _STEP_M)  # long edges stay where they are in degrees
    return GeoDataFrame(table, geometry=to_geographic(dense, study.network.crs), crs=CGCS2000)


def check_minutes(minutes: Sequence[float]) -> list[float]:
    """Return the times asked for, checked.

    Raises
    ------
    OptionError
        If there is none, or one is not above 0, longer than a day, or there twice.
    """
    if not minutes:
        raise OptionError("--minutes: expected times such as 30,60,120, got none")
    for limit in minutes:
        if not 0 < limit <= _LONGEST_TIME_MIN:
            raise OptionError(
                f"--minutes: expected times above 0 and up to {_LONGEST_TIME_MIN:g}, "
                f"got {limit:g}; correct it"
            )
    if len(set(minutes)) < len(minutes):
        raise OptionError("--minutes: expected each time once, got one twice; remove it")
    return list(minutes)


def _spots(xy: NDArray[np.float64]) -> NDArray[np.object_]:
    """Return a small disc round every node, clear of every other node."""
    unique, number = np.unique(xy.round(3), axis=0, return_inverse=True)
    away = np.full(len(unique), np.inf)
    if len(unique) > 1:
        away = nearest_positions(unique, unique, 2)[0][:, 1]
    radius = np.minimum(_SPOT_M, away * _SPOT_SHARE)[number.reshape(-1)]
    spots: NDArray[np.object_] = shapely.buffer(shapely.points(xy), radius, quad_segs=4)
    return spots
