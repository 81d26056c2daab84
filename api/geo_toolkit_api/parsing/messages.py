"""What two processes of the service say to each other: a length, then plain values.

The values are pickled for speed, and unpickled without trust: besides numbers, texts, lists and
dicts only the sentences of the readers can come out, so a process that a file has taken over
cannot make the other one run anything.
"""

from __future__ import annotations

import io
import pickle
import struct
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from typing import BinaryIO

__all__ = ["from_bytes", "receive", "send", "to_bytes"]

_LENGTH = struct.Struct(">Q")
_KNOWN = {("geo_toolkit.boundary.words", "_again")}


class _Plain(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> object:
        if (module, name) in _KNOWN:
            return super().find_class(module, name)
        raise pickle.UnpicklingError(f"{module}.{name} is no plain value")


def to_bytes(value: object) -> bytes:
    """Return plain values as bytes."""
    return pickle.dumps(value, protocol=5)


def from_bytes(content: bytes) -> Any:  # noqa: ANN401 (plain values of every type)
    """Return the plain values in bytes.

    Raises
    ------
    pickle.UnpicklingError
        If anything else is in them.

    Examples
    --------
    >>> from_bytes(to_bytes({"a": [1, "二"]}))
    {'a': [1, '二']}
    """
    return _Plain(io.BytesIO(content)).load()


def send(stream: BinaryIO, content: bytes) -> None:
    """Write one message."""
    stream.write(_LENGTH.pack(len(content)))
    stream.write(content)
    stream.flush()


def receive(stream: BinaryIO) -> bytes:
    """Return the next message.

    Raises
    ------
    EOFError
        If the other process has ended.
    """
    head = _exactly(stream, _LENGTH.size)
    return _exactly(stream, _LENGTH.unpack(head)[0])


def _exactly(stream: BinaryIO, size: int) -> bytes:
    content = stream.read(size)
    if len(content) < size:
        raise EOFError
    return content
