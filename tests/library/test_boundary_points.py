"""Tables of points: any headings, any order, several plots; nothing guessed."""

import io
import zipfile
from datetime import date

import openpyxl
import pytest
import shapely

from geo_toolkit.boundary import points_table, read_sites
from geo_toolkit.boundary.headings import find_columns
from geo_toolkit.errors import BoundaryError, OptionError

NORTH, EAST = 3409250.0, 605200.0
LATLON = [(30.8012345, 106.0987654), (30.8012345, 106.1087654), (30.8112345, 106.1087654)]


def corners(size=100.0, north=0.0, east=0.0):
    x, y = NORTH + north, EAST + east
    return [(x, y), (x, y + size), (x + size, y + size), (x + size, y)]


@pytest.fixture
def read(tmp_path):
    def read_rows(rows, *, encoding="gbk", mark=",", **options):
        path = tmp_path / "points.csv"
        text = "\n".join(mark.join(str(cell) for cell in row) for row in rows) + "\n"
        path.write_bytes(text.encode(encoding))
        return read_sites(path, **{"crs": "EPSG:4544", **options})

    return read_rows


def planar(sites):
    return [
        shapely.transform(s, lambda xy: xy - [EAST, NORTH])
        for s in sites.frame.geometry.to_crs(4544)
    ]


@pytest.mark.parametrize(
    "heads",
    [
        ("X", "Y"), ("x坐标", "y坐标"), ("X坐标(m)", "Y坐标(m)"), ("纵坐标", "横坐标"),
        ("纵坐标X", "横坐标Y"), ("X(纵坐标)", "Y(横坐标)"), ("北坐标", "东坐标"), ("N", "E"),
        ("Northing", "Easting"), ("north_m", "east_m"), (" X （米） ", "Y（米）"),
        ("坐标X", "坐标Y"),
    ],
)  # fmt: skip
def test_headings(read, heads):
    rows = [("点号", *heads), *((f"J{n}", *p) for n, p in enumerate(corners(), 1))]
    [shape] = planar(read(rows))
    assert shape.bounds == pytest.approx((0, 0, 100, 100), abs=1e-3)


def test_x_east_as_in_mapping_programs_is_seen(read):
    rows = [("id", "X", "Y"), *((n, y, x) for n, (x, y) in enumerate(corners(), 1))]
    sites = read(rows)
    assert planar(sites)[0].bounds == pytest.approx((0, 0, 100, 100), abs=1e-3)
    assert "X is east and Y is north (detected by magnitude)" in sites.inputs[0].warnings


@pytest.mark.parametrize("heads", [("纬度", "经度"), ("北纬", "东经"), ("lat", "lon"), ("B", "L"),
                                   ("Latitude", "Longitude"), ("Y", "X")])  # fmt: skip
def test_degrees(read, heads):
    sites = read([heads, *LATLON], crs="EPSG:4490")
    corner = sites.frame.geometry.iloc[0].exterior.coords[0]
    assert corner == pytest.approx((106.0987654, 30.8012345), abs=1e-9)


@pytest.mark.parametrize("mark", [",", "\t", ";", "，"])
@pytest.mark.parametrize("encoding", ["gbk", "utf-8", "utf-8-sig"])
def test_separators_and_encodings(read, mark, encoding):
    rows = [("点号", "X", "Y"), *((n, *p) for n, p in enumerate(corners(), 1))]
    sites = read(rows, mark=mark, encoding=encoding)
    assert len(sites) == 1


def rows_of(*groups, plot=None, blank=False, ring=None):
    rows, n = [], 0
    for number, group in enumerate(groups, start=1):
        for k, (x, y) in enumerate(group, start=1):
            n += 1
            extra = [plot[number - 1]] if plot else []
            extra += [ring[number - 1]] if ring else []
            rows.append((f"J{k}", x, y, *extra))
        if blank:
            rows.append(("", "", ""))
    return rows


TWO = (corners(), corners(50, east=300))
HOLE = (corners(), corners(40, 30, 30))


