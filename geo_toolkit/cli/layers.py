"""``geo-toolkit layers``: what is where, in which version, how far it can be trusted."""

from typing import Annotated, Any

import typer

from geo_toolkit.catalogue import Layer
from geo_toolkit.cli.console import print_json, print_table, say
from geo_toolkit.cli.options import (
    AsOfOption,
    Form,
    FormOption,
    LangOption,
    QuietOption,
    WorkspaceOption,
    language,
)
from geo_toolkit.errors import GeoToolkitError, LayerError
from geo_toolkit.report.labels import label, word
from geo_toolkit.rules import parse_day, role_title, today
from geo_toolkit.workspace import Workspace

__all__ = ["app"]

app = typer.Typer(help="Layers: list, show, validate. 图层：查看、校验。", rich_markup_mode=None)


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
    layers = [entry.read(day) for entry in opened.layers.values() if entry.is_in_force(day)]
    if form is Form.JSON:
        print_json([_as_json(layer) for layer in layers])
    elif not quiet:
        _print_layers(layers, words)


@app.command("show")
def show_layer(
    layer_id: Annotated[str, typer.Argument(metavar="ID", show_default=False)],
    as_of: AsOfOption = None,
    form: FormOption = Form.TABLE,
    workspace: WorkspaceOption = None,
    lang: LangOption = None,
    quiet: QuietOption = False,
) -> None:
    """Show one layer: definition, version, extent and columns."""
    day = parse_day(as_of) if as_of else today()
    opened = Workspace.open(workspace)
    words = language(lang, opened)
    layer = opened.layers[layer_id].read(day)
    answer = _as_json(layer)
    if form is Form.JSON:
        print_json(answer)
    elif not quiet:
        columns = [(layer.id, "left"), (layer.definition.title(words), "left")]
        shown = [(key, _cell(value)) for key, value in answer.items()]
        print_table(columns, [row for row in shown if row[1]])


@app.command("validate")
def validate(
    layer_id: Annotated[
        str | None, typer.Argument(metavar="ID", help="All without it.", show_default=False)
    ] = None,
    form: FormOption = Form.TABLE,
    workspace: WorkspaceOption = None,
    lang: LangOption = None,
    quiet: QuietOption = False,
) -> None:
    """Read layers whole and say what is wrong with them."""
    opened = Workspace.open(workspace)
    words = language(lang, opened)
    chosen = list(opened.layers) if layer_id is None else [layer_id]
    faults = {name: _fault(opened, name) for name in chosen}
    broken = {name: fault for name, fault in faults.items() if fault}
    if form is Form.JSON:
        print_json([{"id": n, "valid": f is None, "fault": f} for n, f in faults.items()])
    elif not quiet:
        for name, fault in broken.items():
            say(f"{name}: {fault}")
        if not broken:
            say(label("all_valid", words, n=len(chosen)))
    if broken:
        first, fault = next(iter(broken.items()))
        raise LayerError(f"{len(broken)} of {len(chosen)} layers are faulty; {first}: {fault}")


def _fault(workspace: Workspace, layer_id: str) -> str | None:
    """Return what stops a layer from being used; None where nothing does."""
    entry = workspace.layers[layer_id]
    try:
        return entry.read().fault
    except GeoToolkitError as error:
        return str(error)


def _as_json(layer: Layer) -> dict[str, Any]:  # JSON values
    """Return a layer's definition and state; bounds are west, south, east, north in degrees."""
    definition = layer.definition.model_dump(mode="json", by_alias=True, exclude={"style"})
    starts = layer.effective_from
    empty = layer.frame.empty
    return {
        **definition,
        "version": layer.version,
        "effective_from": starts.isoformat() if starts else None,
        "features": len(layer.frame),
        "sha256": layer.sha256,
        "bounds": None if empty else [round(float(v), 6) for v in layer.frame.total_bounds],
        "fields": [str(column) for column in layer.frame.columns if column != "geometry"],
        "fault": layer.fault,
    }


def _print_layers(layers: list[Layer], lang: str) -> None:
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
            layer.id,
            layer.definition.title(lang),
            role_title(layer.role, lang),
            layer.version,
            len(layer.frame),
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
