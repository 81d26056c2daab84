"""``geo-toolkit layers adopt``: a whole delivery, shown in one table, published after a yes."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from geo_toolkit.catalogue import Adoption, PublishOptions
from geo_toolkit.cli.console import print_json, print_table, say
from geo_toolkit.cli.layer_tables import print_faults
from geo_toolkit.cli.layer_words import say_words
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
    LayerOption,
    OverrideOption,
    SecrecyOption,
    SourceOption,
    progress,
)
from geo_toolkit.errors import LayerError, OptionError
from geo_toolkit.rules import role_title
from geo_toolkit.workspace import Workspace

__all__ = ["adopt"]


def adopt(
    delivery: Annotated[
        Path,
        typer.Argument(metavar="DELIVERY", help="A .gdb, .zip, folder or file.",
                       show_default=False),
    ],
    yes: Annotated[bool, typer.Option("--yes", help="Publish without asking.")] = False,
    beside: Annotated[
        bool, typer.Option("--beside", help="New layers beside those there are; update none.")
    ] = False,
    targets: Annotated[
        list[str] | None,
        typer.Option("--as", metavar="TABLE=ID", help="The layer a table becomes or updates.",
                     show_default=False),
    ] = None,
    note: Annotated[str, typer.Option("--note", metavar="TEXT", help="What this is.")] = "",
    evidence: EvidenceOption = None,
    coverage: CoverageOption = None,
    accuracy_m: AccuracyOption = None,
    effective_from: EffectiveOption = None,
    document: DocumentOption = None,
    secrecy: SecrecyOption = None,
    source: SourceOption = None,
    override: OverrideOption = None,
    author: AuthorOption = None,
    dry_run: DryRunOption = False,
    crs: CrsOption = None,
    datum: DatumOption = None,
    datum_params: DatumParamsOption = None,
    encoding: EncodingOption = None,
    layer: LayerOption = None,
    form: FormOption = Form.TABLE,
    workspace: WorkspaceOption = None,
    lang: LangOption = None,
    quiet: QuietOption = False,
) -> None:  # fmt: skip
    """Publish the tables of a delivery (STBHHX, YJJBNTBHTB, CZKFBJ, DLTB, XZQ) together."""
    can_ask = form is Form.TABLE and not quiet and sys.stdin.isatty()
    if not (yes or dry_run or can_ask):
        raise OptionError("adopt: expected a yes before anything is published; give --yes")
    opened = Workspace.open(workspace)
    words = language(lang, opened)
    options = PublishOptions.of(
        note=note, evidence=evidence, coverage=coverage, accuracy_m=accuracy_m,
        effective_from=effective_from, document=document, secrecy=secrecy, source=source,
        override=override, author=author, crs=crs, datum=datum, datum_params=datum_params,
        encoding=encoding, layer=layer,
    )  # fmt: skip
    with progress(opened, delivery.name, quiet=quiet):
        rows = opened.layers.prepare_adopt(
            delivery, options, beside=beside, targets=_targets(targets or [])
        )
    refusals = [r.preparation.refusal for r in rows if r.preparation and r.preparation.refusal]
    if form is Form.TABLE and not quiet:
        _print_rows(rows, words)
    if not refusals and not dry_run:
        if not yes and not typer.confirm(say_words("confirm", words)):
            say(say_words("not_confirmed", words))
            return
        rows = opened.layers.publish_adoption(rows)
    if form is Form.JSON:
        print_json([row.as_json() for row in rows])
    elif not quiet and not refusals and not dry_run:
        _print_done(rows, words)
    if refusals:
        more = f" (and {len(refusals) - 1} more tables)" if len(refusals) > 1 else ""
        raise LayerError(f"{refusals[0]}{more}; nothing of {delivery.name} was published")


def _targets(pairs: list[str]) -> dict[str, str]:
    """Return the layer of each table that was said."""
    found = {}
    for pair in pairs:
        table, mark, layer_id = pair.partition("=")
        if not (table and mark and layer_id):
            raise OptionError(f"--as: expected TABLE=ID, got {pair!r}; correct it")
        if table in found:
            raise OptionError(f"--as: expected each table once, got {table!r} twice; remove one")
        found[table] = layer_id
    return found


def _print_rows(rows: list[Adoption], lang: str) -> None:
    names = ("table", "role", "features", "crs", "basis", "area", "version_date", "target")
    right = ("features", "area")
    columns = [(say_words(name, lang), "right" if name in right else "left") for name in names]
    cells = [
        (
            row.table,
            role_title(row.role, lang) if row.role else "",
            row.features,
            row.crs,
            row.crs_basis,
            f"{row.area_m2 / 10_000:.4f}",
            row.date,
            _target(row, lang),
        )
        for row in rows
    ]
    print_table(columns, cells)
    for row in rows:
        for remark in row.preparation.remarks if row.preparation else ():
            say(f"{row.table}: {remark}")
        if row.preparation:
            print_faults(row.preparation.faults, lang)


def _target(row: Adoption, lang: str) -> str:
    prepared = row.preparation
    if prepared is None:
        return say_words("no_role", lang)
    if prepared.unchanged:
        return say_words("unchanged", lang, layer=row.layer, version=max(prepared.expected, 0))
    if prepared.new_file is None:
        text = say_words(
            "replaces", lang, layer=row.layer, version=prepared.number, old=row.replaces
        )
        other = ", ".join(row.beside)
        return f"{text}{say_words('and_beside', lang, other=other)}" if other else text
    if row.beside:
        return say_words("new_beside", lang, layer=row.layer, other=", ".join(row.beside))
    return say_words("new_layer", lang, layer=row.layer)


def _print_done(rows: list[Adoption], lang: str) -> None:
    for row in rows:
        version = row.preparation.version if row.preparation else None
        if version is not None:
            day = version.effective_from or say_words("always", lang)
            say(say_words("published", lang, layer=row.layer, version=version.number, day=day))
