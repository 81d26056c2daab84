"""Before publishing: every fault at once, and the limits that stop an update."""

import json

import geopandas as gpd
import numpy as np
import pytest
import shapely

from geo_toolkit.catalogue.definition import read_definition
from geo_toolkit.catalogue.faults import fault_table
from geo_toolkit.errors import BoundaryError, LayerError, NotAvailable, OptionError


@pytest.fixture(autouse=True)
def _clock(monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1790000000")  # 2026-09-21


@pytest.fixture
def deliver(city, tmp_path):
    sender = type(city)(tmp_path / "sender")

    def make(features, name="delivery"):
        sender.layer(name, "any", features)
        return sender.root / "layers" / "test" / f"{name}.geojson"

    return make


STRICT = """
[columns.status]
values = ["existing", "planned"]
required = true
[columns.lanes]
type = "integer"
[columns.since]
type = "date"
[columns.code]
required = true
[checks]
overlaps = "forbid"
duplicates = "forbid"
gaps = "forbid"
"""


def columns(**changed):
    return {"status": "existing", "lanes": 2, "since": "2026-01-01", "code": "c", **changed}


@pytest.fixture
def strict(city, rectangle):
    """A tiling of 3 by 3 squares of 1 km that forbids overlaps, duplicates and gaps."""
    features = [
        (f"t{n}", rectangle(1000 * (n % 3), 1000 * (n // 3), 1000), columns()) for n in range(9)
    ]
    city.layer("tiles", "any", features)
    path = city.root / "layers" / "test" / "tiles.toml"
    path.write_text(path.read_text(encoding="utf-8") + STRICT, encoding="utf-8")
    return city.open(), features


def codes(faults):
    return sorted(fault.code for fault in faults)


def test_the_sound_tiling_has_no_fault(strict):
    ws, _ = strict
    assert ws.layers["tiles"].validate() == []


def test_a_delivery_with_twelve_faults_reports_all_and_publishes_nothing(
    strict, deliver, rectangle
):
    ws, features = strict
    f = list(features)
    f[0] = ("t0", f[0][1], columns(status="closed"))  # 1 a value that is not in the list
    f[1] = ("t1", f[1][1], columns(lanes="two"))  # 2 no integer
    f[2] = ("t2", f[2][1], columns(since="1/2/2026"))  # 3 no day
    f[3] = ("t3", f[3][1], columns(code=""))  # 4 a required value is empty
    f[4] = ("", f[4][1], columns())  # 5 no key
    f[5] = ("t3", f[5][1], columns())  # 6 a key twice
    f[6] = ("t6", f[6][1].buffer(50, join_style="mitre"), columns())  # 7 overlaps t3, t4 and t7
    del f[7]  # the hole it leaves is open to the outside
    f.append(("p", shapely.Point(9000, 0), columns()))  # 8 no polygon
    bow = shapely.Polygon([(9000, 0), (9100, 100), (9100, 0), (9000, 100)])
    f.append(("bow", bow, columns()))  # 9 crosses itself
    f.append(("far", rectangle(90_000, 0, 10), columns()))  # 10 outside the workspace
    ring = shapely.Polygon(
        rectangle(0, 9000, 500).exterior, [rectangle(100, 9100, 100).exterior.coords]
    )
    f.append(("ring", ring, columns()))  # 11 a gap
    f.append(("twin", f[0][1], columns()))  # 12 an outline twice
    done = ws.layers["tiles"].update(deliver(f), note="n", dry_run=True)
    found = codes(done.faults)
    for code in ("column_value", "column_empty", "key_missing", "key_duplicate", "overlap",
                 "geometry_type", "invalid_geometry", "outside_bounds", "gap",
                 "duplicate_geometry"):  # fmt: skip
        assert code in found, code
    assert found.count("column_value") == 3
    assert all(fault.lon is not None for fault in done.faults)
    for override in (None, "the province insists"):
        with pytest.raises(LayerError, match=r"delivery.geojson: feature t0 near .*more faults"):
            ws.layers["tiles"].update(deliver(f), note="n", override=override)
    assert not (ws.root / ".geo_toolkit").exists()


def test_a_gap_is_measured(strict, deliver):
    ws, features = strict
    left = [f for f in features if f[0] != "t4"]
    faults = ws.layers["tiles"].update(deliver(left), note="n", dry_run=True).faults
    (gap,) = [f for f in faults if f.code == "gap"]
    assert gap.got.startswith("a gap of 1000000.") or gap.got.startswith("a gap of 999999.")


def test_an_overlap_is_measured_and_touching_is_none(strict, deliver, rectangle):
    ws, features = strict
    wider = [*features[1:], ("t0", rectangle(0, 0, 1010, 1000), columns())]
    faults = ws.layers["tiles"].update(deliver(wider), note="n", dry_run=True).faults
    (overlap,) = [f for f in faults if f.code == "overlap"]
    area = float(overlap.got.split()[0])
    assert area == pytest.approx(10_000, rel=1e-4)


@pytest.mark.parametrize(
    ("shape", "code"),
    [(None, "geometry_missing"), (shapely.Polygon(), "geometry_missing"),
     (shapely.LineString([(0, 0), (9, 9)]), "geometry_type"),
     (shapely.Polygon([(0, 0), (100, 0), (200, 0)]), "no_area")],
)  # fmt: skip
def test_single_geometries(strict, tmp_path, shape, code):
    ws, _ = strict
    table = {"id": ["x"], **{k: [v] for k, v in columns().items()}}
    path = tmp_path / "one.gpkg"
    gpd.GeoDataFrame(table, geometry=[shape], crs=ws.topology_crs).to_file(path)
    done = ws.layers["tiles"].update(path, note="n", dry_run=True)
    assert code in codes(done.faults)


def test_a_missing_column_and_an_empty_table(strict, deliver):
    ws, features = strict
    bare = [(key, shape, {"status": "existing"}) for key, shape, _ in features]
    found = codes(ws.layers["tiles"].update(deliver(bare), note="n", dry_run=True).faults)
    assert found == ["column_missing"]
    path = deliver(bare)
    path.write_text('{"type":"FeatureCollection","features":[]}', encoding="utf-8")
    with pytest.raises((LayerError, BoundaryError)):
        ws.layers["tiles"].update(path, note="n")


def test_duplicates_and_overlaps_are_allowed_unless_forbidden(city, deliver, rectangle):
    ws = city.layer("free", "any", [("a", rectangle(0, 0, 100))]).open()
    twice = [("a", rectangle(0, 0, 100)), ("b", rectangle(0, 0, 100)), ("c", rectangle(50, 0, 90))]
    done = ws.layers["free"].update(deliver(twice), note="n", override="new parcels")
    assert done.version.number == 1
    assert [(f.code, f.level) for f in done.faults] == [("duplicate_geometry", "warning")]


def test_faults_as_a_table(strict, deliver):
    ws, features = strict
    bad = [(key, shape, columns(status="closed")) for key, shape, _ in features]
    faults = ws.layers["tiles"].update(deliver(bad), note="n", dry_run=True).faults
    table = fault_table(faults)
    assert len(table) == 9
    assert table.crs.to_epsg() == 4490
    assert table.geometry.iloc[0].x == pytest.approx(106.2, abs=0.05)
    assert fault_table([]).empty


# The gate ---------------------------------------------------------------------------------------


@pytest.fixture
def hundred(city, rectangle):
    """A layer of 100 squares of 100 m: 1 % of area and features each."""
    features = [(f"s{n:02d}", rectangle(200 * (n % 10), 200 * (n // 10), 100)) for n in range(100)]
    return city.layer("hundred", "any", features, evidence="published").open(), features


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda f, _box: f[:-2], None),  # 2 % of features, 2 % of area
        (lambda f, _box: f[:-3], "features removed: 3.0% (3 of 100), limit 2.0%"),
        (lambda f, box: [*f, ("n", box(9000, 0, 220))], None),  # 4.84 % of area
        (lambda f, box: [*f, ("n", box(9000, 0, 230))], "area changed: 5.3%"),
        (lambda f, box: [*f, ("n", box(30_000, 0, 50))], "outside the workspace's bounds: 1"),
        (
            lambda f, _box: [
                *f,
                ("n", shapely.Polygon([(9000, 0), (9050, 50), (9050, 0), (9000, 50)])),
            ],
            "invalid outlines: 1, limit 0",
        ),
    ],
)
def test_the_default_limits(hundred, deliver, rectangle, change, says):
    ws, features = hundred
    delivery = deliver(change(features, rectangle))
    entry = ws.layers["hundred"]
    if says is None:
        assert entry.update(delivery, note="n").version.number == 1
        return
    with pytest.raises(LayerError) as refusal:
        entry.update(delivery, note="n")
    assert says in str(refusal.value)
    assert "--override" in str(refusal.value)
    assert not (ws.root / ".geo_toolkit").exists()
    done = entry.update(delivery, note="n", override="按省厅函")
    assert done.version.number == 1
    newest = entry.history()[-1]
    assert newest.override == "按省厅函"
    assert any(says in line for line in newest.exceeded)


def test_evidence_may_not_go_down_without_a_reason(hundred, deliver):
    ws, features = hundred
    with pytest.raises(LayerError, match="evidence goes down: published to schematic"):
        ws.layers["hundred"].update(deliver(features), note="n", evidence="schematic")
    done = ws.layers["hundred"].update(
        deliver(features), note="n", evidence="schematic", override="the source was withdrawn"
    )
    assert done.version.number == 1


def test_what_lay_outside_before_may_stay_outside(city, deliver, rectangle):
    """Gateways beyond the bounds, and lines that run on, are usual; one more outside is not."""
    far = ("far", rectangle(30_000, 0, 100))
    across = ("across", rectangle(18_000, 0, 5000))
    inside = [(f"i{n:02d}", rectangle(-200 * n, 0, 100)) for n in range(60)]
    ws = city.layer("x", "any", [far, across, *inside], evidence="published").open()
    kept = [far, across, *inside[:-1]]
    assert ws.layers["x"].update(deliver(kept), note="n", dry_run=True).exceeded == ()
    more = [*kept, ("further", rectangle(40_000, 0, 100))]
    (line,) = ws.layers["x"].update(deliver(more), note="n", dry_run=True).exceeded
    assert line == "features outside the workspace's bounds: 2, limit 1"


def test_an_override_that_was_not_needed_is_accepted(hundred, deliver):
    ws, features = hundred
    done = ws.layers["hundred"].update(deliver(features[:-1]), note="n", override="just in case")
    assert (done.version.override, done.version.exceeded) == ("just in case", ())


def test_limits_of_a_layer_are_its_own(hundred, deliver):
    ws, features = hundred
    path = ws.root / "layers" / "test" / "hundred.toml"
    path.write_text(
        path.read_text(encoding="utf-8") + "[gate]\nfeature_share = 0.005\n", encoding="utf-8"
    )
    entry = type(ws).open(ws.root).layers["hundred"]
    with pytest.raises(LayerError, match=r"features removed: 1.0% \(1 of 100\), limit 0.5%"):
        entry.update(deliver(features[:-1]), note="n")


def test_the_gate_compares_with_the_highest_number(hundred, deliver):
    ws, features = hundred
    entry = ws.layers["hundred"]
    entry.update(deliver(features[:-2]), note="n", effective_from="2030-01-01")
    assert entry.update(deliver(features[:-4], "b"), note="n", dry_run=True).exceeded == (
        "features removed: 2.0% (2 of 98), limit 2.0%",
    )


def test_the_definition_reads_checks_and_limits(tmp_path):
    path = tmp_path / "x.toml"
    path.write_text(
        'id = "x"\nrole = "r"\ngeometry = "polygon"\ndata = "x.gpkg"\nkey = "id"\n'
        'crs = "EPSG:4490"\ndatum = "cgcs2000"\nevidence = "official"\naccuracy_m = 0\n'
        'coverage = "none"\nsource = "s"\n[gate]\narea_share = 0.1\ninvalid = 3\n',
        encoding="utf-8",
    )
    limits = read_definition(path).gate
    assert (limits.area_share, limits.feature_share, limits.invalid) == (0.1, 0.02, 3)


# Keys and coordinate systems --------------------------------------------------------------------


def sent(tmp_path, ws, table, *, suffix="gpkg", crs=None, shift=0.0):
    shapes = [shapely.box(x, 0, x + 100, 100) for x in 200.0 * np.arange(len(next(iter(
        table.values()))))]  # fmt: skip
    origin = gpd.GeoSeries([shapely.Point(106.2 + shift, 30.7)], crs=4490).to_crs(ws.topology_crs)[
        0
    ]
    moved = [shapely.affinity.translate(s, origin.x, origin.y) for s in shapes]
    frame = gpd.GeoDataFrame(table, geometry=moved, crs=ws.topology_crs).to_crs(crs or 4490)
    path = tmp_path / f"sent.{suffix}"
    frame.to_file(path)
    return path


@pytest.mark.parametrize(
    ("table", "column"),
    [
        ({"BSM": ["1", "2"], "GUID": ["a", "b"]}, "BSM"),
        ({"BSM": ["1", "1"], "GUID": ["a", "b"]}, "GUID"),
        ({"BSM": ["1", ""], "OBJECTID_1": [7, 8], "GUID": ["a", "a"]}, "OBJECTID_1"),
        ({"Id": ["x", "y"], "other": [1, 2]}, "Id"),
    ],
)
def test_another_column_takes_the_place_of_the_key(city, rectangle, tmp_path, table, column):
    ws = city.layer("x", "any", [("a", rectangle(0, 0, 100))]).open()
    path = ws.root / "layers" / "test" / "x.toml"
    path.write_text(path.read_text(encoding="utf-8").replace('key = "id"', 'key = "code"'),
                    encoding="utf-8")  # fmt: skip
    data = ws.root / "layers" / "test" / "x.geojson"
    data.write_text(data.read_text(encoding="utf-8").replace('"id"', '"code"'), encoding="utf-8")
    entry = type(ws).open(ws.root).layers["x"]
    done = entry.update(sent(tmp_path, ws, table), note="n", override="other keys")
    assert done.version.provenance.key_column == column
    assert any(repr(column) in remark and "'code'" in remark for remark in done.remarks)
    expected = [str(value) for value in table[column]]
    assert entry.read().frame.index.tolist() == expected
    assert entry.content()["code"].tolist() == expected


def test_without_any_key_it_is_refused_by_name(city, rectangle, tmp_path):
    ws = city.layer("x", "any", [("a", rectangle(0, 0, 100))]).open()
    path = sent(tmp_path, ws, {"name": ["a", "b"], "BSM": ["1", "1"]})
    with pytest.raises(LayerError, match=r"key column 'id'.*BSM, GUID.*got name, BSM"):
        ws.layers["x"].update(path, note="n")
    with pytest.raises(LayerError, match="--key"):
        ws.layers.add("y", path, role="any", accuracy_m=1.0)
    done = ws.layers.add("y", path, role="any", accuracy_m=1.0, key="name")
    assert ws.layers["y"].definition.key == "name"
    assert done.version.features == 2


@pytest.mark.parametrize("epsg", [4523, 4544, 4545, 4490, 4326])
def test_coordinate_systems_come_to_the_same_place(city, rectangle, tmp_path, epsg):
    ws = city.layer("x", "any", [("a", rectangle(0, 0, 100)), ("b", rectangle(200, 0, 100))]).open()
    path = sent(tmp_path, ws, {"id": ["a", "b"]}, crs=epsg)
    done = ws.layers["x"].update(path, note="n", dry_run=True)
    assert done.provenance.crs == f"EPSG:{epsg}"
    assert done.diff.area_gained_m2 + done.diff.area_lost_m2 < 1e-3


def test_a_local_datum_and_a_missing_system_are_refused(city, rectangle, tmp_path):
    ws = city.layer("x", "any", [("a", rectangle(0, 0, 100))]).open()
    old = sent(tmp_path, ws, {"id": ["a"]})
    frame = gpd.read_file(old).set_crs(4610, allow_override=True)
    frame.to_file(tmp_path / "xian.gpkg")
    with pytest.raises(NotAvailable, match="Xian 1980"):
        ws.layers["x"].update(tmp_path / "xian.gpkg", note="n")
    with pytest.warns(UserWarning, match="crs"):
        frame.set_crs(None, allow_override=True).to_file(tmp_path / "bare.fgb")
    with pytest.raises(BoundaryError, match="--crs"):
        ws.layers["x"].update(tmp_path / "bare.fgb", note="n")
    assert not (ws.root / ".geo_toolkit").exists()


def test_a_shapefile_in_gbk_without_cpg_keeps_its_chinese(city, rectangle, tmp_path):
    ws = city.layer("x", "any", [("a", rectangle(0, 0, 100))]).open()
    source = sent(tmp_path, ws, {"id": ["a", "b"], "MC": ["南岸湿地保护区", "凌云山森林公园"]})
    folder = tmp_path / "shp"
    folder.mkdir()
    gpd.read_file(source).to_file(folder / "line.shp", encoding="GBK")
    (folder / "line.cpg").unlink()
    for path in (folder / "line.shp", folder):
        done = ws.layers["x"].update(path, note="n", override="new", dry_run=True)
        assert done.provenance.encoding_basis.startswith("detected")
        assert done.frame["MC"].tolist() == ["南岸湿地保护区", "凌云山森林公园"]


def test_a_shapefiles_cut_names_are_those_of_the_layer(city, rectangle, tmp_path):
    shape, values = rectangle(0, 0, 100), {"published_area_ha": 1.5, "published_basis": "b", "n": 1}
    ws = city.layer("x", "any", [("a", shape, values)]).open()
    entry = ws.layers["x"]
    entry.export(tmp_path / "x.zip")
    done = entry.update(tmp_path / "x.zip", note="n", dry_run=True)
    # Both long names start with published_: neither is guessed.
    assert done.diff.counts["attributes"] == 1
    one = city.layer("y", "any", [("a", shape, {"published_area_ha": 1.5, "n": 1})]).open()
    entry = one.layers["y"]
    entry.export(tmp_path / "y.zip")
    done = entry.update(tmp_path / "y.zip", note="n")
    assert done.unchanged
    assert "column 'published_' taken for 'published_area_ha'" in done.remarks


def test_wrong_words_are_refused_before_anything_is_read(city, rectangle, deliver):
    ws = city.layer("x", "any", [("a", rectangle(0, 0, 100))]).open()
    path = deliver([("a", rectangle(0, 0, 100))])
    for words in ({"evidence": "sure"}, {"accuracy_m": -1.0}, {"secrecy": "top"},
                  {"override": " "}, {"effective_from": "tomorrow"}, {"datum": "moon"},
                  {"encoding": "klingon"}):  # fmt: skip
        with pytest.raises(OptionError):
            ws.layers["x"].update(path, note="n", **words)
    with pytest.raises(LayerError, match=r"--coverage nowhere\.shp"):
        ws.layers["x"].update(path, note="n", coverage="nowhere.shp")
    for name in ("missing.gpkg", "odd.docx"):
        (path.parent / "odd.docx").write_bytes(b"PK")
        with pytest.raises(LayerError, match=name):
            ws.layers["x"].update(path.parent / name, note="n")
    (path.parent / "fake.gpkg").write_text(json.dumps({}), encoding="utf-8")
    with pytest.raises(BoundaryError, match=r"fake.gpkg.*GeoPackage"):
        ws.layers["x"].update(path.parent / "fake.gpkg", note="n")
