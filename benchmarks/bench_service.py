"""The service under load: checks, pages of items and tiles, beside pygeoapi and tipg.

Every server runs with two processes on loopback, the clients on the same machine, each load for
``GEO_TOOLKIT_LOAD_S`` seconds (60). The peers serve the same 20,000 parcels and are asked the same
pages, ours first and last; they are left out, by name, unless these name what runs them:

    GEO_TOOLKIT_PYGEOAPI   a Python with pygeoapi and gunicorn
    GEO_TOOLKIT_TIPG       a Python with tipg; it needs GEO_TOOLKIT_POSTGIS, the URL of a database
                           with PostGIS that may be written to

``GEO_TOOLKIT_SOAK_S`` (0) adds a load of that many seconds whose memory is watched.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import psutil
import shapely
from bench_map import free_port, parcels, served_workspace
from load_client import get, load, multipart

from geo_toolkit import Workspace
from geo_toolkit.geodesy import from_geographic, to_geographic

try:
    import psycopg  # only tipg's data needs it
except ModuleNotFoundError:
    psycopg = None

ROOT = Path(__file__).resolve().parents[1]
SECONDS = float(os.environ.get("GEO_TOOLKIT_LOAD_S", "60"))
SOAK_S = float(os.environ.get("GEO_TOOLKIT_SOAK_S", "0"))
CLIENTS = 8
FEATURES = 20_000
PAGE = 100
PLOTS = 2000
CORNERS = 20
UP_S = 120
SETTLED = 0.25  # share of a soak after which memory should no longer grow
BOX_DEG = 0.06
ZOOMS = (10, 12, 14)


@contextmanager
def running(command, port, path, **environment):
    """Run a server of one's own until the block ends; yield its process."""
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(
            command, env={**os.environ, **environment}, stdout=log, stderr=log, cwd=ROOT
        )
        try:
            _await(process, f"http://127.0.0.1:{port}{path}", log)
            yield process
        finally:
            for child in psutil.Process(process.pid).children(recursive=True):
                child.terminate()
            process.terminate()
            process.wait(timeout=30)


def _await(process, url, log):
    """Return when a server answers."""
    until = time.monotonic() + UP_S
    while time.monotonic() < until and process.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=5):
                return
        except OSError:
            time.sleep(0.2)
    log.seek(0)
    raise RuntimeError(f"{url} did not answer: {log.read()[-2000:].decode(errors='replace')}")


@contextmanager
def ours(workspace):
    """Run our service over a workspace; yield its port and process."""
    port = free_port()
    command = [sys.executable, "-m", "geo_toolkit.cli", "serve", "--port", str(port)]
    command += ["--workers", "2", "--workspace", str(workspace), "--quiet"]
    with running(command, port, "/health") as process:
        yield port, process


def checks_of(workspace):
    """Return requests for checks of plots of 20 corners, all different, all over a workspace."""
    ws = Workspace.open(workspace)
    rng = np.random.default_rng(7)
    west, south, east, north = ws.settings.bounds
    middle = rng.uniform((west + 0.2, south + 0.2), (east - 0.2, north - 0.2), (PLOTS, 2))
    centre = shapely.get_coordinates(from_geographic(shapely.points(middle), ws.topology_crs))
    angle = np.linspace(0, 2 * np.pi, CORNERS, endpoint=False)
    reach = rng.uniform(60, 120, (PLOTS, CORNERS))
    x = centre[:, 0, None] + reach * np.cos(angle)
    y = centre[:, 1, None] + reach * np.sin(angle)
    plots = to_geographic(shapely.polygons(np.stack([x, y], axis=2)), ws.topology_crs)
    fields = {"project_type": "chemical", "as_of": "2026-11-24"}
    requests = []
    for n, shape in enumerate(shapely.to_geojson(plots)):
        feature = {"type": "Feature", "properties": {"name": f"plot {n}"}}
        feature["geometry"] = json.loads(shape)
        content = json.dumps({"type": "FeatureCollection", "features": [feature]}).encode()
        requests.append(multipart("/checks", f"plot{n}.geojson", content, fields))
    return requests


