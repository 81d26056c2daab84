"""Write the example files of every format and variant: one invented plot with a hole.

    python tools/examples/make_boundary_data.py [FOLDER]

Text formats come out byte for byte the same; containers written by GDAL and others carry times
and are kept as first written.
"""

import csv
import io
import json
import shutil
import sys
import tempfile
import warnings
import zipfile
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import geopandas as gpd
import openpyxl
import pyogrio
import shapely
from pyproj import Transformer

Corners = list[tuple[float, float]]
ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "tests" / "data" / "boundary"
NAME, NUMBER, USE = "示例物流地块", "DK01", "物流仓储用地"
OUTLINE = [(3409400.0, 35605200.0), (3409400.0, 35605400.0), (3409250.0, 35605400.0),
           (3409250.0, 35605200.0)]  # fmt: skip
HOLE = [(3409350.0, 35605260.0), (3409310.0, 35605260.0), (3409310.0, 35605320.0),
        (3409350.0, 35605320.0)]  # fmt: skip
HEAD = {
    "格式版本号": "1.01版本", "数据产生单位": "示例测绘队", "数据产生日期": "2026-11-20",
    "坐标系": "2000国家大地坐标系", "几度分带": "3", "投影类型": "高斯克吕格", "计量单位": "米",
    "带号": "35", "精度": "0.001", "转换参数": ",,,,,,",
}  # fmt: skip
PLOT = f"10,2.7600,{NUMBER},{NAME},面,,{USE},0508,@"
TO_DEGREES = Transformer.from_crs(4523, 4490, always_xy=True)


def ring(points: Corners) -> Corners:
    """Return a ring closed."""
    return [*points, points[0]]


def lonlat(points: Corners) -> Corners:
    """Return survey points as lon, lat."""
    return [tuple(round(v, 9) for v in TO_DEGREES.transform(y, x)) for x, y in points]


def head(**changes: str | None) -> list[str]:
    """Return the lines of a head, some of its values changed or left out."""
    values = {key: changes.get(key, value) for key, value in HEAD.items()}
    return ["[属性描述]", *(f"{k}={v}" for k, v in values.items() if v is not None), "[地块坐标]"]


def points(
    rings: Sequence[Sequence[tuple]],
    pattern: str = "{:.3f}",
    numbers: Callable[[int], str] | None = None,
) -> list[str]:
    """Return point lines: numbers run on, and a ring's closing point repeats its first number."""
    lines, n = [], 0
    for number, corners in enumerate(rings, start=1):
        first = n + 1
        for x, y in corners:
            n += 1
            label = f"J{n}" if numbers is None else numbers(n - first + 1)
            lines.append(f"{label},{number},{pattern.format(x)},{pattern.format(y)}")
        x, y = corners[0]
        label = f"J{first}" if numbers is None else numbers(1)
        lines.append(f"{label},{number},{pattern.format(x)},{pattern.format(y)}")
    return lines


BOTH = points([OUTLINE, HOLE])


def shift(corners: Corners, north: float = 0.0, east: float = 0.0) -> Corners:
    """Return corners moved."""
    return [(x + north, y + east) for x, y in corners]


