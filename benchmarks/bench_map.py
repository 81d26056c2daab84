"""Web maps: sizes of pages, and 200,000 parcels served to a headless browser.

The peer of the sizes is Folium's own GeoJson on the same polygons. Frames are timed in the page
itself while the map is dragged: what a user would feel as a hitch.
"""

import json
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

import folium
import geopandas as gpd
import numpy as np
import shapely

from geo_toolkit import Workspace
from geo_toolkit.webmap import frame_layer, map_layers, map_of

ROOT = Path(__file__).resolve().parents[1]
SEED = 20261124
BOUNDS = (105.43, 30.45, 106.97, 31.86)
ROUNDS = 5
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
ARGUMENTS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip
WATCH_FRAMES = """() => {
  window.gaps = []; let last = performance.now();
  const step = now => { window.gaps.push(now - last); last = now; requestAnimationFrame(step); };
  requestAnimationFrame(step);
}"""


def parcels(count, seed=SEED):
    """Return parcels of ten corners, 80 to 220 m wide, spread over a city."""
    rng = np.random.default_rng(seed)
    side = int(np.ceil(count**0.5))
    west, south, east, north = (105.6, 30.6, 106.8, 31.7)
    gx, gy = np.meshgrid(np.linspace(west, east, side), np.linspace(south, north, side))
    centre = np.column_stack([gx.ravel(), gy.ravel()])[:count]
    angle = np.sort(rng.uniform(0, 2 * np.pi, (count, 10)), axis=1)
    reach = rng.uniform(0.0004, 0.0011, (count, 10))
    x = centre[:, 0, None] + reach * np.cos(angle)
    y = centre[:, 1, None] + reach * np.sin(angle)
    columns = {
        "id": [str(n) for n in range(count)],
        "name": [f"地块{n}" for n in range(count)],
        "area_ha": rng.uniform(1, 5, count).round(4),
    }
    shapes = shapely.polygons(np.stack([x, y], axis=2))
    return gpd.GeoDataFrame(columns, geometry=shapes, crs=4490)


def served_workspace(folder, frame):
    """Write a workspace with one layer of parcels and a map of it."""
    layers, maps = folder / "layers" / "plots", folder / "maps"
    layers.mkdir(parents=True)
    maps.mkdir()
    (folder / "workspace.toml").write_text(
        f'name = "bench"\ntitle_zh = "测试"\ntitle_en = "Bench"\nbounds = {list(BOUNDS)}\n',
        encoding="utf-8",
    )
    (layers / "plots.toml").write_text(
        'id = "plots"\ntitle_zh = "地块"\ntitle_en = "Parcels"\nrole = "land_survey"\n'
        'geometry = "polygon"\ndata = "plots.fgb"\nkey = "id"\ncrs = "EPSG:4490"\n'
        'datum = "cgcs2000"\nevidence = "published"\naccuracy_m = 1\ncoverage = "none"\n'
        'source = "generated"\n[style]\ncolor = "#B5651D"\n',
        encoding="utf-8",
    )
    (maps / "plots.toml").write_text('title_zh = "地块"\nlayers = ["plots"]\n', encoding="utf-8")
    frame.to_file(layers / "plots.fgb", driver="FlatGeobuf")


def sizes():
    """Return the rows on page sizes: the overview, and 20,000 polygons beside Folium's own."""
    ws = Workspace.open(ROOT)
    overview = len(map_of(ws, "overview").encode("utf-8"))
    frame = parcels(20_000)
    started = time.perf_counter()
    page = map_layers(ws, [frame_layer(frame.set_index("id"), "plots")])
    seconds = time.perf_counter() - started
    small = map_layers(ws, [frame_layer(frame.set_index("id").iloc[:1], "plots")])
    data = len(page.encode("utf-8")) - len(small.encode("utf-8"))
    peer_map = folium.Map(location=[31.1, 106.2])
    folium.GeoJson(frame).add_to(peer_map)
    peer = len(peer_map.get_root().render().encode("utf-8"))
    return [
        ("overview map, one file", f"{overview / 1e6:.2f} MB", "<= 5 MB", "-"),
        ("20,000 polygons, data in one file", f"{data / 1e6:.2f} MB", "<= 3 MB",
         f"{peer / data:.1f} x smaller than folium.GeoJson"),
        ("20,000 polygons, written", f"{seconds:.1f} s", "-", "-"),
    ]  # fmt: skip


