"""The conformity table of environmental zoning (符合性分析表): a site's units and what each asks.

The result is a text for a reviewer to judge, not a yes or no of geometry.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import shapely

from geo_toolkit.geodesy import area_m2
from geo_toolkit.siting.balance import balanced
from geo_toolkit.siting.secrecy import NOTHING_WITHHELD, Withheld
from geo_toolkit.siting.shapes import SLIVER_AREA_M2, is_sliver, polygons_of
from geo_toolkit.siting.unit_lists import LIST_COLUMNS

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from pyproj import CRS

    from geo_toolkit.siting.constraints import Constraints
    from geo_toolkit.siting.findings import SiteArrays
    from geo_toolkit.siting.unit_lists import UnitLists

__all__ = ["zoning_tables"]

_CODE_COLUMNS = ("管控单元编码", "环境管控单元编码", "HJGKDYBM", "DYBM", "unit_code", "code")
_CLASS_COLUMNS = ("管控单元分类", "环境管控单元分类", "HJGKDYFL", "DYFL", "unit_class", "class")
_OUTSIDE = ("（未划入管控单元）", "(in no unit)")
_HA, _PERCENT = 4, 2  # decimals


def zoning_tables(
    arrays: SiteArrays,
    units: Constraints,
    lists: UnitLists | None,
    *,
    crs: CRS,
    lang: str,
    withheld: Withheld = NOTHING_WITHHELD,
) -> list[list[dict[str, Any]]]:
    """Return, for each site, one row a unit it lies in, and one for what lies in none.

    Parameters
    ----------
    units
        The features of role ``zoning_unit``.
    lists
        The list table of the units; None where there is none.
    withheld
        Layers whose splits may not be given; they leave no rows.

    Returns
    -------
    list
        JSON rows of ``sites[].zoning``: ``unit_code``, ``unit_name``, ``unit_class``, ``area_ha``
        and ``percent`` (balanced, so that they add up to the site), the texts by the keys of
        ``LIST_COLUMNS`` (None where the list does not have the unit), ``list_version``, and
        ``judgement``, empty for the reviewer.
    """
    if withheld.touches(units):
        return [[] for _ in arrays.ids]
    codes, classes = _first(units, _CODE_COLUMNS), _first(units, _CLASS_COLUMNS)
    own = np.array([str(key) for key in units.feature_id], dtype=object)
    codes = np.where(codes == "", own, codes)
    return [
        _rows(site, units, codes, classes, lists, crs, lang) for site in arrays.decided.geometry
    ]


def _rows(
    site: shapely.Geometry,
    units: Constraints,
    codes: NDArray[np.object_],
    classes: NDArray[np.object_],
    lists: UnitLists | None,
    crs: CRS,
    lang: str,
) -> list[dict[str, Any]]:
    met = np.sort(units.tree.query(site, predicate="intersects"))
    pieces = polygons_of(shapely.intersection(units.geometry[met], site))
    area = area_m2(pieces, crs)
    real = ~is_sliver(area, pieces)
    met, pieces, area = met[real], pieces[real], area[real]
    rows: list[dict[str, Any]] = []
    areas: list[float] = []
    for code in sorted(set(codes[met].tolist())):
        of_unit = codes[met] == code
        first = int(met[of_unit][0])
        areas.append(float(area[of_unit].sum()))
        rows.append(_row(code, str(units.feature_name[first]), str(classes[first]), lists))
    whole, union = area_m2(np.array([site, shapely.union_all(pieces)], dtype=object), crs)
    if whole - union >= SLIVER_AREA_M2:
        rows.append(_row(None, _OUTSIDE[1] if lang == "en" else _OUTSIDE[0], "", None))
        areas.append(float(whole - union))
    hectares = balanced([a / 10_000 for a in areas], decimals=_HA)
    percent = balanced([100 * a / float(whole) for a in areas], decimals=_PERCENT)
    return [
        {**row, "area_ha": ha, "percent": share}
        for row, ha, share in zip(rows, hectares, percent, strict=True)
    ]


def _row(code: str | None, name: str, unit_class: str, lists: UnitLists | None) -> dict[str, Any]:
    texts = lists.texts.get(code) if lists is not None and code is not None else None
    return {
        "unit_code": code,
        "unit_name": name or None,
        "unit_class": unit_class or None,
        **{key: texts[key] if texts is not None else None for key in LIST_COLUMNS},
        "list_version": lists.version if texts is not None and lists is not None else None,
        "judgement": "",
    }


def _first(units: Constraints, columns: tuple[str, ...]) -> NDArray[np.object_]:
    """Return the first of some columns that is there and not empty, as text, for each unit."""
    result = np.full(len(units), "", dtype=object)
    for column in columns:
        if column in units.attributes.columns:
            for i, value in enumerate(units.attributes[column]):
                if result[i] == "" and not pd.isna(value):
                    result[i] = str(value).strip()
    return result
