"""What an office adds to a check beside the findings: advice, land classes, zoning units."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from geo_toolkit.siting.advice import advise
from geo_toolkit.siting.advice_rows import advice_frame, advice_row
from geo_toolkit.siting.declared import Declared
from geo_toolkit.siting.keep_out import grounds_of
from geo_toolkit.siting.land_class import land_class_tables
from geo_toolkit.siting.redeciding import redecider
from geo_toolkit.siting.zoning import zoning_tables

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from geopandas import GeoDataFrame
    from pyproj import CRS
    from shapely.geometry.base import BaseGeometry

    from geo_toolkit.rules import Rule
    from geo_toolkit.siting.constraints import Constraints
    from geo_toolkit.siting.findings import Finding, SiteArrays
    from geo_toolkit.siting.request import Request
    from geo_toolkit.siting.secrecy import Withheld
    from geo_toolkit.siting.unit_lists import UnitLists

__all__ = ["ADVISED_SITES", "TABLE_ROLES", "Additions", "additions"]

ADVISED_SITES = 50
"""A check of more sites gets no advice: it is a survey of many, not a review of one."""

TABLE_ROLES = ("land_survey", "zoning_unit")
"""Roles that give tables of their own, whether a rule asks of them or not."""


@dataclass(frozen=True)
class Additions:
    """For each site the keys to add to its row; for the check warnings and outlines (EPSG:4490)."""

    rows: list[dict[str, Any]]  # JSON values
    warnings: list[str] = field(default_factory=list)
    advice: GeoDataFrame | None = None


def additions(
    arrays: SiteArrays,
    rules: Sequence[Rule],
    constraints: Mapping[str, Constraints | None],
    request: Request,
    withheld: Withheld,
    *,
    crs: CRS,
    within: BaseGeometry,
    lists: UnitLists | None,
    findings: Sequence[Sequence[Finding]],
    in_conflict: bool,
) -> Additions:
    """Return what is added to a check.

    Parameters
    ----------
    constraints
        Also of ``TABLE_ROLES`` and of ``county``, where there are such layers.
    within
        The workspace's bounds in ``crs``, which no proposal leaves.
    lists
        The access list of the zoning units.
    findings
        All findings of each site; the advice starts from them.
    in_conflict
        Whether any site is prohibited or restricted: without one there is nothing to advise.
    """
    rows: list[dict[str, Any]] = [{} for _ in arrays.ids]  # JSON values
    warnings: list[str] = []
    survey, units = (constraints.get(role) for role in TABLE_ROLES)
    if survey is not None:
        tables = land_class_tables(
            arrays,
            survey,
            constraints.get("county"),
            constraints,
            crs=crs,
            lang=request.lang,
            withheld=withheld,
        )
        for row, table in zip(rows, tables, strict=True):
            row["land_class"] = table.rows
        warnings = list(dict.fromkeys(text for table in tables for text in table.warnings))
    if units is not None:
        zoned = zoning_tables(arrays, units, lists, crs=crs, lang=request.lang, withheld=withheld)
        for row, listed in zip(rows, zoned, strict=True):
            row["zoning"] = listed
    if request.edition != "internal" or not in_conflict or len(arrays.ids) > ADVISED_SITES:
        return Additions(rows, warnings)
    declared = Declared(request.declaration, request.project_type)
    decide = redecider(rules, constraints, declared)
    advices = advise(
        arrays,
        findings,
        grounds_of(rules, constraints),
        decide,
        crs=crs,
        shift_radius_m=request.shift_radius_m,
        within=within,
        withheld=withheld,
    )
    for advice in advices:
        rows[advice.site]["advice"] = advice_row(advice, request.lang)
    return Additions(rows, warnings, advice_frame(advices, crs))
