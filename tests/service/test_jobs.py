"""Checks as jobs: accepted, run beside the service, cancelled, found again, forgotten."""

import json
import os
import threading
import time
from io import BytesIO

import psutil
import pytest
from fastapi.testclient import TestClient
from geo_toolkit_api import Settings, create_app
from geo_toolkit_api.jobs.files import JobFiles
from geo_toolkit_api.jobs.folder import usable_state
from geo_toolkit_api.jobs.jobs import Jobs
from geo_toolkit_api.jobs.queue import Queue
from geo_toolkit_api.jobs.table import LEASE_S, Table

WAIT_S = 60


@pytest.fixture
def root(city, rectangle):
    """Return a workspace of one red line and one rule."""
    city.layer("line", "ecological_red_line", [("KEY-77", rectangle(0, 0, 1000))], coverage="all")
    city.rule("R", "ecological_red_line").open()
    return city.root


@pytest.fixture
def upload(plots, rectangle):
    """Return the bytes of a file of so many plots of 4 ha, the first over the line."""

    def make(count=1):
        return (
            plots(*(rectangle(900 + 300 * n, 100, 200) for n in range(count)))
            .inputs[0]
            .path.read_bytes()
        )

    return make


@pytest.fixture
def opened(root):
    """Return what makes a client of a service of the workspace."""

    def make(**settings):
        return TestClient(create_app(root, Settings(**settings)), base_url="http://127.0.0.1")

    return make


def posted(client, content, *, prefer="respond-async", **fields):
    files = {"file": ("plot.geojson", BytesIO(content))}
    return client.post("/checks", files=files, data=fields, headers={"Prefer": prefer})


def ended(client, location):
    """Return the state of a job once it has ended."""
    deadline = time.monotonic() + WAIT_S
    while time.monotonic() < deadline:
        state = client.get(location).json()
        if state["status"] in ("done", "failed", "cancelled"):
            return state
        time.sleep(0.05)
    pytest.fail(f"{location} has not ended: {state}")


# --- the table -----------------------------------------------------------------------------


@pytest.fixture
def table(tmp_path):
    made = Table(tmp_path)
    made.add("job-1", "me", "applicant")
    return made


def test_only_one_runner_gets_a_job_and_only_the_owner_ends_it_once(table):
    assert [table.claim("job-1", "a"), table.claim("job-1", "b")] == [True, False]
    assert not table.finish("job-1", "b", "check-b")
    assert [table.finish("job-1", "a", "check-a"), table.finish("job-1", "a", "check-x")] == [
        True,
        False,
    ]
    assert (table.job("job-1").status, table.job("job-1").check_id) == ("done", "check-a")


def test_a_job_of_a_dead_runner_is_another_ones_and_the_dead_one_ends_it_no_more(table):
    table.claim("job-1", "dead")
    table.give_back_dead("alive")
    assert table.job("job-1").status == "queued"
    assert table.claim("job-1", "alive")
    assert not table.finish("job-1", "dead", "late")
    assert not table.is_owned("job-1", "dead", 0.5)
    assert table.finish("job-1", "alive", "check")


def test_a_job_that_ends_every_process_ends_too(table):
    for number in range(5):
        assert table.claim("job-1", f"runner {number}")
        table.give_back_crashed("job-1", f"runner {number}")
    job = table.job("job-1")
    assert job.status == "failed"
    assert job.detail == "the process that checked it has ended 5 times; submit fewer sites"


def test_a_cancelled_job_is_nobodys(table):
    table.claim("job-1", "a")
    table.cancel("job-1")
    assert not table.is_owned("job-1", "a", 0.9)
    assert not table.finish("job-1", "a", "check")
    table.give_back("a")
    table.cancel("job-1")
    assert table.job("job-1").status == "cancelled"


