"""Survey boundary-point text: its variants are read right, what would be a guess is refused."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import CRS

from geo_toolkit.boundary import read_sites
from geo_toolkit.errors import BoundaryError, GeoToolkitError, NotAvailable, OptionError
from geo_toolkit.geodesy import area_m2, from_geographic, topology_crs

NANCHONG = (105.43, 30.45, 106.97, 31.86)
HEAD = {
    "格式版本号": "1.01版本",
    "数据产生单位": "示例测绘队",
    "坐标系": "2000国家大地坐标系",
    "几度分带": "3",
    "投影类型": "高斯克吕格",
    "计量单位": "米",
    "带号": "35",
    "精度": "0.001",
    "转换参数": ",,,,,,",
}
PLOT = "10,2.7600,DK01,示例物流地块,面,,物流仓储用地,0508,@"
OUTLINE = [
    (3409400.0, 35605200.0),
    (3409400.0, 35605400.0),
    (3409250.0, 35605400.0),
    (3409250.0, 35605200.0),
    (3409400.0, 35605200.0),
]
HOLE = [
    (3409350.0, 35605260.0),
    (3409310.0, 35605260.0),
    (3409310.0, 35605320.0),
    (3409350.0, 35605320.0),
    (3409350.0, 35605260.0),
]


def point_lines(points, ring=1, pattern="{:.3f}"):
    return [
        f"J{n},{ring},{pattern.format(a)},{pattern.format(b)}"
        for n, (a, b) in enumerate(points, start=1)
    ]


def head_lines(**changes):
    values = {key: changes.get(key, value) for key, value in HEAD.items()}
    return ["[属性描述]", *(f"{k}={v}" for k, v in values.items() if v is not None), "[地块坐标]"]


def document(head=None, plot=PLOT, points=None):
    if points is None:
        points = point_lines(OUTLINE) + point_lines(HOLE, 2)
    return "\n".join([*(head_lines() if head is None else head), plot, *points, ""])


@pytest.fixture
def read(tmp_path):
    def read_text(text, *, encoding="gbk", line_end="\r\n", **options):
        path = tmp_path / "plot.txt"
        path.write_bytes(text.replace("\n", line_end).encode(encoding))
        return read_sites(path, **options)

    return read_text


def site_area_m2(sites):
    tm = topology_crs(NANCHONG)
    return float(area_m2(from_geographic(sites.frame.geometry.to_numpy(), tm), tm).sum())


def test_paper_example(read):
    """FORMATS §3.2: 27,592.454 m² on the ellipsoid, by an independent computation."""
    sites = read(document())
    assert site_area_m2(sites) == pytest.approx(27_592.454, abs=0.03)
    row = sites.frame.loc["plot#1"]
    assert (row["name"], row.stated_area_ha) == ("示例物流地块", 2.76)
    assert row.attributes["地类编码"] == "0508"
    assert len(row.geometry.interiors) == 1
    source = sites.inputs[0]
    assert (source.crs, source.encoding, source.datum) == ("EPSG:4523", "GBK", "cgcs2000")
    assert source.encoding_basis.startswith("detected (valid GBK")
    assert source.crs_basis == "declared (line 4 (坐标系), prefix 35 of Y)"
    assert (source.repairs, source.warnings) == ((), ())


@pytest.mark.parametrize(
    ("encoding", "shown", "basis"),
    [
        ("gbk", "GBK", "detected"),
        ("gb18030", "GBK", "detected"),
        ("utf-8", "UTF-8", "detected (valid UTF-8"),
        ("utf-8-sig", "UTF-8", "declared (byte order mark)"),
    ],
)
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_encodings_and_line_ends(read, encoding, shown, basis, line_end):
    sites = read(document(), encoding=encoding, line_end=line_end)
    assert sites.frame["name"].tolist() == ["示例物流地块"]
    assert sites.inputs[0].encoding == shown
    assert sites.inputs[0].encoding_basis.startswith(basis)


def test_a_rare_character_is_gb18030(read):
    sites = read(document(plot=PLOT.replace("示例", "㐀𠀀")), encoding="gb18030")
    assert sites.inputs[0].encoding == "GB18030"
    assert sites.frame["name"].tolist() == ["㐀𠀀物流地块"]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_utf16_is_refused_unless_named(read, encoding):
    with pytest.raises(BoundaryError, match=r"UTF-16 .*--encoding utf-16"):
        read(document(), encoding=encoding)


def test_utf16_is_read_when_named(tmp_path):
    path = tmp_path / "plot.txt"
    path.write_bytes(document().encode("utf-16"))
    source = read_sites(path, encoding="utf-16").inputs[0]
    assert source.encoding_basis == "assumed by option --encoding"


def test_an_encoding_against_the_byte_order_mark_is_refused(tmp_path):
    path = tmp_path / "plot.txt"
    path.write_bytes(document().encode("utf-8-sig"))
    with pytest.raises(OptionError, match="byte order mark"):
        read_sites(path, encoding="gbk")


def test_a_wrong_encoding_is_refused_with_its_line(tmp_path):
    path = tmp_path / "plot.txt"
    path.write_bytes(document().encode("gbk"))
    with pytest.raises(BoundaryError, match=r"plot.txt line 1: expected text in utf-8"):
        read_sites(path, encoding="utf-8")


@pytest.mark.parametrize(
    "text",
    [
        document(plot=PLOT.replace(",", "，")),
        document(points=[p.replace(",", "，") for p in point_lines(OUTLINE)]),
        document(points=[p.replace(",", "\t") for p in point_lines(OUTLINE)]),
        document(points=[p.replace(",", "  ") for p in point_lines(OUTLINE)]),
        document(points=[f"{p}," for p in point_lines(OUTLINE)]),
        document(points=[p.replace("0", "０") for p in point_lines(OUTLINE)]),
        document(points=[p.replace("J", "") for p in point_lines(OUTLINE)]),
        document(head=[f"  {line}" for line in head_lines()]),
        document(head=["[项目信息]", "项目名称=示例", *head_lines()]),
        document(head=head_lines(几度分带="3度带", 带号="第35带", 格式版本号=None)),
        document(head=head_lines(几度分带=None, 带号=None, 投影类型=None, 计量单位=None)),
        document(head=[line.replace("=", "＝") for line in head_lines()]),
        document(head=head_lines(坐标系="CGCS2000")),
    ],
)
def test_variants_of_writing(read, text):
    sites = read(text)
    assert sites.inputs[0].crs == "EPSG:4523"
    corner = sites.frame.geometry.iloc[0].exterior.coords[0]
    assert corner == pytest.approx((106.0992102, 30.8007438), abs=1e-6)


@pytest.mark.parametrize(
    ("plot", "stated", "remark"),
    [
        ("5,3.0000,A,甲,面,,用途,0508,@", 3.0, None),
        ("5,3.0000,A,甲,面,,用途,@", 3.0, None),
        ("5,3.0公顷,A,甲,面,,用途,0508,x,y,z,@", 3.0, None),
        ("4,45亩,A,甲,面,,用途,0508,@", 3.0, None),
        ("5,30000平方米,A,甲,面,,用途,0508,@", 3.0, None),
        ("5,30000,A,甲,面,,用途,0508,@", 3.0, "30000 is in m², not in hectares"),
        ("5,45,A,甲,面,,用途,0508,@", 3.0, "45 is in mu"),
        ("5,3.1,A,甲,面,,用途,0508,@", 3.1, "stated area 3.1000 ha, but its coordinates enclose"),
        ("5,,A,甲,面,,用途,0508,@", None, None),
        ("9,3.0,A,甲,面,,用途,0508,@", 3.0, "9 points stated, 5 there"),
    ],
)
def test_plot_lines(read, plot, stated, remark):
    sites = read(document(plot=plot, points=point_lines(OUTLINE)))
    area = sites.frame.stated_area_ha.iloc[0]
    assert np.isnan(area) if stated is None else area == pytest.approx(stated)
    warnings = sites.inputs[0].warnings
    assert [remark in w for w in warnings] == [True] if remark else warnings == ()


@pytest.mark.parametrize(
    ("zone", "width", "prefixed", "code"),
    [
        (35, "3", True, 4523),
        (35, "3", False, 4544),
        (36, "3", True, 4524),
        (36, "3", False, 4545),
        (18, "6", True, 4496),
        (18, "6", False, 4507),
        (40, "3", True, 4528),
    ],
)
def test_zones(read, zone, width, prefixed, code):
    """The code follows from zone and prefix alone; the registry's own places it."""
    east = 605200.0 + (zone * 1e6 if prefixed else 0)
    ring = [(3409400.0, east), (3409400.0, east + 200), (3409250.0, east + 200)]
    text = document(
        head=head_lines(带号=str(zone), 几度分带=width),
        plot=",,A,甲,面,,,,@",
        points=point_lines([*ring, ring[0]]),
    )
    sites = read(text)
    assert sites.inputs[0].crs == f"EPSG:{code}"
    central = CRS.from_epsg(code).coordinate_operation.params[1].value
    assert sites.frame.geometry.iloc[0].centroid.x == pytest.approx(central + 1.1, abs=0.01)


