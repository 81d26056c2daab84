"""Large layers: only what lies near the sites is read, and the answer is that of the whole."""

import geopandas as gpd
import numpy as np
import pytest
import shapely

from geo_toolkit.catalogue import window
from geo_toolkit.catalogue.reading import ReadableLayer
from geo_toolkit.geodesy import CGCS2000, from_geographic, to_geographic
from geo_toolkit.workspace import Workspace

ROLE = "permanent_basic_farmland"


@pytest.fixture(autouse=True)
def _clock(monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1790000000")  # 2026-09-21


@pytest.fixture
def windowed(monkeypatch):
    """Make every GeoPackage count as large, and keep how many features each reading gave."""
    seen = []
    original = ReadableLayer.read_near

    def read_near(self, *arguments, **options):
        layer = original(self, *arguments, **options)
        seen.append((layer.id, len(layer.frame), layer.features_total))
        return layer

    monkeypatch.setattr(ReadableLayer, "read_near", read_near)
    monkeypatch.setattr(window, "LARGE_BYTES", 1)
    return seen


def grid(ws, count=76, size=100.0, step=500.0):
    """Squares every 500 m over 38 km, their centre on the origin."""
    at = (np.arange(count) - count / 2) * step
    x, y = (part.ravel() for part in np.meshgrid(at, at))
    origin = from_geographic(np.array([shapely.Point(106.2, 30.7)]), ws.topology_crs)[0]
    shapes = shapely.box(x + origin.x, y + origin.y, x + origin.x + size, y + origin.y + size)
    keys = [f"{n:05d}" for n in range(len(shapes))]
    values = {"id": keys, "DLBM": np.where(np.arange(len(keys)) % 7, "0101", "0103")}
    return gpd.GeoDataFrame(values, geometry=to_geographic(shapes, ws.topology_crs), crs=CGCS2000)


@pytest.fixture
def farmland(city, tmp_path):
    """A published layer of 5,776 squares that covers everything, and rules on it."""
    city.rule("PBF", ROLE).rule("NEAR", ROLE, "within_distance", distance_m=300)
    ws = city.open()
    grid(ws).to_file(tmp_path / "farm.gpkg")
    ws.layers.add("farm", tmp_path / "farm.gpkg", role=ROLE, evidence="official", coverage="all",
                  secrecy="public", accuracy_m=0.5, key="id")  # fmt: skip
    return ws


def document(ws, sites, **options):
    return Workspace.open(ws.root).check(sites, record=False, **options).document


def same_but_for_time(a, b):
    return all(a[key] == b[key] for key in a if key != "generated_at")


@pytest.mark.parametrize(
    "boxes",
    [[(0, 0, 200)], [(150, 150, 100)], [(0, 0, 50), (18_000, 18_000, 50)],
     [(-25_000, 0, 100)], [(n * 1000, n * 900, 80) for n in range(-15, 15)]],
)  # fmt: skip
def test_a_window_gives_the_document_of_the_whole(farmland, plots, rectangle, monkeypatch, boxes):
    sites = plots(*(rectangle(*box) for box in boxes))
    whole = document(farmland, sites)
    assert whole["layers"][0]["features"] == 5776
    monkeypatch.setattr(window, "LARGE_BYTES", 1)
    assert same_but_for_time(document(farmland, sites), whole)


def test_only_the_window_is_read(farmland, plots, rectangle, windowed):
    document(farmland, plots(rectangle(0, 0, 200)))
    ((layer, read, total),) = windowed
    assert (layer, total) == ("farm", 5776)
    assert read <= 36  # 2.2 km by 2.2 km, every 500 m


def test_the_window_is_widened_until_the_nearest_is_certain(farmland, plots, rectangle, windowed):
    done = document(farmland, plots(rectangle(-30_000, 0, 100)))
    role = done["sites"][0]["roles"][0]
    # The nearest square's west edge is at -19 000 m, the site's east edge at -29 900 m.
    assert role["nearest_m"] == pytest.approx(10_900, rel=1e-4)
    assert windowed[0][1] == 0
    assert 0 < windowed[-1][1] < 5776


def test_a_rule_that_asks_for_some_features_gets_its_own_nearest(
    farmland, plots, rectangle, windowed, tmp_path, monkeypatch
):
    frame = gpd.read_file(tmp_path / "farm.gpkg")
    frame["DLBM"] = np.where(np.arange(len(frame)) == 0, "0201", "0101")  # only the corner
    frame.to_file(tmp_path / "classes.gpkg")
    farmland.layers["farm"].update(tmp_path / "classes.gpkg", note="n")
    path = farmland.root / "rules" / "siting" / "rules.toml"
    path.write_text(
        path.read_text(encoding="utf-8").replace(
            'relation = "overlaps"\n', 'relation = "overlaps"\nwhere = {column = "DLBM", '
            'in = ["0201"]}\n',
        ),
        encoding="utf-8",
    )  # fmt: skip
    sites = plots(rectangle(150, 150, 50))
    near = document(farmland, sites)
    corner = next(f for f in near["sites"][0]["findings"] if f["rule_id"] == "PBF")
    # From (150, 150) to the corner square's far corner at (-18 900, -18 900).
    assert corner["distance_m"] == pytest.approx(np.hypot(19_050, 19_050), rel=1e-3)
    assert max(read for _, read, _ in windowed) < 100
    monkeypatch.setattr(window, "LARGE_BYTES", 1e12)
    assert same_but_for_time(near, document(farmland, sites))


def test_features_of_their_own_inaccuracy_are_reached(city, plots, rectangle, tmp_path, windowed):
    ws = city.rule("PBF", ROLE).open()
    frame = grid(ws, count=10)
    frame = frame.assign(accuracy_m=np.where(frame["id"] == "00000", 4000.0, 1.0))
    frame.to_file(tmp_path / "rough.gpkg")
    ws.layers.add("farm", tmp_path / "rough.gpkg", role=ROLE, evidence="published", coverage="all",
                  accuracy_m=1.0, key="id")  # fmt: skip
    # The rough square is 2.5 km to the south-west: borderline, though beyond the smallest window.
    done = document(ws, plots(rectangle(-5000, -5000, 100)))
    found = {f["feature_id"]: f["outcome"] for f in done["sites"][0]["findings"]}
    assert found["00000"] == "borderline"
    assert windowed


def test_an_unpublished_geopackage_in_metres_is_read_by_window(
    city, plots, rectangle, windowed, monkeypatch
):
    ws = city.rule("PBF", ROLE).layer("farm", ROLE, [], coverage="all").open()
    folder = ws.root / "layers" / "test"
    grid(ws).to_crs(4544).to_file(folder / "farm.gpkg")
    path = folder / "farm.toml"
    text = path.read_text(encoding="utf-8").replace("farm.geojson", "farm.gpkg")
    path.write_text(text.replace("EPSG:4490", "EPSG:4544"), encoding="utf-8")
    sites = plots(rectangle(50, 50, 200))
    near = document(ws, sites)
    assert windowed[0][1] < 40
    assert near["layers"][0]["features"] == 5776
    notes = ws.root / ".geo_toolkit" / "hashes.json"
    assert near["layers"][0]["sha256"] in notes.read_text(encoding="utf-8")
    monkeypatch.setattr(window, "LARGE_BYTES", 1e12)
    assert same_but_for_time(near, document(ws, sites))


def test_windows_join_where_they_meet():
    near = shapely.points([[106.0, 30.0], [106.001, 30.0], [106.5, 30.5]])
    assert len(window.windows_around(near, 1000.0)) == 2
    many = shapely.points(np.column_stack([np.arange(100) * 0.5, np.full(100, 30.0)]))
    assert len(window.windows_around(many, 1000.0)) == 1
    assert window.windows_around(np.array([shapely.Polygon()]), 1.0) == []


def test_a_hash_is_remembered_by_size_and_time(tmp_path, monkeypatch):
    path = tmp_path / "x.gpkg"
    path.write_bytes(b"one")
    monkeypatch.setattr(window, "LARGE_BYTES", 1)
    state = tmp_path / "state"
    first = window.remembered_hash(path, state)
    monkeypatch.setattr(window, "hash_of", lambda _path: "computed again")
    assert window.remembered_hash(path, state) == first
    path.write_bytes(b"another")
    assert window.remembered_hash(path, state) == "computed again"
