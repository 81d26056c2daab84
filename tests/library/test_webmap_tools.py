"""What a planner does on the page, in a real browser: find, measure, filter, compare, print."""

import io
import re
import shutil
import subprocess

import geopandas as gpd
import numpy as np
import pyogrio
import pyproj
import pytest
import shapely

from geo_toolkit.geodesy import Datum, wgs84_to_web
from geo_toolkit.webmap import (
    MapDefinition,
    RasterOverlay,
    TimeOverlay,
    frame_layer,
    render_map,
)

pytestmark = pytest.mark.slow

BOUNDS = (106.0, 30.0, 107.0, 31.0)
GEOD = pyproj.Geod(a=6378137, rf=298.257222101)


@pytest.fixture
def show(browser, tmp_path):
    """Return a function that opens a page's text; what went wrong is in its ``faults``."""
    context = browser.new_context(viewport={"width": 1366, "height": 768}, accept_downloads=True)
    page = context.new_page()

    def open_page(html):
        path = tmp_path / "page.html"
        path.write_text(html, encoding="utf-8")
        page.goto(path.as_uri())
        page.wait_for_selector("html[data-ready=yes]", state="attached", timeout=20_000)
        return page

    open_page.faults = []
    page.on("console", lambda entry: open_page.faults.append(f"console: {entry.text[:200]}"))
    page.on("pageerror", lambda error: open_page.faults.append(f"error: {error}"))
    page.on(
        "request",
        lambda request: (
            None
            if request.url.startswith(("file:", "data:", "blob:"))
            else open_page.faults.append(request.url)
        ),
    )
    yield open_page
    context.close()


def layers():
    points = gpd.GeoDataFrame(
        {
            "name_zh": ["物流园", "化工园", "新机场"],
            "name_en": ["Logistics park", "Chemical park", "New airport"],
            "status": ["existing", "under_construction", "planned"],
            "opened": ["2015-03", None, None],
            "open_target": [None, "2027", "2030"],
        },
        geometry=gpd.points_from_xy([106.3, 106.5, 106.7], [30.3, 30.5, 30.7]),
        crs=4490,
    )
    zones = gpd.GeoDataFrame(
        {"name_zh": ["保护区"], "name_en": ["Reserve"]},
        geometry=[shapely.box(106.2, 30.2, 106.8, 30.8)],
        crs=4490,
    )
    return [
        frame_layer(zones, "zones", title_zh="保护区", title_en="Reserves", role="nature_reserve"),
        frame_layer(points, "dots", title_zh="园区", title_en="Parks", role="industrial_park"),
    ]


def a_map(*, drawn=None, overlays=(), **keys):
    drawn = drawn or layers()
    definition = MapDefinition(
        id="m",
        title_zh="测试图",
        title_en="Test map",
        layers=tuple(layer.id for layer in drawn),
        **keys,
    )
    return render_map(
        definition,
        drawn,
        title="测试市",
        second_title="Testville",
        bounds=BOUNDS,
        overlays=overlays,
    )


def test_metres_and_areas_agree_with_independent_libraries(show):
    page = show(a_map())
    rng = np.random.default_rng(20)
    for zone in (25, 33, 35, 36, 45):
        to_metres = pyproj.Transformer.from_crs(
            4490,
            f"+proj=tmerc +lon_0={3 * zone} +x_0=500000 +a=6378137 +rf=298.257222101 +type=crs",
            always_xy=True,
        )
        places = np.column_stack([3 * zone + rng.uniform(-1.5, 1.5, 50), rng.uniform(4, 53, 50)])
        got = page.evaluate(
            "([all, m]) => all.map(a => { const g = GeoToolkit.gaussKrueger(a[0], a[1], m);"
            " return [g.y, g.x, GeoToolkit.zoneOf(a[0]).zone]; })",
            [places.tolist(), 3 * zone],
        )
        want = np.column_stack(to_metres.transform(places[:, 0], places[:, 1]))
        assert np.abs(np.array(got)[:, :2] - want).max() < 0.001
        assert {int(row[2]) for row in got} == {zone}
    for size in (0.001, 0.01, 0.1, 1.0):
        ring = [(106, 30.5), (106 + size, 30.55), (106 + 0.9 * size, 30.5 + size)]
        area, length = GEOD.polygon_area_perimeter(*zip(*ring, strict=True))
        flipped = [[lat, lon] for lon, lat in ring]
        assert page.evaluate("r => GeoToolkit.areaM2(r)", flipped) == pytest.approx(
            abs(area), rel=2e-8
        )
        closed = [*flipped, flipped[0]]
        assert page.evaluate("r => GeoToolkit.lengthM(r)", closed) == pytest.approx(
            length, abs=0.001
        )


