from pathlib import Path

import pytest
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


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("MAX_UPLOAD_MB", "0"),
        ("MAX_UPLOAD_MB", "nan"),
        ("MAX_UPLOAD_MB", "5000"),
        ("MAX_SITES", "many"),
        ("MAX_VERTICES", "3"),
        ("RESULTS_KEPT", "-1"),
        ("ALLOWED_HOSTS", "http://plan.office"),
        ("ALLOWED_HOSTS", "plan.office:8000"),
    ],
)
def test_a_wrong_setting_is_named_in_one_line(monkeypatch, name, value):
    monkeypatch.setenv(f"GEO_TOOLKIT_{name}", value)
    with pytest.raises(OptionError) as refusal:
        read_settings()
    line = str(refusal.value)
    assert line.startswith(f"GEO_TOOLKIT_{name}: ")
    assert "\n" not in line


def test_settings_do_not_change():
    with pytest.raises(ValidationError):
        Settings().max_sites = 5


def test_an_app_without_a_workspace_is_not_built(tmp_path):
    with pytest.raises(WorkspaceNotFound):
        create_app(tmp_path, Settings())
