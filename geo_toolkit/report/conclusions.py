"""The conclusion in words: one sentence a matter, the branch of the law and nothing beyond it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from geo_toolkit.report.labels import label, nature_title, project_type_title
from geo_toolkit.report.measures import ha_of, metres_of, percent_of
from geo_toolkit.report.numbers import number_text
from geo_toolkit.report.phrases import phrase
from geo_toolkit.report.summary import SummaryRow, role_sign, site_rows
from geo_toolkit.report.terrain_tables import slope_sentence
from geo_toolkit.report.text import literal
from geo_toolkit.siting.branches import BRANCHES
from geo_toolkit.siting.words import ADVISORY_HIT, VERDICT_SIGNS

if TYPE_CHECKING:
    from geo_toolkit.siting import CheckResult

__all__ = ["overall_sentence", "role_sentences"]

_DISTANCES = ("within_distance", "along_line")
_CONFLICTS = ("prohibited", "restricted", "conditional")
_ORDER = (*_CONFLICTS, "clear", "undetermined")
_SHARED = ("schematic", "outside_coverage", "no_layer")

Record = dict[str, Any]  # JSON values


def overall_sentence(document: Record, site: Record) -> str:
    """Return how many matters came out how, within which scope, and what that does not say."""
    lang = document["language"]
    signs = [role_sign(role) for role in site["roles"]]
    words = [
        phrase("c_count", lang, word=sign.word(lang), n=signs.count(sign))
        for sign in (*VERDICT_SIGNS.values(), ADVISORY_HIT)
        if sign in signs
    ]
    return phrase(
        "c_overall",
        lang,
        scope=literal(document["scope"]["title"], lang, limit=60),
        type=project_type_title(document["project_type"], lang),
        nature=nature_title(document["nature"], lang),
        n=len(site["roles"]),
        counts=phrase("c_list", lang).join(words),
    )


def role_sentences(result: CheckResult, site: Record) -> list[str]:
    """Return one sentence a matter: conflicts first, then what is clear, then what is open.

    Open matters that lack the same thing share a sentence, with whom to ask for each.
    """
    lang = result.lang
    pairs = sorted(
        zip(site["roles"], site_rows(result, site), strict=True),
        key=lambda pair: _ORDER.index(pair[0]["verdict"]),
    )
    said: list[str] = []
    lacking: dict[str, list[str]] = {code: [] for code in _SHARED}
    for role, row in pairs:
        if role["verdict"] == "undetermined" and role["reason_code"] in _SHARED:
            lacking[role["reason_code"]].append(_whom_to_ask(row, lang))
        else:
            said.append(_sentence(result.document, site, role, row))
    separator = phrase("c_list", lang)
    said += [
        phrase(f"g_{code}", lang, roles=separator.join(named))
        for code, named in lacking.items()
        if named
    ]
    return said


def _whom_to_ask(row: SummaryRow, lang: str) -> str:
    title = literal(row.role_title, lang)
    return phrase("c_role_ask", lang, role=title, who=literal(row.ask, lang)) if row.ask else title


def _sentence(document: Record, site: Record, role: Record, row: SummaryRow) -> str:
    lang = document["language"]
    title = literal(row.role_title, lang)
    if role["verdict"] == "undetermined":
        ask = phrase("c_ask", lang, who=literal(row.ask, lang)) if row.ask else ""
        reason = literal((role["reason"] or "").rstrip("。."), lang)
        return phrase("c_undetermined", lang, role=title, reason=reason, ask=ask)
    findings = [f for f in site["findings"] if f["role"] == role["role"]]
    if row.sign is ADVISORY_HIT or role["verdict"] in _CONFLICTS:
        return _conflict(role, row, findings, lang)
    if sloping := [f for f in findings if f.get("slope")]:
        return slope_sentence(sloping[0], lang)
    if any(f["reason_code"] == "crossed_without_land" for f in findings):
        return phrase("c_clear_crossed", lang, role=title)
    area = number_text(site["area_ha"], 4)
    data = literal(row.layers, lang)
    if any(f["relation"] == "not_within" for f in findings):
        return phrase("c_clear_within", lang, data=data, area=area, role=title)
    near = ""
    if role["nearest_m"] is not None:
        distance = _plain(role["nearest_m"], is_coarse=bool(role.get("withheld")))
        near = phrase("c_near", lang, d=distance)
    return phrase("c_clear_overlap", lang, data=data, area=area, role=title, near=near)


def _conflict(role: Record, row: SummaryRow, findings: list[Record], lang: str) -> str:
    hits = [f for f in findings if f["outcome"] == "hit"]
    worst = [f for f in hits if f["severity"] == role["verdict"]] or hits
    basis = literal(SummaryRow.first_of(list(row.citations), lang), lang)
    who = next((f["authority"] for f in worst if f["authority"]), None)
    kind = "advisory" if row.sign is ADVISORY_HIT else role["verdict"]
    then = phrase(
        f"c_then_{kind}",
        lang,
        basis=basis or label("citation", lang),
        who=literal(who, lang) if who else phrase("c_authority", lang),
    )
    branch = role["branch"]
    said = ""
    if branch in BRANCHES and branch != "not_inside":
        zh, en = BRANCHES[branch]
        said = phrase("c_branch", lang, branch=en if lang == "en" else zh)
    return _measured(role, row, worst, lang) + then + said


def _measured(role: Record, row: SummaryRow, hits: list[Record], lang: str) -> str:
    """Return the measured half of the sentence: overlap, distance, or what lies outside."""
    title = literal(row.role_title, lang)
    coarse = bool(role.get("withheld"))
    if sloping := [f for f in hits if f.get("slope")]:
        return slope_sentence(sloping[0], lang)
    if role["overlap_m2"] and not all(f["relation"] == "not_within" for f in hits):
        return phrase(
            "c_hit_overlap",
            lang,
            role=title,
            a=ha_of(role["overlap_m2"], lang, is_coarse=coarse),
            p=percent_of(role["overlap_share"], lang, is_coarse=coarse),
        )
    by_distance = [
        f for f in hits if f["relation"] in _DISTANCES and f["distance_m"] is not None
        and f["threshold_m"] is not None
    ]  # fmt: skip
    if by_distance:
        nearest = min(by_distance, key=lambda f: (f["distance_m"], f["threshold_m"]))
        distance = _plain(nearest["distance_m"], is_coarse=coarse)
        limit = number_text(nearest["threshold_m"], 0)
        return phrase("c_hit_distance", lang, role=title, d=distance, t=limit)
    if any(f["relation"] == "not_within" for f in hits):
        return phrase("c_hit_outside", lang, role=title)
    return phrase("c_hit_other", lang, role=title)


def _plain(distance_m: float, *, is_coarse: bool) -> str:
    """Return a distance for a sentence that says “about” itself."""
    return number_text(distance_m, 0) if is_coarse else metres_of(distance_m, "zh")
