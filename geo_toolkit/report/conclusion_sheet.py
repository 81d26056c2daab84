"""The first sheet: what was asked, the verdict of each site, and what was not examined."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from geo_toolkit.report.labels import CAVEAT, label, nature_title, project_type_title
from geo_toolkit.report.notices import not_examined_lines, repair_lines, warning_lines
from geo_toolkit.report.numbers import degrees_text
from geo_toolkit.report.sheet import Book, Filled, Sheet
from geo_toolkit.report.summary import summary_rows
from geo_toolkit.siting.words import VERDICT_SIGNS

if TYPE_CHECKING:
    from geo_toolkit.siting import CheckResult

__all__ = ["MOST_SITES", "write_conclusion"]

MOST_SITES = 20
"""Sites that are set out one by one here; of more, only counts, and a sheet has them ranked."""


def write_conclusion(book: Book, result: CheckResult, lang: str) -> None:
    """Write the conclusion sheet: each site, or of a batch how many came out how."""
    document = result.document
    sheet = book.sheet(label("sheet_conclusion", lang), (26, 90))
    sheet.title(label("report_title", lang))
    sheet.blank()
    is_batch = len(document["sites"]) > MOST_SITES
    if is_batch:
        _counts(sheet, document, lang)
    else:
        for site in document["sites"]:
            _site(sheet, site, lang)
    _request(sheet, document, lang)
    if not is_batch:
        _doubts(sheet, result, lang)
    _notices(sheet, label("not_examined", lang), not_examined_lines(document, lang))
    _notices(sheet, label("warnings", lang), warning_lines(document, lang))
    _notices(sheet, label("repairs", lang), repair_lines(document, lang))
    _notices(sheet, label("caveat", lang), [CAVEAT[1] if lang == "en" else CAVEAT[0]])


def _site(sheet: Sheet, site: dict[str, Any], lang: str) -> None:
    sign = VERDICT_SIGNS[site["verdict"]]
    sheet.pair(label("site_id", lang), site["id"])
    sheet.pair(label("name", lang), site["name"] or "")
    sheet.pair(label("conclusion", lang), Filled(f"{sign.icon} {sign.word(lang)}", sign.color))
    sheet.pair(label("complete", lang), label("yes" if site["complete"] else "no", lang))
    for key, number_format in (
        ("area_m2", "#,##0.00"),
        ("area_ha", "#,##0.0000"),
        ("area_mu", "#,##0.00"),
        ("stated_area_ha", "#,##0.0000"),
    ):
        if site[key] is not None:
            sheet.pair(label(key, lang), site[key], number_format)
    sheet.pair(label("centre", lang), degrees_text(site["lon"], site["lat"]))
    sheet.blank()


def _counts(sheet: Sheet, document: dict[str, Any], lang: str) -> None:
    """Write how many sites came out how, and of each matter how many are undetermined."""
    sites = document["sites"]
    for verdict, sign in VERDICT_SIGNS.items():
        count = sum(site["verdict"] == verdict for site in sites)
        if count:
            said = label("n_sites", lang, n=count, total=len(sites))
            sheet.pair(said, Filled(f"{sign.icon} {sign.word(lang)}", sign.color))
    sheet.note(label("ranked_elsewhere", lang))
    counts: dict[str, int] = {}
    for site in sites:
        for role in site["roles"]:
            if role["verdict"] == "undetermined":
                counts[role["title"]] = counts.get(role["title"], 0) + 1
    if counts:
        sheet.pair(label("undetermined", lang), "")
        for title, count in counts.items():
            sheet.pair(title, label("n_sites", lang, n=count, total=len(sites)))
    sheet.blank()


def _request(sheet: Sheet, document: dict[str, Any], lang: str) -> None:
    scope, rules = document["scope"], document["rules"]
    for key, value in (
        ("project_type", project_type_title(document["project_type"], lang)),
        ("nature", nature_title(document["nature"], lang)),
        ("scope", scope["title"]),
        ("as_of", document["as_of"]),
        ("workspace", document["workspace_title"]),
        ("rules", label("rules_count", lang, n=rules["count"], sha=rules["sha256"])),
        ("toolkit_version", f"geo-toolkit {document['toolkit_version']}"),
        ("check_id", document["check_id"]),
        ("generated_at", document["generated_at"]),
    ):
        sheet.pair(label(key, lang), value)
    sheet.blank()


def _doubts(sheet: Sheet, result: CheckResult, lang: str) -> None:
    """List what could not be decided, why, and whom to ask."""
    lines = []
    for row in summary_rows(result, lang):
        if row.sign is VERDICT_SIGNS["undetermined"]:
            ask = f"{label('ask', lang)}: {row.ask}" if row.ask else ""
            reasons = "；".join(row.reasons)
            lines.append("　".join(t for t in (row.site_id, row.role_title, reasons, ask) if t))
    _notices(sheet, label("undetermined", lang), lines)


def _notices(sheet: Sheet, heading: str, lines: list[str]) -> None:
    if not lines:
        return
    sheet.pair(heading, "")
    for line in lines:
        sheet.note(line)
    sheet.blank()