def texts() -> dict[str, tuple[list[str], str, str]]:
    """Return the survey texts by file name: lines, encoding, line end."""
    flat = shift(OUTLINE, east=-35e6), shift(HOLE, east=-35e6)
    degrees = [[(lat, lon) for lon, lat in lonlat(c)] for c in (OUTLINE, HOLE)]
    second = shift(OUTLINE, east=300)
    swapped = [[(y, x) for x, y in c] for c in (OUTLINE, HOLE)]
    island = [(3409340.0, 35605280.0), (3409340.0, 35605300.0), (3409320.0, 35605300.0)]
    plain = {
        "text_paper_example.txt": [*head(), PLOT, *BOTH],
        "text_few_keys.txt": ["[项目信息]", "项目名称=示例", *(f"  {line}" for line in head(
            格式版本号=None, 数据产生单位=None, 数据产生日期=None, 几度分带="3度带", 精度=None)),
            PLOT, *BOTH],
        "text_8_fields.txt": [*head(), f"10,2.7600,{NUMBER},{NAME},面,,{USE},@", *BOTH],
        "text_12_fields_unit.txt": [
            *head(), f"10,2.7600公顷,{NUMBER},{NAME},面,,{USE},0508,甲,乙,丙,@", *BOTH],
        "text_blank_area.txt": [*head(), f"10,,{NUMBER},{NAME},面,,{USE},0508,@", *BOTH],
        "text_count_without_closing.txt": [*head(), PLOT.replace("10,", "8,", 1), *BOTH],
        "text_count_wrong.txt": [*head(), PLOT.replace("10,", "7,", 1), *BOTH],
        "text_open_rings.txt": [*head(), PLOT, *BOTH[:4], *BOTH[5:9]],
        "text_numbers_restart.txt": [*head(), PLOT, *points([OUTLINE, HOLE], numbers=str)],
        "text_second_part.txt": [
            *head(), f"10,6.0000,{NUMBER},{NAME},面,,{USE},0508,@", *points([OUTLINE, second])],
        "text_island_in_hole.txt": [
            *head(), f"14,,{NUMBER},{NAME},面,,{USE},0508,@", *points([OUTLINE, HOLE, island])],
        "text_several_plots.txt": [*head(), PLOT, *BOTH, f"5,3.0000,DK02,二号地块,面,,{USE},0508,@",
                                   *points([second])],
        "text_no_prefix.txt": [*head(), PLOT, *points(flat)],
        "text_zone_contradicts.txt": [*head(带号="36"), PLOT, *BOTH],
        "text_swapped.txt": [*head(), PLOT, *points(swapped)],
        "text_decimal_degrees.txt": [
            *head(计量单位="度", 带号=None, 几度分带=None), PLOT, *points(degrees, "{:.9f}")],
        "text_dms.txt": [*head(计量单位="度", 带号=None, 几度分带=None), PLOT, *points(
            [[(dms(a), dms(b)) for a, b in c] for c in degrees], "{}")],
        "text_ddd_mmss.txt": [*head(计量单位="度", 带号=None, 几度分带=None), ",,A,甲,面,,,,@",
                              "J1,1,30.4555,106.0510", "J2,1,30.4555,106.0540",
                              "J3,1,30.4525,106.0540"],
        "text_full_width.txt": [*head(), PLOT.replace(",", "，"),
                                *(line.replace(",", "，").replace("0", "０") for line in BOTH)],
        "text_tabs.txt": [*head(), PLOT, *(line.replace(",", "\t") for line in BOTH)],
        "text_area_m2.txt": [*head(), PLOT.replace("2.7600", "27600"), *BOTH],
        "text_area_differs.txt": [*head(), PLOT.replace("2.7600", "2.9000"), *BOTH],
        "text_line.txt": [*head(), f"3,,L01,示例道路,线,,{USE},,@", *BOTH[:3]],
        "text_xian80.txt": [*head(坐标系="1980西安坐标系"), PLOT, *BOTH],
        "text_beijing54.txt": [*head(坐标系="1954年北京坐标系"), PLOT, *BOTH],
        "text_closing_number.txt": [*head(), PLOT, *BOTH[:4], BOTH[4].replace("J1", "J9"),
                                    *BOTH[5:9], BOTH[9].replace("J5", "J10")],
        "text_rings_overlap.txt": [*head(), PLOT, *points([OUTLINE, shift(OUTLINE, 50, 50)])],
        "text_points.txt": [*head(), f"1,,P01,示例界桩,点,,{USE},,@", BOTH[0]],
        "text_zone18.txt": [*head(几度分带="6", 带号="18"), PLOT, *points(
            [shift(OUTLINE, east=-17e6), shift(HOLE, east=-17e6)])],
    }  # fmt: skip
    found = {name: (lines, "gbk", "\r\n") for name, lines in plain.items()}
    sound = plain["text_paper_example.txt"]
    found["text_utf8.txt"] = (sound, "utf-8", "\n")
    found["text_utf8_bom.txt"] = (sound, "utf-8-sig", "\r\n")
    rare = [line.replace("示例物流", "㐀𠀀物流") for line in sound]
    found["text_gb18030.txt"] = (rare, "gb18030", "\r\n")
    found["text_utf16.txt"] = (sound, "utf-16-le", "\r\n")
    return found


def dms(value: float) -> str:
    """Return degrees as 30°45′55.12345″."""
    whole = int(value)
    minutes = (value - whole) * 60
    return f"{whole}°{int(minutes):02d}′{(minutes - int(minutes)) * 60:08.5f}″"


