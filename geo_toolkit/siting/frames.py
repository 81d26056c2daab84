"""The geometries behind a decided check, as frames in CGCS2000 degrees."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from geopandas import GeoDataFrame

from geo_toolkit.geodesy import CGCS2000, area_m2, nearest_lines, to_geographic
from geo_toolkit.siting.clipping import clipped_near
from geo_toolkit.siting.shapes import polygons_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pyproj import CRS

    from geo_toolkit.boundary import Sites
    from geo_toolkit.siting.findings import Finding, SiteArrays
    from geo_toolkit.siting.pairs import RoleMeasures
    from geo_toolkit.siting.secrecy import Withheld

__all__ = ["nearest_frame", "overlaps_frame", "site_overlaps", "sites_frame"]

_RANK = {"none": 0, "clear": 0, "sliver": 1, "undetermined": 2, "borderline": 3, "hit": 4}


def _open_rows(frame: GeoDataFrame, withheld: Withheld) -> GeoDataFrame:
    """Return the rows of layers that are not withheld."""
    return frame[~frame["layer_id"].isin(withheld.layers)].reset_index(drop=True)


def sites_frame(sites: Sites, rows: list[dict[str, Any]]) -> GeoDataFrame:
    """Return the submitted outlines with the verdict and areas of each."""
    columns = ("name", "verdict", "complete", "area_m2", "area_ha", "area_mu")
    frame = GeoDataFrame(
        {column: [row[column] for row in rows] for column in columns},
        geometry=sites.frame.geometry.to_numpy(),
        index=list(sites.frame.index),
        crs=CGCS2000,
    )
    frame.index.name = "site_id"
    return frame


def overlaps_frame(
    arrays: SiteArrays,
    measured: Mapping[str, RoleMeasures],
    findings: Mapping[str, list[list[Finding]]],
    crs: CRS,
    withheld: Withheld,
) -> GeoDataFrame:
    """Return every overlap of a site with a feature of a layer that is not withheld."""
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
    return _open_rows(_geographic_frame(rows, columns, pieces, crs), withheld)


def nearest_frame(
    arrays: SiteArrays, measured: Mapping[str, RoleMeasures], crs: CRS, withheld: Withheld
) -> GeoDataFrame:
    """Return the shortest line from each site to the nearest feature of a role it does not meet.

    Layers that are withheld are left out.
    """
    rows: list[dict[str, Any]] = []  # one column each, then geometry
    lines: list[Any] = []  # shapely geometries
    for role, known in measured.items():
        held = known.constraints
        apart = np.flatnonzero((known.nearest >= 0) & (known.nearest_m > 0))
        near = clipped_near(
            held.geometry[known.nearest[apart]],
            arrays.geometry[apart],
            margin_m=known.nearest_m[apart] * 1.01,
        )
        found = nearest_lines(arrays.geometry[apart], near)
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
    return _open_rows(_geographic_frame(rows, columns, lines, crs), withheld)


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


def site_overlaps(arrays: SiteArrays, crs: CRS) -> list[dict[str, Any]]:
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
