"""Ground elevation and slope over a site, from the cells of an elevation model.

Each cell counts with the part of it that lies in the site. Slope is Horn's: the weighted
differences over the eight neighbours, taken of the positions of the cells' centres as well, so
that the gradient is per metre of the topology CRS whatever grid the model is on, and a plane has
its slope exactly.

Source
------
Horn, B. K. P. (1981): Hill shading and the reflectance map. Proceedings of the IEEE 69 (1).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import shapely

from geo_toolkit.siting.shapes import TOLERANCE_M, polygons_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray
    from pyproj import CRS
    from shapely.geometry.base import BaseGeometry

    from geo_toolkit.boundary import Sites
    from geo_toolkit.boundary.elevation import ElevationModel, ElevationWindow

__all__ = ["Band", "Cells", "Relief", "Terrain", "horn_slope_percent"]

MISSING_SHARE = 1e-6
"""Of a site's area; less than this without data is rounding."""


@dataclass(frozen=True)
class Relief:
    """The ground over one site, in metres of the 1985 datum.

    Attributes
    ----------
    error_m
        Bound on the error of the elevations.
    missing_share
        Share of the site's area without an elevation, 0 to 1.
    """

    lowest_m: float
    highest_m: float
    mean_m: float
    error_m: float
    missing_share: float


@dataclass(frozen=True)
class Band:
    """A part of a site whose ground lies between two elevations."""

    shape: BaseGeometry
    lowest_m: float
    highest_m: float


@dataclass(frozen=True)
class Cells:
    """The cells of an elevation model in one site, each clipped to it; arrays run along them.

    Attributes
    ----------
    shape, area_m2
        What of the cell lies in the site, in the topology CRS.
    elevation_m, slope_percent
        NaN where the model has no data for it.
    site_area_m2
        Area of the site in the same CRS.
    """

    shape: NDArray[np.object_]
    area_m2: NDArray[np.float64]
    elevation_m: NDArray[np.float64]
    slope_percent: NDArray[np.float64]
    site_area_m2: float

    def missing_share(self, values: NDArray[np.float64]) -> float:
        """Return the share of the site for which some values are not known."""
        known = float(self.area_m2[~np.isnan(values)].sum())
        share = 1.0 - known / self.site_area_m2
        return share if share > MISSING_SHARE else 0.0

    def mean(self, values: NDArray[np.float64]) -> float:
        """Return the mean of values by area; NaN without any."""
        known = ~np.isnan(values)
        if not known.any():
            return float("nan")
        return float(np.average(values[known], weights=self.area_m2[known]))

    def relief(self, error_m: float) -> Relief | None:
        """Return the ground over the site; None without any data."""
        known = self.elevation_m[~np.isnan(self.elevation_m)]
        if not len(known):
            return None
        return Relief(
            float(known.min()),
            float(known.max()),
            self.mean(self.elevation_m),
            error_m,
            self.missing_share(self.elevation_m),
        )

    def bands(self, most: int) -> list[Band]:
        """Return the site in at most so many bands of elevation, without what has no data."""
        known = np.flatnonzero(~np.isnan(self.elevation_m))
        heights = self.elevation_m[known]
        if not len(known):
            return []
        levels = np.unique(heights)
        edges = levels if len(levels) <= most else np.linspace(levels[0], levels[-1], most + 1)[:-1]
        of = np.searchsorted(edges, heights, side="right") - 1
        bands = []
        for band in np.unique(of).tolist():
            rows = known[of == band]
            part = polygons_of(np.array([shapely.union_all(self.shape[rows])], dtype=object))[0]
            high = heights[of == band]
            bands.append(Band(part, float(high.min()), float(high.max())))
        return bands


