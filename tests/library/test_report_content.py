"""The content of the printed report: tables that add up, sentences by branch, nothing left out."""

from datetime import date
from decimal import Decimal

import pytest

from geo_toolkit.report import phrases
from geo_toolkit.report.blocks import Column, Paragraph, Row, Table, Verdict
from geo_toolkit.report.content import build_report
from geo_toolkit.report.text import literal

DAY = date(2026, 11, 24)


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1790000000")


def tables_of(report, key):
    section = next(s for s in report.sections if s.key == key)
    return [block for block in section.blocks if isinstance(block, Table)]


def texts_of(report, key):
    section = next(s for s in report.sections if s.key == key)
    return [block.text for block in section.blocks if isinstance(block, Paragraph)]


def number(text):
    return Decimal(text.replace(",", ""))


@pytest.fixture
def red_line_city(city, rectangle):
    """A red line of two patches of 3 ha that share 1 ha."""
    city.layer(
        "red_line",
        "ecological_red_line",
        [("a", rectangle(0, 0, 300, 100)), ("b", rectangle(200, 0, 300, 100))],
        coverage="all",
    )
    city.layer("farm", "permanent_basic_farmland", [("f", rectangle(5000, 0, 100))], coverage="all")
    city.rule("R-1", "ecological_red_line")
    city.rule("F-1", "permanent_basic_farmland")
    return city.scope("red", "ecological_red_line")


def checked(city, sites, **options):
    return city.open().check(sites, as_of=DAY, record=False, **options)


def test_rows_add_up_to_the_subtotal_and_the_summary(red_line_city, plots, rectangle):
    result = checked(red_line_city, plots(rectangle(0, 0, 500, 100)))
    report = build_report(result)
    summary, detail = tables_of(report, "results")[:2]
    *pieces, twice, total = detail.rows
    assert [row.is_total for row in detail.rows] == [False, False, True, True]
    for column in (4, 5, 6):
        parts = [number(row.cells[column]) for row in (*pieces, twice)]
        assert sum(parts) == number(total.cells[column])
    # 300 m by 100 m twice, 100 m by 100 m of them in both: 5 ha, all of the plot.
    assert total.cells[5] == summary.rows[0].cells[4]
    assert number(total.cells[5]) == pytest.approx(Decimal(5), abs=Decimal("0.01"))
    assert number(twice.cells[5]) == pytest.approx(Decimal(-1), abs=Decimal("0.01"))
    assert summary.rows[0].cells[5] == "100.00"


def test_patches_apart_add_up_without_a_row_for_what_counts_twice(city, plots, rectangle):
    thirds = [(str(i), rectangle(i * 40, 0, 33.333, 10)) for i in range(7)]
    city.layer("line", "ecological_red_line", thirds, coverage="all").rule(
        "R", "ecological_red_line"
    )
    report = build_report(checked(city, plots(rectangle(0, 0, 300, 100))))
    detail = tables_of(report, "results")[1]
    *pieces, total = detail.rows
    assert len(pieces) == 7
    for column in (4, 5, 6):
        assert sum(number(row.cells[column]) for row in pieces) == number(total.cells[column])


def test_the_sections_stand_in_the_order_of_a_report(red_line_city, plots, rectangle):
    report = build_report(checked(red_line_city, plots(rectangle(0, 0, 500, 100))))
    assert [section.key for section in report.sections] == [
        "head", "basis", "data", "method", "results", "conclusion", "not_examined", "caveats",
        "signature", "annex",
    ]  # fmt: skip
    assert report.sections[0].heading == "一、项目概况"
    assert report.title == "地块1与管控要素空间关系核查报告"
    verdict = report.sections[0].blocks[0]
    assert isinstance(verdict, Verdict)
    assert (verdict.icon, verdict.word, verdict.color) == ("⊖", "禁止", "#B3261E")


