"""``geo-toolkit init``: a copy of a workspace to work in."""

import shutil
import tempfile
from pathlib import Path
from typing import Annotated

import typer

from geo_toolkit.cli.console import say
from geo_toolkit.cli.options import LangOption, QuietOption, WorkspaceOption
from geo_toolkit.errors import OptionError
from geo_toolkit.workspace import Workspace

__all__ = ["init"]

_PARTS = ("workspace.toml", "layers", "rules", "maps")


def init(
    folder: Annotated[Path, typer.Argument(metavar="DIR", show_default=False)],
    workspace: WorkspaceOption = None,
    lang: LangOption = None,  # noqa: ARG001 (every command takes it)
    quiet: QuietOption = False,
) -> None:
    """Copy the workspace (工作区) to a new folder, to work in."""
    source = Workspace.open(workspace).root
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise OptionError(f"{folder}: expected a new or an empty folder; name another one")
    for part in _PARTS:
        if folder.resolve().is_relative_to(source / part):
            raise OptionError(f"{folder}: lies inside what is copied ({part}); name another folder")
    try:
        _copy(source, folder)
    except OSError as error:
        raise OptionError(
            f"{folder}: cannot be written ({error.strerror or error}); name another folder"
        ) from error
    if not quiet:
        say(str(folder))
        say(f"  geo-toolkit check FILE --workspace {folder}")


def _copy(source: Path, folder: Path) -> None:
    """Copy all parts beside the folder first, so that it appears whole or not at all."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".init-", dir=folder.parent) as working:
        whole = Path(working) / "workspace"
        whole.mkdir()
        for part in _PARTS:
            origin = source / part
            if origin.is_dir():
                shutil.copytree(origin, whole / part)
            elif origin.is_file():
                shutil.copy2(origin, whole / part)
        if folder.exists():
            folder.rmdir()
        whole.rename(folder)
