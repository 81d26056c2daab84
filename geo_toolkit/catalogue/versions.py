"""Versions of a layer: what was published, by whom, in force from when, and which one counts."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any

from geo_toolkit.catalogue.definition import Evidence, LayerDefinition
from geo_toolkit.geodesy import Datum

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

__all__ = ["Provenance", "Stated", "Version", "effective_definition", "in_force"]


@dataclass(frozen=True)
class Stated:
    """What a publication says of its layer; None where it says nothing.

    Attributes
    ----------
    coverage
        ``all``, ``none``, or the name of the polygon file whose copy is ``coverage_wkb``.
    coverage_wkb
        The coverage polygon in CGCS2000 degrees, as well-known binary.
    """

    title_zh: str | None = None
    title_en: str | None = None
    evidence: str | None = None
    accuracy_m: float | None = None
    coverage: str | None = None
    coverage_wkb: bytes | None = None
    secrecy: str | None = None
    source: str | None = None
    licence: str | None = None
    authority: str | None = None
    approval_number: str | None = None
    document: str | None = None

    def over(self, inherited: Stated) -> Stated:
        """Return this, with what it does not say taken from another.

        A coverage and its polygon go together.

        Examples
        --------
        >>> Stated(evidence="official").over(Stated(evidence="schematic", accuracy_m=5.0))
        ... # doctest: +ELLIPSIS
        Stated(title_zh=None, title_en=None, evidence='official', accuracy_m=5.0, ...)
        """
        unsaid = {f.name: getattr(inherited, f.name) for f in fields(self)
                  if getattr(self, f.name) is None}  # fmt: skip
        if self.coverage is not None:
            unsaid.pop("coverage_wkb", None)
        return replace(self, **unsaid)


@dataclass(frozen=True)
class Provenance:
    """Where the features of a version came from, and on what ground each property was taken."""

    source_file: str = ""
    source_sha256: str = ""
    source_layer: str = ""
    crs: str = ""
    crs_basis: str = ""
    datum: str = ""
    encoding: str = ""
    encoding_basis: str = ""
    key_column: str = ""
    restored_from: int | None = None


@dataclass(frozen=True)
class Version:
    """One published version of a layer; it never changes.

    Attributes
    ----------
    number
        From 0, without a gap; 0 is the bundled data file.
    file
        The GeoPackage, relative to the folder of versions.
    sha256
        Of the GeoPackage; of the bundled data file for version 0.
    file_sha256
        Of the GeoPackage.
    area_m2
        Sum of the features' areas on the ellipsoid; overlaps count twice.
    max_accuracy_m
        The largest inaccuracy that a feature states of itself, 0 where none does.
    committed_at
        When it was published (ISO 8601, UTC+8).
    effective_from
        From which day it is in force; None: from the beginning.
    override
        The written reason for passing the gate; empty where none was needed or given.
    exceeded
        What the gate found too much, one line each.
    """

    layer: str
    number: int
    file: str
    sha256: str
    file_sha256: str
    features: int
    area_m2: float
    max_accuracy_m: float
    committed_at: str
    effective_from: date | None
    author: str
    note: str
    stated: Stated
    provenance: Provenance
    override: str = ""
    exceeded: tuple[str, ...] = ()

    def as_row(self, *, counts_only: bool = False) -> dict[str, Any]:  # JSON values
        """Return the version as a row of ``layers history`` (DESIGN §6).

        Parameters
        ----------
        counts_only
            Leave out the area, as ``verdict_only`` layers must.
        """
        said, origin = self.stated, self.provenance
        return {
            "version": self.number,
            "committed_at": self.committed_at or None,
            "effective_from": self.effective_from.isoformat() if self.effective_from else None,
            "author": self.author,
            "note": self.note,
            "sha256": self.sha256,
            "features": self.features,
            "area_m2": None if counts_only else round(self.area_m2, 3),
            "document": said.document,
            "evidence": said.evidence,
            "accuracy_m": said.accuracy_m,
            "coverage": said.coverage,
            "secrecy": said.secrecy,
            "title_zh": said.title_zh,
            "title_en": said.title_en,
            "source": said.source,
            "source_file": origin.source_file,
            "source_sha256": origin.source_sha256,
            "crs": origin.crs,
            "crs_basis": origin.crs_basis,
            "key_column": origin.key_column,
            "restored_from": origin.restored_from,
            "override": self.override or None,
            "exceeded": list(self.exceeded),
            "file": self.file,
            "file_sha256": self.file_sha256,
        }


def in_force(versions: Iterable[Version], day: date) -> Version | None:
    """Return the version in force on a day, None where there is none yet.

    Of the versions whose ``effective_from`` is absent or not after the day, the latest date
    counts (absent is earliest of all), then the highest number (DESIGN §7).
    """
    ready = [v for v in versions if v.effective_from is None or v.effective_from <= day]
    if not ready:
        return None
    return max(ready, key=lambda v: (v.effective_from is not None, v.effective_from or day,
                                     v.number))  # fmt: skip


def effective_definition(definition: LayerDefinition, version: Version | None) -> LayerDefinition:
    """Return a definition with what a version says in place of what the file says.

    What the version does not say itself it inherited when it was published; what neither said is
    the file's. Coordinates are stored in CGCS2000 degrees; a web map's datum stays with them,
    because what was converted from it remains less accurate.
    """
    if version is None:
        return definition
    said = version.stated
    names = (
        "title_zh", "title_en", "accuracy_m", "coverage", "secrecy",
        "source", "licence", "authority", "approval_number",
    )  # fmt: skip
    new: dict[str, Any] = {n: getattr(said, n) for n in names if getattr(said, n) is not None}
    if said.evidence is not None:
        new["evidence"] = Evidence(said.evidence)
    delivered = Datum(version.provenance.datum or "cgcs2000")
    new["datum"] = delivered if delivered.is_web else Datum.CGCS2000
    new |= {"crs": "EPSG:4490", "effective_from": version.effective_from}
    return definition.model_copy(update=new)