def pages_of(prefix, suffix=""):
    """Return requests for pages of items, by place and by number."""
    rng = np.random.default_rng(11)
    requests = []
    for _ in range(500):
        x, y = rng.uniform((105.7, 30.7), (106.6, 31.6))
        box = f"{x:.4f},{y:.4f},{x + BOX_DEG:.4f},{y + BOX_DEG:.4f}"
        requests.append(get(f"{prefix}?limit={PAGE}&bbox={box}{suffix}"))
        offset = int(rng.integers(0, FEATURES - PAGE))
        requests.append(get(f"{prefix}?limit={PAGE}&offset={offset}{suffix}"))
    return requests


def tiles_of():
    """Return requests for tiles over the parcels."""
    rng = np.random.default_rng(13)
    requests = []
    for _ in range(600):
        z = int(rng.choice(ZOOMS))
        x, y = rng.uniform((105.7, 30.7), (106.7, 31.6))
        column = int((x + 180) / 360 * 2**z)
        row = int((1 - np.arcsinh(np.tan(np.radians(y))) / np.pi) / 2 * 2**z)
        requests.append(get(f"/tiles/plots/{z}/{column}/{row}.mvt"))
    return requests


def memory_mb(process):
    """Return the memory of a server's processes together."""
    family = [psutil.Process(process.pid)]
    family += family[0].children(recursive=True)
    return sum(one.memory_info().rss for one in family) / 2**20


def row(what, seen, bar):
    """Return one row of the table."""
    measured = f"{seen.per_second:.0f} /s, p95 {seen.p95_ms:.0f} ms, {seen.errors} errors"
    return (what, f"{measured} of {seen.answers}", bar, "-")


def soak(port, process, requests):
    """Return the row on memory over a long load."""
    sizes = []
    until = time.monotonic() + SOAK_S
    errors = 0
    while time.monotonic() < until:
        errors += load(port, requests, clients=4, seconds=min(30.0, SOAK_S)).errors
        sizes.append(memory_mb(process))
    settled = sizes[int(len(sizes) * SETTLED)]
    measured = f"{settled:.0f} MB after a quarter, {sizes[-1]:.0f} MB at the end, {errors} errors"
    return (f"memory over {SOAK_S / 60:.0f} min of mixed load", measured, "flat", "-")


def run():
    """Yield the rows: loads on ours, then items beside the peers."""
    with tempfile.TemporaryDirectory() as folder:
        copied = Path(folder) / "city"
        copied.mkdir()
        shutil.copy(ROOT / "workspace.toml", copied)
        for room in ("layers", "maps", "rules"):
            shutil.copytree(ROOT / room, copied / room)
        checks = checks_of(copied)
        with ours(copied) as (port, process):
            load(port, checks, clients=CLIENTS, seconds=min(SECONDS, 5))
            seen = load(port, checks, clients=CLIENTS, seconds=SECONDS)
            yield row(
                "checks of a plot of 20 corners, all rules", seen, ">= 40 /s, p95 <= 300 ms, 0"
            )
            if SOAK_S:
                mixed = [*checks[:200], *[get("/ogc/collections/parks/items")] * 200]
                yield soak(port, process, mixed)
        served = Path(folder) / "served"
        served.mkdir()
        frame = parcels(FEATURES)
        served_workspace(served, frame)
        yield from served_rows(served, frame, Path(folder))


def served_rows(served, frame, folder):
    """Yield the rows on items and tiles, and the peers' items."""
    pages = pages_of("/ogc/collections/plots/items")
    with ours(served) as (port, _):
        load(port, pages, clients=CLIENTS, seconds=min(SECONDS, 5))
        first = load(port, pages, clients=CLIENTS, seconds=SECONDS)
        yield row(f"items, pages of {PAGE} of {FEATURES:,}", first, ">= 150 /s, 0 errors")
        tiles = load(port, tiles_of(), clients=CLIENTS, seconds=SECONDS)
        yield row(f"tiles of {FEATURES:,} parcels", tiles, ">= 150 /s, 0 errors")
        peers = [("pygeoapi", pygeoapi, 5), ("tipg with PostGIS", tipg, 1)]
        for name, peer, times in peers:
            seen = peer(frame, folder)
            if seen is None:
                yield (f"items by {name}", "not installed", f"ours >= {times} x", "-")
                continue
            again = load(port, pages, clients=CLIENTS, seconds=SECONDS)
            mean = (first.per_second + again.per_second) / 2
            what, measured, _, _ = row(f"items by {name}", seen, "")
            yield what, measured, f"ours >= {times} x", f"ours {mean / seen.per_second:.1f} x"


