"""What the command line prints: tables for people, JSON as UTF-8 bytes for programs."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = [
    "clean",
    "console",
    "print_json",
    "print_table",
    "say",
    "set_up_streams",
    "table",
    "write_utf8",
]

_WIDTH_WITHOUT_TERMINAL = 120


def set_up_streams() -> None:
    """Make both streams replace what their encoding cannot write, instead of failing."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")


def console() -> Console:
    """Return a console on standard output: colours on a terminal, 120 columns elsewhere."""
    width = None if sys.stdout.isatty() else _WIDTH_WITHOUT_TERMINAL
    return Console(width=width, markup=False, highlight=False, emoji=False)


def clean(text: object) -> str:
    r"""Return text that cannot steer a terminal: control characters become spaces.

    Examples
    --------
    >>> clean("a\x1b[31m\nb")
    'a [31m b'
    """
    return "".join(c if c.isprintable() else " " for c in str(text))


def say(text: str) -> None:
    """Print one paragraph."""
    console().print(Text(clean(text)), soft_wrap=True)


def table(columns: Sequence[tuple[str, str]]) -> Table:
    """Return an empty table; each column has a heading and ``left`` or ``right``."""
    made = Table(box=SIMPLE_HEAD, pad_edge=False, padding=(0, 1))
    for heading, justify in columns:
        made.add_column(heading, justify="right" if justify == "right" else "left", overflow="fold")
    return made


def print_table(columns: Sequence[tuple[str, str]], rows: Sequence[Sequence[object]]) -> None:
    """Print rows under headings; None is printed as an empty cell."""
    made = table(columns)
    made.columns[0].no_wrap = True  # ids are there to be copied
    for row in rows:
        made.add_row(*(Text("" if cell is None else clean(cell)) for cell in row))
    console().print(made)


def print_json(answer: object) -> None:
    """Print JSON as UTF-8, whatever the console's encoding is."""
    write_utf8(json.dumps(answer, ensure_ascii=False, indent=2, allow_nan=False) + "\n")


def write_utf8(text: str) -> None:
    """Write text to standard output as UTF-8 bytes."""
    sys.stdout.flush()
    sys.stdout.buffer.write(text.encode("utf-8"))
    sys.stdout.buffer.flush()
