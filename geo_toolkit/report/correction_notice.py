"""The notice of corrections (补正清单): all that an applicant must mend, told in one go."""

from __future__ import annotations

import re
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from geo_toolkit.boundary.faults import ERROR, REPAIR, WARNING
from geo_toolkit.errors import OptionError
from geo_toolkit.report.correction_docx import write_docx
from geo_toolkit.report.correction_map import draw_faults
from geo_toolkit.report.correction_words import place_words, problem_words, remedy_words
from geo_toolkit.report.correction_xlsx import write_xlsx
from geo_toolkit.report.text import literal

if TYPE_CHECKING:
    from geo_toolkit.boundary.faults import Fault
    from geo_toolkit.boundary.inspecting import Inspection

__all__ = ["Notice", "Row", "notice_of", "write_notice"]

STEM = "corrections"
_ALONE = 3
_PLACES = 12
_REMARKS = 8
_LINE = re.compile(r"line (\d+)")
_WORDS = {
    "title": ("用地边界补正清单", "Boundary file: list of corrections"),
    "file": ("文件名称", "File"),
    "format": ("文件格式", "Format"),
    "features": ("地块（要素）数", "Plots or features"),
    "result": ("检查结果", "Result"),
    "faulty": ("须补正{count}处，补正后重新提交", "{count} to correct, then submit again"),
    "sound": ("可以读取，无须补正", "can be read, nothing to correct"),
    "number": ("序号", "No."),
    "place": ("位置", "Place"),
    "problem": ("存在的问题", "What is wrong"),
    "remedy": ("补正要求", "What to do"),
    "corrections": ("须补正的内容", "To correct"),
    "warnings": ("请一并核对的内容", "To look at"),
    "repairs": ("系统已自动处理的内容", "Mended while reading"),
    "map": ("示意图（编号与上表序号一致）", "Sketch (numbers as in the table)"),
    "more": ("另有{count}项，见{file}", "{count} more, see {file}"),
    "count": ("{places}等，共{count}处", "{places}, …, {count} in all"),
    "counted": ("{places}，共{count}处", "{places}, {count} in all"),
    "line": ("第{a}行", "line {a}"),
    "lines": ("第{a}至{b}行", "lines {a} to {b}"),
    "unknown": ("未识别", "not known"),
    "note": (
        "说明：本清单一次性列出本文件的全部问题，请逐项补正后一并重新提交。",
        "All faults of the file are listed here at once: correct each of them and submit the file "
        "again.",
    ),
    "note_text": (
        "“第×行”指用记事本打开文件后从上往下数的行数，空行计算在内；“第×圈”指地块的圈号，1为外圈。",
        " Lines are counted from the top of the file, empty lines included.",
    ),
    "note_sheet": (
        "“第×行”指工作表左侧的行号；“第×圈”指地块的圈号，1为外圈。",
        " Lines are the row numbers of the sheet.",
    ),
    "note_drawing": (
        "“句柄”是CAD中图元的编号，在CAD“特性”或LIST命令中可以查到。",
        " A handle is the number that CAD gives an entity; the LIST command shows it.",
    ),
    "note_marks": (
        "地标、要素、点均按文件中的先后顺序从1起数。",
        " Placemarks, features and points are counted from 1 in the order of the file.",
    ),
    "signature": (
        "经办人：　　　　　　　　　　日期：　　　年　　月　　日", "Officer:                Date:"),
    "levels": ("须补正|请核对|已自动处理", "to correct|to look at|mended"),
}  # fmt: skip
_NOTES = {
    "survey text": "note_text",
    "CSV": "note_text",
    "WKT": "note_text",
    "XLSX": "note_sheet",
    "DXF": "note_drawing",
}
_FORMATS_ZH = {"survey text": "勘测定界界址点文本", "Shapefile": "Shapefile（shp）"}


@dataclass(frozen=True)
class Row:
    """One line of the notice; faults of one kind stand together where they are many."""

    number: int
    place: str
    problem: str
    remedy: str
    faults: tuple[Fault, ...]


@dataclass(frozen=True)
class Notice:
    """A notice in one language, ready to be set.

    Attributes
    ----------
    facts
        File, format, number of plots and result, each with its label.
    rows
        What has to be corrected.
    warnings, repairs
        One sentence each.
    every
        Level, place, problem and remedy of each single fault, for the workbook.
    png
        The sketch, or None where there is nothing to draw.
    note
        How places are counted in a file of its format.
    """

    lang: str
    title: str
    facts: tuple[tuple[str, str], ...]
    rows: tuple[Row, ...]
    warnings: tuple[str, ...]
    repairs: tuple[str, ...]
    every: tuple[tuple[str, str, str, str], ...]
    png: bytes | None
    note: str

    def word(self, key: str) -> str:
        """Return a heading or a sentence of the notice."""
        return _word(key, self.lang)


