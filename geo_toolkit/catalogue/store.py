"""The SQLite catalogue of published versions, and the one transaction that publishes them.

A version's GeoPackage is written beside its place under a temporary name and synced; then, inside
one transaction that holds the write lock, the highest number is compared with the one the
publication was prepared on, the files take their names, the rows are written and committed. A
process killed at any instant leaves either the row and its file, or neither row nor, at worst, a
file that no row names (``doctor`` removes those).
"""

from __future__ import annotations

import contextlib
import json
import os
import sqlite3
from contextlib import closing
from dataclasses import asdict, dataclass, fields
from datetime import date
from typing import TYPE_CHECKING

from geo_toolkit.catalogue.versions import Provenance, Stated, Version
from geo_toolkit.errors import LayerError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

__all__ = ["Commit", "VersionStore", "sync_file", "sync_folder"]

_WAIT_S = 120.0
_SCHEMA = 1
_STATED = [f.name for f in fields(Stated)]
_PROVENANCE = [f.name for f in fields(Provenance)]
_PLAIN = [
    "layer", "number", "file", "sha256", "file_sha256", "features", "area_m2", "max_accuracy_m",
    "committed_at", "effective_from", "author", "note", "override", "exceeded",
]  # fmt: skip
_COLUMNS = [*_PLAIN, *_STATED, *_PROVENANCE]
_TYPES = {
    "number": "INTEGER NOT NULL", "features": "INTEGER NOT NULL", "area_m2": "REAL NOT NULL",
    "max_accuracy_m": "REAL NOT NULL", "accuracy_m": "REAL", "coverage_wkb": "BLOB",
    "restored_from": "INTEGER",
}  # fmt: skip


@dataclass(frozen=True)
class Commit:
    """One layer's part of a publication.

    Attributes
    ----------
    expected
        The highest number when the publication was prepared; -1 for none.
    versions
        The new versions with the temporary GeoPackage of each.
    definition
        Path and text of a definition file to write, for a layer that is new.
    """

    layer: str
    expected: int
    versions: tuple[tuple[Version, Path], ...]
    definition: tuple[Path, str] | None = None


class VersionStore:
    """The versions of a workspace's layers.

    Parameters
    ----------
    state
        The workspace's ``.geo_toolkit`` folder; made at the first publication.
    """

    def __init__(self, state: Path) -> None:
        self.state = state
        self.path = state / "catalogue.sqlite"
        self.folder = state / "versions"
        self._known: tuple[tuple[int, int, bytes], dict[str, tuple[Version, ...]]] | None = None

    def all(self) -> dict[str, tuple[Version, ...]]:
        """Return every layer's versions by number; read again when the catalogue has changed."""
        stamp = _stamp(self.path)
        if stamp is None:
            return {}
        if self._known is None or self._known[0] != stamp:
            with self._reading() as connection:
                self._known = (stamp, _read(connection))
        return self._known[1]

    def of(self, layer: str) -> tuple[Version, ...]:
        """Return the versions of a layer by number; empty where nothing was published."""
        return self.all().get(layer, ())

    def file_of(self, version: Version) -> Path:
        """Return the GeoPackage of a version."""
        return self.folder / version.file

    def work_file(self, layer: str, suffix: str) -> Path:
        """Return a temporary path beside the versions of a layer; its folder is made.

        Raises
        ------
        LayerError
            If the workspace cannot be written.
        """
        folder = self.folder / layer
        try:
            folder.mkdir(parents=True, exist_ok=True)
            if not os.access(folder, os.W_OK):
                raise PermissionError(13, "Permission denied")
        except OSError as error:
            raise LayerError(
                f"layer {layer}: the workspace is read-only ({error.strerror}); publish in a copy "
                "made with: geo-toolkit init DIR"
            ) from error
        return folder / f".new-{os.getpid()}-{os.urandom(4).hex()}{suffix}"

    def commit(self, commits: Sequence[Commit]) -> None:
        """Publish versions of one or more layers together, or none of them.

        Raises
        ------
        LayerError
            If another publication of one of the layers was first; the message says whose.
        """
        for one in commits:
            for _, work in one.versions:
                sync_file(work)
        self.state.mkdir(parents=True, exist_ok=True)
        with closing(self._connect(write=True)) as connection:
            connection.execute("BEGIN IMMEDIATE")
            try:
                self._insert(connection, commits)
                connection.execute("COMMIT")
            except BaseException:
                connection.execute("ROLLBACK")
                raise
        self.write_definitions()

    def pending(self) -> dict[str, str]:
        """Return definitions of published layers whose file is not written yet, by file path."""
        if _stamp(self.path) is None:
            return {}
        with self._reading() as connection:
            if not _has_table(connection, "pending"):
                return {}
            return dict(connection.execute("SELECT path, text FROM pending ORDER BY path"))

    def write_definitions(self) -> list[str]:
        """Write the definition files that a publication still owes; return their paths."""
        owed = self.pending()
        for path, text in owed.items():
            target = self.state.parent / path
            target.parent.mkdir(parents=True, exist_ok=True)
            work = target.with_name(f".{target.name}-{os.getpid()}")
            with work.open("w", encoding="utf-8", newline="\n") as stream:
                stream.write(text)
                stream.flush()
                os.fsync(stream.fileno())
            work.replace(target)
            sync_folder(target.parent)
            with closing(self._connect(write=True)) as connection, connection:
                connection.execute("DELETE FROM pending WHERE path = ?", (path,))
        return list(owed)

    @contextlib.contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        """Give a connection; what SQLite finds wrong becomes a refusal with the remedy."""
        try:
            with closing(self._connect(write=False)) as connection:
                yield connection
        except sqlite3.Error as error:
            raise LayerError(
                f"{self.path.name}: expected the catalogue of versions, got a file that cannot be "
                f"read ({error}); bring .geo_toolkit/ back from a backup"
            ) from error

    @contextlib.contextmanager
    def locked(self) -> Iterator[set[str]]:
        """Hold off every publication; gives the files that versions name."""
        with closing(self._connect(write=True)) as connection:
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield {str(row[0]) for row in connection.execute("SELECT file FROM versions")}
            finally:
                connection.execute("ROLLBACK")

    def _insert(self, connection: sqlite3.Connection, commits: Sequence[Commit]) -> None:
        for one in commits:
            self._compare(connection, one)
        for one in commits:
            for version, work in one.versions:
                target = self.file_of(version)
                target.unlink(missing_ok=True)  # an orphan of a killed publication
                work.replace(target)
            sync_folder(self.folder / one.layer)
            marks = ", ".join("?" * len(_COLUMNS))
            names = ", ".join(f'"{name}"' for name in _COLUMNS)
            connection.executemany(
                f"INSERT INTO versions ({names}) VALUES ({marks})",
                [_row(version) for version, _ in one.versions],
            )
            if one.definition is not None:
                path, text = one.definition
                relative = path.relative_to(self.state.parent).as_posix()
                connection.execute("INSERT OR REPLACE INTO pending VALUES (?, ?)", (relative, text))

    def _compare(self, connection: sqlite3.Connection, one: Commit) -> None:
        newest = connection.execute(
            "SELECT number, author, committed_at FROM versions WHERE layer = ? "
            "ORDER BY number DESC LIMIT 1", (one.layer,),
        ).fetchone()  # fmt: skip
        highest = -1 if newest is None else int(newest[0])
        if highest != one.expected:
            number, author, when = newest or ("none", "nobody", "never")
            raise LayerError(
                f"layer {one.layer}: expected version {max(one.expected, 0)} to be the newest, got "
                f"version {number}, published by {author} at {when} meanwhile; look at it with "
                f"layers history {one.layer} and run the update again"
            )

    def _connect(self, *, write: bool) -> sqlite3.Connection:
        """Return a connection; reading never makes the file."""
        mode = "rwc" if write else "rw"
        try:
            connection = sqlite3.connect(
                f"{self.path.absolute().as_uri()}?mode={mode}",
                uri=True, timeout=_WAIT_S, isolation_level=None,
            )  # fmt: skip
            if write:
                _create(connection)
        except sqlite3.Error as error:
            what = "written" if write else "opened"
            raise LayerError(
                f"{self.path.name}: the catalogue of versions cannot be {what} ({error}); "
                "check the rights of .geo_toolkit/"
            ) from error
        return connection


