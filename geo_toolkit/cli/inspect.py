"""``geo-toolkit inspect``: every fault of a submission at once (一次性告知)."""

from pathlib import Path
from typing import Annotated

import typer

from geo_toolkit.boundary.faults import ERROR, REPAIR, WARNING
from geo_toolkit.boundary.inspecting import Inspection, inspect_file
from geo_toolkit.cli import check_options as opt
from geo_toolkit.cli import lazy
from geo_toolkit.cli.console import print_json, print_table, say
from geo_toolkit.cli.options import (
    Form,
    FormOption,
    LangOption,
    QuietOption,
    WorkspaceOption,
    language,
)
from geo_toolkit.report.correction_words import place_words, problem_words, remedy_words
from geo_toolkit.workspace import Workspace

__all__ = ["EPILOG", "inspect"]

EPILOG = """\b
Examples:
  geo-toolkit inspect plot.txt
  geo-toolkit inspect plot.txt --out corrections/
  geo-toolkit inspect plot.zip --format json
  geo-toolkit inspect road.dxf --crs EPSG:4523 --corridor-m 50

\b
Exit code: 0 done, whatever was found; 2 wrong use; 3 a failure of ours.
"""
_WORDS = {
    "usable": ("可以读取", "can be read"),
    "refused": ("不能读取，须补正{count}处", "cannot be read, {count} to correct"),
    "none": ("没有发现问题", "nothing found"),
    ERROR: ("须补正", "correct"),
    WARNING: ("请核对", "look at"),
    REPAIR: ("已处理", "mended"),
    "level": ("类别", "level"),
    "place": ("位置", "place"),
    "problem": ("存在的问题", "what is wrong"),
    "remedy": ("补正要求", "what to do"),
}


def inspect(
    file: Annotated[
        Path,
        typer.Argument(metavar="FILE", help="A submitted boundary file.", show_default=False),
    ],
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            metavar="DIR",
            help="Folder for the notice of corrections (补正清单): docx, xlsx and a sketch.",
            show_default=False,
        ),
    ] = None,
    form: FormOption = Form.TABLE,
    crs: opt.Crs = None,
    datum: opt.Datum = None,
    encoding: opt.Encoding = None,
    layer: opt.Layer = None,
    corridor_m: opt.CorridorM = None,
    datum_params: opt.DatumParams = None,
    workspace: WorkspaceOption = None,
    lang: LangOption = None,
    quiet: QuietOption = False,
) -> None:
    """List every fault of a submitted file (边界文件检查，一次性告知).

    逐行、逐点列出报送文件的全部问题，并生成补正清单（Word、Excel和示意图）。
    """
    words = language(lang, Workspace.open(workspace))
    found = inspect_file(
        file,
        crs=crs,
        datum=datum,
        encoding=encoding,
        layer=layer,
        corridor_m=corridor_m,
        datum_params=datum_params,
    )
    written = lazy.correction_notice().write_notice(found, out, words) if out else []
    if form is Form.JSON:
        print_json(found.document())
        return
    if quiet:
        return
    _print(found, words)
    for path in written:
        say(f"  {path}")


def _print(found: Inspection, lang: str) -> None:
    """Print a line on the file, then its faults as a table."""
    state = "usable" if found.usable else "refused"
    colon = ": " if lang == "en" else "："
    say(found.file + colon + _word(state, lang).format(count=len(found.errors)))
    if not found.faults:
        say(_word("none", lang))
        return
    rows = [
        (
            _word(fault.level, lang),
            place_words(fault, lang),
            problem_words(fault, lang),
            remedy_words(fault, lang) if fault.level == ERROR else "",
        )
        for fault in found.faults
    ]
    keys = ("level", "place", "problem", "remedy")
    print_table([(_word(key, lang), "left") for key in keys], rows)


def _word(key: str, lang: str) -> str:
    return _WORDS[key][1 if lang == "en" else 0]
