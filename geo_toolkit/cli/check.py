"""``geo-toolkit check``: submitted boundaries in, a conclusion out."""

import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import typer
from rich.console import Console
from rich.progress import track

from geo_toolkit.boundary import Sites
from geo_toolkit.cli import check_options as opt
from geo_toolkit.cli import lazy
from geo_toolkit.cli.check_table import print_check, print_files
from geo_toolkit.cli.console import say, write_utf8
from geo_toolkit.cli.exits import FAIL_ON_MET
from geo_toolkit.cli.options import (
    AsOfOption,
    LangOption,
    QuietOption,
    WorkspaceOption,
    language,
    refuse_later,
)
from geo_toolkit.cli.pages import check_documents, check_page
from geo_toolkit.cli.reading import read_submitted
from geo_toolkit.errors import OptionError, UnknownName
from geo_toolkit.report import BATCH, DOCUMENTS, plan_formats, to_json_text, write_outputs
from geo_toolkit.report.labels import label
from geo_toolkit.rules import (
    SEVERITIES,
    check_project_type,
    parse_day,
    read_declaration,
)
from geo_toolkit.siting import VERDICTS, CheckResult
from geo_toolkit.workspace import Workspace

__all__ = ["check", "is_fail_on_met"]

EPILOG = """\b
Examples:
  geo-toolkit check plot.txt --project-type chemical
  geo-toolkit check plot.zip --scope red_line --out result/
  geo-toolkit check a.geojson b.geojson --format json > check.json
  geo-toolkit check plot.txt --fail-on undetermined --quiet

\b
Exit code: 0 done, 1 --fail-on met, 2 wrong use or input, 3 a failure of ours.
"""

_UNDETERMINED = "undetermined"
_MANY_FILES = 5


def check(
    files: opt.Files,
    project_type: opt.ProjectType = "other",
    scope: opt.Scope = None,
    declare: opt.Declare = None,
    as_of: AsOfOption = None,
    crs: opt.Crs = None,
    datum: opt.Datum = None,
    encoding: opt.Encoding = None,
    layer: opt.Layer = None,
    out: opt.Out = None,
    formats: opt.Formats = None,
    fail_on: opt.FailOn = None,
    no_record: opt.NoRecord = False,
    workspace: WorkspaceOption = None,
    lang: LangOption = None,
    quiet: QuietOption = False,
    audience: opt.Audience = opt.AudienceName.INTERNAL,
    engine: opt.Engine = opt.EngineName.LOCAL,
    land_take: opt.LandTake = None,
    corridor_m: opt.CorridorM = None,
    previous: opt.Previous = None,
    dem: opt.Dem = None,
    dem_datum: opt.DemDatum = None,
    dem_accuracy_m: opt.DemAccuracyM = None,
    shift_radius_m: opt.ShiftRadiusM = None,
    datum_params: opt.DatumParams = None,
) -> None:
    """Check boundaries against red lines and siting rules (选址核查).

    核查项目用地边界与生态保护红线、永久基本农田等管控要素的空间关系，给出结论、面积、距离和依据。
    """
    refuse_later({"--engine dask": engine is opt.EngineName.DASK})
    asked = _formats(formats, out)
    _check_fail_on(fail_on)
    check_project_type(project_type)
    model = _elevation(dem, dem_datum, dem_accuracy_m)
    if corridor_m is not None and project_type != "linear":
        raise OptionError(
            f"--corridor-m: expected --project-type linear, got {project_type}; centrelines are "
            "read for roads, railways and pipelines alone"
        )
    reading = {
        "crs": crs,
        "datum": datum,
        "encoding": encoding,
        "layer": layer,
        "datum_params": datum_params,
    }
    day = parse_day(as_of) if as_of else None
    declaration = read_declaration(declare) if declare else None
    opened = Workspace.open(workspace)
    words = language(lang, opened)
    ask = partial(
        opened.check,
        _read(files, {**reading, "corridor_m": corridor_m}, quiet),
        project_type=project_type,
        scope=scope,
        declaration=declaration,
        audience=audience.value,
        previous=_previous(previous, reading) if previous else None,
        shift_radius_m=shift_radius_m,
        land_take=read_submitted(land_take) if land_take else None,
        dem=model,
        as_of=day,
        is_batch=BATCH in (asked or ()),
    )
    result = ask(lang=words, record=not no_record)
    other = "zh" if words == "en" else "en"
    again = partial(ask, lang=other, record=False, is_admitted=True)
    _answer(opened, result, asked, out, words, quiet, again)
    if not quiet and not no_record and not opened.is_writable and (out or not asked):
        say(label("not_recorded", words))
    if fail_on and is_fail_on_met(result, fail_on):
        raise typer.Exit(FAIL_ON_MET)


