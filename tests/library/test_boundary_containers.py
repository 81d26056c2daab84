"""MapInfo, GeoParquet, FlatGeobuf, WKT and archives: what each declares, and what is refused."""

import json
import shutil
import zipfile
from pathlib import Path

import geopandas as gpd
import pyarrow.parquet as pq
import pytest
import shapely

from geo_toolkit.boundary import read_sites
from geo_toolkit.errors import BoundaryError, GeoToolkitError, NotAvailable, OptionError
from geo_toolkit.geodesy import Datum

DATA = Path(__file__).parents[1] / "data" / "boundary"
SQUARE = "((106.1 30.8, 106.11 30.8, 106.11 30.81, 106.1 30.81, 106.1 30.8))"


@pytest.fixture
def tab(tmp_path):
    """A copy of the MapInfo table, with a change to its .tab."""

    def write(old=b"", new=b"", suffix=".tab"):
        for part in (".tab", ".dat", ".map", ".id", ".mif", ".mid"):
            shutil.copyfile((DATA / "plot.x").with_suffix(part), tmp_path / f"plot{part}")
        path = tmp_path / f"plot{suffix}"
        content = path.read_bytes()
        assert old in content
        path.write_bytes(content.replace(old, new) if old else content)
        return path

    return write


@pytest.mark.parametrize("suffix", [".tab", ".mif"])
def test_a_charset_that_says_nothing_is_detected(tab, suffix):
    sites = read_sites(tab(b"WindowsSimpChinese", b"Neutral", suffix))
    assert sites.frame["name"].tolist() == ["示例物流地块"]
    assert sites.inputs[0].encoding_basis.startswith("detected (no charset that says it; ")
    by_option = read_sites(tab(b"WindowsSimpChinese", b"WindowsLatin1", suffix), encoding="gbk")
    assert by_option.inputs[0].encoding_basis == "assumed by option --encoding"
    assert by_option.frame["name"].tolist() == ["示例物流地块"]


def test_an_encoding_against_the_charset_is_refused(tab):
    with pytest.raises(OptionError, match="expected GB18030, which its charset says, got --encod"):
        read_sites(tab(), encoding="utf-8")


def test_the_system_of_a_mif(tab):
    """GDAL writes CGCS2000 as MapInfo's datum 104, which is WGS 84; equal to decimetres."""
    source = read_sites(tab(suffix=".mif")).inputs[0]
    assert source.datum is Datum.WGS84
    assert source.crs == "Transverse Mercator, 105E, World Geodetic System 1984"
    bare = tab(b"Projection 8, 104,", b"Projection 8, 0,", ".mif")
    with pytest.raises(BoundaryError, match="of another datum"):
        read_sites(bare)
    sites = read_sites(bare, crs="EPSG:4523")
    assert sites.inputs[0].crs_basis == "assumed by option --crs EPSG:4523"
    assert "names no datum" in sites.inputs[0].warnings[0]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"Type NATIVE", b"Type LINKED"),
        (b"Type NATIVE", b"Type SHAPEFILE"),
        (b"Type NATIVE", b'Type NATIVE\n  File "other.dat"'),
        (b"Definition Table", b'"\\IsSeamless" = "TRUE"\nDefinition Table'),
        (b"Definition Table", b"create view a as select * from b;\nDefinition Table"),
    ],
)
def test_windows_to_other_files_are_refused(tab, old, new):
    with pytest.raises(BoundaryError, match="expected a native MapInfo table of its own"):
        read_sites(tab(old, new))


def test_missing_parts_of_a_table(tab):
    path = tab()
    path.with_suffix(".map").unlink()
    with pytest.raises(BoundaryError, match=r"expected a MapInfo table with its .map, got none"):
        read_sites(path)
    with pytest.raises(BoundaryError, match=r"the .tab of a MapInfo table, got its .dat"):
        read_sites(path.with_suffix(".dat"))


