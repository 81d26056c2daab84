"""Boundary points in a workbook (.xlsx), read row by row."""

from __future__ import annotations

import zipfile
from datetime import date, time
from typing import TYPE_CHECKING, Any

import pandas as pd

from geo_toolkit.boundary.archive import READ_ERRORS, list_entries
from geo_toolkit.boundary.encoding import utf8_option
from geo_toolkit.boundary.faults import Attempt, strictly
from geo_toolkit.boundary.gdal import quiet_gdal
from geo_toolkit.boundary.points_table import MAX_ROWS, PointTable, read_rows, to_submission
from geo_toolkit.boundary.words import say
from geo_toolkit.errors import BoundaryError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from openpyxl import Workbook

    from geo_toolkit.boundary.options import ReadOptions
    from geo_toolkit.boundary.submission import Submission

__all__ = ["FORMAT", "is_workbook", "read", "table_of"]

FORMAT = "XLSX"
MAX_UNPACKED = 120_000_000
MAX_SHARED = 40_000_000
MAX_COLUMNS = 200
MAX_SHEETS = 60
_SHORT = 40
_LONGEST = 32_767
_ERRORS = (
    *READ_ERRORS, LookupError, TypeError, AttributeError, SyntaxError,
    AssertionError, OverflowError, ArithmeticError, UnicodeError,
)  # fmt: skip
"""What openpyxl raises on damaged workbooks; SyntaxError is the XML parser's."""


def is_workbook(names: set[str]) -> bool:
    """Whether the names in an archive are those of a workbook.

    Examples
    --------
    >>> is_workbook({"[Content_Types].xml", "xl/workbook.xml"})
    True
    """
    return "[Content_Types].xml" in names and any(n.startswith("xl/workbook") for n in names)


def read(path: Path, options: ReadOptions) -> Submission:
    """Return the plots of a workbook of points: of its one sheet that has coordinates.

    Cells with formulas count by the value stored with them.

    Raises
    ------
    BoundaryError
        If it is damaged, hostile or too large, several sheets have coordinates and ``--layer``
        names none, or a row cannot be read.
    """
    name, table, others = table_of(path, options)
    remarks = [say("other_sheets", names=", ".join(others))] if others else []
    return to_submission(
        path, table, options, form=FORMAT, encoding="UTF-8",
        basis=say("declared_standard", name="XLSX"),
        remarks=[say("sheet_read", name=name), *remarks],
    )  # fmt: skip


def table_of(
    path: Path, options: ReadOptions, attempt: Attempt = strictly
) -> tuple[str, PointTable, list[str]]:
    """Return name and points of the sheet that is meant, and the names of sheets without points.

    Raises
    ------
    BoundaryError
        If the workbook is damaged, hostile or too large, or no one sheet is meant.
    """
    file = path.name
    utf8_option(options.encoding, file=file, form=FORMAT)
    _check_parts(path)
    with path.open("rb") as stream, quiet_gdal():  # openpyxl warns of what it leaves out
        try:
            # pandas opens it read-only by openpyxl, which it alone imports, and only then
            workbook = pd.ExcelFile(stream, engine="openpyxl")
        except _ERRORS:
            raise _damaged(file) from None
        try:
            return _chosen(workbook.book, options, file, attempt)
        finally:
            workbook.close()


def _check_parts(path: Path) -> None:
    """Refuse a workbook that would unpack to too much, or whose XML declares entities."""
    file = path.name
    entries = list_entries(path)
    size = sum(entry.info.file_size for entry in entries)
    shared = max(
        (e.info.file_size for e in entries if "sharedstrings" in e.name.lower()), default=0
    )
    if size > MAX_UNPACKED or shared > MAX_SHARED:
        raise BoundaryError(
            file, "", f"at most {MAX_UNPACKED // 1_000_000} MB unpacked", "more",
            "keep the sheet with the points alone, or submit it as CSV",
        )  # fmt: skip
    try:
        with zipfile.ZipFile(path) as archive:
            for entry in entries:
                if entry.suffix in (".xml", ".rels"):
                    with archive.open(entry.info) as part:
                        head = part.read(4096)
                    if b"<!DOCTYPE" in head or b"<!ENTITY" in head:
                        raise BoundaryError(
                            file, entry.name, "XML without document type and entities",
                            "a declaration of them", "save the workbook again",
                        )  # fmt: skip
    except BoundaryError:
        raise
    except READ_ERRORS:
        raise _damaged(file) from None


def _chosen(
    book: Workbook, options: ReadOptions, file: str, attempt: Attempt
) -> tuple[str, PointTable, list[str]]:
    """Return name and table of the sheet that is meant, and the names of those without points."""
    names = book.sheetnames[:MAX_SHEETS]
    if options.layer is not None:
        if options.layer not in names:
            raise BoundaryError(
                file, "", f"a sheet {options.layer!r}", ", ".join(names),
                "choose one of them with --layer",
            )  # fmt: skip
        names = [options.layer]
    tables = {name: _table(book[name], file, attempt) for name in names}
    found = {name: table for name, table in tables.items() if table is not None and table.plots}
    if len(found) != 1:
        raise BoundaryError(
            file, "", "one sheet with headings of two coordinates (X, Y, 纵坐标, 经度 ...)",
            ", ".join(found) or "none",
            "choose one of them with --layer" if found else "name the columns above the points",
        )  # fmt: skip
    [(name, table)] = found.items()
    return name, table, [other for other in names if other not in found]


# a sheet of any kind: charts have no rows
def _table(sheet: Any, file: str, attempt: Attempt) -> PointTable | None:  # noqa: ANN401
    """Return the points of a sheet, or None where it has none."""
    if not hasattr(sheet, "iter_rows"):
        return None
    try:
        return read_rows(_rows(sheet, file), file=file, attempt=attempt)
    except BoundaryError:
        raise
    except _ERRORS:
        raise _damaged(file) from None


# openpyxl's stubs give read-only sheets no rows
def _rows(sheet: Any, file: str) -> Iterator[tuple[int, list[str]]]:  # noqa: ANN401
    """Yield the number and the cells of each row, as text."""
    sheet.reset_dimensions()
    known: dict[int, tuple[str, str]] = {}  # a long text that many cells share is looked at once
    rows = sheet.iter_rows(max_col=MAX_COLUMNS, max_row=MAX_ROWS + 1, values_only=True)
    for number, cells in enumerate(rows, start=1):
        yield (
            number,
            [
                _long(cell, known, file, number)
                if isinstance(cell, str) and len(cell) > _SHORT
                else _text(cell)
                for cell in cells
            ],
        )


def _long(cell: str, known: dict[int, tuple[str, str]], file: str, row: int) -> str:
    """Return a long text without spaces around it, one copy for all cells that share it."""
    if len(cell) > _LONGEST:
        raise BoundaryError(
            file, say("row", n=row), f"cells of at most {_LONGEST} characters", f"{len(cell)}",
            "shorten the text in this row",
        )  # fmt: skip
    return known.setdefault(id(cell), (cell, cell.strip()))[1]


# a cell holds a value of any type
def _text(cell: Any) -> str:  # noqa: ANN401
    """Return a cell's value as a person would write it."""
    if cell is None:
        return ""
    if isinstance(cell, bool | date | time):
        return str(cell)
    if isinstance(cell, float):
        return repr(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    return str(cell).strip()


def _damaged(file: str) -> BoundaryError:
    return BoundaryError(
        file, "", "a whole workbook (.xlsx)", "a damaged or cut one", "save and send it again"
    )
