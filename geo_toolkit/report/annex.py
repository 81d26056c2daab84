"""The annex: boundary points in the zone's metres and in degrees."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

from geo_toolkit.geodesy import from_geographic
from geo_toolkit.report.blocks import Column, Paragraph, Row, Table
from geo_toolkit.report.phrases import phrase
from geo_toolkit.report.text import literal
from geo_toolkit.report.zones import zone_crs, zone_title

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Protocol

    from pyproj import CRS
    from shapely.geometry.base import BaseGeometry

    from geo_toolkit.report.blocks import Block
    from geo_toolkit.siting import CheckResult

    class Captions(Protocol):
        """What numbers the tables of a report."""

        def caption(self, key: str, **words: str) -> str:
            """Return the next caption."""


__all__ = ["MOST_POINTS", "points_blocks"]

MOST_POINTS = 1_500
"""Boundary points of one check that a report prints."""


def points_blocks(result: CheckResult, site_ids: Sequence[str], captions: Captions) -> list[Block]:
    """Return a table of boundary points a site, in the zone of its own centre.

    X points north and Y east with the zone in front, as surveyors write them.
    """
    lang = result.lang
    shapes = result.sites.geometry
    total = int(shapely.get_num_coordinates(shapes.to_numpy()).sum())
    if total > MOST_POINTS:
        return [Paragraph(phrase("points_more", lang, total=total))]
    columns = (
        Column(phrase("c_ring", lang), 12, "center"),
        Column(phrase("c_point", lang), 14, "center"),
        Column(phrase("c_x", lang), 32, "right"),
        Column(phrase("c_y", lang), 34, "right"),
        Column(phrase("c_lat", lang), 33, "right"),
        Column(phrase("c_lon", lang), 35, "right"),
    )
    blocks: list[Block] = []
    for site_id in site_ids:
        geometry = shapes.loc[site_id]
        crs = zone_crs(geometry.centroid.x)
        name = ""
        if len(result.sites) > 1:
            name = literal(result.sites.loc[site_id]["name"] or site_id, lang, limit=24)
            name = f" ({name})" if lang == "en" else f"{name}　"
        note = phrase("points_note", lang, system=zone_title(crs, lang))
        blocks.append(
            Table(captions.caption("t_points", site=name), columns, _rows(geometry, crs), note)
        )
    return blocks


def _rows(geometry: BaseGeometry, crs: CRS) -> tuple[Row, ...]:
    """Return one row a point, in the order submitted; the last point of a ring is its first."""
    rows: list[Row] = []
    for polygon in shapely.get_parts(geometry):
        for number, ring in enumerate(shapely.get_rings(polygon), start=1):
            metres = from_geographic(np.array([ring], dtype=object), crs)[0]
            degrees, xy = shapely.get_coordinates(ring), shapely.get_coordinates(metres)
            for (lon, lat), (east, north) in zip(degrees[:-1], xy[:-1], strict=True):
                plane = (f"{north:.3f}", f"{east:.3f}")
                place = f"J{len(rows) + 1}"
                rows.append(Row((str(number), place, *plane, f"{lat:.9f}", f"{lon:.9f}")))
    return tuple(rows)
