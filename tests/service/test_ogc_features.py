"""OGC API - Features: written from the abstract tests of Parts 1, 2, 3 and 5."""

import json

import pytest
import shapely
from fastapi.testclient import TestClient
from geo_toolkit_api import create_app

CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
EPSG = "http://www.opengis.net/def/crs/EPSG/0/"


@pytest.fixture
def client(city, rectangle):
    features = [
        (f"p{n:02d}", rectangle(1000 * n, 0, 500), {"name_zh": f"园区{n}", "rank": n, "kind": kind})
        for n, kind in enumerate(["化工", "物流", "化工", "", "物流"] * 5)
    ]
    city.layer("parks", "industrial_park", features, licence="CC0")
    city.layer("hidden", "ecological_red_line", [("x", rectangle(0, 0, 10))], secrecy="internal")
    city.layer("empty", "wetland", [])
    with TestClient(create_app(city.open()), base_url="http://127.0.0.1") as opened:
        yield opened


def get(client, path, **params):
    return client.get(f"/ogc{path}", params=params)


def items(client, **params):
    answer = get(client, "/collections/parks/items", **params)
    assert answer.status_code == 200, answer.text
    return answer.json()


def ids(answer):
    return [feature["id"] for feature in answer["features"]]


def test_landing_links_what_qgis_needs(client):
    body = get(client, "").json()
    rels = {link["rel"]: link for link in body["links"]}
    assert {"self", "service-desc", "conformance", "data", "alternate"} <= set(rels)
    for link in rels.values():
        assert client.get(link["href"].replace("http://127.0.0.1", "")).status_code == 200
    assert get(client, "/").json() == body


def test_conformance_declares_the_parts(client):
    declared = get(client, "/conformance").json()["conformsTo"]
    for part in ("features-1/1.0/conf/core", "features-2/1.0/conf/crs", "cql2-text", "schemas"):
        assert any(part in uri for uri in declared)


def test_only_public_layers_are_collections(client):
    listed = get(client, "/collections").json()
    assert [c["id"] for c in listed["collections"]] == ["empty", "parks"]
    assert get(client, "/collections/hidden").status_code == 404
    assert get(client, "/collections/hidden/items").status_code == 404
    assert get(client, "/collections/nothing").json()["detail"].startswith("no collection")


def test_a_collection_has_extent_systems_and_links(client):
    body = get(client, "/collections/parks").json()
    west, south, east, north = body["extent"]["spatial"]["bbox"][0]
    assert west < east
    assert south < north
    assert body["storageCrs"] == f"{EPSG}4490"
    assert body["crs"][0] == CRS84
    assert {"items", "self"} <= {link["rel"] for link in body["links"]}


def test_a_page_counts_and_links_the_next(client):
    first = items(client, limit=10)
    assert (first["numberMatched"], first["numberReturned"]) == (25, 10)
    seen = ids(first)
    answer = first
    while nexts := [link for link in answer["links"] if link["rel"] == "next"]:
        answer = client.get(nexts[0]["href"]).json()
        seen += ids(answer)
    assert seen == [f"p{n:02d}" for n in range(25)]
    assert "prev" in {link["rel"] for link in answer["links"]}


def test_an_over_large_limit_is_clamped(client):
    assert items(client, limit=10_000_000)["numberReturned"] == 25


@pytest.mark.parametrize(
    "params",
    [
        {"limit": "0"}, {"limit": "-1"}, {"limit": "x"}, {"limit": ""}, {"offset": "-1"},
        {"bbox": "1,2,3"}, {"bbox": "a,b,c,d"}, {"bbox": "1,2,3,nan"}, {"bbox": "107,30,106,31,5"},
        {"bbox": "106,31,107,30"}, {"crs": f"{EPSG}4547"}, {"bbox-crs": "x", "bbox": "1,2,3,4"},
        {"filter": "rank >"}, {"filter": "secret = 1"},
        {"filter": "rank = 1", "filter-lang": "sql"},
        {"filter": "1=1; DROP TABLE parks"}, {"datetime": "yesterday"}, {"f": "xml"},
        {"unknown": "1"}, {"version": "x"}, {"version": "99"}, {"filter-crs": f"{EPSG}4547"},
        {"filter": "(" * 3000 + "rank = 1" + ")" * 3000}, {"filter": "casei(name_zh) = 'a'"},
    ],
)  # fmt: skip
def test_a_wrong_parameter_is_400_in_one_line(client, params):
    answer = get(client, "/collections/parks/items", **params)
    assert answer.status_code == 400, answer.text
    detail = answer.json()["detail"]
    assert "\n" not in detail
    assert "Traceback" not in detail


