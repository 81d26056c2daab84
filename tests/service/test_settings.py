import re
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from geo_toolkit_api import Settings, create_app, read_settings
from pydantic import ValidationError

from geo_toolkit.errors import OptionError, WorkspaceNotFound


def test_settings_come_from_the_environment(monkeypatch):
    monkeypatch.setenv("GEO_TOOLKIT_MAX_UPLOAD_MB", "1.5")
    monkeypatch.setenv("GEO_TOOLKIT_ALLOWED_HOSTS", "Plan.Office, 10.0.0.7")
    monkeypatch.setenv("GEO_TOOLKIT_WORKSPACE", "city")
    settings = read_settings()
    assert settings.max_upload_bytes == 1_572_864  # 1.5 * 1024 * 1024
    assert settings.allowed_hosts == ("plan.office", "10.0.0.7")
    assert settings.workspace == Path("city")


def test_an_empty_variable_is_as_none(monkeypatch):
    monkeypatch.setenv("GEO_TOOLKIT_WORKSPACE", "")
    monkeypatch.setenv("GEO_TOOLKIT_MAX_SITES", "")
    assert read_settings() == Settings(workspace=None)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("MAX_UPLOAD_MB", "0"),
        ("MAX_UPLOAD_MB", "nan"),
        ("MAX_UPLOAD_MB", "5000"),
        ("LANG", "fr"),
        ("MAX_SITES", "many"),
        ("MAX_VERTICES", "3"),
        ("RESULTS_KEPT", "-1"),
        ("ALLOWED_HOSTS", "http://plan.office"),
        ("ALLOWED_HOSTS", "plan.office:8000"),
        ("TRUSTED_PROXIES", "proxy.office"),
        ("TRUSTED_PROXIES", "10.0.0.1/8"),
        ("RATE", "often"),
        ("CHECK_RATE", "0/minute"),
        ("KEY_FAILURES", "10 per aeon"),
        ("READ_NEEDS_KEY", "perhaps"),
        ("SESSION_HOURS", "0"),
        ("AUDIT_DAYS", "0"),
        ("LOG_FORMAT", "xml"),
    ],
)
def test_a_wrong_setting_is_named_in_one_line(monkeypatch, name, value):
    monkeypatch.setenv(f"GEO_TOOLKIT_{name}", value)
    with pytest.raises(OptionError) as refusal:
        read_settings()
    line = str(refusal.value)
    assert line.startswith(f"GEO_TOOLKIT_{name}: ")
    assert "\n" not in line


def test_the_language_that_was_set_holds_where_a_request_names_none(workspace):
    settings = Settings(allowed_hosts=("testserver",), lang="en")
    with TestClient(create_app(workspace, settings)) as client:
        assert '<html lang="en">' in client.get("/").text
        assert '<html lang="zh-CN">' in client.get("/?lang=zh").text


def test_settings_do_not_change():
    with pytest.raises(ValidationError):
        Settings().max_sites = 5


def test_an_app_without_a_workspace_is_not_built(tmp_path):
    with pytest.raises(WorkspaceNotFound):
        create_app(tmp_path, Settings())


def test_what_may_be_set_is_what_the_operations_page_says():
    """Names and defaults of the table in docs/service.md are those of the settings."""
    page = (Path(__file__).parents[2] / "docs" / "service.md").read_text(encoding="utf-8")
    told = dict(re.findall(r"^\| `GEO_TOOLKIT_(\w+)` \| (.*?) \|", page, flags=re.MULTILINE))
    real = {name.upper(): field.default for name, field in Settings.model_fields.items()}
    assert list(told) == list(real)
    for name, default in real.items():
        shown = "-" if default in (None, ()) else f"`{_written(default)}`"
        assert told[name] == shown, name


def _written(value):
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:g}" if isinstance(value, float) else str(value)


def test_proxies_and_keys_come_from_the_environment(monkeypatch):
    monkeypatch.setenv("GEO_TOOLKIT_TRUSTED_PROXIES", "127.0.0.1, 10.1.0.0/16")
    monkeypatch.setenv("GEO_TOOLKIT_READ_NEEDS_KEY", "true")
    settings = read_settings()
    assert settings.trusted_proxies == ("127.0.0.1", "10.1.0.0/16")
    assert settings.read_needs_key is True


@pytest.mark.parametrize(
    "name", ["api/Dockerfile", "api/geo-toolkit.service", "api/start.ps1", "docs/service.md"]
)
def test_files_of_the_operator_name_no_other_setting(name):
    text = (Path(__file__).parents[2] / name).read_text(encoding="utf-8")
    named = set(re.findall(r"GEO_TOOLKIT_([A-Z_]+)\b(?!_)", text)) - {"NAME"}
    assert named <= {field.upper() for field in Settings.model_fields}


def test_the_script_for_windows_is_plain_ascii():
    """Windows PowerShell reads a file without a mark in the code page of the machine."""
    (Path(__file__).parents[2] / "api" / "start.ps1").read_text(encoding="ascii")
