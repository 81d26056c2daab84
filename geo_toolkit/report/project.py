"""The project block, the list of sites, and the signatures."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from geo_toolkit.report.blocks import Column, Row, Table
from geo_toolkit.report.labels import label, nature_title, project_type_title
from geo_toolkit.report.numbers import BLANK, degrees_text, number_text
from geo_toolkit.report.phrases import phrase
from geo_toolkit.report.text import literal
from geo_toolkit.siting.words import VERDICT_SIGNS

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["MOST_LISTED", "project_table", "signature_table", "site_table"]

MOST_LISTED = 300

Record = dict[str, Any]  # JSON values

_ATTRIBUTES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("project_code", ("项目代码", "XMDM", "project_code")),
    ("applicant", ("申请单位", "建设单位", "用地单位", "申请用地单位", "applicant")),
    ("contact", ("联系人", "联系方式", "contact")),
    ("industry", ("行业类别", "HYLB", "industry")),
    ("place", ("坐落", "位置", "ZL", "place")),
    ("land_permanent", ("永久用地", "permanent")),
    ("land_temporary", ("临时用地", "temporary")),
    ("investment", ("总投资", "investment")),
    ("approval_stage", ("审批阶段", "批准文号", "stage")),
)
"""Rows of the block with the submitted attributes that fill them, the first that is there."""


def project_table(document: Record, caption: str) -> Table:
    """Return the project block; what was not submitted says so, and can be filled in by hand."""
    lang = document["language"]
    sites = document["sites"]
    attributes: Record = sites[0]["attributes"] if sites else {}
    given = {
        key: next((str(attributes[n]) for n in names if attributes.get(n)), "")
        for key, names in _ATTRIBUTES
    }
    names = phrase("c_list", lang).join(site["name"] or site["id"] for site in sites[:5])
    pairs = [
        (phrase("project_name", lang), names),
        *((phrase(key, lang), given[key]) for key in ("project_code", "applicant", "contact")),
        (label("project_type", lang), project_type_title(document["project_type"], lang)),
        (label("nature", lang), _nature(document, lang)),
        (phrase("industry", lang), given["industry"]),
        (phrase("place", lang), given["place"]),
        *_sizes(sites, lang),
        *((phrase(key, lang), given[key]) for key in ("land_permanent", "land_temporary")),
        *((phrase(key, lang), given[key]) for key in ("investment", "approval_stage")),
        *_declared(document, lang),
        (label("scope", lang), document["scope"]["title"]),
        (label("as_of", lang), document["as_of"]),
        (label("toolkit_version", lang), _made_with(document, lang)),
    ]
    rows = tuple(
        Row((name, literal(text, lang) or phrase("not_given", lang))) for name, text in pairs
    )
    return Table(caption, (Column("", 42), Column("", 118)), rows, has_head=False)


def site_table(sites: Sequence[Record], lang: str, caption: str) -> Table:
    """Return one row a site with its area and verdict, in the order given."""
    rows = []
    for number, site in enumerate(sites[:MOST_LISTED], start=1):
        sign = VERDICT_SIGNS[site["verdict"]]
        cells = (
            str(number),
            literal(site["id"], lang, limit=60),
            literal(site["name"] or BLANK, lang, limit=60),
            number_text(site["area_ha"], 4),
            label("yes" if site["complete"] else "no", lang),
            f"{sign.icon} {sign.word(lang)}",
        )
        rows.append(Row(cells, color=sign.color))
    columns = (
        Column(label("number", lang), 12, "center"),
        Column(label("site_id", lang), 34),
        Column(label("name", lang), 48),
        Column(label("area_ha", lang), 22, "right"),
        Column(label("complete", lang), 22),
        Column(label("conclusion", lang), 22),
    )
    total = len(sites)
    more = phrase("rows_more", lang, shown=MOST_LISTED, total=total) if total > MOST_LISTED else ""
    return Table(caption, columns, tuple(rows), more)


def signature_table(lang: str) -> Table:
    """Return the block to be signed: who prepared, checked and approved, the unit and the day."""
    rows = tuple(
        Row((phrase(key, lang), "", phrase("sign_date", lang), ""))
        for key in ("prepared", "checked", "approved")
    )
    stamp = Row((phrase("unit_stamp", lang), "", phrase("sign_date", lang), ""))
    columns = (Column("", 38), Column("", 62), Column("", 20), Column("", 40))
    return Table("", columns, (*rows, stamp), has_head=False)


def _nature(document: Record, lang: str) -> str:
    nature = nature_title(document["nature"], lang)
    is_assumed = document.get("nature_basis") == "assumed"
    return phrase("nature_assumed", lang, nature=nature) if is_assumed else nature


def _made_with(document: Record, lang: str) -> str:
    version, rules = document["toolkit_version"], document["rules"]
    return phrase("toolkit_and_rules", lang, version=version, n=rules["count"], sha=rules["sha256"])


def _sizes(sites: Sequence[Record], lang: str) -> list[tuple[str, str]]:
    """Return centre and area; of several sites the sum of the areas."""
    if not sites:
        return []
    total = sum(site["area_m2"] for site in sites)
    said = phrase(
        "ha_mu_m2",
        lang,
        m2=number_text(total, 2),
        ha=number_text(total / 10_000, 4),
        mu=number_text(total * 3 / 2000, 2),
    )
    rows = [(phrase("land_total", lang), said)]
    if len(sites) == 1:
        site = sites[0]
        rows.insert(0, (label("centre", lang), degrees_text(site["lon"], site["lat"])))
        stated = site["stated_area_ha"]
        if stated is not None:
            said = phrase(
                "stated_text",
                lang,
                ha=number_text(stated, 4),
                diff=number_text(site["area_ha"] - stated, 4),
            )
            rows.append((phrase("stated", lang), said))
    return rows


def _declared(document: Record, lang: str) -> list[tuple[str, str]]:
    """Return what was declared besides the nature, key by key."""
    found = []
    for key, value in (document.get("declaration") or {}).items():
        if key in ("nature", "override"):
            continue
        parts = value if isinstance(value, list) else [value]
        said = "；".join(
            "，".join(f"{k}={v}" for k, v in part.items()) if isinstance(part, dict) else str(part)
            for part in parts
        )
        found.append((f"{phrase('declared', lang)} {key}", said))
    return found
