"""CQL2 (text and JSON) as a selection of features: parsed by ``cql2``, run on whole columns.

Only columns of the collection can be named, only the operators below are run, and everything is
array work: no expression reaches a database or an interpreter.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import cql2
import numpy as np
import pandas as pd
import shapely

from geo_toolkit.catalogue.text import texts
from geo_toolkit_api.ogc.crs import CRS84, from_crs, is_degrees
from geo_toolkit_api.ogc.wrong import WrongParameter

if TYPE_CHECKING:
    from collections.abc import Callable

    from geopandas import GeoDataFrame
    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

    Truth = tuple[NDArray[np.bool_], NDArray[np.bool_]]

__all__ = ["select"]

MAX_LENGTH = 5_000
MAX_DEPTH = 40
MAX_BRACKETS = 400
_HIDDEN = ("feature_name", "feature_accuracy_m", "feature_evidence")
_GEOMETRY = "geometry"
_COMPARE = {"=": "eq", "<>": "ne", "<": "lt", "<=": "le", ">": "gt", ">=": "ge"}
_SPATIAL: dict[str, Callable[..., Any]] = {
    "s_intersects": shapely.intersects,
    "s_within": shapely.within,
    "s_contains": shapely.contains,
    "s_disjoint": shapely.disjoint,
    "s_touches": shapely.touches,
    "s_crosses": shapely.crosses,
    "s_overlaps": shapely.overlaps,
    "s_equals": shapely.equals,
}


def select(
    frame: GeoDataFrame, text: str, lang: str, literals_crs: str = CRS84
) -> NDArray[np.bool_]:
    """Return which features a filter selects.

    A comparison with nothing is neither true nor false, nor is its contrary (CQL2, 6.4).

    Parameters
    ----------
    frame
        Features in CGCS2000 degrees.
    text
        The filter.
    lang
        ``cql2-text`` or ``cql2-json``.
    literals_crs
        System of the geometries in the filter, axes in its own order.

    Raises
    ------
    WrongParameter
        If it does not parse, names an unknown property or needs what is not supported.
    """
    if lang not in ("cql2-text", "cql2-json"):
        raise WrongParameter("filter-lang", "cql2-text or cql2-json", lang)
    if len(text) > MAX_LENGTH:
        raise WrongParameter("filter", f"at most {MAX_LENGTH} characters", f"{len(text)}")
    if max(text.count(mark) for mark in "([{") > MAX_BRACKETS:
        raise WrongParameter("filter", f"at most {MAX_BRACKETS} brackets", "more")
    try:
        parsed = cql2.parse_text(text) if lang == "cql2-text" else cql2.parse_json(text)
        tree = parsed.to_json()
    except Exception as error:  # the parser raises Rust errors of many kinds
        raise WrongParameter("filter", f"valid {lang}", text[:80]) from error
    return _Selection(frame, literals_crs).truth(tree, 0)[0]


class _Selection:
    """One filter on one frame."""

    def __init__(self, frame: GeoDataFrame, literals_crs: str) -> None:
        self.frame = frame
        self.literals_crs = literals_crs

    def truth(self, node: object, depth: int) -> Truth:
        """Return for which features a node is true, and for which it is true or false."""
        if depth > MAX_DEPTH:
            raise WrongParameter("filter", f"at most {MAX_DEPTH} levels", "more")
        if isinstance(node, bool):
            return self._all(node), self._all(True)
        op = str(node.get("op", "")).lower() if isinstance(node, dict) else ""
        args = node.get("args", []) if isinstance(node, dict) else []
        try:
            return self._operation(op, args, node, depth)
        except (IndexError, TypeError, AttributeError) as error:
            raise WrongParameter("filter", f"the arguments of {op!r}", str(args)[:80]) from error

    def _operation(self, op: str, args: Any, node: object, depth: int) -> Truth:  # noqa: ANN401
        if op in ("and", "or"):
            parts = [self.truth(arg, depth + 1) for arg in args]
            return _joined(parts, is_and=op == "and")
        if op == "not":
            true, known = self.truth(args[0], depth + 1)
            return ~true & known, known
        if op in _SPATIAL:
            return self._spatial(op, args), self._all(True)
        if op in _COMPARE:
            return self._compare(op, args)
        if op == "isnull":
            return np.asarray(self._column(args[0]).isna(), dtype=bool), self._all(True)
        if op == "in":
            parts = [self._ordered("eq", args[0], self._literal(value)) for value in args[1]]
            return _joined(parts, is_and=False)
        if op == "between":
            low, high = self._literal(args[1]), self._literal(args[2])
            parts = [self._ordered("ge", args[0], low), self._ordered("le", args[0], high)]
            return _joined(parts, is_and=True)
        if op == "like":
            return self._like(args[0], self._literal(args[1]))
        raise WrongParameter("filter", "an operator that is supported", op or str(node)[:80])

    def _all(self, value: bool) -> NDArray[np.bool_]:
        return np.full(len(self.frame), value)

    def _column(self, node: object) -> pd.Series:
        name = node.get("property") if isinstance(node, dict) else None
        if name not in self.frame.columns or name in (self.frame.geometry.name, *_HIDDEN):
            held = [str(c) for c in self.frame.columns if c not in (_GEOMETRY, *_HIDDEN)]
            known = ", ".join(held)
            raise WrongParameter("filter", f"a property of this collection ({known})", str(name))
        column: pd.Series = self.frame[name]
        return column

    def _literal(self, node: object) -> str | float | bool:
        if isinstance(node, str | int | float | bool):
            return node
        for key in ("date", "timestamp"):
            if isinstance(node, dict) and isinstance(node.get(key), str):
                return str(node[key])
        raise WrongParameter("filter", "a text, number or date to compare with", str(node)[:80])

    def _compare(self, op: str, args: list[object]) -> Truth:  # parsed JSON
        if len(args) != 2:
            raise IndexError
        left, right = args
        if isinstance(right, dict) and "property" in right:
            left, right = right, left
            op = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}.get(op, op)
        return self._ordered(_COMPARE[op], left, self._literal(right))

    def _ordered(self, method: str, node: object, value: str | float | bool) -> Truth:
        column = self._column(node)
        if isinstance(value, str):
            compared = texts(column).astype("string")
        else:
            numbers = column.astype(object).where(column.notna(), None)
            compared = pd.to_numeric(numbers, errors="coerce")
        known = np.asarray(compared.notna() & column.notna(), dtype=bool)
        found = np.asarray(getattr(compared, method)(value).fillna(False), dtype=bool)
        return found & known, known

    def _like(self, node: object, pattern: object) -> Truth:
        parts = re.split(r"(\\.|[%_])", str(pattern), flags=re.DOTALL)
        text = "".join(
            {"%": ".*", "_": "."}.get(part) or re.escape(part.removeprefix("\\")) for part in parts
        )
        column = self._column(node)
        found = texts(column).astype("string").str.fullmatch(text, flags=re.DOTALL)
        known = np.asarray(column.notna(), dtype=bool)
        return np.asarray(found.fillna(False), dtype=bool) & known, known

    def _spatial(self, op: str, args: list[object]) -> NDArray[np.bool_]:  # parsed JSON
        if len(args) != 2:
            raise IndexError
        left, right = args
        flipped = isinstance(right, dict) and "property" in right
        if flipped:
            left, right = right, left
        if not (isinstance(left, dict) and left.get("property") in (_GEOMETRY, "geom")):
            raise WrongParameter("filter", "the property 'geometry'", str(left)[:80])
        other = self._shape(right)
        shapes = self.frame.geometry.to_numpy()
        pair = (other, shapes) if flipped else (shapes, other)
        return np.asarray(_SPATIAL[op](*pair), dtype=bool)

    def _shape(self, node: object) -> BaseGeometry:
        """Return a geometry literal in CGCS2000 degrees."""
        try:
            if isinstance(node, dict) and "bbox" in node:
                west, south, east, north = _corners(node["bbox"])
                given: BaseGeometry = shapely.box(west, south, east, north)
            else:
                given = shapely.from_geojson(json.dumps(node))
        except (ValueError, TypeError, shapely.GEOSException) as error:
            raise WrongParameter("filter", "a geometry", str(node)[:80]) from error
        moved: BaseGeometry = from_crs(np.array([given], dtype=object), self.literals_crs)[0]
        if moved is None or not np.isfinite(shapely.get_coordinates(moved)).all():
            raise WrongParameter("filter", "a geometry with finite coordinates", str(node)[:80])
        if is_degrees(self.literals_crs) and not _is_on_earth(moved):
            raise WrongParameter("filter", "degrees, axes as filter-crs has them", str(node)[:80])
        if not shapely.is_valid(moved):
            raise WrongParameter("filter", "a valid geometry", str(node)[:80])
        return moved


def _is_on_earth(shape: BaseGeometry) -> bool:
    """Return whether a geometry in degrees lies on the earth."""
    xy = shapely.get_coordinates(shape)
    return bool((np.abs(xy) <= (180.0, 90.0)).all())


def _corners(numbers: list[float]) -> list[float]:
    """Return west, south, east, north of a box of four or six numbers."""
    if len(numbers) == 6:
        return [numbers[0], numbers[1], numbers[3], numbers[4]]
    if len(numbers) != 4:
        raise ValueError("a box has four or six numbers")
    return list(numbers)


def _joined(parts: list[Truth], *, is_and: bool) -> Truth:
    """Return the conjunction or disjunction of truths, unknown where it depends on an unknown."""
    if not parts:
        raise IndexError
    trues = [true for true, _ in parts]
    falses = [known & ~true for true, known in parts]
    if not is_and:
        trues, falses = falses, trues
    every: NDArray[np.bool_] = np.logical_and.reduce(trues)
    some: NDArray[np.bool_] = np.logical_or.reduce(falses)
    return (every, every | some) if is_and else (some, every | some)
