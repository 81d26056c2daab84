import json

import pytest
from fastapi.testclient import TestClient
from geo_toolkit_api import Settings, create_app


def test_health_names_workspace_and_version(client):
    answer = client.get("/health")
    assert answer.status_code == 200
    assert answer.json()["status"] == "ok"
    assert answer.json()["workspace"] == "test"


def test_every_answer_has_the_safety_headers_and_an_id(client):
    for path in ("/health", "/nowhere", "/checks/none", "/layers"):
        headers = client.get(path).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["content-security-policy"].startswith("default-src 'none'")
        assert len(headers["x-request-id"]) == 32


def test_unknown_path_and_method_are_one_line(client):
    nowhere = client.get("/nowhere")
    assert nowhere.status_code == 404
    assert nowhere.json() == {"detail": "no such path: /nowhere; /openapi.json lists what there is"}
    wrong = client.put("/health")
    assert wrong.status_code == 405
    assert wrong.json() == {"detail": "PUT is not allowed on /health; /openapi.json lists what is"}


def test_a_name_that_points_here_is_not_served(client):
    answer = client.get("/health", headers={"Host": "rebound.example:8000"})
    assert answer.status_code == 400
    assert answer.json() == {
        "detail": "host 'rebound.example' is not served; add it to GEO_TOOLKIT_ALLOWED_HOSTS"
    }


def test_loopback_names_are_always_served(client):
    for host in ("localhost:8000", "127.0.0.1", "[::1]:8000", "LOCALHOST"):
        assert client.get("/health", headers={"Host": host}).status_code == 200


def test_browsers_find_an_icon(client):
    answer = client.get("/favicon.ico")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "image/svg+xml"


def test_no_viewer_of_another_host(client):
    assert client.get("/docs").status_code == 404
    assert client.get("/redoc").status_code == 404


@pytest.mark.parametrize("path", ["/health", "/layers", "/login", "/page/login.css", "/nowhere"])
def test_head_is_answered_as_get_is_without_its_body(client, path):
    got, head = client.get(path), client.head(path)
    assert head.status_code == got.status_code
    assert head.content == b""
    for name in ("content-type", "content-length", "content-security-policy"):
        assert head.headers[name] == got.headers[name]


def test_an_id_that_came_with_the_request_is_kept_if_it_is_well_formed(client):
    sent = "proxy-7f3a.2026_11"
    assert client.get("/health", headers={"X-Request-Id": sent}).headers["x-request-id"] == sent
    for wrong in ("short", "a" * 65, "a b c d e f g h", "<script>alert(1)</script>", "'; --aaaaa"):
        got = client.get("/health", headers={"X-Request-Id": wrong}).headers["x-request-id"]
        assert got != wrong
        assert len(got) == 32


def test_one_line_a_request_as_json_with_its_id(workspace, capsys):
    settings = Settings(allowed_hosts=("testserver",), log_format="json")
    with TestClient(create_app(workspace, settings)) as client:
        answer = client.get("/layers?name=%E7%94%B2")
    (line,) = capsys.readouterr().err.splitlines()
    entry = json.loads(line)
    assert entry["request_id"] == answer.headers["x-request-id"]
    assert (entry["method"], entry["path"], entry["status"]) == ("GET", "/layers", 200)
    assert entry["level"] == "info"
    assert entry["ms"] > 0


def test_a_path_cannot_write_lines_of_its_own_into_the_log(workspace, capsys):
    for form in ("text", "json"):
        settings = Settings(allowed_hosts=("testserver",), log_format=form)
        with TestClient(create_app(workspace, settings)) as client:
            client.get("/a%0d%0a2026-11-24 ERROR forged%1b[31m")
        (line,) = capsys.readouterr().err.splitlines()
        assert "%0D%0A" in line


def test_a_failure_tells_the_log_everything_and_the_client_nothing(workspace, capsys):
    app = create_app(workspace, Settings(allowed_hosts=("testserver",)))

    @app.get("/fails")
    async def fails():
        raise RuntimeError("secret of /srv/somewhere")

    with TestClient(app) as client:
        answer = client.get("/fails")
    assert answer.status_code == 500
    identity = answer.headers["x-request-id"]
    assert answer.json() == {"detail": f"an unexpected error; the log has it under {identity}"}
    logged = capsys.readouterr().err
    assert identity in logged
    assert "secret of /srv/somewhere" in logged
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")
