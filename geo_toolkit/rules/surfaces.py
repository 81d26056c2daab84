"""Obstacle limitation surfaces as numbers: the model of ``rules/obstacle_surfaces.toml``."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from geo_toolkit.rules.confirmation import Confirmation

__all__ = ["Section", "Surface", "SurfaceSet"]

Metres = Annotated[float, Field(gt=0, strict=True, allow_inf_nan=False)]
Slope = Annotated[float, Field(ge=0, le=1, strict=True, allow_inf_nan=False)]

_NEEDED = {
    "inner_horizontal": ("height_m", "radius_m"),
    "conical": ("height_m", "slope"),
    "approach": ("inner_edge_m", "from_end_m", "divergence", "sections"),
    "transitional": ("slope",),
    "take_off_climb": ("inner_edge_m", "from_end_m", "divergence", "sections"),
}


class _Table(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Section(_Table):
    """One stretch of a rising surface: its length in metres, and its slope from 0 to 1."""

    length_m: Metres
    slope: Slope


class Surface(_Table):
    """One surface around a runway.

    Attributes
    ----------
    height_m
        Of the inner horizontal surface above the aerodrome; of the conical one above its foot.
    radius_m
        Outer edge of the inner horizontal surface, from the runway's ends.
    inner_edge_m, from_end_m, divergence, final_width_m, sections
        Of approach and take-off climb: width at the start, its distance from the runway's end,
        how much each side widens in one metre, the width at which it stops widening, and the
        stretches, outwards.
    confidence
        How well the numbers are known: ``confirmed``, ``press`` or ``recall``.
    confirmation
        Who confirmed them since; filled in by the loader, from ``rules/confirmations.toml``.
    """

    kind: Literal["inner_horizontal", "conical", "approach", "transitional", "take_off_climb"]
    title_zh: str = Field(min_length=1)
    title_en: str = Field(min_length=1)
    confidence: Literal["confirmed", "press", "recall"]
    height_m: Metres | None = None
    radius_m: Metres | None = None
    slope: Slope | None = None
    inner_edge_m: Metres | None = None
    from_end_m: Metres | None = None
    divergence: Slope | None = None
    final_width_m: Metres | None = None
    sections: tuple[Section, ...] = ()
    note_zh: str = ""
    confirmation: Confirmation | None = None

    @model_validator(mode="after")
    def _check(self) -> Surface:
        missing = [key for key in _NEEDED[self.kind] if getattr(self, key) in (None, ())]
        if missing:
            raise ValueError(f"surface {self.kind!r} needs {', '.join(missing)}")
        if self.kind in ("conical", "transitional") and not self.slope:
            raise ValueError(f"surface {self.kind!r} needs a slope above 0")
        return self

    @property
    def is_settled(self) -> bool:
        """Whether the numbers are confirmed, by their source or by a person since."""
        return self.confidence == "confirmed" or self.confirmation is not None


class SurfaceSet(_Table):
    """The surfaces of one class of runway, and the half width of the strip they start from.

    ``id`` is what a runway's column ``surface_set`` says; a runway that says nothing gets the
    first set of the file.
    """

    id: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]*$")
    title_zh: str = Field(min_length=1)
    title_en: str = Field(min_length=1)
    strip_half_width_m: Metres
    strip_beyond_end_m: Metres
    surface: tuple[Surface, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _check(self) -> SurfaceSet:
        kinds = [surface.kind for surface in self.surface]
        if len(set(kinds)) < len(kinds):
            raise ValueError("every kind of surface may stand once in a set")
        for kind, foot in (("conical", "inner_horizontal"), ("transitional", "inner_horizontal")):
            if kind in kinds and foot not in kinds:
                raise ValueError(f"surface {kind!r} needs surface {foot!r}")
        return self

    @property
    def reach_m(self) -> float:
        """How far from the runway any of the surfaces reaches at most."""
        reach = [self.radius_m]
        for surface in self.surface:
            length = sum(section.length_m for section in surface.sections)
            half = (surface.inner_edge_m or 0.0) / 2 + length * (surface.divergence or 0.0)
            reach.append(length + (surface.from_end_m or 0.0) + half)
        return max(reach)

    @property
    def radius_m(self) -> float:
        """Outer edge of the inner horizontal and conical surfaces, from the runway."""
        flat, cone = self.of_kind("inner_horizontal"), self.of_kind("conical")
        radius = (flat.radius_m or 0.0) if flat else 0.0
        return radius + ((cone.height_m or 0.0) / (cone.slope or 1.0) if cone else 0.0)

    def confirmed(self) -> SurfaceSet | None:
        """Return the set without the surfaces whose numbers are not confirmed; None if empty."""
        kept = tuple(one for one in self.surface if one.is_settled)
        return self.model_copy(update={"surface": kept}) if kept else None

    def of_kind(self, kind: str) -> Surface | None:
        """Return the surface of a kind, None where the set has none."""
        return next((surface for surface in self.surface if surface.kind == kind), None)