def geojson_of(crs: str | None = None) -> dict:
    """Return the plot as a GeoJSON document, in degrees or in the system named."""
    rings = [
        [list(p) for p in lonlat(ring(c))] if crs is None else [[y, x] for x, y in ring(c)]
        for c in (OUTLINE, HOLE)
    ]
    feature = {
        "type": "Feature",
        "properties": {"name": NAME, "地块编号": NUMBER},
        "geometry": {"type": "Polygon", "coordinates": rings},
    }
    member = {} if crs is None else {"crs": {"type": "name", "properties": {"name": crs}}}
    return {"type": "FeatureCollection", **member, "features": [feature]}


def kml_of(generator: str = "") -> str:
    """Return the plot as KML."""
    rings = [" ".join(f"{x},{y},0" for x, y in lonlat(ring(c))) for c in (OUTLINE, HOLE)]
    parts = [
        f"<{tag}BoundaryIs><LinearRing><coordinates>{text}</coordinates></LinearRing>"
        f"</{tag}BoundaryIs>"
        for tag, text in zip(("outer", "inner"), rings, strict=True)
    ]
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<kml xmlns="http://www.opengis.net/kml/2.2">{generator}<Document><Placemark>'
        f'<name>{NAME}</name><ExtendedData><Data name="地块编号"><value>{NUMBER}</value></Data>'
        f"</ExtendedData><Polygon>{''.join(parts)}</Polygon></Placemark></Document></kml>\n"
    )


def dxf_of(entities: Sequence[str], *, blocks: str = "") -> str:
    """Return an ASCII drawing with these entities."""
    header = "0\nSECTION\n2\nHEADER\n9\n$ACADVER\n1\nAC1015\n9\n$DWGCODEPAGE\n3\nANSI_936\n"
    header += "0\nENDSEC\n"
    if blocks:
        header += f"0\nSECTION\n2\nBLOCKS\n{blocks}0\nENDSEC\n"
    return f"{header}0\nSECTION\n2\nENTITIES\n{''.join(entities)}0\nENDSEC\n0\nEOF\n"


def polyline(
    corners: Corners, layer: str = "用地红线", *, closed: bool = True, bulges: Sequence[float] = ()
) -> str:
    """Return a light polyline of survey points: x is east, y north."""
    text = f"0\nLWPOLYLINE\n8\n{layer}\n90\n{len(corners)}\n70\n{int(closed)}\n"
    for n, (x, y) in enumerate(corners):
        text += f"10\n{y:.3f}\n20\n{x:.3f}\n"
        if n < len(bulges) and bulges[n]:
            text += f"42\n{bulges[n]}\n"
    return text


def drawings() -> dict[str, str]:
    """Return the drawings by file name."""
    note = "0\nTEXT\n8\n用地红线\n10\n35605300\n20\n3409300\n40\n5\n1\n示例\n"
    local = [[(x - 3409250, y - 35605200) for x, y in c] for c in (OUTLINE, HOLE)]
    block = "0\nBLOCK\n8\n0\n2\nPLOT\n70\n0\n10\n0\n20\n0\n" + "".join(
        polyline(c, "0") for c in local
    ) + "0\nENDBLK\n8\n0\n"  # fmt: skip
    insert = "0\nINSERT\n8\n用地红线\n2\nPLOT\n10\n35605200\n20\n3409250\n"
    circle = [(3409300.0, 35605200.0), (3409300.0, 35605400.0)]
    return {
        "plot.dxf": dxf_of([polyline(OUTLINE), polyline(HOLE), note]),
        "plot_block.dxf": dxf_of([insert], blocks=block),
        "plot_arcs.dxf": dxf_of([polyline(circle, bulges=(1, 1))]),
        "plot_two_layers.dxf": dxf_of([polyline(OUTLINE), polyline(HOLE, "道路红线")]),
        "plot_open.dxf": dxf_of([polyline(OUTLINE, closed=False)]),
        "road.dxf": dxf_of([polyline(OUTLINE[:3], "中心线", closed=False)]),
    }


