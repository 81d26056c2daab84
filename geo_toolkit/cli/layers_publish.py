"""``geo-toolkit layers`` add, update, restore, diff, export, history, doctor: what is published."""

from pathlib import Path
from typing import Annotated

import typer

from geo_toolkit.catalogue import Preparation, PublishOptions, publish
from geo_toolkit.cli.console import print_json, print_table, say
from geo_toolkit.cli.diff_page import diff_page
from geo_toolkit.cli.layer_tables import print_diff, print_history, print_publication
from geo_toolkit.cli.layer_words import say_words
from geo_toolkit.cli.layers_adopt import adopt
from geo_toolkit.cli.layers_replay import replay
from geo_toolkit.cli.options import (
    Form,
    FormOption,
    LangOption,
    QuietOption,
    WorkspaceOption,
    language,
)
from geo_toolkit.cli.publishing import (
    AccuracyOption,
    AuthorOption,
    CoverageOption,
    CrsOption,
    DatumOption,
    DatumParamsOption,
    DocumentOption,
    DryRunOption,
    EffectiveOption,
    EncodingOption,
    EvidenceOption,
    FileArgument,
    IdArgument,
    LayerOption,
    OverrideOption,
    ReportOption,
    SecrecyOption,
    SourceOption,
    TitleEnOption,
    TitleZhOption,
    progress,
    write_page,
    write_report,
)
from geo_toolkit.errors import LayerError
from geo_toolkit.workspace import Workspace

__all__ = ["register"]

_NoteOption = Annotated[str, typer.Option("--note", metavar="TEXT", help="What this is.")]
_KeyOption = Annotated[
    str | None,
    typer.Option("--key", metavar="K", help="Key column; the first of BSM, GUID, OBJECTID_1, id.",
                 show_default=False),
]  # fmt: skip


def register(app: typer.Typer) -> None:
    """Add these commands to ``layers``."""
    app.command("add")(add)
    app.command("update")(update)
    app.command("adopt")(adopt)
    app.command("restore")(restore)
    app.command("diff")(diff)
    app.command("history")(history)
    app.command("export")(export)
    app.command("publish")(publish_to)
    app.command("replay")(replay)
    app.command("doctor")(doctor)


def add(
    layer_id: IdArgument,
    file: FileArgument,
    role: Annotated[
        str, typer.Option("--role", metavar="ROLE", help="What rules ask for, such as school.")
    ],
    key: _KeyOption = None,
    note: Annotated[str, typer.Option("--note", metavar="TEXT", help="What this is.")] = "",
    evidence: EvidenceOption = None,
    coverage: CoverageOption = None,
    accuracy_m: AccuracyOption = None,
    effective_from: EffectiveOption = None,
    document: DocumentOption = None,
    secrecy: SecrecyOption = None,
    title_zh: TitleZhOption = None,
    title_en: TitleEnOption = None,
    source: SourceOption = None,
    override: OverrideOption = None,
    author: AuthorOption = None,
    dry_run: DryRunOption = False,
    report: ReportOption = None,
    crs: CrsOption = None,
    datum: DatumOption = None,
    datum_params: DatumParamsOption = None,
    encoding: EncodingOption = None,
    layer: LayerOption = None,
    form: FormOption = Form.TABLE,
    workspace: WorkspaceOption = None,
    lang: LangOption = None,
    quiet: QuietOption = False,
) -> None:
    """Publish a file as a new layer, version 1, and write layers/ID.toml."""
    opened = Workspace.open(workspace)
    options = PublishOptions.of(
        note=note, evidence=evidence, coverage=coverage, accuracy_m=accuracy_m,
        effective_from=effective_from, document=document, secrecy=secrecy, title_zh=title_zh,
        title_en=title_en, source=source, override=override, author=author,
        crs=crs, datum=datum, datum_params=datum_params, encoding=encoding, layer=layer,
    )  # fmt: skip
    with progress(opened, layer_id, quiet=quiet):
        prepared = opened.layers.prepare_add(layer_id, file, role=role, key=key, options=options)
    _finish(opened, prepared, dry_run, report, form, language(lang, opened), quiet)


