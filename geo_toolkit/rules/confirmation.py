"""Who confirmed that a provision, or the numbers of an obstacle surface, are what applies."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

__all__ = ["Confirmation", "Day"]

Day = Annotated[date, Field(strict=True)]
"""A day; a number or a time of day is refused, not converted."""


class Confirmation(BaseModel):
    """Who confirmed that a provision is current law, from which source, when.

    ``rule_id`` may also name a surface, as ``<set>.<kind>``. ``valid_from`` names the version
    that was confirmed, where an id has several: what somebody read about a repealed article says
    nothing of its successor.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    rule_id: str
    valid_from: Day | None = None
    by: str = Field(pattern=r"\S")
    source: str = Field(pattern=r"\S")
    date: Day
