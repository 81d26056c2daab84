import os
from io import BytesIO

import pytest
from fastapi.testclient import TestClient
from geo_toolkit_api import Settings, create_app
from geo_toolkit_api.uploads import UPLOADS, safe_name, stored
from hypothesis import given
from hypothesis import strategies as st


@given(st.text())
def test_any_name_becomes_one_that_any_system_can_store(submitted):
    name = safe_name(submitted)
    assert name == safe_name(name)
    assert 1 <= len(name.encode()) <= 200
    assert not set(name) & set('/\\<>:"|?*\0')
    assert name.isprintable()
    assert name.strip(" .") == name


@pytest.mark.parametrize(
    ("submitted", "kept"),
    [
        ("地块 1.zip", "地块 1.zip"),
        ("a/b\\c.TXT", "c.TXT"),
        ("", "upload"),
        ("...", "upload"),
        ("nul", "_nul"),
        ("COM1.txt", "_COM1.txt"),
        ("x" * 500 + ".geojson", "x" * 120 + ".geojson"),
        ("a." + "b" * 400, ("a." + "b" * 400)[:120]),
        ("plot.txt. . ", "plot.txt"),
    ],
)
def test_names(submitted, kept):
    assert safe_name(submitted) == kept


def test_an_upload_is_gone_even_after_an_error(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    seen = []

    def fail_while_stored():
        with stored(BytesIO(b"abc"), "a.txt") as path:
            seen.append((path.parent.parent, path.read_bytes()))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail_while_stored()
    assert seen == [(tmp_path, b"abc")]
    assert list(tmp_path.iterdir()) == []


def test_what_a_killed_service_left_is_removed_at_the_next_start(tmp_path, monkeypatch, workspace):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    old, new, foreign = (tmp_path / n for n in (f"{UPLOADS}a", f"{UPLOADS}b", "other-a"))
    for folder in (old, new, foreign):
        folder.mkdir()
    for folder in (old, foreign):
        os.utime(folder, (0, 0))
    with TestClient(create_app(workspace, Settings())):
        assert [path.exists() for path in (old, new, foreign)] == [False, True, True]
