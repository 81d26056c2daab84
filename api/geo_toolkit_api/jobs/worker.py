"""The process that checks the sites of a job: one at a time, ended by whoever started it."""

from __future__ import annotations

import sys
import time
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from geo_toolkit.errors import DefinitionError, GeoToolkitError, LayerError, WorkspaceNotFound
from geo_toolkit.workspace import Workspace
from geo_toolkit_api.checking import Question, check_submitted, keep_records_in
from geo_toolkit_api.jobs.files import JobFiles
from geo_toolkit_api.metrics import Metrics
from geo_toolkit_api.parsing.child import requests, streams
from geo_toolkit_api.parsing.messages import from_bytes, send, to_bytes
from geo_toolkit_api.parsing.reader import Submitted

if TYPE_CHECKING:
    from geo_toolkit.siting import Progress

__all__ = ["main"]

_TELL_S = 0.2
_OURS = (DefinitionError, LayerError, WorkspaceNotFound)


def main() -> None:
    """Check the jobs that are named on standard input, until it ends."""
    given, answers = streams()
    asked = requests(given)
    root, state, is_elsewhere = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3] == "elsewhere"
    files, metrics = JobFiles(state), Metrics(state)
    workspace: Workspace | None = None
    while True:
        job_id = from_bytes(asked.get())
        try:
            if workspace is None:
                workspace = Workspace.open(root)
                if is_elsewhere:
                    keep_records_in(workspace, state)
            document = _checked(workspace, files, job_id, _progress(answers))
            metrics.checked(site["verdict"] for site in document["sites"])
            metrics.save()
            answer = {"done": str(document["check_id"])}
        except _OURS:
            answer = {"broken": traceback.format_exc()}
        except GeoToolkitError as error:
            answer = {"refused": str(error)}
        except MemoryError:
            answer = {"refused": "the check needs more memory than there is; submit fewer sites"}
        except Exception:  # a fault of ours: the runner logs it
            answer = {"broken": traceback.format_exc()}
        send(answers, to_bytes(answer))


def _checked(
    workspace: Workspace, files: JobFiles, job_id: str, progress: Progress
) -> dict[str, Any]:
    asked, packed, folder = files.question(job_id)
    submitted = Submitted.unpacked(packed, folder)
    document = check_submitted(workspace, Question(**asked), submitted, progress).document
    files.put_result(job_id, document)
    return document


def _progress(answers: BinaryIO) -> Progress:
    """Return what tells the runner the share that is done, a few times a second."""
    last = 0.0

    def tell(share: float) -> None:
        nonlocal last
        now = time.monotonic()
        if now - last >= _TELL_S:
            last = now
            send(answers, to_bytes({"progress": share}))

    return tell