@pytest.mark.parametrize("datum", [Datum.GCJ02, Datum.BD09])
def test_the_page_shifts_as_the_library_does(show, datum):
    page = show(a_map())
    lon, lat = np.linspace(98, 122, 30), np.linspace(21, 45, 30)
    x, y = wgs84_to_web(lon, lat, datum)
    there = page.evaluate(
        "([x, y, d]) => x.map((one, i) => GeoToolkit.toDisplay(one, y[i], d))",
        [lon.tolist(), lat.tolist(), datum.value],
    )
    assert np.abs(np.array(there) - np.column_stack([x, y])).max() < 1e-9
    back = page.evaluate(
        "([x, y, d]) => x.map((one, i) => GeoToolkit.fromDisplay(one, y[i], d))",
        [x.tolist(), y.tolist(), datum.value],
    )
    assert np.abs(np.array(back) - np.column_stack([lon, lat])).max() < 1e-8


@pytest.mark.parametrize("word", ["物流", "logistics PARK"])
def test_a_place_is_found_by_either_name(show, word):
    page = show(a_map())
    page.locator(".gt-tool-search").click()
    page.keyboard.type(word)
    assert page.locator(".gt-found li").all_inner_texts()[0].startswith("物流园")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    assert page.locator(".gt-card h3").inner_text() == "物流园"
    page.locator(".gt-field").focus()
    page.keyboard.press("Escape")
    assert page.locator(".gt-box").count() == 0
    assert show.faults == []


def test_nothing_found_is_said(show):
    page = show(a_map())
    page.locator(".gt-tool-search").click()
    page.keyboard.type("<img src=x>")
    assert page.locator(".gt-box .gt-hint").inner_text() == "没有找到"


def test_a_length_is_measured_by_clicks_and_by_keys(show):
    page = show(a_map())
    page.locator(".gt-tool-measure").click()
    for x in (600, 800):
        page.mouse.click(x, 400)
        page.wait_for_timeout(400)
    ends = page.evaluate(
        "[600, 800].map(x => { const r = document.querySelector('main').getBoundingClientRect();"
        " const p = GeoToolkit.state.map.containerPointToLatLng([x - r.left, 400 - r.top]);"
        " return [p.lat, p.lng]; })"
    )
    want = GEOD.line_length([p[1] for p in ends], [p[0] for p in ends])
    text = page.locator(".gt-result").inner_text()
    assert re.fullmatch(r"长度 [\d.,]+ 公里", text)
    assert float(text.split()[1].replace(",", "")) == pytest.approx(want / 1000, abs=0.002)
    page.locator(".gt-kinds input").nth(1).check()
    for dx, dy in ((0, 0), (150, 0), (0, 150)):
        page.evaluate(f"GeoToolkit.state.map.panBy([{dx}, {dy}], {{animate: false}})")
        page.locator(".gt-buttons button").first.click()
    assert re.match(
        r"面积 [\d.,]+ 平方公里 · [\d.,]+ 亩；周长", page.locator(".gt-result").inner_text()
    )
    page.locator(".gt-tool-measure").click()
    assert page.evaluate("GeoToolkit.busy") is False
    assert show.faults == []


def test_the_pointer_is_told_in_degrees_and_in_metres(show):
    page = show(a_map())
    page.mouse.move(683, 400)
    text = page.locator(".gt-where").inner_text()
    found = re.match(
        r"CGCS2000\s+([\d.]+)°E\s+([\d.]+)°N\s+X ([\d.]+)\s+Y ([\d.]+)\s+3°带 (\d+)", text
    )
    lon, lat, north, east, zone = (float(part) for part in found.groups())
    assert zone == round(lon / 3)
    there = pyproj.Transformer.from_crs(4490, 4488 + int(zone), always_xy=True)
    y, x = there.transform(lon, lat)
    assert (north, east) == (pytest.approx(x, abs=0.2), pytest.approx(y, abs=0.2))


