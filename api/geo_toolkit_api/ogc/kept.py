"""Encoded answers kept in memory, the longest unused dropped first, within a number of bytes."""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

__all__ = ["Kept"]

V = TypeVar("V")


class Kept(Generic[V]):
    """Values by key, within a limit of bytes; safe under threads.

    Examples
    --------
    >>> kept = Kept[bytes](10)
    >>> for name in ("a", "b", "c"):
    ...     _ = kept.get(name, lambda: b"1234", len)
    >>> "a" in kept, "c" in kept, kept.used_bytes
    (False, True, 8)
    """

    def __init__(self, limit_bytes: int) -> None:
        self.limit_bytes = limit_bytes
        self.used_bytes = 0
        self._values: OrderedDict[Hashable, tuple[V, int]] = OrderedDict()
        self._lock = threading.Lock()

    def __contains__(self, key: Hashable) -> bool:
        """Whether there is a value of that key."""
        return key in self._values

    def get(self, key: Hashable, make: Callable[[], V], size: Callable[[V], int]) -> V:
        """Return the value of a key, made and kept if it is not there.

        Parameters
        ----------
        size
            How many bytes a value takes; one over the limit is returned and not kept.
        """
        with self._lock:
            found = self._values.get(key)
            if found is not None:
                self._values.move_to_end(key)
                return found[0]
        value = make()
        self._put(key, value, size(value))
        return value

    def _put(self, key: Hashable, value: V, size: int) -> None:
        with self._lock:
            if size > self.limit_bytes or key in self._values:
                return
            self._values[key] = (value, size)
            self.used_bytes += size
            while self.used_bytes > self.limit_bytes:
                _, (_, dropped) = self._values.popitem(last=False)
                self.used_bytes -= dropped
