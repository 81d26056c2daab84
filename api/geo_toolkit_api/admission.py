"""Who may come in: keys and sessions made callers, or a refusal."""

from __future__ import annotations

import base64
import binascii
import hmac
import ipaddress
import logging
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import unquote_plus

import anyio
import anyio.to_thread
from starlette.requests import cookie_parser

from geo_toolkit_api.callers import CHALLENGE, Caller
from geo_toolkit_api.keys import Key, KeyStore
from geo_toolkit_api.limiting import Limits, Refused, network_of
from geo_toolkit_api.sessions import COOKIE, SessionStore, csrf_token
from geo_toolkit_api.state import StateUnavailable

if TYPE_CHECKING:
    from pathlib import Path

    from starlette.datastructures import Headers
    from starlette.types import Scope

    from geo_toolkit_api.settings import Settings

__all__ = ["Admission", "Refusal", "has_key_in_address", "too_many"]

_log = logging.getLogger(__name__)

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
_OPEN_TO_ALL = frozenset({"/health", "/login", "/session", "/favicon.ico", "/page/login.css"})
"""What is answered without a key even where reading needs one."""

_WRONG_KEY = "the API key is wrong, has expired or was revoked; ask for another"
_KEY_TEXT = re.compile(r"gtk_[0-9a-f]{8}_", re.IGNORECASE)
_KEY_PARAMETER = re.compile(r"(?:^|&)(?:api_?key|x-api-key|access_token)=", re.IGNORECASE)


@dataclass(frozen=True)
class Refusal:
    """An answer given at the door."""

    status: int
    detail: str
    headers: dict[str, str] = field(default_factory=dict)


def too_many(refused: Refused) -> Refusal:
    """Return the answer to one who asks too often."""
    return Refusal(429, refused.detail, {"Retry-After": str(refused.retry_after_s)})


def has_key_in_address(scope: Scope) -> bool:
    """Whether an address carries an API key, which every log on its way would keep."""
    query = scope["query_string"].decode("latin-1")
    if not query and "gtk_" not in scope["path"]:
        return False
    plain = unquote_plus(query)
    return bool(_KEY_TEXT.search(f"{scope['path']} {plain}") or _KEY_PARAMETER.search(plain))


class Admission:
    """The keys, sessions and limits of one process, and who gets past them.

    Parameters
    ----------
    settings
        Of the service.
    folder
        The state folder.
    """

    def __init__(self, settings: Settings, folder: Path) -> None:
        self.needs_key = settings.read_needs_key
        self.keys = KeyStore(folder)
        self.sessions = SessionStore(folder, self.keys, settings.session_hours)
        self.limits = Limits(settings)
        self.proxies = [ipaddress.ip_network(text) for text in settings.trusted_proxies]
        self._turn = anyio.CapacityLimiter(2)  # argon2 may not take every core and thread

    def believe_proxy(self, scope: Scope, headers: Headers) -> None:
        """Set address and scheme of a request as a trusted proxy gives them."""
        if not self.proxies or not self._is_proxy((scope.get("client") or ("",))[0]):
            return
        named = ",".join(headers.getlist("x-forwarded-for")).split(",")
        for address in reversed([part.strip() for part in named]):
            if not _is_address(address):
                break
            scope["client"] = (address, 0)
            if not self._is_proxy(address):
                break
        scheme = headers.get("x-forwarded-proto", "").lower()
        if scheme in ("http", "https"):
            scope["scheme"] = scheme

    async def caller(self, scope: Scope, headers: Headers) -> Caller | Refusal:
        """Return who sends a request; a wrong key is refused even where none is needed."""
        address = network_of((scope.get("client") or ("unknown",))[0])
        presented = _presented(headers)
        if isinstance(presented, Refusal):
            return presented
        try:
            if presented is not None:
                found = await self.key(presented, address)
                return found if isinstance(found, Refusal) else _caller(found)
            cookie = cookie_parser(headers.get("cookie", "")).get(COOKIE, "")
            key = await self._of_session(cookie) if cookie else None
        except StateUnavailable as error:
            _log.error("request %s: %s", scope["request_id"], error)
            return Refusal(503, "the keys of this service cannot be read; tell its operator")
        if key:
            return _caller(key, cookie)
        return Caller(f"http {address}", frozenset() if self.needs_key else frozenset({"read"}))

    async def key(self, text: str, address: str) -> Key | Refusal:
        """Return the key that a text is; wrong ones are counted against the address.

        Raises
        ------
        StateUnavailable
            If the keys cannot be read.
        """
        known = self.keys.remembered(text)
        if known:
            return known
        return await anyio.to_thread.run_sync(self._tried, text, address, limiter=self._turn)

    def _tried(self, text: str, address: str) -> Key | Refusal:
        """Return the key or a refusal; at most two at a time, so that a burst is counted too."""
        refused = self.limits.may_try_key(address)
        if refused:
            return too_many(refused)
        found = self.keys.verify(text)
        if found:
            return found
        self.limits.key_failed(address)
        return Refusal(401, _WRONG_KEY, CHALLENGE)

    def refusal(self, scope: Scope, headers: Headers, caller: Caller) -> Refusal | None:
        """Return why a known caller's request is not answered, or None."""
        path, method = scope["path"], scope["method"]
        is_sending = method not in SAFE_METHODS and path != "/session"
        if path != "/health":
            refused = self.limits.request(caller.name, is_sending=is_sending)
            if refused:
                return too_many(refused)
        if not caller.scopes and path not in _OPEN_TO_ALL:
            if method in ("GET", "HEAD") and path == "/":
                return Refusal(303, "sign in first", {"Location": "/login"})
            line = "this service needs an API key; send it as 'Authorization: Bearer KEY'"
            return Refusal(401, line, CHALLENGE)
        writes = method not in SAFE_METHODS and (method, path) != ("POST", "/session")
        if caller.session and writes:
            sent = headers.get("x-csrf-token", "").encode("utf-8", "surrogateescape")
            if not hmac.compare_digest(sent, csrf_token(caller.session).encode()):
                return Refusal(
                    403, "expected the session's token as X-CSRF-Token; GET /session gives it"
                )
        return None

    async def _of_session(self, cookie: str) -> Key | None:
        return await anyio.to_thread.run_sync(self.sessions.find, cookie, limiter=self._turn)

    def _is_proxy(self, address: str) -> bool:
        if not _is_address(address):
            return False
        parsed = ipaddress.ip_address(address)
        return any(parsed in network for network in self.proxies)


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return "%" not in text  # a zone of one machine's own


def _caller(key: Key, session: str | None = None) -> Caller:
    return Caller(f"key {key.id}", key.scopes, key.id, key.name, session)


def _presented(headers: Headers) -> str | Refusal | None:
    """Return the key of a request's headers: Bearer, X-API-Key, or the password of Basic."""
    sent = {value.strip() for value in headers.getlist("x-api-key")}
    for value in headers.getlist("authorization"):
        scheme, _, rest = value.strip().partition(" ")
        if scheme.lower() == "bearer":
            sent.add(rest.strip())
        elif scheme.lower() == "basic":
            sent.add(_password(rest.strip()))
        else:
            line = "Authorization: expected Bearer or Basic with an API key; correct it"
            return Refusal(401, line, CHALLENGE)
    if len(sent) > 1:
        return Refusal(401, "expected one API key, got more; send one", CHALLENGE)
    return sent.pop() if sent else None


def _password(encoded: str) -> str:
    try:
        text = base64.b64decode(encoded, validate=True).decode("utf-8")
    except (binascii.Error, UnicodeDecodeError):
        return ""
    return text.partition(":")[2]