def test_status_and_year_choose_what_shows(show):
    page = show(a_map())
    assert page.locator(".gt-icon").count() == 3
    page.locator(".gt-tool-filter").click()
    page.locator(".gt-box .gt-one input").nth(2).uncheck()  # planned
    assert page.locator(".gt-icon").count() == 2
    assert "已筛选" in page.locator(".gt-notices").inner_text()
    page.locator(".gt-box .gt-one input").nth(2).check()
    page.locator(".gt-year input").fill("2027")
    assert page.locator(".gt-year output").inner_text() == "截至 2027 年建成"
    assert page.locator(".gt-icon").count() == 2
    page.locator(".gt-year input").fill("2015")
    assert page.locator(".gt-icon").count() == 1
    rows = page.locator(".gt-legend .gt-row bdi").all_inner_texts()
    assert not any("在建" in row or "规划" in row for row in rows)
    assert show.faults == []


def test_two_layers_are_compared_with_a_line_that_keys_can_move(show):
    page = show(a_map())
    page.locator(".gt-tool-swipe").click()
    selects = page.locator(".gt-choice select")
    selects.nth(0).select_option("zones")
    selects.nth(1).select_option("dots")
    visible = (
        "[...document.querySelectorAll('.gt-icon')]"
        ".filter(e => e.style.visibility !== 'hidden').length"
    )
    assert page.evaluate(visible) < 3
    assert "rect(" in page.evaluate("GeoToolkit.state.map.getPane('gt-zones').style.clip")
    page.locator(".gt-swipe-bar").focus()
    for _ in range(5):
        page.keyboard.press("PageDown")
    assert page.locator(".gt-swipe-bar").get_attribute("aria-valuenow") == "2"
    assert page.evaluate(visible) == 3
    page.locator(".gt-tool-swipe").click()
    assert page.evaluate("GeoToolkit.state.map.getPane('gt-zones').style.clip") == ""
    assert page.locator(".gt-swipe-bar").count() == 0
    assert show.faults == []


def test_the_page_speaks_both_languages_and_keeps_its_view(show):
    page = show(a_map())
    page.locator(".leaflet-control-zoom-in").click()
    page.wait_for_timeout(500)
    zoom = page.evaluate("GeoToolkit.state.map.getZoom()")
    page.locator(".gt-switch .gt-one input").first.uncheck()
    page.locator(".gt-tool-lang").click()
    page.wait_for_selector("html[data-ready=yes]", state="attached")
    assert page.locator("h1").inner_text() == "Test map"
    assert page.locator("html").get_attribute("lang") == "en"
    assert "Testville" in page.locator(".gt-bottom").inner_text()
    assert page.locator(".gt-name").all_inner_texts()
    assert not re.search("[\u4e00-\u9fff]", page.locator("body").inner_text().replace("中文", ""))
    assert page.evaluate("GeoToolkit.state.map.getZoom()") == zoom
    assert not page.locator(".gt-switch .gt-one input").first.is_checked()
    page.locator(".gt-tool-lang").click()
    page.wait_for_selector("html[data-ready=yes]", state="attached")
    assert page.locator("h1").inner_text() == "测试图"
    assert show.faults == []


def test_every_tool_can_be_reached_and_used_by_keys(show):
    page = show(a_map())
    names = set()
    for _ in range(40):
        page.keyboard.press("Tab")
        names.add(page.evaluate("document.activeElement.getAttribute('aria-label')"))
    assert {"回到全图", "查找地名", "量测", "按状态和年份筛选", "卷帘对比", "全屏", "打印"} <= names
    page.locator(".gt-tool-filter").focus()
    page.keyboard.press("Enter")
    assert page.locator(".gt-box").get_attribute("aria-label") == "按状态和年份筛选"
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.className").endswith("gt-tool-filter")


def overlays():
    image = pytest.importorskip("PIL.Image").new("RGBA", (4, 4), (170, 51, 0, 255))
    png = io.BytesIO()
    image.save(png, "PNG")
    reached = gpd.GeoDataFrame(
        {"minutes": [30, 60]},
        geometry=[shapely.Point(106.5, 30.5).buffer(r) for r in (0.1, 0.2)],
        crs=4490,
    )
    legend = (("#AA3300", "高", "high"),)
    return [
        RasterOverlay(
            "suit", "适宜性", "Suitability", png.getvalue(), (106.1, 30.1, 106.3, 30.3), legend
        ),
        TimeOverlay("iso", "等时圈", "Isochrones", reached),
    ]


