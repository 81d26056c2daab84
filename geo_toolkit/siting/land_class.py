"""Land classes inside a site: survey class × ownership × county, gross and net of ridges.

Columns are those of the national land survey (DLTB): DLBM, DLMC, QSXZ, QSDWMC, ZLDWDM, KCXS.
Areas are ellipsoidal; printed values are balanced (``balance``), so rows add up to their total.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import shapely

from geo_toolkit.geodesy import area_m2
from geo_toolkit.rules import role_title
from geo_toolkit.siting.balance import balanced, rounded
from geo_toolkit.siting.secrecy import NOTHING_WITHHELD, Withheld
from geo_toolkit.siting.shapes import SLIVER_AREA_M2, polygons_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray
    from pyproj import CRS

    from geo_toolkit.siting.constraints import Constraints
    from geo_toolkit.siting.findings import SiteArrays

__all__ = ["INSIDE_ROLES", "LandClassTable", "land_class_tables"]

INSIDE_ROLES = ("ecological_red_line", "permanent_basic_farmland")
"""Roles whose overlaps with a site are split by land class too."""

_STATE, _COLLECTIVE = ("国有", "state-owned"), ("集体", "collective")
_OWNERSHIP = {
    **dict.fromkeys(("10", "20", "21", "G"), _STATE),
    **dict.fromkeys(("30", "31", "32", "33", "34", "40", "41", "J"), _COLLECTIVE),
}
_COUNTY_COLUMNS = ("ZLDWDM", "XZQDM", "QSDWDM")
_COUNTY_DIGITS = 6
_UNSURVEYED = ("（无地类数据）", "(no survey data)")
_NOWHERE_M2 = 0.005  # prints as nothing
_M2, _HA, _MU = 2, 4, 2  # decimals


@dataclass(frozen=True)
class LandClassTable:
    """The land classes of one site.

    Attributes
    ----------
    rows
        JSON rows of ``sites[].land_class``: ``within`` (``site`` or a role), ``county``,
        ``county_name``, ``ownership``, ``owner``, ``class_code``, ``class_name``, ``features``,
        and printed, balanced within each ``within``: ``area_m2``, ``area_ha``, ``area_mu``,
        ``deduction_m2``, ``net_m2``, ``net_ha`` (None where a coefficient is not a share).
    warnings
        What a reader must know of the survey data.
    """

    rows: list[dict[str, Any]]  # JSON rows
    warnings: tuple[str, ...] = ()


def land_class_tables(
    arrays: SiteArrays,
    survey: Constraints,
    counties: Constraints | None,
    inside: Mapping[str, Constraints | None],
    *,
    crs: CRS,
    lang: str,
    withheld: Withheld = NOTHING_WITHHELD,
) -> list[LandClassTable]:
    """Return the land classes of each site, of the land taken where that is given.

    Parameters
    ----------
    survey
        The features of role ``land_survey``.
    counties
        The features of role ``county``: names for the codes of the survey, and the county of
        survey polygons without a code.
    inside
        Constraints by role; those of ``INSIDE_ROLES`` get rows of their own.
    lang
        Language of names that the data does not give.
    withheld
        Layers whose splits may not be given; they leave no rows.
    """
    if withheld.touches(survey):
        return [LandClassTable([]) for _ in arrays.ids]
    labels = _labels(survey, counties, lang)
    tables = []
    for site in arrays.decided.geometry:
        rows, warnings = _extent("site", site, survey, labels, crs, lang)
        for role in INSIDE_ROLES:
            held = inside.get(role)
            if held is None or withheld.touches(held) or not len(held):
                continue
            near = np.sort(held.tree.query(site, predicate="intersects"))
            overlap = shapely.union_all(shapely.intersection(held.geometry[near], site))
            part = polygons_of(np.array([overlap], dtype=object))[0]
            if area_m2(np.array([part], dtype=object), crs)[0] >= SLIVER_AREA_M2:
                more, said = _extent(role, part, survey, labels, crs, lang)
                rows += more
                warnings += said
        tables.append(LandClassTable(rows, tuple(warnings)))
    return tables


def _extent(
    within: str,
    area: shapely.Geometry,
    survey: Constraints,
    labels: pd.DataFrame,
    crs: CRS,
    lang: str,
) -> tuple[list[dict[str, Any]], list[str]]:
    """Return the rows of one extent, and warnings about the survey inside it."""
    met = np.sort(survey.tree.query(area, predicate="intersects"))
    pieces = polygons_of(shapely.intersection(survey.geometry[met], area))
    gross = area_m2(pieces, crs)
    table = labels.iloc[met].assign(gross=gross, net=gross * (1 - labels["share"].iloc[met]))
    table = table[table["gross"] > 0].assign(unknown=table["net"].isna())
    whole, union = area_m2(np.array([area, shapely.union_all(pieces)], dtype=object), crs)
    doubled, missing = float(gross.sum() - union), float(whole - union)
    warnings = []
    if doubled >= SLIVER_AREA_M2:
        warnings.append(_doubled(within, doubled, lang))
    if table["net"].isna().any():
        warnings.append(_no_share(within, lang))
    keys = ["county", "county_name", "ownership", "owner", "class_code", "class_name"]
    grouped = table.groupby(keys, sort=True, dropna=False)
    total = grouped[["gross", "net", "unknown"]].sum()
    total.loc[total["unknown"] > 0, "net"] = np.nan
    rows: list[dict[str, Any]] = [
        {**dict(zip(keys, (text or None for text in key), strict=True)), "features": int(n)}
        for key, n in zip(total.index, grouped.size(), strict=True)
    ]
    areas, nets = total["gross"].tolist(), total["net"].tolist()
    if missing >= _NOWHERE_M2:
        empty = dict.fromkeys(keys) | {"class_name": _pick(_UNSURVEYED, lang), "features": 0}
        rows.append(empty)
        areas.append(missing)
        nets.append(missing)
    return [{"within": within, **row} for row in _printed(rows, areas, nets)], warnings


def _printed(
    rows: list[dict[str, Any]], areas: list[float], nets: list[float]
) -> list[dict[str, Any]]:
    """Return the rows with their areas as they are printed, each column balanced."""
    square = balanced(areas, decimals=_M2)
    hectares = balanced([a / 10_000 for a in areas], decimals=_HA)
    mu = balanced([a * 3 / 2000 for a in areas], decimals=_MU)
    printed = [
        {**row, "area_m2": m2, "area_ha": ha, "area_mu": of_mu}
        for row, m2, ha, of_mu in zip(rows, square, hectares, mu, strict=True)
    ]
    if np.isnan(nets).any():
        return [{**row, "deduction_m2": None, "net_m2": None, "net_ha": None} for row in printed]
    net = balanced(nets, decimals=_M2)
    net_ha = balanced([n / 10_000 for n in nets], decimals=_HA)
    return [
        {**row, "deduction_m2": rounded(m2 - n, _M2), "net_m2": n, "net_ha": ha}
        for row, m2, n, ha in zip(printed, square, net, net_ha, strict=True)
    ]


def _labels(survey: Constraints, counties: Constraints | None, lang: str) -> pd.DataFrame:
    """Return what each survey polygon counts under, and the share of it that is deducted."""
    nature = _texts(survey, "QSXZ")
    ownership = [_pick(_OWNERSHIP[code], lang) if code in _OWNERSHIP else code for code in nature]
    code = np.full(len(survey), "", dtype=object)
    for column in _COUNTY_COLUMNS:
        text = np.array([value[:_COUNTY_DIGITS] for value in _texts(survey, column)], dtype=object)
        code = np.where(code == "", text, code)
    name = np.full(len(survey), "", dtype=object)
    if counties is not None and len(counties):
        names = dict(zip(counties.feature_id, counties.feature_name, strict=True))
        without = np.flatnonzero(code == "")
        code[without] = _located(survey.geometry[without], counties)
        name = np.array([names.get(value, "") for value in code], dtype=object)
    return pd.DataFrame(
        {
            "county": code,
            "county_name": name,
            "ownership": np.array(ownership, dtype=object),
            "owner": _texts(survey, "QSDWMC"),
            "class_code": _texts(survey, "DLBM"),
            "class_name": _texts(survey, "DLMC"),
            "share": _shares(survey),
        }
    )


def _located(geometry: NDArray[np.object_], counties: Constraints) -> NDArray[np.object_]:
    """Return the id of the county that holds a point of each polygon; empty where none does."""
    found = np.full(len(geometry), "", dtype=object)
    points = shapely.point_on_surface(geometry)
    row, county = counties.tree.query(points, predicate="intersects")
    for position, of in zip(row[::-1].tolist(), county[::-1].tolist(), strict=True):
        found[position] = str(counties.feature_id[of])
    return found


def _shares(survey: Constraints) -> NDArray[np.float64]:
    """Return each polygon's deduction coefficient, 0 where empty, NaN where it is no share."""
    column = _column(survey, "KCXS")
    if column is None:
        return np.zeros(len(survey))
    text = _texts(survey, "KCXS")
    value = pd.to_numeric(pd.Series(text), errors="coerce").to_numpy(float)
    share: NDArray[np.float64] = np.where(text == "", 0.0, value)
    share[~((share >= 0) & (share < 1))] = np.nan
    return share


