"""Own tests written from the abstract test suites of OGC API - Features, Parts 1 to 3.

Each names the abstract tests that it stands for; ``docs/conformance.md`` lists them, and the last
test here compares the two.
"""

import json
import re
from pathlib import Path

import jsonschema
import pytest
import shapely
from fastapi.testclient import TestClient
from geo_toolkit_api import create_app
from geo_toolkit_api.ogc.conformance import EDITING, READING
from pyproj import CRS, Transformer

PAGE = Path(__file__).parents[2] / "docs" / "conformance.md"
SPEC = "http://www.opengis.net/spec/"
REL = "http://www.opengis.net/def/rel/ogc/1.0/"
CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
SHOWN = {}


def shows(*ids):
    """Note which abstract tests a test stands for."""

    def note(test):
        for name in ids:
            assert name not in SHOWN, name
            SHOWN[name] = test.__name__
        return test

    return note


@pytest.fixture
def client(city, rectangle):
    rows = [
        (f"p{n:02d}", rectangle(1000 * n, 0, 500),
         {"name_zh": f"园区{n}", "rank": n, "note": None if n % 3 else "注"})
        for n in range(25)
    ]  # fmt: skip
    city.layer("parks", "industrial_park", rows)
    city.layer("empty", "wetland", [])
    city.layer("stations", "station", [("s1", shapely.Point(0, 0))], geometry="point")
    with TestClient(create_app(city.open()), base_url="http://127.0.0.1") as opened:
        yield opened


def get(client, path, status=200, **params):
    answer = client.get(f"/ogc{path}" if path.startswith("/") or not path else path, params=params)
    assert answer.status_code == status, answer.text
    return answer


def body(client, path, **params):
    return get(client, path, **params).json()


def items(client, **params):
    return body(client, "/collections/parks/items", **params)


def ids(page):
    return [feature["id"] for feature in page["features"]]


def rels(document):
    return {link["rel"]: link for link in document["links"]}


# -- Part 1, core ---------------------------------------------------------------------------


@shows("/conf/core/http")
def test_http_1_1_is_spoken_and_a_wrong_path_is_404(client):
    assert get(client, "").http_version in ("HTTP/1.1", "HTTP/2")
    assert get(client, "/nothing", status=404).json()["detail"]
    assert client.put("/ogc/collections").status_code == 405


@shows("/conf/core/root-op", "/conf/core/root-success")
def test_the_landing_page_links_the_api_the_conformance_and_the_data(client):
    document = body(client, "")
    assert {"self", "alternate", "service-desc", "conformance", "data"} <= set(rels(document))
    for link in document["links"]:
        answer = client.get(link["href"])
        assert answer.status_code == 200
        assert answer.headers["content-type"].partition(";")[0] == link["type"].partition(";")[0]


@shows("/conf/core/api-definition-op", "/conf/core/api-definition-success")
def test_the_api_definition_is_where_the_landing_page_says(client):
    link = rels(body(client, ""))["service-desc"]
    answer = client.get(link["href"], headers={"accept": link["type"]})
    assert answer.headers["content-type"] == link["type"]
    assert answer.json()["openapi"].startswith("3.0")


@shows("/conf/core/conformance-op", "/conf/core/conformance-success")
def test_the_conformance_page_names_the_classes(client):
    declared = body(client, "/conformance")["conformsTo"]
    assert declared == [*READING, *EDITING]
    assert f"{SPEC}ogcapi-features-1/1.0/conf/core" in declared
    assert len(set(declared)) == len(declared)


@shows("/conf/core/fc-md-op", "/conf/core/fc-md-success", "/conf/core/fc-md-links")
def test_the_collections_page_lists_and_links_itself(client):
    document = body(client, "/collections")
    assert {"self", "alternate"} <= set(rels(document))
    assert all({"rel", "type"} <= set(link) for link in document["links"])
    assert [c["id"] for c in document["collections"]] == ["empty", "parks", "stations"]


