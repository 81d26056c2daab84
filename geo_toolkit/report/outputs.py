"""The files of a check in one folder: all of them, or none."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from geo_toolkit.errors import NotAvailable, OptionError, UnknownName
from geo_toolkit.report.gpkg import write_gpkg
from geo_toolkit.report.json_text import to_json_text
from geo_toolkit.report.xlsx import write_xlsx

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from geo_toolkit.siting import CheckResult

__all__ = ["FORMATS", "FormatPlan", "plan_formats", "write_outputs"]

FORMATS = ("json", "html", "xlsx", "gpkg")
"""What this version writes, in the order in which files are named."""

_FORMATS_TO_COME = ("docx", "pdf", "parquet")
_OF_A_CHECK = (*FORMATS, "docx", "pdf")  # parquet is the form of a batch


class FormatPlan(NamedTuple):
    """Which formats to write, and which of those asked for do not exist yet."""

    write: tuple[str, ...]
    missing: tuple[str, ...]


def plan_formats(asked: Sequence[str] | None) -> FormatPlan:
    """Return what to write for the formats asked for; None asks for all that there are.

    Raises
    ------
    NotAvailable
        If a format was named that this version does not write.
    UnknownName
        If a format is not known.

    Examples
    --------
    >>> plan_formats(["xlsx", "json"]).write
    ('json', 'xlsx')
    >>> plan_formats(None).missing
    ('docx', 'pdf')
    """
    if asked is None:
        return FormatPlan(FORMATS, tuple(f for f in _OF_A_CHECK if f not in FORMATS))
    for name in asked:
        if name in _FORMATS_TO_COME:
            raise NotAvailable(
                f"--format {name}: this version does not write {name}; "
                f"choose from {', '.join(FORMATS)}"
            )
        if name not in FORMATS:
            raise UnknownName("format", name, FORMATS)
    return FormatPlan(tuple(f for f in FORMATS if f in asked), ())


def write_outputs(
    result: CheckResult,
    out_dir: Path,
    formats: Sequence[str] | None,
    html: Callable[[CheckResult], str],
) -> tuple[list[Path], tuple[str, ...]]:
    """Write ``check.<format>`` for each format; return the files, and the formats not there yet.

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

    Raises
    ------
    NotAvailable
        If a format was named that this version does not write.
    OptionError
        If the folder cannot be written to.
    """
    plan = plan_formats(formats)
    try:
        out_dir.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".check-", dir=out_dir) as working:
            new = [_write_one(result, Path(working), name, html) for name in plan.write]
            return _move_all(new, out_dir, Path(working)), plan.missing
    except OSError as error:
        raise OptionError(
            f"--out {out_dir}: cannot be written ({error.strerror or error}); "
            "close files that are open in it, or name another folder"
        ) from error


def _write_one(
    result: CheckResult, folder: Path, name: str, html: Callable[[CheckResult], str]
) -> Path:
    path = folder / f"check.{name}"
    if name == "json":
        path.write_bytes(to_json_text(result).encode("utf-8"))
    elif name == "html":
        path.write_bytes(html(result).encode("utf-8"))
    elif name == "xlsx":
        write_xlsx(result, path)
    else:
        write_gpkg(result, path)
    return path


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
