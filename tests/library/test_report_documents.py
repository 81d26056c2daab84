"""The printed report as PDF and Word: same content, same bytes, text that stays text."""

import hashlib
import importlib.util
import io
import json
import shutil
import subprocess
import zipfile
from datetime import date
from pathlib import Path

import docx
import pytest
from docx.oxml.ns import qn

from geo_toolkit.errors import DefinitionError, UnknownName
from geo_toolkit.report import write_outputs
from geo_toolkit.report.blocks import Figure, Paragraph, Table, Verdict
from geo_toolkit.report.content import build_report
from geo_toolkit.report.documents import write_documents
from geo_toolkit.report.docx_report import STYLES, write_docx
from geo_toolkit.report.figures import draw_figures
from geo_toolkit.report.pdf import write_pdf

DAY = date(2026, 11, 24)
ROOT = Path(__file__).parents[2]
POPPLER = pytest.mark.skipif(
    shutil.which("pdftotext") is None, reason="needs the system package poppler-utils"
)
HOSTILE = (
    "<w:t>&amp;</w:t><b>粗</b>",
    "=1+1",
    "{{ sections }} {{ title }} {% raw %}",
    "${HOME} `id` $(id)",
    '#panic("x") *b* $x^2$ @ref <label> \\ // /*',
    "甲\u202e乙\u2066丙",
    "长" * 10_000,
)


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1790000000")


@pytest.fixture
def checked(city, plots, rectangle):
    """Return a check of one plot that overlaps a red line, and the layers it used."""

    def check(names=("地块1",), feature="甲山", lang="zh"):
        city.layer(
            "red", "ecological_red_line", [("a", rectangle(0, 0, 50), {"name": feature})],
            coverage="all",
        )  # fmt: skip
        city.layer("shore", "river_shoreline", [("s", rectangle(600, 0, 30))], coverage="all")
        if not city.rules:
            city.rule("R", "ecological_red_line")
            city.rule("S", "river_shoreline", "within_distance", distance_m=1000)
            city.rule("W", "wetland")
        sites = plots(*(rectangle(200 * n, 0, 150) for n in range(len(names))))
        sites.frame["name"] = list(names)
        workspace = city.open()
        result = workspace.check(sites, as_of=DAY, record=False, lang=lang)
        return result, [entry.read(DAY) for entry in workspace.layers.values()]

    return check


@pytest.fixture
def report(checked):
    result, layers = checked()
    return build_report(result, draw_figures(result, layers))


@pytest.fixture
def plain(checked):
    """Return a report without figures, which are slow to draw."""
    return build_report(checked()[0])


def printed(report):
    """Every text of a report, in printing order."""
    for section in report.sections:
        yield section.heading
        for block in section.blocks:
            if isinstance(block, Table):
                yield from [block.caption, *(c.head for c in block.columns if block.has_head)]
                for row in block.rows:
                    yield from [*row.cells, row.note]
                yield block.note
            elif isinstance(block, Paragraph | Verdict):
                yield block.text
            elif isinstance(block, Figure):
                yield block.caption


def pdf_text(path):
    done = subprocess.run(
        ["pdftotext", "-layout", "-enc", "UTF-8", path, "-"], capture_output=True, check=True
    )
    return done.stdout.decode("utf-8")


def squeezed(text):
    return "".join(text.split()).replace("\u200b", "")


def word_text(path):
    document = docx.Document(path)
    return "".join(t.text or "" for t in document.element.body.iter(qn("w:t")))


def test_the_word_file_holds_all_of_the_content(report, tmp_path):
    write_docx(report, tmp_path / "check.docx")
    shown = squeezed(word_text(tmp_path / "check.docx"))
    for text in printed(report):
        assert squeezed(text) in shown
    assert squeezed(report.title) in shown
    pictures = [
        name for name in zipfile.ZipFile(tmp_path / "check.docx").namelist() if "media/" in name
    ]
    assert len(pictures) == sum(isinstance(b, Figure) for s in report.sections for b in s.blocks)


@POPPLER
def test_the_pdf_holds_all_of_the_content(report, tmp_path):
    write_pdf(report, tmp_path / "check.pdf")
    done = subprocess.run(
        ["pdftotext", "-raw", tmp_path / "check.pdf", "-"], capture_output=True, check=True
    )
    shown = squeezed(done.stdout.decode("utf-8"))
    for text in printed(report):
        # Lines of neighbouring cells may interleave: every part of twelve characters is there.
        said = squeezed(text)
        for start in range(0, len(said), 12):
            part = said[start : start + 6]
            assert part in shown, f"{part!r} of {text!r}"


