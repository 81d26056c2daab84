"""The page in a real browser, against a real server on loopback."""

import json
import os
import shutil
import socket
import threading
import time
from contextlib import contextmanager
from pathlib import Path

import pytest
import uvicorn
from geo_toolkit_api import Settings, create_app

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parents[2]
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture(scope="module")
def browser():
    found = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if found is None:
        if os.environ.get("CI") == "true":
            pytest.fail("no browser; install the package chromium")
        pytest.skip("no browser; install the package chromium")
    sync_api = pytest.importorskip("playwright.sync_api")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=list(ARGUMENTS))
        yield browser
        browser.close()


@contextmanager
def running(workspace):
    """Yield the address of a service in a thread of this process."""
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
def address(workspace):
    with running(workspace) as where:
        yield where


@contextmanager
def opened(browser, address):
    """Yield an open page; see afterwards that it asked no other host."""
    context = browser.new_context(viewport={"width": 1366, "height": 768}, accept_downloads=True)
    page = context.new_page()
    page.complaints, page.requested = [], []
    page.on("console", lambda said: page.complaints.append(said.text))
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    page.on("request", lambda request: page.requested.append(request.url))
    page.goto(address)
    yield page
    assert [url for url in page.requested if not url.startswith((address, "blob:"))] == []
    context.close()


@pytest.fixture
def page(browser, address):
    with opened(browser, address) as page:
        yield page


def test_an_upload_shows_verdict_reasons_and_the_document(page, plot, tmp_path):
    file = tmp_path / "化工地块.geojson"
    file.write_bytes(plot())
    assert page.get_by_text("尚未核查").is_visible()
    page.set_input_files("#file", str(file))
    assert page.inner_text("#drop-text") == "化工地块.geojson"
    page.select_option("#project_type", "chemical")
    page.click("#submit")
    page.wait_for_selector("[data-verdict=prohibited]")
    assert page.inner_text("[data-verdict]") == "⊖ 禁止"
    banner = page.inner_text("#banner")
    for expected in ("化工项目", "2.7592 公顷（41.39 亩）", "2026-03-01", "1 类要素缺少数据"):
        assert expected in banner
    shore = page.inner_text("[data-role=river_shoreline]")
    assert "河湖岸线" in shore
    assert "距河湖岸线 612.3 米，小于 1000 米" in shore
    assert "《长江保护法》（2020）第二十六条" in shore
    farmland = page.inner_text("[data-role=permanent_basic_farmland]")
    assert "无法判定" in farmland
    assert "—" in farmland  # no data is never shown as 0
    with page.expect_download() as download:
        page.click("#download")
    saved = json.loads(download.value.path().read_text(encoding="utf-8"))
    assert saved["schema"] == "geo-toolkit/check/1"
    assert saved["check_id"] in download.value.suggested_filename
    assert "id" not in saved
    assert page.complaints == []


def test_a_refusal_stands_beside_the_file_and_takes_the_old_verdict_away(page, plot, tmp_path):
    good, bad = tmp_path / "good.geojson", tmp_path / "bad.geojson"
    good.write_bytes(plot())
    bad.write_bytes(b"this is not a boundary")
    page.set_input_files("#file", str(good))
    page.click("#submit")
    page.wait_for_selector("[data-verdict]")
    page.set_input_files("#file", str(bad))
    page.click("#submit")
    page.wait_for_selector("#error:not(:empty)")
    assert page.inner_text("#error").startswith("bad.geojson")
    assert not page.is_visible("#answer")
    assert all("422" in complaint for complaint in page.complaints)  # Chromium's own line


def test_a_file_can_be_dropped_and_the_check_run_by_keyboard(page, plot):
    content = plot().decode()
    page.evaluate(
        """content => {
            const moved = new DataTransfer();
            moved.items.add(new File([content], "dropped.geojson"));
            document.getElementById("drop").dispatchEvent(
                new DragEvent("drop", {dataTransfer: moved, bubbles: true, cancelable: true}));
        }""",
        content,
    )
    assert page.inner_text("#drop-text") == "dropped.geojson"
    page.focus("#file")
    for _ in range(10):  # project type, scope, nature, the parts of the date, the folded part
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == "submit":
            break
    page.keyboard.press("Enter")
    page.wait_for_selector("[data-verdict=undetermined]")
    assert page.evaluate("document.activeElement.id") == "banner"
    assert page.complaints == []


def test_text_in_a_submitted_file_is_shown_as_text(page, plot, tmp_path):
    file = tmp_path / "hostile.geojson"
    file.write_bytes(plot(name="<img src=x onerror=window.hit=1>"))
    page.set_input_files("#file", str(file))
    page.click("#submit")
    page.wait_for_selector("[data-verdict]")
    assert "<img src=x onerror=window.hit=1>" in page.inner_text("#banner")
    assert page.evaluate("window.hit") is None
    assert page.complaints == []


def test_nothing_is_cut_off_and_the_button_is_in_view(page):
    assert page.evaluate("document.documentElement.scrollWidth") <= 1366
    box = page.locator("#submit").bounding_box()
    assert box["y"] + box["height"] <= 768


def test_the_english_page_answers_in_english(page, address, plot, tmp_path):
    file = tmp_path / "plot.geojson"
    file.write_bytes(plot())
    page.goto(f"{address}/?lang=en")
    page.set_input_files("#file", str(file))
    page.click("#submit")
    page.wait_for_selector("[data-verdict]")
    assert page.inner_text("[data-verdict]") == "? undetermined"
    assert page.complaints == []


def test_every_map_of_the_repository_opens_under_its_policy(browser):
    with running(ROOT) as address, opened(browser, address) as page:
        hrefs = page.evaluate("[...document.querySelectorAll('nav a')].map(a => a.href)")
        assert hrefs
        for href in hrefs:
            page.goto(href, wait_until="networkidle")
            assert page.locator(".leaflet-container").is_visible()
        assert page.complaints == []
