"""One worksheet filled from top to bottom; text never becomes a formula."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    import xlsxwriter
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

__all__ = ["Book", "Cell", "Filled", "Sheet"]


class Filled(NamedTuple):
    """A text on a colour, white and bold."""

    text: str
    color: str


Cell = str | float | int | Filled | None

_LONGEST_TEXT = 32_000  # a cell holds 32,767 characters
_MOST_ROWS = 1_048_576
_A4 = 9
_LINE_HEIGHT = 15
_CHARACTERS_A_LINE = 50


class Book:
    """A workbook and its cell formats, each made once.

    Parameters
    ----------
    full_note
        Stands in the last row of a worksheet that cannot hold all rows.
    """

    def __init__(self, workbook: xlsxwriter.Workbook, full_note: str) -> None:
        self._workbook = workbook
        self.full_note = full_note
        self._formats: dict[tuple[tuple[str, object], ...], Format] = {}
        self._cells: dict[tuple[bool, str, str], Format] = {}

    def sheet(self, name: str, widths: Sequence[float]) -> Sheet:
        """Return a new worksheet with columns of these widths, in characters."""
        return Sheet(self, self._workbook.add_worksheet(name), widths)

    def style(self, **properties: object) -> Format:
        """Return the cell format with these properties."""
        key = tuple(sorted(properties.items()))
        if key not in self._formats:
            base = {"font_size": 10.5, "valign": "vcenter", "text_wrap": True}
            self._formats[key] = self._workbook.add_format(base | properties)
        return self._formats[key]

    def cell_style(self, *, bold: bool, color: str, number_format: str) -> Format:
        """Return the format of a cell of a table; ``color`` fills it, with the text in white."""
        key = (bold, color, number_format)
        if key not in self._cells:
            look: dict[str, object] = {"border": 1, "bold": bold}
            if color:
                look |= {"bg_color": color, "font_color": "#FFFFFF", "bold": True}
            if number_format:
                look |= {"num_format": number_format}
            self._cells[key] = self.style(**look)
        return self._cells[key]


class Sheet:
    """A worksheet, printed on A4 across, and the row that comes next."""

    def __init__(self, book: Book, worksheet: Worksheet, widths: Sequence[float]) -> None:
        self._book = book
        self._sheet = worksheet
        self._columns = len(widths)
        self._row = 0
        for column, width in enumerate(widths):
            worksheet.set_column(column, column, width)
        worksheet.set_landscape()
        worksheet.set_paper(_A4)
        worksheet.set_margins(left=0.7, right=0.7, top=0.8, bottom=0.8)
        worksheet.fit_to_pages(1, 0)
        worksheet.set_footer("&C&P / &N")

    def title(self, text: str) -> None:
        """Write a heading across the sheet."""
        style = self._book.style(bold=True, font_size=14, text_wrap=False)
        self._sheet.write_string(self._row, 0, text[:_LONGEST_TEXT], style)
        self._row += 1

    def header(self, labels: Sequence[str]) -> None:
        """Write the head of a table, frozen and repeated on every printed page."""
        style = self._book.style(bold=True, bg_color="#E5E7EB", border=1, align="center")
        for column, text in enumerate(labels):
            self._sheet.write_string(self._row, column, text, style)
        self._sheet.freeze_panes(self._row + 1, 0)
        self._sheet.repeat_rows(self._row)
        self._row += 1

    def table_row(
        self, cells: Sequence[Cell], formats: Sequence[str] = (), *, bold: bool = False
    ) -> None:
        """Write one row of a table; ``formats`` are number formats, empty for text.

        A worksheet that is full says so in its last row, and where the rest is.
        """
        if self._row >= _MOST_ROWS - 1:
            self._sheet.write_string(_MOST_ROWS - 1, 0, self._book.full_note)
            return
        for column, given in enumerate(cells):
            color = given.color if isinstance(given, Filled) else ""
            cell = given.text if isinstance(given, Filled) else given
            if isinstance(cell, str):
                style = self._book.cell_style(bold=bold, color=color, number_format="")
                self._sheet.write_string(self._row, column, cell[:_LONGEST_TEXT], style)
            elif cell is None:
                style = self._book.cell_style(bold=bold, color="", number_format="")
                self._sheet.write_blank(self._row, column, None, style)
            else:
                number = (formats[column] if column < len(formats) else "") or "General"
                style = self._book.cell_style(bold=bold, color="", number_format=number)
                self._sheet.write_number(self._row, column, cell, style)
        self._row += 1

    def pair(self, name: str, value: Cell, number_format: str = "") -> None:
        """Write a label and its value."""
        self._put(0, name, {"bold": True}, "")
        self._put(1, value, {"align": "left"}, number_format)
        self._row += 1

    def note(self, text: str) -> None:
        """Write a text across all columns, high enough to be read whole."""
        style = self._book.style(valign="top")
        if self._columns > 1:
            self._sheet.merge_range(self._row, 0, self._row, self._columns - 1, "", style)
        self._sheet.write_string(self._row, 0, text[:_LONGEST_TEXT], style)
        self._sheet.set_row(self._row, _LINE_HEIGHT * (1 + len(text) // _CHARACTERS_A_LINE))
        self._row += 1

    def blank(self) -> None:
        """Leave a row empty."""
        self._row += 1

    def _put(self, column: int, cell: Cell, look: dict[str, object], number_format: str) -> None:
        if isinstance(cell, Filled):
            look = look | {"bg_color": cell.color, "font_color": "#FFFFFF", "bold": True}
            cell = cell.text
        if isinstance(cell, str):
            style = self._book.style(**look)
            self._sheet.write_string(self._row, column, cell[:_LONGEST_TEXT], style)
        elif cell is None:
            self._sheet.write_blank(self._row, column, None, self._book.style(**look))
        else:
            style = self._book.style(**look, num_format=number_format or "General")
            self._sheet.write_number(self._row, column, cell, style)
