"""All layers of a workspace by id, read when asked for and kept."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import shapely

from geo_toolkit.catalogue.definition import LayerDefinition, read_definition
from geo_toolkit.catalogue.features import data_path, read_features, read_polygons
from geo_toolkit.catalogue.layer import Layer
from geo_toolkit.errors import DefinitionError, LayerError, NotAvailable, UnknownName

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from shapely.geometry.base import BaseGeometry

__all__ = ["Catalogue", "LayerEntry"]

Stamp = tuple[int, int]
_CHUNK_BYTES = 1 << 20
_COUNTY_ROLE = "county"


@dataclass
class LayerEntry:
    """One layer of the catalogue: its definition, and its features when they are asked for."""

    definition: LayerDefinition
    folder: Path
    catalogue: Catalogue = field(repr=False)
    _known: dict[tuple[Stamp, ...], Layer] = field(default_factory=dict, repr=False)

    def is_in_force(self, day: date) -> bool:
        """Whether the layer is in force on a day."""
        starts = self.definition.effective_from
        return starts is None or starts <= day

    def read(self, as_of: date | None = None) -> Layer:
        """Return the layer, from memory while its files have not changed.

        Parameters
        ----------
        as_of
            The day whose version is wanted; the bundled file is version 0 and always there.

        Raises
        ------
        LayerError
            If the layer is not in force on that day.
        NotAvailable
            If the layer is not public: editions and secrecy are not in this version.
        """
        definition = self.definition
        if definition.secrecy != "public":
            raise NotAvailable(
                f"layer {definition.id}: secrecy {definition.secrecy!r} is not in this version; "
                "only public layers can be used"
            )
        if as_of is not None and not self.is_in_force(as_of):
            starts = definition.effective_from
            raise LayerError(f"layer {definition.id} is in force from {starts}, not on {as_of}")
        path = data_path(definition, self.folder)
        stamp = tuple(_stamp(part) for part in (path, *self.catalogue.coverage_files(self)))
        if stamp not in self._known:
            self._known.clear()
            self._known[stamp] = self._load(path)
        return self._known[stamp]

    def _load(self, path: Path) -> Layer:
        frame, fault = read_features(self.definition, path)
        coverage = None
        try:
            coverage = self.catalogue.coverage_of(self)
        except LayerError as error:
            fault = f"{fault}; {error}" if fault else str(error)
        digest = _sha256(path) if path.is_file() else ""
        return Layer(
            self.definition, 0, self.definition.effective_from, digest, frame, coverage, fault
        )


class Catalogue(Mapping[str, LayerEntry]):
    """The layers of a workspace, by id.

    Parameters
    ----------
    folder
        The workspace's ``layers/``; may be absent, then there are no layers.
    bounds
        The workspace's west, south, east, north in degrees: what ``coverage = "all"`` means where
        there are no county features.

    Raises
    ------
    DefinitionError
        If a definition is wrong or two layers share an id.
    """

    def __init__(self, folder: Path, bounds: tuple[float, float, float, float]) -> None:
        self.folder = folder
        self.bounds = bounds
        self._entries: dict[str, LayerEntry] = {}
        for path in sorted(folder.rglob("*.toml")) if folder.is_dir() else ():
            definition = read_definition(path)
            if definition.id in self._entries:
                other = self._entries[definition.id].folder / path.name
                raise DefinitionError(f"{path.name}: layer {definition.id!r} is also in {other}")
            self._entries[definition.id] = LayerEntry(definition, path.parent, self)
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
        return [
            entry.read(as_of)
            for entry in self._entries.values()
            if entry.definition.role == role and entry.is_in_force(as_of)
        ]

    def coverage_files(self, entry: LayerEntry) -> list[Path]:
        """Return the files beside its data that a layer's coverage depends on."""
        text = entry.definition.coverage
        if text == "none":
            return []
        if text == "all":
            return [data_path(e.definition, e.folder) for e in self._counties()]
        return [entry.folder / text]

    def coverage_of(self, entry: LayerEntry) -> BaseGeometry | None:
        """Return where absence from a layer means absence, in degrees; None for nowhere."""
        text = entry.definition.coverage
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
        shapes = []
        for entry in self._counties():
            frame, _ = read_features(entry.definition, data_path(entry.definition, entry.folder))
            shapes.extend(frame.geometry)
        union: BaseGeometry = shapely.union_all(shapes) if shapes else shapely.box(*self.bounds)
        return union


def _stamp(path: Path) -> Stamp:
    """Return size and time of a file, which tell whether it changed; zeros where it is absent."""
    try:
        status = path.stat()
    except OSError:
        return (0, 0)
    return (status.st_size, status.st_mtime_ns)


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while chunk := stream.read(_CHUNK_BYTES):
            digest.update(chunk)
    return digest.hexdigest()
