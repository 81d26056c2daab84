"""Two hundred hostile strings in every place that takes text, on every page and in all it makes.

Each page carries twenty of them as features; its titles, groups, legends, notes and credits carry
one, and in `make proof` every one of the two hundred in turn. The page is then used as a planner
would: cards, search, the other language, print, picture; so is the page that a service gives.
"""

import json
import os
import re
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely

from geo_toolkit.catalogue.definition import LayerDefinition
from geo_toolkit.catalogue.layer import Layer
from geo_toolkit.webmap import MapDefinition, RasterOverlay, TimeOverlay, render_map
from geo_toolkit.webmap.assets import STATIC
from geo_toolkit.webmap.escaping import plain_text

PARTS = json.loads((Path(__file__).parent / "hostile_corpus.json").read_text(encoding="utf-8"))
CORPUS = [f.replace("{}", p) for f in PARTS["frames"] for p in PARTS["payloads"]]
PAGES = [CORPUS[n : n + 20] for n in range(0, 200, 20)]
IN_FULL = bool(os.environ.get("GEO_TOOLKIT_PROOF"))
USED = range(10) if IN_FULL else (0, 3, 9)  # `make test` uses a part of them, `make proof` all
TURNS = range(20) if IN_FULL else (7,)  # how far the strings are turned through the single places
COLUMNS = ("feature_name", "name_en", "status", "district", "industries", "class", "source",
           "as_of", "opened", "code")  # fmt: skip
OF_FEATURES = len(COLUMNS) + 1  # and the key
OF_LAYERS = 7  # titles, role, file, source, licence, approval number
OF_PAGES = 18  # titles, subtitle, group, credit, producer, and the texts of two overlays
PNG = b"\x89PNG\r\n\x1a\n"


