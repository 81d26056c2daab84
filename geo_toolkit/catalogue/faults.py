"""What a delivery gets wrong: every fault with its feature and place, none of them fatal here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame

from geo_toolkit.geodesy import CGCS2000

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shapely.geometry.base import BaseGeometry

__all__ = ["LayerFault", "fault_table", "place_of"]


@dataclass(frozen=True)
class LayerFault:
    """One fault of a delivery.

    Attributes
    ----------
    code
        A word for programs, such as ``key_duplicate``.
    level
        ``error`` stops the publication; ``gate`` stops it unless overridden with a reason;
        ``warning`` does not stop it.
    feature
        The feature's key, or "" where the whole table is meant.
    lon, lat
        Where it is, in CGCS2000 degrees; None where it has no place.
    """

    code: str
    level: str
    feature: str
    expected: str
    got: str
    remedy: str
    lon: float | None = None
    lat: float | None = None

    def __str__(self) -> str:
        """Return the fault as one line: where, expected, got, what to do."""
        where = f"feature {self.feature}" if self.feature else "the table"
        if self.lon is not None and self.lat is not None:
            where += f" near {self.lon:.6f}, {self.lat:.6f}"
        return f"{where}: expected {self.expected}, got {self.got}; {self.remedy}"

    def as_row(self) -> dict[str, Any]:  # JSON values
        """Return the fault as a row of the report."""
        return {
            "code": self.code,
            "level": self.level,
            "feature": self.feature,
            "lon": self.lon,
            "lat": self.lat,
            "expected": self.expected,
            "got": self.got,
            "remedy": self.remedy,
        }


def place_of(shape: BaseGeometry | None) -> tuple[float | None, float | None]:
    """Return longitude and latitude of a point of a shape, rounded to 0.1 m; None without any."""
    if shape is None or shape.is_empty:
        return (None, None)
    xy = shapely.get_coordinates(shape)
    good = xy[np.isfinite(xy).all(axis=1)]
    if not len(good):
        return (None, None)
    return (round(float(good[0, 0]), 6), round(float(good[0, 1]), 6))


def fault_table(faults: Sequence[LayerFault]) -> GeoDataFrame:
    """Return faults as a frame of points in EPSG:4490, empty points where there is no place."""
    rows = [fault.as_row() for fault in faults]
    points = [
        shapely.Point() if f.lon is None or f.lat is None else shapely.Point(f.lon, f.lat)
        for f in faults
    ]
    columns = ["code", "level", "feature", "lon", "lat", "expected", "got", "remedy"]
    return GeoDataFrame(pd.DataFrame(rows, columns=columns), geometry=points, crs=CGCS2000)
