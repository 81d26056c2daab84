"""What a reader of any format hands over, and the one way from there to sites."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from geopandas import GeoDataFrame
from pyproj.exceptions import ProjError

from geo_toolkit.boundary.corridor import centrelines, corridors
from geo_toolkit.boundary.crs_basis import LOCAL_NAMES
from geo_toolkit.boundary.extent import check_degrees, check_extent, coordinate_limit
from geo_toolkit.boundary.mending import Mend, check_polygons, mend
from geo_toolkit.boundary.options import ReadOptions
from geo_toolkit.boundary.sites import SITE_NAME_COLUMNS, InputFile, Repair, Sites
from geo_toolkit.boundary.stated_area import compare_stated
from geo_toolkit.boundary.words import say
from geo_toolkit.errors import BoundaryError, OptionError
from geo_toolkit.geodesy import (
    CGCS2000,
    area_m2,
    from_geographic,
    to_geographic,
    topology_crs,
    web_to_wgs84,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from geo_toolkit.boundary.crs_basis import System
    from geo_toolkit.boundary.numbering import PointNumber

__all__ = ["Submission", "repairs_of", "to_sites"]

MAX_FEATURES = 200_000
MAX_POINTS = 2_000_000


@dataclass(frozen=True)
class Submission:
    """Polygons or lines as they stand in a file, with the ground for each property.

    Attributes
    ----------
    geometry
        Array of geometries in ``system.crs``, x east and y north, vertices as submitted.
    places
        Where each geometry stands in the file, for messages.
    attributes
        All submitted attributes of each geometry, as plain JSON values.
    stated_ha
        The area the file states for each polygon; NaN where it states none.
    closed
        Places of the rings that were open and have been closed.
    header
        Keys and values at the head of the file, as written.
    point_numbers
        Gives the points of a row with their numbers, where the file numbers them.
    """

    path: Path
    format: str
    sha256: str
    system: System
    geometry: NDArray[np.object_]
    places: Sequence[str]
    # the values are whatever the applicant submitted
    attributes: list[dict[str, Any]]
    stated_ha: NDArray[np.float64]
    encoding: str | None = None
    encoding_basis: str | None = None
    closed: Sequence[str] = ()
    warnings: Sequence[str] = ()
    header: tuple[tuple[str, str], ...] = ()
    point_numbers: Callable[[int], Sequence[PointNumber]] | None = None


def to_sites(submission: Submission, options: ReadOptions | None = None) -> Sites:
    """Return the sites of a submission: mended, as CGCS2000 degrees, with their provenance.

    With ``options.corridor_m`` the submission is of centrelines, and the sites are corridors.

    Raises
    ------
    BoundaryError
        If a geometry cannot be used without guessing.
    OptionError
        If local parameters are given for a file that needs none.
    """
    options = options or ReadOptions()
    _check_size(submission)
    _refuse_needless_parameters(submission, options)
    if options.corridor_m is not None:
        return _corridor_sites(submission, options, options.corridor_m)
    file, places, system = submission.path.name, submission.places, submission.system
    in_degrees = system.crs.is_geographic
    if in_degrees:
        check_polygons(submission.geometry, places, file=file, limit=np.finfo(float).max)
        check_degrees(submission.geometry, places, system, file=file)
    limit = coordinate_limit(system.crs)
    check_polygons(submission.geometry, places, file=file, limit=limit)
    shapes, mends = mend(submission.geometry, places, file=file, in_degrees=in_degrees)
    lonlat = _to_cgcs2000(shapes, system, file, options)
    check_extent(shapes, lonlat, places, system, file=file)
    if mends:  # a vertex that a mend took away must have been a place too
        before = np.array([one.before for one in mends], dtype=object)
        before_lonlat = _to_cgcs2000(before, system, file, options)
        check_extent(before, before_lonlat, [m.place for m in mends], system, file=file)

    planar = partial(_zone_areas_m2, lonlat) if in_degrees else partial(_areas_m2, shapes)
    ellipsoidal = partial(_ellipsoidal_areas_m2, lonlat)
    stated_ha, remarks = compare_stated(submission.stated_ha, planar, ellipsoidal, places)
    source = _input_file(submission, mends, remarks, options)
    return Sites(_frame(submission, lonlat, stated_ha), (source,), (0,) * len(lonlat))


def _areas_m2(shapes: NDArray[np.object_], rows: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the area of some shapes on the plane they are in."""
    areas: NDArray[np.float64] = shapely.area(shapes[rows])
    return areas


