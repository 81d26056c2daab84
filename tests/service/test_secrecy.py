"""Without a key nobody gets more of a layer that is not public than a verdict."""

from io import BytesIO
from zipfile import ZipFile

import pytest
import shapely
from fastapi.testclient import TestClient
from geo_toolkit_api import create_app


@pytest.fixture
def secret(city, rectangle):
    line = rectangle(0, 0, 1000)
    city.layer(
        "line", "ecological_red_line", [("KEY-77", line)], coverage="all", secrecy="internal"
    )
    return city.rule("R", "ecological_red_line").open()


@pytest.fixture
def client(secret):
    with TestClient(create_app(secret), base_url="http://127.0.0.1") as opened:
        yield opened


def posted(client, sites):
    text = sites.inputs[0].path.read_bytes()
    return client.post("/checks", files={"file": ("plot.geojson", BytesIO(text))})


def test_an_upload_gets_the_verdict_and_coarse_numbers_only(client, plots, rectangle):
    answer = posted(client, plots(rectangle(900, 100, 200)))
    assert answer.status_code == 201
    (site,) = answer.json()["sites"]
    assert site["verdict"] == "prohibited"
    assert site["findings"][0]["feature_id"] is None
    assert site["findings"][0]["overlap_m2"] % 100 == 0
    assert "KEY-77" not in answer.text
    assert answer.json()["audience"] == "applicant"


def test_an_internal_edition_made_elsewhere_does_not_leave_here(client, secret, plots, rectangle):
    made = secret.check(plots(rectangle(900, 100, 200)))
    assert made.document["sites"][0]["findings"][0]["feature_id"] == "KEY-77"
    answer = client.get(f"/checks/{made.document['check_id']}")
    assert answer.status_code == 404
    assert "KEY-77" not in answer.text


def test_the_list_of_layers_says_no_coordinate(client, secret):
    answer = client.get("/layers")
    assert answer.status_code == 200
    entry = next(e for e in answer.json() if e["id"] == "line")
    assert entry["secrecy"] == "internal"
    corner = shapely.get_coordinates(secret.layers["line"].read().frame.geometry.iloc[0])[0]
    assert f"{corner[0]:.4f}" not in answer.text


def test_a_zip_is_no_way_round(client, plots, rectangle):
    text = plots(rectangle(900, 100, 200)).inputs[0].path.read_bytes()
    packed = BytesIO()
    with ZipFile(packed, "w") as archive:
        archive.writestr("plot.geojson", text)
    answer = client.post("/checks", files={"file": ("plot.zip", BytesIO(packed.getvalue()))})
    assert answer.status_code in (201, 400, 415, 422)
    assert "KEY-77" not in answer.text
