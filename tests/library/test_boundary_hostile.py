"""Files made to do harm: each refused or read in time, and nothing else touched or called.

The files are in ``hostile_files.py``. Each is read in a child process of its own, which measures
its time and memory; a listener and a watched file tell whether anything was called or opened.
"""

import ctypes
import importlib.util
import json
import os
import socket
import subprocess
import sys
import threading
from pathlib import Path

import pytest

HERE = Path(__file__).parent
MAX_SECONDS = 5.0  # of processor time: what else the machine does is not the file's doing
MAX_MB = 500.0
OPENED_OR_READ = 0x20 | 0x1  # IN_OPEN, IN_ACCESS
NOT_BLOCKING = 0x800


def load(name):
    """A module beside this one."""
    spec = importlib.util.spec_from_file_location(name, HERE / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


corpus = load("hostile_files")
NAMES = list(corpus.MAKERS)


class Listener:
    """Counts who calls an address of this machine."""

    def __init__(self):
        self.calls = 0
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        threading.Thread(target=self._count, daemon=True).start()

    def _count(self):
        while True:
            try:
                caller, _ = self._socket.accept()
            except OSError:
                return
            self.calls += 1
            caller.close()

    def close(self):
        self._socket.close()


class Watch:
    """Tells whether a file was opened, where the system can."""

    def __init__(self, path):
        self._inotify = None
        if sys.platform == "linux":
            system = ctypes.CDLL(None, use_errno=True)
            self._inotify = system.inotify_init1(NOT_BLOCKING)
            system.inotify_add_watch(self._inotify, os.fsencode(path), OPENED_OR_READ)

    def saw_something(self):
        try:
            return self._inotify is not None and bool(os.read(self._inotify, 4096))
        except BlockingIOError:
            return False


@pytest.fixture(scope="module")
def hostile(tmp_path_factory):
    """What came of every file, and what was noticed besides."""
    folder = tmp_path_factory.mktemp("hostile")
    listener = Listener()
    trap = corpus.Trap(folder, listener.address)
    paths = corpus.write_all(folder / "files", trap)
    before = {p: p.stat().st_size for p in folder.rglob("*") if p.is_file()}
    temporary = tmp_path_factory.mktemp("temporary")
    watch = Watch(trap.canary)
    asked = "".join(json.dumps([name, str(path)]) + "\n" for name, path in paths.items())
    done = subprocess.run(
        [sys.executable, "-W", "ignore", str(HERE / "hostile_runner.py"), "inspect"],
        input=asked, capture_output=True, text=True, encoding="utf-8", check=False, timeout=900,
        env={**os.environ, "TMPDIR": str(temporary), "TEMP": str(temporary)},
    )  # fmt: skip
    answers = {row[0]: row[1:] for row in map(json.loads, done.stdout.splitlines())}
    noticed = {
        "calls": listener.calls,
        "opened": watch.saw_something(),
        "errors": done.stderr,
        "changed": before != {p: p.stat().st_size for p in folder.rglob("*") if p.is_file()},
        "left": [p.name for p in temporary.iterdir()],
    }
    listener.close()
    return answers, noticed


pytestmark = pytest.mark.slow


def test_there_are_many(hostile, record_property):
    """The number of files, and the most that any of them took."""
    record_property("hostile files", len(NAMES))
    record_property("most MB", max(float(row[2]) for row in hostile[0].values()))
    record_property("most seconds", max(float(row[3]) for row in hostile[0].values()))
    assert len(NAMES) >= 180


@pytest.mark.parametrize("name", NAMES)
def test_refused_or_read_in_time(hostile, name):
    outcome, message, peak_mb, seconds = hostile[0][name]
    assert outcome in ("read", "refused"), message
    assert seconds < MAX_SECONDS
    assert peak_mb < MAX_MB
    assert corpus.CANARY_TEXT not in message
    found = json.loads(message) if message.startswith("{") else {"faults": []}
    assert all("\n" not in value for fault in found["faults"] for value in fault.values())


def test_nothing_else_was_touched(hostile):
    noticed = hostile[1]
    assert noticed == {"calls": 0, "opened": False, "errors": "", "changed": False, "left": []}


def test_the_traps_work(tmp_path):
    """The listener and the watched file do notice what they are there for."""
    listener = Listener()
    trap = corpus.Trap(tmp_path, listener.address)
    watch = Watch(trap.canary)
    with socket.create_connection(("127.0.0.1", int(listener.address.rpartition(":")[2]))):
        pass
    trap.canary.read_bytes()
    for _ in range(100):
        if listener.calls:
            break
        threading.Event().wait(0.01)
    assert listener.calls == 1
    assert watch.saw_something() or sys.platform != "linux"
    listener.close()
