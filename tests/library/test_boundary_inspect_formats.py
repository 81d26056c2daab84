"""Every fault at once in tables, drawings, KML, WKT, centrelines and layers, by the same codes."""

import json
import zipfile
from pathlib import Path

import geopandas as gpd
import openpyxl
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo_toolkit.boundary import read_sites
from geo_toolkit.boundary.fault_codes import CODES, OTHER
from geo_toolkit.boundary.inspecting import inspect_file
from geo_toolkit.errors import GeoToolkitError
from geo_toolkit.report.correction_notice import notice_of, write_notice

TABLE = """坐标系：2000国家大地坐标系,,,,
地块编号,点号,圈号,X坐标,Y坐标
A,1,1,3409400,35605200
A,2,1,3409400,
A,3,1,3409250,35605400
A,4,1,3409250,35605200
B,1,1,34O9400,35606200
B,2,一,3409400,35606400
B,3,1,3409250,35606400
B,4,1,3409250,35606200
C,1,1,3410400,35606200
C,2,1,3410400,35606400
D,1,1,3411400,35606200
D,2,1,3411400,35606400
D,3,1,3411200,35606400
D,4,1,3411200,35606200
D,5,2,3411300,35606300
D,6,2,3411300,35606500
D,7,2,3411250,35606500
D,8,2,3411250,35606300
E,1,1,3412400,36606200
E,2,1,3412400,35606400
E,3,1,3412200,35606400
"""
TABLE_FAULTS = [
    ("row_without_pair", 4),
    ("not_a_number", 7),
    ("ring_number", 8),
    ("too_few_points", 11),
    ("ring_overlap", 17),
    ("zone_differs", 21),
]
SOUND_RING = "106.1,30.8 106.11,30.8 106.11,30.81 106.1,30.8"
RINGS = (
    ("甲地", "106.1,30.8 106.2,x 106.2,30.9 nan,3"),
    ("", "106.1,30.8 106.2,30.8"),
    ("丁", "30.8,106.1 30.9,106.1 30.9,106.2"),
    ("己:路", "206.1,30.8 206.2,30.8 206.2,30.9"),
    ("庚", SOUND_RING),
)
KML_FAULTS = [
    ("not_a_pair", "placemark 1 (甲地) ring 1 point 2"),
    ("not_a_pair", "placemark 1 (甲地) ring 1 point 4"),
    ("too_few_points", "placemark 2 ring 1"),
    ("swapped", "placemark 3 (丁) point 1"),
    ("not_degrees", "placemark 4 (己：路) point 1"),
    ("not_a_polygon", "placemark 6 (点)"),
    ("xml_broken", "placemark 7 (双)"),
    ("too_few_of_line", "placemark 7 (双)"),
]
EAST, NORTH = 35605200, 3409250


def polygon(ring):
    return (
        f"<Polygon><outerBoundaryIs><LinearRing><coordinates>{ring}</coordinates></LinearRing>"
        "</outerBoundaryIs></Polygon>"
    )


def kml():
    marks = [f"<Placemark><name>{n}</name>{polygon(r)}</Placemark>" for n, r in RINGS]
    marks.append(
        "<Placemark><name>点</name><Point><coordinates>1,2</coordinates></Point></Placemark>"
    )
    line = "<LineString><coordinates>106,30</coordinates></LineString>"
    both = f"<MultiGeometry><Polygon/>{line}</MultiGeometry>"
    marks.append(f"<Placemark><name>双</name>{both}</Placemark>")
    return (
        f'<kml xmlns="http://www.opengis.net/kml/2.2"><Document>{"".join(marks)}</Document></kml>'
    )


def polyline(points, handle, *, closed=1, layer="边界"):
    pairs = "".join(f"10\n{x}\n20\n{y}\n" for x, y in points)
    return f"0\nLWPOLYLINE\n5\n{handle}\n8\n{layer}\n70\n{closed}\n{pairs}"


def triangle(dx=0, dy=0, size=100):
    x, y = EAST + dx, NORTH + dy
    return [(x, y), (x + size, y), (x + size, y + size)]


def drawing():
    line = f"0\nLINE\n5\nA4\n8\n边界\n10\n{EAST}\n20\n{NORTH}\n11\n{EAST + 1}\n21\n{NORTH}\n"
    entities = [
        polyline(triangle(), "A1"),
        polyline(triangle(200), "A2", closed=0),
        polyline([(EAST, NORTH), ("x", NORTH)], "A3"),
        line,
        polyline([(EAST, NORTH), (EAST, NORTH), (EAST + 5, NORTH)], "A5"),
        polyline(triangle(50, 10, 60), "A6"),
        polyline([(1, 1), (2, 1), (2, 2)], "A7"),
    ]
    return "0\nSECTION\n2\nENTITIES\n" + "".join(entities) + "0\nENDSEC\n0\nEOF\n"


