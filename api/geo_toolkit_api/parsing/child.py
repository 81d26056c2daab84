"""The process that reads submitted files: one request, one answer, until its starter ends."""

from __future__ import annotations

import os
import queue
import sys
import tempfile
import threading
import traceback
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from geo_toolkit.boundary import inspect_file, read_sites
from geo_toolkit.boundary.options import ReadOptions
from geo_toolkit.catalogue.delivery import read_delivery
from geo_toolkit.errors import GeoToolkitError
from geo_toolkit.rules import read_declaration
from geo_toolkit_api.parsing.carried import carried_error, carried_sites
from geo_toolkit_api.parsing.delivered import carried_delivery
from geo_toolkit_api.parsing.inspected import carried_inspection
from geo_toolkit_api.parsing.messages import from_bytes, receive, send, to_bytes
from geo_toolkit_api.parsing.system import address_space_bytes

try:
    import resource
except ModuleNotFoundError:  # Windows; there the starter watches the memory
    resource = None  # type: ignore[assignment]

if TYPE_CHECKING:
    from typing import BinaryIO

__all__ = ["main", "requests", "streams"]

Plain = dict[str, Any]  # values that `messages` carries
_MIB = 1024**2
_WARMING = (
    '{"type":"Polygon","coordinates":[[[100,30],[100.01,30],[100.01,30.01],[100,30.01],[100,30]]]}'
)


def main() -> None:
    """Answer requests from standard input on standard output until it ends."""
    given, answers = streams()
    asked = requests(given)
    _warm_up()
    memory_mb = int(sys.argv[1])
    if memory_mb and sys.platform == "linux" and resource is not None:
        most = address_space_bytes() + memory_mb * _MIB
        resource.setrlimit(resource.RLIMIT_AS, (most, most))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    send(answers, to_bytes({"ready": True}))
    while True:
        answer = _answer(from_bytes(asked.get()))
        send(answers, to_bytes(answer))


def streams() -> tuple[BinaryIO, BinaryIO]:
    """Return the streams of this process for messages; whatever prints goes to the log instead."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return sys.stdin.buffer, answers


def requests(given: BinaryIO) -> queue.Queue[bytes]:
    """Return the queue of what comes in; the process ends at once when its starter does."""
    asked: queue.Queue[bytes] = queue.Queue()

    def listen() -> None:
        with suppress(EOFError, OSError):
            while True:
                asked.put(receive(given))
        os._exit(0)

    threading.Thread(target=listen, daemon=True).start()
    return asked


def _answer(asked: Plain) -> Plain:
    tempfile.tempdir = asked["folder"]  # a process that is killed leaves nothing elsewhere
    try:
        return {"read": _ANSWERS[asked["what"]](asked)}
    except GeoToolkitError as error:
        return {"refused": carried_error(error)}
    except MemoryError:
        return {"too_large": True}
    except Exception:  # a fault of ours: the starter logs it
        return {"failed": traceback.format_exc()}


def _read(asked: Plain) -> Plain:
    """Return the sites, the land taken and the declaration of one submission."""
    folder = Path(asked["folder"])
    options = dict(asked["options"])
    if options.get("datum_params"):
        options["datum_params"] = folder / options["datum_params"]
    declared = asked["declare"] and read_declaration(folder / asked["declare"])
    sites = read_sites(folder / asked["file"], **options)
    taken = asked["land_take"] and read_sites(folder / asked["land_take"])
    return {
        "sites": carried_sites(sites),
        "land_take": carried_sites(taken) if taken else None,
        "declaration": declared.model_dump_json(by_alias=True) if declared else None,
    }


def _inspected(asked: Plain) -> Plain:
    folder, options = Path(asked["folder"]), dict(asked["options"])
    if options.get("datum_params"):
        options["datum_params"] = folder / options["datum_params"]
    return carried_inspection(inspect_file(folder / asked["file"], **options))


def _delivered(asked: Plain) -> Plain:
    """Return the one table of a delivery that is meant."""
    options = ReadOptions.of(**asked["options"])
    return carried_delivery(read_delivery(Path(asked["folder"]) / asked["file"], options))


_ANSWERS = {"read": _read, "inspect": _inspected, "deliver": _delivered}


def _warm_up() -> None:
    """Load what the first file would otherwise wait for."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        path = Path(folder) / "warm.geojson"
        path.write_text(_WARMING, encoding="utf-8")
        read_sites(path)
