"""Rows of the document of DESIGN §5: sites, roles and findings as plain JSON values."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from geo_toolkit.rules import role_title
from geo_toolkit.siting.wording import finding_reason, reason_phrase

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from shapely import Point

    from geo_toolkit.siting.findings import Finding
    from geo_toolkit.siting.pairs import RoleMeasures
    from geo_toolkit.siting.verdict import Verdict

__all__ = ["finding_row", "role_row", "site_row"]

_RED_LINE = "ecological_red_line"


def site_row(
    site_id: str,
    head: pd.Series,
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
) -> dict[str, Any]:  # JSON values
    """Return what the rules of one role say of a site.

    Parameters
    ----------
    verdict
        None for a role that the scope names and no rule in force asks of.
    known
        The role's measures; None for a role without a layer in force.
    """
    overlap = share = nearest = None
    if known is not None:
        measured = float(known.overlap_m2[site])
        overlap = round(measured, 4)
        share = 1.0 if measured == site_area_m2 else round(measured / site_area_m2, 9)
        if known.nearest[site] >= 0:
            nearest = round(float(known.nearest_m[site]), 3)
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
        "branch": _branch(role, word, overlap),
        "overlap_m2": overlap,
        "overlap_share": share,
        "nearest_m": nearest,
        "features": len(involved),
        "ask": None if complete else _ask(findings, known),
    }


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
        "severity": rule.severity.value,
        "confidence": rule.confidence.value,
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
        "suspected_boundary_error": finding.suspected_boundary_error,
        "crossings": [],
        "baseline": rule.baseline_zh or None,
        "authority": rule.authority_zh or None,
        "citation": {
            "title": citation.title,
            "article": citation.article,
            "year": citation.year,
            "text": str(citation),
        },
        "original": None,
        "override": None,
    }


def _confirmation(finding: Finding) -> dict[str, str] | None:
    confirmed = finding.rule.confirmation
    if confirmed is None:
        return None
    return {
        "by": confirmed.by,
        "source": confirmed.source,
        "date": confirmed.date.isoformat(),
    }


def _why(code: str, role: str, findings: Sequence[Finding], lang: str) -> str:
    accuracy = next((f.accuracy_m for f in findings if f.reason_code == code), None)
    return reason_phrase(code, lang, role=role, accuracy_m=accuracy)


def _branch(role: str, word: str, overlap_m2: float | None) -> str | None:
    """Return the branch of the red-line conclusion (REPORT §1.1), None for other roles."""
    if role != _RED_LINE:
        return None
    if word == "restricted":
        return "inside_limited_activity"
    if word == "prohibited":
        return "inside_no_branch_fits" if overlap_m2 else None
    return {"clear": "not_inside", "undetermined": "undetermined"}.get(word)


def _ask(findings: Sequence[Finding], known: RoleMeasures | None) -> str | None:
    """Return the authority to ask: that of the open rule, else that of the role's layer."""
    named = (f.rule.authority_zh for f in findings if f.is_open and f.rule.authority_zh)
    if authority := next(named, None):
        return authority
    if known is None:
        return None
    layers = known.constraints.layers
    return next((la.definition.authority for la in layers if la.definition.authority), None)