DRAWING_FAULTS = [
    ("not_closed", "entity at line 26 (handle A2, layer 边界)"),
    ("not_finite", "entity at line 46 (handle A3)"),
    ("not_closed", "entity at line 62 (handle A4, layer 边界)"),
    ("too_few_points", "entity at line 76 (handle A5, layer 边界)"),
    ("ring_overlap", "entity at line 96 (handle A6, layer 边界)"),
    ("out_of_area", "entity at line 116 (handle A7, layer 边界) point 1"),
]


def write(folder, name, content):
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def workbook(folder):
    book = openpyxl.Workbook()
    for row in TABLE.splitlines():
        cells = row.split(",")
        book.active.append([float(c) if c.isdecimal() else c or None for c in cells])
    book.save(folder / "plot.xlsx")
    return folder / "plot.xlsx"


def errors(found):
    return [(fault.code, fault.place) for fault in found.errors]


def test_a_table_as_csv_and_as_workbook(tmp_path):
    for path in (write(tmp_path, "plot.csv", TABLE), workbook(tmp_path)):
        found = inspect_file(path)
        assert [(f.code, f.lines[0]) for f in found.errors] == TABLE_FAULTS
        assert (found.features, found.usable) == (5, False)
        assert found.looked_at.position_of(found.errors[3]) == (35606200.0, 3410400.0)
        with pytest.raises(GeoToolkitError):
            read_sites(path)


def test_a_table_without_a_system_in_two_encodings(tmp_path):
    raw = TABLE.partition("\n")[2].encode("gbk") + b"\xff\xfe,1,1,3409400,x\n"
    found = inspect_file(write(tmp_path, "plot.csv", raw))
    assert [f.code for f in found.errors] == [
        "encoding", "system_unknown", *(code for code, _ in TABLE_FAULTS), "not_a_number"
    ]  # fmt: skip


def test_a_point_lost_at_the_start_of_a_plot_hides_nothing_in_the_plot_before(tmp_path):
    rows = ["地块编号,X坐标,Y坐标", "A,3409400,35605200", "A,3409250,35605400",
            "B,3409400,", "B,3409400,35606400", "B,3409250,35606400"]  # fmt: skip
    found = inspect_file(write(tmp_path, "plot.csv", "\n".join(rows)), crs="EPSG:4523")
    assert [(f.code, f.lines[0]) for f in found.errors] == [
        ("too_few_points", 2),
        ("row_without_pair", 4),
    ]


def test_outlines_that_nothing_names(tmp_path):
    """Without a column of plots a blank row parts them, and containment makes holes."""
    rows = ["X,Y", "3409400,35605200", "3409400,35605400", "3409250,35605400", "",
            "3409300,35605300", "3409300,35605500", "3409260,35605500", "",
            "3419400,35605200", "3419400,q", "3419250,35605400"]  # fmt: skip
    found = inspect_file(write(tmp_path, "plot.csv", "\n".join(rows)), crs="EPSG:4523")
    assert [(f.code, f.lines[0]) for f in found.errors] == [
        ("ring_overlap", 6),
        ("not_a_number", 11),
    ]


def test_every_placemark_ring_and_point(tmp_path):
    found = inspect_file(write(tmp_path, "plot.kml", kml()))
    assert errors(found) == KML_FAULTS
    assert found.features == 7
    assert errors(inspect_file(write(tmp_path, "plot.ovkml", kml()))) == [
        ("datum_unconfirmed", ""), *KML_FAULTS
    ]  # fmt: skip
    with zipfile.ZipFile(tmp_path / "plot.kmz", "w") as archive:
        archive.writestr("doc.kml", kml())
    assert errors(inspect_file(tmp_path / "plot.kmz")) == KML_FAULTS


def test_every_entity_of_a_drawing(tmp_path):
    path = write(tmp_path, "plot.dxf", drawing().encode("gbk"))
    assert errors(inspect_file(path, crs="EPSG:4523")) == DRAWING_FAULTS
    found = inspect_file(path)
    assert errors(found) == [("system_unknown", ""), *DRAWING_FAULTS[:-1]]
    lines = inspect_file(path, crs="EPSG:4523", corridor_m=20)
    assert [f.code for f in lines.errors] == [
        "not_a_line", "not_finite", "not_a_line", "not_a_line", "not_a_line"
    ]  # fmt: skip


