"""Backgrounds: what a definition may name, where a token comes from, and what a page then asks."""

import json
import re
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely

from geo_toolkit.errors import DefinitionError, NotAvailable, UnknownName
from geo_toolkit.geodesy import CGCS2000, Datum, ground_distance_m, wgs84_to_web
from geo_toolkit.webmap import (
    BASEMAPS,
    basemap_of,
    frame_layer,
    map_layers,
    read_map,
    workspace_page,
)
from geo_toolkit.webmap.basemaps import TOKEN_VARIABLE
from geo_toolkit.webmap.offline import stated_policy

PLACE = (106.1, 30.8)


def data_of(html):
    found = re.search(r'<script type="application/json" id="gt-data">(.*?)</script>', html, re.S)
    return json.loads(found[1])


@pytest.fixture
def ws(city):
    city.layer("none", "other", [])
    return city.open()


@pytest.fixture
def layer():
    frame = gpd.GeoDataFrame({"name": ["点"]}, geometry=[shapely.Point(*PLACE)], crs=4490)
    return frame_layer(frame, "dots")


def test_no_background_asks_nobody(ws, layer):
    html = map_layers(ws, [layer])
    assert "http" not in stated_policy(html)
    assert "basemap" not in data_of(html)


@pytest.mark.parametrize("name", sorted(BASEMAPS))
def test_a_background_names_its_hosts_and_no_others(ws, layer, name, monkeypatch):
    monkeypatch.setenv(TOKEN_VARIABLE, "t0ken")
    policy = stated_policy(map_layers(ws, [layer], basemap=name))
    hosts = re.findall(r"https://[^ ;]+", policy)
    assert hosts == list(basemap_of(name).hosts)
    assert re.search(r"img-src data: https", policy)
    assert re.search(r"script-src 'sha256-[^;]*;", policy)
    assert all(word in ("tianditu.gov.cn", "openstreetmap.org", "autonavi.com") for word in {
        ".".join(host.split("//")[1].split(".")[-3:]).removeprefix("tile.").removeprefix("is.")
        for host in hosts
    })  # fmt: skip


def test_tianditu_wants_a_token_and_takes_it_from_the_environment_or_the_state_folder(
    tmp_path, monkeypatch
):
    monkeypatch.delenv(TOKEN_VARIABLE, raising=False)
    with pytest.raises(NotAvailable, match="expected a token, got none; set GEO_TOOLKIT_TIANDITU"):
        basemap_of("tianditu_vec", root=tmp_path)
    (tmp_path / ".geo_toolkit").mkdir()
    (tmp_path / ".geo_toolkit" / "basemaps.toml").write_text('tianditu_token = "own"\n')
    assert all("tk=own" in url for url in basemap_of("tianditu_img", root=tmp_path).urls)
    monkeypatch.setenv(TOKEN_VARIABLE, "a&b=c")
    urls = basemap_of("tianditu_ter", root=tmp_path).urls
    assert all(url.endswith("tk=a%26b%3Dc") for url in urls)
    assert [re.search("LAYER=([a-z]+)", url)[1] for url in urls] == ["ter", "cta"]


def test_a_wrong_state_file_is_named(tmp_path, monkeypatch):
    monkeypatch.delenv(TOKEN_VARIABLE, raising=False)
    (tmp_path / ".geo_toolkit").mkdir()
    (tmp_path / ".geo_toolkit" / "basemaps.toml").write_text("tianditu_token =")
    with pytest.raises(DefinitionError, match=r"basemaps\.toml: not valid TOML"):
        basemap_of("tianditu_vec", root=tmp_path)


def test_an_unknown_background_is_named_with_the_nearest():
    with pytest.raises(UnknownName, match="no basemap 'osn'; did you mean 'osm'"):
        basemap_of("osn")


def test_a_definition_with_an_unknown_background_is_refused(tmp_path):
    path = tmp_path / "m.toml"
    path.write_text('title_zh = "图"\nbasemap = "baidu"\nlayers = ["a"]\n', encoding="utf-8")
    with pytest.raises(
        DefinitionError, match=r"m\.toml key 'basemap': expected none, tianditu_vec"
    ):
        read_map(path)
    path.write_text(
        'title_zh = "图"\nbasemap = "t/x"\nbasemap_datum = "xian80"\nlayers = ["a"]\n',
        encoding="utf-8",
    )
    with pytest.raises(DefinitionError, match="basemap_datum: expected one of cgcs2000, wgs84"):
        read_map(path)


@pytest.mark.parametrize(("name", "datum"), [("amap", Datum.GCJ02), ("tiles/bd", Datum.BD09)])
def test_features_are_shifted_to_the_background_and_exports_are_not(
    ws, layer, name, datum, tmp_path
):
    tile = ws.root / "tiles" / "bd" / "6" / "50"
    tile.mkdir(parents=True)
    (tile / "26.png").write_bytes(b"\x89PNG")
    path = ws.root / "maps" / "m.toml"
    path.parent.mkdir(exist_ok=True)
    extra = f'basemap_datum = "{datum.value}"\n' if "/" in name else ""
    path.write_text(f'title_zh = "图"\nbasemap = "{name}"\n{extra}layers = ["dots"]\n', "utf-8")
    html = workspace_page(ws, read_map(path), layers=[layer], lang="zh")
    data = data_of(html)
    x, y = np.array(data["layers"][0]["features"][0]["g"][1][0]) / 1e6
    lon, lat = wgs84_to_web(np.array(PLACE[:1]), np.array(PLACE[1:]), datum)
    shown, want = shapely.Point(x, y), shapely.Point(lon[0], lat[0])
    line = shapely.LineString([shown, want])
    assert float(ground_distance_m(np.array([line]), CGCS2000)[0]) < 2.0
    assert shown.distance(shapely.Point(*PLACE)) > 0.003  # some hundred metres
    assert data["datum"] == datum.value
    assert "套合误差约 1～2 米" in data["basemap"]["note"]
    assert "exports are not shifted" in data["other"]["basemap"]["note"]
    layer.frame.to_file(tmp_path / "out.geojson", driver="GeoJSON", COORDINATE_PRECISION=12)
    kept = gpd.read_file(tmp_path / "out.geojson").geometry[0]
    assert abs(kept.x - PLACE[0]) < 1e-9
    assert abs(kept.y - PLACE[1]) < 1e-9


def test_own_tiles_that_miss_the_map_or_are_too_many_are_refused_for_one_file(ws, layer):
    (ws.root / "tiles" / "5" / "0").mkdir(parents=True)
    (ws.root / "tiles" / "5" / "0" / "0.png").write_bytes(b"\x89PNG")
    with pytest.raises(NotAvailable, match="a page of one file cannot read tiles beside it"):
        map_layers(ws, [layer], basemap="tiles/")


def test_screen_only_backgrounds_are_marked(ws, layer):
    assert BASEMAPS["osm"].is_screen_only
    assert BASEMAPS["amap"].is_screen_only
    assert not BASEMAPS["tianditu_vec"].is_screen_only
    assert data_of(map_layers(ws, [layer], basemap="osm"))["basemap"]["screenOnly"] is True


def test_no_token_stands_in_the_repository():
    maps = Path(__file__).resolve().parents[2] / "maps"
    assert not any("tk=" in path.read_text(encoding="utf-8") for path in maps.glob("*.toml"))
