"""Files written in another format: numbers, names and uses as submitted, or refused whole."""

import json
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import geopandas as gpd
import numpy as np
import openpyxl
import pyogrio
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo_toolkit.boundary import read_sites, writing
from geo_toolkit.boundary.outgoing import WriteOptions
from geo_toolkit.boundary.writing import SUFFIXES, convert
from geo_toolkit.errors import (
    BoundaryError,
    GeoToolkitError,
    NotAvailable,
    OptionError,
    UnknownName,
)

WITH_HOLE = """[属性描述]
格式版本号=1.01版本
数据产生单位=示例测绘队
数据产生日期=2026-11-20
坐标系=2000国家大地坐标系
几度分带=3
投影类型=高斯克吕格
计量单位=米
带号=35
精度=0.001
转换参数=,,,,,,
[地块坐标]
10,2.7600,DK01,示例物流地块,面,,物流仓储用地,0508,@
J1,1,3409400.000,35605200.000
J2,1,3409400.000,35605400.000
J3,1,3409250.000,35605400.000
J4,1,3409250.000,35605200.000
J1,1,3409400.000,35605200.000
J5,2,3409350.000,35605260.000
J6,2,3409310.000,35605260.000
J7,2,3409310.000,35605320.000
J8,2,3409350.000,35605320.000
J5,2,3409350.000,35605260.000
""".replace("\n", "\r\n")
DATA = "[地块坐标]\r\n"
KEEPING = ("zip", "shp", "gdb", "gpkg", "geojson", "json", "xlsx", "parquet")
"""Formats that keep every number and attribute, and the system."""


@pytest.fixture
def plot(tmp_path):
    path = tmp_path / "plot.txt"
    path.write_bytes(WITH_HOLE.encode("gbk"))
    return path


def body(path, encoding="gbk"):
    """Plots and points of a survey text, without its head."""
    return path.read_bytes().decode(encoding).partition(DATA)[2]


def files_in(folder):
    return sorted(str(p.relative_to(folder)) for p in folder.rglob("*"))


def test_1_a_polygon_with_a_hole_comes_back_byte_identical(plot, tmp_path):
    done = convert(plot, tmp_path / "again.txt")
    assert (tmp_path / "again.txt").read_bytes() == plot.read_bytes()
    assert (done.features, done.crs, done.notes) == (1, "EPSG:4523", ())
    assert done.paths == (tmp_path / "again.txt",)


def test_2_the_same_without_prefix(plot, tmp_path):
    short = tmp_path / "short.txt"
    convert(plot, short, write=WriteOptions(prefix=False))
    assert short.read_bytes() == WITH_HOLE.replace(",35605", ",605").encode("gbk")
    assert read_sites(short).inputs[0].crs == "EPSG:4544"
    convert(short, tmp_path / "again.txt")
    assert (tmp_path / "again.txt").read_bytes() == short.read_bytes()
    convert(short, tmp_path / "long.txt", to_crs="EPSG:4523")
    assert body(tmp_path / "long.txt") == body(plot)


@pytest.mark.parametrize("suffix", KEEPING)
def test_there_and_back_to_the_last_digit(plot, tmp_path, suffix):
    """Text, another format, text: coordinates, name, number, use, class and area intact."""
    middle = tmp_path / "made" / f"plot.{suffix}"
    done = convert(plot, middle)
    back = convert(middle, tmp_path / "back.txt")
    assert (tmp_path / "back.txt").read_bytes() == plot.read_bytes()
    assert not any("numbered anew" in note for note in (*done.notes, *back.notes))


def test_there_and_back_through_kml_and_dxf(plot, tmp_path):
    """KML is in degrees on WGS 84; a drawing has neither a system nor attributes."""
    convert(plot, tmp_path / "plot.kml")
    convert(tmp_path / "plot.kml", tmp_path / "kml.txt", to_crs="EPSG:4523")
    assert body(tmp_path / "kml.txt") == body(plot)
    convert(plot, tmp_path / "plot.dxf")
    convert(tmp_path / "plot.dxf", tmp_path / "dxf.txt", crs="EPSG:4523")
    assert body(tmp_path / "dxf.txt").split("\r\n")[1:] == body(plot).split("\r\n")[1:]


