"""Every fault at once: what is listed, where, and that a check refuses just those files."""

import ast
import json
import zipfile
from pathlib import Path

import geopandas as gpd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo_toolkit.boundary import faults, read_sites
from geo_toolkit.boundary.fault_codes import CODES, OTHER, code_of
from geo_toolkit.boundary.faults import MAX_FAULTS
from geo_toolkit.boundary.inspecting import inspect_file
from geo_toolkit.errors import BoundaryError, GeoToolkitError, OptionError

EXAMPLES = Path(__file__).parents[2] / "examples"
HEAD = """[属性描述]
格式版本号=1.01版本
坐标系=2000国家大地坐标系
几度分带=3
投影类型=高斯克吕格
计量单位=米
带号=35
精度=0.001
转换参数=,,,,,,
[地块坐标]
"""
SEVEN = (
    HEAD.replace("带号=35", "带号=36")
    + """5,3.0000,DK01,甲,面,,物流仓储用地,0508,@
J1,1,3409400.000,35605200.000
J2,1,3409400.000
J3,1,3409250.000,35605400.000
J4,1,3409250.000,35605200.000
J1,1,3409400.000,35605200.000
4,3.0000,DK02,乙,面,,工业用地,0601,@
J1,1,3409400.000,35606200.000
J2,1,34O9400.000,35606400.000
J3,一,3409250.000,35606400.000
J4,1,3409250.000,35606200.000
2,1.2000,DK03,丙,面,,工业用地,0601,@
J1,1,3410400.000,35606200.000
J2,1,3410400.000,35606400.000
8,约3,DK04,丁,面,,工业用地,0601,@
J1,1,3411400.000,35606200.000
J2,1,3411400.000,35606400.000
J3,1,3411200.000,35606400.000
J4,1,3411200.000,35606200.000
J1,2,3411300.000,35606300.000
J2,2,3411300.000,35606500.000
J3,2,3411250.000,35606500.000
J4,2,3411250.000,35606300.000
"""
)
SEVEN_FAULTS = [
    ("zone_contradicts", 7),
    ("point_fields", 13),
    ("not_a_number", 19),
    ("ring_number", 20),
    ("too_few_points", 23),
    ("plot_area", 25),
    ("ring_overlap", 30),
]
KEYS = ["code", "level", "place", "expected", "got", "remedy"]


def plot(line="4,3.0000,DK01,甲,面,,物流仓储用地,0508,@", north=3409400, east=35605200):
    """A square plot of 200 by 150 m, which is 3 ha."""
    points = [(north, east), (north, east + 200), (north - 150, east + 200), (north - 150, east)]
    rows = [f"J{n},1,{x:.3f},{y:.3f}" for n, (x, y) in enumerate([*points, points[0]], 1)]
    return "\n".join([line, *rows, ""])


SOUND = HEAD + plot() + plot("5,3.0000,DK02,乙,面,,工业用地,0601,@", north=3410400)


def write(folder, text, name="plot.txt", encoding="utf-8"):
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path


def errors(path, **options):
    return [(f.code, (f.lines or (0,))[0]) for f in inspect_file(path, **options).errors]


def test_seven_faults_are_listed_with_their_lines(tmp_path):
    found = inspect_file(write(tmp_path, SEVEN, encoding="gbk"))
    assert [(f.code, f.lines[0]) for f in found.errors] == SEVEN_FAULTS
    assert (found.file, found.format, found.usable, found.features) == (
        "plot.txt", "survey text", False, 4,
    )  # fmt: skip
    assert [p.name for p in tmp_path.iterdir()] == ["plot.txt"]


def test_the_document_has_the_keys_of_its_schema(tmp_path):
    document = inspect_file(write(tmp_path, SEVEN)).document()
    assert list(document) == ["schema", "file", "format", "usable", "features", "faults"]
    assert document["schema"] == "geo-toolkit/inspect/1"
    assert all(list(fault) == KEYS for fault in document["faults"])
    assert {fault["level"] for fault in document["faults"]} == {"error", "repair"}
    assert document["faults"][1] == {
        "code": "point_fields",
        "level": "error",
        "place": "line 13",
        "expected": "4 fields (point, ring, X, Y)",
        "got": "3",
        "remedy": "is a coordinate missing?",
    }
    assert json.loads(json.dumps(document)) == document