def _column(survey: Constraints, name: str) -> str | None:
    by_upper = {str(column).upper(): str(column) for column in survey.attributes.columns[::-1]}
    return by_upper.get(name)


def _texts(survey: Constraints, name: str) -> NDArray[np.object_]:
    """Return a column as stripped text, whatever the case of its name; empty where absent."""
    column = _column(survey, name)
    result = np.full(len(survey), "", dtype=object)
    if column is not None:
        for i, value in enumerate(survey.attributes[column]):
            if not pd.isna(value):
                whole = isinstance(value, float) and value.is_integer()
                result[i] = str(int(value) if whole else value).strip()
    return result


def _where(within: str, lang: str) -> str:
    if within == "site":
        return "the site" if lang == "en" else "地块"
    return role_title(within, lang)


def _doubled(within: str, doubled_m2: float, lang: str) -> str:
    where = _where(within, lang)
    if lang == "en":
        return f"survey polygons overlap by {doubled_m2:.2f} m² inside {where}: counted twice"
    return f"{where}内地类图斑相互重叠{doubled_m2:.2f}平方米，重叠部分重复计入"


def _no_share(within: str, lang: str) -> str:
    where = _where(within, lang)
    if lang == "en":
        return f"a deduction coefficient (KCXS) inside {where} is not from 0 to 1: no net area"
    return f"{where}内有图斑的扣除系数（KCXS）不在0至1之间，净面积未计算"


def _pick(pair: tuple[str, str], lang: str) -> str:
    return pair[1] if lang == "en" else pair[0]