def test_a_box_selects_what_it_meets(client):
    whole = items(client, limit=25)
    second = shapely.from_geojson(json.dumps(whole["features"][1]["geometry"]))
    west, south, east, north = second.buffer(-0.0005).bounds
    assert ids(items(client, bbox=f"{west},{south},{east},{north}")) == ["p01"]
    six = f"{west},{south},0,{east},{north},100"
    assert ids(items(client, bbox=six)) == ["p01"]


def test_axis_order_is_that_of_each_system(client):
    lon, lat = items(client, limit=1)["features"][0]["geometry"]["coordinates"][0][0]
    assert lon > 100 > lat
    for code in (4326, 4490):
        first, second = items(client, limit=1, crs=f"{EPSG}{code}")["features"][0]["geometry"][
            "coordinates"
        ][0][0]
        assert (round(first, 6), round(second, 6)) == (round(lat, 6), round(lon, 6))
    for code, east_floor in ((4523, 35_000_000), (4544, 0)):
        north, east = items(client, limit=1, crs=f"{EPSG}{code}")["features"][0]["geometry"][
            "coordinates"
        ][0][0]
        assert 3_300_000 < north < 3_500_000
        assert east_floor < east < east_floor + 1_000_000


def test_projected_coordinates_agree_with_another_library(client):
    """Zone 35 by pyproj directly: to the millimetre that is printed."""
    from pyproj import Transformer

    lon, lat = items(client, limit=1)["features"][0]["geometry"]["coordinates"][0][0]
    answer = get(client, "/collections/parks/items", limit=1, crs=f"{EPSG}4523")
    assert answer.headers["content-crs"] == f"<{EPSG}4523>"
    north, east = answer.json()["features"][0]["geometry"]["coordinates"][0][0]
    expected = Transformer.from_crs(4490, 4523, always_xy=True).transform(lon, lat)
    assert (east, north) == pytest.approx(expected, abs=0.02)  # lon, lat were rounded to 1e-7


def test_a_box_in_another_system(client):
    corners = items(client, limit=2, crs=f"{EPSG}4523")["features"][1]["geometry"]["coordinates"][0]
    norths, easts = [c[0] for c in corners], [c[1] for c in corners]
    box = f"{min(norths) + 50},{min(easts) + 50},{max(norths) - 50},{max(easts) - 50}"
    found = items(client, **{"bbox": box, "bbox-crs": f"{EPSG}4523"})
    assert ids(found) == ["p01"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("rank = 3", ["p03"]),
        ("rank < 2", ["p00", "p01"]),
        ("rank >= 23 AND kind = '物流'", ["p24"]),
        ("rank IN (1, 2)", ["p01", "p02"]),
        ("rank BETWEEN 4 AND 6", ["p04", "p05", "p06"]),
        ("NOT (rank > 0)", ["p00"]),
        ("name_zh LIKE '园区1%' AND rank < 12", ["p01", "p10", "p11"]),
        ("name_zh = '园区5' OR rank = 6", ["p05", "p06"]),
        ("2 > rank", ["p00", "p01"]),
    ],
)
def test_cql2_text(client, text, expected):
    assert ids(items(client, limit=100, filter=text)) == expected


def test_cql2_json_and_space(client):
    whole = items(client, limit=25)
    shape = shapely.from_geojson(json.dumps(whole["features"][2]["geometry"])).buffer(-0.001)
    ring = [list(point) for point in shape.exterior.coords]
    tree = {
        "op": "s_intersects",
        "args": [{"property": "geometry"}, {"type": "Polygon", "coordinates": [ring]}],
    }
    found = items(client, **{"filter": json.dumps(tree), "filter-lang": "cql2-json"})
    assert ids(found) == ["p02"]
    text = f"S_WITHIN(geometry, {shape.envelope.buffer(0.01).wkt})"
    assert "p02" in ids(items(client, limit=100, filter=text))