def notice_of(inspection: Inspection, lang: str) -> Notice:
    """Return the notice of an inspected file.

    Parameters
    ----------
    lang
        ``zh`` or ``en``.
    """
    rows = _rows(inspection.errors, lang)
    known = inspection.format or _word("unknown", lang)
    result = "sound" if inspection.usable else "faulty"
    facts = (
        (_word("file", lang), literal(inspection.file, lang)),
        (_word("format", lang), known if lang == "en" else _FORMATS_ZH.get(known, known)),
        (_word("features", lang), str(inspection.features or "—")),
        (_word("result", lang), _word(result, lang).format(count=len(inspection.errors))),
    )
    levels = dict(zip((ERROR, WARNING, REPAIR), _word("levels", lang).split("|"), strict=True))
    every = tuple(
        (levels[one.level], *_texts(one, lang), remedy_words(one, lang) if one.remedy else "")
        for one in inspection.faults
    )
    return Notice(
        lang,
        _word("title", lang),
        facts,
        rows,
        _sentences(inspection, WARNING, lang),
        _sentences(inspection, REPAIR, lang),
        every,
        draw_faults(inspection.looked_at, _marks(rows, inspection)),
        _word("note", lang) + _word(_NOTES.get(inspection.format, "note_marks"), lang),
    )


def write_notice(inspection: Inspection, out_dir: Path, lang: str) -> list[Path]:
    """Write ``corrections.docx``, ``.xlsx`` and, where there is geometry, ``.png``.

    All of them appear, or none.

    Raises
    ------
    OptionError
        If the folder cannot be written to.
    """
    notice = notice_of(inspection, lang)
    try:
        out_dir.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=f".{STEM}-", dir=out_dir) as working:
            folder = Path(working)
            write_docx(notice, folder / f"{STEM}.docx")
            write_xlsx(notice, folder / f"{STEM}.xlsx")
            if notice.png is not None:
                (folder / f"{STEM}.png").write_bytes(notice.png)
            (out_dir / f"{STEM}.png").unlink(missing_ok=True)
            return [path.replace(out_dir / path.name) for path in sorted(folder.iterdir())]
    except OSError as error:
        raise OptionError(
            f"--out {out_dir}: cannot be written ({error.strerror or error}); "
            "close files that are open in it, or name another folder"
        ) from error


def _rows(errors: tuple[Fault, ...], lang: str) -> tuple[Row, ...]:
    """Return the lines of the notice: a fault each, but many of one kind in one line."""
    groups: dict[str, list[Fault]] = {}
    for fault in errors:
        groups.setdefault(fault.code, []).append(fault)
    lines: list[list[Fault]] = []
    for fault in errors:
        group = groups[fault.code]
        if len(group) <= _ALONE:
            lines.append([fault])
        elif group[0] is fault:
            lines.append(group)
    return tuple(_row(number, group, lang) for number, group in enumerate(lines, start=1))


def _row(number: int, group: list[Fault], lang: str) -> Row:
    first = group[0]
    place, problem = _texts(first, lang)
    if len(group) > 1:
        shown = _places(group, lang)
        joined = literal((", " if lang == "en" else "、").join(shown[:_PLACES]), lang)
        word = "count" if len(shown) > _PLACES else "counted"
        place = _word(word, lang).format(places=joined, count=len(group))
    return Row(number, place, problem, remedy_words(first, lang), tuple(group))


def _places(group: list[Fault], lang: str) -> list[str]:
    """Return the places of faults of one kind; lines that follow each other as a range."""
    lines = [int(m[1]) for fault in group if (m := _LINE.fullmatch(fault.place))]
    if len(lines) < len(group):
        return list(dict.fromkeys(place_words(fault, lang) for fault in group))
    runs: list[list[int]] = []
    for line in sorted(set(lines)):
        if runs and line == runs[-1][1] + 1:
            runs[-1][1] = line
        else:
            runs.append([line, line])
    one, several = _word("line", lang), _word("lines", lang)
    return [(one if a == b else several).format(a=a, b=b) for a, b in runs]


def _texts(fault: Fault, lang: str) -> tuple[str, str]:
    return literal(place_words(fault, lang), lang), literal(problem_words(fault, lang), lang)


def _sentences(inspection: Inspection, level: str, lang: str) -> tuple[str, ...]:
    """Return remarks of one level, at most a few: the workbook has all of them."""
    some = [fault for fault in inspection.faults if fault.level == level]
    colon = ": " if lang == "en" else "："
    texts = [
        colon.join(_texts(fault, lang)) if fault.place else _texts(fault, lang)[1] for fault in some
    ]
    if len(texts) > _REMARKS:
        rest = len(texts) - _REMARKS
        texts = [*texts[:_REMARKS], _word("more", lang).format(count=rest, file=f"{STEM}.xlsx")]
    return tuple(texts)


def _marks(rows: tuple[Row, ...], inspection: Inspection) -> list[tuple[int, float, float]]:
    """Return the number of each line of the notice and where its faults lie."""
    marks = []
    for row in rows:
        for fault in row.faults:
            position = inspection.looked_at.position_of(fault)
            if position is not None:
                marks.append((row.number, *position))
    return marks


def _word(key: str, lang: str) -> str:
    return _WORDS[key][1 if lang == "en" else 0]
