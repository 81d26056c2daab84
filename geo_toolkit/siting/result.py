"""What a check returns: the document of DESIGN §5 and the geometries behind it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from geopandas import GeoDataFrame

__all__ = ["SCHEMA", "VERDICTS", "CheckResult"]

SCHEMA = "geo-toolkit/check/1"


class _OnDemand:
    """A frame, or what makes it when it is first asked for: many checks want no geometry."""

    def __set_name__(self, owner: type, name: str) -> None:
        self._key = f"_{name}"

    def __get__(self, instance: object | None, owner: type) -> GeoDataFrame:
        if instance is None:
            raise AttributeError  # so that the field has no default
        known = vars(instance)[self._key]
        if callable(known):
            known = vars(instance)[self._key] = known()
        return known

    def __set__(self, instance: object, value: GeoDataFrame | Callable[[], GeoDataFrame]) -> None:
        vars(instance)[self._key] = value


@dataclass(frozen=True)
class CheckResult:
    """A finished check; its frames may be given as what makes them when they are asked for.

    Attributes
    ----------
    document
        The JSON of DESIGN §5: plain dicts, lists, text, numbers, None; nothing else.
    sites
        EPSG:4490, index ``site_id``; columns ``name``, ``verdict``, ``complete``, ``area_m2``,
        ``area_ha``, ``area_mu``, ``geometry`` (the submitted vertices).
    overlaps
        EPSG:4490, one row a pair of site and constraint feature with area > 0, slivers too;
        columns ``site_id``, ``role``, ``layer_id``, ``layer_version``, ``feature_id``,
        ``feature_name``, ``overlap_m2``, ``outcome`` (hit | borderline | sliver | none),
        ``geometry``.
    nearest
        EPSG:4490 two-point lines from a site to the nearest feature of a role that it does not
        overlap, for roles that rules asked about; columns ``site_id``, ``role``, ``layer_id``,
        ``feature_id``, ``feature_name``, ``distance_m``, ``geometry``.
    advice
        EPSG:4490 outlines proposed for conflicting sites, internal edition only; columns
        ``site_id``, ``kind`` (trim | shift), ``note``, ``area_m2``, ``distance_m``.
    """

    document: dict[str, Any]  # JSON: values of every type
    sites: _OnDemand = _OnDemand()
    overlaps: _OnDemand = _OnDemand()
    nearest: _OnDemand = _OnDemand()
    advice: GeoDataFrame | None = None

    def __reduce__(self) -> tuple[object, ...]:
        """Return what makes the same result in another process."""
        frames = self.sites, self.overlaps, self.nearest, self.advice
        return CheckResult, (self.document, *frames)

    @property
    def lang(self) -> str:
        """Language of the reasons in the document: ``zh`` or ``en``."""
        return str(self.document["language"])

    def worst_verdict(self) -> str:
        """Return the worst verdict over all sites: that of the first in ``VERDICTS``."""
        found = {site["verdict"] for site in self.document["sites"]}
        return next(verdict for verdict in VERDICTS if verdict in found)


VERDICTS = ("prohibited", "restricted", "conditional", "undetermined", "clear")
"""Worst first."""