def test_central_meridian_instead_of_zone(read):
    points = point_lines([(x, y - 35e6) for x, y in OUTLINE])
    head = [*head_lines(带号=None)[:-1], "中央子午线=105", "[地块坐标]"]
    assert read(document(head=head, points=points)).inputs[0].crs == "EPSG:4544"


def test_swapped_columns_are_seen(read):
    swapped = [(y, x) for x, y in OUTLINE]
    sites = read(document(plot="5,3.0,A,甲,面,,,,@", points=point_lines(swapped)))
    assert site_area_m2(sites) == pytest.approx(29_992, rel=1e-3)
    assert "columns are swapped" in sites.inputs[0].warnings[0]


def test_open_rings_are_closed_and_listed(read):
    sites = read(document(points=point_lines(OUTLINE[:-1]) + point_lines(HOLE[:-1], 2)))
    assert site_area_m2(sites) == pytest.approx(27_592.454, abs=0.03)
    assert [str(r) for r in sites.inputs[0].repairs] == [
        "plot DK01 ring 1 (line 13): open ring closed (+0.000 m²)",
        "plot DK01 ring 2 (line 17): open ring closed (+0.000 m²)",
    ]


def square(north, east, size):
    return [
        (north, east),
        (north, east + size),
        (north + size, east + size),
        (north + size, east),
        (north, east),
    ]


