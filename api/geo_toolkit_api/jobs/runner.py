"""The process that runs the jobs: takes them in turn, watches the one that checks, notes the end.

There is one for a state folder, whoever started it: it holds the lease of the table, and ends as
soon as it does not, or its starter ends.
"""

from __future__ import annotations

import json
import logging
import os
import queue
import sys
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, cast

from geo_toolkit_api.jobs.files import JobFiles, drop_old
from geo_toolkit_api.jobs.queue import Queue
from geo_toolkit_api.jobs.table import Table
from geo_toolkit_api.parsing.messages import from_bytes, receive, send, to_bytes
from geo_toolkit_api.parsing.process import start

__all__ = ["Runner", "Task", "main"]

_log = logging.getLogger("geo_toolkit_api.jobs")
_LOOK_S = 0.2
_REST_S = 0.1
_BEAT_S = 1.0
_TIDY_S = 3600.0
_IDLE_S = 600.0
_OWN_FAULT = "an unexpected error; the log has it under {job_id}"
_SLOW = "the check took longer than {job_s:g} s; submit fewer sites"


@dataclass(frozen=True)
class Task:
    """What a runner is started with.

    Attributes
    ----------
    token
        Under which it holds the lease.
    is_elsewhere
        Whether records are kept in the state folder instead of the workspace.
    job_s
        Most seconds for one job.
    kept_days
        How long ended jobs are kept.
    """

    root: str
    state: str
    token: str
    is_elsewhere: bool
    job_s: float
    kept_days: float


def main() -> None:
    """Run jobs until standard input ends."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    runner = Runner(Task(**json.loads(sys.argv[1])))
    threading.Thread(target=runner.stop_at_end_of, args=(sys.stdin.buffer,), daemon=True).start()
    os.dup2(2, 1)
    runner.run()


class _Checker:
    """The process that checks, and what it says."""

    def __init__(self, task: Task) -> None:
        where = "elsewhere" if task.is_elsewhere else "there"
        module = "geo_toolkit_api.jobs.worker"
        self._process = start(module, [task.root, task.state, where])
        self._said: queue.Queue[dict[str, Any] | None] = queue.Queue()
        threading.Thread(target=self._listen, daemon=True).start()

    def ask(self, job_id: str) -> None:
        with suppress(OSError):  # if it has ended, `listen` tells so
            send(cast("BinaryIO", self._process.stdin), to_bytes(job_id))

    def listen(self, timeout_s: float) -> dict[str, Any] | None:
        """Return the last of what it said, nothing where it said nothing, None if it has ended."""
        said: dict[str, Any] | None = {}
        with suppress(queue.Empty):
            said = self._said.get(timeout=timeout_s)
            while said is not None and "progress" in said:
                said = self._said.get_nowait()
        return said

    def end(self) -> None:
        with suppress(OSError):
            self._process.kill()
        self._process.wait()

    def _listen(self) -> None:
        with suppress(EOFError, OSError):
            while True:
                self._said.put(from_bytes(receive(cast("BinaryIO", self._process.stdout))))
        self._said.put(None)


class Runner:
    """Runs the jobs of one state folder, one after another."""

    def __init__(self, task: Task) -> None:
        self._task, self._token = task, task.token
        state = Path(task.state)
        self._table, self._queue, self._files = Table(state), Queue(state), JobFiles(state)
        self._checker: _Checker | None = None
        self._stop = threading.Event()
        self._beaten = self._tidied = -_TIDY_S
        self._worked = time.monotonic()

    def stop_at_end_of(self, stream: BinaryIO) -> None:
        """Stop when a stream ends: the starter has ended, or wants it."""
        with suppress(OSError):
            stream.read()
        self._stop.set()

    def run(self) -> None:
        """Run jobs until it is to stop, or another runner has taken over."""
        if not self._table.take_lease(self._token, os.getpid()):
            return
        self._table.give_back_dead(self._token)
        try:
            while not self._stop.is_set() and self._lives():
                job_id = self._queue.take()
                if job_id is None:
                    self._rest()
                elif self._table.claim(job_id, self._token):
                    self._run(job_id)
        finally:
            self._end_checker()
            self._table.give_back(self._token)
            self._table.drop_lease(self._token)

    def _lives(self) -> bool:
        """Say so from time to time, and tidy up; whether this still is the one runner."""
        now = time.monotonic()
        if now - self._beaten < _BEAT_S:
            return True
        self._beaten = now
        if not self._table.keep_lease(self._token):
            self._stop.set()
            return False
        self._table.give_back_dead(self._token)
        self._queue.fill(self._table.queued())
        if now - self._tidied >= _TIDY_S:
            self._tidied = now
            self._tidy()
        return True

    def _rest(self) -> None:
        self._stop.wait(_REST_S)
        if self._checker is not None and time.monotonic() - self._worked > _IDLE_S:
            self._end_checker()

    def _run(self, job_id: str) -> None:
        """See one job to its end, its cancelling, or the end of this runner."""
        if self._checker is None:
            self._checker = _Checker(self._task)
        self._checker.ask(job_id)
        deadline, progress = time.monotonic() + self._task.job_s, 0.0
        while not self._stop.is_set() and self._lives():
            said = self._checker.listen(_LOOK_S)
            if said is None:
                _log.error("%s: the process that checks it has ended", job_id)
                self._end_checker()
                self._table.give_back_crashed(job_id, self._token)
                break
            progress = said.get("progress", progress)
            if said and "progress" not in said:
                self._note(job_id, said)
                break
            if time.monotonic() > deadline:
                self._end_checker()
                slow = _SLOW.format(job_s=self._task.job_s)
                self._table.fail(job_id, self._token, slow)
                break
            if not self._table.is_owned(job_id, self._token, progress):
                self._end_checker()  # cancelled, or another runner's
                break
        self._worked = time.monotonic()
        job = self._table.job(job_id)
        if job is not None and job.ended is not None:
            self._files.drop_uploads(job_id)

    def _note(self, job_id: str, said: dict[str, Any]) -> None:
        if "done" in said:
            self._table.finish(job_id, self._token, said["done"])
        elif "refused" in said:
            self._table.fail(job_id, self._token, said["refused"])
        else:
            _log.error("%s: %s", job_id, said["broken"])
            self._table.fail(job_id, self._token, _OWN_FAULT.format(job_id=job_id))

    def _end_checker(self) -> None:
        if self._checker is not None:
            self._checker.end()
            self._checker = None

    def _tidy(self) -> None:
        for job_id in self._table.drop_ended(time.time() - self._task.kept_days * 86_400):
            self._files.drop(job_id)
        drop_old(self._files.folder, "*", self._table.ids())
        records = "checks" if self._task.is_elsewhere else ".geo_toolkit/checks"
        drop_old(Path(self._task.state if self._task.is_elsewhere else self._task.root) / records)
