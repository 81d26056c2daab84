"""Publishing: what a delivery would change, whether it may, and the version it becomes."""

from __future__ import annotations

import contextlib
import shutil
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from geo_toolkit.catalogue.bundled import bundled_version
from geo_toolkit.catalogue.content import areas_m2, own_accuracy_m
from geo_toolkit.catalogue.packing import hash_of, write_geopackage
from geo_toolkit.catalogue.store import Commit
from geo_toolkit.catalogue.versions import Provenance, Stated, Version
from geo_toolkit.errors import LayerError
from geo_toolkit.rules import now_text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from pathlib import Path

    from geopandas import GeoDataFrame
    from pyproj import CRS

    from geo_toolkit.catalogue.definition import LayerDefinition
    from geo_toolkit.catalogue.diff import LayerDiff
    from geo_toolkit.catalogue.faults import LayerFault
    from geo_toolkit.catalogue.large import LargeContent
    from geo_toolkit.catalogue.store import VersionStore

__all__ = ["Preparation", "publish"]


@dataclass(frozen=True)
class Preparation:
    """A publication made ready: read, validated and compared, nothing written yet.

    Attributes
    ----------
    definition
        As the file says it.
    after
        As it would stand with the new version.
    expected
        The highest number it was compared with, -1 where nothing was published.
    frame
        The features to store; None where ``large`` holds them, or those of ``restores`` are copied.
    bundled
        Features and file of the bundled data, to be kept as version 0.
    file_coverage
        Name and polygon of the coverage file beside the definition, kept with every version that
        says no other.
    unchanged
        Whether keys, geometries, attributes and metadata are those of the highest version.
    exceeded
        What the gate found too much.
    remarks
        What the publisher should know, such as the key column that was taken.
    """

    definition: LayerDefinition
    after: LayerDefinition
    expected: int
    stated: Stated
    provenance: Provenance
    effective_from: date | None
    note: str
    author: str
    override: str = ""
    frame: GeoDataFrame | None = None
    large: LargeContent | None = None
    restores: Version | None = None
    bundled: tuple[GeoDataFrame, Path] | None = None
    diff: LayerDiff | None = None
    faults: tuple[LayerFault, ...] = ()
    exceeded: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    unchanged: bool = False
    file_coverage: tuple[str, bytes] | None = None
    new_file: tuple[Path, str] | None = None
    version: Version | None = None

    @property
    def number(self) -> int:
        """The number the new version would have."""
        return max(self.expected, 0) + 1

    @property
    def refusal(self) -> str | None:
        """Why this cannot be published, in one line; None where it can."""
        errors = [fault for fault in self.faults if fault.level == "error"]
        file = self.provenance.source_file or self.definition.id
        if errors:
            more = f" (and {len(errors) - 1} more faults)" if len(errors) > 1 else ""
            return f"{file}: {errors[0]}{more}; layer {self.definition.id} is left as it was"
        if self.exceeded and not self.override and not self.unchanged:
            return (
                f"layer {self.definition.id}: the update is beyond its limits "
                f"({'; '.join(self.exceeded)}); look at the changes with layers diff, then correct "
                "the delivery or give a written reason with --override"
            )
        return None

    def as_json(self) -> dict[str, Any]:  # JSON values
        """Return what ``add`` and ``update`` answer."""
        is_secret = self.after.secrecy == "verdict_only"
        return {
            "layer": self.definition.id,
            "published": self.version is not None,
            "unchanged": self.unchanged,
            "version": self.version.number if self.version else max(self.expected, 0),
            "would_be": self.number,
            "effective_from": self.effective_from.isoformat() if self.effective_from else None,
            "refusal": self.refusal,
            "exceeded": list(self.exceeded),
            "override": self.override or None,
            "remarks": list(self.remarks),
            "diff": self.diff.as_json(counts_only=is_secret) if self.diff else None,
            "faults": [fault.as_row() for fault in self.faults],
        }


