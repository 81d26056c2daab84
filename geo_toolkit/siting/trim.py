"""What is left of a site when all that is in conflict is cut off."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

from geo_toolkit.siting.keep_out import OWN_DISTANCE, keep_out
from geo_toolkit.siting.shapes import SLIVER_AREA_M2, SLIVER_WIDTH_M, mean_width_m, polygons_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from shapely.geometry.base import BaseGeometry

    from geo_toolkit.siting.keep_out import Ground

__all__ = ["trimmed"]


def trimmed(
    site: BaseGeometry,
    conflicts: Iterable[tuple[Ground, int | None, str | None]],
    *,
    extra_m: float = 0.0,
) -> BaseGeometry:
    """Return the largest part of a site that is clear of some features; empty where none is.

    Parts under 1 m² or under 10 mm in mean width are left out: they are no land to build on.

    Parameters
    ----------
    site
        Polygon in the constraints' CRS.
    conflicts
        Each a rule, the feature that it hits, None for ``not_within``, whose features count
        together, and the finding's class of area, None where the site lies in none.
    extra_m
        What the site's own datum adds to the inaccuracy.
    """
    x0, y0, x1, y1 = shapely.bounds(site).tolist()
    window = (x0 - 1.0, y0 - 1.0, x1 + 1.0, y1 + 1.0)
    areas = [
        keep_out(
            ground,
            ground.rows_of(feature),
            window,
            extra_m=extra_m,
            area_class=area_class or OWN_DISTANCE,
        )
        for ground, feature, area_class in conflicts
    ]
    left = shapely.difference(site, shapely.union_all(areas))
    parts = shapely.get_parts(polygons_of(np.array([left], dtype=object)))
    area = shapely.area(parts)
    real = (area >= SLIVER_AREA_M2) & (mean_width_m(area, parts) >= SLIVER_WIDTH_M)
    kept: list[shapely.Polygon] = parts[real].tolist()
    if not kept:
        return shapely.Polygon()
    return kept[0] if len(kept) == 1 else shapely.MultiPolygon(kept)
