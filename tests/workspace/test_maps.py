"""The maps of the workspace: each renders, stands alone, stays small and opens in a browser."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from geo_toolkit.webmap import load_maps, map_of, render_map
from geo_toolkit.webmap.offline import require_no_foreign_address
from geo_toolkit.workspace import Workspace

ROOT = Path(__file__).resolve().parents[2]
MAPS = load_maps(ROOT / "maps")
LARGEST_BYTES = 5_000_000


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
@pytest.mark.parametrize("map_id", MAPS)
def test_every_map_opens_in_a_browser_without_a_fault(browser, draw, tmp_path, map_id):
    for lang in ("zh", "en"):
        assert _faults(browser, draw(map_id, lang), tmp_path / "map.html") == []


SHEETS = [(paper, way) for paper in ("A4", "A3") for way in ("landscape", "portrait")]
SIZES_PT = {"A4": (842, 595), "A3": (1191, 842)}


@pytest.mark.slow
@pytest.mark.parametrize("map_id", MAPS)
def test_every_map_prints_on_one_sheet_with_all_that_belongs_on_it(browser, draw, tmp_path, map_id):
    if shutil.which("pdftotext") is None:
        pytest.skip("no pdftotext; install the package poppler-utils")
    path = tmp_path / "map.html"
    path.write_text(draw(map_id), encoding="utf-8")
    page = browser.new_page(viewport={"width": 1366, "height": 768})
    page.goto(path.as_uri())
    page.wait_for_selector("html[data-ready=yes]", state="attached")
    page.evaluate("window.print = () => { document.body.dataset.printed = 'yes'; }")
    credits_line = page.evaluate("GeoToolkit.state.data.credits")
    layers_on = page.evaluate(
        "GeoToolkit.state.data.layers.filter(l => l.on && l.features.length).map(l => l.title)"
    )
    for paper, way in SHEETS:
        page.evaluate("delete document.body.dataset.printed")
        page.locator(".gt-tool-print").click()
        page.locator("input[name=gt-paper]").nth(int(paper == "A3")).check()
        page.locator("input[name=gt-way]").nth(int(way == "portrait")).check()
        page.locator(".gt-go").click()
        page.wait_for_selector("body[data-printed=yes]")
        page.pdf(path=tmp_path / "m.pdf", prefer_css_page_size=True, print_background=True)
        page.locator(".gt-box .gt-tool-close").click()
        text, words, size = _pdf(tmp_path / "m.pdf")
        wide, high = SIZES_PT[paper] if way == "landscape" else SIZES_PT[paper][::-1]
        assert size == (pytest.approx(wide, abs=2), pytest.approx(high, abs=2))
        joined = re.sub(r"\s", "", text)
        assert joined.count(MAPS[map_id].title_zh) == 1
        assert re.search(rf"\d+公里约1:[\d,]+（{paper}幅面）", joined)
        for line in ("图例", "北", *credits_line):
            assert re.sub(r"\s", "", line) in joined, (paper, way, line)
        assert "另有" not in joined  # no layer of the legend is left out
        missing = [title for title in layers_on if title not in joined]
        assert not [title for title in missing if title not in ("铁路", "铁路车站")], (paper, way)
        for x0, y0, x1, y1 in words:
            assert 0 <= x0 <= x1 <= size[0]
            assert 0 <= y0 <= y1 <= size[1]
    page.close()


def _pdf(path):
    """Return the text of a PDF of one page, the boxes of its words, and its size in points."""
    run = {"capture_output": True, "encoding": "utf-8", "check": True}
    info = subprocess.run(["pdfinfo", path], **run).stdout
    assert re.search(r"Pages:\s+1\n", info)
    size = re.search(r"Page size:\s+([\d.]+) x ([\d.]+)", info)
    text = subprocess.run(["pdftotext", "-layout", path, "-"], **run).stdout
    boxes = subprocess.run(["pdftotext", "-bbox", path, "-"], **run).stdout
    found = re.findall(r'<word xMin="(.*?)" yMin="(.*?)" xMax="(.*?)" yMax="(.*?)"', boxes)
    return text, [tuple(map(float, box)) for box in found], tuple(map(float, size.groups()))


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
    if _overlapping_names(page):
        faults.append("names overlap when the page opens")
    faults += _growth_faults(page)
    faults += _switch_faults(page)
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


def _growth_faults(page):
    """Zoom in by the button; return whether symbols and lines failed to grow with it."""
    size = (
        "[parseFloat(getComputedStyle(document.querySelector('.gt-symbol')).width),"
        " Math.max(...[...document.querySelectorAll('path.leaflet-interactive')]"
        ".filter(e => e.getAttribute('stroke-opacity') !== '0')"
        ".map(e => Number(e.getAttribute('stroke-width'))))]"
    )
    before = page.evaluate(size)
    for _ in range(4):
        page.locator(".leaflet-control-zoom-in").click()
        page.wait_for_timeout(350)
    after = page.evaluate(size)
    for _ in range(4):
        page.locator(".leaflet-control-zoom-out").click()
        page.wait_for_timeout(350)
    grown = all(b > a * 1.15 for a, b in zip(before, after, strict=True))
    return [] if grown else [f"symbols and lines do not grow: {before} {after}"]


def _switch_faults(page):
    """Use every box of the layer switch, and fold every panel; return what did not follow."""
    faults = []
    rows = page.locator(".gt-legend .gt-entry")
    for box in page.locator(".gt-switch .gt-one input").all():
        was = box.is_checked()
        before = rows.count()
        box.click()
        if box.is_checked() == was:
            faults.append("a box of the layer switch is stuck")
        if (rows.count() < before) != was and rows.count() != before:
            faults.append("the legend does not follow the layer switch")
        box.click()
    for box in page.locator(".gt-switch legend input").all():
        box.check()
    for panel in page.locator("details.gt-panel").all():
        was = panel.get_attribute("open")
        for state in (None, ""):
            panel.locator("summary").click()
            if was == "" and panel.get_attribute("open") != state:
                faults.append("a panel does not fold")
    return faults


def _tool_faults(page):
    """Use each tool once; return what did not work."""
    faults = []
    page.locator(".gt-tool-full").click()
    page.wait_for_timeout(200)
    if not page.evaluate("document.fullscreenElement !== null"):
        faults.append("no full screen")
    page.evaluate("document.fullscreenElement && document.exitFullscreen()")
    page.wait_for_timeout(200)
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
    if page.locator(".gt-year input").count():
        page.locator(".gt-year input").focus()
        page.keyboard.press("ArrowLeft")
        if "filter" not in page.evaluate(
            "[...document.querySelectorAll('.gt-notices p')].map(p => p.dataset.key)"
        ):
            faults.append("the year takes nothing away")
        page.keyboard.press("End")
    page.locator(".gt-box .gt-tool-close").click()
    if page.locator(".gt-box").count():
        faults.append("a box does not close")
    page.locator(".gt-tool-swipe").click()
    if page.locator(".gt-swipe-bar").count() != 1:
        faults.append("no line to swipe")
    page.locator(".gt-tool-print").click()
    if page.locator(".gt-go").count() != 1:
        faults.append("no print box")
    page.keyboard.press("Escape")
    with page.expect_download() as saved:
        page.locator(".gt-tool-picture").click()
    if Path(saved.value.path()).stat().st_size < 50_000:
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
