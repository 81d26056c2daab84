"""A process of the service that answers messages, is kept, and is ended when it goes too far."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, cast

from geo_toolkit_api.parsing.messages import receive, send
from geo_toolkit_api.parsing.system import memory_bytes

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import TracebackType

__all__ = ["MemoryExceeded", "OutOfTime", "Process", "ProcessEnded", "start"]

_MIB = 1024**2
_LOOK_S = 0.02
_END_S = 5.0
_PACKAGE = Path(__file__).parents[1]
# The package's own __init__ loads the whole service; a process of it loads only its part.
_PROGRAM = """
import sys, types
package = types.ModuleType("geo_toolkit_api")
package.__path__ = [{folder!r}]
sys.modules["geo_toolkit_api"] = package
from {module} import main
main()
"""
_ONE_THREAD = dict.fromkeys(
    ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "ARROW_NUM_THREADS"), "1"
)


class ProcessEnded(Exception):
    """The process has ended in the middle of its work."""


class OutOfTime(ProcessEnded):
    """The process was ended since it took too long."""


class MemoryExceeded(ProcessEnded):
    """The process was ended since it took too much memory."""


def start(module: str, arguments: Sequence[str]) -> subprocess.Popen[bytes]:
    """Start a module's ``main`` in a process of its own, its standard streams being pipes.

    It ends by itself when its standard input does, and so when this process does.
    """
    program = _PROGRAM.format(folder=str(_PACKAGE), module=module)
    return subprocess.Popen(
        [sys.executable, "-c", program, *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, **_ONE_THREAD},
        start_new_session=os.name == "posix",  # Ctrl-C in a terminal is for the service alone
        creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0)
        | getattr(subprocess, "CREATE_NO_WINDOW", 0),
    )


class Process:
    """One such process that answers every message by one.

    Parameters
    ----------
    module
        Its ``main`` sends one message when it is ready, and then one for each that comes.
    memory_mb
        Most MiB above what it has when it is ready; watched from here where ``is_watched``.
    """

    def __init__(
        self, module: str, arguments: Sequence[str], *, memory_mb: int, is_watched: bool
    ) -> None:
        self._process = start(module, arguments)
        self._most_bytes = memory_mb * _MIB if is_watched else 0
        self._idle_bytes = 0
        self._is_ready = False

    @property
    def pid(self) -> int:
        """Its number."""
        return self._process.pid

    @property
    def is_alive(self) -> bool:
        """Whether it still runs."""
        return self._process.poll() is None

    def wait_until_ready(self, timeout_s: float) -> None:
        """Return when it can be asked.

        Raises
        ------
        ProcessEnded
            If it ends instead, or takes too long.
        """
        if self._is_ready:
            return
        with _Watch(self, timeout_s, 0):
            self._receive()
        self._is_ready = True
        if self._most_bytes:
            self._idle_bytes = memory_bytes(self.pid)

    def ask(self, message: bytes, timeout_s: float) -> bytes:
        """Return its answer to a message.

        Raises
        ------
        OutOfTime, MemoryExceeded, ProcessEnded
            If it ends before it answers; it is of no more use then.
        """
        with _Watch(self, timeout_s, self._most_bytes and self._most_bytes + self._idle_bytes) as w:
            try:
                send(cast("BinaryIO", self._process.stdin), message)
                return self._receive()
            except (OSError, ProcessEnded) as error:
                self.end()
                raise (w.reason or ProcessEnded)() from error

    def end(self) -> None:
        """End it, whatever it does."""
        with suppress(OSError):
            self._process.kill()
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(_END_S)
        for stream in (self._process.stdin, self._process.stdout):
            with suppress(OSError):
                cast("BinaryIO", stream).close()

    def kill(self) -> None:
        """Make it end; whoever waits for its answer is told."""
        with suppress(OSError):
            self._process.kill()

    def _receive(self) -> bytes:
        try:
            return receive(cast("BinaryIO", self._process.stdout))
        except EOFError as error:
            raise ProcessEnded from error


class _Watch:
    """Kill a process that takes too long or too much, as long as the block lasts."""

    def __init__(self, process: Process, timeout_s: float, most_bytes: int) -> None:
        self.reason: type[ProcessEnded] | None = None
        self._process, self._most_bytes = process, most_bytes
        self._timeout_s = timeout_s
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> _Watch:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._done.set()
        self._thread.join()

    def _look(self) -> None:
        deadline = time.monotonic() + self._timeout_s
        step_s = _LOOK_S if self._most_bytes else self._timeout_s
        while not self._done.wait(min(step_s, max(0.0, deadline - time.monotonic()))):
            if self._most_bytes and memory_bytes(self._process.pid) > self._most_bytes:
                self.reason = MemoryExceeded
            elif time.monotonic() >= deadline:
                self.reason = OutOfTime
            if self.reason is not None:
                self._process.kill()
                return
