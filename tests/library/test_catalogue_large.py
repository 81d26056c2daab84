"""A large delivery, read in batches: the version, the faults and the answers of the small way."""

import sqlite3

import geopandas as gpd
import numpy as np
import pyogrio
import pytest
import shapely

from geo_toolkit.catalogue import batches, large
from geo_toolkit.errors import LayerError
from geo_toolkit.workspace import Workspace

FARM = "permanent_basic_farmland"


@pytest.fixture(autouse=True)
def _clock(monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1790000000")  # 2026-09-21


@pytest.fixture
def small_batches(monkeypatch):
    """Take anything over 10 features for large, in batches of 7."""
    monkeypatch.setattr(batches, "MANY_FEATURES", 10)
    monkeypatch.setattr(batches, "BATCH", 7)


@pytest.fixture
def ws(city):
    return city.open()


def parcels(ws, count=30):
    """Squares of 100 m side by side, with texts, numbers, gaps in both, and a day."""
    origin = gpd.GeoSeries([shapely.Point(106.2, 30.7)], crs=4490).to_crs(ws.topology_crs)[0]
    x, y = origin.x + 150.0 * (np.arange(count) % 6), origin.y + 150.0 * (np.arange(count) // 6)
    return gpd.GeoDataFrame(
        {
            "BSM": [f"{n:018d}" for n in range(count)],
            "DLMC": [None if n % 5 == 0 else f"水田{n}" for n in range(count)],
            "TBMJ": [n * 1.5 for n in range(count)],
            "accuracy_m": [0.5 + n / 100 for n in range(count)],
            "SJNF": np.arange(2000, 2000 + count, dtype="int32"),
        },
        geometry=list(shapely.box(x, y, x + 100, y + 100)),
        crs=ws.topology_crs,
    ).to_crs(4523)


def send(frame, path, **options):
    pyogrio.write_dataframe(frame, path, layer="YJJBNTBHTB", **options)
    return path


def publish(ws, layer_id, path, **changes):
    said = {"evidence": "official", "accuracy_m": 0.5, "secrecy": "public", "coverage": "all"}
    return ws.layers.add(layer_id, path, role=FARM, **{**said, "note": "n", **changes})


@pytest.mark.parametrize("suffix", [".gpkg", ".gdb", ".fgb"])
def test_the_version_is_that_of_the_small_way(ws, tmp_path, monkeypatch, suffix):
    frame = parcels(ws)
    driver = {"driver": "OpenFileGDB"} if suffix == ".gdb" else {}
    path = send(frame, tmp_path / f"delivery{suffix}", **driver)
    plain = publish(ws, "plain", path).version
    monkeypatch.setattr(batches, "MANY_FEATURES", 10)
    monkeypatch.setattr(batches, "BATCH", 7)
    done = publish(ws, "large", path)
    assert done.large is not None
    version = done.version
    assert (version.number, version.features) == (1, 30)
    assert version.area_m2 == pytest.approx(plain.area_m2, rel=1e-12)
    assert version.max_accuracy_m == plain.max_accuracy_m == pytest.approx(0.79)
    assert version.provenance == plain.provenance
    one, other = (ws.layers[name].content() for name in ("plain", "large"))
    assert other["BSM"].tolist() == one["BSM"].tolist()
    assert sorted(other["BSM"]) == frame["BSM"].tolist()
    assert list(one.columns) == list(other.columns)
    assert shapely.equals_exact(one.geometry.to_numpy(), other.geometry.to_numpy()).all()
    for name in ("DLMC", "TBMJ", "SJNF", "name_zh"):
        assert one[name].astype(object).where(one[name].notna(), None).tolist() == (
            other[name].astype(object).where(other[name].notna(), None).tolist()
        ), name
    again = Workspace.open(ws.root).layers["large"].update(path, note="again")
    assert again.unchanged  # read whole or in batches, nothing differs


@pytest.mark.usefixtures("small_batches")
def test_the_file_has_its_index_and_the_same_bytes_each_time(ws, tmp_path, city):
    path = send(parcels(ws), tmp_path / "delivery.gpkg")
    version = publish(ws, "large", path).version
    stored = ws.layers.store.file_of(version)
    with sqlite3.connect(stored) as connection:
        (indexed,) = connection.execute("SELECT count(*) FROM rtree_large_geom").fetchone()
    assert indexed == 30
    assert pyogrio.read_info(stored)["geometry_type"] == "Polygon"
    other = type(city)(tmp_path / "second")
    other.root.mkdir()
    (other.root / "workspace.toml").write_bytes((city.root / "workspace.toml").read_bytes())
    assert publish(other.open(), "large", path).version.sha256 == version.sha256


@pytest.mark.usefixtures("small_batches")
def test_multi_and_single_parts_together(ws, tmp_path):
    frame = parcels(ws)
    pair = shapely.multipolygons([frame.geometry[0], frame.geometry[1]])
    frame.loc[29, "geometry"] = pair
    version = publish(ws, "large", send(frame, tmp_path / "delivery.gpkg")).version
    stored = ws.layers.store.file_of(version)
    assert pyogrio.read_info(stored)["geometry_type"] == "MultiPolygon"
    kinds = [shape.geom_type for shape in ws.layers["large"].content().geometry]
    assert kinds == ["Polygon"] * 29 + ["MultiPolygon"]


@pytest.mark.usefixtures("small_batches")
def test_every_fault_is_found_across_batches(ws, tmp_path):
    frame = parcels(ws)
    frame.loc[25, "BSM"] = frame["BSM"][2]  # in another batch
    frame.loc[20, "BSM"] = ""
    frame.loc[14, "geometry"] = frame.geometry[3]
    frame.loc[28, "geometry"] = None
    x, y = shapely.get_coordinates(frame.geometry[0])[0]
    frame.loc[9, "geometry"] = shapely.Polygon([(x, y), (x + 50, y + 50), (x + 50, y), (x, y + 50)])
    with pytest.raises(LayerError, match="layer large is left as it was"):
        publish(ws, "large", send(frame, tmp_path / "delivery.gpkg"), key="BSM")
    assert not (ws.root / ".geo_toolkit").exists()
    found = ws.layers.add("large", tmp_path / "delivery.gpkg", role=FARM, key="BSM", dry_run=True,
                          evidence="official", accuracy_m=0.5, secrecy="public")  # fmt: skip
    assert {(fault.code, fault.feature) for fault in found.faults} == {
        ("key_duplicate", frame["BSM"][2]),
        ("key_missing", "row 21"),
        ("duplicate_geometry", frame["BSM"][14]),
        ("geometry_missing", frame["BSM"][28]),
        ("invalid_geometry", frame["BSM"][9]),
    }
    twin = next(fault for fault in found.faults if fault.code == "duplicate_geometry")
    assert twin.got == f"that of feature {frame['BSM'][3]}"


@pytest.mark.usefixtures("small_batches")
def test_a_delivery_that_changes_meanwhile_is_refused(ws, tmp_path):
    path = send(parcels(ws), tmp_path / "delivery.gpkg")
    prepared = ws.layers.add("large", path, role=FARM, dry_run=True, evidence="official",
                             accuracy_m=0.5, secrecy="public")  # fmt: skip
    path.unlink()
    send(parcels(ws, 31), path)
    with pytest.raises(LayerError, match="as it was validated, got another"):
        prepared.large.write(tmp_path / "out.gpkg", "2026-09-21T00:00:00+08:00")
    assert not (tmp_path / "out.gpkg").exists()


@pytest.mark.usefixtures("small_batches")
def test_a_key_is_chosen_over_all_rows(ws, tmp_path):
    """BSM repeats in the last batch only: GUID takes its place."""
    frame = parcels(ws)
    frame["GUID"] = [f"g{n}" for n in range(30)]
    frame.loc[29, "BSM"] = frame["BSM"][28]
    publish(ws, "large", send(frame, tmp_path / "delivery.gpkg"))
    assert ws.layers["large"].definition.key == "GUID"


@pytest.mark.usefixtures("small_batches")
def test_what_cannot_be_streamed_is_read_whole(ws, tmp_path):
    done = publish(ws, "whole", send(parcels(ws).to_crs(4326), tmp_path / "delivery.geojson"))
    assert (done.large, done.version.features) == (None, 30)


@pytest.mark.parametrize("is_large", [False, True])
def test_adopting_a_large_table_says_the_same_of_it(ws, tmp_path, monkeypatch, is_large):
    """30 squares of 1 ha; the second delivery updates, and is read whole."""
    if is_large:
        monkeypatch.setattr(batches, "MANY_FEATURES", 10)
        monkeypatch.setattr(batches, "BATCH", 7)
    frame = parcels(ws)
    path = send(frame, tmp_path / "delivery.gpkg")
    pyogrio.write_dataframe(frame, path, layer="OTHER", append=True)
    other, row = ws.layers.adopt(path, secrecy="public")
    assert (row.preparation.large is not None) == is_large
    assert (row.layer, row.features, row.date) == (f"{FARM}_official", 30, "2029")
    assert row.area_m2 == pytest.approx(300_000, rel=3e-6)
    assert (other.role, other.features, other.date) == (None, 30, "2029")
    assert other.area_m2 == pytest.approx(300_000, rel=3e-6)
    again = ws.layers.adopt(path, layer="YJJBNTBHTB")[0]
    assert again.preparation.unchanged
    beside = ws.layers.adopt(path, layer="YJJBNTBHTB", secrecy="public", beside=True)[0]
    assert (beside.preparation.large is not None) == is_large
    assert beside.layer == f"{FARM}_official_2"


def test_rows_with_the_same_code_are_those_that_repeat():
    codes = np.array([5, 0, 7, 5, 0, 9, 7], dtype=np.uint64)
    assert large._again(codes).tolist() == [0, 2, 3, 6]  # 0 is no code
