"""Land that is already approved: every overlap of a site with it is reported, rule or no rule."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from geo_toolkit.siting.pairs import measure_pairs
from geo_toolkit.siting.secrecy import coarse_area_m2

if TYPE_CHECKING:
    from geo_toolkit.siting.constraints import Constraints
    from geo_toolkit.siting.findings import SiteArrays
    from geo_toolkit.siting.secrecy import Withheld

__all__ = ["APPROVED_LAND", "approved_overlaps"]

APPROVED_LAND = "approved_land"
"""The role of layers of approved land."""


def approved_overlaps(
    arrays: SiteArrays, known: Constraints | None, withheld: Withheld
) -> list[dict[str, Any]]:  # JSON rows
    """Return every overlap of a site with approved land, slivers too.

    Parameters
    ----------
    arrays
        The sites in the topology CRS.
    known
        What is known of approved land; None without a layer in force.
    withheld
        Layers of which only an area to 0.01 ha may be given, and no feature.
    """
    if known is None:
        return []
    pairs = measure_pairs(arrays.geometry, arrays.area_m2, known, reach_m=0.0)
    rows = []
    for row in range(len(pairs.site)):
        area = float(pairs.overlap_m2[row])
        if area <= 0:
            continue
        feature = int(pairs.feature[row])
        layer = known.layers[known.layer_of[feature]]
        secret = layer.id in withheld.layers
        rows.append(
            {
                "site_id": arrays.ids[pairs.site[row]],
                "layer_id": layer.id,
                "feature_id": None if secret else str(known.feature_id[feature]),
                "feature_name": None if secret else str(known.feature_name[feature]) or None,
                "overlap_m2": coarse_area_m2(area) if secret else round(area, 4),
                "is_sliver": None if secret else bool(pairs.is_sliver[row]),
            }
        )
    return rows
