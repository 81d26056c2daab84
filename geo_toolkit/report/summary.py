"""One row a site and role, in words: what the table, the workbook and the page all print."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from geo_toolkit.report.labels import label, word
from geo_toolkit.rules import SEVERITIES
from geo_toolkit.rules.roles import role_title
from geo_toolkit.siting.words import (
    ADVISORY_HIT,
    OUTCOME_WORDS,
    SEVERITY_WORDS,
    VERDICT_SIGNS,
    Sign,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from geo_toolkit.siting import CheckResult

__all__ = ["SummaryRow", "role_sign", "site_rows", "summary_rows"]

_OUTCOME_ORDER = ("hit", "borderline", "undetermined", "clear", "sliver")
_SEVERITY_ORDER = tuple(severity.value for severity in SEVERITIES)


@dataclass(frozen=True)
class SummaryRow:
    """What a check says of one role at one site.

    Attributes
    ----------
    number
        Position of the role in its site, from 1.
    sign
        Word, icon and colour of the verdict.
    involved
        Whether the site meets the role, in a word.
    overlap_m2, share, nearest_m
        As in ``sites[].roles[]``; None where unknown.
    severity
        Word of the worst severity among the deciding findings.
    reasons
        Why, most important first, each once.
    """

    number: int
    site_id: str
    site_name: str
    role: str
    role_title: str
    sign: Sign
    layers: str
    involved: str
    features: int | None
    overlap_m2: float | None
    share: float | None
    nearest_m: float | None
    severity: str
    citations: tuple[str, ...]
    branch: str
    reasons: tuple[str, ...]
    ask: str

    @staticmethod
    def first_of(texts: Sequence[str], lang: str) -> str:
        """Return the first text, and how many there are if more: for a narrow column."""
        if len(texts) < 2:
            return "".join(texts)
        return texts[0].rstrip("。.") + label("items_more", lang, n=len(texts))


def summary_rows(result: CheckResult, lang: str) -> list[SummaryRow]:
    """Return one row a site and role, in the order of the document.

    Parameters
    ----------
    result
        A finished check.
    lang
        ``zh`` or ``en``: of the fixed words; reasons keep the language of the check.
    """
    document = result.document
    rows: list[SummaryRow] = []
    for site in document["sites"]:
        for number, role in enumerate(site["roles"], start=1):
            findings = [f for f in site["findings"] if f["role"] == role["role"]]
            rows.append(_row(document, site, role, findings, number, lang))
    return rows


def site_rows(result: CheckResult, site: dict[str, Any]) -> list[SummaryRow]:  # a JSON object
    """Return one row a role of one site, in the language of the check.

    Parameters
    ----------
    site
        An entry of ``sites[]`` of the document.
    """
    alone = replace(result, document={**result.document, "sites": [site]})
    return summary_rows(alone, result.lang)


def role_sign(role: dict[str, Any]) -> Sign:
    """Return word, icon and colour for a role; one that only advisory rules hit reads 提示.

    Parameters
    ----------
    role
        An entry of ``sites[].roles[]``.
    """
    if role["verdict"] == "clear" and role["advisory_hit"]:
        return ADVISORY_HIT
    return VERDICT_SIGNS[role["verdict"]]


def _row(
    document: dict[str, Any],  # a JSON object
    site: dict[str, Any],
    role: dict[str, Any],
    findings: list[dict[str, Any]],
    number: int,
    lang: str,
) -> SummaryRow:
    deciding = _deciding(role, findings)
    severities = [s for s in _SEVERITY_ORDER if any(f["severity"] == s for f in deciding)]
    return SummaryRow(
        number=number,
        site_id=site["id"],
        site_name=site["name"] or "",
        role=role["role"],
        role_title=role_title(role["role"], lang),
        sign=role_sign(role),
        layers=_layers(document, role["role"], deciding, lang),
        involved=_involved(role, findings, lang),
        features=role["features"],
        overlap_m2=role["overlap_m2"],
        share=role["overlap_share"],
        nearest_m=role["nearest_m"],
        severity=_pick(SEVERITY_WORDS[severities[0]], lang) if severities else "",
        citations=_once(f["citation"]["text"] for f in deciding),
        branch=word("branch", role["branch"], lang),
        reasons=_once(f["reason"] for f in deciding) or _once([role["reason"]]),
        ask=role["ask"] or "",
    )


def _deciding(role: dict[str, Any], findings: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the findings that carry the role's verdict, worst first."""
    ranked = sorted(findings, key=_rank)
    if role["verdict"] in ("prohibited", "restricted", "conditional"):
        return [f for f in ranked if f["outcome"] == "hit"]
    if role["verdict"] == "undetermined":
        return [f for f in ranked if f["outcome"] not in ("clear", "sliver")] or ranked
    return [f for f in ranked if f["outcome"] in ("hit", "borderline")] or ranked


def _rank(finding: dict[str, Any]) -> tuple[int, int, float, float]:
    """Order findings: outcome, severity, then the nearest and the largest first."""
    distance_m, overlap_m2 = finding["distance_m"], finding["overlap_m2"]
    return (
        _OUTCOME_ORDER.index(finding["outcome"]),
        _SEVERITY_ORDER.index(finding["severity"]),
        math.inf if distance_m is None else distance_m,
        -(overlap_m2 or 0.0),
    )


def _layers(document: dict[str, Any], role: str, deciding: list[dict[str, Any]], lang: str) -> str:
    """Name the layers that the deciding findings come from, else those of the role."""
    titles = {layer["id"]: layer["title"] for layer in document["layers"]}
    named = [(f["layer_id"], f["layer_version"]) for f in deciding if f["layer_id"]]
    if not named:
        named = [(y["id"], y["version"]) for y in document["layers"] if y["role"] == role]
    texts = _once(f"{titles.get(name, name)} v{version}" for name, version in named)
    return "、".join(texts) if texts else label("no_layer", lang)


def _involved(role: dict[str, Any], findings: list[dict[str, Any]], lang: str) -> str:
    """Say whether the site meets the role: a hit first, then doubt, then none."""
    outcomes = {f["outcome"]: f["relation"] for f in sorted(findings, key=_rank, reverse=True)}
    if outcomes.get("hit") == "not_within":
        return label("not_inside", lang)
    for outcome in ("hit", "borderline"):
        if outcome in outcomes:
            return _pick(OUTCOME_WORDS[outcome], lang)
    if role["verdict"] == "clear" and outcomes.get("clear") == "not_within":
        return label("inside", lang)
    return VERDICT_SIGNS[role["verdict"]].word(lang)


def _once(texts: Iterable[str | None]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text for text in texts if text))


def _pick(pair: tuple[str, str], lang: str) -> str:
    return pair[1] if lang == "en" else pair[0]
