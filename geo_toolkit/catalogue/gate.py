"""The publish gate: how much an update may change before it needs a written reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geo_toolkit.catalogue.definition import Evidence

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geo_toolkit.catalogue.definition import GateLimits, LayerDefinition
    from geo_toolkit.catalogue.diff import LayerDiff
    from geo_toolkit.catalogue.faults import LayerFault

__all__ = ["exceeded_limits"]


def exceeded_limits(
    limits: GateLimits,
    diff: LayerDiff | None,
    faults: Sequence[LayerFault],
    before: LayerDefinition | None,
    after: LayerDefinition,
    *,
    outside_before: int = 0,
) -> list[str]:
    """Return what an update does beyond its layer's limits, one line each; none: it may pass.

    Parameters
    ----------
    diff
        Against the highest version; None for a new layer, which has nothing to compare with.
    faults
        Of the delivery; those of level ``gate`` are counted.
    before, after
        The definition as it stands and as it would stand.
    outside_before
        How many features already lay outside the workspace's bounds; as many more may as the
        limit says.
    """
    found = []
    if diff is not None and diff.area_before_m2 > 0:
        changed = diff.area_gained_m2 + diff.area_lost_m2
        share = changed / diff.area_before_m2
        if share > limits.area_share:
            found.append(
                f"area changed: {share:.1%} ({changed / 10_000:.4f} ha of "
                f"{diff.area_before_m2 / 10_000:.4f} ha), limit {limits.area_share:.1%}"
            )
    if diff is not None and diff.features_before:
        removed = diff.counts["removed"]
        share = removed / diff.features_before
        if share > limits.feature_share:
            found.append(
                f"features removed: {share:.1%} ({removed} of {diff.features_before}), "
                f"limit {limits.feature_share:.1%}"
            )
    for code, words, limit in (
        ("invalid_geometry", "invalid outlines", limits.invalid),
        (
            "outside_bounds",
            "features outside the workspace's bounds",
            limits.outside + outside_before,
        ),
    ):
        count = sum(fault.code == code for fault in faults)
        if count > limit:
            found.append(f"{words}: {count}, limit {limit}")
    if before is not None and Evidence(after.evidence).rank < Evidence(before.evidence).rank:
        found.append(f"evidence goes down: {before.evidence.value} to {after.evidence.value}")
    return found
