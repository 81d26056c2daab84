"""The files of a check in one folder: all of them, or none."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from geo_toolkit.errors import NotAvailable, OptionError, UnknownName
from geo_toolkit.report.gpkg import write_gpkg
from geo_toolkit.report.json_text import to_json_text
from geo_toolkit.report.parquet import write_parquet
from geo_toolkit.report.xlsx import write_xlsx

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from geo_toolkit.siting import CheckResult

    Documents = Callable[[CheckResult, Mapping[str, Path]], None]

__all__ = ["BATCH", "DOCUMENTS", "FORMATS", "FormatPlan", "plan_formats", "write_outputs"]

FORMATS = ("json", "html", "xlsx", "docx", "pdf", "gpkg")
"""What this version writes, in the order in which files are named."""

DOCUMENTS = ("docx", "pdf")
"""The printed report, which needs the extra ``report``."""

BATCH = "parquet"
"""The form of a batch: several files, written only where it is named."""


class FormatPlan(NamedTuple):
    """Which formats to write, and which of those asked for cannot be written here."""

    write: tuple[str, ...]
    missing: tuple[str, ...]


def plan_formats(asked: Sequence[str] | None, *, has_documents: bool = True) -> FormatPlan:
    """Return what to write for the formats asked for; None asks for all that there are.

    Parameters
    ----------
    has_documents
        Whether the printed report can be written: its packages are an extra.

    Raises
    ------
    NotAvailable
        If a format was named that cannot be written.
    UnknownName
        If a format is not known.

    Examples
    --------
    >>> plan_formats(["xlsx", "json"]).write
    ('json', 'xlsx')
    >>> plan_formats(None, has_documents=False).missing
    ('docx', 'pdf')
    """
    missing = () if has_documents else DOCUMENTS
    if asked is None:
        return FormatPlan(tuple(f for f in FORMATS if f not in missing), missing)
    for name in asked:
        if name in missing:
            raise NotAvailable(
                f"--format {name}: the packages of the printed report are not installed; "
                "install them with: pip install 'geo-toolkit[report]'"
            )
        if name not in (*FORMATS, BATCH):
            raise UnknownName("format", name, (*FORMATS, BATCH))
    return FormatPlan(tuple(f for f in (*FORMATS, BATCH) if f in asked), ())


def write_outputs(
    result: CheckResult,
    out_dir: Path,
    formats: Sequence[str] | None,
    html: Callable[[CheckResult], str],
    documents: Documents | None = None,
) -> tuple[list[Path], tuple[str, ...]]:
    """Write ``check.<format>`` for each format; return the files, and the formats left out.

    Everything is written beside the folder first and moved when all of it is there, so that a
    failure leaves the folder as it was.

    Parameters
    ----------
    out_dir
        Made where it is missing; files of an earlier check in it are replaced.
    formats
        None for all that this version writes.
    html
        Renders the page of the check; called only where the page is asked for.
    documents
        Writes the printed report to files by their format; None where its packages are missing.

    Raises
    ------
    NotAvailable
        If a format was named that cannot be written.
    OptionError
        If the folder cannot be written to.
    """
    plan = plan_formats(formats, has_documents=documents is not None)
    try:
        out_dir.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".check-", dir=out_dir) as working:
            new = _write_all(result, Path(working), plan.write, html, documents)
            return _move_all(new, out_dir, Path(working)), plan.missing
    except OSError as error:
        raise OptionError(
            f"--out {out_dir}: cannot be written ({error.strerror or error}); "
            "close files that are open in it, or name another folder"
        ) from error


def _write_all(
    result: CheckResult,
    folder: Path,
    formats: Sequence[str],
    html: Callable[[CheckResult], str],
    documents: Documents | None,
) -> list[Path]:
    """Write every format to a folder; the printed ones together, since they share figures."""
    new = {name: folder / f"check.{name}" for name in formats if name != BATCH}
    printed = {name: path for name, path in new.items() if name in DOCUMENTS}
    if printed and documents is not None:
        documents(result, printed)
    for name, path in new.items():
        if name not in printed:
            _write_one(result, path, html)
    batch = write_parquet(result, folder) if BATCH in formats else []
    return [*new.values(), *batch]


def _write_one(result: CheckResult, path: Path, html: Callable[[CheckResult], str]) -> None:
    name = path.suffix[1:]
    if name == "json":
        path.write_bytes(to_json_text(result).encode("utf-8"))
    elif name == "html":
        path.write_bytes(html(result).encode("utf-8"))
    elif name == "xlsx":
        write_xlsx(result, path)
    else:
        write_gpkg(result, path)


def _move_all(new: list[Path], out_dir: Path, working: Path) -> list[Path]:
    """Move files into a folder; if one cannot be, put back those that were replaced."""
    kept = working / "replaced"
    kept.mkdir()
    moved: list[Path] = []
    try:
        for path in new:
            target = out_dir / path.name
            if target.exists():
                target.replace(kept / path.name)
            path.replace(target)
            moved.append(target)
    except OSError:
        for target in moved:
            target.unlink(missing_ok=True)
        for old in kept.iterdir():
            old.replace(out_dir / old.name)
        raise
    return moved