def layer(texts, layer_id, role, geometry, title, *, copies=1):
    count = len(texts) * copies
    x = 106.05 + 0.9 * (np.arange(count) % 40) / 40
    y = 30.05 + 0.9 * (np.arange(count) // 40) / max(count // 40, 1)
    points = shapely.points(x, y)
    shapes = {
        "point": points,
        "line": shapely.linestrings(np.stack([[x, y], [x + 0.05, y + 0.02]]).transpose(2, 0, 1)),
        "polygon": shapely.box(x, y, x + 0.004, y + 0.004),
    }[geometry]
    values = list(texts) * copies
    frame = gpd.GeoDataFrame(
        {
            **dict.fromkeys(COLUMNS, values),
            "feature_accuracy_m": 10.0,
            "feature_evidence": "schematic",
        },
        geometry=list(shapes),
        index=[f"{text}{n}" for n, text in enumerate(values)],
        crs=4490,
    )
    definition = LayerDefinition(
        id=layer_id,
        title_zh=title,
        title_en=title,
        role=role,
        geometry=geometry,
        data=title,
        key="id",
        crs="EPSG:4490",
        datum="cgcs2000",
        evidence="schematic",
        accuracy_m=10,
        coverage="none",
        source=title,
        licence=title,
        approval_number=title,
    )
    return Layer(definition, 0, None, "0" * 64, frame, None)


def hostile_page(texts, *, copies=1, served=False):
    title = texts[0]
    reached = gpd.GeoDataFrame(
        {"minutes": [30]}, geometry=[shapely.box(106.4, 30.4, 106.6, 30.6)], crs=4490
    )
    definition = MapDefinition(
        id="m",
        title_zh=title,
        title_en=title,
        subtitle_zh=re.sub(r"[{}]", "(", texts[1]),
        basemap_credit=title,
        group=[{"title_zh": title, "title_en": title, "layers": ["dots", "lines", "areas"]}],
    )
    return render_map(
        definition,
        [
            layer(texts, "dots", "industrial_park", "point", texts[2]),
            layer(texts, "lines", "highway", "line", texts[3]),
            layer(texts, "areas", texts[4], "polygon", texts[4], copies=copies),
        ],
        title=title,
        second_title=texts[5],
        bounds=(106.0, 30.0, 107.0, 31.0),
        producer=texts[6],
        served=served,
        overlays=[
            RasterOverlay("r", texts[7], texts[8], PNG, (106.1, 30.1, 106.2, 30.2),
                          (("#AA3300", texts[9], texts[10]),), texts[11], texts[12]),
            TimeOverlay("t", texts[13], texts[14], reached, texts[15], texts[16]),
        ],
    )  # fmt: skip


def test_the_corpus_is_two_hundred_different_strings():
    assert len(set(CORPUS)) == 200


@pytest.mark.parametrize("number", range(10))
def test_no_text_changes_the_tags_of_a_page(number):
    marks = hostile_page(PAGES[number]).split('<script type="application/json"')[0].count("<")
    plain = hostile_page(["平常"] * 20).split('<script type="application/json"')[0].count("<")
    assert marks == plain


@pytest.fixture
def watched(browser, tmp_path):
    page = browser.new_page(viewport={"width": 1366, "height": 768})
    faults = []

    def ask(request):
        if not request.url.startswith(("file:", "data:", "blob:")):
            faults.append(request.url)

    page.on("console", lambda entry: faults.append(f"console: {entry.text[:300]}"))
    page.on("pageerror", lambda error: faults.append(f"error: {error}"))
    page.on("request", ask)
    page.on("dialog", lambda dialog: faults.append(f"dialog: {dialog.message}"))

    def show(html):
        path = tmp_path / "page.html"
        path.write_text(html, encoding="utf-8")
        page.goto(path.as_uri())
        page.wait_for_selector("html[data-ready=yes]", state="attached", timeout=20_000)
        return page

    yield show, faults
    page.close()


FOREIGN = (
    "main img:not(.leaflet-image-layer), iframe, object, base, body style, body link, main b,"
    " main script, aside img, header img, .gt-sheet script, a[href^='javascript']"
)


def use(page, texts):
    """Do all that a planner does; return every text that cards and the search list showed."""
    seen = set()
    for element in page.query_selector_all(".gt-icon, path.leaflet-interactive"):
        element.dispatch_event("click")
        card = page.query_selector(".gt-card h3")
        if card:
            seen.add(card.text_content())
    page.locator(".gt-tool-search").click()
    for text in texts:
        page.locator(".gt-field").fill(text[:40])
    page.keyboard.press("Escape")
    page.locator(".gt-tool-swipe").click()
    page.locator(".gt-tool-lang").click()
    page.wait_for_selector("html[data-ready=yes]", state="attached")
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    size = page.evaluate("GeoToolkit.pictureOf(GeoToolkit.state).then(blob => blob.size)")
    assert size > 10_000
    return seen


@pytest.mark.slow
@pytest.mark.parametrize("number", USED)
def test_hostile_text_never_runs_whatever_is_done_with_the_page(watched, number, record_property):
    show, faults = watched
    outputs = ("card", "search", "map", "other language", "print", "picture")
    record_property("combinations", 20 * 3 * OF_FEATURES * len(outputs))
    texts = PAGES[number]
    page = show(hostile_page(texts))
    seen = use(page, texts)
    assert page.evaluate("window.RAN") is None
    assert page.query_selector(FOREIGN) is None
    assert faults == []
    carried = {json.loads(json.dumps(plain_text(text))).strip() for text in texts}
    assert len(carried & {text.strip() for text in seen}) >= 15  # shown literally
    assert page.locator(".gt-sheet text").count() > 20


@pytest.mark.slow
@pytest.mark.parametrize("number", USED if IN_FULL else (0,))
def test_hostile_text_in_tiles_never_runs(watched, number):
    show, faults = watched
    page = show(hostile_page(PAGES[number], copies=160))
    page.evaluate("GeoToolkit.state.map.setView([30.0515, 106.0515], 15, {animate: false})")
    page.wait_for_timeout(800)
    page.evaluate("GeoToolkit.state.map.fire('click', {latlng: L.latLng(30.0515, 106.0515)})")
    page.wait_for_selector(".gt-card")
    shown = page.locator(".gt-card h3").text_content()
    assert shown.strip() == plain_text(PAGES[number][0]).strip()
    assert page.evaluate("window.RAN") is None
    assert page.query_selector(FOREIGN) is None
    assert faults == []


def turned(texts, by):
    return [*texts[by:], *texts[:by]]


@pytest.mark.slow
@pytest.mark.parametrize("turn", TURNS)
def test_hostile_text_in_titles_legends_notes_and_credits_never_runs(
    watched, turn, record_property
):
    show, faults = watched
    outputs = ("map", "other language", "print")
    record_property("combinations", len(USED) * (OF_LAYERS * 3 + OF_PAGES) * len(outputs))
    for number in USED:
        texts = turned(PAGES[number], turn)
        page = show(hostile_page(texts))
        assert page.locator(".gt-title h1").text_content().strip().rstrip("…") in texts[0]
        page.locator(".gt-tool-lang").click()
        page.wait_for_selector("html[data-ready=yes]", state="attached")
        page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
        assert page.locator(".gt-sheet text").count() > 20
        assert page.evaluate("window.RAN") is None, texts[0]
        assert page.query_selector(FOREIGN) is None, texts[0]
        assert faults == [], texts[0]


@pytest.mark.slow
@pytest.mark.parametrize("number", USED if IN_FULL else (3,))
def test_hostile_text_in_the_page_of_a_service_never_runs(watched, number, record_property):
    show, faults = watched
    texts = PAGES[number]
    record_property("combinations", 20 * 3 * OF_FEATURES * 2)
    html = hostile_page(texts, served=True)
    page = show(hostile_page(["平常"] * 20))
    host = "http://127.0.0.1:9/"

    def answer(route):
        path = route.request.url.removeprefix(host)
        if not path:
            route.fulfill(body=html, content_type="text/html; charset=utf-8")
        elif path.startswith("static/"):
            route.fulfill(path=STATIC / path.removeprefix("static/"))
        else:
            route.fulfill(status=204)

    page.route(f"{host}**", answer)
    page.goto(host)
    page.wait_for_selector("html[data-ready=yes]", state="attached")
    faults[:] = [fault for fault in faults if not fault.startswith((f"{host}static/", host))]
    for element in page.query_selector_all(".gt-icon, path.leaflet-interactive"):
        element.dispatch_event("click")
    page.locator(".gt-tool-lang").click()
    page.wait_for_selector("html[data-ready=yes]", state="attached")
    assert page.evaluate("window.RAN") is None
    assert page.query_selector(FOREIGN) is None
    assert faults == []
