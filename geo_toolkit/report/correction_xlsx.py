"""The notice of corrections as a workbook: every single fault in a row of its own."""

from __future__ import annotations

import io
from datetime import datetime
from typing import TYPE_CHECKING

import xlsxwriter

from geo_toolkit.report.sheet import Book

if TYPE_CHECKING:
    from pathlib import Path

    from geo_toolkit.report.correction_notice import Notice

__all__ = ["write_xlsx"]

_MOMENT = datetime(2000, 1, 1)
_WIDTHS = (14, 12, 30, 46, 46)


def write_xlsx(notice: Notice, path: Path) -> None:
    """Write the workbook; the same notice gives the same bytes."""
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True, "strings_to_formulas": False}) as workbook:
        workbook.set_properties({"title": notice.title, "created": _MOMENT})
        sheet = Book(workbook, "…").sheet(notice.title[:31].replace(":", ""), _WIDTHS)
        sheet.title(notice.title)
        for name, value in notice.facts:
            sheet.pair(name, value)
        sheet.blank()
        head = [notice.word(key) for key in ("number", "result", "place", "problem", "remedy")]
        sheet.header(head)
        for number, row in enumerate(notice.every, start=1):
            sheet.table_row([number, *row])
        sheet.blank()
        sheet.note(notice.note)
    path.write_bytes(stream.getvalue())
