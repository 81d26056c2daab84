"""Vector tiles: read back by GDAL, they hold what the layer holds, and say what they leave out."""

import logging

import geopandas as gpd
import numpy as np
import pyogrio
import pytest
import shapely

from geo_toolkit.geodesy import Datum, wgs84_to_web
from geo_toolkit.webmap import DEEPEST_ZOOM, LayerTiles, frame_layer, map_layers
from geo_toolkit.webmap.backgrounds import covering_tiles
from geo_toolkit.webmap.bulk import MOST_LISTED, fitting_payloads
from geo_toolkit.webmap.drawing import Drawing
from geo_toolkit.webmap.pyramid import inline_pyramid

BOUNDS = (106.0, 30.0, 106.2, 30.2)


def squares(count, *, size=0.0004, status=None):
    """Return squares of 40 m on a grid, 0.001 degrees apart at most."""
    side = int(np.ceil(count**0.5))
    gx, gy = np.meshgrid(np.linspace(106.01, 106.19, side), np.linspace(30.01, 30.19, side))
    x, y = gx.ravel()[:count], gy.ravel()[:count]
    columns = {"name": [f"地块{n}" for n in range(count)], "area_ha": np.arange(count) * 0.5}
    if status:
        columns["status"] = status
    shapes = shapely.box(x, y, x + size, y + size)
    return gpd.GeoDataFrame(columns, geometry=shapes, crs=4490)


def layer_of(frame, layer_id="plots"):
    return frame_layer(frame, layer_id, title_zh="地块", title_en="Parcels", role="land_survey")


def read(tile, z, x, y, folder):
    """Return a tile as GDAL reads it, in Web Mercator metres."""
    path = folder / str(z) / str(x)
    path.mkdir(parents=True, exist_ok=True)
    (path / f"{y}.pbf").write_bytes(tile.data)
    return pyogrio.read_dataframe(path / f"{y}.pbf")


@pytest.mark.parametrize("kind", ["polygon", "line", "point"])
def test_the_deepest_tiles_hold_every_feature_to_a_metre(tmp_path, kind):
    frame = squares(200)
    if kind == "line":
        frame["geometry"] = shapely.boundary(frame.geometry.to_numpy())
    elif kind == "point":
        frame["geometry"] = shapely.centroid(frame.geometry.to_numpy())
    tiles = LayerTiles(layer_of(frame))
    seen = []
    for x, y in covering_tiles(BOUNDS, DEEPEST_ZOOM):
        tile = tiles.tile(DEEPEST_ZOOM, x, y)
        assert tile.left_out == 0
        if tile.shown:
            seen.append(read(tile, DEEPEST_ZOOM, x, y, tmp_path))
    found = gpd.pd.concat(seen).drop_duplicates("id").set_index("id")
    assert set(found.index) == {str(n) for n in range(200)}
    assert found.loc["7", "name"] == "地块7"
    assert found.loc["7", "area_ha"] == 3.5
    want = frame.to_crs(3857).geometry
    inside = [n for n in range(200) if found.geometry[str(n)].geom_type == want[n].geom_type]
    assert len(inside) > 150  # the others are cut by the edge of a tile
    whole = [
        n
        for n in inside
        if kind == "point" or abs(found.geometry[str(n)].length / want[n].length - 1) < 0.05
    ]
    far = [found.geometry[str(n)].hausdorff_distance(want[n]) for n in whole]
    assert max(far) < 1.0
    if kind == "polygon":
        assert all(shape.is_valid for shape in found.geometry)


def test_holes_stay_holes(tmp_path):
    ring = shapely.box(106.01, 30.01, 106.03, 30.03).difference(
        shapely.box(106.015, 30.015, 106.02, 30.02)
    )
    frame = gpd.GeoDataFrame({"name": ["环"]}, geometry=[ring], crs=4490)
    ((x, y),) = covering_tiles((106.0149, 30.0149, 106.0151, 30.0151), 10)
    found = read(LayerTiles(layer_of(frame)).tile(10, x, y), 10, x, y, tmp_path)
    shape = shapely.get_parts(found.geometry.iloc[0])[0]
    assert len(shape.interiors) == 1
    want = gpd.GeoSeries([ring], crs=4490).to_crs(3857).area[0]
    assert shape.area == pytest.approx(want, rel=0.01)


