"""Publishing under fire: killed at random instants, and by eight at once."""

import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time

import pyogrio
import pytest

from geo_toolkit.catalogue.packing import hash_of
from geo_toolkit.workspace import Workspace

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(os.name != "posix", reason="needs SIGKILL"),
]
LONG = bool(os.environ.get("GEO_TOOLKIT_PROOF"))
KILLS = 1000 if LONG else 20
SECONDS = 60 if LONG else 5
PUBLISHERS = 8

KILLED = """
import sys
from geo_toolkit.workspace import Workspace
root, *deliveries = sys.argv[1:]
print("ready", flush=True)
number = 0
while True:
    entry = Workspace.open(root).layers["parks"]
    turn = (len(entry.versions) - 1) % 2
    done = entry.update(deliveries[turn], note="n", override="r")
    if done.version is not None:
        print(done.version.number, flush=True)
"""

ONE_OF_MANY = """
import json, sys, time
from geo_toolkit.errors import LayerError
from geo_toolkit.workspace import Workspace
root, name, seconds, *deliveries = sys.argv[1:]
won, lost, other = [], 0, []
print("ready", flush=True)
sys.stdin.readline()
end = time.monotonic() + float(seconds)
while time.monotonic() < end:
    entry = Workspace.open(root).layers["parks"]
    delivery = deliveries[(len(entry.versions) - 1) % len(deliveries)]
    try:
        done = entry.update(delivery, note="n", author=name, override="r")
        if done.version is not None:
            won.append(done.version.number)
    except LayerError as error:
        if "published by publisher-" in str(error) and "run the update again" in str(error):
            lost += 1
        else:
            other.append(str(error))
print(json.dumps({"won": won, "lost": lost, "other": other}), flush=True)
"""


@pytest.fixture
def arena(city, rectangle, tmp_path):
    """A workspace with a layer, and two deliveries of it that differ."""
    squares = [(f"s{n:03d}", rectangle(200 * (n % 30), 200 * (n // 30), 100)) for n in range(400)]
    city.layer("parks", "any", squares)
    ws = city.open()
    sender = type(city)(tmp_path / "sender")
    paths = []
    for name, width in (("a", 101), ("b", 102)):
        changed = [("s000", rectangle(0, 0, width, 100)), *squares[1:]]
        sender.layer(name, "any", changed)
        paths.append(str(sender.root / "layers" / "test" / f"{name}.geojson"))
    return ws.root, paths


def start(program, *arguments):
    process = subprocess.Popen(
        [sys.executable, "-c", program, *map(str, arguments)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdout.readline() == "ready\n"
    return process


def sound_versions(root):
    """The numbers listed, after every one of them has been opened and hashed."""
    ws = Workspace.open(root)
    versions = ws.layers["parks"].versions
    for version in versions:
        path = ws.layers.store.file_of(version)
        assert hash_of(path) == version.file_sha256
        assert pyogrio.read_info(path)["features"] == version.features == 400
    numbers = [version.number for version in versions]
    assert numbers == list(range(len(numbers)))
    return numbers


def test_kills_lose_nothing_and_list_nothing_half(arena, record_property):
    root, deliveries = arena
    rng = random.Random(20260921)
    Workspace.open(root).layers["parks"].update(deliveries[0], note="n", override="r")
    measured = start(KILLED, root, *deliveries)
    began = time.perf_counter()
    assert measured.stdout.readline().strip().isdigit()  # its first version is published
    one_update = time.perf_counter() - began  # in a process like those that are killed
    measured.kill()
    measured.communicate()
    published = len(sound_versions(root))
    said_of_all = 0
    for _ in range(KILLS):
        process = start(KILLED, root, *deliveries)
        time.sleep(rng.uniform(0, 2.5 * one_update))
        process.send_signal(signal.SIGKILL)
        said, _ = process.communicate()
        promised = [int(line) for line in said.split()]
        said_of_all += len(promised)
        listed = sound_versions(root)
        assert not promised or promised[-1] <= listed[-1]
    assert len(sound_versions(root)) > published + KILLS // 4  # it was hit while publishing
    with sqlite3.connect(root / ".geo_toolkit" / "catalogue.sqlite") as connection:
        assert connection.execute("pragma integrity_check").fetchone() == ("ok",)
    found = Workspace.open(root).layers.doctor()
    assert not [item for item in found if item.is_fault]
    folder = root / ".geo_toolkit" / "versions" / "parks"
    kept = sorted(path.name for path in folder.iterdir() if path.suffix == ".gpkg")
    listed = sound_versions(root)
    assert len(kept) == len(listed)
    figures = {
        "kills": KILLS,
        "versions": len(listed),
        "published_under_fire": len(listed) - published,
        "told_before_the_kill": said_of_all,
        "lost": 0,  # every version that was told is listed, opens and hashes, as asserted above
        "half_listed": 0,
        "unreadable_catalogues": 0,
    }
    for name, value in figures.items():
        record_property(name, value)
    print("kills:", json.dumps(figures))


def test_eight_publishers_at_once(arena, record_property):
    root, deliveries = arena
    Workspace.open(root).layers["parks"].update(deliveries[0], note="n", override="r")
    processes = [
        start(ONE_OF_MANY, root, f"publisher-{n}", SECONDS, *deliveries) for n in range(PUBLISHERS)
    ]
    for process in processes:
        process.stdin.write("go\n")
        process.stdin.flush()
    answers = [json.loads(process.communicate()[0]) for process in processes]
    assert [answer["other"] for answer in answers] == [[]] * PUBLISHERS
    won = sorted(number for answer in answers for number in answer["won"])
    assert won == list(range(2, 2 + len(won)))  # every success is one version, without a gap
    assert sound_versions(root) == [0, 1, *won]
    assert len(won) >= 2
    assert sum(answer["lost"] for answer in answers) > 0
    by = {v.number: v.author for v in Workspace.open(root).layers["parks"].versions}
    for n, answer in enumerate(answers):
        assert all(by[number] == f"publisher-{n}" for number in answer["won"])
    figures = {
        "publishers": PUBLISHERS,
        "seconds": SECONDS,
        "successes": len(won),
        "versions": len(won) + 2,
        "gaps": 0,
        "losers_told": sum(answer["lost"] for answer in answers),
        "losers_not_told": 0,
    }
    for name, value in figures.items():
        record_property(name, value)
    print("publishers:", json.dumps(figures))
