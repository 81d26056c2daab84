"""DXF drawings: outlines by layer, arcs as chords, blocks where they stand; figures on paper."""

import math

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geo_toolkit.boundary import read_sites
from geo_toolkit.boundary.dxf_outlines import arc_points
from geo_toolkit.errors import BoundaryError, GeoToolkitError, OptionError

EAST, NORTH = 35605200.0, 3409250.0
SQUARE = [(0, 0), (100, 0), (100, 100), (0, 100)]


def groups(*pairs):
    return "".join(f"{code}\n{value}\n" for code, value in pairs)


def polyline(corners, layer="红线", *, closed=1, bulges=(), at=(EAST, NORTH), extra=()):
    pairs = [(0, "LWPOLYLINE"), (8, layer), (90, len(corners)), (70, closed), *extra]
    for n, (x, y) in enumerate(corners):
        pairs += [(10, x + at[0]), (20, y + at[1])]
        if n < len(bulges) and bulges[n]:
            pairs.append((42, bulges[n]))
    return groups(*pairs)


def block(name, content, base=(0, 0)):
    head = groups((0, "BLOCK"), (8, "0"), (2, name), (70, 0), (10, base[0]), (20, base[1]))
    return head + content + groups((0, "ENDBLK"), (8, "0"))


def insert(name, at=(EAST, NORTH), layer="红线", extra=()):
    return groups((0, "INSERT"), (8, layer), (2, name), (10, at[0]), (20, at[1]), *extra)


def drawing(*entities, blocks="", page="ANSI_936", version="AC1015"):
    text = groups((0, "SECTION"), (2, "HEADER"), (9, "$ACADVER"), (1, version))
    text += groups((9, "$DWGCODEPAGE"), (3, page), (0, "ENDSEC"))
    if blocks:
        text += groups((0, "SECTION"), (2, "BLOCKS")) + blocks + groups((0, "ENDSEC"))
    text += groups((0, "SECTION"), (2, "ENTITIES")) + "".join(entities)
    return text + groups((0, "ENDSEC"), (0, "EOF"))


@pytest.fixture
def read(tmp_path):
    def read_text(text, *, encoding="gbk", **options):
        path = tmp_path / "plot.dxf"
        path.write_bytes(text.encode(encoding))
        return read_sites(path, **{"crs": "EPSG:4523", **options})

    return read_text


def planar(sites):
    """Return the shapes in zone 35, relative to the corner that all drawings share."""
    shapes = sites.frame.geometry.to_crs(4523)
    return [shapely.transform(s, lambda xy: xy - [EAST, NORTH]) for s in shapes]


def test_a_square(read):
    sites = read(drawing(polyline(SQUARE)))
    [shape] = planar(sites)
    assert shape.area == pytest.approx(10_000, abs=0.01)
    assert sites.frame.attributes.iloc[0] == {"layer": "红线"}
    assert sites.inputs[0].encoding_basis == "declared ($DWGCODEPAGE ANSI_936)"


@pytest.mark.parametrize(
    ("bulges", "area"),
    [
        ((1, 0, 0, 0), 10_000 + math.pi * 50**2 / 2),  # a half circle outwards
        ((-1, 0, 0, 0), 10_000 - math.pi * 50**2 / 2),  # and inwards
        ((math.tan(math.pi / 8),) * 4, math.pi * 5000),  # quarters: the circle around the square
        ((0, 0, 0, 1), 10_000 + math.pi * 50**2 / 2),  # on the side that closes
    ],
)
def test_arcs(read, bulges, area):
    """Chords within 1 mm of an arc of length s lose less than s times 1 mm."""
    sites = read(drawing(polyline(SQUARE, bulges=bulges)))
    [shape] = planar(sites)
    assert shape.area == pytest.approx(area, abs=0.001 * 450)
    assert "arcs read as chords that stay within 0.001 m" in sites.inputs[0].warnings[0]


@given(
    bulge=st.floats(0.01, 5) | st.floats(-5, -0.01), length=st.floats(0.1, 5000),
    turn=st.floats(0, 6.28),
)  # fmt: skip
def test_points_of_an_arc_lie_on_it_and_close_enough(bulge, length, turn):
    start, end = np.zeros(2), length * np.array([math.cos(turn), math.sin(turn)])
    points = np.vstack([start, arc_points(start, end, bulge, 0.001), end])
    radius = length * (1 + bulge**2) / (4 * abs(bulge))
    # three points of the arc give its centre: all others have the same distance
    middle = start + (end - start) / 2
    to_centre = np.array([-(end - start)[1], (end - start)[0]]) * (1 - bulge**2) / (4 * bulge)
    apart = np.hypot(*(points - (middle + to_centre)).T)
    assert apart == pytest.approx(radius, rel=1e-9)
    steps = np.hypot(*np.diff(points, axis=0).T)
    sagitta = radius - np.sqrt(np.maximum(radius**2 - (steps / 2) ** 2, 0))
    assert sagitta.max() < 0.00101 or len(points) > 5000


