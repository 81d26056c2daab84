"""What the operating system says of processes."""

from __future__ import annotations

import psutil  # type: ignore[import-untyped] # it ships no types

__all__ = ["address_space_bytes", "is_running", "memory_bytes", "started_at"]

_CLOCK_S = 2.0  # the same start is told differently after the clock was set


def address_space_bytes() -> int:
    """Return how much address space this process has."""
    return int(psutil.Process().memory_info().vms)


def memory_bytes(pid: int) -> int:
    """Return how much memory a process has; 0 where it has ended."""
    try:
        return int(psutil.Process(pid).memory_info().rss)
    except psutil.Error:
        return 0


def started_at(pid: int) -> float | None:
    """Return when a process was started, None where there is none of that number.

    Number and time together name one process, since numbers are used again.
    """
    try:
        process = psutil.Process(pid)
        return None if process.status() == psutil.STATUS_ZOMBIE else float(process.create_time())
    except psutil.Error:
        return None


def is_running(pid: int, started: float | None) -> bool:
    """Whether a process still runs, and is the one that was started then."""
    now = started_at(pid)
    return now is not None and (started is None or abs(now - started) <= _CLOCK_S)
