"""What an update changes: features added, removed, reshaped, attributes; areas gained and lost."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame

from geo_toolkit.catalogue.attributes import changed_attributes
from geo_toolkit.catalogue.content import (
    areal_parts,
    areas_m2,
    feature_keys,
    metric_shapes,
)
from geo_toolkit.catalogue.layer import FEATURE_NAME_COLUMNS
from geo_toolkit.catalogue.matching import Matches, match_features
from geo_toolkit.catalogue.text import texts
from geo_toolkit.catalogue.totals import by_class, by_county, class_column
from geo_toolkit.geodesy import CGCS2000, area_m2, to_geographic

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from pyproj import CRS

__all__ = ["LayerDiff", "compare"]

_TOLERANCE_DEG = 1e-9  # 0.1 mm: what a coordinate loses on its way through a projection


@dataclass(frozen=True)
class LayerDiff:
    """The difference of two versions of a layer; areas are sums over features, never dissolved.

    Attributes
    ----------
    rows
        One row a changed feature, in EPSG:4490: ``change`` (added, removed, reshaped, attributes
        or rekeyed), ``key_before``, ``key_after``, ``name``, ``area_before_m2``,
        ``area_after_m2``, ``gained_m2``, ``lost_m2``, ``columns`` (the attributes that differ),
        and the geometries ``before``, ``after`` and ``geometry`` (what changed).
    """

    counts: dict[str, int]
    features_before: int
    features_after: int
    area_before_m2: float
    area_after_m2: float
    area_gained_m2: float
    area_lost_m2: float
    by_county: list[dict[str, Any]]  # JSON rows
    by_class: list[dict[str, Any]]  # JSON rows
    rows: GeoDataFrame

    @property
    def is_empty(self) -> bool:
        """Whether keys, geometries and attributes are all the same."""
        return not any(self.counts.values())

    def as_tables(self) -> dict[str, GeoDataFrame]:
        """Return the changed features as tables: WHQ before, WHH after, WHC what changed.

        The names are those of the dynamic maintenance exchange: 维护前, 维护后, 维护 (change).
        """
        plain = ["change", "key_before", "key_after", "name", "columns", "area_before_m2",
                 "area_after_m2", "gained_m2", "lost_m2"]  # fmt: skip
        tables = {}
        for name, column in (("WHQ", "before"), ("WHH", "after"), ("WHC", "geometry")):
            shapes = self.rows[column].to_numpy(dtype=object)
            held = np.array([s is not None and not s.is_empty for s in shapes], dtype=bool)
            table = pd.DataFrame(self.rows.loc[held, plain])
            tables[name] = GeoDataFrame(table, geometry=shapes[held], crs=CGCS2000)
        return tables

    def as_json(self, *, counts_only: bool = False) -> dict[str, Any]:  # JSON values
        """Return the answer of ``layers diff`` (DESIGN §6).

        Parameters
        ----------
        counts_only
            Leave out areas and splits, as ``verdict_only`` layers must.
        """
        counts = {**self.counts, "features_before": self.features_before,
                  "features_after": self.features_after}  # fmt: skip
        if counts_only:
            return {**counts, "area_gained_m2": None, "area_lost_m2": None, "by_county": []}
        return {
            **counts,
            "area_before_m2": round(self.area_before_m2, 4),
            "area_after_m2": round(self.area_after_m2, 4),
            "area_gained_m2": round(self.area_gained_m2, 4),
            "area_lost_m2": round(self.area_lost_m2, 4),
            "by_county": self.by_county,
            "by_class": self.by_class,
        }


def compare(
    before: GeoDataFrame,
    after: GeoDataFrame,
    *,
    key: str,
    crs: CRS,
    counties: GeoDataFrame | None = None,
) -> LayerDiff:
    """Return what changes from one set of features to another.

    Parameters
    ----------
    before, after
        Features in CGCS2000 degrees, as they are stored.
    key
        The key column of both.
    crs
        The metric CRS of the workspace; edges are straight in it.
    counties
        County polygons with their names, to split the areas by; none without.
    """
    keys_b, keys_a = feature_keys(before, key), feature_keys(after, key)
    shapes_b = np.asarray(before.geometry.array, dtype=object)
    shapes_a = np.asarray(after.geometry.array, dtype=object)
    found = match_features(keys_b, keys_a, shapes_b, shapes_a, crs)
    moved = ~_same(shapes_b[found.before], shapes_a[found.after])
    table_b = pd.DataFrame(before.drop(columns=before.geometry.name))
    table_a = pd.DataFrame(after.drop(columns=after.geometry.name))
    ignored = frozenset({key}) if not found.rekeyed.any() else frozenset({key, "BSM", "GUID"})
    columns = changed_attributes(
        table_b.iloc[found.before].reset_index(drop=True),
        table_a.iloc[found.after].reset_index(drop=True),
        ignored,
    )
    differs = np.zeros(len(found.before), dtype=bool)
    for changed in columns.values():
        differs |= changed

    area_b = areas_m2(shapes_b, crs)
    area_a = np.zeros(len(shapes_a))
    area_a[found.after] = area_b[found.before]
    fresh = np.append(found.after[moved], found.added)
    area_a[fresh] = areas_m2(shapes_a[fresh], crs)

    rows = _rows(found, moved, differs, columns, (keys_b, keys_a), (shapes_b, shapes_a), crs)
    rows["area_before_m2"] = [area_b[p] if p >= 0 else 0.0 for p in rows["at_before"]]
    rows["area_after_m2"] = [area_a[p] if p >= 0 else 0.0 for p in rows["at_after"]]
    _gains(rows)
    rows["name"] = _names(rows, before, after)
    named = class_column(table_b, table_a)
    counts = {
        "added": len(found.added),
        "removed": len(found.removed),
        "reshaped": int(moved.sum()),
        "attributes": int((differs & ~moved).sum()),
        "rekeyed": int(found.rekeyed.sum()),
    }
    return LayerDiff(
        counts,
        len(before),
        len(after),
        float(area_b.sum()),
        float(area_a.sum()),
        float(rows["gained_m2"].sum()),
        float(rows["lost_m2"].sum()),
        [] if counties is None else by_county(rows, counties, crs),
        [] if named is None else by_class(rows, table_b, table_a, named),
        GeoDataFrame(rows, geometry="geometry", crs=CGCS2000),
    )


def _same(before: NDArray[np.object_], after: NDArray[np.object_]) -> NDArray[np.bool_]:
    """Return whether each pair has the same outline, wherever its rings start."""
    same: NDArray[np.bool_] = shapely.equals_exact(before, after, tolerance=0.0)
    neither = shapely.is_missing(before) & shapely.is_missing(after)
    same |= neither
    rows = np.flatnonzero(~same)
    same[rows] = shapely.equals_exact(
        shapely.normalize(before[rows]), shapely.normalize(after[rows]), tolerance=_TOLERANCE_DEG
    )
    return same


def _rows(
    found: Matches,
    moved: NDArray[np.bool_],
    differs: NDArray[np.bool_],
    columns: dict[str, NDArray[np.bool_]],
    keys: tuple[NDArray[np.object_], NDArray[np.object_]],
    shapes: tuple[NDArray[np.object_], NDArray[np.object_]],
    crs: CRS,
) -> pd.DataFrame:
    """Return one row a changed feature, without areas; pairs first, then added, then removed."""
    pairs = np.flatnonzero(moved | differs | found.rekeyed)
    change = np.where(moved[pairs], "reshaped", np.where(differs[pairs], "attributes", "rekeyed"))
    changed = [", ".join(name for name, rows in columns.items() if rows[pair]) for pair in pairs]
    added, removed = len(found.added), len(found.removed)
    at_before = np.concatenate([found.before[pairs], np.full(added, -1), found.removed])
    at_after = np.concatenate([found.after[pairs], found.added, np.full(removed, -1)])
    kinds = np.array([*change.tolist(), *["added"] * added, *["removed"] * removed], dtype=object)
    old, new = _picked(shapes[0], at_before), _picked(shapes[1], at_after)
    gained, lost = np.full(len(kinds), None, object), np.full(len(kinds), None, object)
    gained[kinds == "added"] = new[kinds == "added"]
    lost[kinds == "removed"] = old[kinds == "removed"]
    whole = np.where(kinds == "removed", old, new).astype(object)
    rows = np.flatnonzero(kinds == "reshaped")
    one, other = metric_shapes(old[rows], crs), metric_shapes(new[rows], crs)
    shared = np.zeros(len(kinds))
    shared[rows] = area_m2(areal_parts(shapely.intersection(one, other)), crs)
    gained[rows] = to_geographic(shapely.difference(other, one), crs)
    lost[rows] = to_geographic(shapely.difference(one, other), crs)
    whole[rows] = to_geographic(shapely.symmetric_difference(one, other), crs)
    return pd.DataFrame(
        {
            "change": kinds,
            "key_before": _picked(keys[0], at_before),
            "key_after": _picked(keys[1], at_after),
            "columns": [*changed, *[""] * (added + removed)],
            "at_before": at_before.astype(np.int64),
            "at_after": at_after.astype(np.int64),
            "shared_m2": shared,
            **{name: pd.Series(list(part), dtype=object) for name, part in (
                ("gained", gained), ("lost", lost), ("before", old), ("after", new),
                ("geometry", whole),
            )},
        }
    )  # fmt: skip


def _picked(values: NDArray[np.object_], positions: NDArray[np.int64]) -> NDArray[np.object_]:
    """Return the values at some positions, None at -1."""
    result = np.full(len(positions), None, dtype=object)
    given = positions >= 0
    result[given] = values[positions[given]]
    return result


def _gains(rows: pd.DataFrame) -> None:
    """Fill in the areas gained and lost: what each version has beyond what both share."""
    gained = np.zeros(len(rows))
    lost = np.zeros(len(rows))
    kinds = rows["change"].to_numpy()
    before, after = rows["area_before_m2"].to_numpy(), rows["area_after_m2"].to_numpy()
    reshaped = kinds == "reshaped"
    shared = np.minimum(rows["shared_m2"].to_numpy(), np.minimum(before, after))
    gained[reshaped] = (after - shared)[reshaped]
    lost[reshaped] = (before - shared)[reshaped]
    gained[kinds == "added"] = after[kinds == "added"]
    lost[kinds == "removed"] = before[kinds == "removed"]
    rows["gained_m2"], rows["lost_m2"] = gained, lost


def _names(rows: pd.DataFrame, before: GeoDataFrame, after: GeoDataFrame) -> list[str]:
    """Return each changed feature's name, of the later version where it is in both."""
    named = []
    for frame in (before, after):
        column = next((c for c in FEATURE_NAME_COLUMNS if c in frame.columns), None)
        named.append(texts(frame[column]).to_numpy() if column else np.full(len(frame), ""))
    return [
        str(named[1][a]) if a >= 0 else str(named[0][b])
        for b, a in zip(rows["at_before"], rows["at_after"], strict=True)
    ]
