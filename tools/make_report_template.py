"""Write ``geo_toolkit/report/templates/report.docx``, the template of the Word report.

Run by hand when the look is to change: ``.venv/bin/python tools/make_report_template.py``.
"""

from __future__ import annotations

import io
import zipfile
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import docx
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

if TYPE_CHECKING:
    from docx.document import Document
    from docx.styles.style import ParagraphStyle

TARGET = Path(__file__).parents[1] / "geo_toolkit" / "report" / "templates" / "report.docx"
LATIN = "Noto Sans CJK SC"
BODY = (LATIN, "仿宋")
BLACK = ("黑体", "黑体")
INK = RGBColor(0x1F, 0x23, 0x28)
GREY = RGBColor(0x37, 0x41, 0x51)


def main() -> None:
    """Write the template."""
    document = docx.Document()
    page(document)
    styles(document)
    content(document)
    alternates(document)
    properties = document.core_properties
    properties.author = properties.last_modified_by = "geo-toolkit"
    properties.comments = properties.title = ""
    properties.created = properties.modified = datetime(2026, 1, 1)
    relations = document.part.package.rels
    for name in [name for name, rel in relations.items() if rel.reltype.endswith("thumbnail")]:
        del relations[name]  # a picture of an empty page
    packed = io.BytesIO()
    document.save(packed)
    with (
        zipfile.ZipFile(packed) as old,
        zipfile.ZipFile(TARGET, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            new.writestr(entry, old.read(name), zipfile.ZIP_DEFLATED)


def page(document: Document) -> None:
    """Set A4 with margins of 25 mm; the first page has no header."""
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(25)
    section.top_margin = section.bottom_margin = Mm(25)
    section.header_distance = section.footer_distance = Mm(14)
    section.different_first_page_header_footer = True
    head = section.header.paragraphs[0]
    head.style = document.styles["Normal"]
    head.text = "{{ report_number }}\t{{ edition }}"
    head.paragraph_format.tab_stops.clear_all()
    head.paragraph_format.tab_stops.add_tab_stop(Mm(160), WD_TAB_ALIGNMENT.RIGHT)
    section.first_page_header.paragraphs[0].text = ""
    for footer in (section.footer, section.first_page_footer):
        footer.paragraphs[0].text = "{{ page }}"
        footer.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.CENTER
    for part in (section.header, section.footer, section.first_page_footer):
        part.paragraphs[0].runs[0].font.size = Pt(9)


def styles(document: Document) -> None:
    """Set the styles that the report is written in."""
    known = document.styles
    for languages in known.element.iter(qn("w:lang")):
        languages.set(qn("w:eastAsia"), "zh-CN")
    look(known["Normal"], BODY, 12, after=4, line=18)
    look(known["Title"], BLACK, 18, line=26, bold=True, align=WD_ALIGN_PARAGRAPH.CENTER, after=6)
    border = known["Title"].element.pPr.find(qn("w:pBdr"))
    if border is not None:
        known["Title"].element.pPr.remove(border)
    look(known["Heading 1"], BLACK, 14, line=20, bold=True, before=12, after=6)
    body = look(added(document, "Report Body"), BODY, 12, after=4, line=18)
    body.paragraph_format.first_line_indent = Pt(24)
    body.element.pPr.ind.set(qn("w:firstLineChars"), "200")
    listed = look(added(document, "Report List"), BODY, 12, after=3, line=18)
    listed.paragraph_format.left_indent, listed.paragraph_format.first_line_indent = Pt(12), Pt(-12)
    look(added(document, "Report Note"), BODY, 9, line=12, after=6, color=GREY)
    look(added(document, "Report Cell"), BODY, 10.5, line=13.5)
    look(added(document, "Report Cell Note"), BODY, 9, line=11.5, color=GREY)
    look(added(document, "Report Caption"), BLACK, 10.5, line=14, bold=True, before=8, after=4,
         align=WD_ALIGN_PARAGRAPH.CENTER)  # fmt: skip
    look(added(document, "Report Figure"), BODY, 9, line=12, after=4,
         align=WD_ALIGN_PARAGRAPH.CENTER)  # fmt: skip
    look(added(document, "Report Headline"), BODY, 10.5, line=14, after=8,
         align=WD_ALIGN_PARAGRAPH.CENTER)  # fmt: skip


def alternates(document: Document) -> None:
    """Say what letters and digits are set in where their font is missing: 仿宋, as in Word.

    A word processor that has neither would take some wide font, and run to more pages.
    """
    entry = (
        f'<w:font w:name="{LATIN}"><w:altName w:val="仿宋"/><w:charset w:val="86"/>'
        '<w:family w:val="auto"/><w:pitch w:val="variable"/></w:font></w:fonts>'
    )
    for part in document.part.package.iter_parts():
        if part.partname.endswith("/fontTable.xml"):
            part._blob = part.blob.replace(b"</w:fonts>", entry.encode())


def added(document: Document, name: str) -> ParagraphStyle:
    """Return a new paragraph style on top of Normal."""
    style: ParagraphStyle = document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
    style.base_style = document.styles["Normal"]
    style.quick_style = True
    return style


def look(
    style: ParagraphStyle,
    fonts: tuple[str, str],
    size: float,
    *,
    bold: bool = False,
    before: float = 0,
    after: float = 0,
    line: float,
    color: RGBColor = INK,
    align: WD_ALIGN_PARAGRAPH | None = None,
) -> ParagraphStyle:
    """Set fonts (Latin, Chinese), size in points and spacing of a style; return it."""
    latin, chinese = fonts
    style.font.name = latin
    names = style.element.get_or_add_rPr().get_or_add_rFonts()
    for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        names.attrib.pop(qn(f"w:{theme}"), None)
    for kind, name in (("ascii", latin), ("hAnsi", latin), ("cs", latin), ("eastAsia", chinese)):
        names.set(qn(f"w:{kind}"), name)
    style.font.size = Pt(size)
    style.font.bold = bold
    style.font.italic = False
    style.font.color.rgb = color
    form = style.paragraph_format
    # An exact line keeps the pages the same where another font stands in for 仿宋.
    form.space_before, form.space_after, form.line_spacing = Pt(before), Pt(after), Pt(line)
    if align is not None:
        form.alignment = align
    return style


def content(document: Document) -> None:
    """Write the places: title, the line below it, and where the sections go."""
    document.add_paragraph("{{ title }}", style="Title")
    document.add_paragraph("{{ headline }}", style="Report Headline")
    document.add_paragraph("{{ sections }}")


if __name__ == "__main__":
    main()
