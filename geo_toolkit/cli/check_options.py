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
        help="Boundary files: survey text (勘测定界界址点), GeoJSON, GeoPackage, zipped shapefile.",
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
        help="Folder for check.json, check.html, check.xlsx, check.gpkg.",
        show_default=False,
    ),
]
Formats = Annotated[
    str | None,
    typer.Option(
        "--format",
        metavar="LIST",
        help="Of json,html,xlsx,gpkg; json alone, without --out, goes to standard output.",
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
Audience = Annotated[AudienceName, typer.Option("--audience", help="Only 'internal' yet.")]
Engine = Annotated[EngineName, typer.Option("--engine", help="Only 'local' yet.")]
LandTake = Annotated[
    Path | None,
    typer.Option(
        "--land-take",
        metavar="FILE",
        help="The land taken inside each site (用地范围): overlaps are decided on it.",
        show_default=False,
    ),
]
CorridorM = Annotated[str | None, typer.Option("--corridor-m", hidden=True)]
Previous = Annotated[str | None, typer.Option("--previous", hidden=True)]
Dem = Annotated[str | None, typer.Option("--dem", hidden=True)]
ShiftRadiusM = Annotated[str | None, typer.Option("--shift-radius-m", hidden=True)]
DatumParams = Annotated[str | None, typer.Option("--datum-params", hidden=True)]
