"""Safe reading of zip archives: limits on path, entries, ratio and size; names in Chinese."""

from __future__ import annotations

import lzma
import stat
import struct
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from geo_toolkit.errors import BoundaryError

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["READ_ERRORS", "Entry", "extract", "list_entries"]

MAX_ENTRIES = 1000
MAX_TOTAL_BYTES = 400_000_000
MAX_RATIO = 200
_RATIO_FROM_BYTES = 5_000_000
_CHUNK = 1 << 20
READ_ERRORS = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    EOFError,
    IndexError,
    NotImplementedError,
    OSError,
    RuntimeError,
    ValueError,
)
"""What Python's zip reader raises on damaged archives."""
_UTF8_NAME = 0x800
_ENCRYPTED = 0x1


@dataclass(frozen=True)
class Entry:
    """One file in an archive: its name as a person wrote it, and its record."""

    name: str
    info: zipfile.ZipInfo

    @property
    def suffix(self) -> str:
        """The suffix in lower case, with its dot."""
        return PurePosixPath(self.name).suffix.lower()

    @property
    def stem(self) -> str:
        """The name with its folders and without its suffix."""
        return str(PurePosixPath(self.name).with_suffix(""))


def list_entries(path: Path, *, limit_bytes: int = MAX_TOTAL_BYTES) -> list[Entry]:
    """Return the files in a zip archive, after all of it has been found harmless.

    Folders and what operating systems add (``__MACOSX``, ``.DS_Store``) are left out.

    Parameters
    ----------
    limit_bytes
        The most that it may unpack to.

    Raises
    ------
    BoundaryError
        If an entry leads outside the archive, is a link, or is encrypted, if two entries share a
        name, if the archive is damaged, or if it would unpack to more than the limits.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            infos = archive.infolist()
    except READ_ERRORS:
        raise _damaged(path.name, "") from None
    if len(infos) > MAX_ENTRIES:
        raise BoundaryError(
            path.name, "", f"at most {MAX_ENTRIES} entries", f"{len(infos)}",
            "send only the parts of the boundary",
        )  # fmt: skip
    entries = [Entry(_name_of(info), info) for info in infos]
    for entry in entries:
        _check(entry, path.name)
    _check_sizes(infos, path.name, limit_bytes)
    kept = [e for e in entries if not e.info.is_dir() and not _is_clutter(e.name)]
    seen: set[str] = set()
    for entry in kept:
        if entry.name.lower() in seen:
            raise BoundaryError(
                path.name, entry.name, "one entry of that name", "two", "pack the file again"
            )
        seen.add(entry.name.lower())
    return kept


def extract(
    path: Path, targets: Mapping[Path, Entry], *, limit_bytes: int = MAX_TOTAL_BYTES
) -> None:
    """Write entries of an archive to the paths given, which are the caller's own.

    Parameters
    ----------
    limit_bytes
        The most that they may unpack to.

    Raises
    ------
    BoundaryError
        If an entry is damaged or longer than it says.
    """
    total = 0
    with zipfile.ZipFile(path) as archive:
        for target, entry in targets.items():
            try:
                with archive.open(entry.info) as source, target.open("wb") as sink:
                    while chunk := source.read(_CHUNK):
                        total += len(chunk)
                        if total > limit_bytes:
                            raise _too_large(path.name, limit_bytes)
                        sink.write(chunk)
            except BoundaryError:
                raise
            except READ_ERRORS:
                raise _damaged(path.name, entry.name) from None


def _name_of(info: zipfile.ZipInfo) -> str:
    """Return an entry's name; old tools write GBK or UTF-8 without saying so."""
    name = info.filename
    if not info.flag_bits & _UTF8_NAME:
        try:
            raw = name.encode("cp437")
        except UnicodeEncodeError:
            return name.replace("\\", "/")
        for encoding in ("utf-8", "gb18030"):
            try:
                name = raw.decode(encoding)
            except UnicodeDecodeError:
                continue
            break
    return name.replace("\\", "/")


def _check(entry: Entry, file: str) -> None:
    """Refuse an entry that could reach outside, or cannot be read."""
    parts = PurePosixPath(entry.name).parts
    if entry.name.startswith("/") or ".." in parts or ":" in entry.name or "\0" in entry.name:
        raise BoundaryError(
            file, "", "entries inside the archive", f"the path {entry.name!r}",
            "pack the files again without folders above them",
        )  # fmt: skip
    if stat.S_ISLNK(entry.info.external_attr >> 16):
        raise BoundaryError(file, entry.name, "a file", "a symbolic link", "pack the file itself")
    if entry.info.flag_bits & _ENCRYPTED:
        raise BoundaryError(
            file, entry.name, "an archive without password", "an encrypted entry",
            "pack the files again without password",
        )  # fmt: skip


def _check_sizes(infos: list[zipfile.ZipInfo], file: str, limit_bytes: int) -> None:
    """Refuse an archive that says it would unpack to too much."""
    total = sum(info.file_size for info in infos)
    packed = sum(info.compress_size for info in infos)
    if total > limit_bytes:
        raise _too_large(file, limit_bytes)
    if total > _RATIO_FROM_BYTES and total > MAX_RATIO * max(packed, 1):
        raise BoundaryError(
            file, "", f"a compression of at most {MAX_RATIO} to 1",
            f"{total / max(packed, 1):.0f} to 1", "send the files unpacked or packed again",
        )  # fmt: skip


def _is_clutter(name: str) -> bool:
    parts = PurePosixPath(name).parts
    return "__MACOSX" in parts or parts[-1] == ".DS_Store" or parts[-1].startswith("._")


def _too_large(file: str, limit_bytes: int) -> BoundaryError:
    limit = f"{limit_bytes // 1_000_000} MB"
    return BoundaryError(
        file, "", f"at most {limit} unpacked", "more", "send only the parts of the boundary"
    )


def _damaged(file: str, place: str) -> BoundaryError:
    return BoundaryError(
        file, place, "a whole zip archive", "a damaged or cut one", "pack or send it again"
    )
