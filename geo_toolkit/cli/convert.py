"""``geo-toolkit convert``: a submitted boundary written in another format."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from geo_toolkit.boundary.outgoing import WriteOptions
from geo_toolkit.boundary.words import in_words
from geo_toolkit.boundary.writing import SUFFIXES, convert
from geo_toolkit.cli import check_options as opt
from geo_toolkit.cli.console import say
from geo_toolkit.cli.options import LangOption, QuietOption, WorkspaceOption, language
from geo_toolkit.workspace import Workspace

__all__ = ["EPILOG", "convert_file"]

EPILOG = """\b
Examples:
  geo-toolkit convert plot.txt --to plot.zip
  geo-toolkit convert plot.shp --to plot.txt --crs EPSG:4523
  geo-toolkit convert plot.txt --to plot.txt8.txt --fields 8 --no-prefix --to-encoding utf-8

\b
Exit code: 0 done, 2 wrong use or input, 3 a failure of ours.
"""
_WORDS = {
    "plots": ("{count}个地块，坐标系{crs}", "{count} plots, {crs}"),
    "notes": ("说明", "notes"),
}


class TextEncoding(StrEnum):
    """Encodings of survey text and shapefiles."""

    GBK = "gbk"
    UTF8 = "utf-8"


def convert_file(
    file: Annotated[
        Path,
        typer.Argument(metavar="FILE", help="A submitted boundary file.", show_default=False),
    ],
    to: Annotated[
        Path,
        typer.Option(
            "--to",
            metavar="FILE",
            help=f"File to write; its suffix says the format: {', '.join(SUFFIXES)} "
            "(.zip is a zipped shapefile).",
            show_default=False,
        ),
    ],
    to_crs: Annotated[
        str | None,
        typer.Option(
            "--crs",
            metavar="EPSG:N",
            help="System to write, of the same datum; that of the file by default.",
            show_default=False,
        ),
    ] = None,
    from_crs: Annotated[
        str | None,
        typer.Option(
            "--from-crs",
            metavar="EPSG:N",
            help="Coordinate system of a file that names none.",
            show_default=False,
        ),
    ] = None,
    datum: opt.Datum = None,
    datum_params: opt.DatumParams = None,
    encoding: opt.Encoding = None,
    layer: opt.Layer = None,
    prefix: Annotated[
        bool | None,
        typer.Option(
            "--prefix/--no-prefix",
            help="Survey text: the zone number in front of Y (带号).",
            show_default=False,
        ),
    ] = None,
    fields: Annotated[
        int, typer.Option("--fields", help="Survey text: 9 fields in a plot line, or 8.")
    ] = 9,
    closing_point: Annotated[
        bool,
        typer.Option(
            "--closing-point/--no-closing-point",
            help="Survey text and workbook: repeat the first point at the end of a ring.",
        ),
    ] = True,
    precision: Annotated[
        str | None,
        typer.Option(
            "--precision",
            metavar="0.001",
            help="Survey text: last digit of a coordinate.",
            show_default=False,
        ),
    ] = None,
    to_encoding: Annotated[
        TextEncoding, typer.Option("--to-encoding", help="Of survey text and shapefile.")
    ] = TextEncoding.GBK,
    workspace: WorkspaceOption = None,
    lang: LangOption = None,
    quiet: QuietOption = False,
) -> None:
    """Write a boundary in another format (格式转换); the datum is never changed silently.

    勘测定界文本、shp、GDB、GeoPackage、GeoJSON、KML、DXF、Excel等格式互转，坐标和属性保持不变。
    """
    words = language(lang, Workspace.open(workspace))
    done = convert(
        file,
        to,
        to_crs=to_crs,
        write=WriteOptions(prefix, fields, closing_point, precision, to_encoding.value),
        crs=from_crs,
        datum=datum,
        encoding=encoding,
        layer=layer,
        datum_params=datum_params,
    )
    if quiet:
        return
    for path in done.paths:
        say(str(path))
    say(f"  {_word('plots', words).format(count=done.features, crs=done.crs)}")
    if done.notes:
        say(_word("notes", words))
        for note in done.notes:
            say(f"  - {in_words(note, words)}")


def _word(key: str, lang: str) -> str:
    return _WORDS[key][1 if lang == "en" else 0]
