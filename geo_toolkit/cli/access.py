"""``geo-toolkit access``: what roads, railways, water and air do for a site, today and planned."""

import json
from pathlib import Path
from typing import Annotated

import typer

from geo_toolkit.access import (
    CARGOES,
    OBJECTIVES,
    SEASONS,
    VEHICLES,
    Case,
    Points,
    Study,
    chain_document,
    check_minutes,
    compare_document,
    isochrone_frame,
    matrix_document,
    score_document,
)
from geo_toolkit.boundary import Sites, read_sites
from geo_toolkit.catalogue.osm import read_osm_roads
from geo_toolkit.cli import access_tables as tables
from geo_toolkit.cli.access_files import frame_text, write_matrix, write_text
from geo_toolkit.cli.access_pages import gain_page, isochrone_page
from geo_toolkit.cli.check_options import AudienceName
from geo_toolkit.cli.console import print_json, say, write_utf8
from geo_toolkit.cli.options import (
    AsOfOption,
    Form,
    FormOption,
    LangOption,
    QuietOption,
    WorkspaceOption,
    language,
)
from geo_toolkit.errors import OptionError
from geo_toolkit.rules import parse_day
from geo_toolkit.workspace import Workspace

__all__ = ["app"]

app = typer.Typer(
    help="Logistics accessibility: score, isochrone, matrix, chain, compare. 物流可达性。",
    no_args_is_help=False,
    rich_markup_mode=None,
)

_Places = Annotated[
    str,
    typer.Argument(
        metavar="FILE", help="A boundary file, or the id of a layer.", show_default=False
    ),
]
_Scenario = Annotated[
    str,
    typer.Option(
        "--scenario",
        metavar="NAME",
        help="existing, under_construction, planned, or one of rules/logistics.toml.",
    ),
]
_Vehicle = Annotated[str, typer.Option("--vehicle", help=f"Of {', '.join(VEHICLES)}.")]
_Cargo = Annotated[str, typer.Option("--cargo", help=f"Of {', '.join(CARGOES)}.")]
_Season = Annotated[str, typer.Option("--season", help=f"Of the waterway: {', '.join(SEASONS)}.")]
_Audience = Annotated[
    AudienceName,
    typer.Option("--audience", help="Edition of the page: internal, or applicant (对外)."),
]
_Out = Annotated[
    Path | None,
    typer.Option("--out", metavar="FILE", help="File to write.", show_default=False),
]


@app.command("score")
def score(
    places: _Places,
    scenario: _Scenario = "existing",
    vehicle: _Vehicle = "heavy",
    cargo: _Cargo = "container",
    season: _Season = "low_water",
    as_of: AsOfOption = None,
    form: FormOption = Form.TABLE,
    workspace: WorkspaceOption = None,
    lang: LangOption = None,
    quiet: QuietOption = False,
) -> None:
    """Score sites by the nearest facility of each kind, door to gate (物流可达性得分)."""
    opened = Workspace.open(workspace)
    study = _study(opened, scenario, vehicle, cargo, season, as_of)
    document = score_document(study, _points(opened, places, study))
    if form is Form.JSON:
        print_json(document)
    elif not quiet:
        tables.print_scores(document, language(lang, opened))