def test_a_circle_and_an_old_polyline(read):
    circle = groups((0, "CIRCLE"), (8, "红线"), (10, EAST), (20, NORTH), (40, 100))
    [shape] = planar(read(drawing(circle)))
    assert shape.area == pytest.approx(math.pi * 100**2, abs=0.001 * 630)
    old = groups((0, "POLYLINE"), (8, "红线"), (66, 1), (70, 1))
    for x, y in SQUARE:
        old += groups((0, "VERTEX"), (8, "红线"), (10, x + EAST), (20, y + NORTH))
    old += groups((0, "SEQEND"), (8, "红线"))
    [shape] = planar(read(drawing(old)))
    assert shape.area == pytest.approx(10_000, abs=0.01)


@pytest.mark.parametrize(
    ("extra", "base", "bounds"),
    [
        ((), (0, 0), (0, 0, 100, 50)),
        (((41, 2), (42, 3)), (0, 0), (0, 0, 200, 150)),
        (((50, 90),), (0, 0), (-50, 0, 0, 100)),
        ((), (100, 50), (-100, -50, 0, 0)),
        (((41, -1),), (0, 0), (-100, 0, 0, 50)),
    ],
)
def test_blocks(read, extra, base, bounds):
    """A block of 100 by 50 m, scaled, turned, on another base point, mirrored."""
    inner = polyline([(0, 0), (100, 0), (100, 50), (0, 50)], "0", at=(0, 0))
    text = drawing(insert("PLOT", extra=extra), blocks=block("PLOT", inner, base))
    [shape] = planar(read(text))
    assert shape.bounds == pytest.approx(bounds, abs=1e-3)


def test_blocks_in_blocks_and_in_rows(read):
    inner = block("A", polyline(SQUARE, "0", at=(0, 0)))
    outer = block("B", insert("A", (10, 20), layer="0"))
    rows = ((70, 2), (71, 3), (44, 200), (45, 300))
    sites = read(drawing(insert("B", extra=rows), blocks=inner + outer))
    corners = sorted((round(s.bounds[0], 2), round(s.bounds[1], 2)) for s in planar(sites))
    assert corners == [(10 + 200 * c, 20 + 300 * r) for c in range(2) for r in range(3)]


def test_blocks_that_multiply_without_an_outline(read):
    """Ten insertions of ten insertions and so on, with nothing drawn at the end."""
    blocks = block("B0", groups((0, "POINT"), (8, "0")))
    for n in range(1, 8):
        blocks += block(f"B{n}", insert(f"B{n - 1}", (0, 0)) * 10)
    with pytest.raises(BoundaryError, match="and 200000 of them, at most, got more"):
        read(drawing(insert("B7"), blocks=blocks))


def test_an_entity_seen_from_below_is_mirrored(read):
    flipped = polyline(SQUARE, at=(-EAST, NORTH), extra=((210, 0), (220, 0), (230, -1)))
    [shape] = planar(read(drawing(flipped)))
    assert shape.bounds == pytest.approx((-100, 0, 0, 100), abs=1e-3)


def test_holes_islands_and_several_plots(read):
    def box(low, size):
        return polyline(
            [(low, low), (low + size, low), (low + size, low + size), (low, low + size)]
        )

    sites = read(drawing(box(0, 100), box(20, 60), box(40, 20), box(200, 50)))
    areas = sorted(s.area for s in planar(sites))
    assert areas == pytest.approx([400, 2500, 10_000 - 3600], abs=0.01)
    assert sum("read as a hole in it" in w for w in sites.inputs[0].warnings) == 1


def test_layers(read):
    text = drawing(polyline(SQUARE, "红线"), polyline(SQUARE, "绿线", at=(EAST, NORTH + 500)))
    with pytest.raises(BoundaryError, match="got 红线, 绿线; choose one of them with --layer"):
        read(text)
    [shape] = planar(read(text, layer="绿线"))
    assert shape.bounds[1] == pytest.approx(500, abs=1e-3)
    with pytest.raises(BoundaryError, match="expected a layer '蓝线' with closed polylines, got"):
        read(text, layer="蓝线")


def test_what_is_not_quite_closed(read):
    nearly = [*SQUARE, (0, 0.05)]
    sites = read(drawing(polyline(nearly, closed=0)))
    assert [r.what for r in sites.inputs[0].repairs] == ["open ring closed"]
    touching = [*SQUARE, (0, 0)]
    assert read(drawing(polyline(touching, closed=0))).inputs[0].repairs == ()
    open_text = drawing(polyline(SQUARE), polyline([(300, 0), (400, 0), (400, 90)], closed=0))
    with pytest.raises(BoundaryError, match=r"entity at line \d+: .*ends 134.536 apart; close it"):
        read(open_text)


