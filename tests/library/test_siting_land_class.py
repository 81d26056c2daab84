"""Land classes of plots whose survey polygons are rectangles known on paper."""

from decimal import Decimal

import pytest

from geo_toolkit.rules import parse_day
from geo_toolkit.siting import Constraints, Withheld, site_arrays
from geo_toolkit.siting.land_class import land_class_tables

DAY = parse_day("2026-11-24")


@pytest.fixture
def tables():
    """Return a function that gives the land class tables of a workspace for sites."""

    def make(ws, sites, *, lang="zh", withheld=()):
        def known(role):
            layers = ws.layers.of_role(role, DAY)
            return Constraints.build(role, layers, ws.topology_crs) if layers else None

        arrays = site_arrays(sites, ws.topology_crs, ws.settings.bounds)
        inside = {r: known(r) for r in ("ecological_red_line", "permanent_basic_farmland")}
        return land_class_tables(
            arrays, known("land_survey"), known("county"), inside,
            crs=ws.topology_crs, lang=lang, withheld=Withheld(frozenset(withheld)),
        )  # fmt: skip

    return make


def paddy(**more):
    return {"DLBM": "0101", "DLMC": "水田", "QSXZ": "30", "QSDWMC": "甲村", "KCXS": 0.1,
            "ZLDWDM": "5113021012010000000", **more}  # fmt: skip


def wood(**more):
    return {"DLBM": "0301", "DLMC": "乔木林地", "QSXZ": "20", "QSDWMC": "国有林场",
            "ZLDWDM": "5113022000000000000", **more}  # fmt: skip


@pytest.fixture
def surveyed(city, rectangle):
    """Return a city of two survey polygons side by side, one county, a red line in the east."""
    city.layer("county", "county", [("511302", rectangle(-9000, -9000, 18000),
                                     {"name_zh": "甲县"})])  # fmt: skip
    city.layer("dltb", "land_survey", [("p", rectangle(0, 0, 600, 1000), paddy()),
                                       ("w", rectangle(600, 0, 400, 1000), wood())])  # fmt: skip
    city.layer("line", "ecological_red_line", [("r", rectangle(500, 0, 500, 1000))])
    return city


def brief(rows):
    return {
        (r["within"], r["county_name"], r["ownership"], r["owner"], r["class_code"]): r
        for r in rows
    }


def test_class_ownership_and_county_by_paper(surveyed, plots, rectangle, tables):
    """Of 400 x 100 m, 200 m are paddy (a tenth ridges) and 200 m wood; 300 m in the line."""
    (table,) = tables(surveyed.open(), plots(rectangle(400, 0, 400, 100)))
    rows = brief(table.rows)
    assert list(rows) == [
        ("site", "甲县", "国有", "国有林场", "0301"),
        ("site", "甲县", "集体", "甲村", "0101"),
        ("ecological_red_line", "甲县", "国有", "国有林场", "0301"),
        ("ecological_red_line", "甲县", "集体", "甲村", "0101"),
    ]
    field = rows["site", "甲县", "集体", "甲村", "0101"]
    assert field["class_name"] == "水田"
    assert field["area_m2"] == pytest.approx(20_000, rel=2e-5)
    assert field["net_m2"] == pytest.approx(18_000, rel=2e-5)
    assert field["deduction_m2"] == pytest.approx(field["area_m2"] - field["net_m2"], abs=1e-9)
    assert field["area_ha"] == pytest.approx(2.0, abs=1e-4)
    inside = rows["ecological_red_line", "甲县", "集体", "甲村", "0101"]
    assert inside["area_m2"] == pytest.approx(10_000, rel=2e-5)
    assert table.warnings == ()


def test_rows_add_up_to_the_printed_site(surveyed, plots, rectangle, tables):
    ws = surveyed.open()
    sites = plots(rectangle(-50.123, 13.7, 1111.11, 333.33))
    (table,) = tables(ws, sites)
    site = ws.check(sites, record=False).document["sites"][0]
    rows = [r for r in table.rows if r["within"] == "site"]
    for column, decimals, whole in (
        ("area_m2", 2, site["area_m2"]),
        ("area_ha", 4, site["area_m2"] / 10_000),
        ("area_mu", 2, site["area_m2"] * 3 / 2000),
    ):
        total = sum(Decimal(f"{r[column]:.{decimals}f}") for r in rows)
        assert abs(total - Decimal(str(whole))) <= Decimal(10) ** -decimals / 2 + Decimal("1e-5")
    assert rows[-1]["class_name"] == "（无地类数据）"


def test_a_polygon_without_a_code_takes_the_county_it_lies_in(city, plots, rectangle, tables):
    city.layer("county", "county", [("511302", rectangle(-9000, -9000, 18000))])
    city.layer("dltb", "land_survey", [("w", rectangle(0, 0, 1000), wood(ZLDWDM=None))])
    (table,) = tables(city.open(), plots(rectangle(100, 100, 100)), lang="en")
    (row,) = table.rows
    assert (row["county"], row["ownership"]) == ("511302", "state-owned")


def test_survey_polygons_that_overlap_are_said(city, plots, rectangle, tables):
    city.layer("dltb", "land_survey", [("a", rectangle(0, 0, 100), wood()),
                                       ("b", rectangle(50, 0, 100), wood())])  # fmt: skip
    (table,) = tables(city.open(), plots(rectangle(0, 0, 150, 100)))
    assert table.warnings == ("地块内地类图斑相互重叠5000.00平方米，重叠部分重复计入",)


@pytest.mark.parametrize("share", [12.5, -0.1, "田坎"])
def test_a_coefficient_that_is_no_share_gives_no_net_area(city, plots, rectangle, tables, share):
    features = [
        ("a", rectangle(0, 0, 100), paddy(KCXS=share)),
        ("b", rectangle(100, 0, 100), wood()),
    ]
    city.layer("dltb", "land_survey", features)
    (table,) = tables(city.open(), plots(rectangle(0, 0, 200, 100)))
    assert {r["net_m2"] for r in table.rows} == {None}
    assert len(table.warnings) == 1
    assert "扣除系数" in table.warnings[0]


def test_withheld_layers_leave_no_split(surveyed, plots, rectangle, tables):
    ws = surveyed.open()
    site = plots(rectangle(400, 0, 400, 100))
    (table,) = tables(ws, site, withheld={"line"})
    assert {r["within"] for r in table.rows} == {"site"}
    (table,) = tables(ws, site, withheld={"dltb"})
    assert table.rows == []


def test_column_names_in_lower_case(city, plots, rectangle, tables):
    lower = {key.lower(): value for key, value in paddy().items()}
    city.layer("dltb", "land_survey", [("a", rectangle(0, 0, 100), lower)])
    (table,) = tables(city.open(), plots(rectangle(0, 0, 50)))
    assert (table.rows[0]["class_code"], table.rows[0]["county"]) == ("0101", "511302")
