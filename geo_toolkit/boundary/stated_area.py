"""The area a submission states, against the area of its coordinates."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

__all__ = ["compare_stated"]

_HA_M2 = 10_000.0
_MU_M2 = 2000.0 / 3.0
_SHARE = 1e-4
_LEAST_M2 = 1.0
_UNIT_SHARE = 0.01
_OTHER_UNITS = (("m²", 1.0), ("mu (亩)", _MU_M2))


def compare_stated(
    stated_ha: NDArray[np.float64],
    ellipsoidal_m2: NDArray[np.float64],
    planar_m2: NDArray[np.float64],
    places: Sequence[str],
) -> tuple[NDArray[np.float64], list[str]]:
    """Return the stated areas in hectares, and a remark on each that does not fit.

    A number that fits within 1 % in m² or mu, and not in hectares, is taken in that unit and
    the remark says so. Both the area on the projection plane and the one on the ellipsoid are
    accepted, to 0.01 % or 1 m², whichever is more.

    Examples
    --------
    >>> stated, remarks = compare_stated(
    ...     np.array([14969.76]), np.array([14969.5]), np.array([14970.0]), ["plot DK01"])
    >>> stated.tolist(), remarks
    ([1.496976], ['plot DK01: stated area 14969.76 is in m², not in hectares; read as 1.4970 ha'])
    """
    read = np.asarray(stated_ha, float).copy()
    remarks = []
    for i in np.flatnonzero(~np.isnan(read)).tolist():
        areas = (float(ellipsoidal_m2[i]), float(planar_m2[i]))
        said = float(read[i])
        if not _is_near(said * _HA_M2, areas, _UNIT_SHARE):
            for unit, size in _OTHER_UNITS:
                if _is_near(said * size, areas, _UNIT_SHARE):
                    read[i] = said * size / _HA_M2
                    remarks.append(
                        f"{places[i]}: stated area {said:.10g} is in {unit}, not in hectares; "
                        f"read as {read[i]:.4f} ha"
                    )
                    break
        if not _is_near(read[i] * _HA_M2, areas, _SHARE):
            remarks.append(
                f"{places[i]}: stated area {read[i]:.4f} ha, but its coordinates enclose "
                f"{areas[0] / _HA_M2:.4f} ha on the ellipsoid ({areas[1] / _HA_M2:.4f} ha planar)"
            )
    return read, remarks


def _is_near(value_m2: float, areas: tuple[float, float], share: float) -> bool:
    """Whether a value is within a share, or 1 m², of one of the areas."""
    return any(abs(value_m2 - area) <= max(_LEAST_M2, share * area) for area in areas)
