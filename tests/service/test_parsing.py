"""Files are read in another process: the same answer, or one line; and never for long."""

import json
import os
import signal
import sys
import tempfile
import threading
import time
from pathlib import Path

import numpy as np
import pytest
import shapely
from fastapi.testclient import TestClient
from geo_toolkit_api import Settings, create_app
from geo_toolkit_api.parsing.carried import carried_error, error_of
from geo_toolkit_api.parsing.messages import from_bytes, to_bytes
from geo_toolkit_api.parsing.reader import Reader, ReadingFailed, Submission, Submitted

from geo_toolkit.boundary import read_sites
from geo_toolkit.errors import BoundaryError, NotAvailable, OptionError, UnknownName

EXAMPLES = Path(__file__).parents[2] / "examples"


@pytest.fixture(scope="module")
def reader():
    """Return a reader of 512 MiB that is kept for all tests."""
    made = Reader(512)
    yield made
    made.stop()


@pytest.fixture
def put(tmp_path):
    """Return a function that writes a file into the folder of a submission."""
    folder = tmp_path / "submission"
    folder.mkdir()

    def write(name, content):
        (folder / name).write_bytes(content)
        return Submission(folder, name)

    return write


def _big(count):
    """Return a GeoJSON text of so many plots of 4 vertices."""
    row = (
        '{"type":"Feature","properties":{"name":"%d"},"geometry":{"type":"Polygon","coordinates":'
        "[[[106,31],[106.001,31],[106.001,31.001],[106,31.001],[106,31]]]}}"
    )
    return (
        '{"type":"FeatureCollection","features":[' + ",".join(row % n for n in range(count)) + "]}"
    ).encode()


@pytest.mark.parametrize(
    "name", ["chemical_plot.txt", "logistics_plot.zip", "tourism_plot.geojson"]
)
def test_the_sites_are_those_of_the_library_to_the_last_bit(reader, put, name):
    submission = put(name, (EXAMPLES / name).read_bytes())
    there = reader.read(submission, timeout_s=60)
    here = read_sites(submission.folder / name)
    assert there.sites.frame.equals(here.frame)
    assert there.sites.frame.dtypes.equals(here.frame.dtypes)
    wkb = [shapely.to_wkb(sites.frame.geometry.to_numpy()) for sites in (there.sites, here)]
    assert np.array_equal(*wkb)
    assert there.sites.inputs == here.inputs
    assert there.sites.inputs[0].basis_texts("zh") == here.inputs[0].basis_texts("zh")
    assert there.sites.inputs[0].warning_texts("zh") == here.inputs[0].warning_texts("zh")
    again = Submitted.unpacked(there.packed, submission.folder)
    assert again.sites.frame.equals(here.frame)


def test_centrelines_land_taken_and_declaration_come_along(reader, put):
    line = {"type": "LineString", "coordinates": [[106.0, 31.0], [106.01, 31.0]]}
    submission = put("line.geojson", json.dumps(line).encode())
    (submission.folder / "land_take").mkdir()
    taken = shapely.to_geojson(shapely.box(106.0, 30.9999, 106.01, 31.0001))
    (submission.folder / "land_take" / "line.geojson").write_text(taken, encoding="utf-8")
    (submission.folder / "d.toml").write_text('nature = "expand"\n', encoding="utf-8")
    there = reader.read(
        Submission(
            submission.folder, "line.geojson", {"corridor_m": 30.0},
            "land_take/line.geojson", "d.toml",
        ),
        timeout_s=60,
    )  # fmt: skip
    assert there.sites.lines[0].equals(shapely.LineString(line["coordinates"]))
    assert there.sites.inputs[0].corridor_m == 30.0
    assert there.land_take.inputs[0].path == submission.folder / "land_take" / "line.geojson"
    assert there.declaration.nature == "expand"


@pytest.mark.parametrize(
    ("name", "content"),
    [("a.dwg", b"AC1032"), ("a.geojson", b"{"), ("a.txt", b"\xff\xfe"), ("a.gpkg", b"x")],
)
def test_a_refusal_is_that_of_the_library(reader, put, name, content):
    submission = put(name, content)
    with pytest.raises((BoundaryError, NotAvailable)) as here:
        read_sites(submission.folder / name)
    with pytest.raises(type(here.value)) as there:
        reader.read(submission, timeout_s=60)
    assert str(there.value) == str(here.value)
    assert vars(there.value) == vars(here.value)


