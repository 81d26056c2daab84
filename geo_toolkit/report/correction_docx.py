"""The notice of corrections as a Word file of one or two pages."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from docx import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt

if TYPE_CHECKING:
    from pathlib import Path

    from docx.document import Document as Doc
    from docx.table import Table, _Cell
    from docx.text.paragraph import Paragraph

    from geo_toolkit.report.correction_notice import Notice

__all__ = ["write_docx"]

_FONT, _FONT_ZH, _HEAD_ZH = "Times New Roman", "仿宋", "黑体"
_WIDTHS_CM = (1.2, 4.3, 5.4, 6.1)
_FACT_WIDTHS_CM = (3.4, 13.6)
_MOST_ROWS = 40
_MOMENT = datetime(2000, 1, 1, tzinfo=UTC)
_NUMBERS = {"zh": ("一、", "二、", "三、", "四、"), "en": ("1. ", "2. ", "3. ", "4. ")}
_SHADE = "E5E7EB"


def write_docx(notice: Notice, path: Path) -> None:
    """Write the notice as Word; the same notice gives the same bytes."""
    document = Document()
    _set_up(document)
    _paragraph(document, notice.title, size=18, bold=True, centre=True)
    _facts(document, notice)
    numbers = iter(_NUMBERS["en" if notice.lang == "en" else "zh"])
    if notice.rows:
        _heading(document, next(numbers) + notice.word("corrections"))
        _faults(document, notice)
    for key, sentences in (("warnings", notice.warnings), ("repairs", notice.repairs)):
        if sentences:
            _heading(document, next(numbers) + notice.word(key))
            for sentence in sentences:
                _paragraph(document, f"· {sentence}", size=10.5)
    if notice.png is not None:
        heading = _heading(document, next(numbers) + notice.word("map"))
        heading.paragraph_format.keep_with_next = True
        document.add_picture(io.BytesIO(notice.png), width=Cm(16))
        document.paragraphs[-1].alignment = WD_ALIGN_PARAGRAPH.CENTER
    _paragraph(document, notice.note, size=9)
    _paragraph(document, notice.word("signature"), size=10.5)
    properties = document.core_properties
    properties.title, properties.author, properties.comments = notice.title, "geo-toolkit", ""
    properties.created = properties.modified = _MOMENT.replace(tzinfo=None)
    stream = io.BytesIO()
    document.save(stream)
    path.write_bytes(_timeless(stream.getvalue()))


def _set_up(document: Doc) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2)
    section.top_margin = section.bottom_margin = Cm(1.8)
    style = document.styles["Normal"]
    style.font.name, style.font.size = _FONT, Pt(10.5)
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    fonts.set(qn("w:eastAsia"), _FONT_ZH)
    style.paragraph_format.space_after = Pt(3)


def _heading(document: Doc, text: str) -> Paragraph:
    paragraph = _paragraph(document, text, size=12, bold=True)
    paragraph.paragraph_format.space_before = Pt(8)
    paragraph.paragraph_format.keep_with_next = True
    return paragraph


def _paragraph(
    document: Doc, text: str, *, size: float, bold: bool = False, centre: bool = False
) -> Paragraph:
    paragraph = document.add_paragraph()
    _write(paragraph, text, size=size, bold=bold)
    if centre:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    return paragraph


def _write(paragraph: Paragraph, text: str, *, size: float, bold: bool = False) -> None:
    run = paragraph.add_run(text)
    run.font.size, run.bold = Pt(size), bold
    run.font.name = _FONT
    fonts = run._element.get_or_add_rPr().get_or_add_rFonts()
    fonts.set(qn("w:eastAsia"), _HEAD_ZH if bold else _FONT_ZH)


def _facts(document: Doc, notice: Notice) -> None:
    table = _table(document, len(notice.facts), _FACT_WIDTHS_CM)
    for row, (name, value) in zip(table.rows, notice.facts, strict=True):
        cells = row.cells
        _fill(cells[0], name, bold=True, shade=True)
        _fill(cells[1], value)


def _faults(document: Doc, notice: Notice) -> None:
    shown = notice.rows[:_MOST_ROWS]
    table = _table(document, 1 + len(shown), _WIDTHS_CM)
    head, *rest = table.rows
    for cell, key in zip(head.cells, ("number", "place", "problem", "remedy"), strict=True):
        _fill(cell, notice.word(key), bold=True, shade=True)
    repeated = OxmlElement("w:tblHeader")
    repeated.set(qn("w:val"), "true")
    head._tr.get_or_add_trPr().append(repeated)
    for row, added in zip(shown, rest, strict=True):
        whole = OxmlElement("w:cantSplit")
        added._tr.get_or_add_trPr().append(whole)
        texts = (str(row.number), row.place, row.problem, row.remedy)
        for cell, text in zip(added.cells, texts, strict=True):
            _fill(cell, text)
    more = len(notice.rows) - len(shown)
    if more > 0:
        text = notice.word("more").format(count=more, file="corrections.xlsx")
        _paragraph(document, text, size=10.5)


def _table(document: Doc, rows: int, widths_cm: tuple[float, ...]) -> Table:
    table: Table = document.add_table(rows=rows, cols=len(widths_cm))
    table.style = "Table Grid"
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    table.autofit = False
    for column, width in zip(table.columns, widths_cm, strict=True):
        column.width = Cm(width)
    return table


def _fill(cell: _Cell, text: str, *, bold: bool = False, shade: bool = False) -> None:
    paragraph = cell.paragraphs[0]
    paragraph.paragraph_format.space_after = Pt(1)
    _write(paragraph, text, size=10, bold=bold)
    if shade:
        colour = OxmlElement("w:shd")
        colour.set(qn("w:val"), "clear")
        colour.set(qn("w:fill"), _SHADE)
        cell._tc.get_or_add_tcPr().append(colour)


def _timeless(raw: bytes) -> bytes:
    """Return the package with its parts in one order and at one time."""
    stream = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(raw)) as old,
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            info = zipfile.ZipInfo(name, (2000, 1, 1, 0, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(info, old.read(name))
    return stream.getvalue()
