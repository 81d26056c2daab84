"""API keys: what is stored, what opens what, and the command that issues them."""

import base64
import json
import os
import sqlite3
import stat
import time
from datetime import date

import pytest
from fastapi.testclient import TestClient
from geo_toolkit_api import Settings, create_app
from geo_toolkit_api import keys as module
from geo_toolkit_api.keys import KEY_PATTERN, KeyStore, end_of_day, redacted

from geo_toolkit.cli.app import run
from geo_toolkit.errors import OptionError, UnknownName


@pytest.fixture
def store(tmp_path):
    return KeyStore(tmp_path / "state")


@pytest.fixture
def served(workspace, tmp_path):
    """Return a client and the keys of its service."""
    settings = Settings(allowed_hosts=("testserver",), state=tmp_path / "state")
    with TestClient(create_app(workspace, settings)) as client:
        yield client, client.app.state.admission.keys


def changed(key):
    """Return a key with another last digit."""
    return key[:-1] + ("0" if key[-1] != "0" else "1")


def test_a_key_opens_what_it_was_made_for(store):
    text = store.add("李工", ["internal"])
    assert KEY_PATTERN.fullmatch(text)
    key = store.verify(text)
    assert (key.name, key.scopes) == ("李工", {"internal", "read"})
    assert key.id == text.split("_")[1]


def test_only_a_hash_is_kept_and_nobody_else_may_read_it(store):
    text = store.add("a", ["read"])
    content = store.path.read_bytes()
    assert text.encode() not in content
    assert text.split("_")[2].encode() not in content
    assert b"$argon2id$" in content
    if os.name == "posix":
        assert stat.S_IMODE(store.path.stat().st_mode) == 0o600
        assert stat.S_IMODE(store.path.parent.stat().st_mode) == 0o700


@pytest.mark.parametrize("wrong", ["", "gtk_", "gtk_00000000_" + "0" * 48, "ключ", "密钥" * 5000])
def test_what_is_no_key_opens_nothing(store, wrong):
    store.add("a", ["read"])
    assert store.verify(wrong) is None


def test_a_changed_secret_opens_nothing(store):
    assert store.verify(changed(store.add("a", ["read"]))) is None


def test_an_expired_key_opens_nothing(store, monkeypatch):
    text = store.add("a", ["read"], expires=time.time() + 100)
    assert store.verify(text)
    later = time.time() + 101
    monkeypatch.setattr(module.time, "time", lambda: later)
    assert store.verify(text) is None
    assert store.remembered(text) is None


def test_a_verified_key_is_remembered_for_a_minute_and_then_looked_up(store, monkeypatch):
    text = store.add("a", ["read"])
    assert store.remembered(text) is None
    store.verify(text)
    assert store.remembered(text).name == "a"
    store.revoke(text.split("_")[1])
    assert store.verify(text) is None
    start = time.monotonic()
    monkeypatch.setattr(module.time, "monotonic", lambda: start + 61)
    assert store.remembered(text) is None


def test_the_key_itself_is_not_in_memory(store):
    text = store.add("a", ["read"])
    store.verify(text)
    assert text not in repr(store._remembered)
    assert text.split("_")[2] not in repr(store._remembered)


def test_an_unknown_id_takes_as_long_as_a_wrong_secret(store, monkeypatch):
    """Counted, not timed: argon2 runs once either way."""
    text = store.add("a", ["read"])
    runs = []
    verify = store._hasher.verify
    monkeypatch.setattr(type(store._hasher), "verify", lambda _, *a: (runs.append(a), verify(*a)))
    for attempt in (changed(text), "gtk_00000000_" + "0" * 48, "nonsense"):
        assert store.verify(attempt) is None
    assert len(runs) == 3


@pytest.mark.parametrize(
    ("name", "scopes", "part"),
    [
        ("a", ["root"], "scope 'root': expected one of read, internal, publish"),
        ("", ["read"], "name ''"),
        ("  ", ["read"], "name"),
        ("a\nb", ["read"], "name"),
        ("a" * 81, ["read"], "name"),
    ],
)
def test_a_wrong_key_is_not_made(store, name, scopes, part):
    with pytest.raises(OptionError, match=part):
        store.add(name, scopes)
    assert not store.path.exists()


def test_only_a_known_key_is_revoked(store):
    with pytest.raises(UnknownName, match="no key 'ffffffff'"):
        store.revoke("ffffffff")


def test_a_last_day_ends_at_midnight_in_beijing():
    # 2026-12-31 24:00 in UTC+8 is 16:00 UTC: 20,818 days after 1970 and 16 hours
    assert end_of_day(date(2026, 12, 31)) == 20_818 * 86_400 + 16 * 3600


def test_keys_are_made_unreadable_in_text():
    assert redacted("x gtk_0123abcd_" + "f" * 48 + " y") == "x gtk_… y"