def test_options_of_the_survey_text(plot, tmp_path):
    target = tmp_path / "other.txt"
    options = WriteOptions(fields=8, closing_point=False, precision="0.01", encoding="utf-8")
    done = convert(plot, target, write=options)
    lines = body(target, "utf-8").split("\r\n")
    assert lines[0] == "8,2.7600,DK01,示例物流地块,面,,物流仓储用地,@"
    assert lines[1:6] == [
        "J1,1,3409400.00,35605200.00",
        "J2,1,3409400.00,35605400.00",
        "J3,1,3409250.00,35605400.00",
        "J4,1,3409250.00,35605200.00",
        "J5,2,3409350.00,35605260.00",
    ]
    assert "精度=0.01\r\n" in target.read_bytes().decode()
    assert done.notes == ("地类编码 is left out of plot lines of 8 fields",)


def test_digits_are_never_fewer_than_declared(plot, tmp_path):
    fine = WITH_HOLE.replace("精度=0.001", "精度=0.0001").replace("3409400.000", "3409400.0005")
    plot.write_bytes(fine.encode("gbk"))
    convert(plot, tmp_path / "again.txt")
    assert "J1,1,3409400.0005,35605200.0000" in body(tmp_path / "again.txt")
    plot.write_bytes(WITH_HOLE.replace("精度=0.001", "精度=1").encode("gbk"))
    convert(plot, tmp_path / "again.txt")
    assert (tmp_path / "again.txt").read_bytes() == plot.read_bytes()


@pytest.mark.parametrize(
    "suffix", ["txt", "zip", "gpkg", "geojson", "kml", "dxf", "xlsx", "parquet"]
)
def test_the_same_plot_gives_the_same_bytes(plot, tmp_path, suffix):
    one, other = tmp_path / "a" / f"x.{suffix}", tmp_path / "b" / f"x.{suffix}"
    convert(plot, one)
    convert(plot, other)
    assert one.read_bytes() == other.read_bytes()


def test_shapefile_says_its_encoding_and_what_it_cut(plot, tmp_path):
    done = convert(plot, tmp_path / "made" / "plot.shp")
    assert files_in(tmp_path / "made") == [
        "plot.cpg", "plot.dbf", "plot.prj", "plot.shp", "plot.shx", "plot_fields.csv",
    ]  # fmt: skip
    assert (tmp_path / "made" / "plot.cpg").read_bytes() == b"GBK"
    table = (tmp_path / "made" / "plot_fields.csv").read_bytes().decode("utf-8-sig")
    assert table.split("\r\n") == [
        "field,name",
        "记录图形属,记录图形属性",
        "文件头_数,文件头_数据产生单位",
        "文件头__1,文件头_数据产生日期",
        "",
    ]
    assert done.notes == (
        "3 field names longer than 10 bytes were cut; plot_fields.csv has them whole",
    )
    sites = read_sites(tmp_path / "made" / "plot.shp")
    assert "3 field names read whole from plot_fields.csv" in sites.inputs[0].warnings
    assert sites.frame["attributes"].iloc[0]["文件头_数据产生单位"] == "示例测绘队"
    row = pyogrio.read_dataframe(tmp_path / "made" / "plot.shp").iloc[0]
    assert (row["地块名称"], row["地块用途"], row["地块面积"]) == (
        "示例物流地块", "物流仓储用地", 2.76,
    )  # fmt: skip


def test_long_texts_are_cut_and_said(tmp_path):
    frame = gpd.GeoDataFrame(
        {"name": ["甲"], "remark": ["长" * 200], "code": [10**15]},
        geometry=[shapely.box(106.1, 30.8, 106.11, 30.81)], crs=4490,
    )  # fmt: skip
    frame.to_file(tmp_path / "plot.gpkg")
    done = convert(tmp_path / "plot.gpkg", tmp_path / "made.zip")
    assert "values of 'remark' longer than 254 bytes were cut" in done.notes
    row = read_sites(tmp_path / "made.zip").frame["attributes"].iloc[0]
    assert row == {"name": "甲", "remark": "长" * 127, "code": 10**15}


def test_text_that_gbk_has_not(plot, tmp_path):
    plot.write_bytes(WITH_HOLE.replace("示例", "한글").encode())
    for name in ("made.txt", "made.zip", "made.dxf"):
        with pytest.raises(
            OptionError, match=r"expected (text|names) that (gbk|GBK) has, got '한'"
        ):
            convert(plot, tmp_path / name)
    convert(plot, tmp_path / "made.zip", write=WriteOptions(encoding="utf-8"))
    assert read_sites(tmp_path / "made.zip").frame["name"].tolist() == ["한글物流地块"]
    assert files_in(tmp_path) == ["made.zip", "plot.txt"]


