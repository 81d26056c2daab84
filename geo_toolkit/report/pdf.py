"""The report as PDF, set by Typst: text goes in as data, never as markup."""

from __future__ import annotations

import json
import tempfile
from datetime import UTC, datetime
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typst

from geo_toolkit.report.blocks import Figure, Paragraph, Table, Verdict
from geo_toolkit.report.fonts import FAMILY, font_folder, printable
from geo_toolkit.report.phrases import phrase

if TYPE_CHECKING:
    from geo_toolkit.report.blocks import Block, Report

__all__ = ["write_pdf"]

_BODY = ("FangSong", "FangSong_GB2312", "STFangsong")
_HEADINGS = ("SimHei", "STHeiti")
_TEMPLATE = "report.typ"

Values = dict[str, Any]  # JSON values


def write_pdf(report: Report, path: Path, fonts: Path | None = None) -> None:
    """Write the report as PDF; the file appears whole or not at all.

    The same report gives the same bytes: fonts of the system are not looked at.

    Parameters
    ----------
    fonts
        A folder with fonts of one's own; 仿宋 and 黑体 are used where they are in it.
    """
    folders = [font_folder(), *([fonts] if fonts is not None and fonts.is_dir() else [])]
    known = typst.Fonts(include_system_fonts=False, font_paths=folders)
    families = set(known.families())
    moment = datetime.fromisoformat(report.generated_at).astimezone(UTC)
    with tempfile.TemporaryDirectory(prefix=".report-", dir=path.parent) as root:
        folder = Path(root)
        template = resources.files("geo_toolkit.report") / "templates" / _TEMPLATE
        (folder / _TEMPLATE).write_bytes(template.read_bytes())
        data = _data(report, folder, moment)
        data["body_fonts"] = [*(name for name in _BODY if name in families), FAMILY]
        data["heading_fonts"] = [*(name for name in _HEADINGS if name in families), FAMILY]
        working = folder / "report.pdf"
        typst.compile(
            folder / _TEMPLATE,
            output=working,
            root=folder,
            font_paths=known,
            ignore_system_fonts=True,
            sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
            format="pdf",
            timestamp=int(moment.timestamp()),
        )
        working.replace(path)


def _data(report: Report, folder: Path, moment: datetime) -> Values:
    """Return the report as JSON values; figures go to files of the folder."""
    sections: list[Values] = []
    for section in report.sections:
        blocks = [
            _block(block, folder, f"{section.key}-{place}.png")
            for place, block in enumerate(section.blocks)
        ]
        tall = section.key == "signature"
        for block in blocks:
            block["tall"] = tall
        sections.append({"heading": printable(section.heading), "blocks": blocks})
    fields = {name: printable(text) for name, text in report.fields.items()}
    return {
        "lang": report.lang,
        "title": printable(report.title),
        "fields": fields,
        "page_word": phrase("page", report.lang),
        "day": [moment.year, moment.month, moment.day, moment.hour, moment.minute, moment.second],
        "sections": sections,
    }


def _block(block: Block, folder: Path, name: str) -> Values:
    if isinstance(block, Paragraph):
        return {"type": "paragraph", "kind": block.kind, "text": printable(block.text)}
    if isinstance(block, Verdict):
        return {
            "type": "verdict",
            "icon": block.icon,
            "word": block.word,
            "color": block.color,
            "sign_mm": block.sign_mm,
            "text": printable(block.text),
        }
    if isinstance(block, Figure):
        (folder / name).write_bytes(block.png)
        return {
            "type": "figure",
            "file": name,
            "caption": printable(block.caption),
            "width_mm": block.width_mm,
            "height_mm": block.height_mm,
        }
    return _table(block)


def _table(table: Table) -> Values:
    return {
        "type": "table",
        "caption": printable(table.caption),
        "note": printable(table.note),
        "has_head": table.has_head,
        "is_short": table.is_short,
        "columns": [
            {"head": printable(c.head), "width_mm": c.width_mm, "align": c.align}
            for c in table.columns
        ],
        "rows": [
            {
                "cells": [printable(cell) for cell in row.cells],
                "note": printable(row.note),
                "is_total": row.is_total,
                "color": row.color,
            }
            for row in table.rows
        ],
    }