def tables() -> dict[str, tuple[str, list[list]]]:
    """Return the tables of points by file name: encoding and rows."""
    degrees = [lonlat(ring(c)) for c in (OUTLINE, HOLE)]
    metres = [ring(c) for c in (OUTLINE, HOLE)]
    survey = [["点号", "圈号", "X坐标(m)", "Y坐标(m)", "地块编号", "地块名称", "面积(公顷)"]]
    english = [["Plot", "Point", "Easting", "Northing"]]
    lonlats = [["坐标系：2000国家大地坐标系"], ["序号", "经度", "纬度", "圈号"]]
    dms_rows = [["点号", "北纬", "东经", "圈号"]]
    thousands = [["界址点号", "横坐标Y", "纵坐标X"]]
    n = 0
    for number, (flat, round_) in enumerate(zip(metres, degrees, strict=True), start=1):
        for (x, y), (lon, lat) in zip(flat, round_, strict=True):
            n += 1
            first = len(survey) == 1
            survey.append([f"J{n}", number, f"{x:.3f}", f"{y:.3f}",
                           *((NUMBER, NAME, "2.7600") if first else ("", "", ""))])  # fmt: skip
            english.append([NUMBER, n, f"{y:.3f}", f"{x:.3f}"])
            lonlats.append([n, f"{lon:.9f}", f"{lat:.9f}", number])
            dms_rows.append([n, dms(lat), dms(lon), number])
            thousands.append([f"J{n}", f"{y - 35e6:,.3f}", f"{x:,.3f}"])
        thousands.append(["", "", ""])
    return {
        "points_survey.csv": ("gbk", survey),
        "points_english.csv": ("utf-8", english),
        "points_degrees.csv": ("utf-8-sig", lonlats),
        "points_dms.csv": ("gbk", dms_rows),
        "points_thousands.csv": ("gbk", thousands),
        "points_ddd_mmss.csv": ("gbk", [["点号", "纬度(ddd.mmss)", "经度(ddd.mmss)"],
                                        ["1", "30.4555", "106.0510"], ["2", "30.4555", "106.0540"],
                                        ["3", "30.4525", "106.0540"]]),
        "points_ddd_mmss_unsaid.csv": ("gbk", [["点号", "纬度", "经度"],
                                               ["1", "30.4555", "106.0510"],
                                               ["2", "30.4555", "106.0540"],
                                               ["3", "30.4525", "106.0540"]]),
    }  # fmt: skip


def write_texts(folder: Path) -> None:
    """Write all that comes out the same each time."""
    for name, (lines, encoding, end) in texts().items():
        (folder / name).write_bytes(end.join([*lines, ""]).encode(encoding))
    mixed = [*head(), PLOT, *BOTH]
    ends = ["\r\n", "\n", "\r"]
    text = "".join(line + ends[n % 3] for n, line in enumerate(mixed))
    (folder / "text_mixed_line_ends.txt").write_bytes(text.encode("gbk"))
    dump(folder / "plot.geojson", geojson_of())
    dump(folder / "plot_4523.geojson", geojson_of("urn:ogc:def:crs:EPSG::4523"))
    line = json.dumps(geojson_of()["features"][0], ensure_ascii=False)
    (folder / "plot.geojsonl").write_bytes(f"{line}\n".encode())
    road = {"type": "LineString", "coordinates": [list(p) for p in lonlat(OUTLINE[:3])]}
    dump(folder / "road.geojson", road)
    (folder / "plot.kml").write_bytes(kml_of().encode())
    (folder / "plot.ovkml").write_bytes(kml_of().encode())
    (folder / "plot_ovital.kml").write_bytes(kml_of("<!-- Ovital -->").encode())
    for name, text in drawings().items():
        (folder / name).write_bytes(text.replace("\n", "\r\n").encode("gbk"))
    shape = shapely.Polygon([(y, x) for x, y in OUTLINE], [[(y, x) for x, y in HOLE]])
    (folder / "plot.wkt").write_bytes(f"{shape.wkt}\n".encode())
    (folder / "plot_srid.wkt").write_bytes(f"SRID=4523;{shape.wkt}\n".encode())
    for name, (encoding, rows) in tables().items():
        stream = io.StringIO()
        csv.writer(stream, lineterminator="\r\n").writerows(rows)
        (folder / name).write_bytes(stream.getvalue().encode(encoding))
    (folder / "xian80.toml").write_bytes(PARAMETERS.encode())
    for name, content in NOT_READ.items():
        (folder / name).write_bytes(content)
    one, other = folder / "text_paper_example.txt", folder / "text_several_plots.txt"
    zip_of(folder / "text.zip", [one], under="报件", packing=zipfile.ZIP_STORED)
    zip_of(folder / "texts.zip", [one, other], packing=zipfile.ZIP_STORED)


NOT_READ = {
    "plot.dwg": b"AC1032\0", "plot.mdb": b"\0\1\0\0Standard Jet DB\0", "plot.ovobj": b"ovobj",
    "plot.wp": b"WMAP\0", "plot.rar": b"Rar!\x1a\7\0", "plot.7z": b"7z\xbc\xaf\x27\x1c",
    "points.xls": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "plot.gml": b"<gml:FeatureCollection/>\n",
}  # fmt: skip
"""The first bytes of formats that are refused by name."""

