"""`geo-toolkit inspect`, the notice of corrections it writes, and what `check` says of it."""

import io
import json
import shutil
import zipfile
from pathlib import Path

import openpyxl
import pytest
from docx import Document

from geo_toolkit.boundary.fault_codes import CODES
from geo_toolkit.boundary.faults import Fault
from geo_toolkit.boundary.inspecting import inspect_file
from geo_toolkit.cli.app import run
from geo_toolkit.report import correction_words
from geo_toolkit.report.correction_notice import notice_of, write_notice

SEVEN = """[属性描述]
坐标系=2000国家大地坐标系
几度分带=3
计量单位=米
带号=36
[地块坐标]
5,3.0000,DK01,甲,面,,物流仓储用地,0508,@
J1,1,3409400.000,35605200.000
J2,1,3409400.000
J3,1,3409250.000,35605400.000
J4,1,3409250.000,35605200.000
J1,1,3409400.000,35605200.000
4,3.0000,DK02,乙,面,,工业用地,0601,@
J1,1,3409400.000,35606200.000
J2,1,34O9400.000,35606400.000
J3,一,3409250.000,35606400.000
J4,1,3409250.000,35606200.000
2,1.2000,DK03,丙,面,,工业用地,0601,@
J1,1,3410400.000,35606200.000
J2,1,3410400.000,35606400.000
8,约3,DK04,=1+1,面,,工业用地,0601,@
J1,1,3411400.000,35606200.000
J2,1,3411400.000,35606400.000
J3,1,3411200.000,35606400.000
J4,1,3411200.000,35606200.000
J1,2,3411300.000,35606300.000
J2,2,3411300.000,35606500.000
J3,2,3411250.000,35606500.000
J4,2,3411250.000,35606300.000
"""
SEVEN_IN_WORDS = [
    ("第5行“带号”", "文件头的带号为36，与Y坐标前两位的带号不一致"),
    ("第9行", "应有4项（点号、圈号、X坐标、Y坐标），实有3项"),
    ("第15行", "坐标值“34O9400.000”不是数字"),
    ("第16行", "圈号“一”不是数字"),
    ("地块DK03第1圈（第19行）", "不同的界址点只有2个，围不成面"),
    ("第21行", "地块面积“约3”无法识别"),
    ("地块DK04第2圈（第26行）", "与同一地块的另一圈部分重叠"),
]


@pytest.fixture(autouse=True)
def desk(tmp_path, monkeypatch):
    """A folder with a workspace and the plot, from which commands are run."""
    shutil.copytree(Path(__file__).with_name("cli_workspace"), tmp_path / "ws")
    (tmp_path / "plot.txt").write_bytes(SEVEN.encode("gbk"))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GEO_TOOLKIT_WORKSPACE", str(tmp_path / "ws"))
    return tmp_path


@pytest.fixture
def cli(capsys):
    """Run a command; its exit code, standard output and standard error."""

    def call(*arguments):
        code = run(arguments)
        out, err = capsys.readouterr()
        return code, out, err

    return call


def docx_texts(path):
    document = Document(path)
    tables = [[c.text for c in row.cells] for t in document.tables for row in t.rows]
    return [p.text for p in document.paragraphs], tables


def test_the_table_lists_the_seven(cli, desk):
    code, out, err = cli("inspect", "plot.txt")
    assert (code, err) == (0, "")
    assert out.startswith("plot.txt：不能读取，须补正7处\n")
    flat = "".join(out.split())
    assert all(f"须补正{place}" in flat for place, _ in SEVEN_IN_WORDS)
    assert sorted(p.name for p in desk.iterdir()) == ["plot.txt", "ws"]
    assert "cannot be read, 7 to correct" in cli("inspect", "plot.txt", "--lang", "en")[1]


def test_json_is_the_document_alone(cli, desk):
    code, out, _ = cli("inspect", "plot.txt", "--format", "json")
    assert code == 0
    assert json.loads(out) == inspect_file(desk / "plot.txt").document()
    assert cli("inspect", "plot.txt", "--quiet")[1] == ""


