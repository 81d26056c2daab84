"""Every public exception of geo-toolkit.

    GeoToolkitError
    ├── BoundaryError (ValueError)      a submitted file cannot be read, or not without guessing
    ├── CRSMismatch (ValueError)        frames of different CRS, or a CRS not fit for the purpose
    ├── DefinitionError (ValueError)    a TOML definition (layer, rule, scope, map) is wrong
    ├── LayerError (ValueError)         the data of a layer cannot be used
    ├── NotAvailable (ValueError)       something this version cannot do, named, never ignored
    ├── OptionError (ValueError)        an option contradicts the input or another option
    ├── UnknownName (LookupError)       no layer, rule, scope, map or project type of that name
    └── WorkspaceNotFound (LookupError) no folder with workspace.toml where one was looked for

A message is one line: where, what was expected, what came, what to do.
"""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = [
    "BoundaryError",
    "CRSMismatch",
    "DefinitionError",
    "GeoToolkitError",
    "LayerError",
    "NotAvailable",
    "OptionError",
    "UnknownName",
    "WorkspaceNotFound",
]


class GeoToolkitError(Exception):
    """Root of all errors that geo-toolkit raises on purpose."""


class BoundaryError(GeoToolkitError, ValueError):
    """A submitted boundary file cannot be read, or not without guessing.

    Parameters
    ----------
    file
        Base name of the file.
    place
        Line, feature, ring or vertex; empty where the whole file is meant.
    expected, got
        What was expected there, and what came.
    remedy
        What to do, as an imperative.

    Examples
    --------
    >>> str(BoundaryError("plot.txt", "line 14", "4 fields (point, ring, X, Y)", "3",
    ...                   "add the missing coordinate"))
    'plot.txt line 14: expected 4 fields (point, ring, X, Y), got 3; add the missing coordinate'
    """

    def __init__(self, file: str, place: str, expected: str, got: str, remedy: str) -> None:
        self.file, self.place, self.expected, self.got, self.remedy = (
            _one_line(part) for part in (file, place, expected, got, remedy)
        )
        where = f"{self.file} {self.place}".rstrip()
        super().__init__(f"{where}: expected {self.expected}, got {self.got}; {self.remedy}")


class CRSMismatch(GeoToolkitError, ValueError):
    """Frames of different CRS met, or a CRS is not fit for the purpose."""


class DefinitionError(GeoToolkitError, ValueError):
    """A TOML definition is wrong; the message names file, entry and key."""


class LayerError(GeoToolkitError, ValueError):
    """The data of a layer cannot be used."""


class NotAvailable(GeoToolkitError, ValueError):
    """What was asked is not in this version; the message names it."""


class OptionError(GeoToolkitError, ValueError):
    """An option contradicts the input or another option."""


class WorkspaceNotFound(GeoToolkitError, LookupError):
    """No folder with a ``workspace.toml`` was found."""


class UnknownName(GeoToolkitError, LookupError):
    """No such layer, rule, scope, map or project type.

    Examples
    --------
    >>> str(UnknownName("layer", "park", ["parks", "rivers"], where="layers/"))
    "no layer 'park' in layers/; did you mean 'parks'?"
    >>> str(UnknownName("scope", "x", ["full"]))
    "no scope 'x'; known: full"
    """

    def __init__(self, kind: str, name: str, known: Iterable[str], *, where: str = "") -> None:
        names = sorted(known)
        near = get_close_matches(name, names, n=3, cutoff=0.5)
        head = f"no {kind} {_one_line(name)!r}" + (f" in {where}" if where else "")
        if near:
            tail = "did you mean " + " or ".join(repr(n) for n in near) + "?"
        else:
            tail = "known: " + (", ".join(names) or "none")
        super().__init__(f"{head}; {tail}")


def _one_line(text: str) -> str:
    """Return the text with every run of white space and control characters as one space."""
    cleaned = "".join(c if c.isprintable() else " " for c in str(text))
    return " ".join(cleaned.split())
