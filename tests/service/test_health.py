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