def _ellipsoidal_areas_m2(
    lonlat: NDArray[np.object_], rows: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Return the area of some shapes on the ellipsoid."""
    some = lonlat[rows]
    metric = topology_crs(tuple(shapely.total_bounds(some)))
    return area_m2(from_geographic(some, metric), metric)


def _zone_areas_m2(lonlat: NDArray[np.object_], rows: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the area of some shapes on the plane of their 3-degree Gauss-Krüger zone.

    A survey states that area, also where it hands over degrees.
    """
    lonlat = lonlat[rows]
    areas = np.zeros(len(lonlat))
    bounds = shapely.bounds(lonlat)
    zones = np.round((bounds[:, 0] + bounds[:, 2]) / 6).astype(int)
    for zone in np.unique(zones).tolist():
        here = zones == zone
        plane = topology_crs((3.0 * zone, 0.0, 3.0 * zone, 0.0))
        areas[here] = shapely.area(from_geographic(lonlat[here], plane))
    return areas


def _corridor_sites(submission: Submission, options: ReadOptions, width_m: float) -> Sites:
    """Return the corridors of centrelines, and the lines as lon, lat beside them."""
    file, places, system = submission.path.name, submission.places, submission.system
    limit = coordinate_limit(system.crs)
    lines, remarks = centrelines(
        submission.geometry, places, file=file, in_degrees=system.crs.is_geographic, limit=limit
    )
    if system.crs.is_geographic:
        check_degrees(lines, places, system, file=file)
    lonlat = _to_cgcs2000(lines, system, file, options)
    check_extent(lines, lonlat, places, system, file=file)
    strips = corridors(lonlat, width_m)
    frame = _frame(submission, strips, np.full(len(strips), np.nan))
    source = _input_file(submission, [], remarks, options)
    return Sites(frame, (source,), (0,) * len(frame), tuple(lonlat))


def _frame(
    submission: Submission, lonlat: NDArray[np.object_], stated_ha: NDArray[np.float64]
) -> GeoDataFrame:
    """Return the frame that ``Sites`` holds."""
    stem = submission.path.stem
    return GeoDataFrame(
        {
            "name": _names(submission.attributes),
            "attributes": submission.attributes,
            "stated_area_ha": stated_ha,
        },
        geometry=lonlat,
        crs=CGCS2000,
        index=[f"{stem}#{n}" for n in range(1, len(lonlat) + 1)],
    )


def _input_file(
    submission: Submission, mends: list[Mend], remarks: Sequence[str], options: ReadOptions
) -> InputFile:
    """Return the provenance of a submission, with what was mended and what is worth saying."""
    system = submission.system
    closed = [Repair(place, say("closed")) for place in submission.closed]
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
        repairs=(*closed, *repairs_of(mends, system)),
        warnings=(*submission.warnings, *_datum_warnings(system, options), *remarks),
        corridor_m=options.corridor_m,
        header=submission.header,
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


def _refuse_needless_parameters(submission: Submission, options: ReadOptions) -> None:
    """Refuse local parameters for a file whose datum needs none."""
    parameters, datum = options.datum_params, submission.system.datum
    if parameters is not None and not datum.needs_parameters:
        raise OptionError(
            f"{submission.path.name}: expected no --datum-params, since its datum is {datum}, got "
            f"--datum-params {parameters.file}; leave --datum-params out"
        )


def _to_cgcs2000(
    shapes: NDArray[np.object_], system: System, file: str, options: ReadOptions
) -> NDArray[np.object_]:
    """Return shapes as lon, lat in CGCS2000 degrees; WGS 84 is taken as equal."""
    try:
        lonlat = to_geographic(shapes, system.crs)
    except ProjError:
        raise BoundaryError(
            file, "", "a coordinate system that can be computed", f"{system.label} "
            f"({system.basis})", "correct its definition, or name the system by its code",
        ) from None  # fmt: skip
    if system.datum.needs_parameters and options.datum_params is not None:
        return options.datum_params.to_cgcs2000(lonlat, file=file)
    if not system.datum.is_web:
        return lonlat

    def unshift(xy: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.column_stack(web_to_wgs84(xy[:, 0], xy[:, 1], system.datum))

    moved: NDArray[np.object_] = shapely.transform(lonlat, unshift)
    return moved


def repairs_of(mends: list[Mend], system: System) -> list[Repair]:
    """Return the mends with the area each of them changed."""
    if not mends:
        return []
    pairs = np.array([[m.before, m.after] for m in mends], dtype=object)
    lonlat = to_geographic(pairs.ravel(), system.crs)
    metric = topology_crs(tuple(shapely.total_bounds(lonlat)))
    area = area_m2(from_geographic(lonlat, metric), metric).reshape(-1, 2)
    change = np.round(area[:, 1] - area[:, 0], 3) + 0.0
    return [Repair(m.place, m.what, float(c)) for m, c in zip(mends, change, strict=True)]


def _datum_warnings(system: System, options: ReadOptions) -> list[str]:
    """Return what a reader of the result must know of a converted datum."""
    if system.datum.is_web:
        return [say("web_datum", name={"gcj02": "GCJ-02", "bd09": "BD-09"}[system.datum])]
    parameters = options.datum_params
    if parameters is None:
        return []
    name, count = LOCAL_NAMES[system.datum], len(parameters.values)
    said: list[str] = [say("local_datum", name=name, count=count, file=parameters.file)]
    if parameters.accuracy_m is not None:
        said.append(say("local_accuracy", accuracy=parameters.accuracy_m))
    return said


# the values are whatever the applicant submitted
def _names(rows: list[dict[str, Any]]) -> list[str]:
    """Return the first name among the attributes of each site, or an empty text."""
    present = set[str]().union(*{tuple(row) for row in rows})
    known = [column for column in SITE_NAME_COLUMNS if column in present]
    names = []
    for row in rows:
        for column in known:
            value = row.get(column)
            if value is not None and (name := str(value).strip()):
                names.append(name)
                break
        else:
            names.append("")
    return names
