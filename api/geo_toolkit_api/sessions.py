"""Browser sessions: a cookie that stands for a key, for twelve hours.

The server keeps a hash of the cookie's value, so that its file opens nothing; the CSRF token is
derived from the value, so that it is kept nowhere.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import time
from typing import TYPE_CHECKING

from geo_toolkit_api.keys import FILE, TABLES, Key, KeyStore
from geo_toolkit_api.state import connected

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["COOKIE", "SessionStore", "csrf_token"]

COOKIE = "geo_toolkit_session"
"""Name of the cookie."""

_LONGEST_VALUE = 100


def csrf_token(value: str) -> str:
    """Return the token that a page sends with every writing request of a session.

    Examples
    --------
    >>> len(csrf_token("some session")), csrf_token("a") == csrf_token("b")
    (64, False)
    """
    return hmac.digest(value.encode("utf-8"), b"csrf", hashlib.sha256).hex()


class SessionStore:
    """The open sessions of one service; several processes may share the folder.

    Parameters
    ----------
    folder
        The state folder.
    keys
        The keys that sessions stand for.
    hours
        How long a session is open.
    """

    def __init__(self, folder: Path, keys: KeyStore, hours: float) -> None:
        self.path = folder / FILE
        self.keys = keys
        self.lasts_s = hours * 3600

    def begin(self, key: Key) -> str:
        """Return the cookie's value of a new session; it ends with its key, if that is sooner.

        Raises
        ------
        StateUnavailable
            If the state folder cannot be written.
        """
        value, now = secrets.token_urlsafe(32), time.time()
        expires = min(now + self.lasts_s, key.expires or float("inf"))
        with connected(self.path, TABLES) as link:
            link.execute("DELETE FROM session WHERE expires <= ?", (now,))
            link.execute("INSERT INTO session VALUES (?, ?, ?)", (_hash(value), key.id, expires))
        return value

    def find(self, value: str) -> Key | None:
        """Return the key of a session, or None if it is over, unknown, or its key opens nothing."""
        if not value or len(value) > _LONGEST_VALUE or not self.path.exists():
            return None
        now = time.time()
        with connected(self.path, TABLES) as link:
            row = link.execute(
                "SELECT key_id FROM session WHERE hash = ? AND expires > ?", (_hash(value), now)
            ).fetchone()
        key = self.keys.find(row[0]) if row else None
        return key if key and key.is_valid(now) else None

    def end(self, value: str) -> None:
        """Forget a session."""
        if self.path.exists():
            with connected(self.path, TABLES) as link:
                link.execute("DELETE FROM session WHERE hash = ?", (_hash(value),))


def _hash(value: str) -> str:
    return hashlib.sha256(value.encode("utf-8", "surrogateescape")).hexdigest()
