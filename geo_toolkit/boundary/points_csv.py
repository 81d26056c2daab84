"""Boundary points in a CSV file, whatever separates its columns."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from geo_toolkit.boundary.encoding import decode_text, refuse_long_lines
from geo_toolkit.boundary.faults import Attempt, strictly
from geo_toolkit.boundary.headings import find_columns
from geo_toolkit.boundary.points_table import KEYWORDS, PointTable, read_rows, to_submission
from geo_toolkit.errors import BoundaryError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from geo_toolkit.boundary.options import ReadOptions
    from geo_toolkit.boundary.submission import Submission

__all__ = ["FORMAT", "has_headings", "read", "table_of"]

FORMAT = "CSV"
_SEPARATORS = (",", "\t", ";", "，")
_SAMPLE = 20
_HEADING_LINES = 6


def has_headings(head: bytes) -> bool:
    r"""Whether text starts with headings of two coordinates, and not as survey text does.

    Examples
    --------
    >>> has_headings("点号,X,Y\n1,2,3".encode("gbk")), has_headings("[属性描述]".encode())
    (True, False)
    """
    if b"@" in head:
        return False
    for encoding in ("utf-8", "gb18030"):
        text = head.decode(encoding, errors="ignore").lstrip("\ufeff")
        for line in text.splitlines()[:_HEADING_LINES]:
            mark = max(_SEPARATORS, key=line.count)
            if find_columns([cell.strip() for cell in line.split(mark)]) is not None:
                return True
    return False


def read(path: Path, options: ReadOptions) -> Submission:
    """Return the plots of a CSV file of points.

    Raises
    ------
    BoundaryError
        If its headings name no coordinates, a row cannot be read, or no system is told.
    """
    file = path.name
    raw = path.read_bytes()
    refuse_long_lines(raw, file)
    decoded = decode_text(raw, file=file, option=options.encoding, keywords=KEYWORDS)
    table = table_of(decoded.text, file)
    return to_submission(
        path, table, options, form=FORMAT, encoding=decoded.encoding, basis=decoded.basis
    )


def table_of(text: str, file: str, attempt: Attempt = strictly) -> PointTable:
    """Return the points of a text with headings.

    Raises
    ------
    BoundaryError
        If it has none of two coordinates.
    """
    table = read_rows(_rows(text, file), file=file, attempt=attempt)
    if table is None:
        raise BoundaryError(
            file, "", "headings of two coordinates (X, Y, 纵坐标, 横坐标, 经度 or 纬度)", "none",
            "name the columns in a row above the points",
        )  # fmt: skip
    return table


def _rows(text: str, file: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the line in which each row ends, and its cells."""
    lines = io.StringIO(text.replace("\0", " "), newline=None)
    head = [line for line in text.splitlines()[: 4 * _SAMPLE] if line.strip()][:_SAMPLE]
    counts = {mark: sum(line.count(mark) for line in head) for mark in _SEPARATORS}
    mark = max(_SEPARATORS, key=lambda one: counts[one])
    reader = csv.reader(lines, delimiter=mark, strict=False)
    try:
        for cells in reader:
            yield reader.line_num, [cell.strip(" \ufeff\u3000") for cell in cells]
    except csv.Error:
        raise BoundaryError(
            file, f"line {reader.line_num}", "a row of ordinary length", "one without end",
            "close its quotes",
        ) from None  # fmt: skip
