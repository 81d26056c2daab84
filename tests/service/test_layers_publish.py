"""``/layers/{id}``: one layer, its versions and changes; deliveries validated and published."""

import json
from io import BytesIO

import pytest
from fastapi.testclient import TestClient
from geo_toolkit_api import create_app
from geo_toolkit_api.callers import Caller, caller_of

NOBODY = Caller("http 127.0.0.1", frozenset({"read"}))
READER = Caller("key r", frozenset({"read", "internal"}), key_id="r")
PUBLISHER = Caller("key p", frozenset({"read", "publish"}), key_id="p")
CRS = {"crs": "EPSG:4490"}


@pytest.fixture
def workspace(city, rectangle):
    rows = [(f"p{n}", rectangle(1000 * (n % 10), 1000 * (n // 10), 500), {"name_zh": f"园区{n}"})
            for n in range(60)]  # fmt: skip
    city.layer("parks", "industrial_park", rows, licence="CC0-1.0", authority="某局")
    return city.open()


def opened(workspace, caller):
    app = create_app(workspace)
    app.dependency_overrides[caller_of] = lambda: caller
    return TestClient(app, base_url="http://127.0.0.1")


@pytest.fixture
def client(workspace):
    with opened(workspace, PUBLISHER) as client:
        yield client


@pytest.fixture
def document(workspace, city):
    """Return the layer's features as GeoJSON, to be changed and sent."""
    path = city.root / "sent.geojson"
    workspace.layers["parks"].export(path)
    return json.loads(path.read_text(encoding="utf-8"))


def send(client, action, sent, name="园区.geojson", **fields):
    text = json.dumps(sent, ensure_ascii=False).encode()
    return client.post(
        f"/layers/parks/{action}",
        files={"file": (name, BytesIO(text))},
        data={**CRS, **fields},
    )


def test_one_layer_is_shown_with_its_columns(client):
    shown = client.get("/layers/parks").json()
    assert shown["columns"] == ["id", "name_zh"]
    assert (shown["features"], shown["versions"], shown["version"]) == (60, 0, 0)
    west, south, east, north = shown["bounds"]
    assert west < east
    assert south < north
    assert "data" not in shown
    missing = client.get("/layers/park")
    assert missing.status_code == 404
    assert missing.json()["detail"] == "no layer 'park'; did you mean 'parks'?"


def test_a_delivery_is_published_and_stands_in_the_history(client, workspace, document):
    document["features"][3]["properties"]["name_zh"] = "改名"
    answer = send(
        client, "versions", document, note="一处改名", document="南府发〔2026〕1号",
        effective_from="2026-01-01", evidence="official", accuracy_m="5", coverage="all",
        expect="0",
    )  # fmt: skip
    assert answer.status_code == 201, answer.text
    body = answer.json()
    assert (body["published"], body["version"], body["diff"]["attributes"]) == (True, 1, 1)
    assert answer.headers["location"] == "/layers/parks/versions"
    first, second = client.get(answer.headers["location"]).json()
    assert (first["version"], second["version"]) == (0, 1)
    assert second["note"] == "一处改名"
    assert second["document"] == "南府发〔2026〕1号"
    assert (second["evidence"], second["accuracy_m"]) == ("official", 5.0)
    assert second["author"] == "key p"
    shown = client.get("/layers/parks").json()
    assert (shown["version"], shown["coverage"], shown["document"]) == (
        1, "all", "南府发〔2026〕1号",
    )  # fmt: skip
    with opened(workspace, NOBODY) as public:
        assert [v["author"] for v in public.get("/layers/parks/versions").json()] == [None, None]


def test_the_change_between_two_versions_in_square_metres(client, document):
    """One square of 500 m goes, of 60: 250,000 m² lost."""
    del document["features"][0]
    answer = send(client, "versions", document, note="核减", override="经批准")
    assert answer.status_code == 201, answer.text
    change = client.get("/layers/parks/diff", params={"from": 0, "to": 1}).json()
    assert (change["removed"], change["added"], change["features_after"]) == (1, 0, 59)
    assert change["area_lost_m2"] == pytest.approx(250_000, rel=1e-5)
    back = client.get("/layers/parks/diff", params={"from": 1, "to": 0}).json()
    assert (back["added"], back["area_gained_m2"]) == (1, change["area_lost_m2"])
    for params, status in (({"from": 0, "to": 9}, 404), ({"from": 0}, 422), ({"from": -1}, 422)):
        assert client.get("/layers/parks/diff", params=params).status_code == status


def test_the_gate_refuses_with_reasons(client, workspace, document):
    del document["features"][:10]
    answer = send(client, "versions", document, note="x")
    assert answer.status_code == 409
    detail = answer.json()["detail"]
    assert "area changed: 16.7%" in detail
    assert "features removed: 16.7% (10 of 60), limit 2.0%" in detail
    assert "--override" not in detail
    assert workspace.layers["parks"].versions == ()


def test_every_fault_of_a_delivery_is_told_and_nothing_published(client, workspace, document):
    bow = [[106.2, 30.7], [106.21, 30.71], [106.21, 30.7], [106.2, 30.71], [106.2, 30.7]]
    document["features"][0]["geometry"] = {"type": "Polygon", "coordinates": [bow]}
    document["features"][1]["properties"]["id"] = "p2"
    document["features"][3]["geometry"] = {"type": "Point", "coordinates": [106.2, 30.7]}
    with opened(workspace, NOBODY) as public:
        answer = send(public, "validate", document)
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert {f["code"] for f in body["faults"]} == {
        "invalid_geometry", "no_area", "key_duplicate", "geometry_type",
    }  # fmt: skip
    assert body["published"] is False
    assert body["refusal"]
    assert workspace.layers["parks"].versions == ()
    refused = send(client, "versions", document, note="x")
    assert refused.status_code == 422
    assert workspace.layers["parks"].versions == ()


def test_an_update_that_changes_nothing_is_200_and_no_version(client, workspace, document):
    send(client, "versions", document | {"features": document["features"][:59]}, note="a",
         override="r")  # fmt: skip
    path = workspace.layers["parks"]
    assert path.versions[-1].number == 1
    document["features"] = document["features"][:59]
    answer = send(client, "versions", document, note="again")
    assert answer.status_code == 200, answer.text
    assert answer.json()["unchanged"] is True
    assert "location" not in answer.headers
    assert path.versions[-1].number == 1


def test_who_publishes_second_is_told(client, document):
    document["features"][3]["properties"]["name_zh"] = "一"
    assert send(client, "versions", document, note="a", expect="0").status_code == 201
    document["features"][3]["properties"]["name_zh"] = "二"
    answer = send(client, "versions", document, note="b", expect="0")
    assert answer.status_code == 409
    assert "expected version 0 to be the newest, got version 1" in answer.json()["detail"]


def test_a_coverage_file_goes_with_the_version(client, workspace, document):
    document["features"][3]["properties"]["name_zh"] = "一"
    cover = {"type": "Polygon", "coordinates": [[[106.1, 30.6], [106.3, 30.6], [106.3, 30.8],
                                                 [106.1, 30.8], [106.1, 30.6]]]}  # fmt: skip
    covered = {"type": "FeatureCollection", "features": [
        {"type": "Feature", "properties": {}, "geometry": cover}]}  # fmt: skip
    text = json.dumps(document, ensure_ascii=False).encode()
    files = {
        "file": ("d.geojson", BytesIO(text)),
        "coverage_file": ("范围.geojson", BytesIO(json.dumps(covered).encode())),
    }
    both = client.post("/layers/parks/versions", files=files,
                       data={**CRS, "note": "x", "coverage": "all"})  # fmt: skip
    assert both.status_code == 422
    for part in files.values():
        part[1].seek(0)
    answer = client.post("/layers/parks/versions", files=files, data={**CRS, "note": "x"})
    assert answer.status_code == 201, answer.text
    layer = workspace.layers["parks"].read()
    assert layer.coverage.bounds == pytest.approx((106.1, 30.6, 106.3, 30.8))


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"coverage": "/etc/passwd"}, "coverage"),
        ({"evidence": "sure"}, "evidence"),
        ({"secrecy": "open"}, "secrecy"),
        ({"accuracy_m": "-1"}, "accuracy_m"),
        ({"accuracy_m": "nan"}, "accuracy_m"),
        ({"effective_from": "tomorrow"}, "effective-from"),
        ({"override": " "}, "override"),
        ({"expect": "-1"}, "expect"),
        ({"datum": "mars"}, "datum"),
        ({"crs": "+proj=longlat +nadgrids=/etc/passwd"}, "unknown coordinate system"),
        ({"note": ""}, "note"),
    ],
)
def test_a_wrong_field_is_422(client, workspace, document, fields, reason):
    answer = send(client, "versions", document, **{"note": "x", **fields})
    assert answer.status_code == 422, answer.text
    assert reason in answer.json()["detail"]
    assert workspace.layers["parks"].versions == ()


def test_a_file_that_cannot_be_read_is_refused_in_one_line(client, workspace):
    for name, content in (("a.gpkg", b"no"), ("a.zip", b"PK"), ("a.geojson", b"{"), ("a", b"")):
        for action in ("validate", "versions"):
            answer = client.post(
                f"/layers/parks/{action}",
                files={"file": (name, BytesIO(content))},
                data={"note": "x"},
            )
            assert answer.status_code == 422, (name, answer.text)
            assert "\n" not in answer.json()["detail"]
    assert workspace.layers["parks"].versions == ()


def test_who_may_publish(workspace, document):
    for caller, status in ((NOBODY, 401), (READER, 403)):
        with opened(workspace, caller) as client:
            assert send(client, "versions", document, note="x").status_code == status
    assert workspace.layers["parks"].versions == ()


def test_a_read_only_workspace_says_so(workspace, document, monkeypatch):
    monkeypatch.setattr("os.access", lambda *_args: False)
    with opened(workspace, PUBLISHER) as client:
        answer = send(client, "versions", document, note="x")
        assert answer.status_code == 409
        assert "the workspace is read-only" in answer.json()["detail"]
        assert send(client, "validate", document).status_code == 200
