"""A submitted file as bytes, hashed as submitted."""

from __future__ import annotations

from hashlib import file_digest
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["file_sha256", "is_plain"]


def file_sha256(path: Path) -> str:
    """Return the SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as stream:
        return file_digest(stream, "sha256").hexdigest()


def is_plain(path: Path) -> bool:
    """Whether a part that the user did not name is a file of its own, and no link to another."""
    return path.is_file() and not path.is_symlink()