@pytest.mark.parametrize(
    ("head", "rows", "areas"),
    [
        (("点号", "X", "Y"), rows_of(*TWO, blank=True), [10_000, 2_500]),
        (("点号", "X", "Y"), rows_of(*TWO), [10_000, 2_500]),  # the numbers start again
        (("点号", "X", "Y"), rows_of(*HOLE, blank=True), [8_400]),
        (("点号", "X", "Y", "地块编号"), rows_of(*TWO, plot=("A", "B")), [10_000, 2_500]),
        (("点号", "X", "Y", "地块编号"), rows_of(*TWO, plot=("A", "")), [12_500]),  # merged cells
        (("点号", "X", "Y", "地块编号"), rows_of(*HOLE, plot=("A", "A")), [8_400]),
        (("点号", "X", "Y", "圈号"), rows_of(*HOLE, ring=(1, 2)), [8_400]),
        (("点号", "X", "Y", "圈号"), rows_of(*TWO, ring=(1, 2)), [12_500]),  # one plot of two parts
        (("点号", "X", "Y", "地块", "圈号"), rows_of(*TWO, plot=("A", "B"), ring=(1, 1)),
         [10_000, 2_500]),
    ],
)  # fmt: skip
def test_plots_and_rings(read, head, rows, areas):
    assert [s.area for s in planar(read([head, *rows]))] == pytest.approx(areas, rel=1e-6)


def test_attributes_and_stated_area(read):
    head = ("地块编号", "地块名称", "点号", "X", "Y", "面积（亩）", "用途", "高程")
    first, *rest = corners()
    rows = [("DK1", "甲地块", 1, *first, 15, "物流", 310.5),
            *(("", "", n, *p, "", "", "") for n, p in enumerate(rest, 2))]  # fmt: skip
    sites = read([head, *rows])
    site = sites.frame.iloc[0]
    assert (site["name"], site.stated_area_ha) == ("甲地块", 1.0)
    assert site.attributes == {"地块编号": "DK1", "地块名称": "甲地块", "用途": "物流"}
    assert "heights of 1 points dropped" in sites.inputs[0].warnings


@pytest.mark.parametrize(
    "notes",
    [
        [("坐标系：2000国家大地坐标系；带号：35",)],
        [("坐标系", "2000国家大地坐标系"), ("中央子午线", "105")],
        [("某项目界址点成果表",), ("EPSG:4544",)],
    ],
)
def test_notes_above_the_table_name_the_system(read, notes):
    rows = [*notes, (), ("点号", "X", "Y"), *((n, *p) for n, p in enumerate(corners(), 1))]
    sites = read(rows, crs=None)
    assert sites.inputs[0].crs == "EPSG:4544"
    assert sites.inputs[0].crs_basis.startswith("declared")
    with pytest.raises(OptionError, match="--crs EPSG:4545"):
        read(rows, crs="EPSG:4545")


@pytest.mark.parametrize(
    ("rows", "options", "message"),
    [
        ([("点号", "X", "Y"), (1, *corners()[0])], {"crs": None}, "expected a coordinate system"),
        ([("点号", "X", "Y"), (1, 3409250, "")], {}, "row 2: expected two coordinates, got one"),
        ([("点号", "X", "Y"), (1, 3409250, "abc")], {}, "line 2: expected a number as coordinate"),
        ([("点号", "X", "Y"), (1, "nan", 605200)], {}, "line 2: expected a number as coordinate"),
        ([("点号", "X", "Y"), (1, "=1+1", 605200)], {}, "line 2: expected a number as coordinate"),
        ([("点号", "X", "Y", "圈号"), (1, *corners()[0], "x")], {}, "row 2: expected a ring n"),
        ([("点号", "X", "Y")], {}, "expected points below the headings, got none"),
        ([("甲", "乙"), (1, 2)], {}, "expected headings of two coordinates"),
        ([("点号", "X"), (1, 2)], {}, "expected headings of two coordinates"),
        ([("点号", "X", "Y"), (1, 5, 6)], {}, "line 2: expected X north 1.5e6 to 6.2e6"),
        ([("点号", "X", "Y"), *((n, *p) for n, p in enumerate(corners()[:2]))], {},
         "at least 3 different points, got 2"),
        ([("纬度", "经度"), (30.4555, 106.051), (30.4555, 106.054), (30.4525, 106.054)],
         {"crs": "EPSG:4490"}, "row 2: expected degrees that read in one way, got 30.4555"),
        ([("点号", "X", "Y"), *((n, *p) for n, p in enumerate(corners()))], {"crs": "EPSG:4523"},
         "expected a place within the area of EPSG:4523"),
    ],
)  # fmt: skip
def test_refusals(read, rows, options, message):
    with pytest.raises(BoundaryError) as caught:
        read(rows, **options)
    assert str(caught.value).startswith("points.csv")
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_text_file_with_headings_is_a_table(tmp_path):
    path = tmp_path / "points.txt"
    rows = [("点号", "X", "Y"), *((n, *p) for n, p in enumerate(corners(), 1))]
    path.write_text("\n".join("\t".join(map(str, row)) for row in rows), encoding="gbk")
    sites = read_sites(path, crs="EPSG:4544")
    assert sites.inputs[0].format == "CSV"
    assert planar(sites)[0].area == pytest.approx(10_000, rel=1e-6)