@pytest.fixture
def parquet(tmp_path):
    """The GeoParquet file with a change to its metadata."""

    def write(**changes):
        table = pq.read_table(DATA / "plot.parquet")
        geo = json.loads(table.schema.metadata[b"geo"])
        for key, value in changes.items():
            if value is None and key != "crs":
                geo["columns"]["geometry"].pop(key.removeprefix("no_"))
            else:
                geo["columns"]["geometry"][key] = value
        path = tmp_path / "plot.parquet"
        pq.write_table(table.replace_schema_metadata({b"geo": json.dumps(geo).encode()}), path)
        return path

    return write


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"crs": None}, "expected a coordinate system, got none"),
        ({"crs": {"type": "x"}}, "expected a known coordinate system"),
        ({"encoding": "point"}, "expected geometry as WKB, got point"),
        ({"edges": "spherical"}, "expected planar edges, got spherical"),
        ({"no_crs": None}, "expected longitude and latitude in degrees"),  # CRS84 by the standard
    ],
)
def test_metadata_of_geoparquet(parquet, changes, message):
    with pytest.raises(BoundaryError, match=message):
        read_sites(parquet(**changes))


def test_plain_parquet_is_refused(tmp_path):
    path = tmp_path / "plot.parquet"
    pq.write_table(pq.read_table(DATA / "plot.parquet").replace_schema_metadata({}), path)
    with pytest.raises(BoundaryError, match="expected the metadata of GeoParquet, got none"):
        read_sites(path)


def test_flatgeobuf_without_a_system(tmp_path):
    path = tmp_path / "plot.fgb"
    frame = gpd.GeoDataFrame({"name": ["甲"]}, geometry=[shapely.box(106.1, 30.8, 106.2, 30.9)])
    with pytest.warns(UserWarning, match="crs"):
        frame.to_file(path, driver="FlatGeobuf")
    with pytest.raises(BoundaryError, match="its header: expected a coordinate system, got none"):
        read_sites(path)
    assert read_sites(path, crs="EPSG:4490").frame["name"].tolist() == ["甲"]
    with pytest.raises(OptionError, match="expected UTF-8, which the FlatGeobuf standard says"):
        read_sites(path, crs="EPSG:4490", encoding="gbk")


@pytest.mark.parametrize(
    ("text", "sites"),
    [
        (f"POLYGON{SQUARE}", 1),
        (f"polygon {SQUARE}\nMULTIPOLYGON({SQUARE})\n", 2),
        ("SRID=4490;POLYGON\n" + SQUARE.replace(", ", ",\n"), 1),
        (f"POLYGON{SQUARE.replace(', 106.1 30.8))', '))')}", 1),  # open
        ("POLYGON Z((106.1 30.8 1,106.11 30.8 1,106.11 30.81 1,106.1 30.8 1))", 1),
    ],
)
def test_wkt(tmp_path, text, sites):
    path = tmp_path / "plot.wkt"
    path.write_text(text, encoding="utf-8")
    found = read_sites(path, crs="EPSG:4490")
    assert len(found) == sites
    assert len(found.inputs[0].repairs) == ("106.1 30.81))" in text)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("POINT(1 2)", "line 1: expected a POLYGON, MULTIPOLYGON, LINESTRING or MULTILINESTRING"),
        (f"POLYGON{SQUARE}\nhello", "line 2: expected a POLYGON"),
        ("POLYGON((0 0, 1 0", "line 1: expected brackets that are closed, got a geometry cut"),
        ("POLYGON((0 0, nan 0, 1 1, 0 0))", "line 1: expected a POLYGON"),
        ("POLYGON((0 0, 1e999 0, 1 1, 0 0))", "finite coordinates, got inf, 0"),
        ("POLYGON((0 0, 1 0))", "expected a polygon with an area, got none"),
        ("POLYGON" + "(" * 5000 + ")" * 5000, "line 1: expected a whole geometry"),
        (f"SRID=4490;POLYGON{SQUARE}\nSRID=4326;POLYGON{SQUARE}", "expected SRID 4490 throughout"),
        (f"SRID=999999;POLYGON{SQUARE}", "SRID: expected a known coordinate system"),
        ("POLYGON EMPTY", "expected a polygon, got no geometry"),
    ],
)
def test_refusals_of_wkt(tmp_path, text, message):
    path = tmp_path / "plot.wkt"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BoundaryError) as caught:
        read_sites(path, **({} if "SRID" in text else {"crs": "EPSG:4490"}))
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.fixture
def pack(tmp_path):
    def write(*names, under=""):
        path = tmp_path / "送审.zip"
        with zipfile.ZipFile(path, "w") as archive:
            for name in names:
                archive.write(DATA / name, f"{under}{name}")
        return path

    return write


