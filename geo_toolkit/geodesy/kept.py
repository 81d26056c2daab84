"""What is made of a CRS once, and kept as long as the CRS is used again."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

    from pyproj import CRS

__all__ = ["kept_by_crs"]

_MOST = 64
T = TypeVar("T")


def kept_by_crs(make: Callable[[CRS], T]) -> Callable[[CRS], T]:
    """Return a function that remembers what it made of each CRS object.

    A CRS is recognised as the very object it was, which takes no time; comparing or hashing one
    writes its whole definition out.

    Examples
    --------
    >>> from pyproj import CRS
    >>> name = kept_by_crs(lambda crs: crs.name)
    >>> name(CRS.from_epsg(4490))
    'China Geodetic Coordinate System 2000'
    """
    kept: dict[int, tuple[CRS, T]] = {}

    def known(crs: CRS) -> T:
        entry = kept.get(id(crs))
        if entry is not None and entry[0] is crs:
            return entry[1]
        made = make(crs)
        if len(kept) >= _MOST:
            kept.clear()
        kept[id(crs)] = (crs, made)
        return made

    return known
