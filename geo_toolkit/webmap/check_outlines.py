"""The outlines and verdicts of a check of many sites, without measuring anything again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from geopandas import GeoDataFrame

from geo_toolkit.geodesy import CGCS2000
from geo_toolkit.siting import CheckResult

if TYPE_CHECKING:
    from geo_toolkit.boundary import Sites

__all__ = ["outlines_of"]

_OVERLAPS = (
    "site_id", "role", "layer_id", "layer_version", "feature_id", "feature_name", "overlap_m2",
    "outcome",
)  # fmt: skip
_NEAREST = ("site_id", "role", "layer_id", "feature_id", "feature_name", "distance_m")
_SITES = ("name", "verdict", "complete", "area_m2", "area_ha", "area_mu")

Row = dict[str, Any]  # JSON: values of every type


def outlines_of(document: Row, sites: Sites) -> CheckResult:
    """Return a recorded check with the outlines of its sites alone, for a map of many.

    Pieces of overlap and lines to the nearest features are left out: measuring them takes as long
    as the check did.

    Parameters
    ----------
    document
        Of the recorded check.
    sites
        As they were recorded with it.
    """
    rows = document["sites"]
    frame = GeoDataFrame(
        {column: [row[column] for row in rows] for column in _SITES},
        geometry=sites.frame.geometry.reindex([row["id"] for row in rows]).to_numpy(),
        index=[row["id"] for row in rows],
        crs=CGCS2000,
    )
    return CheckResult(document, frame, _empty(_OVERLAPS), _empty(_NEAREST))


def _empty(columns: tuple[str, ...]) -> GeoDataFrame:
    return GeoDataFrame({column: [] for column in columns}, geometry=[], crs=CGCS2000)