def test_the_lease_is_held_by_one_that_lives(table):
    assert table.take_lease("a", os.getpid())
    assert not table.take_lease("b", os.getpid())
    assert table.keep_lease("a")
    table.drop_lease("a")
    assert table.take_lease("b", os.getpid())
    assert not table.keep_lease("a")


def test_the_lease_of_a_dead_process_or_of_one_that_stands_still_is_taken_over(table, monkeypatch):
    assert table.take_lease("dead", 2**22 + 1)  # no process has this number
    assert table.take_lease("stands still", os.getpid())
    later = time.time() + LEASE_S + 1
    monkeypatch.setattr("geo_toolkit_api.jobs.table.time.time", lambda: later)
    assert table.take_lease("next", os.getpid())


def test_what_was_lost_from_the_queue_is_put_in_again(tmp_path):
    queue = Queue(tmp_path)
    queue.put("a")
    queue.fill(["a", "b"])
    assert [queue.take(), queue.take(), queue.take()] == ["a", "b", None]
    queue.close()


# --- the routes ----------------------------------------------------------------------------


def test_a_job_is_accepted_run_and_answered(opened, upload):
    with opened() as client:
        answer = posted(client, upload())
        assert answer.status_code == 202
        state = answer.json()
        assert set(state) == {"id", "status", "progress"}
        assert state["status"] == "queued"
        assert answer.headers["location"] == f"/checks/{state['id']}"
        assert answer.headers["retry-after"] == "1"
        assert answer.headers["preference-applied"] == "respond-async"
        done = ended(client, answer.headers["location"])
        assert (done["status"], done["progress"]) == ("done", 1.0)
        at_once = posted(client, upload(), prefer="").json()
        assert {**done["result"], "generated_at": 0} == {
            **{key: value for key, value in at_once.items() if key != "id"},
            "generated_at": 0,
        }
        report = client.get(f"{answer.headers['location']}/report.xlsx")
        assert report.status_code == 200
        assert report.content[:2] == b"PK"


@pytest.mark.slow
def test_many_sites_or_vertices_become_a_job_without_being_asked_to(opened, upload):
    with opened(quick_sites=2, quick_vertices=12) as client:
        assert posted(client, upload(2), prefer="").status_code == 201
        many = posted(client, upload(3), prefer="")
        assert many.status_code == 202
        assert "preference-applied" not in many.headers
        result = ended(client, many.headers["location"])["result"]
        assert [site["verdict"] for site in result["sites"]] == ["prohibited", "clear", "clear"]


@pytest.mark.parametrize(
    ("fields", "line"),
    [
        ({"project_type": "chemicl"}, "no project type 'chemicl'; did you mean 'chemical'?"),
        ({"scope": "x"}, "no scope 'x'"),
        ({"previous": "check-00000000000000000000"}, "no check 'check-00000000000000000000' here"),
        ({"corridor_m": "30"}, "field 'corridor_m': expected project_type linear, got other"),
    ],
)
def test_what_can_be_refused_of_a_job_is_refused_at_once(opened, upload, root, fields, line):
    with opened() as client:
        answer = posted(client, upload(), **fields)
    assert answer.status_code in (404, 422)
    assert answer.json()["detail"].startswith(line)
    assert not (root / ".geo_toolkit" / "service" / "jobs").exists()


def test_more_jobs_than_can_wait_are_refused_for_a_while(opened, upload, monkeypatch):
    monkeypatch.setattr(Jobs, "watch", lambda _self: None)
    monkeypatch.setattr("geo_toolkit_api.routes.checks.MOST_OPEN", 1)
    with opened() as client:
        assert posted(client, upload()).status_code == 202
        answer = posted(client, upload())
        assert answer.status_code == 503
        assert answer.headers["retry-after"] == "60"
        assert answer.json()["detail"] == "1 checks wait already; send it again in a minute"


