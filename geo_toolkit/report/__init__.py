"""A finished check as files: JSON, workbook, GeoPackage, page."""

from geo_toolkit.report.gpkg import write_gpkg
from geo_toolkit.report.json_text import to_json_text
from geo_toolkit.report.labels import CAVEAT
from geo_toolkit.report.notices import not_examined_lines, repair_lines, warning_lines
from geo_toolkit.report.outputs import (
    BATCH,
    DOCUMENTS,
    FORMATS,
    FormatPlan,
    plan_formats,
    write_outputs,
)
from geo_toolkit.report.summary import SummaryRow, summary_rows
from geo_toolkit.report.xlsx import write_xlsx

__all__ = [
    "BATCH",
    "CAVEAT",
    "DOCUMENTS",
    "FORMATS",
    "FormatPlan",
    "SummaryRow",
    "not_examined_lines",
    "plan_formats",
    "repair_lines",
    "summary_rows",
    "to_json_text",
    "warning_lines",
    "write_gpkg",
    "write_outputs",
    "write_xlsx",
]
