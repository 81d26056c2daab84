"""The page in a real browser, against a real server on loopback and the bundled workspace."""

import base64
import json
import math
import re
import shutil
import socket
import threading
import time
import zipfile
from contextlib import contextmanager
from pathlib import Path

import pytest
import uvicorn
from geo_toolkit_api import Settings, create_app

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "examples"
DROP = """async ([content, name]) => {
    const moved = new DataTransfer();
    const bytes = Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0));
    moved.items.add(new File([bytes], name));
    for (const kind of ["dragover", "drop"]) {
        document.getElementById("drop").dispatchEvent(
            new DragEvent(kind, {dataTransfer: moved, bubbles: true, cancelable: true}));
    }
}"""


@contextmanager
def running(workspace, settings):
    """Yield the application of a service in a thread of this process, and its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    app = create_app(workspace, settings)
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=port, log_level="warning"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    deadline = time.monotonic() + 30
    while not server.started and time.monotonic() < deadline:
        time.sleep(0.02)
    yield app, f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join(timeout=30)


@pytest.fixture(scope="module")
def service(tmp_path_factory):
    """Yield a service over a copy of the bundled workspace, with records of its own."""
    root = tmp_path_factory.mktemp("workspace")
    shutil.copy(ROOT / "workspace.toml", root)
    for name in ("layers", "rules", "maps", "examples"):
        shutil.copytree(ROOT / name, root / name)
    with running(root, Settings(quick_sites=5, max_sites=400)) as served:
        yield served


@pytest.fixture
def page(browser, service):
    """Yield the open page; see afterwards that it asked no other host and complained of nothing."""
    address = service[1]
    context = browser.new_context(viewport={"width": 1366, "height": 768}, accept_downloads=True)
    page = context.new_page()
    page.set_default_timeout(30_000)
    page.complaints, page.requested = [], []
    page.on("console", lambda said: page.complaints.append(said.text))
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    page.on("request", lambda request: page.requested.append(request.url))
    page.goto(f"{address}/?lang=zh")
    page.wait_for_selector("#draw:enabled")  # the map is there
    yield page
    assert [url for url in page.requested if not url.startswith((address, "blob:"))] == []
    assert page.complaints == []
    context.close()


@pytest.fixture
def several(tmp_path):
    """Return the path of a new file of square or round sites at given places."""

    def make(places, *, corners=4, name="地块"):
        features = []
        for number, (lon, lat) in enumerate(places, start=1):
            turn = [2 * math.pi * (k + 0.5) / corners for k in range(corners)]
            ring = [[lon + 0.001 * math.cos(t), lat + 0.001 * math.sin(t)] for t in turn]
            features.append(
                {
                    "type": "Feature",
                    "properties": {"name": f"{name}{number}"},
                    "geometry": {"type": "Polygon", "coordinates": [[*ring, ring[0]]]},
                }
            )
        path = tmp_path / "several.geojson"
        document = {"type": "FeatureCollection", "features": features}
        path.write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")
        return path

    return make


def check(page, file, project_type):
    """Choose a file and a project type, and wait for verdict and map."""
    page.set_input_files("#file", str(file))
    page.select_option("#project_type", project_type)
    page.click("#submit")
    page.wait_for_selector("[data-verdict]")
    page.wait_for_selector("#stage[data-map^=check]")


def download(page, name, kind):
    """Return the path of a file of the page, from one of its four menus."""
    page.click(f"#files-{name} summary")
    with page.expect_download() as coming:
        page.click(f"#files-{name} [data-kind={kind}]")
    return coming.value.path()


def map_view(page):
    """Return centre and zoom of the map in the frame."""
    return page.evaluate(
        """() => {
            const {map} = document.querySelector("#stage iframe").contentWindow.GeoToolkit.state;
            const centre = map.getCenter();
            return [centre.lat, centre.lng, map.getZoom()];
        }"""
    )


def test_the_chemical_example_dropped_on_the_page(page):
    content = base64.b64encode((EXAMPLES / "chemical_plot.txt").read_bytes()).decode()
    page.evaluate(DROP, [content, "地块.txt"])
    assert page.inner_text("#drop-text") == "地块.txt"
    page.select_option("#project_type", "chemical")
    page.click("#submit")
    page.wait_for_selector("[data-verdict=prohibited]")
    assert page.inner_text(".verdict-line") == "⊖ 禁止"
    assert page.inner_text("#fact-project") == "示例精细化工项目地块"
    assert page.inner_text("#fact-area") == "2.5664 公顷\n38.50 亩"
    assert re.fullmatch(r"\d+ 类要素", page.inner_text("#fact-missing"))
    assert page.input_value("#project_type") == "chemical"
    first = page.locator(".matters tbody").first
    assert first.get_attribute("data-role") == "river_shoreline"
    for told in ("河湖岸线", "禁止", "管控距离1000米", "《中华人民共和国长江保护法》", "规则 YZ-1"):
        assert told in first.inner_text()
    farmland = page.inner_text("[data-role=permanent_basic_farmland]")
    assert "无法判定" in farmland
    assert "—" in farmland  # no data is never shown as 0
    page.wait_for_selector("#stage[data-map^=check]")
    before = map_view(page)
    page.click("[data-role=railway] button")
    assert map_view(page) != before
    made = download(page, "external", "docx")
    with zipfile.ZipFile(made) as office:
        assert "示例精细化工项目地块" in office.read("word/document.xml").decode("utf-8")
    saved = json.loads(download(page, "package", "json").read_text(encoding="utf-8"))
    assert saved["schema"] == "geo-toolkit/check/1"
    assert f"#check={saved['check_id']}" in page.url


def test_all_the_faults_of_a_broken_file_stand_beside_it(page, tmp_path):
    text = (EXAMPLES / "broken_plot.txt").read_text(encoding="gbk")
    broken = tmp_path / "有误地块.txt"
    broken.write_text(text.replace("3395765.000", "339S765.000"), encoding="gbk")
    page.set_input_files("#file", str(broken))
    page.wait_for_selector("#panel[data-kind=faults]")
    assert page.inner_text("#faults-head") == "文件不能读取，须补正 2 处"
    rows = page.locator("#panel .fault")
    assert rows.count() == 2
    assert "第16行" in rows.nth(0).inner_text()
    assert "实有3项" in rows.nth(0).inner_text()
    assert "补正要求" in rows.nth(0).inner_text()
    assert "第17行" in rows.nth(1).inner_text()
    page.click("#sketch .spot >> nth=1")
    assert "chosen" in rows.nth(1).get_attribute("class")
    assert not page.locator("[data-verdict]").count()
    with zipfile.ZipFile(download(page, "corrections", "docx")) as office:
        assert "第16行" in office.read("word/document.xml").decode("utf-8")
    assert download(page, "corrections", "xlsx").stat().st_size > 1000


def test_a_long_check_shows_progress_survives_a_reload_and_can_be_stopped(page, several):
    places = [(105.7 + 0.03 * (n % 20), 30.7 + 0.04 * (n // 20)) for n in range(300)]
    page.set_input_files("#file", str(several(places, corners=40)))
    page.click("#submit")
    page.wait_for_selector("#progress")
    page.wait_for_selector("text=可以关闭本页")
    assert "#check=job-" in page.url
    page.reload()
    page.wait_for_selector("#progress")
    page.wait_for_selector("#stop:enabled")
    page.click("#stop")
    page.wait_for_selector("text=核查已停止，没有结论")
    assert page.inner_text("#verdict-word") == "没有结论"
    assert not page.locator("[data-verdict]").count()


def test_a_job_ends_with_its_verdict_and_its_outlines(page, several):
    page.set_input_files("#file", str(several([(105.8 + 0.1 * n, 31.0) for n in range(6)])))
    page.click("#submit")
    page.wait_for_selector("[data-verdict]", timeout=60_000)
    assert page.inner_text("#fact-project") == "6 个地块"
    assert page.locator("[data-site]").count() == 6
    assert "#check=job-" in page.url
    page.wait_for_selector("#stage[data-map^=check]")
    page.click("#recent summary")
    assert "6 个地块" in page.inner_text("#recent-list")


def test_a_job_that_failed_says_so_and_why(page):
    state = {"id": "job-1", "status": "failed", "progress": 0.5, "detail": "it takes too long"}
    page.route("**/checks/job-1", lambda route: route.fulfill(json=state))
    page.evaluate("location.hash = '#check=job-1'")
    page.wait_for_selector("#message")
    assert page.inner_text("#message").split() == [
        "核查未能完成，没有结论",
        *state["detail"].split(),
    ]
    assert page.inner_text("#verdict-word") == "没有结论"


def test_a_map_that_is_refused_is_named_and_the_verdict_stays(page):
    refusal = {"detail": "rules or layers have changed"}
    closed = {"content-security-policy": "default-src 'none'; frame-ancestors 'none'"}
    page.route(
        "**/checks/*/map?*",
        lambda route: route.fulfill(status=409, json=refusal, headers=closed),
    )
    page.set_input_files("#file", str(EXAMPLES / "chemical_plot.txt"))
    page.click("#submit")
    page.wait_for_selector("[data-verdict]")
    page.wait_for_selector("text=地图未能显示：rules or layers have changed")
    assert page.is_visible(".matters")
    assert all("409" in said or "frame-ancestors" in said for said in page.complaints)
    page.complaints.clear()  # Chromium's own lines


def test_another_system_or_encoding_is_tried_on_a_broken_file(page, tmp_path):
    file = tmp_path / "points.csv"
    file.write_text("点号,X,Y\nJ1,3395305,600195\nJ2,3395512,600160\nJ3,3395612,600268\n", "utf-8")
    page.set_input_files("#file", str(file))
    page.wait_for_selector("#panel[data-kind=faults]")
    page.click("#more summary")
    page.fill("[name=crs]", "EPSG:4544")
    page.keyboard.press("Tab")
    page.wait_for_selector("#panel[data-kind=empty]")
    assert not page.is_visible("#sketch")


def test_several_sites_stand_worst_first_and_hostile_names_stay_text(page, several):
    hostile = "<img src=x onerror=window.hit=1>"
    check(page, several([(106.2, 30.9), (106.045, 30.6765)], name=hostile), "chemical")
    names = page.locator(".site-list .name").all_inner_texts()
    assert names == [f"{hostile}2", f"{hostile}1"]
    verdicts = page.locator(".site-list .chip").all_inner_texts()
    assert "禁止" in verdicts[0]
    page.click("[data-site] >> nth=1")
    assert page.get_attribute("[data-site] >> nth=1", "aria-pressed") == "true"
    assert page.evaluate("window.hit") is None
    frame = page.frames[-1]
    assert frame.evaluate("window.hit") is None


def test_the_language_changes_and_the_result_stays(page):
    check(page, EXAMPLES / "chemical_plot.txt", "chemical")
    address = page.url.partition("#")[2]
    page.click("#language")
    page.wait_for_selector("text=limit 1000 m")
    assert page.inner_text(".verdict-line") == "⊖ prohibited"
    assert page.inner_text("#submit") == "Check again"
    assert page.url.endswith(f"?lang=en#{address}")
    assert page.inner_text("#drop-text") == "chemical_plot.txt"  # it can be checked again
    page.wait_for_selector("#stage[data-map^=check]")
    page.select_option("#project_type", "logistics")
    assert page.inner_text("#verdict-note") == "Changed: check again"
    page.click("#submit")
    page.wait_for_selector("#panel:not(.stale)[data-kind=done]")
    assert page.input_value("#project_type") == "logistics"


def test_a_check_by_keyboard_alone(page):
    def tab_to(name, most=40):
        for _ in range(most):
            page.keyboard.press("Tab")
            if page.evaluate("document.activeElement.id") == name:
                return
        raise AssertionError(name)

    tab_to("project_type")
    page.keyboard.press("Home")  # chemical comes first
    assert page.input_value("#project_type") == "chemical"
    tab_to("example")
    page.keyboard.press("Enter")
    page.wait_for_selector("#submit:focus")
    page.keyboard.press("Enter")
    page.wait_for_selector("#verdict[data-verdict=prohibited]:focus")
    assert page.inner_text("#live") == "核查完成：禁止"
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.closest('[data-role]') !== null"):
            break
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid"
    page.keyboard.press("Enter")
    page.wait_for_selector("tbody.chosen")
    page.focus("#files-package summary")
    page.keyboard.press("Enter")
    assert page.get_attribute("#files-package", "open") is not None
    page.keyboard.press("Tab")
    page.keyboard.press("Escape")
    assert page.get_attribute("#files-package", "open") is None
    page.wait_for_selector("#stage[data-map^=check]")


def test_nothing_moves_when_the_result_arrives_and_nothing_is_cut_off(page):
    parts = ("#banner", "#fact-area", "#project_type", "#drop", "#submit", "#stage", ".files")

    def places():
        return {part: page.locator(part).bounding_box() for part in parts}

    before = places()
    check(page, EXAMPLES / "chemical_plot.txt", "chemical")
    after = places()
    for part in parts:
        for side in ("x", "y") if part == "#fact-area" else ("x", "y", "width", "height"):
            assert before[part][side] == pytest.approx(after[part][side], abs=0.6), (part, side)
    assert page.evaluate("document.documentElement.scrollWidth") <= 1366
    assert page.evaluate("document.documentElement.scrollHeight") <= 768


def test_an_outline_drawn_on_the_map_is_checked_and_said_to_be_drawn(page):
    page.click("#draw")
    box = page.locator("#stage").bounding_box()
    for dx, dy in ((430, 200), (560, 210), (540, 330)):
        page.mouse.click(box["x"] + dx, box["y"] + dy)
    frame = page.frame_locator("#stage iframe")
    assert "3 个点" in frame.locator(".gt-draw").inner_text()
    frame.locator(".gt-draw .gt-go").click()
    page.wait_for_selector("#submit:focus")
    assert page.inner_text("#drop-text") == "图上绘制.geojson"
    page.click("#submit")
    page.wait_for_selector("[data-verdict]")
    assert page.inner_text("#verdict-note") == "图上绘制地块"
    assert "仅供筛查" in page.inner_text(".notes")
    page.wait_for_selector("#stage[data-map^=check]")


def test_the_internal_report_asks_for_a_key_and_says_why(page, service):
    app, _ = service
    key = app.state.admission.keys.add("李工", ["internal"])
    check(page, EXAMPLES / "chemical_plot.txt", "chemical")
    page.click("#files-internal summary")
    page.click("#files-internal [data-kind=xlsx]")
    page.wait_for_selector("#key[open]")
    assert "internal" in page.inner_text("#key-why")
    page.keyboard.press("Escape")
    assert not page.is_visible("#key")
    page.click("#sign-in")
    page.fill("#key-text", key)
    page.keyboard.press("Enter")
    page.wait_for_selector("#sign-out:visible")
    assert page.inner_text("#who") == "李工 · 权限：内部版" or "内部版" in page.inner_text("#who")
    assert download(page, "internal", "xlsx").stat().st_size > 1000
    page.click("#submit")  # the cookie's requests carry its token
    page.wait_for_selector("#panel[data-kind=done]")
    page.wait_for_selector("#stage[data-map^=check]")
    page.click("#sign-out")
    page.wait_for_selector("#sign-in:visible")


def test_every_map_of_the_repository_opens_under_its_policy(page):
    hrefs = page.evaluate("[...document.querySelectorAll('#maps a')].map(a => a.href)")
    assert hrefs
    for href in hrefs:
        page.goto(href, wait_until="networkidle")
        assert page.locator(".leaflet-container").is_visible()
