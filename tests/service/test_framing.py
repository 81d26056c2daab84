import json
import re
import shutil
import time
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from geo_toolkit_api import Settings, create_app

ROOT = Path(__file__).parents[2]
CHEMICAL = ROOT / "examples" / "chemical_plot.txt"


@pytest.fixture(scope="module")
def real(tmp_path_factory):
    """Return a service over a copy of the bundled workspace, with records of its own."""
    root = tmp_path_factory.mktemp("workspace")
    shutil.copy(ROOT / "workspace.toml", root)
    for name in ("layers", "rules", "maps"):
        shutil.copytree(ROOT / name, root / name)
    settings = Settings(allowed_hosts=("testserver",), quick_sites=2)
    with TestClient(create_app(root, settings)) as client:
        yield client


@pytest.fixture(scope="module")
def checked(real):
    """Return the document of the chemical example."""
    answer = real.post(
        "/checks",
        files={"file": ("chemical_plot.txt", CHEMICAL.read_bytes())},
        data={"project_type": "chemical", "as_of": "2026-11-24", "lang": "zh"},
    )
    assert answer.status_code == 201
    return answer.json()


def data_of(html):
    """Return what a page draws."""
    return json.loads(re.search(r'id="gt-data">(.*?)</script>', html, re.DOTALL)[1])


def test_the_map_of_a_check_is_for_a_frame_of_this_service_alone(real, checked):
    answer = real.get(f"/checks/{checked['id']}/map", params={"lang": "zh"})
    assert answer.status_code == 200
    policy = answer.headers["content-security-policy"]
    assert policy.endswith("frame-ancestors 'self'")
    assert "unsafe" not in policy
    data = data_of(answer.text)
    assert data["framed"] is True
    (sites,) = [layer for layer in data["layers"] if layer["id"] == "result:sites"]
    assert [site["i"] for site in sites["features"]] == ["chemical_plot#1"]
    (lines,) = [layer for layer in data["layers"] if layer["id"] == "result:nearest"]
    shore = next(line for line in lines["features"] if line["r"] == "river_shoreline")
    nearest = next(role for role in checked["sites"][0]["roles"] if role["role"] == shore["r"])
    assert shore["d"] == pytest.approx(nearest["nearest_m"], abs=0.06)
    assert "密级：公开" in data["credits"]


def test_the_map_speaks_the_language_that_is_asked_for(real, checked):
    data = data_of(real.get(f"/checks/{checked['id']}/map", params={"lang": "en"}).text)
    assert data["words"]["draw_cancel"] == "Cancel"
    assert "Secrecy: public" in data["credits"]


def test_a_check_in_another_language_says_the_same(real, checked):
    english = real.get(f"/checks/{checked['id']}/in/en").json()
    assert (english["language"], english["check_id"]) == ("en", checked["check_id"])
    assert real.get(f"/checks/{checked['id']}/in/zh").json()["sites"] == checked["sites"]
    for here, there in zip(checked["sites"], english["sites"], strict=True):
        assert here["verdict"] == there["verdict"] == "prohibited"
        for one, other in zip(here["findings"], there["findings"], strict=True):
            assert (one["rule_id"], one["outcome"], one["distance_m"]) == (
                other["rule_id"], other["outcome"], other["distance_m"],
            )  # fmt: skip
    reason = next(f["reason"] for f in english["sites"][0]["findings"] if f["rule_id"] == "YZ-1")
    assert "limit 1000 m" in reason


@pytest.mark.parametrize("path", ["/checks/nothing/map", "/checks/nothing/in/en"])
def test_an_unknown_check_is_not_found(real, path):
    answer = real.get(path)
    assert answer.status_code == 404
    assert answer.json()["detail"] == "no check 'nothing' here; send its file again"


def test_a_check_of_many_sites_shows_their_outlines_alone(real, plot):
    many = plot(sites=3)
    state = real.post("/checks", files={"file": ("many.geojson", many)}).json()
    for _ in range(600):
        now = real.get(f"/checks/{state['id']}").json()
        if now["status"] not in ("queued", "running"):
            break
        time.sleep(0.05)
    check_id = now["result"]["check_id"]
    data = data_of(real.get(f"/checks/{check_id}/map").text)
    results = {layer["id"]: layer for layer in data["layers"] if layer["id"].startswith("result:")}
    assert list(results) == ["result:sites"]
    assert len(results["result:sites"]["features"]) == 3
    refused = real.get(f"/checks/{check_id}/in/en")
    assert refused.status_code == 422
    assert "expected at most 2 sites for another language, got 3" in refused.json()["detail"]


def test_the_empty_map_has_counties_and_rivers_on(real):
    answer = real.get("/page/map", params={"lang": "zh"})
    assert answer.headers["content-security-policy"].endswith("frame-ancestors 'self'")
    data = data_of(answer.text)
    assert data["sites"] == []
    assert {layer["id"] for layer in data["layers"] if layer["on"]} == {"counties", "rivers"}


def test_the_empty_map_leaves_out_what_may_not_be_shown_or_read(client):
    data = data_of(client.get("/page/map").text)
    assert [layer["id"] for layer in data["layers"]] == ["parks"]
