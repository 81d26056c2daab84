"""The check itself: sites, constraints by role and rules in; decided sites and geometries out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from geo_toolkit.geodesy import (
    area_m2,
    from_geographic,
    to_geographic,
)
from geo_toolkit.rules import ROLES, Declaration
from geo_toolkit.siting.crossings import Centreline
from geo_toolkit.siting.deciding import decide
from geo_toolkit.siting.declared import Declared
from geo_toolkit.siting.findings import Finding, SiteArrays
from geo_toolkit.siting.frames import nearest_frame, overlaps_frame, site_overlaps, sites_frame
from geo_toolkit.siting.nearest import nearest_of
from geo_toolkit.siting.pairs import Pairs, RoleMeasures, covers, measure_pairs
from geo_toolkit.siting.progress import Steps
from geo_toolkit.siting.secrecy import NOTHING_WITHHELD, Withheld, conceal, is_small
from geo_toolkit.siting.shapes import polygons_of
from geo_toolkit.siting.tables import finding_row, role_row, site_row
from geo_toolkit.siting.thresholds import reach_m
from geo_toolkit.siting.verdict import role_verdict, site_verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from geopandas import GeoDataFrame
    from numpy.typing import NDArray
    from pyproj import CRS
    from shapely import Point
    from shapely.geometry.base import BaseGeometry

    from geo_toolkit.boundary import Sites
    from geo_toolkit.rules import Rule
    from geo_toolkit.siting.constraints import Constraints

__all__ = ["Decision", "check", "site_arrays"]


@dataclass(frozen=True)
class Decision:
    """The decided sites, as rows for the document, and what makes the geometries behind them."""

    rows: list[dict[str, Any]]  # JSON rows
    sites: Callable[[], GeoDataFrame]
    overlaps: Callable[[], GeoDataFrame]
    nearest: Callable[[], GeoDataFrame]
    site_overlaps: list[dict[str, Any]]  # JSON rows
    findings: list[list[Finding]]  # of each site, over all roles, as the reader may know them
    cut_off_m: dict[str, float] | None = None  # of a batch: how far was looked, by role


def site_arrays(
    sites: Sites,
    crs: CRS,
    bounds: tuple[float, float, float, float],
    *,
    chainage_origin_m: float = 0.0,
) -> SiteArrays:
    """Return submitted sites in the topology CRS, with their areas.

    Parameters
    ----------
    sites
        Sites in CGCS2000 degrees.
    crs
        The topology CRS of the workspace.
    bounds
        The workspace's west, south, east, north in degrees.
    chainage_origin_m
        Chainage of the first vertex of every centreline.
    """
    lonlat = sites.frame.geometry.to_numpy()
    moved = from_geographic(lonlat, crs)
    bad = ~shapely.is_valid(moved)
    moved[bad] = polygons_of(shapely.make_valid(moved[bad]))
    west, south, east, north = bounds
    box = shapely.bounds(lonlat)
    outside = (box[:, 0] < west) | (box[:, 1] < south) | (box[:, 2] > east) | (box[:, 3] > north)
    web = np.array([sites.inputs[i].datum.is_web for i in sites.input_of], dtype=bool)
    lines = tuple(
        None if line is None else _centreline(line, crs, chainage_origin_m) for line in sites.lines
    )
    ids = tuple(str(index) for index in sites.frame.index)
    return SiteArrays(ids, moved, area_m2(moved, crs), web, outside, lines)


def _centreline(line: BaseGeometry, crs: CRS, origin_m: float) -> Centreline:
    return Centreline.build(from_geographic(np.array([line], dtype=object), crs)[0], crs, origin_m)


def check(
    sites: Sites,
    arrays: SiteArrays,
    rules: Sequence[Rule],
    constraints: Mapping[str, Constraints | None],
    *,
    unruled: Sequence[str],
    crs: CRS,
    lang: str,
    project_type: str = "other",
    declaration: Declaration | None = None,
    withheld: Withheld = NOTHING_WITHHELD,
    steps: Steps | None = None,
    is_batch: bool = False,
) -> Decision:
    """Return every site decided by every rule.

    Parameters
    ----------
    sites, arrays
        The submitted sites, and the same in the topology CRS.
    rules
        The rules that apply: in force, in scope, for this project type and nature.
    constraints
        What is known of each role that a rule asks of or measures along; None for a role without
        a layer in force.
    unruled
        Roles that the scope names and no rule in force asks of.
    crs
        The topology CRS.
    lang
        Language of the reasons, ``zh`` or ``en``.
    project_type, declaration
        What is to be built, and what is declared of it, bound to the sites.
    withheld
        Layers whose geometry and exact numbers the reader may not get.
    steps
        Counts two steps for each role that is decided.
    is_batch
        Look only as far as a role's rules reach, with the inaccuracy; distances beyond are None.

    Raises
    ------
    OptionError
        If a declared override matches no finding.
    """
    small = is_small(arrays)
    steps = steps or Steps(2 * len(rules) + 2)
    declared = Declared(declaration or Declaration(), project_type)
    roles = sorted({rule.role for rule in rules}, key=_role_order)
    measured: dict[str, RoleMeasures] = {}
    findings: dict[str, list[list[Finding]]] = {}
    cut_off: dict[str, float] = {}
    for role in roles:
        of_role = [rule for rule in rules if rule.role == role]
        known = constraints.get(role)
        if known is not None:
            measured[role] = _measure(arrays, known, of_role, crs, is_batch)
        decided = [
            _found(
                rule, arrays, measured.get(role), constraints.get(rule.other_role or ""), declared
            )
            for rule in of_role
        ]
        if is_batch and known is not None:
            cut_off[role] = _reach(arrays, known, of_role)
            decided = [[_cut(mine, cut_off[role]) for mine in one] for one in decided]
        findings[role] = [
            [
                declared.applied(finding, arrays.ids[site], known)
                for one in decided
                for finding in conceal(
                    one[site], known, withheld, float(arrays.area_m2[site]), bool(small[site])
                )
            ]
            for site in range(len(arrays.ids))
        ]
        steps.done(2)
    declared.refuse_unused()
    centres = to_geographic(shapely.centroid(arrays.geometry), crs)
    heads = _heads(sites)
    rows = [
        _site(heads[site], centres[site], arrays, site, findings, measured, unruled, lang, withheld)
        for site in range(len(arrays.ids))
    ]
    return Decision(
        rows,
        partial(sites_frame, sites, rows),
        partial(overlaps_frame, arrays, measured, findings, crs, withheld),
        partial(nearest_frame, arrays, measured, crs, withheld),
        site_overlaps(arrays, crs),
        [[f for of_role in findings.values() for f in of_role[site]] for site in range(len(rows))],
        cut_off if is_batch else None,
    )


def _heads(sites: Sites) -> list[dict[str, Any]]:
    """Return the rows of the submitted sites without geometry, as plain values."""
    frame = sites.frame
    names = [name for name in frame.columns if name != frame.geometry.name]
    columns = [frame[name].tolist() for name in names]
    return [dict(zip(names, values, strict=True)) for values in zip(*columns, strict=True)]


def _found(
    rule: Rule,
    arrays: SiteArrays,
    measures: RoleMeasures | None,
    lines: Constraints | None,
    declared: Declared,
) -> list[list[Finding]]:
    """Return the findings of a rule for each site, with the crossings of centrelines."""
    found = decide(rule, arrays, measures, lines, declared.declaration)
    if measures is None:
        return found
    held = measures.constraints
    for site, line in enumerate(arrays.lines):
        if line is not None:
            structures = declared.structures(arrays.ids[site])
            found[site] = [
                finding
                if finding.feature is None
                else replace(
                    finding, crossings=line.crossings(held.geometry[finding.feature], structures)
                )
                for finding in found[site]
            ]
    return found


def _role_order(role: str) -> tuple[int, str]:
    known = list(ROLES)
    return (known.index(role) if role in ROLES else len(known), role)


def _reach(arrays: SiteArrays, constraints: Constraints, rules: Sequence[Rule]) -> float:
    return reach_m(rules, constraints, float(arrays.extra_m.max(initial=0.0)))


def _cut(findings: list[Finding], reach: float) -> list[Finding]:
    """Return findings without the distances of features that are farther than was looked."""
    return [
        replace(f, distance_m=None, beyond_m=reach)
        if f.feature is None and f.distance_m is not None and f.distance_m > reach
        else f
        for f in findings
    ]


def _measure(
    arrays: SiteArrays,
    constraints: Constraints,
    rules: Sequence[Rule],
    crs: CRS,
    is_batch: bool,
) -> RoleMeasures:
    reach = _reach(arrays, constraints, rules)
    pairs = measure_pairs(arrays.geometry, arrays.area_m2, constraints, reach_m=reach)
    land = arrays.land
    land_pairs = None
    if land:
        land_pairs = measure_pairs(land.geometry, land.area_m2, constraints, reach_m=reach)
    overlap = _union_overlap(arrays.decided, land_pairs or pairs, crs)
    asked = np.arange(len(constraints))
    nearest, nearest_m = nearest_of(arrays, constraints, asked)
    if is_batch:
        nearest = np.where(nearest_m > reach, -1, nearest)
    return RoleMeasures(constraints, pairs, land_pairs, overlap, nearest, nearest_m)


def _union_overlap(arrays: SiteArrays, pairs: Pairs, crs: CRS) -> NDArray[np.float64]:
    """Return how much of each site the features cover together, slivers left out, in m²."""
    overlap = np.zeros(len(arrays.ids))
    real = np.flatnonzero(~pairs.is_sliver)
    sites, first, count = np.unique(pairs.site[real], return_index=True, return_counts=True)
    alone = count == 1
    overlap[sites[alone]] = pairs.overlap_m2[real[first[alone]]]
    several = sites[~alone]
    unions = np.empty(len(several), dtype=object)
    for i, (start, size) in enumerate(zip(first[~alone], count[~alone], strict=True)):
        unions[i] = shapely.union_all(pairs.piece[real[start : start + size]])
    unions = polygons_of(unions)
    whole = covers(unions, arrays.geometry[several])
    own = arrays.area_m2[several]
    overlap[several] = np.where(whole, own, np.minimum(area_m2(unions, crs), own))
    return overlap


def _site(
    head: dict[str, Any],  # a row of the submitted sites
    centre: Point,
    arrays: SiteArrays,
    site: int,
    findings: Mapping[str, list[list[Finding]]],
    measured: Mapping[str, RoleMeasures],
    unruled: Sequence[str],
    lang: str,
    withheld: Withheld,
) -> dict[str, Any]:  # a JSON row
    verdicts = {role: role_verdict(of_role[site]) for role, of_role in findings.items()}
    area = float(arrays.area_m2[site])
    decided = float(arrays.decided.area_m2[site])
    roles = [
        role_row(
            role, verdict, findings[role][site], measured.get(role), site, decided, lang, withheld
        )
        for role, verdict in verdicts.items()
    ]
    roles += [role_row(role, None, [], None, site, decided, lang) for role in unruled]
    listed = [
        finding_row(finding, measured.get(role), lang)
        for role, of_role in findings.items()
        for finding in of_role[site]
    ]
    return site_row(
        arrays.ids[site], head, area, centre, site_verdict(verdicts, unruled), roles, listed
    )
