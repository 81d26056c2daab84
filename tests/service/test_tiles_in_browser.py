"""A map of a large layer in a real browser, its tiles asked from a real server on loopback."""

import socket
import threading
import time

import geopandas as gpd
import numpy as np
import pytest
import shapely
import uvicorn
from geo_toolkit_api import Settings, create_app

from geo_toolkit.webmap import frame_layer

pytestmark = pytest.mark.slow


@pytest.fixture
def address(workspace, fake_entry):
    """Serve 20,000 squares of 30 m as the map ``plots``; yield the service's address."""
    x, y = np.meshgrid(np.linspace(105.8, 106.2, 200), np.linspace(30.8, 31.2, 100))
    frame = gpd.GeoDataFrame(
        {"name": [f"地块{n}" for n in range(20_000)], "area_ha": 0.09},
        geometry=shapely.box(x.ravel(), y.ravel(), x.ravel() + 0.0003, y.ravel() + 0.0003),
        crs=4490,
    )
    layer = frame_layer(frame, "plots", title_zh="地块", title_en="Plots", role="land_survey")
    workspace.layers["plots"] = fake_entry(layer.definition, lambda _day=None: layer)
    (workspace.root / "maps" / "plots.toml").write_text(
        'title_zh = "地块图"\ntitle_en = "Plots"\nlayers = ["plots"]\n', encoding="utf-8"
    )
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    app = create_app(workspace, Settings())
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=port, log_level="warning"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    deadline = time.monotonic() + 20
    while not server.started and time.monotonic() < deadline:
        time.sleep(0.02)
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join(timeout=20)


@pytest.fixture
def page(browser, address):
    """Yield the map's page, drawn; see afterwards that nothing went wrong."""
    context = browser.new_context(viewport={"width": 1366, "height": 768})
    page = context.new_page()
    faults = []
    page.on("console", lambda said: faults.append(said.text))
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on(
        "request",
        lambda request: (
            None if request.url.startswith((address, "data:")) else faults.append(request.url)
        ),
    )
    page.goto(f"{address}/maps/plots")
    page.wait_for_selector("html[data-ready=yes]", state="attached")
    settled(page)
    yield page
    assert faults == []
    context.close()


def settled(page):
    for _ in range(200):
        if not page.evaluate("GeoToolkit.state.drawn.some(one => one.group.isLoading())"):
            return
        page.wait_for_timeout(30)


def test_thinned_tiles_say_so_until_all_features_show(page):
    notice = page.locator(".gt-notices [data-key='thin-plots']")
    assert notice.inner_text() == "“地块”在当前比例尺下只显示部分要素，放大后全部显示"
    page.evaluate("GeoToolkit.state.map.setView([31, 106], 15, {animate: false})")
    settled(page)
    assert notice.count() == 0


def test_a_feature_in_tiles_has_a_card_and_is_found_by_name(page):
    page.locator(".gt-tool-search").click()
    page.keyboard.type("地块19999")
    page.wait_for_selector(".gt-found li")
    page.keyboard.press("Enter")
    settled(page)
    page.keyboard.press("Escape")
    centre = page.evaluate(
        "(() => { const r = document.querySelector('main').getBoundingClientRect();"
        " return [r.left + r.width / 2, r.top + r.height / 2]; })()"
    )
    page.mouse.click(*centre)
    page.wait_for_selector(".gt-card")
    assert page.locator(".gt-card h3").inner_text() == "地块19999"
    assert "0.09 公顷" in page.locator(".gt-card").inner_text()
    assert "地块19999" in page.locator(".gt-name").all_inner_texts()