def sync_file(path: Path) -> None:
    """Wait until a file's content is on the disk."""
    with path.open("rb+") as stream:
        os.fsync(stream.fileno())


def sync_folder(path: Path) -> None:
    """Wait until the names in a folder are on the disk, where the system can."""
    with contextlib.suppress(OSError, AttributeError):
        handle = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _create(connection: sqlite3.Connection) -> None:
    if connection.execute("PRAGMA user_version").fetchone()[0] == _SCHEMA:
        return
    columns = ", ".join(f'"{name}" {_TYPES.get(name, "TEXT")}' for name in _COLUMNS)
    connection.execute("BEGIN IMMEDIATE")
    connection.execute(
        f"CREATE TABLE IF NOT EXISTS versions ({columns}, PRIMARY KEY (layer, number))"
    )
    connection.execute(
        "CREATE TABLE IF NOT EXISTS pending (path TEXT PRIMARY KEY, text TEXT NOT NULL)"
    )
    connection.execute(f"PRAGMA user_version = {_SCHEMA}")
    connection.execute("COMMIT")


def _stamp(path: Path) -> tuple[int, int, bytes] | None:
    """Return what tells whether the catalogue has changed: size, time, SQLite's own counter."""
    try:
        status = path.stat()
        with path.open("rb") as stream:
            head = stream.read(28)
    except OSError:
        return None
    return (status.st_size, status.st_mtime_ns, head[24:28]) if len(head) == 28 else None


def _has_table(connection: sqlite3.Connection, name: str) -> bool:
    query = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?"
    return connection.execute(query, (name,)).fetchone() is not None


def _read(connection: sqlite3.Connection) -> dict[str, tuple[Version, ...]]:
    names = ", ".join(f'"{name}"' for name in _COLUMNS)
    if not _has_table(connection, "versions"):  # made, and the first publication not yet through
        return {}
    rows = connection.execute(f"SELECT {names} FROM versions ORDER BY layer, number").fetchall()
    found: dict[str, list[Version]] = {}
    for row in rows:
        values = dict(zip(_COLUMNS, row, strict=True))
        day = values["effective_from"]
        version = Version(
            **{n: values[n] for n in _PLAIN if n not in ("effective_from", "exceeded")},
            effective_from=date.fromisoformat(day) if day else None,
            exceeded=tuple(json.loads(values["exceeded"])),
            stated=Stated(**{n: values[n] for n in _STATED}),
            provenance=Provenance(**{n: values[n] for n in _PROVENANCE}),
        )
        found.setdefault(version.layer, []).append(version)
    return {layer: tuple(of_layer) for layer, of_layer in found.items()}


def _row(version: Version) -> list[object]:
    values = {
        **{n: getattr(version, n) for n in _PLAIN},
        **asdict(version.stated),
        **asdict(version.provenance),
        "effective_from": version.effective_from.isoformat() if version.effective_from else None,
        "exceeded": json.dumps(list(version.exceeded), ensure_ascii=False),
    }
    return [values[name] for name in _COLUMNS]
