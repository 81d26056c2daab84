"""The outermost layer: what may come in, who asks, safety headers, records, the last resort."""

from __future__ import annotations

import logging
import re
import time
from functools import partial
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit
from uuid import uuid4

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException

from geo_toolkit_api.admission import SAFE_METHODS, Admission, Refusal, has_key_in_address
from geo_toolkit_api.audit import Asked, AuditLog
from geo_toolkit_api.callers import Caller
from geo_toolkit_api.documented import document_the_door
from geo_toolkit_api.errors import problem
from geo_toolkit_api.keys import redacted
from geo_toolkit_api.logs import set_up
from geo_toolkit_api.metrics import Metrics
from geo_toolkit_api.settings import LOOPBACK_HOSTS
from geo_toolkit_api.state import state_folder

if TYPE_CHECKING:
    from collections.abc import Callable

    from fastapi import FastAPI
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from geo_toolkit.workspace import Workspace
    from geo_toolkit_api.settings import Settings

__all__ = ["Guard", "protect"]

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

_HOST = re.compile(
    r"(?P<name>[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?\.?|\[[0-9A-Fa-f:.]+\])(?::\d{1,5})?"
)
_REQUEST_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{7,63}")
_CHECK_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,127}")
_NOT_RECORDED = frozenset({"/health", "/metrics", "/favicon.ico", "/login"})
_UNMATCHED = "(none)"


def protect(app: FastAPI, settings: Settings, workspace: Workspace) -> None:
    """Put keys, limits, records and the guard around an application."""
    set_up(settings)
    document_the_door(app)
    folder = state_folder(settings, workspace.root)
    app.state.admission = Admission(settings, folder)
    app.state.audit = AuditLog(
        folder, most_bytes=settings.audit_mb * 1024**2, days=settings.audit_days
    )
    app.state.metrics = Metrics(folder)
    app.add_middleware(
        Guard,
        settings=settings,
        admission=app.state.admission,
        audit=app.state.audit,
        metrics=app.state.metrics,
        is_secret=partial(_is_secret, workspace),
    )


