"""OGC API - Tiles: written from the abstract tests of Part 1 and of the tile matrix sets."""

import math

import pytest
import shapely
from fastapi.testclient import TestClient
from geo_toolkit_api import create_app
from geo_toolkit_api.ogc.matrix import limits_of

QUAD = "/ogc/tileMatrixSets/WebMercatorQuad"
TILES = "/ogc/collections/parks/tiles"


@pytest.fixture
def client(city, rectangle):
    features = [(f"p{n}", rectangle(2000 * n, 0, 900), {"name_zh": f"园区{n}"}) for n in range(8)]
    city.layer("parks", "industrial_park", features)
    city.layer("line", "ecological_red_line", features, secrecy="internal")
    city.layer("empty", "wetland", [])
    with TestClient(create_app(city.open()), base_url="http://127.0.0.1") as opened:
        yield opened


def test_the_landing_page_and_the_layer_lead_to_the_tiles(client):
    rels = {link["rel"]: link["href"] for link in client.get("/ogc").json()["links"]}
    schemes = client.get(rels["http://www.opengis.net/def/rel/ogc/1.0/tiling-schemes"]).json()
    assert [s["id"] for s in schemes["tileMatrixSets"]] == ["WebMercatorQuad"]
    assert client.get(schemes["tileMatrixSets"][0]["links"][0]["href"]).status_code == 200
    links = client.get("/ogc/collections/parks").json()["links"]
    tiles = {link["rel"]: link["href"] for link in links}
    sets = client.get(tiles["http://www.opengis.net/def/rel/ogc/1.0/tilesets-vector"]).json()
    (only,) = sets["tilesets"]
    assert only["dataType"] == "vector"
    own = next(link["href"] for link in only["links"] if link["rel"] == "self")
    assert client.get(own).json()["tileMatrixSetURI"] == only["tileMatrixSetURI"]


def test_the_matrix_set_is_the_registered_one(client):
    """Scale 0 of the annex is 559082264.0287178, and each level is half the one before."""
    body = client.get(QUAD).json()
    assert body["uri"] == "http://www.opengis.net/def/tilematrixset/OGC/1.0/WebMercatorQuad"
    assert body["orderedAxes"] == ["X", "Y"]
    matrices = body["tileMatrices"]
    assert [m["id"] for m in matrices] == [str(n) for n in range(len(matrices))]
    assert matrices[0]["scaleDenominator"] == pytest.approx(559082264.0287178, rel=1e-12)
    assert matrices[0]["pointOfOrigin"] == pytest.approx([-20037508.342789244, 20037508.342789244])
    for level, matrix in enumerate(matrices):
        assert matrix["scaleDenominator"] == pytest.approx(559082264.0287178 / 2**level)
        assert matrix["matrixWidth"] == matrix["matrixHeight"] == 2**level


def test_the_tileset_tells_limits_properties_and_a_template(client):
    body = client.get(f"{TILES}/WebMercatorQuad").json()
    assert body["layers"][0]["id"] == "parks"
    assert body["layers"][0]["geometryDimension"] == 2
    assert "name_zh" in body["layers"][0]["propertiesSchema"]["properties"]
    template = next(link for link in body["links"] if link["rel"] == "item")
    assert template["templated"] is True
    limit = body["tileMatrixSetLimits"][12]
    url = template["href"].format(
        tileMatrix=limit["tileMatrix"], tileRow=limit["minTileRow"], tileCol=limit["minTileCol"]
    )
    answer = client.get(url)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/vnd.mapbox-vector-tile"
    empty = client.get("/ogc/collections/empty/tiles/WebMercatorQuad").json()
    assert "tileMatrixSetLimits" not in empty


def test_limits_are_those_of_the_mercator_formula():
    """Column and row of 106.2 E, 30.7 N at zoom 10, by the formula written out."""
    column = math.floor((106.2 + 180) / 360 * 1024)
    lat = math.radians(30.7)
    row = math.floor((1 - math.log(math.tan(lat) + 1 / math.cos(lat)) / math.pi) / 2 * 1024)
    found = limits_of([106.2, 30.7, 106.2, 30.7], 10)
    assert (found["minTileCol"], found["maxTileCol"]) == (column, column)
    assert (found["minTileRow"], found["maxTileRow"]) == (row, row)