@shows("/conf/core/fc-md-items", "/conf/core/fc-md-items-links", "/conf/core/fc-md-extent")
def test_each_collection_links_its_items_and_states_its_extent(client):
    for collection in body(client, "/collections")["collections"]:
        links = [link for link in collection["links"] if link["rel"] == "items"]
        assert {link["type"] for link in links} == {"application/geo+json", "text/html"}
        for link in links:
            assert client.get(link["href"]).status_code == 200
        if collection["id"] == "empty":
            assert "extent" not in collection
            continue
        west, south, east, north = collection["extent"]["spatial"]["bbox"][0]
        assert -180 <= west <= east <= 180
        assert -90 <= south <= north <= 90
        page = body(client, f"/collections/{collection['id']}/items", limit=100)
        whole = shapely.from_geojson(json.dumps(page))
        assert whole.bounds == pytest.approx((west, south, east, north), abs=2e-7)


@shows("/conf/core/sfc-md-op", "/conf/core/sfc-md-success")
def test_one_collection_is_described_as_in_the_list(client):
    for listed in body(client, "/collections")["collections"]:
        assert body(client, f"/collections/{listed['id']}") == listed
    get(client, "/collections/nothing", status=404)


@shows("/conf/core/fc-op", "/conf/core/fc-response", "/conf/core/fc-links")
def test_items_are_a_feature_collection_with_links(client):
    answer = get(client, "/collections/parks/items")
    page = answer.json()
    assert page["type"] == "FeatureCollection"
    assert len(page["features"]) == 10
    for rel in ("self", "alternate", "next"):
        assert client.get(rels(page)[rel]["href"]).status_code == 200
        assert rels(page)[rel]["type"]
    assert client.get(rels(page)["self"]["href"]).json() == page


@shows("/conf/core/fc-bbox-definition", "/conf/core/fc-bbox-response", "/conf/core/crs84")
def test_a_box_of_four_or_six_numbers_selects(client):
    whole = items(client, limit=25)
    third = shapely.from_geojson(json.dumps(whole["features"][3]["geometry"])).bounds
    assert ids(items(client, bbox=",".join(map(str, third)))) == ["p03"]
    west, south, east, north = third
    assert ids(items(client, bbox=f"{west},{south},0,{east},{north},10")) == ["p03"]
    assert items(client, bbox="0,0,1,1")["numberMatched"] == 0
    answer = get(client, "/collections/parks/items")
    assert answer.headers["content-crs"] == f"<{CRS84}>"
    for wrong in ("1,2,3", "1,2,3,x", "1,3,2,1", "", "1,2,3,4,5"):
        get(client, "/collections/parks/items", status=400, bbox=wrong)


@shows("/conf/core/fc-limit-definition", "/conf/core/fc-limit-response")
def test_limit_is_kept_and_clamped(client):
    parameters = body(client, "/api")["paths"]["/ogc/collections/{collection_id}/items"]["get"]
    limit = next(p for p in parameters["parameters"] if p["name"] == "limit")
    assert limit["schema"]["type"] == "integer"
    assert (limit["schema"]["minimum"], limit["schema"]["default"]) == (1, 10)
    assert limit["required"] is False
    for asked in (1, 7, 25, 1_000, 10**9):
        assert items(client, limit=asked)["numberReturned"] == min(asked, 25)
    for wrong in (0, -1, "x", "1.5"):
        get(client, "/collections/parks/items", status=400, limit=wrong)


@shows("/conf/core/fc-time-definition", "/conf/core/fc-time-response")
def test_datetime_takes_what_rfc_3339_has(client):
    for right in ("2026-03-01", "2026-03-01T00:00:00Z", "2026-03-01T00:00:00.5+08:00",
                  "2026-01-01/2026-03-01", "../2026-03-01", "2026-01-01/..", "/2026-03-01",
                  "2026-01-01T00:00:00Z/2026-03-01T00:00:00Z", "../.."):  # fmt: skip
        assert items(client, datetime=right)["numberMatched"] == 25
    for wrong in ("2026", "yesterday", "2026-13-01", "2026-03-01T", "2026-03-01/2026-01-01",
                  "2026-03-01T25:00:00Z", "2026-03-01x"):  # fmt: skip
        get(client, "/collections/parks/items", status=400, datetime=wrong)