@app.command("isochrone")
def isochrone(
    places: _Places,
    minutes: Annotated[
        str, typer.Option("--minutes", metavar="LIST", help="Times in minutes, by commas.")
    ] = "30,60,120",
    scenario: _Scenario = "existing",
    vehicle: _Vehicle = "heavy",
    out: _Out = None,
    audience: _Audience = AudienceName.INTERNAL,
    as_of: AsOfOption = None,
    form: FormOption = Form.TABLE,
    workspace: WorkspaceOption = None,
    lang: LangOption = None,
    quiet: QuietOption = False,
) -> None:
    """Draw what is reached by road within given times (等时圈); --out takes .geojson or .html."""
    wanted = check_minutes(_times(minutes))
    _check_suffix(out, ".geojson", ".html")
    opened = Workspace.open(workspace)
    words = language(lang, opened)
    study = _study(opened, scenario, vehicle, "container", "low_water", as_of)
    points = _points(opened, places, study)
    frame = isochrone_frame(study, points, wanted)
    if out is not None and out.suffix.lower() == ".html":
        page = isochrone_page(opened, study, points, frame, lang=words, audience=audience.value)
        write_text(out, page)
    elif out is not None:
        write_text(out, frame_text(frame))
    if form is Form.JSON:
        write_utf8(frame_text(frame))
    elif not quiet:
        tables.print_isochrones(frame, study.network.level, words)
        if out is not None:
            say(str(out))


@app.command("matrix")
def matrix(
    origins: Annotated[str, typer.Argument(metavar="A", help="A file or a layer id.")],
    destinations: Annotated[str, typer.Argument(metavar="B", help="A file or a layer id.")],
    scenario: _Scenario = "existing",
    vehicle: _Vehicle = "heavy",
    out: _Out = None,
    as_of: AsOfOption = None,
    form: FormOption = Form.TABLE,
    workspace: WorkspaceOption = None,
    lang: LangOption = None,
    quiet: QuietOption = False,
) -> None:
    """Tell the minutes by road from every A to every B; --out takes .csv or .parquet."""
    _check_suffix(out, ".csv", ".parquet")
    opened = Workspace.open(workspace)
    study = _study(opened, scenario, vehicle, "container", "low_water", as_of)
    starts, ends = (_points(opened, text, study) for text in (origins, destinations))
    document = matrix_document(study, study.times(starts, ends))
    if out is not None:
        write_matrix(out, document)
    if form is Form.JSON:
        print_json(document)
    elif not quiet:
        tables.print_matrix(document, language(lang, opened))


@app.command("chain")
def chain(
    places: _Places,
    target: Annotated[
        str,
        typer.Argument(metavar="TARGET", help="Key of a gateway, terminal or county."),
    ],
    objective: Annotated[
        str, typer.Option("--objective", help=f"Of {', '.join(OBJECTIVES)}.")
    ] = "cost",
    by: Annotated[
        str | None,
        typer.Option(
            "--by",
            metavar="MODE",
            help="Mode of the long haul: road, rail, water, air.",
            show_default=False,
        ),
    ] = None,
    scenario: _Scenario = "existing",
    vehicle: _Vehicle = "heavy",
    cargo: _Cargo = "bulk",
    season: _Season = "low_water",
    as_of: AsOfOption = None,
    form: FormOption = Form.TABLE,
    workspace: WorkspaceOption = None,
    lang: LangOption = None,
    quiet: QuietOption = False,
) -> None:
    """Show the best and second-best chain of modes to a gateway, leg by leg (多式联运链)."""
    if by is not None and by not in ("road", "rail", "water", "air"):
        raise OptionError(f"--by: expected road, rail, water or air, got {by!r}; correct it")
    opened = Workspace.open(workspace)
    study = _study(opened, scenario, vehicle, cargo, season, as_of)
    points = _points(opened, places, study)
    document = chain_document(study, points, target, objective=objective, haul=by)
    if form is Form.JSON:
        print_json(document)
    elif not quiet:
        tables.print_chains(document, language(lang, opened))


@app.command("network")
def network(
    scenario: _Scenario = "existing",
    as_of: AsOfOption = None,
    form: FormOption = Form.TABLE,
    workspace: WorkspaceOption = None,
    lang: LangOption = None,
    quiet: QuietOption = False,
) -> None:
    """Tell how the layers joined into a network, and what did not (路网检查)."""
    opened = Workspace.open(workspace)
    head = _study(opened, scenario, "heavy", "container", "low_water", as_of).head()
    if form is Form.JSON:
        print_json({key: head[key] for key in head if key != "parameters"})
    elif not quiet:
        tables.print_network(head, language(lang, opened))


