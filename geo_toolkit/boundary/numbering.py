"""Numbers of boundary points (界址点号): kept beside a shape, and packed into one text field.

A field holds the numbers of each ring in the order of its points as submitted, rings apart by
``;``, runs as ``J1~J4``; ``逆`` after a ring says that its points were submitted anticlockwise
(逆时针), which some formats turn round.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import shapely

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = [
    "NUMBER_COLUMN",
    "PointNumber",
    "RingNumbers",
    "is_plain",
    "numbers_of_points",
    "pack",
    "rings_in_order",
    "running_numbers",
    "unpack",
]

NUMBER_COLUMN = "界址点号"
PointNumber = tuple[str, int, float, float]
"""Number, ring number, x and y of one point as submitted."""
_ANTICLOCKWISE = "逆"
_RUN = re.compile(r"(\D*)([1-9]\d{0,8})")
_UNSAFE = re.compile(r"[;~,，；@＠\[【［\s\x00-\x1f逆]")


@dataclass(frozen=True)
class RingNumbers:
    """The numbers of one ring, without its closing point.

    Attributes
    ----------
    closing
        The number of the closing point where that is another than the first; else empty.
    """

    numbers: tuple[str, ...]
    closing: str = ""


def rings_in_order(shape: shapely.Geometry) -> list[shapely.LinearRing]:
    """Return the rings of a shape as they are written: each outline before its holes."""
    return [ring for part in shapely.get_parts(shape) for ring in shapely.get_rings(part)]


def running_numbers(rings: Sequence[shapely.LinearRing]) -> list[RingNumbers]:
    """Return numbers that run on through all rings: J1, J2, J3.

    Examples
    --------
    >>> running_numbers([shapely.LinearRing([(0, 0), (0, 1), (1, 1)])])[0].numbers
    ('J1', 'J2', 'J3')
    """
    made, start = [], 1
    for ring in rings:
        end = start + int(shapely.get_num_coordinates(ring)) - 1
        made.append(RingNumbers(tuple(f"J{n}" for n in range(start, end))))
        start = end
    return made


def numbers_of_points(
    shape: shapely.Geometry, points: Sequence[PointNumber]
) -> tuple[RingNumbers, ...] | None:
    """Return the numbers of a shape's rings, or None where they cannot be told or kept.

    They cannot where a vertex is none of the points, or a number holds a mark such as a comma.

    Examples
    --------
    >>> box = shapely.Polygon([(0, 0), (0, 1), (1, 1)])
    >>> points = [("A", 1, 0, 0), ("B", 1, 0, 1), ("C", 1, 1, 1), ("D", 1, 0, 0)]
    >>> found = numbers_of_points(box, points)
    >>> found[0].numbers, found[0].closing
    (('A', 'B', 'C'), 'D')
    """
    runs: dict[int, dict[tuple[float, float], list[str]]] = {}
    for number, ring_number, x, y in points:
        runs.setdefault(ring_number, {}).setdefault((x, y), []).append(number)
    rings = []
    for ring in rings_in_order(shape):
        vertices = [(x, y) for x, y in shapely.get_coordinates(ring)[:-1].tolist()]
        own = next((run for run in runs.values() if all(v in run for v in vertices)), None)
        if own is None:
            return None
        first, last = own[vertices[0]][0], own[vertices[0]][-1]
        numbers = tuple(own[vertex][0] for vertex in vertices)
        rings.append(RingNumbers(numbers, last if last != first else ""))
    return None if any(_is_unsafe(ring) for ring in rings) else tuple(rings)


def is_plain(rings: Sequence[RingNumbers]) -> bool:
    """Whether numbers run on as J1, J2, J3, which is how they are written without being told.

    Examples
    --------
    >>> is_plain([RingNumbers(("J1", "J2", "J3")), RingNumbers(("J4", "J5", "J6"))])
    True
    """
    every = [number for ring in rings for number in ring.numbers]
    plain = all(number == f"J{n}" for n, number in enumerate(every, start=1))
    return plain and not any(ring.closing for ring in rings)


def pack(rings: Sequence[RingNumbers], anticlockwise: Sequence[bool]) -> str:
    """Return numbers as the text of a field.

    Examples
    --------
    >>> pack([RingNumbers(("J1", "J2", "J3", "B7")), RingNumbers(("1", "2", "4"))], [False, True])
    'J1~J3,B7;1~2,4逆'
    """
    texts = []
    for ring, is_anticlockwise in zip(rings, anticlockwise, strict=True):
        every = [*ring.numbers, *([ring.closing] if ring.closing else [])]
        texts.append(",".join(_runs(every)) + (_ANTICLOCKWISE if is_anticlockwise else ""))
    return ";".join(texts)


def unpack(text: str, sizes: Sequence[int]) -> list[tuple[RingNumbers, bool]] | None:
    """Return the numbers of each ring and whether it was anticlockwise; None if they do not fit.

    Parameters
    ----------
    sizes
        How many points each ring has, its closing point not counted.

    Examples
    --------
    >>> unpack("J1~J3,B7;1~2,4逆", [4, 3])[1]
    (RingNumbers(numbers=('1', '2', '4'), closing=''), True)
    >>> unpack("J1~J900000000", [4]) is None
    True
    """
    parts = text.split(";")
    if len(parts) != len(sizes):
        return None
    rings = []
    for part, size in zip(parts, sizes, strict=True):
        numbers = _expanded(part.removesuffix(_ANTICLOCKWISE), size + 1)
        if numbers is None or not size <= len(numbers) <= size + 1:
            return None
        closing = numbers[size] if len(numbers) > size else ""
        ring = RingNumbers(tuple(numbers[:size]), closing)
        if _is_unsafe(ring):
            return None
        rings.append((ring, part.endswith(_ANTICLOCKWISE)))
    return rings


def _is_unsafe(ring: RingNumbers) -> bool:
    return any(_UNSAFE.search(number) for number in (*ring.numbers, ring.closing))


def _runs(numbers: Sequence[str]) -> list[str]:
    """Return numbers with those that follow each other as a run."""
    runs: list[list[str]] = []
    for number in numbers:
        if runs and _follows(runs[-1][-1], number):
            runs[-1][1:] = [number]
        else:
            runs.append([number])
    return ["~".join(run) for run in runs]


def _follows(one: str, other: str) -> bool:
    a, b = _RUN.fullmatch(one), _RUN.fullmatch(other)
    return a is not None and b is not None and a[1] == b[1] and int(b[2]) == int(a[2]) + 1


def _expanded(text: str, most: int) -> list[str] | None:
    """Return the numbers of one ring, or None where they are more than can be."""
    numbers: list[str] = []
    for token in text.split(","):
        first, mark, last = token.partition("~")
        a, b = _RUN.fullmatch(first), _RUN.fullmatch(last)
        if not mark:
            numbers.append(token)
        elif a is None or b is None or not 0 < int(b[2]) - int(a[2]) < most:
            return None
        else:
            numbers += [f"{a[1]}{n}" for n in range(int(a[2]), int(b[2]) + 1)]
        if len(numbers) > most:
            return None
    return numbers
