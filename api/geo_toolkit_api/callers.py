"""Who asks, and what they may: the scopes of an API key, or none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Literal

from fastapi import Depends, HTTPException, Request

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Caller", "CallerDep", "Scope", "require"]

Scope = Literal["read", "internal", "publish"]


@dataclass(frozen=True)
class Caller:
    """One who asks.

    Attributes
    ----------
    name
        For logs, records and query limits: ``http <address>`` or ``key <id>``.
    scopes
        ``read``: what is public; ``internal``: layers of secrecy ``internal`` and the internal
        edition; ``publish``: new versions of layers.
    """

    name: str
    scopes: frozenset[Scope]

    @property
    def is_internal(self) -> bool:
        """Whether the internal edition may be given."""
        return "internal" in self.scopes

    @property
    def may_publish(self) -> bool:
        """Whether versions of layers may be published."""
        return "publish" in self.scopes


def caller_of(request: Request) -> Caller:
    """Return who sent a request."""
    address = request.client.host if request.client else "unknown"
    return Caller(f"http {address}", frozenset({"read"}))


CallerDep = Annotated[Caller, Depends(caller_of)]


def require(scope: Scope) -> Callable[[Caller], Caller]:
    """Return a dependency that refuses callers without a scope: 401 without a key, else 403."""

    def required(caller: CallerDep) -> Caller:
        if scope not in caller.scopes:
            raise HTTPException(
                401,
                f"this needs an API key with the scope {scope!r}; send it as "
                "'Authorization: Bearer KEY'",
                {"WWW-Authenticate": "Bearer"},
            )
        return caller

    return required
