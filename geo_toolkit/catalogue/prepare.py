"""Making a publication ready: read, map, validate, compare, weigh against the limits."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING

from geo_toolkit.catalogue.bundled import bundled_content, bundled_file
from geo_toolkit.catalogue.content import content_of_delivery, content_of_version
from geo_toolkit.catalogue.delivery import read_delivery
from geo_toolkit.catalogue.diff import LayerDiff, compare
from geo_toolkit.catalogue.gate import exceeded_limits
from geo_toolkit.catalogue.keys import with_whole_names
from geo_toolkit.catalogue.large import content_of_large
from geo_toolkit.catalogue.options import WORDS_OF_COVERAGE, PublishOptions, read_coverage
from geo_toolkit.catalogue.publish import Preparation
from geo_toolkit.catalogue.validation import is_outside, validate_content
from geo_toolkit.catalogue.versions import (
    Provenance,
    Stated,
    Version,
    effective_definition,
)
from geo_toolkit.errors import LayerError, OptionError
from geo_toolkit.rules import today

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from geopandas import GeoDataFrame
    from pyproj import CRS

    from geo_toolkit.catalogue.batches import LargeTable
    from geo_toolkit.catalogue.definition import LayerDefinition
    from geo_toolkit.catalogue.delivery import Delivered
    from geo_toolkit.catalogue.keys import KeyChoice
    from geo_toolkit.catalogue.store import VersionStore

__all__ = ["Ground", "prepare_large", "prepare_restore", "prepare_update"]

SHAPEFILE = "Shapefile"
SECRET_ROLES = ("ecological_red_line", "permanent_basic_farmland")
"""Official data of these roles is never published without a word on its secrecy."""


@dataclass(frozen=True)
class Ground:
    """What every publication of a workspace stands on."""

    store: VersionStore
    bounds: tuple[float, float, float, float]
    crs: CRS
    counties: Callable[[], GeoDataFrame | None]
    step: Callable[[str], None] = lambda _text: None


@dataclass(frozen=True)
class Standing:
    """A layer as it stands before a publication: its newest version, or its bundled file."""

    definition: LayerDefinition
    newest: Version | None
    content: GeoDataFrame | None
    bundled: tuple[GeoDataFrame, Path] | None

    @property
    def expected(self) -> int:
        """The highest number, -1 where nothing was published."""
        return self.newest.number if self.newest else -1


def standing_of(ground: Ground, definition: LayerDefinition, folder: Path) -> Standing:
    """Return a layer's newest version with its features, or its bundled file as version 0."""
    versions = ground.store.of(definition.id)
    if versions:
        newest = versions[-1]
        content = content_of_version(ground.store.file_of(newest))
        return Standing(effective_definition(definition, newest), newest, content, None)
    path = bundled_file(definition, folder)
    if path is None:
        return Standing(definition, None, None, None)
    content = bundled_content(definition, path)
    return Standing(definition, None, content, (content, path))


