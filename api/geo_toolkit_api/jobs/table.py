"""The table of jobs: one row each, one end each, whatever process dies.

    queued ──claim──> running ──finish──> done
      ^                 │  └───fail─────> failed
      └──give back──────┘
    queued, running ──cancel──> cancelled

A running job belongs to one runner, by its token. Only its owner can finish it, and only once:
every change names the state and owner it starts from. A runner says every second that it lives;
the jobs of one that has died, or has not said so for a while, are given back to the queue.
"""

from __future__ import annotations

import sqlite3
import time
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from geo_toolkit_api.parsing.system import is_running, started_at

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["ENDED", "LEASE_S", "Job", "Table"]

LEASE_S = 15.0
MOST_ATTEMPTS = 5
ENDED = ("done", "failed", "cancelled")
_WAIT_S = 30.0
_TABLES = """
PRAGMA journal_mode = WAL;
CREATE TABLE IF NOT EXISTS job (
    id TEXT PRIMARY KEY, caller TEXT NOT NULL, audience TEXT NOT NULL,
    status TEXT NOT NULL DEFAULT 'queued', progress REAL NOT NULL DEFAULT 0,
    check_id TEXT, detail TEXT, owner TEXT, attempts INTEGER NOT NULL DEFAULT 0,
    created REAL NOT NULL, ended REAL
);
CREATE INDEX IF NOT EXISTS job_status ON job (status);
CREATE TABLE IF NOT EXISTS runner (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    token TEXT NOT NULL, pid INTEGER NOT NULL, started REAL, alive_until REAL NOT NULL
);
"""
_COLUMNS = "id, caller, audience, status, progress, check_id, detail, created, ended"
_OPEN = "status IN ('queued', 'running')"


@dataclass(frozen=True)
class Job:
    """One job as it stands; times in seconds since 1970."""

    id: str
    caller: str
    audience: str
    status: str
    progress: float
    check_id: str | None
    detail: str | None
    created: float
    ended: float | None


