"""The door: what a file is by its content, several files at once, one plot in four systems."""

import json

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import example, given, settings
from hypothesis import strategies as st

from geo_toolkit.boundary import encoding, opening, read_sites, submission
from geo_toolkit.boundary.options import ReadOptions
from geo_toolkit.errors import BoundaryError, NotAvailable, OptionError
from geo_toolkit.geodesy import CGCS2000, area_m2, from_geographic, topology_crs

NANCHONG = (105.43, 30.45, 106.97, 31.86)
SQUARE = [[106.10, 30.80], [106.11, 30.80], [106.11, 30.81], [106.10, 30.81], [106.10, 30.80]]


def write_geojson(path, ring=SQUARE):
    path.write_text(json.dumps({"type": "Polygon", "coordinates": [ring]}), encoding="utf-8")
    return path


def write_text(path, ring, zone, end="\n"):
    lines = [
        "[属性描述]", "坐标系=2000国家大地坐标系", "几度分带=3", f"带号={zone}", "计量单位=米",
        "[地块坐标]", ",,DK01,甲,面,,,,@",
        *(f"J{n},1,{north:.3f},{east:.3f}" for n, (east, north) in enumerate(ring, start=1)), "",
    ]  # fmt: skip
    path.write_text(end.join(lines), encoding="gb18030")
    return path


def areas_m2(sites):
    tm = topology_crs(NANCHONG)
    return area_m2(from_geographic(sites.frame.geometry.to_numpy(), tm), tm)


@settings(max_examples=15, deadline=None)
@given(
    lon=st.floats(105.9, 106.9),
    lat=st.floats(30.5, 31.8),
    radius_deg=st.floats(0.004, 0.01),
    spokes=st.lists(st.floats(0.6, 1.0), min_size=3, max_size=9),
)
@example(lon=106.5, lat=31.05, radius_deg=0.006, spokes=[1.0, 0.8, 0.9, 0.7])
def test_one_plot_in_four_systems(tmp_path_factory, lon, lat, radius_deg, spokes):
    """Zone 35, zone 36, degrees and Web Mercator: one area to 5e-6, one place to 2 mm."""
    folder = tmp_path_factory.mktemp("plots")
    angles = np.linspace(0, 2 * np.pi, len(spokes), endpoint=False)
    corners = np.column_stack([np.cos(angles), np.sin(angles)]) * np.array(spokes)[:, None]
    corners = corners * radius_deg + [lon, lat]
    plot = gpd.GeoSeries([shapely.Polygon(corners)], crs=4490)
    rings = {code: plot.to_crs(code).iloc[0].exterior.coords for code in (4523, 4524)}
    mercator = gpd.GeoDataFrame(geometry=plot.set_crs(4326, allow_override=True)).to_crs(3857)
    mercator.to_file(folder / "mercator.gpkg")
    sites = read_sites(
        write_text(folder / "zone35.txt", rings[4523], 35),
        write_text(folder / "zone36.txt", rings[4524], 36),
        write_geojson(folder / "degrees.geojson", [*corners.tolist(), corners[0].tolist()]),
        folder / "mercator.gpkg",
    )
    area = areas_m2(sites)
    assert area / area[2] == pytest.approx(np.ones(4), abs=5e-6)
    apart = sites.frame.geometry.to_crs(4524).hausdorff_distance(plot.to_crs(4524).iloc[0])
    assert apart.max() < 2e-3
    assert [i.crs for i in sites.inputs] == ["EPSG:4523", "EPSG:4524", "EPSG:4326", "EPSG:3857"]
    assert sites.input_of == (0, 1, 2, 3)


def test_files_of_one_stem_keep_ids_apart(tmp_path):
    (tmp_path / "b").mkdir()
    sites = read_sites(
        write_geojson(tmp_path / "plot.geojson"), write_geojson(tmp_path / "b" / "plot.geojson")
    )
    assert sites.frame.index.tolist() == ["plot#1", "plot~2#1"]
    assert sites.frame.crs == CGCS2000


