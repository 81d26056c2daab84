"""The service as it is started in earnest: own processes, real files, loopback."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx2
import pyogrio
import pytest

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parents[2]

WORKSPACE = """
name = "little"
title_zh = "小城"
title_en = "Little"
bounds = [105.9, 30.9, 106.2, 31.2]
"""
LAYER = """
id = "line"
title_zh = "红线"
role = "ecological_red_line"
geometry = "polygon"
data = "line.geojson"
key = "id"
crs = "EPSG:4490"
datum = "cgcs2000"
evidence = "official"
accuracy_m = 0
coverage = "all"
source = "测试"
"""
LINE = """{"type": "FeatureCollection", "features": [{"type": "Feature",
"properties": {"id": "a", "name_zh": "甲片区"}, "geometry": {"type": "Polygon",
"coordinates": [[[106.0, 31.0], [106.01, 31.0], [106.01, 31.01], [106.0, 31.01], [106.0, 31.0]]]}}]}
"""
RULE = """
[[rule]]
id = "T-1"
title_zh = "红线内禁止"
title_en = "none inside the line"
subjects = ["*"]
role = "ecological_red_line"
relation = "overlaps"
severity = "prohibited"
valid_from = 2020-01-01
confidence = "confirmed"
[rule.citation]
title = "测试办法"
"""
MAP = 'title_zh = "总图"\ntitle_en = "Overview"\nlayers = ["line"]\n'


@pytest.fixture
def folder(tmp_path):
    """Return a workspace of one official red line and one rule."""
    for name, text in (
        ("workspace.toml", WORKSPACE),
        ("layers/line.toml", LAYER),
        ("layers/line.geojson", LINE),
        ("rules/siting/line.toml", RULE),
        ("maps/overview.toml", MAP),
    ):
        path = tmp_path / "little" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
    return tmp_path / "little"


@pytest.fixture
def start(tmp_path):
    """Start a service and return a client of it; end it afterwards and see that it ended well."""
    running = []

    def run(*arguments, cwd=tmp_path, **environment):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        command = [sys.executable, "-m", "uvicorn", *arguments, "--port", str(port)]
        process = subprocess.Popen(
            command, cwd=cwd, env={**os.environ, **environment}, stderr=subprocess.PIPE, text=True
        )
        client = httpx2.Client(base_url=f"http://127.0.0.1:{port}", timeout=60, trust_env=False)
        running.append((process, client))
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            if process.poll() is not None:
                pytest.fail(f"the service ended at start: {process.stderr.read()[-2000:]}")
            try:
                client.get("/health")
            except httpx2.ConnectError:
                time.sleep(0.1)
            else:
                return client
        pytest.fail("the service did not answer within a minute")

    yield run
    for process, client in running:
        client.close()
        process.send_signal(signal.SIGTERM if os.name == "nt" else signal.SIGINT)
        process.communicate(timeout=20)


def test_an_upload_is_checked_recorded_and_found_again(start, folder, plot):
    client = start("--factory", "geo_toolkit_api:create_app", GEO_TOOLKIT_WORKSPACE=str(folder))
    assert client.get("/health").json()["workspace"] == "little"
    assert client.get("/layers").json()[0]["features"] == 1
    answer = client.post("/checks", files={"file": ("地块.geojson", plot())})
    assert answer.status_code == 201, answer.text
    document = answer.json()
    assert document["inputs"][0]["file"] == "地块.geojson"
    assert document["sites"][0]["verdict"] == "prohibited"
    assert document["sites"][0]["findings"][0]["rule_id"] == "T-1"
    again = client.get(answer.headers["location"])
    result = {key: value for key, value in document.items() if key != "id"}
    assert again.json()["result"] == result
    page = client.get("/maps/overview")
    assert "总图" in page.text
    assert "sha256-" in page.headers["content-security-policy"]


def test_a_check_outlives_the_service_that_made_it(start, folder, plot):
    arguments = ("--factory", "geo_toolkit_api:create_app")
    first = start(*arguments, GEO_TOOLKIT_WORKSPACE=str(folder))
    location = first.post("/checks", files={"file": ("p.geojson", plot())}).headers["location"]
    second = start(*arguments, GEO_TOOLKIT_WORKSPACE=str(folder))
    assert second.get(location).json()["status"] == "done"


def test_an_ordinary_client_reads_the_refusal_of_a_file_too_large(start, folder):
    client = start(
        "--factory",
        "geo_toolkit_api:create_app",
        GEO_TOOLKIT_WORKSPACE=str(folder),
        GEO_TOOLKIT_MAX_UPLOAD_MB="1",
    )
    answer = client.post("/checks", files={"file": ("p.geojson", b" " * 1_900_000)})
    assert answer.status_code == 413
    assert answer.json() == {"detail": "expected at most 1 MiB, got more; split the file"}
    assert client.get("/health").status_code == 200


def test_the_entry_of_a_checkout_serves_the_workspace_it_lies_in(start):
    client = start("api.main:app", cwd=ROOT, GEO_TOOLKIT_WORKSPACE="")
    assert client.get("/health").json()["status"] == "ok"
    assert client.get("/").status_code == 200
    assert client.get("/maps/overview").status_code == 200


def test_gdal_reads_the_collections_as_an_ogc_client(start):
    """GDAL's own OAPIF driver: counts, Chinese text, paging and a box (PEERS §6)."""
    client = start("api.main:app", cwd=ROOT, GEO_TOOLKIT_WORKSPACE="")
    source = f"OAPIF:{client.base_url}/ogc".replace("//ogc", "/ogc")
    names = {name for name, _ in pyogrio.list_layers(source)}
    assert {"parks", "rivers", "counties"} <= names
    parks = pyogrio.read_dataframe(source, layer="parks")
    answer = client.get("/ogc/collections/parks/items?limit=1").json()
    assert len(parks) == answer["numberMatched"]
    assert "南充高新区" in set(parks["name_zh"])
    rivers = pyogrio.read_dataframe(source, layer="rivers")  # more than one page of GDAL's
    assert (
        len(rivers) == client.get("/ogc/collections/rivers/items?limit=1").json()["numberMatched"]
    )
    near = pyogrio.read_dataframe(source, layer="rivers", bbox=(106.0, 30.6, 106.1, 30.7))
    assert 0 < len(near) < len(rivers)
