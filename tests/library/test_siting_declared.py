"""Declarations: exceptions of the law, overrides with the original kept, land taken, crossings."""

import numpy as np
import pytest
import shapely

from geo_toolkit.boundary import Sites
from geo_toolkit.errors import OptionError
from geo_toolkit.geodesy import from_geographic, to_geographic
from geo_toolkit.rules import Declaration
from geo_toolkit.siting.crossings import Centreline, chainage_text

EXCEPTION = """
[[rule.exception]]
when = "recognition_opinion"
severity = "restricted"
text_zh = "已取得省级人民政府认定意见"
[[rule.exception]]
when = "activity_class"
severity = "restricted"
text_zh = "拟按有限人为活动办理"
not_for = ["chemical"]
"""


@pytest.fixture
def red_line(city, rectangle):
    """A red line of 1 km² and one prohibition with two exceptions."""
    city.layer("line", "ecological_red_line", [("a", rectangle(0, 0, 1000))], coverage="all")
    city.rule("R", "ecological_red_line")
    city.rules[-1] += EXCEPTION
    return city.open()


def said(**keys):
    return Declaration.model_validate(keys)


def first(ws, sites, **options):
    return ws.check(sites, record=False, **options).document["sites"][0]


def test_an_activity_class_opens_the_milder_branch(red_line, plots, rectangle):
    sites = plots(rectangle(100, 100, 100))
    plain = first(red_line, sites)
    assert (plain["verdict"], plain["roles"][0]["branch"]) == (
        "prohibited",
        "inside_no_branch_fits",
    )
    claimed = first(red_line, sites, declaration=said(activity_class=5))
    assert claimed["verdict"] == "restricted"
    assert claimed["roles"][0]["branch"] == "inside_limited_activity"
    assert claimed["findings"][0]["exception"]["when"] == "activity_class"
    assert "有限人为活动" in claimed["findings"][0]["reason"]


def test_a_project_type_that_cannot_claim_an_exception_does_not(red_line, plots, rectangle):
    sites = plots(rectangle(100, 100, 100))
    site = first(red_line, sites, declaration=said(activity_class=5), project_type="chemical")
    assert (site["verdict"], site["findings"][0]["exception"]) == ("prohibited", None)


def test_a_recognition_opinion_names_its_branch(red_line, plots, rectangle):
    declaration = Declaration.model_validate_json(
        '{"approval": [{"kind": "recognition_opinion", "number": "1", "date": "2026-05-01"}]}'
    )
    site = first(red_line, plots(rectangle(100, 100, 100)), declaration=declaration)
    assert site["roles"][0]["branch"] == "inside_activity_recognised"


def test_a_clear_site_claims_nothing(red_line, plots, rectangle):
    site = first(red_line, plots(rectangle(5000, 0, 100)), declaration=said(activity_class=5))
    assert (site["verdict"], site["roles"][0]["branch"]) == ("clear", "not_inside")
    assert site["findings"][0]["exception"] is None


def override(**keys):
    return said(override=[{"rule_id": "R", "reason": "实测未重叠", "by": "王五", **keys}])


def test_an_override_keeps_the_original_beside_it(red_line, plots, rectangle):
    sites = plots(rectangle(100, 100, 100))
    site = first(red_line, sites, declaration=override(outcome="clear"))
    (finding,) = site["findings"]
    assert site["verdict"] == "clear"
    assert (finding["outcome"], finding["reason_code"]) == ("clear", "overridden")
    assert finding["original"] == {"outcome": "hit", "reason_code": None}
    assert finding["override"] == {"by": "王五", "reason": "实测未重叠"}
    assert "王五：实测未重叠" in finding["reason"]


def test_an_override_of_one_feature_leaves_the_others(city, plots, rectangle):
    features = [("a", rectangle(0, 0, 1000)), ("b", rectangle(0, 0, 500))]
    city.layer("line", "ecological_red_line", features, coverage="all")
    ws = city.rule("R", "ecological_red_line").open()
    sites = plots(rectangle(100, 100, 100))
    site = first(ws, sites, declaration=override(outcome="clear", feature_id="b"))
    assert site["verdict"] == "prohibited"
    assert {f["feature_id"]: f["outcome"] for f in site["findings"]} == {"a": "hit", "b": "clear"}


def test_an_override_can_condemn_what_was_undetermined(red_line, plots, rectangle):
    sites = plots(rectangle(5000, 100, 100))
    site = first(red_line, sites, declaration=override(outcome="hit"))
    assert site["verdict"] == "prohibited"


def test_an_override_that_matches_nothing_is_refused(red_line, plots, rectangle):
    sites = plots(rectangle(100, 100, 100))
    with pytest.raises(OptionError, match=r"override of rule 'R' feature 'zz'.*no such finding"):
        red_line.check(sites, declaration=override(outcome="clear", feature_id="zz"))


def test_only_the_envelope_crosses(red_line, plots, rectangle):
    """Tunnel or bridge: the envelope meets the line, the land taken does not."""
    envelope, taken = plots(rectangle(900, 100, 400)), plots(rectangle(1100, 200, 100))
    site = first(red_line, envelope, land_take=taken)
    assert site["verdict"] == "clear"
    assert site["roles"][0]["branch"] == "crosses_without_land"
    crossed = next(f for f in site["findings"] if f["reason_code"] == "crossed_without_land")
    assert (crossed["outcome"], crossed["feature_id"]) == ("clear", "a")
    assert abs(crossed["overlap_m2"] - 100 * 400) < 2
    assert site["roles"][0]["overlap_m2"] == 0


