"""Polygons on their way into a file: in one system, with all that was submitted beside them."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from geo_toolkit.boundary.numbering import NUMBER_COLUMN
from geo_toolkit.boundary.sites import SITE_NAME_COLUMNS
from geo_toolkit.boundary.survey_fields import fields_of_head, number_fields

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from pyproj import CRS

    from geo_toolkit.boundary.numbering import RingNumbers

__all__ = ["AREA_COLUMN", "Outgoing", "WriteOptions", "columns_of"]

AREA_COLUMN = "地块面积"
"""Stated area in hectares, where a format has no place of its own for it."""


@dataclass(frozen=True)
class WriteOptions:
    """How a file is written, where its format leaves a choice.

    Attributes
    ----------
    prefix
        Survey text: whether eastings carry the zone number; None as the system has it.
    fields
        Survey text: 9 fields in a plot line, or 8 without the land class.
    closing_point
        Survey text and points of a workbook: whether each ring ends with its first point again.
    precision
        Survey text: last digit of a coordinate, in its unit; None for 1 mm or 1e-9 degrees.
    encoding
        Survey text and shapefile: ``gbk`` or ``utf-8``.
    """

    prefix: bool | None = None
    fields: int = 9
    closing_point: bool = True
    precision: str | None = None
    encoding: str = "gbk"


@dataclass(frozen=True)
class Outgoing:
    """Sound polygons, x east and y north, in the system they are written in.

    Attributes
    ----------
    stated_ha
        Area that the submission states, NaN where it states none.
    area_ha
        Area on the ellipsoid.
    header
        Keys and values at the head of the file they come from.
    notes
        What the format cannot hold, or holds in another way; writers add to it.
    """

    stem: str
    geometry: NDArray[Any]
    crs: CRS
    names: list[str]
    attributes: list[dict[str, Any]]  # the values are whatever the applicant submitted
    stated_ha: NDArray[Any]
    area_ha: NDArray[Any]
    header: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    numbers: list[tuple[RingNumbers, ...] | None] = field(default_factory=list)
    turns: bool = False

    def note(self, text: str) -> None:
        """Keep a remark for the user, once."""
        if text not in self.notes:
            self.notes.append(text)

    def rows(self) -> list[dict[str, Any]]:
        """Return the attributes of each polygon, with what else was submitted of it among them.

        That is its name, its stated area, the numbers of its points and the head of the file.
        """
        rows = []
        head = fields_of_head(self.header)
        for name, attributes, stated in zip(
            self.names, self.attributes, self.stated_ha, strict=True
        ):
            row = dict(attributes)
            if name and not any(str(row.get(key) or "").strip() for key in SITE_NAME_COLUMNS):
                row["name"] = name
            if not math.isnan(stated):
                row.setdefault(AREA_COLUMN, float(stated))
            rows.append({**row, **head})
        if self.numbers:
            fields = number_fields(self.numbers, self.geometry, turns=self.turns)
            for row, numbered in zip(rows, fields, strict=True):
                if numbered is not None:
                    row[NUMBER_COLUMN] = numbered
        return rows


def columns_of(outgoing: Outgoing) -> dict[str, list[Any]]:
    """Return the attributes as columns, each of one type; what is no scalar becomes JSON text.

    Examples
    --------
    >>> import numpy as np
    >>> one = np.array([np.nan, np.nan])
    >>> both = Outgoing("a", one, None, ["", ""], [{"a": 1, "b": [2]}, {"a": "x"}], one, one)
    >>> columns_of(both)
    {'a': ['1', 'x'], 'b': ['[2]', None]}
    """
    rows = outgoing.rows()
    names = list(dict.fromkeys(key for row in rows for key in row))
    columns = {}
    for name in names:
        values = [row.get(name) for row in rows]
        kinds = {type(value) for value in values if value is not None}
        if kinds <= {bool} or kinds <= {int} or kinds <= {str} or kinds <= {int, float}:
            columns[name] = values
        else:
            columns[name] = [_text(value) for value in values]
    return columns


# any value of a submission
def _text(value: Any) -> str | None:  # noqa: ANN401
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False)