def test_kml_is_degrees_on_wgs84_and_says_so(plot, tmp_path):
    done = convert(plot, tmp_path / "plot.kml")
    root = ElementTree.fromstring((tmp_path / "plot.kml").read_bytes())
    name = root.find(".//{*}Placemark/{*}name").text
    points = root.find(".//{*}outerBoundaryIs//{*}coordinates").text.split()
    expected = read_sites(plot).frame.geometry.iloc[0]
    assert name == "示例物流地块"
    assert len(points) == 5
    assert [float(n) for n in points[0].split(",")] == pytest.approx(
        expected.exterior.coords[0], abs=1e-12
    )
    assert len(root.findall(".//{*}innerBoundaryIs")) == 1
    assert done.crs == "EPSG:4326"
    assert any("taken as equal" in note for note in done.notes)
    with pytest.raises(OptionError, match=r"plot.kml: expected no --crs"):
        convert(plot, tmp_path / "plot.kml", to_crs="EPSG:4523")


def test_dxf_has_closed_polylines_and_names(plot, tmp_path):
    done = convert(plot, tmp_path / "plot.dxf")
    raw = (tmp_path / "plot.dxf").read_bytes().decode("gbk").split("\r\n")
    assert raw.count("POLYLINE") == 2
    assert raw.count("VERTEX") == 8
    assert "示例物流地块" in raw
    frame = pyogrio.read_dataframe(tmp_path / "plot.dxf")
    rings = frame[frame["Layer"] == "用地边界"].geometry.tolist()
    assert [len(shapely.get_coordinates(ring)) for ring in rings] == [5, 5]
    assert shapely.get_coordinates(rings[0])[0].tolist() == [35605200.0, 3409400.0]
    assert any("names no coordinate system: tell EPSG:4523" in note for note in done.notes)


def test_workbook_of_points(plot, tmp_path):
    convert(plot, tmp_path / "plot.xlsx")
    rows = list(openpyxl.load_workbook(tmp_path / "plot.xlsx").active.values)
    assert rows[0][0] == "坐标系：2000国家大地坐标系（EPSG:4523）"
    assert [row[0] for row in rows[1:3]] == ["数据产生单位=示例测绘队", "数据产生日期=2026-11-20"]
    assert rows[3] == (
        "地块编号", "地块名称", "地块用途", "地类编码", "地块面积（公顷）", "圈号", "点号",
        "纵坐标X", "横坐标Y",
    )  # fmt: skip
    assert rows[4] == (
        "DK01", "示例物流地块", "物流仓储用地", "0508", 2.76, 1, "J1", 3409400, 35605200,
    )  # fmt: skip
    assert len(rows) == 14


def test_a_formula_stays_a_text(plot, tmp_path):
    plot.write_bytes(WITH_HOLE.replace("示例物流地块", '=HYPERLINK("x")').encode("gbk"))
    convert(plot, tmp_path / "plot.xlsx")
    with zipfile.ZipFile(tmp_path / "plot.xlsx") as book:
        assert b"<f>" not in book.read("xl/worksheets/sheet1.xml")


def test_layers_of_other_readers(plot, tmp_path):
    convert(plot, tmp_path / "plot.gdb")
    convert(plot, tmp_path / "plot.parquet")
    for frame in (
        pyogrio.read_dataframe(tmp_path / "plot.gdb"), gpd.read_parquet(tmp_path / "plot.parquet"),
    ):  # fmt: skip
        assert frame.crs.to_epsg() == 4523
        assert frame["地块名称"].tolist() == ["示例物流地块"]
        xy = shapely.get_coordinates(frame.geometry.to_numpy())
        assert np.abs(xy[0] - [35605200.0, 3409400.0]).max() < 1e-4
        assert shapely.area(frame.geometry.to_numpy()) == pytest.approx([27600], abs=0.1)