BASE_N, BASE_E = 3409000.0, 35605000.0


@pytest.mark.parametrize(
    ("rings", "area", "parts"),
    [
        ([(1, 0, 0, 100), (2, 10, 10, 20)], 9_600, 1),  # a hole
        ([(1, 0, 0, 100), (2, 0, 200, 20)], 10_400, 2),  # a second part under number 2
        ([(1, 0, 0, 100), (1, 10, 10, 20)], 9_600, 1),  # a hole under number 1
        ([(2, 10, 10, 20), (1, 0, 0, 100)], 9_600, 1),  # the hole comes first
        ([(1, 0, 0, 100), (2, 10, 10, 60), (3, 20, 20, 10)], 6_500, 2),  # island in the hole
        ([(1, 0, 0, 100), (2, 10, 10, 60), (3, 20, 20, 10), (4, 0, 300, 10)], 6_600, 3),
        ([(1, 0, 0, 100), (2, 0, 100, 50)], 12_500, 1),  # two parts with a common side: one
    ],
)
def test_rings_by_containment(read, rings, area, parts):
    """The number of a ring means nothing; which lies in which decides."""
    points = []
    for number, north, east, size in rings:
        points += point_lines(square(BASE_N + north, BASE_E + east, size), number)
    sites = read(document(plot=",,A,甲,面,,,,@", points=points))
    shape = sites.frame.geometry.iloc[0]
    assert site_area_m2(sites) == pytest.approx(area, rel=5e-4)
    assert shapely.get_num_geometries(shape) == parts
    assert shape.is_valid


