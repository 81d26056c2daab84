"""Attacks on the service, each refused: one test id for each attack.

The workspace has a public layer, an ``internal`` one, a ``verdict_only`` one, and one that was
public and became ``internal`` with its version 1. Nobody but the holder of the internal key may
learn where the secret ones lie.
"""

import functools
import html
import io
import json
import re
import socketserver
import sqlite3
import struct
import threading
import time
import zipfile
import zlib
from contextlib import closing
from urllib.parse import quote

import geopandas as gpd
import pytest
import shapely
from fastapi.testclient import TestClient
from geo_toolkit_api import Settings, create_app

from geo_toolkit import Workspace

LINE = (106.01234, 31.01234, 106.03456, 31.03456)
DARK = (105.95123, 31.05123, 105.97345, 31.07345)
TURNED = (105.91567, 30.95678, 105.93456, 30.97654)
PARK = (106.1, 31.1, 106.11, 31.11)
PLOT = (106.03, 31.015, 106.04, 31.025)  # a part of it in LINE
DARK_PLOT = (105.97, 31.06, 105.98, 31.069)  # a part of it in DARK

SECRETS = {
    "KEY-77", "KEY-88", "KEY-99", "秘密甲", "秘密乙", "秘密丙",
    *(f"{value:.4f}"[:-1] for box in (LINE, DARK, TURNED) for value in box),
}  # fmt: skip
"""Keys, names and coordinates, to three decimals, of what nobody may learn."""

OURS = ("Traceback", 'File "', "site-packages", "geo_toolkit_api/", ".sqlite", "/usr/", "argon2")
WORKSPACE = """
name = "target"
title_zh = "目标城"
title_en = "Target"
bounds = [105.8, 30.8, 106.3, 31.3]
"""
RULES = "".join(
    f"""
[[rule]]
id = "{rule_id}"
title_zh = "禁止"
title_en = "none inside"
subjects = ["*"]
role = "{role}"
relation = "overlaps"
severity = "prohibited"
valid_from = 2020-01-01
confidence = "confirmed"
[rule.citation]
title = "测试办法"
"""
    for rule_id, role in (("T-1", "ecological_red_line"), ("T-2", "permanent_basic_farmland"))
)
MAPS = {
    "overview": 'title_zh = "总图"\ntitle_en = "Overview"\nlayers = ["parks"]\n',
    "secret": 'title_zh = "密图"\ntitle_en = "Secret"\nlayers = ["parks", "line", "dark"]\n',
}


def collection(*features):
    """Return GeoJSON of boxes: (key, name, box)."""
    return json.dumps(
        {
            "type": "FeatureCollection",
            "features": [
                {
                    "type": "Feature",
                    "properties": {"id": key, "name_zh": name, "rank": 3},
                    "geometry": json.loads(shapely.to_geojson(shapely.box(*box))),
                }
                for key, name, box in features
            ],
        },
        ensure_ascii=False,
    )


def layer(root, layer_id, role, secrecy, feature):
    """Write a layer of one feature."""
    folder = root / "layers" / "test"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{layer_id}.geojson").write_text(collection(feature), encoding="utf-8")
    (folder / f"{layer_id}.toml").write_text(
        f'id = "{layer_id}"\ntitle_zh = "图层"\ntitle_en = "layer"\nrole = "{role}"\n'
        f'geometry = "polygon"\ndata = "{layer_id}.geojson"\nkey = "id"\ncrs = "EPSG:4490"\n'
        f'datum = "cgcs2000"\nevidence = "official"\naccuracy_m = 0\ncoverage = "all"\n'
        f'source = "测试"\nsecrecy = "{secrecy}"\n',
        encoding="utf-8",
    )


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    """Return the folder of the workspace."""
    root = tmp_path_factory.mktemp("target")
    for name, text in (
        ("workspace.toml", WORKSPACE),
        ("rules/siting/rules.toml", RULES),
        *((f"maps/{map_id}.toml", text) for map_id, text in MAPS.items()),
    ):
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    layer(root, "parks", "industrial_park", "public", ("park-1", "园区", PARK))
    layer(root, "line", "ecological_red_line", "internal", ("KEY-77", "秘密甲", LINE))
    layer(root, "dark", "permanent_basic_farmland", "verdict_only", ("KEY-88", "秘密乙", DARK))
    layer(root, "turned", "wetland", "public", ("KEY-99", "秘密丙", TURNED))
    delivery = root / "delivery.geojson"
    west, south, east, north = TURNED
    delivery.write_text(
        collection(("KEY-99", "秘密丙", (west, south, east, north + 0.0001))), encoding="utf-8"
    )
    opened = Workspace.open(root)
    opened.layers["turned"].update(delivery, note="surveyed", secrecy="internal", override="a test")
    delivery.unlink()
    return root


@pytest.fixture(scope="module")
def app(root):
    """Return the service under attack."""
    hosts = ("testserver", "10.9.8.7")
    return create_app(root, Settings(allowed_hosts=hosts, max_upload_mb=4, parse_s=10, lang="en"))


@pytest.fixture(scope="module")
def anyone(app):
    """Return a client without a key."""
    with TestClient(app, follow_redirects=False, client=("192.0.2.1", 1)) as client:
        yield client


@pytest.fixture(scope="module")
def insider(app, anyone):  # noqa: ARG001 (the service has been started by then)
    """Return a client with an internal key."""
    key = app.state.admission.keys.add("insider", ["internal"])
    return TestClient(app, headers={"X-API-Key": key}, client=("192.0.2.2", 1))


def refused(answer):
    """See that an answer is a refusal in one line that tells nothing of ours."""
    assert 400 <= answer.status_code < 500, (answer.status_code, answer.text[:300])
    body = answer.json()
    assert list(body) == ["detail"]
    assert "\n" not in body["detail"]
    tells_nothing(answer)


def tells_nothing(answer):
    """See that an answer, unpacked, has no secret and nothing of the server's inside."""
    assert answer.status_code < 500, answer.text[:300]
    text = unpacked(answer.content)
    told = {secret for secret in (*SECRETS, *OURS) if secret in text}
    assert not told


def unpacked(content):
    """Return all text of an answer: of a zip every part, of SQLite every value, of a PDF all."""
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return "".join(unpacked(archive.read(name)) for name in archive.namelist())
    if content.startswith(b"%PDF"):
        streams = re.findall(rb"stream\r?\n(.*?)endstream", content, flags=re.DOTALL)
        return "".join(inflated(stream) for stream in streams)
    text = content.decode("utf-8", "ignore")
    plain = re.sub(r"\\u([0-9a-fA-F]{4})", lambda code: chr(int(code[1], 16)), text)
    return text + html.unescape(plain)


