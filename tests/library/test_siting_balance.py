"""Printed parts add up to the printed total, to the last digit."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo_toolkit.siting.balance import balanced, balanced_within, rounded

areas = st.lists(st.floats(0, 1e7, allow_nan=False), min_size=1, max_size=40)
places = st.integers(0, 4)


def printed(values, decimals):
    """Return values as a table prints them."""
    return [Decimal(f"{value:.{decimals}f}") for value in values]


@given(values=areas, decimals=places)
def test_parts_add_up_to_the_printed_total(values, decimals):
    exact = sum(Decimal(repr(v)) for v in values)
    total = Decimal(f"{rounded(float(exact), decimals):.{decimals}f}")
    parts = printed(balanced(values, decimals=decimals, total=float(exact)), decimals)
    assert sum(parts) == total
    unit = Decimal(10) ** -decimals
    for part, value in zip(parts, values, strict=True):
        assert abs(part - Decimal(repr(value))) <= unit


@given(values=areas, decimals=places)
def test_a_part_is_rounded_down_or_up_and_larger_remainders_go_first(values, decimals):
    parts = printed(balanced(values, decimals=decimals), decimals)
    unit = Decimal(10) ** -decimals
    exact = [Decimal(repr(v)) for v in values]
    floors = [v // unit * unit for v in exact]
    raised = [v - f for v, f, p in zip(exact, floors, parts, strict=True) if p > f]
    kept = [v - f for v, f, p in zip(exact, floors, parts, strict=True) if p == f]
    assert all(p - f in (0, unit) for p, f in zip(parts, floors, strict=True))
    assert not raised or not kept or min(raised) >= max(kept)


@given(values=areas, decimals=places, groups=st.integers(1, 5))
def test_groups_add_up_at_both_levels(values, decimals, groups):
    of = [i % groups for i in range(len(values))]
    parts = printed(balanced_within(values, of, decimals=decimals), decimals)
    exact = [sum(Decimal(repr(v)) for v, g in zip(values, of, strict=True) if g == k)
             for k in dict.fromkeys(of)]  # fmt: skip
    subtotals = printed(balanced([float(e) for e in exact], decimals=decimals), decimals)
    for k, subtotal in zip(dict.fromkeys(of), subtotals, strict=True):
        assert sum(p for p, g in zip(parts, of, strict=True) if g == k) == subtotal


def test_an_exact_sum_changes_nothing():
    assert balanced([1.25, 2.5, 3.25], decimals=2) == [1.25, 2.5, 3.25]
    assert balanced([], decimals=2) == []


def test_a_table_by_hand():
    """0.166 + 0.166 + 0.668 = 1.000: two decimals floor to 0.98, two units go to 0.668, 0.166."""
    assert balanced([0.166, 0.166, 0.668], decimals=2) == [0.17, 0.16, 0.67]


@pytest.mark.parametrize(
    ("values", "total", "says"),
    [
        ([1.0, 1.0], 2.5, "add up to 2.0, not to the total 2.5"),
        ([1.0, 1.0], 1.5, "they overlap"),
        ([-1.0], None, "0 or more"),
        ([float("nan")], None, "must be numbers"),
    ],
)
def test_what_rounding_must_not_hide_is_refused(values, total, says):
    with pytest.raises(ValueError, match=says):
        balanced(values, decimals=1, total=total)
