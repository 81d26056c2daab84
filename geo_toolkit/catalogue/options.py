"""What a publisher may say about a delivery, checked once at the door."""

from __future__ import annotations

import getpass
import math
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict

import numpy as np
import shapely

from geo_toolkit.boundary.options import ReadOptions
from geo_toolkit.catalogue.definition import Evidence
from geo_toolkit.catalogue.delivery import read_delivery
from geo_toolkit.catalogue.versions import Stated
from geo_toolkit.errors import LayerError, OptionError
from geo_toolkit.rules import parse_day

if TYPE_CHECKING:
    from datetime import date

    from pyproj import CRS

    from geo_toolkit.geodesy import Datum

__all__ = [
    "SECRECIES",
    "WORDS_OF_COVERAGE",
    "PublishOptions",
    "PublishWords",
    "ReadWords",
    "read_coverage",
]

SECRECIES = ("public", "internal", "verdict_only")
WORDS_OF_COVERAGE = ("all", "none")


class PublishWords(TypedDict, total=False):
    """What may be said of a publication, by name; see ``PublishOptions.of``."""

    note: str
    evidence: str | None
    coverage: str | Path | None
    accuracy_m: float | None
    effective_from: date | str | None
    document: str | None
    secrecy: str | None
    title_zh: str | None
    title_en: str | None
    source: str | None
    licence: str | None
    authority: str | None
    approval_number: str | None
    override: str | None
    author: str | None
    crs: CRS | str | None
    datum: Datum | str | None
    datum_params: str | Path | None
    encoding: str | None
    layer: str | None


class ReadWords(TypedDict, total=False):
    """How a delivery is to be read where it does not tell, by name."""

    crs: CRS | str | None
    datum: Datum | str | None
    datum_params: str | Path | None
    encoding: str | None
    layer: str | None


@dataclass(frozen=True)
class PublishOptions:
    """The options of ``add``, ``update`` and ``adopt``.

    Attributes
    ----------
    stated
        What is said of the layer; what is not said is inherited.
    effective_from
        From which day the version is in force; None: today.
    override
        The written reason for passing the gate.
    read
        How the delivery is to be read where it does not tell.
    """

    note: str = ""
    stated: Stated = field(default_factory=Stated)
    effective_from: date | None = None
    override: str = ""
    author: str = ""
    read: ReadOptions = field(default_factory=ReadOptions)

    @classmethod
    def of(
        cls,
        *,
        note: str = "",
        evidence: str | None = None,
        coverage: str | Path | None = None,
        accuracy_m: float | None = None,
        effective_from: date | str | None = None,
        document: str | None = None,
        secrecy: str | None = None,
        title_zh: str | None = None,
        title_en: str | None = None,
        source: str | None = None,
        licence: str | None = None,
        authority: str | None = None,
        approval_number: str | None = None,
        override: str | None = None,
        author: str | None = None,
        crs: CRS | str | None = None,
        datum: Datum | str | None = None,
        datum_params: str | Path | None = None,
        encoding: str | None = None,
        layer: str | None = None,
    ) -> PublishOptions:
        """Return the options from what a user said.

        Parameters
        ----------
        coverage
            ``all``, ``none``, or a polygon file, which is copied into the version.
        effective_from
            A day, or its text ``YYYY-MM-DD``.

        Raises
        ------
        OptionError
            If a word is unknown, a number wrong, or an override has no reason.
        LayerError
            If the coverage file cannot be read.
        """
        _check_word("--evidence", evidence, [e.value for e in Evidence])
        _check_word("--secrecy", secrecy, SECRECIES)
        if accuracy_m is not None and not (math.isfinite(accuracy_m) and accuracy_m >= 0):
            raise OptionError(f"--accuracy-m: expected metres, 0 or more, got {accuracy_m:g}")
        if override is not None and not override.strip():
            raise OptionError("--override: expected a written reason, got none; say why")
        if isinstance(effective_from, str):
            effective_from = parse_day(effective_from, option="--effective-from")
        text, wkb = (None, None) if coverage is None else read_coverage(coverage)
        stated = Stated(
            title_zh, title_en, evidence, accuracy_m, text, wkb, secrecy,
            source, licence, authority, approval_number, document,
        )  # fmt: skip
        return cls(
            note=note.strip(),
            stated=stated,
            effective_from=effective_from,
            override=(override or "").strip(),
            author=author or _user(),
            read=ReadOptions.of(crs, datum, encoding, layer, datum_params=datum_params),
        )


def read_coverage(coverage: str | Path) -> tuple[str, bytes | None]:
    """Return what a coverage is called, and its polygon in CGCS2000 degrees as binary.

    Raises
    ------
    LayerError
        If it is neither ``all`` nor ``none`` nor a file with polygons.
    """
    if str(coverage) in WORDS_OF_COVERAGE:
        return str(coverage), None
    path = Path(coverage)
    if not path.exists():
        raise LayerError(
            f"--coverage {path.name}: expected all, none or a polygon file, got no such file; "
            "check its path"
        )
    delivered = read_delivery(path, ReadOptions())
    shapes = delivered.lonlat
    areal = shapes[np.isin(shapely.get_type_id(shapes), (3, 6))]
    union = shapely.union_all(shapely.make_valid(areal))
    if union.is_empty or union.area == 0:
        raise LayerError(f"--coverage {path.name}: expected polygons, got none; draw the area")
    return path.name, bytes(shapely.to_wkb(union))


def _check_word(option: str, given: str | None, known: list[str] | tuple[str, ...]) -> None:
    if given is not None and given not in known:
        raise OptionError(f"{option}: expected {', '.join(known)}, got {given!r}; correct it")


def _user() -> str:
    """Return the name that the publisher is logged in with."""
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return "unknown"
