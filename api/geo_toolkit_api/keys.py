"""API keys: ``gtk_<id>_<secret>``, shown once; only an argon2 hash of the secret is kept.

A key that was verified is remembered for a minute under a keyed hash, because argon2 costs tens
of milliseconds on purpose; so a revocation is seen within a minute by every process.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
import threading
import time
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from typing import TYPE_CHECKING, Literal, get_args

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError

from geo_toolkit.errors import OptionError, UnknownName
from geo_toolkit_api.settings import read_settings
from geo_toolkit_api.state import connected, state_folder

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

__all__ = [
    "KEY_PATTERN",
    "SCOPES",
    "Key",
    "KeyStore",
    "Scope",
    "end_of_day",
    "key_store",
    "redacted",
]

Scope = Literal["read", "internal", "publish"]
SCOPES: tuple[Scope, ...] = get_args(Scope)
KEY_PATTERN = re.compile(r"gtk_([0-9a-f]{8})_([0-9a-f]{48})")
"""How a key is written."""

TABLES = """
CREATE TABLE IF NOT EXISTS key (
    id TEXT PRIMARY KEY, name TEXT NOT NULL, scopes TEXT NOT NULL, hash TEXT NOT NULL,
    created REAL NOT NULL, expires REAL, revoked REAL
);
CREATE TABLE IF NOT EXISTS session (
    hash TEXT PRIMARY KEY, key_id TEXT NOT NULL, expires REAL NOT NULL
);
"""
FILE = "access.sqlite"
REMEMBERED_S = 60.0
_MOST_REMEMBERED = 1000
_LONGEST_NAME = 80
_ANYTHING_LIKE_A_KEY = re.compile(r"gtk_[0-9A-Za-z]+_\w+", re.ASCII)


def redacted(text: str) -> str:
    """Return text with every key in it made unreadable.

    Examples
    --------
    >>> redacted("Bearer gtk_01234567_secret, please")
    'Bearer gtk_…, please'
    """
    return _ANYTHING_LIKE_A_KEY.sub("gtk_…", text)


@dataclass(frozen=True)
class Key:
    """What is known of a key; never its secret.

    ``created``, ``expires`` and ``revoked`` are seconds since 1970 (UTC); None where there is no
    such moment.
    """

    id: str
    name: str
    scopes: frozenset[Scope]
    created: float
    expires: float | None
    revoked: float | None

    def is_valid(self, now: float) -> bool:
        """Whether the key opens anything at a moment."""
        return self.revoked is None and (self.expires is None or now < self.expires)


class KeyStore:
    """The keys of one service; several processes may share the folder.

    Parameters
    ----------
    folder
        The state folder.
    """

    def __init__(self, folder: Path) -> None:
        self.path = folder / FILE
        self._hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
        self._decoy = ""
        self._seal = secrets.token_bytes(32)
        self._remembered: dict[bytes, tuple[float, Key]] = {}
        self._lock = threading.Lock()

    def add(self, name: str, scopes: Iterable[str], *, expires: float | None = None) -> str:
        """Return the text of a new key, which is kept nowhere.

        Parameters
        ----------
        name
            Whose key it is, 1 to 80 characters.
        scopes
            Some of ``read``, ``internal``, ``publish``; the last two imply the first.
        expires
            Seconds since 1970 (UTC) from which it opens nothing; None: never.

        Raises
        ------
        OptionError
            If the name or a scope is wrong, or the key would never be valid.
        StateUnavailable
            If the state folder cannot be written.
        """
        given = _checked_scopes(scopes)
        if not (name.isprintable() and name.strip() and len(name) <= _LONGEST_NAME):
            raise OptionError(
                f"name {name[:_LONGEST_NAME]!r}: expected 1 to {_LONGEST_NAME} printable "
                "characters; shorten it"
            )
        now = time.time()
        if expires is not None and expires <= now:
            raise OptionError("expiry: expected a moment to come, got one gone by; choose a later")
        key_id, secret = secrets.token_hex(4), secrets.token_hex(24)
        row = (key_id, name, " ".join(sorted(given)), self._hasher.hash(secret), now, expires)
        with connected(self.path, TABLES) as link:
            link.execute("INSERT INTO key VALUES (?, ?, ?, ?, ?, ?, NULL)", row)
        return f"gtk_{key_id}_{secret}"

    def all(self) -> list[Key]:
        """Return every key, the oldest first, revoked ones too."""
        if not self.path.exists():
            return []
        with connected(self.path, TABLES) as link:
            rows = link.execute(f"SELECT {_COLUMNS} FROM key ORDER BY created, id").fetchall()
        return [_key(row) for row in rows]

    def find(self, key_id: str) -> Key | None:
        """Return a key by its id, or None."""
        found = self._row(key_id)
        return found[0] if found else None

    def revoke(self, key_id: str) -> None:
        """Make a key open nothing from now on, and end its sessions.

        Raises
        ------
        UnknownName
            If there is no such key.
        """
        known = [key.id for key in self.all()]
        if key_id not in known:
            raise UnknownName("key", redacted(key_id), known)
        with connected(self.path, TABLES) as link:
            link.execute(
                "UPDATE key SET revoked = ? WHERE id = ? AND revoked IS NULL", (time.time(), key_id)
            )
            link.execute("DELETE FROM session WHERE key_id = ?", (key_id,))

    def remembered(self, text: str) -> Key | None:
        """Return the key of a text that was verified less than a minute ago, without any wait."""
        found = self._remembered.get(self._sealed(text))
        if found is None or time.monotonic() - found[0] > REMEMBERED_S:
            return None
        return found[1] if found[1].is_valid(time.time()) else None

    def verify(self, text: str) -> Key | None:
        """Return the key that a text is, or None; either takes as long, some 20 ms.

        Raises
        ------
        StateUnavailable
            If the state folder cannot be read.
        """
        parts = KEY_PATTERN.fullmatch(text)
        found = self._row(parts[1]) if parts else None
        hashed = found[1] if found else self._decoy_hash()
        try:
            self._hasher.verify(hashed, parts[2] if parts else "")
        except VerificationError:
            return None
        if found is None or not found[0].is_valid(time.time()):
            return None
        with self._lock:
            while len(self._remembered) >= _MOST_REMEMBERED:
                del self._remembered[next(iter(self._remembered))]
            self._remembered[self._sealed(text)] = (time.monotonic(), found[0])
        return found[0]

    def _row(self, key_id: str) -> tuple[Key, str] | None:
        if not self.path.exists():
            return None
        with connected(self.path, TABLES) as link:
            row = link.execute(
                f"SELECT {_COLUMNS}, hash FROM key WHERE id = ?", (key_id,)
            ).fetchone()
        return (_key(row[:-1]), row[-1]) if row else None

    def _sealed(self, text: str) -> bytes:
        return hmac.digest(self._seal, text.encode("utf-8", "surrogateescape"), hashlib.sha256)

    def _decoy_hash(self) -> str:
        """Return a hash that no key has, so that an unknown id costs as much as a wrong secret."""
        if not self._decoy:
            self._decoy = self._hasher.hash(secrets.token_hex(24))
        return self._decoy


_COLUMNS = "id, name, scopes, created, expires, revoked"


def _key(row: tuple[str, str, str, float, float | None, float | None]) -> Key:
    key_id, name, scopes, created, expires, revoked = row
    held = frozenset(scope for scope in SCOPES if scope in scopes.split())
    return Key(key_id, name, held, created, expires, revoked)


def _checked_scopes(scopes: Iterable[str]) -> set[str]:
    given = set(scopes)
    for scope in sorted(given):
        if scope not in SCOPES:
            raise OptionError(f"scope {scope!r}: expected one of {', '.join(SCOPES)}; correct it")
    return given | {"read"}


def key_store(root: Path) -> KeyStore:
    """Return the keys of a workspace's service, in the folder that the environment names.

    Raises
    ------
    OptionError
        If a setting in the environment is wrong.
    """
    return KeyStore(state_folder(read_settings(), root))


def end_of_day(day: date) -> float:
    """Return the end of a day in UTC+8, as seconds since 1970.

    Examples
    --------
    >>> end_of_day(date(1970, 1, 1))  # midnight there is 16:00 UTC
    57600.0
    """
    start = datetime(day.year, day.month, day.day, tzinfo=timezone(timedelta(hours=8)))
    return (start + timedelta(days=1)).timestamp()
