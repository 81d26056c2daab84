"""Geometry in a page: quantised, simplified within the tolerance, shared edges kept shared."""

import geopandas as gpd
import numpy as np
import pytest
import shapely

from geo_toolkit.webmap.geometry import METRES_PER_DEGREE, anchor, encode, simplified


def decode(flat):
    return np.cumsum(np.array(flat).reshape(-1, 2), axis=0) / 1e6


def test_vertices_come_back_within_half_a_millionth():
    line = shapely.LineString([(106.1234567, 30.7654321), (106.2, 30.8), (105.9, 31.1)])
    kind, parts = encode(line)
    assert kind == 1
    assert np.abs(decode(parts[0]) - shapely.get_coordinates(line)).max() <= 0.51e-6


def test_a_polygon_keeps_its_holes_and_parts():
    holed = shapely.Polygon([(0, 0), (4, 0), (4, 4), (0, 4)], [[(1, 1), (1, 2), (2, 2), (2, 1)]])
    kind, parts = encode(shapely.MultiPolygon([holed, shapely.box(5, 5, 6, 6)]))
    assert kind == 2
    assert [len(rings) for rings in parts] == [2, 1]
    assert decode(parts[0][1])[0].tolist() == [1, 1]


def test_of_a_mixture_the_largest_dimension_is_kept():
    mixed = shapely.GeometryCollection([shapely.Point(0, 0), shapely.box(0, 0, 1, 1)])
    assert encode(mixed)[0] == 2


@pytest.mark.parametrize("nothing", [None, shapely.Polygon(), shapely.LineString()])
def test_nothing_is_encoded_as_nothing(nothing):
    assert encode(nothing) == []


def test_simplifying_stays_within_the_tolerance():
    x = np.linspace(0, 1, 2000)
    line = shapely.LineString(np.column_stack([x, 0.001 * np.sin(40 * x)]))
    simple = simplified(gpd.GeoSeries([line], crs=4490), tolerance_m=20)[0]
    assert len(simple.coords) < 400
    assert simple.hausdorff_distance(line) <= 20 / METRES_PER_DEGREE


def test_no_gap_opens_between_neighbours():
    y = np.linspace(0, 1, 500)
    edge = np.column_stack([0.5 + 0.0001 * np.sin(60 * y), y])
    left = shapely.Polygon([(0, 0), *edge, (0, 1)])
    right = shapely.Polygon([(1, 0), *edge, (1, 1)])
    a, b = simplified(gpd.GeoSeries([left, right], crs=4490), tolerance_m=20)
    assert len(a.exterior.coords) < 400
    assert a.intersection(b).area == pytest.approx(0, abs=1e-12)
    assert shapely.union(a, b).area == pytest.approx(1, abs=1e-9)


def test_half_a_million_vertices_become_few():
    angle = np.linspace(0, 2 * np.pi, 500_000, endpoint=False)
    ring = shapely.Polygon(np.column_stack([106 + 0.1 * np.cos(angle), 31 + 0.1 * np.sin(angle)]))
    simple = simplified(gpd.GeoSeries([ring], crs=4490), tolerance_m=10)[0]
    assert shapely.get_num_coordinates(simple) < 200
    assert simple.area == pytest.approx(ring.area, rel=2e-3)


def test_a_tolerance_of_nothing_changes_nothing():
    line = shapely.LineString([(0, 0), (0.5, 0), (1, 0)])
    assert simplified(gpd.GeoSeries([line], crs=4490), tolerance_m=0)[0].equals_exact(line, 0)


def test_the_anchor_lies_inside_a_horseshoe():
    shoe = shapely.Polygon([(0, 0), (9, 0), (9, 9), (8, 9), (8, 1), (1, 1), (1, 9), (0, 9)])
    assert not shoe.contains(shoe.centroid)
    assert shoe.contains(anchor(shoe))
    assert anchor(shapely.MultiPolygon([shoe, shapely.box(20, 20, 40, 40)])).x == 30