def test_the_row_comes_before_the_column_and_the_old_address_stays(client):
    west, south, *_ = client.get("/ogc/collections/parks").json()["extent"]["spatial"]["bbox"][0]
    limit = limits_of([west, south, west, south], 12)
    row, column = limit["minTileRow"], limit["minTileCol"]
    own = client.get(f"{TILES}/WebMercatorQuad/12/{row}/{column}")
    old = client.get(f"/tiles/parks/12/{column}/{row}.mvt")
    assert own.status_code == old.status_code == 200
    assert own.content == old.content != b""
    assert "园区".encode() in own.content
    assert client.get(f"{TILES}/WebMercatorQuad/12/{column}/{row}").status_code == 204


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/WebMercatorQuad/3/8/0", 404), ("/WebMercatorQuad/3/0/8", 404),
        ("/WebMercatorQuad/23/0/0", 400), ("/WebMercatorQuad/-1/0/0", 400),
        ("/WebMercatorQuad/x/0/0", 400), ("/WorldCRS84Quad", 400), ("/WorldCRS84Quad/0/0/0", 400),
        ("/WebMercatorQuad?version=9", 400), ("/WebMercatorQuad/3/1/1?x=1", 400),
        ("/WebMercatorQuad/3/1/1?version=9", 400),
    ],
)  # fmt: skip
def test_what_is_no_tile_is_refused_in_one_line(client, path, status):
    answer = client.get(TILES + path)
    assert answer.status_code == status, answer.text
    assert list(answer.json()) == ["detail"]


def test_a_tile_the_client_has_is_not_sent_again(client):
    limit = client.get(f"{TILES}/WebMercatorQuad").json()["tileMatrixSetLimits"][9]
    path = f"{TILES}/WebMercatorQuad/9/{limit['minTileRow']}/{limit['minTileCol']}"
    first = client.get(path)
    again = client.get(path, headers={"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == first.headers["etag"]


def test_a_tile_holds_what_lies_in_it_by_another_reader(client, tmp_path):
    """GDAL reads the tile: the same features, at the same place to a tile unit."""
    import pyogrio

    west, south, *_ = client.get("/ogc/collections/parks").json()["extent"]["spatial"]["bbox"][0]
    limit = limits_of([west, south, west, south], 13)
    row, column = limit["minTileRow"], limit["minTileCol"]
    folder = tmp_path / "13" / str(column)
    folder.mkdir(parents=True)
    path = folder / f"{row}.pbf"
    path.write_bytes(client.get(f"{TILES}/WebMercatorQuad/13/{row}/{column}").content)
    frame = pyogrio.read_dataframe(f"MVT:{path}")
    left, right = (360 * n / 2**13 - 180 for n in (column, column + 1))
    inside = {
        f["id"]
        for f in client.get("/ogc/collections/parks/items").json()["features"]
        if left < max(x for x, _ in f["geometry"]["coordinates"][0])
        and min(x for x, _ in f["geometry"]["coordinates"][0]) < right
    }
    assert "p0" in inside
    assert set(frame["id"]) == inside
    whole = client.get("/ogc/collections/parks/items/p0").json()["geometry"]["coordinates"][0]
    moved = frame.to_crs(4326).set_index("id").geometry["p0"]
    unit_deg = 360 / 2**13 / 4096
    assert shapely.Polygon(whole).hausdorff_distance(moved) < 1.5 * unit_deg


def test_without_the_scope_no_tile_of_a_layer_that_is_not_public(client):
    for path in ("", "/WebMercatorQuad", "/WebMercatorQuad/9/209/407"):
        answer = client.get(f"/ogc/collections/line/tiles{path}")
        assert answer.status_code == 404
        assert answer.json()["detail"] == "no collection 'line'; known: empty, parks"