@dataclass(frozen=True)
class Terrain:
    """An elevation model as one check needs it: what lies around each of its sites.

    Attributes
    ----------
    error_m
        Bound on the error of an elevation in the 1985 datum.
    windows
        By the id of the site; a site apart from the model has none.
    """

    file: str
    error_m: float
    windows: Mapping[str, ElevationWindow]
    _cells: dict[tuple[str, bytes], Cells] = field(default_factory=dict, repr=False)

    @classmethod
    def around(cls, sites: Sites, model: ElevationModel, crs: CRS) -> Terrain:
        """Return the terrain around submitted sites.

        Parameters
        ----------
        crs
            The topology CRS.
        """
        windows = {}
        for site_id, shape in zip(sites.frame.index, sites.frame.geometry, strict=True):
            window = model.around(shape, crs)
            if window is not None:
                windows[str(site_id)] = window
        return cls(model.path.name, model.error_m, windows)

    def cells(self, site_id: str, site: BaseGeometry) -> Cells:
        """Return the cells in a site, or in a proposal for it, which may leave what was read."""
        key = (site_id, shapely.to_wkb(site))
        if key not in self._cells:
            window = self.windows.get(site_id)
            self._cells[key] = _no_cells(site) if window is None else _cells(window, site)
        return self._cells[key]


def horn_slope_percent(
    values_m: NDArray[np.float64], centre: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the slope of each cell in percent; NaN where one of the nine values is not known.

    Parameters
    ----------
    values_m
        Elevations, rows by columns.
    centre
        Position of each centre in a metric CRS, rows by columns by 2.

    Examples
    --------
    >>> x, y = np.meshgrid(np.arange(4) * 10.0, np.arange(4) * -10.0)
    >>> slope = horn_slope_percent(0.09 * x - 0.12 * y, np.dstack([x, y]))
    >>> float(slope[1, 1].round(9)), bool(np.isnan(slope[0, 0]))
    (15.0, True)
    """
    slope = np.full(values_m.shape, np.nan)
    if min(values_m.shape) < 3:
        return slope
    z_col, z_row = _differences(values_m)
    x_col, x_row = _differences(centre[:, :, 0])
    y_col, y_row = _differences(centre[:, :, 1])
    turned = x_col * y_row - y_col * x_row
    east = (z_col * y_row - z_row * y_col) / turned
    north = (x_col * z_row - x_row * z_col) / turned
    own = ~np.isnan(values_m[1:-1, 1:-1])  # its own value has no weight, and has to be there
    slope[1:-1, 1:-1] = np.where(own, 100.0 * np.hypot(east, north), np.nan)
    return slope


def _differences(
    values: NDArray[np.float64],
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return Horn's differences along the columns and the rows, for all cells but the rim."""
    across = values[:-2] + 2 * values[1:-1] + values[2:]
    along = values[:, :-2] + 2 * values[:, 1:-1] + values[:, 2:]
    return (across[:, 2:] - across[:, :-2]) / 8, (along[2:] - along[:-2]) / 8


def _cells(window: ElevationWindow, site: BaseGeometry) -> Cells:
    corner = window.corner
    rings = np.stack(
        [corner[:-1, :-1], corner[:-1, 1:], corner[1:, 1:], corner[1:, :-1], corner[:-1, :-1]],
        axis=2,
    ).reshape(-1, 5, 2)
    squares: NDArray[np.object_] = np.asarray(shapely.polygons(rings), dtype=object)
    own = shapely.from_wkb(shapely.to_wkb(site))  # prepared, so not shared between threads
    shapely.prepare(own)
    met = np.flatnonzero(shapely.intersects(own, squares))
    shape = squares[met]
    rim = ~shapely.contains_properly(own, shape)
    shape[rim] = polygons_of(shapely.intersection(shape[rim], site))
    area = shapely.area(shape)
    # what a cell shares with the site within the millimetre of its edges is no ground of the site
    kept = area > TOLERANCE_M * np.sqrt(shapely.area(squares[met]))
    slope = horn_slope_percent(window.values_m, window.centre)
    return Cells(
        shape[kept],
        area[kept],
        window.values_m.ravel()[met[kept]],
        slope.ravel()[met[kept]],
        float(site.area - area[~kept].sum()),
    )


def _no_cells(site: BaseGeometry) -> Cells:
    nothing = np.empty(0)
    return Cells(np.empty(0, dtype=object), nothing, nothing, nothing, float(site.area))
