"""OWSLib, GDAL (in Python and as ogrinfo) and QGIS read what the service serves."""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx2
import pytest

pytestmark = pytest.mark.slow

CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
EPSG = "http://www.opengis.net/def/crs/EPSG/0/"
MANY = 2_500
LAYER = """
id = "{id}"
title_zh = "{title}"
role = "{role}"
geometry = "{geometry}"
data = "{id}.geojson"
key = "id"
crs = "EPSG:4490"
datum = "cgcs2000"
evidence = "schematic"
accuracy_m = 100
coverage = "none"
secrecy = "{secrecy}"
source = "invented for a test"
"""


def place(n):
    """Return where feature n lies: a grid of 50 columns from 106.0 E, 30.5 N."""
    return round(106.0 + 0.005 * (n % 50), 6), round(30.5 + 0.005 * (n // 50), 6)


def geometry(kind, n):
    lon, lat = place(n)
    ring = [[lon, lat], [lon + 0.002, lat], [lon + 0.002, lat + 0.002], [lon, lat + 0.002],
            [lon, lat]]  # fmt: skip
    return {
        "point": {"type": "Point", "coordinates": [lon, lat]},
        "line": {"type": "LineString", "coordinates": [[lon, lat], [lon + 0.002, lat + 0.001]]},
        "polygon": {"type": "Polygon", "coordinates": [ring]},
    }[kind]


LAYERS = {
    "plots": ("polygon", "land_survey", "地块", MANY, "public"),
    "stations": ("point", "station", "车站", 7, "public"),
    "roads": ("line", "highway", "公路", 12, "public"),
    "red_line": ("polygon", "ecological_red_line", "生态保护红线", 5, "internal"),
}
PUBLIC = {name: row[3] for name, row in LAYERS.items() if row[4] == "public"}


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    root = tmp_path_factory.mktemp("clients")
    (root / "layers").mkdir()
    (root / "workspace.toml").write_text(
        'name = "t"\ntitle_zh = "测试市"\ntitle_en = "Test"\nlanguage = "zh"\n'
        "bounds = [105.43, 30.45, 106.97, 31.86]\n",
        encoding="utf-8",
    )
    for name, (kind, role, title, count, secrecy) in LAYERS.items():
        text = LAYER.format(id=name, title=title, role=role, geometry=kind, secrecy=secrecy)
        (root / "layers" / f"{name}.toml").write_text(text, encoding="utf-8")
        rows = [
            {"type": "Feature", "geometry": geometry(kind, n),
             "properties": {"id": f"{name}-{n:04d}", "name_zh": f"{title}{n}号", "rank": n,
                            "share": n / 4}}
            for n in range(count)
        ]  # fmt: skip
        document = {"type": "FeatureCollection", "features": rows}
        path = root / "layers" / f"{name}.geojson"
        path.write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")
    return root


@pytest.fixture(scope="module")
def url(root):
    """Serve the workspace in a process of its own; return the address of /ogc."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "uvicorn", "--factory", "geo_toolkit_api:create_app",
               "--port", str(port), "--log-level", "warning"]  # fmt: skip
    environment = {**os.environ, "GEO_TOOLKIT_WORKSPACE": str(root)}
    process = subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL, cwd=root)
    address = f"http://127.0.0.1:{port}"
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and process.poll() is None:
        try:
            httpx2.get(f"{address}/health", trust_env=False)
            break
        except httpx2.TransportError:
            time.sleep(0.1)
    assert process.poll() is None, "the service ended at start"
    yield f"{address}/ogc"
    process.terminate()
    process.wait(timeout=30)


def offered(url):
    return httpx2.get(f"{url}/collections/plots", trust_env=False).json()["crs"]


# -- OWSLib ---------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def owslib(url):
    features = pytest.importorskip("owslib.ogcapi.features", reason="not installed: owslib")
    return features.Features(url)


def test_owslib_lists_the_public_layers(owslib):
    assert set(owslib.feature_collections()) == set(PUBLIC)
    assert "red_line" not in json.dumps(owslib.collections())
    assert owslib.api()["openapi"].startswith("3.0")
    assert any(
        uri.endswith("features-1/1.0/conf/core") for uri in owslib.conformance()["conformsTo"]
    )


@pytest.mark.parametrize(("layer", "count"), sorted(PUBLIC.items()))
def test_owslib_reads_every_page(owslib, layer, count):
    seen = []
    while True:
        page = owslib.collection_items(layer, limit=1000, offset=len(seen))
        assert page["numberMatched"] == count
        seen += [f["properties"]["name_zh"] for f in page["features"]]
        if not [link for link in page["links"] if link["rel"] == "next"]:
            break
    assert seen == [f"{LAYERS[layer][2]}{n}号" for n in range(count)]


def test_owslib_asks_by_box_filter_and_key(owslib):
    lon, lat = place(77)
    box = [lon + 0.0005, lat + 0.0005, lon + 0.001, lat + 0.001]
    page = owslib.collection_items("plots", bbox=box)
    assert [f["id"] for f in page["features"]] == ["plots-0077"]
    found = owslib.collection_items("plots", filter="rank < 3 AND name_zh LIKE '地块%'")
    assert [f["id"] for f in found["features"]] == ["plots-0000", "plots-0001", "plots-0002"]
    assert owslib.collection_item("plots", "plots-0009")["properties"]["name_zh"] == "地块9号"
    assert owslib.collection_queryables("plots")["properties"]["rank"]["type"] == "integer"


def test_owslib_gets_each_system_with_its_own_axes(owslib, url):
    """By pyproj apart: x east or north first as the authority has it."""
    from pyproj import Transformer

    lon, lat = place(0)
    for uri in offered(url):
        page = owslib.collection_items("stations", limit=1, crs=uri)
        first = page["features"][0]["geometry"]["coordinates"]
        if uri == CRS84:
            expected = (lon, lat)
        else:
            code = int(uri.rpartition("/")[2])
            # 4490 to a CGCS2000 zone in the authority's own axis order: lat, lon in, its order out
            base = 4326 if code in (4326, 3857) else 4490
            expected = Transformer.from_crs(base, code).transform(lat, lon)
        assert first == pytest.approx(expected, abs=1e-3 if expected[0] > 1000 else 1e-7), uri


# -- GDAL -----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def pyogrio():
    pyogrio = pytest.importorskip("pyogrio", reason="not installed: pyogrio")
    if "OAPIF" not in pyogrio.list_drivers():
        pytest.skip("not built with the OAPIF driver: GDAL of pyogrio")
    return pyogrio


@pytest.mark.parametrize(("layer", "count"), sorted(PUBLIC.items()))
def test_gdal_reads_a_whole_layer(pyogrio, url, layer, count):
    frame = pyogrio.read_dataframe(f"OAPIF:{url}", layer=layer)
    assert len(frame) == count
    assert set(frame["name_zh"]) == {f"{LAYERS[layer][2]}{n}号" for n in range(count)}
    west, south, east, north = frame.total_bounds
    assert 105 < west < east < 107
    assert 30 < south <= north < 31
    lon, lat = place(0)
    assert (west, south) == pytest.approx((lon, lat), abs=1e-7)


def test_gdal_lists_no_layer_that_is_not_public(pyogrio, url):
    assert set(pyogrio.list_layers(f"OAPIF:{url}")[:, 0]) == set(PUBLIC)


def test_gdal_asks_by_box_and_by_attribute(pyogrio, url):
    lon, lat = place(77)
    box = (lon + 0.0005, lat + 0.0005, lon + 0.001, lat + 0.001)
    frame = pyogrio.read_dataframe(f"OAPIF:{url}", layer="plots", bbox=box)
    assert frame["id"].tolist() == ["plots-0077"]
    few = pyogrio.read_dataframe(f"OAPIF:{url}", layer="plots", where="rank < 3")
    assert few["id"].tolist() == ["plots-0000", "plots-0001", "plots-0002"]


@pytest.mark.parametrize("code", [4490, 4544, 4523, 4545, 4524, 3857, 4326])
def test_gdal_places_each_system_right(pyogrio, url, code):
    """GDAL swaps the axes back; the place is that of the plain answer, to a centimetre."""
    plain = pyogrio.read_dataframe(f"OAPIF:{url}", layer="stations")
    frame = pyogrio.read_dataframe(f"OAPIF:{url}", layer="stations", CRS=f"EPSG:{code}")
    if code != 4326:  # which GDAL calls CRS84
        assert frame.crs.to_epsg() == code
    back = plain.set_crs(4326 if code in (3857, 4326) else 4490, allow_override=True)
    expected = back.to_crs(code)
    for one, other in zip(frame.geometry, expected.geometry, strict=True):
        assert one.distance(other) < (1e-7 if code in (4490, 4326) else 0.02)


def test_ogrinfo_reads_a_layer(url):
    program = shutil.which("ogrinfo")
    if program is None:
        pytest.skip("not installed: ogrinfo; install the package gdal-bin")
    done = subprocess.run(
        [program, "-ro", "-so", f"OAPIF:{url}", "plots"],
        capture_output=True, text=True, encoding="utf-8", timeout=120, check=True,
    )  # fmt: skip
    assert f"Feature Count: {MANY}" in done.stdout
    assert "name_zh: String" in done.stdout
    one = subprocess.run(
        [program, "-ro", "-q", f"OAPIF:{url}", "stations", "-where", "rank = 3"],
        capture_output=True, text=True, encoding="utf-8", timeout=120, check=True,
    )  # fmt: skip
    assert "车站3号" in one.stdout
    lon, lat = place(3)
    assert f"POINT ({lon:g} {lat:g})" in one.stdout


# -- QGIS -----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def qgis():
    """Return a function that reads a collection in QGIS."""
    python = next(
        (p for p in ("/usr/bin/python3", shutil.which("python3") or "")
         if p and Path(p).exists() and subprocess.run(
             [p, "-c", "import qgis.core"], capture_output=True, check=False).returncode == 0),
        None,
    )  # fmt: skip
    if python is None:
        pytest.skip("not installed: QGIS; install the package python3-qgis")

    def read(url, layer):
        script = Path(__file__).with_name("qgis_reader.py")
        plain = {n: v for n, v in os.environ.items() if not n.startswith(("PYTHON", "VIRTUAL"))}
        done = subprocess.run(
            [python, str(script), url, layer],
            capture_output=True, text=True, encoding="utf-8", timeout=180, check=False,
            env={**plain, "QT_QPA_PLATFORM": "offscreen"},
        )  # fmt: skip
        lines = [line for line in done.stdout.splitlines() if line.startswith("{")]
        assert lines, done.stderr[-2000:]
        return json.loads(lines[-1])

    return read


@pytest.mark.parametrize(("layer", "count"), sorted(PUBLIC.items()))
def test_qgis_reads_every_public_layer(qgis, url, layer, count):
    found = qgis(url, layer)
    assert found["valid"] is True
    assert found["count"] == count
    title = LAYERS[layer][2]
    assert {"id", "name_zh", "rank", "share"} <= set(found["fields"])
    assert found["first"]["id"] == f"{layer}-0000"
    assert found["first"]["name_zh"] == f"{title}0号"
    lon, lat = place(0)
    assert found["first"]["at"] == pytest.approx((lon, lat), abs=0.0011)
    assert found["in_box"][0] == f"{layer}-0000"
    assert found["filtered"] == [f"{layer}-{n:04d}" for n in range(3)]
    assert found["is_geographic"] is True


def test_qgis_finds_no_layer_that_is_not_public(qgis, url):
    assert qgis(url, "red_line")["valid"] is False