class Guard:
    """ASGI middleware around the whole service."""

    def __init__(
        self,
        app: ASGIApp,
        settings: Settings,
        admission: Admission,
        audit: AuditLog,
        metrics: Metrics,
        is_secret: Callable[[str], bool],
    ) -> None:
        self.app = app
        self.hosts = {*LOOPBACK_HOSTS, *settings.allowed_hosts}
        self.limit_bytes = settings.max_upload_bytes
        self.admission = admission
        self.audit = audit
        self.metrics = metrics
        self.is_secret = is_secret

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, whatever happens inside."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        request_id = scope["request_id"] = _request_id(headers)
        scope["asked"] = Asked()
        method, started, status = scope["method"], time.perf_counter(), 0

        async def send_guarded(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                answered = MutableHeaders(scope=message)
                for name, value in {**_HEADERS, "X-Request-Id": request_id}.items():
                    answered.setdefault(name, value)
            elif method == "HEAD":
                message = {**message, "body": b""}
            await send(message)

        try:
            refusal = await self._refusal(scope, headers)
            if method == "HEAD":
                scope["method"] = "GET"  # every GET is answered to HEAD, without its body
            app = problem(refusal.status, refusal.detail, refusal.headers) if refusal else self.app
            await app(scope, self._counted(receive), send_guarded)
        except Exception:  # the last resort: logged in full, and nothing of it is told
            _log.exception("request %s failed", request_id)
            if status:
                raise
            answer = problem(500, f"an unexpected error; the log has it under {request_id}")
            await answer(scope, receive, send_guarded)
        finally:
            self._record(scope, method, status, time.perf_counter() - started)

    async def _refusal(self, scope: Scope, headers: Headers) -> Refusal | None:
        """Return why a request may not come in, or None with its caller in the scope."""
        refusal = self._ill_formed(scope, headers)
        if refusal:
            return refusal
        self.admission.believe_proxy(scope, headers)
        caller = await self.admission.caller(scope, headers)
        if isinstance(caller, Refusal):
            return caller
        scope["caller"] = caller
        if caller.is_internal and not self.audit.is_ready():
            return Refusal(
                503,
                "internal layers are shown only where questions are recorded, and the audit "
                "log cannot be written; tell the operator of this service",
            )
        return self.admission.refusal(scope, headers, caller)

    def _ill_formed(self, scope: Scope, headers: Headers) -> Refusal | None:
        """Return why a request is not even looked at: its host, its origin, a key in it."""
        sent = headers.getlist("host")
        matched = _HOST.fullmatch(sent[0]) if len(sent) == 1 else None
        host = matched["name"].rstrip(".").lower() if matched else None
        if host is None or ("*" not in self.hosts and host not in self.hosts):
            named = (host or ", ".join(sent))[:100]
            return Refusal(
                400, f"host {named!r} is not served; add it to GEO_TOOLKIT_ALLOWED_HOSTS"
            )
        if scope["method"] not in SAFE_METHODS and _is_foreign(headers, sent[0]):
            return Refusal(
                403, "a page of another site may not send to this service; use its own page"
            )
        if has_key_in_address(scope):
            return Refusal(
                400,
                "an API key does not belong into an address, where every log keeps it; send it as "
                "'Authorization: Bearer KEY', and have this one revoked",
            )
        return None

    def _record(self, scope: Scope, method: str, status: int, seconds: float) -> None:
        """Write the log line, the metrics and the audit record of one request."""
        path, request_id = _template(scope), scope["request_id"]
        address = (scope.get("client") or ("unknown",))[0]
        caller: Caller = scope.get("caller") or Caller(f"http {address}", frozenset())
        self.metrics.request(method, path, status, seconds)
        shown = path if path != _UNMATCHED else quote(redacted(scope["path"])[:100])
        fields = {
            "request_id": request_id,
            "method": method,
            "path": shown,
            "status": status,
            "ms": round(seconds * 1000, 1),
            "caller": caller.name,
        }
        words = (request_id, method, shown, status, seconds * 1000, caller.name)
        _log.info("%s %s %s %d %.1f ms %s", *words, extra={"fields": fields})
        asked: Asked = scope["asked"]
        if caller.is_internal and status < 400:
            asked.layers.update(filter(self.is_secret, _named_layers(scope)))
        if _is_recorded(path, status, asked):
            self.audit.write(
                {
                    "request_id": request_id,
                    "caller": caller.name,
                    "address": address,
                    "method": method,
                    "path": path,
                    "check_id": asked.check_id or _named_check(scope),
                    "layers": sorted(asked.layers),
                    "upload": asked.upload,
                    "status": status,
                }
            )

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


def _request_id(headers: Headers) -> str:
    """Return the id that a request came with, if it is well formed, else a new one."""
    sent = headers.getlist("x-request-id")
    if len(sent) == 1 and _REQUEST_ID.fullmatch(sent[0]):
        return sent[0]
    return uuid4().hex


def _is_foreign(headers: Headers, host: str) -> bool:
    """Whether a page of another site sends this, as far as the browser says."""
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site not in ("same-origin", "none")
    origin = headers.get("origin")
    return origin is not None and urlsplit(origin).netloc.lower() != host.lower()


def _template(scope: Scope) -> str:
    """Return the template of a request's path, so that records hold no place and no name."""
    path = getattr(scope.get("route"), "path", None)
    if path:
        return str(path)
    if scope.get("endpoint") is not None and scope.get("root_path"):
        return f"{scope['root_path']}/{{path}}"
    return _UNMATCHED


def _is_recorded(path: str, status: int, asked: Asked) -> bool:
    """Whether a request belongs into the audit log: not assets, nor tiles of public layers."""
    if status >= 400:
        return True
    if path in _NOT_RECORDED or path.endswith("/{path}"):
        return False
    return bool(asked.layers) or not path.startswith("/tiles/")


def _is_secret(workspace: Workspace, layer_id: str) -> bool:
    """Whether a layer of this id is there and was last published as not public."""
    entry = workspace.layers.get(layer_id)
    return entry is not None and entry.newest_definition.secrecy != "public"


def _named_layers(scope: Scope) -> set[str]:
    """Return the layers that a path names."""
    named = scope.get("path_params", {})
    return {str(named[key]) for key in ("layer", "layer_id", "collection_id") if key in named}


def _named_check(scope: Scope) -> str | None:
    """Return the check that a path names."""
    named = str(scope.get("path_params", {}).get("check_id", ""))
    return named if _CHECK_ID.fullmatch(named) else None
