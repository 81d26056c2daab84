"""How far a check has come: steps that are done, of all."""

from __future__ import annotations

from collections.abc import Callable

__all__ = ["Progress", "Steps", "no_progress"]

Progress = Callable[[float], None]
"""Told the share of the work that is done, from 0 to 1, after each step."""


def no_progress(share: float) -> None:
    """Do nothing."""


class Steps:
    """Counts steps, and tells the share that is done.

    Examples
    --------
    >>> told = []
    >>> steps = Steps(4, told.append)
    >>> steps.done()
    >>> steps.done(2)
    >>> told
    [0.25, 0.75]
    """

    def __init__(self, total: int, progress: Progress = no_progress) -> None:
        self._total, self._done, self._progress = total, 0, progress

    def done(self, steps: int = 1) -> None:
        """Count steps as done."""
        self._done = min(self._total, self._done + steps)
        self._progress(self._done / self._total)
