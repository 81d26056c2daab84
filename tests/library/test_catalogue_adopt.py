"""A whole delivery: national table names to roles, one table before a yes, all or nothing."""

import json
import shutil
import zipfile
from datetime import date

import geopandas as gpd
import pandas as pd
import pyogrio
import pytest
import shapely

from geo_toolkit.catalogue.dialects import role_of_table, version_date, with_names
from geo_toolkit.cli.app import run
from geo_toolkit.errors import BoundaryError, LayerError, OptionError
from geo_toolkit.workspace import Workspace

RED, FARM, SURVEY = "ecological_red_line", "permanent_basic_farmland", "land_survey"


@pytest.fixture(autouse=True)
def _clock(monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1790000000")  # 2026-09-21


def table(crs, shapes, *, epsg=4523, **columns):
    """Features in the dialects of the national databases, in a zone with prefix."""
    origin = gpd.GeoSeries([shapely.Point(106.2, 30.7)], crs=4490).to_crs(crs)[0]
    moved = [shapely.affinity.translate(shape, origin.x, origin.y) for shape in shapes]
    count = len(shapes)
    values = {"BSM": [f"{n:018d}" for n in range(1, count + 1)], "YSDM": ["2090020210"] * count}
    return gpd.GeoDataFrame({**values, **columns}, geometry=moved, crs=crs).to_crs(epsg)


@pytest.fixture
def ws(city, rectangle):
    """Schematic proxies, published counties, and a rule for the red line."""
    city.layer("named", RED, [("n", rectangle(9000, 0, 1000))], evidence="schematic",
               accuracy_m=200)  # fmt: skip
    city.layer("counties", "county", [("c1", rectangle(-5000, -5000, 10_000), {"name": "甲县"})],
               evidence="published", accuracy_m=50)  # fmt: skip
    city.rule("R", RED).scope("red_line", RED)
    return city.open()


@pytest.fixture
def delivery(ws, rectangle, tmp_path):
    """A file geodatabase with red line, farmland, survey, counties and a table of no known name."""
    path = tmp_path / "511300规划成果.gdb"
    crs = ws.topology_crs
    tables = {
        "STBHHX": table(crs, [rectangle(0, 0, 1000), rectangle(1000, 0, 500)],
                        HXMC=["甲片", "乙片"],
                        ZRBHDFQ=["核心区", "一般区"], SLSJ=["2025-01", "2026-02"]),
        "YJJBNTBHTB": table(crs, [rectangle(0, 3000, 400)], DLBM=["0101"], DLMC=["水田"],
                            YJJBNTMJ=[160_000.0], SJNF=["2025"]),
        "DLTB": table(crs, [rectangle(0, 0, 300)], DLBM=["0301"], DLMC=["乔木林地"]),
        "XZQ": table(crs, [rectangle(-5000, -5000, 10_000)], XZQDM=["511302"], XZQMC=["甲县"]),
        "GHYDYH": table(crs, [rectangle(0, 0, 50)], YDYHFLDM=["0701"]),
    }  # fmt: skip
    for name, frame in tables.items():
        pyogrio.write_dataframe(frame, path, layer=name, driver="OpenFileGDB")
    return path


def test_names_of_tables():
    empty = pd.DataFrame()
    assert role_of_table("stbhhx", empty) == RED
    assert role_of_table("生态保护红线", empty) == RED
    assert role_of_table("510000_YJJBNTTB_2024", empty) == FARM
    assert role_of_table("XZQ", pd.DataFrame({"XZQDM": ["511302"]})) == "county"
    assert role_of_table("XZQ", pd.DataFrame({"XZQDM": ["511302001"]})) == "township"
    assert role_of_table("somewhere", empty) is None
    assert version_date(pd.DataFrame({"SJNF": [2024, 2025]})) == "2025"
    assert version_date(pd.DataFrame({"x": [1]})) == ""
    named = with_names(pd.DataFrame({"XZQMC": ["甲县"]}), "county")
    assert named["name_zh"].tolist() == ["甲县"]
    assert "name_zh" not in with_names(pd.DataFrame({"MC": ["a"], "XZQMC": ["b"]}), "county")


@pytest.fixture
def zipped(delivery, tmp_path):
    path = tmp_path / "whole.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for part in sorted(delivery.iterdir()):
            archive.write(part, f"成果/{delivery.name}/{part.name}")
    return path


@pytest.fixture
def folder(delivery, tmp_path):
    path = tmp_path / "folder"
    path.mkdir()
    shutil.copytree(delivery, path / delivery.name)
    return path


@pytest.mark.parametrize("form", ["delivery", "zipped", "folder"])
def test_a_whole_delivery_is_matched_and_published_together(ws, request, form):
    path = request.getfixturevalue(form)
    rows = ws.layers.adopt(path, secrecy="public", coverage="all", document="川〔2026〕1号")
    by = {row.table: row for row in rows}
    assert {name: row.layer for name, row in by.items()} == {
        "STBHHX": f"{RED}_official", "YJJBNTBHTB": f"{FARM}_official",
        "DLTB": f"{SURVEY}_official", "XZQ": "counties", "GHYDYH": None,
    }  # fmt: skip
    assert by["STBHHX"].beside == ("named",)
    assert by["STBHHX"].area_m2 == pytest.approx(1_250_000, rel=1e-6)
    assert (by["STBHHX"].date, by["YJJBNTBHTB"].date) == ("2026-02", "2025")
    assert by["STBHHX"].crs == "EPSG:4523"
    assert by["STBHHX"].crs_basis.startswith("declared")
    ws = Workspace.open(ws.root)
    red = ws.layers[f"{RED}_official"].read()
    assert (red.version, red.definition.evidence, red.definition.accuracy_m) == (1, "official", 0)
    assert red.frame.index.tolist() == ["000000000000000001", "000000000000000002"]
    assert red.frame["feature_name"].tolist() == ["甲片", "乙片"]
    assert ws.layers[f"{SURVEY}_official"].read().frame["feature_name"].tolist() == ["乔木林地"]
    counties = ws.layers["counties"]
    assert [v.number for v in counties.history()] == [0, 1]
    assert counties.read().frame["feature_name"].tolist() == ["甲县"]
    assert counties.history()[1].provenance.key_column == "BSM"
    assert counties.history()[1].stated.document == "川〔2026〕1号"


def test_official_layers_answer_where_they_cover_and_proxies_elsewhere(ws, delivery, plots,
                                                                       rectangle):  # fmt: skip
    area = delivery.parent / "covered.geojson"
    covered = table(ws.topology_crs, [rectangle(-2000, -2000, 8000)], epsg=4326)
    covered.to_file(area)
    sites = plots(rectangle(100, 100, 100), rectangle(3000, 0, 100), rectangle(9300, 300, 100))

    def verdicts(day=None):
        done = Workspace.open(ws.root).check(sites, scope="red_line", as_of=day, record=False)
        return [site["verdict"] for site in done.document["sites"]]

    before = verdicts()
    assert before[:2] == ["undetermined", "undetermined"]
    ws.layers.adopt(delivery, secrecy="public", coverage=area)
    assert verdicts() == ["prohibited", "clear", before[2]]
    assert verdicts(date(2026, 9, 20)) == before


def test_a_second_delivery_goes_through_the_gate(ws, delivery, rectangle):
    ws.layers.adopt(delivery, secrecy="public")
    again = ws.layers.adopt(delivery)
    assert all(row.preparation is None or row.preparation.unchanged for row in again)
    smaller = table(ws.topology_crs, [rectangle(0, 0, 1000)], HXMC=["甲片"])
    other = delivery.parent / "second.gpkg"
    smaller.to_file(other, layer="STBHHX")
    with pytest.raises(LayerError, match="beyond its limits"):
        ws.layers.adopt(other)
    done = ws.layers.adopt(other, override="调整批复")
    assert done[0].preparation.version.number == 2


def survey(ws, path, rectangle, **tables):
    """A delivery whose tables hold one square each, of the width given."""
    for name, width in tables.items():
        table(ws.topology_crs, [rectangle(0, 0, width)]).to_file(path, layer=name)
    return path


def test_a_second_official_layer_may_stand_beside_the_first(ws, delivery, rectangle, tmp_path):
    ws.layers.adopt(delivery, secrecy="public")
    other = survey(ws, tmp_path / "other.gpkg", rectangle, STBHHX=900)
    row = ws.layers.adopt(other, secrecy="public", beside=True)[0]
    assert (row.layer, row.beside, row.replaces) == (f"{RED}_official_2",
                                                    (f"{RED}_official", "named"), None)  # fmt: skip
    assert [v.number for v in ws.layers[f"{RED}_official"].versions] == [1]
    third = survey(ws, tmp_path / "third.gpkg", rectangle, STBHHX=800)
    row = ws.layers.adopt(third, secrecy="public", targets={"STBHHX": "red_south"})[0]
    assert (row.layer, row.replaces, len(row.beside)) == ("red_south", None, 3)
    fourth = survey(ws, tmp_path / "fourth.gpkg", rectangle, STBHHX=810)
    row = ws.layers.adopt(fourth, targets={"STBHHX": "red_south"})[0]
    assert (row.layer, row.preparation.version.number, row.replaces) == ("red_south", 2, 1)
    assert row.as_json()["replaces"] == 1
    named = Workspace.open(ws.root).layers
    assert sorted(i for i in named if named[i].definition.role == RED) == [
        f"{RED}_official", f"{RED}_official_2", "named", "red_south",
    ]  # fmt: skip


def test_two_tables_of_a_role_may_each_have_their_layer(ws, rectangle, tmp_path):
    both = survey(ws, tmp_path / "both.gpkg", rectangle, YJJBNTBHTB=50, YJJBNTTB=60)
    rows = ws.layers.adopt(both, secrecy="public", targets={"YJJBNTTB": "farmland_blocks"})
    assert {row.table: row.layer for row in rows} == {
        "YJJBNTBHTB": f"{FARM}_official", "YJJBNTTB": "farmland_blocks",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("targets", "words"),
    [
        ({"STBHX": "red"}, r"--as STBHX: expected a table of other.gpkg \(GHYDYH, STBHHX\)"),
        ({"STBHHX": "counties"}, "expected a layer of ecological_red_line, got one of county"),
        ({"GHYDYH": "zones"}, "--as GHYDYH: expected a table of a known role"),
        ({"STBHHX": "Red Line"}, "layer id 'Red Line': expected small letters"),
    ],
)
def test_a_target_that_cannot_be_is_refused(ws, rectangle, tmp_path, targets, words):
    other = survey(ws, tmp_path / "other.gpkg", rectangle, STBHHX=900, GHYDYH=10)
    with pytest.raises(OptionError, match=words):
        ws.layers.adopt(other, secrecy="public", targets=targets)
    assert not (ws.root / ".geo_toolkit").exists()


def test_several_strong_layers_are_refused_with_the_ways_out(ws, rectangle, tmp_path):
    for number, name in enumerate(("red_a", "red_b")):
        path = survey(ws, tmp_path / f"{name}.gpkg", rectangle, STBHHX=900 + number)
        ws.layers.adopt(path, secrecy="public", targets={"STBHHX": name})
    third = survey(ws, tmp_path / "third.gpkg", rectangle, STBHHX=700)
    with pytest.raises(LayerError, match=r"got red_a, red_b; say which with --as STBHHX=ID.*--be"):
        ws.layers.adopt(third, secrecy="public")


def test_all_or_nothing(ws, delivery, rectangle):
    frame = table(ws.topology_crs, [rectangle(0, 3000, 400), rectangle(0, 4000, 400)])
    frame["BSM"] = ["1", "2"]
    frame.loc[1, "geometry"] = None
    pyogrio.write_dataframe(frame, delivery, layer="CZKFBJ", driver="OpenFileGDB")
    with pytest.raises(LayerError, match="a geometry"):
        ws.layers.adopt(delivery, secrecy="public")
    assert not (ws.root / ".geo_toolkit").exists()
    assert sorted(Workspace.open(ws.root).layers) == ["counties", "named"]


def test_secrecy_must_be_said_and_unknown_tables_are_refused(ws, delivery, rectangle, tmp_path):
    with pytest.raises(OptionError, match="--secrecy"):
        ws.layers.adopt(delivery)
    lone = tmp_path / "lone.gpkg"
    table(ws.topology_crs, [rectangle(0, 0, 50)]).to_file(lone, layer="GHYDYH")
    with pytest.raises(LayerError, match=r"STBHHX.*got GHYDYH"):
        ws.layers.adopt(lone)
    two = tmp_path / "two.gpkg"
    for name in ("YJJBNTBHTB", "YJJBNTTB"):
        table(ws.topology_crs, [rectangle(0, 0, 50)]).to_file(two, layer=name)
    with pytest.raises(LayerError, match=r"got YJJBNTBHTB and YJJBNTTB.*--layer"):
        ws.layers.adopt(two, secrecy="public")
    rows = ws.layers.adopt(two, secrecy="public", layer="YJJBNTTB")
    assert [row.table for row in rows] == ["YJJBNTTB"]


def test_a_zip_with_a_way_out_is_refused(ws, tmp_path):
    path = tmp_path / "evil.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("../out.gdb/a", "x")
    with pytest.raises(BoundaryError, match="inside the archive"):
        ws.layers.adopt(path)


def test_shapefiles_in_one_zip(ws, tmp_path, rectangle):
    folder = tmp_path / "shp"
    folder.mkdir()
    table(ws.topology_crs, [rectangle(0, 0, 50)], HXMC=["南岸片"]).to_file(
        folder / "STBHHX.shp", encoding="GBK"
    )
    table(ws.topology_crs, [rectangle(0, 0, 60)], GHFQMC=["城镇集中建设区"]).to_file(
        folder / "CZKFBJ.shp", encoding="GBK"
    )
    path = tmp_path / "two.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for part in sorted(folder.iterdir()):
            archive.write(part, part.name)
    rows = ws.layers.adopt(path, secrecy="public")
    assert sorted(row.role for row in rows) == [RED, "urban_development_boundary"]
    layer = Workspace.open(ws.root).layers[f"{RED}_official"].read()
    assert layer.frame["feature_name"].tolist() == ["南岸片"]


# The command ------------------------------------------------------------------------------------


@pytest.fixture
def cli(ws, capsys, monkeypatch):
    monkeypatch.setenv("GEO_TOOLKIT_WORKSPACE", str(ws.root))

    def call(*arguments):
        code = run(("layers", "adopt", *map(str, arguments)))
        out, err = capsys.readouterr()
        return code, out, err

    return call


def test_the_table_comes_first_and_a_script_says_yes(cli, ws, delivery):
    code, _, err = cli(delivery, "--secrecy", "public")
    assert code == 2
    assert "--yes" in err
    code, out, err = cli(delivery, "--secrecy", "public", "--dry-run")
    assert (code, err) == (0, "")
    for text in ("STBHHX", "生态保护红线", "EPSG:4523", "125.0000", "新图层", "named", "不识别"):
        assert text in out
    assert not (ws.root / ".geo_toolkit").exists()
    code, out, err = cli(delivery, "--secrecy", "public", "--yes", "--format", "json")
    assert (code, err) == (0, "")
    published = {row["table"]: row["published"] for row in json.loads(out)}
    assert published == {"STBHHX": True, "YJJBNTBHTB": True, "DLTB": True, "XZQ": True,
                         "GHYDYH": False}  # fmt: skip


def test_a_refused_table_stops_all(cli, ws, delivery, rectangle):
    frame = table(ws.topology_crs, [rectangle(0, 0, 10)] * 2)
    frame["BSM"], frame["id"] = ["1", "1"], ["1", "1"]
    pyogrio.write_dataframe(frame, delivery, layer="CZKFBJ", driver="OpenFileGDB")
    code, _, err = cli(delivery, "--secrecy", "public", "--yes")
    assert code == 2
    assert "key" in err
    assert not (ws.root / ".geo_toolkit").exists()


def test_the_table_says_what_each_replaces_or_stands_beside(cli, ws, delivery, rectangle, tmp_path):
    assert cli(delivery, "--secrecy", "public", "--yes")[0] == 0
    other = survey(ws, tmp_path / "other.gpkg", rectangle, STBHHX=990)
    said = ("--dry-run", "--secrecy", "public", "--override", "批复")
    code, out, _ = cli(other, *said)
    assert code == 0
    plain = "".join(out.split())
    assert "第2版，取代第1版；与named并存" in plain
    code, out, _ = cli(other, *said, "--as", "STBHHX=red_south", "--format", "json")
    row = json.loads(out)[0]
    assert (code, row["layer"], row["replaces"]) == (0, "red_south", None)
    assert row["beside"] == [f"{RED}_official", "named"]
    code, out, _ = cli(other, *said, "--beside", "--format", "json")
    assert json.loads(out)[0]["layer"] == f"{RED}_official_2"
    code, _, err = cli(other, *said, "--as", "STBHHX")
    assert code == 2
    assert "--as: expected TABLE=ID, got 'STBHHX'" in err