def test_properties_filter_by_name(client):
    assert ids(items(client, name_zh="园区7")) == ["p07"]
    assert items(client, kind="化工", limit=1)["numberMatched"] == 10


def test_one_feature_and_one_that_is_not_there(client):
    answer = get(client, "/collections/parks/items/p03")
    assert answer.headers["content-type"].startswith("application/geo+json")
    assert answer.json()["properties"]["name_zh"] == "园区3"
    missing = get(client, "/collections/parks/items/zz")
    assert missing.status_code == 404
    assert "zz" in missing.json()["detail"]


def test_queryables_and_schema(client):
    queryables = get(client, "/collections/parks/queryables").json()
    assert queryables["properties"]["rank"]["type"] == "integer"
    assert queryables["properties"]["geometry"]["format"] == "geometry-polygon"
    assert queryables["additionalProperties"] is False
    assert get(client, "/collections/parks/schema").json()["properties"]["id"]["x-ogc-role"] == "id"


def test_html_where_it_is_preferred_and_hostile_text_is_text(client):
    for path in ("", "/conformance", "/collections", "/collections/parks",
                 "/collections/parks/items", "/collections/parks/items/p01"):  # fmt: skip
        answer = get(client, path, f="html")
        assert answer.headers["content-type"].startswith("text/html")
        accepted = client.get(f"/ogc{path}", headers={"accept": "text/html,*/*;q=0.1"})
        assert accepted.headers["content-type"].startswith("text/html")
        assert (
            "json" in client.get(f"/ogc{path}", headers={"accept": "*/*"}).headers["content-type"]
        )


def test_markup_in_attributes_is_escaped(city, rectangle):
    hostile = {"name_zh": "<img src=x onerror=alert(1)>\"'${x}"}
    city.layer("bad", "wetland", [("<b>", rectangle(0, 0, 100), hostile)])
    with TestClient(create_app(city.open()), base_url="http://127.0.0.1") as client:
        page = get(client, "/collections/bad/items", f="html").text
        assert "<img" not in page
        assert "&lt;img src=x" in page
        one = get(client, "/collections/bad/items/%3Cb%3E")
        assert one.json()["properties"]["name_zh"] == hostile["name_zh"]


def test_an_empty_layer_is_an_empty_page(client):
    body = get(client, "/collections/empty/items").json()
    assert (body["numberMatched"], body["features"]) == (0, [])
    assert "extent" not in get(client, "/collections/empty").json()


def test_a_version_or_a_day_pins_the_layer(client):
    assert items(client, version="0", limit=1)["numberMatched"] == 25
    assert items(client, datetime="2026-01-01T00:00:00Z", limit=1)["numberMatched"] == 25
    assert items(client, datetime="../2026-01-01", limit=1)["numberMatched"] == 25


@pytest.fixture
def two_versions(city, rectangle):
    """Return a client of a layer with one feature more in version 1, in force from 2026-06-01."""
    rows = [(f"p{n}", rectangle(1000 * n, 0, 500), {"name_zh": f"园区{n}"}) for n in range(60)]
    city.layer("parks", "industrial_park", rows[:59], effective_from="2026-01-01")
    path = city.root / "layers/test/parks.toml"
    text = path.read_text(encoding="utf-8").replace('"2026-01-01"', "2026-01-01")
    path.write_text(text, encoding="utf-8")
    delivery = city.root / "next.geojson"
    workspace = city.open()
    workspace.layers["parks"].export(delivery)
    document = json.loads(delivery.read_text(encoding="utf-8"))
    shape = shapely.box(106.3, 30.75, 106.301, 30.751)
    document["features"].append(
        {"type": "Feature", "properties": {"id": "new", "name_zh": "新"},
         "geometry": json.loads(shapely.to_geojson(shape))}
    )  # fmt: skip
    delivery.write_text(json.dumps(document), encoding="utf-8")
    workspace.layers["parks"].update(
        delivery, note="one more", effective_from="2026-06-01", crs="EPSG:4490"
    )
    with TestClient(create_app(workspace), base_url="http://127.0.0.1") as opened:
        yield opened


