"""The report as a Word document, from a template that an office can replace."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from docx.shared import Mm, Pt

from geo_toolkit.report.blocks import Figure, Paragraph, Table, Verdict
from geo_toolkit.report.docx_parts import paragraph, table, text_run, verdict_table
from geo_toolkit.report.docx_template import fill_fields, open_template, places_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from docx.document import Document
    from docx.oxml.xmlchemy import BaseOxmlElement
    from docx.text.paragraph import Paragraph as WordParagraph

    from geo_toolkit.report.blocks import Block, Report, Section
    from geo_toolkit.report.docx_template import Place

__all__ = ["STYLES", "write_docx"]

STYLES = {
    "heading": "Heading 1",
    "body": "Report Body",
    "list": "Report List",
    "note": "Report Note",
    "cell": "Report Cell",
    "cell_note": "Report Cell Note",
    "caption": "Report Caption",
    "figure": "Report Figure",
}
"""Paragraph styles of a template by what they are for; one that is missing is Normal."""

_EPOCH = (1980, 1, 1, 0, 0, 0)
_ENGLISH_CELL_PT = 9.5  # as in the PDF: English words are longer than their columns


def write_docx(report: Report, path: Path, template: Path | None = None) -> None:
    """Write the report as a Word document; the file appears whole or not at all.

    The same report and template give the same bytes.

    Parameters
    ----------
    template
        A document of one's own; see ``docs/report.md``.

    Raises
    ------
    DefinitionError
        If the template is not a Word document or has no place for the report.
    UnknownName
        If it marks a place that does not exist.
    """
    document = open_template(template)
    file = template.name if template else "report.docx"
    places = places_of(document, report, file)
    if template is None and report.lang == "en":
        cell = document.styles[STYLES["cell"]]
        cell.font.size, cell.paragraph_format.line_spacing = Pt(_ENGLISH_CELL_PT), Pt(12)
    writer = _Writer(document)
    # Fields first: what the report brings in is never looked at for marks.
    fill_fields(document, report, file)
    for place in places:
        for section in _sections(report, place):
            writer.write(section, place)
        place.paragraph._p.getparent().remove(place.paragraph._p)
    _stamp(document, report)
    packed = io.BytesIO()
    document.save(packed)
    working = path.with_name(f"{path.name}.part")
    try:
        working.write_bytes(_repacked(packed))
        working.replace(path)
    finally:
        working.unlink(missing_ok=True)


def _sections(report: Report, place: Place) -> list[Section]:
    return [s for s in report.sections if place.kind == "sections" or s.key == place.key]


class _Writer:
    """Writes sections before the paragraph that marks their place."""

    def __init__(self, document: Document) -> None:
        ids = {style.name: style.style_id for style in document.styles}
        self._styles = {use: ids.get(name, "") for use, name in STYLES.items()}

    def write(self, section: Section, place: Place) -> None:
        """Write one section, with its heading unless the place is for blocks alone."""
        here = place.paragraph
        if place.kind != "blocks":
            self._put(here, self._paragraph(section.heading, "heading", keep=True))
        for block in section.blocks:
            if isinstance(block, Figure):
                self._figure(here, block)
            else:
                for made in self._elements(block, is_tall=section.key == "signature"):
                    self._put(here, made)

    def _elements(self, block: Block, *, is_tall: bool) -> Iterator[BaseOxmlElement]:
        styles = self._styles
        if isinstance(block, Paragraph):
            yield self._paragraph(block.text, block.kind)
        elif isinstance(block, Verdict):
            yield verdict_table(block, styles["cell"])
            yield self._paragraph("", "cell")
        elif isinstance(block, Table):
            if block.caption:
                yield self._paragraph(block.caption, "caption", keep=True)
            yield table(block, styles["cell"], styles["cell_note"], is_tall=is_tall)
            yield self._paragraph(block.note, "note")

    def _figure(self, here: WordParagraph, figure: Figure) -> None:
        holder = here.insert_paragraph_before()
        holder.paragraph_format.keep_with_next = True
        if self._styles["figure"]:
            holder.style = STYLES["figure"]
        holder.paragraph_format.line_spacing = 1.0  # a picture is higher than an exact line
        holder.add_run().add_picture(
            io.BytesIO(figure.png), width=Mm(figure.width_mm), height=Mm(figure.height_mm)
        )
        self._put(here, self._paragraph(figure.caption, "figure"))

    def _paragraph(self, text: str, use: str, *, keep: bool = False) -> BaseOxmlElement:
        runs = [text_run(text)] if text else []
        return paragraph(runs, self._styles[use], is_kept_with_next=keep)

    @staticmethod
    def _put(here: WordParagraph, made: BaseOxmlElement) -> None:
        here._p.addprevious(made)


def _stamp(document: Document, report: Report) -> None:
    """Set the properties of the file: title, and the moment of the check for every date."""
    moment = datetime.fromisoformat(report.generated_at).astimezone(UTC).replace(tzinfo=None)
    properties = document.core_properties
    properties.title = report.title[:250]
    properties.author = report.fields["toolkit"]
    properties.last_modified_by = report.fields["toolkit"]
    properties.created = properties.modified = moment
    properties.language = "en-GB" if report.lang == "en" else "zh-CN"
    properties.revision = 1


def _repacked(packed: io.BytesIO) -> bytes:
    """Return the same package with no trace of when it was packed."""
    sheet = io.BytesIO()
    with (
        zipfile.ZipFile(packed) as old,
        zipfile.ZipFile(sheet, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as new,
    ):
        for name in old.namelist():
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 0
            new.writestr(entry, old.read(name))
    return sheet.getvalue()