def test_every_table_is_numbered_once_and_fits_a4(red_line_city, plots, rectangle):
    report = build_report(checked(red_line_city, plots(rectangle(0, 0, 500, 100))))
    tables = [t for section in report.sections for t in tables_of(report, section.key)]
    captioned = [table for table in tables if table.caption]
    assert [t.caption.split("　")[0] for t in captioned] == [
        f"表{n}" for n in range(1, len(captioned) + 1)
    ]
    for table in tables:
        assert sum(column.width_mm for column in table.columns) == pytest.approx(160)


def test_the_conclusion_names_the_branch_and_never_permits(red_line_city, plots, rectangle):
    report = build_report(checked(red_line_city, plots(rectangle(0, 0, 500, 100))))
    said = texts_of(report, "conclusion")
    assert "核查 2 项管控要素：禁止 1 项、未涉及 1 项" in said[0]
    assert said[1].startswith("（1）项目用地与生态保护红线重叠 ")
    assert "建议调整选址。结论分支为“涉及生态保护红线，申报活动不属于允许情形”。" in said[1]
    # The farmland begins 4,500 m east of the plot.
    assert "未与永久基本农田重叠，最近距离约 4,500.0 米" in said[2]
    for text in said:
        assert "同意" not in text
        assert "完全符合" not in text


@pytest.mark.parametrize(
    ("severity", "wording"),
    [
        ("restricted", "属限制情形，须取得自然资源局的书面意见"),
        ("conditional", "须满足规定条件，并由自然资源局核定"),
        ("advisory", "予以提示，不影响结论"),
    ],
)
def test_each_severity_has_its_wording(city, plots, rectangle, severity, wording):
    city.layer("h", "heritage", [("h", rectangle(0, 0, 50))], coverage="all")
    city.rule("H", "heritage", severity=severity, authority_zh="自然资源局")
    said = texts_of(build_report(checked(city, plots(rectangle(0, 0, 100)))), "conclusion")
    assert any(wording in text for text in said)


def test_distances_are_said_against_their_limit(city, plots, rectangle):
    city.layer("s", "river_shoreline", [("s", rectangle(1000, 0, 50))], coverage="all")
    city.rule("S", "river_shoreline", "within_distance", distance_m=2000, baseline_zh="岸线")
    report = build_report(checked(city, plots(rectangle(0, 0, 100))))
    said = texts_of(report, "conclusion")[1]
    assert "项目用地距河湖岸线最近约 9" in said
    assert "在规定的 2,000 米控制距离以内" in said
    distances = tables_of(report, "results")[1]
    assert distances.rows[0].cells[4] == "2,000"
    assert "起算线：岸线" in distances.rows[0].note


def test_no_data_is_not_the_same_as_not_concerned(city, plots, rectangle):
    city.rule("W", "wetland", authority_zh="林业和草原主管部门")
    report = build_report(checked(city, plots(rectangle(0, 0, 100))))
    assert "湿地" in texts_of(report, "data")[0]
    assert "“没有数据”不等于“不涉及”" in texts_of(report, "data")[0]
    assert "请分别书面查询：湿地（林业和草原主管部门）" in texts_of(report, "conclusion")[1]
    row = tables_of(report, "results")[0].rows[0]
    assert row.cells[2] == "无数据"
    assert row.cells[3:7] == ("—", "—", "—", "—")


def test_what_the_scope_leaves_out_is_listed_with_whom_to_ask(red_line_city, plots, rectangle):
    report = build_report(checked(red_line_city, plots(rectangle(0, 0, 50)), scope="red"))
    assert report.title == "地块1与生态保护红线空间关系核查报告"
    (table,) = tables_of(report, "not_examined")
    assert [row.cells for row in table.rows] == [("1", "永久基本农田", "向该要素主管部门查询")]
    assert "“red”审查范围" in texts_of(report, "not_examined")[0]


def test_slivers_are_listed_apart_and_not_added(city, plots, rectangle):
    city.layer("line", "ecological_red_line", [("a", rectangle(99.995, 0, 50))], coverage="all")
    city.rule("R", "ecological_red_line")
    report = build_report(checked(city, plots(rectangle(0, 0, 100, 100))))
    captions = [table.caption for table in tables_of(report, "results")]
    assert any("细缝" in caption for caption in captions)
    assert not any("重叠图斑明细" in caption for caption in captions)
    assert phrases.phrase("no_overlap", "zh") in texts_of(report, "results")