def test_a_sound_file_has_no_errors_but_warnings_and_repairs(tmp_path):
    text = SOUND.replace("5,3.0000,DK02", "5,9.0000,DK02").removesuffix(
        "J5,1,3410400.000,35605200.000\n"
    )
    found = inspect_file(write(tmp_path, text))
    assert (found.usable, found.errors) == (True, ())
    assert [(f.code, f.level) for f in found.faults] == [
        ("area_differs", "warning"),
        ("closed", "repair"),
    ]
    assert found.faults[1].place == "plot DK02 ring 1 (line 18)"


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("坐标系=2000国家大地坐标系", "坐标系=1980西安坐标系", [("datum_local", 3)]),
        ("坐标系=2000国家大地坐标系", "坐标系=南充独立坐标系", [("datum_unknown", 3)]),
        ("坐标系=2000国家大地坐标系\n", "", [("system_unknown", 0)]),
        ("几度分带=3", "几度分带=9", [("head_width", 4)]),
        ("投影类型=高斯克吕格", "投影类型=墨卡托", [("head_projection", 5)]),
        ("计量单位=米", "计量单位=里", [("head_unit", 6)]),
        ("计量单位=米", "计量单位=度", [("unit_contradicts", 12)]),
        ("带号=35", "带号=三五", [("head_zone", 7)]),
        ("几度分带=3", "几度分带=6", [("width_contradicts", 4)]),
        ("J3,1,3409250.000,35605400.000", "J3,1,3409250.000,36605400.000",
         [("zone_differs", 14)]),
        ("J3,1,3409250.000", "J3,1,9250.000", [("number_odd", 14)]),
        ("J3,1,3409250.000", "J3,1,nan", [("not_a_number", 14)]),
        (",面,,物流", ",线,,物流", [("plot_kind", 11)]),
        ("4,3.0000,DK01", "四,3.0000,DK01", [("plot_count", 11)]),
        ("4,3.0000,DK01,甲,面,,物流仓储用地,0508,@", "4,@", [("plot_fields", 11)]),
        ("4,3.0000,DK01,甲,面,,物流仓储用地,0508,@\n", "", [("point_before_plot", 11)]),
        ("5,3.0000,DK02,乙,面", "4,1,DK9,空,面,,,,@\n5,3.0000,DK02,乙,面", [("plot_empty", 17)]),
        ("J3,1,3409250.000,35605400.000", "J3,1,3409400.000,35605300.000\n"
         "J4,1,3409400.000,35605200.000\nJ1,2,3409400.000,35605200.000", None),
    ],
)  # fmt: skip
def test_each_fault_of_a_text(tmp_path, old, new, expected):
    assert SOUND.count(old) >= 1
    path = write(tmp_path, SOUND.replace(old, new, 1))
    found = errors(path)
    if expected is not None:
        assert found == expected
    with pytest.raises(GeoToolkitError):
        read_sites(path)


def test_what_follows_from_a_missing_point_is_no_fault_of_its_own(tmp_path):
    """Without its third corner the plot would enclose half of its area."""
    text = SOUND.replace("J3,1,3409250.000,35605400.000", "J3,1,3409250.000,")
    assert [f.code for f in inspect_file(write(tmp_path, text)).faults] == ["not_a_number"]


def test_a_head_and_points_in_different_encodings(tmp_path):
    raw = SOUND.replace("J3,1,3409250", "J3,1,34O9250").encode("gbk")
    raw = raw.replace("乙".encode("gbk"), b"\xe4\xb9\x99\xff")
    (tmp_path / "plot.txt").write_bytes(raw)
    found = errors(tmp_path / "plot.txt")
    assert [code for code, _ in found] == ["encoding", "not_a_number"]


def square(west, south=30.80, size=0.01):
    ring = [(0, 0), (1, 0), (1, 1), (0, 1), (0, 0)]
    return [[west + x * size, south + y * size] for x, y in ring]


