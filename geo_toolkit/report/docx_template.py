"""The template of the Word report: an ordinary document with places marked ``{{ name }}``."""

from __future__ import annotations

import io
import re
import zipfile
from importlib import resources
from typing import TYPE_CHECKING

import docx
from docx.opc.exceptions import PackageNotFoundError
from docx.oxml.ns import qn

from geo_toolkit.errors import DefinitionError, UnknownName
from geo_toolkit.report.docx_parts import field_run, text_run
from geo_toolkit.report.phrases import phrase

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from docx.document import Document
    from docx.oxml.xmlchemy import BaseOxmlElement
    from docx.text.paragraph import Paragraph

    from geo_toolkit.report.blocks import Report

__all__ = ["Place", "fill_fields", "open_template", "places_of"]

_MARK = re.compile(r"\{\{\s*([a-z_]+)(?:\s+([a-z_]+))?\s*\}\}")
_PLACES = ("sections", "section", "blocks")
_PAGE = "page"
_MOST_BYTES = 50_000_000


class Place:
    """A paragraph that holds a mark alone, where sections go.

    Attributes
    ----------
    kind
        ``sections`` for all, ``section`` for one with its heading, ``blocks`` for one without.
    key
        Which section; empty for all.
    """

    def __init__(self, paragraph: Paragraph, kind: str, key: str) -> None:
        self.paragraph = paragraph
        self.kind = kind
        self.key = key


def open_template(path: Path | None) -> Document:
    """Return the template in a file, or the one that comes with the toolkit.

    Raises
    ------
    DefinitionError
        If the file is not a Word document.
    """
    if path is None:
        own = resources.files("geo_toolkit.report") / "templates" / "report.docx"
        return docx.Document(io.BytesIO(own.read_bytes()))
    try:
        with zipfile.ZipFile(path) as packed:
            size = sum(member.file_size for member in packed.infolist())
        if size > _MOST_BYTES:
            raise DefinitionError(
                f"{path.name}: expected a template under {_MOST_BYTES // 10**6} MB, got "
                f"{size // 10**6} MB unpacked; take pictures out of it"
            )
        return docx.Document(str(path))
    except (zipfile.BadZipFile, PackageNotFoundError, KeyError, ValueError, OSError) as error:
        raise DefinitionError(
            f"{path.name}: expected a Word document (.docx), got something else; save it from "
            "Word as .docx, or take the file away to use the toolkit's own"
        ) from error


def places_of(document: Document, report: Report, file: str) -> list[Place]:
    """Return where sections go, in the order of the document.

    Raises
    ------
    DefinitionError
        If there is no such place.
    UnknownName
        If a mark names no section.
    """
    known = [section.key for section in report.sections]
    found = []
    for paragraph in document.paragraphs:
        match = _MARK.fullmatch(paragraph.text.strip())
        if match and match[1] in _PLACES:
            kind, key = match[1], match[2] or ""
            if (kind != "sections") and key not in SECTION_KEYS:
                raise UnknownName("section", key, SECTION_KEYS, where=file)
            if kind == "sections" or key in known:
                found.append(Place(paragraph, kind, key))
            else:
                paragraph._p.getparent().remove(paragraph._p)
    if not found:
        raise DefinitionError(
            f"{file}: expected a paragraph {{{{ sections }}}} where the report goes, got none; "
            "write it on a line of its own"
        )
    return found


SECTION_KEYS = (
    "head", "basis", "data", "method", "results", "figures", "conclusion", "not_examined",
    "caveats", "signature", "annex",
)  # fmt: skip


def fill_fields(document: Document, report: Report, file: str) -> None:
    """Put the short texts of a report in their places: body, tables, headers and footers.

    Raises
    ------
    DefinitionError
        If a place for sections is not on a line of its own.
    UnknownName
        If a mark names no field.
    """
    for paragraph in _paragraphs(document):
        marks = list(_MARK.finditer(paragraph.text))
        places = [mark[0] for mark in marks if mark[1] in _PLACES]
        if places and not _MARK.fullmatch(paragraph.text.strip()):
            raise DefinitionError(
                f"{file}: expected {places[0]} on a line of its own, got it beside other text; "
                "give it a paragraph"
            )
        if not marks or places:
            continue
        for mark in marks:
            if mark[1] != _PAGE and mark[1] not in report.fields:
                known = [*report.fields, _PAGE, *_PLACES]
                raise UnknownName("field", mark[1], known, where=file)
        _replace(paragraph, report)


def _replace(paragraph: Paragraph, report: Report) -> None:
    """Write a paragraph anew with its fields filled in, in the look of its first run."""
    text = paragraph.text
    first = paragraph.runs[0]._r if paragraph.runs else None
    look = first.find(qn("w:rPr")) if first is not None else None
    for run in list(paragraph.runs):
        run._r.getparent().remove(run._r)
    pieces: list[BaseOxmlElement] = []
    at = 0
    for mark in _MARK.finditer(text):
        pieces.append(text_run(text[at : mark.start()]))
        is_page = mark[1] == _PAGE
        pieces += _page_runs(report.lang) if is_page else [text_run(report.fields[mark[1]])]
        at = mark.end()
    pieces.append(text_run(text[at:]))
    for piece in pieces:
        if look is not None:
            piece.insert(0, _copied(look))
        paragraph._p.append(piece)


def _copied(look: BaseOxmlElement) -> BaseOxmlElement:
    copied: BaseOxmlElement = look.__copy__()
    return copied


def _page_runs(lang: str) -> list[BaseOxmlElement]:
    runs: list[BaseOxmlElement] = []
    for part in re.split(r"(\{n\}|\{total\})", phrase("page", lang)):
        if part in ("{n}", "{total}"):
            runs += field_run("PAGE" if part == "{n}" else "NUMPAGES")
        else:
            runs.append(text_run(part))
    return runs


def _paragraphs(document: Document) -> Iterator[Paragraph]:
    """Yield every paragraph of the document, its tables, headers and footers."""
    yield from document.paragraphs
    for table in document.tables:
        for row in table.rows:
            for cell in row.cells:
                yield from cell.paragraphs
    for section in document.sections:
        for part in (
            section.header, section.first_page_header, section.footer, section.first_page_footer,
        ):  # fmt: skip
            if not part.is_linked_to_previous:
                yield from part.paragraphs
                for table in part.tables:
                    for cell in table._cells:
                        yield from cell.paragraphs
