"""``geo-toolkit layers replay``: which recorded conclusions another version changes."""

from typing import Annotated

import typer

from geo_toolkit.cli.console import print_json, print_table, say
from geo_toolkit.cli.layer_words import say_words
from geo_toolkit.cli.options import (
    Form,
    FormOption,
    LangOption,
    QuietOption,
    WorkspaceOption,
    language,
)
from geo_toolkit.cli.publishing import IdArgument
from geo_toolkit.siting import VERDICT_SIGNS, Replay
from geo_toolkit.workspace import Workspace

__all__ = ["replay"]


def replay(
    layer_id: IdArgument,
    from_version: Annotated[
        int | None,
        typer.Option("--from", metavar="N", help="The one before --to by default.",
                     show_default=False),
    ] = None,
    to_version: Annotated[
        int | None,
        typer.Option("--to", metavar="N", help="The highest by default.", show_default=False),
    ] = None,
    form: FormOption = Form.TABLE,
    workspace: WorkspaceOption = None,
    lang: LangOption = None,
    quiet: QuietOption = False,
) -> None:  # fmt: skip
    """Run recorded checks with two versions of a layer; list what changes."""
    opened = Workspace.open(workspace)
    found = opened.replay(layer_id, from_version, to_version)
    if form is Form.JSON:
        print_json(found.as_json())
    elif not quiet:
        _print(found, language(lang, opened))


def _print(found: Replay, lang: str) -> None:
    if not found.checks and not found.failed:
        say(say_words("nothing_replayed", lang))
        return
    changed = len(found.changed_checks)
    say(say_words("replayed", lang, checks=found.checks, changed=changed))
    names = ("check", "site", "verdict_before", "verdict_after", "overlap_before", "overlap_after")
    right = ("overlap_before", "overlap_after")
    columns = [(say_words(n, lang), "right" if n in right else "left") for n in names]
    rows = [
        (
            site.check_id,
            f"{site.site} {site.name}".strip(),
            VERDICT_SIGNS[site.verdict_before].word(lang),
            VERDICT_SIGNS[site.verdict_after].word(lang),
            f"{site.overlap_before_m2:.2f}",
            f"{site.overlap_after_m2:.2f}",
        )
        for site in found.changed
    ]
    if rows:
        print_table(columns, rows)
    for check_id, reason in found.failed:
        say(f"{check_id}: {reason}")
