"""The workbook of a check: conclusion, ranking, summary, detail, inputs, layers, basis, points."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import xlsxwriter

from geo_toolkit.report.conclusion_sheet import write_conclusion
from geo_toolkit.report.labels import label
from geo_toolkit.report.overlap_sheet import write_detail, write_points, write_summary
from geo_toolkit.report.ranking_sheet import write_ranking
from geo_toolkit.report.sheet import Book
from geo_toolkit.report.source_sheets import write_inputs, write_layers, write_rules

if TYPE_CHECKING:
    from pathlib import Path

    from geo_toolkit.siting import CheckResult

__all__ = ["write_xlsx"]

_SHEETS = (
    write_conclusion,
    write_ranking,
    write_summary,
    write_detail,
    write_inputs,
    write_layers,
    write_rules,
    write_points,
)


def write_xlsx(result: CheckResult, path: Path, lang: str | None = None) -> None:
    """Write the workbook of a check, in the language of the check unless told.

    Areas are m², hectares and mu from the same unrounded number. The file appears whole or not
    at all, and the same result gives the same bytes.
    """
    lang = lang or result.lang
    working = path.with_name(f"{path.name}.part")
    moment = datetime.fromisoformat(result.document["generated_at"]).astimezone(UTC)
    try:
        with xlsxwriter.Workbook(str(working), {"strings_to_formulas": False}) as workbook:
            workbook.set_properties(
                {"title": label("report_title", lang), "created": moment.replace(tzinfo=None)}
            )
            book = Book(workbook, label("sheet_full", lang))
            for write in _SHEETS:
                write(book, result, lang)
        working.replace(path)
    finally:
        working.unlink(missing_ok=True)
