"""What a reader of any format hands over, and the one way from there to sites."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from geopandas import GeoDataFrame
from pyproj.exceptions import ProjError

from geo_toolkit.boundary.extent import check_degrees, check_extent, coordinate_limit
from geo_toolkit.boundary.mending import Mend, check_polygons, mend
from geo_toolkit.boundary.sites import SITE_NAME_COLUMNS, InputFile, Repair, Sites
from geo_toolkit.boundary.stated_area import compare_stated
from geo_toolkit.errors import BoundaryError
from geo_toolkit.geodesy import (
    CGCS2000,
    area_m2,
    from_geographic,
    to_geographic,
    topology_crs,
    web_to_wgs84,
)

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from geo_toolkit.boundary.crs_basis import System

__all__ = ["Submission", "to_sites"]

MAX_FEATURES = 200_000
MAX_POINTS = 5_000_000


@dataclass(frozen=True)
class Submission:
    """Polygons as they stand in a file, with the ground for each property.

    Attributes
    ----------
    geometry
        Array of polygons in ``system.crs``, x east and y north, vertices as submitted.
    places
        Where each polygon stands in the file, for messages.
    attributes
        All submitted attributes of each polygon, as plain JSON values.
    stated_ha
        The area the file states for each polygon; NaN where it states none.
    closed
        Places of the rings that were open and have been closed.
    """

    path: Path
    format: str
    sha256: str
    system: System
    geometry: NDArray[np.object_]
    places: list[str]
    # the values are whatever the applicant submitted
    attributes: list[dict[str, Any]]
    stated_ha: NDArray[np.float64]
    encoding: str | None = None
    encoding_basis: str | None = None
    closed: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


def to_sites(submission: Submission) -> Sites:
    """Return the sites of a submission: mended, as CGCS2000 degrees, with their provenance.

    Raises
    ------
    BoundaryError
        If a polygon cannot be used without guessing.
    """
    _check_size(submission)
    file, places, system = submission.path.name, submission.places, submission.system
    in_degrees = system.crs.is_geographic
    check_polygons(submission.geometry, places, file=file, limit=np.finfo(float).max)
    if in_degrees:
        check_degrees(submission.geometry, places, system, file=file)
    limit = coordinate_limit(system.crs)
    check_polygons(submission.geometry, places, file=file, limit=limit)
    shapes, mends = mend(submission.geometry, places, file=file, in_degrees=in_degrees)
    lonlat = _to_cgcs2000(shapes, system, file)
    check_extent(shapes, lonlat, places, system, file=file)

    metric = topology_crs(tuple(shapely.total_bounds(lonlat)))
    computed = area_m2(from_geographic(lonlat, metric), metric)
    planar = computed if in_degrees else shapely.area(shapes)
    stated_ha, remarks = compare_stated(submission.stated_ha, computed, planar, places)
    frame = GeoDataFrame(
        {
            "name": [_name(attributes) for attributes in submission.attributes],
            "attributes": submission.attributes,
            "stated_area_ha": stated_ha,
        },
        geometry=lonlat,
        crs=CGCS2000,
        index=[f"{submission.path.stem}#{n}" for n in range(1, len(lonlat) + 1)],
    )
    return Sites(frame, (_input_file(submission, mends, remarks),), (0,) * len(frame))


def _input_file(submission: Submission, mends: list[Mend], remarks: list[str]) -> InputFile:
    """Return the provenance of a submission, with what was mended and what is worth saying."""
    system = submission.system
    closed = [Repair(place, "open ring closed") for place in submission.closed]
    return InputFile(
        path=submission.path,
        format=submission.format,
        encoding=submission.encoding,
        encoding_basis=submission.encoding_basis,
        crs=system.label,
        crs_basis=system.basis,
        datum=system.datum,
        features=len(submission.geometry),
        sha256=submission.sha256,
        repairs=(*closed, *_repairs(mends, system)),
        warnings=(*submission.warnings, *_datum_warnings(system), *remarks),
    )


def _check_size(submission: Submission) -> None:
    """Refuse a file with nothing in it, or with more than one check can hold."""
    file, count = submission.path.name, len(submission.geometry)
    if count == 0:
        raise BoundaryError(
            file, "", "at least one polygon", "no features", "submit the file with its boundary"
        )
    points = int(shapely.get_num_coordinates(submission.geometry).sum())
    if count > MAX_FEATURES or points > MAX_POINTS:
        raise BoundaryError(
            file, "", f"at most {MAX_FEATURES} features and {MAX_POINTS} points",
            f"{count} features and {points} points", "submit it in parts",
        )  # fmt: skip


def _to_cgcs2000(shapes: NDArray[np.object_], system: System, file: str) -> NDArray[np.object_]:
    """Return shapes as lon, lat in CGCS2000 degrees; WGS 84 is taken as equal."""
    try:
        lonlat = to_geographic(shapes, system.crs)
    except ProjError:
        raise BoundaryError(
            file, "", "a coordinate system that can be computed", f"{system.label} "
            f"({system.basis})", "correct its definition, or name the system by its code",
        ) from None  # fmt: skip
    if not system.datum.is_web:
        return lonlat

    def unshift(xy: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.column_stack(web_to_wgs84(xy[:, 0], xy[:, 1], system.datum))

    moved: NDArray[np.object_] = shapely.transform(lonlat, unshift)
    return moved


def _repairs(mends: list[Mend], system: System) -> list[Repair]:
    """Return the mends with the area each of them changed."""
    if not mends:
        return []
    pairs = np.array([[m.before, m.after] for m in mends], dtype=object)
    lonlat = to_geographic(pairs.ravel(), system.crs)
    metric = topology_crs(tuple(shapely.total_bounds(lonlat)))
    area = area_m2(from_geographic(lonlat, metric), metric).reshape(-1, 2)
    change = np.round(area[:, 1] - area[:, 0], 3) + 0.0
    return [Repair(m.place, m.what, float(c)) for m, c in zip(mends, change, strict=True)]


def _datum_warnings(system: System) -> list[str]:
    """Return what a reader of the result must know of a converted datum."""
    if not system.datum.is_web:
        return []
    name = {"gcj02": "GCJ-02", "bd09": "BD-09"}[system.datum]
    return [
        f"coordinates read as {name} and converted to WGS 84 by the public approximation: for "
        "screening only, no verdict from them is better than undetermined"
    ]


# the values are whatever the applicant submitted
def _name(attributes: dict[str, Any]) -> str:
    """Return the first name among the attributes, or an empty text."""
    for column in SITE_NAME_COLUMNS:
        value = attributes.get(column)
        if value is not None and str(value).strip():
            return str(value).strip()
    return ""
