"""The folder of keys, sessions, metrics and the audit log, for this account's eyes only."""

from __future__ import annotations

import os
import sqlite3
from contextlib import contextmanager
from typing import TYPE_CHECKING

from geo_toolkit.errors import NotAvailable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from geo_toolkit_api.settings import Settings

__all__ = ["StateUnavailable", "connected", "made_private", "private_file", "state_folder"]

_WAIT_S = 10.0


class StateUnavailable(NotAvailable):
    """The state folder of the service cannot be read or written."""


def state_folder(settings: Settings, root: Path) -> Path:
    """Return the folder that the settings name, else ``.geo_toolkit/service`` in the workspace."""
    return settings.state or root / ".geo_toolkit" / "service"


def made_private(folder: Path) -> Path:
    """Return a folder, made where it is missing; on POSIX a new one is closed to others.

    Raises
    ------
    OSError
        If it cannot be made.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


def private_file(path: Path) -> Path:
    """Return a file, made empty where it is missing; on POSIX nobody else may read a new one.

    Raises
    ------
    OSError
        If it cannot be made.
    """
    made_private(path.parent)
    os.close(os.open(path, os.O_CREAT | os.O_WRONLY, 0o600))
    return path


@contextmanager
def connected(path: Path, tables: str) -> Iterator[sqlite3.Connection]:
    """Yield a connection to a SQLite file for one transaction; the file is made where missing.

    Parameters
    ----------
    tables
        ``CREATE TABLE IF NOT EXISTS`` statements.

    Raises
    ------
    StateUnavailable
        If the file cannot be read or written.
    """
    try:
        is_new = not path.exists()
        if is_new:
            private_file(path)
        link = sqlite3.connect(path, timeout=_WAIT_S, isolation_level=None)
        try:
            if is_new or path.stat().st_size == 0:
                link.executescript(tables)
            link.execute("BEGIN")
            yield link
            link.execute("COMMIT")
        finally:
            link.close()
    except (OSError, sqlite3.Error) as error:
        raise StateUnavailable(
            f"{path.name}: the service's state cannot be used ({error}); give the service's "
            "account the folder that GEO_TOOLKIT_STATE names"
        ) from error
