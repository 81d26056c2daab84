"""Workbook, GeoPackage, JSON and the folder they go to, from one hand-made check."""

from __future__ import annotations

import json
import sqlite3
import zipfile
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import openpyxl
import pytest
from shapely import box

from geo_toolkit import report
from geo_toolkit.errors import NotAvailable, OptionError, UnknownName
from geo_toolkit.report import sheet as sheet_module
from geo_toolkit.report.labels import label
from geo_toolkit.siting import CheckResult

DOCUMENT = Path(__file__).with_name("report_document.json")
OVERLAP_COLUMNS = [
    "site_id", "role", "layer_id", "layer_version",
    "feature_id", "feature_name", "overlap_m2", "outcome",
]  # fmt: skip
NEAREST_COLUMNS = ["site_id", "role", "layer_id", "feature_id", "feature_name", "distance_m"]


def make_result(pieces):
    document = json.loads(DOCUMENT.read_text(encoding="utf-8"))
    columns = ("name", "verdict", "complete", "area_m2", "area_ha", "area_mu")
    sites = gpd.GeoDataFrame(
        {key: [site[key] for site in document["sites"]] for key in columns},
        geometry=[box(106.0, 30.0, 106.001, 30.001), box(106.0009, 30.0, 106.002, 30.001)],
        index=[site["id"] for site in document["sites"]],
        crs="EPSG:4490",
    )
    sites.index.name = "site_id"
    overlaps = gpd.GeoDataFrame(
        {key: [piece[i] for piece in pieces] for i, key in enumerate(OVERLAP_COLUMNS)},
        geometry=[box(106.0, 30.0, 106.0005, 30.0005) for _ in pieces],
        crs="EPSG:4490",
    )
    nearest = gpd.GeoDataFrame({key: [] for key in NEAREST_COLUMNS}, geometry=[], crs="EPSG:4490")
    return CheckResult(document, sites, overlaps, nearest)


@pytest.fixture
def result():
    return make_result(
        [
            ("plot#1", "ecological_red_line", "red_line", 2, "r1", "升钟湖", 3000.0, "hit"),
            ("plot#1", "ecological_red_line", "red_line", 2, "r2", "支流", 1500.0, "hit"),
            ("plot#1", "ecological_red_line", "red_line", 2, "r3", "", 0.4, "sliver"),
            ("plot#1", "heritage", "heritage", 0, "=1+1", "白塔", 12.0, "hit"),
        ]
    )


def page(_result):
    return "<!doctype html><title>核查</title>\n"


def rows_of(sheet):
    return [[cell.value for cell in row] for row in sheet.iter_rows()]


@pytest.fixture
def workbook(result, tmp_path):
    report.write_xlsx(result, tmp_path / "check.xlsx")
    return openpyxl.load_workbook(tmp_path / "check.xlsx")


def test_json_is_the_document_in_readable_chinese(result):
    text = report.to_json_text(result)
    assert json.loads(text) == result.document
    assert "升钟湖" in text
    assert text.endswith("}\n")
    assert list(json.loads(text))[:2] == ["schema", "check_id"]


def test_json_refuses_a_number_that_json_has_no_word_for(result):
    result.document["sites"][0]["area_m2"] = float("nan")
    with pytest.raises(ValueError, match="JSON"):
        report.to_json_text(result)


def test_workbook_has_its_sheets_in_both_languages(result, tmp_path):
    for lang, names in (
        ("zh", ["结论", "排序", "汇总", "明细", "输入与方法", "图层", "依据", "界址点"]),
        (
            "en",
            ["Conclusion", "Ranking", "Summary", "Detail", "Inputs", "Layers", "Basis", "Points"],
        ),
    ):
        report.write_xlsx(result, tmp_path / f"{lang}.xlsx", lang)
        assert openpyxl.load_workbook(tmp_path / f"{lang}.xlsx").sheetnames == names