def test_rasters_and_times_are_layers_like_others(show):
    page = show(a_map(overlays=overlays()))
    assert page.locator(".leaflet-image-layer").count() == 1
    legend = page.locator(".gt-legend").inner_text()
    assert "适宜性：高" in legend
    assert "60 分钟以内" in legend
    page.locator(".gt-tool-swipe").click()
    assert page.locator(".gt-choice select").first.locator("option").count() == 4
    page.locator(".gt-switch fieldset").last.locator("legend input").uncheck()
    assert page.locator(".leaflet-image-layer").count() == 0
    assert show.faults == []


@pytest.mark.parametrize(("paper", "size"), [(0, (842, 595)), (1, (1191, 842))])
def test_print_puts_everything_on_one_page(show, tmp_path, paper, size):
    if shutil.which("pdftotext") is None:
        pytest.skip("no pdftotext; install the package poppler-utils")
    page = show(a_map(overlays=overlays()))
    page.evaluate("window.print = () => { document.body.dataset.printed = 'yes'; }")
    page.locator(".gt-tool-print").click()
    page.locator("input[name=gt-paper]").nth(paper).check()
    page.locator(".gt-go").click()
    page.wait_for_selector("body[data-printed=yes]")
    page.pdf(path=tmp_path / "m.pdf", prefer_css_page_size=True, print_background=True)
    info = subprocess.run(["pdfinfo", tmp_path / "m.pdf"], capture_output=True, text=True).stdout
    assert re.search(r"Pages:\s+1\n", info)
    found = re.search(r"Page size:\s+([\d.]+) x ([\d.]+)", info)
    assert (float(found[1]), float(found[2])) == (
        pytest.approx(size[0], abs=2),
        pytest.approx(size[1], abs=2),
    )
    text = subprocess.run(
        ["pdftotext", "-layout", tmp_path / "m.pdf", "-"], capture_output=True, encoding="utf-8"
    ).stdout
    for word in (
        "测试图",
        "图例",
        "保护区",
        "公里",
        "北",
        "制图：测试市",
        "审图号",
        "约 1:",
        "物流园",
    ):
        assert word in text
    boxes = subprocess.run(
        ["pdftotext", "-bbox", tmp_path / "m.pdf", "-"], capture_output=True, encoding="utf-8"
    ).stdout
    for x0, y0, x1, y1 in re.findall(r'xMin="(.*?)" yMin="(.*?)" xMax="(.*?)" yMax="(.*?)"', boxes):
        assert float(x0) >= 0
        assert float(y0) >= 0
        assert float(x1) <= float(found[1])
        assert float(y1) <= float(found[2])
    assert show.faults == []


def test_the_browsers_own_print_command_gives_the_same_sheet(show, tmp_path):
    if shutil.which("pdftotext") is None:
        pytest.skip("no pdftotext; install the package poppler-utils")
    page = show(a_map())
    page.pdf(path=tmp_path / "m.pdf", format="A4", landscape=True)
    out = subprocess.run(
        ["pdftotext", tmp_path / "m.pdf", "-"], capture_output=True, encoding="utf-8"
    ).stdout
    assert out.count("\f") == 1
    assert "图例" in out
    assert "制图：测试市" in out


def test_a_picture_holds_the_map_and_nothing_of_others(show, tmp_path):
    image = pytest.importorskip("PIL.Image")
    page = show(a_map(overlays=overlays()))
    with page.expect_download() as download:
        page.locator(".gt-tool-picture").click()
    assert download.value.suggested_filename == "测试图.png"
    download.value.save_as(tmp_path / "m.png")
    with image.open(tmp_path / "m.png") as picture:
        assert picture.size[0] >= 1800
        colours = {colour for _, colour in picture.convert("RGB").getcolors(1 << 24)}
    assert len(colours) > 500
    assert show.faults == []


def test_a_background_that_cannot_be_reached_is_said_and_left_out_of_print(show, tmp_path):
    page = show(a_map(basemap="amap"))
    page.wait_for_selector(".gt-notices [data-key=background]")
    notes = page.locator(".gt-notices").inner_text()
    assert "底图（高德地图）无法访问，仅显示自有图层" in notes
    assert "GCJ-02" in notes
    assert page.locator(".gt-icon").count() == 3
    hosts = {fault.split("/")[2] for fault in show.faults if fault.startswith("http")}
    assert hosts <= {f"webrd0{n}.is.autonavi.com" for n in range(1, 5)}
    page.pdf(path=tmp_path / "m.pdf", format="A4", landscape=True)
    assert page.locator(".gt-sheet image").count() == 0
    assert "在线底图仅供屏幕浏览，打印和图片不含底图" in page.locator(".gt-sheet").text_content()


