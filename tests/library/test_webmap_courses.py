"""Courses of lines: pieces become one line, schematic bends are rounded, upstream is upstream."""

import geopandas as gpd
import pytest
import shapely

from geo_toolkit.webmap.courses import flow_lines, joined_lines, rounded, upstream_deg


def pieces(**columns):
    lines = [
        shapely.LineString([(0, 0), (1, 0)]),
        shapely.LineString([(1, 0), (1, 1)]),
        shapely.LineString([(5, 5), (6, 5)]),
    ]
    values = {
        "line": ["a", "a", "b"],
        "status": ["existing"] * 3,
        "feature_evidence": ["schematic"] * 3,
        "feature_accuracy_m": [100.0, 300.0, 50.0],
        **columns,
    }
    return gpd.GeoDataFrame(values, geometry=lines, index=["a1", "a2", "b1"], crs=4490)


def test_pieces_of_one_line_become_one_feature_of_the_worst_accuracy():
    whole = joined_lines(pieces(), is_exact=True)
    assert whole.index.tolist() == ["a1", "b1"]
    assert whole["feature_accuracy_m"].tolist() == [300.0, 50.0]
    assert list(whole.geometry.iloc[0].coords) == [(0, 0), (1, 0), (1, 1)]


def test_pieces_that_differ_in_status_stay_apart():
    whole = joined_lines(pieces(status=["existing", "planned", "existing"]), is_exact=True)
    assert whole.index.tolist() == ["a1", "a2", "b1"]


def test_only_schematic_bends_are_rounded_and_only_on_maps():
    schematic = joined_lines(pieces(), is_exact=False).geometry.iloc[0]
    published = joined_lines(pieces(feature_evidence=["published"] * 3), is_exact=False)
    assert len(schematic.coords) > 3
    assert len(published.geometry.iloc[0].coords) == 3


def test_without_a_column_that_says_so_nothing_is_joined():
    frame = pieces().drop(columns="line")
    assert joined_lines(frame, is_exact=True) is frame


def test_rounding_keeps_every_vertex_and_strays_little():
    line = shapely.LineString([(0, 0), (10, 0), (20, 5), (20, 5), (30, 20)])
    curve = rounded(line)
    for vertex in line.coords:
        assert curve.distance(shapely.Point(vertex)) == pytest.approx(0, abs=1e-9)
    assert curve.hausdorff_distance(line) < 1.5
    straight = shapely.LineString([(0, 0), (1, 1)])
    assert rounded(straight).equals_exact(straight, 0)


def test_a_lock_points_up_its_nearest_river():
    south = shapely.LineString([(0, 0.1), (0, -0.1)])
    west = shapely.LineString([(1.1, 1), (0.9, 1)])
    assert upstream_deg(shapely.Point(0, 0), [south, west]) == 0
    assert upstream_deg(shapely.Point(1, 1), [south, west]) == 90
    assert upstream_deg(shapely.Point(0, 0), []) == 0


def test_flow_lines_are_single_lines():
    both = shapely.MultiLineString([[(0, 0), (1, 0)], [(2, 0), (3, 0)]])
    assert len(flow_lines([gpd.GeoSeries([both, shapely.Point(0, 0)])])) == 2
