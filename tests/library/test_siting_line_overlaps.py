"""Overlaps of the three control lines with each other: a warning, never a finding."""

from __future__ import annotations

import json

import pytest
import shapely

LINE, FARM = "ecological_red_line", "permanent_basic_farmland"


@pytest.fixture
def build(city):
    """Return a function that opens a workspace with a red line and farmland, 100 m overlapping."""

    def make(farm_x=900, *, line=None, farm=None):
        red, fields = shapely.box(0, 0, 1000, 1000), shapely.box(farm_x, 0, farm_x + 1000, 1000)
        city.layer("line", LINE, [("r", red)], coverage="all", **(line or {}))
        city.layer("farm", FARM, [("f", fields)], coverage="all", **(farm or {}))
        return city.rule("R", LINE).rule("F", FARM).open()

    return make


def check(workspace, sites, **options):
    return workspace.check(sites, record=False, **options).document


def test_two_lines_that_overlap_in_the_site_are_a_warning(build, plots, rectangle):
    document = check(build(), plots(rectangle(850, 200, 200, 100)))
    (row,) = document["line_overlaps"]
    assert row["roles"] == [FARM, LINE]
    assert row["layers"] == [["farm"], ["line"]]
    # 100 m by the site's 100 m and 100 m around it: rounded corners reach beyond x = 900 to 1000
    assert row["overlap_m2"] == pytest.approx(100 * 300, rel=1e-3)
    said = [text for text in document["warnings"] if "三条控制线不应交叉" in text]
    assert len(said) == 1
    assert "永久基本农田（farm）与生态保护红线（line）" in said[0]
    assert "3.00" in said[0]


def test_it_is_no_finding_and_changes_none(build, plots, rectangle):
    ws = build()
    inside = check(ws, plots(rectangle(1100, 200, 100)))["sites"][0]
    assert [(f["rule_id"], f["outcome"]) for f in inside["findings"]] == [
        ("R", "clear"),
        ("F", "hit"),
    ]


def test_far_from_the_site_it_is_not_looked_for(build, plots, rectangle):
    ws = build()
    assert check(ws, plots(rectangle(500, 200, 100)))["line_overlaps"] == []
    assert len(check(ws, plots(rectangle(750, 200, 100)))["line_overlaps"]) == 1


@pytest.mark.parametrize("farm_x", [1000, 999.9999, 1200])
def test_touching_lines_do_not_overlap(build, plots, rectangle, farm_x):
    assert check(build(farm_x), plots(rectangle(950, 200, 100)))["line_overlaps"] == []


def test_what_their_inaccuracy_explains_is_not_said(build, plots, rectangle):
    """Each may be 60 m off: together more than the 100 m of the overlap."""
    ws = build(line={"accuracy_m": 60}, farm={"accuracy_m": 60})
    assert check(ws, plots(rectangle(900, 200, 100)))["line_overlaps"] == []


def test_of_withheld_layers_only_the_site_itself_and_rounded(build, plots, rectangle):
    ws = build(line={"secrecy": "internal"}, farm={"secrecy": "internal"})
    site = plots(rectangle(950.4, 200, 200, 103.3))
    whole = check(ws, site)["line_overlaps"][0]
    assert whole["within_m"] == 100
    document = check(ws, site, audience="applicant")
    (row,) = document["line_overlaps"]
    assert (row["within_m"], row["overlap_m2"]) == (0, 5100)  # 49.6 m by 103.3 m, to 0.01 ha
    assert "约0.5100公顷" in "".join(document["warnings"])


def test_of_outcomes_only_not_even_an_area(build, plots, rectangle):
    ws = build(line={"secrecy": "verdict_only"}, farm={"secrecy": "verdict_only"})
    document = check(ws, plots(rectangle(900, 200, 200)))
    assert document["line_overlaps"][0]["overlap_m2"] is None
    small = check(ws, plots(rectangle(900, 200, 90)))  # under a hectare
    assert small["line_overlaps"] == []
    assert "公顷" not in json.dumps([w for w in document["warnings"] if "交叉" in w])


def test_in_english(build, plots, rectangle):
    document = check(build(), plots(rectangle(900, 200, 100)), lang="en")
    assert any("overlap each other by" in text for text in document["warnings"])