def test_the_same_check_gives_the_same_bytes(checked, tmp_path):
    sums = []
    for turn in ("a", "b"):
        result, layers = checked()
        (tmp_path / turn).mkdir()
        targets = {name: tmp_path / turn / f"check.{name}" for name in ("docx", "pdf")}
        write_documents(result, layers, targets)
        sums.append([hashlib.sha256(path.read_bytes()).hexdigest() for path in targets.values()])
    assert sums[0] == sums[1]
    names = [path.name for path in (tmp_path / "a").iterdir()]
    assert sorted(names) == ["check.docx", "check.pdf"]


def test_dates_in_the_files_are_those_of_the_check(plain, tmp_path):
    write_docx(plain, tmp_path / "check.docx")
    properties = docx.Document(tmp_path / "check.docx").core_properties
    # 1790000000 s after 1970 is 2026-09-21 14:13:20 UTC.
    assert properties.created.isoformat() == "2026-09-21T14:13:20+00:00"
    assert properties.title == plain.title
    with zipfile.ZipFile(tmp_path / "check.docx") as packed:
        assert {entry.date_time for entry in packed.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    write_pdf(plain, tmp_path / "check.pdf")
    assert b"20260921141320" in (tmp_path / "check.pdf").read_bytes()


@POPPLER
def test_hostile_text_is_shown_literally(checked, tmp_path):
    result, layers = checked(names=HOSTILE, feature=HOSTILE[4])
    report = build_report(result, draw_figures(result, layers))
    write_docx(report, tmp_path / "check.docx")
    write_pdf(report, tmp_path / "check.pdf")
    word, pdf = word_text(tmp_path / "check.docx"), pdf_text(tmp_path / "check.pdf")
    for name in HOSTILE:
        expected = name[:40].replace("\u202e", "〈U+202E〉").replace("\u2066", "〈U+2066〉")
        assert expected in word
        assert squeezed(expected)[:12] in squeezed(pdf)
    assert "（原文共10000字）" in word


def test_numbers_stand_right_rows_stay_whole_and_heads_repeat(plain, tmp_path):
    write_docx(plain, tmp_path / "check.docx")
    document = docx.Document(tmp_path / "check.docx")
    tables = list(document.element.body.iter(qn("w:tbl")))
    with_head = [t for t in tables if t.find(".//" + qn("w:tblHeader")) is not None]
    assert len(with_head) >= 5
    for table in tables:
        for row in table.iter(qn("w:tr")):
            assert row.find(qn("w:trPr")).find(qn("w:cantSplit")) is not None
    number = next(t for t in document.element.body.iter(qn("w:t")) if t.text == "0.2500")
    paragraph = number.getparent().getparent()
    assert paragraph.find(qn("w:pPr")).find(qn("w:jc")).get(qn("w:val")) == "right"


def test_chinese_fonts_are_set_in_every_style_of_the_template(plain, tmp_path):
    write_docx(plain, tmp_path / "check.docx")
    document = docx.Document(tmp_path / "check.docx")
    for name in (*STYLES.values(), "Title", "Normal"):
        fonts = document.styles[name].element.rPr.rFonts
        assert fonts.get(qn("w:eastAsia")) in ("仿宋", "黑体"), name
    section = document.sections[0]
    assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)
    assert {round(edge.mm) for edge in (section.left_margin, section.right_margin)} == {25}


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_page_numbers_are_fields_that_word_computes(checked, tmp_path, lang):
    result, _ = checked(lang=lang)
    write_docx(build_report(result), tmp_path / "check.docx")
    footer = docx.Document(tmp_path / "check.docx").sections[0].footer.paragraphs[0]
    codes = [code.text.strip() for code in footer._p.iter(qn("w:instrText"))]
    assert codes == ["PAGE", "NUMPAGES"]
    assert footer.text.startswith("page " if lang == "en" else "第 ")


# Templates of one's own ---------------------------------------------------------------------------


def template_of(tmp_path, *lines):
    document = docx.Document()
    for line in lines:
        document.add_paragraph(line)
    document.save(tmp_path / "report_template.docx")
    return tmp_path / "report_template.docx"


def test_an_office_orders_the_sections_in_its_own_template(plain, tmp_path):
    template = template_of(
        tmp_path, "某某局 {{ report_number }}", "{{ section conclusion }}", "附：",
        "{{ blocks results }}", "{{ section annex }}",
    )  # fmt: skip
    write_docx(plain, tmp_path / "check.docx", template)
    shown = word_text(tmp_path / "check.docx")
    assert shown.startswith(f"某某局 {plain.fields['report_number']}")
    assert shown.index("结论") < shown.index("附：") < shown.index("核查结果汇总")
    assert "五、核查结果" not in shown
    assert "签署" not in shown