def inflated(stream):
    try:
        return zlib.decompress(stream).decode("latin-1")
    except zlib.error:
        return ""


def send(client, content, name="plot.geojson", **fields):
    content = content.encode() if isinstance(content, str) else content
    return client.post("/checks", files={"file": (name, content)}, data=fields)


@functools.cache
def bomb_of(name):
    """Return a bomb as bytes; the large ones are made once."""
    content = BOMBS[name][1]()
    return content.encode() if isinstance(content, str) else content


def plot(box=PLOT, name="地块"):
    return collection(("p", name, box))


# --- ways out of a folder ------------------------------------------------------------------------

TRAVERSAL = [
    "/page/../../settings.py",
    "/page/%2e%2e/%2e%2e/settings.py",
    "/page/..%2f..%2fsettings.py",
    "/page/..%5c..%5csettings.py",
    "/page//etc/passwd",
    "/page/%2fetc%2fpasswd",
    "/page/C:%5cWindows%5cwin.ini",
    "/static/..%2f..%2f..%2fpyproject.toml",
    "/static/%00",
    "/static/..%00/x",
    "/maps/..%2f..%2fworkspace",
    "/maps/..%2f..%2fworkspace.toml",
    "/maps/overview%00.toml",
    "/maps/overview/background/0/0/..%2f..%2f0",
    "/maps/..%2foverview/background/0/0/0",
    "/checks/..%2f..%2fworkspace",
    "/checks/%2e%2e/report.gpkg",
    "/checks/..%2f..%2f..%2fetc%2fpasswd/report.docx",
    "/checks/check-0123/report.py",
    "/tiles/..%2fparks/1/0/0.mvt",
    "/tiles/parks/1/0/..%2f0.mvt",
    "/tiles/parks.geojson/1/0/0.mvt",
    "/ogc/collections/..%2f..%2fworkspace/items",
    "/ogc/collections/parks/items/..%2f..%2fworkspace.toml",
    "/layers/..%2f..%2fworkspace.toml",
]


@pytest.mark.parametrize("path", TRAVERSAL)
def test_no_path_leads_out_of_its_folder(anyone, path):
    refused(anyone.get(path))


@pytest.mark.parametrize(
    "name",
    [
        "../../../outside.geojson",
        "/etc/outside.geojson",
        r"..\..\outside.geojson",
        r"C:\outside.geojson",
        "outside.geojson\x00.txt",
        "/vsicurl/http:/127.0.0.1/outside.geojson",
    ],
)
def test_no_name_of_an_upload_leads_out_of_its_folder(anyone, root, name):
    answer = send(anyone, plot((106.2, 31.2, 106.21, 31.21)), name)
    tells_nothing(answer)
    names = {path.name for path in root.parent.rglob("outside*")}
    assert names <= {"outside.geojson"}
    for path in root.parent.rglob("outside*"):
        assert root / ".geo_toolkit" in path.parents  # a recorded check keeps its file


# --- formats that would make the server ask, read or run something -------------------------------


@pytest.fixture(scope="module")
def listener():
    """Return a port of this machine and the list of those who came."""
    came = []

    class Answer(socketserver.BaseRequestHandler):
        def handle(self):
            came.append(self.request.recv(200))
            self.request.sendall(b"HTTP/1.0 200 OK\r\n\r\nKEY-77")

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Answer) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield server.server_address[1], came
        server.shutdown()
        thread.join()


def vrt(source):
    return (
        '<OGRVRTDataSource><OGRVRTLayer name="a"><SrcDataSource relativeToVRT="0">'
        f"{source}</SrcDataSource></OGRVRTLayer></OGRVRTDataSource>"
    )


def kml(inner, head=""):
    return (
        f'<?xml version="1.0"?>{head}<kml xmlns="http://www.opengis.net/kml/2.2"><Document>'
        f"{inner}</Document></kml>"
    )


def geopackage(statements, tmp_path):
    """Return a GeoPackage of one plot, with statements run on it afterwards."""
    path = tmp_path / "p.gpkg"
    gpd.GeoDataFrame(
        {"name": ["a"]}, geometry=[shapely.box(106.2, 31.2, 106.21, 31.21)], crs="EPSG:4490"
    ).to_file(path, layer="plots")
    with closing(sqlite3.connect(path)) as link:
        link.executescript(statements)
    return path.read_bytes()


def zipped(**parts):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name.replace("__", "."), content)
    return packed.getvalue()


def with_crs(member):
    return json.dumps({**json.loads(plot()), "crs": member})


