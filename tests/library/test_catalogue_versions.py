"""Versions: published whole, read as they are in force on a day, their word before the file's."""

import hashlib
import sqlite3
import tomllib
from dataclasses import fields
from datetime import date
from pathlib import Path

import geopandas as gpd
import pyogrio
import pytest
import shapely

from geo_toolkit.catalogue.publish import publish
from geo_toolkit.catalogue.versions import Stated, in_force
from geo_toolkit.errors import LayerError, OptionError
from geo_toolkit.workspace import Workspace

DAY = "1790000000"  # 2026-09-21
TODAY = date(2026, 9, 21)
ROLE = "ecological_red_line"


@pytest.fixture(autouse=True)
def _clock(monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", DAY)


@pytest.fixture
def deliver(city, tmp_path):
    """Return a function from features in metres to a delivered GeoJSON."""
    sender = type(city)(tmp_path / "sender")

    def make(features, name="delivery"):
        sender.layer(name, "any", features)
        return sender.root / "layers" / "test" / f"{name}.geojson"

    return make


@pytest.fixture
def parks(city, rectangle):
    """A workspace with a bundled layer of four squares of 1 km²; returns it open."""
    features = [(f"p{n}", rectangle(2000 * n, 0, 1000), {"name": f"园区{n}"}) for n in range(4)]
    keys = {"evidence": "schematic", "accuracy_m": 300, "title_zh": "园区", "licence": "CC0-1.0"}
    return city.layer("parks", "industrial_park", features, **keys).open()


def squares(rectangle, *, width=1000, count=4):
    return [
        (f"p{n}", rectangle(2000 * n, 0, width if n == 0 else 1000), {"name": f"园区{n}"})
        for n in range(count)
    ]


# Publishing -------------------------------------------------------------------------------------


def test_the_first_update_keeps_the_bundled_file_as_version_0(parks, deliver, rectangle):
    data = parks.root / "layers" / "test" / "parks.geojson"
    done = parks.layers["parks"].update(deliver(squares(rectangle, width=1010)), note="one grew")
    assert done.version.number == 1
    zero, one = parks.layers["parks"].history()
    assert (zero.number, one.number) == (0, 1)
    assert zero.sha256 == hashlib.sha256(data.read_bytes()).hexdigest()
    assert (zero.effective_from, one.effective_from) == (None, TODAY)
    assert (one.note, one.features, zero.features) == ("one grew", 4, 4)
    folder = parks.root / ".geo_toolkit" / "versions" / "parks"
    assert sorted(p.name for p in folder.iterdir()) == ["parks.v0.gpkg", "parks.v1.gpkg"]
    for version in (zero, one):
        path = folder / f"parks.v{version.number}.gpkg"
        assert hashlib.sha256(path.read_bytes()).hexdigest() == version.file_sha256
    assert one.sha256 == one.file_sha256
    assert one.provenance.source_file == "delivery.geojson"
    assert one.provenance.crs == "EPSG:4326"
    assert one.provenance.crs_basis.startswith("declared")
    assert one.committed_at == "2026-09-21T22:13:20+08:00"


def test_areas_are_sums_on_the_ellipsoid(parks, deliver, rectangle):
    parks.layers["parks"].update(deliver(squares(rectangle, width=1010)), note="n")
    zero, one = parks.layers["parks"].history()
    # Metres in the transverse Mercator at its central meridian are metres on the ground to 1e-6.
    assert zero.area_m2 == pytest.approx(4_000_000, rel=3e-6)
    assert one.area_m2 - zero.area_m2 == pytest.approx(1010 * 1010 - 1000 * 1000, rel=1e-4)


def test_version_files_open_with_other_software(parks, deliver, rectangle):
    parks.layers["parks"].update(deliver(squares(rectangle, width=1010)), note="n")
    for number in (0, 1):
        path = parks.root / ".geo_toolkit" / "versions" / "parks" / f"parks.v{number}.gpkg"
        info = pyogrio.read_info(path)
        assert (info["driver"], info["layer_name"], info["features"]) == ("GPKG", "parks", 4)
        frame = gpd.read_file(path)
        assert frame.crs.to_epsg() == 4490
        assert frame["name"].tolist() == [f"园区{n}" for n in range(4)]


def test_same_input_same_bytes(city, deliver, rectangle, tmp_path):
    digests = set()
    delivery = deliver(squares(rectangle))
    for name in ("a", "b"):
        root = tmp_path / name
        root.mkdir()
        (root / "workspace.toml").write_bytes((city.root / "workspace.toml").read_bytes())
        ws = Workspace.open(root)
        done = ws.layers.add("x", delivery, role="any", accuracy_m=1.0, note="n")
        digests.add(done.version.sha256)
    assert len(digests) == 1


def test_an_equal_update_publishes_nothing(parks, deliver, rectangle):
    entry = parks.layers["parks"]
    done = entry.update(deliver(squares(rectangle)), note="again")
    assert (done.unchanged, done.version) == (True, None)
    assert not (parks.root / ".geo_toolkit").exists()
    entry.update(deliver(squares(rectangle, width=1010)), note="one grew")
    done = entry.update(deliver(squares(rectangle, width=1010)), note="again")
    assert (done.unchanged, done.version) == (True, None)
    assert len(entry.history()) == 2


def test_a_multi_of_one_part_is_equal_to_the_part(parks, deliver, rectangle):
    features = squares(rectangle)
    key, shape, columns = features[0]
    features[0] = (key, shapely.MultiPolygon([shape]), columns)
    assert parks.layers["parks"].update(deliver(features), note="n").unchanged


def test_a_ring_that_starts_elsewhere_is_equal(parks, deliver, rectangle):
    features = squares(rectangle)
    key, shape, columns = features[0]
    xy = list(shape.exterior.coords)
    features[0] = (key, shapely.Polygon([*xy[2:-1], *xy[:3]]).reverse(), columns)
    assert parks.layers["parks"].update(deliver(features), note="n").unchanged


@pytest.mark.parametrize(
    "change",
    [{"evidence": "published"}, {"accuracy_m": 5.0}, {"title_zh": "新"}, {"document": "文1号"},
     {"coverage": "all"}, {"source": "another"}, {"effective_from": "2026-10-01"}],
)  # fmt: skip
def test_other_metadata_is_not_equal(parks, deliver, rectangle, change):
    done = parks.layers["parks"].update(deliver(squares(rectangle)), note="n", **change)
    assert done.version.number == 1
    again = parks.layers["parks"].update(deliver(squares(rectangle)), note="n", **change)
    assert again.unchanged


def test_nothing_is_written_by_a_dry_run(parks, deliver, rectangle):
    before = sorted(parks.root.rglob("*"))
    done = parks.layers["parks"].update(
        deliver(squares(rectangle, width=1010)), note="n", dry_run=True
    )
    assert (done.version, done.number, done.diff.counts["reshaped"]) == (None, 1, 1)
    assert sorted(parks.root.rglob("*")) == before


def test_a_read_only_workspace_refuses_with_the_remedy(parks, deliver, rectangle, monkeypatch):
    def refuse(*_args, **_kwargs):
        raise PermissionError(13, "Permission denied")

    delivery = deliver(squares(rectangle, width=1010))
    monkeypatch.setattr(Path, "mkdir", refuse)
    with pytest.raises(LayerError, match=r"read-only.*geo-toolkit init"):
        parks.layers["parks"].update(delivery, note="n")
    assert not (parks.root / ".geo_toolkit").exists()


def test_the_second_of_two_publishers_is_told_who_was_first(parks, deliver, rectangle):
    entry, other = parks.layers["parks"], Workspace.open(parks.root).layers["parks"]
    late = other.update(deliver(squares(rectangle, width=1020), "late"), note="n", dry_run=True)
    entry.update(deliver(squares(rectangle, width=1010)), note="first", author="李四")
    with pytest.raises(LayerError, match=r"published by 李四 at 2026-09-21.*run the update again"):
        publish(parks.layers.store, [late], crs=parks.topology_crs)
    assert [v.number for v in entry.history()] == [0, 1]
    assert entry.history()[1].author == "李四"
    folder = parks.root / ".geo_toolkit" / "versions" / "parks"
    assert sorted(p.name for p in folder.iterdir()) == ["parks.v0.gpkg", "parks.v1.gpkg"]


def test_a_publication_that_fails_midway_leaves_nothing_listed(
    parks, deliver, rectangle, monkeypatch
):
    entry = parks.layers["parks"]

    def fail(_version):
        raise sqlite3.OperationalError("disk full")

    with monkeypatch.context() as patch:
        patch.setattr("geo_toolkit.catalogue.store._row", fail)
        with pytest.raises(sqlite3.OperationalError):
            entry.update(deliver(squares(rectangle, width=1010)), note="n")
    assert [v.number for v in entry.history()] == [0]
    assert entry.update(deliver(squares(rectangle, width=1010)), note="n").version.number == 1


def test_a_damaged_catalogue_is_refused_and_never_taken_for_an_empty_one(parks, deliver, rectangle):
    parks.layers["parks"].update(deliver(squares(rectangle, width=1010)), note="n")
    path = parks.root / ".geo_toolkit" / "catalogue.sqlite"
    raw = path.read_bytes()
    path.write_bytes(raw[:100] + bytes(len(raw) - 100))
    with pytest.raises(LayerError, match=r"catalogue.sqlite.*backup"):
        Workspace.open(parks.root).layers["parks"].read()
    path.write_bytes(b"no database, and more than a hundred bytes of it" * 9)
    with pytest.raises(LayerError, match=r"catalogue.sqlite.*backup"):
        Workspace.open(parks.root)


def test_a_missing_version_file_is_a_fault_and_clears_nothing(parks, deliver, rectangle):
    parks.layers["parks"].update(deliver(squares(rectangle, width=1010)), note="n", coverage="all")
    (parks.root / ".geo_toolkit" / "versions" / "parks" / "parks.v1.gpkg").unlink()
    layer = Workspace.open(parks.root).layers["parks"].read()
    assert "parks.v1.gpkg" in layer.fault
    with pytest.raises(LayerError, match="doctor"):
        parks.layers["parks"].update(deliver(squares(rectangle, width=1020)), note="n")


# Reading ----------------------------------------------------------------------------------------


def test_the_version_in_force_follows_the_day(parks, deliver, rectangle):
    entry = parks.layers["parks"]
    for width, day in ((1010, "2026-03-01"), (1020, "2026-06-01"), (1030, "2026-05-01")):
        entry.update(deliver(squares(rectangle, width=width)), note="n", effective_from=day)
    expected = {"2026-02-28": 0, "2026-03-01": 1, "2026-05-01": 3, "2026-05-31": 3,
                "2026-06-01": 2, "2026-09-21": 2}  # fmt: skip
    got = {day: entry.read(date.fromisoformat(day)).version for day in expected}
    assert got == expected
    assert entry.read().version == 2  # today, not the highest number
    assert entry.read(version=3).version == 3
    with pytest.raises(LayerError, match=r"no version 7; known: 0, 1, 2, 3"):
        entry.read(version=7)


def test_of_one_day_the_highest_number_counts(parks, deliver, rectangle):
    for width in (1010, 1020):
        parks.layers["parks"].update(deliver(squares(rectangle, width=width)), note="n")
    assert parks.layers["parks"].read(TODAY).version == 2


def test_in_force_of_nothing_is_none():
    assert in_force([], TODAY) is None


def test_what_was_known_on_a_day(parks, deliver, rectangle, monkeypatch):
    entry = parks.layers["parks"]
    delivery = deliver(squares(rectangle, width=1010))
    entry.update(delivery, note="n", effective_from="2026-01-01")
    assert entry.read(date(2026, 5, 1)).version == 1
    assert entry.read(date(2026, 5, 1), known_on=TODAY).version == 1
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1795500000")  # 2026-11-24: published later
    entry.update(
        deliver(squares(rectangle, width=1020), "b"), note="n", effective_from="2026-02-01"
    )
    assert entry.read(date(2026, 5, 1)).version == 2
    assert entry.read(date(2026, 5, 1), known_on=date(2026, 10, 1)).version == 1


def test_version_0_reads_as_the_bundled_file_did(parks, deliver, rectangle):
    before = parks.layers["parks"].read(date(2026, 1, 1))
    parks.layers["parks"].update(deliver(squares(rectangle, width=1010)), note="n")
    after = parks.layers["parks"].read(date(2026, 1, 1))
    assert (after.version, after.sha256) == (0, before.sha256)
    assert after.frame.index.tolist() == before.frame.index.tolist()
    assert shapely.equals_identical(
        after.frame.geometry.to_numpy(), before.frame.geometry.to_numpy()
    ).all()
    assert after.frame["feature_name"].tolist() == before.frame["feature_name"].tolist()
    assert after.definition.evidence is before.definition.evidence


def test_version_0_is_read_from_its_copy(parks, deliver, rectangle):
    parks.layers["parks"].update(deliver(squares(rectangle, width=1010)), note="n")
    (parks.root / "layers" / "test" / "parks.geojson").unlink()
    assert len(Workspace.open(parks.root).layers["parks"].read(date(2026, 1, 1)).frame) == 4


def test_a_changed_bundled_file_is_seen(parks, deliver, rectangle):
    entry = parks.layers["parks"]
    entry.update(deliver(squares(rectangle, width=1010)), note="n")
    assert entry.validate() == []
    data = parks.root / "layers" / "test" / "parks.geojson"
    data.write_text(data.read_text(encoding="utf-8") + " ", encoding="utf-8")
    (fault,) = entry.validate()
    assert (fault.code, fault.level) == ("bundled_changed", "warning")


def test_a_faulty_bundled_file_stays_faulty_as_version_0(city, deliver, rectangle):
    doubled = [("a", rectangle(0, 0, 1000)), ("a", rectangle(5000, 0, 1000))]
    ws = city.layer("twice", "any", doubled, coverage="all").open()
    entry = ws.layers["twice"]
    assert "not unique" in entry.read(date(2026, 1, 1)).fault
    good = [("a", rectangle(0, 0, 1000)), ("b", rectangle(5000, 0, 1000))]
    entry.update(deliver(good), note="n", override="the old file had a key twice")
    assert "not unique" in entry.read(date(2026, 1, 1)).fault
    assert entry.read().fault is None


# Metadata: the version's word, then what it inherited, then the file's --------------------------

SAID = {
    "title_zh": "新题", "title_en": "New", "evidence": "official", "accuracy_m": 0.5,
    "coverage": "all", "secrecy": "internal", "source": "省厅", "licence": "内部",
    "authority": "厅", "approval_number": "川S", "document": "文〔2026〕1号",
}  # fmt: skip
FILED = {
    "title_zh": "旧题", "title_en": "Old", "evidence": "published", "accuracy_m": 300,
    "coverage": "none", "secrecy": "public", "source": "旧", "licence": "CC0-1.0",
    "authority": "旧局", "approval_number": "旧S",
}  # fmt: skip


def test_every_field_that_can_be_said_is_tested():
    assert set(SAID) == {f.name for f in fields(Stated)} - {"coverage_wkb"}


@pytest.mark.parametrize("field", list(SAID))
def test_metadata_is_the_versions_then_inherited_then_the_files(city, deliver, rectangle, field):
    ws = city.layer("x", "any", squares(rectangle), **FILED).open()
    ws.layers.usable_secrecy = frozenset({"public", "internal"})
    entry = ws.layers["x"]

    def now(number):
        """What the version says, as its definition shows it (a document only in the history)."""
        if field == "document":
            return entry.history()[number].stated.document
        return getattr(entry.read(version=number).definition, field)

    filed = FILED.get(field)
    entry.update(deliver(squares(rectangle, width=1001), "a"), note="says nothing")
    assert now(1) == filed  # the file's
    entry.update(
        deliver(squares(rectangle, width=1002), "b"), note="says it", **{field: SAID[field]}
    )
    assert now(2) == SAID[field]  # the version's own
    entry.update(deliver(squares(rectangle, width=1003), "c"), note="says nothing again")
    assert now(3) == SAID[field]  # inherited
    assert (now(0), now(1)) == (filed, filed)  # what was published stays
    entry.restore(1)
    assert now(4) == filed  # a restored version says what it said then


def test_a_coverage_file_is_copied_into_the_version(parks, deliver, rectangle):
    entry = parks.layers["parks"]
    area = deliver([("c", rectangle(-1000, -1000, 5000))], "area")
    entry.update(deliver(squares(rectangle)), note="n", coverage=area)
    area.unlink()
    layer = Workspace.open(parks.root).layers["parks"].read()
    assert layer.definition.coverage == "area.geojson"
    (expected,) = gpd.GeoSeries([layer.coverage], crs=4490).to_crs(parks.topology_crs).area
    assert expected == pytest.approx(25_000_000, rel=1e-6)
    assert entry.read(date(2026, 1, 1)).coverage is None


def test_a_coverage_file_beside_the_definition_is_copied_too(city, deliver, rectangle):
    coverage = rectangle(-1000, -1000, 5000)
    ws = city.layer("x", "any", squares(rectangle), coverage=coverage).open()
    ws.layers["x"].update(deliver(squares(rectangle, width=1001)), note="n")
    (ws.root / "layers" / "test" / "x_coverage.geojson").unlink()
    again = Workspace.open(ws.root).layers["x"]
    assert again.read().coverage.area > 0
    assert again.read(date(2026, 1, 1)).coverage.equals(again.read().coverage)


def test_saying_a_coverage_word_drops_the_inherited_polygon(parks, deliver, rectangle):
    entry = parks.layers["parks"]
    area = deliver([("c", rectangle(-1000, -1000, 5000))], "area")
    entry.update(deliver(squares(rectangle)), note="n", coverage=area)
    entry.update(deliver(squares(rectangle)), note="n", coverage="none")
    assert entry.read().coverage is None


def test_converted_coordinates_stay_less_accurate(parks, deliver, rectangle):
    entry = parks.layers["parks"]
    entry.update(
        deliver(squares(rectangle)), note="n", datum="gcj02", override="from a web map",
        evidence="schematic",
    )  # fmt: skip
    layer = entry.read()
    assert layer.definition.datum == "gcj02"
    assert layer.frame["feature_accuracy_m"].unique().tolist() == [320.0]
    moved = gpd.GeoSeries(layer.frame.geometry).to_crs(parks.topology_crs)
    before = gpd.GeoSeries(entry.read(version=0).frame.geometry).to_crs(parks.topology_crs)
    assert 300 < moved.iloc[0].centroid.distance(before.iloc[0].centroid) < 700


# Secrecy ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ["ecological_red_line", "permanent_basic_farmland"])
def test_official_red_line_and_farmland_need_a_word_on_secrecy(city, deliver, rectangle, role):
    ws = city.layer("x", role, squares(rectangle), evidence="schematic", accuracy_m=9).open()
    new = deliver(squares(rectangle, width=1001))
    with pytest.raises(OptionError, match=r"needs --secrecy"):
        ws.layers["x"].update(new, note="n", evidence="official")
    with pytest.raises(OptionError, match=r"needs --secrecy"):
        ws.layers.add("y", new, role=role, evidence="official", accuracy_m=1.0)
    assert not (ws.root / ".geo_toolkit").exists()
    ws.layers["x"].update(new, note="n", evidence="official", secrecy="internal")
    ws.layers["x"].update(deliver(squares(rectangle, width=1002)), note="n")
    assert ws.layers["x"].history()[-1].stated.secrecy == "internal"


def test_other_roles_and_evidence_need_none(parks, deliver, rectangle):
    parks.layers["parks"].update(deliver(squares(rectangle)), note="n", evidence="official")
    assert parks.layers["parks"].read().definition.secrecy == "public"


# Adding and restoring ---------------------------------------------------------------------------


def test_add_writes_the_definition_and_version_1(parks, deliver, rectangle):
    done = parks.layers.add(
        "red_line_2026", deliver(squares(rectangle)), role=ROLE, note="2026 批次",
        evidence="official", coverage="all", accuracy_m=0.5, secrecy="public", title_zh='线"一"',
    )  # fmt: skip
    assert done.version.number == 1
    path = parks.root / "layers" / "red_line_2026.toml"
    written = tomllib.loads(path.read_text(encoding="utf-8"))
    assert written["title_zh"] == '线"一"'
    assert (written["role"], written["key"], written["geometry"]) == (ROLE, "id", "polygon")
    for ws in (parks, Workspace.open(parks.root)):
        layer = ws.layers["red_line_2026"].read()
        assert (layer.version, len(layer.frame), layer.definition.accuracy_m) == (1, 4, 0.5)
        assert [v.number for v in ws.layers["red_line_2026"].history()] == [1]
        assert not ws.layers["red_line_2026"].is_in_force(date(2026, 9, 20))


def test_add_refuses_what_is_there_and_what_is_not_said(parks, deliver, rectangle):
    delivery = deliver(squares(rectangle))
    with pytest.raises(OptionError, match="layers update parks"):
        parks.layers.add("parks", delivery, role="any", accuracy_m=1.0)
    with pytest.raises(OptionError, match="--accuracy-m"):
        parks.layers.add("new", delivery, role="any")
    with pytest.raises(OptionError, match="small letters"):
        parks.layers.add("Bad Name", delivery, role="any", accuracy_m=1.0)
    with pytest.raises(OptionError, match="--evidence"):
        parks.layers.add("new", delivery, role="any", accuracy_m=1.0, evidence="sure")
    assert not (parks.root / ".geo_toolkit").exists()


def test_an_owed_definition_is_used_and_written_by_the_next(parks, deliver, rectangle, monkeypatch):
    """A process killed between the commit and the definition file leaves a whole layer."""
    with monkeypatch.context() as patch:
        patch.setattr("geo_toolkit.catalogue.store.VersionStore.write_definitions", lambda _s: [])
        parks.layers.add("new", deliver(squares(rectangle)), role="any", accuracy_m=1.0)
    path = parks.root / "layers" / "new.toml"
    assert not path.exists()
    ws = Workspace.open(parks.root)
    assert len(ws.layers["new"].read().frame) == 4
    assert ws.layers.store.write_definitions() == ["layers/new.toml"]
    assert path.is_file()
    assert ws.layers.store.pending() == {}


def test_restore_is_a_new_version_with_all_that_was_said(parks, deliver, rectangle):
    entry = parks.layers["parks"]
    entry.update(deliver(squares(rectangle, width=1010), "a"), note="n", document="1号")
    entry.update(
        deliver(squares(rectangle, width=1020), "b"), note="n", document="2号",
        evidence="published",
    )  # fmt: skip
    done = entry.restore(1, effective_from="2026-10-01")
    assert done.version.number == 3
    assert done.version.stated == entry.history()[1].stated
    assert done.version.provenance.restored_from == 1
    assert done.version.sha256 == entry.history()[1].sha256
    assert done.version.effective_from == date(2026, 10, 1)
    assert entry.read(TODAY).version == 2
    assert entry.read(date(2026, 10, 1)).version == 3
    with pytest.raises(LayerError, match=r"version that was published \(0, 1, 2, 3\), got 9"):
        entry.restore(9)


def test_restoring_the_newest_publishes_nothing(parks, deliver, rectangle):
    entry = parks.layers["parks"]
    entry.update(deliver(squares(rectangle, width=1010)), note="n")
    assert entry.restore(1).unchanged
    assert len(entry.history()) == 2


# Exporting --------------------------------------------------------------------------------------


@pytest.mark.parametrize("suffix", [".gpkg", ".geojson", ".fgb", ".parquet", ".zip"])
def test_an_exported_version_comes_back_equal(parks, deliver, rectangle, tmp_path, suffix):
    entry = parks.layers["parks"]
    entry.update(deliver(squares(rectangle, width=1010)), note="n")
    target = tmp_path / f"out{suffix}"
    assert entry.export(target).number == 1
    again = entry.update(target, note="n", crs=None)
    assert again.diff.counts == dict.fromkeys(again.diff.counts, 0)
    entry.export(tmp_path / f"zero{suffix}", version=0)
    zero = entry.diff(tmp_path / f"zero{suffix}")
    assert zero.counts["reshaped"] == 1


def test_an_exported_geopackage_is_the_versions_own_bytes(parks, deliver, rectangle, tmp_path):
    entry = parks.layers["parks"]
    done = entry.update(deliver(squares(rectangle, width=1010)), note="n")
    entry.export(tmp_path / "x.gpkg")
    digest = hashlib.sha256((tmp_path / "x.gpkg").read_bytes()).hexdigest()
    assert digest == done.version.sha256
    with pytest.raises(OptionError, match=r"expected one of \.gpkg"):
        entry.export(tmp_path / "x.txt")


# Through the check ------------------------------------------------------------------------------


def test_the_first_day_of_a_bureau(city, plots, deliver, rectangle):
    proxy = [("named", rectangle(20_000, 0, 1000))]
    city.layer("proxy", ROLE, proxy, evidence="schematic", accuracy_m=200)
    ws = city.rule("R", ROLE).scope("red_line", ROLE).open()
    inside, outside = rectangle(100, 100, 100), rectangle(5000, 0, 100)

    def verdicts(day=None):
        done = Workspace.open(ws.root).check(
            plots(inside, outside), scope="red_line", as_of=day, record=False
        )
        layers = {f["layer_id"] for site in done.document["sites"] for f in site["findings"]}
        return [site["verdict"] for site in done.document["sites"]], layers

    assert verdicts() == (["undetermined", "undetermined"], {"proxy"})
    before = verdicts(date(2026, 9, 20))
    ws.layers.add(
        "red_line_official", deliver([("a", rectangle(0, 0, 1000))]), role=ROLE, note="first",
        evidence="official", coverage="all", accuracy_m=0.5, secrecy="public",
    )  # fmt: skip
    assert verdicts() == (["prohibited", "clear"], {"red_line_official"})
    assert verdicts(date(2026, 9, 20)) == before
    assert len(ws.layers["proxy"].read().frame) == 1


def test_the_document_names_the_version(city, plots, deliver, rectangle):
    city.layer("line", ROLE, [("a", rectangle(0, 0, 1000))])
    ws = city.rule("R", ROLE).open()
    ws.layers["line"].update(deliver([("a", rectangle(0, 0, 1001))]), note="n", secrecy="public")
    document = ws.check(plots(rectangle(0, 0, 100)), record=False).document
    (row,) = document["layers"]
    newest = ws.layers["line"].history()[-1]
    assert (row["version"], row["sha256"], row["effective_from"]) == (
        1, newest.sha256, "2026-09-21",
    )  # fmt: skip
    assert document["sites"][0]["findings"][0]["layer_version"] == 1