def update(
    layer_id: IdArgument,
    file: FileArgument,
    note: _NoteOption,
    evidence: EvidenceOption = None,
    coverage: CoverageOption = None,
    accuracy_m: AccuracyOption = None,
    effective_from: EffectiveOption = None,
    document: DocumentOption = None,
    secrecy: SecrecyOption = None,
    title_zh: TitleZhOption = None,
    title_en: TitleEnOption = None,
    source: SourceOption = None,
    override: OverrideOption = None,
    author: AuthorOption = None,
    dry_run: DryRunOption = False,
    report: ReportOption = None,
    crs: CrsOption = None,
    datum: DatumOption = None,
    datum_params: DatumParamsOption = None,
    encoding: EncodingOption = None,
    layer: LayerOption = None,
    form: FormOption = Form.TABLE,
    workspace: WorkspaceOption = None,
    lang: LangOption = None,
    quiet: QuietOption = False,
) -> None:
    """Publish a file as the next version of a layer."""
    opened = Workspace.open(workspace)
    entry = opened.layers[layer_id]
    options = PublishOptions.of(
        note=note, evidence=evidence, coverage=coverage, accuracy_m=accuracy_m,
        effective_from=effective_from, document=document, secrecy=secrecy, title_zh=title_zh,
        title_en=title_en, source=source, override=override, author=author,
        crs=crs, datum=datum, datum_params=datum_params, encoding=encoding, layer=layer,
    )  # fmt: skip
    with progress(opened, layer_id, quiet=quiet):
        prepared = entry.prepare(file, options)
    _finish(opened, prepared, dry_run, report, form, language(lang, opened), quiet)


def restore(
    layer_id: IdArgument,
    version: Annotated[int, typer.Argument(metavar="VERSION", show_default=False)],
    effective_from: EffectiveOption = None,
    note: Annotated[str, typer.Option("--note", metavar="TEXT", help="Why.")] = "",
    author: AuthorOption = None,
    form: FormOption = Form.TABLE,
    workspace: WorkspaceOption = None,
    lang: LangOption = None,
    quiet: QuietOption = False,
) -> None:
    """Publish an earlier version again, as a new version."""
    opened = Workspace.open(workspace)
    done = opened.layers[layer_id].restore(
        version, effective_from=effective_from, note=note, author=author
    )
    _show(done, form, language(lang, opened), quiet)


def diff(
    layer_id: IdArgument,
    file: FileArgument,
    report: ReportOption = None,
    page: Annotated[
        Path | None,
        typer.Option(
            "--map",
            metavar="FILE.html",
            help="Write a web map of before and after.",
            show_default=False,
        ),
    ] = None,
    crs: CrsOption = None,
    datum: DatumOption = None,
    datum_params: DatumParamsOption = None,
    encoding: EncodingOption = None,
    layer: LayerOption = None,
    form: FormOption = Form.TABLE,
    workspace: WorkspaceOption = None,
    lang: LangOption = None,
    quiet: QuietOption = False,
) -> None:
    """Compare a file with the highest version of a layer."""
    opened = Workspace.open(workspace)
    entry = opened.layers[layer_id]
    is_secret = entry.newest_definition.secrecy == "verdict_only"
    with progress(opened, layer_id, quiet=quiet):
        found = entry.diff(
            file, crs=crs, datum=datum, datum_params=datum_params, encoding=encoding, layer=layer
        )
    write_report(report, (), None if is_secret else found)
    if page is not None:
        write_page(page, diff_page(opened, entry, found, language(lang, opened)))
    if form is Form.JSON:
        print_json(found.as_json(counts_only=is_secret))
    elif not quiet:
        print_diff(found, language(lang, opened), counts_only=is_secret)


def history(
    layer_id: IdArgument,
    form: FormOption = Form.TABLE,
    workspace: WorkspaceOption = None,
    lang: LangOption = None,
    quiet: QuietOption = False,
) -> None:
    """List the versions of a layer."""
    opened = Workspace.open(workspace)
    entry = opened.layers[layer_id]
    is_secret = entry.newest_definition.secrecy == "verdict_only"
    versions = entry.history()
    if form is Form.JSON:
        print_json([version.as_row(counts_only=is_secret) for version in versions])
    elif not quiet:
        print_history(versions, language(lang, opened), counts_only=is_secret)