def test_another_system_of_the_same_datum(plot, tmp_path):
    convert(plot, tmp_path / "degrees.geojson", to_crs="EPSG:4490")
    document = json.loads((tmp_path / "degrees.geojson").read_text("utf-8"))
    assert document["crs"]["properties"]["name"] == "urn:ogc:def:crs:EPSG::4490"
    convert(tmp_path / "degrees.geojson", tmp_path / "zone.txt", to_crs="EPSG:4523")
    assert body(tmp_path / "zone.txt") == body(plot)
    convert(plot, tmp_path / "wgs.geojson", to_crs="EPSG:4326")
    document = json.loads((tmp_path / "wgs.geojson").read_text("utf-8"))
    assert "crs" not in document
    ring = shapely.LinearRing(document["features"][0]["geometry"]["coordinates"][0])
    assert shapely.is_ccw(ring)


def test_degrees_need_a_zone_named_for_metres(plot, tmp_path):
    convert(plot, tmp_path / "degrees.geojson", to_crs="EPSG:4490")
    for name in ("made.txt", "made.dxf"):
        with pytest.raises(OptionError) as caught:
            convert(tmp_path / "degrees.geojson", tmp_path / name)
        assert str(caught.value) == (
            f"{name}: expected a system in metres, got EPSG:4490 in degrees; name one with --crs, "
            "such as EPSG:4523 (3-degree zone 35, its number in front) or EPSG:4544 (without)"
        )
    convert(tmp_path / "degrees.geojson", tmp_path / "degrees.txt", to_crs="EPSG:4490")
    again = read_sites(tmp_path / "degrees.txt")
    expected = read_sites(plot).frame.geometry.iloc[0]
    assert again.frame.geometry.iloc[0].hausdorff_distance(expected) < 1e-9


@pytest.mark.parametrize(
    ("name", "options", "error", "message"),
    [
        ("a.docx", {}, UnknownName, "no format '.docx' in what is written"),
        ("plot.txt", {}, OptionError, "expected another file than the one read"),
        ("a.txt", {"to_crs": "EPSG:2359"}, NotAvailable, "no other datum is written"),
        ("a.txt", {"to_crs": "EPSG:1"}, OptionError, "unknown coordinate system"),
        ("a.txt", {"to_crs": "EPSG:4513"}, BoundaryError, "a place within the area of EPSG:4513"),
        ("a.txt", {"to_crs": "EPSG:3857"}, OptionError, "expected a Gauss-Krüger zone"),
        ("a.dxf", {"to_crs": "EPSG:4490"}, OptionError, "expected a system in metres"),
        ("a.gpkg", {"write": WriteOptions(fields=8)}, OptionError, "--fields: expected a format"),
        ("a.kml", {"write": WriteOptions(prefix=True)}, OptionError, "--prefix: expected"),
        ("a.kml", {"write": WriteOptions(closing_point=False)}, OptionError, "--no-closing-point"),
        ("a.kml", {"write": WriteOptions(encoding="utf-8")}, OptionError, "--to-encoding: expec"),
        ("a.txt", {"write": WriteOptions(fields=7)}, OptionError, "--fields 7: expected 8 or 9"),
        ("a.txt", {"write": WriteOptions(precision="0.5")}, OptionError, "--precision 0.5: exp"),
        ("a.txt", {"write": WriteOptions(precision="x")}, OptionError, "--precision x: expected"),
        ("a.txt", {"write": WriteOptions(encoding="big5")}, OptionError, "expected gbk or utf-8"),
        ("a.txt", {"write": WriteOptions(encoding="latin1")}, OptionError, "unknown encoding"),
    ],
)  # fmt: skip
def test_refusals_write_nothing(plot, tmp_path, name, options, error, message):
    with pytest.raises(error) as caught:
        convert(plot, tmp_path / name, **options)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)
    assert files_in(tmp_path) == ["plot.txt"]


def test_a_ring_that_vanishes_at_the_precision(tmp_path):
    text = WITH_HOLE.partition(DATA)[0] + DATA + "\r\n".join(
        [",,A,甲,面,,,,@", "1,1,3409400.001,35605200", "2,1,3409400.002,35605200.31",
         "3,1,3409400,35605200.29", ""]
    )  # fmt: skip
    (tmp_path / "plot.txt").write_bytes(text.encode("gbk"))
    with pytest.raises(OptionError, match="plot 1 ring 1: expected 3 points that differ"):
        convert(tmp_path / "plot.txt", tmp_path / "a.txt", write=WriteOptions(precision="0.1"))
    assert files_in(tmp_path) == ["plot.txt"]


