"""A layer's definition: ``layers/<theme>/<id>.toml`` as a value, checked when it is read."""

from __future__ import annotations

import tomllib
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from geo_toolkit.errors import DefinitionError
from geo_toolkit.geodesy import Datum
from geo_toolkit.rules import Where

if TYPE_CHECKING:
    from pathlib import Path

__all__ = [
    "Checks",
    "ColumnRule",
    "Evidence",
    "GateLimits",
    "LayerDefinition",
    "Style",
    "parse_definition",
    "read_definition",
]


class Evidence(StrEnum):
    """How much a layer's outlines can be relied on; ``rank`` orders them."""

    OFFICIAL = "official"
    PUBLISHED = "published"
    SCHEMATIC = "schematic"

    @property
    def rank(self) -> int:
        """2 for official, 1 for published, 0 for schematic."""
        return {"official": 2, "published": 1, "schematic": 0}[self.value]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Style(BaseModel):
    """How a layer is drawn; unknown keys are kept for the map."""

    model_config = ConfigDict(frozen=True, extra="allow")

    color: Annotated[str, Field(pattern=r"^#[0-9A-Fa-f]{6}$")] = "#6B7280"


class ColumnRule(_Frozen):
    """What a column may hold; checked before a version is published."""

    values: tuple[str, ...] = ()
    type: Literal["text", "number", "integer", "date"] | None = None
    required: bool = False


class Checks(_Frozen):
    """What a layer forbids among its features; checked before a version is published."""

    overlaps: Literal["allow", "forbid"] = "allow"
    duplicates: Literal["allow", "forbid"] = "allow"
    gaps: Literal["allow", "forbid"] = "allow"


class GateLimits(_Frozen):
    """How much an update may change before it needs a written reason (DESIGN §7).

    Shares are of the version before; ``invalid`` and ``outside`` count features of the delivery.
    """

    area_share: Annotated[float, Field(ge=0)] = 0.05
    feature_share: Annotated[float, Field(ge=0)] = 0.02
    invalid: Annotated[int, Field(ge=0)] = 0
    outside: Annotated[int, Field(ge=0)] = 0


class LayerDefinition(_Frozen):
    """One layer: what it means, where its data is, and how far it can be trusted (DESIGN §4)."""

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9_]*$")
    title_zh: str = ""
    title_en: str = ""
    role: str = Field(min_length=1)
    geometry: Literal["point", "line", "polygon"]
    data: str = Field(min_length=1)
    key: str = Field(min_length=1)
    crs: str
    datum: Datum
    evidence: Evidence
    accuracy_m: Annotated[float, Field(ge=0)]
    coverage: str
    where: Where | None = None
    secrecy: Literal["public", "internal", "verdict_only"] = "public"
    source: str
    licence: str = ""
    authority: str = ""
    approval_number: str = ""
    effective_from: date | None = None
    columns: dict[str, ColumnRule] = Field(default_factory=dict)
    checks: Checks = Checks()
    gate: GateLimits = GateLimits()
    style: Style = Style()

    def title(self, lang: str) -> str:
        """Return the title in ``zh`` or ``en``, or the id where there is none."""
        return (self.title_en if lang == "en" else self.title_zh) or self.id


def read_definition(path: Path) -> LayerDefinition:
    """Return the layer definition in a TOML file.

    Raises
    ------
    DefinitionError
        Names the file, the key and what was expected.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise DefinitionError(f"{path.name}: expected UTF-8; save it as UTF-8") from error
    return parse_definition(text, path)


def parse_definition(text: str, path: Path) -> LayerDefinition:
    """Return the layer definition in the text of a TOML file.

    Raises
    ------
    DefinitionError
        Names the file, the key and what was expected.
    """
    try:
        definition = LayerDefinition.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise DefinitionError(f"{path.name}: not valid TOML ({error}); correct the line") from error
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"]) or "(top)"
        raise DefinitionError(f"{path.name} key {key!r}: {first['msg']}; correct it") from error
    if definition.id != path.stem:
        raise DefinitionError(
            f"{path.name} key 'id': expected {path.stem!r} (the file's name), got {definition.id!r}"
        )
    return definition
