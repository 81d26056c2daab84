"""Jobs as the routes see them: accept, look at, cancel; and the runner, started and watched."""

from __future__ import annotations

import json
import logging
import os
import re
import threading
import time
from contextlib import suppress
from dataclasses import asdict
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from geo_toolkit_api.jobs.files import JobFiles
from geo_toolkit_api.jobs.queue import Queue
from geo_toolkit_api.jobs.runner import Task
from geo_toolkit_api.jobs.table import Table
from geo_toolkit_api.parsing.process import start

if TYPE_CHECKING:
    import subprocess
    from pathlib import Path

    from geo_toolkit_api.checking import Question
    from geo_toolkit_api.jobs.table import Job
    from geo_toolkit_api.parsing.reader import Submitted

__all__ = ["MOST_OPEN", "Jobs", "is_job_id"]

_log = logging.getLogger(__name__)
MOST_OPEN = 1000
"""Jobs that may wait or run at one time."""
_JOB = re.compile(r"job-[0-9a-f]{32}")
_LOOK_S = 1.0
_END_S = 15.0


def is_job_id(check_id: str) -> bool:
    """Whether an id is that of a job, not that of a recorded check."""
    return _JOB.fullmatch(check_id) is not None


class Jobs:
    """The jobs of one state folder, seen from one process of the service.

    Parameters
    ----------
    root, state
        Folder of the workspace, and the state folder, which can be written to.
    is_elsewhere
        Whether records are kept in the state folder.
    job_s, kept_days
        As in the settings.
    """

    def __init__(
        self, root: Path, state: Path, *, is_elsewhere: bool, job_s: float, kept_days: float
    ) -> None:
        self.table, self.files = Table(state), JobFiles(state)
        self._state = state
        self._task = Task(str(root), str(state), "", is_elsewhere, job_s, kept_days)
        self._queue: Queue | None = None
        self._runner: subprocess.Popen[bytes] | None = None
        self._watcher: threading.Thread | None = None
        self._wake, self._stop = threading.Event(), threading.Event()

    def add(self, question: Question, submitted: Submitted, uploads: Path) -> Job:
        """Accept a job; it is kept before this returns."""
        job_id = f"job-{uuid4().hex}"
        self.files.put(job_id, question.plain(), submitted.packed, uploads)
        self.table.add(job_id, question.caller, question.audience)
        if self._queue is None:
            self._queue = Queue(self._state)
        self._queue.put(job_id)
        self.watch()
        job = self.table.job(job_id)
        if job is None:
            raise RuntimeError(f"{job_id} is gone already")
        return job

    def job(self, job_id: str) -> Job | None:
        """Return a job, None where there is none of that id."""
        return self.table.job(job_id)

    def cancel(self, job_id: str) -> Job | None:
        """End a job that has not ended, and return it as it is then."""
        self.table.cancel(job_id)
        job = self.table.job(job_id)
        if job is not None and job.status == "cancelled":
            self.files.drop_uploads(job_id)
        return job

    def result(self, job_id: str) -> dict[str, Any] | None:
        """Return the document of a job that is done."""
        return self.files.result(job_id)

    def watch(self) -> None:
        """See to it that somebody runs the jobs: soon, and from now on."""
        if self._watcher is None:
            self._watcher = threading.Thread(target=self._watch, daemon=True, name="jobs")
            self._watcher.start()
        self._wake.set()

    def close(self) -> None:
        """Stop; a runner of this process puts its job back and ends."""
        self._stop.set()
        self._wake.set()
        if self._watcher is not None:
            self._watcher.join()
        if self._runner is not None:
            self._end(self._runner)
        if self._queue is not None:
            self._queue.close()

    @property
    def runner_pid(self) -> int | None:
        """Number of the runner that this process has started and that still runs."""
        runner = self._runner
        return runner.pid if runner is not None and runner.poll() is None else None

    def _watch(self) -> None:
        while not self._stop.is_set():
            try:
                self._look()
            except Exception:  # the disk may be full or locked for a while: look again
                _log.exception("the runner of jobs could not be seen to")
            self._wake.wait(_LOOK_S)
            self._wake.clear()

    def _look(self) -> None:
        """Start the runner where there is work and none lives."""
        if self._runner is not None and self._runner.poll() is None:
            return
        if not self.table.exists or not self.table.open_jobs():
            return
        token = uuid4().hex
        if not self.table.take_lease(token, os.getpid()):
            return
        if self._runner is not None:
            _log.warning("the runner of jobs has ended; it is started again")
            self._end(self._runner)
        task = asdict(self._task) | {"token": token}
        self._runner = start("geo_toolkit_api.jobs.runner", [json.dumps(task)])

    def _end(self, runner: subprocess.Popen[bytes]) -> None:
        """Ask a runner to end, and make it if it does not."""
        for stream in (runner.stdin, runner.stdout):
            if stream is not None:
                with suppress(OSError):
                    stream.close()
        deadline = time.monotonic() + _END_S
        while runner.poll() is None and time.monotonic() < deadline:
            time.sleep(0.02)
        if runner.poll() is None:
            runner.kill()
        runner.wait()
