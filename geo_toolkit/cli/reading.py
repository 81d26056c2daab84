"""Reading of submitted files for a command: a refusal says how many more faults there are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from geo_toolkit.boundary import read_sites
from geo_toolkit.boundary.inspecting import inspect_file
from geo_toolkit.errors import BoundaryError, GeoToolkitError, NotAvailable, OptionError

if TYPE_CHECKING:
    from pathlib import Path

    from geo_toolkit.boundary import Sites

__all__ = ["read_submitted"]


# the options of read_sites, as they were given
def read_submitted(path: Path, **options: Any) -> Sites:  # noqa: ANN401
    """Return the sites of one file.

    Raises
    ------
    BoundaryError, NotAvailable, OptionError
        As ``read_sites`` does, with the number of further faults in the message.
    """
    try:
        return read_sites(path, **options)
    except (BoundaryError, NotAvailable, OptionError) as error:
        more = _further_faults(path, options)
        if not more:
            raise
        tail = f"; {more} more: geo-toolkit inspect {path.name}{_given(options)}"
        raise _with_tail(error, tail) from error


# the options of read_sites, as they were given
def _given(options: dict[str, Any]) -> str:
    """Return the options with which ``inspect`` sees the file as it was read."""
    named = ("crs", "datum", "encoding", "layer", "corridor_m")
    given = {name: options.get(name) for name in named}
    return "".join(
        f" --{name.replace('_', '-')} {value:g}" if isinstance(value, float) else
        f" --{name.replace('_', '-')} {value}"
        for name, value in given.items() if value is not None
    )  # fmt: skip


# the options of read_sites, as they were given
def _further_faults(path: Path, options: dict[str, Any]) -> int:
    try:
        return len(inspect_file(path, **options).errors) - 1
    except GeoToolkitError:
        return 0


def _with_tail(error: GeoToolkitError, tail: str) -> GeoToolkitError:
    """Return the same refusal with something added to its end."""
    if isinstance(error, BoundaryError):
        remedy = error.remedy + tail
        return BoundaryError(error.file, error.place, error.expected, error.got, remedy)
    return type(error)(f"{error}{tail}")
