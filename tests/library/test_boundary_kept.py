"""What a text says beside its outlines, through other formats and back: numbers, order, head."""

import shutil
import zipfile

import geopandas as gpd
import openpyxl
import pytest
import shapely
from hypothesis import example, given, settings
from hypothesis import strategies as st

from geo_toolkit.boundary import read_sites
from geo_toolkit.boundary.field_map import restore_names
from geo_toolkit.boundary.numbering import RingNumbers, is_plain, numbers_of_points, pack, unpack
from geo_toolkit.boundary.writing import convert

KEPT = ("zip", "gpkg", "geojson", "gdb", "parquet", "xlsx")
BY_HAND = """[属性描述]
格式版本号=1.00
数据产生单位=某测绘院
数据产生日期=2026-11-20
坐标系=2000国家大地坐标系
几度分带=3
投影类型=高斯克吕格
计量单位=米
带号=35
精度=0.0001
转换参数=,,,,,,
项目名称=甲、乙两地
坐标系备注=实测
[地块坐标]
10,2.7600,DK01,甲,面,,工业用地,0601,@
A7,1,3409400.0001,35605200.0000
B2,1,3409250.0000,35605200.0000
B3,1,3409250.0000,35605400.0000
1,1,3409400.0000,35605400.0000
A8,1,3409400.0001,35605200.0000
J5,2,3409350.0000,35605260.0000
J6,2,3409350.0000,35605320.0000
J7,2,3409310.0000,35605320.0000
J8,2,3409310.0000,35605260.0000
J5,2,3409350.0000,35605260.0000
5,3.0000,DK02,乙,面,,工业用地,0601,@
J1,1,3419400.0000,35605200.0000
J2,1,3419400.0000,35605400.0000
J3,1,3419250.0000,35605400.0000
J4,1,3419250.0000,35605200.0000
J1,1,3419400.0000,35605200.0000
""".replace("\n", "\r\n")


@pytest.fixture
def plot(tmp_path):
    path = tmp_path / "plot.txt"
    path.write_bytes(BY_HAND.encode("gbk"))
    return path


@pytest.mark.parametrize("suffix", ["txt", *KEPT])
def test_numbers_order_and_head_come_back(plot, tmp_path, suffix):
    """Points anticlockwise, a closing point with a number of its own, entries of any name."""
    middle = tmp_path / "middle" / f"plot.{suffix}"
    done = convert(plot, middle)
    back = convert(middle, tmp_path / "back.txt")
    assert (tmp_path / "back.txt").read_bytes() == plot.read_bytes()
    assert not any("anew" in note or "left out" in note for note in (*done.notes, *back.notes))


def test_kml_keeps_numbers_and_head(plot, tmp_path):
    convert(plot, tmp_path / "plot.kml")
    convert(tmp_path / "plot.kml", tmp_path / "back.txt", to_crs="EPSG:4523")
    assert (tmp_path / "back.txt").read_bytes() == plot.read_bytes()


def test_a_drawing_says_what_it_does_not_hold(plot, tmp_path):
    notes = convert(plot, tmp_path / "plot.dxf").notes
    assert "point numbers are left out: a drawing cannot hold them" in notes
    keys = "格式版本号、数据产生单位、数据产生日期、精度、项目名称、坐标系备注"
    assert f"entries of the head are left out: {keys}" in notes


def test_the_field_of_numbers_is_there_only_where_it_says_something(plot, tmp_path):
    convert(plot, tmp_path / "plot.gpkg")
    frame = gpd.read_file(tmp_path / "plot.gpkg")
    assert frame["界址点号"].fillna("").tolist() == ["A7,B2~B3,1,A8逆;J5~J8", ""]
    second = BY_HAND.replace("A7,1", "J1,1").replace("B2,1", "J2,1").replace("B3,1", "J3,1")
    plot.write_bytes(second.replace("A8,1", "J1,1").replace("1,1,3409400.0000", "J4,1,3409400.0000")
                     .replace("JJ", "J").encode("gbk"))  # fmt: skip
    convert(plot, tmp_path / "plain.gpkg")
    assert "界址点号" not in gpd.read_file(tmp_path / "plain.gpkg")
    convert(plot, tmp_path / "turned.zip")  # a shapefile turns the first outline round
    convert(tmp_path / "turned.zip", tmp_path / "back.txt")
    assert (tmp_path / "back.txt").read_bytes() == plot.read_bytes()


