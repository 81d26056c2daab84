"""Who asked what: what a record holds and what it never holds, and how old ones go."""

import json
import os
import re
import stat

import pytest
from fastapi import Request
from fastapi.testclient import TestClient
from geo_toolkit_api import Settings, create_app
from geo_toolkit_api.audit import AuditLog, note


@pytest.fixture
def client(workspace, tmp_path):
    settings = Settings(allowed_hosts=("testserver",), state=tmp_path / "state", max_sites=3)
    with TestClient(create_app(workspace, settings)) as client:
        yield client


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "state" / "audit"


def records(folder):
    files = sorted(folder.glob("*.jsonl"))
    return [json.loads(line) for file in files for line in file.read_text("utf-8").splitlines()]


def test_a_record_says_who_asked_what_and_how_it_ended(client, folder, plot):
    answer = client.post("/checks", files={"file": ("秘密地块.geojson", plot())})
    check_id = answer.json()["id"]
    client.get(f"/checks/{check_id}")
    made, read = records(folder)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", made["time"])
    assert made["request_id"] == answer.headers["x-request-id"]
    assert (made["method"], made["path"], made["status"]) == ("POST", "/checks", 201)
    assert made["caller"] == "http testclient"
    assert (read["path"], read["check_id"]) == ("/checks/{check_id}", check_id)
    assert "秘密地块" not in json.dumps(made, ensure_ascii=False)


def test_no_coordinate_and_no_name_of_a_feature_is_kept(client, folder):
    client.get("/ogc/collections/parks/items?bbox=106.01,31.02,106.03,31.04&filter=name_zh='甲'")
    client.get("/ogc/collections/parks/items/p1")
    client.get("/tiles/parks/12/3254/1677.mvt")
    told_of = ("method", "path", "check_id", "layers", "upload", "caller", "address")
    text = json.dumps([[record[key] for key in told_of] for record in records(folder)])
    for told in ("106.0", "31.0", "甲", "3254", "1677", "p1"):
        assert told not in text


def test_assets_health_and_tiles_of_public_layers_are_not_recorded(client, folder):
    for path in ("/health", "/metrics", "/page/login.css", "/favicon.ico", "/login"):
        assert client.get(path).status_code == 200
    assert records(folder) == []


def test_refusals_are_recorded_and_keys_never(client, folder, caplog):
    key = client.app.state.admission.keys.add("a", ["read"])
    wrong = "gtk_00000000_" + "1" * 48
    client.get("/session", headers={"Authorization": f"Bearer {key}"})
    client.get("/session", headers={"Authorization": f"Bearer {wrong}"})
    client.get(f"/layers?api_key={key}")
    client.get(f"/{key}")
    client.get("/nowhere/106.123,31.456")
    statuses = [record["status"] for record in records(folder)]
    assert statuses == [200, 401, 400, 400, 404]
    assert records(folder)[0]["caller"] == f"key {key.split('_')[1]}"
    text = "".join(file.read_text("utf-8") for file in folder.glob("*.jsonl"))
    for secret in (key, wrong, "31.456"):
        assert secret not in text
    assert key.split("_")[2] not in text + caplog.text
    assert wrong not in caplog.text


def test_a_route_adds_layers_and_the_hash_of_a_name(client, folder):
    @client.app.get("/asked")
    async def asked(request: Request) -> str:
        note(request, check_id="check-1", layers=["b", "a"], upload="plot.txt")
        return ""

    client.get("/asked")
    (record,) = records(folder)
    assert (record["check_id"], record["layers"]) == ("check-1", ["a", "b"])
    # sha256("plot.txt"), by the command sha256sum
    assert record["upload"] == "6e092b5bbaa70050"


def test_only_the_services_account_may_read_it(client, folder):
    client.get("/session")
    (file,) = folder.glob("*.jsonl")
    if os.name == "posix":
        assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_the_oldest_go_when_all_are_too_large(tmp_path):
    log = AuditLog(tmp_path, most_bytes=8000, days=10)
    for number in range(400):
        assert log.write({"n": number, "x": "y" * 50})
    kept = records(tmp_path / "audit")
    assert sum(file.stat().st_size for file in (tmp_path / "audit").iterdir()) <= 8000
    assert 399 in [record["n"] for record in kept]
    assert 0 not in [record["n"] for record in kept]
    assert len(kept) > 50


def test_the_old_go(tmp_path):
    log = AuditLog(tmp_path, most_bytes=100_000, days=10)
    old, young = tmp_path / "audit" / "2026-01-01-1-0.jsonl", tmp_path / "audit" / "b.jsonl"
    old.parent.mkdir()
    for file, days in ((old, 11), (young, 9)):
        file.write_text("{}\n", "utf-8")
        at = file.stat().st_mtime - days * 86_400
        os.utime(file, (at, at))
    log.write({})
    assert not old.exists()
    assert young.exists()


def test_two_processes_write_files_of_their_own(tmp_path, monkeypatch):
    first, second = (AuditLog(tmp_path, most_bytes=10_000, days=1) for _ in range(2))
    first.write({"of": 1})
    monkeypatch.setattr(os, "getpid", lambda: 424242)
    second.write({"of": 2})
    names = sorted(file.name for file in (tmp_path / "audit").iterdir())
    assert len(names) == 2
    assert any("-424242-" in name for name in names)


def test_internal_callers_are_refused_where_nothing_is_recorded(client, tmp_path):
    key = client.app.state.admission.keys.add("a", ["internal"])
    reader = client.app.state.admission.keys.add("b", ["read"])
    (tmp_path / "state" / "audit").write_text("a file where the folder should be", "utf-8")
    answer = client.get("/layers", headers={"X-API-Key": key})
    assert answer.status_code == 503
    assert "audit log cannot be written" in answer.json()["detail"]
    assert client.get("/layers", headers={"X-API-Key": reader}).status_code == 200
    assert client.get("/health").json()["audit"] == "failing"
    (tmp_path / "state" / "audit").unlink()
    assert client.get("/layers", headers={"X-API-Key": key}).status_code == 200
    assert client.get("/health").json()["audit"] == "ok"