def test_content_goes_before_the_name(tmp_path):
    sites = read_sites(write_geojson(tmp_path / "plot.txt"))
    assert sites.inputs[0].format == "GeoJSON"
    gpd.GeoDataFrame(geometry=[shapely.Polygon(SQUARE)], crs=4490).to_file(
        tmp_path / "other.gpkg", driver="GPKG"
    )
    (tmp_path / "other.gpkg").rename(tmp_path / "plot.dat")
    assert read_sites(tmp_path / "plot.dat").inputs[0].format == "GeoPackage"


def test_text_and_path_are_both_taken(tmp_path):
    path = write_geojson(tmp_path / "plot.geojson")
    assert len(read_sites(str(path), path)) == 2


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("plot.txt", b"", "plot.txt: expected a boundary, got 0 bytes; send the file again"),
        ("plot.zip", b"", "plot.zip: expected a boundary, got 0 bytes"),
        ("plot.geojson", b"", "plot.geojson: expected a boundary, got 0 bytes"),
        ("plot.zip", b"hello", "plot.zip: expected a zip archive, got other or damaged content"),
        ("plot.zip", b"PK\x03\x04hello", "plot.zip: expected a whole zip archive, got a damaged"),
        ("plot.gpkg", b"hello", "plot.gpkg: expected a GeoPackage, got other or damaged content"),
        ("plot.fgb", b"fgb\x03", "plot.fgb: expected a FlatGeobuf file, got other or damaged"),
        ("plot.fgb", b"fgb\x03fgb\0", "plot.fgb: expected a whole file of its format, got one"),
        ("plot.parquet", b"PAR1PAR1", "plot.parquet: expected a whole GeoParquet file, got a dama"),
        ("plot.kml", b"<kml/>", "plot.kml: expected at least one polygon, got no features"),
        ("plot.dxf", b"0\nSECTION", "plot.dxf: expected a coordinate system, got none"),
        ("plot.csv", b"x,y", "plot.csv: expected points below the headings, got none"),
        ("plot.csv", b"a,b", "plot.csv: expected headings of two coordinates"),
        ("plot.tab", b"hello", "plot.tab: expected a MapInfo table with its .dat, got none"),
        ("plot.map", b"hello", "plot.map: expected the .tab of a MapInfo table, got its .map"),
        ("plot.wkt", b"hello", "plot.wkt line 1: expected a POLYGON, MULTIPOLYGON, LINESTRING"),
        ("plot.xlsx", b"hello", "plot.xlsx: expected a workbook, got other or damaged content"),
        ("plot.kmz", b"hello", "plot.kmz: expected a KMZ archive, got other or damaged content"),
        ("plot.shp", b"hello", "plot.shp: expected a shapefile, got other or damaged content"),
        ("plot.txt", bytes(range(256)) * 4, "plot.txt: expected a text file, got binary content"),
        ("plot.txt", b"\xff\x81\xff" * 20, "expected Chinese text in GBK, GB18030 or UTF-8"),
        ("plot.txt", b"hello", "plot.txt: expected survey boundary points"),
        ("a\nb.txt", b"hello", "a b.txt: expected survey boundary points"),
    ],
)
def test_unreadable_files(tmp_path, name, content, message):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(BoundaryError) as caught:
        read_sites(tmp_path / name)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)
    assert [p.name for p in tmp_path.iterdir()] == [name]


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("plot.xml", b"<a/>", "XML"),
        ("plot.dwg", b"AC1032", "DWG"),
        ("plot.dat", b"AC1032", "DWG"),
        ("plot.vrt", b"<OGRVRTDataSource/>", "a virtual dataset"),
        ("plot.kml", b"<OGRVRTDataSource/>", "a virtual dataset"),
        ("plot.xls", b"\xd0\xcf\x11\xe0", "old Office"),
        ("plot.pdf", b"%PDF-1.7", "PDF"),
        ("plot.rar", b"Rar!", "RAR"),
        ("plot.ovobj", b"x", "Ovital objects"),
        ("plot.mdb", b"x", "personal geodatabase"),
    ],
)
def test_formats_that_are_not_read_are_named(tmp_path, name, content, kind):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(NotAvailable, match=rf"{name}: expected a format that is read, got {kind}"):
        read_sites(tmp_path / name)


