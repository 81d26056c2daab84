"""Centrelines into corridors: parts joined in order, a strip of the full width, flat at the ends.

The strip is drawn in a transverse Mercator centred on the line, where widths are true on the
ground to some 1e-6; outer sides of bends are rounded, by chords within 0.2 % of the half width.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import shapely

from geo_toolkit.boundary.mending import check_finite, kind_name
from geo_toolkit.boundary.rings import slack
from geo_toolkit.boundary.words import Said, say
from geo_toolkit.errors import BoundaryError
from geo_toolkit.geodesy import from_geographic, to_geographic, topology_crs

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

__all__ = ["LINE_TYPES", "centrelines", "corridors"]

LINE_TYPES = (1, 2, 5)
_MERIDIAN_STEP_DEG = 0.1
_QUARTER_CHORDS = 16


def centrelines(
    geometry: NDArray[np.object_],
    places: Sequence[str],
    *,
    file: str,
    in_degrees: bool,
    limit: float,
) -> tuple[NDArray[np.object_], list[Said]]:
    """Return one line a feature, in the order of its points, and remarks on those joined.

    Parameters
    ----------
    geometry
        Lines in the file's own system.
    limit
        Largest number that a coordinate may have.

    Raises
    ------
    BoundaryError
        If a feature is no line, has no length, or is of parts that do not meet end to start.
    """
    kinds = shapely.get_type_id(geometry)
    empty = shapely.is_missing(geometry) | shapely.is_empty(geometry)
    wrong = np.flatnonzero(empty | ~np.isin(kinds, LINE_TYPES)).tolist()
    if wrong:
        came = "no geometry" if empty[wrong[0]] else kind_name(int(kinds[wrong[0]]))
        raise BoundaryError(
            file, places[wrong[0]], "a centreline, as --corridor-m says", came,
            "submit lines alone, or leave --corridor-m out for polygons",
        )  # fmt: skip
    check_finite(geometry, places, file=file, limit=limit)
    lines = shapely.force_2d(geometry)
    remarks = []
    for row in np.flatnonzero(kinds == 5).tolist():
        parts = shapely.get_parts(lines[row])
        lines[row] = _joined(parts, places[row], file, slack(in_degrees))
        if len(parts) > 1:
            remarks.append(say("joined", place=places[row], count=len(parts)))
    lines = shapely.remove_repeated_points(lines, 0.0)
    short = np.flatnonzero(~(shapely.length(lines) > 0)).tolist()
    if short:
        raise BoundaryError(
            file, places[short[0]], "a line with a length", "points in one place",
            "correct the line",
        )  # fmt: skip
    return lines, remarks


def corridors(lonlat: NDArray[np.object_], width_m: float) -> NDArray[np.object_]:
    """Return the strip of a full width around each line, in CGCS2000 degrees.

    Parameters
    ----------
    lonlat
        Lines in CGCS2000 degrees.
    width_m
        Full width in metres, half of it on each side; nothing is added beyond the two ends.

    Examples
    --------
    >>> line = shapely.from_wkt("LINESTRING (106.1 30.8, 106.1 30.81)")
    >>> strip = corridors(np.array([line]), 50.0)[0]
    >>> local = topology_crs((106.1, 30.8, 106.1, 30.81))
    >>> metric = from_geographic(np.array([line, strip]), local)
    >>> round(float(metric[1].area / metric[0].length), 6)
    50.0
    """
    bounds = shapely.bounds(lonlat)
    middle = (bounds[:, 0] + bounds[:, 2]) / 2
    steps = np.round(middle / _MERIDIAN_STEP_DEG).astype(int)
    strips = np.empty(len(lonlat), dtype=object)
    for step in np.unique(steps).tolist():
        here = steps == step
        central = step * _MERIDIAN_STEP_DEG
        local = topology_crs((central, 0.0, central, 0.0))
        metric = from_geographic(lonlat[here], local)
        wide = shapely.buffer(
            metric, width_m / 2, quad_segs=_QUARTER_CHORDS, cap_style="flat", join_style="round"
        )
        strips[here] = to_geographic(np.atleast_1d(wide), local)
    return strips


def _joined(parts: NDArray[np.object_], place: str, file: str, width: float) -> shapely.LineString:
    """Return the parts as one line; each begins where the one before it ends."""
    points = [shapely.get_coordinates(part) for part in parts]
    for n, (before, after) in enumerate(pairwise(points), start=2):
        if np.abs(before[-1] - after[0]).max() > width:
            gap = float(np.hypot(*(before[-1] - after[0])))
            raise BoundaryError(
                file, f"{place} part {n}", f"to begin where part {n - 1} ends",
                f"a gap of {gap:.6g} between them",
                "join the parts in the order of the chainage, or submit each as a line of its own",
            )  # fmt: skip
    return shapely.LineString(np.vstack([points[0], *(p[1:] for p in points[1:])]))
