"""All layers of a workspace by id: read when asked for and kept, published with a history."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Unpack

import shapely

from geo_toolkit.catalogue.adding import prepare_new
from geo_toolkit.catalogue.adopt import Adoption, prepare_adoption
from geo_toolkit.catalogue.definition import parse_definition, read_definition
from geo_toolkit.catalogue.doctor import Examined, examine
from geo_toolkit.catalogue.entry import LayerEntry
from geo_toolkit.catalogue.features import data_path, read_polygons
from geo_toolkit.catalogue.nearby import Nearby
from geo_toolkit.catalogue.options import PublishOptions, PublishWords
from geo_toolkit.catalogue.postgis import is_postgis, parse_source, table_stamp
from geo_toolkit.catalogue.prepare import Ground
from geo_toolkit.catalogue.publish import Preparation, publish
from geo_toolkit.catalogue.reading import ReadableLayer, stamp_of
from geo_toolkit.catalogue.store import VersionStore
from geo_toolkit.catalogue.versions import effective_definition
from geo_toolkit.errors import DefinitionError, LayerError, OptionError, UnknownName
from geo_toolkit.geodesy import topology_crs
from geo_toolkit.rules import today

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    import numpy as np
    from geopandas import GeoDataFrame
    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

    from geo_toolkit.catalogue.definition import LayerDefinition
    from geo_toolkit.catalogue.layer import Layer

__all__ = ["Catalogue", "LayerEntry"]

_COUNTY_ROLE = "county"
_STATE = ".geo_toolkit"


class Catalogue(Mapping[str, LayerEntry]):
    """The layers of a workspace, by id.

    Parameters
    ----------
    folder
        The workspace's ``layers/``; may be absent, then there are no layers.
    bounds
        The workspace's west, south, east, north in degrees: what ``coverage = "all"`` means where
        there are no county features.
    state
        Where versions are kept; ``.geo_toolkit`` beside the folder by default.

    Attributes
    ----------
    usable_secrecy
        The secrecy of the layers that analyses and maps may read here.
    step
        Called with a word (read, validate, compare, write) as long work moves on.

    Raises
    ------
    DefinitionError
        If a definition is wrong or two layers share an id.
    """

    def __init__(
        self, folder: Path, bounds: tuple[float, float, float, float], state: Path | None = None
    ) -> None:
        self.folder = folder
        self.bounds = bounds
        self.crs = topology_crs(bounds)
        self.store = VersionStore(state or folder.parent / _STATE)
        self.usable_secrecy: frozenset[str] = frozenset({"public"})
        self.step: Callable[[str], None] = lambda _word: None
        self._entries: dict[str, LayerEntry] = {}
        for path in sorted(folder.rglob("*.toml")) if folder.is_dir() else ():
            self._enter(read_definition(path), path)
        for relative, text in self.store.pending().items():
            path = self.store.state.parent / relative
            if path.stem not in self._entries:
                self._enter(parse_definition(text, path), path)
        self._entries = dict(sorted(self._entries.items()))

    def __getitem__(self, layer_id: str) -> LayerEntry:
        """Return a layer; UnknownName with the nearest ids if there is none."""
        try:
            return self._entries[layer_id]
        except KeyError:
            raise UnknownName("layer", layer_id, self._entries, where="layers/") from None

    def __contains__(self, layer_id: object) -> bool:
        """Whether there is a layer of that id."""
        return layer_id in self._entries

    def __iter__(self) -> Iterator[str]:
        """Iterate over the ids in alphabetical order."""
        return iter(self._entries)

    def __len__(self) -> int:
        """Return the number of layers."""
        return len(self._entries)

    def of_role(self, role: str, as_of: date) -> list[Layer]:
        """Return the layers of a role that are in force on a day."""
        return [entry.read(as_of) for entry in self.entries_of_role(role, as_of)]

    def entries_of_role(self, role: str, as_of: date) -> list[LayerEntry]:
        """Return the entries of a role that are in force on a day, unread."""
        return [
            entry
            for entry in self._entries.values()
            if entry.definition.role == role and entry.is_in_force(as_of)
        ]

    def nearby(
        self, role: str, as_of: date, lonlat: NDArray[np.object_], pins: Mapping[str, int | None]
    ) -> Nearby:
        """Return the layers of a role around some sites, not yet read.

        Parameters
        ----------
        lonlat
            The sites in CGCS2000 degrees.
        pins
            Versions to take instead of those in force, by layer id; None leaves the layer out.
        """
        chosen = tuple(
            (entry, pins.get(entry.id))
            for entry in self._entries.values()
            if entry.definition.role == role
            and (pins[entry.id] is not None if entry.id in pins else entry.is_in_force(as_of))
        )
        return Nearby(chosen, as_of, lonlat)

    def add(
        self,
        layer_id: str,
        delivery: str | Path,
        *,
        role: str,
        key: str | None = None,
        dry_run: bool = False,
        **options: Unpack[PublishWords],
    ) -> Preparation:
        """Publish a delivery as version 1 of a new layer, and write ``layers/<id>.toml``.

        Parameters
        ----------
        delivery
            A file, zip or folder.
        role
            What the layer means to rules.
        key
            The key column; the first of BSM, GUID, OBJECTID_1, id that is unique by default.
        options
            As ``PublishOptions.of`` takes them; ``accuracy_m`` is needed.

        Raises
        ------
        OptionError
            If there is a layer of that id already, or something that has to be said is not.
        BoundaryError
            If the delivery cannot be read, or not without guessing.
        LayerError
            If it has faults.
        """
        prepared = self.prepare_add(
            layer_id, delivery, role=role, key=key, options=PublishOptions.of(**options)
        )
        if dry_run:
            return prepared
        done = publish(self.store, [prepared], crs=self.crs)[0]
        self.refresh(layer_id)
        return done

    def prepare_add(
        self, layer_id: str, delivery: str | Path, *, role: str, key: str | None,
        options: PublishOptions,
    ) -> Preparation:  # fmt: skip
        """Return a new layer made ready to be published, nothing written."""
        if layer_id in self._entries:
            raise OptionError(
                f"layer {layer_id} is there already; publish a new version of it with: "
                f"layers update {layer_id}"
            )
        return prepare_new(
            self.ground(), layer_id, Path(delivery), options,
            role=role, key=key, folder=self.folder,
        )  # fmt: skip

    def adopt(
        self,
        delivery: str | Path,
        *,
        beside: bool = False,
        targets: Mapping[str, str] | None = None,
        **options: Unpack[PublishWords],
    ) -> list[Adoption]:
        """Publish the known tables of a whole delivery together, or none of them.

        Parameters
        ----------
        delivery
            A .gdb, zip, folder or file of the province or the survey.
        beside
            Every table becomes a new layer, whatever its role has already.
        targets
            The layer that a table becomes or updates, by the table's name.
        options
            As ``PublishOptions.of`` takes them, for all tables; evidence is official by default.

        Raises
        ------
        BoundaryError
            If the delivery cannot be read, or not without guessing.
        LayerError
            If no table is known, or one of them may not be published.
        OptionError
            If secrecy has to be said and is not.
        """
        said = PublishOptions.of(**options)
        rows = self.prepare_adopt(delivery, said, beside=beside, targets=targets)
        return self.publish_adoption(rows)

    def prepare_adopt(
        self,
        delivery: str | Path,
        options: PublishOptions,
        *,
        beside: bool = False,
        targets: Mapping[str, str] | None = None,
    ) -> list[Adoption]:
        """Return the tables of a delivery with what they would become, nothing written."""
        return prepare_adoption(self, Path(delivery), options, beside=beside, targets=targets)

    def publish_adoption(self, rows: list[Adoption]) -> list[Adoption]:
        """Publish what was prepared, all of it or nothing; return the rows with their versions."""
        wanted = [row.preparation for row in rows if row.preparation is not None]
        done = iter(publish(self.store, wanted, crs=self.crs))
        finished = [
            row if row.preparation is None else replace(row, preparation=next(done)) for row in rows
        ]
        for row in finished:
            if row.layer is not None:
                self.refresh(row.layer)
        return finished

    def doctor(self) -> list[Examined]:
        """Verify every version's checksum, write what is owed, remove only orphans.

        Raises
        ------
        LayerError
            If the catalogue of versions itself is damaged.
        """
        return examine(self.store)

    def ground(self) -> Ground:
        """Return what every publication stands on."""
        return Ground(self.store, self.bounds, self.crs, self.counties, self.step)

    def refresh(self, layer_id: str) -> None:
        """Enter a layer that was published after the catalogue was opened."""
        path = self.folder / f"{layer_id}.toml"
        if layer_id not in self._entries and path.is_file():
            self._enter(read_definition(path), path)
            self._entries = dict(sorted(self._entries.items()))

    def counties(self) -> GeoDataFrame | None:
        """Return the county features in force today, by key, with names; None without any."""
        day = today()
        for entry in self.entries_of_role(_COUNTY_ROLE, day):
            version = entry.version_on(day)
            frame, _ = entry.features_of(version, effective_definition(entry.definition, version))
            if len(frame):
                return frame
        return None

    def coverage_stamp(self, entry: ReadableLayer, definition: LayerDefinition) -> object:
        """Return what tells whether the files that a coverage depends on have changed."""
        text = definition.coverage
        if text == "none":
            return ()
        if text == "all":
            return tuple(
                (e.id, tuple(v.sha256 for v in e.versions), _data_stamp(e))
                for e in self._counties()
            )
        return stamp_of(entry.folder / text)

    def coverage_of(self, entry: ReadableLayer, definition: LayerDefinition) -> BaseGeometry | None:
        """Return where absence from a layer means absence, in degrees; None for nowhere."""
        text = definition.coverage
        if text == "none":
            return None
        if text == "all":
            return self._everywhere()
        path = entry.folder / text
        if not path.resolve().is_relative_to(entry.folder.resolve()):
            raise LayerError(f"coverage {text!r} lies outside the layer's folder")
        return read_polygons(path)

    def _counties(self) -> list[LayerEntry]:
        return [e for e in self._entries.values() if e.definition.role == _COUNTY_ROLE]

    def _everywhere(self) -> BaseGeometry:
        shapes: list[BaseGeometry] = []
        for entry in self._counties():
            version = entry.version_on(today())
            frame, _ = entry.features_of(version, effective_definition(entry.definition, version))
            shapes.extend(frame.geometry)
        union: BaseGeometry = shapely.union_all(shapes) if shapes else shapely.box(*self.bounds)
        return union

    def _enter(self, definition: LayerDefinition, path: Path) -> None:
        if definition.id in self._entries:
            other = self._entries[definition.id].folder / path.name
            raise DefinitionError(f"{path.name}: layer {definition.id!r} is also in {other}")
        self._entries[definition.id] = LayerEntry(definition, path.parent, self)


def _data_stamp(entry: LayerEntry) -> object:
    if is_postgis(entry.definition.data):
        return table_stamp(parse_source(entry.definition.data))
    return stamp_of(data_path(entry.definition, entry.folder))
