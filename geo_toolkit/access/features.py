"""Which features of the layers are open: by status, opening date and scenario."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import shapely

from geo_toolkit.access.parameters import FILE, Scenario
from geo_toolkit.access.ranking import outside_stronger
from geo_toolkit.errors import DefinitionError, NotAvailable, UnknownName
from geo_toolkit.geodesy import from_geographic

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from pyproj import CRS

    from geo_toolkit.catalogue import Layer

__all__ = [
    "NETWORK_ROLES",
    "Features",
    "check_open",
    "is_open",
    "open_features",
    "points_of",
]

NETWORK_ROLES = (
    "highway", "interchange", "railway", "station", "waterway", "lock",
    "port", "airport", "terminal", "bonded_centre", "county", "gateway",
)  # fmt: skip
"""Roles that the network is made of."""

_STATUSES = {
    "under_construction": ("existing", "under_construction"),
    "planned": ("existing", "under_construction", "planned"),
}
_DAY = re.compile(r"(\d{4})(?:-(\d{1,2}))?(?:-(\d{1,2}))?")


@dataclass(frozen=True)
class Features:
    """Open features of one role.

    Attributes
    ----------
    table
        Index the feature key; columns ``name``, ``layer``, ``accuracy_m``, ``status`` and all
        those of the layers.
    geometry
        One geometry a row, in metres.
    """

    role: str
    table: pd.DataFrame
    geometry: np.ndarray[Any, np.dtype[np.object_]]

    def __len__(self) -> int:
        """Return the number of features."""
        return len(self.table)

    def text(self, column: str) -> list[str]:
        """Return a column as text, empty where it is absent or has no value."""
        if column not in self.table:
            return [""] * len(self)
        return ["" if pd.isna(v) else str(v).strip() for v in self.table[column]]

    def number(self, column: str) -> np.ndarray[Any, np.dtype[np.float64]]:
        """Return a column as numbers, NaN where it is absent or holds none."""
        if column not in self.table:
            return np.full(len(self), np.nan)
        found = pd.to_numeric(self.table[column], errors="coerce")
        return np.asarray(found, dtype=np.float64)


def is_open(status: str, opened: str, scenario: str, day: date, *, is_named: bool) -> bool:
    """Whether a feature is open on a day, in a scenario.

    Parameters
    ----------
    status
        ``existing``, ``under_construction`` or ``planned``; empty counts as existing.
    opened
        Opening date; only text that starts with a year, or a year and month, or a day, is a date.
        A feature that says ``existing`` and opens after the day is closed.
    scenario
        ``under_construction`` and ``planned`` open all features of those statuses.
    is_named
        Whether the scenario names this very feature.

    Examples
    --------
    >>> is_open("existing", "2024-06-27", "existing", date(2024, 1, 1), is_named=False)
    False
    >>> is_open("planned", "", "my-line", date(2024, 1, 1), is_named=True)
    True
    """
    if is_named:
        return True
    if (status or "existing") not in _STATUSES.get(scenario, ("existing",)):
        return False
    if status not in ("", "existing"):
        return True
    found = _DAY.match(opened)
    if not found:
        return True
    year, month, day_of = (int(part) if part else 1 for part in found.groups())
    try:
        return date(year, month, day_of) <= day
    except ValueError:
        return True


def check_open(layer: Layer) -> None:
    """Return nothing if a layer's positions may be told: distances and chains tell them.

    Raises
    ------
    NotAvailable
        If they may not.
    """
    if layer.definition.secrecy == "verdict_only":
        raise NotAvailable(
            f"layer {layer.id}: expected a layer whose positions may be told, got secrecy "
            "verdict_only; measure from another layer"
        )


def open_features(
    layers: Mapping[str, Sequence[Layer]], crs: CRS, scenario: Scenario, day: date
) -> tuple[dict[str, Features], list[dict[str, str]]]:
    """Return the open features of every role, and the features that were left out with the reason.

    Features whose ``basis`` is ``assumed`` never enter: their position is a placeholder. Where
    layers share a role, ``outside_stronger`` says which of them counts where.

    Parameters
    ----------
    layers
        Layers by role, in force on the day.
    crs
        The workspace's metric CRS.

    Raises
    ------
    DefinitionError
        If the scenario names a feature that no layer has, or a layer cannot be read.
    """
    found: dict[str, Features] = {}
    left_out: list[dict[str, str]] = []
    known: set[str] = set()
    for role in NETWORK_ROLES:
        of_role = list(layers.get(role, ()))
        for layer in of_role:
            check_open(layer)
            if layer.fault:
                raise DefinitionError(f"layer {layer.id}: {layer.fault}; correct it")
            known |= set(layer.frame.index)
        tables = [_table(layer) for layer in of_role]
        shapes, replaced = outside_stronger(
            of_role,
            [from_geographic(layer.frame.geometry.to_numpy(), crs) for layer in of_role],
            [_statuses(table) for table in tables],
            crs,
        )
        left_out += replaced
        found[role], closed = _open_of_role(role, tables, shapes, scenario, day)
        left_out += closed
    _check_named(scenario, known)
    return found, left_out


def _open_of_role(
    role: str,
    tables: list[pd.DataFrame],
    shapes: list[np.ndarray[Any, np.dtype[np.object_]]],
    scenario: Scenario,
    day: date,
) -> tuple[Features, list[dict[str, str]]]:
    """Return the open features of a role's layers, and those that are closed with the reason."""
    kept_tables, kept_shapes, closed = [], [], []
    for table, geometry in zip(tables, shapes, strict=True):
        reasons = [
            _reason(row, scenario, day, is_named=key in scenario.opens)
            for key, row in zip(table.index, table.to_dict("records"), strict=True)
        ]
        is_there = ~shapely.is_missing(geometry)
        closed += [
            {"layer": str(table["layer"].iloc[row]), "feature": str(table.index[row]),
             "reason": reasons[row]}
            for row in np.flatnonzero(is_there).tolist()
            if reasons[row]
        ]  # fmt: skip
        keep = is_there & np.array([not text for text in reasons], dtype=bool)
        if keep.any():
            kept_tables.append(table[keep])
            kept_shapes.append(geometry[keep])
    table = pd.concat(kept_tables) if kept_tables else pd.DataFrame({"name": []})
    geometry = np.concatenate(kept_shapes) if kept_shapes else np.zeros(0, dtype=object)
    return Features(role, table, geometry), closed


