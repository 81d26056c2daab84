"""Reads files named on standard input, each in a child of its own with limits; answers in JSON.

Started by ``test_boundary_hostile.py`` as a process of its own. Where the system has no fork,
the files are read one after another without limits of memory.
"""

from __future__ import annotations

import json
import os
import sys
import time
import traceback
from pathlib import Path

from geo_toolkit.boundary import read_sites
from geo_toolkit.boundary.inspecting import inspect_file
from geo_toolkit.errors import GeoToolkitError

MEMORY = 900_000_000
PATIENCE_S = 60
MEMORY_NOW = Path("/proc/self/statm")
NO_SYSTEM = (".dxf", ".csv", ".xlsx", ".wkt")
"""Formats that name no system: it is given, so that the file itself is read."""


def look(way, path):
    """Return what came of one file: read or refused, and the message."""
    options = {"crs": "EPSG:4523"} if path.endswith(NO_SYSTEM) else {}
    try:
        if way == "inspect":
            found = inspect_file(path, **options)
            return "read" if found.usable else "refused", json.dumps(found.document())
        return "read", json.dumps(
            read_sites(path, **options).frame["attributes"].tolist(), default=str
        )
    except GeoToolkitError as error:
        return "refused", str(error)
    except MemoryError:
        return "memory", ""
    except BaseException:
        return "crashed", traceback.format_exc()


def look_in_child(way, path):
    """Return the same from a child whose memory and time are limited, its MB and seconds."""
    import resource
    import signal

    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reader)
        used = int(MEMORY_NOW.read_text().split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (used + MEMORY, used + MEMORY))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        signal.alarm(PATIENCE_S)
        answer = look(way, path)
        used = resource.getrusage(resource.RUSAGE_SELF)
        with os.fdopen(writer, "w") as sink:
            json.dump([*answer, used.ru_maxrss / 1000, used.ru_utime + used.ru_stime], sink)
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as source:
        text = source.read()
    _, status = os.waitpid(child, 0)
    if not text:
        return "killed", f"signal {os.WTERMSIG(status)}", 0.0, float(PATIENCE_S)
    return tuple(json.loads(text))


def main():
    """Answer a line for each name and path on standard input."""
    way = sys.argv[1]
    can_fork = hasattr(os, "fork") and MEMORY_NOW.exists()
    for line in sys.stdin:
        name, path = json.loads(line)
        started = time.process_time()
        answer = look_in_child(way, path) if can_fork else look(way, path)
        if not can_fork:
            answer = (*answer, 0.0, time.process_time() - started)
        print(json.dumps([name, *answer]), flush=True)


if __name__ == "__main__":
    main()