@shows("/conf/core/query-param-unknown", "/conf/core/query-param-invalid")
def test_an_unknown_or_wrong_parameter_is_400_everywhere(client):
    for path in ("", "/conformance", "/collections", "/collections/parks",
                 "/collections/parks/items", "/collections/parks/items/p01",
                 "/collections/parks/queryables", "/collections/parks/schema"):  # fmt: skip
        get(client, path, status=400, this_is_no_parameter="1")
        get(client, path, status=400, f="xml")
    answer = client.get("/ogc/collections/parks/items?limit=1&limit=2")
    assert answer.status_code == 400


@shows("/conf/core/fc-numberMatched", "/conf/core/fc-numberReturned", "/conf/core/fc-timeStamp")
def test_the_numbers_of_a_page_are_true(client):
    for offset in (0, 10, 20, 30):
        page = items(client, limit=10, offset=offset)
        assert page["numberMatched"] == 25
        assert page["numberReturned"] == len(page["features"]) == max(0, min(10, 25 - offset))
        assert "timeStamp" not in page  # optional; a tag says what changed instead


@shows("/conf/core/f-op", "/conf/core/f-success", "/conf/core/f-links")
def test_each_feature_is_where_its_id_says(client):
    page = items(client, limit=25)
    for feature in page["features"]:
        answer = get(client, f"/collections/parks/items/{feature['id']}")
        assert answer.headers["content-type"] == "application/geo+json"
        one = answer.json()
        assert {"self", "alternate", "collection"} <= set(rels(one))
        del one["links"]
        assert one == feature
    get(client, "/collections/parks/items/none", status=404)


# -- Part 1, encodings ----------------------------------------------------------------------


@shows("/conf/geojson/definition", "/conf/geojson/content")
def test_features_are_geojson(client):
    answer = get(client, "/collections/parks/items", limit=25, f="json")
    assert answer.headers["content-type"] == "application/geo+json"
    for feature in answer.json()["features"]:
        assert set(feature) == {"type", "id", "geometry", "properties"}
        ring = feature["geometry"]["coordinates"][0]
        assert ring[0] == ring[-1]
        assert all(len(position) == 2 for position in ring)


@shows("/conf/html/definition", "/conf/html/content")
def test_every_resource_is_a_page_too(client):
    for path in ("", "/conformance", "/collections", "/collections/parks",
                 "/collections/parks/items", "/collections/parks/items/p01",
                 "/collections/parks/queryables", "/collections/parks/tiles"):  # fmt: skip
        answer = client.get(f"/ogc{path}", headers={"accept": "text/html"})
        assert answer.headers["content-type"] == "text/html; charset=utf-8"
        assert answer.text.startswith("<!doctype html>")
        assert "<a href=" in answer.text
    assert "园区1" in client.get("/ogc/collections/parks/items?f=html").text


# -- Part 1, OpenAPI 3.0 --------------------------------------------------------------------

PARTS_OF_31 = ("const", "exclusiveMinimum", "propertyNames", "prefixItems", "$defs")


def nodes(node):
    yield node
    for part in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from nodes(part)


@shows("/conf/oas30/oas-definition-1", "/conf/oas30/oas-definition-2", "/conf/oas30/completeness")
def test_the_definition_is_openapi_3_0_and_names_every_path(client):
    document = body(client, "/api")
    assert re.fullmatch(r"3\.0\.\d", document["openapi"])
    for path in ("", "/conformance", "/collections", "/collections/{collection_id}",
                 "/collections/{collection_id}/items",
                 "/collections/{collection_id}/items/{feature_id}"):  # fmt: skip
        assert "get" in document["paths"][f"/ogc{path}"]
    for node in nodes(document["paths"]):
        if isinstance(node, dict):
            assert node.get("type") != "null"
            assert not isinstance(node.get("type"), list)
            assert "const" not in node
    known = document["components"]["schemas"]
    for node in nodes(document):
        if isinstance(node, dict) and isinstance(node.get("$ref"), str):
            assert node["$ref"].removeprefix("#/components/schemas/") in known


