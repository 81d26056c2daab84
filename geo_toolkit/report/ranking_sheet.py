"""The sheet of several sites: ranked from clean to conflicted, one row a site."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geo_toolkit.report.labels import label
from geo_toolkit.report.phrases import phrase
from geo_toolkit.report.sheet import Book, Filled
from geo_toolkit.siting.batch import ranked_sites
from geo_toolkit.siting.words import VERDICT_SIGNS

if TYPE_CHECKING:
    from geo_toolkit.siting import CheckResult

__all__ = ["write_ranking"]


def write_ranking(book: Book, result: CheckResult, lang: str) -> None:
    """Write the sites in their rank; of a check of one site, no sheet."""
    if len(result.document["sites"]) < 2:
        return
    columns = (
        ("rank", 8, "0"), ("site_id", 18, ""), ("name", 30, ""), ("conclusion", 14, ""),
        ("complete", 12, ""), ("area_ha", 14, "#,##0.0000"), ("in_conflict", 40, ""),
        ("open_matters", 44, ""),
    )  # fmt: skip
    sheet = book.sheet(label("sheet_ranking", lang), [width for _, width, _ in columns])
    sheet.header([label(key, lang) for key, _, _ in columns])
    between = phrase("c_list", lang)
    formats = [number_format for _, _, number_format in columns]
    for row in ranked_sites(result.document):
        sign = VERDICT_SIGNS[row["verdict"]]
        sheet.table_row(
            (
                row["rank"],
                row["site_id"],
                row["name"] or "",
                Filled(f"{sign.icon} {sign.word(lang)}", sign.color),
                label("yes" if row["complete"] else "no", lang),
                row["area_ha"],
                between.join(role["title"] for role in row["conflicts"]),
                between.join(role["title"] for role in row["open"]),
            ),
            formats,
        )
