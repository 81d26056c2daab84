"""Distances that stop at a divide: 200 m from a river, but no farther than its catchment.

The river is a strip along y = 0; the divide runs at y = 100, so that the strip of 200 m ends there.
"""

from __future__ import annotations

import pytest
import shapely

RIVER = shapely.box(-5000, -50, 5000, 0)
CATCHMENT = shapely.box(-6000, -3000, 6000, 100)
WIDE = shapely.box(-15000, -15000, 15000, 15000)


@pytest.fixture
def build(city):
    """Return a function that opens a workspace with the river, and a catchment or none."""

    def make(catchment=CATCHMENT, *, coverage=WIDE, river_accuracy_m=0, **keys):
        city.layer(
            "river", "river_shoreline", [("r", RIVER)], coverage=WIDE, accuracy_m=river_accuracy_m
        )
        if catchment is not None:
            keys = {"coverage": coverage, **keys}
            city.layer("catchment", "catchment", [("c", catchment)], **keys)
        rule = {"distance_m": 200, "stop_role": "catchment"}
        return city.rule("J", "river_shoreline", "within_distance", **rule).open()

    return make


def decide(workspace, plots, polygon):
    site = workspace.check(plots(polygon), record=False).document["sites"][0]
    return site, site["findings"]


@pytest.mark.parametrize(
    ("y", "outcome"),
    [
        (50, "hit"),  # this side of the divide
        (90, "hit"),  # astride it: ten metres of the site are on the river's side
        (100, "clear"),  # touching it from behind
        (150, "clear"),  # within 200 m, but beyond the divide
        (250, "clear"),
    ],
)
def test_beyond_the_divide_is_spared(build, plots, rectangle, y, outcome):
    site, (finding,) = decide(build(), plots, rectangle(0, y, 80))
    assert finding["outcome"] == outcome
    assert site["verdict"] == ("prohibited" if outcome == "hit" else "clear")


def test_a_finding_says_that_it_was_stopped(build, plots, rectangle):
    ws = build()
    _, (hit,) = decide(ws, plots, rectangle(0, 50, 80))
    assert hit["stopped"] is True
    assert "管控距离已按汇水区边界（分水岭）截止" in hit["reason"]
    assert hit["distance_m"] == pytest.approx(50, abs=0.1)
    _, (spared,) = decide(ws, plots, rectangle(0, 150, 80))
    assert spared["stopped"] is True


@pytest.mark.parametrize(
    ("catchment", "keys"),
    [
        (None, {}),
        (CATCHMENT, {"evidence": "schematic", "accuracy_m": 20}),
        (CATCHMENT, {"coverage": shapely.box(5000, 5000, 6000, 6000)}),
        (CATCHMENT, {"coverage": "none"}),
    ],
)
def test_without_a_catchment_that_tells_it_reaches_too_far_and_says_so(
    build, plots, rectangle, catchment, keys
):
    site, (finding,) = decide(build(catchment, **keys), plots, rectangle(0, 150, 80))
    assert (site["verdict"], finding["outcome"], finding["stopped"]) == ("prohibited", "hit", False)
    assert "本次未截取，可能偏大" in finding["reason"]


@pytest.mark.parametrize(("y", "outcome"), [(70, "hit"), (90, "borderline"), (121, "clear")])
def test_where_the_divide_is_inexact_it_is_borderline(build, plots, rectangle, y, outcome):
    """The divide lies between 80 and 120 m."""
    _, findings = decide(build(accuracy_m=20), plots, rectangle(0, y, 60))
    assert [f["outcome"] for f in findings] == [outcome]
    if outcome == "borderline":
        assert findings[0]["reason_code"] == "within_accuracy"


def test_the_river_is_inexact_too(build, plots, rectangle):
    ws = build(shapely.box(-6000, -3000, 6000, 400), river_accuracy_m=20)
    for y, outcome in ((170, "hit"), (190, "borderline"), (215, "borderline"), (225, "clear")):
        _, (finding,) = decide(ws, plots, rectangle(0, y, 60))
        assert finding["outcome"] == outcome, y


def test_several_sites_are_told_apart(build, plots, rectangle):
    sites = plots(rectangle(0, 50, 80), rectangle(500, 150, 80), rectangle(900, 250, 80))
    document = build().check(sites, record=False).document
    found = [[f["outcome"] for f in site["findings"]] for site in document["sites"]]
    assert found == [["hit"], ["clear"], ["clear"]]
