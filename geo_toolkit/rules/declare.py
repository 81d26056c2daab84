"""What an applicant or reviewer declares about a project: the file of ``--declare``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field, ValidationError, model_validator

from geo_toolkit.errors import DefinitionError, OptionError, UnknownName
from geo_toolkit.rules.faults import Fault, fault_of_value, read_toml
from geo_toolkit.rules.model import NATURES, Day, Metres, _Frozen

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

__all__ = ["Approval", "Declaration", "Override", "Structure", "read_declaration"]

ACTIVITY_CLASSES = 10
Text = Annotated[str, Field(pattern=r"\S")]


class Structure(_Frozen):
    """How a line crosses at a chainage: by bridge, tunnel or at grade."""

    site: str | None = None
    at_m: Metres
    structure: Literal["bridge", "tunnel", "at_grade"]


class Approval(_Frozen):
    """A paper that lets a restricted project go on.

    ``rule_id`` says which rule a consent was given under; needed where several could claim it.
    """

    site: str | None = None
    rule_id: Text | None = None
    kind: Literal["recognition_opinion", "unavoidability_opinion", "consent"]
    number: Text
    date: Day
    area_ha: Metres | None = None


class Override(_Frozen):
    """A reviewer's outcome in place of the toolkit's, with the reason; the original is kept."""

    site: str | None = None
    rule_id: Text
    feature_id: str | None = None
    outcome: Literal["hit", "borderline", "sliver", "clear", "undetermined"]
    reason: Text
    by: Text


class Declaration(_Frozen):
    """What is declared of a project (DESIGN §5).

    Attributes
    ----------
    nature
        ``new``, ``expand`` or ``rebuild``; ``new`` unless declared, and the findings say so.
    activity_class
        Which of the ten limited activities inside a red line the project is, 1 to 10.
    height_m, height_datum
        Top of the structure above ground, or its elevation in the 1985 datum.
    industries
        Lead industries of a park.
    chainage_origin_m
        Chainage of the start of a centreline.
    """

    site: str | None = None
    nature: str | None = None
    activity_class: Annotated[int, Field(ge=1, le=ACTIVITY_CLASSES, strict=True)] | None = None
    height_m: Annotated[float, Field(gt=-500, lt=9000, strict=True)] | None = None
    height_datum: Literal["ground", "1985"] | None = None
    industries: tuple[Text, ...] = ()
    chainage_origin_m: Annotated[float, Field(strict=True, allow_inf_nan=False)] = 0.0
    crossings: tuple[Structure, ...] = Field(default=(), alias="crossing")
    approvals: tuple[Approval, ...] = Field(default=(), alias="approval")
    overrides: tuple[Override, ...] = Field(default=(), alias="override")

    @model_validator(mode="after")
    def _check(self) -> Declaration:
        if self.nature is not None and self.nature not in NATURES:
            raise ValueError(str(UnknownName("nature", self.nature, NATURES)))
        if (self.height_m is None) != (self.height_datum is None):
            raise ValueError("height_m goes with height_datum ('ground' or '1985'), and only so")
        return self

    def for_sites(self, site_ids: Sequence[str]) -> Declaration:
        """Return the declaration with every part bound to a site of the check.

        Raises
        ------
        OptionError
            If a part names no site and the check has more than one.
        UnknownName
            If a part names a site that is not in the check.
        """

        def bound(site: str | None, what: str) -> str:
            if site is None:
                if len(site_ids) > 1:
                    raise OptionError(
                        f"the declaration's {what} names no site, and the check has "
                        f"{len(site_ids)}; add site = {site_ids[0]!r} or another"
                    )
                return site_ids[0]
            if site not in site_ids:
                raise UnknownName("site", site, site_ids, where="this check")
            return site

        def bind(parts: tuple, what: str) -> tuple:  # type: ignore[type-arg] # one kind each
            return tuple(part.model_copy(update={"site": bound(part.site, what)}) for part in parts)

        if self.site is not None:
            bound(self.site, "site")
        return self.model_copy(
            update={
                "crossings": bind(self.crossings, "crossing"),
                "approvals": bind(self.approvals, "approval"),
                "overrides": bind(self.overrides, "override"),
            }
        )

    def applies_to(self, site_id: str) -> bool:
        """Whether the declared class, height and industries are those of a site."""
        return self.site is None or self.site == site_id


def read_declaration(path: Path) -> Declaration:
    """Return what a declaration file declares.

    Raises
    ------
    DefinitionError
        If the file cannot be read, is not TOML, or a key or value is wrong; names the key.
    """
    content = read_toml(path)
    known = {field.alias or name for name, field in Declaration.model_fields.items()}
    try:
        return Declaration.model_validate(content)
    except ValidationError as error:
        raise DefinitionError(str(_fault(path.name, error, known))) from error


def _fault(file: str, error: ValidationError, known: set[str]) -> Fault:
    return fault_of_value(file, "", error, known)
