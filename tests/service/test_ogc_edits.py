"""Part 4: features created, replaced, changed and deleted, each as a version of the layer."""

import json
from urllib.parse import quote

import pytest
import shapely
from fastapi.testclient import TestClient
from geo_toolkit_api import create_app
from geo_toolkit_api.callers import Caller, caller_of

EPSG = "http://www.opengis.net/def/crs/EPSG/0/"
ITEMS = "/ogc/collections/parks/items"
GEOJSON = {"content-type": "application/geo+json"}
EDITOR = Caller("key editor", frozenset({"read", "publish"}), key_id="editor")


def made(city, rectangle, count=60):
    """Return a workspace of some parks of 500 m, one layer of internal and one of verdicts only."""
    features = [
        (f"p{n:02d}", rectangle(500 * (n % 30), 2000 * (n // 30), 400),
         {"name_zh": f"园区{n}", "rank": n, "share": n / 2, "open": n % 2 == 0})
        for n in range(count)
    ]  # fmt: skip
    city.layer("parks", "industrial_park", features)
    line = [(f"L{n}", rectangle(3000 + 500 * n, 9000, 300)) for n in range(60)]
    city.layer("line", "ecological_red_line", line, secrecy="internal")
    city.layer("secret", "permanent_basic_farmland", line, secrecy="verdict_only")
    return city.open()


@pytest.fixture
def workspace(city, rectangle):
    return made(city, rectangle)


def opened(workspace, caller=EDITOR):
    app = create_app(workspace)
    app.dependency_overrides[caller_of] = lambda: caller
    return TestClient(app, base_url="http://127.0.0.1")


@pytest.fixture
def client(workspace):
    with opened(workspace) as client:
        yield client


def feature(client, key="p07", **params):
    answer = client.get(f"{ITEMS}/{key}", params=params)
    assert answer.status_code == 200, answer.text
    body = answer.json()
    del body["links"]
    return body, answer.headers["etag"]


def square(lon=106.3, lat=30.75, side=0.003):
    return json.loads(shapely.to_geojson(shapely.box(lon, lat, lon + side, lat + side)))


def versions(workspace, layer="parks"):
    return workspace.layers[layer].versions


def sent(client, method, path, body, **headers):
    return client.request(
        method, path, content=json.dumps(body), headers={**GEOJSON, **headers}
    )  # fmt: skip


def test_a_feature_is_created_where_location_says(client, workspace):
    body = {"type": "Feature", "id": "新园", "geometry": square(),
            "properties": {"name_zh": "新园区", "rank": 99}}  # fmt: skip
    answer = sent(client, "POST", ITEMS, body, **{"geo-toolkit-note": quote("新增一个园区")})
    assert answer.status_code == 201, answer.text
    assert answer.headers["location"].endswith(f"/parks/items/{quote('新园')}")
    read = client.get(answer.headers["location"])
    assert read.status_code == 200
    assert read.headers["etag"] == answer.headers["etag"]
    assert read.json()["properties"] == {
        "id": "新园", "name_zh": "新园区", "rank": 99, "share": None, "open": None,
    }  # fmt: skip
    newest = versions(workspace)[-1]
    assert (newest.number, newest.features, newest.author) == (1, 61, "key editor")
    assert newest.note == "新增一个园区"
    assert newest.effective_from is not None
    again = sent(client, "POST", ITEMS, body)
    assert again.status_code == 409
    assert "replace it with PUT" in again.json()["detail"]


def test_a_feature_without_an_id_gets_one(client):
    body = {"type": "Feature", "geometry": square(), "properties": None}
    answer = sent(client, "POST", ITEMS, body)
    assert answer.status_code == 201
    assert client.get(answer.headers["location"]).json()["id"].startswith("parks-")


def test_a_key_may_hold_what_an_address_cannot(client):
    for key in ("a/b c", "问?x=1#y", "../p01"):
        body = {"type": "Feature", "id": key, "geometry": square(), "properties": {}}
        made = sent(client, "POST", ITEMS, body)
        assert made.status_code == 201, made.text
        read = client.get(made.headers["location"])
        assert (read.status_code, read.json()["id"]) == (200, key)
        gone = client.delete(made.headers["location"], headers={"if-match": made.headers["etag"]})
        assert gone.status_code == 204, gone.text


def test_a_feature_is_replaced_and_the_old_version_stays(client, workspace):
    body, tag = feature(client)
    body["properties"] = {"name_zh": "改名园区"}
    answer = sent(client, "PUT", f"{ITEMS}/p07", body, **{"if-match": tag})
    assert answer.status_code == 200, answer.text
    after, new_tag = feature(client)
    assert after["properties"]["name_zh"] == "改名园区"
    assert after["properties"]["rank"] is None
    assert new_tag != tag
    assert feature(client, version=0)[0]["properties"]["name_zh"] == "园区7"
    assert versions(workspace)[-1].note == "replaced p07"


def test_a_patch_changes_what_it_names_alone(client, workspace):
    before, tag = feature(client)
    whole = workspace.layers["parks"].content(0).geometry.iloc[7]
    patch = {"properties": {"rank": None, "share": 0.25}}
    answer = client.patch(
        f"{ITEMS}/p07",
        content=json.dumps(patch),
        headers={"content-type": "application/merge-patch+json", "if-match": tag},
    )
    assert answer.status_code == 200, answer.text
    after, _ = feature(client)
    assert after["geometry"] == before["geometry"]
    assert after["properties"] == {**before["properties"], "rank": None, "share": 0.25}
    kept = workspace.layers["parks"].content(1).geometry.iloc[7]
    assert shapely.equals_exact(kept, whole, 0)  # to the last digit, not those that are sent


def test_a_feature_is_deleted(client, workspace):
    _, tag = feature(client)
    answer = client.delete(f"{ITEMS}/p07", headers={"if-match": tag})
    assert (answer.status_code, answer.content) == (204, b"")
    assert client.get(f"{ITEMS}/p07").status_code == 404
    assert client.get(f"{ITEMS}/p07", params={"version": 0}).status_code == 200
    assert versions(workspace)[-1].features == 59


@pytest.mark.parametrize("code", [4326, 4490, 3857, 4544, 4523])
def test_coordinates_are_in_the_system_that_content_crs_names(client, code):
    body, tag = feature(client, crs=f"{EPSG}{code}")
    degrees, _ = feature(client)
    headers = {"if-match": tag, "content-crs": f"<{EPSG}{code}>"}
    body["properties"]["name_zh"] = "同一地块"
    answer = sent(client, "PUT", f"{ITEMS}/p07", body, **headers)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-crs"] == f"<{EPSG}{code}>"
    after, _ = feature(client)
    moved = shapely.hausdorff_distance(
        *(shapely.from_geojson(json.dumps(f["geometry"])) for f in (degrees, after))
    )
    assert moved < 3e-7  # 3 cm: what was sent is rounded to 1e-7 degrees or a millimetre


def test_an_edit_without_a_tag_is_428_and_with_an_old_one_412(client, workspace):
    body, tag = feature(client)
    body["properties"]["rank"] = 100
    for method in ("PUT", "PATCH", "DELETE"):
        assert sent(client, method, f"{ITEMS}/p07", body).status_code == 428
        for wrong in ('"other"', f"W/{tag}", "p07"):
            stale = sent(client, method, f"{ITEMS}/p07", body, **{"if-match": wrong})
            assert stale.status_code == 412, (method, wrong)
    assert versions(workspace) == ()
    assert sent(client, "PUT", f"{ITEMS}/p07", body, **{"if-match": "*"}).status_code == 200


def test_of_two_editors_of_a_feature_one_wins(client, workspace):
    body, tag = feature(client)
    first = {**body, "properties": {**body["properties"], "rank": 1000}}
    second = {**body, "properties": {**body["properties"], "rank": 2000}}
    answers = [sent(client, "PUT", f"{ITEMS}/p07", b, **{"if-match": tag}) for b in (first, second)]
    assert [a.status_code for a in answers] == [200, 412]
    assert feature(client)[0]["properties"]["rank"] == 1000
    assert len(versions(workspace)) == 2  # the data file, and one edit


def test_an_edit_of_another_feature_makes_no_tag_stale(client):
    one, tag_of_one = feature(client, "p01")
    other, tag_of_other = feature(client, "p02")
    one["properties"]["rank"] = other["properties"]["rank"] = 77
    assert sent(client, "PUT", f"{ITEMS}/p01", one, **{"if-match": tag_of_one}).status_code == 200
    answer = sent(client, "PUT", f"{ITEMS}/p02", other, **{"if-match": tag_of_other})
    assert answer.status_code == 200


def test_two_processes_cannot_both_win(workspace, city, monkeypatch):
    """Another process publishes between the look and the write: the second is told."""
    with opened(workspace) as client:
        body, tag = feature(client)
        body["properties"]["rank"] = 500
        import geo_toolkit_api.ogc.edits as edits

        plain = edits.prepare_update

        def meanwhile(*args, **keys):
            prepared = plain(*args, **keys)
            other = city.open().layers["parks"]
            path = city.root / "other.gpkg"
            other.export(path.with_suffix(".geojson"))
            document = json.loads(path.with_suffix(".geojson").read_text(encoding="utf-8"))
            document["features"][0]["properties"]["rank"] = 4711
            path.with_suffix(".geojson").write_text(json.dumps(document), encoding="utf-8")
            other.update(path.with_suffix(".geojson"), note="meanwhile", crs="EPSG:4490")
            return prepared

        monkeypatch.setattr(edits, "prepare_update", meanwhile)
        answer = sent(client, "PUT", f"{ITEMS}/p07", body, **{"if-match": tag})
        assert answer.status_code == 409, answer.text
        assert "meanwhile" in answer.json()["detail"]
        assert versions(workspace)[-1].note == "meanwhile"


def test_the_gate_refuses_with_reasons_unless_one_is_given(city, rectangle):
    workspace = made(city, rectangle, count=20)  # one of 20 is more than 2 %
    with opened(workspace) as client:
        _, tag = feature(client)
        headers = {"if-match": tag}
        refused = client.delete(f"{ITEMS}/p07", headers=headers)
        assert refused.status_code == 409
        assert "features removed: 5.0% (1 of 20), limit 2.0%" in refused.json()["detail"]
        assert workspace.layers["parks"].versions == ()
        headers["geo-toolkit-override"] = quote("经批准核减")
        assert client.delete(f"{ITEMS}/p07", headers=headers).status_code == 204
        assert workspace.layers["parks"].versions[-1].override == "经批准核减"


BAD = [
    ({"type": "Point"}, "type: expected 'Feature'"),
    ({"geometry": None}, "geometry: expected a polygon"),
    ({"geometry": {"type": "Point", "coordinates": [106.3, 30.7]}}, "got Point"),
    ({"geometry": {"type": "Polygon", "coordinates": []}}, "that is not empty"),
    ({"geometry": {"type": "Polygon", "coordinates": "x"}}, "a geometry in GeoJSON"),
    ({"geometry": {"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [0, 1], [1, 0], [0, 0]]]}},
     "a valid outline"),
    ({"geometry": {"type": "Polygon", "coordinates": [[[500, 0], [501, 0], [501, 1], [500, 0]]]}},
     "coordinates on the earth"),
    ({"properties": {"nothing": 1}}, "no property 'nothing'"),
    ({"properties": {"feature_name": "x"}}, "no property 'feature_name'"),
    ({"properties": {"rank": "first"}}, "a value of type integer"),
    ({"properties": {"rank": 1.5}}, "a value of type integer"),
    ({"properties": {"rank": True}}, "a value of type integer"),
    ({"properties": {"rank": 10**30}}, "a value of type integer"),
    ({"properties": {"share": "half"}}, "a value of type number"),
    ({"properties": {"open": 1}}, "a value of type boolean"),
    ({"properties": {"name_zh": {"a": 1}}}, "a value of type string"),
    ({"properties": {"name_zh": "\ud800"}}, "a value of type string"),
    ({"properties": {"name_zh": "a\x00b"}}, "a value of type string"),
    ({"properties": {"id": "other"}, "id": "one"}, "the id 'one'"),
    ({"id": {"a": 1}}, "id: expected a text"),
    ({"id": "a\nb"}, "a printable text"),
    ({"properties": [1]}, "properties: expected an object"),
]  # fmt: skip


@pytest.mark.parametrize(("change", "reason"), BAD)
def test_a_feature_that_cannot_be_stored_is_refused(client, workspace, change, reason):
    body = {"type": "Feature", "geometry": square(), "properties": {}, **change}
    answer = sent(client, "POST", ITEMS, body)
    assert answer.status_code == 422, answer.text
    assert reason in answer.json()["detail"]
    assert workspace.layers["parks"].versions == ()


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"{", "application/geo+json", 400),
        (b"[1]", "application/geo+json", 400),
        (b'{"type": NaN}', "application/geo+json", 400),
        (b"[" * 100_000, "application/geo+json", 400),
        (b'\xff{"type": "Feature"}', "application/geo+json", 400),
        (b"", "application/geo+json", 400),
        (
            b'{"type": "Feature", "geometry": {"type": "Point", "coordinates": [1e999, 1]}}',
            "application/geo+json",
            422,
        ),
        (b'{"type": "Feature", "id": ' + b"9" * 5000 + b"}", "application/geo+json", 400),
        (b"<xml/>", "text/xml", 415),
        (b"{}", "", 415),
        (b'{"type": "FeatureCollection", "features": []}', "application/geo+json", 422),
    ],
)
def test_a_body_that_is_no_feature_is_refused(client, body, kind, status):
    answer = client.post(ITEMS, content=body, headers={"content-type": kind})
    assert answer.status_code == status, answer.text


def test_a_place_outside_the_workspace_is_the_gates_to_refuse(client):
    body = {"type": "Feature", "geometry": square(lon=120.0), "properties": {}}
    answer = sent(client, "POST", ITEMS, body)
    assert answer.status_code == 409
    assert "features outside the workspace's bounds: 1, limit 0" in answer.json()["detail"]


def test_a_fault_of_the_layers_own_rules_is_422(city, rectangle):
    made(city, rectangle)
    path = city.root / "layers/test/parks.toml"
    rule = "\n[columns.name_zh]\nrequired = true\n"
    path.write_text(path.read_text(encoding="utf-8") + rule, encoding="utf-8")
    with opened(city.open()) as client:
        body = {"type": "Feature", "geometry": square(), "properties": {}}
        answer = sent(client, "POST", ITEMS, body)
        assert answer.status_code == 422
        assert "name_zh" in answer.json()["detail"]


def test_who_may_edit(workspace):
    body = {"type": "Feature", "geometry": square(), "properties": {}}
    nobody = Caller("http 127.0.0.1", frozenset({"read"}))
    reader = Caller("key r", frozenset({"read", "internal"}), key_id="r")
    for caller, status in ((nobody, 401), (reader, 403)):
        with opened(workspace, caller) as client:
            for method, path in (
                ("POST", ITEMS), ("PUT", f"{ITEMS}/p07"),
                ("PATCH", f"{ITEMS}/p07"), ("DELETE", f"{ITEMS}/p07"),
                ("POST", "/ogc/collections/line/items"),
                ("POST", "/ogc/collections/none/items"),
            ):  # fmt: skip
                answer = sent(client, method, path, body)
                assert answer.status_code == status, (method, path)
                assert "line" not in answer.json()["detail"]
    assert workspace.layers["parks"].versions == ()


def test_a_layer_that_is_not_public_takes_the_internal_scope_too(workspace):
    body = {"type": "Feature", "geometry": square(), "properties": {}}
    both = Caller("key b", frozenset({"read", "internal", "publish"}), key_id="b")
    with opened(workspace) as client:
        answer = sent(client, "POST", "/ogc/collections/line/items", body)
        assert (answer.status_code, answer.json()["detail"]) == (
            404, "no collection 'line'; known: parks",
        )  # fmt: skip
    with opened(workspace, both) as client:
        answer = sent(client, "POST", "/ogc/collections/line/items", body)
        assert answer.status_code == 201, answer.text
        assert answer.headers["cache-control"] == "private, no-cache"
        for secret in ("secret", "none"):
            answer = sent(client, "POST", f"/ogc/collections/{secret}/items", body)
            assert answer.status_code == 404


def test_allow_says_what_the_caller_may(workspace):
    with opened(workspace) as client:
        answer = client.options(ITEMS)
        assert (answer.status_code, answer.headers["allow"]) == (200, "GET, OPTIONS, POST")
        assert client.options(f"{ITEMS}/p07").headers["allow"] == (
            "GET, OPTIONS, PUT, PATCH, DELETE"
        )
        assert client.options("/ogc/collections/line/items").status_code == 404
    with opened(workspace, Caller("http 127.0.0.1", frozenset({"read"}))) as client:
        assert client.options(ITEMS).headers["allow"] == "GET, OPTIONS"
        assert client.options(f"{ITEMS}/p07").headers["allow"] == "GET, OPTIONS"


def test_a_read_only_workspace_says_so_and_offers_no_editing(workspace, monkeypatch):
    monkeypatch.setattr("os.access", lambda *_args: False)
    with opened(workspace) as client:
        body, tag = feature(client)
        answer = sent(client, "PUT", f"{ITEMS}/p07", body, **{"if-match": tag})
        assert answer.status_code == 409
        assert "the workspace is read-only" in answer.json()["detail"]
        assert client.options(ITEMS).headers["allow"] == "GET, OPTIONS"
        declared = client.get("/ogc/conformance").json()["conformsTo"]
        assert not [uri for uri in declared if "features-4" in uri]
        assert workspace.layers["parks"].versions == ()


def test_an_edit_that_changes_nothing_publishes_nothing(client, workspace):
    _, tag = feature(client)
    headers = {"content-type": "application/merge-patch+json", "if-match": tag}
    answer = client.patch(f"{ITEMS}/p07", content=b"{}", headers=headers)
    assert answer.status_code == 200
    assert answer.headers["etag"] == tag
    assert workspace.layers["parks"].versions == ()


def test_what_is_in_force_later_is_not_undone(client, workspace, city):
    layer = workspace.layers["parks"]
    path = city.root / "later.geojson"
    layer.export(path)
    document = json.loads(path.read_text(encoding="utf-8"))
    document["features"][0]["properties"]["rank"] = 4711
    path.write_text(json.dumps(document), encoding="utf-8")
    layer.update(path, note="later", effective_from="2099-01-01", crs="EPSG:4490")
    body, tag = feature(client)
    answer = sent(client, "PUT", f"{ITEMS}/p07", body, **{"if-match": tag})
    assert answer.status_code == 409
    assert "in force later" in answer.json()["detail"]


def test_coordinates_of_a_web_map_are_not_edited(city, rectangle):
    city.layer("web", "wetland", [("w", rectangle(0, 0, 100))], crs="EPSG:4326", datum="gcj02")
    with opened(city.open()) as client:
        body = {"type": "Feature", "geometry": square(), "properties": {}}
        answer = sent(client, "POST", "/ogc/collections/web/items", body)
        assert answer.status_code == 409
        assert "gcj02" in answer.json()["detail"]
