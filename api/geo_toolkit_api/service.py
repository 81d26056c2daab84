"""What the routes share: the workspace, used by one thread at a time, the reader, the jobs."""

from __future__ import annotations

import logging
import threading
from collections import OrderedDict
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import gettempdir
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import anyio
import anyio.to_thread
from fastapi import Depends, Request

from geo_toolkit.workspace import Workspace
from geo_toolkit_api.checking import keep_records_in
from geo_toolkit_api.jobs.files import drop_old
from geo_toolkit_api.jobs.folder import has_jobs, usable_state
from geo_toolkit_api.jobs.jobs import Jobs
from geo_toolkit_api.parsing.reader import shared_reader
from geo_toolkit_api.uploads import UPLOADS, make_folder, remove_folder

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from fastapi import FastAPI

    from geo_toolkit.boundary import Inspection
    from geo_toolkit_api.parsing.reader import Submission, Submitted
    from geo_toolkit_api.settings import Settings

__all__ = ["Results", "Service", "ServiceDep", "lifespan"]

_log = logging.getLogger(__name__)
T = TypeVar("T")
Json = dict[str, Any]  # JSON: values of every type


class Results:
    """The latest check results of this process, the oldest dropped first.

    A recorded check is in the workspace; this answers for one that records nothing.
    """

    def __init__(self, kept: int) -> None:
        self._kept = kept
        self._documents: OrderedDict[str, Json] = OrderedDict()

    def put(self, check_id: str, document: Json) -> None:
        """Keep a result under its id."""
        self._documents.pop(check_id, None)
        self._documents[check_id] = document
        while len(self._documents) > self._kept:
            self._documents.popitem(last=False)

    def get(self, check_id: str) -> Json | None:
        """Return a result, or None where it is not kept."""
        return self._documents.get(check_id)


@dataclass
class Service:
    """One workspace behind HTTP.

    Everything that touches the workspace goes through ``run``: one thread at a time, so no part
    of the library has to be safe under threads, and requests that wait hold no thread. Submitted
    files are read by ``read``, in another process and so beside it.
    """

    workspace: Workspace
    settings: Settings
    results: Results
    pages: dict[tuple[object, ...], str] = field(default_factory=dict)
    _jobs: Jobs | None = None
    _making: threading.Lock = field(default_factory=threading.Lock)
    _turn: anyio.CapacityLimiter = field(default_factory=lambda: anyio.CapacityLimiter(1))
    _reading: anyio.CapacityLimiter = field(default_factory=lambda: anyio.CapacityLimiter(1))

    _writing: anyio.CapacityLimiter = field(default_factory=lambda: anyio.CapacityLimiter(4))

    def language(self, asked: str | None) -> str:
        """Return the language of an answer: as asked, as set, or the workspace's own."""
        return asked or self.settings.lang or self.workspace.settings.language

    async def run(self, work: Callable[[], T]) -> T:
        """Return what a piece of blocking work returns."""
        return await anyio.to_thread.run_sync(work, limiter=self._turn)

    async def write(self, work: Callable[[], T]) -> T:
        """Return what a piece of work returns that waits for the disk, beside what is run."""
        return await anyio.to_thread.run_sync(work, limiter=self._writing)

    @asynccontextmanager
    async def upload_folder(self) -> AsyncIterator[Path]:
        """Yield a new folder for what is uploaded, removed before the block is left."""
        folder = await self.write(make_folder)
        try:
            yield folder
        finally:
            with anyio.CancelScope(shield=True):  # also where the client has gone
                await self.write(lambda: remove_folder(folder))

    async def read(self, submission: Callable[[], Submission]) -> Submitted:
        """Return what the limited process reads of a submission, whose files are stored first.

        Raises
        ------
        GeoToolkitError
            As ``read_sites`` does.
        """

        def work() -> Submitted:
            reader = shared_reader(self.settings.parse_mb)
            return reader.read(submission(), timeout_s=self.settings.parse_s)

        return await anyio.to_thread.run_sync(work, limiter=self._reading)

    async def inspect(self, submission: Callable[[], Submission]) -> Inspection:
        """Return what the limited process finds wrong with a file, which is stored first.

        Raises
        ------
        GeoToolkitError
            As ``inspect_file`` does, or where reading it needs more than it may.
        """

        def work() -> Inspection:
            reader = shared_reader(self.settings.parse_mb)
            return reader.inspection(submission(), timeout_s=self.settings.parse_s)

        return await anyio.to_thread.run_sync(work, limiter=self._reading)

    @property
    def jobs(self) -> Jobs:
        """The jobs of this workspace; their folder is made where it is missing."""
        with self._making:
            if self._jobs is None:
                state = usable_state(self.settings, self.workspace.root)
                self._jobs = Jobs(
                    self.workspace.root,
                    state,
                    is_elsewhere=not self.workspace.is_writable,
                    job_s=self.settings.job_s,
                    kept_days=self.settings.kept_days,
                )
            return self._jobs

    def start(self) -> None:
        """Get ready: the process that reads files, and whoever runs jobs that wait."""
        shared_reader(self.settings.parse_mb).start()
        drop_old(Path(gettempdir()), f"{UPLOADS}*")
        if isinstance(self.workspace, Workspace) and not self.workspace.is_writable:
            state = usable_state(self.settings, self.workspace.root)
            _log.warning("the workspace cannot be written to; checks are recorded in %s", state)
            keep_records_in(self.workspace, state)
        if has_jobs(self.settings, self.workspace.root):
            self.jobs.watch()

    def close(self) -> None:
        """End what was started for jobs; one that runs is put back."""
        if self._jobs is not None:
            self._jobs.close()
            self._jobs = None


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Start and close the service of an application with it."""
    service: Service = app.state.service
    await anyio.to_thread.run_sync(service.start)
    try:
        yield
    finally:
        await anyio.to_thread.run_sync(service.close)


async def _of(request: Request) -> Service:  # not async, it would take a thread
    service: Service = request.app.state.service
    return service


ServiceDep = Annotated[Service, Depends(_of)]
