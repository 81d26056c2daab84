"""Large features cut down to what lies near each site, so that a pair costs what it shows.

An outline of half a million vertices meets a parcel in a few of them. The feature is clipped to
the rectangle round its sites, the sites are halved, and so on down: each pair ends with one
clipped shape, so that overlaps have no seams, and vertices near the site are the feature's own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

from geo_toolkit.siting.shapes import polygons_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["MOST_VERTICES", "clipped_near", "near_pairs", "overlap_pieces"]

MOST_VERTICES = 256
"""Features with no more vertices than this stay as they are."""

_SPARE_M = 1.0  # keeps the clip's own edges away from the site
_POLYGONAL = (3, 6)


def near_pairs(
    sites: NDArray[np.object_],
    features: NDArray[np.object_],
    tree: shapely.STRtree,
    *,
    reach_m: float,
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.object_]]:
    """Return every pair within a distance, by site then feature, with the feature near the site.

    Parameters
    ----------
    sites, features
        Geometries in one metric CRS.
    tree
        The index over ``features``.
    reach_m
        How far apart a pair may be, in the CRS.

    Returns
    -------
    site, feature, near
        Positions, and each pair's feature clipped as by ``clipped_near``: the same as the whole
        feature for overlaps with the site, and for distances up to ``reach_m``.
    """
    found = tree.query(_boxes(sites, reach_m))
    order = np.lexsort((found[1], found[0]))
    site, feature = found[0][order], found[1][order]
    near = clipped_near(features[feature], sites[site], margin_m=reach_m)
    close = shapely.dwithin(sites[site], near, reach_m)
    return site[close], feature[close], near[close]


def clipped_near(
    features: NDArray[np.object_],
    sites: NDArray[np.object_],
    *,
    margin_m: float | NDArray[np.float64],
) -> NDArray[np.object_]:
    """Return each feature without what is farther than a margin from its site's envelope.

    Parameters
    ----------
    features, sites
        Pairs, in one metric CRS; the same feature may be there many times.
    margin_m
        What is nearer than this to a site is kept as it is; one number, or one a pair.
    """
    near = np.array(features, dtype=object)
    count = shapely.get_num_coordinates(near)
    large = np.flatnonzero((count > MOST_VERTICES) & ~shapely.is_empty(sites))
    if not len(large):
        return near
    box = shapely.bounds(sites[large])
    by = np.broadcast_to(margin_m, len(near))[large, None] + _SPARE_M
    box[:, :2] -= by
    box[:, 2:] += by
    same: dict[int, list[int]] = {}
    for i, geometry in enumerate(near[large]):
        same.setdefault(id(geometry), []).append(i)
    for rows in same.values():
        whole = near[large[rows[0]]]
        for some, shape in _halved(whole, np.array(rows), box):
            near[large[some]] = shape
    return near


def overlap_pieces(sites: NDArray[np.object_], near: NDArray[np.object_]) -> NDArray[np.object_]:
    """Return the overlap of each pair: the site itself where it lies inside the feature.

    Parameters
    ----------
    sites, near
        Pairs as ``near_pairs`` gives them. Only shapes shared by several pairs are prepared, and
        those are made by the clip, never the features themselves: a prepared geometry must not
        be used from two threads.
    """
    pieces = np.array(sites, dtype=object)
    rest = np.ones(len(pieces), dtype=bool)
    of: dict[int, list[int]] = {}
    for i, shape in enumerate(near):
        of.setdefault(id(shape), []).append(i)
    for rows in of.values():
        shape = near[rows[0]]
        if len(rows) > 1 and shapely.get_type_id(shape) in _POLYGONAL:
            own = shapely.from_wkb(shapely.to_wkb(shape))
            shapely.prepare(own)
            rest[rows] = ~shapely.contains_properly(own, sites[rows])
    pieces[rest] = shapely.intersection(sites[rest], near[rest])
    return pieces


def _halved(
    whole: shapely.Geometry, rows: NDArray[np.int64], box: NDArray[np.float64]
) -> list[tuple[NDArray[np.int64], shapely.Geometry]]:
    """Return the rows in groups, each with the feature clipped to the group's envelope."""
    done: list[tuple[NDArray[np.int64], shapely.Geometry]] = []
    todo = [(rows, whole)]
    while todo:
        some, shape = todo.pop()
        low, high = box[some, :2].min(axis=0), box[some, 2:].max(axis=0)
        shape = shapely.clip_by_rect(shape, *low, *high)
        if len(some) == 1 or shapely.get_num_coordinates(shape) <= MOST_VERTICES:
            done.append((some, _mended(shape, whole, low, high)))
            continue
        middle = box[some, :2] + box[some, 2:]
        axis = int(np.argmax(np.ptp(middle, axis=0)))
        order = np.argsort(middle[:, axis], kind="stable")
        half = len(some) // 2
        todo += [(some[order[:half]], shape), (some[order[half:]], shape)]
    return done


def _mended(
    shape: shapely.Geometry,
    whole: shapely.Geometry,
    low: NDArray[np.float64],
    high: NDArray[np.float64],
) -> shapely.Geometry:
    """Return a clip, made by overlay where the fast way left an invalid polygon."""
    if shapely.get_type_id(whole) not in _POLYGONAL or shapely.is_valid(shape):
        return shape
    cut = shapely.intersection(whole, shapely.box(*low, *high))
    polygons: shapely.Geometry = polygons_of(np.array([cut], dtype=object))[0]
    return polygons


def _boxes(sites: NDArray[np.object_], by_m: float) -> NDArray[np.object_]:
    x0, y0, x1, y1 = shapely.bounds(sites).T
    boxes: NDArray[np.object_] = shapely.box(x0 - by_m, y0 - by_m, x1 + by_m, y1 + by_m)
    boxes[shapely.is_empty(sites)] = shapely.Polygon()
    return boxes