def test_a_bad_file_is_refused_as_reading_refuses_it(plot, tmp_path):
    plot.write_bytes(WITH_HOLE.replace("坐标系=2000", "坐标系=1980").encode("gbk"))
    with pytest.raises(NotAvailable, match="Xian 1980"):
        convert(plot, tmp_path / "a.gpkg")
    assert files_in(tmp_path) == ["plot.txt"]


def test_an_old_file_stays_when_the_new_one_fails(plot, tmp_path, monkeypatch):
    (tmp_path / "a.gpkg").write_bytes(b"old")

    def fail(_outgoing, path, _options):
        path.write_bytes(b"half")
        raise OSError(28, "No space left on device")

    monkeypatch.setitem(writing._FAMILIES, ".gpkg", writing._Family(fail))
    with pytest.raises(OptionError, match=r"cannot be written \(No space left on device\)"):
        convert(plot, tmp_path / "a.gpkg")
    assert (tmp_path / "a.gpkg").read_bytes() == b"old"
    assert files_in(tmp_path) == ["a.gpkg", "plot.txt"]


def test_what_is_in_the_way(plot, tmp_path):
    (tmp_path / "a.txt").mkdir()
    (tmp_path / "b.gdb").mkdir()
    (tmp_path / "b.gdb" / "mine").write_text("", encoding="utf-8")
    for name in ("a.txt", "b.gdb"):
        with pytest.raises(OptionError, match="expected a file, got a folder; name another one"):
            convert(plot, tmp_path / name)
    convert(plot, tmp_path / "c.gdb")
    convert(plot, tmp_path / "c.gdb")
    assert len(pyogrio.read_dataframe(tmp_path / "c.gdb")) == 1


def test_a_web_datum_is_converted_only_when_named_and_said(tmp_path):
    square = [[106.1, 30.8], [106.11, 30.8], [106.11, 30.81], [106.1, 30.81], [106.1, 30.8]]
    (tmp_path / "a.geojson").write_text(
        json.dumps({"type": "Polygon", "coordinates": [square]}), encoding="utf-8"
    )
    done = convert(tmp_path / "a.geojson", tmp_path / "a.gpkg", datum="gcj02")
    assert done.crs == "EPSG:4490"
    assert any("GCJ-02" in note for note in done.notes)
    there = pyogrio.read_dataframe(tmp_path / "a.gpkg").geometry.iloc[0]
    assert there.equals(read_sites(tmp_path / "a.geojson", datum="gcj02").frame.geometry.iloc[0])


def test_repairs_are_told(plot, tmp_path):
    text = WITH_HOLE.replace("J5,2,3409350.000,35605260.000\r\n", "", 2)
    plot.write_bytes((text + "J5,2,3409350.000,35605260.000\r\n").encode("gbk"))
    done = convert(plot, tmp_path / "a.txt")
    assert any("open ring closed" in note for note in done.notes)


def test_attributes_that_would_tear_a_line(tmp_path):
    frame = gpd.GeoDataFrame(
        {"name": ["甲,乙\n@"], "地块用途": ["工业，仓储"]},
        geometry=[shapely.box(605200, 3409250, 605400, 3409400)], crs=4544,
    )  # fmt: skip
    frame.to_file(tmp_path / "plot.gpkg")
    done = convert(tmp_path / "plot.gpkg", tmp_path / "a.txt")
    assert body(tmp_path / "a.txt").startswith("5,2.9992,,甲、乙 ＠,面,,工业、仓储,,@\r\n")
    assert any(note.startswith("commas, @ and line breaks") for note in done.notes)


def test_every_suffix_is_known_to_the_docs_of_the_command():
    assert set(SUFFIXES) == {
        ".txt", ".shp", ".zip", ".gdb", ".gpkg", ".geojson", ".json", ".kml", ".dxf", ".xlsx",
        ".parquet",
    }  # fmt: skip


NAMES = st.text(
    # Python's gb2312 has two characters that its gbk maps otherwise: the middle dot and the bar
    st.characters(
        codec="gb2312", exclude_categories=("C", "Z"), exclude_characters=",，@＠［【[=・―"
    ),
    max_size=12,
)


def narrow(text):
    """Whether the reader takes a text as it is: it reads full-width digits as digits."""
    return not set(text) & set("０１２３４５６７８９．－＋＠　")