def prepare_update(
    ground: Ground,
    definition: LayerDefinition,
    folder: Path,
    delivery: Path | Delivered,
    options: PublishOptions,
    *,
    is_new: bool = False,
    is_gated: bool = True,
    new_file: tuple[Path, str] | None = None,
) -> Preparation:
    """Return a delivery made ready to become the next version of a layer.

    Parameters
    ----------
    definition, folder
        The layer as its file says it, and where that is.
    delivery
        A file or folder, or a table already read.
    is_new
        Whether the layer is only now made; its definition already says what was stated.
    is_gated
        Whether limits apply; a new layer has nothing to be compared with.

    Raises
    ------
    BoundaryError
        If the delivery cannot be read, or not without guessing.
    LayerError
        If it has no key, or the layer's present version cannot be read.
    OptionError
        If secrecy has to be said and is not.
    """
    ground.step("read")
    delivered = read_delivery(delivery, options.read) if isinstance(delivery, Path) else delivery
    standing = standing_of(ground, definition, folder)
    inherited = standing.newest.stated if standing.newest else Stated()
    stated = options.stated.over(inherited)
    renamed: dict[str, str] = {}
    if delivered.format == SHAPEFILE and standing.content is not None:
        names = [str(name) for name in standing.content.columns]
        columns, renamed = with_whole_names(delivered.columns, names)
        delivered = replace(delivered, columns=columns)
    frame, choice = content_of_delivery(definition, delivered, key=definition.key)
    provenance = _provenance(delivered, choice)
    starts = options.effective_from or today()
    after = _after(definition, stated, provenance, starts)
    _require_secrecy(definition, after, standing, options.stated, is_new=is_new)
    ground.step("validate")
    faults = validate_content(after, frame, bounds=ground.bounds, crs=ground.crs)
    ground.step("compare")
    diff = None
    if standing.content is not None and not is_new:
        diff = _diff(ground, standing.content, frame, definition.key)
    before = None if is_new else standing.definition
    beyond = 0
    if diff is not None and standing.content is not None:
        beyond = int(is_outside(standing.content.geometry.to_numpy(), ground.bounds).sum())
    exceeded = (
        exceeded_limits(definition.gate, diff, faults, before, after, outside_before=beyond)
        if is_gated
        else []
    )
    return Preparation(
        definition=definition,
        after=after,
        expected=standing.expected,
        stated=stated,
        provenance=provenance,
        effective_from=starts,
        note=options.note,
        author=options.author,
        override=options.override,
        frame=frame,
        bundled=standing.bundled,
        diff=diff,
        faults=tuple(faults),
        exceeded=tuple(exceeded),
        remarks=(
            *_remarks(after, delivered, choice, len(frame), is_new=is_new),
            *(f"column {cut!r} taken for {whole!r}" for cut, whole in renamed.items()),
        ),
        unchanged=diff is not None
        and diff.is_empty
        and _says_nothing_new(stated, standing, options.effective_from),
        file_coverage=None if is_new else _file_coverage(definition, folder),
        new_file=new_file,
    )


def prepare_large(
    ground: Ground,
    definition: LayerDefinition,
    table: LargeTable,
    options: PublishOptions,
    *,
    choice: KeyChoice,
    is_gated: bool,
    new_file: tuple[Path, str],
) -> Preparation:
    """Return a delivery too large to be held made ready to become version 1 of a new layer.

    Raises
    ------
    BoundaryError
        If the delivery turns out to be damaged.
    OptionError
        If secrecy has to be said and is not.
    """
    standing = Standing(definition, None, None, None)
    stated = options.stated.over(Stated())
    provenance = _provenance(table.head, choice)
    starts = options.effective_from or today()
    after = _after(definition, stated, provenance, starts)
    _require_secrecy(definition, after, standing, options.stated, is_new=True)
    ground.step("validate")
    content = content_of_large(
        table, options.read, definition, bounds=ground.bounds, crs=ground.crs
    )
    limits = definition.gate
    exceeded = exceeded_limits(limits, None, content.faults, None, after) if is_gated else []
    return Preparation(
        definition=definition,
        after=after,
        expected=-1,
        stated=stated,
        provenance=provenance,
        effective_from=starts,
        note=options.note,
        author=options.author,
        override=options.override,
        large=content,
        faults=content.faults,
        exceeded=tuple(exceeded),
        remarks=tuple(_remarks(after, table.head, choice, 0, is_new=True)),
        new_file=new_file,
    )


def prepare_restore(
    ground: Ground,
    definition: LayerDefinition,
    number: int,
    *,
    effective_from: date | None,
    note: str,
    author: str,
) -> Preparation:
    """Return an earlier version made ready to become the next one, with all it said.

    Raises
    ------
    LayerError
        If there is no version of that number.
    """
    versions = ground.store.of(definition.id)
    chosen = next((v for v in versions if v.number == number), None)
    if chosen is None:
        known = ", ".join(str(v.number) for v in versions) or "none"
        raise LayerError(
            f"layer {definition.id}: expected a version that was published ({known}), got {number}"
        )
    newest = versions[-1]
    starts = effective_from or today()
    ground.step("compare")
    after = effective_definition(definition, chosen)
    before = content_of_version(ground.store.file_of(newest))
    wanted = content_of_version(ground.store.file_of(chosen))
    diff = _diff(ground, before, wanted, definition.key)
    standing = Standing(definition, newest, None, None)
    return Preparation(
        definition=definition,
        after=after,
        expected=newest.number,
        stated=chosen.stated,
        provenance=_restored(chosen),
        effective_from=starts,
        note=note or f"restored from version {number}",
        author=author,
        restores=chosen,
        diff=diff,
        unchanged=diff.is_empty and _says_nothing_new(chosen.stated, standing, effective_from),
    )


