"""What a check returns: the document of DESIGN §5 and the geometries behind it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

__all__ = ["SCHEMA", "VERDICTS", "CheckResult"]

SCHEMA = "geo-toolkit/check/1"


@dataclass(frozen=True)
class CheckResult:
    """A finished check.

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
    sites: GeoDataFrame
    overlaps: GeoDataFrame
    nearest: GeoDataFrame
    advice: GeoDataFrame | None = None

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