def test_numbers_of_shapes_that_were_changed_meanwhile(plot, tmp_path):
    """A vertex was added in a GIS: the numbers fit no more, and that is said."""
    convert(plot, tmp_path / "plot.gpkg")
    frame = gpd.read_file(tmp_path / "plot.gpkg")
    frame.geometry = shapely.segmentize(frame.geometry.to_numpy(), 100)
    frame.to_file(tmp_path / "changed.gpkg")
    done = convert(tmp_path / "changed.gpkg", tmp_path / "back.txt")
    assert "points of 1 plots are numbered anew: their numbers cannot be kept" in done.notes
    assert "J1,1,3409400.0001,35605200.0000\n" in (tmp_path / "back.txt").read_text("gbk")


def test_numbers_that_a_shapefile_cannot_hold(tmp_path):
    ring = [(x, y) for side in range(4) for x, y in _side(side)]
    rows = [f"界{7 * n % 101}号,1,{3409400 + y},{35605200 + x}" for n, (x, y) in enumerate(ring)]
    text = BY_HAND.partition("10,2.76")[0] + "\r\n".join([f"{len(rows)},,A,甲,面,,,,@", *rows, ""])
    (tmp_path / "plot.txt").write_bytes(text.encode("gbk"))
    done = convert(tmp_path / "plot.txt", tmp_path / "plot.zip")
    said = "point numbers of 1 plots are left out: the field holds 254 bytes at most"
    assert said in done.notes
    convert(tmp_path / "plot.txt", tmp_path / "plot.gpkg")
    convert(tmp_path / "plot.gpkg", tmp_path / "back.txt")
    assert "界7号,1," in (tmp_path / "back.txt").read_text("gbk")


def _side(side):
    """Twenty points along one side of a square of 100 m."""
    along = [5 * n for n in range(20)]
    return {
        0: [(0, a) for a in along],
        1: [(a, 100) for a in along],
        2: [(100, 100 - a) for a in along],
        3: [(100 - a, 0) for a in along],
    }[side]


def test_points_of_a_workbook_keep_their_numbers(tmp_path):
    book = openpyxl.Workbook()
    book.active.append(["坐标系：2000国家大地坐标系"])
    book.active.append(["地块", "点号", "X坐标", "Y坐标"])
    for row in (("K1", 3409400, 35605200), ("K2", 3409400, 35605400), ("K9", 3409250, 35605400)):
        book.active.append(["A", *row])
    book.save(tmp_path / "plot.xlsx")
    convert(tmp_path / "plot.xlsx", tmp_path / "plot.txt")
    lines = (tmp_path / "plot.txt").read_text("gbk").splitlines()
    assert [line.split(",")[0] for line in lines[-4:]] == ["K1", "K2", "K9", "K1"]


def test_cut_names_come_back_from_a_folder_a_part_and_a_zip(plot, tmp_path):
    folder = tmp_path / "made"
    convert(plot, folder / "plot.shp")
    with zipfile.ZipFile(tmp_path / "plot.zip", "w") as archive:
        for path in folder.iterdir():
            archive.write(path, f"甲/{path.name}")
    for source in (folder, folder / "plot.shp", tmp_path / "plot.zip"):
        sites = read_sites(source)
        assert {"记录图形属性", "文件头_数据产生单位"} <= set(sites.frame["attributes"].iloc[0])
        assert not any("other boundaries" in text for text in sites.inputs[0].warnings)
    before = read_sites(folder).inputs[0].sha256
    (folder / "plot_fields.csv").unlink()
    sites = read_sites(folder)
    assert "记录图形属" in sites.frame["attributes"].iloc[0]
    assert sites.inputs[0].sha256 != before


