"""Clipped features give what whole ones give: the same pairs, areas, distances, nearest."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo_toolkit.siting.clipping import MOST_VERTICES, clipped_near, near_pairs, overlap_pieces
from geo_toolkit.siting.outlines import Outlines, nearest_parts

X0, Y0 = 500_000.0, 3_397_000.0


def ragged(rng, count, x, y, radius, spread=0.4):
    """Return a simple star-shaped ring with a ragged outline."""
    angle = np.arange(count) * (2 * np.pi / count)
    reach = radius * np.exp(spread * np.cumsum(rng.standard_normal(count)) / np.sqrt(count))
    reach *= np.exp(np.linspace(0, -np.log(reach[-1] / reach[0]), count))  # closes without a jump
    return np.column_stack([X0 + x + reach * np.cos(angle), Y0 + y + reach * np.sin(angle)])


def giants(rng):
    """Return a giant, one with many holes, a multi-part one, a long line, and small ones."""
    outer = ragged(rng, 4000, 0, 0, 3000)
    holes = [ragged(rng, 40, 700 * np.cos(a), 700 * np.sin(a), 25) for a in np.arange(0, 6.2, 0.1)]
    two = shapely.multipolygons(
        [shapely.Polygon(ragged(rng, 900, x, -4000, 700)) for x in (-2000, 2000)]
    )
    line = shapely.LineString(np.column_stack([
        X0 + np.linspace(-6000, 6000, 3000), Y0 + 80 * rng.standard_normal(3000).cumsum() / 8
    ]))  # fmt: skip
    small = [shapely.Polygon(ragged(rng, 30, *rng.uniform(-5000, 5000, 2), 300)) for _ in range(40)]
    shapes = [shapely.Polygon(ragged(rng, 3000, 4000, 4000, 1500)), shapely.Polygon(outer, holes),
              two, line, *small]  # fmt: skip
    made = np.array(shapes, dtype=object)
    bad = ~shapely.is_valid(made)
    made[bad] = shapely.make_valid(made[bad], method="structure", keep_collapsed=False)
    return made


def parcels(rng, count):
    return np.array(
        [
            shapely.Polygon(
                ragged(rng, int(rng.integers(4, 40)), *rng.uniform(-6000, 6000, 2),
                       float(np.exp(rng.uniform(2, 6.5))), 0.1)
            )
            for _ in range(count)
        ],
        dtype=object,
    )  # fmt: skip


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("reach_m", [0.0, 1.0, 333.3])
def test_same_pairs_and_areas_as_whole_features(seed, reach_m):
    rng = np.random.default_rng(seed)
    features, sites = giants(rng), parcels(rng, 300)
    tree = shapely.STRtree(features)
    site, feature, near = near_pairs(sites, features, tree, reach_m=reach_m)
    found = tree.query(sites, predicate="dwithin", distance=reach_m)
    order = np.lexsort((found[1], found[0]))
    assert np.array_equal(site, found[0][order])
    assert np.array_equal(feature, found[1][order])
    assert (shapely.get_num_coordinates(features[feature]) > MOST_VERTICES).sum() > 50
    pieces = overlap_pieces(sites[site], near)
    whole = shapely.intersection(sites[site], features[feature])
    assert shapely.area(pieces) == pytest.approx(shapely.area(whole), rel=1e-9, abs=1e-6)
    assert shapely.length(pieces) == pytest.approx(shapely.length(whole), rel=1e-9, abs=1e-6)
    assert shapely.is_valid(pieces).all()
    assert shapely.distance(sites[site], near) == pytest.approx(
        shapely.distance(sites[site], features[feature]), abs=1e-9
    )


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10_000), x=st.floats(-4000, 4000), y=st.floats(-4000, 4000),
       size=st.floats(1, 3000))  # fmt: skip
def test_any_rectangle_is_cut_as_by_the_whole_feature(seed, x, y, size):
    rng = np.random.default_rng(seed % 5)
    features = giants(rng)[:4]
    site = np.array([shapely.box(X0 + x, Y0 + y, X0 + x + size, Y0 + y + size)] * 4)
    near = clipped_near(features, site, margin_m=0.0)
    for done, whole in zip(overlap_pieces(site, near), features, strict=True):
        left = shapely.symmetric_difference(done, shapely.intersection(site[0], whole))
        assert shapely.area(left) < 1e-6


def test_each_pair_may_have_its_own_margin():
    """With the distance of each pair as its margin, the clip keeps that distance."""
    rng = np.random.default_rng(1)
    features, sites = giants(rng), parcels(rng, 60)
    at = rng.integers(0, len(features), len(sites))
    far = shapely.distance(sites, features[at])
    near = clipped_near(features[at], sites, margin_m=far)
    assert shapely.distance(sites, near) == pytest.approx(far, abs=1e-9)


def test_small_features_stay_as_they_are():
    box = np.array([shapely.box(0, 0, 1, 1)])
    assert clipped_near(box, box, margin_m=0.0)[0] is box[0]


def test_an_empty_site_is_near_nothing():
    """A site shrunk to nothing still stands in its pairs."""
    rng = np.random.default_rng(2)
    features = giants(rng)
    gone = np.array([shapely.Polygon(), shapely.box(X0, Y0, X0 + 10, Y0 + 10)], dtype=object)
    assert clipped_near(features[[0, 1]], gone, margin_m=5.0)[0] is features[0]
    site, _, _ = near_pairs(gone, features, shapely.STRtree(features), reach_m=1.0)
    assert set(site.tolist()) == {1}


def test_no_pair_is_no_pair():
    nothing = np.empty(0, dtype=object)
    site, feature, near = near_pairs(nothing, nothing, shapely.STRtree(nothing), reach_m=1.0)
    assert (len(site), len(feature), len(near)) == (0, 0, 0)
    assert len(overlap_pieces(nothing, nothing)) == 0


@pytest.mark.parametrize("seed", range(4))
def test_the_nearest_outline_is_the_nearest_feature(seed):
    rng = np.random.default_rng(seed)
    features = np.append(giants(rng), shapely.points([[X0 + 9000, Y0], [X0, Y0 + 9000]]))
    sites = parcels(rng, 200)
    feature, stretch = Outlines.build(features).nearest(sites)
    each = shapely.distance(sites[:, None], features[None, :])
    apart = each.min(axis=1) > 0
    assert apart.sum() > 50
    assert shapely.distance(sites, stretch)[apart] == pytest.approx(
        each.min(axis=1)[apart], abs=1e-9
    )
    assert np.array_equal(feature[apart], each.argmin(axis=1)[apart])


def test_outlines_of_some_features_and_of_none():
    features = np.array([shapely.box(0, 0, 1, 1), shapely.Point(5, 0), shapely.box(9, 0, 10, 1)])
    outlines = Outlines.build(features)
    site = np.array([shapely.box(2, 0, 3, 1)])
    assert outlines.nearest(site)[0].tolist() == [0]
    assert outlines.of(np.array([1, 2])).nearest(site)[0].tolist() == [1]
    feature, stretch = outlines.of(np.array([], dtype=int)).nearest(site)
    assert (feature.tolist(), stretch.tolist()) == ([-1], [None])


@pytest.mark.parametrize("seed", range(4))
def test_nearest_parts_measure_as_whole_features(seed):
    rng = np.random.default_rng(seed)
    features, sites = giants(rng), parcels(rng, 200)
    asked = np.arange(0, len(features), 2)
    outlines = Outlines.build(features)
    feature, part = nearest_parts(sites, features, shapely.STRtree(features), outlines, asked)
    each = shapely.distance(sites[:, None], features[None, asked])
    assert shapely.distance(sites, part) == pytest.approx(each.min(axis=1), abs=1e-9)
    assert np.array_equal(feature, asked[each.argmin(axis=1)])
    assert (each.min(axis=1) == 0).sum() > 20


def test_among_equals_the_first_feature():
    features = np.array([shapely.box(10, 0, 11, 1), shapely.box(-8, 0, -7, 1)])
    outlines = Outlines.build(features)
    assert outlines.nearest(np.array([shapely.box(0, 0, 3, 1)]))[0].tolist() == [0]