def is_fail_on_met(result: CheckResult, fail_on: str) -> bool:
    """Whether a site's verdict is ``fail_on`` or worse; for ``undetermined``, not complete."""
    sites = result.document["sites"]
    if fail_on == _UNDETERMINED:
        return any(not site["complete"] for site in sites)
    conflicts = VERDICTS[: VERDICTS.index(_UNDETERMINED)]
    met = conflicts[: conflicts.index(fail_on) + 1] if fail_on in conflicts else conflicts
    return any(site["verdict"] in met for site in sites)


def _previous(named: str, reading: dict[str, Any]) -> Sites | str:  # options of any type
    """Return the earlier submission: the sites of a file, or the id of a recorded check."""
    if Path(named).exists() or not named.startswith("check-"):
        earlier: Sites = read_submitted(Path(named), **reading)
        return earlier
    return named


# an ElevationModel, of a module that is loaded where it is needed
def _elevation(dem: Path | None, datum: str | None, accuracy_m: float | None) -> Any:  # noqa: ANN401
    if dem is not None:
        return lazy.elevation().ElevationModel.open(dem, datum=datum, accuracy_m=accuracy_m)
    for option, given in (("--dem-datum", datum), ("--dem-accuracy-m", accuracy_m)):
        if given is not None:
            raise OptionError(f"{option}: expected --dem FILE beside it, got none; add it")
    return None


def _formats(text: str | None, out: Path | None) -> list[str] | None:
    """Return the formats asked for, refused here if they cannot be written."""
    if text is None:
        return None
    asked = [part.strip() for part in text.split(",") if part.strip()]
    if not asked:
        raise OptionError("--format: expected names separated by commas, got none; write json")
    plan_formats(asked, has_documents=not _is_printed(asked) or lazy.documents() is not None)
    others = [name for name in asked if name != "json"]
    if out is None and others:
        raise OptionError(f"--format {others[0]}: expected a folder to write to; add --out DIR")
    return asked


def _is_printed(asked: list[str] | None) -> bool:
    """Whether the printed report is among the formats asked for, or all are."""
    return asked is None or any(name in asked for name in DOCUMENTS)


def _check_fail_on(fail_on: str | None) -> None:
    known = [*(severity.value for severity in SEVERITIES), _UNDETERMINED]
    if fail_on is not None and fail_on not in known:
        raise UnknownName("severity", fail_on, known, where="--fail-on")


# the options of read_sites, as they were given
def _read(files: list[Path], options: dict[str, Any], quiet: bool) -> Sites:
    """Return the sites of all files; many files on a terminal show a progress bar."""
    errors = Console(stderr=True)
    is_shown = len(files) >= _MANY_FILES and sys.stderr.isatty() and not quiet
    shown = track(files, "reading", console=errors, transient=True, disable=not is_shown)
    return Sites.join([read_submitted(path, **options) for path in shown])


def _answer(
    workspace: Workspace,
    result: CheckResult,
    asked: list[str] | None,
    out: Path | None,
    lang: str,
    quiet: bool,
    again: Callable[[], CheckResult],
) -> None:
    """Write or print what was asked for; the page speaks the other language too."""
    if out is not None:
        files, missing = write_outputs(
            result,
            out,
            asked,
            lambda done: check_page(workspace, done, again()),
            check_documents(workspace) if _is_printed(asked) else None,
        )
        if not quiet:
            print_files(result, files, missing, lang)
    elif asked:
        write_utf8(to_json_text(result))
    elif not quiet:
        print_check(result, lang)