def test_a_file_that_cannot_be_read_is_no_job(opened, root):
    with opened() as client:
        answer = posted(client, b'{"type": "FeatureCollection", "features": []}')
    assert answer.status_code == 422
    assert not (root / ".geo_toolkit" / "service" / "jobs").exists()


@pytest.mark.slow
def test_a_job_that_is_refused_later_says_why(opened, upload, root):
    declared = b'[[override]]\nrule_id = "NONE"\noutcome = "clear"\nreason = "x"\nby = "y"\n'
    with opened() as client:
        files = {"file": ("plot.geojson", upload()), "declare": ("d.toml", declared)}
        answer = client.post("/checks", files=files, headers={"Prefer": "respond-async"})
        assert answer.status_code == 202, answer.text
        state = ended(client, answer.headers["location"])
        assert state["status"] == "failed"
        assert "NONE" in state["detail"]
        assert "result" not in state
        report = client.get(f"{answer.headers['location']}/report.xlsx")
        assert report.status_code == 409
    (folder,) = (root / ".geo_toolkit" / "service" / "jobs").iterdir()
    assert not (folder / "files").exists()


def test_a_job_that_waits_is_cancelled(opened, upload, monkeypatch):
    monkeypatch.setattr(Jobs, "watch", lambda _self: None)
    with opened() as client:
        location = posted(client, upload()).headers["location"]
        for _ in range(2):
            answer = client.delete(location)
            assert (answer.status_code, answer.json()["status"]) == (200, "cancelled")
        assert client.get(location).json()["status"] == "cancelled"
        assert client.get(f"{location}/report.pdf").status_code == 409


def test_a_check_that_is_done_stays_done_when_cancelled(opened, upload):
    with opened() as client:
        location = posted(client, upload(), prefer="").headers["location"]
        assert client.delete(location).json()["status"] == "done"
        assert client.get(location).json()["status"] == "done"
        assert client.delete("/checks/check-00000000000000000000").status_code == 404
        assert client.delete(f"/checks/job-{'0' * 32}").status_code == 404


def test_only_who_sent_a_job_cancels_it(opened, upload, monkeypatch):
    monkeypatch.setattr(Jobs, "watch", lambda _self: None)
    with opened() as client:
        key = client.app.state.admission.keys.add("别人", ["read"])
        location = posted(client, upload()).headers["location"]
        answer = client.delete(location, headers={"Authorization": f"Bearer {key}"})
        assert answer.status_code == 403
        assert client.get(location).json()["status"] == "queued"


@pytest.mark.slow
def test_a_job_that_runs_is_cancelled_and_its_process_ended(opened, upload):
    with opened() as client:
        first = posted(client, upload()).headers["location"]
        ended(client, first)  # the processes are warm now
        runner = psutil.Process(client.app.state.service.jobs.runner_pid)
        (checker,) = runner.children()
        checker.suspend()
        location = posted(client, upload(), project_type="chemical").headers["location"]
        deadline = time.monotonic() + WAIT_S
        while client.get(location).json()["status"] != "running":
            assert time.monotonic() < deadline
            time.sleep(0.02)
        assert client.delete(location).json()["status"] == "cancelled"
        checker.wait(WAIT_S)
        again = posted(client, upload(), project_type="chemical").headers["location"]
        assert ended(client, again)["status"] == "done"
        assert client.get(location).json()["status"] == "cancelled"


@pytest.mark.slow
def test_progress_is_told_while_the_job_runs(opened, upload):
    seen = []
    with opened(quick_sites=0) as client:
        location = posted(client, upload(20)).headers["location"]
        watcher = threading.Thread(target=lambda: seen.append(client.get(location).json()))
        watcher.start()
        watcher.join()
        ended(client, location)
    assert 0.0 <= seen[0]["progress"] <= 1.0


@pytest.mark.slow
def test_a_job_goes_on_after_the_service_was_started_again(opened, upload, monkeypatch):
    with monkeypatch.context() as patched:
        patched.setattr(Jobs, "watch", lambda _self: None)
        with opened() as client:
            location = posted(client, upload()).headers["location"]
    with opened() as client:
        assert ended(client, location)["status"] == "done"