def test_a_feature_on_amap_stands_within_two_metres_of_its_shifted_place(show):
    page = show(a_map(basemap="amap"))
    lon, lat = wgs84_to_web(np.array([106.5]), np.array([30.5]), Datum.GCJ02)
    drawn = page.evaluate(
        "GeoToolkit.state.placer.shown.filter(p => p.feature.n === '化工园').map(p => p.at)[0]"
    )
    assert GEOD.inv(drawn[1], drawn[0], lon[0], lat[0])[2] < 2.0
    page.evaluate(f"GeoToolkit.state.map.setView([{lat[0]}, {lon[0]}], 15, {{animate: false}})")
    centre = page.evaluate(
        "(() => { const r = document.querySelector('main').getBoundingClientRect();"
        " return [r.left + r.width / 2, r.top + r.height / 2]; })()"
    )
    page.mouse.move(*centre)
    told = re.findall(r"[\d.]+(?=°)", page.locator(".gt-where").inner_text())
    assert GEOD.inv(float(told[0]), float(told[1]), 106.5, 30.5)[2] < 5.0  # a pixel or so


def test_a_large_layer_in_one_file_is_drawn_asked_and_filtered(show):
    count = 4000
    x, y = np.meshgrid(np.linspace(106.05, 106.95, 80), np.linspace(30.05, 30.95, 50))
    shapes = shapely.box(x.ravel(), y.ravel(), x.ravel() + 0.004, y.ravel() + 0.004)
    frame = gpd.GeoDataFrame(
        {
            "name": [f"地块{n}" for n in range(count)],
            "area_ha": np.arange(count) * 0.5,
            "status": ["existing", "planned"] * (count // 2),
        },
        geometry=shapes,
        crs=4490,
    )
    drawn = [frame_layer(frame, "plots", title_zh="地块", title_en="Plots", role="land_survey")]
    page = show(a_map(drawn=drawn))
    page.evaluate("GeoToolkit.state.map.setView([30.052, 106.052], 14, {animate: false})")
    for _ in range(60):
        if not page.evaluate("GeoToolkit.state.drawn[0].group.isLoading()"):
            break
        page.wait_for_timeout(50)
    inked = (
        "[...document.querySelectorAll('canvas')].filter(c => c.width && c.getContext('2d')"
        ".getImageData(0, 0, c.width, c.height).data.some(v => v)).length"
    )
    assert page.evaluate(inked) > 0
    centre = page.evaluate(
        "(() => { const r = document.querySelector('main').getBoundingClientRect();"
        " return [r.left + r.width / 2, r.top + r.height / 2]; })()"
    )
    page.mouse.click(*centre)
    page.wait_for_selector(".gt-card")
    assert page.locator(".gt-card h3").inner_text() == "地块0"
    assert "现状" in page.locator(".gt-card").inner_text()
    page.locator(".gt-tool-search").click()
    page.keyboard.type("地块3999")
    page.wait_for_selector(".gt-found li")
    page.keyboard.press("Enter")
    at = page.evaluate(
        "[GeoToolkit.state.map.getCenter().lng, GeoToolkit.state.map.getCenter().lat]"
    )
    assert at == pytest.approx([106.952, 30.952], abs=1e-3)
    page.keyboard.press("Escape")
    page.locator(".gt-tool-filter").click()
    for number in (0, 2):
        page.locator(".gt-box .gt-one input").nth(number).uncheck()
    page.wait_for_timeout(500)
    assert page.evaluate(inked) == 0
    assert show.faults == []


def test_vector_tiles_of_ones_own_lie_under_the_map_in_one_file(show, tmp_path):
    water = gpd.GeoDataFrame(geometry=[shapely.box(106.2, 30.2, 106.8, 30.8)], crs=4326)
    pyogrio.write_dataframe(
        water, tmp_path / "base.pmtiles", driver="PMTiles", layer="water", MINZOOM=6, MAXZOOM=9
    )
    page = show(a_map(basemap=str(tmp_path / "base.pmtiles"), basemap_credit="自制底图"))
    page.wait_for_timeout(500)
    inked = (
        "[...document.querySelectorAll('.leaflet-tile-pane canvas')].filter(c =>"
        " c.getContext('2d').getImageData(0, 0, 256, 256).data.some(v => v)).length"
    )
    assert page.evaluate(inked) > 0
    credits_line = page.locator(".gt-bottom").inner_text()
    assert "底图：本地瓦片，按 CGCS2000 套合" in credits_line
    assert "自制底图" in credits_line
    assert show.faults == []
