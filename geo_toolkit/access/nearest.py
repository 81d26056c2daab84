"""Nearest positions in the plane."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import scipy

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["nearest_positions"]


def nearest_positions(
    of: NDArray[np.float64], among: NDArray[np.float64], k: int = 1
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Return distance and row of the nearest positions, one row a position asked for.

    Parameters
    ----------
    of, among
        Positions in metres, one row each.
    k
        How many; fewer rows than that in ``among`` are an error of the caller.

    Examples
    --------
    >>> away, which = nearest_positions(np.array([[0.0, 0.0]]), np.array([[3.0, 4.0], [9.0, 0.0]]))
    >>> away.tolist(), which.tolist()
    ([[5.0]], [[0]])
    """
    away, which = scipy.spatial.cKDTree(among).query(of, k=k)
    shape = (len(of), k)
    return (
        np.asarray(away, dtype=np.float64).reshape(shape),
        np.asarray(which, dtype=np.int64).reshape(shape),
    )
