"""What leaves the house of layers that are not public: outcomes, and numbers too coarse to trace.

Of a withheld layer a finding says one thing a rule: no feature, no exact area, no distance finer
than 100 m. Callers without the right to its geometry also get no answer for sites so small or so
narrow that many of them would trace the line (DESIGN §5, Secrecy).
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from geo_toolkit.siting.shapes import mean_width_m

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from geo_toolkit.siting.constraints import Constraints
    from geo_toolkit.siting.findings import Finding, SiteArrays
    from geo_toolkit.siting.request import Request

__all__ = [
    "NOTHING_WITHHELD",
    "Withheld",
    "coarse_area_m2",
    "coarse_distance_m",
    "conceal",
    "is_small",
    "withheld_of",
]

SMALLEST_AREA_M2 = 10_000.0
SMALLEST_WIDTH_M = 20.0
_AREA_STEP_M2 = 100.0  # 0.01 ha
_DISTANCE_STEP_M = 100.0
_SHARE_DECIMALS = 2


@dataclass(frozen=True)
class Withheld:
    """Which layers are withheld from the reader of a check, and how strictly.

    Attributes
    ----------
    layers
        Ids of layers whose geometry and exact numbers may not be given.
    strict
        Those of them that the maker of the check may not see either: what lies within accuracy
        is not told apart, and small sites get no answer.
    """

    layers: frozenset[str] = field(default_factory=frozenset)
    strict: frozenset[str] = field(default_factory=frozenset)

    def touches(self, constraints: Constraints | None) -> bool:
        """Whether any layer of a role is withheld."""
        held = constraints.layers if constraints is not None else ()
        return any(layer.id in self.layers for layer in held)

    def is_strict_for(self, constraints: Constraints | None) -> bool:
        """Whether any layer of a role is withheld strictly."""
        held = constraints.layers if constraints is not None else ()
        return any(layer.id in self.strict for layer in held)


NOTHING_WITHHELD = Withheld()


def coarse_area_m2(area_m2: float) -> float:
    """Return an area rounded to 0.01 ha, never to nothing.

    Examples
    --------
    >>> coarse_area_m2(12_345.6), coarse_area_m2(12.0)
    (12300.0, 100.0)
    """
    if area_m2 <= 0:
        return 0.0
    return max(_AREA_STEP_M2, round(area_m2 / _AREA_STEP_M2) * _AREA_STEP_M2)


def coarse_distance_m(distance_m: float) -> float:
    """Return a distance rounded to 100 m.

    Examples
    --------
    >>> coarse_distance_m(312.4)
    300.0
    """
    return round(distance_m / _DISTANCE_STEP_M) * _DISTANCE_STEP_M


def is_small(sites: SiteArrays) -> NDArray[np.bool_]:
    """Return whether each site is too small or too narrow to be answered strictly."""
    width = mean_width_m(sites.area_m2, sites.geometry)
    small: NDArray[np.bool_] = (sites.area_m2 < SMALLEST_AREA_M2) | (width < SMALLEST_WIDTH_M)
    return small


def conceal(
    findings: Sequence[Finding],
    constraints: Constraints | None,
    withheld: Withheld,
    site_area_m2: float,
    site_is_small: bool,
) -> list[Finding]:
    """Return the findings of one rule and site with all that is withheld taken out.

    Findings on layers that are not withheld stay as they are; the others become one.
    """
    if not withheld.touches(constraints) or constraints is None:
        return list(findings)
    secret = [f for f in findings if _layer_id(f, constraints) in withheld.layers]
    strict = withheld.is_strict_for(constraints)
    if strict and site_is_small:
        return [_bare(findings[0], "undetermined", "secrecy_minimum")]
    if not secret:
        return list(findings)
    kept = [f for f in findings if f not in secret]
    return [_merged(secret, site_area_m2, strict), *kept]


def _layer_id(finding: Finding, constraints: Constraints) -> str | None:
    return None if finding.layer is None else constraints.layers[finding.layer].id


def _merged(findings: list[Finding], site_area_m2: float, strict: bool) -> Finding:
    """Return one finding for all features of withheld layers."""
    read = [_as_read(f) if strict else f for f in findings]
    order = ("hit", "borderline", "undetermined", "clear", "sliver")
    worst = min(read, key=lambda f: order.index(f.outcome))
    same = [f for f in findings if f.outcome == worst.outcome] or findings
    overlaps = [f.overlap_m2 for f in same if f.overlap_m2 is not None]
    distances = [f.distance_m for f in findings if f.distance_m is not None]
    area = coarse_area_m2(min(sum(overlaps), site_area_m2)) if overlaps else None
    share = None if area is None else round(min(1.0, area / site_area_m2), _SHARE_DECIMALS)
    if worst.outcome == "undetermined":
        area = share = None
    return replace(
        _bare(worst, worst.outcome, worst.reason_code),
        layer=worst.layer,
        overlap_m2=area,
        overlap_share=share,
        distance_m=coarse_distance_m(min(distances)) if distances else None,
        threshold_m=worst.threshold_m,
    )


def _as_read(finding: Finding) -> Finding:
    """Return what a strict reader may know of one feature's outcome."""
    if finding.outcome in ("sliver", "borderline") or finding.suspected_boundary_error:
        return replace(finding, outcome="undetermined", reason_code="within_accuracy")
    return finding


def _bare(finding: Finding, outcome: str, reason_code: str | None) -> Finding:
    return replace(
        finding,
        outcome=outcome,
        reason_code=reason_code,
        feature=None,
        overlap_m2=None,
        overlap_share=None,
        distance_m=None,
        accuracy_m=None,
        permitted_top_m=None,
        permitted_height_m=None,
        surface=None,
        stop="",
        suspected_boundary_error=False,
        crossings=(),
    )


def withheld_of(constraints: Mapping[str, Constraints | None], request: Request) -> Withheld:
    """Return what the reader of a check may not get of each layer that is not public."""
    layers = [la for known in constraints.values() if known is not None for la in known.layers]
    verdict_only = {la.id for la in layers if la.definition.secrecy == "verdict_only"}
    internal = {la.id for la in layers if la.definition.secrecy == "internal"}
    strict = verdict_only | (set() if request.is_trusted else internal)
    hidden = strict | (internal if request.audience == "applicant" else set())
    return Withheld(frozenset(hidden), frozenset(strict))
