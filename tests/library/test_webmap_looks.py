"""How a page looks and what it says, in a real browser: hatches, legends, bad input, languages."""

import json
import re

import geopandas as gpd
import numpy as np
import pytest
import shapely

from geo_toolkit.errors import DefinitionError
from geo_toolkit.webmap import frame_layer, map_check, map_layers
from geo_toolkit.webmap.kinds import kinds_of

PLACE = (106.2, 30.7)


@pytest.fixture
def show(browser, tmp_path):
    """Return a function that opens a page's text; what went wrong is in its ``faults``."""
    page = browser.new_page(viewport={"width": 1366, "height": 768})

    def open_page(html):
        path = tmp_path / "page.html"
        path.write_text(html, encoding="utf-8")
        page.goto(path.as_uri())
        page.wait_for_selector("html[data-ready=yes]", state="attached", timeout=20_000)
        return page

    def ask(request):
        if not request.url.startswith(("file:", "data:", "blob:")):
            open_page.faults.append(request.url)

    open_page.faults = []
    page.on("console", lambda entry: open_page.faults.append(f"console: {entry.text[:200]}"))
    page.on("pageerror", lambda error: open_page.faults.append(f"error: {error}"))
    page.on("request", ask)
    yield open_page
    page.close()


def squares(count=4000, *, size=0.004, **columns):
    x, y = np.meshgrid(np.linspace(106.02, 106.36, 80), np.linspace(30.52, 30.88, count // 80))
    shapes = shapely.box(x.ravel(), y.ravel(), x.ravel() + size, y.ravel() + size)
    names = [f"地块{n}" for n in range(count)]
    return gpd.GeoDataFrame({"name": names, **columns}, geometry=shapes, crs=4490)


def tiled(frame, role, color, *, evidence="published"):
    return frame_layer(
        frame, "many", title_zh="图斑", title_en="Plots", role=role, color=color, evidence=evidence
    )


COLOURS_IN_ONE_SQUARE = """() => {
  const map = GeoToolkit.state.map, seen = {};
  for (const canvas of document.querySelectorAll('.gt-layer-pane canvas')) {
    const pixels = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
    for (let i = 0; i < pixels.length; i += 4) {
      if (pixels[i + 3]) { const key = pixels[i + 3] > 150 ? 'line' : 'tint'; seen[key] = (seen[key] || 0) + 1; }
    }
  }
  return seen;
}"""  # noqa: E501


def settled(page):
    for _ in range(100):
        if not page.evaluate(
            "GeoToolkit.state.drawn.some(one => one.tiles && one.group.isLoading())"
        ):
            return
        page.wait_for_timeout(50)


def test_ways_of_drawing_are_told_apart_once():
    layer = tiled(
        squares(80, status=["existing", "planned"] * 40), "my_role", "#38A800", evidence="schematic"
    )
    kinds, of = kinds_of(layer)
    assert kinds == [{"t": "p", "x": 1}, {"x": 1}]
    assert of.tolist() == [1, 0] * 40


@pytest.mark.slow
def test_a_tiled_red_line_is_hatched_as_the_legend_says(city, show):
    page = show(map_layers(city.open(), [tiled(squares(), "ecological_red_line", "#38A800")]))
    page.evaluate("GeoToolkit.state.map.setView([30.7, 106.2], 15, {animate: false})")
    settled(page)
    seen = page.evaluate(COLOURS_IN_ONE_SQUARE)
    inked = seen["line"] / (seen["line"] + seen["tint"])
    # a stroke of 1.6 px every 7.5 px: a fifth of the fill is line, the rest is tint
    assert 0.12 < inked < 0.40
    assert page.locator(".gt-legend rect[fill^='url(#gt-hatch']").count() == 1
    assert show.faults == []


@pytest.mark.slow
def test_a_tiled_line_is_dashed_by_its_status_and_listed_so(city, show):
    frame = squares(status=["existing", "planned"] * 2000)
    frame["geometry"] = shapely.boundary(frame.geometry.to_numpy())
    page = show(map_layers(city.open(), [tiled(frame, "my_line", "#225588")]))
    assert page.locator(".gt-legend .gt-row bdi").all_inner_texts() == ["图斑（规划）", "图斑"]
    dashes = page.locator(".gt-legend path[d='M1 7H33']").evaluate_all(
        "paths => paths.map(p => p.getAttribute('stroke-dasharray'))"
    )
    assert dashes == ["5 5", "none"]
    settled(page)
    page.locator(".gt-tool-filter").click()
    page.locator(".gt-box .gt-one input").nth(2).uncheck()
    assert page.locator(".gt-legend .gt-row bdi").all_inner_texts() == ["图斑"]
    assert show.faults == []


@pytest.mark.slow
def test_one_feature_of_half_a_million_vertices_opens(city, show):
    """A jagged outline: every tooth is 60 m, so that 5 m of simplifying keeps all of them."""
    turn = np.linspace(0, 2 * np.pi, 500_000, endpoint=False)
    reach = 0.15 + 0.0003 * (np.arange(500_000) % 2)
    ring = np.column_stack([PLACE[0] + reach * np.cos(turn), PLACE[1] + reach * np.sin(turn)])
    frame = gpd.GeoDataFrame({"name": ["湖"]}, geometry=[shapely.Polygon(ring)], crs=4490)
    html = map_layers(city.open(), [frame_layer(frame, "lake", title_zh="湖")])
    assert len(html.encode()) < 5_000_000
    page = show(html)
    page.locator("path.leaflet-interactive").first.dispatch_event("click")
    assert page.locator(".gt-card h3").inner_text() == "湖"
    assert show.faults == []


@pytest.mark.slow
def test_an_empty_layer_says_so_and_is_in_no_legend(city, show):
    city.layer("none", "my_role", [], title_zh="空图层")
    page = show(map_layers(city.open(), ["none"]))
    assert "空图层无要素" in page.locator(".gt-switch").inner_text().replace("\n", "")
    assert page.locator(".gt-legend .gt-row").count() == 0
    assert show.faults == []


@pytest.mark.slow
def test_names_are_shown_as_they_are_written(city, show):
    names = ["\"园区\" 'A' & <b>", "🏭🚄", "\u202eمرحبا\u202c 南充", "a`${1}`", "]]>"]
    points = [(f"p{n}", shapely.Point(n * 4000 - 8000, 0), {"name_zh": text})
              for n, text in enumerate(names)]  # fmt: skip
    city.layer("dots", "port", points, geometry="point")
    page = show(map_layers(city.open(), ["dots"]))
    for _ in range(4):
        page.locator(".leaflet-control-zoom-in").click()
        page.wait_for_timeout(300)
    assert set(names) <= set(
        page.locator(".gt-name").evaluate_all("n => n.map(e => e.textContent)")
    )
    assert show.faults == []


def test_a_wrong_colour_is_refused_by_file_and_key(city, rectangle):
    city.layer("open", "heritage", [("o", rectangle(0, 0, 100))])
    path = city.root / "layers" / "test" / "open.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(f'{text}[style]\ncolor = "red"\n', encoding="utf-8")
    with pytest.raises(DefinitionError, match=r"open\.toml.*color"):
        map_layers(city.open(), ["open"])


@pytest.mark.parametrize("basemap", ["amap", "osm"])
def test_an_export_after_a_shifted_map_is_the_same_to_a_billionth(
    city, rectangle, tmp_path, basemap
):
    city.layer("open", "heritage", [("o", rectangle(100, 200, 300))])
    ws = city.open()
    ws.layers["open"].export(tmp_path / "before.geojson")
    map_layers(ws, ["open"], basemap=basemap)
    ws.layers["open"].export(tmp_path / "after.geojson")
    before, after, source = (
        np.array(json.loads(path.read_text(encoding="utf-8"))["features"][0]["geometry"]["coordinates"])
        for path in (tmp_path / "before.geojson", tmp_path / "after.geojson",
                     city.root / "layers" / "test" / "open.geojson")
    )  # fmt: skip
    assert np.abs(after - before).max() == 0
    bounds = [(xy.min(axis=1), xy.max(axis=1)) for xy in (after.reshape(1, -1, 2),
                                                          source.reshape(1, -1, 2))]  # fmt: skip
    assert np.abs(np.subtract(*bounds)).max() < 1e-9


@pytest.fixture
def check_page(city, plots, rectangle):
    city.layer(
        "red_line",
        "ecological_red_line",
        [("r1", rectangle(0, 0, 1000), {"name_zh": "红线甲", "name_en": "Line A"})],
        coverage="all",
        title_zh="生态保护红线",
        title_en="Ecological red line",
    )
    city.rule("ERL-1", "ecological_red_line").rule("PBF-1", "permanent_basic_farmland")
    ws = city.open()
    sites = plots(rectangle(900, 400, 200, 100))
    zh, en = (ws.check(sites, lang=lang, record=False) for lang in ("zh", "en"))
    return map_check(ws, zh, second=en)


@pytest.mark.slow
def test_a_check_page_speaks_both_languages_and_keeps_its_view(check_page, show):
    page = show(check_page)
    page.locator(".gt-table tbody tr").first.click()
    view = page.evaluate("GeoToolkit.state.map.getBounds().toBBoxString()")
    assert page.locator(".gt-banner .gt-chip-large").inner_text().split() == ["⊖", "禁止"]
    page.locator(".gt-tool-lang").click()
    page.wait_for_selector("html[data-ready=yes]", state="attached")
    assert page.locator(".gt-banner").count() == page.locator(".gt-work").count() == 1
    assert page.locator(".gt-banner .gt-chip-large").inner_text().split() == ["⊖", "prohibited"]
    assert "ecological red line" in page.locator(".gt-matter").first.inner_text()
    assert "within" in page.locator(".gt-detail").first.inner_text() or re.search(
        r"overlap|m²", page.locator(".gt-detail").first.inner_text()
    )
    assert "Ecological red line" in page.locator(".gt-legend").inner_text()
    assert page.evaluate("GeoToolkit.state.map.getBounds().toBBoxString()")[:5] == view[:5]
    page.locator(".gt-table tbody tr").first.click()
    assert page.locator("path[stroke='#FFD400']").count() == 1
    page.locator(".gt-tool-lang").click()
    page.wait_for_selector("html[data-ready=yes]", state="attached")
    assert page.locator(".gt-banner .gt-chip-large").inner_text().split() == ["⊖", "禁止"]
    assert show.faults == []
