"""The layers of a role as one check needs them: small ones whole, large ones near its sites."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

    import numpy as np
    from numpy.typing import NDArray

    from geo_toolkit.catalogue.layer import Layer
    from geo_toolkit.catalogue.reading import Filters, ReadableLayer

__all__ = ["Nearby"]


@dataclass(frozen=True)
class Nearby:
    """The layers of a role in force on a day, or pinned to a version, around some sites.

    Attributes
    ----------
    chosen
        Entries, each with the version it is pinned to, or None.
    lonlat
        The sites in CGCS2000 degrees.
    """

    chosen: tuple[tuple[ReadableLayer, int | None], ...]
    day: date
    lonlat: NDArray[np.object_]

    @property
    def is_large(self) -> bool:
        """Whether one of the layers is so large that only a part of it should be read."""
        return any(entry.is_read_near(self.day, version=v) for entry, v in self.chosen)

    @property
    def accuracy_m(self) -> float:
        """The largest inaccuracy that one of the layers or their features has."""
        return max(entry.accuracy_bound_m(self.day, version=v) for entry, v in self.chosen)

    def whole(self) -> list[Layer]:
        """Return the layers with all their features."""
        return [entry.read(self.day, version=v) for entry, v in self.chosen]

    def within(self, reach_m: float, filters: Filters, filtered_reach_m: float) -> list[Layer]:
        """Return the layers with at least the features within a distance of the sites.

        Those that pass the filters are read as far as the second distance.
        """
        return [
            entry.read_near(
                self.day,
                self.lonlat,
                reach_m,
                version=v,
                filters=filters,
                filtered_reach_m=filtered_reach_m,
            )
            for entry, v in self.chosen
        ]