class Table:
    """The jobs of a state folder; any number of processes may share it."""

    def __init__(self, state: Path) -> None:
        self.path = state / "jobs.sqlite"
        self._is_made = False

    @property
    def exists(self) -> bool:
        """Whether there has ever been a job."""
        return self.path.is_file()

    def add(self, job_id: str, caller: str, audience: str) -> None:
        """Accept a job."""
        with self._change() as db:
            db.execute(
                "INSERT INTO job (id, caller, audience, created) VALUES (?, ?, ?, ?)",
                (job_id, caller, audience, time.time()),
            )

    def job(self, job_id: str) -> Job | None:
        """Return a job, None where there is none of that id."""
        if not self.exists:
            return None
        with self._open() as db:
            row = db.execute(f"SELECT {_COLUMNS} FROM job WHERE id = ?", (job_id,)).fetchone()
        return Job(*row) if row else None

    def queued(self) -> list[str]:
        """Return the ids of the jobs that wait, the oldest first."""
        with self._open() as db:
            rows = db.execute("SELECT id FROM job WHERE status = 'queued' ORDER BY created, id")
            return [row[0] for row in rows]

    def open_jobs(self) -> int:
        """Return how many jobs wait or run."""
        if not self.exists:
            return 0
        with self._open() as db:
            return int(db.execute(f"SELECT count(*) FROM job WHERE {_OPEN}").fetchone()[0])

    def counts(self) -> dict[str, int]:
        """Return how many jobs there are of each status."""
        if not self.exists:
            return {}
        with self._open() as db:
            return dict(db.execute("SELECT status, count(*) FROM job GROUP BY status").fetchall())

    def cancel(self, job_id: str) -> None:
        """End a job that has not ended; its runner finds that it owns it no more."""
        self._end("cancelled", f"id = ? AND {_OPEN}", (job_id,))

    def claim(self, job_id: str, token: str) -> bool:
        """Make a runner the owner of a job that waits; whether it now is."""
        return self._set(
            "status = 'running', owner = ?, progress = 0, attempts = attempts + 1",
            "id = ? AND status = 'queued'",
            (token, job_id),
        )

    def is_owned(self, job_id: str, token: str, progress: float) -> bool:
        """Note how far a job is; whether the runner still owns it."""
        return self._set(
            "progress = ?", "id = ? AND owner = ? AND status = 'running'",
            (round(progress, 3), job_id, token),
        )  # fmt: skip

    def finish(self, job_id: str, token: str, check_id: str) -> bool:
        """End a job with its result; whether this runner was the one to do so."""
        return self._set(
            "status = 'done', progress = 1, check_id = ?, ended = ?",
            "id = ? AND owner = ? AND status = 'running'",
            (check_id, time.time(), job_id, token),
        )

    def fail(self, job_id: str, token: str, detail: str) -> bool:
        """End a job with a refusal in one line; whether this runner was the one to do so."""
        return self._end(
            "failed", "id = ? AND owner = ? AND status = 'running'", (job_id, token), detail
        )

    def give_back(self, token: str) -> None:
        """Put the jobs of a runner that stops back into the queue."""
        self._set(
            "status = 'queued', owner = NULL, attempts = attempts - 1",
            "owner = ? AND status = 'running'", (token,),
        )  # fmt: skip

    def give_back_dead(self, token: str) -> None:
        """Put the jobs of all other runners back, or end those that ended too many of them.

        To be called by the one that holds the lease.
        """
        others = "status = 'running' AND owner <> ?"
        detail = f"the process that checked it has ended {MOST_ATTEMPTS} times; submit fewer sites"
        self._end("failed", f"{others} AND attempts >= {MOST_ATTEMPTS}", (token,), detail)
        self._set("status = 'queued', owner = NULL", others, (token,))

    def give_back_crashed(self, job_id: str, token: str) -> None:
        """Put back a job whose own process has ended, or end it where that was once too often."""
        own = "status = 'running' AND id = ? AND owner = ?"
        detail = f"the process that checked it has ended {MOST_ATTEMPTS} times; submit fewer sites"
        self._end("failed", f"{own} AND attempts >= {MOST_ATTEMPTS}", (job_id, token), detail)
        self._set("status = 'queued', owner = NULL", own, (job_id, token))

    def take_lease(self, token: str, pid: int) -> bool:
        """Make a process the one runner, if there is none that lives; whether it now is."""
        now = time.time()
        with self._change() as db:
            row = db.execute("SELECT token, pid, started, alive_until FROM runner").fetchone()
            if row and row[0] != token and row[3] > now and is_running(row[1], row[2]):
                return False
            db.execute(
                "INSERT OR REPLACE INTO runner VALUES (1, ?, ?, ?, ?)",
                (token, pid, started_at(pid), now + LEASE_S),
            )
            return True

    def keep_lease(self, token: str) -> bool:
        """Say that the runner lives; whether it still is the one."""
        until = time.time() + LEASE_S
        with self._change() as db:
            done = db.execute("UPDATE runner SET alive_until = ? WHERE token = ?", (until, token))
            return done.rowcount == 1

    def drop_lease(self, token: str) -> None:
        """Let another process be the runner."""
        with self._change() as db:
            db.execute("DELETE FROM runner WHERE token = ?", (token,))

    def drop_ended(self, before: float) -> list[str]:
        """Forget the jobs that ended before a time; return their ids."""
        with self._change() as db:
            rows = db.execute("DELETE FROM job WHERE ended < ? RETURNING id", (before,)).fetchall()
        return [row[0] for row in rows]

    def ids(self) -> set[str]:
        """Return the ids of all jobs."""
        with self._open() as db:
            return {row[0] for row in db.execute("SELECT id FROM job")}

    def _end(
        self, status: str, where: str, values: tuple[str, ...], detail: str | None = None
    ) -> bool:
        return self._set(
            "status = ?, detail = ?, ended = ?", where, (status, detail, time.time(), *values)
        )

    def _set(self, what: str, where: str, values: tuple[object, ...]) -> bool:
        with self._change() as db:
            return db.execute(f"UPDATE job SET {what} WHERE {where}", values).rowcount > 0

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        with closing(sqlite3.connect(self.path, timeout=_WAIT_S, isolation_level=None)) as db:
            if not self._is_made:
                db.executescript(_TABLES)
                self._is_made = True
            yield db

    @contextmanager
    def _change(self) -> Iterator[sqlite3.Connection]:
        """Yield a connection that writes all of what is done, or nothing."""
        with self._open() as db:
            db.execute("BEGIN IMMEDIATE")
            yield db
            db.execute("COMMIT")
