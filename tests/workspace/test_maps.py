"""The maps of the workspace: each renders, stands alone, stays small and opens in a browser."""

import os
import re
import shutil
from pathlib import Path

import pytest

from geo_toolkit.webmap import load_maps, map_of, render_map
from geo_toolkit.webmap.offline import require_no_foreign_address
from geo_toolkit.workspace import Workspace

ROOT = Path(__file__).resolve().parents[2]
MAPS = load_maps(ROOT / "maps")
LARGEST_BYTES = 5_000_000
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
def workspace():
    return Workspace.open(ROOT)


@pytest.fixture(scope="module")
def draw(workspace):
    drawn = {}

    def page(map_id, lang="zh"):
        if (map_id, lang) not in drawn:
            definition = MAPS[map_id]
            settings = workspace.settings
            drawn[map_id, lang] = render_map(
                definition,
                [workspace.layers[name].read() for name in definition.layer_ids],
                title=settings.title_en if lang == "en" else settings.title_zh,
                bounds=settings.bounds,
                lang=lang,
            )
        return drawn[map_id, lang]

    return page


def test_the_maps_that_are_promised_are_there():
    promised = {"overview", "red_line_review", "logistics", "low_carbon", "planned_projects"}
    assert promised <= set(MAPS)


@pytest.mark.parametrize("map_id", MAPS)
def test_every_map_has_two_titles_and_known_layers(map_id, workspace):
    definition = MAPS[map_id]
    assert definition.title_zh
    assert definition.title_en
    assert all(group.title_zh and group.title_en for group in definition.group)
    definition.require_layers(workspace.layers)


@pytest.mark.parametrize("map_id", MAPS)
def test_every_map_renders_alone_and_small(map_id, draw):
    html = draw(map_id)
    require_no_foreign_address(html, served=False)
    assert not re.search(r"""(src|href)=["'](https?:)?//""", html)
    assert len(html.encode("utf-8")) < LARGEST_BYTES
    assert MAPS[map_id].title_zh in html


def test_no_map_names_a_raw_key(draw):
    """The cards show labels: the columns' own names are not in the page."""
    html = draw("overview")
    for column in ("accuracy_m", "size_basis", "gazetteer_name", "chord_km", "longest_step_m"):
        assert column not in html


@pytest.mark.slow
def test_every_map_opens_in_a_browser_without_a_fault(draw, tmp_path):
    names = ("chromium", "chromium-browser", "google-chrome")
    found = next((path for name in names if (path := shutil.which(name))), None)
    if found is None:
        if os.environ.get("CI") == "true":
            pytest.fail("no browser; install the package chromium")
        pytest.skip("no browser; install the package chromium")
    sync_api = pytest.importorskip("playwright.sync_api")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=list(ARGUMENTS))
        for map_id in MAPS:
            for lang in ("zh", "en"):
                assert _faults(browser, draw(map_id, lang), tmp_path / "map.html") == []
        browser.close()


def _faults(browser, html, path):
    """Open a page, use every control on it; return what went wrong."""
    faults = []
    path.write_text(html, encoding="utf-8")
    page = browser.new_page(viewport={"width": 1366, "height": 768})
    page.on("console", lambda entry: faults.append(entry.text))
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on(
        "request",
        lambda request: (
            None
            if request.url.startswith(("file:", "data:", "blob:"))
            else faults.append(request.url)
        ),
    )
    page.goto(path.as_uri())
    page.wait_for_selector("html[data-ready=yes]", state="attached")
    for box in page.locator(".gt-switch legend input").all():
        box.check()
    for _ in range(2):
        page.locator(".leaflet-control-zoom-in").click()
        page.wait_for_timeout(400)
    if page.locator(".gt-name").count() < 5:
        faults.append("hardly any names on the map")
    if _overlapping_names(page):
        faults.append("names overlap")
    faults += _tool_faults(page)
    page.close()
    return faults


def _tool_faults(page):
    """Use each tool once; return what did not work."""
    faults = []
    page.locator(".gt-tool-search").click()
    page.keyboard.type("nan")
    if page.locator(".gt-found li").count() == 0:
        faults.append("nothing found for 'nan'")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    if page.locator(".gt-card h3").count() != 1:
        faults.append("no card for what was found")
    page.keyboard.press("Escape")
    page.locator(".gt-tool-home").click()
    page.locator(".gt-tool-measure").click()
    for x in (600, 720):
        page.mouse.click(x, 420)
        page.wait_for_timeout(350)
    if not page.locator(".gt-result").inner_text():
        faults.append("nothing measured")
    page.locator(".gt-tool-filter").click()
    before = page.locator(".gt-icon").count()
    page.locator(".gt-box .gt-one input").first.uncheck()
    if page.locator(".gt-icon").count() >= before:
        faults.append("the filter took nothing away")
    page.locator(".gt-box .gt-one input").first.check()
    page.locator(".gt-tool-swipe").click()
    if page.locator(".gt-swipe-bar").count() != 1:
        faults.append("no line to swipe")
    page.locator(".gt-tool-print").click()
    if page.locator(".gt-go").count() != 1:
        faults.append("no print box")
    page.keyboard.press("Escape")
    if page.evaluate("GeoToolkit.pictureOf(GeoToolkit.state).then(blob => blob.size)") < 50_000:
        faults.append("the picture is empty")
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    missing = page.evaluate(
        "(() => { const t = document.querySelector('.gt-sheet').textContent;"
        " return [GeoToolkit.words.legend, GeoToolkit.words.north, GeoToolkit.state.data.title,"
        " ...GeoToolkit.state.data.credits].filter(w => !t.includes(w.split(' ')[0])); })()"
    )
    faults += [f"not on the printed sheet: {word}" for word in missing]
    if "另有" in page.locator(".gt-sheet").text_content():
        faults.append("layers are missing from the printed legend")
    page.locator(".gt-tool-lang").click()
    page.wait_for_selector("html[data-ready=yes]", state="attached")
    return faults


def _overlapping_names(page):
    """Return how many pairs of level names overlap by more than a touch."""
    return page.evaluate(
        "() => {const boxes = [...document.querySelectorAll('.gt-name')]"
        ".filter(e => !/rotate\\((?!-?0\\.0deg)/.test(e.style.transform))"
        ".map(e => e.getBoundingClientRect()); let pairs = 0;"
        "boxes.forEach((a, i) => boxes.slice(i + 1).forEach(b => {"
        "const w = Math.min(a.right, b.right) - Math.max(a.left, b.left);"
        "const h = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);"
        "if (w > 6 && h > 4) { pairs += 1; }})); return pairs;}"
    )


def test_the_overview_counts_lines_and_not_their_pieces(request):
    """Six railways in 43 pieces are six railways, as the gazetteer lists them."""
    ws = Workspace.open(request.config.rootpath)
    names = set(ws.layers["railways"].read().frame["line"])
    assert len(names) == 6
    assert "6 条铁路" in map_of(ws, "overview", lang="zh")
