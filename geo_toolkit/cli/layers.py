"""``geo-toolkit layers``: what is where, in which version, how far it can be trusted."""

from typing import Annotated

import typer

from geo_toolkit.catalogue import LayerFault, LayerSummary, summarise
from geo_toolkit.cli import layers_publish
from geo_toolkit.cli.console import print_json, print_table, say
from geo_toolkit.cli.layer_tables import print_faults
from geo_toolkit.cli.options import (
    AsOfOption,
    Form,
    FormOption,
    LangOption,
    QuietOption,
    WorkspaceOption,
    language,
)
from geo_toolkit.cli.publishing import IdArgument, ReportOption, write_report
from geo_toolkit.errors import GeoToolkitError, LayerError
from geo_toolkit.report.labels import label, word
from geo_toolkit.rules import parse_day, role_title, today
from geo_toolkit.workspace import Workspace

__all__ = ["app"]

app = typer.Typer(
    help="Layers: look, compare, publish, go back. 图层：查看、校验、比较、入库、回退。",
    rich_markup_mode=None,
)


@app.command("list")
def list_layers(
    as_of: AsOfOption = None,
    form: FormOption = Form.TABLE,
    workspace: WorkspaceOption = None,
    lang: LangOption = None,
    quiet: QuietOption = False,
) -> None:
    """List the layers in force on a day."""
    day = parse_day(as_of) if as_of else today()
    opened = Workspace.open(workspace)
    words = language(lang, opened)
    entries = [entry for entry in opened.layers.values() if entry.is_in_force(day)]
    layers = [summarise(entry, day) for entry in entries]
    if form is Form.JSON:
        print_json([layer.as_json() for layer in layers])
    elif not quiet:
        _print_layers(layers, words)


@app.command("show")
def show_layer(
    layer_id: IdArgument,
    as_of: AsOfOption = None,
    version: Annotated[
        int | None, typer.Option("--version", metavar="N", help="A version.", show_default=False)
    ] = None,
    known_on: Annotated[
        str | None,
        typer.Option(
            "--known-on",
            metavar="DATE",
            help="Only what had been published by that day counts.",
            show_default=False,
        ),
    ] = None,
    form: FormOption = Form.TABLE,
    workspace: WorkspaceOption = None,
    lang: LangOption = None,
    quiet: QuietOption = False,
) -> None:
    """Show one layer: definition, version, extent and columns."""
    day = parse_day(as_of) if as_of else today()
    known = parse_day(known_on, option="--known-on") if known_on else None
    opened = Workspace.open(workspace)
    words = language(lang, opened)
    layer = summarise(opened.layers[layer_id], day, version=version, known_on=known)
    answer = layer.as_json()
    if form is Form.JSON:
        print_json(answer)
    elif not quiet:
        columns = [(layer.definition.id, "left"), (layer.definition.title(words), "left")]
        shown = [(key, _cell(value)) for key, value in answer.items()]
        print_table(columns, [row for row in shown if row[1]])


@app.command("validate")
def validate(
    layer_id: Annotated[
        str | None, typer.Argument(metavar="ID", help="All without it.", show_default=False)
    ] = None,
    report: ReportOption = None,
    form: FormOption = Form.TABLE,
    workspace: WorkspaceOption = None,
    lang: LangOption = None,
    quiet: QuietOption = False,
) -> None:
    """Read layers whole and say what is wrong with them."""
    opened = Workspace.open(workspace)
    words = language(lang, opened)
    chosen = list(opened.layers) if layer_id is None else [opened.layers[layer_id].id]
    found = {name: _faults(opened, name) for name in chosen}
    broken = {name: faults for name, faults in found.items() if _first(faults)}
    write_report(report, tuple(fault for faults in found.values() for fault in faults), None)
    if form is Form.JSON:
        print_json(
            [
                {
                    "id": name,
                    "valid": name not in broken,
                    "fault": _first(faults),
                    "faults": [fault.as_row() for fault in faults],
                }
                for name, faults in found.items()
            ]
        )
    elif not quiet:
        for name, faults in found.items():
            if faults:
                say(f"{name}: {_first(faults) or faults[0]}")
                print_faults(faults, words)
        if not broken:
            say(label("all_valid", words, n=len(chosen)))
    if broken:
        name, faults = next(iter(broken.items()))
        raise LayerError(
            f"{len(broken)} of {len(chosen)} layers are faulty; {name}: {_first(faults)}"
        )


def _faults(workspace: Workspace, layer_id: str) -> list[LayerFault]:
    """Return every fault of a layer; one that cannot be read has that one."""
    try:
        return workspace.layers[layer_id].validate()
    except GeoToolkitError as error:
        return [LayerFault("unreadable", "error", "", "a layer that can be read", str(error), "")]


def _first(faults: list[LayerFault]) -> str | None:
    """Return the first fault that stops a layer from being relied on."""
    fault = next((fault for fault in faults if fault.level == "error"), None)
    if fault is None:
        return None
    return fault.got if fault.code == "unreadable" else str(fault)


def _print_layers(layers: list[LayerSummary], lang: str) -> None:
    columns = [
        (label("layer_id", lang), "left"),
        (label("title", lang), "left"),
        (label("role", lang), "left"),
        (label("version", lang), "right"),
        (label("feature_count", lang), "right"),
        (label("evidence", lang), "left"),
        (label("accuracy_m", lang), "right"),
        (label("coverage", lang), "left"),
        (label("note", lang), "left"),
    ]
    rows = [
        (
            layer.definition.id,
            layer.definition.title(lang),
            role_title(layer.definition.role, lang),
            layer.version,
            layer.features,
            word("evidence", layer.definition.evidence.value, lang),
            f"{layer.definition.accuracy_m:g}",
            word("coverage", layer.definition.coverage, lang),
            layer.fault,
        )
        for layer in layers
    ]
    print_table(columns, rows)


def _cell(value: object) -> str:
    if isinstance(value, dict):
        return "  ".join(f"{key} = {_cell(part)}" for key, part in value.items())
    if isinstance(value, list):
        return ", ".join(str(part) for part in value)
    return "" if value is None else str(value)


layers_publish.register(app)