def publish(
    store: VersionStore, preparations: Sequence[Preparation], *, crs: CRS
) -> list[Preparation]:
    """Publish what was prepared, all of it or nothing; what is unchanged is left as it is.

    Parameters
    ----------
    crs
        The metric CRS of the workspace, for areas.

    Returns
    -------
    list of Preparation
        In the same order, each with its version.

    Raises
    ------
    LayerError
        If one of them may not be published, or another publication was first.
    """
    for one in preparations:
        if one.refusal:
            raise LayerError(one.refusal)
    now = now_text()
    work: list[Path] = []
    commits: list[Commit] = []
    done: list[Preparation] = []
    try:
        for one in preparations:
            if one.unchanged:
                done.append(one)
                continue
            versions = []
            if one.bundled is not None and one.expected < 0:
                versions.append(_write_bundled(store, one, now, crs, work))
            version, path = _write(store, one, now, crs, work)
            versions.append((version, path))
            commits.append(Commit(one.definition.id, one.expected, tuple(versions), one.new_file))
            done.append(replace(one, version=version))
        if commits:
            store.commit(commits)
    finally:
        for path in work:
            with contextlib.suppress(OSError):
                path.unlink(missing_ok=True)
    return done


def _write_bundled(
    store: VersionStore, one: Preparation, now: str, crs: CRS, work: list[Path]
) -> tuple[Version, Path]:
    """Return version 0 and its temporary file."""
    frame, source = one.bundled  # type: ignore[misc]  # the caller looked
    path = _geopackage(store, one.definition, frame, now, work)
    version = bundled_version(
        one.definition,
        source,
        features=len(frame),
        area_m2=float(areas_m2(frame.geometry.to_numpy(), crs).sum()),
        max_accuracy_m=own_accuracy_m(frame),
        committed_at=now,
        author=one.author,
        file_sha256=hash_of(path),
    )
    return replace(version, stated=_with_coverage(version.stated, one)), path


def _write(
    store: VersionStore, one: Preparation, now: str, crs: CRS, work: list[Path]
) -> tuple[Version, Path]:
    """Return the new version and its temporary file."""
    layer = one.definition.id
    if one.large is not None:
        path = store.work_file(layer, ".gpkg")
        work.append(path)
        one.large.write(path, now)
        features, area = one.large.features, one.large.area_m2
        accuracy = one.large.max_accuracy_m
    elif one.frame is None:
        if one.restores is None:
            raise ValueError("nothing to publish")
        path = store.work_file(layer, ".gpkg")
        work.append(path)
        shutil.copyfile(store.file_of(one.restores), path)
        features, area = one.restores.features, one.restores.area_m2
        accuracy = one.restores.max_accuracy_m
    else:
        path = _geopackage(store, one.definition, one.frame, now, work)
        features, accuracy = len(one.frame), own_accuracy_m(one.frame)
        shapes = one.frame.geometry.to_numpy()
        area = one.diff.area_after_m2 if one.diff else float(areas_m2(shapes, crs).sum())
    digest = hash_of(path)
    return Version(
        layer=layer,
        number=one.number,
        file=f"{layer}/{layer}.v{one.number}.gpkg",
        sha256=digest,
        file_sha256=digest,
        features=features,
        area_m2=area,
        max_accuracy_m=accuracy,
        committed_at=now,
        effective_from=one.effective_from,
        author=one.author,
        note=one.note,
        stated=_with_coverage(one.stated, one),
        provenance=one.provenance,
        override=one.override,
        exceeded=one.exceeded,
    ), path


def _with_coverage(stated: Stated, one: Preparation) -> Stated:
    """Return what is said, with a copy of the file's coverage where nothing is said of it."""
    if stated.coverage is not None or one.file_coverage is None:
        return stated
    return replace(stated, coverage=one.file_coverage[0], coverage_wkb=one.file_coverage[1])


def _geopackage(
    store: VersionStore, definition: LayerDefinition, frame: GeoDataFrame, now: str,
    work: list[Path],
) -> Path:  # fmt: skip
    path = store.work_file(definition.id, ".gpkg")
    work.append(path)
    write_geopackage(path, {definition.id: frame}, written_at=now, kind=definition.geometry)
    return path