@app.command("roads")
def roads(
    extract: Annotated[
        Path,
        typer.Argument(
            metavar="EXTRACT", help="OpenStreetMap: .osm.pbf or .osm.", show_default=False
        ),
    ],
    out: Annotated[
        Path, typer.Option("--out", metavar="FILE", help=".geojson file.", show_default=False)
    ],
    tracks: Annotated[
        bool, typer.Option("--tracks", help="With field tracks and service roads.")
    ] = False,
    lang: LangOption = None,
    quiet: QuietOption = False,
) -> None:
    """Take the roads out of an OpenStreetMap extract, to be added as a layer (路网提取)."""
    _check_suffix(out, ".geojson")
    frame = read_osm_roads(extract, with_tracks=tracks)
    write_text(out, frame_text(frame))
    if not quiet:
        tables.print_roads(frame, lang.value if lang else "zh")


@app.command("compare")
def compare(
    places: _Places,
    scenario: _Scenario,
    vehicle: _Vehicle = "light",
    cargo: _Cargo = "express",
    season: _Season = "low_water",
    corridor_m: Annotated[
        float | None,
        typer.Option(
            "--corridor-m",
            metavar="W",
            help="Full width of the lines' corridor in metres.",
            show_default=False,
        ),
    ] = None,
    out: _Out = None,
    audience: _Audience = AudienceName.INTERNAL,
    as_of: AsOfOption = None,
    form: FormOption = Form.TABLE,
    workspace: WorkspaceOption = None,
    lang: LangOption = None,
    quiet: QuietOption = False,
) -> None:
    """Compare with and without planned projects (有无对比); --out takes .html or .json."""
    _check_suffix(out, ".html", ".json")
    opened = Workspace.open(workspace)
    words = language(lang, opened)
    before = _study(opened, "existing", vehicle, cargo, season, as_of)
    after = _study(opened, scenario, vehicle, cargo, season, as_of)
    points = _points(opened, places, before)
    corridor = opened.access_corridor(after, width_m=corridor_m, lang=words)
    document = compare_document(before, after, points, corridor)
    if out is not None and out.suffix.lower() == ".html":
        page = gain_page(opened, after, points, document, lang=words, audience=audience.value)
        write_text(out, page)
    elif out is not None:
        write_text(out, json.dumps(document, ensure_ascii=False, indent=2) + "\n")
    if form is Form.JSON:
        print_json(document)
    elif not quiet:
        tables.print_comparison(document, words)
        if out is not None:
            say(str(out))


def _study(
    workspace: Workspace,
    scenario: str,
    vehicle: str,
    cargo: str,
    season: str,
    as_of: str | None,
) -> Study:
    case = Case(vehicle=vehicle, cargo=cargo, season=season)
    day = parse_day(as_of) if as_of else None
    return workspace.access_study(scenario=scenario, case=case, as_of=day)


def _points(workspace: Workspace, text: str, study: Study) -> Points:
    """Return the points of a file, or of the layer of that id where there is no such file."""
    places: Sites | str = text
    if Path(text).exists():
        places = read_sites(Path(text))
    elif text not in workspace.layers and Path(text).suffix:
        raise OptionError(f"{text}: expected a boundary file or the id of a layer, got neither")
    return workspace.access_points(places, study)


def _times(text: str) -> list[float]:
    try:
        return [float(part) for part in text.split(",") if part.strip()]
    except ValueError as error:
        raise OptionError(
            f"--minutes: expected numbers such as 30,60,120, got {text!r}; correct it"
        ) from error


def _check_suffix(out: Path | None, *known: str) -> None:
    if out is not None and out.suffix.lower() not in known:
        raise OptionError(
            f"--out {out.name}: expected a file ending in {' or '.join(known)}; rename it"
        )