def test_version_and_datetime_pin_every_resource_of_a_layer(two_versions):
    client = two_versions
    for pin, version, count in (
        ({}, 1, 60), ({"version": 0}, 0, 59), ({"version": 1}, 1, 60),
        ({"datetime": "2026-05-31"}, 0, 59), ({"datetime": "2026-06-01"}, 1, 60),
        ({"datetime": "2026-05-31T15:59:59Z"}, 0, 59),  # 23:59:59 in UTC+8
        ({"datetime": "2026-05-31T16:00:00Z"}, 1, 60),
        ({"datetime": "2026-01-01/2026-02-01"}, 0, 59),
    ):  # fmt: skip
        body = get(client, "/collections/parks", **pin).json()
        assert (body["version"], body["itemCount"]) == (version, count)
        assert items(client, **pin, limit=1)["numberMatched"] == count
        new = get(client, "/collections/parks/items/new", **pin)
        assert new.status_code == (200 if version else 404)
        for path in ("queryables", "schema", "tiles", "tiles/WebMercatorQuad"):
            assert get(client, f"/collections/parks/{path}", **pin).status_code == 200
        for link in body["links"]:  # the links stay in the version
            if link["rel"] == "items" and link["type"] == "application/geo+json":
                assert client.get(link["href"]).json()["numberMatched"] == count
    listed = get(client, "/collections", datetime="2026-03-01").json()["collections"]
    assert [(c["id"], c["version"]) for c in listed] == [("parks", 0)]
    assert get(client, "/collections", datetime="2025-12-31").json()["collections"] == []


def test_a_version_or_day_that_is_none_is_refused(two_versions):
    for pin, status in (
        ({"version": 2}, 400), ({"version": "x"}, 400), ({"version": -1}, 400),
        ({"datetime": "2025-12-31"}, 404), ({"datetime": "never"}, 400),
        ({"version": 0, "datetime": "2026-03-01"}, 400),
    ):  # fmt: skip
        for path in ("", "/items", "/items/p1", "/queryables", "/schema", "/tiles",
                     "/tiles/WebMercatorQuad", "/tiles/WebMercatorQuad/9/209/407"):  # fmt: skip
            answer = get(two_versions, f"/collections/parks{path}", **pin)
            assert answer.status_code == status, (path, pin, answer.text)


def test_what_the_client_has_is_not_sent_again(two_versions):
    paths = ("", "/conformance", "/collections", "/collections/parks", "/collections/parks/items",
             "/collections/parks/items?limit=2&offset=2", "/collections/parks/items/p1",
             "/collections/parks/queryables", "/collections/parks/schema", "/tileMatrixSets",
             "/collections/parks/tiles/WebMercatorQuad")  # fmt: skip
    tags = set()
    for path in paths:
        first = two_versions.get(f"/ogc{path}")
        tag = first.headers["etag"]
        tags.add(tag)
        again = two_versions.get(f"/ogc{path}", headers={"if-none-match": f'"x", W/{tag}'})
        assert (again.status_code, again.content) == (304, b""), path
        assert again.headers["etag"] == tag
        assert two_versions.get(f"/ogc{path}", headers={"if-none-match": '"x"'}).content
    assert len(tags) == len(paths)
    old = two_versions.get("/ogc/collections/parks/items?version=0").headers["etag"]
    assert old != two_versions.get("/ogc/collections/parks/items?version=1").headers["etag"]


def test_pages_cut_from_kept_blocks_are_those_encoded_alone(city, rectangle):
    """Pages of any start and length are the same features as one whole page."""
    rows = [(f"p{n:03d}", rectangle(10 * n, 0, 5), {"n": n}) for n in range(620)]
    city.layer("many", "land_survey", rows)
    with TestClient(create_app(city.open()), base_url="http://127.0.0.1") as client:
        path = "/collections/many/items"
        whole = get(client, path, limit=1000).json()["features"]
        assert ids({"features": whole}) == [f"p{n:03d}" for n in range(620)]
        for offset, limit in ((0, 1), (249, 2), (250, 250), (499, 300), (619, 5), (620, 1)):
            page = get(client, path, offset=offset, limit=limit).json()
            assert page["features"] == whole[offset : offset + limit]
            assert page["numberMatched"] == 620
        narrow = get(client, path, filter="n BETWEEN 240 AND 260", limit=100).json()
        assert narrow["features"] == whole[240:261]
