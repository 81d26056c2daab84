"""Outlines in short stretches, so that the nearest of large features is found by an index."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely

from geo_toolkit.siting.clipping import near_pairs

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Outlines", "nearest_parts"]

_EDGES = 32  # of a stretch
_POINT, _LINE, _RING, _POLYGON = 0, 1, 2, 3


@dataclass(frozen=True)
class Outlines:
    """Stretches of the outlines of features, and an index over them.

    Attributes
    ----------
    shapes
        Lines of a few edges, and points.
    feature
        For each of them, the position of its feature.
    """

    shapes: NDArray[np.object_]
    feature: NDArray[np.int64]
    tree: shapely.STRtree

    @classmethod
    def build(cls, features: NDArray[np.object_]) -> Outlines:
        """Return the outlines of points, lines and polygons, single or multi."""
        parts, owner = shapely.get_parts(features, return_index=True)
        kind = shapely.get_type_id(parts)
        areal = kind == _POLYGON
        rings, of = shapely.get_rings(parts[areal], return_index=True)
        lines = np.concatenate([rings, parts[kind == _LINE]])
        line_owner = np.concatenate([owner[areal][of], owner[kind == _LINE]])
        stretches, line = _stretches(lines)
        dots = (kind == _POINT) & ~shapely.is_empty(parts)
        shapes = np.concatenate([stretches, parts[dots]])
        feature = np.concatenate([line_owner[line], owner[dots]]).astype(np.int64)
        return cls(shapes, feature, shapely.STRtree(shapes))

    def of(self, asked: NDArray[np.int64]) -> Outlines:
        """Return the outlines of some features."""
        keep = np.isin(self.feature, asked)
        if keep.all():
            return self
        shapes = self.shapes[keep]
        return Outlines(shapes, self.feature[keep], shapely.STRtree(shapes))

    def nearest(self, sites: NDArray[np.object_]) -> tuple[NDArray[np.int64], NDArray[np.object_]]:
        """Return, for each site, the feature whose outline is nearest, and the stretch that is.

        Among equals, the first feature. The distance to the stretch is that to the feature where
        the site does not lie inside it. Where there is nothing, the feature is -1 and the stretch
        None.
        """
        feature = np.full(len(sites), -1, dtype=np.int64)
        stretch = np.full(len(sites), None, dtype=object)
        if len(self.shapes) and len(sites):
            site, row = self.tree.query_nearest(sites, all_matches=True)
            order = np.lexsort((row, self.feature[row], site))
            site, row = site[order], row[order]
            first = np.unique(site, return_index=True)[1]
            feature[site[first]] = self.feature[row[first]]
            stretch[site[first]] = self.shapes[row[first]]
        return feature, stretch


def nearest_parts(
    sites: NDArray[np.object_],
    features: NDArray[np.object_],
    tree: shapely.STRtree,
    outlines: Outlines,
    asked: NDArray[np.int64],
) -> tuple[NDArray[np.int64], NDArray[np.object_]]:
    """Return, for each site, the nearest of some features, and the part of it that is nearest.

    The part gives the distance and the shortest line of the whole feature. Among equals, as
    among features that overlap the site, the first. Without features, -1 and None.

    Parameters
    ----------
    sites, features
        Geometries in one metric CRS.
    tree, outlines
        The index over ``features``, and their outlines.
    asked
        Positions of the features that count, each once.
    """
    is_all = len(asked) == len(features)
    feature, part = (outlines if is_all else outlines.of(asked)).nearest(sites)
    site, met, near = near_pairs(sites, features, tree, reach_m=0.0)
    if not is_all:
        counts = np.isin(met, asked)
        site, met, near = site[counts], met[counts], near[counts]
    first = np.unique(site, return_index=True)[1]
    feature[site[first]] = met[first]
    part[site[first]] = near[first]
    return feature, part


def _stretches(lines: NDArray[np.object_]) -> tuple[NDArray[np.object_], NDArray[np.int64]]:
    """Return lines cut into stretches of a few edges, and the line of each."""
    xy, line = shapely.get_coordinates(lines, return_index=True)
    if not len(xy):
        return np.empty(0, dtype=object), np.empty(0, dtype=np.int64)
    begin = np.flatnonzero(np.r_[True, line[1:] != line[:-1]])
    count = np.diff(np.append(begin, len(line)))
    pieces = np.maximum(1, -(-(count - 1) // _EDGES))
    owner = np.repeat(np.arange(len(begin)), pieces)
    number = np.arange(len(owner)) - np.repeat(np.cumsum(pieces) - pieces, pieces)
    start = begin[owner] + number * _EDGES
    stop = np.minimum(start + _EDGES, begin[owner] + count[owner] - 1) + 1
    length = stop - start
    at = np.repeat(start - np.cumsum(length) + length, length) + np.arange(length.sum())
    indices = np.repeat(np.arange(len(owner)), length)
    made = shapely.linestrings(xy[at], indices=indices)
    return np.asarray(made, dtype=object), line[begin][owner].astype(np.int64)