def points_of(features: Features) -> np.ndarray[Any, np.dtype[np.object_]]:
    """Return a point in every feature: the point itself, or one inside a polygon near its middle.

    A county or gateway row may say where its seat is (``seat_lon``, ``seat_lat``): that is the
    caller's to use.
    """
    centre = shapely.centroid(features.geometry)
    outside = ~shapely.covers(features.geometry, centre)
    points: np.ndarray[Any, np.dtype[np.object_]] = np.where(
        outside, shapely.point_on_surface(features.geometry), centre
    )
    return points


def _table(layer: Layer) -> pd.DataFrame:
    frame = pd.DataFrame(layer.frame.drop(columns="geometry"))
    return frame.assign(
        name=layer.frame["feature_name"],
        layer=layer.id,
        accuracy_m=layer.frame["feature_accuracy_m"].astype(float),
    )


def _statuses(table: pd.DataFrame) -> list[str]:
    if "status" not in table:
        return [""] * len(table)
    return [_text(value) for value in table["status"]]


def _reason(row: Mapping[Any, Any], scenario: Scenario, day: date, *, is_named: bool) -> str:
    """Return why a feature is left out, or "" if it is open."""
    if _text(row.get("basis")) == "assumed":
        return "assumed"
    status, opened = _text(row.get("status")), _text(row.get("opened"))
    if is_open(status, opened, scenario.id, day, is_named=is_named):
        return ""
    return "not_open"


def _text(value: object) -> str:
    if value is None or value is pd.NaT or (isinstance(value, float) and np.isnan(value)):
        return ""
    return str(value).strip()


def _check_named(scenario: Scenario, known: Iterable[str]) -> None:
    names = set(known)
    for key in scenario.opens:
        if key not in names:
            error = UnknownName("feature", key, names, where="the layers of the network")
            raise DefinitionError(f"{FILE} scenario {scenario.id!r} key 'opens': {error}")
