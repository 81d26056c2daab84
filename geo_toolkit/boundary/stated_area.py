"""The area a submission states, against the area of its coordinates."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from geo_toolkit.boundary.words import say

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    Areas = Callable[[NDArray[np.int64]], NDArray[np.float64]]

__all__ = ["compare_stated"]

_HA_M2 = 10_000.0
_MU_M2 = 2000.0 / 3.0
_SHARE = 1e-4
_LEAST_M2 = 1.0
_UNIT_SHARE = 0.01
_OTHER_UNITS = (("unit_m2", 1.0), ("unit_mu", _MU_M2))


def compare_stated(
    stated_ha: NDArray[np.float64],
    planar_m2: Areas,
    ellipsoidal_m2: Areas,
    places: Sequence[str],
) -> tuple[NDArray[np.float64], list[str]]:
    """Return the stated areas in hectares, and a remark on each that does not fit.

    A number that fits within 1 % in m² or mu, and not in hectares, is taken in that unit and
    the remark says so. Both the area on the projection plane and the one on the ellipsoid are
    accepted, to 0.01 % or 1 m², whichever is more.

    Parameters
    ----------
    planar_m2, ellipsoidal_m2
        Give the areas of the rows asked for; the second is asked only where the first differs.

    Examples
    --------
    >>> stated, remarks = compare_stated(
    ...     np.array([14969.76]), lambda rows: np.array([14970.0]),
    ...     lambda rows: np.array([14969.5]), ["plot DK01"])
    >>> stated.tolist(), remarks
    ([1.496976], ['plot DK01: stated area 14969.76 is in m², not in hectares; read as 1.4970 ha'])
    """
    read = np.asarray(stated_ha, float).copy()
    remarks: list[str] = []
    rows = np.flatnonzero(~np.isnan(read))
    if not len(rows):
        return read, remarks
    planar = planar_m2(rows)
    apart = np.abs(read[rows] * _HA_M2 - planar) > np.maximum(_LEAST_M2, _SHARE * planar)
    rows, planar = rows[apart], planar[apart]
    ellipsoidal = ellipsoidal_m2(rows) if len(rows) else planar
    for i, *both in zip(rows.tolist(), ellipsoidal.tolist(), planar.tolist(), strict=True):
        areas = (both[0], both[1])
        said = float(read[i])
        if not _is_near(said * _HA_M2, areas, _UNIT_SHARE):
            read[i] = _in_hectares(said, areas, places[i], remarks)
        if not _is_near(read[i] * _HA_M2, areas, _SHARE):
            remarks.append(
                say(
                    "area_differs",
                    place=places[i],
                    said=float(read[i]),
                    ellipsoidal=areas[0] / _HA_M2,
                    planar=areas[1] / _HA_M2,
                )
            )
    return read, remarks


def _in_hectares(said: float, areas: tuple[float, float], place: str, remarks: list[str]) -> float:
    """Return a stated area in hectares, in the unit that it fits, else as it was."""
    for unit, size in _OTHER_UNITS:
        if _is_near(said * size, areas, _UNIT_SHARE):
            read = said * size / _HA_M2
            remarks.append(say("other_unit", place=place, said=said, unit=say(unit), read=read))
            return read
    return said


def _is_near(value_m2: float, areas: tuple[float, float], share: float) -> bool:
    """Whether a value is within a share, or 1 m², of one of the areas."""
    return any(abs(value_m2 - area) <= max(_LEAST_M2, share * area) for area in areas)