def test_land_taken_inside_the_line_is_prohibited(red_line, plots, rectangle):
    envelope, taken = plots(rectangle(900, 100, 400)), plots(rectangle(900, 200, 100))
    site = first(red_line, envelope, land_take=taken)
    assert site["verdict"] == "prohibited"
    assert abs(site["roles"][0]["overlap_m2"] - 10_000) < 1
    assert site["roles"][0]["overlap_share"] == 1.0


def test_land_taken_is_matched_by_order_and_refused_outside(red_line, plots, rectangle):
    two = plots(rectangle(900, 100, 400), rectangle(3000, 0, 400))
    with pytest.raises(OptionError, match="one plot of land taken a site, 2 in all, got 1"):
        red_line.check(two, land_take=plots(rectangle(950, 150, 100)))
    outside = plots(rectangle(950, 150, 100), rectangle(3350, 100, 100))
    with pytest.raises(OptionError, match=r"plot#2.*inside site plot#2, got 5000\.\d\d m²"):
        red_line.check(two, land_take=outside)


def test_the_check_id_follows_declaration_and_land(red_line, plots, rectangle):
    sites = plots(rectangle(900, 100, 400))
    options = [
        {},
        {"declaration": said(activity_class=5)},
        {"land_take": plots(rectangle(950, 150, 100))},
    ]
    ids = {red_line.check(sites, record=False, **option).document["check_id"] for option in options}
    assert len(ids) == 3


def test_chainages_of_two_crossings_by_hand(city, plots, rectangle):
    """A 12 km line due east crosses two squares; chainages are geodesic, to 0.1 m."""
    from pyproj import Geod

    features = [("a", rectangle(2000, -500, 1000)), ("b", rectangle(8000, -500, 1500))]
    city.layer("line", "ecological_red_line", features, coverage="all")
    ws = city.rule("R", "ecological_red_line").open()
    made = plots(shapely.box(0, -15, 12000, 15))
    origin = shapely.get_coordinates(from_geographic(np.array([shapely.Point(106.2, 30.7)]),
                                                     ws.topology_crs))[0]  # fmt: skip
    metric = shapely.linestrings(np.array([[0, 0], [5000, 0], [12000, 0]]) + origin)
    line = to_geographic(np.array([metric]), ws.topology_crs)[0]
    sites = Sites(made.frame, made.inputs, made.input_of, (line,))
    structure = [{"at_m": 12_500.0, "structure": "bridge"}]
    declaration = said(chainage_origin_m=10_000.0, crossing=structure)
    site = first(ws, sites, declaration=declaration)
    by_feature = {f["feature_id"]: f["crossings"] for f in site["findings"]}

    def ground(x):
        ends = to_geographic(shapely.points(np.array([[0, 0], [x, 0]]) + origin), ws.topology_crs)
        (lon1, lat1), (lon2, lat2) = shapely.get_coordinates(ends)
        return 10_000 + Geod(ellps="GRS80").inv(lon1, lat1, lon2, lat2)[2]

    (a,), (b,) = by_feature["a"], by_feature["b"]
    for crossing, start, end in ((a, 2000, 3000), (b, 8000, 9500)):
        assert abs(crossing["from_m"] - ground(start)) < 0.1
        assert abs(crossing["to_m"] - ground(end)) < 0.1
        assert crossing["length_m"] == pytest.approx(crossing["to_m"] - crossing["from_m"])
    assert (a["structure"], b["structure"]) == ("bridge", None)
    assert a["from"] == chainage_text(a["from_m"])
    assert a["from"].startswith("K12+")


def test_a_line_that_leaves_and_enters_again(city):
    crs = city.open().topology_crs
    line = Centreline.build(
        shapely.LineString([(500000, 3400000), (501000, 3400000), (501000, 3401000)]), crs
    )
    comb = shapely.union_all(
        [
            shapely.box(500100, 3399900, 500200, 3400100),
            shapely.box(500900, 3399900, 501100, 3400300),
        ]
    )
    crossings = line.crossings(comb)
    assert [round(c.from_m) for c in crossings] == [100, 900]
    assert [round(c.to_m) for c in crossings] == [200, 1300]
    assert line.crossings(shapely.box(0, 0, 1, 1)) == ()


def test_chainage_text_rounds_up_to_the_next_kilometre():
    assert chainage_text(12_999.97) == "K13+000.0"
    assert chainage_text(-20.0) == "-K0+020.0"


def test_an_assumed_nature_is_said_where_it_decides(city, plots, rectangle):
    city.layer("line", "ecological_red_line", [("a", rectangle(0, 0, 1000))], coverage="all")
    city.rule("N", "ecological_red_line", natures=["new", "expand"])
    ws = city.rule("A", "ecological_red_line").open()
    sites = plots(rectangle(100, 100, 100))
    by_rule = {f["rule_id"]: f["reason"] for f in first(ws, sites)["findings"]}
    assert "未申报性质，按新建核查" in by_rule["N"]
    assert "未申报" not in by_rule["A"]
    told = first(ws, sites, declaration=said(nature="new"))["findings"]
    assert all("未申报" not in f["reason"] for f in told)


def test_overlaps_with_approved_land_are_reported_without_a_rule(city, plots, rectangle):
    approved = [("批-1", rectangle(50, 0, 100), {"name": "已批一号"})]
    city.layer("line", "ecological_red_line", [], coverage="all")
    city.layer("given", "approved_land", approved)
    ws = city.rule("R", "ecological_red_line").open()
    result = ws.check(plots(rectangle(0, 0, 100)), record=False)
    (row,) = result.document["approved_land_overlaps"]
    assert (row["site_id"], row["layer_id"], row["feature_id"]) == ("plot#1", "given", "批-1")
    assert abs(row["overlap_m2"] - 5000) < 1
    assert "given" in {layer["id"] for layer in result.document["layers"]}
    assert result.document["sites"][0]["verdict"] == "clear"
