"""The printed report of a check: figures drawn once, then every document that was asked for.

Importing this module imports matplotlib, Typst and the Word library, which are an extra.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from geo_toolkit.report.content import build_report
from geo_toolkit.report.docx_report import write_docx
from geo_toolkit.report.figures import draw_figures
from geo_toolkit.report.pdf import write_pdf

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from geo_toolkit.catalogue import Layer
    from geo_toolkit.siting import CheckResult

__all__ = ["build_report", "draw_figures", "write_documents", "write_docx", "write_pdf"]

TEMPLATE = "report_template.docx"
FONTS = "report_fonts"


def write_documents(
    result: CheckResult,
    layers: Sequence[Layer],
    targets: Mapping[str, Path],
    *,
    office: Path | None = None,
) -> None:
    """Write the printed report of a check, in the language of the check.

    Parameters
    ----------
    layers
        Those the check used, with counties and rivers to find one's way by.
    targets
        Files by format: ``docx``, ``pdf`` or both.
    office
        A folder that may hold ``report_template.docx``, which then takes the place of the
        toolkit's, and ``report_fonts/``, fonts for the PDF; a workspace's own folder.

    Raises
    ------
    DefinitionError
        If the template is not a Word document, or has no place for the report.
    UnknownName
        If the template marks a place that does not exist.
    """
    report = build_report(result, draw_figures(result, layers))
    if "docx" in targets:
        template = office / TEMPLATE if office else None
        write_docx(report, targets["docx"], template if template and template.exists() else None)
    if "pdf" in targets:
        write_pdf(report, targets["pdf"], office / FONTS if office else None)
