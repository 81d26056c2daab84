"""Rows of the document of DESIGN §5: sites, roles and findings as plain JSON values."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from geo_toolkit.rules import role_title
from geo_toolkit.siting.branches import red_line_branch
from geo_toolkit.siting.crossings import chainage_text
from geo_toolkit.siting.secrecy import (
    NOTHING_WITHHELD,
    Withheld,
    coarse_area_m2,
    coarse_distance_m,
)
from geo_toolkit.siting.special_wording import floor_cm
from geo_toolkit.siting.wording import finding_reason, reason_phrase

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shapely import Point

    from geo_toolkit.siting.crossings import Crossing
    from geo_toolkit.siting.findings import Finding
    from geo_toolkit.siting.pairs import RoleMeasures
    from geo_toolkit.siting.verdict import Verdict

__all__ = ["finding_row", "role_row", "site_row"]

_RED_LINE = "ecological_red_line"


def site_row(
    site_id: str,
    head: dict[str, Any],  # a row of the submitted sites
    area_m2: float,
    centre: Point,
    verdict: Verdict,
    roles: list[dict[str, Any]],
    findings: list[dict[str, Any]],
) -> dict[str, Any]:  # JSON values
    """Return one site: identity, size, verdict, then its roles and findings."""
    area = round(area_m2, 4)
    stated = head["stated_area_ha"]
    return {
        "id": site_id,
        "name": head["name"] or None,
        "attributes": head["attributes"],
        "area_m2": area,
        "area_ha": area / 10_000,
        "area_mu": area * 3 / 2000,
        "stated_area_ha": None if stated is None or math.isnan(stated) else float(stated),
        "lon": round(centre.x, 8),
        "lat": round(centre.y, 8),
        "verdict": verdict.word,
        "complete": verdict.is_complete,
        "reason_code": verdict.reason_code,
        "roles": roles,
        "findings": findings,
    }


def role_row(
    role: str,
    verdict: Verdict | None,
    findings: Sequence[Finding],
    known: RoleMeasures | None,
    site: int,
    site_area_m2: float,
    lang: str,
    withheld: Withheld = NOTHING_WITHHELD,
) -> dict[str, Any]:  # JSON values
    """Return what the rules of one role say of a site.

    Parameters
    ----------
    verdict
        None for a role that the scope names and no rule in force asks of.
    known
        The role's measures; None for a role without a layer in force.
    """
    secret = known is not None and withheld.touches(known.constraints)
    overlap: float | None = None
    share: float | None = None
    nearest: float | None = None
    if secret:
        overlap, share, nearest = _coarse_measures(findings)
    elif known is not None:
        overlap, share, nearest = _measures(known, site, site_area_m2)
    involved = {f.feature for f in findings if f.outcome in ("hit", "borderline")} - {None}
    word = verdict.word if verdict else "undetermined"
    reason_code = verdict.reason_code if verdict else "no_rule"
    complete = verdict.is_complete if verdict else False
    return {
        "role": role,
        "title": role_title(role, lang),
        "verdict": word,
        "advisory_hit": verdict.is_advisory_hit if verdict else False,
        "complete": complete,
        "reason_code": None if complete else reason_code,
        "reason": None if complete or not reason_code else _why(reason_code, role, findings, lang),
        "branch": red_line_branch(word, findings, overlap) if role == _RED_LINE else None,
        "overlap_m2": overlap,
        "overlap_share": share,
        "nearest_m": nearest,
        "features": None if secret else len(involved),
        "withheld": secret,
        "ask": None if complete else _ask(findings, known, lang),
    }


def _measures(
    known: RoleMeasures, site: int, site_area_m2: float
) -> tuple[float, float, float | None]:
    """Return overlap in m², share and nearest distance in m of one role and site."""
    measured = float(known.overlap_m2[site])
    share = 1.0 if measured == site_area_m2 else round(measured / site_area_m2, 9)
    near = known.nearest[site] >= 0
    nearest = round(float(known.nearest_m[site]), 3) if near else None
    return round(measured, 4), share, nearest


def _coarse_measures(
    findings: Sequence[Finding],
) -> tuple[float | None, float | None, float | None]:
    """Return the same three from concealed findings, no finer than those say."""
    areas = [f.overlap_m2 for f in findings if f.overlap_m2 is not None]
    shares = [f.overlap_share for f in findings if f.overlap_share is not None]
    distances = [f.distance_m for f in findings if f.distance_m is not None]
    nearest = coarse_distance_m(min(distances)) if distances else None
    if not areas:
        return None, None, nearest
    return coarse_area_m2(max(areas)), round(max(shares), 2), nearest


def finding_row(
    finding: Finding, known: RoleMeasures | None, lang: str
) -> dict[str, Any]:  # JSON values
    """Return one finding with its measures, citation and reason in words."""
    rule = finding.rule
    layer = feature_id = None
    name = ""
    if known is not None and finding.layer is not None:
        layer = known.constraints.layers[finding.layer]
    if known is not None and finding.feature is not None:
        feature_id = str(known.constraints.feature_id[finding.feature])
        name = str(known.constraints.feature_name[finding.feature])
    overlap = None if finding.overlap_m2 is None else round(finding.overlap_m2, 4)
    share = finding.overlap_share
    citation = rule.citation
    return {
        "rule_id": rule.id,
        "title": rule.title_en if lang == "en" else rule.title_zh,
        "role": rule.role,
        "outcome": finding.outcome,
        "reason_code": finding.reason_code,
        "reason": finding_reason(finding, name, lang),
        "severity": finding.severity.value,
        "confidence": rule.confidence.value,
        "valid_from": rule.valid_from.isoformat(),
        "valid_to": rule.valid_to.isoformat() if rule.valid_to else None,
        "confirmation": _confirmation(finding),
        "layer_id": layer.id if layer else None,
        "layer_version": layer.version if layer else None,
        "feature_id": feature_id,
        "feature_name": name or None,
        "relation": rule.relation.value,
        "overlap_m2": overlap,
        "overlap_ha": None if overlap is None else overlap / 10_000,
        "overlap_share": share if share is None or share == 1.0 else round(share, 9),
        "distance_m": None if finding.distance_m is None else round(finding.distance_m, 3),
        "threshold_m": finding.threshold_m,
        "accuracy_m": finding.accuracy_m,
        "half_width_m": finding.half_width_m,
        "area_class": finding.area_class,
        "permitted_top_m": _cut(finding.permitted_top_m),
        "permitted_height_m": _cut(finding.permitted_height_m),
        "surface": _surface(finding, lang),
        "ground": _ground(finding),
        "slope": _slope(finding),
        "suspected_boundary_error": finding.suspected_boundary_error,
        "crossings": [_crossing(crossing) for crossing in finding.crossings],
        "stopped": {"cut": True, "absent": False}.get(finding.stop),
        "baseline": rule.baseline(lang) or None,
        "authority": rule.authority(lang) or None,
        "citation": {
            "title": citation.title,
            "article": citation.article,
            "year": citation.year,
            "text": citation.text(lang),
        },
        "exception": _exception(finding, lang),
        "original": _original(finding),
        "override": _override(finding),
    }


def _cut(height_m: float | None) -> float | None:
    return None if height_m is None else floor_cm(height_m)


def _ground(finding: Finding) -> dict[str, float] | None:
    relief = finding.relief
    if relief is None:
        return None
    return {
        "lowest_m": round(relief.lowest_m, 2),
        "highest_m": round(relief.highest_m, 2),
        "mean_m": round(relief.mean_m, 2),
        "accuracy_m": relief.error_m,
        "missing_share": round(relief.missing_share, 6),
    }


def _slope(finding: Finding) -> dict[str, float | None] | None:
    slope = finding.slope
    if slope is None:
        return None
    is_known = not math.isnan(slope.mean_percent)
    return {
        "mean_percent": round(slope.mean_percent, 4) if is_known else None,
        "max_percent": round(slope.highest_percent, 4) if is_known else None,
        "limit_percent": slope.limit_percent,
        "steep_share": round(slope.steep_share, 6),
        "missing_share": round(slope.missing_share, 6),
    }


def _surface(finding: Finding, lang: str) -> str | None:
    if finding.surface is None:
        return None
    return finding.surface.title_en if lang == "en" else finding.surface.title_zh


def _confirmation(finding: Finding) -> dict[str, str] | None:
    confirmed = finding.rule.confirmation
    if confirmed is None and finding.surface is not None:
        confirmed = finding.surface.confirmation
    if confirmed is None:
        return None
    return {
        "by": confirmed.by,
        "source": confirmed.source,
        "date": confirmed.date.isoformat(),
    }


def _why(code: str, role: str, findings: Sequence[Finding], lang: str) -> str:
    first = next((f for f in findings if f.reason_code == code), None)
    accuracy = first.accuracy_m if first else None
    role = first.lacking_role or role if first else role
    return reason_phrase(code, lang, role=role, accuracy_m=accuracy)


def _crossing(crossing: Crossing) -> dict[str, Any]:  # JSON values
    return {
        "from_m": round(crossing.from_m, 3),
        "to_m": round(crossing.to_m, 3),
        "length_m": round(crossing.length_m, 3),
        "from": chainage_text(crossing.from_m),
        "to": chainage_text(crossing.to_m),
        "structure": crossing.structure,
    }


def _exception(finding: Finding, lang: str) -> dict[str, str] | None:
    if finding.exception is None:
        return None
    return {"when": finding.exception.when, "text": finding.exception.text(lang)}


def _original(finding: Finding) -> dict[str, str | None] | None:
    if finding.original is None:
        return None
    outcome, reason_code = finding.original
    return {"outcome": outcome, "reason_code": reason_code}


def _override(finding: Finding) -> dict[str, str] | None:
    if finding.override is None:
        return None
    return {"by": finding.override.by, "reason": finding.override.reason}


def _ask(findings: Sequence[Finding], known: RoleMeasures | None, lang: str) -> str | None:
    """Return the authority to ask: that of the open rule, else that of the role's layer."""
    named = (f.rule.authority(lang) for f in findings if f.is_open and f.rule.authority_zh)
    if authority := next(named, None):
        return authority
    if known is None:
        return None
    layers = known.constraints.layers
    return next((la.definition.authority for la in layers if la.definition.authority), None)