def test_a_limit_on_rows(read, monkeypatch):
    monkeypatch.setattr(points_table, "MAX_ROWS", 3)
    with pytest.raises(BoundaryError, match="expected at most 3 rows, got more"):
        read([("点号", "X", "Y"), *((n, *p) for n, p in enumerate(corners()))])


def test_a_table_of_a_centreline(read):
    rows = [("桩号", "X", "Y"), ("K0", NORTH, EAST), ("K1", NORTH, EAST + 100)]
    sites = read(rows, corridor_m=20)
    assert planar(sites)[0].area == pytest.approx(2000, rel=1e-3)


def test_headings_that_are_none():
    assert find_columns([]) is None
    assert find_columns(["X", "点号"]) is None
    assert find_columns(["经度", "Y"]) is None


@pytest.fixture
def workbook(tmp_path):
    def write(**sheets):
        book = openpyxl.Workbook()
        book.remove(book.active)
        for name, rows in sheets.items():
            sheet = book.create_sheet(name)
            for row in rows:
                sheet.append(row)
        path = tmp_path / "points.xlsx"
        book.save(path)
        return path

    return write


TABLE = [("点号", "X", "Y"), *((f"J{n}", *p) for n, p in enumerate(corners(), 1))]


def test_sheets(workbook):
    path = workbook(说明=[("无",)], 甲=TABLE)
    sites = read_sites(path, crs="EPSG:4544")
    assert sites.inputs[0].warning_texts("zh")[:2] == [
        "读取工作表“甲”", "已略去无坐标的工作表：说明"
    ]  # fmt: skip
    two = workbook(甲=TABLE, 乙=TABLE)
    with pytest.raises(BoundaryError, match="got 甲, 乙; choose one of them with --layer"):
        read_sites(two, crs="EPSG:4544")
    assert len(read_sites(two, crs="EPSG:4544", layer="乙")) == 1
    with pytest.raises(BoundaryError, match="expected a sheet '丙', got 甲, 乙"):
        read_sites(two, crs="EPSG:4544", layer="丙")
    with pytest.raises(BoundaryError, match="expected one sheet with headings of two coordinates"):
        read_sites(workbook(甲=[(1, 2)]), crs="EPSG:4544")


def test_cells_of_other_kinds(workbook):
    rows = [*TABLE[:2], ("J2", date(2026, 1, 1), 605300)]
    with pytest.raises(
        BoundaryError, match="line 3: expected a number as coordinate, got '2026-01"
    ):
        read_sites(workbook(甲=rows), crs="EPSG:4544")
    formula = [*TABLE[:2], ("J2", "=X", 605300)]  # no value is stored with it
    with pytest.raises(BoundaryError, match="row 3: expected two coordinates, got one"):
        read_sites(workbook(甲=formula), crs="EPSG:4544")


def test_a_workbook_of_any_name(workbook, tmp_path):
    path = workbook(甲=TABLE).rename(tmp_path / "points.dat")
    assert read_sites(path, crs="EPSG:4544").inputs[0].format == "XLSX"


def packed(path, **changes):
    """Rewrite parts of a workbook."""
    stream = io.BytesIO()
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            content = old.read(info)
            for name, change in changes.items():
                content = change(content) if name in info.filename else content
            new.writestr(info.filename, content)
    path.write_bytes(stream.getvalue())
    return path


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda raw: raw.replace(b"<worksheet", b'<!DOCTYPE a [<!ENTITY b "c">]><worksheet', 1),
         "expected XML without document type and entities"),
        (lambda raw: raw[: len(raw) // 2], "expected a whole workbook"),
        (lambda _raw: b"<worksheet>" + b" " * 130_000_000, "expected a compression of at most 200"),
    ],
)  # fmt: skip
def test_hostile_workbooks(workbook, change, message):
    path = packed(workbook(甲=TABLE), sheet1=change)
    with pytest.raises(BoundaryError, match=message):
        read_sites(path, crs="EPSG:4544")
