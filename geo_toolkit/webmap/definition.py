"""A map's definition: ``maps/<id>.toml`` as a value, checked when it is read."""

from __future__ import annotations

import re
import tomllib
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from geo_toolkit.errors import DefinitionError, UnknownName
from geo_toolkit.geodesy import Datum
from geo_toolkit.webmap.basemaps import BASEMAPS, is_local

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

__all__ = ["LayerGroup", "MapDefinition", "load_maps", "read_map"]

_SHOWN_DATUMS = ("cgcs2000", "wgs84", "gcj02", "bd09")
_PLACE = re.compile(r"\{([^{}]*)\}")


class LayerGroup(BaseModel):
    """Layers under one heading of the layer switch, in drawing order."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    title_zh: str = ""
    title_en: str = ""
    layers: tuple[str, ...] = Field(min_length=1)

    def title(self, lang: str) -> str:
        """Return the heading in ``zh`` or ``en``."""
        return (self.title_en if lang == "en" else self.title_zh) or self.title_zh or self.title_en


class MapDefinition(BaseModel):
    """One web map: what it shows, in which order, under which headings (DESIGN §4).

    ``off`` names layers that are on the map but switched off when it opens. ``subtitle_*`` may
    hold ``{layer_id}``, which is replaced by the number of that layer's features. ``basemap_datum``
    and ``basemap_credit`` say on which datum tiles of one's own stand, and whose they are.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9_]*$")
    title_zh: str = Field(min_length=1)
    title_en: str = ""
    subtitle_zh: str = ""
    subtitle_en: str = ""
    basemap: str = "none"
    basemap_datum: Datum = Datum.CGCS2000
    basemap_credit: str = ""
    layers: tuple[str, ...] = ()
    group: tuple[LayerGroup, ...] = ()
    off: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _check(self) -> MapDefinition:
        if bool(self.layers) == bool(self.group):
            raise ValueError("expected either layers or [[group]], with at least one layer")
        ids = self.layer_ids
        twice = [name for name in ids if ids.count(name) > 1]
        if twice:
            raise ValueError(f"layer {twice[0]!r} is named twice")
        for name in (*self.off, *_PLACE.findall(self.subtitle_zh + self.subtitle_en)):
            if name not in ids:
                raise ValueError(f"{name!r} is not a layer of this map")
        if self.basemap_datum not in _SHOWN_DATUMS:
            raise ValueError(f"basemap_datum: expected one of {', '.join(_SHOWN_DATUMS)}")
        return self

    @property
    def layer_ids(self) -> tuple[str, ...]:
        """The ids of all layers, in drawing order."""
        return self.layers or tuple(name for group in self.group for name in group.layers)

    def title(self, lang: str) -> str:
        """Return the title in ``zh`` or ``en``; the Chinese one where there is no other."""
        return (self.title_en if lang == "en" else self.title_zh) or self.title_zh

    def subtitle(self, lang: str, counts: dict[str, int]) -> str:
        """Return the line under the title, with the numbers of features filled in."""
        text = self.subtitle_en if lang == "en" else self.subtitle_zh
        return _PLACE.sub(lambda match: str(counts.get(match[1], 0)), text)

    def require_layers(self, known: Iterable[str]) -> None:
        """Return nothing if every layer of this map is known.

        Raises
        ------
        UnknownName
            Names the first that is not, with the nearest names.
        """
        names = set(known)
        for name in self.layer_ids:
            if name not in names:
                raise UnknownName("layer", name, names, where=f"layers/ (map {self.id!r})")


def read_map(path: Path) -> MapDefinition:
    """Return the map definition in a TOML file; its id is the file's name.

    Raises
    ------
    DefinitionError
        Names the file, the key and what was expected.
    """
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
        definition = MapDefinition.model_validate({"id": path.stem, **raw})
    except tomllib.TOMLDecodeError as error:
        raise DefinitionError(f"{path.name}: not valid TOML ({error}); correct the line") from error
    except UnicodeDecodeError as error:
        raise DefinitionError(f"{path.name}: expected UTF-8; save it as UTF-8") from error
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"]) or "(top)"
        raise DefinitionError(f"{path.name} key {key!r}: {first['msg']}; correct it") from error
    if definition.id != path.stem:
        raise DefinitionError(
            f"{path.name} key 'id': expected {path.stem!r} (the file's name), got {definition.id!r}"
        )
    name = definition.basemap
    if name != "none" and not is_local(name) and name not in BASEMAPS:
        known = ", ".join(("none", *BASEMAPS))
        raise DefinitionError(
            f"{path.name} key 'basemap': expected {known}, a tile folder or a PMTiles file, "
            f"got {name!r}; correct it"
        )
    return definition


def load_maps(folder: Path) -> dict[str, MapDefinition]:
    """Return the maps of a workspace's ``maps/`` folder by id, in the order of their ids.

    A folder that is not there holds no maps.
    """
    return {path.stem: read_map(path) for path in sorted(folder.glob("*.toml"))}