ENTITY = '<!DOCTYPE kml [<!ENTITY x SYSTEM "{}">]>'
PLACE = "<Placemark><name>{}</name></Placemark>"
FORMATS = {
    "vrt of a url": ("a.vrt", lambda url: vrt(f"/vsicurl/{url}")),
    "vrt of a file": ("a.vrt", lambda _: vrt("/etc/passwd")),
    "vrt named geojson": ("a.geojson", lambda url: vrt(f"/vsicurl/{url}")),
    "vrt in a zip": ("a.zip", lambda url: zipped(a__vrt=vrt(f"/vsicurl/{url}"))),
    "vrt named gpkg": ("a.gpkg", lambda url: vrt(f"/vsicurl/{url}")),
    "vrt named shp": ("a.shp", lambda url: vrt(f"/vsicurl/{url}")),
    "raster vrt": ("a.vrt", lambda url: f"<VRTDataset><x>/vsicurl/{url}</x></VRTDataset>"),
    "wfs description": (
        "a.xml", lambda url: f"<OGRWFSDataSource><URL>{url}</URL></OGRWFSDataSource>",
    ),
    "wms description": ("a.xml", lambda url: f"<GDAL_WMS><ServerUrl>{url}</ServerUrl></GDAL_WMS>"),
    "connection string": ("a.txt", lambda url: f"OAPIF:{url}"),
    "connection string named geojson": ("a.geojson", lambda url: f"WFS:{url}"),
    "url as text": ("a.geojson", lambda url: f"/vsicurl/{url}"),
    "kml network link": (
        "a.kml", lambda url: kml(f"<NetworkLink><Link><href>{url}</href></Link></NetworkLink>"),
    ),
    "kml entity of a file": (
        "a.kml", lambda _: kml(PLACE.format("&x;"), ENTITY.format("file:///etc/passwd")),
    ),
    "kml entity of a url": ("a.kml", lambda url: kml(PLACE.format("&x;"), ENTITY.format(url))),
    "kml external dtd": ("a.kml", lambda url: kml("", f'<!DOCTYPE kml SYSTEM "{url}">')),
    "kml include": (
        "a.kml",
        lambda url: kml(f'<x:include xmlns:x="http://www.w3.org/2001/XInclude" href="{url}"/>'),
    ),
    "kmz of a network link": (
        "a.kmz", lambda url: zipped(doc__kml=kml(f"<NetworkLink><href>{url}</href></NetworkLink>")),
    ),
    "gml with a remote schema": (
        "a.gml",
        lambda url: f'<g:FeatureCollection xmlns:g="http://www.opengis.net/gml" xmlns:xsi='
        f'"http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="x {url}"/>',
    ),
    "geojson crs by link": (
        "a.geojson",
        lambda url: with_crs({"type": "link", "properties": {"href": url}}),
    ),
    "geojson crs by name": (
        "a.geojson",
        lambda url: with_crs({"type": "name", "properties": {"name": url}}),
    ),
    "geojson crs by quoted link": (
        "a.geojson",
        lambda url: plot()[:-1]
        + f", 'crs'/**/:{{'type': 'link', 'properties': {{'href': '{url}', 'type': 'proj4'}}}}}}",
    ),
    "geojson crs by escaped link": (
        "a.geojson",
        lambda url: with_crs({"type": "link", "properties": {"href": url}}).replace(
            '"crs"', '"\\u0063rs"'
        ),
    ),
    "geojson crs by link in capitals": (
        "a.geojson",
        lambda url: with_crs({"TYPE": "LINK", "Properties": {"HREF": url}}),
    ),
    "geojson crs by two kinds": (
        "a.geojson",
        lambda url: with_crs({"type": "link", "properties": {"href": url}}).replace(
            '"type": "link"', '"type": "link", "type": "name"'
        ),
    ),
    "gdal pipeline": (
        "a.geojson",
        lambda url: json.dumps(
            {
                "type": "gdal_streamed_alg",
                "command_line": f"gdal vector pipeline ! read /vsicurl/{url}",
            }
        ),
    ),
    "topojson": ("a.json", lambda _: '{"type": "Topology", "objects": {}, "arcs": []}'),
    "esri service": ("a.json", lambda url: f'{{"serviceUrl": "{url}", "type": "Feature Layer"}}'),
    "excel of a web query": ("a.iqy", lambda url: f"WEB\n1\n{url}\n"),
    "csv of a url": ("a.csv", lambda url: f"X,Y\n{url},{url}\n"),
    "wkt of a url": ("a.wkt", lambda url: f"POLYGON(({url}))"),
    "mapinfo of another file": ("a.tab", lambda _: '!table\nDefinition Table\nFile "/etc/passwd"'),
    "sql file": ("a.sql", lambda _: "ATTACH '/etc/passwd' AS x"),
    "python pickle": ("a.pkl", lambda _: b"\x80\x04cos\nsystem\n(S'true'\ntR."),
}  # fmt: skip


@pytest.mark.parametrize("attack", FORMATS)
def test_no_format_makes_the_server_ask_or_read(anyone, listener, attack):
    name, content = FORMATS[attack]
    port, came = listener
    came.clear()
    answer = send(anyone, content(f"http://127.0.0.1:{port}/x"), name)
    refused(answer)
    assert "root:" not in answer.text
    assert came == []


@pytest.mark.parametrize(
    "statements",
    [
        "CREATE VIEW spy AS SELECT * FROM plots, pragma_database_list",
        "CREATE TRIGGER t AFTER INSERT ON plots BEGIN SELECT load_extension('x'); END",
        "UPDATE gpkg_contents SET table_name = 'spy''; ATTACH ''x'' AS y; --'",
        "DROP TABLE plots; CREATE VIEW plots AS SELECT 1 AS fid, load_extension('x') AS geom",
        "DROP TABLE plots; CREATE VIEW plots AS WITH RECURSIVE c(x) AS "
        "(SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT x AS fid, x AS geom FROM c",
    ],
)
def test_no_geopackage_runs_what_it_carries(anyone, statements, tmp_path):
    started = time.monotonic()
    answer = send(anyone, geopackage(statements, tmp_path), "p.gpkg")
    tells_nothing(answer)
    if "DROP" in statements or "UPDATE" in statements:
        refused(answer)
    assert time.monotonic() - started < 30


@pytest.mark.parametrize(
    "fields",
    [
        {"crs": "http://127.0.0.1:{port}/x"},
        {"crs": "/etc/passwd"},
        {"crs": "+init=/etc/passwd:x"},
        {"crs": "+proj=pipeline +step +proj=hgridshift +grids=http://127.0.0.1:{port}/x"},
        {"layer": "x'; ATTACH 'y' AS z; --"},
        {"layer": "/vsicurl/http://127.0.0.1:{port}/x"},
        {"encoding": "../../../etc/passwd"},
        {"encoding": "rot13"},
        {"encoding": "zlib"},
        {"scope": "../../rules"},
        {"project_type": "x" * 10_000},
        {"as_of": "9999999-99-99"},
        {"lang": "../zh"},
        {"audience": "internal"},
        {"is_trusted": "true"},
        {"caller": "key 00000000"},
    ],
)
def test_no_field_makes_the_server_ask_or_read_or_trust(anyone, listener, fields):
    port, came = listener
    named = {key: value.replace("{port}", str(port)) for key, value in fields.items()}
    refused(send(anyone, plot(), **named))
    assert came == []


# --- bombs ---------------------------------------------------------------------------------------


def laughs():
    entities = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))
    return kml(PLACE.format("&a11;"), f'<!DOCTYPE kml [<!ENTITY a0 "ha">{entities}]>')


def many_entries():
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for number in range(20_000):
            archive.writestr(f"{number}.txt", b"")
    return packed.getvalue()


def stated_small():
    """Return a zip whose directory states 10 bytes for a part of 50 MB."""
    packed = bytearray(zipped(a__shp=b"\0" * 50_000_000))
    for signature, at in ((b"PK\x01\x02", 24), (b"PK\x03\x04", 22)):
        place = packed.rfind(signature)
        packed[place + at : place + at + 4] = struct.pack("<I", 10)
    return bytes(packed)


def ring(count):
    return [[106 + n * 1e-7, 31.0] for n in range(count)]


