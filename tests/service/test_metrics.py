"""What is counted, over all processes, and who may see it."""

import os
import time

import pytest
from fastapi.testclient import TestClient
from geo_toolkit_api import Settings, create_app
from geo_toolkit_api.metrics import Metrics
from prometheus_client.parser import text_string_to_metric_families


@pytest.fixture
def client(workspace, tmp_path):
    settings = Settings(allowed_hosts=("testserver",), state=tmp_path / "state")
    with TestClient(create_app(workspace, settings)) as client:
        yield client


def samples(text):
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def requests(found, method, path, status):
    labels = (("method", method), ("path", path), ("status", status))
    return found.get(("geo_toolkit_requests_total", labels), 0)


def test_requests_are_counted_by_template_and_status(client):
    client.get("/health")
    client.head("/health")
    client.get("/nowhere/a")
    client.get("/nowhere/b")
    client.get("/page/login.css")
    answer = client.get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain")
    found = samples(answer.text)
    assert requests(found, "GET", "/health", "200") == 1
    assert requests(found, "HEAD", "/health", "200") == 1
    assert requests(found, "GET", "(none)", "404") == 2
    assert requests(found, "GET", "/page/{path}", "200") == 1
    assert found["geo_toolkit_request_seconds_count", (("path", "/health"),)] == 2
    assert found["geo_toolkit_request_seconds_bucket", (("le", "+Inf"), ("path", "/health"))] == 2


def test_a_method_of_ones_own_makes_no_new_series(client):
    for method in ("BREW", "X" * 500):
        client.request(method, "/health")
    assert requests(samples(client.get("/metrics").text), "other", "/health", "405") == 2


def test_files_that_cannot_be_read_are_counted(client):
    client.post("/checks", files={"file": ("a.txt", b"no boundary")})
    found = samples(client.get("/metrics").text)
    assert found["geo_toolkit_parse_failures_total", ()] == 1


def test_the_counts_of_all_processes_are_summed_and_stay_when_one_ends(tmp_path):
    first, second = Metrics(tmp_path), Metrics(tmp_path)
    for metrics, times in ((first, 2), (second, 3)):
        for _ in range(times):
            metrics.request("GET", "/health", 200, 0.02)
        metrics.checks.labels("clear").inc(times)
        metrics.save()
    for metrics in (first, second, Metrics(tmp_path)):
        found = samples(metrics.exposition({"waiting": 4}).decode())
        assert requests(found, "GET", "/health", "200") == 5
        assert found["geo_toolkit_checked_sites_total", (("verdict", "clear"),)] == 5
        assert found["geo_toolkit_request_seconds_sum", (("path", "/health"),)] == pytest.approx(
            0.1
        )
        below = (("le", "0.01"), ("path", "/health"))
        assert found["geo_toolkit_request_seconds_bucket", below] == 0
        assert found["geo_toolkit_jobs", (("state", "waiting"),)] == 4


def test_a_file_untouched_for_a_month_is_removed(tmp_path):
    old = Metrics(tmp_path)
    old.request("GET", "/health", 200, 0.1)
    old.save()
    (file,) = (tmp_path / "metrics").iterdir()
    at = time.time() - 31 * 86_400
    os.utime(file, (at, at))
    assert (
        requests(samples(Metrics(tmp_path).exposition({}).decode()), "GET", "/health", "200") == 0
    )
    assert not file.exists()


def test_a_damaged_file_is_passed_over(tmp_path):
    (tmp_path / "metrics").mkdir()
    (tmp_path / "metrics" / "x.json").write_text("{", "utf-8")
    assert b"geo_toolkit_requests" in Metrics(tmp_path).exposition({})


def test_a_state_folder_that_cannot_be_written_is_no_failure(tmp_path):
    (tmp_path / "metrics").write_text("", "utf-8")
    metrics = Metrics(tmp_path)
    metrics.request("GET", "/health", 200, 0.1)
    assert requests(samples(metrics.exposition({}).decode()), "GET", "/health", "200") == 1


def test_where_reading_needs_a_key_so_do_the_metrics(workspace, tmp_path):
    settings = Settings(
        allowed_hosts=("testserver",), state=tmp_path / "state", read_needs_key=True
    )
    with TestClient(create_app(workspace, settings)) as client:
        assert client.get("/metrics").status_code == 401
        key = client.app.state.admission.keys.add("prometheus", ["read"])
        assert client.get("/metrics", headers={"X-API-Key": key}).status_code == 200