@pytest.mark.parametrize(
    ("names", "form"),
    [
        (("text_paper_example.txt",), "survey text"),
        (("plot_4523.geojson",), "GeoJSON"),
        (("plot.kmz",), "KMZ"),
        (("plot.tab", "plot.dat", "plot.map", "plot.id"), "MapInfo"),
        (("points.xlsx",), "XLSX"),
        (("plot.gpkg",), "GeoPackage"),
    ],
)
def test_one_file_in_an_archive(pack, names, form):
    path = pack(*names, under="项目/")
    sites = read_sites(path)
    assert sites.inputs[0].format == form
    assert sites.inputs[0].file == "送审.zip"
    assert sites.frame.index.tolist() == ["送审#1"]
    assert sites.frame["name"].tolist() == ["示例物流地块"]


def test_several_files_in_an_archive(pack):
    path = pack("text_paper_example.txt", "plot_4523.geojson")
    with pytest.raises(
        BoundaryError, match=r"got plot_4523.geojson, text_paper_example.txt; choose"
    ):
        read_sites(path)
    assert read_sites(path, layer="plot_4523.geojson").inputs[0].format == "GeoJSON"


def test_a_shapefile_goes_before_what_lies_beside_it(pack):
    path = pack("text_paper_example.txt")
    with zipfile.ZipFile(DATA / "plot_gbk.zip") as old, zipfile.ZipFile(path, "a") as archive:
        for name in old.namelist():
            archive.writestr(name, old.read(name))
    sites = read_sites(path)
    assert sites.inputs[0].format == "Shapefile"
    assert "other boundaries not read: text_paper_example.txt" in sites.inputs[0].warnings


def test_archives_without_a_boundary(pack, tmp_path):
    with pytest.raises(BoundaryError, match="got nothing; pack"):
        read_sites(pack())
    inner = pack("plot.wkt")
    outer = tmp_path / "outer.zip"
    with zipfile.ZipFile(outer, "w") as archive:
        archive.write(inner, "inner.zip")
    with pytest.raises(BoundaryError, match=r"got \.zip; pack the parts"):
        read_sites(outer)
    office = tmp_path / "a.docx"
    with zipfile.ZipFile(office, "w") as archive:
        archive.writestr("[Content_Types].xml", "x")
    with pytest.raises(NotAvailable, match="an Office document other than a workbook"):
        read_sites(office)


def test_two_geodatabases_in_an_archive(tmp_path):
    path = tmp_path / "two.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name in ("plot.gdb.zip", "plot_two_layers.gdb.zip"):
            with zipfile.ZipFile(DATA / name) as old:
                for entry in old.namelist():
                    archive.writestr(entry, old.read(entry))
    with pytest.raises(BoundaryError, match=r"got plot.gdb, plot_two_layers.gdb; send one"):
        read_sites(path)


def test_a_layer_of_formats_without_layers():
    for name in ("plot.kml", "plot.fgb", "plot.parquet", "plot.wkt", "plot.tab", "points_dms.csv"):
        with pytest.raises(GeoToolkitError, match="expected no --layer, since the format has no l"):
            read_sites(DATA / name, layer="a")
