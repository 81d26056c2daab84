"""Where jobs are kept: the service's state folder, or a temporary one that says so."""

from __future__ import annotations

import hashlib
import logging
import os
import tempfile
from typing import TYPE_CHECKING

from geo_toolkit_api.state import made_private, state_folder

if TYPE_CHECKING:
    from pathlib import Path

    from geo_toolkit_api.settings import Settings

__all__ = ["has_jobs", "usable_state"]

_log = logging.getLogger(__name__)
_PRIVATE = 0o700


def usable_state(settings: Settings, root: Path) -> Path:
    """Return a state folder that can be written to, made where it is missing.

    Where the one of the settings or the workspace cannot be written to, it is one below the
    system's temporary folder, the same for every process of this workspace and account, and a
    warning says that jobs do not outlive a cleaning of it.

    Raises
    ------
    OSError
        If the temporary folder cannot be written to either, or belongs to somebody else.
    """
    wanted = state_folder(settings, root)
    try:
        made_private(wanted)
        with tempfile.TemporaryFile(dir=wanted):
            return wanted
    except OSError as error:
        other = made_private(_temporary(root))
        if os.name == "posix" and other.stat().st_uid != os.getuid():
            raise PermissionError(f"{other} belongs to another account") from error
        _log.warning(
            "%s cannot be written to (%s); jobs are kept in %s until it is cleaned",
            wanted, error.strerror, other,
        )  # fmt: skip
        return other


def has_jobs(settings: Settings, root: Path) -> bool:
    """Whether there is a folder with jobs, without making one."""
    folders = (state_folder(settings, root), _temporary(root))
    return any((folder / "jobs.sqlite").is_file() for folder in folders)


def _temporary(root: Path) -> Path:
    account = str(os.getuid()) if os.name == "posix" else "me"
    named = hashlib.sha256(f"{root.resolve()}|{account}".encode()).hexdigest()[:16]
    return type(root)(tempfile.gettempdir()) / f"geo-toolkit-{named}"