def test_conclusion_says_verdict_in_word_and_colour_and_what_was_not_examined(workbook):
    sheet = workbook["结论"]
    cells = [cell for row in sheet.iter_rows() for cell in row if cell.value == "⊖ 禁止"]
    assert [cell.fill.start_color.rgb for cell in cells] == ["FFB3261E"]
    text = "\n".join(str(value) for row in rows_of(sheet) for value in row if value)
    assert "? 无法判定" in text
    assert "化工项目" in text
    assert "林地" in text
    assert "plot#1　永久基本农田　缺少可用的永久基本农田数据，本次不作该项结论。" in text
    assert "应征询部门: 自然资源主管部门" in text
    assert "plot#1 与 plot#2 相互重叠 25.00 m²" in text
    assert "plot.txt：plot#1 ring 1: closed (+0.000 m²)" in text
    assert "不代替主管部门的书面意见" in text


def test_summary_has_one_row_a_site_and_role_in_the_reports_order(workbook):
    rows = rows_of(workbook["汇总"])
    head = rows[0]
    assert head[:11] == [
        "序号", "地块编号", "管控要素", "图层及版本", "是否涉及", "涉及图斑数",
        "重叠面积(公顷)", "占项目面积(%)", "最近距离(m)", "管控级别", "依据",
    ]  # fmt: skip
    assert len(rows) == 1 + 4 + 3
    red_line = dict(zip(head, rows[1], strict=True))
    assert red_line["图层及版本"] == "生态保护红线 v2"
    assert (red_line["重叠面积(公顷)"], red_line["占项目面积(%)"]) == (0.4, 40.0)
    assert (red_line["管控级别"], red_line["结论"]) == ("禁止", "⊖ 禁止")
    farmland = dict(zip(head, rows[2], strict=True))
    assert farmland["图层及版本"] == "无图层"
    assert farmland["重叠面积(公顷)"] is None
    assert farmland["结论"] == "? 无法判定"
    heritage = dict(zip(head, rows[4], strict=True))
    assert (heritage["是否涉及"], heritage["结论"]) == ("涉及", "i 提示")


def test_detail_gives_three_units_of_one_area_and_the_union_below(workbook):
    rows = rows_of(workbook["明细"])
    first = dict(zip(rows[0], rows[1], strict=True))
    # 3000 m² = 0.3 ha = 4.5 mu
    assert (first["重叠面积(m²)"], first["公顷"], first["亩"]) == (3000, 0.3, 4.5)
    assert first["重叠中心坐标"] == "106°00′00.90″E 30°00′00.90″N"
    assert rows[3][-1] == "细缝，不计入面积"
    assert rows[4][3] == "小计（重复部分只计一次）"
    assert dict(zip(rows[0], rows[4], strict=True))["重叠面积(m²)"] == 4000


def test_text_never_becomes_a_formula(workbook):
    for sheet in workbook:
        for row in sheet.iter_rows():
            assert all(cell.data_type != "f" for cell in row)
    assert "=1+1" in [value for row in rows_of(workbook["明细"]) for value in row]


def test_basis_names_who_confirmed_a_provision(workbook):
    rows = rows_of(workbook["依据"])
    of_rule = {row[0]: dict(zip(rows[0], row, strict=True)) for row in rows[1:]}
    assert list(of_rule) == ["ERL-1", "PBF-1", "YZ-1", "HE-1"]
    assert of_rule["HE-1"]["条文核实情况"] == "已核实（王五，2026-05-01）"
    assert of_rule["YZ-1"]["控制距离(m)"] == 1000
    assert of_rule["YZ-1"]["依据"] == "《长江保护法》（2020）第二十六条"


def test_points_are_the_submitted_vertices(workbook):
    rows = rows_of(workbook["界址点"])
    assert len(rows) == 1 + 5 + 5
    assert rows[1][:4] == ["plot#1", 1, 1, 1]
    assert {round(row[4], 6) for row in rows[1:6]} == {106.0, 106.001}


def test_sheets_print_across_a4_with_a_frozen_head(workbook):
    sheet = workbook["汇总"]
    assert sheet.page_setup.orientation == "landscape"
    assert sheet.page_setup.paperSize == 9
    assert sheet.freeze_panes == "A2"
    assert sheet.print_title_rows == "$1:$1"


def test_a_not_within_hit_says_outside_instead_of_involved(result):
    finding, role = (result.document["sites"][0][key][0] for key in ("findings", "roles"))
    del result.document["sites"][0]["findings"][1:3]
    finding["relation"] = "not_within"
    rows = report.summary_rows(result, "zh")
    assert rows[0].involved == "未全部位于其内"
    finding["outcome"], role["verdict"] = "clear", "clear"
    assert report.summary_rows(result, "zh")[0].involved == "位于其内"