def test_a_small_zoom_leaves_features_out_and_counts_them(tmp_path):
    tiles = LayerTiles(layer_of(squares(10_000)))
    tile = tiles.tile(8, *next(iter(covering_tiles((106.1, 30.1, 106.1, 30.1), 8))))
    assert tile.shown + tile.left_out == 10_000
    assert 100 < tile.shown < 3_000
    shown = read(tile, 8, 203, 105, tmp_path)
    assert len(shown) == tile.shown


def test_a_tile_beside_the_layer_is_empty():
    assert LayerTiles(layer_of(squares(10))).tile(10, 0, 0) == (b"", 0, 0)


def test_tiles_for_a_shifted_background_are_shifted(tmp_path):
    frame = gpd.GeoDataFrame({"name": ["点"]}, geometry=[shapely.Point(106.1, 30.8)], crs=4490)
    lon, lat = wgs84_to_web(np.array([106.1]), np.array([30.8]), Datum.GCJ02)
    ((x, y),) = covering_tiles((lon[0], lat[0], lon[0], lat[0]), DEEPEST_ZOOM)
    tile = LayerTiles(layer_of(frame), datum=Datum.GCJ02).tile(DEEPEST_ZOOM, x, y)
    found = read(tile, DEEPEST_ZOOM, x, y, tmp_path).geometry.iloc[0]
    want = gpd.GeoSeries([shapely.Point(lon[0], lat[0])], crs=4326).to_crs(3857)[0]
    assert found.distance(want) < 0.5


def test_the_same_layer_gives_the_same_bytes():
    first, again = (inline_pyramid(layer_of(squares(400)), Datum.CGCS2000) for _ in range(2))
    assert first == again
    assert first["total"] == 400
    assert all(left == 0 for key, (left, _) in first["tiles"].items() if key.startswith("13/"))


def test_a_layer_over_the_budget_becomes_tiles_and_the_log_says_so(caplog):
    drawing = Drawing()
    small, large = layer_of(squares(100), "small"), layer_of(squares(MOST_LISTED + 1), "large")
    with caplog.at_level(logging.INFO, logger="geo_toolkit.webmap"):
        one_file = fitting_payloads(
            [small, large], on={"small": True, "large": True}, drawing=drawing, served=False
        )
    assert "layer large: 3001 features" in caplog.text
    assert "vector tiles" in caplog.text
    assert len(one_file[0]["features"]) == 100
    assert one_file[1]["features"] == []
    assert set(one_file[1]["tiles"]) == {"kind", "kinds", "zooms", "tiles", "total", "names"}
    served = fitting_payloads([large], on={"large": True}, drawing=drawing, served=True)
    assert served[0]["tiles"]["url"].startswith("/tiles/large/{z}/{x}/{y}.mvt?datum=cgcs2000&v=")


def test_twenty_thousand_polygons_take_three_megabytes_at_most():
    rng = np.random.default_rng(5)
    frame = squares(20_000)
    angle = np.sort(rng.uniform(0, 2 * np.pi, (20_000, 12)), axis=1)
    centre = shapely.get_coordinates(shapely.centroid(frame.geometry.to_numpy()))
    reach = rng.uniform(0.0003, 0.0006, (20_000, 12))
    ring = np.stack(
        [centre[:, :1] + reach * np.cos(angle), centre[:, 1:] + reach * np.sin(angle)], axis=2
    )
    frame["geometry"] = shapely.polygons(ring)
    pyramid = inline_pyramid(layer_of(frame), Datum.CGCS2000)
    tiles = sum(len(data) for _, data in pyramid["tiles"].values())
    assert tiles + len(pyramid["names"]) < 3_000_000


def test_one_feature_of_half_a_million_vertices_stays_small(city):
    angle = np.linspace(0, 2 * np.pi, 500_000)
    reach = 0.1 + 0.002 * np.sin(angle * 900)
    ring = np.column_stack([106.2 + reach * np.cos(angle), 30.7 + reach * np.sin(angle)])
    frame = gpd.GeoDataFrame({"name": ["大"]}, geometry=[shapely.Polygon(ring)], crs=4490)
    city.layer("none", "other", [])
    html = map_layers(city.open(), [layer_of(frame)])
    assert len(html.encode()) < 2_000_000
