"""The queue of jobs, kept by huey in SQLite: ids, first in, first out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from huey import SqliteHuey  # type: ignore[import-untyped] # it ships no types

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

__all__ = ["Queue"]


class Queue:
    """Ids of jobs that wait; the table says what they are.

    An id may be lost with a process that dies just then, or be in it twice: whoever takes one
    claims the job in the table, and ``fill`` puts in again what is missing.
    """

    def __init__(self, state: Path) -> None:
        self._huey = SqliteHuey(
            "checks", filename=str(state / "queue.sqlite"), results=False, strict_fifo=True
        )
        self._task = self._huey.task(name="check")(_check)

    def put(self, job_id: str) -> None:
        """Add a job at the end."""
        self._huey.enqueue(self._task.s(job_id))

    def take(self) -> str | None:
        """Return the first job, None where none waits."""
        task = self._huey.dequeue()
        return None if task is None else str(task.args[0])

    def fill(self, waiting: Iterable[str]) -> None:
        """Add the jobs that wait and are not in the queue."""
        there = {str(task.args[0]) for task in self._huey.pending()}
        for job_id in waiting:
            if job_id not in there:
                self.put(job_id)

    def close(self) -> None:
        """Close the file."""
        self._huey.storage.close()


def _check(job_id: str) -> str:
    """Return the job; the runner does the work, for a process of its own has to be watched."""
    return job_id