def test_every_geometry_of_a_wkt(tmp_path):
    lines = [
        "POLYGON((106.1 30.8,106.2 30.8,106.2 30.9,106.1 30.8))",
        "POINT(1 2)",
        "POLYGON((106.1 30.8,106.2 30.8",
        ",106.2 30.9,106.1))",
        "POLYGON((30.8 106.1,30.9 106.1,30.9 106.2,30.8 106.1))",
        "SRID=4523;POLYGON((106.1 30.8,106.2 30.8,106.2 30.9,106.1 30.8))",
        "POLYGON((106.1 30.8",
    ]
    text = "\n".join(f"SRID=4490;{line}" if line.startswith("POLY") else line for line in lines)
    found = inspect_file(write(tmp_path, "plot.wkt", text))
    assert errors(found) == [
        ("not_a_polygon", "line 2"),
        ("damaged", "line 3"),
        ("system_wrong", "line 6"),
        ("xml_broken", "line 7"),
    ]
    text = text.replace("SRID=4523", "SRID=4490")
    assert ("swapped", "line 5 point 1") in errors(inspect_file(write(tmp_path, "a.wkt", text)))


def layer():
    hole = [(106.5, 30.8), (106.51, 30.8), (106.51, 30.81)]
    outline = [(106.1, 30.8), (106.2, 30.8), (106.2, 30.9), (106.1, 30.9)]
    shapes = [
        shapely.Polygon(outline),
        shapely.Polygon(outline, [hole]),
        None,
        shapely.Polygon([(y, x) for x, y in outline]),
        shapely.Polygon([(x + 100, y) for x, y in outline]),
    ]
    return gpd.GeoDataFrame({"名称": list("甲乙丙丁戊")}, geometry=shapes, crs=4490)


@pytest.mark.parametrize("name", ["a.gpkg", "a.shp", "a.gdb", "a.fgb", "a.parquet"])
def test_every_feature_of_a_layer(tmp_path, name):
    frame = layer()
    if name.endswith("parquet"):
        frame.to_parquet(tmp_path / name)
    else:
        driver = {"gdb": "OpenFileGDB"}.get(name[2:])
        extra = {"SPATIAL_INDEX": "NO"} if name.endswith("fgb") else {}
        given = {"encoding": "GBK"} if name.endswith("shp") else {}
        frame.to_file(tmp_path / name, driver=driver, **extra, **given)
    found = inspect_file(tmp_path / name)
    expected = [
        ("hole_outside", "feature 2 ring 2"),
        ("no_geometry", "feature 3"),
        ("swapped", "feature 4 point 1"),
        ("not_degrees", "feature 5 point 1"),
    ]
    turns = name in ("a.shp", "a.gdb")  # there a ring's turn says what it is: not a hole, a part
    assert errors(found) == expected[turns:]
    assert found.features == 5


LINES = """[属性描述]
坐标系=2000国家大地坐标系
几度分带=3
带号=35
[地块坐标]
3,,L1,甲,线,,,,@
J1,1,3409400,35605200
J2,1,3409400,35605300
J3,1,34x9400,35605200
2,,L2,乙,面,,,,@
J1,1,3409400,35605200
J2,1,3409400,35605300
1,,L3,丙,线,,,,@
J1,1,3409400,35605200
4,,L4,丁,线,,,,@
J1,1,3409400,35605200
J2,1,3409400,35605300
J3,2,3409800,35605300
J4,2,3409900,35605300
2,,L5,戊,线,,,,@
J1,1,3409400,35605200
J2,1,3409400,35605200
"""


def test_centrelines_of_a_text(tmp_path):
    found = inspect_file(write(tmp_path, "road.txt", LINES), corridor_m=20)
    assert errors(found) == [
        ("not_a_number", "line 9"),
        ("not_a_line", "line 10"),
        ("too_few_of_line", "plot L3 (line 13)"),
        ("pieces_apart", "plot L4 (line 15) part 2"),
        ("no_length", "plot L5 (line 20)"),
    ]