def test_several_plots(read):
    text = document(points=point_lines(OUTLINE))
    for n in (2, 3):
        text += "\n".join(
            [f",,DK0{n},地块{n},面,,,,@", *point_lines(square(BASE_N, BASE_E + 500 * n, 50)), ""]
        )
    sites = read(text)
    assert sites.frame.index.tolist() == ["plot#1", "plot#2", "plot#3"]
    assert sites.frame["name"].tolist() == ["示例物流地块", "地块2", "地块3"]
    assert sites.input_of == (0, 0, 0)


DECIMAL = [(30.8012345, 106.0987654), (30.8012345, 106.1087654), (30.8112345, 106.1087654)]


@pytest.mark.parametrize("swapped", [False, True])
def test_decimal_degrees(read, swapped):
    points = [(b, a) for a, b in DECIMAL] if swapped else DECIMAL
    text = document(
        head=head_lines(计量单位="度", 带号=None, 几度分带=None),
        plot=",,A,甲,面,,,,@",
        points=point_lines(points, pattern="{:.7f}"),
    )
    sites = read(text)
    assert sites.inputs[0].crs == "EPSG:4490"
    corner = sites.frame.geometry.iloc[0].exterior.coords[0]
    assert corner == pytest.approx((106.0987654, 30.8012345), abs=1e-9)


@pytest.mark.parametrize("seconds", ["″", '"', "''", "秒", ""])
def test_degrees_minutes_seconds(read, seconds):
    points = [
        f"J1,1,30°45′55.5{seconds},106°05′10.25{seconds}",
        f"J2,1,30°45′55.5{seconds},106°05′40.25{seconds}",
        f"J3,1,30°46′15.5{seconds},106°05′40.25{seconds}",
    ]
    sites = read(document(head=head_lines(计量单位="度"), plot=",,A,甲,面,,,,@", points=points))
    corner = sites.frame.geometry.iloc[0].exterior.coords[0]
    assert corner == pytest.approx((106 + 5 / 60 + 10.25 / 3600, 30 + 45 / 60 + 55.5 / 3600))


PACKED = [(30.45, 106.05), (30.45, 106.06), (30.46, 106.06), (30.46, 106.05)]


def test_packed_degrees_are_refused_where_both_readings_hold(read):
    points = point_lines(PACKED, pattern="{:.4f}")
    text = document(head=head_lines(计量单位="度"), plot=",,A,甲,面,,,,@", points=points)
    with pytest.raises(BoundaryError, match=r"line 13: .*30.4500.*ddd.mmss.*30°45′55.5″"):
        read(text)


@pytest.mark.parametrize(
    ("stated", "corner"), [("106.47", (106.05, 30.45)), ("294.85", (106 + 5 / 60, 30.75))]
)
def test_packed_degrees_are_told_by_the_stated_area(read, stated, corner):
    points = point_lines(PACKED, pattern="{:.4f}")
    text = document(head=head_lines(计量单位="度"), plot=f",{stated},A,甲,面,,,,@", points=points)
    sites = read(text)
    assert sites.frame.geometry.iloc[0].exterior.coords[0] == pytest.approx(corner)
    assert "the stated area fits that form alone" in sites.inputs[0].warnings[0]


