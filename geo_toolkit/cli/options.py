"""Options that every command takes, written once."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from geo_toolkit.errors import NotAvailable
from geo_toolkit.workspace import Workspace

__all__ = [
    "AsOfOption",
    "Form",
    "FormOption",
    "Lang",
    "LangOption",
    "QuietOption",
    "WorkspaceOption",
    "language",
    "refuse_later",
]


class Lang(StrEnum):
    """Languages of titles, reasons and tables."""

    ZH = "zh"
    EN = "en"


class Form(StrEnum):
    """How a reading command answers."""

    TABLE = "table"
    JSON = "json"


WorkspaceOption = Annotated[
    Path | None,
    typer.Option(
        "--workspace",
        metavar="DIR",
        help="Folder with workspace.toml; else GEO_TOOLKIT_WORKSPACE, this folder or one above "
        "it, or the workspace that comes with geo-toolkit.",
        show_default=False,
    ),
]
LangOption = Annotated[
    Lang | None,
    typer.Option("--lang", help="Language; the workspace's by default.", show_default=False),
]
QuietOption = Annotated[
    bool, typer.Option("--quiet", help="Print no table and no notes, only what was asked for.")
]
FormOption = Annotated[
    Form, typer.Option("--format", help="A table to read, or JSON for a program.")
]
AsOfOption = Annotated[
    str | None,
    typer.Option(
        "--as-of", metavar="DATE", help="Day, as 2026-03-15; today by default.", show_default=False
    ),
]


def language(lang: Lang | None, workspace: Workspace) -> str:
    """Return the language to print in: the option's, else the workspace's."""
    return lang.value if lang else workspace.settings.language


def refuse_later(options: dict[str, object]) -> None:
    """Return nothing if none of these options was given.

    Parameters
    ----------
    options
        Option names with what the user gave; None or False where nothing was given.

    Raises
    ------
    NotAvailable
        Names the first option given: it is known, and not acted on in this version.
    """
    for name, given in options.items():
        if given is not None and given is not False:
            raise NotAvailable(f"{name}: this version cannot do that yet; run it without {name}")
