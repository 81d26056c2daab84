"""The check itself: sites, constraints by role and rules in; decided sites and geometries out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from geopandas import GeoDataFrame

from geo_toolkit.geodesy import (
    CGCS2000,
    area_m2,
    from_geographic,
    nearest_lines,
    to_geographic,
)
from geo_toolkit.rules import ROLES
from geo_toolkit.siting.findings import Finding, SiteArrays, find, nearest_features
from geo_toolkit.siting.pairs import RoleMeasures, covers, measure_pairs
from geo_toolkit.siting.shapes import polygons_of
from geo_toolkit.siting.tables import finding_row, role_row, site_row
from geo_toolkit.siting.verdict import role_verdict, site_verdict

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pyproj import CRS

    from geo_toolkit.boundary import Sites
    from geo_toolkit.rules import Rule
    from geo_toolkit.siting.constraints import Constraints

__all__ = ["Decision", "check", "site_arrays"]

_RANK = {"none": 0, "sliver": 1, "undetermined": 2, "borderline": 3, "hit": 4}


@dataclass(frozen=True)
class Decision:
    """The decided sites, as rows for the document, and the geometries behind them (EPSG:4490)."""

    rows: list[dict[str, Any]]  # JSON rows
    sites: GeoDataFrame
    overlaps: GeoDataFrame
    nearest: GeoDataFrame
    site_overlaps: list[dict[str, Any]]  # JSON rows


def site_arrays(sites: Sites, crs: CRS, bounds: tuple[float, float, float, float]) -> SiteArrays:
    """Return submitted sites in the topology CRS, with their areas.

    Parameters
    ----------
    sites
        Sites in CGCS2000 degrees.
    crs
        The topology CRS of the workspace.
    bounds
        The workspace's west, south, east, north in degrees.
    """
    lonlat = sites.frame.geometry.to_numpy()
    moved = from_geographic(lonlat, crs)
    bad = ~shapely.is_valid(moved)
    moved[bad] = polygons_of(shapely.make_valid(moved[bad]))
    west, south, east, north = bounds
    box = shapely.bounds(lonlat)
    outside = (box[:, 0] < west) | (box[:, 1] < south) | (box[:, 2] > east) | (box[:, 3] > north)
    web = np.array([sites.inputs[i].datum.is_web for i in sites.input_of], dtype=bool)
    return SiteArrays(tuple(sites.frame.index), moved, area_m2(moved, crs), web, outside)


def check(
    sites: Sites,
    arrays: SiteArrays,
    rules: Sequence[Rule],
    constraints: Mapping[str, Constraints | None],
    *,
    unruled: Sequence[str],
    crs: CRS,
    lang: str,
) -> Decision:
    """Return every site decided by every rule.

    Parameters
    ----------
    sites, arrays
        The submitted sites, and the same in the topology CRS.
    rules
        The rules that apply: in force, in scope, for this project type and nature.
    constraints
        What is known of each role that a rule asks of; None for a role without a layer in force.
    unruled
        Roles that the scope names and no rule in force asks of.
    crs
        The topology CRS.
    lang
        Language of the reasons, ``zh`` or ``en``.
    """
    roles = sorted({rule.role for rule in rules}, key=_role_order)
    measured: dict[str, RoleMeasures] = {}
    findings: dict[str, list[list[Finding]]] = {}
    for role in roles:
        of_role = [rule for rule in rules if rule.role == role]
        known = constraints.get(role)
        if known is not None:
            measured[role] = _measure(arrays, known, of_role, crs)
        pairs = measured[role].pairs if role in measured else None
        decided = [find(rule, arrays, known, pairs) for rule in of_role]
        findings[role] = [
            [finding for one in decided for finding in one[site]] for site in range(len(arrays.ids))
        ]
    rows = [
        _site(sites, arrays, site, findings, measured, unruled, crs, lang)
        for site in range(len(arrays.ids))
    ]
    return Decision(
        rows,
        _sites_frame(sites, rows),
        _overlaps_frame(arrays, measured, findings, crs),
        _nearest_frame(arrays, measured, crs),
        _site_overlaps(arrays, crs),
    )


def _role_order(role: str) -> tuple[int, str]:
    known = list(ROLES)
    return (known.index(role) if role in ROLES else len(known), role)


def _measure(
    arrays: SiteArrays, constraints: Constraints, rules: Sequence[Rule], crs: CRS
) -> RoleMeasures:
    accuracy = constraints.accuracy_m.max(initial=0.0) + arrays.extra_m.max(initial=0.0)
    reach = max(rule.largest_distance_m for rule in rules) + float(accuracy)
    pairs = measure_pairs(arrays.geometry, arrays.area_m2, constraints, reach_m=reach)
    overlap = np.zeros(len(arrays.ids))
    real = ~pairs.is_sliver
    for site in np.unique(pairs.site[real]).tolist():
        pieces = pairs.piece[real & (pairs.site == site)]
        union = polygons_of(np.array([shapely.union_all(pieces)], dtype=object))
        whole = bool(covers(union, arrays.geometry[[site]])[0])
        area = arrays.area_m2[site] if whole else area_m2(union, crs)[0]
        overlap[site] = min(float(area), float(arrays.area_m2[site]))
    asked = np.arange(len(constraints))
    nearest, nearest_m = nearest_features(arrays.geometry, constraints, asked)
    return RoleMeasures(constraints, pairs, overlap, nearest, nearest_m)


def _site(
    sites: Sites,
    arrays: SiteArrays,
    site: int,
    findings: Mapping[str, list[list[Finding]]],
    measured: Mapping[str, RoleMeasures],
    unruled: Sequence[str],
    crs: CRS,
    lang: str,
) -> dict[str, Any]:  # a JSON row
    verdicts = {role: role_verdict(of_role[site]) for role, of_role in findings.items()}
    area = float(arrays.area_m2[site])
    roles = [
        role_row(role, verdict, findings[role][site], measured.get(role), site, area, lang)
        for role, verdict in verdicts.items()
    ]
    roles += [role_row(role, None, [], None, site, area, lang) for role in unruled]
    listed = [
        finding_row(finding, measured.get(role), lang)
        for role, of_role in findings.items()
        for finding in of_role[site]
    ]
    centre = to_geographic(shapely.centroid(arrays.geometry[[site]]), crs)[0]
    head = sites.frame.iloc[site]
    return site_row(
        arrays.ids[site], head, area, centre, site_verdict(verdicts, unruled), roles, listed
    )


def _sites_frame(sites: Sites, rows: list[dict[str, Any]]) -> GeoDataFrame:
    columns = ("name", "verdict", "complete", "area_m2", "area_ha", "area_mu")
    frame = GeoDataFrame(
        {column: [row[column] for row in rows] for column in columns},
        geometry=sites.frame.geometry.to_numpy(),
        index=list(sites.frame.index),
        crs=CGCS2000,
    )
    frame.index.name = "site_id"
    return frame


def _overlaps_frame(
    arrays: SiteArrays,
    measured: Mapping[str, RoleMeasures],
    findings: Mapping[str, list[list[Finding]]],
    crs: CRS,
) -> GeoDataFrame:
    rows: list[dict[str, Any]] = []  # one column each, then geometry
    pieces: list[Any] = []  # shapely geometries
    for role, known in measured.items():
        worst: dict[tuple[int, int], str] = {}
        for site, of_site in enumerate(findings[role]):
            for finding in of_site:
                if finding.feature is not None:
                    key = (site, finding.feature)
                    worst[key] = max(worst.get(key, "none"), finding.outcome, key=_RANK.__getitem__)
        pairs, held = known.pairs, known.constraints
        for row in np.flatnonzero(pairs.overlap_m2 > 0).tolist():
            site, feature = int(pairs.site[row]), int(pairs.feature[row])
            layer = held.layers[held.layer_of[feature]]
            rows.append(
                {
                    "site_id": arrays.ids[site],
                    "role": role,
                    "layer_id": layer.id,
                    "layer_version": layer.version,
                    "feature_id": str(held.feature_id[feature]),
                    "feature_name": str(held.feature_name[feature]),
                    "overlap_m2": round(float(pairs.overlap_m2[row]), 4),
                    "outcome": worst.get((site, feature), "none"),
                }
            )
            pieces.append(pairs.piece[row])
    columns = [
        "site_id", "role", "layer_id", "layer_version",
        "feature_id", "feature_name", "overlap_m2", "outcome",
    ]  # fmt: skip
    return _geographic_frame(rows, columns, pieces, crs)


def _nearest_frame(
    arrays: SiteArrays, measured: Mapping[str, RoleMeasures], crs: CRS
) -> GeoDataFrame:
    rows: list[dict[str, Any]] = []  # one column each, then geometry
    lines: list[Any] = []  # shapely geometries
    for role, known in measured.items():
        held = known.constraints
        apart = np.flatnonzero((known.nearest >= 0) & (known.nearest_m > 0))
        found = nearest_lines(arrays.geometry[apart], held.geometry[known.nearest[apart]])
        for site, line in zip(apart.tolist(), found, strict=True):
            feature = int(known.nearest[site])
            rows.append(
                {
                    "site_id": arrays.ids[site],
                    "role": role,
                    "layer_id": held.layers[held.layer_of[feature]].id,
                    "feature_id": str(held.feature_id[feature]),
                    "feature_name": str(held.feature_name[feature]),
                    "distance_m": round(float(known.nearest_m[site]), 3),
                }
            )
            lines.append(line)
    columns = ["site_id", "role", "layer_id", "feature_id", "feature_name", "distance_m"]
    return _geographic_frame(rows, columns, lines, crs)


def _geographic_frame(
    rows: list[dict[str, Any]], columns: list[str], shapes: list[Any], crs: CRS
) -> GeoDataFrame:
    geometry = np.empty(len(shapes), dtype=object)
    geometry[:] = shapes
    return GeoDataFrame(
        {column: [row[column] for row in rows] for column in columns},
        geometry=to_geographic(geometry, crs),
        crs=CGCS2000,
    )


def _site_overlaps(arrays: SiteArrays, crs: CRS) -> list[dict[str, Any]]:
    """Return every pair of sites of this check that overlap, with the area in m²."""
    first, second = shapely.STRtree(arrays.geometry).query(arrays.geometry, predicate="intersects")
    once = first < second
    first, second = first[once], second[once]
    piece = polygons_of(shapely.intersection(arrays.geometry[first], arrays.geometry[second]))
    area = area_m2(piece, crs)
    return [
        {
            "a": arrays.ids[first[i]],
            "b": arrays.ids[second[i]],
            "overlap_m2": round(float(area[i]), 4),
        }
        for i in np.lexsort((second, first)).tolist()
        if area[i] > 0
    ]
