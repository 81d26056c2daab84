"""The options of ``geo-toolkit check``; those with ``hidden`` are refused until they work."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from geo_toolkit import geodesy
from geo_toolkit.rules import PROJECT_TYPES

__all__ = [
    "Audience",
    "AudienceName",
    "CorridorM",
    "Crs",
    "Datum",
    "DatumParams",
    "Declare",
    "Dem",
    "DemAccuracyM",
    "DemDatum",
    "Encoding",
    "Engine",
    "EngineName",
    "FailOn",
    "Files",
    "Formats",
    "LandTake",
    "Layer",
    "NoRecord",
    "Out",
    "Previous",
    "ProjectType",
    "Scope",
    "ShiftRadiusM",
]


class EngineName(StrEnum):
    """Where a check is computed."""

    LOCAL = "local"
    DASK = "dask"


class AudienceName(StrEnum):
    """Whom the result is for."""

    INTERNAL = "internal"
    APPLICANT = "applicant"


Files = Annotated[
    list[Path],
    typer.Argument(
        metavar="FILE",
        help="Boundary files: survey text (勘测定界界址点), shapefile, .gdb, GeoPackage, GeoJSON, "
        "KML, DXF, points in CSV or XLSX and more (docs/formats.md).",
        show_default=False,
    ),
]
ProjectType = Annotated[
    str,
    typer.Option(
        "--project-type", metavar="TYPE", help=f"What is built: {', '.join(PROJECT_TYPES)}."
    ),
]
Scope = Annotated[
    str | None,
    typer.Option(
        "--scope",
        metavar="ID",
        help="Review scope (审查范围); the workspace's by default, 'full' is every rule.",
        show_default=False,
    ),
]
Declare = Annotated[
    Path | None,
    typer.Option(
        "--declare",
        metavar="FILE.toml",
        help="What is declared: nature, activity class, approvals, crossings, overrides.",
        show_default=False,
    ),
]
Crs = Annotated[
    str | None,
    typer.Option(
        "--crs",
        metavar="EPSG:N",
        help="Coordinate system of a file that names none.",
        show_default=False,
    ),
]
Datum = Annotated[
    geodesy.Datum | None,
    typer.Option("--datum", help="Datum of a file that names none.", show_default=False),
]
Encoding = Annotated[
    str | None,
    typer.Option("--encoding", metavar="NAME", help="Text encoding, as GBK.", show_default=False),
]
Layer = Annotated[
    str | None,
    typer.Option(
        "--layer", metavar="NAME", help="Layer of a file with several.", show_default=False
    ),
]
Out = Annotated[
    Path | None,
    typer.Option(
        "--out",
        metavar="DIR",
        help="Folder for check.json, .html, .xlsx, .docx, .pdf and .gpkg.",
        show_default=False,
    ),
]
Formats = Annotated[
    str | None,
    typer.Option(
        "--format",
        metavar="LIST",
        help="Of json,html,xlsx,docx,pdf,gpkg,parquet; json alone, without --out, goes to standard "
        "output; parquet is a batch: no distances beyond what the rules reach.",
        show_default=False,
    ),
]
FailOn = Annotated[
    str | None,
    typer.Option(
        "--fail-on",
        metavar="SEVERITY|undetermined",
        help="Exit with 1 if a site's verdict is this or worse, or not complete.",
        show_default=False,
    ),
]
NoRecord = Annotated[
    bool, typer.Option("--no-record", help="Keep no record of the check in the workspace.")
]
Audience = Annotated[
    AudienceName, typer.Option("--audience", help="Edition: internal, or applicant (对外).")
]
Engine = Annotated[
    EngineName,
    typer.Option(
        "--engine", help="Where it is computed: local; dask (over several machines) not yet."
    ),
]
LandTake = Annotated[
    Path | None,
    typer.Option(
        "--land-take",
        metavar="FILE",
        help="The land taken inside each site (用地范围): overlaps are decided on it.",
        show_default=False,
    ),
]
CorridorM = Annotated[
    float | None,
    typer.Option(
        "--corridor-m",
        metavar="W",
        help="The files hold centrelines (线路中心线): full width of the corridor in metres; "
        "for --project-type linear.",
        show_default=False,
    ),
]
Previous = Annotated[
    str | None,
    typer.Option(
        "--previous",
        metavar="FILE|CHECK_ID",
        help="The earlier submission (前次报件): lists what moved and changed.",
        show_default=False,
    ),
]
Dem = Annotated[
    Path | None,
    typer.Option(
        "--dem",
        metavar="FILE",
        help="Ground elevation model (数字高程模型), a GeoTIFF: decides slopes, and heights above "
        "ground under airport surfaces.",
        show_default=False,
    ),
]
DemDatum = Annotated[
    str | None,
    typer.Option(
        "--dem-datum",
        metavar="1985|egm2008|egm96",
        help="Vertical datum of a --dem that states none.",
        show_default=False,
    ),
]
DemAccuracyM = Annotated[
    float | None,
    typer.Option(
        "--dem-accuracy-m",
        metavar="M",
        help="Vertical accuracy of --dem (95 %); the file's own by default, 10 m without.",
        show_default=False,
    ),
]
ShiftRadiusM = Annotated[
    float | None,
    typer.Option(
        "--shift-radius-m",
        metavar="M",
        help="How far the advice may move a site; no move is proposed without.",
        show_default=False,
    ),
]
DatumParams = Annotated[
    Path | None,
    typer.Option(
        "--datum-params",
        metavar="FILE",
        help="Local parameters from Xian 1980 or Beijing 1954 to CGCS2000 (docs/formats.md).",
        show_default=False,
    ),
]