@shows("/conf/oas30/oas-impl")
def test_the_answers_are_as_the_definition_says(client):
    """The JSON answers validate against the schemas of the definition."""
    document = body(client, "/api")
    for path, address in (
        ("/ogc", ""), ("/ogc/conformance", "/conformance"), ("/ogc/collections", "/collections"),
        ("/ogc/collections/{collection_id}", "/collections/parks"),
        ("/ogc/collections/{collection_id}/items", "/collections/parks/items"),
        ("/ogc/collections/{collection_id}/items/{feature_id}", "/collections/parks/items/p01"),
        ("/ogc/collections/{collection_id}/queryables", "/collections/parks/queryables"),
    ):  # fmt: skip
        answer = get(client, address)
        content = document["paths"][path]["get"]["responses"]["200"]["content"]
        schema = content[answer.headers["content-type"].partition(";")[0]]["schema"]
        whole = {**schema, "components": _nullable(document["components"])}
        jsonschema.validate(answer.json(), whole, cls=jsonschema.Draft4Validator)


def _nullable(node):
    """Return OpenAPI 3.0's word for null in the words of JSON Schema."""
    if isinstance(node, list):
        return [_nullable(part) for part in node]
    if not isinstance(node, dict):
        return node
    made = {key: _nullable(value) for key, value in node.items() if key != "nullable"}
    if node.get("nullable") is True:
        return {"anyOf": [made, {"type": "null"}]}
    return made


@shows("/conf/oas30/exceptions-codes")
def test_every_refusal_is_in_the_definition(client):
    document = body(client, "/api")
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            codes = set(operation["responses"])
            assert codes & {"400", "200"}, (path, method)
            if "{collection_id}" in path:
                assert {"400", "404"} <= codes, (path, method)


@shows("/conf/oas30/security")
def test_operations_that_take_a_key_say_so_by_401(client):
    document = body(client, "/api")
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            writes = method in ("post", "put", "patch", "delete")
            assert not writes or {"401", "403"} <= set(operation["responses"]), (path, method)


# -- Part 2 ---------------------------------------------------------------------------------


def offered(client):
    return body(client, "/collections/parks")["crs"]


@shows("/conf/crs/crs-uri", "/conf/crs/default-crs", "/conf/crs/storageCrs")
def test_systems_are_uris_the_default_first_and_the_storage_among_them(client):
    for collection in body(client, "/collections")["collections"]:
        assert collection["crs"][0] == CRS84
        assert collection["storageCrs"] in collection["crs"]
        for uri in collection["crs"]:
            assert re.fullmatch(r"http://www\.opengis\.net/def/crs/(OGC|EPSG)/[\d.]+/\w+", uri)
            assert CRS.from_user_input(uri)


@shows("/conf/crs/crs-parameter", "/conf/crs/crs-parameter-transform", "/conf/crs/crs-transform")
def test_coordinates_come_in_the_system_asked_for_with_its_axes(client):
    """By pyproj, which swaps axes as the authority has them, from the plain answer."""
    lon, lat = items(client, limit=1)["features"][0]["geometry"]["coordinates"][0][0]
    for uri in offered(client)[1:]:
        code = int(uri.rpartition("/")[2])
        base = 4326 if code in (4326, 3857) else 4490
        expected = Transformer.from_crs(base, code).transform(lat, lon)
        tolerance = 0.02 if abs(expected[0]) > 180 else 1e-7  # the answer has 1e-7 degrees
        for path in ("/collections/parks/items", "/collections/parks/items/p00"):
            answer = get(client, path, crs=uri)
            assert answer.headers["content-crs"] == f"<{uri}>"
            found = answer.json().get("features", [answer.json()])[0]
            first = found["geometry"]["coordinates"][0][0]
            assert first == pytest.approx(expected, abs=tolerance), uri


