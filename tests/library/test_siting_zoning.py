"""The conformity table of zoning units, by paper, and the list table's bad inputs."""

from datetime import date
from decimal import Decimal

import pytest

from geo_toolkit.errors import DefinitionError
from geo_toolkit.rules import parse_day
from geo_toolkit.siting import Constraints, Withheld, site_arrays
from geo_toolkit.siting.unit_lists import LIST_COLUMNS, parse_unit_lists
from geo_toolkit.siting.zoning import zoning_tables

DAY = parse_day("2026-11-24")
HEAD = "管控单元编码,版本,生效日期,空间布局约束,污染物排放管控,环境风险防控,资源利用效率\n"
CSV = HEAD + "ZH01,2024,2024-12-01,禁止新建化工园区,执行特别限值,编制应急预案,提高用水效率\n"


@pytest.fixture
def tables():
    """Return a function that gives the zoning tables of a workspace for sites."""

    def make(ws, sites, lists=None, *, lang="zh", withheld=()):
        units = Constraints.build(
            "zoning_unit", ws.layers.of_role("zoning_unit", DAY), ws.topology_crs
        )
        arrays = site_arrays(sites, ws.topology_crs, ws.settings.bounds)
        return zoning_tables(arrays, units, lists, crs=ws.topology_crs, lang=lang,
                             withheld=Withheld(frozenset(withheld)))  # fmt: skip

    return make


@pytest.fixture
def zoned(city, rectangle):
    """Return a city of a priority unit of two parts, and a key unit between them."""

    def unit(code, name, of_class):
        return {"管控单元编码": code, "name": name, "管控单元分类": of_class}

    priority = unit("ZH01", "甲单元", "优先保护")
    city.layer("units", "zoning_unit", [
        ("a", rectangle(0, 0, 100), priority),
        ("b", rectangle(200, 0, 100), priority),
        ("c", rectangle(100, 0, 100), unit("ZH02", "乙单元", "重点管控")),
    ])  # fmt: skip
    return city.open()


def test_units_with_their_texts_by_paper(zoned, plots, rectangle, tables):
    lists = parse_unit_lists(CSV, file="units.csv")
    (rows,) = tables(zoned, plots(rectangle(50, 0, 200, 100)), lists)
    assert [(r["unit_code"], r["unit_name"], r["unit_class"], r["percent"]) for r in rows] == [
        ("ZH01", "甲单元", "优先保护", 50.0),
        ("ZH02", "乙单元", "重点管控", 50.0),
    ]
    assert rows[0]["area_ha"] == pytest.approx(1.0, abs=1e-4)
    assert rows[0]["layout"] == "禁止新建化工园区"
    assert rows[0]["resources"] == "提高用水效率"
    assert (rows[0]["list_version"], rows[0]["judgement"]) == ("2024", "")
    assert [rows[1][key] for key in LIST_COLUMNS] == [None] * 4


def test_what_lies_in_no_unit_has_a_row_and_all_add_up(zoned, plots, rectangle, tables):
    (rows,) = tables(zoned, plots(rectangle(-77.7, 3, 333.3, 91)))
    assert rows[-1]["unit_name"] == "（未划入管控单元）"
    assert sum(Decimal(f"{r['percent']:.2f}") for r in rows) == 100
    (none,) = tables(zoned, plots(rectangle(5000, 0, 100)), lang="en")
    assert [(r["unit_name"], r["percent"]) for r in none] == [("(in no unit)", 100.0)]


def test_a_withheld_layer_leaves_no_rows(zoned, plots, rectangle, tables):
    assert tables(zoned, plots(rectangle(0, 0, 100)), withheld={"units"}) == [[]]


def test_toml_says_the_same_as_csv():
    text = (
        'version = "2024"\neffective_from = 2024-12-01\n[[unit]]\ncode = "ZH01"\n'
        'layout = "禁止新建化工园区"\nemissions = "执行特别限值"\nrisk = "编制应急预案"\n'
        'resources = "提高用水效率"\n'
    )
    table = parse_unit_lists(text, file="units.toml")
    assert table == parse_unit_lists("\ufeff" + CSV, file="units.csv")
    assert table.effective_from == date(2024, 12, 1)


@pytest.mark.parametrize(
    ("file", "text", "says"),
    [
        ("u.csv", CSV.replace("环境风险防控", "风险"), "line 1: no column '环境风险防控'"),
        ("u.csv", CSV + "ZH01,2024,2024-12-01,,,,\n", "line 3: unit 'ZH01' is there twice"),
        ("u.csv", CSV + ",2024,2024-12-01,,,,\n", "line 3: the unit has no code"),
        ("u.csv", CSV + "ZH02,2021,2024-12-01,,,,\n", "one version"),
        ("u.csv", HEAD, "one version"),
        ("u.csv", CSV.replace("2024-12-01", "2024-13-01"), "does not exist"),
        ("u.toml", 'version = ""', "key 'version'"),
        ("u.toml", 'version = "1"\n[[unit]]\ncode = "a"\nwater = "x"', "unit 1 key 'water'"),
        ("u.toml", 'version = "1"\nunit = 3', "key 'unit'"),
        ("u.toml", 'version = "1"\neffective_from = 3', "key 'effective_from'"),
        ("u.toml", "version = ", "not valid TOML"),
    ],
)  # fmt: skip
def test_a_wrong_list_is_refused_in_one_line(file, text, says):
    with pytest.raises(DefinitionError, match=says) as caught:
        parse_unit_lists(text, file=file)
    assert "\n" not in str(caught.value)
    assert file in str(caught.value)
