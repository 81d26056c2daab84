"""The checks that polygons and lines of every format pass, one at a time where one fails."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from pyproj.exceptions import ProjError

from geo_toolkit.boundary.corridor import centrelines
from geo_toolkit.boundary.extent import check_degrees, check_extent, coordinate_limit
from geo_toolkit.boundary.faults import Fault
from geo_toolkit.boundary.mending import check_polygons, mend
from geo_toolkit.boundary.sites import Repair
from geo_toolkit.boundary.submission import repairs_of
from geo_toolkit.errors import BoundaryError, GeoToolkitError
from geo_toolkit.geodesy import to_geographic

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from geo_toolkit.boundary.crs_basis import System
    from geo_toolkit.boundary.faults import Faults

    Check = Callable[[NDArray[np.object_], list[str]], object]

__all__ = ["inspect_lines", "inspect_shapes"]


def inspect_shapes(
    shapes: NDArray[np.object_],
    places: list[str],
    system: System | None,
    faults: Faults,
    *,
    file: str,
    in_degrees: bool,
) -> None:
    """Note what is wrong with each polygon, and what would be mended in it.

    Parameters
    ----------
    system
        The system of the coordinates, or None where nothing settles it: then only what does not
        depend on it is looked at.
    """
    kept = np.arange(len(shapes))

    def each(check: Check, rows: NDArray[np.int64]) -> NDArray[np.int64]:
        good = _passing(check, shapes, places, rows, faults)
        return np.array(good, dtype=np.int64)

    def numbers(some: NDArray[np.object_], where: list[str]) -> None:
        check_polygons(some, where, file=file, limit=np.finfo(float).max)
        if system is not None and in_degrees:
            check_degrees(some, where, system, file=file)
        if system is not None:
            check_polygons(some, where, file=file, limit=coordinate_limit(system.crs))

    def outline(some: NDArray[np.object_], where: list[str]) -> None:
        mend(some, where, file=file, in_degrees=in_degrees)

    def extent(some: NDArray[np.object_], where: list[str]) -> None:
        if system is not None:
            check_extent(some, _lonlat(some, system, file), where, system, file=file)

    kept = each(numbers, kept)
    sound = each(outline, kept)
    sound = np.intersect1d(sound, each(extent, kept))
    if not len(sound):
        return
    _, mends = mend(shapes[sound], [places[i] for i in sound], file=file, in_degrees=in_degrees)
    repairs = (
        [Repair(one.place, one.what) for one in mends]
        if system is None
        else repairs_of(mends, system)
    )
    for repair in repairs:
        faults.add(Fault.of_repair(repair))


def inspect_lines(
    shapes: NDArray[np.object_],
    places: list[str],
    system: System | None,
    faults: Faults,
    *,
    file: str,
    in_degrees: bool,
) -> None:
    """Note what is wrong with each centreline, and which were joined from parts.

    Parameters
    ----------
    system
        As of ``inspect_shapes``.
    """
    limit = np.finfo(float).max if system is None else coordinate_limit(system.crs)

    def line(some: NDArray[np.object_], where: list[str]) -> None:
        lines, _ = centrelines(some, where, file=file, in_degrees=in_degrees, limit=limit)
        if system is not None and in_degrees:
            check_degrees(lines, where, system, file=file)
        if system is not None:
            check_extent(lines, _lonlat(lines, system, file), where, system, file=file)

    sound = _passing(line, shapes, places, np.arange(len(shapes)), faults)
    if sound:
        _, remarks = centrelines(
            shapes[sound], [places[i] for i in sound],
            file=file, in_degrees=in_degrees, limit=limit,
        )  # fmt: skip
        for remark in remarks:
            faults.add(Fault.of_remark(remark))


def _lonlat(shapes: NDArray[np.object_], system: System, file: str) -> NDArray[np.object_]:
    try:
        return to_geographic(shapes, system.crs)
    except ProjError:
        raise BoundaryError(
            file, "", "a coordinate system that can be computed", f"{system.label} "
            f"({system.basis})", "correct its definition, or name the system by its code",
        ) from None  # fmt: skip


def _passing(
    check: Check,
    shapes: NDArray[np.object_],
    places: list[str],
    rows: NDArray[np.int64],
    faults: Faults,
) -> list[int]:
    """Return the rows that pass; halves are tried until the rows that do not stand alone."""
    good: list[int] = []
    waiting = [rows.tolist()]
    while waiting and not faults.is_full:
        some = waiting.pop()
        if not some:
            continue
        try:
            check(shapes[some], [places[i] for i in some])
        except GeoToolkitError as error:
            if len(some) == 1:
                faults.add(Fault.of_error(error))
            else:
                middle = len(some) // 2
                waiting += [some[middle:], some[:middle]]
        else:
            good += some
    return sorted(good)