@pytest.mark.parametrize(
    "error",
    [BoundaryError("a", "b", "c", "d", "e"), UnknownName("layer", "x", ["y"]), OptionError("o")],
)
def test_every_kind_of_refusal_can_be_carried(error):
    there = error_of(from_bytes(to_bytes(carried_error(error))))
    assert (type(there), str(there), vars(there)) == (type(error), str(error), vars(error))


def test_what_is_no_plain_value_is_not_unpacked():
    class Evil:
        def __reduce__(self):
            return os.system, ("echo taken over",)

    with pytest.raises(Exception, match="is no plain value"):
        from_bytes(to_bytes(Evil()))


def test_a_file_that_needs_too_much_memory_is_refused_and_the_next_is_read(put):
    submission = put("big.geojson", _big(100_000))
    with_little = Reader(24)
    try:
        with pytest.raises(BoundaryError) as refused:
            with_little.read(submission, timeout_s=60)
        assert str(refused.value) == (
            "big.geojson: expected a file that is read in 24 MiB, got one that needs more than "
            "24 MiB; split it, or export it again if it is small"
        )
        assert len(with_little.read(put("a.geojson", _big(1)), timeout_s=60).sites) == 1
    finally:
        with_little.stop()


def test_memory_is_watched_where_the_system_does_not_limit_it(put):
    submission = put("big.geojson", _big(100_000))
    watched = Reader(24, is_watched=True)
    try:
        with pytest.raises(BoundaryError, match="needs more than 24 MiB"):
            watched.read(submission, timeout_s=60)
        assert len(watched.read(put("a.geojson", _big(1)), timeout_s=60).sites) == 1
    finally:
        watched.stop()


def test_a_file_that_takes_too_long_is_refused_and_the_next_is_read(reader, put):
    submission = put("big.geojson", _big(50_000))
    started = time.monotonic()
    with pytest.raises(BoundaryError) as refused:
        reader.read(submission, timeout_s=0.05)
    assert time.monotonic() - started < 10
    assert str(refused.value) == (
        "big.geojson: expected a file that is read in 0.05 s, got one that takes longer; split it"
    )
    assert len(reader.read(put("a.geojson", _big(1)), timeout_s=60).sites) == 1


@pytest.mark.skipif(sys.platform == "win32", reason="stops a process by a signal")
def test_a_process_that_dies_while_it_reads_is_a_refusal_and_is_started_again(reader, put):
    reader.read(put("a.geojson", _big(1)), timeout_s=60)
    process = reader._process
    os.kill(process.pid, signal.SIGSTOP)
    killer = threading.Timer(0.2, lambda: os.kill(process.pid, signal.SIGKILL))
    killer.start()
    with pytest.raises(BoundaryError, match="split it"):
        reader.read(put("a.geojson", _big(1)), timeout_s=60)
    killer.join()
    assert len(reader.read(put("a.geojson", _big(1)), timeout_s=60).sites) == 1


def test_a_process_that_has_died_in_between_is_not_noticed(reader, put):
    reader.read(put("a.geojson", _big(1)), timeout_s=60)
    reader._process.kill()
    time.sleep(0.2)
    assert len(reader.read(put("a.geojson", _big(1)), timeout_s=60).sites) == 1


def test_a_fault_of_ours_is_not_told_as_one_of_the_file(reader, put, caplog):
    submission = put("a.geojson", _big(1))
    wrong = Submission(submission.folder, "a.geojson", {"no_such_option": 1})
    with pytest.raises(ReadingFailed):
        reader.read(wrong, timeout_s=60)
    assert "no_such_option" in caplog.text


def test_what_a_killed_process_unpacked_is_in_the_folder_of_the_upload(reader, put):
    before = set(Path(tempfile.gettempdir()).iterdir())
    reader.read(put("p.zip", (EXAMPLES / "logistics_plot.zip").read_bytes()), timeout_s=60)
    new = {path for path in Path(tempfile.gettempdir()).iterdir() if path not in before}
    assert not [path for path in new if list(path.rglob("*.shp"))]


def test_the_service_refuses_in_one_line_and_goes_on(workspace, plot):
    settings = Settings(allowed_hosts=("testserver",), parse_s=0.05)
    with TestClient(create_app(workspace, settings)) as client:
        big = client.post("/checks", files={"file": ("big.geojson", _big(50_000))})
        assert big.status_code == 422
        assert big.json()["detail"].endswith("got one that takes longer; split it")
    with TestClient(create_app(workspace, Settings(allowed_hosts=("testserver",)))) as client:
        assert client.post("/checks", files={"file": ("p.geojson", plot())}).status_code == 201
