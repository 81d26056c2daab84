"""Uploaded files: a safe name, a folder of their own, nothing left behind."""

from __future__ import annotations

import shutil
import unicodedata
from contextlib import contextmanager
from pathlib import Path, PurePath
from tempfile import mkdtemp
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

__all__ = [
    "UPLOADS",
    "make_folder",
    "remove_folder",
    "safe_name",
    "store",
    "stored",
    "upload_folder",
]

_FORBIDDEN = set('<>:"|?*')
_DEVICES = {"con", "prn", "aux", "nul"} | {f"{d}{n}" for d in ("com", "lpt") for n in range(10)}
_LONGEST_STEM_BYTES = 120
_LONGEST_SUFFIX = 12
_NAMELESS = "upload"
UPLOADS = "geo-toolkit-upload-"
"""How the names of upload folders begin, in the system's temporary folder."""


def safe_name(submitted: str | None) -> str:
    r"""Return a base name that can be stored on any system, its suffix kept.

    Folders (of either system), control and direction characters, characters that Windows
    forbids, device names and surplus length are taken away; Chinese text stays.

    Examples
    --------
    >>> safe_name("../../etc/passwd"), safe_name(r"C:\temp\地块.TXT")
    ('passwd', '地块.TXT')
    >>> safe_name("con.txt"), safe_name(" .. "), safe_name(None)
    ('_con.txt', 'upload', 'upload')
    """
    base = (submitted or "").replace("\\", "/").rpartition("/")[2]
    normal = unicodedata.normalize("NFC", base)
    kept = "".join(c for c in normal if c.isprintable() and c not in _FORBIDDEN)
    name = kept.strip(" .-")
    suffix = PurePath(name).suffix
    if len(suffix) > _LONGEST_SUFFIX:
        suffix = ""
    stem = name.removesuffix(suffix)
    stem = stem.encode()[:_LONGEST_STEM_BYTES].decode(errors="ignore").rstrip(" .") or _NAMELESS
    if stem.partition(".")[0].rstrip().lower() in _DEVICES:
        stem = "_" + stem
    return stem + suffix


def make_folder() -> Path:
    """Return a new folder for what is uploaded, which nobody else may read."""
    return Path(mkdtemp(prefix=UPLOADS))


def remove_folder(folder: Path) -> None:
    """Remove a folder with all in it."""
    # A virus scanner may still hold a fresh file on Windows: that must not fail the check.
    shutil.rmtree(folder, ignore_errors=True)


def store(content: BinaryIO, submitted_name: str | None, folder: Path) -> str:
    """Store an upload in a folder, made where it is missing; return its safe name there."""
    folder.mkdir(exist_ok=True)
    name = safe_name(submitted_name)
    with (folder / name).open("xb") as target:
        shutil.copyfileobj(content, target)
    return name


@contextmanager
def upload_folder() -> Iterator[Path]:
    """Yield a new folder for what is uploaded, removed afterwards."""
    folder = make_folder()
    try:
        yield folder
    finally:
        remove_folder(folder)


@contextmanager
def stored(content: BinaryIO, submitted_name: str | None) -> Iterator[Path]:
    """Yield the path of an upload in a folder that is removed afterwards."""
    with upload_folder() as folder:
        yield folder / store(content, submitted_name, folder)