def changed(row, line):
    lines = point_lines(OUTLINE)
    lines[row] = line
    return lines


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            document(points=changed(2, "J3,1,3409250.000")),
            "plot.txt line 15: expected 4 fields (point, ring, X, Y), got 3; "
            "is a coordinate missing?",
        ),
        (
            document(points=changed(2, "J3,1,nan,35605400.000")),
            "plot.txt line 15: expected a number as coordinate, got 'nan'",
        ),
        (document(points=changed(2, "J3,1,1e999,35605400.000")), "plot.txt line 15: expected a n"),
        (document(points=changed(2, "J3,1,1_0,35605400.000")), "plot.txt line 15: expected a n"),
        (document(points=changed(2, "J3,a,3409250,35605400")), "line 15: expected a ring number"),
        (document(points=changed(2, "J3,1,3409250,605400")), "line 15: expected X north"),
        (document(points=changed(2, "J3,1,3409250,36605400")), "line 15: expected zone 35 as in"),
        (document(points=[]), "plot DK01 (line 12): expected points after the plot line, got none"),
        (document(points=point_lines(OUTLINE[:2])), "expected at least 3 different points, got 2"),
        (document(plot=PLOT.replace("面", "线")), "line 12: expected a polygon plot"),
        (document(plot="甲,@"), "line 12: expected a plot line"),
        (document(plot=PLOT.replace("2.7600", "x")), "line 12: expected an area in hectares"),
        (document(plot="", points=point_lines(OUTLINE)), "line 13: expected a plot line that ends"),
        (document(head=head_lines(带号="36")), "line 8 (带号): expected zone 35, the prefix of Y, "
         "got 36; correct 带号 or the prefix"),
        (document(head=head_lines(几度分带="6")), "line 5 (几度分带): expected 3 (zone 35 is a"),
        (document(head=head_lines(几度分带="9")), "line 5 (几度分带): expected 3 or 6, got 9"),
        (document(head=head_lines(计量单位="度")), "line 13: expected coordinates in degrees"),
        (document(head=head_lines(计量单位="英尺")), "line 7 (计量单位): expected 米 or 度"),
        (document(head=head_lines(投影类型="UTM")), "line 6 (投影类型): expected 高斯克吕格, got"),
        (document(head=head_lines(坐标系="独立坐标系")), "line 4 (坐标系): expected 2000国家大地"),
        (document(head=head_lines(坐标系="某市2000独立坐标系")), "line 4 (坐标系): expected 200"),
        (document(head=[*head_lines()[:-1], "中央子午线=108", "[地块坐标]"]),
         "line 11 (中央子午线): expected 105 (zone 35), got 108; correct 中央子午线 or the zone"),
        (document(head=[*head_lines(带号=None)[:-1], "中央子午线=106.1", "[地块坐标]"],
                  points=point_lines([(x, y - 35e6) for x, y in OUTLINE])),
         "line 10 (中央子午线): expected the meridian of a 3-degree zone, got 106.1"),
        (document(head=head_lines(坐标系=None)), "head: expected 坐标系 (such as 2000国家大地坐标系"
         "), got none; add it to the head, or name the system with --crs"),
        (document(head=head_lines(带号=None),
                  points=point_lines([(x, y - 35e6) for x, y in OUTLINE])),
         "head: expected 带号, or Y with the zone number in front, got none; correct the head, or "
         "name the system with --crs"),
        ("随便写的文字\n没有坐标\n", "expected survey boundary points"),
        (document(points=point_lines(square(BASE_N, BASE_E, 100))
                  + point_lines(square(BASE_N + 10, BASE_E + 90, 20), 2)),
         "ring 2 (line 18): expected to lie inside or outside plot DK01 ring 1 (line 13), got a "
         "partial overlap"),
        (document(points=point_lines(OUTLINE) + point_lines(OUTLINE, 2)), "got the same outline"),
        (document(points=point_lines(OUTLINE[:4]) + point_lines(HOLE, 2)
                  + ["J9,1,3409300.000,35605190.000"]),
         "line 22: expected the points of ring 1 in a row"),
    ],
)  # fmt: skip
def test_refusals(read, tmp_path, text, message):
    with pytest.raises(BoundaryError) as caught:
        read(text)
    said = str(caught.value)
    assert said.startswith("plot.txt")
    assert message in said
    assert "\n" not in said
    assert "; " in said
    assert [p.name for p in tmp_path.iterdir()] == ["plot.txt"]


