"""Jobs under kills: every accepted one ends with one result, and one process runs them."""

import json
import os
import random
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from contextlib import closing

import httpx2
import psutil
import pytest

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform == "win32", reason="kills by a signal"),
]
JOBS = 200 if os.environ.get("GEO_TOOLKIT_PROOF") else 20
WAIT_S = 600 if os.environ.get("GEO_TOOLKIT_PROOF") else 120


@pytest.fixture
def root(city, rectangle):
    """Return a workspace of one red line and one rule."""
    city.layer("line", "ecological_red_line", [("KEY-77", rectangle(0, 0, 1000))], coverage="all")
    city.rule("R", "ecological_red_line").open()
    return city.root


@pytest.fixture
def start(root, tmp_path):
    """Start a service of the workspace; return its process and a client; end it afterwards."""
    running = []

    def run(*more):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        command = [sys.executable, "-m", "geo_toolkit.cli", "serve", "--port", str(port),
                   "--workspace", str(root), "--quiet", *more]  # fmt: skip
        log = (tmp_path / f"log-{len(running)}.txt").open("w")
        process = subprocess.Popen(command, stderr=log, stdout=log, start_new_session=True)
        client = httpx2.Client(base_url=f"http://127.0.0.1:{port}", timeout=60, trust_env=False)
        running.append((process, client, log))
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            try:
                client.get("/health")
            except httpx2.TransportError:
                assert process.poll() is None
                time.sleep(0.1)
            else:
                return process, client
        pytest.fail("the service did not answer within a minute")

    yield run
    for process, client, log in running:
        client.close()
        if process.poll() is None:
            process.terminate()
            process.wait(30)
        log.close()


@pytest.fixture
def send(plots, rectangle):
    """Return a function that sends one plot of its own as a job and returns its address."""

    def post(client, number):
        content = plots(rectangle(900 + number, 100, 200)).inputs[0].path.read_bytes()
        answer = client.post(
            "/checks",
            files={"file": (f"plot{number}.geojson", content)},
            headers={"Prefer": "respond-async"},
        )
        assert answer.status_code == 202, answer.text
        return answer.headers["location"]

    return post


def runners(root):
    """Return the processes that run jobs of a workspace, and those that check for them."""
    found = {"runner": [], "worker": []}
    for process in psutil.process_iter():
        try:
            line = " ".join(process.cmdline())
        except psutil.Error:
            continue
        for kind, listed in found.items():
            if f"geo_toolkit_api.jobs.{kind} import main" in line and str(root) in line:
                listed.append(process)
    return found


def wait_for_all(client, locations):
    """Return the last state of each job once all have ended."""
    deadline = time.monotonic() + WAIT_S
    states = {}
    while len(states) < len(locations):
        assert time.monotonic() < deadline, f"{len(states)} of {len(locations)} have ended"
        for where in locations:
            if where not in states:
                state = client.get(where).json()
                if state["status"] in ("done", "failed", "cancelled"):
                    states[where] = state
        time.sleep(0.05)
    return states


def done(root):
    """Return how many jobs of a workspace are done."""
    path = root / ".geo_toolkit" / "service" / "jobs.sqlite"
    if not path.exists():
        return 0
    with closing(sqlite3.connect(path, timeout=30)) as db:
        if not db.execute("SELECT 1 FROM sqlite_master WHERE name = 'job'").fetchone():
            return 0  # the file is there a moment before its table
        return db.execute("SELECT count(*) FROM job WHERE status = 'done'").fetchone()[0]


def test_every_job_ends_with_one_result_however_often_its_processes_are_killed(start, send, root):
    _, client = start()
    chance = random.Random(8)
    killed = {"runner": 0, "worker": 0}
    is_over = threading.Event()

    def kill():
        next_at = 1
        while not is_over.wait(0.05):
            if done(root) < next_at:
                continue
            kind = "runner" if killed["runner"] <= killed["worker"] else "worker"
            for process in runners(root)[kind]:
                process.send_signal(signal.SIGKILL)
                killed[kind] += 1
                next_at = done(root) + chance.randint(2, 6)

    killer = threading.Thread(target=kill)
    killer.start()
    try:
        locations = [send(client, number) for number in range(JOBS)]
        states = wait_for_all(client, locations)
    finally:
        is_over.set()
        killer.join()
    assert sum(killed.values()) >= JOBS // 10
    assert {state["status"] for state in states.values()} == {"done"}
    checks = [state["result"]["check_id"] for state in states.values()]
    assert len(set(checks)) == JOBS
    recorded = [p for p in (root / ".geo_toolkit" / "checks").iterdir() if p.name[0] != "."]
    assert sorted(path.name for path in recorded) == sorted(checks)
    assert done(root) == JOBS


def test_of_two_services_one_runs_the_jobs_and_the_other_takes_over(start, send, root):
    first, one = start()
    _, two = start()
    locations = [send(one, 1), send(two, 2)]
    wait_for_all(two, locations)
    assert len(runners(root)["runner"]) == 1
    owner = runners(root)["runner"][0].parent().pid
    assert owner in {p.pid for p in [first, *psutil.Process(first.pid).children(recursive=True)]}
    for process in psutil.Process(first.pid).children(recursive=True):
        if process.pid == owner:
            process.kill()
    first.kill()
    first.wait(30)
    more = [send(two, number) for number in (3, 4)]
    assert {s["status"] for s in wait_for_all(two, more).values()} == {"done"}
    deadline = time.monotonic() + 30
    while len(runners(root)["runner"]) != 1:
        assert time.monotonic() < deadline
        time.sleep(0.1)


def test_a_service_that_is_ended_puts_its_job_back_and_leaves_no_process(start, send, root):
    process, client = start()
    locations = [send(client, number) for number in range(10)]
    process.terminate()
    process.wait(60)
    deadline = time.monotonic() + 20
    while any(runners(root).values()):
        assert time.monotonic() < deadline, "a process is left"
        time.sleep(0.1)
    with closing(sqlite3.connect(root / ".geo_toolkit" / "service" / "jobs.sqlite")) as db:
        assert not db.execute("SELECT id FROM job WHERE status = 'running'").fetchall()
    _, again = start()
    states = wait_for_all(again, locations)
    assert {state["status"] for state in states.values()} == {"done"}


def test_several_worker_processes_have_one_runner(start, send, root):
    _, client = start("--workers", "2")
    locations = [send(client, number) for number in range(8)]
    states = wait_for_all(client, locations)
    assert {state["status"] for state in states.values()} == {"done"}
    assert len(runners(root)["runner"]) == 1
    assert json.dumps(states)
