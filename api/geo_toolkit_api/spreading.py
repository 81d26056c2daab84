"""Connections that stay open are closed now and then, so that they spread over the processes.

The processes of one service share a listening socket, and whichever wakes first takes all the
connections that wait there: one process may then have all the work for hours, and the others none.
A client that has to connect anew is taken by a process that has nothing to do.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

__all__ = ["Spreading"]

EVERY = 16
"""Answers of one process after which a connection is closed; clients connect again unasked."""


class Spreading:
    """ASGI middleware that ends the connection of every so many answers."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self._answered = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        self._answered += 1
        is_last = self._answered % EVERY == 0

        async def send_spread(message: Message) -> None:
            if is_last and message["type"] == "http.response.start":
                message = {**message, "headers": [*message["headers"], (b"connection", b"close")]}
            await send(message)

        await self.app(scope, receive, send_spread)
