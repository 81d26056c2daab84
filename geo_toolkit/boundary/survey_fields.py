"""What a survey text says beside its plots, as fields of other formats and back again.

The numbers of points become the field 界址点号, where they do not simply run on as J1, J2 and so
on; entries of the head that no system holds become fields whose names begin with 文件头_.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import shapely

from geo_toolkit.boundary.numbering import (
    NUMBER_COLUMN,
    RingNumbers,
    is_plain,
    numbers_of_points,
    pack,
    rings_in_order,
    unpack,
)
from geo_toolkit.boundary.survey_header import is_system_key

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from geo_toolkit.boundary.submission import Submission

    Numbers = Sequence[tuple[RingNumbers, ...] | None]
    Rows = list[dict[str, Any]]  # the values are whatever the applicant submitted

__all__ = [
    "HEAD_PREFIX",
    "fields_of_head",
    "has_wide_zones",
    "head_of_fields",
    "number_fields",
    "numbers_of",
]

HEAD_PREFIX = "文件头_"
WIDTH_KEY = "几度分带"
_USUAL = {"格式版本号": "1.01版本", "精度": "0.001", "转换参数": ",,,,,,"}
_MOST = 200


def fields_of_head(header: Mapping[str, str]) -> dict[str, str]:
    """Return the entries of a head that a system does not hold, as names and values of fields.

    Examples
    --------
    >>> fields_of_head({"坐标系": "2000", "精度": "0.001", "数据产生单位": "测绘队", "备注": ""})
    {'文件头_数据产生单位': '测绘队'}
    """
    kept = {
        key: value
        for key, value in header.items()
        if value and not is_system_key(key) and _USUAL.get(key) != value
    }
    if has_wide_zones(header):  # without a prefix, 6-degree zones have the numbers of 3-degree ones
        kept[WIDTH_KEY] = header[WIDTH_KEY]
    return {f"{HEAD_PREFIX}{key}": value for key, value in kept.items()}


def has_wide_zones(header: Mapping[str, str]) -> bool:
    """Whether a head says that zones are 6 degrees wide."""
    return header.get(WIDTH_KEY, "").strip()[:1] in ("6", "六")


def head_of_fields(rows: Rows) -> tuple[dict[str, str], Rows]:
    """Return the entries of a head that fields hold, and the rows without those fields.

    A field that differs between rows is left where it is.

    Examples
    --------
    >>> head_of_fields([{"文件头_精度": "0.01", "a": 1}, {"文件头_精度": "0.01", "a": 2}])
    ({'精度': '0.01'}, [{'a': 1}, {'a': 2}])
    """
    names = [name for name in (rows[0] if rows else {}) if name.startswith(HEAD_PREFIX)][:_MOST]
    found = {}
    for name in names:
        first = rows[0][name]
        if isinstance(first, str) and all(row.get(name) == first for row in rows):
            found[name] = first
    if not found:
        return {}, rows
    rest = [{key: value for key, value in row.items() if key not in found} for row in rows]
    return {name.removeprefix(HEAD_PREFIX): value for name, value in found.items()}, rest


def numbers_of(
    submission: Submission, geometry: NDArray[Any], rows: Rows
) -> tuple[list[tuple[RingNumbers, ...] | None], NDArray[Any], Rows, int]:
    """Return the numbers of the points, the shapes and rows they belong to, and how many are lost.

    Shapes whose points a format turned round come back in the order submitted.
    """
    shapes = geometry.copy()
    found: list[tuple[RingNumbers, ...] | None] = []
    lost = 0
    for row, shape in enumerate(geometry):
        packed = rows[row].get(NUMBER_COLUMN)
        if submission.point_numbers is not None:
            own = numbers_of_points(shape, submission.point_numbers(row))
        elif isinstance(packed, str):
            own, shapes[row] = _unpacked(shape, packed)
        else:
            found.append(None)
            continue
        found.append(own)
        lost += own is None
    if submission.point_numbers is None:
        rows = [{k: v for k, v in one.items() if k != NUMBER_COLUMN} for one in rows]
    return found, shapes, rows, lost


def number_fields(numbers: Numbers, geometry: NDArray[Any], *, turns: bool) -> list[str | None]:
    """Return the field of each shape, None where it says nothing that is not so without it.

    Parameters
    ----------
    turns
        Whether the format turns outlines clockwise and holes the other way.
    """
    fields: list[str | None] = []
    for own, shape in zip(numbers, geometry, strict=True):
        if own is None:
            fields.append(None)
            continue
        left = [bool(shapely.is_ccw(ring)) for ring in rings_in_order(shape)]
        is_turned = turns and left != _usual_turns(shape)
        fields.append(pack(own, left) if is_turned or not is_plain(own) else None)
    return fields


def _usual_turns(shape: shapely.Geometry) -> list[bool]:
    """Return for each ring whether a shapefile has it anticlockwise: its holes."""
    parts = shapely.get_parts(shape)
    return [n > 0 for part in parts for n in range(1 + shapely.get_num_interior_rings(part))]


def _unpacked(
    shape: shapely.Geometry, packed: str
) -> tuple[tuple[RingNumbers, ...] | None, shapely.Geometry]:
    """Return the numbers in a field and the shape in the order submitted; None if they misfit."""
    rings = rings_in_order(shape)
    told = unpack(packed, [len(ring.coords) - 1 for ring in rings])
    if told is None:
        return None, shape
    ordered = [
        ring if bool(shapely.is_ccw(ring)) is left else shapely.reverse(ring)
        for ring, (_, left) in zip(rings, told, strict=True)
    ]
    parts, start = [], 0
    for part in shapely.get_parts(shape):
        end = start + 1 + shapely.get_num_interior_rings(part)
        parts.append(shapely.Polygon(ordered[start], ordered[start + 1 : end]))
        start = end
    whole = parts[0] if len(parts) == 1 else shapely.MultiPolygon(parts)
    return tuple(numbers for numbers, _ in told), whole