def test_boundary_points_are_in_the_zone_and_in_degrees(red_line_city, plots, rectangle):
    hollow = rectangle(0, 0, 100).difference(rectangle(40, 40, 20))
    report = build_report(checked(red_line_city, plots(hollow)))
    (table,) = tables_of(report, "annex")
    assert [row.cells[0] for row in table.rows] == ["1"] * 4 + ["2"] * 4
    assert [row.cells[1] for row in table.rows] == [f"J{n}" for n in range(1, 9)]
    east = {row.cells[3][:2] for row in table.rows}
    assert east == {"35"}  # 106.2 degrees lie in the zone of 105
    assert "第35带" in table.note


def test_many_sites_are_ranked_and_the_worst_set_out(red_line_city, plots, rectangle):
    sites = plots(*(rectangle(900 - 100 * n, 300 * (n < 8), 80) for n in range(25)))
    report = build_report(checked(red_line_city, sites))
    listed = tables_of(report, "head")[1]
    words = [row.cells[-1] for row in listed.rows]
    assert len(words) == 25
    assert words == sorted(words, key=lambda word: "禁止" in word)
    summaries = [t for t in tables_of(report, "results") if "核查结果汇总" in t.caption]
    assert len(summaries) == 20
    assert any("前 20 个地块" in text for text in texts_of(report, "results"))
    assert report.fields["project_name"] == "地块1等25个地块"


def test_english_is_complete(red_line_city, plots, rectangle):
    result = checked(red_line_city, plots(rectangle(0, 0, 500, 100)), lang="en")
    report = build_report(result)
    assert report.title == "地块1: spatial check against the constraints in force"
    assert report.sections[0].heading == "1. The project"
    ours = " ".join(texts_of(report, "method") + texts_of(report, "caveats"))
    assert not any("\u4e00" <= character <= "\u9fff" for character in ours)
    said = texts_of(report, "conclusion")
    assert said[1].startswith("1. The site overlaps ecological red line by ")


@pytest.mark.parametrize("pair", sorted(phrases._PHRASES.items()))
def test_both_languages_have_the_same_places(pair):
    zh, en = pair[1]
    names = [{part.split("}")[0] for part in text.split("{")[1:]} for text in (zh, en)]
    assert names[1] <= names[0]


def test_an_override_stands_beside_what_was_found(city, plots, rectangle):
    city.layer("h", "heritage", [("h", rectangle(0, 0, 50))], coverage="all").rule("H", "heritage")
    result = checked(city, plots(rectangle(0, 0, 100)))
    finding = result.document["sites"][0]["findings"][0]
    finding["original"] = {"outcome": "hit", "reason_code": None}
    finding["override"] = {"by": "审查员", "reason": "现场核实"}
    finding["outcome"] = "clear"
    table = tables_of(build_report(result), "results")[-1]
    assert table.rows[0].cells[3:] == ("涉及", "未涉及", "审查员：现场核实")


def test_a_crossing_is_given_by_chainage(city, plots, rectangle):
    city.layer("h", "heritage", [("h", rectangle(0, 0, 50))], coverage="all").rule("H", "heritage")
    result = checked(city, plots(rectangle(0, 0, 100)))
    result.document["sites"][0]["findings"][0]["crossings"] = [
        {
            "from_m": 12340.0, "to_m": 12400.5, "length_m": 60.5,
            "from": "K12+340.0", "to": "K12+400.5", "structure": "bridge",
        }
    ]  # fmt: skip
    table = next(t for t in tables_of(build_report(result), "results") if "桩号" in t.caption)
    assert table.rows[0].cells[2:] == ("K12+340.0", "K12+400.5", "60.5", "桥梁")


def test_a_table_refuses_rows_that_do_not_fit():
    with pytest.raises(ValueError, match="2 columns, 1 cells"):
        Table("t", (Column("a", 1), Column("b", 1)), (Row(("x",)),))