def test_centrelines_of_a_geojson_and_of_a_table(tmp_path):
    shapes = [
        {"type": "LineString", "coordinates": [[106.1, 30.8], [106.2, 30.8]]},
        {"type": "LineString", "coordinates": [[106.1, 30.8], [106.2, None]]},
        {"type": "LineString", "coordinates": [[106.1, 30.8], [106.1, 30.8]]},
        {"type": "LineString", "coordinates": [[30.8, 106.1], [30.9, 106.1]]},
        {"type": "MultiLineString",
         "coordinates": [[[106.1, 30.8], [106.2, 30.8]], [[106.3, 30.8], [106.4, 30.8]]]},
        {"type": "Polygon", "coordinates": [[[106, 30], [107, 30], [107, 31], [106, 30]]]},
        None,
    ]  # fmt: skip
    features = [{"type": "Feature", "properties": {}, "geometry": shape} for shape in shapes]
    text = json.dumps({"type": "FeatureCollection", "features": features})
    found = inspect_file(write(tmp_path, "road.geojson", text), corridor_m=20)
    assert errors(found) == [
        ("not_a_pair", "feature 2 point 2"),
        ("no_length", "feature 3"),
        ("swapped", "feature 4 point 1"),
        ("pieces_apart", "feature 5 part 2"),
        ("not_a_line", "feature 6"),
        ("no_geometry", "feature 7"),
    ]
    rows = ["地块,X坐标,Y坐标", "A,3409400,35605200", "A,3409400,x", "A,3409400,35605300",
            "B,3409400,35605200", "C,3409400,35605200", "C,3409400,35605300"]  # fmt: skip
    path = write(tmp_path, "road.csv", "\n".join(rows))
    found = inspect_file(path, corridor_m=20, crs="EPSG:4523")
    assert [(f.code, f.lines[0]) for f in found.errors] == [
        ("not_a_number", 3),
        ("too_few_of_line", 5),
    ]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_notice_of_each(tmp_path, lang):
    """Places in the applicant's words, without a word of the other language around them."""
    paths = {
        write(tmp_path, "plot.csv", TABLE): ("第4行", "row 4"),
        workbook(tmp_path): ("第4行", "row 4"),
        write(tmp_path, "plot.kml", kml()): (
            "第1个地标（甲地）第1环第2点", "placemark 1 (甲地) ring 1 point 2",
        ),
        write(tmp_path, "plot.dxf", drawing().encode("gbk")): (
            "第26行的图元（句柄A2，图层边界）", "entity at line 26 (handle A2, layer 边界)",
        ),
    }  # fmt: skip
    for path, (chinese, english) in paths.items():
        given = {"crs": "EPSG:4523"} if path.suffix == ".dxf" else {}
        notice = notice_of(inspect_file(path, **given), lang)
        assert notice.rows[0].place == (chinese if lang == "zh" else english)
        assert notice.png
        said = " ".join(f"{row.place}{row.problem}{row.remedy}" for row in notice.rows)
        assert lang == "en" or not any(word in said for word in ("apart", "layer", "handle"))


def test_a_sketch_of_lines_and_of_an_outline_far_off(tmp_path):
    """A name far beyond the frame once overflowed the drawing of text."""
    found = inspect_file(write(tmp_path, "road.txt", LINES), corridor_m=20)
    assert notice_of(found, "zh").png
    far = inspect_file(write(tmp_path, "plot.dxf", drawing().encode("gbk")), crs="EPSG:4523")
    assert len(write_notice(far, tmp_path / "made", "zh")) == 3


PIECES = ("nan", "1e999", ",", "\n", "2", "-", "<", ">", "(", ")", "0\n", "边", "x", '"', "10\n")
CHANGES = st.lists(
    st.tuples(st.floats(0, 1), st.integers(0, 8), st.sampled_from(["", *PIECES])),
    min_size=1,
    max_size=5,
)
SOUND = {
    "plot.csv": "坐标系：2000国家大地坐标系\n地块,圈号,X坐标,Y坐标\nA,1,3409400,35605200\n"
    "A,1,3409400,35605400\nA,1,3409250,35605400\nB,1,3419400,35605200\nB,1,3419400,35605400\n"
    "B,1,3419250,35605400\n",
    "plot.kml": f"<kml><Placemark>{polygon(SOUND_RING)}</Placemark><Placemark><name>乙</name>"
    "<LineString><coordinates>106,30 106.1,30</coordinates></LineString></Placemark></kml>",
    "plot.wkt": "SRID=4490;POLYGON((106.1 30.8,106.2 30.8,106.2 30.9,106.1 30.8))\n"
    "SRID=4490;LINESTRING(106.1 30.8,106.2 30.8)\n",
    "plot.dxf": "0\nSECTION\n2\nENTITIES\n"
    + polyline(triangle(), "1", layer="A")
    + polyline(triangle(500), "2", layer="A", closed=0)
    + "0\nENDSEC\n0\nEOF\n",
}


@settings(max_examples=300, deadline=None)
@given(changes=CHANGES, name=st.sampled_from(list(SOUND)), corridor=st.sampled_from([None, 20]))
def test_errors_are_there_just_where_a_check_refuses(tmp_path_factory, changes, name, corridor):
    text = SOUND[name]
    for share, length, piece in changes:
        at = int(share * len(text))
        text = text[:at] + piece + text[at + length :]
    path = write(tmp_path_factory.getbasetemp(), name, text)
    options = {"corridor_m": corridor}
    if Path(name).suffix == ".dxf":
        options["crs"] = "EPSG:4523"
    found = inspect_file(path, **options)
    try:
        read_sites(path, **options)
    except GeoToolkitError:
        assert found.errors
        assert not found.usable
    else:
        assert (found.usable, found.errors) == (True, ())
    assert all(f.code in CODES and f.code != OTHER for f in found.errors)