BOMBS = {
    "zip of zeros": ("a.zip", lambda: zipped(a__shp=b"\0" * 120_000_000)),
    "zip in zip": ("a.zip", lambda: zipped(a__zip=zipped(b__zip=zipped(c__shp=b"\0" * 9_000_000)))),
    "zip of many parts": ("a.zip", many_entries),
    "zip that states another size": ("a.zip", stated_small),
    "kmz of zeros": ("a.kmz", lambda: zipped(doc__kml=b" " * 120_000_000)),
    "xlsx of zeros": ("a.xlsx", lambda: zipped(xl__workbook__xml=b" " * 120_000_000)),
    "billion laughs": ("a.kml", laughs),
    "quadratic entity": (
        "a.kml",
        lambda: kml(PLACE.format("&a;" * 50_000), f'<!DOCTYPE kml [<!ENTITY a "{"x" * 50_000}">]>'),
    ),
    "deep xml": ("a.kml", lambda: kml("<Folder>" * 50_000 + "</Folder>" * 50_000)),
    "deep json": ("a.geojson", lambda: "[" * 200_000 + "]" * 200_000),
    "deep collection": (
        "a.geojson",
        lambda: '{"type":"GeometryCollection","geometries":[' * 5000 + "]}" * 5000,
    ),
    "long number": ("a.geojson", lambda: plot().replace("106.03", "9" * 2_000_000 + ".5")),
    "huge integer": ("a.geojson", lambda: plot().replace("106.03", "9" * 100_000)),
    "vertices": (
        "a.geojson",
        lambda: json.dumps({"type": "Polygon", "coordinates": [[*ring(210_000), [106, 31.0]]]}),
    ),
    "sites": (
        "a.geojson",
        lambda: collection(*((str(n), "", (106, 31, 106.001, 31.001)) for n in range(201))),
    ),
    "body": ("a.geojson", lambda: b" " * 5_000_000),
}  # fmt: skip


@pytest.mark.parametrize("bomb", BOMBS)
def test_no_bomb_goes_off(anyone, bomb):
    name, content = BOMBS[bomb][0], bomb_of(bomb)
    started = time.monotonic()
    refused(send(anyone, content, name))
    assert time.monotonic() - started < 20
    assert anyone.get("/health").status_code == 200


OTHER_DOORS = ["/inspections", "/inspections/corrections.docx", "/layers/parks/validate"]


@pytest.mark.parametrize("door", OTHER_DOORS)
@pytest.mark.parametrize("bomb", ["zip of zeros", "billion laughs", "deep json", "xlsx of zeros"])
def test_no_bomb_goes_off_at_another_door(anyone, bomb, door):
    name, content = BOMBS[bomb][0], bomb_of(bomb)
    started = time.monotonic()
    tells_nothing(anyone.post(door, files={"file": (name, content)}))
    assert time.monotonic() - started < 20


@pytest.mark.parametrize("door", OTHER_DOORS)
@pytest.mark.parametrize("attack", [*list(FORMATS)[:27], "gdal pipeline"])
def test_no_format_makes_another_door_ask_or_read(anyone, listener, attack, door):
    name, content = FORMATS[attack]
    port, came = listener
    came.clear()
    content = content(f"http://127.0.0.1:{port}/x")
    content = content.encode() if isinstance(content, str) else content
    answer = anyone.post(door, files={"file": (name, content)})
    tells_nothing(answer)
    assert "root:" not in unpacked(answer.content)
    assert came == []


@pytest.mark.parametrize(
    "value", ["NaN", "Infinity", "-Infinity", "1e308", "-1e308", "1e999", "181.0", "null", '"106"']
)
def test_no_number_is_taken_that_is_no_place(anyone, value):
    refused(send(anyone, plot().replace("106.03", value)))


def test_many_parts_of_a_form_are_refused(anyone):
    body = b"".join(
        f'--x\r\nContent-Disposition: form-data; name="a{n}"\r\n\r\n\r\n'.encode()
        for n in range(20_000)
    )
    kind = {"Content-Type": "multipart/form-data; boundary=x"}
    refused(anyone.post("/checks", content=body + b"--x--\r\n", headers=kind))


# --- headers -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "testserver.evil.example",
        "testserver:80@evil.example",
        "testserver/evil.example",
        "testserver#.evil.example",
        "testserver evil.example",
        "testserver\tevil.example",
        "testserver:80:90",
        "testserver:x",
        "[::1]evil.example",
        "[::1",
        "127.0.0.1.evil.example",
        "0x7f.1",
        "",
    ],
)
def test_no_other_host_is_served(anyone, host):
    refused(anyone.get("/ogc", headers={"Host": host}))


def test_two_hosts_are_none(anyone):
    refused(anyone.get("/ogc", headers=[("Host", "testserver"), ("Host", "evil.example")]))


@pytest.mark.parametrize(
    "header",
    [
        "X-Forwarded-Host", "X-Host", "X-Forwarded-Server", "X-Original-URL", "X-Rewrite-URL",
        "X-Forwarded-Prefix", "Forwarded", "X-Original-Host", "X-HTTP-Method-Override", "Base-Url",
    ],
)  # fmt: skip
@pytest.mark.parametrize("value", ["evil.example", "host=evil.example", "/evil.example", "DELETE"])
def test_no_header_changes_links_or_method(anyone, header, value):
    plain = anyone.get("/ogc?f=json")
    answer = anyone.get("/ogc?f=json", headers={header: value})
    assert answer.json() == plain.json()


@pytest.mark.parametrize("address", ["127.0.0.1", "::1", "10.0.0.1", "192.0.2.1, 127.0.0.1"])
def test_a_claimed_address_is_nobody_elses(anyone, app, address):
    """A stranger's claim does not show in the audit log as the caller."""
    anyone.get("/layers", headers={"X-Forwarded-For": address, "X-Real-IP": address})
    assert last_record(app)["caller"] == "http 192.0.2.1"


@pytest.mark.parametrize("value", [b"a\r\nSet-Cookie: x=1", b"a\nb", b"\x00" * 10, b"a" * 9000])
def test_no_request_id_writes_headers_or_log_lines(anyone, app, value):
    answer = anyone.get("/layers", headers={"X-Request-Id": value})
    assert re.fullmatch(r"[0-9a-f]{32}", answer.headers["x-request-id"])
    assert "set-cookie" not in answer.headers
    assert last_record(app)["request_id"] == answer.headers["x-request-id"]


@pytest.mark.parametrize(
    "path",
    ["/x%0d%0aSet-Cookie:%20a=1", "/maps/x%0d%0aX-Evil:%201", "/ogc?f=json%0d%0aX-Evil:%201",
     "/tiles/parks/search?q=a%0d%0aX-Evil:1"],
)  # fmt: skip
def test_no_path_writes_headers(anyone, path):
    answer = anyone.get(path)
    assert answer.status_code < 500
    assert not {"set-cookie", "x-evil"} & set(answer.headers)
    assert "\r" not in answer.headers.get("location", "")


