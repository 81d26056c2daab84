"""The words of the check page: banner, a table of matters for each site, and the small print."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from geo_toolkit.rules import NATURES, PROJECT_TYPES, role_title
from geo_toolkit.siting.result import VERDICTS
from geo_toolkit.siting.words import ADVISORY_HIT, VERDICT_SIGNS, Sign
from geo_toolkit.webmap.escaping import plain_text
from geo_toolkit.webmap.words import say

if TYPE_CHECKING:
    from geo_toolkit.siting import CheckResult

__all__ = ["area_text", "banner", "distance_text", "site_tables"]

Row = dict[str, Any]  # JSON: values of every type

_DECIDING = ("hit", "borderline", "undetermined")


def area_text(area_m2: float, lang: str) -> str:
    """Return an area for a label: square metres up to a hectare, hectares above.

    Examples
    --------
    >>> area_text(4321.04, "zh"), area_text(123456.0, "en")
    ('4,321 平方米', '12.3456 ha')
    """
    if round(area_m2) < 10_000:
        digits = 1 if area_m2 < 100 else 0
        return f"{area_m2:,.{digits}f} {say('m2', lang)}"
    return f"{area_m2 / 10_000:,.4f} {say('ha', lang)}"


def distance_text(distance_m: float, lang: str) -> str:
    """Return a distance for a label: metres up to ten kilometres, kilometres above.

    Examples
    --------
    >>> distance_text(834.26, "zh"), distance_text(12_345.0, "en")
    ('834.3 米', '12.35 km')
    """
    if round(distance_m, 1) < 10_000:
        return f"{distance_m:,.1f} {say('m', lang)}"
    return f"{distance_m / 1000:,.2f} {say('km', lang)}"


def sign_row(sign: Sign, key: str, lang: str) -> Row:
    """Return a verdict's word, icon and colour; what is not known is hatched as well."""
    return {
        "word": sign.word(lang),
        "icon": sign.icon,
        "color": sign.color,
        "hatched": key == "undetermined",
    }


def banner(result: CheckResult, lang: str) -> Row:
    """Return the top of the page: the worst verdict, and what was asked about what."""
    document = result.document
    worst = result.worst_verdict()
    sites = document["sites"]
    return {
        "sign": sign_row(VERDICT_SIGNS[worst], worst, lang),
        "incomplete": "" if all(s["complete"] for s in sites) else say("incomplete", lang),
        "facts": [[label, plain_text(value, limit=200)] for label, value in _facts(result, lang)],
    }


def _facts(result: CheckResult, lang: str) -> list[tuple[str, str]]:
    document, english = result.document, lang == "en"
    sites = document["sites"]
    comma = ", " if english else "、"
    total_ha = sum(site["area_ha"] for site in sites)
    total_mu = sum(site["area_mu"] for site in sites)
    kind, nature = str(document.get("project_type")), str(document.get("nature"))
    scope = document.get("scope") or {}
    title = scope.get("title") or scope.get("id") or ""
    missing = _missing_roles(sites)
    left_out = [role_title(role, lang) for role in scope.get("not_examined") or ()]
    facts = [
        (say("sites", lang), str(len(sites))),
        (
            say("area", lang),
            f"{total_ha:,.4f} {say('ha', lang)} ({total_mu:,.2f} {say('mu', lang)})",
        ),
        (say("project", lang), PROJECT_TYPES.get(kind, (kind, kind))[int(english)]),
        (say("nature", lang), NATURES.get(nature, (nature, nature))[int(english)]),
        (say("scope", lang), say("full", lang) if title == "full" else str(title)),
        (say("as_of", lang), str(document.get("as_of", ""))),
    ]
    if missing:
        facts.append((say("missing", lang), comma.join(role_title(role, lang) for role in missing)))
    if left_out:
        facts.append((say("not_examined", lang), comma.join(left_out)))
    return facts


def _missing_roles(sites: list[Row]) -> list[str]:
    """Return the roles that no site could be checked against for want of a layer, in order."""
    roles = [r["role"] for s in sites for r in s["roles"] if r.get("reason_code") == "no_layer"]
    return list(dict.fromkeys(roles))


def site_tables(result: CheckResult, lang: str) -> list[Row]:
    """Return one table a site: its heading, and one row a matter."""
    return [_site_table(site, lang) for site in result.document["sites"]]


def _site_table(site: Row, lang: str) -> Row:
    name = site.get("name") or site["id"]
    size = f"{site['area_ha']:,.4f} {say('ha', lang)} · {site['area_mu']:,.2f} {say('mu', lang)}"
    return {
        "id": site["id"],
        "name": plain_text(name, limit=10_000),
        "size": size,
        "sign": sign_row(VERDICT_SIGNS[site["verdict"]], site["verdict"], lang),
        "rows": [
            _matter(role, site["findings"], lang) for role in sorted(site["roles"], key=_order)
        ],
    }


def _order(role: Row) -> int:
    """Return what comes first in the table: the worst; an advisory hit before what is clear."""
    is_advisory = role["verdict"] == "clear" and bool(role.get("advisory_hit"))
    return 2 * VERDICTS.index(role["verdict"]) - int(is_advisory)


def _matter(role: Row, findings: list[Row], lang: str) -> Row:
    """Return one row: conclusion and numbers; below them reasons, basis and whom to ask."""
    verdict = role["verdict"]
    is_advisory = verdict == "clear" and role.get("advisory_hit")
    sign = ADVISORY_HIT if is_advisory else VERDICT_SIGNS[verdict]
    mine = [finding for finding in findings if finding["role"] == role["role"]]
    telling = [finding for finding in mine if finding["outcome"] in _DECIDING] or mine
    texts = [str((f.get("citation") or {}).get("text") or "") for f in telling]
    reasons = [str(f.get("reason") or "") for f in telling]
    ask = say("ask", lang).format(role["ask"]) if role.get("ask") else ""
    share = role.get("overlap_share")
    return {
        "role": role["role"],
        "verdict": verdict,
        "title": plain_text(role.get("title") or role_title(role["role"], lang), limit=60),
        "sign": sign_row(sign, verdict, lang),
        "area": _number(role.get("overlap_m2"), 1),
        "share": "—" if share is None else f"{share * 100:.2f}%",
        "distance": _number(role.get("nearest_m"), 1),
        "basis": [plain_text(text, limit=300) for text in dict.fromkeys(texts) if text],
        "reasons": [plain_text(text, limit=400) for text in dict.fromkeys(reasons) if text][:3],
        "ask": plain_text(ask, limit=200),
    }


def _number(value: float | None, digits: int) -> str:
    return "—" if value is None else f"{value:,.{digits}f}"
