"""Heights above ground against obstacle surfaces, by the elevations of the ground under a site."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import shapely

from geo_toolkit.geodesy import area_m2
from geo_toolkit.siting.obstacle_surfaces import lowest

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray
    from pyproj import CRS

    from geo_toolkit.siting.elevation import Cells
    from geo_toolkit.siting.findings import Finding, SiteArrays
    from geo_toolkit.siting.obstacle_surfaces import Runway

    Above = Callable[[SiteArrays, float, float], list[Finding]]

__all__ = ["found_by_band", "one_site", "permitted_height_m"]

MOST_BANDS = 24
"""Bands of elevation in which a site is compared; the more, the finer is a doubtful strip."""

_MOST_PIECES = 2000
_RANK = ("sliver", "undetermined", "borderline", "hit")


def one_site(sites: SiteArrays, site: int) -> SiteArrays:
    """Return one of some sites alone."""
    return replace(
        sites,
        ids=(sites.ids[site],),
        geometry=sites.geometry[site : site + 1],
        area_m2=sites.area_m2[site : site + 1],
        is_converted=sites.is_converted[site : site + 1],
        is_outside=sites.is_outside[site : site + 1],
        lines=(),
        land=None,
    )


def permitted_height_m(
    cells: Cells,
    runways: Sequence[Runway],
    elevation_m: NDArray[np.float64],
    *,
    grow_m: float,
    error_m: float,
) -> float | None:
    """Return the height above ground that is permitted all over a site; None where nothing is.

    None too where a part of the site has no elevation: its ground may be higher.

    Parameters
    ----------
    elevation_m
        Of each runway's aerodrome in the 1985 datum, as low as it may be.
    grow_m
        How far the runways and the site may lie from where they are drawn.
    error_m
        Bound on the error of the ground's elevations.
    """
    if cells.missing_share(cells.elevation_m) > 0:
        return None
    bands = cells.bands(_MOST_PIECES)
    pieces, ground = cells.shape, cells.elevation_m
    if len(pieces) > _MOST_PIECES:
        pieces = np.array([band.shape for band in bands], dtype=object)
        ground = np.array([band.highest_m for band in bands])
    if grow_m > 0:
        pieces = shapely.buffer(pieces, grow_m)
    top_m = lowest(runways, elevation_m, pieces).top_m
    least = float((top_m - ground).min(initial=np.inf)) - error_m
    return least if np.isfinite(least) else None


def found_by_band(
    sites: SiteArrays, cells: Cells, above: Above, *, height_m: float, error_m: float, crs: CRS
) -> list[Finding]:
    """Return the findings of one site for a height above its ground, one a runway.

    The site is taken apart in bands of elevation. What conflicts with the highest ground of a
    band may conflict; what conflicts with the lowest surely does, each by the model's error.

    Parameters
    ----------
    sites
        The site alone.
    above
        Gives the findings of a site for the highest and the lowest elevation its top may have.
    """
    merged: dict[int | None, Finding] = {}
    whole = float(sites.area_m2[0])
    for band in cells.bands(MOST_BANDS):
        shape = np.array([band.shape], dtype=object)
        part = replace(sites, geometry=shape, area_m2=area_m2(shape, crs))
        high, low = band.highest_m + height_m + error_m, band.lowest_m + height_m - error_m
        for finding in above(part, high, low):
            if finding.outcome == "sliver":
                continue
            before = merged.get(finding.feature)
            overlap = (finding.overlap_m2 or 0.0) + ((before.overlap_m2 or 0.0) if before else 0.0)
            worst = finding
            if before and _RANK.index(before.outcome) >= _RANK.index(finding.outcome):
                worst = before
            merged[finding.feature] = replace(
                worst,
                overlap_m2=min(whole, overlap),
                overlap_share=min(1.0, overlap / whole),
                suspected_boundary_error=False,
            )
    return list(merged.values())
