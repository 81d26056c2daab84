"""Who asked what: one JSON object a line, in the state folder, never a coordinate or a key.

Every process writes files of its own, ``<day>-<process>-<n>.jsonl``, so that nothing is renamed
while another writes. The oldest files go when they are too old or all of them are too large.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from geo_toolkit_api.state import private_file

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from fastapi import Request

__all__ = ["Asked", "AuditLog", "note", "note_check"]

_log = logging.getLogger(__name__)
_PARTS = 8  # a file holds at most this part of all, so that little goes at once
_DAY_S = 86_400
FOLDER = "audit"


@dataclass
class Asked:
    """What a route adds to the record of its request."""

    check_id: str | None = None
    layers: set[str] = field(default_factory=set)
    upload: str | None = None


def note_check(request: Request, document: dict[str, Any]) -> None:
    """Add a check, and the layers it used that are not public, to the audit record of a request."""
    secret = [layer["id"] for layer in document["layers"] if layer.get("secrecy") != "public"]
    note(request, check_id=document["check_id"], layers=secret)


def note(
    request: Request,
    *,
    check_id: str | None = None,
    layers: Iterable[str] = (),
    upload: str | None = None,
) -> None:
    """Add to the audit record of a request.

    Parameters
    ----------
    check_id
        Check that was made or read.
    layers
        Ids of the layers used whose secrecy is not ``public``.
    upload
        Name under which a file was sent; only a hash of it is kept.
    """
    asked: Asked = request.scope["asked"]
    asked.check_id = check_id or asked.check_id
    asked.layers.update(layers)
    if upload is not None:
        named = upload.encode("utf-8", "surrogateescape")
        asked.upload = hashlib.sha256(named).hexdigest()[:16]


class AuditLog:
    """The audit log of one process.

    Parameters
    ----------
    folder
        The state folder.
    most_bytes
        How large all files of all processes may be together.
    days
        How long a file is kept.

    Attributes
    ----------
    has_failed
        Whether the last record could not be written.
    """

    def __init__(self, folder: Path, *, most_bytes: int, days: int) -> None:
        self.folder = folder / FOLDER
        self.most_bytes = most_bytes
        self.days = days
        self._file: Path | None = None
        self._size = 0
        self.has_failed = False

    def is_ready(self) -> bool:
        """Whether records can be written, as far as is known before the next one."""
        if self._file is not None and not self.has_failed:
            return True
        return self.write({"event": "start"})

    def write(self, record: dict[str, object]) -> bool:
        """Append one record; return whether it was written, and say so in the log if not."""
        now = time.time()
        record = {"time": _iso(now), **record}
        line = (json.dumps(record, ensure_ascii=False, separators=(",", ":")) + "\n").encode()
        try:
            path = self._current(_iso(now)[:10], len(line))
            with path.open("ab", buffering=0) as target:
                target.write(line)
        except OSError as error:
            self._file = None
            if not self.has_failed:
                _log.error("the audit log cannot be written: %s", error)
            self.has_failed = True
            return False
        self.has_failed = False
        self._size += len(line)
        return True

    def _current(self, day: str, more: int) -> Path:
        """Return the file to append to; a new one for a new day, process, or when it is full."""
        start = f"{day}-{os.getpid()}-"
        is_mine = self._file is not None and self._file.name.startswith(start)
        if self._file is None or not is_mine or self._size + more > self.most_bytes // _PARTS:
            number = 0
            while (path := self.folder / f"{start}{number}.jsonl").exists():
                number += 1
            self._prune()
            self._file, self._size = private_file(path), 0
        return self._file

    def _prune(self) -> None:
        """Remove what is too old, then the oldest until a new file has room."""
        if not self.folder.is_dir():
            return
        found = [(path.stat(), path) for path in self.folder.glob("*.jsonl")]
        files = sorted((stat.st_mtime, stat.st_size, path) for stat, path in found)
        total = sum(size for _, size, _ in files)
        oldest_kept = time.time() - self.days * _DAY_S
        room = self.most_bytes - self.most_bytes // _PARTS
        for changed, size, path in files:
            if changed >= oldest_kept and total <= room:
                break
            try:
                path.unlink()
            except OSError:  # on Windows, while another process appends to it
                continue
            total -= size


def _iso(seconds: float) -> str:
    at = datetime.fromtimestamp(seconds, UTC)
    return at.strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03d}Z"
