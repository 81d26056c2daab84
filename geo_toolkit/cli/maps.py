"""``geo-toolkit map``: the web maps of a workspace, listed or drawn."""

import tempfile
from pathlib import Path
from typing import Annotated

import typer

from geo_toolkit.cli import lazy
from geo_toolkit.cli.check_options import AudienceName
from geo_toolkit.cli.console import print_json, print_table, say
from geo_toolkit.cli.options import (
    Form,
    FormOption,
    LangOption,
    QuietOption,
    WorkspaceOption,
    language,
)
from geo_toolkit.cli.pages import map_page
from geo_toolkit.errors import OptionError
from geo_toolkit.report.labels import label
from geo_toolkit.workspace import Workspace

__all__ = ["draw_map"]

EPILOG = """\b
Examples:
  geo-toolkit map                          list the maps
  geo-toolkit map overview --out map.html  one page that opens without a network
"""


def draw_map(
    map_id: Annotated[
        str | None,
        typer.Argument(metavar="MAP", help="Id of a map; none lists them.", show_default=False),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", metavar="FILE", help="HTML file; MAP.html by default.", show_default=False
        ),
    ] = None,
    served: Annotated[
        bool,
        typer.Option(
            "--served",
            help="A page for the host of `geo-toolkit serve`: scripts and tiles of large layers "
            "are asked from it.",
        ),
    ] = False,
    audience: Annotated[
        AudienceName,
        typer.Option("--audience", help="Edition: internal, or applicant (对外)."),
    ] = AudienceName.INTERNAL,
    form: FormOption = Form.TABLE,
    workspace: WorkspaceOption = None,
    lang: LangOption = None,
    quiet: QuietOption = False,
) -> None:
    """List the web maps (专题图), or draw one to an HTML file."""
    if map_id is None and out is not None:
        raise OptionError("--out: expected the map to draw before it; name one, or leave out --out")
    opened = Workspace.open(workspace)
    words = language(lang, opened)
    if map_id is None:
        _list_maps(opened, form, words, quiet)
        return
    target = out or Path(f"{map_id}.html")
    _write(target, map_page(opened, map_id, words, served=served, audience=audience.value))
    if form is Form.JSON:
        print_json({"map": map_id, "file": str(target)})
    elif not quiet:
        say(str(target))


def _list_maps(workspace: Workspace, form: Form, lang: str, quiet: bool) -> None:
    maps = lazy.webmap().load_maps(workspace.root / "maps")
    if form is Form.JSON:
        print_json(
            [
                {
                    "id": name,
                    "title_zh": definition.title_zh,
                    "title_en": definition.title_en,
                    "layers": list(definition.layer_ids),
                }
                for name, definition in maps.items()
            ]
        )
    elif not quiet:
        columns = [(label("map", lang), "left"), (label("title", lang), "left")]
        print_table(columns, [(name, d.title(lang)) for name, d in maps.items()])


def _write(target: Path, page: str) -> None:
    """Write the page whole or not at all."""
    working: Path | None = None
    try:
        with tempfile.NamedTemporaryFile(dir=target.parent, prefix=".map-", delete=False) as file:
            working = Path(file.name)
            file.write(page.encode("utf-8"))
        working.chmod(0o644)
        working.replace(target)
    except OSError as error:
        if working is not None:
            working.unlink(missing_ok=True)
        raise OptionError(
            f"--out {target}: cannot be written ({error.strerror or error}); name another file"
        ) from error
