"""The health of what was published: every checksum verified, only orphans removed."""

from __future__ import annotations

import os
import re
import sqlite3
import time
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyogrio
from pyogrio.errors import DataSourceError

from geo_toolkit.catalogue.packing import hash_of
from geo_toolkit.errors import LayerError

if TYPE_CHECKING:
    from pathlib import Path

    from geo_toolkit.catalogue.store import VersionStore

__all__ = ["Examined", "examine"]

_WORK = re.compile(r"\.new-(\d+)-[0-9a-f]{8}\.gpkg")
_STALE_S = 86_400.0


@dataclass(frozen=True)
class Examined:
    """One thing the doctor looked at.

    ``state`` is ``sound``, ``missing``, ``damaged``, ``unreadable`` (checksum right, but no
    GeoPackage), ``removed`` (an orphan of a killed publication) or ``written`` (a definition file
    that was still owed).
    """

    name: str
    state: str
    expected: str = ""
    got: str = ""

    @property
    def is_fault(self) -> bool:
        """Whether something is wrong that the doctor cannot mend."""
        return self.state in ("missing", "damaged", "unreadable")


def examine(store: VersionStore) -> list[Examined]:
    """Return what was found of every published version, and what was tidied up.

    Versions are never removed or changed: a damaged one has to come back from a backup. In a
    read-only workspace everything is verified and nothing tidied.

    Raises
    ------
    LayerError
        If the catalogue itself is damaged.
    """
    found = [_health_of_catalogue(store)]
    for versions in store.all().values():
        for version in versions:
            path = store.file_of(version)
            found.append(_examine_file(path, version.file, version.file_sha256))
    if os.access(store.state, os.W_OK):
        found += [Examined(path, "written") for path in store.write_definitions()]
        found += [Examined(name, "removed") for name in _remove_orphans(store)]
    return [item for item in found if item.name]


def _health_of_catalogue(store: VersionStore) -> Examined:
    if not store.path.is_file():
        return Examined("", "sound")
    try:
        with closing(sqlite3.connect(f"{store.path.absolute().as_uri()}?mode=rw", uri=True)) as db:
            answer = str(db.execute("PRAGMA integrity_check").fetchone()[0])
    except sqlite3.Error as error:
        raise LayerError(
            f"{store.path.name}: expected a whole catalogue, got a damaged one ({error}); "
            "bring it back from a backup"
        ) from error
    state = "sound" if answer == "ok" else "damaged"
    return Examined(store.path.name, state, "" if state == "sound" else "ok", answer)


def _examine_file(path: Path, name: str, expected: str) -> Examined:
    if not path.is_file():
        return Examined(name, "missing", expected)
    got = hash_of(path)
    if got != expected:
        return Examined(name, "damaged", expected, got)
    try:
        pyogrio.read_info(path)
    except (DataSourceError, ValueError):
        return Examined(name, "unreadable", expected, got)
    return Examined(name, "sound", expected, got)


def _remove_orphans(store: VersionStore) -> list[str]:
    """Remove files that no version names and no running publication is writing."""
    if not store.folder.is_dir():
        return []
    removed = []
    with store.locked() as listed:
        for path in sorted(store.folder.glob("*/*")):
            name = path.relative_to(store.folder).as_posix()
            work = _WORK.match(path.name)
            if work is not None:
                if not _is_abandoned(path, int(work[1])):
                    continue
            elif name in listed or not re.search(r"\.v\d+\.gpkg(-journal)?$", path.name):
                continue
            path.unlink(missing_ok=True)
            removed.append(name)
    return removed


def _is_abandoned(path: Path, process: int) -> bool:
    """Whether the process that wrote a temporary file is gone, or the file more than a day old."""
    try:
        if time.time() - path.stat().st_mtime > _STALE_S:
            return True
    except OSError:
        return False
    if os.name != "posix":
        return False
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return True
    except OSError:
        return False
    return False
