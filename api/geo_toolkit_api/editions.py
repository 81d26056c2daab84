"""Which edition of a check a caller may have."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from fastapi import HTTPException

if TYPE_CHECKING:
    from geo_toolkit_api.callers import Caller

__all__ = ["Audience", "may_read", "wanted_audience"]

Audience = Literal["internal", "applicant"]


def wanted_audience(asked: Audience | None, caller: Caller) -> Audience:
    """Return the edition for a caller: as asked for, else the fullest there is for the caller.

    Raises
    ------
    HTTPException
        403 where the internal edition is asked for without the scope ``internal``.
    """
    if asked == "internal" and not caller.is_internal:
        raise HTTPException(
            403,
            "audience 'internal': expected an API key with the scope 'internal', got none; "
            "leave audience out, or send such a key",
        )
    return asked or ("internal" if caller.is_internal else "applicant")


def may_read(audience: str, caller: Caller) -> bool:
    """Whether a caller may have what was made for an audience."""
    return audience == "applicant" or caller.is_internal