PARAMETERS = """# invented values, of usual size
source = "xian80"
method = "bursa_wolf"
convention = "coordinate_frame"
dx_m = 12.5
dy_m = -101.25
dz_m = -45.75
rx_s = 1.5
ry_s = -0.75
rz_s = 2.25
scale_ppm = -3.5
accuracy_m = 0.5
"""


def dump(path: Path, document: dict) -> None:
    """Write a JSON document."""
    path.write_bytes(f"{json.dumps(document, ensure_ascii=False, indent=1)}\n".encode())


def write_containers(folder: Path) -> None:
    """Write what other programs' libraries write."""
    shape = shapely.Polygon([(y, x) for x, y in OUTLINE], [[(y, x) for x, y in HOLE]])
    frame = gpd.GeoDataFrame({"地块名称": [NAME], "编号": [NUMBER]}, geometry=[shape], crs=4523)
    frame.to_file(folder / "plot.gpkg", layer="plot")
    frame.to_file(folder / "plot.fgb", driver="FlatGeobuf")
    grid = {"BOUNDS": "35000000,3000000,36000000,4000000"}
    for suffix in ("tab", "dat", "map", "id", "mif", "mid"):
        (folder / f"plot.{suffix}").unlink(missing_ok=True)
    for suffix in ("tab", "mif"):
        pyogrio.write_dataframe(frame, folder / f"plot.{suffix}", driver="MapInfo File",
                                layer_options={"ENCODING": "CP936", **grid})  # fmt: skip
    frame.to_parquet(folder / "plot.parquet")
    with tempfile.TemporaryDirectory() as name:
        inner = Path(name)
        frame.to_file(inner / "plot.shp", encoding="GBK")
        zip_of(folder / "plot_gbk.zip", inner.glob("plot.*"))
        (inner / "plot.cpg").unlink()
        zip_of(folder / "plot_gbk_no_cpg.zip", inner.glob("plot.*"))
        layers = (("plot.gdb.zip", ("plot",)), ("plot_two_layers.gdb.zip", ("plot", "envelope")))
        for target, tables_ in layers:
            gdb = inner / target.removesuffix(".zip")
            for table in tables_:
                pyogrio.write_dataframe(frame, gdb, layer=table, driver="OpenFileGDB",
                                        append=gdb.exists())  # fmt: skip
            zip_of(folder / target, sorted(gdb.iterdir()), under=gdb.name)
        kml = inner / "doc.kml"
        kml.write_bytes(kml_of().encode())
        zip_of(folder / "plot.kmz", [kml])
        zip_of(folder / "plot.ovkmz", [kml])
    write_workbook(folder / "points.xlsx")


def write_workbook(path: Path) -> None:
    """Write the points as a workbook with a title, merged cells and numbers as text."""
    book = openpyxl.Workbook()
    book.active.title = "说明"
    book.active.append(["示例，坐标见“界址点”"])
    sheet = book.create_sheet("界址点")
    sheet.append([f"{NAME}界址点成果表"])
    sheet.append(["坐标系", "2000国家大地坐标系", "带号", "35"])
    sheet.append(["地块名称", "点号", "圈号", "X(纵坐标)", "Y(横坐标)"])
    n = 0
    for number, corners in enumerate((OUTLINE, HOLE), start=1):
        for x, y in ring(corners):
            n += 1
            north = f"{x:.3f}" if n % 2 else x
            sheet.append([NAME if n == 1 else None, f"J{n}", number, north, y])
    sheet.merge_cells(start_row=4, start_column=1, end_row=3 + n, end_column=1)
    book.save(path)


def zip_of(
    path: Path, files: Iterable[Path], under: str = "", packing: int = zipfile.ZIP_DEFLATED
) -> None:
    """Write an archive whose entries carry one fixed time."""
    with zipfile.ZipFile(path, "w", packing) as archive:
        for file in sorted(files):
            name = f"{under}/{file.name}" if under else file.name
            info = zipfile.ZipInfo(name, (2026, 11, 20, 0, 0, 0))
            info.compress_type = packing
            archive.writestr(info, file.read_bytes())


def main(folder: Path = FOLDER, *, containers: bool = False) -> None:
    """Write the texts, and where asked the containers."""
    folder.mkdir(parents=True, exist_ok=True)
    write_texts(folder)
    if containers:
        for old in folder.glob("plot.gdb*"):
            shutil.rmtree(old, ignore_errors=True)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            write_containers(folder)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER, containers=True)