def test_the_notice_names_the_seven(cli, desk):
    code, out, _ = cli("inspect", "plot.txt", "--out", "made")
    assert code == 0
    names = ["corrections.docx", "corrections.png", "corrections.xlsx"]
    assert sorted(p.name for p in (desk / "made").iterdir()) == names
    assert all(f"made/{name}" in out.replace("\\", "/") for name in names)
    paragraphs, tables = docx_texts(desk / "made" / "corrections.docx")
    assert paragraphs[0] == "用地边界补正清单"
    assert ["检查结果", "须补正7处，补正后重新提交"] in tables
    assert [tuple(row[1:3]) for row in tables if row[0].isdecimal()] == SEVEN_IN_WORDS
    assert all(row[3].startswith(("请", "每一圈", "两圈")) for row in tables if row[0].isdecimal())
    rows = list(openpyxl.load_workbook(desk / "made" / "corrections.xlsx").active.values)
    listed = [(row[2], row[3]) for row in rows if row[1] == "须补正"]
    assert listed == SEVEN_IN_WORDS
    assert sum(row[1] == "已自动处理" for row in rows) == 2


def test_the_notice_in_english_and_of_a_sound_file(cli, desk):
    cli("inspect", "plot.txt", "--out", "made", "--lang", "en")
    paragraphs, tables = docx_texts(desk / "made" / "corrections.docx")
    assert paragraphs[0] == "Boundary file: list of corrections"
    assert ["2", "line 9", "expected 4 fields (point, ring, X, Y), got 3",
            "is a coordinate missing?"] in tables  # fmt: skip
    sound = SEVEN[: SEVEN.index("4,3.0000,DK02")].replace("带号=36", "带号=35")
    sound = sound.replace("J2,1,3409400.000\n", "J2,1,3409400.000,35605400.000\n")
    (desk / "sound.txt").write_bytes(sound.encode("gbk"))
    code, out, _ = cli("inspect", "sound.txt", "--out", "sound")
    assert code == 0
    assert out.startswith("sound.txt：可以读取\n没有发现问题\n")
    assert ["检查结果", "可以读取，无须补正"] in docx_texts(desk / "sound" / "corrections.docx")[1]


def test_nothing_to_draw_leaves_no_sketch(cli, desk):
    cli("inspect", "plot.txt", "--out", "made")
    (desk / "bad.geojson").write_text("{", encoding="utf-8")
    code, out, _ = cli("inspect", "bad.geojson", "--out", "made")
    assert code == 0
    assert "须补正1处" in out
    names = sorted(p.name for p in (desk / "made").iterdir())
    assert names == ["corrections.docx", "corrections.xlsx"]


def test_the_same_file_gives_the_same_bytes(desk):
    found = inspect_file(desk / "plot.txt")
    one, other = write_notice(found, desk / "a", "zh"), write_notice(found, desk / "b", "zh")
    assert [p.read_bytes() for p in one] == [p.read_bytes() for p in other]


def test_many_faults_of_one_kind_stand_in_one_line(desk):
    rows = "".join(f"K{n},1,x,35606200\n" for n in range(300))
    text = SEVEN.replace("4,3.0000,DK02", rows + "4,3.0000,DK02")
    (desk / "plot.txt").write_text(text, encoding="utf-8")
    notice = notice_of(inspect_file(desk / "plot.txt"), "zh")
    assert len(notice.rows) == 7
    assert notice.rows[2].place == "第13至312行、第315行，共301处"
    assert sum(level == "须补正" for level, *_ in notice.every) == 307


def test_a_cell_never_becomes_a_formula(desk):
    text = SEVEN.replace("8,约3,DK04,=1+1", "=cmd|' /C calc'!A0,3,DK04,=1+1")
    (desk / "plot.txt").write_text(text, encoding="utf-8")
    write_notice(inspect_file(desk / "plot.txt"), desk / "made", "zh")
    raw = zipfile.ZipFile(io.BytesIO((desk / "made" / "corrections.xlsx").read_bytes()))
    assert b"<f>" not in raw.read("xl/worksheets/sheet1.xml")


