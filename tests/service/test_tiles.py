"""``/tiles``: what a tile holds and says, who may have it, and what is no tile."""

import gzip
from datetime import date

import geopandas as gpd
import numpy as np
import pytest
import shapely
from geo_toolkit_api.callers import Caller, caller_of

from geo_toolkit.geodesy import Datum, wgs84_to_web
from geo_toolkit.webmap import frame_layer

TILE = "/tiles/parks/10/813/419.mvt"


@pytest.fixture
def large(workspace, fake_entry):
    """Add a layer of 5,000 squares, and return its frame."""
    x, y = np.meshgrid(np.linspace(105.6, 106.6, 100), np.linspace(30.5, 31.5, 50))
    frame = gpd.GeoDataFrame(
        {"name": [f"地块{n}" for n in range(5000)]},
        geometry=shapely.box(x.ravel(), y.ravel(), x.ravel() + 0.0005, y.ravel() + 0.0005),
        crs=4490,
    )
    layer = frame_layer(frame, "plots")
    workspace.layers["plots"] = fake_entry(layer.definition, lambda _day=None: layer)
    return frame


def test_a_tile_holds_the_layer_and_may_be_asked_for_by_any_client(client, large):
    answer = client.get("/tiles/plots/14/12998/6732.mvt")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/vnd.mapbox-vector-tile"
    assert answer.headers["x-features-left-out"] == "0"
    assert "max-age" not in answer.headers["cache-control"]
    assert "地块".encode() in answer.content
    assert client.get("/tiles/plots/10/0/0.mvt").content == b""
    assert len(large) == 5000


def test_a_tile_asked_for_by_version_may_be_kept(client):
    answer = client.get(TILE, params={"v": "abab"})
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"


def test_a_small_zoom_says_how_much_it_leaves_out(client, large):
    answer = client.get("/tiles/plots/7/101/52.mvt", headers={"accept-encoding": "identity"})
    left = int(answer.headers["x-features-left-out"])
    assert 0 < left < len(large)


def test_a_large_tile_is_packed_for_who_can_unpack_it(client, large):
    assert len(large) == 5000
    with client.stream("GET", "/tiles/plots/9/406/209.mvt") as answer:
        assert answer.headers["content-encoding"] == "gzip"
        packed = b"".join(answer.iter_raw())
    plain = client.get("/tiles/plots/9/406/209.mvt", headers={"accept-encoding": "identity"})
    assert gzip.decompress(packed) == plain.content
    assert "content-encoding" not in plain.headers


def test_names_are_found_on_the_datum_asked_for(client, large):
    found = client.get("/tiles/plots/search", params={"q": "地块4999"}).json()
    place = shapely.point_on_surface(large.geometry.iloc[-1])
    assert found == [
        {"name": "地块4999", "lon": pytest.approx(place.x), "lat": pytest.approx(place.y)}
    ]
    lon, lat = wgs84_to_web(np.array([place.x]), np.array([place.y]), Datum.GCJ02)
    moved = client.get("/tiles/plots/search", params={"q": "地块4999", "datum": "gcj02"}).json()
    assert moved[0]["lon"] == pytest.approx(lon[0], abs=1e-6)
    assert moved[0]["lat"] == pytest.approx(lat[0], abs=1e-6)
    assert len(client.get("/tiles/plots/search", params={"q": "地块"}).json()) == 20
    assert client.get("/tiles/plots/search", params={"q": "<img>"}).json() == []


@pytest.mark.parametrize(
    ("path", "status", "message"),
    [
        ("/tiles/park/10/813/419.mvt", 404, "no layer 'park'; did you mean 'parks'?"),
        ("/tiles/parks/3/8/0.mvt", 422, "tile 3/8/0: expected x and y below 8 at zoom 3"),
        ("/tiles/parks/23/0/0.mvt", 422, "field 'z'"),
        ("/tiles/parks/-1/0/0.mvt", 422, "field 'z'"),
        ("/tiles/parks/a/0/0.mvt", 422, "field 'z'"),
        (f"{TILE}?datum=xian80", 422, "field 'datum'"),
        ("/tiles/red_line/10/813/419.mvt", 404, "no layer 'red_line'; known: parks"),
        ("/tiles/parks/search", 422, "field 'q'"),
    ],
)
def test_what_is_no_tile_is_refused_in_one_line(client, path, status, message):
    answer = client.get(path)
    assert answer.status_code == status
    assert message in answer.json()["detail"]


@pytest.mark.parametrize(
    ("secrecy", "scopes", "status"),
    [
        ("internal", (), 404),
        ("internal", ("internal",), 200),
        ("verdict_only", (), 404),
        ("verdict_only", ("internal", "publish"), 404),
    ],
)
def test_who_may_have_the_tiles_of_a_layer_that_is_not_public(
    client, workspace, fake_entry, secrecy, scopes, status
):
    layer = workspace.layers["parks"].read(date(2026, 1, 1))
    hidden = layer.definition.model_copy(update={"secrecy": secrecy})
    secret = type(layer)(hidden, 0, None, "cd" * 32, layer.frame, None)
    workspace.layers["parks"] = fake_entry(hidden, lambda _day=None: secret)
    client.app.dependency_overrides[caller_of] = lambda: Caller("key test", frozenset(scopes))
    for path in (TILE, "/tiles/parks/search?q=甲"):
        answer = client.get(path)
        assert answer.status_code == status
        if status == 404:
            shown = "red_line" if scopes else "none"
            assert answer.json()["detail"] == f"no layer 'parks'; known: {shown}"
    if status == 200:
        kept = client.get(TILE, params={"v": "1"}).headers["cache-control"]
        assert kept == "private, no-cache"


def test_a_tile_that_the_client_has_is_not_sent_again(client, large):
    assert len(large) == 5000
    path = "/tiles/plots/9/406/209.mvt"
    tag = client.get(path).headers["etag"]
    again = client.get(path, headers={"if-none-match": tag})
    assert (again.status_code, again.content) == (304, b"")
    assert client.get(path, headers={"if-none-match": '"other"'}).status_code == 200