def collection(*geometries):
    features = [{"type": "Feature", "properties": {}, "geometry": g} for g in geometries]
    return json.dumps({"type": "FeatureCollection", "features": features})


def polygon(*rings):
    return {"type": "Polygon", "coordinates": list(rings)}


def test_every_feature_of_a_geojson_is_looked_at(tmp_path):
    far = square(206.1)
    lost = [[106.1, 30.8], [106.2, None], [106.2, 30.9], ["x", 30.9], [106.1, 30.8]]
    text = collection(
        polygon(square(106.1)),
        {"type": "Point", "coordinates": [106.1, 30.8]},
        polygon(lost),
        None,
        polygon(far),
        polygon(square(106.3), square(106.5)),
        polygon(square(106.7)[:-1]),
        polygon([[30.8, 106.1], [30.9, 106.1], [30.9, 106.2], [30.8, 106.1]]),
        polygon([[106.1, 30.8], [106.2, 30.8], [106.1, 30.8], [106.1, 30.8]]),
    )
    found = inspect_file(write(tmp_path, text, "plot.geojson"))
    assert [(f.code, f.place) for f in found.errors] == [
        ("not_a_polygon", "feature 2"),
        ("not_a_pair", "feature 3 ring 1 point 2"),
        ("not_a_pair", "feature 3 ring 1 point 4"),
        ("no_geometry", "feature 4"),
        ("not_degrees", "feature 5 point 1"),
        ("hole_outside", "feature 6 ring 2"),
        ("swapped", "feature 8 point 1"),
        ("too_few_points", "feature 9 ring 1"),
    ]
    assert [f.place for f in found.faults if f.code == "closed"] == ["feature 7 ring 1"]
    assert found.features == 9


def test_a_shapefile_without_three_of_its_parts(tmp_path):
    frame = gpd.GeoDataFrame({"a": [1]}, geometry=[shapely.box(106, 30, 106.1, 30.1)], crs=4490)
    frame.to_file(tmp_path / "plot.shp")
    for suffix in (".shx", ".dbf", ".prj"):
        (tmp_path / f"plot{suffix}").unlink()
    found = inspect_file(tmp_path / "plot.shp")
    assert [f.code for f in found.errors] == ["part_missing", "part_missing", "system_unknown"]
    assert [f.got for f in found.errors] == ["none with .shx", "none with .dbf", "none with .prj"]


def test_records_of_a_shapefile_without_a_system(tmp_path):
    shapes = [
        shapely.box(106, 30, 106.1, 30.1),
        shapely.Polygon(square(106.3), [square(106.5)]),
        shapely.Polygon(square(106.3), [square(106.7)]),
    ]
    gpd.GeoDataFrame({"a": [1, 2, 3]}, geometry=shapes, crs=4490).to_file(tmp_path / "plot.gpkg")
    found = inspect_file(tmp_path / "plot.gpkg")
    assert [(f.code, f.place) for f in found.errors] == [
        ("hole_outside", "feature 2 ring 2"),
        ("hole_outside", "feature 3 ring 2"),
    ]
    frame = gpd.GeoDataFrame({"a": ["甲", "乙"]}, geometry=[shapes[0], shapely.Polygon()])
    frame.set_crs(4490).to_file(tmp_path / "plot.shp", encoding="GBK")
    (tmp_path / "plot.prj").unlink()
    found = inspect_file(tmp_path / "plot.shp")
    assert [(f.code, f.place) for f in found.errors] == [
        ("system_unknown", ""),
        ("no_geometry", "feature 2"),
    ]


def test_a_text_in_an_archive_is_looked_at_line_by_line(tmp_path):
    with zipfile.ZipFile(tmp_path / "plot.zip", "w") as archive:
        archive.writestr("甲/plot.txt", SEVEN.encode("gbk"))
    found = inspect_file(tmp_path / "plot.zip")
    assert [(f.code, f.lines[0]) for f in found.errors] == SEVEN_FAULTS
    assert (found.file, found.features) == ("plot.zip", 4)


