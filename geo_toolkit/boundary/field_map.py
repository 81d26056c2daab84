"""The table of field names that a shapefile had to cut: ``NAME_fields.csv`` beside ``NAME.shp``."""

from __future__ import annotations

import csv
import io
import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["MAX_BYTES", "field_map_name", "field_map_text", "is_field_map", "restore_names"]

MAX_BYTES = 200_000
_TAIL = "_fields.csv"
_HEAD = ["field", "name"]
_MOST_NAMES = 2000
_LONGEST = 300
_NUMBERED = re.compile(r"_\d{1,3}$")


def field_map_name(stem: str) -> str:
    """Return the name of the table of a shapefile.

    Examples
    --------
    >>> field_map_name("plot")
    'plot_fields.csv'
    """
    return f"{stem}{_TAIL}"


def is_field_map(name: str, stem: str) -> bool:
    """Whether a file is the table of a shapefile, whose stem may have folders in front."""
    return name.lower() == field_map_name(stem).lower()


def field_map_text(cut: Mapping[str, str]) -> str:
    r"""Return the table of cut names, each with the whole one.

    Examples
    --------
    >>> field_map_text({"longitude_": "longitude_east"})
    'field,name\r\nlongitude_,longitude_east\r\n'
    """
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow(_HEAD)
    writer.writerows(cut.items())
    return stream.getvalue()


# the values are whatever the applicant submitted
def restore_names(rows: Sequence[dict[str, Any]], raw: bytes) -> tuple[list[dict[str, Any]], int]:
    """Return rows under the whole names that a table gives, and how many names it gave.

    A name counts only where the field's own is its beginning, and where no other field has it;
    a table that is none is left alone.

    Examples
    --------
    >>> table = field_map_text({"longitude_": "longitude_east"}).encode()
    >>> restore_names([{"longitude_": 106.1}], table)
    ([{'longitude_east': 106.1}], 1)
    """
    there = set[str]().union(*rows[:1])
    whole = {
        short: name
        for short, name in _pairs(raw).items()
        if short in there and name not in there and _is_beginning(short, name)
    }
    if not whole or len(set(whole.values())) < len(whole):
        return list(rows), 0
    return [{whole.get(key, key): value for key, value in row.items()} for row in rows], len(whole)


def _pairs(raw: bytes) -> dict[str, str]:
    """Return the pairs of a table, or none where it is no such table."""
    if len(raw) > MAX_BYTES:
        return {}
    try:
        table = list(csv.reader(io.StringIO(raw.decode("utf-8-sig"))))
    except (UnicodeDecodeError, csv.Error):
        return {}
    if table[:1] != [_HEAD] or len(table) > _MOST_NAMES:
        return {}
    sound = [row for row in table[1:] if len(row) == 2 and 0 < len(row[1]) <= _LONGEST]
    return {short: name for short, name in sound if name.isprintable()}


def _is_beginning(short: str, name: str) -> bool:
    """Whether a field's name is a whole one cut short, with a number at its end or without."""
    return name.startswith(short) or name.startswith(_NUMBERED.sub("", short) or "\0")