def test_a_role_without_a_rule_still_gives_its_reason(result):
    site = result.document["sites"][1]
    site["findings"] = [f for f in site["findings"] if f["role"] != "permanent_basic_farmland"]
    row = report.summary_rows(result, "zh")[5]
    assert row.role_title == "永久基本农田"
    assert row.reasons == ("缺少可用的永久基本农田数据，本次不作该项结论",)


def test_the_scopes_authorities_are_named_for_what_was_not_examined(result):
    assert report.not_examined_lines(result.document, "en") == ["forest land"]
    result.document["scope"]["ask"] = {"forest_land": "林业主管部门"}
    assert report.not_examined_lines(result.document, "zh") == ["林地：请向林业主管部门查询"]


def test_geopackage_holds_sites_and_overlaps_in_4490(result, tmp_path):
    path = tmp_path / "check.gpkg"
    report.write_gpkg(result, path)
    assert list(tmp_path.iterdir()) == [path]
    sites = gpd.read_file(path, layer="sites")
    overlaps = gpd.read_file(path, layer="overlaps")
    assert sites.crs == "EPSG:4490"
    assert sites["site_id"].tolist() == ["plot#1", "plot#2"]
    assert sites["complete"].tolist() == [False, False]
    assert overlaps["overlap_m2"].tolist() == [3000.0, 1500.0, 0.4, 12.0]
    assert overlaps["feature_name"].tolist()[0] == "升钟湖"


def test_geopackage_has_both_layers_without_any_overlap(tmp_path):
    path = tmp_path / "check.gpkg"
    report.write_gpkg(make_result([]), path)
    overlaps = gpd.read_file(path, layer="overlaps")
    assert len(overlaps) == 0
    assert set(OVERLAP_COLUMNS) <= set(overlaps.columns)
    with closing(sqlite3.connect(path)) as base:
        stamps = base.execute("SELECT DISTINCT last_change FROM gpkg_contents").fetchall()
    # 08:00 in UTC+8 is midnight in UTC
    assert stamps == [("2026-11-24T00:00:00.000Z",)]


def test_the_same_check_gives_the_same_bytes(result, tmp_path):
    for name in ("a", "b"):
        report.write_outputs(result, tmp_path / name, None, page)
    for path in sorted((tmp_path / "a").iterdir()):
        assert path.read_bytes() == (tmp_path / "b" / path.name).read_bytes(), path.name


def test_workbook_zip_carries_no_clock(result, tmp_path):
    report.write_xlsx(result, tmp_path / "check.xlsx")
    with zipfile.ZipFile(tmp_path / "check.xlsx") as archive:
        assert {entry.date_time[0] for entry in archive.infolist()} == {1980}
        assert "2026-11-24T00:00:00Z" in archive.read("docProps/core.xml").decode("utf-8")


def test_without_formats_all_that_exist_are_written_and_the_others_named(result, tmp_path):
    files, missing = report.write_outputs(result, tmp_path / "new" / "out", None, page)
    assert [path.name for path in files] == [
        "check.json", "check.html", "check.xlsx", "check.gpkg",
    ]  # fmt: skip
    assert all(path.is_file() for path in files)
    assert missing == ("docx", "pdf")
    assert sorted(path.name for path in (tmp_path / "new" / "out").iterdir()) == [
        "check.gpkg", "check.html", "check.json", "check.xlsx",
    ]  # fmt: skip


@pytest.mark.parametrize("name", ["docx", "pdf"])
def test_without_its_packages_the_printed_report_is_refused(result, tmp_path, name):
    with pytest.raises(NotAvailable, match=rf"--format {name}: .* 'geo-toolkit\[report\]'"):
        report.write_outputs(result, tmp_path / "out", ["json", name], page)
    assert list(tmp_path.iterdir()) == []


def test_an_unknown_format_is_refused_with_the_nearest(result, tmp_path):
    with pytest.raises(UnknownName, match="no format 'xls'; did you mean 'xlsx'"):
        report.write_outputs(result, tmp_path / "out", ["xls"], page)
    assert list(tmp_path.iterdir()) == []


