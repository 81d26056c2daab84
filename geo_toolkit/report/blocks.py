"""What a report consists of: sections of paragraphs, tables and figures, as frozen values.

Every text in them is final: rounded, in the report's language, literal. The renderers (PDF, Word)
add nothing and leave nothing out.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from geo_toolkit.report.text import text_width

__all__ = [
    "Align",
    "Block",
    "Column",
    "Figure",
    "Paragraph",
    "Report",
    "Row",
    "Section",
    "Table",
    "Verdict",
]

Align = Literal["left", "center", "right"]
_SHORT = 14
_SIGN_MM = 16 / 72 * 25.4


@dataclass(frozen=True)
class Column:
    """A column: its head, its width in mm, and where its cells stand.

    Numbers stand at the right, all with the same decimals, so that their points are in line.
    """

    head: str
    width_mm: float
    align: Align = "left"


@dataclass(frozen=True)
class Row:
    """A row of a table.

    Attributes
    ----------
    cells
        One text a column.
    note
        Stands below the cells across the table; empty for none.
    is_total
        Whether the row adds up those above it.
    color
        Of the last cell's text, ``#RRGGBB``; empty for black.
    """

    cells: tuple[str, ...]
    note: str = ""
    is_total: bool = False
    color: str = ""


@dataclass(frozen=True)
class Table:
    """A table with a caption above it and a note below it.

    Raises
    ------
    ValueError
        If a row has not one cell a column.
    """

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    note: str = ""
    has_head: bool = True

    @property
    def is_short(self) -> bool:
        """Whether the table is so short that it should not be divided between pages."""
        return sum(3 if row.note else 1 for row in self.rows) <= _SHORT

    def __post_init__(self) -> None:
        """Check that the rows fit the columns."""
        for row in self.rows:
            if len(row.cells) != len(self.columns):
                raise ValueError(
                    f"table {self.caption!r}: {len(self.columns)} columns, {len(row.cells)} cells"
                )


@dataclass(frozen=True)
class Paragraph:
    """A paragraph; ``kind`` is ``body``, ``list`` or ``note``."""

    text: str
    kind: Literal["body", "list", "note"] = "body"


@dataclass(frozen=True)
class Verdict:
    """The verdict of one site: word, icon and colour, then what a reader must know beside it."""

    icon: str
    word: str
    color: str
    text: str

    @property
    def sign_mm(self) -> float:
        """Width of the box that icon and word stand in, in letters of 16 points."""
        return max(38.0, 8.0 + text_width(f"{self.icon} {self.word}") * _SIGN_MM)


@dataclass(frozen=True)
class Figure:
    """A map: PNG bytes, its size on paper, and the caption below it."""

    key: str
    caption: str
    png: bytes = field(repr=False)
    width_mm: float
    height_mm: float


Block = Paragraph | Table | Verdict | Figure


@dataclass(frozen=True)
class Section:
    """A section; ``key`` is the name by which a template places it."""

    key: str
    heading: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Report:
    """A whole report.

    Attributes
    ----------
    fields
        Short texts by name, for a template's own places: title, number, date and so on.
    sections
        In printing order.
    generated_at
        ISO 8601, the moment of the check: the only date in the files' properties.
    """

    lang: str
    title: str
    fields: dict[str, str]
    sections: tuple[Section, ...]
    generated_at: str
