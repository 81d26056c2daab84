"""Who sees which layer, in which version, at every door of /ogc, /layers and /tiles."""

import json
from io import BytesIO

import pytest
import shapely
from fastapi.testclient import TestClient
from geo_toolkit_api import create_app
from geo_toolkit_api.callers import Caller, caller_of

NOBODY = Caller("http 127.0.0.1", frozenset({"read"}))
INTERNAL = Caller("key i", frozenset({"read", "internal"}), key_id="i")
ALL = Caller("key a", frozenset({"read", "internal", "publish"}), key_id="a")
PUBLISHER = Caller("key p", frozenset({"read", "publish"}), key_id="p")
HIDDEN = ("line", "farmland")


@pytest.fixture
def workspace(city, rectangle):
    for layer, role, secrecy in (
        ("parks", "industrial_park", "public"),
        ("line", "ecological_red_line", "internal"),
        ("farmland", "permanent_basic_farmland", "verdict_only"),
    ):
        rows = [(f"{layer}-KEY-{n}", rectangle(500 * n, 0, 300), {"name_zh": f"名{layer}{n}"})
                for n in range(60)]  # fmt: skip
        city.layer(layer, role, rows, secrecy=secrecy)
    return city.open()


def opened(workspace, caller):
    app = create_app(workspace)
    app.dependency_overrides[caller_of] = lambda: caller
    return TestClient(app, base_url="http://127.0.0.1")


def doors(layer):
    ogc = f"/ogc/collections/{layer}"
    return [
        ogc, f"{ogc}?f=html", f"{ogc}?version=0", f"{ogc}?datetime=2026-01-01",
        f"{ogc}/items", f"{ogc}/items?version=0", f"{ogc}/items?filter=id IS NOT NULL",
        f"{ogc}/items?id={layer}-KEY-1", f"{ogc}/items/{layer}-KEY-1", f"{ogc}/items/none",
        f"{ogc}/items?nothing=1", f"{ogc}/queryables", f"{ogc}/schema", f"{ogc}/tiles",
        f"{ogc}/tiles/WebMercatorQuad", f"{ogc}/tiles/WebMercatorQuad/9/209/407",
        f"/tiles/{layer}/9/407/209.mvt", f"/tiles/{layer}/search?q=名",
    ]  # fmt: skip


@pytest.mark.parametrize("layer", HIDDEN)
def test_without_the_scope_a_hidden_layer_is_one_that_is_not_there(workspace, layer):
    with opened(workspace, NOBODY) as client:
        for path in doors(layer):
            answer = client.get(path)
            twin = client.get(path.replace(layer, "nosuch"))
            assert answer.status_code == twin.status_code == 404, path
            same = answer.json()["detail"].replace(layer, "nosuch")
            assert same == twin.json()["detail"], path
            others = set(HIDDEN) - {layer}
            assert not any(other in answer.text for other in others)
        listed = client.get("/ogc/collections").json()["collections"]
        assert [c["id"] for c in listed] == ["parks"]
        page = client.get("/ogc/collections?f=html").text
        assert not any(hidden in page for hidden in HIDDEN)


def test_with_the_internal_scope_internal_layers_are_served_and_verdict_layers_never(workspace):
    with opened(workspace, INTERNAL) as client:
        listed = client.get("/ogc/collections").json()["collections"]
        assert [c["id"] for c in listed] == ["line", "parks"]
        for path in doors("line"):
            if "none" in path or "nothing" in path:
                continue
            answer = client.get(path)
            assert answer.status_code in (200, 204), (path, answer.text)
            if path.startswith("/ogc") or ".mvt" in path:
                assert answer.headers["cache-control"].startswith("private"), path
        for path in doors("farmland"):
            assert client.get(path).status_code == 404, path


@pytest.mark.parametrize("layer", HIDDEN)
def test_layers_tell_counts_only_of_what_is_not_seen(workspace, layer):
    corner = shapely.get_coordinates(workspace.layers[layer].read().frame.geometry.iloc[0])[0]
    with opened(workspace, NOBODY) as client:
        shown = client.get(f"/layers/{layer}").json()
        assert (shown["features"], shown["bounds"], shown["columns"]) == (60, None, [])
        (version,) = client.get(f"/layers/{layer}/versions").json()
        assert (version["features"], version["area_m2"], version["note"]) == (60, None, None)
        change = client.get(f"/layers/{layer}/diff", params={"from": 0, "to": 0}).json()
        assert (change["added"], change["area_gained_m2"], change["by_county"]) == (0, None, [])
        for path in (f"/layers/{layer}", f"/layers/{layer}/versions"):
            text = client.get(path).text
            assert "KEY" not in text
            assert f"{corner[0]:.3f}" not in text


def test_what_became_secret_shows_in_no_earlier_version(workspace, city):
    path = city.root / "again.geojson"
    workspace.layers["parks"].export(path)
    done = workspace.layers["parks"].update(path, note="secret now", secrecy="internal",
                                            crs="EPSG:4490")  # fmt: skip
    assert done.version.number == 1
    with opened(workspace, NOBODY) as client:
        for door in doors("parks"):
            assert client.get(door).status_code == 404, door
        assert client.get("/layers/parks").json()["bounds"] is None
        assert client.get("/layers/parks/versions").json()[0]["area_m2"] is None
    with opened(workspace, INTERNAL) as client:
        assert client.get("/ogc/collections/parks/items?version=0").status_code == 200


def test_what_will_be_secret_does_not_show_today(workspace, city):
    path = city.root / "again.geojson"
    workspace.layers["parks"].export(path)
    workspace.layers["parks"].update(path, note="later", secrecy="verdict_only",
                                     effective_from="2099-01-01", crs="EPSG:4490")  # fmt: skip
    with opened(workspace, INTERNAL) as client:
        assert client.get("/ogc/collections/parks/items").status_code == 404
        assert client.get("/tiles/parks/9/407/209.mvt").status_code == 404


def test_a_delivery_is_weighed_against_no_layer_that_is_not_seen(workspace, city):
    path = city.root / "again.geojson"
    workspace.layers["line"].export(path)
    document = json.loads(path.read_text(encoding="utf-8"))
    del document["features"][0]
    del document["features"][1]
    text = json.dumps(document).encode()

    def weighed(client, layer):
        return client.post(
            f"/layers/{layer}/validate",
            files={"file": ("d.geojson", BytesIO(text))},
            data={"crs": "EPSG:4490"},
        )

    for caller in (NOBODY, PUBLISHER, INTERNAL):
        with opened(workspace, caller) as client:
            assert weighed(client, "farmland").status_code == 404
            if not caller.is_internal:
                assert weighed(client, "line").json()["detail"] == "no layer 'line'; known: parks"
    with opened(workspace, ALL) as client:
        whole = weighed(client, "line").json()
        assert whole["diff"]["removed"] == 2
        assert whole["diff"]["area_lost_m2"] == pytest.approx(180_000, rel=1e-3)
        counts = weighed(client, "farmland").json()
        assert counts["diff"]["area_gained_m2"] is None
        assert counts["exceeded"] == ["features removed"]
        assert " ha" not in counts["refusal"]