@shows("/conf/crs/crs-parameter-default", "/conf/crs/crs-parameter-invalid")
def test_without_crs_it_is_crs84_and_one_not_offered_is_400(client):
    plain = items(client, limit=2)["features"]
    assert items(client, limit=2, crs=CRS84)["features"] == plain
    for path in ("/collections/parks/items", "/collections/parks/items/p00"):
        for wrong in ("http://www.opengis.net/def/crs/EPSG/0/32648", "x", ""):
            get(client, path, status=400, crs=wrong)


@shows(
    "/conf/crs/bbox-crs-parameter",
    "/conf/crs/bbox-crs-parameter-default",
    "/conf/crs/bbox-crs-parameter-invalid",
)
def test_a_box_is_read_in_its_own_system(client):
    for uri in offered(client):
        one = items(client, limit=1, offset=3, crs=uri)["features"][0]
        a, b, c, d = shapely.from_geojson(json.dumps(one["geometry"])).buffer(0).bounds
        da, db = (c - a) / 10, (d - b) / 10  # inside, so that no neighbour is touched
        box = f"{a + da},{b + db},{c - da},{d - db}"
        assert ids(items(client, **{"bbox": box, "bbox-crs": uri})) == ["p03"], uri
        if uri == CRS84:
            assert ids(items(client, bbox=box)) == ["p03"]
    box = {"bbox": "106,30,107,31"}
    for wrong in ("http://www.opengis.net/def/crs/EPSG/0/32648", "x"):
        get(client, "/collections/parks/items", status=400, **box, **{"bbox-crs": wrong})


# -- Part 3 ---------------------------------------------------------------------------------


@shows("/conf/filter/get-conformance", "/conf/features-filter/get-conformance")
def test_the_filter_classes_are_declared(client):
    declared = body(client, "/conformance")["conformsTo"]
    for part in ("filter", "features-filter", "queryables", "queryables-query-parameters"):
        assert f"{SPEC}ogcapi-features-3/1.0/conf/{part}" in declared


@shows("/conf/filter/get-collections", "/conf/filter/get-collection", "/conf/filter/get-queryables")
def test_each_collection_links_its_queryables(client):
    for collection in body(client, "/collections")["collections"]:
        link = rels(collection)[f"{REL}queryables"]
        answer = client.get(link["href"], headers={"accept": "application/schema+json"})
        assert answer.headers["content-type"] == "application/schema+json"
        schema = answer.json()
        assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
        assert schema["$id"] == link["href"]
        assert schema["type"] == "object"
        assert schema["properties"]
        jsonschema.Draft202012Validator.check_schema(schema)


@shows("/conf/filter/filter-param", "/conf/features-filter/filter-on-items")
def test_a_filter_selects_and_a_wrong_one_is_400(client):
    where = "/collections/parks/items"
    for lang, right in (
        ("cql2-text", "note IS NULL"),
        ("cql2-json", '{"op":"isNull","args":[{"property":"note"}]}'),
    ):
        page = items(client, limit=100, **{"filter": right, "filter-lang": lang})
        assert page["numberMatched"] == 16  # of 25, nine have a note
        assert all(f["properties"]["note"] is None for f in page["features"])
        get(client, where, 400, **{"filter": "THIS IS NOT A FILTER", "filter-lang": lang})
    get(client, where, 400, **{"filter": "rank = 1", "filter-lang": "sql"})


@shows("/conf/filter/filter-lang-default", "/conf/filter/expression-construction")
def test_text_is_the_default_and_only_queryables_can_be_named(client):
    assert items(client, filter="rank = 3")["numberMatched"] == 1
    for unknown in ("this_is_not_a_queryable IS NULL", "feature_name = '园区1'"):
        get(client, "/collections/parks/items", 400, filter=unknown)


@shows("/conf/filter/filter-crs-wgs84")
def test_geometries_of_a_filter_are_lon_lat_unless_told(client):
    west, south, east, north = body(client, "/collections/parks")["extent"]["spatial"]["bbox"][0]
    whole = f"S_INTERSECTS(geometry,BBOX({west},{south},{east},{north}))"
    assert items(client, filter=whole)["numberMatched"] == 25
    outside = "S_INTERSECTS(geometry,BBOX(1000000,1000000,2000000,2000000))"
    get(client, "/collections/parks/items", 400, filter=outside)