PLOTS = st.lists(
    st.tuples(
        NAMES.filter(narrow),
        NAMES.filter(narrow),
        st.integers(0, 999_999),  # millimetres
        st.integers(0, 999_999),
        st.integers(20_000, 900_000),
        st.booleans(),
    ),
    min_size=1,
    max_size=5,
)
OPTIONS = st.builds(
    WriteOptions,
    prefix=st.sampled_from([None, True, False]),
    fields=st.sampled_from([8, 9]),
    closing_point=st.booleans(),
    precision=st.sampled_from([None, "0.001", "0.01", "0.0001"]),
    encoding=st.sampled_from(["gbk", "utf-8"]),
)


@settings(max_examples=100, deadline=None)
@given(plots=PLOTS, options=OPTIONS)
def test_write_read_write_is_byte_identical(tmp_path_factory, plots, options):
    folder = tmp_path_factory.mktemp("text")
    shapes = []
    for n, (_, _, dx, dy, size, has_hole) in enumerate(plots):
        west, south = 600_000 + n * 3000 + dx / 1000, 3_409_000 + dy / 1000
        side = size / 1000
        inner = shapely.box(west + side / 4, south + side / 4, west + side / 2, south + side / 2)
        shape = shapely.box(west, south, west + side, south + side)
        shapes.append(shape.difference(inner) if has_hole else shape)
    frame = gpd.GeoDataFrame(
        {
            "地块名称": [name for name, *_ in plots],
            "地块用途": [use for _, use, *_ in plots],
            "地块编号": [f"DK{n}" for n in range(len(plots))],
        },
        geometry=shapes,
        crs=4544,
    )
    frame.to_file(folder / "plots.gpkg")
    convert(folder / "plots.gpkg", folder / "one.txt", write=options)
    convert(folder / "one.txt", folder / "two.txt", write=options)
    assert (folder / "two.txt").read_bytes() == (folder / "one.txt").read_bytes()
    sites = read_sites(folder / "two.txt")
    assert [a["地块用途"] for a in sites.frame["attributes"]] == [use for _, use, *_ in plots]
    precision = float(options.precision or 0.001)
    planar = sites.frame.geometry.to_crs(4544).to_numpy()
    assert shapely.hausdorff_distance(planar, np.array(shapes)).max() <= precision


@settings(max_examples=25, deadline=None)
@given(plots=PLOTS)
def test_text_shapefile_text_keeps_every_digit(tmp_path_factory, plots):
    folder = tmp_path_factory.mktemp("shapefile")
    lines = []
    for n, (name, use, dx, dy, size, _) in enumerate(plots):
        west, south = 600_000_000 + n * 3_000_000 + dx, 3_409_000_000 + dy
        corners = [(0, 0), (0, size), (size, size), (size, 0)]
        area_ha = (size / 1000) ** 2 / 10_000
        lines.append(f"5,{area_ha:.4f},DK{n},{name},面,,{use},0601,@")
        for k, (x, y) in enumerate([*corners, corners[0]]):
            north, east = south + y, west + x
            pair = ",".join(f"{mm // 1000}.{mm % 1000:03d}" for mm in (north, east))
            lines.append(f"J{k % 4 + 1},1,{pair}")
    text = "\r\n".join(
        [
            "[属性描述]",
            "坐标系=2000国家大地坐标系",
            "几度分带=3",
            "带号=35",
            DATA.strip(),
            *lines,
            "",
        ]
    )
    (folder / "plot.txt").write_bytes(text.encode("gbk"))
    convert(folder / "plot.txt", folder / "plot.zip")
    convert(folder / "plot.zip", folder / "back.txt")
    assert body(folder / "back.txt") == body(folder / "plot.txt")


def test_only_one_line_errors(plot, tmp_path):
    for suffix in SUFFIXES:
        target = tmp_path / "no" / f"a{suffix}"
        (tmp_path / "no").write_bytes(b"") if not (tmp_path / "no").exists() else None
        with pytest.raises(GeoToolkitError) as caught:
            convert(plot, target)
        assert "cannot be written" in str(caught.value)


def test_examples_convert_to_every_format(tmp_path):
    examples = Path(__file__).parents[2] / "examples"
    for suffix in SUFFIXES:
        done = convert(examples / "chemical_plot.txt", tmp_path / f"made{suffix}")
        assert done.paths[0].exists()