def _diff(ground: Ground, before: GeoDataFrame, after: GeoDataFrame, key: str) -> LayerDiff:
    return compare(before, after, key=key, crs=ground.crs, counties=ground.counties())


def _provenance(delivered: Delivered, choice: KeyChoice) -> Provenance:
    return Provenance(
        source_file=delivered.path.name,
        source_sha256=delivered.sha256,
        source_layer=delivered.name,
        crs=delivered.system.label,
        crs_basis=delivered.system.basis,
        datum=delivered.system.datum.value,
        encoding=delivered.encoding,
        encoding_basis=delivered.encoding_basis,
        key_column=choice.column,
    )


def _restored(chosen: Version) -> Provenance:
    return replace(chosen.provenance, restored_from=chosen.number)


def _after(
    definition: LayerDefinition, stated: Stated, provenance: Provenance, starts: date
) -> LayerDefinition:
    """Return the definition as it would stand with a version that says this."""
    version = Version(
        definition.id, 0, "", "", "", 0, 0.0, 0.0, "", starts, "", "", stated, provenance
    )
    return effective_definition(definition, version)


def _require_secrecy(
    definition: LayerDefinition,
    after: LayerDefinition,
    standing: Standing,
    said: Stated,
    *,
    is_new: bool,
) -> None:
    """Refuse to make red line or farmland official without a word on its secrecy."""
    if definition.role not in SECRET_ROLES or after.evidence.value != "official":
        return
    was_official = not is_new and standing.definition.evidence.value == "official"
    kept = standing.newest is not None and standing.newest.stated.secrecy is not None
    by_file = not is_new and "secrecy" in definition.model_fields_set
    if said.secrecy is None and not (was_official and (kept or by_file)):
        raise OptionError(
            f"layer {definition.id}: official data of {definition.role} needs --secrecy "
            "(public, internal or verdict_only); say which"
        )


def _says_nothing_new(stated: Stated, standing: Standing, starts: date | None) -> bool:
    """Whether a publication's metadata is what the newest version, or the file, says already."""
    newest, definition = standing.newest, standing.definition
    if newest is not None:
        same_day = starts is None or starts == newest.effective_from
        return same_day and stated == newest.stated
    if starts is not None and starts != definition.effective_from:
        return False
    given = {f.name: getattr(stated, f.name) for f in fields(stated)}
    return all(
        value is None or (hasattr(definition, name) and getattr(definition, name) == value)
        for name, value in given.items()
    )


def _file_coverage(definition: LayerDefinition, folder: Path) -> tuple[str, bytes] | None:
    """Return name and polygon of the coverage file that a definition names; None without one."""
    if definition.coverage in WORDS_OF_COVERAGE:
        return None
    name, polygon = read_coverage(folder / definition.coverage)
    return None if polygon is None else (name, polygon)


def _remarks(
    definition: LayerDefinition,
    delivered: Delivered,
    choice: KeyChoice,
    kept: int,
    *,
    is_new: bool,
) -> list[str]:
    remarks = [f"coordinate system {delivered.system.label}: {delivered.system.basis}"]
    if delivered.parameters is not None and delivered.system.datum.needs_parameters:
        stated = delivered.parameters.accuracy_m
        good = "" if stated is None else f", good to {stated:g} m"
        remarks.append(f"converted by the parameters in {delivered.parameters.file}{good}")
    if delivered.encoding_basis.startswith("detected"):
        remarks.append(f"encoding {delivered.encoding}: {delivered.encoding_basis}")
    if choice.basis == "taken":
        remarks.append(
            f"no column {definition.key!r}: the keys are those of {choice.column!r}, stored under "
            f"{definition.key!r}"
        )
    if is_new:
        remarks.append(
            f"evidence {definition.evidence.value}, accuracy {definition.accuracy_m:g} m, "
            f"coverage {definition.coverage}"
        )
    left_out = len(delivered.geometry) - kept
    if left_out:
        remarks.append(f"{left_out} features left out by the layer's filter")
    return remarks