def last_record(app):
    files = sorted(app.state.audit.folder.glob("*.jsonl"), key=lambda path: path.stat().st_mtime)
    return json.loads(files[-1].read_text(encoding="utf-8").splitlines()[-1])


# --- keys, cookies, pages of others --------------------------------------------------------------


def test_guessing_keys_ends_after_ten(app, anyone):  # noqa: ARG001 (the service is started)
    guesser = TestClient(app, client=("192.0.2.66", 1))
    got = [
        guesser.get(
            "/layers", headers={"X-API-Key": f"gtk_0000000{n % 10}_" + "0" * 48}
        ).status_code
        for n in range(14)
    ]
    assert got == [401] * 10 + [429] * 4


def test_guessing_from_one_ipv6_network_is_one_guesser(app):
    got = []
    for number in range(12):
        guesser = TestClient(app, client=(f"2001:db8:1:2::{number:x}", 1))
        got.append(guesser.get("/layers", headers={"X-API-Key": "x"}).status_code)
    assert got[-2:] == [429, 429]


@pytest.mark.parametrize(
    "path",
    ["/layers?api_key={}", "/layers?apikey={}", "/layers?x={}", "/ogc?access_token={}",
     "/maps/{}", "/tiles/parks/1/1/1.mvt?v={}", "/layers?X-API-Key={}", "/{}"],
)  # fmt: skip
def test_no_key_is_taken_from_an_address(app, insider, path):
    key = insider.headers["x-api-key"]
    stranger = TestClient(app, client=("192.0.2.3", 1))
    refused(stranger.get(path.format(key)))
    encoded = path.format(quote(key).replace("g", "%67"))
    refused(stranger.get(encoded))


@pytest.mark.parametrize(
    "headers",
    [
        {"Cookie": "geo_toolkit_session=' OR 1=1 --"},
        {"Cookie": "geo_toolkit_session=0123abcd"},
        {"Cookie": "session=admin; scopes=internal"},
        {"X-Scopes": "internal"},
        {"X-Caller": "key 00000000"},
        {"X-User": "admin", "X-Forwarded-User": "admin", "Remote-User": "admin"},
    ],
)
def test_no_claim_makes_an_insider(anyone, headers):
    answer = anyone.get("/session", headers=headers)
    assert answer.json()["scopes"] == ["read"]


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://testserver.evil.example"},
        {"Origin": "http://testserver@evil.example"},
    ],
)
def test_no_page_of_another_site_writes(anyone, method, headers):
    refused(anyone.request(method, "/checks", headers=headers))


@pytest.mark.parametrize("token", [None, "0" * 64, "undefined"])
@pytest.mark.parametrize(
    "path", ["/checks", "/session", "/layers/parks", "/ogc/collections/parks/items"]
)
def test_no_cookie_writes_without_its_token(app, insider, path, token):
    browser = TestClient(app, client=("192.0.2.4", 1))
    assert browser.post("/session", json={"key": insider.headers["x-api-key"]}).status_code == 201
    headers = {"X-CSRF-Token": token} if token else {}
    refused(browser.request("DELETE" if path == "/session" else "POST", path, headers=headers))


def test_a_session_that_was_planted_is_not_taken(app, insider):
    browser = TestClient(app, client=("192.0.2.5", 1))
    browser.cookies.set("geo_toolkit_session", "planted-by-another")
    browser.post("/session", json={"key": insider.headers["x-api-key"]})
    other = TestClient(app, client=("192.0.2.5", 1))
    other.cookies.set("geo_toolkit_session", "planted-by-another")
    assert other.get("/session").json()["who"] is None


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/ogc/collections/parks/items"),
        ("PUT", "/ogc/collections/parks/items/park-1"),
        ("DELETE", "/ogc/collections/parks/items/park-1"),
        ("PATCH", "/ogc/collections/parks/items/park-1"),
        ("POST", "/layers/parks/versions"),
        ("POST", "/layers/parks/publish"),
        ("POST", "/layers/line/versions"),
        ("POST", "/layers/turned/versions"),
    ],
)
@pytest.mark.parametrize("who", ["anyone", "insider"])
def test_nobody_publishes_without_the_scope(request, root, who, method, path):
    client = request.getfixturevalue(who)
    before = sorted(path.name for path in root.rglob("*.gpkg"))
    refused(client.request(method, path, json=json.loads(plot())["features"][0]))
    assert sorted(path.name for path in root.rglob("*.gpkg")) == before


# --- filters and numbers under /ogc -------------------------------------------------------------

ITEMS = "/ogc/collections/parks/items"
FILTERS = [
    "1=1; DROP TABLE parks",
    "id = 'x'; SELECT load_extension('x')",
    "id = (SELECT id FROM line)",
    "id IN (SELECT id FROM line)",
    "pg_sleep(10) = 1",
    "pg_read_file('/etc/passwd') = id",
    "__import__('os').system('true') = 1",
    "{{7*7}} = 49",
    "eval(id) = 1",
    "line.id = 'KEY-77'",
    "layers.line.id LIKE '%'",
    '"__class__" = 1',
    "index = 0",
    "S_INTERSECTS(geometry, POLYGON((0 0, 0 1)))",
    "S_INTERSECTS(geometry, POINT(1e400 0))",
    "S_INTERSECTS(geometry, '/vsicurl/http://127.0.0.1/x')",
    "rank = 1e999",
    "(" * 1500 + "rank = 3" + ")" * 1500,
    "NOT " * 1100 + "rank = 3",
    " AND ".join(["rank = 3"] * 700),
    "name_zh LIKE '" + "%a" * 2400 + "'",
    "rank = " + "9" * 4900,
    "rank = 3 -- " + "x" * 6000,
    "\x00",
    "rank = '",
]


@pytest.mark.parametrize("text", FILTERS, ids=lambda text: text[:30])
def test_no_filter_runs_anything(anyone, text):
    started = time.monotonic()
    answer = anyone.get(ITEMS, params={"filter": text})
    assert time.monotonic() - started < 5
    tells_nothing(answer)
    if answer.status_code == 200:  # a filter that is merely odd selects by what it says
        assert len(text) <= 5000
        assert answer.json()["numberMatched"] in (0, 1)
    else:
        refused(answer)


