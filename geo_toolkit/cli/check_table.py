"""A finished check as a table to read: a line a site, a row a role, then what else to know."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from geo_toolkit.cli.console import clean, console, say, table
from geo_toolkit.report import (
    CAVEAT,
    not_examined_lines,
    repair_lines,
    summary_rows,
    warning_lines,
)
from geo_toolkit.report.labels import label
from geo_toolkit.report.numbers import BLANK, area_text, ha_text, percent_text
from geo_toolkit.siting.words import VERDICT_SIGNS

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Any

    from geo_toolkit.report import SummaryRow
    from geo_toolkit.siting import CheckResult

__all__ = ["print_check", "print_files"]


def print_check(result: CheckResult, lang: str) -> None:
    """Print the whole check."""
    document = result.document
    rows = summary_rows(result, lang)
    for site in document["sites"]:
        _print_site_line(site, lang)
        _print_roles([row for row in rows if row.site_id == site["id"]], lang)
    _print_warnings(document, lang)
    _print_list(label("not_examined", lang), not_examined_lines(document, lang))
    separator = ": " if lang == "en" else "："
    facts = (
        ("workspace", document["workspace_title"]),
        ("scope", document["scope"]["title"]),
        ("as_of", document["as_of"]),
        ("check_id", document["check_id"]),
    )
    say("  ".join(f"{label(key, lang)}{separator}{value}" for key, value in facts))
    say(label("caveat", lang) + separator + (CAVEAT[1] if lang == "en" else CAVEAT[0]))


def print_files(
    result: CheckResult, files: list[Path], missing: tuple[str, ...], lang: str
) -> None:
    """Print a line a site, the files written, and the formats that do not exist yet."""
    for site in result.document["sites"]:
        _print_site_line(site, lang)
    _print_warnings(result.document, lang)
    for path in files:
        say(f"  {path}")
    if missing:
        say(label("formats_missing", lang, names=", ".join(missing)))


def _print_site_line(site: dict[str, Any], lang: str) -> None:
    sign = VERDICT_SIGNS[site["verdict"]]
    line = Text(f"{sign.icon} {sign.word(lang)}", style=f"bold {sign.color}")
    named = f"  {site['id']}" + (f"  {site['name']}" if site["name"] else "")
    line.append(clean(named), style="bold default")
    line.append(f"  {area_text(site['area_m2'], lang)}", style="default")
    if not site["complete"] and site["verdict"] != "undetermined":
        line.append(f"  {label('incomplete', lang)}", style="default")
    console().print(line, soft_wrap=True)


def _print_warnings(document: dict[str, Any], lang: str) -> None:
    _print_list(label("warnings", lang), warning_lines(document, lang))
    _print_list(label("repairs", lang), repair_lines(document, lang))


def _print_roles(rows: list[SummaryRow], lang: str) -> None:
    made = table(
        [
            (label("role", lang), "left"),
            (label("conclusion", lang), "left"),
            (label("overlap_ha_short", lang), "right"),
            (label("share", lang), "right"),
            (label("nearest_m_short", lang), "right"),
            (label("citation", lang), "left"),
            (label("reason", lang), "left"),
        ]
    )
    for column in made.columns[1:5]:
        column.no_wrap = True
    made.columns[0].max_width = 14
    made.columns[5].ratio, made.columns[6].ratio = 2, 3
    for row in rows:
        sign = Text(f"{row.sign.icon} {row.sign.word(lang)}", style=f"bold {row.sign.color}")
        nearest = BLANK if row.nearest_m is None else f"{row.nearest_m:,.1f}"
        made.add_row(
            Text(clean(row.role_title)),
            sign,
            Text(ha_text(row.overlap_m2)),
            Text(percent_text(row.share)),
            Text("0" if row.nearest_m == 0 else nearest),
            Text(clean(row.first_of(row.citations, lang))),
            Text(clean(row.first_of(row.reasons, lang))),
        )
    made.expand = True
    console().print(made)


def _print_list(heading: str, lines: list[str]) -> None:
    if lines:
        say(heading)
        for line in lines:
            say(f"  - {line}")