def pygeoapi(frame, folder):
    """Return what the clients saw of pygeoapi over the same parcels in a GeoPackage."""
    python = os.environ.get("GEO_TOOLKIT_PYGEOAPI")
    if not python:
        return None
    port = free_port()
    data, config = folder / "plots.gpkg", folder / "pygeoapi.yml"
    frame.assign(fid=range(1, len(frame) + 1)).to_crs(4326).to_file(data, layer="plots")
    config.write_text(_PYGEOAPI.format(port=port, data=data.as_posix()), encoding="utf-8")
    where = {"PYGEOAPI_CONFIG": str(config), "PYGEOAPI_OPENAPI": str(folder / "openapi.yml")}
    made = [python, "-m", "pygeoapi", "openapi", "generate", str(config)]
    made = [str(Path(python).with_name("pygeoapi")), *made[3:]]
    made += ["--output-file", where["PYGEOAPI_OPENAPI"]]
    subprocess.run(made, check=True, env={**os.environ, **where}, capture_output=True)
    command = [python, "-m", "gunicorn", "pygeoapi.flask_app:APP", "-w", "2"]
    command += ["-b", f"127.0.0.1:{port}"]
    with running(command, port, "/collections/plots/items?f=json&limit=1", **where):
        pages = pages_of("/collections/plots/items", "&f=json")
        load(port, pages, clients=CLIENTS, seconds=min(SECONDS, 5))
        return load(port, pages, clients=CLIENTS, seconds=SECONDS)


def tipg(frame, _folder):
    """Return what the clients saw of tipg over the same parcels in PostGIS."""
    python, url = os.environ.get("GEO_TOOLKIT_TIPG"), os.environ.get("GEO_TOOLKIT_POSTGIS")
    if not python or not url or psycopg is None:
        return None
    with psycopg.connect(url) as connection:
        connection.execute("DROP TABLE IF EXISTS public.plots")
        connection.execute(
            "CREATE TABLE public.plots (fid integer PRIMARY KEY, id text, name text, "
            "area_ha float8, geom geometry(Polygon, 4326))"
        )
        with connection.cursor().copy("COPY public.plots FROM STDIN") as copy:
            hexes = shapely.to_wkb(shapely.set_srid(frame.geometry, 4326), hex=True,
                                   include_srid=True)  # fmt: skip
            for n, one in enumerate(zip(frame["id"], frame["name"], frame["area_ha"], hexes,
                                        strict=True), start=1):  # fmt: skip
                copy.write_row((n, *one))
        connection.execute("CREATE INDEX ON public.plots USING gist (geom)")
    port = free_port()
    command = [python, "-m", "uvicorn", "tipg.main:app", "--port", str(port), "--workers", "2"]
    path = "/collections/public.plots/items"
    with running(command, port, f"{path}?limit=1", DATABASE_URL=url):
        pages = pages_of(path)
        load(port, pages, clients=CLIENTS, seconds=min(SECONDS, 5))
        return load(port, pages, clients=CLIENTS, seconds=SECONDS)


_PYGEOAPI = """
server:
  bind: {{host: 127.0.0.1, port: {port}}}
  url: http://127.0.0.1:{port}
  mimetype: application/json; charset=UTF-8
  encoding: utf-8
  languages: [en-US]
  limits: {{default_items: 10, max_items: 1000}}
  map: {{url: "none", attribution: "none"}}
logging: {{level: ERROR}}
metadata:
  identification:
    title: bench
    description: bench
    keywords: [bench]
    keywords_type: theme
    terms_of_service: none
    url: http://127.0.0.1
  license: {{name: none, url: http://127.0.0.1}}
  provider: {{name: bench, url: http://127.0.0.1}}
  contact: {{name: bench, email: a@b.c}}
resources:
  plots:
    type: collection
    title: plots
    description: plots
    keywords: [plots]
    links: []
    extents: {{spatial: {{bbox: [105, 30, 107, 32]}}}}
    providers:
      - type: feature
        name: SQLiteGPKG
        data: {data}
        id_field: fid
        table: plots
"""