def test_a_mark_split_by_word_is_still_filled_in(plain, tmp_path):
    document = docx.Document()
    paragraph = document.add_paragraph("编号 {{ rep")
    paragraph.add_run("ort_number }}").bold = True
    document.add_paragraph("{{ sections }}")
    document.save(tmp_path / "t.docx")
    write_docx(plain, tmp_path / "check.docx", tmp_path / "t.docx")
    assert f"编号 {plain.fields['report_number']}" in word_text(tmp_path / "check.docx")


@pytest.mark.parametrize(
    ("lines", "error", "message"),
    [
        (["无标记"], DefinitionError, r"report_template.docx: expected a paragraph \{\{ sections"),
        (["{{ section conclusions }}"], UnknownName, "did you mean 'conclusion'"),
        (["{{ sections }}", "{{ titel }}"], UnknownName, "did you mean 'title'"),
        (["{{ sections }}", "见 {{ blocks data }}"], DefinitionError, "on a line of its own"),
    ],
)
def test_a_wrong_template_is_refused(plain, tmp_path, lines, error, message):
    template = template_of(tmp_path, *lines)
    with pytest.raises(error, match=message) as refusal:
        write_docx(plain, tmp_path / "check.docx", template)
    assert "report_template.docx" in str(refusal.value)
    assert not (tmp_path / "check.docx").exists()


def test_the_template_of_a_workspace_is_found_beside_it(checked, tmp_path):
    result, layers = checked()
    (tmp_path / "office").mkdir()
    template_of(tmp_path / "office", "本单位模板", "{{ section caveats }}")
    targets = {"docx": tmp_path / "check.docx", "pdf": tmp_path / "check.pdf"}
    write_documents(result, layers, targets, office=tmp_path / "office")
    assert word_text(tmp_path / "check.docx").startswith("本单位模板")
    assert (tmp_path / "check.pdf").read_bytes().startswith(b"%PDF")


@pytest.mark.parametrize("content", [b"text", b""])
def test_a_template_that_is_no_word_file_is_refused(plain, tmp_path, content):
    (tmp_path / "report_template.docx").write_bytes(content)
    with pytest.raises(DefinitionError, match=r"report_template\.docx: expected a Word document"):
        write_docx(plain, tmp_path / "check.docx", tmp_path / "report_template.docx")


def test_a_zip_that_is_no_word_file_is_refused(plain, tmp_path):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("a.txt", "a")
    (tmp_path / "t.docx").write_bytes(packed.getvalue())
    with pytest.raises(DefinitionError, match=r"t\.docx: expected a Word document"):
        write_docx(plain, tmp_path / "check.docx", tmp_path / "t.docx")


def test_the_template_is_the_one_that_its_script_writes(monkeypatch, tmp_path):
    spec = importlib.util.spec_from_file_location("make", ROOT / "tools/make_report_template.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    committed = module.TARGET
    monkeypatch.setattr(module, "TARGET", tmp_path / "report.docx")
    module.main()
    with zipfile.ZipFile(committed) as old, zipfile.ZipFile(tmp_path / "report.docx") as new:
        assert old.namelist() == new.namelist()
        assert all(old.read(name) == new.read(name) for name in old.namelist())


# The folder of a check ----------------------------------------------------------------------------


def test_the_folder_holds_every_format_or_none(checked, tmp_path):
    result, layers = checked()

    def documents(done, targets):
        write_documents(done, layers, targets)

    files, missing = write_outputs(result, tmp_path / "out", None, lambda _: "<p>", documents)
    assert [path.name for path in files] == [
        "check.json", "check.html", "check.xlsx", "check.docx", "check.pdf", "check.gpkg",
    ]  # fmt: skip
    assert missing == ()
    assert json.loads(files[0].read_text(encoding="utf-8")) == result.document

    def broken(_done, targets):
        targets["docx"].write_bytes(b"half")
        raise DefinitionError("report_template.docx: wrong")

    with pytest.raises(DefinitionError):
        write_outputs(result, tmp_path / "other", ["docx"], lambda _: "", broken)
    assert list((tmp_path / "other").iterdir()) == []


@POPPLER
def test_no_page_is_half_a_table_alone(report, tmp_path):
    """The last page of the PDF says more than the tail of a table."""
    write_pdf(report, tmp_path / "check.pdf")
    pages = pdf_text(tmp_path / "check.pdf").split("\f")[:-1]
    assert all(len(squeezed(page)) > 60 for page in pages)
