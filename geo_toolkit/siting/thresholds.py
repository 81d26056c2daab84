"""Which features of a role a rule asks of, and at what distance each."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely

from geo_toolkit.rules import ClassDistances, Relation, Rule

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from geo_toolkit.siting.constraints import Constraints

__all__ = ["half_widths_m", "reach_m", "texts", "thresholds"]

HALF_WIDTH_COLUMN = "half_width_m"
_LINEAR = (1, 5)


def thresholds(
    rule: Rule, constraints: Constraints, shared: Sequence[str] = ()
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Return each feature's threshold (NaN: not asked of) and whether that is certain.

    A feature whose column is absent or empty may match, at the largest distance. Distances run
    from the edge of a line with a half width, so that its threshold from the centreline is more.

    Parameters
    ----------
    shared
        What is declared under the rule's ``same``; features that share none of it do not count.
    """
    count = len(constraints)
    certain = np.ones(count, dtype=bool)
    threshold = np.full(count, rule.largest_distance_m)
    if rule.where is not None:
        text = texts(constraints, rule.where.column)
        certain &= text != ""
        threshold[(text != "") & ~np.isin(text, rule.where.values)] = np.nan
    if rule.same is not None:
        text = texts(constraints, rule.same)
        certain &= text != ""
        other = [bool(names) and not set(names.split("、")) & set(shared) for names in text]
        threshold[np.array(other, dtype=bool)] = np.nan
    if isinstance(rule.distance_m, ClassDistances):
        text = texts(constraints, rule.distance_m.by)
        known = np.isin(text, list(rule.distance_m.distances_m))
        certain &= known
        for value, distance in rule.distance_m.distances_m.items():
            threshold[(text == value) & ~np.isnan(threshold)] = distance
    return threshold + half_widths_m(rule, constraints), certain


def half_widths_m(rule: Rule, constraints: Constraints) -> NDArray[np.float64]:
    """Return how far the edge of each feature lies from what is drawn, for a rule of distance.

    From the column ``half_width_m`` of lines; 0 where there is none, and for other relations.
    """
    if rule.relation is not Relation.WITHIN_DISTANCE:
        return np.zeros(len(constraints))
    return constraints.derived(HALF_WIDTH_COLUMN, partial(_half_widths_m, constraints))


def _half_widths_m(constraints: Constraints) -> NDArray[np.float64]:
    width = np.zeros(len(constraints))
    table = constraints.attributes
    if HALF_WIDTH_COLUMN in table.columns:
        stated = pd.to_numeric(table[HALF_WIDTH_COLUMN], errors="coerce").to_numpy(float)
        drawn = np.isin(shapely.get_type_id(constraints.geometry), _LINEAR)
        width[drawn] = np.nan_to_num(stated[drawn]).clip(0.0)
    return width


def reach_m(rules: Sequence[Rule], constraints: Constraints, extra_m: float) -> float:
    """Return how far from a site a feature may lie and still matter to some rule.

    Parameters
    ----------
    extra_m
        What the sites' datum adds to the inaccuracy at most.
    """
    reach = [
        rule.largest_distance_m + float(half_widths_m(rule, constraints).max(initial=0.0))
        for rule in rules
    ]
    return max(reach) + float(constraints.accuracy_m.max(initial=0.0)) + extra_m


def texts(constraints: Constraints, column: str) -> NDArray[np.str_]:
    """Return a column as stripped text; empty where it is absent."""
    return constraints.derived(("texts", column), partial(_texts, constraints, column))


def _texts(constraints: Constraints, column: str) -> NDArray[np.str_]:
    if column not in constraints.attributes.columns:
        return np.full(len(constraints), "", dtype=str)
    values = constraints.attributes[column]

    def text(value: object) -> str:
        if value is None or value is pd.NA or (isinstance(value, float) and np.isnan(value)):
            return ""
        if isinstance(value, float) and value.is_integer():
            return str(int(value))
        return str(value).strip()

    return np.array([text(value) for value in values], dtype=str)
