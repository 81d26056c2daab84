"""The file that makes a folder a workspace: what it says, and where it is looked for."""

from __future__ import annotations

import os
import tomllib
from importlib import resources
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from geo_toolkit.errors import DefinitionError, WorkspaceNotFound

__all__ = ["WorkspaceSettings", "find_workspace", "read_settings"]

FILE = "workspace.toml"
VARIABLE = "GEO_TOOLKIT_WORKSPACE"


class WorkspaceSettings(BaseModel):
    """What ``workspace.toml`` says (DESIGN §4)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    title_zh: str
    title_en: str
    language: Literal["zh", "en"] = "zh"
    bounds: tuple[
        Annotated[float, Field(ge=-180, le=180)],
        Annotated[float, Field(ge=-90, le=90)],
        Annotated[float, Field(ge=-180, le=180)],
        Annotated[float, Field(ge=-90, le=90)],
    ]
    scope: str = "full"

    @model_validator(mode="after")
    def _check(self) -> WorkspaceSettings:
        west, south, east, north = self.bounds
        if not (west < east and south < north):
            raise ValueError("bounds are west, south, east, north in degrees, in that order")
        return self


def read_settings(root: Path) -> WorkspaceSettings:
    """Return what ``workspace.toml`` in a folder says.

    Raises
    ------
    DefinitionError
        If it is not TOML, or a key is wrong; names the key.
    """
    try:
        raw = tomllib.loads((root / FILE).read_text(encoding="utf-8"))
        return WorkspaceSettings.model_validate(raw)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise DefinitionError(f"{FILE}: not valid TOML ({error}); correct the line") from error
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"]) or "bounds"
        raise DefinitionError(f"{FILE} key {key!r}: {first['msg']}; correct it") from error


def find_workspace(path: str | Path | None = None) -> Path:
    """Return the folder of the workspace to use; see ``Workspace.open`` for the order.

    Raises
    ------
    WorkspaceNotFound
        If there is none, or the folder named has no ``workspace.toml``.
    """
    named = path or os.environ.get(VARIABLE)
    if named:
        root = Path(named)
        if not (root / FILE).is_file():
            by = "--workspace" if path else VARIABLE
            raise WorkspaceNotFound(
                f"{by} {str(named)!r}: no {FILE} there; name a workspace folder"
            )
        return root.resolve()
    here = Path.cwd()
    for folder in (here, *here.parents):
        if (folder / FILE).is_file():
            return folder
    carried = Path(str(resources.files("geo_toolkit")))
    for folder in (carried / "_workspace", carried.parent):
        if (folder / FILE).is_file():
            return folder
    raise WorkspaceNotFound(
        f"no {FILE} in this folder or above it; name one with --workspace or {VARIABLE}, "
        "or make one with: geo-toolkit init DIR"
    )