def test_a_table_of_names_is_only_a_table_of_cut_names(plot, tmp_path):
    """No other file's table, no name that is not cut, no field over another, no damage."""
    folder = tmp_path / "made"
    convert(plot, folder / "plot.shp")
    plain = set(read_sites(folder / "plot.shp").frame["attributes"].iloc[0])
    shutil.move(folder / "plot_fields.csv", folder / "other_fields.csv")
    cut = set(read_sites(folder / "plot.shp").frame["attributes"].iloc[0])
    assert cut != plain
    for table in (
        b"field,name\r\n\xe8\xae,x\r\n", b"\xff\xfe\0", b"name,field\r\n", b'field,name\r\n"',
        "field,name\r\n地块名称,地块编号\r\n".encode(), "field,name\r\n地块名称,name\r\n".encode(),
        b"field,name\r\n" + b"a,b\r\n" * 100_000,
    ):  # fmt: skip
        (folder / "plot_fields.csv").write_bytes(table)
        assert set(read_sites(folder / "plot.shp").frame["attributes"].iloc[0]) == cut
    rows = [{"longitude_": 1, "longitud_1": 2, "b": 3}]
    table = b"field,name\nlongitude_,longitude_east\nlongitud_1,longitude_west\n"
    assert restore_names(rows, table) == ([{"longitude_east": 1, "longitude_west": 2, "b": 3}], 2)


def test_head_entries_of_a_foreign_file_cannot_write_lines(tmp_path):
    frame = gpd.GeoDataFrame(
        {"文件头_a\n1,1,x,@": ["x"], "文件头_坐标系": ["WGS84"], "文件头_备注": ["y@"],
         "界址点号": ["[1~J3;@"]},
        geometry=[shapely.box(605200, 3409250, 605400, 3409400)], crs=4544,
    )  # fmt: skip
    frame.to_parquet(tmp_path / "plot.parquet")
    done = convert(tmp_path / "plot.parquet", tmp_path / "plot.txt")
    text = (tmp_path / "plot.txt").read_text("gbk")
    assert text.count("@") == 1
    assert text.count("坐标系=") == 1
    assert "备注=y\n" in text.replace("\r", "")
    left_out = "entries of the head are left out: a"
    assert any(note.startswith(left_out) for note in done.notes)
    assert read_sites(tmp_path / "plot.txt").inputs[0].crs == "EPSG:4544"


NUMBER = st.text(st.sampled_from("JBKA界0123456789-_.′"), max_size=6)
OWN = st.tuples(st.lists(NUMBER, min_size=3, max_size=8), NUMBER, st.booleans())
RINGS = st.lists(OWN, min_size=1, max_size=4)


@settings(max_examples=300, deadline=None)
@given(rings=RINGS)
@example(rings=[(["J9", "J10", "J11"], "", False)])
@example(rings=[(["J09", "J10", "J11"], "J12", True)])
def test_packed_numbers_unpack_to_themselves(rings):
    told = [RingNumbers(tuple(numbers), closing) for numbers, closing, _ in rings]
    text = pack(told, [left for *_, left in rings])
    sizes = [len(numbers) for numbers, *_ in rings]
    assert unpack(text, sizes) == list(zip(told, [left for *_, left in rings], strict=True))
    assert unpack(text, [*sizes, 3]) is None
    assert unpack(text, [size + 2 for size in sizes]) is None


@settings(max_examples=200, deadline=None)
@given(text=st.text(st.sampled_from("J12~;,逆0-9 "), max_size=30))
def test_any_text_unpacks_or_not(text):
    found = unpack(text, [3, 4])
    assert found is None or [len(ring.numbers) for ring, _ in found] == [3, 4]


def test_a_vertex_that_two_rings_share():
    box = shapely.Polygon([(0, 0), (0, 9), (9, 9), (9, 0)], [[(0, 0), (4, 2), (2, 4)]])
    points = [("J1", 1, 0, 0), ("J2", 1, 0, 9), ("J3", 1, 9, 9), ("J4", 1, 9, 0), ("J1", 1, 0, 0),
              ("B1", 2, 0, 0), ("B2", 2, 4, 2), ("B3", 2, 2, 4)]  # fmt: skip
    outline, hole = numbers_of_points(box, points)
    assert (outline.numbers, hole.numbers) == (("J1", "J2", "J3", "J4"), ("B1", "B2", "B3"))
    assert not is_plain([outline, hole])
    assert numbers_of_points(box, points[1:-1]) is None