@pytest.mark.parametrize(
    ("version", "page", "encoding", "basis"),
    [
        ("AC1015", "ANSI_936", "gbk", "declared ($DWGCODEPAGE ANSI_936)"),
        ("AC1032", "ANSI_936", "utf-8", "declared ($ACADVER AC1032: UTF-8)"),
        ("AC1015", "ANSI_1252", "gbk", "detected (valid GBK, not UTF-8; 100% common Chinese"),
        ("AC1015", "", "utf-8", "detected (valid UTF-8)"),
    ],
)
def test_encodings_of_layer_names(read, version, page, encoding, basis):
    text = drawing(polyline(SQUARE, "用地红线"), version=version, page=page)
    sites = read(text, encoding=encoding)
    assert sites.frame.attributes.iloc[0] == {"layer": "用地红线"}
    assert sites.inputs[0].encoding_basis.startswith(basis)


def test_escapes_in_layer_names(read):
    sites = read(drawing(polyline(SQUARE, "\\U+7EA2\\U+7EBF")))
    assert sites.frame.attributes.iloc[0] == {"layer": "红线"}


def test_an_encoding_against_the_drawing_is_refused(tmp_path):
    path = tmp_path / "plot.dxf"
    path.write_bytes(drawing(polyline(SQUARE)).encode("gbk"))
    with pytest.raises(OptionError, match=r"\$DWGCODEPAGE ANSI_936 says, got --encoding utf-8"):
        read_sites(path, crs="EPSG:4523", encoding="utf-8")


LINE = groups((0, "LINE"), (8, "红线"), (10, EAST), (20, NORTH), (11, EAST + 9), (21, NORTH))
LOOP = block("A", insert("A", (0, 0), layer="0"))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (drawing(LINE), "expected one layer with closed polylines, got none; close the outline"),
        (drawing(LINE, polyline(SQUARE)), "expected a closed polyline, got LINE on the same layer"),
        (drawing(polyline(SQUARE), polyline(SQUARE)), "got the same outline"),
        (drawing(polyline(SQUARE[:2])), "expected at least 3 different points, got 2"),
        (drawing(polyline([(math.nan, 0), *SQUARE])), "expected a finite number, got 'nan'"),
        (drawing(polyline([(1e308, 0), *SQUARE])), "entity at line 20: expected a finite number"),
        (drawing(polyline(SQUARE).replace("35605300", "1_000")), "expected a finite number"),
        (drawing(polyline(SQUARE, extra=((210, 0.5), (230, 0.5)))), "expected a flat drawing"),
        (drawing(insert("A"), blocks=LOOP),
         "expected blocks nested 8 deep, and 200000 of them, at most, got more"),
        (drawing(insert("A", extra=((70, 999), (71, 999))), blocks=block("A", polyline(SQUARE))),
         "expected at most 10000 copies of a block, got 998001"),
        (drawing(), "expected one layer with closed polylines, got none"),
        ("AutoCAD Binary DXF\r\n\x1a\0", "expected an ASCII DXF drawing, got a binary one"),
        ("hello\nworld\n", "line 1: expected an ASCII DXF drawing"),
        ("0\nSECTION\n2\nENTITIES\n0\nLINE", "expected an ASCII DXF drawing"),
    ],
)  # fmt: skip
def test_refusals(read, text, message):
    with pytest.raises(BoundaryError) as caught:
        read(text)
    assert str(caught.value).startswith("plot.dxf")
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_drawing_has_no_system(tmp_path):
    path = tmp_path / "plot.dxf"
    path.write_bytes(drawing(polyline(SQUARE)).encode("gbk"))
    with pytest.raises(BoundaryError, match="expected a coordinate system, got none; name the sys"):
        read_sites(path)
    with pytest.raises(GeoToolkitError, match="within the area of EPSG:4524"):
        read_sites(path, crs="EPSG:4524")


def test_lines_for_a_corridor(read):
    road = polyline([(0, 0), (0, 100), (0, 200)], "中线", closed=0)
    arc = groups(
        (0, "ARC"), (8, "中线"), (10, EAST + 500), (20, NORTH), (40, 100), (50, 0), (51, 90)
    )
    sites = read(drawing(road, arc, LINE), layer="中线", corridor_m=20)
    lengths = [shapely.length(line) for line in sites.frame.set_geometry(list(sites.lines)).set_crs(
        4490).to_crs(4523).geometry]  # fmt: skip
    assert lengths == pytest.approx([200, math.pi * 50], rel=1e-5)
    with pytest.raises(BoundaryError, match=r"as --corridor-m says, got a polygon"):
        read(drawing(road, polyline(SQUARE, "中线")), corridor_m=20)