@pytest.mark.parametrize(
    "text",
    [
        "[" * 2400,
        '{"op":"not","args":[' * 230 + "true" + "]}" * 230,
        '{"op":"sql","args":["select 1"]}',
        '{"op":"=","args":[{"property":"__dict__"},1]}',
        '{"op":"=","args":[{"function":{"name":"open","args":["/etc/passwd"]}},1]}',
        '{"op":"s_intersects","args":[{"property":"geometry"},{"type":"Polygon","coordinates":[1]}]}',
        '{"op":"in","args":[{"property":"id"},{"$ref":"file:///etc/passwd"}]}',
        '{"op":"and","args":[]}',
        '{"op":"like","args":[{"property":"id"}]}',
        '{"op":null}',
        "null",
        '"rank"',
    ],
    ids=lambda text: text[:40],
)
def test_no_json_filter_runs_anything(anyone, text):
    answer = anyone.get(ITEMS, params={"filter": text, "filter-lang": "cql2-json"})
    refused(answer)


@pytest.mark.parametrize(
    "query",
    [
        "limit=-1", "limit=0", "limit=1e9", "limit=NaN", "limit=٣",
        "offset=-1", "bbox=NaN,0,1,1", "bbox=0,0,Infinity,1", "bbox=1,2,3",
        "bbox=0,0,1e308,-1e308", "bbox=" + "1," * 3000, "bbox=0,0,1,1&bbox-crs=file:///etc/passwd",
        "crs=http://127.0.0.1/x", "crs=EPSG:999999", "filter-crs=/etc/passwd&filter=rank=3",
        "filter-lang=sql&filter=rank=3", "datetime=9999999-01-01", "datetime=x/y/z", "version=-1",
        "version=1e9", "version=../1", "f=../../x", "f=gpkg", "unknown=1", "__class__=1",
        "geometry=x", "sortby=KEY", "properties=geometry;x",
    ],
)  # fmt: skip
def test_no_parameter_is_taken_that_means_nothing(anyone, query):
    refused(anyone.get(f"{ITEMS}?{query}"))


@pytest.mark.parametrize(
    "path",
    [
        "/tiles/parks/23/0/0.mvt",
        "/tiles/parks/1/2/0.mvt",
        "/tiles/parks/1/-1/0.mvt",
        f"/tiles/parks/10/{10**30}/0.mvt",
        "/tiles/parks/1e1/0/0.mvt",
        "/tiles/parks/0/0/0.mvt?datum=xian80",
        f"/tiles/parks/search?q={'a' * 5000}",
        "/maps/overview?lang=../en",
        "/checks/" + "a" * 5000,
    ],
    ids=lambda path: path[:40],
)
def test_no_tile_name_or_id_of_any_size_is_taken(anyone, path):
    refused(anyone.get(path))


# --- what nobody may learn -----------------------------------------------------------------------

SECRET_LAYERS = ("line", "dark", "turned")
BOX = "105.9,30.9,106.05,31.1"
DOORS = [
    "/ogc/collections/{}",
    "/ogc/collections/{}?f=html",
    "/ogc/collections/{}/items",
    "/ogc/collections/{}/items?f=html",
    "/ogc/collections/{}/items?limit=1&offset=0",
    f"/ogc/collections/{{}}/items?bbox={BOX}",
    "/ogc/collections/{}/items?filter=rank%3D3",
    "/ogc/collections/{}/items?filter=S_INTERSECTS(geometry,POINT(106.02%2031.02))",
    "/ogc/collections/{}/items?version=0",
    "/ogc/collections/{}/items?version=1",
    "/ogc/collections/{}/items?datetime=2021-01-01",
    "/ogc/collections/{}/items?crs=http://www.opengis.net/def/crs/EPSG/0/4490",
    "/ogc/collections/{}/items/KEY-77",
    "/ogc/collections/{}/items/KEY-88",
    "/ogc/collections/{}/items/KEY-99",
    "/ogc/collections/{}/items/absent",
    "/ogc/collections/{}/queryables",
    "/ogc/collections/{}/schema",
    "/ogc/collections/{}/tiles",
    "/ogc/collections/{}/tiles/WebMercatorQuad",
    "/ogc/collections/{}/tiles/WebMercatorQuad/10/418/813",
    "/ogc/collections/{}/map",
    "/tiles/{}/0/0/0.mvt",
    "/tiles/{}/10/813/418.mvt",
    "/tiles/{}/10/813/418.mvt?v=abc",
    "/tiles/{}/search?q=KEY",
    "/tiles/{}/search?q=%E7%A7%98",
]


@pytest.mark.parametrize("layer_id", SECRET_LAYERS)
@pytest.mark.parametrize("door", DOORS)
def test_no_door_shows_a_layer_that_may_not_be_seen(anyone, door, layer_id):
    answer = anyone.get(door.format(layer_id))
    refused(answer)
    other = anyone.get(door.format("nowhere"))
    assert answer.status_code == other.status_code, "one that is there looks like one that is not"


@pytest.mark.parametrize("layer_id", ["line", "dark"])
@pytest.mark.parametrize(
    "path",
    ["/layers", "/layers/{}", "/layers/{}/versions", "/layers/{}/history", "/layers/{}/diff",
     "/layers/{}/versions/0", "/layers/{}/export", "/layers/{}/data", "/layers/{}?version=0"],
)  # fmt: skip
def test_no_word_on_a_layer_says_where_it_lies(anyone, path, layer_id):
    tells_nothing(anyone.get(path.format(layer_id)))


@pytest.mark.parametrize(
    "path",
    ["/", "/page/map", "/ogc/api",
     "/maps", "/maps/secret", "/maps/secret?self_contained=true", "/maps/secret?lang=en",
     "/ogc", "/ogc/collections", "/ogc/collections?f=html", "/ogc/conformance", "/openapi.json",
     "/metrics", "/health", "/session", "/checks", "/nowhere", "/tiles/lin/0/0/0.mvt",
     "/ogc/collections/lin/items"],
)  # fmt: skip
def test_no_other_page_tells_of_it(anyone, path):
    tells_nothing(anyone.get(path))


def test_collections_hold_what_may_be_seen_and_no_more(anyone, insider):
    def listed(client):
        return {c["id"] for c in client.get("/ogc/collections?f=json").json()["collections"]}

    assert listed(anyone) == {"parks"}
    assert "dark" not in listed(insider)


@pytest.mark.parametrize(
    "path",
    ["/ogc/collections/line/items", "/ogc/collections/line", "/tiles/line/10/813/418.mvt",
     "/tiles/line/search?q=KEY", "/maps/secret", "/ogc/collections"],
)  # fmt: skip
def test_what_an_insider_was_shown_is_not_kept_for_others(anyone, insider, path):
    insider.get(path)
    tells_nothing(anyone.get(path))
    tagged = insider.get(path).headers.get("etag")
    if tagged:
        answer = anyone.get(path, headers={"If-None-Match": tagged})
        assert answer.status_code != 304 or path in ("/maps/secret", "/ogc/collections")
    shown = insider.get(path)
    assert "public" not in shown.headers.get("cache-control", ""), "no proxy may keep it"