def export(
    layer_id: IdArgument,
    target: Annotated[
        Path,
        typer.Argument(metavar="FILE", help=".gpkg, .geojson, .fgb, .parquet or .zip (shapefile).",
                       show_default=False),
    ],
    version: Annotated[
        int | None,
        typer.Option("--version", metavar="N", help="The one in force today by default.",
                     show_default=False),
    ] = None,
    form: FormOption = Form.TABLE,
    workspace: WorkspaceOption = None,
    lang: LangOption = None,
    quiet: QuietOption = False,
) -> None:  # fmt: skip
    """Write a version of a layer as a file."""
    opened = Workspace.open(workspace)
    chosen = opened.layers[layer_id].export(target, version=version)
    number = chosen.number if chosen else 0
    if form is Form.JSON:
        print_json({"layer": layer_id, "version": number, "file": str(target)})
    elif not quiet:
        words = language(lang, opened)
        say(say_words("exported", words, layer=layer_id, version=number, file=target))
        if target.suffix.lower() == ".zip":
            say(say_words("shapefile_cuts", words))


def publish_to(
    layer_id: IdArgument,
    target: Annotated[
        str,
        typer.Argument(metavar="URL", help="postgresql://user@host/database#schema.table",
                       show_default=False),
    ],
    version: Annotated[
        int | None,
        typer.Option("--version", metavar="N", help="The one in force today by default.",
                     show_default=False),
    ] = None,
    form: FormOption = Form.TABLE,
    workspace: WorkspaceOption = None,
    lang: LangOption = None,
    quiet: QuietOption = False,
) -> None:  # fmt: skip
    """Write a version of a layer into a PostGIS table."""
    opened = Workspace.open(workspace)
    table, written = opened.layers[layer_id].publish(target, version=version)
    if form is Form.JSON:
        print_json({"layer": layer_id, "version": written.number, "table": table.label,
                    "features": written.features})  # fmt: skip
    elif not quiet:
        words = language(lang, opened)
        number = written.number
        say(say_words("to_postgis", words, layer=layer_id, version=number, table=table.label))


def doctor(
    form: FormOption = Form.TABLE,
    workspace: WorkspaceOption = None,
    lang: LangOption = None,
    quiet: QuietOption = False,
) -> None:
    """Verify every checksum, and remove what killed publications left behind."""
    opened = Workspace.open(workspace)
    found = opened.layers.doctor()
    faults = [item for item in found if item.is_fault]
    if form is Form.JSON:
        print_json(
            [
                {"file": i.name, "state": i.state, "expected": i.expected, "got": i.got}
                for i in found
            ]
        )
    elif not quiet:
        words = language(lang, opened)
        columns = [(say_words("file", words), "left"), (say_words("state", words), "left")]
        states = {"removed": "orphan"}
        rows = [(i.name, say_words(states.get(i.state, i.state), words)) for i in found]
        print_table(columns, rows)
    if faults:
        first = faults[0]
        raise LayerError(
            f"{len(faults)} of {len(found)} files are not as published; the first: {first.name} "
            f"is {first.state}; bring it back from a backup"
        )


def _finish(
    workspace: Workspace, prepared: Preparation, dry_run: bool, report: Path | None, form: Form,
    lang: str, quiet: bool,
) -> None:  # fmt: skip
    """Print what was found, publish it, print how that ended."""
    is_secret = prepared.after.secrecy == "verdict_only"
    write_report(report, prepared.faults, None if is_secret else prepared.diff)
    done = prepared
    if prepared.refusal is None and not dry_run:
        with progress(workspace, prepared.definition.id, quiet=quiet):
            workspace.layers.step("write")
            (done,) = publish(workspace.layers.store, [prepared], crs=workspace.topology_crs)
    _show(done, form, lang, quiet, dry_run=dry_run)
    if prepared.refusal is not None:
        raise LayerError(prepared.refusal)


def _show(done: Preparation, form: Form, lang: str, quiet: bool, *, dry_run: bool = False) -> None:
    if form is Form.JSON:
        print_json(done.as_json())
    elif not quiet:
        print_publication(done, lang, dry_run=dry_run)