@pytest.mark.parametrize(
    ("system", "name"),
    [
        ("1980西安坐标系", "Xian 1980"),
        ("80国家大地坐标系", "Xian 1980"),
        ("北京54", "Beijing 1954"),
    ],
)
def test_datums_that_need_parameters_are_refused(read, system, name):
    with pytest.raises(NotAvailable, match=rf"got {name} \(line 4 .*--datum-params"):
        read(document(head=head_lines(坐标系=system)))


def test_options_against_the_head_are_refused(read):
    with pytest.raises(OptionError, match=r"expected EPSG:4523 .*got --crs EPSG:4545"):
        read(document(), crs="EPSG:4545")
    with pytest.raises(OptionError, match=r"expected the datum of EPSG:4523 .*--datum gcj02"):
        read(document(), datum="gcj02")


@pytest.mark.parametrize("crs", ["EPSG:4523", "EPSG:4544", "urn:ogc:def:crs:EPSG::4523"])
def test_the_same_system_by_another_name_is_no_contradiction(read, crs):
    assert read(document(), crs=crs).inputs[0].crs == "EPSG:4523"


def test_options_fill_what_the_head_leaves_open(read):
    bare = document(head=["[地块坐标]"])
    assert read(bare, crs="EPSG:4523").inputs[0].crs_basis.startswith("assumed by option --crs")
    assert read(bare, datum="cgcs2000").inputs[0].crs_basis.startswith("assumed by option --datum")
    unzoned = document(
        head=head_lines(带号=None), points=point_lines([(x, y - 35e6) for x, y in OUTLINE])
    )
    sites = read(unzoned, crs="EPSG:4544")
    assert sites.inputs[0].crs == "EPSG:4544"
    with pytest.raises(NotAvailable, match="--datum-params"):
        read(bare, crs="EPSG:2359")
    with pytest.raises(OptionError, match="prefix 35 of Y"):
        read(bare, crs="EPSG:4545")


@settings(max_examples=60, deadline=None)
@given(
    cells=st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=1, unique=True),
    holes=st.lists(st.booleans(), min_size=16, max_size=16),
    order=st.randoms(use_true_random=False),
    swap=st.booleans(),
    numbering=st.booleans(),
)
def test_random_plots_come_back(tmp_path_factory, cells, holes, order, swap, numbering):
    """Plots of separate squares, some with a hole, in any ring order: the same shape comes back."""
    rings, expected = [], []
    for (row, column), has_hole in zip(cells, holes, strict=False):
        outer = square(BASE_N + 200 * row, BASE_E + 200 * column, 100.0)
        inner = square(BASE_N + 200 * row + 30, BASE_E + 200 * column + 30, 40.0)
        rings += [outer, inner] if has_hole else [outer]
        east_north = [[(e, n) for n, e in ring] for ring in (outer, inner)]
        expected.append(shapely.Polygon(east_north[0], [east_north[1]] if has_hole else []))
    order.shuffle(rings)
    points = []
    for number, ring in enumerate(rings, start=1):
        shown = [(e, n) for n, e in ring] if swap else ring
        points += point_lines(shown, number if numbering else 1)
    path = tmp_path_factory.mktemp("plots") / "plot.txt"
    path.write_text(document(plot=",,A,甲,面,,,,@", points=points), encoding="gbk")
    shape = read_sites(path).frame.geometry.to_crs(4523).iloc[0]
    assert shapely.symmetric_difference(shape, shapely.MultiPolygon(expected)).area < 1e-3
    assert shapely.get_num_geometries(shape) == len(expected)


@settings(max_examples=200, deadline=None)
@given(
    text=st.text(
        alphabet="[]属性描述地块坐标系=2000国家大地,，@J1234567890.面°′″-\t \r\n", max_size=300
    )
)
def test_any_text_is_read_or_refused_in_one_line(tmp_path_factory, text):
    path = tmp_path_factory.getbasetemp() / "fuzz.txt"
    path.write_bytes(document().replace("J3", text).encode("gb18030"))
    said = ""
    try:
        read_sites(path)
    except GeoToolkitError as error:
        said = str(error)
    assert "\n" not in said