def test_hidden_characters_in_a_file_are_shown(desk):
    text = SEVEN.replace("约3", "约\u202e3\x07")
    (desk / "plot.txt").write_text(text, encoding="utf-8")
    write_notice(inspect_file(desk / "plot.txt"), desk / "made", "zh")
    _, tables = docx_texts(desk / "made" / "corrections.docx")
    said = "".join(cell for row in tables for cell in row)
    assert "约" in said
    assert not {"\u202e", "\x07"} & set(said)


def test_check_refuses_with_the_first_and_counts_the_rest(cli, desk):
    code, out, err = cli("check", "plot.txt", "--out", "made")
    assert (code, out) == (2, "")
    assert err == (
        "geo-toolkit: plot.txt line 9: expected 4 fields (point, ring, X, Y), got 3; is a "
        "coordinate missing?; 6 more: geo-toolkit inspect plot.txt\n"
    )
    assert not (desk / "made").exists()


def test_one_fault_alone_needs_no_count(cli, desk):
    (desk / "bad.geojson").write_text("{", encoding="utf-8")
    code, _, err = cli("check", "bad.geojson")
    assert code == 2
    assert "more:" not in err


def test_wrong_use(cli, desk):
    code, _, err = cli("inspect", "gone.txt", "--out", "made")
    assert (code, err.count("\n")) == (2, 1)
    assert "gone.txt: expected a file, got none of that name; check its path" in err
    assert not (desk / "made").exists()
    (desk / "full").write_text("", encoding="utf-8")
    code, _, err = cli("inspect", "plot.txt", "--out", "full")
    assert (code, err.count("\n")) == (2, 1)
    assert "--out full: cannot be written" in err


def test_every_code_has_chinese_words():
    for code in CODES:
        fault = Fault(code, "error", "line 1", "something", "'x'", "do it")
        words = (
            correction_words.problem_words(fault, "zh"),
            correction_words.remedy_words(fault, "zh"),
        )
        assert all(any("一" <= c <= "鿿" for c in text) for text in words), code
        assert "{" not in "".join(words)


ROAD = """[属性描述]
坐标系=2000国家大地坐标系
带号=35
[地块坐标]
2,,L1,甲,线,,,,@
J1,1,3409400.000,35605200.000
J2,1,34O9400.000,35605400.000
2,,L2,乙,线,,,,@
J1,1,3409400.000,35606200.000
J2,1,3409400.000,35606200.000
"""


def test_centrelines_are_inspected_as_check_reads_them(cli, desk):
    (desk / "road.txt").write_text(ROAD, encoding="utf-8")
    code, out, _ = cli("inspect", "road.txt", "--corridor-m", "50", "--format", "json")
    faults = json.loads(out)["faults"]
    assert code == 0
    assert [(f["code"], f["place"]) for f in faults] == [
        ("not_a_number", "line 7"),
        ("no_length", "plot L2 (line 8)"),
    ]
    _, _, err = cli("check", "road.txt", "--project-type", "linear", "--corridor-m", "50")
    assert "road.txt line 7" in err
    assert "1 more: geo-toolkit inspect road.txt --corridor-m 50\n" in err
    good = ROAD.replace("34O9400", "3409400").replace(
        "J2,1,3409400.000,35606200", "J2,1,3409400,356063"
    )
    (desk / "good.txt").write_text(good.replace("356063.000", "35606300"), encoding="utf-8")
    assert cli("inspect", "good.txt", "--corridor-m", "50")[1].startswith("good.txt：可以读取")


def test_the_note_says_how_places_are_counted(desk):
    text = "X坐标,Y坐标\n3409400,\n"
    (desk / "plot.csv").write_text(text, encoding="utf-8")
    for name, part in (("plot.txt", "用记事本打开"), ("plot.csv", "用记事本打开")):
        assert part in notice_of(inspect_file(desk / name), "zh").note
    (desk / "plot.dxf").write_text("0\nSECTION\n2\nENTITIES\n0\nENDSEC\n0\nEOF\n", encoding="utf-8")
    drawing = inspect_file(desk / "plot.dxf")
    assert "句柄" in notice_of(drawing, "zh").note or not drawing.format
