"""Paragraphs and tables of a Word document, built as its own elements: text is always text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from docx.oxml import OxmlElement
from docx.oxml.ns import qn

if TYPE_CHECKING:
    from collections.abc import Sequence

    from docx.oxml.xmlchemy import BaseOxmlElement

    from geo_toolkit.report.blocks import Column, Row, Table, Verdict

__all__ = ["field_run", "paragraph", "table", "text_run", "verdict_table"]

_TWIPS_PER_MM = 1440 / 25.4
_LABEL_FILL = "F3F4F6"
_HEAD_FILL = "E5E7EB"
_TALL_MM = 12.0
_TEXT_MM = 160.0
_BORDER = {"val": "single", "sz": "4", "space": "0", "color": "6B7280"}
_MARGINS = (("top", "20"), ("left", "68"), ("bottom", "20"), ("right", "68"))
_SIDES = ("top", "left", "bottom", "right", "insideH", "insideV")


def element(tag: str, *children: BaseOxmlElement, **attributes: str) -> BaseOxmlElement:
    """Return an element of the main namespace with its children."""
    made: BaseOxmlElement = OxmlElement(f"w:{tag}")
    for name, value in attributes.items():
        made.set(qn(f"w:{name}"), value)
    made.extend(children)
    return made


def text_run(
    text: str, *, bold: bool = False, color: str = "", half_points: int = 0
) -> BaseOxmlElement:
    """Return a run of text; line feeds become line breaks.

    Parameters
    ----------
    color
        ``#RRGGBB``; the style's own without it.
    half_points
        Size; the style's own without it.
    """
    run = element("r")
    looks = []
    if bold:
        looks += [element("b"), element("bCs")]
    if color:
        looks.append(element("color", val=color.lstrip("#")))
    if half_points:
        size = str(half_points)
        looks += [element("sz", val=size), element("szCs", val=size)]
    if looks:
        run.append(element("rPr", *looks))
    for place, line in enumerate(text.split("\n")):
        if place:
            run.append(element("br"))
        said = element("t")
        said.text = line
        said.set(qn("xml:space"), "preserve")
        run.append(said)
    return run


def field_run(code: str) -> list[BaseOxmlElement]:
    """Return the runs of a field that Word computes, as ``PAGE`` or ``NUMPAGES``."""
    instruction = element("instrText")
    instruction.text = f" {code} "
    instruction.set(qn("xml:space"), "preserve")
    return [
        element("r", element("fldChar", fldCharType="begin")),
        element("r", instruction),
        element("r", element("fldChar", fldCharType="separate")),
        text_run("1"),
        element("r", element("fldChar", fldCharType="end")),
    ]


def paragraph(
    runs: Sequence[BaseOxmlElement],
    style: str,
    *,
    align: str = "",
    is_kept_with_next: bool = False,
    line_pt: float = 0.0,
) -> BaseOxmlElement:
    """Return a paragraph in a style, by its id; a line height in points replaces the style's."""
    properties = []
    if style:
        properties.append(element("pStyle", val=style))
    if is_kept_with_next:
        properties.append(element("keepNext"))
    if line_pt:
        line = str(round(line_pt * 20))
        properties.append(element("spacing", line=line, lineRule="exact"))
    if align:
        properties.append(element("jc", val=align))
    return element("p", element("pPr", *properties), *runs)


def table(content: Table, cell_style: str, note_style: str, *, is_tall: bool) -> BaseOxmlElement:
    """Return a table: head repeated on each page, no row cut, notes below their rows.

    Parameters
    ----------
    cell_style, note_style
        Ids of paragraph styles.
    is_tall
        Whether rows leave room for a signature.
    """
    widths = [column.width_mm for column in content.columns]
    made = _frame(widths)
    if content.has_head:
        cells = [
            _cell(column.head, column.width_mm, cell_style, "center", bold=True, fill=_HEAD_FILL)
            for column in content.columns
        ]
        made.append(_row(cells, is_head=True))
    for row in content.rows:
        made.extend(_rows(row, content.columns, cell_style, note_style, content.has_head, is_tall))
    if content.is_short:
        _keep_together(made)
    return made