ZONES = st.one_of(
    st.tuples(st.just(3), st.integers(25, 45)), st.tuples(st.just(6), st.integers(13, 23))
)
PLOT = st.tuples(
    st.integers(-99_999_999, 99_999_999),  # tenths of a millimetre off the middle of the zone
    st.integers(0, 999_999_999),
    st.integers(300_000, 9_000_000),
    st.booleans(),  # with a hole
    st.booleans(),  # the outline anticlockwise
    st.booleans(),  # the hole clockwise
    st.sampled_from(["工业用地", "物流仓储用地", "", "公园绿地（防护）"]),
    st.integers(0, 2),  # how points are numbered
)


def north_of(meridian):
    """A northing that lies in China at that meridian, in tenths of millimetres."""
    return 43_000_000_000 if meridian < 84 else 34_000_000_000 if meridian < 123 else 51_000_000_000


def lines_of(plots, *, zone, prefixed, decimals, north):
    """Plot and point lines as our own writer has them, from whole tenths of millimetres."""
    step = 10 ** (4 - decimals)
    lines = []
    for n, (dx, dy, size, has_hole, left, hole_right, use, kind) in enumerate(plots):
        west = 5_000_000_000 + dx // step * step
        south = north + dy // step * step + n * 100_000_000
        size = size // (4 * step) * (4 * step)
        rings = [ring(west, south, size, anticlockwise=left)]
        if has_hole:
            inner = size // 4
            rings.append(ring(west + inner, south + inner, inner, anticlockwise=not hole_right))
        count = 5 * len(rings)
        lines.append(f"{count},{n + 1}.2500,DK{n},地块{n},面,,{use},0601,@")
        number = 0
        for k, points in enumerate(rings, start=1):
            names = [("J", "界", "")[kind] + str((number if kind < 2 else 0) + i + 1)
                     for i in range(4)]  # fmt: skip
            number += 4
            for name, (east, north) in zip([*names, names[0]], [*points, points[0]], strict=True):
                added = zone * 10_000_000_000 if prefixed else 0
                pair = [f"{v // 10_000}.{v % 10_000:04d}"[: decimals - 4 or None]
                        for v in (north, east + added)]  # fmt: skip
                lines.append(f"{name},{k},{pair[0]},{pair[1]}")
    return lines


def ring(west, south, size, *, anticlockwise):
    points = [
        (west, south),
        (west, south + size),
        (west + size, south + size),
        (west + size, south),
    ]
    return [points[0], *points[:0:-1]] if anticlockwise else points


@settings(max_examples=25, deadline=None)
@given(
    plots=st.lists(PLOT, min_size=1, max_size=3),
    zone=ZONES,
    prefixed=st.booleans(),
    decimals=st.sampled_from([3, 4]),
    suffix=st.sampled_from(["zip", "zip", "gpkg", "geojson"]),
)
def test_text_to_a_layer_to_text_is_byte_identical(
    tmp_path_factory, plots, zone, prefixed, decimals, suffix
):
    """Random plots in every zone of China, with and without prefix, to the stated precision."""
    folder = tmp_path_factory.mktemp("kept")
    width, number = zone
    head = {
        "格式版本号": "1.01版本", "数据产生单位": "某测绘院", "数据产生日期": "2026-11-20",
        "坐标系": "2000国家大地坐标系", "几度分带": str(width), "投影类型": "高斯克吕格",
        "计量单位": "米", "带号": str(number), "精度": "0." + "1".rjust(decimals, "0"),
        "转换参数": ",,,,,,",
    }  # fmt: skip
    north = north_of(number * 3 if width == 3 else number * 6 - 3)
    lines = lines_of(plots, zone=number, prefixed=prefixed, decimals=decimals, north=north)
    text = "\r\n".join(
        ["[属性描述]", *(f"{k}={v}" for k, v in head.items()), "[地块坐标]", *lines, ""]
    )
    (folder / "plot.txt").write_bytes(text.encode("gbk"))
    convert(folder / "plot.txt", folder / f"plot.{suffix}")
    convert(folder / f"plot.{suffix}", folder / "back.txt")
    assert (folder / "back.txt").read_bytes() == (folder / "plot.txt").read_bytes()
