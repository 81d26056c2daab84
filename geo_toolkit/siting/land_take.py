"""The land taken inside each site: matched to its site, and refused where it leaves it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import shapely

from geo_toolkit.errors import OptionError
from geo_toolkit.geodesy import area_m2, from_geographic
from geo_toolkit.siting.pairs import covers
from geo_toolkit.siting.shapes import polygons_of

if TYPE_CHECKING:
    from pyproj import CRS

    from geo_toolkit.boundary import Sites
    from geo_toolkit.siting.findings import SiteArrays

__all__ = ["with_land_take"]


def with_land_take(sites: Sites, arrays: SiteArrays, land: Sites, crs: CRS) -> SiteArrays:
    """Return the sites with the land taken in each of them.

    There is one plot a site, matched by name where the names of the plots are those of the
    sites, else by order.

    Parameters
    ----------
    sites, arrays
        The submitted sites, and the same in the topology CRS.
    land
        The plots of land taken, in CGCS2000 degrees.
    crs
        The topology CRS.

    Raises
    ------
    OptionError
        If the plots do not match the sites one to one, or a plot leaves its site.
    """
    file = land.inputs[0].file
    if len(land) != len(sites):
        raise OptionError(
            f"{file}: expected one plot of land taken a site, {len(sites)} in all, "
            f"got {len(land)}; submit one plot for each site"
        )
    order = _order(list(sites.frame["name"]), list(land.frame["name"]))
    taken = from_geographic(land.frame.geometry.to_numpy()[order], crs)
    bad = ~shapely.is_valid(taken)
    taken[bad] = polygons_of(shapely.make_valid(taken[bad]))
    inside = covers(arrays.geometry, taken)
    if not inside.all():
        row = int(np.flatnonzero(~inside)[0])
        left = shapely.area(shapely.difference(taken[row], arrays.geometry[row]))
        raise OptionError(
            f"{file} {land.frame.index[order[row]]}: expected land inside site {arrays.ids[row]}, "
            f"got {left:.2f} m² outside it; correct the plot or the site"
        )
    plots = replace(arrays, geometry=taken, area_m2=area_m2(taken, crs), lines=(), land=None)
    return replace(arrays, land=plots)


def _order(site_names: list[str], plot_names: list[str]) -> list[int]:
    """Return for each site the position of its plot."""
    by_name = {name: position for position, name in enumerate(plot_names)}
    named = all(site_names) and len(set(site_names)) == len(site_names)
    if named and set(by_name) == set(site_names):
        return [by_name[name] for name in site_names]
    return list(range(len(site_names)))