def test_the_insider_does_see_the_internal_layer(insider):
    """Else the tests above would hold for a service that shows nothing at all."""
    answer = insider.get("/ogc/collections/line/items")
    assert answer.status_code == 200
    assert "KEY-77" in answer.text


@pytest.mark.parametrize("door", DOORS)
def test_not_even_the_insider_sees_what_is_verdict_only(insider, door):
    refused(insider.get(door.format("dark")))


@pytest.mark.parametrize("box", [PLOT, DARK_PLOT, LINE, DARK], ids=["line", "dark", "all", "all2"])
def test_no_check_tells_more_than_a_verdict_and_coarse_numbers(app, anyone, box):  # noqa: ARG001
    asker = TestClient(app, client=("192.0.2.10", 1))
    west, south, east, north = box
    answer = send(asker, plot((west + 0.00001, south + 0.00001, east, north)))
    assert answer.status_code in (201, 202)
    document = finished(asker, answer)
    text = json.dumps(document, ensure_ascii=False)
    for secret in ("KEY-77", "KEY-88", "秘密甲", "秘密乙"):
        assert secret not in text
    (site,) = document["sites"]
    assert site["verdict"] == "prohibited"
    for finding in site["findings"]:
        assert finding["feature_id"] is None
        for hectares in (finding["overlap_m2"],):
            assert hectares is None or hectares % 100 == 0
        assert finding["distance_m"] is None or finding["distance_m"] % 100 == 0


def finished(client, answer):
    """Return the document of a check, waited for where it is a job."""
    if answer.status_code == 201:
        return answer.json()
    assert ended(client, answer) == "done"
    return client.get(answer.headers["location"]).json()["result"]


@pytest.fixture(scope="module")
def checked(app, anyone):  # noqa: ARG001
    """Return the id of a check that a stranger made on both secret layers."""
    asker = TestClient(app, client=("192.0.2.11", 1))
    answer = send(asker, collection(("1", "甲", PLOT), ("2", "乙", DARK_PLOT)))
    finished(asker, answer)
    return answer.json()["id"]


@pytest.mark.parametrize("kind", ["docx", "pdf", "xlsx", "html", "gpkg"])
@pytest.mark.parametrize("edition", ["", "?audience=internal", "?edition=internal"])
def test_no_report_draws_or_names_it(anyone, checked, kind, edition):
    answer = anyone.get(f"/checks/{checked}/report.{kind}{edition}")
    assert answer.status_code < 500
    text = unpacked(answer.content)
    for secret in ("KEY-77", "KEY-88", "秘密甲", "秘密乙", "106.0345", "106.0123", "105.9734"):
        assert secret not in text


def test_no_geopackage_of_a_stranger_has_pieces(anyone, checked, tmp_path):
    path = tmp_path / "check.gpkg"
    path.write_bytes(anyone.get(f"/checks/{checked}/report.gpkg").content)
    sites = gpd.read_file(path, layer="sites")
    assert len(sites) == 2
    known = {tuple(shapely.box(*box).bounds) for box in (PLOT, DARK_PLOT)}
    with closing(sqlite3.connect(path)) as link:
        tables = [row[0] for row in link.execute("SELECT table_name FROM gpkg_contents")]
    for table in tables:
        for shape in gpd.read_file(path, layer=table).geometry.dropna():
            assert any(shape.bounds == pytest.approx(bounds, abs=1e-6) for bounds in known), (
                f"{table} has a geometry that was not submitted"
            )


@pytest.mark.parametrize("what", ["/map", "/map?lang=zh", "/in/zh", "/in/en", ""])
def test_no_map_or_translation_of_a_check_draws_or_names_it(anyone, checked, what):
    answer = anyone.get(f"/checks/{checked}{what}")
    assert answer.status_code < 500
    text = unpacked(answer.content)
    for secret in ("KEY-77", "KEY-88", "秘密甲", "秘密乙", "106.0345", "106.0123", "105.9734"):
        assert secret not in text


@pytest.mark.parametrize(
    "what",
    ["", "/map", "/in/zh", "/report.docx", "/report.xlsx", "/report.html", "/report.gpkg",
     "/report.gpkg?audience=internal", "/report.xlsx?audience=internal"],
)  # fmt: skip
def test_not_even_the_insider_gets_verdict_only_geometry(insider, what):
    answer = send(insider, plot(DARK_PLOT), "insider.geojson")
    finished(insider, answer)
    got = insider.get(f"/checks/{answer.json()['id']}{what}")
    assert got.status_code == 200
    text = unpacked(got.content)
    for secret in ("KEY-88", "秘密乙", "105.9734", "31.0734", "105.9512"):
        assert secret not in text


@pytest.mark.parametrize("path", ["/page/map", "/maps/secret", "/tiles/dark/10/813/418.mvt"])
def test_no_map_shows_the_insider_what_is_verdict_only(insider, path):
    text = unpacked(insider.get(path).content)
    for secret in ("KEY-88", "秘密乙", "105.951", "105.973"):
        assert secret not in text


@pytest.mark.parametrize("path", ["/", "/login", "/maps/overview", "/page/map", "/ogc?f=html",
                                  "/ogc/collections/parks/items?f=html", "/maps/overview?"
                                  "self_contained=true", "/checks/{}/map"])  # fmt: skip
def test_no_page_runs_scripts_of_others(anyone, checked, path):
    answer = anyone.get(path.format(checked))
    assert answer.status_code == 200
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'")
    assert "unsafe-eval" not in policy
    scripts = re.search(r"script-src ([^;]*)", policy)
    assert scripts is None or not re.search(r"unsafe-inline|https?:|\*|data:", scripts[1])
    assert "base-uri 'none'" in policy
    assert re.search(r"frame-ancestors '(none|self)'", policy)


@pytest.mark.parametrize("what", ["", "/report.gpkg", "/report.docx", "/report.html"])
def test_an_insiders_check_is_not_there_for_others(anyone, insider, what):
    answer = send(insider, plot((106.03, 31.016, 106.04, 31.024)))
    assert answer.status_code in (201, 202)
    finished(insider, answer)
    got = anyone.get(f"/checks/{answer.json()['id']}{what}")
    tells_nothing(got)
    text = unpacked(got.content)
    assert "KEY-77" not in text
    assert not re.search(r'"audience":\s*"internal"', text)


