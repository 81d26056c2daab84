"""Who asks, and what they may: the scopes of an API key, or none."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated

from fastapi import Depends, HTTPException, Request

from geo_toolkit_api.keys import Scope

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

__all__ = ["CHALLENGE", "Caller", "CallerDep", "Scope", "require"]

CHALLENGE = {"WWW-Authenticate": 'Bearer realm="geo-toolkit"'}
"""Header of a 401; Basic works too, but naming it would make browsers ask in a window."""


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
    key_id
        Id of the key that was sent, or stands behind the session; None without one.
    key_name
        Whose key it is.
    session
        Value of the session's cookie, where there is one.
    """

    name: str
    scopes: frozenset[Scope]
    key_id: str | None = None
    key_name: str | None = None
    session: str | None = field(default=None, repr=False)

    @property
    def is_internal(self) -> bool:
        """Whether the internal edition may be given."""
        return "internal" in self.scopes

    @property
    def may_publish(self) -> bool:
        """Whether versions of layers may be published."""
        return "publish" in self.scopes


async def caller_of(request: Request) -> Caller:  # not async, it would take a thread
    """Return who sent a request, as the guard at the door found it."""
    caller: Caller = request.scope["caller"]
    return caller


CallerDep = Annotated[Caller, Depends(caller_of)]


def require(scope: Scope) -> Callable[[Caller], Awaitable[Caller]]:
    """Return a dependency that refuses callers without a scope: 401 without a key, else 403."""

    async def required(caller: CallerDep) -> Caller:
        if scope in caller.scopes:
            return caller
        if caller.key_id is None:
            raise HTTPException(
                401,
                f"this needs an API key with the scope {scope!r}; send it as "
                "'Authorization: Bearer KEY'",
                CHALLENGE,
            )
        raise HTTPException(
            403,
            f"this needs the scope {scope!r}, which key {caller.key_id} does not have; "
            "ask for a key with it",
        )

    return required