def test_a_failure_half_way_leaves_the_folder_as_it_was(result, tmp_path):
    (tmp_path / "check.json").write_text("earlier", encoding="utf-8")

    def broken(_result):
        raise RuntimeError("no page")

    with pytest.raises(RuntimeError, match="no page"):
        report.write_outputs(result, tmp_path, None, broken)
    assert [path.name for path in tmp_path.iterdir()] == ["check.json"]
    assert (tmp_path / "check.json").read_text(encoding="utf-8") == "earlier"


def test_a_file_that_cannot_be_replaced_brings_the_earlier_ones_back(result, tmp_path, monkeypatch):
    report.write_outputs(result, tmp_path, ["json", "xlsx"], page)
    earlier = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    replace = Path.replace

    def held(path, target):
        if Path(target) == tmp_path / "check.xlsx" and "replaced" not in path.parts:
            raise PermissionError(13, "Permission denied")
        return replace(path, target)

    monkeypatch.setattr(Path, "replace", held)
    result.document["warnings"] = []
    with pytest.raises(OptionError, match="close files that are open"):
        report.write_outputs(result, tmp_path, ["json", "xlsx"], page)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == earlier


def test_out_that_is_a_file_is_refused(result, tmp_path):
    (tmp_path / "out").write_text("", encoding="utf-8")
    with pytest.raises(OptionError, match="cannot be written"):
        report.write_outputs(result, tmp_path / "out", ["json"], page)


def test_a_very_long_text_is_cut_to_what_a_cell_holds(result, tmp_path):
    result.document["sites"][0]["name"] = "长" * 40_000
    report.write_xlsx(result, tmp_path / "check.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "check.xlsx")["结论"]
    assert max(len(str(cell.value or "")) for row in sheet.iter_rows() for cell in row) == 32_000


def test_a_full_worksheet_says_so_in_its_last_row(result, tmp_path, monkeypatch):
    monkeypatch.setattr(sheet_module, "_MOST_ROWS", 4)
    report.write_xlsx(result, tmp_path / "check.xlsx")
    rows = rows_of(openpyxl.load_workbook(tmp_path / "check.xlsx")["明细"])
    assert len(rows) == 4
    assert rows[-1][0] == "超出工作表行数上限，其余见 check.gpkg 和 check.json"


def test_every_label_has_both_languages():
    assert label("role", "zh") == "管控要素"
    assert label("role", "en") == "Matter"
    with pytest.raises(KeyError):
        label("no such label", "zh")


def many(result, count):
    """Return the result with its first site so many times, each under its own id."""
    first = result.document["sites"][0]
    sites = [{**first, "id": f"plot#{n}"} for n in range(1, count + 1)]
    return replace(result, document={**result.document, "sites": sites})


def test_sites_are_ranked_from_clean_to_conflicted(workbook):
    rows = rows_of(workbook["排序"])
    assert rows[0][:4] == ["排序", "地块编号", "名称", "结论"]
    assert [row[0] for row in rows[1:]] == [1, 2]
    ranked = [row[3] for row in rows[1:]]
    assert ranked == ["? 无法判定", "⊖ 禁止"]
    assert "生态保护红线" in rows[2][6]


def test_one_site_has_no_ranking(result, tmp_path):
    report.write_xlsx(many(result, 1), tmp_path / "one.xlsx")
    assert "排序" not in openpyxl.load_workbook(tmp_path / "one.xlsx").sheetnames


def test_of_a_batch_the_conclusion_gives_counts(result, tmp_path):
    report.write_xlsx(many(result, 25), tmp_path / "many.xlsx")
    book = openpyxl.load_workbook(tmp_path / "many.xlsx")
    text = "\n".join(str(v) for row in rows_of(book["结论"]) for v in row if v)
    assert "25 个地块（共 25 个）" in text
    assert "plot#7" not in text
    assert len(rows_of(book["排序"])) == 26
    assert len(rows_of(book["汇总"])) == 1 + 25 * len(result.document["sites"][0]["roles"])


def test_json_has_one_line_a_finding(result):
    lines = report.to_json_text(result).splitlines()
    findings = sum(len(site["findings"]) for site in result.document["sites"])
    assert sum('{"rule_id": ' in line for line in lines) == findings