def test_nothing_hidden_stays_hidden():
    assert (
        literal("a\u202eb\u200bc\x07\ud800", "zh") == "a〈U+202E〉b〈U+200B〉c〈U+0007〉〈U+D800〉"
    )
    assert literal("a\r\nb\tc", "zh") == "a  b c"
    assert literal("x" * 10_000, "en") == "x" * 300 + "… (10000 characters)"


# What an office adds ------------------------------------------------------------------------------

ADDED = {
    "land_class": [
        {
            "within": "site", "county": "511300", "county_name": "某县", "ownership": "集体",
            "owner": "某村", "class_code": code, "class_name": name, "features": 1,
            "area_m2": m2, "area_ha": ha, "area_mu": 0.0, "deduction_m2": 0.0, "net_m2": m2,
            "net_ha": net,
        }
        for code, name, m2, ha, net in (
            ("0103", "旱地", 6666.67, 0.6667, 0.6), ("0301", "乔木林地", 3333.33, 0.3333, 0.3333),
        )
    ],
    "zoning": [
        {
            "unit_code": "ZH1", "unit_name": "甲单元", "unit_class": "优先保护单元",
            "layout": "禁止新建化工园区", "emissions": None, "risk": None, "resources": None,
            "list_version": "2025", "judgement": "", "area_ha": 1.0, "percent": 100.0,
        }
    ],
    "advice": {
        "note": "仅供参考", "severity": "prohibited", "rules": ["R-1"],
        "trim": {
            "remaining_m2": 9000.0, "remaining_ha": 0.9, "remaining_share": 0.9,
            "removed_m2": 1000.0, "parts": 1, "still_open": [],
        },
        "trim_reason": None, "shift": None, "shift_reason": "未给定平移范围",
    },
}  # fmt: skip


def with_added(result):
    result.document["sites"][0].update(ADDED)
    result.document["previous"] = {
        "check_id": "check-1", "as_of": "2026-10-01", "context": [],
        "sites": [
            {
                "site_id": "plot#1", "site_id_before": "plot#1", "name": "地块1",
                "verdict_before": "prohibited", "verdict": "clear", "area_before_m2": 10000.0,
                "area_m2": 9000.0, "area_change_m2": -1000.0, "vertices": [{}, {}],
                "text": "界址点变动 2 个",
            }
        ],
    }  # fmt: skip
    result.document["approved_land_overlaps"] = [
        {"site_id": "plot#1", "feature_id": "a", "feature_name": "甲地", "overlap_m2": 12.5}
    ]
    return result


def test_what_an_office_needs_is_printed_too(red_line_city, plots, rectangle):
    result = with_added(checked(red_line_city, plots(rectangle(0, 0, 100))))
    tables = {t.caption.split("　", 1)[1]: t for t in tables_of(build_report(result), "results")}
    *parts, total = tables["地类面积"].rows
    assert total.cells[3:] == ("小计", "10,000.00", "1.0000", "0.9333")
    for column in (4, 5, 6):
        assert sum(number(row.cells[column]) for row in parts) == number(total.cells[column])
    unit = tables["生态环境分区管控符合性分析"].rows[0]
    assert unit.cells == ("ZH1　甲单元　优先保护单元", "1.0000", "100.00", "")
    assert unit.note == "空间布局约束: 禁止新建化工园区；清单版本：2025"
    trim, shift = tables["调整建议（仅供参考）"].rows
    assert trim.cells[1] == "扣除 1,000.00 平方米，剩余 0.9000 公顷（90.00%）"
    assert shift.cells[1] == "未给定平移范围"
    changed = tables["与前次申报的比较"].rows[0]
    assert changed.cells[1:] == ("10,000.00", "9,000.00", "-1,000.00", "2", "禁止 → 未涉及")
    assert tables["与已批用地的重叠"].rows[0].cells == ("plot#1", "甲地", "12.50")


def test_an_applicant_gets_no_advice(red_line_city, plots, rectangle):
    result = with_added(checked(red_line_city, plots(rectangle(0, 0, 100)), audience="applicant"))
    captions = [table.caption for table in tables_of(build_report(result), "results")]
    assert any("地类面积" in caption for caption in captions)
    assert not any("建议" in caption for caption in captions)