def free_port():
    """Return a port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_until_up(port):
    """Return when the service answers."""
    for _ in range(300):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=1):
                return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("the service did not start")


def first_view(browser, address):
    """Return seconds until every tile of the first view is drawn, and the page."""
    page = browser.new_context(viewport={"width": 1366, "height": 768}).new_page()
    started = time.perf_counter()
    page.goto(address)
    page.wait_for_selector("html[data-ready=yes]", state="attached")
    while page.evaluate("GeoToolkit.state.drawn.some(one => one.group.isLoading())"):
        time.sleep(0.01)
    page.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
    return time.perf_counter() - started, page


def longest_frame(page, zoom):
    """Return the longest frame in ms while the map is dragged about at a zoom."""
    page.evaluate(f"GeoToolkit.state.map.setView([31.1, 106.2], {zoom}, {{animate: false}})")
    while page.evaluate("GeoToolkit.state.drawn.some(one => one.group.isLoading())"):
        time.sleep(0.02)
    time.sleep(0.5)
    page.evaluate(WATCH_FRAMES)
    for step in (-1, 1, -1, 1):
        page.mouse.move(683, 400)
        page.mouse.down()
        for n in range(1, 25):
            page.mouse.move(683 + step * 16 * n, 400 + step * 8 * n)
            time.sleep(0.016)
        page.mouse.up()
        time.sleep(0.3)
    return max(json.loads(page.evaluate("JSON.stringify(window.gaps.slice(3))")))


def served(playwright, executable):
    """Return the rows on 200,000 parcels served."""
    rows, port = [], free_port()
    with tempfile.TemporaryDirectory() as folder:
        served_workspace(Path(folder), parcels(200_000))
        command = [
            sys.executable, "-m", "geo_toolkit.cli", "serve", "--port", str(port),
            "--workspace", folder,
        ]  # fmt: skip
        service = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            wait_until_up(port)
            browser = playwright.chromium.launch(executable_path=executable, args=list(ARGUMENTS))
            address = f"http://127.0.0.1:{port}/maps/plots"
            cold, page = first_view(browser, address)
            page.close()
            warm = []
            for _ in range(ROUNDS):
                seconds, page = first_view(browser, address)
                warm.append(seconds)
                page.close()
            rows.append(("200,000 parcels served, first view", f"{statistics.median(warm):.2f} s",
                         "< 2 s", f"median of {ROUNDS}"))  # fmt: skip
            rows.append(("… right after the service started", f"{cold:.2f} s", "< 2 s", "one run"))
            _, page = first_view(browser, address)
            for zoom, bar in ((9.5, 200), (12, 100), (14, 100), (16, 100)):
                worst = longest_frame(page, zoom)
                rows.append((f"… longest frame while dragged, zoom {zoom:g}", f"{worst:.0f} ms",
                             f"<= {bar} ms", "-"))  # fmt: skip
            browser.close()
        finally:
            service.terminate()
            service.wait(timeout=20)
    return rows


def run():
    """Return the rows of the results table: what, measured, bar, ratio to the peer."""
    rows = sizes()
    executable = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    try:
        from playwright.sync_api import sync_playwright
    except ModuleNotFoundError:
        executable = None
    if executable is None:
        return [*rows, ("200,000 parcels served", "no browser here", "< 2 s", "-")]
    with sync_playwright() as playwright:
        return [*rows, *served(playwright, executable)]


if __name__ == "__main__":
    for row in run():
        print(" | ".join(row))