@shows("/conf/filter/filter-crs-param")
def test_geometries_of_a_filter_may_be_in_any_system_offered(client):
    for uri in offered(client):
        one = items(client, limit=1, offset=3, crs=uri)["features"][0]
        point = shapely.from_geojson(json.dumps(one["geometry"])).centroid
        text = f"S_INTERSECTS(geometry,POINT({point.x} {point.y}))"
        assert ids(items(client, **{"filter": text, "filter-crs": uri})) == ["p03"], uri
    wrong = {"filter": "rank = 1", "filter-crs": "http://www.opengis.net/def/crs/EPSG/0/32648"}
    get(client, "/collections/parks/items", 400, **wrong)


@shows("/conf/queryables-query-parameters/parameters")
def test_queryables_are_parameters(client):
    assert ids(items(client, rank="3")) == ["p03"]
    assert ids(items(client, name_zh="园区7", rank="7")) == ["p07"]
    assert items(client, name_zh="园区7", rank="8")["numberMatched"] == 0


@shows("/conf/features-filter/combined")
def test_filter_box_and_parameters_are_taken_together(client):
    west, south, east, north = body(client, "/collections/parks")["extent"]["spatial"]["bbox"][0]
    middle = (west + east) / 2
    page = items(client, limit=100, filter="rank >= 5", bbox=f"{west},{south},{middle},{north}")
    left = items(client, limit=100, bbox=f"{west},{south},{middle},{north}")
    assert ids(page) == [key for key in ids(left) if int(key[1:]) >= 5]


@shows("/conf/basic-cql2/basic-cql2", "/conf/basic-cql2/null")
def test_comparisons_with_nothing_are_neither_true_nor_false(client):
    """CQL2 knows a third value: nine of 25 have a note, and NOT does not add the others."""
    for text, count in (
        ("note = '注'", 9), ("NOT (note = '注')", 0), ("note <> '注'", 0),
        ("note IS NOT NULL", 9), ("NOT (note IS NULL)", 9),
        ("note = '注' OR rank < 3", 11), ("note = '注' AND rank < 3", 1),
        ("NOT (note = '注' AND rank < 3)", 22), ("rank = 3 OR rank = 4", 2),
        ("rank >= 20 AND rank <> 22", 4), ("3 < rank AND rank < 6", 2), ("name_zh = '园区3'", 1),
    ):  # fmt: skip
        assert items(client, filter=text)["numberMatched"] == count, text


@shows(
    "/conf/advanced-comparison-operators/like-predicate",
    "/conf/advanced-comparison-operators/between-predicate",
    "/conf/advanced-comparison-operators/in-predicate",
)
def test_like_between_and_in(client):
    for text, count in (
        ("name_zh LIKE '园区1%'", 11), ("name_zh LIKE '园区_'", 10), ("name_zh LIKE '%'", 25),
        (r"name_zh LIKE '园区\%'", 0), ("name_zh NOT LIKE '园区1%'", 14), ("note LIKE '%'", 9),
        ("rank BETWEEN 3 AND 5", 3), ("rank NOT BETWEEN 3 AND 5", 22),
        ("rank IN (1, 2, 99)", 2), ("rank NOT IN (1, 2)", 23), ("note NOT IN ('x')", 9),
    ):  # fmt: skip
        assert items(client, filter=text)["numberMatched"] == count, text


