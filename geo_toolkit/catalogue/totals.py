"""Areas gained and lost, per county and per class."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import shapely

from geo_toolkit.catalogue.content import areal_parts, metric_shapes
from geo_toolkit.catalogue.text import texts
from geo_toolkit.geodesy import area_m2

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from numpy.typing import NDArray
    from pyproj import CRS

__all__ = ["CLASS_COLUMNS", "by_class", "by_county", "class_column"]

CLASS_COLUMNS = ("class", "ZRBHDFQ", "GHFQMC", "GHFQDM", "DLBM", "HXLX", "GDLX", "kind", "grade")
"""What the totals per class go by: the first of these that is there."""

_SMALLEST_M2 = 0.005


def by_county(rows: pd.DataFrame, counties: GeoDataFrame, crs: CRS) -> list[dict[str, Any]]:
    """Return the areas gained and lost in each county, those without a change left out.

    What lies in no county is the last row, with ``id`` None.

    Parameters
    ----------
    rows
        Changed features with ``gained`` and ``lost`` geometries in CGCS2000 degrees.
    counties
        County features, indexed by key, with ``feature_name``.
    crs
        The metric CRS of the workspace.
    """
    shapes = metric_shapes(np.asarray(counties.geometry.array, dtype=object), crs)
    sums = {side: _in_each(rows[side].to_numpy(), shapes, crs) for side in ("gained", "lost")}
    found: list[dict[str, Any]] = []  # JSON rows
    labels = [*zip(counties.index, counties["feature_name"], strict=True), (None, "")]
    for position, (county, name) in enumerate(labels):
        gained, lost = (float(sums[side][position]) for side in ("gained", "lost"))
        if max(gained, lost) >= _SMALLEST_M2:
            found.append({"id": county, "name": str(name), "area_gained_m2": round(gained, 4),
                          "area_lost_m2": round(lost, 4)})  # fmt: skip
    return found


def _in_each(
    pieces: NDArray[np.object_], counties: NDArray[np.object_], crs: CRS
) -> NDArray[np.float64]:
    """Return the area of all pieces in each county, then that in none."""
    given = np.array([p for p in pieces if p is not None and not p.is_empty], dtype=object)
    total = np.zeros(len(counties) + 1)
    if not len(given):
        return total
    moved = metric_shapes(given, crs)
    shapely.prepare(counties)
    piece, county = shapely.STRtree(counties).query(moved, predicate="intersects")
    whole = shapely.covers(counties[county], moved[piece])
    shared = moved[piece].copy()
    shared[~whole] = shapely.intersection(moved[piece[~whole]], counties[county[~whole]])
    np.add.at(total, county, area_m2(areal_parts(shared), crs))
    total[-1] = max(0.0, float(area_m2(areal_parts(moved), crs).sum()) - float(total[:-1].sum()))
    if total[-1] <= 1e-9 * float(total.sum()):
        total[-1] = 0.0
    return total


def class_column(before: pd.DataFrame, after: pd.DataFrame) -> str | None:
    """Return the column that the totals per class go by; None without any."""
    return next((c for c in CLASS_COLUMNS if c in before.columns and c in after.columns), None)


def by_class(
    rows: pd.DataFrame, before: pd.DataFrame, after: pd.DataFrame, column: str
) -> list[dict[str, Any]]:
    """Return the areas gained and lost in each class.

    A feature that changes its class is lost whole from the one and gained whole by the other.
    """
    old = _at(texts(before[column]).to_numpy(), rows["at_before"].to_numpy())
    new = _at(texts(after[column]).to_numpy(), rows["at_after"].to_numpy())
    gained, lost = rows["gained_m2"].to_numpy().copy(), rows["lost_m2"].to_numpy().copy()
    changed = (
        (old != new) & (rows["at_before"] >= 0).to_numpy() & (rows["at_after"] >= 0).to_numpy()
    )
    gained[changed] = rows["area_after_m2"].to_numpy()[changed]
    lost[changed] = rows["area_before_m2"].to_numpy()[changed]
    plus = pd.Series(gained).groupby(new).sum()
    minus = pd.Series(lost).groupby(old).sum()
    found = []
    for name in sorted({*plus.index, *minus.index}):
        up, down = float(plus.get(name, 0.0)), float(minus.get(name, 0.0))
        if max(up, down) >= _SMALLEST_M2:
            found.append({"column": column, "class": name, "area_gained_m2": round(up, 4),
                          "area_lost_m2": round(down, 4)})  # fmt: skip
    return found


def _at(values: NDArray[np.object_], positions: NDArray[np.int64]) -> NDArray[np.object_]:
    if not len(values):
        return np.full(len(positions), "", dtype=object)
    found: NDArray[np.object_] = values[positions].astype(object)
    found[positions < 0] = ""
    return found
