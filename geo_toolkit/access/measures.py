"""Accessibility measures: one pure function each, from travel times and masses to numbers.

A time that is infinite means there is no way. Every function takes a matrix of minutes, one row an
origin and one column a destination.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = [
    "cumulative_opportunities",
    "enhanced_two_step_floating_catchment",
    "hansen_potential",
    "two_step_floating_catchment",
    "unreachable_count",
    "weighted_mean_minutes",
]


def weighted_mean_minutes(
    minutes: NDArray[np.float64], mass: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the mean travel time to all destinations, weighted by their mass, in minutes.

    Destinations that cannot be reached are left out of both sums; NaN where none can be. Say how
    many they are beside the mean (``unreachable_count``). Lower is better.

    Parameters
    ----------
    minutes
        Origins by destinations.
    mass
        Weight of each destination, such as population.

    Source
    ------
    Gutiérrez, González & Gómez (1996), The European high-speed train network, J. Transport
    Geography 4(4), doi:10.1016/S0966-6923(96)00033-6.

    Examples
    --------
    (30 x 1 + 60 x 2) / 3 = 50:

    >>> weighted_mean_minutes(np.array([[30.0, 60.0]]), np.array([1.0, 2.0])).tolist()
    [50.0]
    """
    reached = np.isfinite(minutes)
    total = np.where(reached, mass, 0.0).sum(axis=1)
    with np.errstate(invalid="ignore"):
        found: NDArray[np.float64] = np.where(
            total > 0, np.where(reached, minutes * mass, 0.0).sum(axis=1) / total, np.nan
        )
    return found


def hansen_potential(
    minutes: NDArray[np.float64],
    mass: NDArray[np.float64],
    *,
    beta: float,
    inner_min: float = 0.0,
) -> NDArray[np.float64]:
    """Return the potential of each origin: mass over travel time to the power beta, summed.

    In units of mass per minute to the beta. A destination without a way adds nothing.

    Parameters
    ----------
    beta
        Friction, usually 1 to 2.
    inner_min
        Shortest time counted, so that a destination next door does not weigh without bound.

    Source
    ------
    Hansen (1959), How accessibility shapes land use, J. American Institute of Planners 25(2),
    doi:10.1080/01944365908978307.

    Examples
    --------
    600 / 30 + 600 / 60 = 30; the one next door counts as 10 minutes away:

    >>> hansen_potential(np.array([[30.0, 60.0]]), np.array([600.0, 600.0]), beta=1).tolist()
    [30.0]
    >>> hansen_potential(np.array([[0.0]]), np.array([50.0]), beta=1, inner_min=10).tolist()
    [5.0]
    """
    away = np.maximum(minutes, inner_min)
    found: NDArray[np.float64] = (mass * away ** -float(beta)).sum(axis=1)
    return found


def cumulative_opportunities(
    minutes: NDArray[np.float64], mass: NDArray[np.float64], *, within_min: float
) -> NDArray[np.float64]:
    """Return the mass of all destinations that each origin reaches within a time.

    The time itself is included.

    Source
    ------
    Wachs & Kumagai (1973), Physical accessibility as a social indicator, Socio-Economic Planning
    Sciences 7(5), doi:10.1016/0038-0121(73)90041-4.

    Examples
    --------
    >>> times, mass = np.array([[30.0, 60.0, 61.0]]), np.array([1.0, 2.0, 4.0])
    >>> cumulative_opportunities(times, mass, within_min=60).tolist()
    [3.0]
    """
    found: NDArray[np.float64] = ((minutes <= within_min) * mass).sum(axis=1)
    return found


def two_step_floating_catchment(
    minutes: NDArray[np.float64],
    supply: NDArray[np.float64],
    demand: NDArray[np.float64],
    *,
    within_min: float,
) -> NDArray[np.float64]:
    """Return the supply for each unit of demand that each origin has within reach (2SFCA).

    First each supplier's share for all the demand in its catchment, then the sum of the shares
    that an origin reaches. Summed over the demand, the result gives back the supply in use.

    Parameters
    ----------
    minutes
        Demand places by suppliers.
    supply
        Capacity of each supplier.
    demand
        Population of each demand place.

    Source
    ------
    Luo & Wang (2003), Measures of spatial accessibility to health care in a GIS environment,
    Environment and Planning B 30(6), doi:10.1068/b29120.

    Examples
    --------
    One supplier of 10 shared by 20 and 30 within 30 minutes: 0.2 each, 0 for the third.

    >>> times = np.array([[10.0], [30.0], [31.0]])
    >>> two_step_floating_catchment(
    ...     times, np.array([10.0]), np.array([20.0, 30.0, 50.0]), within_min=30).tolist()
    [0.2, 0.2, 0.0]
    """
    return _floating(minutes <= within_min, supply, demand)


def enhanced_two_step_floating_catchment(
    minutes: NDArray[np.float64],
    supply: NDArray[np.float64],
    demand: NDArray[np.float64],
    *,
    within_min: float,
) -> NDArray[np.float64]:
    """Return 2SFCA with weights that fall with time as a Gaussian to 0 at the edge (E2SFCA).

    The weight is ``(exp(-(t/t0)²/2) - exp(-1/2)) / (1 - exp(-1/2))`` within ``t0``.

    Source
    ------
    Luo & Qi (2009), An enhanced two-step floating catchment area (E2SFCA) method, Health & Place
    15(4), doi:10.1016/j.healthplace.2009.06.002; Gaussian form after Dai (2010), Health & Place
    16(5), doi:10.1016/j.healthplace.2010.06.012.

    Examples
    --------
    A place next door has weight 1: it gets 10 / 20; one at the edge has weight 0.

    >>> enhanced_two_step_floating_catchment(
    ...     np.array([[0.0], [30.0]]), np.array([10.0]), np.array([20.0, 99.0]), within_min=30
    ... ).tolist()
    [0.5, 0.0]
    """
    share = np.minimum(minutes / within_min, 1.0)
    edge = np.exp(-0.5)
    return _floating((np.exp(-(share**2) / 2) - edge) / (1 - edge), supply, demand)


def unreachable_count(minutes: NDArray[np.float64]) -> int:
    """Return how many pairs have no way.

    Examples
    --------
    >>> unreachable_count(np.array([[1.0, np.inf]]))
    1
    """
    return int((~np.isfinite(minutes)).sum())


def _floating(
    weight: NDArray[np.float64] | NDArray[np.bool_],
    supply: NDArray[np.float64],
    demand: NDArray[np.float64],
) -> NDArray[np.float64]:
    load = (weight * demand[:, None]).sum(axis=0)
    ratio = np.divide(supply, load, out=np.zeros(len(supply)), where=load > 0)
    found: NDArray[np.float64] = (weight * ratio).sum(axis=1)
    return found