@pytest.mark.slow
def test_ended_jobs_are_forgotten_after_their_time(opened, upload, root):
    with opened() as client:
        location = posted(client, upload()).headers["location"]
        ended(client, location)
    state = root / ".geo_toolkit" / "service"
    (folder,) = (state / "jobs").iterdir()
    assert (folder / "result.json").is_file()
    assert not (folder / "files").exists()
    table = Table(state)
    table.add("job-keep", "me", "applicant")  # makes the runner start
    with opened(kept_days=1e-6) as client:
        deadline = time.monotonic() + WAIT_S
        while folder.exists():
            assert time.monotonic() < deadline
            time.sleep(0.05)
        assert client.get(location).status_code == 404
    assert len(list((root / ".geo_toolkit" / "checks").iterdir())) == 1  # the record stays


@pytest.mark.slow
def test_a_job_takes_no_longer_than_it_may(opened, upload):
    with opened(job_s=1e-6) as client:
        state = ended(client, posted(client, upload()).headers["location"])
    assert state["status"] == "failed"
    assert state["detail"] == "the check took longer than 1e-06 s; submit fewer sites"


@pytest.mark.slow
def test_a_workspace_that_cannot_be_written_to_is_served_all_the_same(
    root, upload, tmp_path, monkeypatch, caplog
):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temporary"))
    (tmp_path / "temporary").mkdir()
    (root / ".geo_toolkit").write_text("not a folder", encoding="utf-8")
    monkeypatch.setattr("geo_toolkit.catalogue.Records.is_writable", False)
    with TestClient(create_app(root, Settings()), base_url="http://127.0.0.1") as client:
        assert "cannot be written to" in caplog.text
        quick = posted(client, upload(), prefer="")
        assert client.get(f"{quick.headers['location']}/report.xlsx").status_code == 200
        slow = posted(client, upload(), project_type="chemical")
        assert ended(client, slow.headers["location"])["status"] == "done"
        assert client.get(f"{slow.headers['location']}/report.gpkg").status_code == 200
    assert (root / ".geo_toolkit").read_text(encoding="utf-8") == "not a folder"


def test_the_state_folder_of_the_settings_is_taken(tmp_path, root):
    state = tmp_path / "elsewhere"
    assert usable_state(Settings(state=state), root) == state
    assert usable_state(Settings(), root) == root / ".geo_toolkit" / "service"


def test_half_written_folders_of_jobs_are_not_jobs(tmp_path):
    files = JobFiles(tmp_path)
    uploads = tmp_path / "up"
    uploads.mkdir()
    (uploads / "a.txt").write_text("x", encoding="utf-8")
    files.put("job-a", {"a": 1}, b"packed", uploads)
    question, packed, folder = files.question("job-a")
    assert (question, packed, (folder / "a.txt").read_text(encoding="utf-8")) == (
        {"a": 1}, b"packed", "x",
    )  # fmt: skip
    assert files.result("job-a") is None
    files.put_result("job-a", {"b": "二"})
    assert files.result("job-a") == {"b": "二"}
    files.drop("job-a")
    assert files.result("job-a") is None


def test_the_question_of_a_job_names_who_asks(opened, upload, root, monkeypatch):
    monkeypatch.setattr(Jobs, "watch", lambda _self: None)
    with opened() as client:
        posted(client, upload(), nature="expand", lang="en")
    (folder,) = (root / ".geo_toolkit" / "service" / "jobs").iterdir()
    asked = json.loads((folder / "question.json").read_text(encoding="utf-8"))
    assert asked["caller"] == "http testclient"
    assert (asked["audience"], asked["is_trusted"]) == ("applicant", False)
    assert (asked["nature"], asked["lang"]) == ("expand", "en")
