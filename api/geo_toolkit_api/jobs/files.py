"""The folder of one job: what was submitted and asked, and the document that came of it."""

from __future__ import annotations

import json
import os
import shutil
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Container
    from pathlib import Path

__all__ = ["JobFiles", "drop_old"]

_TRIES, _PAUSE_S = 20, 0.05
_LONE_S = 3600.0


class JobFiles:
    """The folders of all jobs of a state folder, each named by its job."""

    def __init__(self, state: Path) -> None:
        self.folder = state / "jobs"

    def put(self, job_id: str, question: dict[str, Any], packed: bytes, uploads: Path) -> None:
        """Keep what is asked, what was read of the submission, and the uploaded files."""
        new = self.folder / f".new-{job_id}"
        new.mkdir(parents=True)
        shutil.copytree(uploads, new / "files")
        (new / "submitted").write_bytes(packed)
        text = json.dumps(question, ensure_ascii=False)
        (new / "question.json").write_text(text, encoding="utf-8", newline="\n")
        new.rename(self.folder / job_id)

    def question(self, job_id: str) -> tuple[dict[str, Any], bytes, Path]:
        """Return what is asked, what was read, and the folder of the uploaded files."""
        own = self.folder / job_id
        plain: dict[str, Any] = json.loads((own / "question.json").read_text(encoding="utf-8"))
        return plain, (own / "submitted").read_bytes(), own / "files"

    def put_result(self, job_id: str, document: dict[str, Any]) -> None:
        """Keep the document of a check; a second one of the same job takes its place whole."""
        own = self.folder / job_id
        new = own / f"result-{os.getpid()}.json"
        with new.open("w", encoding="utf-8", newline="\n") as stream:
            json.dump(document, stream, ensure_ascii=False)
            stream.flush()
            os.fsync(stream.fileno())
        for attempt in range(_TRIES):
            try:
                new.replace(own / "result.json")
            except PermissionError:  # Windows, while somebody reads the old one
                if attempt == _TRIES - 1:
                    raise
                time.sleep(_PAUSE_S)
            else:
                return

    def result(self, job_id: str) -> dict[str, Any] | None:
        """Return the document of a check, None where there is none."""
        try:
            text = (self.folder / job_id / "result.json").read_text(encoding="utf-8")
        except OSError:
            return None
        document: dict[str, Any] = json.loads(text)
        return document

    def drop(self, job_id: str) -> None:
        """Remove all of a job."""
        shutil.rmtree(self.folder / job_id, ignore_errors=True)

    def drop_uploads(self, job_id: str) -> None:
        """Remove what is not needed once a job has ended."""
        shutil.rmtree(self.folder / job_id / "files", ignore_errors=True)
        with suppress(OSError):
            (self.folder / job_id / "submitted").unlink()


def drop_old(folder: Path, pattern: str = ".new-*", known: Container[str] = ()) -> None:
    """Remove old folders that nobody knows of: left by processes that died while they wrote."""
    with suppress(OSError):
        for own in folder.glob(pattern):
            if own.name not in known and own.stat().st_mtime < time.time() - _LONE_S:
                shutil.rmtree(own, ignore_errors=True)