@pytest.mark.parametrize(
    "box",
    [
        (106.0200, 31.0200, 106.0209, 31.0209),  # under 1 ha, inside
        (106.0340, 31.0200, 106.0349, 31.0209),  # on the edge
        (106.0200, 31.0200, 106.0300, 31.0201),  # 11 m wide
        (106.0345, 31.0100, 106.0346, 31.0500),  # a probe across the edge
    ],
    ids=["small", "edge", "narrow", "probe"],
)
def test_no_small_or_narrow_site_is_a_probe(app, anyone, box):  # noqa: ARG001
    asker = TestClient(app, client=("192.0.2.12", 1))
    document = finished(asker, send(asker, plot(box)))
    (site,) = document["sites"]
    role = next(r for r in site["roles"] if r["role"] == "ecological_red_line")
    assert (role["verdict"], role["reason_code"]) == ("undetermined", "secrecy_minimum")
    assert role["overlap_m2"] is None
    assert role["nearest_m"] is None


def test_no_batch_of_sites_traces_the_line(app, anyone):  # noqa: ARG001
    asker = TestClient(app, client=("192.0.2.13", 1))
    cells = [(106.0 + n * 0.001, 31.02, 106.001 + n * 0.001, 31.021) for n in range(51)]
    answer = send(asker, collection(*((str(n), "", cell) for n, cell in enumerate(cells))))
    assert ended(asker, answer) == "refused"


def test_no_row_of_questions_traces_the_line(app, anyone):  # noqa: ARG001
    asker = TestClient(app, client=("192.0.2.14", 1))
    got = []
    for turn in range(5):
        cells = [
            (106.0301 + n * 1e-6, 31.02 + turn * 1e-6, 106.0322 + n * 1e-6, 31.022)
            for n in range(50)
        ]
        boxes = collection(*((str(n), "", cell) for n, cell in enumerate(cells)))
        got.append(ended(asker, send(asker, boxes, f"p{turn}.geojson")))
    assert got == ["done"] * 4 + ["refused"]
    neighbour = TestClient(app, client=("192.0.2.14", 999))
    assert ended(neighbour, send(neighbour, boxes, "again.geojson")) == "refused"


def ended(client, answer):
    """Return how a check ended, at once or as a job: done or refused; it tells nothing if not."""
    if answer.status_code == 201:
        return "done"
    if answer.status_code != 202:
        refused(answer)
        return "refused"
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        body = client.get(answer.headers["location"])
        if body.json()["status"] == "done":
            return "done"
        if body.json()["status"] == "failed":
            tells_nothing(body)
            assert "\n" not in body.json()["detail"]
            return "refused"
        time.sleep(0.1)
    return "never"


def test_two_checks_of_nearly_one_plot_do_not_give_a_finer_number(app, anyone):  # noqa: ARG001
    """Overlaps of plots that differ by less than the coarseness are the same number."""
    asker = TestClient(app, client=("192.0.2.15", 1))
    numbers = set()
    for step in range(3):
        box = (106.03, 31.015 + step * 1e-8, 106.04, 31.025)
        document = finished(asker, send(asker, plot(box), f"q{step}.geojson"))
        (role,) = (r for r in document["sites"][0]["roles"] if r["role"] == "ecological_red_line")
        numbers.add(role["overlap_m2"])
    assert len(numbers) == 1
    assert numbers.pop() % 100 == 0


def test_no_advice_tells_where_to_move(app, anyone):  # noqa: ARG001
    asker = TestClient(app, client=("192.0.2.16", 1))
    for fields in ({"shift_radius_m": "900"}, {"project_type": "industrial"}):
        document = finished(asker, send(asker, plot(), **fields))
        text = json.dumps(document)
        assert not re.search(r'"(shift|trim|clip|split|by_county)(_m2|_deg)?": [^n]', text)
        for lon in re.findall(r"106\.\d{4,}", text):
            assert 106.0299 < float(lon) < 106.0401


def test_no_delivery_is_weighed_against_a_secret_layer(app, anyone):
    publisher = app.state.admission.keys.add("publisher", ["publish"])
    for headers in ({}, {"X-API-Key": publisher}):
        for layer_id in ("line", "dark"):
            for door in ("validate", "versions"):
                answer = anyone.post(
                    f"/layers/{layer_id}/{door}",
                    files={"file": ("a.geojson", plot(LINE).encode())},
                    data={"note": "x", "secrecy": "public"} if door == "versions" else {},
                    headers=headers,
                )
                refused(answer)


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
def test_no_publisher_changes_what_is_not_theirs_to_see(app, anyone, method):
    key = app.state.admission.keys.add("publisher", ["publish"])
    answer = anyone.request(
        method,
        "/ogc/collections/line/items/KEY-77",
        headers={"X-API-Key": key, "If-Match": "*", "Content-Type": "application/geo+json"},
        content=json.dumps(json.loads(plot())["features"][0]),
    )
    assert 400 <= answer.status_code < 500
    assert "KEY-99" not in answer.text
    assert "秘密" not in answer.text


@pytest.mark.parametrize("previous", ["check-0123456789abcdef0123", "../x"])
def test_no_earlier_check_of_another_is_compared_with(anyone, previous):
    answer = send(anyone, plot(), previous=previous)
    tells_nothing(answer)
    assert answer.status_code >= 400


def test_no_record_of_all_this_tells_it_either(app, root, anyone):  # noqa: ARG001
    """The audit log and the metrics after every attack above."""
    own = root / ".geo_toolkit" / "service"
    for path in [*(own / "audit").iterdir(), *(own / "metrics").iterdir()]:
        text = path.read_text(encoding="utf-8")
        for secret in ("KEY-77", "KEY-88", "106.03", "31.015", "秘密", "gtk_"):
            assert secret not in text, path.name


def test_the_record_says_which_secret_layers_were_asked_about(app, insider, anyone):
    insider.get("/ogc/collections/line/items")
    assert last_record(app)["layers"] == ["line"]
    insider.get("/tiles/line/10/813/418.mvt")
    assert last_record(app)["layers"] == ["line"]
    answer = send(TestClient(app, client=("192.0.2.17", 1)), plot(), "秘密.geojson")
    record = last_record(app)
    assert record["caller"] == "http 192.0.2.17"
    assert {"line", "dark"} <= set(record["layers"])
    assert record["check_id"] == answer.json()["id"]
    assert re.fullmatch("[0-9a-f]{16}", record["upload"])
    anyone.get(f"/checks/{record['check_id']}")
    assert {"line", "dark"} <= set(last_record(app)["layers"])


def test_the_service_still_answers(anyone):
    assert anyone.get("/health").json()["status"] == "ok"
