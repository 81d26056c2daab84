"""Every fault of a submitted file in one go (一次性告知), and what is needed to draw them."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from geo_toolkit.boundary import geojson, points_csv, points_xlsx, survey_text, zipped
from geo_toolkit.boundary.faults import ERROR, Fault, Faults
from geo_toolkit.boundary.inspecting_features import look_at_any, look_at_geojson
from geo_toolkit.boundary.inspecting_parts import look_for_parts
from geo_toolkit.boundary.inspecting_survey import look_at as look_at_survey
from geo_toolkit.boundary.inspecting_table import look_at_csv, look_at_xlsx
from geo_toolkit.boundary.looked_at import LookedAt
from geo_toolkit.boundary.opening import read_submission, read_zipped, reader_of
from geo_toolkit.boundary.options import ReadOptions
from geo_toolkit.boundary.submission import to_sites
from geo_toolkit.errors import BoundaryError, GeoToolkitError

if TYPE_CHECKING:
    from collections.abc import Callable

    from geo_toolkit.boundary.sites import Sites
    from geo_toolkit.boundary.submission import Submission

    Reader = Callable[[Path, ReadOptions], Submission]

__all__ = ["SCHEMA", "Inspection", "inspect_file"]

SCHEMA = "geo-toolkit/inspect/1"
_NUMBERS = re.compile(r"\b(?:feature|row|record|placemark|ring|part|point) (\d+)")
_LAST_WORD = {"too_large"}
"""A file of more than can be read is not read on."""
_KEYS = ("code", "level", "place", "expected", "got", "remedy")


@dataclass(frozen=True)
class Inspection:
    """What is wrong with one submitted file.

    Attributes
    ----------
    file
        Base name of the file.
    usable
        Whether a check would read it as it is.
    features
        How many plots or features it holds; 0 where that cannot be told.
    faults
        Errors in the order of the file, then warnings and repairs.
    looked_at
        The outlines that could be read, for a drawing.
    """

    file: str
    format: str
    usable: bool
    features: int
    faults: tuple[Fault, ...]
    looked_at: LookedAt = field(default_factory=LookedAt, compare=False, repr=False)

    @property
    def errors(self) -> tuple[Fault, ...]:
        """The faults for which the file is refused."""
        return tuple(fault for fault in self.faults if fault.level == ERROR)

    def document(self) -> dict[str, Any]:  # a JSON document
        """Return the answer for programs, of schema ``geo-toolkit/inspect/1``."""
        return {
            "schema": SCHEMA,
            "file": self.file,
            "format": self.format,
            "usable": self.usable,
            "features": self.features,
            "faults": [{key: str(getattr(one, key)) for key in _KEYS} for one in self.faults],
        }


def inspect_file(
    path: str | Path,
    # the options of read_sites, whatever their number
    **options: Any,  # noqa: ANN401
) -> Inspection:
    """Return every fault of a submitted file, with its place, what was expected and what came.

    A file without errors is one that ``read_sites`` reads with the same options. Nothing is
    written.

    Parameters
    ----------
    path
        A file, or a folder with a shapefile.
    options
        As ``read_sites`` takes them: ``crs``, ``datum``, ``encoding``, ``layer``, ``corridor_m``.

    Raises
    ------
    BoundaryError
        If there is no such file.
    OptionError
        If an option is unknown.
    """
    path, chosen = Path(path), ReadOptions.of(**options)
    if not path.exists():
        raise BoundaryError(path.name, "", "a file", "none of that name", "check its path")
    submission: Submission | None = None
    try:
        submission = read_submission(path, chosen)
        sites = to_sites(submission, chosen)
    except GeoToolkitError as error:
        refusal = Fault.of_error(error)  # the error itself would keep all that was read
    else:
        return _without_errors(path, submission, sites, chosen)
    return _with_faults(path, chosen, refusal, submission)


def _without_errors(
    path: Path, submission: Submission, sites: Sites, options: ReadOptions
) -> Inspection:
    """Return the inspection of a file that is read: its warnings and repairs."""
    faults = Faults()
    for source in sites.inputs:
        for text in source.warnings:
            faults.add(Fault.of_remark(text))
        for repair in source.repairs:
            faults.add(Fault.of_repair(repair))
    shapes = submission.geometry if options.corridor_m is None else sites.frame.geometry.to_numpy()
    labels = [name or str(n) for n, name in enumerate(sites.frame["name"], start=1)]
    seen = LookedAt(
        submission.format,
        len(sites),
        shapes,
        list(submission.places),
        labels,
        options.corridor_m is not None or submission.system.crs.is_geographic,
    )
    return Inspection(path.name, submission.format, True, len(sites), tuple(faults.found), seen)


def _with_faults(
    path: Path, options: ReadOptions, refusal: Fault, submission: Submission | None
) -> Inspection:
    """Return the inspection of a file that is refused: all of its faults."""
    faults = Faults()
    seen = LookedAt()
    if refusal.code not in _LAST_WORD:
        with suppress(OSError):
            seen = _look(path, options, faults, refusal, submission)
    found = faults.found
    if not any(fault.code == refusal.code for fault in found):
        found.insert(0, refusal)
    errors = sorted((f for f in found if f.level == ERROR), key=_order)
    ordered = [*errors, *(f for f in found if f.level != ERROR)]
    return Inspection(path.name, seen.format, False, seen.features, tuple(ordered), seen)


def _order(fault: Fault) -> tuple[int, ...]:
    """Return where a fault stands: what concerns the whole file first, then by line or number."""
    return fault.lines[:1] or tuple(int(n) for n in _NUMBERS.findall(fault.place))


def _look(
    path: Path,
    options: ReadOptions,
    faults: Faults,
    refusal: Fault | None = None,
    submission: Submission | None = None,
) -> LookedAt:
    """Read a file on past its faults, in the way of its format.

    Parameters
    ----------
    refusal, submission
        What reading it for a check came to, where it has been tried.
    """
    reader = faults.attempt(reader_of, path, options)
    if reader is None:
        return LookedAt()
    if reader is survey_text.read:
        return look_at_survey(path, options, faults)
    if reader is points_csv.read:
        return look_at_csv(path, options, faults)
    if reader is points_xlsx.read:
        return look_at_xlsx(path, options, faults)
    if reader in (geojson.read, geojson.read_sequence):
        return look_at_geojson(path, options, faults, is_sequence=reader is geojson.read_sequence)
    seen = _look_in_zip(path, options, faults) if reader is read_zipped else None
    if seen is None:
        seen = look_at_any(reader, path, options, faults, refusal, submission)
        look_for_parts(path, options, faults)
    return seen


class _Looked(Exception):
    """The member of an archive was looked at, and need not be read."""


def _look_in_zip(path: Path, options: ReadOptions, faults: Faults) -> LookedAt | None:
    """Look at a single file in an archive in the way of its own format; None where it has none."""
    seen: LookedAt | None = None

    def look(member: Path, own: ReadOptions) -> Submission:
        nonlocal seen
        seen = _look(member, own, faults)
        raise _Looked

    try:
        zipped.read(path, options, look)
    except (_Looked, GeoToolkitError):
        return seen
    return None
