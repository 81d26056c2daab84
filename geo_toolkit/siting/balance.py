"""Printed values that add up: largest-remainder rounding, the method named in every table."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence

__all__ = ["BALANCE_METHOD", "balanced", "balanced_within", "rounded"]

BALANCE_METHOD = (
    "合计按末位四舍五入；各分项先舍去末位以下部分，差额按余数由大到小逐个进一（最大余数法），"
    "分项之和等于合计。",
    "Totals are rounded half up; parts are rounded down, and the units that are missing go one "
    "each to the parts with the largest remainders, so that the parts add up to the total.",
)
"""The method in words, Chinese and English, for the foot of a table."""


def rounded(value: float, decimals: int) -> float:
    """Return a value as it is printed, rounded half up at its shortest decimal form.

    Examples
    --------
    >>> rounded(2.675, 2), rounded(0.00005, 4)
    (2.68, 0.0001)
    """
    return _units(value, decimals) / _power(decimals)


def balanced(values: Sequence[float], *, decimals: int, total: float | None = None) -> list[float]:
    """Return parts as they are printed, so that they add up to the printed total.

    Each part is rounded down; what is then missing of the total goes, one unit of the last
    digit each, to the parts with the largest remainders, earlier parts first among equals.
    A part therefore never differs from its value by a whole unit or more, unless a total is
    given that is not the parts' own sum.

    Parameters
    ----------
    values
        Parts, 0 or more.
    decimals
        Decimals that are printed.
    total
        The total that is printed; the sum of the parts by default.

    Raises
    ------
    ValueError
        If a part is negative or not a number, or the parts do not make up the total: then they
        overlap or some are missing, and no rounding should hide it.

    Source
    ------
    Largest-remainder apportionment (Hamilton's method); the practice of levelling areas
    (面积调平) in land surveys.

    Examples
    --------
    >>> balanced([1 / 3, 1 / 3, 1 / 3], decimals=2)
    [0.34, 0.33, 0.33]
    >>> balanced([10.004, 20.004, 30.004], decimals=2, total=60.012)
    [10.01, 20.0, 30.0]
    """
    exact = [_scaled(value, decimals) for value in values]
    if any(part < 0 for part in exact):
        raise ValueError(f"parts must be 0 or more, got {min(values)}")
    whole = [int(part) for part in exact]
    sum_ = sum(exact, Decimal(0))
    goal = _half_up(sum_) if total is None else _units(total, decimals)
    missing = goal - sum(whole)
    if missing > len(whole) or missing < 0:
        raise ValueError(
            f"parts add up to {sum_.scaleb(-decimals)}, not to the total {total}: "
            "they overlap, or some are missing"
        )
    order = sorted(range(len(exact)), key=lambda i: (whole[i] - exact[i], i))
    for i in order[:missing]:
        whole[i] += 1
    return [part / _power(decimals) for part in whole]


def balanced_within(
    values: Sequence[float],
    groups: Sequence[Hashable],
    *,
    decimals: int,
    total: float | None = None,
) -> list[float]:
    """Return parts as they are printed, adding up to subtotals that add up to the total.

    The subtotals of the groups are balanced against the total first, then the parts of each
    group against its printed subtotal.

    Raises
    ------
    ValueError
        As ``balanced`` does.

    Examples
    --------
    >>> balanced_within([0.15, 0.15, 0.15, 0.15], ["a", "a", "b", "b"], decimals=1)
    [0.2, 0.1, 0.2, 0.1]
    """
    members: dict[Hashable, list[int]] = {}
    for i, group in enumerate(groups):
        members.setdefault(group, []).append(i)
    exact = [sum(Decimal(repr(float(values[i]))) for i in rows) for rows in members.values()]
    subtotals = balanced([float(value) for value in exact], decimals=decimals, total=total)
    result = [0.0] * len(values)
    for rows, subtotal in zip(members.values(), subtotals, strict=True):
        parts = balanced([values[i] for i in rows], decimals=decimals, total=subtotal)
        for i, part in zip(rows, parts, strict=True):
            result[i] = part
    return result


def _power(decimals: int) -> int:
    return int(10**decimals)


def _scaled(value: float, decimals: int) -> Decimal:
    number = Decimal(repr(float(value)))
    if not number.is_finite():
        raise ValueError(f"parts must be numbers, got {value}")
    return number.scaleb(decimals)


def _half_up(value: Decimal) -> int:
    return int(value.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def _units(value: float, decimals: int) -> int:
    return _half_up(_scaled(value, decimals))
