"""Options that ``add``, ``update``, ``adopt`` and ``diff`` share, and their progress bar."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from geo_toolkit.catalogue import (
    LayerDiff,
    LayerFault,
    fault_table,
    write_geopackage,
)
from geo_toolkit.errors import OptionError
from geo_toolkit.rules import now_text
from geo_toolkit.workspace import Workspace

__all__ = [
    "AccuracyOption",
    "AuthorOption",
    "CoverageOption",
    "CrsOption",
    "DatumOption",
    "DatumParamsOption",
    "DocumentOption",
    "DryRunOption",
    "EffectiveOption",
    "EncodingOption",
    "EvidenceOption",
    "FileArgument",
    "IdArgument",
    "LayerOption",
    "OverrideOption",
    "ReportOption",
    "SecrecyOption",
    "SourceOption",
    "TitleEnOption",
    "TitleZhOption",
    "progress",
    "write_page",
    "write_report",
]

IdArgument = Annotated[str, typer.Argument(metavar="ID", show_default=False)]
FileArgument = Annotated[
    Path,
    typer.Argument(
        metavar="FILE",
        help="Shapefile (.shp or .zip), .gdb, GeoPackage, GeoJSON, FlatGeobuf or GeoParquet.",
        show_default=False,
    ),
]
EvidenceOption = Annotated[
    str | None,
    typer.Option("--evidence", metavar="E", help="official, published or schematic.",
                 show_default=False),
]  # fmt: skip
CoverageOption = Annotated[
    str | None,
    typer.Option("--coverage", metavar="all|none|FILE", help="Where absence means absence.",
                 show_default=False),
]  # fmt: skip
AccuracyOption = Annotated[
    float | None,
    typer.Option("--accuracy-m", metavar="N", help="Error of the outlines in metres.",
                 show_default=False),
]  # fmt: skip
EffectiveOption = Annotated[
    str | None,
    typer.Option("--effective-from", metavar="D", help="In force from this day; today by default.",
                 show_default=False),
]  # fmt: skip
DocumentOption = Annotated[
    str | None,
    typer.Option("--document", metavar="NO", help="Number of the document it came with.",
                 show_default=False),
]  # fmt: skip
SecrecyOption = Annotated[
    str | None,
    typer.Option("--secrecy", metavar="S", help="public, internal or verdict_only.",
                 show_default=False),
]  # fmt: skip
TitleZhOption = Annotated[
    str | None, typer.Option("--title-zh", metavar="T", help="Title.", show_default=False)
]
TitleEnOption = Annotated[
    str | None, typer.Option("--title-en", metavar="T", help="English title.", show_default=False)
]
SourceOption = Annotated[
    str | None, typer.Option("--source", metavar="T", help="Who made it.", show_default=False)
]
OverrideOption = Annotated[
    str | None,
    typer.Option("--override", metavar="REASON",
                 help="Publish beyond the layer's limits, for this reason, which is kept.",
                 show_default=False),
]  # fmt: skip
AuthorOption = Annotated[
    str | None,
    typer.Option("--author", metavar="NAME", help="Who publishes; the login name by default.",
                 show_default=False),
]  # fmt: skip
DryRunOption = Annotated[
    bool, typer.Option("--dry-run", help="Read, validate and compare; write nothing.")
]
ReportOption = Annotated[
    Path | None,
    typer.Option("--report", metavar="FILE.gpkg",
                 help="Write the faults, and the changes, as a GeoPackage.", show_default=False),
]  # fmt: skip
CrsOption = Annotated[
    str | None,
    typer.Option("--crs", metavar="EPSG:N", help="System of the numbers where the file does not "
                 "tell.", show_default=False),
]  # fmt: skip
DatumOption = Annotated[
    str | None,
    typer.Option("--datum", metavar="DATUM", help="Datum where the file does not tell.",
                 show_default=False),
]  # fmt: skip
DatumParamsOption = Annotated[
    Path | None,
    typer.Option("--datum-params", metavar="FILE", help="Local parameters from Xian 1980 or "
                 "Beijing 1954 to CGCS2000.", show_default=False),
]  # fmt: skip
EncodingOption = Annotated[
    str | None,
    typer.Option("--encoding", metavar="NAME", help="Text encoding where the file does not tell.",
                 show_default=False),
]  # fmt: skip
LayerOption = Annotated[
    str | None,
    typer.Option("--layer", metavar="NAME", help="Which table, of a file with several.",
                 show_default=False),
]  # fmt: skip

_STEPS = ("read", "validate", "compare", "write")


@contextmanager
def progress(workspace: Workspace, title: str, *, quiet: bool) -> Iterator[None]:
    """Show a bar on a terminal's standard error while a delivery is read, compared and written."""
    console = Console(stderr=True)
    if quiet or not console.is_terminal:
        yield
        return
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task(title, total=len(_STEPS))

        def step(word: str) -> None:
            bar.update(task, completed=_STEPS.index(word), description=f"{title}  {word}")

        before = workspace.layers.step
        workspace.layers.step = step
        try:
            yield
        finally:
            workspace.layers.step = before


def write_page(path: Path, text: str) -> None:
    """Write a page whole or not at all."""
    work = path.with_name(f".{path.stem}.part.html")
    try:
        work.write_text(text, encoding="utf-8", newline="\n")
        work.replace(path)
    except OSError as error:
        work.unlink(missing_ok=True)
        raise OptionError(
            f"--map {path.name}: cannot be written ({error.strerror or error}); name another file"
        ) from error


def write_report(path: Path | None, faults: tuple[LayerFault, ...], diff: LayerDiff | None) -> None:
    """Write faults and changes as a GeoPackage, where a file was named."""
    if path is None:
        return
    if path.suffix.lower() != ".gpkg":
        raise OptionError(f"--report {path.name}: expected a name that ends in .gpkg")
    tables = {} if diff is None else diff.as_tables()
    if faults or not tables:
        tables = {"faults": fault_table(faults), **tables}
    work = path.with_name(f".{path.stem}.part.gpkg")
    work.unlink(missing_ok=True)
    write_geopackage(work, tables, written_at=now_text(), kind="point")
    work.replace(path)