def verdict_table(content: Verdict, cell_style: str) -> BaseOxmlElement:
    """Return the verdict of a site as a box: word and icon on their colour, and the rest beside."""
    left, right = content.sign_mm, _TEXT_MM - content.sign_mm
    made = _frame([left, right])
    # The style's line is exact, and lower than these letters.
    said = text_run(f"{content.icon} {content.word}", bold=True, color="#FFFFFF", half_points=32)
    sign = _cell_of(
        [paragraph([said], cell_style, align="center", line_pt=22)], left, content.color
    )
    rest_run = text_run(content.text, half_points=24)
    rest = _cell_of([paragraph([rest_run], cell_style, line_pt=17)], right)
    made.append(_row([sign, rest], height_mm=_TALL_MM))
    return made


def _keep_together(made: BaseOxmlElement) -> None:
    """Keep every row but the last on the page of the next one."""
    rows = made.findall(qn("w:tr"))
    for row in rows[:-1]:
        for properties in row.iter(qn("w:pPr")):
            if properties.find(qn("w:keepNext")) is None:
                place = 1 if properties.find(qn("w:pStyle")) is not None else 0
                properties.insert(place, element("keepNext"))


def _frame(widths_mm: Sequence[float]) -> BaseOxmlElement:
    borders = element("tblBorders", *(element(side, **_BORDER) for side in _SIDES))
    margins = element(
        "tblCellMar",
        *(element(side, w=width, type="dxa") for side, width in _MARGINS),
    )
    properties = element(
        "tblPr",
        element("tblW", w=_twips(sum(widths_mm)), type="dxa"),
        element("jc", val="center"),
        borders,
        element("tblLayout", type="fixed"),
        margins,
    )
    grid = element("tblGrid", *(element("gridCol", w=_twips(width)) for width in widths_mm))
    return element("tbl", properties, grid)


def _rows(
    row: Row,
    columns: Sequence[Column],
    cell_style: str,
    note_style: str,
    has_head: bool,
    is_tall: bool,
) -> list[BaseOxmlElement]:
    noted = bool(row.note)
    cells = []
    for place, (text, column) in enumerate(zip(row.cells, columns, strict=True)):
        is_label = not has_head and place % 2 == 0
        is_verdict = bool(row.color) and place == len(columns) - 1
        cell = _cell(
            text,
            column.width_mm,
            cell_style,
            column.align,
            bold=row.is_total or is_label or is_verdict,
            fill=_LABEL_FILL if row.is_total or is_label else "",
            color=row.color if is_verdict else "",
            merge="restart" if noted and place == 0 else "",
            is_kept_with_next=noted,
        )
        cells.append(cell)
    made = [_row(cells, height_mm=_TALL_MM if is_tall else 0.0)]
    if noted:
        first, *others = columns
        below = _cell("", first.width_mm, cell_style, merge="continue")
        width = sum(column.width_mm for column in others)
        made.append(_row([below, _cell(row.note, width, note_style, span=len(others))]))
    return made


def _row(
    cells: Sequence[BaseOxmlElement], *, is_head: bool = False, height_mm: float = 0.0
) -> BaseOxmlElement:
    properties = [element("cantSplit")]
    if height_mm:
        properties.append(element("trHeight", val=_twips(height_mm), hRule="atLeast"))
    if is_head:
        properties.append(element("tblHeader"))
    return element("tr", element("trPr", *properties), *cells)


def _cell(
    text: str,
    width_mm: float,
    style: str,
    align: str = "left",
    *,
    bold: bool = False,
    fill: str = "",
    color: str = "",
    merge: str = "",
    span: int = 1,
    is_kept_with_next: bool = False,
) -> BaseOxmlElement:
    runs = [text_run(text, bold=bold, color=color)] if text else []
    inside = paragraph(runs, style, align=align, is_kept_with_next=is_kept_with_next)
    return _cell_of([inside], width_mm, fill, merge=merge, span=span)


def _cell_of(
    content: Sequence[BaseOxmlElement],
    width_mm: float,
    fill: str = "",
    *,
    merge: str = "",
    span: int = 1,
) -> BaseOxmlElement:
    properties = [element("tcW", w=_twips(width_mm), type="dxa")]
    if span > 1:
        properties.append(element("gridSpan", val=str(span)))
    if merge:
        properties.append(element("vMerge", val=merge))
    if fill:
        properties.append(element("shd", val="clear", color="auto", fill=fill.lstrip("#")))
    properties.append(element("vAlign", val="center"))
    return element("tc", element("tcPr", *properties), *content)


def _twips(length_mm: float) -> str:
    return str(round(length_mm * _TWIPS_PER_MM))
