"""Lines into edges: where they meet, where they do not, and the links over gaps."""

import numpy as np
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo_toolkit.access.noding import node_lines


def lines_of(*coords):
    return np.array([shapely.LineString(c) for c in coords], dtype=object)


def cut(lines, *, street=False, points=(), apart=None, group=None, snap=50.0, tie=1e9, end=0.0):
    count = len(lines)
    return node_lines(
        lines,
        group=group or [str(i) for i in range(count)],
        is_street=np.full(count, street),
        is_apart=np.zeros(count, dtype=bool) if apart is None else np.array(apart),
        points=np.array([shapely.Point(p) for p in points], dtype=object),
        point_snap_m=np.full(len(points), float(snap)),
        point_tie_m=tie,
        end_snap_m=end,
        street_snap_m=end,
    )


CROSS = lines_of([(0, 0), (10, 0)], [(5, -5), (5, 5)])


def test_streets_meet_where_they_cross():
    found = cut(CROSS, street=True)
    assert len(found.a) == 4
    assert sorted(shapely.length(found.geometry).tolist()) == [5, 5, 5, 5]
    assert len(found.xy) == 5


def test_expressways_and_bridges_pass_over():
    assert len(cut(CROSS).a) == 2
    assert len(cut(CROSS, street=True, apart=[False, True]).a) == 2


def test_lines_meet_at_a_shared_vertex():
    found = cut(lines_of([(0, 0), (5, 0), (10, 0)], [(5, 0), (5, 5)]))
    assert len(found.a) == 3
    assert np.bincount(np.concatenate([found.a, found.b])).max() == 3


def test_a_loose_end_is_linked_to_the_line_beside_it_with_its_length():
    lines = lines_of([(0, 0), (100, 0)], [(50, 30), (50, 90)])
    found = cut(lines, end=40)
    assert [(j.kind, j.length_m) for j in found.joints] == [("end", 30.0)]
    assert len(found.a) == 3  # the first line is cut at x = 50
    assert not len(cut(lines, end=20).joints)


def test_a_loose_end_just_past_a_line_is_linked_too():
    lines = lines_of([(0, 0), (100, 0)], [(50, 90), (50, -10)])
    found = cut(lines, end=40)
    assert [(j.kind, j.length_m) for j in found.joints] == [("end", 10.0)]


def test_a_loose_end_is_not_linked_to_a_line_it_hangs_on_already():
    lines = lines_of([(0, 0), (100, 0)], [(100, 0), (100, 30)])
    assert not cut(lines, end=40).joints


def test_a_point_joins_each_route_near_it_once():
    lines = lines_of([(0, 0), (100, 0)], [(0, 20), (100, 20)], [(0, 24), (100, 24)])
    found = cut(lines, points=[(50, 10)], group=["a", "b", "b"])
    assert sorted(round(j.length_m) for j in found.joints) == [10, 10]
    assert found.point_m.tolist() == [10.0]
    far = cut(lines, points=[(50, 10)], snap=5)
    assert far.point_node.tolist() == [-1]
    assert not far.joints


def test_a_point_joins_only_lines_as_near_as_the_nearest_plus_the_tie():
    lines = lines_of([(0, 0), (100, 0)], [(0, 40), (100, 40)])
    assert len(cut(lines, points=[(50, 5)], tie=10).joints) == 1
    assert len(cut(lines, points=[(50, 5)], tie=30).joints) == 2


def test_a_point_on_a_line_is_a_node_of_it():
    found = cut(lines_of([(0, 0), (100, 0)]), points=[(30, 0)])
    assert not found.joints
    assert sorted(shapely.length(found.geometry).tolist()) == [30, 70]
    assert found.xy[found.point_node[0]].tolist() == [30, 0]


def test_dangling_ends_are_listed():
    found = cut(lines_of([(0, 0), (100, 0)], [(100, 0), (100, 50)]))
    assert sorted(map(tuple, found.xy[found.dangling].tolist())) == [(0, 0), (100, 50)]


def test_nothing_gives_nothing():
    found = cut(np.zeros(0, dtype=object), points=[(0, 0)])
    assert len(found.a) == 0
    assert found.point_node.tolist() == [-1]
    assert np.isinf(found.point_m).all()


@given(st.lists(st.tuples(*[st.integers(0, 40)] * 4), min_size=1, max_size=8))
@settings(deadline=None)
def test_cutting_keeps_every_metre(segments):
    coords = [((a, b), (c, d)) for a, b, c, d in segments if (a, b) != (c, d)]
    if coords:
        lines = lines_of(*coords)
        found = cut(lines, street=True)
        length = np.zeros(len(lines))
        np.add.at(length, found.line, shapely.length(found.geometry))
        assert np.allclose(length, shapely.length(lines), atol=1.5)  # places are half a metre