@shows("/conf/basic-spatial-functions/spatial-functions", "/conf/spatial-functions/all")
def test_spatial_functions_are_those_of_the_features(client):
    first = items(client, limit=1)["features"][0]["geometry"]
    west, south, east, north = shapely.from_geojson(json.dumps(first)).buffer(1e-5).bounds
    box = f"POLYGON(({west} {south},{east} {south},{east} {north},{west} {north},{west} {south}))"
    ring = ",".join(f"{x} {y}" for x, y in first["coordinates"][0])
    for text, count in (
        (f"S_INTERSECTS(geometry,{box})", 1), (f"S_WITHIN(geometry,{box})", 1),
        (f"S_CONTAINS({box},geometry)", 1), (f"S_DISJOINT(geometry,{box})", 24),
        (f"S_CONTAINS(geometry,{box})", 0), (f"S_TOUCHES(geometry,{box})", 0),
        (f"S_CROSSES(geometry,LINESTRING({west} {south},{east} {north}))", 1),
        (f"S_OVERLAPS(geometry,BBOX({west},{south},{(west + east) / 2},{north}))", 1),
        (f"NOT S_INTERSECTS(geometry,{box})", 24),
    ):  # fmt: skip
        assert items(client, filter=text)["numberMatched"] == count, text
    rounded = items(client, filter=f"S_INTERSECTS(geometry,POLYGON(({ring})))")
    assert "p00" in ids(rounded)
    for wrong in ("S_INTERSECTS(geometry,5)", "S_INTERSECTS(rank,POINT(1 2))",
                  "S_INTERSECTS(geometry,geometry)", "S_BUFFER(geometry,1)",
                  "S_INTERSECTS(geometry,POLYGON((0 0,1 1,0 1,1 0,0 0)))"):  # fmt: skip
        get(client, "/collections/parks/items", 400, filter=wrong)


# -- what QGIS needs beside the standard ----------------------------------------------------


@shows("qgis/service-desc-and-conformance")
def test_qgis_finds_the_definition_and_the_conformance_by_type(client):
    links = rels(body(client, ""))
    assert links["service-desc"]["type"] == "application/vnd.oai.openapi+json;version=3.0"
    assert links["conformance"]["type"] == "application/json"


@shows("qgis/storage-crs-and-crs84")
def test_qgis_may_ignore_the_storage_system_and_still_be_right(client):
    """Some releases read storageCrs, some do not: both get the same place."""
    plain = items(client, limit=1)["features"][0]["geometry"]["coordinates"][0][0]
    stored = body(client, "/collections/parks")["storageCrs"]
    swapped = items(client, limit=1, crs=stored)["features"][0]["geometry"]["coordinates"][0][0]
    assert plain == swapped[::-1]
    assert plain[0] > 100 > plain[1]


@shows("qgis/canonical-paths")
def test_qgis_builds_addresses_itself(client):
    for feature in items(client, limit=3)["features"]:
        get(client, f"/collections/parks/items/{feature['id']}")
    assert client.get("/ogc/").json() == body(client, "")


@shows("qgis/post-in-allow")
def test_qgis_asks_allow_before_it_offers_editing(client):
    answer = client.options("/ogc/collections/parks/items")
    assert answer.status_code == 200
    assert answer.headers["allow"] == "GET, OPTIONS"  # POST with a key: test_ogc_edits.py


@shows("qgis/pages-of-1000-and-clamped-limit")
def test_qgis_asks_for_pages_of_a_thousand_and_for_more(client):
    assert items(client, limit=1000)["numberReturned"] == 25
    assert items(client, limit=2_147_483_647)["numberReturned"] == 25
    assert items(client, limit=10**15)["numberReturned"] == 25


# -- the page -------------------------------------------------------------------------------


def test_the_page_and_these_tests_agree():
    text = PAGE.read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([^`]+)` \| ([^|]+) \| ([^|]*) \|$", text, flags=re.MULTILINE)
    listed = {name: (state.strip(), test.strip().strip("`")) for name, state, test in rows}
    assert len(listed) == len(rows)
    held = {name: test for name, (state, test) in listed.items() if state == "holds"}
    assert held == SHOWN
    for name, (state, why) in listed.items():
        assert state in ("holds", "not claimed"), name
        assert why, name


def test_the_page_names_every_class_that_is_declared():
    text = PAGE.read_text(encoding="utf-8")
    for uri in (*READING, *EDITING):
        assert f"`{uri.removeprefix(SPEC)}`" in text, uri
