"""Reading of one submission in the limited process of this process of the service."""

from __future__ import annotations

import atexit
import logging
import sys
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from geo_toolkit.errors import BoundaryError
from geo_toolkit.rules import Declaration
from geo_toolkit_api.parsing.carried import error_of, sites_of
from geo_toolkit_api.parsing.delivered import delivery_of
from geo_toolkit_api.parsing.inspected import inspection_of
from geo_toolkit_api.parsing.messages import from_bytes, to_bytes
from geo_toolkit_api.parsing.process import OutOfTime, Process, ProcessEnded

if TYPE_CHECKING:
    from pathlib import Path

    from geo_toolkit.boundary import Inspection, Sites
    from geo_toolkit.catalogue.delivery import Delivered

__all__ = ["LAND_TAKE", "Reader", "ReadingFailed", "Submission", "Submitted", "shared_reader"]

_log = logging.getLogger(__name__)
_START_S = 120.0
_ONCE_MORE = 2
LAND_TAKE = "land_take"
"""Sub-folder of the land taken."""
Plain = dict[str, Any]  # values that `messages` carries


class ReadingFailed(RuntimeError):
    """The reading process has a fault of its own; the log has the rest."""


@dataclass(frozen=True)
class Submission:
    """The files of one submission in one folder, and the options of ``read_sites``.

    Files are given by their path in the folder, ``options["datum_params"]`` too; the land taken
    lies in the sub-folder ``land_take``.
    """

    folder: Path
    file: str
    options: Plain = field(default_factory=dict)
    land_take: str | None = None
    declare: str | None = None


@dataclass(frozen=True)
class Submitted:
    """What was read of a submission; ``packed`` gives the same again in another process."""

    sites: Sites
    land_take: Sites | None
    declaration: Declaration | None
    packed: bytes

    @classmethod
    def unpacked(cls, packed: bytes, folder: Path) -> Submitted:
        """Return what was packed; ``folder`` holds the files now."""
        return cls.of(from_bytes(packed)["read"], packed, folder)

    @classmethod
    def of(cls, plain: Plain, packed: bytes, folder: Path) -> Submitted:
        """Return what plain values carry, which are ``packed`` too."""
        taken, declared = plain["land_take"], plain["declaration"]
        return cls(
            sites_of(plain["sites"], folder),
            sites_of(taken, folder / LAND_TAKE) if taken else None,
            Declaration.model_validate_json(declared) if declared else None,
            packed,
        )


class Reader:
    """The limited process of this one, started when it is needed and again when it has ended.

    Parameters
    ----------
    memory_mb
        Most MiB that reading one file may take.
    is_watched
        Whether the memory is watched from here; where the system cannot limit it, it always is.
    """

    def __init__(self, memory_mb: int, *, is_watched: bool = sys.platform != "linux") -> None:
        self._memory_mb, self._is_watched = memory_mb, is_watched
        self._process: Process | None = None
        self._turn = threading.Lock()

    def start(self) -> None:
        """Start the process, so that the first file need not wait; it is not waited for."""
        with self._turn:
            self._running()

    def stop(self) -> None:
        """End the process."""
        with self._turn:
            if self._process is not None:
                self._process.end()
                self._process = None

    def read(self, submission: Submission, *, timeout_s: float) -> Submitted:
        """Return what was read of a submission.

        Raises
        ------
        GeoToolkitError
            As ``read_sites`` and ``read_declaration`` do; BoundaryError too where a file takes
            more time or memory than it may.
        ReadingFailed
            If the process has a fault of its own.
        """
        plain, packed = self._asked("read", submission, timeout_s)
        return Submitted.of(plain, packed, submission.folder)

    def inspect(self, submission: Submission, *, timeout_s: float) -> Plain:
        """Return every fault of a file, as ``Inspection.document`` has them."""
        return self.inspection(submission, timeout_s=timeout_s).document()

    def inspection(self, submission: Submission, *, timeout_s: float) -> Inspection:
        """Return what is wrong with a file, and what could be read of it."""
        return inspection_of(self._asked("inspect", submission, timeout_s)[0])

    def deliver(self, submission: Submission, *, timeout_s: float) -> Delivered:
        """Return the one table of a delivery, as ``read_delivery`` reads it."""
        plain, _ = self._asked("deliver", submission, timeout_s)
        return delivery_of(plain, submission.folder)

    def _running(self) -> Process:
        if self._process is None or not self._process.is_alive:
            if self._process is not None:
                self._process.end()
            limit = 0 if self._is_watched else self._memory_mb
            self._process = Process(
                "geo_toolkit_api.parsing.child",
                [str(limit)],
                memory_mb=self._memory_mb,
                is_watched=self._is_watched,
            )
        return self._process

    def _ready(self) -> Process:
        """Return the process, started once more where it had ended in the meantime."""
        for _ in range(_ONCE_MORE):
            process = self._running()
            try:
                process.wait_until_ready(_START_S)
            except ProcessEnded:
                continue
            return process
        raise ReadingFailed("the process that reads files does not start")

    def _asked(self, what: str, submission: Submission, timeout_s: float) -> tuple[Plain, bytes]:
        """Return the answer to a question, as plain values and packed."""
        message = to_bytes(
            {
                "what": what,
                "folder": str(submission.folder),
                "file": submission.file,
                "options": submission.options,
                "land_take": submission.land_take,
                "declare": submission.declare,
            }
        )
        with self._turn:
            process = self._ready()
            try:
                answer = process.ask(message, timeout_s)
                said = from_bytes(answer)
            except OutOfTime as error:
                raise _too_slow(submission.file, timeout_s) from error
            except ProcessEnded as error:
                raise self._too_large(submission.file) from error
            if "too_large" in said:
                process.end()  # what it still holds is not known
                raise self._too_large(submission.file)
        if "refused" in said:
            raise error_of(said["refused"])
        if "failed" in said:
            _log.error("reading %s: %s", submission.file, said["failed"])
            raise ReadingFailed(submission.file)
        return said["read"], answer

    def _too_large(self, file: str) -> BoundaryError:
        limit = f"{self._memory_mb} MiB"
        return BoundaryError(
            file, "", f"a file that is read in {limit}", f"one that needs more than {limit}",
            "split it, or export it again if it is small",
        )  # fmt: skip


def _too_slow(file: str, timeout_s: float) -> BoundaryError:
    return BoundaryError(
        file, "", f"a file that is read in {timeout_s:g} s", "one that takes longer", "split it"
    )


_SHARED: dict[int, Reader] = {}
_SHARING = threading.Lock()


def shared_reader(memory_mb: int) -> Reader:
    """Return the one reader of this process with a limit; its process ends with this one."""
    with _SHARING:
        if memory_mb not in _SHARED:
            _SHARED[memory_mb] = Reader(memory_mb)
            atexit.register(_SHARED[memory_mb].stop)
        return _SHARED[memory_mb]
