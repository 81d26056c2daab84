"""The outermost layer: host names, body size, safety headers, request ids, the last resort."""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING
from uuid import uuid4

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException

from geo_toolkit_api.errors import problem
from geo_toolkit_api.settings import LOOPBACK_HOSTS

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from geo_toolkit_api.settings import Settings

__all__ = ["Guard"]

_log = logging.getLogger(__name__)
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Content-Security-Policy": "default-src 'none'; base-uri 'none'; frame-ancestors 'none'",
    "Cache-Control": "no-cache",
}
"""Sent with every answer that does not set its own."""


class Guard:
    """ASGI middleware around the whole service."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self.app = app
        self.hosts = {*LOOPBACK_HOSTS, *settings.allowed_hosts}
        self.limit_bytes = settings.max_upload_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, whatever happens inside."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request_id = scope["request_id"] = uuid4().hex
        started, status = time.perf_counter(), 0

        async def send_guarded(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                for name, value in {**_HEADERS, "X-Request-Id": request_id}.items():
                    headers.setdefault(name, value)
            await send(message)

        try:
            refusal = self._refusal(scope)
            app = problem(*refusal) if refusal else self.app
            await app(scope, self._counted(receive), send_guarded)
        except Exception:  # the last resort: logged in full, and nothing of it is told
            _log.exception("request %s failed", request_id)
            if status:
                raise
            answer = problem(500, f"an unexpected error; the log has it under {request_id}")
            await answer(scope, receive, send_guarded)
        taken_ms = (time.perf_counter() - started) * 1000
        _log.info(
            "%s %s %s %d %.1f ms", request_id, scope["method"], scope["path"], status, taken_ms
        )

    def _refusal(self, scope: Scope) -> tuple[int, str] | None:
        """Return status and reason where a request may not come in at all."""
        headers = Headers(scope=scope)
        host = _host_name(headers.get("host", ""))
        if "*" not in self.hosts and host not in self.hosts:
            return 400, f"host {host[:100]!r} is not served; add it to GEO_TOOLKIT_ALLOWED_HOSTS"
        foreign = headers.get("sec-fetch-site") in ("cross-site", "same-site")
        if foreign and scope["method"] not in ("GET", "HEAD"):
            return 403, "a page of another site may not send to this service; use its own page"
        return None

    def _counted(self, receive: Receive) -> Receive:
        """Return ``receive`` with a limit on the body, whatever its Content-Length says.

        What is over the limit is thrown away as it comes, up to as much again, so that an
        ordinary client reads the refusal instead of a broken connection.
        """
        seen = 0

        async def receive_counted() -> Message:
            nonlocal seen
            message = await receive()
            seen += len(message.get("body", b""))
            if seen <= self.limit_bytes:
                return message
            while message.get("more_body") and seen <= 2 * self.limit_bytes:
                message = await receive()
                seen += len(message.get("body", b""))
            mib = f"{self.limit_bytes / 1024**2:g}"
            raise HTTPException(413, f"expected at most {mib} MiB, got more; split the file")

        return receive_counted


def _host_name(header: str) -> str:
    """Return the name in a Host header, in lower case and without its port."""
    host = header.strip().lower()
    if host.startswith("["):
        return host.partition("]")[0] + "]"
    return host.partition(":")[0].rstrip(".")
