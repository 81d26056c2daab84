"""The service gives the command line's verdict and findings for the same file."""

import json

import pytest
from fastapi.testclient import TestClient
from geo_toolkit_api import create_app
from typer.testing import CliRunner

from geo_toolkit.cli.app import app as command_line


@pytest.mark.parametrize(
    ("name", "project_type"),
    [("chemical_plot.txt", "chemical"), ("boundary_106_5E.geojson", "industrial")],
)
def test_upload_and_command_line_agree(request, name, project_type):
    root = request.config.rootpath
    path = root / "examples" / name
    with (
        TestClient(create_app(root), base_url="http://127.0.0.1") as client,
        path.open("rb") as stream,
    ):
        answer = client.post(
            "/checks", files={"file": (name, stream)}, data={"project_type": project_type}
        )
    assert answer.status_code == 201
    assert answer.headers["location"] == f"/checks/{answer.json()['id']}"
    arguments = ["check", str(path), "--project-type", project_type, "--format", "json"]
    done = CliRunner().invoke(command_line, [*arguments, "--no-record", "--workspace", str(root)])
    printed = json.loads(done.stdout_bytes)
    for key in ("schema", "project_type", "scope", "rules"):
        assert answer.json()[key] == printed[key]
    for site in printed["sites"]:
        site.pop("advice", None)  # in the internal edition only
    assert answer.json()["sites"] == printed["sites"]
