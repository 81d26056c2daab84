"""One parameter with its range, unit, source and confidence, checked when it is read."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

__all__ = [
    "Co2PerTkm",
    "Count",
    "Factor",
    "Hours",
    "Kilometres",
    "KilometresPerDay",
    "Metres",
    "Minutes",
    "Number",
    "Speed",
    "Tonnes",
    "Value",
    "YuanPerT",
    "YuanPerTh",
    "YuanPerTkm",
]

Number = Annotated[float, Field(ge=0, strict=True, allow_inf_nan=False)]
"""A finite number from 0; text and true/false are refused, not converted."""


class Value(BaseModel):
    """A parameter: the value used, the range it may lie in, and where it comes from.

    Examples
    --------
    >>> speed = Value(value=80, low=70, high=90, unit="km/h", source="own", confidence="recall")
    >>> speed.low <= speed.value <= speed.high
    True
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    value: Number
    low: Number
    high: Number
    unit: str
    source: str = Field(min_length=1)
    confidence: Literal["confirmed", "press", "recall", "derived", "assumed"]

    @model_validator(mode="after")
    def _check(self) -> Value:
        if not self.low <= self.value <= self.high:
            raise ValueError(
                f"expected low <= value <= high, got {self.low:g}, {self.value:g}, {self.high:g}"
            )
        return self


def _in(unit: str, *, above_zero: bool = False) -> AfterValidator:
    """Return the check that a value has this unit, and is above 0 where it divides."""

    def check(value: Value) -> Value:
        if value.unit != unit:
            raise ValueError(f"expected unit {unit!r}, got {value.unit!r}")
        if above_zero and value.low <= 0:
            raise ValueError(f"expected a value and a range above 0, got {value.low:g}")
        return value

    return AfterValidator(check)


Speed = Annotated[Value, _in("km/h", above_zero=True)]
KilometresPerDay = Annotated[Value, _in("km/day", above_zero=True)]
Kilometres = Annotated[Value, _in("km")]
Metres = Annotated[Value, _in("m")]
Minutes = Annotated[Value, _in("min")]
Hours = Annotated[Value, _in("h")]
Tonnes = Annotated[Value, _in("t")]
YuanPerTkm = Annotated[Value, _in("yuan/t-km")]
YuanPerT = Annotated[Value, _in("yuan/t")]
YuanPerTh = Annotated[Value, _in("yuan/t-h")]
Co2PerTkm = Annotated[Value, _in("g/t-km")]
Factor = Annotated[Value, _in("1", above_zero=True)]
Count = Annotated[Value, _in("1")]
