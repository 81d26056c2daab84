"""CQL2 (text and JSON) as a selection of features: parsed by ``cql2``, run on whole columns.

Only columns of the collection can be named, only the operators below are run, and everything is
array work: no expression reaches a database or an interpreter.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import cql2
import numpy as np
import pandas as pd
import shapely
from shapely.geometry import shape

from geo_toolkit_api.ogc.wrong import WrongParameter

if TYPE_CHECKING:
    from collections.abc import Callable

    from geopandas import GeoDataFrame
    from numpy.typing import NDArray

__all__ = ["select"]

MAX_LENGTH = 5_000
MAX_DEPTH = 40
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


def select(frame: GeoDataFrame, text: str, lang: str) -> NDArray[np.bool_]:
    """Return which features a filter selects.

    Parameters
    ----------
    frame
        Features in CGCS2000 degrees; geometry literals of the filter are lon, lat as well.
    text
        The filter.
    lang
        ``cql2-text`` or ``cql2-json``.

    Raises
    ------
    WrongParameter
        If it does not parse, names an unknown property or needs what is not supported.
    """
    if lang not in ("cql2-text", "cql2-json"):
        raise WrongParameter("filter-lang", "cql2-text or cql2-json", lang)
    if len(text) > MAX_LENGTH:
        raise WrongParameter("filter", f"at most {MAX_LENGTH} characters", f"{len(text)}")
    try:
        parsed = cql2.parse_text(text) if lang == "cql2-text" else cql2.parse_json(text)
        tree = parsed.to_json()
    except Exception as error:  # the parser raises Rust errors of many kinds
        raise WrongParameter("filter", f"valid {lang}", text[:80]) from error
    return _Selection(frame).mask(tree, 0)


class _Selection:
    """One filter on one frame."""

    def __init__(self, frame: GeoDataFrame) -> None:
        self.frame = frame

    def mask(self, node: object, depth: int) -> NDArray[np.bool_]:
        """Return the features for which a node of the parsed filter is true."""
        if depth > MAX_DEPTH:
            raise WrongParameter("filter", f"at most {MAX_DEPTH} levels", "more")
        if isinstance(node, bool):
            return np.full(len(self.frame), node)
        op = str(node.get("op", "")).lower() if isinstance(node, dict) else ""
        args = node.get("args", []) if isinstance(node, dict) else []
        if op in ("and", "or"):
            parts = [self.mask(arg, depth + 1) for arg in args]
            joined = np.logical_and if op == "and" else np.logical_or
            result: NDArray[np.bool_] = joined.reduce(parts)
            return result
        if op == "not":
            return ~self.mask(args[0], depth + 1)
        if op in _SPATIAL:
            return self._spatial(op, args)
        if op in _COMPARE:
            return self._compare(op, args)
        if op == "isnull":
            return np.asarray(self._column(args[0]).isna(), dtype=bool)
        if op == "in":
            values = [self._literal(value) for value in args[1]]
            return np.asarray(self._column(args[0]).isin(values), dtype=bool)
        if op == "between":
            low, high = self._literal(args[1]), self._literal(args[2])
            return self._ordered("ge", args[0], low) & self._ordered("le", args[0], high)
        if op == "like":
            return self._like(args[0], self._literal(args[1]))
        raise WrongParameter("filter", "an operator that is supported", op or str(node)[:80])

    def _column(self, node: object) -> pd.Series:
        name = node.get("property") if isinstance(node, dict) else None
        if name not in self.frame.columns or name == self.frame.geometry.name:
            known = ", ".join(str(c) for c in self.frame.columns if c != _GEOMETRY)
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

    def _compare(self, op: str, args: list[object]) -> NDArray[np.bool_]:  # parsed JSON
        left, right = args
        if isinstance(right, dict) and "property" in right:
            left, right = right, left
            op = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}.get(op, op)
        return self._ordered(_COMPARE[op], left, self._literal(right))

    def _ordered(
        self,
        method: str,
        node: object,
        value: str | float | bool,
    ) -> NDArray[np.bool_]:
        column = self._column(node)
        present = column.notna()
        if isinstance(value, str):
            compared = column.astype("string")
        else:
            compared = pd.to_numeric(column, errors="coerce")
            present &= compared.notna()
        found = np.asarray(getattr(compared, method)(value).fillna(False), dtype=bool)
        result: NDArray[np.bool_] = found & np.asarray(present, dtype=bool)
        return result

    def _like(self, node: object, pattern: object) -> NDArray[np.bool_]:
        parts = re.split(r"([%_])", str(pattern))
        text = "".join({"%": ".*", "_": "."}.get(part, re.escape(part)) for part in parts)
        found = self._column(node).astype("string").str.fullmatch(text, flags=re.DOTALL)
        return np.asarray(found.fillna(False), dtype=bool)

    def _spatial(self, op: str, args: list[object]) -> NDArray[np.bool_]:  # parsed JSON
        left, right = args
        flipped = isinstance(right, dict) and "property" in right
        if flipped:
            left, right = right, left
        if not (isinstance(left, dict) and left.get("property") in (_GEOMETRY, "geom")):
            raise WrongParameter("filter", "the property 'geometry'", str(left)[:80])
        try:
            other = shape(right if isinstance(right, dict) else {})
        except (AttributeError, KeyError, TypeError, ValueError, shapely.GEOSException) as error:
            raise WrongParameter("filter", "a geometry", str(right)[:80]) from error
        shapes = self.frame.geometry.to_numpy()
        pair = (other, shapes) if flipped else (shapes, other)
        return np.asarray(_SPATIAL[op](*pair), dtype=bool)