def test_folders_and_missing_files(tmp_path):
    with pytest.raises(BoundaryError, match=r"gone.txt: expected a file, got none of that name"):
        read_sites(tmp_path / "gone.txt")
    with pytest.raises(BoundaryError, match=r"got a folder without \.shp; name the boundary file"):
        read_sites(tmp_path)
    (tmp_path / "a.gdb").mkdir()
    with pytest.raises(BoundaryError, match="a whole file geodatabase, got a folder without its"):
        read_sites(tmp_path / "a.gdb")
    with pytest.raises(BoundaryError, match="expected at least one boundary file, got none"):
        read_sites()


def test_virtual_paths_are_no_files():
    for path in ("/vsizip/plot.zip", "/vsicurl/http://127.0.0.1/plot.geojson"):
        with pytest.raises(BoundaryError, match="expected a file, got none of that name"):
            read_sites(path)


def test_limits_are_said(tmp_path, monkeypatch):
    path = write_geojson(tmp_path / "plot.geojson")
    monkeypatch.setattr(submission, "MAX_POINTS", 4)
    with pytest.raises(BoundaryError, match=r"at most 200000 features and 4 points, got 1 feat"):
        read_sites(path)
    monkeypatch.setattr(opening, "MAX_BYTES", 10)
    with pytest.raises(BoundaryError, match=r"expected at most 1e-05 MB, got .* MB; submit"):
        read_sites(path)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("plot.txt", "[地块坐标]\n"), ("plot.geojson", "{}"), ("plot.geojsonl", "{}"),
        ("plot.wkt", "POLYGON"), ("plot.csv", "X,Y\n"), ("plot.kml", "<kml/>"),
        ("plot.dxf", "0\nSECTION\n"),
    ],
)  # fmt: skip
def test_a_file_over_the_limit_of_its_format_is_refused_unread(
    tmp_path, monkeypatch, name, content
):
    path = tmp_path / name
    path.write_text(content, encoding="utf-8")
    reader = opening.reader_of(path, ReadOptions())
    monkeypatch.setitem(opening.LIMITS, reader, 1)
    monkeypatch.setattr(type(path), "read_bytes", lambda _: pytest.fail("it was read"))
    with pytest.raises(BoundaryError, match=r"expected at most 1e-06 MB, got .*; submit the bound"):
        read_sites(path)


def test_text_that_would_be_wide_in_memory(tmp_path, monkeypatch):
    """One rare character makes each of the others take four bytes."""
    monkeypatch.setattr(encoding, "_SMALL", 100)
    monkeypatch.setattr(encoding, "MAX_TEXT_MEMORY", 3000)
    path = tmp_path / "plot.geojson"
    for mark, is_refused in (("a", False), ("界", False), ("\U0001f600", True)):
        path.write_text(f'{{"a": "{mark}{"x" * 1000}"}}', encoding="utf-8")
        with pytest.raises(BoundaryError) as caught:
            read_sites(path)
        assert ("of text in memory" in str(caught.value)) is is_refused


def test_a_line_without_end(tmp_path, monkeypatch):
    monkeypatch.setattr(encoding, "MAX_LINE", 50)
    for name, head in (("plot.txt", "[地块坐标]\r\n"), ("plot.csv", "X,Y\n")):
        (tmp_path / name).write_text(head + "1" * 200 + "\n", encoding="utf-8", newline="")
        with pytest.raises(
            BoundaryError, match=r"line 2: expected at most 50 characters in a line"
        ):
            read_sites(tmp_path / name)


def test_options_are_checked_before_any_file(tmp_path):
    with pytest.raises(OptionError, match="unknown coordinate system"):
        read_sites(tmp_path / "gone.txt", crs="EPSG:1")


def test_a_layer_of_a_format_without_layers_is_refused(tmp_path):
    with pytest.raises(OptionError, match=r"plot.geojson: expected no --layer"):
        read_sites(write_geojson(tmp_path / "plot.geojson"), layer="a")


def test_a_name_too_long_for_the_system(tmp_path):
    with pytest.raises(BoundaryError, match="expected a"):
        read_sites(tmp_path / ("a" * 5000))
