"""What a check makes once: the nearest features, and frames when they are asked for."""

import pickle
from dataclasses import replace

import numpy as np
import pytest
import shapely

from geo_toolkit.geodesy import CGCS2000, from_geographic, topology_crs
from geo_toolkit.geodesy.kept import kept_by_crs
from geo_toolkit.rules import today
from geo_toolkit.siting import CheckResult, Constraints, SiteArrays
from geo_toolkit.siting.nearest import nearest_features, nearest_of

EAST = np.array([100.0, 0.0])


@pytest.fixture
def workspace(city, rectangle):
    city.layer("a", "ecological_red_line", [("A", rectangle(0, 0, 1000))], coverage="all")
    city.layer("b", "water_body", [("B", rectangle(3000, 0, 1000))], coverage="all")
    return city.rule("R", "ecological_red_line").rule("W", "water_body").open()


@pytest.fixture
def arrays(plots, rectangle, workspace):
    sites = plots(rectangle(1500, 0, 100), rectangle(-500, 0, 100))
    shapes = from_geographic(sites.frame.geometry.to_numpy(), workspace.topology_crs)
    none = np.zeros(2, dtype=bool)
    return SiteArrays(("1", "2"), shapes, shapely.area(shapes), none, none)


@pytest.fixture
def line(workspace):
    layers = workspace.layers.of_role("ecological_red_line", today())
    return Constraints.build("ecological_red_line", layers, workspace.topology_crs)


def test_the_nearest_of_all_is_found_once_and_is_what_it_was(arrays, line):
    asked = np.arange(len(line))
    first, again = nearest_of(arrays, line, asked), nearest_of(arrays, line, asked)
    assert first[1] is again[1]
    plain = nearest_features(arrays.geometry, line, asked)
    assert first[0].tolist() == plain[0].tolist() == [0, 0]
    assert first[1].tolist() == plain[1].tolist()
    assert first[1] == pytest.approx([500, 400], rel=1e-3)


def test_sites_of_another_shape_do_not_get_what_was_found_for_these(arrays, line):
    asked = np.arange(len(line))
    nearest_of(arrays, line, asked)
    moved = replace(arrays, geometry=shapely.transform(arrays.geometry, lambda xy: xy + EAST))
    assert moved.nearest == {}
    assert nearest_of(moved, line, asked)[1] == pytest.approx([600, 300], rel=1e-3)


def test_no_feature_asked_of_is_no_feature_found(arrays, line):
    feature, _ = nearest_of(arrays, line, np.empty(0, dtype=np.int64))
    assert feature.tolist() == [-1, -1]


def test_progress_rises_to_one_and_changes_nothing(workspace, plots, rectangle):
    told = []
    sites = plots(rectangle(900, 0, 200))
    seen = workspace.check(sites, record=False, progress=told.append)
    assert told == sorted(told)
    assert told[-1] == 1.0
    assert len(told) >= 6  # two roles loaded, two decided, and the rest
    plain = workspace.check(sites, record=False)
    assert {**seen.document, "generated_at": 0} == {**plain.document, "generated_at": 0}


def test_a_check_that_is_kept_later_is_the_one_recorded_at_once(workspace, plots, rectangle):
    sites = plots(rectangle(900, 0, 200))
    result = workspace.check(sites, record=False)
    assert workspace.records.ids() == []
    assert workspace.keep(result, sites)
    assert workspace.recorded_check(result.document["check_id"]) == result.document


def test_the_other_edition_of_a_recorded_check(workspace, plots, rectangle):
    result = workspace.check(plots(rectangle(900, 0, 200)))
    check_id = result.document["check_id"]
    own = workspace.edition(check_id, "internal")
    assert own.document == result.document
    other = workspace.edition(check_id, "applicant")
    assert other.document["audience"] == "applicant"
    assert other.document["sites"][0]["verdict"] == "prohibited"
    assert workspace.records.ids() == [check_id]


def test_a_frame_is_made_when_it_is_asked_for_and_once():
    made = []

    def frame():
        made.append(1)
        return "frame"

    result = CheckResult({}, frame, "overlaps", "nearest")
    assert made == []
    assert (result.sites, result.sites, result.overlaps) == ("frame", "frame", "overlaps")
    assert made == [1]
    other = replace(result, document={"a": 1})
    assert (other.sites, other.document) == ("frame", {"a": 1})
    with pytest.raises(AttributeError):
        result.sites = "x"


def test_a_result_goes_to_another_process_with_its_frames(workspace, plots, rectangle):
    result = workspace.check(plots(rectangle(900, 0, 200)), record=False)
    there = pickle.loads(pickle.dumps(result))
    assert there.document == result.document
    assert there.overlaps.equals(result.overlaps)
    assert len(there.overlaps) == 1


def test_what_is_kept_by_crs_is_made_once_for_an_object():
    made = []
    known = kept_by_crs(lambda crs: made.append(crs) or crs.name)
    metric = topology_crs((106.0, 30.5, 106.4, 30.9))
    assert [known(metric), known(metric), known(CGCS2000)] == [
        metric.name, metric.name, CGCS2000.name,
    ]  # fmt: skip
    assert made == [metric, CGCS2000]
    for west in range(100):
        known(topology_crs((west, 30, west + 1, 31)))
    assert known(metric) == metric.name