@pytest.mark.parametrize("way", ["bearer", "header", "basic"])
def test_a_key_is_taken_in_three_ways(served, way):
    client, store = served
    text = store.add("a", ["publish"])
    headers = {
        "bearer": {"Authorization": f"bearer {text}"},
        "header": {"X-API-Key": text},
        "basic": {"Authorization": "Basic " + base64.b64encode(f"qgis:{text}".encode()).decode()},
    }[way]
    answer = client.get("/session", headers=headers)
    assert answer.json()["scopes"] == ["read", "publish"]
    assert answer.json()["who"] == "a"


@pytest.mark.parametrize(
    "headers",
    [
        {"Authorization": "Bearer gtk_00000000_" + "0" * 48},
        {"Authorization": "Bearer "},
        {"Authorization": "Basic ###"},
        {"Authorization": "Basic " + base64.b64encode(b"only").decode()},
        {"Authorization": "Negotiate abc"},
        {"X-API-Key": "x"},
        {"X-API-Key": "a", "Authorization": "Bearer b"},
    ],
)
@pytest.mark.parametrize("path", ["/health", "/layers", "/page/login.css", "/nowhere"])
def test_a_wrong_key_is_401_even_where_none_is_needed(served, headers, path):
    answer = served[0].get(path, headers=headers)
    assert answer.status_code == 401
    assert list(answer.json()) == ["detail"]
    assert answer.headers["www-authenticate"] == 'Bearer realm="geo-toolkit"'


def test_a_revoked_key_is_401_once_it_is_forgotten(served, monkeypatch):
    client, store = served
    text = store.add("a", ["read"])
    headers = {"Authorization": f"Bearer {text}"}
    assert client.get("/health", headers=headers).status_code == 200
    store.revoke(text.split("_")[1])
    start = time.monotonic()
    monkeypatch.setattr(module.time, "monotonic", lambda: start + 61)
    assert client.get("/health", headers=headers).status_code == 401


@pytest.mark.parametrize(
    "path", ["/", "/layers", "/maps", "/metrics", "/openapi.json", "/page/page.css", "/ogc", "/x"]
)
def test_reading_without_a_key_where_one_is_needed(workspace, tmp_path, path):
    settings = Settings(
        allowed_hosts=("testserver",), state=tmp_path / "state", read_needs_key=True
    )
    with TestClient(create_app(workspace, settings), follow_redirects=False) as client:
        refused = client.get(path)
        assert refused.status_code == (303 if path == "/" else 401)
        assert list(refused.json()) == ["detail"]
        for open_path in ("/health", "/login", "/session", "/favicon.ico", "/page/login.css"):
            assert client.get(open_path).status_code == 200
        assert client.get("/session").json()["scopes"] == []
        text = client.app.state.admission.keys.add("a", ["read"])
        answer = client.get(path, headers={"Authorization": f"Bearer {text}"})
        assert answer.status_code == (404 if path == "/x" else 200)


def test_state_that_cannot_be_read_is_503_in_one_line(served):
    client, store = served
    store.path.parent.mkdir()
    store.path.write_bytes(b"this is no database, but a text that is long enough" * 50)
    answer = client.get("/health", headers={"Authorization": "Bearer gtk_00000000_" + "0" * 48})
    assert answer.status_code == 503
    assert answer.json() == {"detail": "the keys of this service cannot be read; tell its operator"}


def test_the_command_issues_lists_and_revokes(city, capsysbinary, monkeypatch):
    monkeypatch.delenv("GEO_TOOLKIT_STATE", raising=False)
    root = str(city.open().root)

    def command(*arguments):
        code = run(["keys", *arguments, "--workspace", root])
        return code, capsysbinary.readouterr()

    code, printed = command(
        "add",
        "--name",
        "李工",
        "--scope",
        "internal",
        "--expires",
        "2099-12-31",
        "--format",
        "json",
    )
    made = json.loads(printed.out)
    assert code == 0
    assert KEY_PATTERN.fullmatch(made["key"])
    assert command("add", "--name", "b", "--scope", "read", "--quiet")[0] == 0

    listed = json.loads(command("list", "--format", "json")[1].out)
    first = next(entry for entry in listed if entry["id"] == made["id"])
    assert first["scopes"] == "internal read"
    assert first["expires"] == "2100-01-01 00:00+08:00"
    assert first["state"] == "valid"
    assert "李工" in command("list")[1].out.decode()

    assert command("revoke", made["id"])[0] == 0
    listed = json.loads(command("list", "--format", "json")[1].out)
    assert next(e for e in listed if e["id"] == made["id"])["state"] == "revoked"
    assert made["key"].split("_")[2] not in command("list")[1].out.decode()

    code, printed = command("revoke", "ffffffff")
    assert code == 2
    assert printed.err.decode().startswith("geo-toolkit: no key 'ffffffff'")
    with sqlite3.connect(city.root / ".geo_toolkit" / "service" / "access.sqlite") as link:
        assert link.execute("SELECT count(*) FROM key").fetchone() == (2,)
    link.close()