def test_every_refusal_of_the_readers_has_a_code():
    """Values that are not written in the source stand as 1: a few texts are all values."""
    all_values = {"1", "1 (zone 1 is a 1-degree zone)", "1 (zone 1)"}
    folder = Path(faults.__file__).parent
    calls = [
        node
        for path in folder.glob("*.py")
        if not path.stem.startswith("elevation")  # heights of the ground are no submission
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "BoundaryError"
    ]
    texts = [[as_text(part) for part in call.args[1:]] for call in calls if len(call.args) == 5]
    assert len(texts) > 100
    unknown = [t for t in texts if code_of(*t) == OTHER and t[1] not in all_values]
    assert not unknown


def as_text(node):
    """What an expression says, as far as the source has it."""
    if isinstance(node, ast.Constant):
        return str(node.value)
    if isinstance(node, ast.JoinedStr):
        return "".join(as_text(part) for part in node.values)
    if isinstance(node, ast.BinOp):
        return as_text(node.left) + as_text(node.right)
    return as_text(node.body) if isinstance(node, ast.IfExp) else "1"


def test_options_settle_what_they_settle_for_a_check(tmp_path):
    path = write(tmp_path, SOUND.replace("坐标系=2000国家大地坐标系\n", ""))
    assert errors(path) == [("system_unknown", 0)]
    assert inspect_file(path, crs="EPSG:4523").usable
    with pytest.raises(OptionError, match="unknown coordinate system"):
        inspect_file(path, crs="EPSG:1")
    with pytest.raises(BoundaryError, match=r"gone.txt: expected a file, got none of that name"):
        inspect_file(tmp_path / "gone.txt")


def test_faults_without_end_are_cut(tmp_path):
    rows = "".join(f"J{n},1,x,35605200\n" for n in range(20_000))
    found = inspect_file(write(tmp_path, SOUND + "9,,DK9,丙,面,,,,@\n" + rows))
    assert len(found.errors) == MAX_FAULTS


def test_position_of_a_fault(tmp_path):
    found = inspect_file(write(tmp_path, SEVEN))
    place = {f.code: found.looked_at.position_of(f) for f in found.errors}
    assert place["point_fields"] == (35605200.0, 3409400.0)  # the point before the lost one
    assert place["ring_overlap"] == (35606300.0, 3411300.0)
    assert place["zone_contradicts"] is None


PIECES = [
    "nan",
    "1e999",
    ",",
    "\n",
    "@",
    "=36",
    "2",
    "-",
    "，",
    "J1,1,3409400,35605200\n",
    "８",
    "度",
]
CHANGES = st.lists(
    st.tuples(st.floats(0, 1), st.integers(0, 8), st.sampled_from(["", *PIECES])),
    min_size=1,
    max_size=6,
)


def changed(text, changes):
    """A text with pieces cut out and put in."""
    for share, length, piece in changes:
        at = int(share * len(text))
        text = text[:at] + piece + text[at + length :]
    return text


@settings(max_examples=300, deadline=None)
@given(changes=CHANGES, base=st.sampled_from([SOUND, SEVEN]))
def test_errors_are_there_just_where_a_check_refuses(tmp_path_factory, changes, base):
    path = tmp_path_factory.getbasetemp() / "changed.txt"
    path.write_bytes(changed(base, changes).encode("utf-8"))
    found = inspect_file(path)
    try:
        count = len(read_sites(path))
    except GeoToolkitError:
        assert not found.usable
        assert found.errors
    else:
        assert (found.usable, found.errors, found.features) == (True, (), count)
    assert all(f.code in CODES and f.code != OTHER for f in found.errors)


@settings(max_examples=150, deadline=None)
@given(changes=CHANGES)
def test_the_same_of_geojson(tmp_path_factory, changes):
    path = tmp_path_factory.getbasetemp() / "changed.geojson"
    base = collection(polygon(square(106.1)), polygon(square(106.3), square(106.3, 30.8, 0.005)))
    path.write_bytes(changed(base, changes).encode("utf-8"))
    found = inspect_file(path)
    try:
        read_sites(path)
    except GeoToolkitError:
        assert found.errors
    else:
        assert (found.usable, found.errors) == (True, ())
    assert all(f.code in CODES and f.code != OTHER for f in found.errors)
