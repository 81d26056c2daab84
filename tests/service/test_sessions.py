"""A browser signs in: the cookie, its token, and what ends it."""

import re
import sqlite3
import time
from contextlib import closing

import pytest
from fastapi.testclient import TestClient
from geo_toolkit_api import Settings, create_app, sessions
from geo_toolkit_api.sessions import COOKIE

KEY = re.compile(r"gtk_\w+")


@pytest.fixture
def made(workspace, tmp_path):
    settings = Settings(allowed_hosts=("testserver",), state=tmp_path / "state")
    return create_app(workspace, settings)


@pytest.fixture
def client(made):
    with TestClient(made, follow_redirects=False) as client:
        yield client


@pytest.fixture
def key(made):
    return made.state.admission.keys.add("李工", ["internal"])


def signed_in(client, key):
    answer = client.post("/session", json={"key": key})
    assert answer.status_code == 201, answer.text
    return answer


def test_a_session_says_who_and_what(client, key):
    assert client.get("/session").json() == {
        "who": None, "key_id": None, "scopes": ["read"], "csrf_token": None,
    }  # fmt: skip
    body = signed_in(client, key).json()
    assert body["who"] == "李工"
    assert body["key_id"] == key.split("_")[1]
    assert body["scopes"] == ["read", "internal"]
    assert len(body["csrf_token"]) == 64
    assert client.get("/session").json() == body


def test_the_cookie_is_closed_to_scripts_and_other_sites(client, key):
    cookie = signed_in(client, key).headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    assert "Path=/" in cookie
    assert "Max-Age=43200" in cookie
    assert "Secure" not in cookie
    assert not KEY.search(cookie)


def test_over_https_it_is_sent_over_https_only(made, key):
    with TestClient(made, base_url="https://testserver") as client:
        assert "Secure" in signed_in(client, key).headers["set-cookie"]


def test_only_a_hash_of_it_is_kept(client, key, made):
    signed_in(client, key)
    value = client.cookies[COOKIE]
    assert value.encode() not in made.state.admission.sessions.path.read_bytes()


def test_a_key_in_a_header_signs_in_too(client, key):
    answer = client.post("/session", headers={"Authorization": f"Bearer {key}"})
    assert answer.status_code == 201


@pytest.mark.parametrize("body", [{"key": "gtk_00000000_" + "0" * 48}, {"key": ""}, {}, []])
@pytest.mark.usefixtures("key")
def test_a_wrong_key_gives_no_session(client, body):
    answer = client.post("/session", json=body)
    assert answer.status_code == 401
    assert "set-cookie" not in answer.headers


def test_no_key_at_all_is_refused(client):
    assert client.post("/session").status_code == 401


def test_a_body_that_is_no_key_is_refused_early(client):
    assert client.post("/session", content=b"x" * 5000).status_code == 413


@pytest.mark.parametrize("token", [None, "", "0" * 64, "密"])
def test_writing_with_a_cookie_needs_the_token(client, key, token):
    signed_in(client, key)
    headers = {} if token is None else {"X-CSRF-Token": token.encode()}
    answer = client.delete("/session", headers=headers)
    assert answer.status_code == 403
    assert client.post("/checks", headers=headers).status_code == 403
    assert client.get("/session").json()["who"] == "李工"


def test_with_the_token_it_is_answered(client, key):
    token = signed_in(client, key).json()["csrf_token"]
    answer = client.post("/checks", headers={"X-CSRF-Token": token})
    assert answer.status_code == 422  # the file is missing, and nothing else


def test_a_key_beside_the_cookie_needs_no_token(client, key):
    signed_in(client, key)
    answer = client.post("/checks", headers={"Authorization": f"Bearer {key}"})
    assert answer.status_code == 422


def test_signing_out_ends_it_at_once(client, key):
    token = signed_in(client, key).json()["csrf_token"]
    value = client.cookies[COOKIE]
    answer = client.delete("/session", headers={"X-CSRF-Token": token})
    assert answer.status_code == 204
    client.cookies.set(COOKIE, value)
    assert client.get("/session").json()["who"] is None


def test_a_revoked_key_ends_its_sessions_at_once(client, key, made):
    signed_in(client, key)
    made.state.admission.keys.revoke(key.split("_")[1])
    assert client.get("/session").json()["who"] is None


def test_it_is_over_after_twelve_hours(client, key, monkeypatch):
    signed_in(client, key)
    now = time.time()
    monkeypatch.setattr(sessions.time, "time", lambda: now + 12 * 3600 - 60)
    assert client.get("/session").json()["who"] == "李工"
    monkeypatch.setattr(sessions.time, "time", lambda: now + 12 * 3600 + 1)
    assert client.get("/session").json()["who"] is None


def test_signing_in_again_gives_another_and_ends_the_first(client, key, made):
    signed_in(client, key)
    first = client.cookies[COOKIE]
    signed_in(client, key)
    assert client.cookies[COOKIE] != first
    with closing(sqlite3.connect(made.state.admission.sessions.path)) as link:
        assert link.execute("SELECT count(*) FROM session").fetchone() == (1,)


@pytest.mark.parametrize("value", ["x", "a" * 5000, '"', "gtk_00000000_" + "0" * 48, "%00"])
@pytest.mark.usefixtures("key")
def test_a_cookie_of_no_session_is_nobody(client, value):
    client.cookies.set(COOKIE, value)
    assert client.get("/session").json()["who"] is None


def test_the_sign_in_page_works_without_script(client, key):
    page = client.get("/login")
    assert '<html lang="zh-CN">' in page.text
    assert "登录" in page.text
    assert "script" not in page.text
    assert "form-action 'self'" in page.headers["content-security-policy"]
    assert "Sign in" in client.get("/login?lang=en").text
    wrong = client.post("/session", data={"key": "gtk_00000000_" + "0" * 48})
    assert wrong.status_code == 401
    assert "the API key is wrong" in wrong.text
    done = client.post("/session", data={"key": key})
    assert (done.status_code, done.headers["location"]) == (303, "/")
    assert client.get("/session").json()["who"] == "李工"
