"""Which feature of one version is which of another: by key, and by outline where keys changed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely

from geo_toolkit.catalogue.content import metric_shapes

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from pyproj import CRS

__all__ = ["Matches", "match_features"]

_SAME_KEYS_SHARE = 0.5
_SAME_FEATURE_SHARE = 0.5
_ROUND_DEG = 9


@dataclass(frozen=True)
class Matches:
    """Positions of features that are the same, and of those that have no counterpart.

    ``rekeyed`` says of each pair whether it was found by its outline.
    """

    before: NDArray[np.int64]
    after: NDArray[np.int64]
    rekeyed: NDArray[np.bool_]
    removed: NDArray[np.int64]
    added: NDArray[np.int64]


def match_features(
    keys_before: NDArray[np.object_],
    keys_after: NDArray[np.object_],
    before: NDArray[np.object_],
    after: NDArray[np.object_],
    crs: CRS,
) -> Matches:
    """Return which features of two versions are the same.

    First by key. What is left is matched by identical outlines; and, where less than half of the
    keys are found again, by outlines that share more than half of their common area.

    Parameters
    ----------
    keys_before, keys_after
        Unique keys.
    before, after
        Geometries in CGCS2000 degrees.
    crs
        The metric CRS of the workspace.
    """
    position = pd.Index(keys_after).get_indexer(pd.Index(keys_before))
    b = np.flatnonzero(position >= 0)
    a = position[b]
    left_b = np.flatnonzero(position < 0)
    left_a = np.setdiff1d(np.arange(len(keys_after)), a)
    by_key = len(b)
    smaller = min(len(keys_before), len(keys_after))
    if len(left_b) and len(left_a):
        x, y = _by_outline(before[left_b], after[left_a])
        b, a = np.append(b, left_b[x]), np.append(a, left_a[y])
        left_b, left_a = np.delete(left_b, x), np.delete(left_a, y)
    if by_key < _SAME_KEYS_SHARE * smaller and len(left_b) and len(left_a):
        x, y = _by_overlap(before[left_b], after[left_a], crs)
        b, a = np.append(b, left_b[x]), np.append(a, left_a[y])
        left_b, left_a = np.delete(left_b, x), np.delete(left_a, y)
    rekeyed = np.arange(len(b)) >= by_key
    return Matches(b, a, rekeyed, left_b, left_a)


def _by_outline(
    before: NDArray[np.object_], after: NDArray[np.object_]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return pairs of positions with the same outline, each used once."""
    tables = []
    for side, shapes in (("b", before), ("a", after)):
        code = pd.Series(_codes(shapes))
        table = pd.DataFrame({side: np.arange(len(code)), "code": code})
        table = table[~shapely.is_missing(shapes) & ~shapely.is_empty(shapes)]
        tables.append(table.assign(turn=table.groupby("code").cumcount()))
    both = tables[0].merge(tables[1], on=["code", "turn"]).sort_values("b")
    return both["b"].to_numpy(np.int64), both["a"].to_numpy(np.int64)


def _codes(shapes: NDArray[np.object_]) -> NDArray[np.object_]:
    """Return a code of each outline that does not depend on where its rings start."""
    rounded = shapely.transform(shapes, lambda xy: np.round(xy, _ROUND_DEG))
    return np.asarray(shapely.to_wkb(shapely.normalize(rounded)), dtype=object)


def _by_overlap(
    before: NDArray[np.object_], after: NDArray[np.object_], crs: CRS
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return pairs of positions that share more than half of the area they cover together."""
    old, new = metric_shapes(before, crs), metric_shapes(after, crs)
    b, a = shapely.STRtree(new).query(old, predicate="intersects")
    shared = shapely.area(shapely.intersection(old[b], new[a]))
    together = shapely.area(old[b]) + shapely.area(new[a]) - shared
    with np.errstate(invalid="ignore", divide="ignore"):
        share = np.where(together > 0, shared / together, 0.0)
    good = np.flatnonzero(share > _SAME_FEATURE_SHARE)
    # More than half of the union: no feature can have two such counterparts unless features
    # overlap each other; the better one is then taken.
    order = good[np.argsort(-share[good], kind="stable")]
    pairs = pd.DataFrame({"b": b[order], "a": a[order]})
    pairs = pairs[~pairs["b"].duplicated() & ~pairs["a"].duplicated()].sort_values("b")
    return pairs["b"].to_numpy(np.int64), pairs["a"].to_numpy(np.int64)
