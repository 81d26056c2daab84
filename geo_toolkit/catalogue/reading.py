"""One layer of a workspace, read as it is in force on a day, whole or near some sites."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import pyogrio
import shapely

from geo_toolkit.catalogue.features import (
    checked_crs,
    data_path,
    feature_count,
    own_accuracy_of_file,
    read_features,
    read_stored,
    shaped_features,
)
from geo_toolkit.catalogue.layer import Layer
from geo_toolkit.catalogue.postgis import (
    is_postgis,
    largest_value,
    parse_source,
    read_table,
    table_stamp,
)
from geo_toolkit.catalogue.versions import Version, effective_definition, in_force
from geo_toolkit.catalogue.window import in_crs, is_large, remembered_hash, sql_of, windows_around
from geo_toolkit.errors import LayerError, NotAvailable
from geo_toolkit.rules import today

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    import numpy as np
    from geopandas import GeoDataFrame
    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

    from geo_toolkit.catalogue.catalogue import Catalogue
    from geo_toolkit.catalogue.definition import LayerDefinition
    from geo_toolkit.catalogue.window import Window

__all__ = ["Filters", "ReadableLayer", "stamp_of"]

Stamp = tuple[int, int]
Filters = tuple[tuple[str, tuple[str, ...]], ...]
_KEPT_LAYERS = 4


@dataclass
class ReadableLayer:
    """One layer of the catalogue: its definition, its versions, its features when asked for.

    Attributes
    ----------
    definition
        As the file says it; ``definition_on`` gives it with what the version in force says.
    folder
        Where the file is.
    """

    definition: LayerDefinition
    folder: Path
    catalogue: Catalogue = field(repr=False)
    _known: dict[tuple[object, ...], Layer] = field(default_factory=dict, repr=False)
    _lock: threading.RLock = field(default_factory=threading.RLock, repr=False, compare=False)

    @property
    def id(self) -> str:
        """The layer's id."""
        return self.definition.id

    @property
    def versions(self) -> tuple[Version, ...]:
        """What was published, by number; empty where the bundled file is all there is."""
        return self.catalogue.store.of(self.id)

    @property
    def newest_definition(self) -> LayerDefinition:
        """The definition with what the highest version says."""
        versions = self.versions
        return effective_definition(self.definition, versions[-1] if versions else None)

    def version_on(self, day: date, *, known_on: date | None = None) -> Version | None:
        """Return the published version in force on a day, None where there is none.

        Parameters
        ----------
        known_on
            Only what had been published by that day counts, so that a decision can be looked at
            with what was known when it was made.
        """
        versions = self.versions
        if known_on is not None:
            versions = tuple(v for v in versions if v.committed_at[:10] <= known_on.isoformat())
        return in_force(versions, day)

    def is_in_force(self, day: date) -> bool:
        """Whether the layer is in force on a day."""
        if self.versions:
            return self.version_on(day) is not None
        starts = self.definition.effective_from
        return starts is None or starts <= day

    def definition_on(self, day: date) -> LayerDefinition:
        """Return the definition with what the version in force on a day says."""
        return effective_definition(self.definition, self.version_on(day))

    def read(
        self,
        as_of: date | None = None,
        *,
        version: int | None = None,
        known_on: date | None = None,
    ) -> Layer:
        """Return the layer, from memory while its files have not changed.

        Parameters
        ----------
        as_of
            The day whose version is wanted; today by default.
        version
            A version by its number, whatever day it is in force on.
        known_on
            Only what had been published by that day counts.

        Raises
        ------
        LayerError
            If the layer is not in force on that day, or has no such version.
        NotAvailable
            If the layer's secrecy forbids its use here.
        """
        chosen = self.version_meant(as_of, version, known_on)
        definition = effective_definition(self.definition, chosen)
        self.refuse_secret(definition)
        with self._lock:
            key = self._stamp(chosen, definition)
            if key not in self._known:
                layer = self._load(chosen, definition, self.features_of(chosen, definition))
                while len(self._known) >= _KEPT_LAYERS:
                    del self._known[next(iter(self._known))]
                self._known[key] = layer
            return self._known[key]

    def refuse_secret(self, definition: LayerDefinition) -> None:
        """Refuse a layer whose secrecy the catalogue is not opened for.

        Raises
        ------
        NotAvailable
            If it is none of ``Catalogue.usable_secrecy``.
        """
        if definition.secrecy not in self.catalogue.usable_secrecy:
            usable = ", ".join(sorted(self.catalogue.usable_secrecy))
            raise NotAvailable(
                f"layer {definition.id}: secrecy {definition.secrecy!r} is not in this version; "
                f"only {usable} layers can be used"
            )

    def features_of(
        self, chosen: Version | None, definition: LayerDefinition
    ) -> tuple[GeoDataFrame, str | None]:
        """Return all features of a version, or of the bundled file, and what is wrong with them."""
        if chosen is not None:
            return read_stored(definition, self.catalogue.store.file_of(chosen))
        if is_postgis(definition.data):
            source = parse_source(definition.data)
            return shaped_features(definition, lambda: read_table(source)[0])
        return read_features(definition, data_path(definition, self.folder))

    def is_read_near(self, as_of: date, *, version: int | None = None) -> bool:
        """Whether the layer's file is so large that only what lies near the sites is read."""
        chosen = self.version_meant(as_of, version)
        if chosen is not None:
            return is_large(self.catalogue.store.file_of(chosen))
        if is_postgis(self.definition.data):
            return not self.definition.datum.is_web
        path = data_path(self.definition, self.folder)
        return is_large(path) and not self.definition.datum.is_web

    def accuracy_bound_m(self, as_of: date, *, version: int | None = None) -> float:
        """Return the largest inaccuracy that the layer or one of its features has, in metres."""
        chosen = self.version_meant(as_of, version)
        definition = effective_definition(self.definition, chosen)
        if chosen is not None:
            own = chosen.max_accuracy_m
        elif is_postgis(definition.data):
            try:
                own = largest_value(parse_source(definition.data), "accuracy_m")
            except LayerError:
                own = 0.0  # reading the features says what is wrong
        else:
            own = own_accuracy_of_file(data_path(definition, self.folder))
        return max(definition.accuracy_m, own)

    def read_near(
        self,
        as_of: date,
        sites: NDArray[np.object_],
        reach_m: float,
        *,
        version: int | None = None,
        filters: Filters = (),
        filtered_reach_m: float = 0.0,
    ) -> Layer:
        """Return the layer with at least the features within a distance of some sites.

        A layer that is small is returned whole, from memory. Nothing that is read is kept.

        Parameters
        ----------
        sites
            Geometries in CGCS2000 degrees.
        reach_m
            All features within this distance of every site are in the answer.
        filters
            Columns and values: features that hold one of them, or nothing there, are read as far
            as ``filtered_reach_m``.

        Raises
        ------
        LayerError
            If the layer is not in force on that day, or has no such version.
        NotAvailable
            If the layer's secrecy forbids its use here.
        """
        if not self.is_read_near(as_of, version=version):
            return self.read(as_of, version=version)
        chosen = self.version_meant(as_of, version)
        definition = effective_definition(self.definition, chosen)
        self.refuse_secret(definition)
        if chosen is None and is_postgis(definition.data):
            layer, total = self._read_table_near(definition, sites, reach_m)
            return replace(layer, features_total=total, complete_within_m=reach_m)
        near = windows_around(sites, reach_m)
        held = self._fields(chosen, definition) if filters else frozenset()
        where = (
            " OR ".join(sql_of(name, wanted) for name, wanted in filters if name in held) or None
        )
        parts: list[tuple[Window, str | None]] = [(window, None) for window in near]
        if where is not None:
            parts += [(window, where) for window in windows_around(sites, filtered_reach_m)]
        features = self._features_in(chosen, definition, parts)
        layer = self._load(chosen, definition, features)
        total = self._count(chosen, definition)
        return replace(layer, features_total=total, complete_within_m=reach_m)

    def _read_table_near(
        self, definition: LayerDefinition, sites: NDArray[np.object_], reach_m: float
    ) -> tuple[Layer, int]:
        """Return a PostGIS layer around some sites, and how many features it has in all."""
        windows = in_crs(windows_around(sites, reach_m), checked_crs(definition))
        totals = []

        def read() -> GeoDataFrame:
            raw, total = read_table(parse_source(definition.data), windows)
            totals.append(total)
            return raw

        layer = self._load(None, definition, shaped_features(definition, read))
        return layer, totals[0] if totals else 0

    def _features_in(
        self,
        chosen: Version | None,
        definition: LayerDefinition,
        parts: list[tuple[Window, str | None]],
    ) -> tuple[GeoDataFrame, str | None]:
        if chosen is not None:
            return read_stored(definition, self.catalogue.store.file_of(chosen), parts)
        crs = checked_crs(definition)
        moved = [(in_crs([box], crs)[0], where) for box, where in parts]
        return read_features(definition, data_path(definition, self.folder), moved)

    def _fields(self, chosen: Version | None, definition: LayerDefinition) -> frozenset[str]:
        """Return the columns that a file can be asked by in SQL; none if it is no GeoPackage."""
        path = data_path(definition, self.folder)
        if chosen is not None:
            path = self.catalogue.store.file_of(chosen)
        if path.suffix.lower() != ".gpkg":
            return frozenset()
        return frozenset(str(name) for name in pyogrio.read_info(path)["fields"])

    def _count(self, chosen: Version | None, definition: LayerDefinition) -> int:
        if chosen is not None:
            return chosen.features
        return feature_count(definition, data_path(definition, self.folder))

    def version_meant(
        self, as_of: date | None, version: int | None = None, known_on: date | None = None
    ) -> Version | None:
        """Return the version that is meant; None for the bundled file.

        Raises
        ------
        LayerError
            If there is none, or none in force on that day.
        """
        versions = self.versions
        if version is not None:
            if not versions and version == 0:
                return None
            found = next((v for v in versions if v.number == version), None)
            if found is None:
                known = ", ".join(str(v.number) for v in versions) or "0"
                raise LayerError(f"layer {self.id}: no version {version}; known: {known}")
            return found
        if not versions:
            starts = self.definition.effective_from
            if as_of is not None and starts is not None and starts > as_of:
                raise LayerError(f"layer {self.id} is in force from {starts}, not on {as_of}")
            return None
        day = as_of or today()
        chosen = self.version_on(day, known_on=known_on)
        if chosen is None:
            starts = min(v.effective_from for v in versions if v.effective_from)
            raise LayerError(f"layer {self.id} is in force from {starts}, not on {day}")
        return chosen

    def _load(
        self,
        chosen: Version | None,
        definition: LayerDefinition,
        features: tuple[GeoDataFrame, str | None],
    ) -> Layer:
        frame, fault = features
        coverage = None
        try:
            coverage = self._coverage(chosen, definition)
        except LayerError as error:
            fault = f"{fault}; {error}" if fault else str(error)
        if chosen is not None:
            number, digest = chosen.number, chosen.sha256
        else:
            number, digest = 0, ""
            if not is_postgis(definition.data):
                path = data_path(definition, self.folder)
                if path.is_file():
                    digest = remembered_hash(path, self.catalogue.store.state)
        return Layer(definition, number, definition.effective_from, digest, frame, coverage, fault)

    def _coverage(self, chosen: Version | None, definition: LayerDefinition) -> BaseGeometry | None:
        if chosen is not None and chosen.stated.coverage_wkb is not None:
            polygon: BaseGeometry = shapely.from_wkb(chosen.stated.coverage_wkb)
            return polygon
        return self.catalogue.coverage_of(self, definition)

    def _stamp(self, chosen: Version | None, definition: LayerDefinition) -> tuple[object, ...]:
        """Return what tells whether the layer as read is still the layer."""
        covered = self.catalogue.coverage_stamp(self, definition)
        if chosen is not None:
            return (chosen.number, chosen.sha256, chosen.committed_at, covered)
        if is_postgis(definition.data):
            return (table_stamp(parse_source(definition.data)), covered)
        return (stamp_of(data_path(definition, self.folder)), covered)


def stamp_of(path: Path) -> Stamp:
    """Return size and time of a file, which tell whether it changed; zeros where it is absent."""
    try:
        status = path.stat()
    except OSError:
        return (0, 0)
    return (status.st_size, status.st_mtime_ns)
