"""Hostile text in every place that takes text: it is shown, and never runs."""

import json
import os
from pathlib import Path

import geopandas as gpd
import pytest
import shapely

from geo_toolkit.catalogue.definition import LayerDefinition
from geo_toolkit.catalogue.layer import Layer
from geo_toolkit.siting.result import CheckResult
from geo_toolkit.webmap import MapDefinition, render_check_map, render_map
from geo_toolkit.webmap.escaping import embed_json, escape_html, plain_text

HOSTILE = [
    "<img src=x onerror=window.RAN=1>",
    "<script>window.RAN=1</script>",
    "</script><script>window.RAN=1</script>",
    "<!--<script>",
    "-->",
    "]]><svg onload=window.RAN=1>",
    "${window.RAN=1}",
    "`;window.RAN=1;`",
    "');window.RAN=1;//",
    '");window.RAN=1;//',
    '" onmouseover="window.RAN=1',
    "javascript:window.RAN=1",
    "{{ 7*7 }}{% raw %}",
    "{{ this.__init__.__globals__ }}",
    "\\u003cimg src=x onerror=window.RAN=1\\u003e",
    "&lt;b&gt; & &amp; &#x3c;",
    "\u202eRTL \u200f\u2066 marks\u2069",
    "\u2028line\u2029separators\u0000\u0007",
    "https://evil.example/x.png",
    "url(https://evil.example/x.png)",
    "嘉陵江 🏭 <b>园区</b>",
    "'\"<>&`$\\",
    "长" * 10_000,
]
PARTS = json.loads((Path(__file__).parent / "hostile_corpus.json").read_text(encoding="utf-8"))
CORPUS = [f.replace("{}", p) for f in PARTS["frames"] for p in PARTS["payloads"]]
IN_FULL = bool(os.environ.get("GEO_TOOLKIT_PROOF"))  # `make proof` takes the two hundred


def hostile_layer(text, geometry, role):
    shape = {
        "point": shapely.Point(106.5, 30.5),
        "line": shapely.LineString([(106.2, 30.3), (106.8, 30.7)]),
        "polygon": shapely.box(106.3, 30.3, 106.7, 30.7),
    }[geometry]
    frame = gpd.GeoDataFrame(
        {
            "feature_name": [text],
            "name_en": [text],
            "feature_accuracy_m": [10.0],
            "feature_evidence": ["schematic"],
            "status": [text],
            "district": [text],
            "industries": [text],
            "class": [text],
            "code": [text],
            "source": [text],
            "as_of": [text],
        },
        geometry=[shape],
        index=[text],
        crs=4490,
    )
    definition = LayerDefinition(
        id=f"{geometry}s",
        title_zh=text,
        title_en=text,
        role=role,
        geometry=geometry,
        data=text,
        key="id",
        crs="EPSG:4490",
        datum="cgcs2000",
        evidence="schematic",
        accuracy_m=10,
        coverage="none",
        source=text,
        licence=text,
        approval_number=text,
    )
    return Layer(definition, 0, None, "0" * 64, frame, None)


def hostile_layers(text):
    return [
        hostile_layer(text, "point", "industrial_park"),
        hostile_layer(text, "line", "highway"),
        hostile_layer(text, "polygon", text),
    ]


def hostile_map(text, lang="zh"):
    definition = MapDefinition.model_validate(
        {
            "id": "m",
            "title_zh": text,
            "title_en": text,
            "subtitle_zh": text.replace("{", "("),
            "group": [{"title_zh": text, "layers": ["points", "lines", "polygons"]}],
        }
    )
    return render_map(
        definition,
        hostile_layers(text),
        title=text,
        bounds=(106.0, 30.0, 107.0, 31.0),
        lang=lang,
        producer=text,
    )


def hostile_check(text):
    shape = shapely.box(106.45, 30.45, 106.55, 30.55)
    role = {
        "role": text,
        "title": text,
        "verdict": "prohibited",
        "advisory_hit": False,
        "complete": True,
        "reason_code": "no_layer",
        "overlap_m2": 5.0,
        "overlap_share": 0.5,
        "nearest_m": 0.0,
        "ask": text,
    }
    finding = {
        "role": text,
        "outcome": "hit",
        "layer_id": "polygons",
        "reason": text,
        "citation": {"text": text},
    }
    document = {
        "language": "zh",
        "workspace_title": text,
        "check_id": text,
        "as_of": text,
        "project_type": text,
        "nature": text,
        "scope": {"id": text, "title": text, "not_examined": [text]},
        "inputs": [{"file": text, "warnings": [text]}],
        "warnings": [text],
        "sites": [
            {
                "id": text,
                "name": text,
                "area_m2": 1.0,
                "area_ha": 1e-4,
                "area_mu": 1.5e-3,
                "verdict": "prohibited",
                "complete": False,
                "roles": [role],
                "findings": [finding],
            }
        ],
    }
    site = {
        "name": [text],
        "verdict": ["prohibited"],
        "area_ha": [1e-4],
        "area_mu": [1.5e-3],
    }
    pair = {
        "site_id": [text],
        "role": [text],
        "layer_id": ["polygons"],
        "feature_id": [text],
        "feature_name": [text],
    }
    overlap = {**pair, "layer_version": [0], "overlap_m2": [5.0], "outcome": ["hit"]}
    line = shapely.LineString([(106.45, 30.45), (106.4, 30.4)])
    result = CheckResult(
        document,
        gpd.GeoDataFrame(site, geometry=[shape], index=[text], crs=4490),
        gpd.GeoDataFrame(overlap, geometry=[shape], crs=4490),
        gpd.GeoDataFrame({**pair, "distance_m": [9.0]}, geometry=[line], crs=4490),
    )
    return render_check_map(result, hostile_layers(text), title=text)


@pytest.mark.parametrize("text", [*HOSTILE, "\ud800 lone surrogate"])
def test_embedded_json_holds_no_character_that_could_end_it(text):
    block = embed_json({text: [text]})
    assert not set("<>&\u2028\u2029") & set(block)
    assert json.loads(block) == {plain_text(text): [plain_text(text)]}
    block.encode("utf-8")


@pytest.mark.parametrize("text", HOSTILE)
def test_escaped_text_is_inert_in_markup_and_in_scripts(text):
    assert not set("<>\"'`$\\") & set(escape_html(text))


@pytest.mark.parametrize("draw", [hostile_map, hostile_check], ids=["map", "check"])
@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_text_changes_no_tag_of_a_page(draw, text):
    tags = draw(text).split('<script type="application/json"')[0].count("<")
    assert tags == draw("平常").split('<script type="application/json"')[0].count("<")


def test_no_template_in_a_name_runs_while_the_page_is_made():
    html = hostile_map("{{ 1234 * 1000 }}{{ this.__class__ }}")
    assert "1234000" not in html
    assert "{{ 1234 * 1000 }}{{ this.__class__ }}" in html


@pytest.fixture
def watched(browser, tmp_path):
    """Return a function that opens a page's text as a file, and the list of what went wrong."""
    page = browser.new_page(viewport={"width": 1366, "height": 768})
    faults = []
    page.on("console", lambda entry: faults.append(f"console: {entry.text[:200]}"))
    page.on("pageerror", lambda error: faults.append(f"error: {error}"))
    page.on(
        "request",
        lambda request: (
            None if request.url.startswith("file:") else faults.append(f"request: {request.url}")
        ),
    )
    page.on("dialog", lambda dialog: faults.append(f"dialog: {dialog.message}"))

    def show(html):
        path = tmp_path / "page.html"
        path.write_text(html, encoding="utf-8")
        page.goto(path.as_uri())
        page.wait_for_selector("html[data-ready=yes]", state="attached", timeout=20_000)
        return page

    yield show, faults
    page.close()


def open_all_cards(page):
    """Open the card of every symbol, line and area in view."""
    for element in page.query_selector_all(".gt-icon, path.leaflet-interactive"):
        element.dispatch_event("click")
        page.wait_for_timeout(5)


@pytest.mark.slow
@pytest.mark.parametrize("draw", [hostile_map, hostile_check], ids=["map", "check"])
def test_hostile_text_is_shown_and_never_runs(watched, draw, record_property):
    show, faults = watched
    texts = [*HOSTILE, *CORPUS] if IN_FULL and draw is hostile_check else HOSTILE
    record_property("combinations", len(texts) * 30)  # places that take text
    for text in texts:
        page = show(draw(text))
        open_all_cards(page)
        assert page.query_selector(".gt-card") is not None
        assert page.evaluate("window.RAN") is None, text[:60]
        visible = page.evaluate("document.querySelector('h1').textContent")
        assert visible[:30].rstrip("…") in text, text[:60]
        assert page.query_selector("main img, aside img, header img, main b, main script") is None
        assert faults == [], text[:60]


@pytest.mark.slow
def test_every_control_of_a_map_works(watched):
    show, faults = watched
    page = show(hostile_map("平常"))
    assert page.locator(".gt-legend .gt-row").count() == 3
    page.locator(".gt-switch legend input").uncheck()
    assert page.locator(".gt-legend .gt-row").count() == 0
    assert page.locator(".gt-icon").count() == 0
    page.locator(".gt-switch .gt-one input").first.check()
    assert page.locator(".gt-icon").count() == 1
    page.locator(".gt-switch legend input").check()
    page.locator(".leaflet-control-zoom-in").click()
    page.wait_for_timeout(400)
    page.locator(".gt-tool-home").click()
    page.wait_for_timeout(400)
    page.locator(".gt-icon").first.focus()
    page.keyboard.press("Enter")
    assert page.locator(".gt-card h3").inner_text() == "平常"
    page.mouse.move(700, 400)
    assert "°E" in page.locator(".gt-where").inner_text()
    page.locator(".gt-legend summary").click()
    assert faults == []


@pytest.mark.slow
def test_the_scale_bar_knows_the_latitude(watched):
    show, _ = watched
    page = show(hostile_map("平常"))
    per_pixel = page.evaluate(
        "(() => {const map = Object.values(window).find(v => v instanceof L.Map);"
        "const at = x => map.containerPointToLatLng([x, 340]);"
        "const a = at(683), b = at(684);"
        "return [GeoToolkit.metresPerPixel(map), map.distance(a, b)];})()"
    )
    assert per_pixel[0] == pytest.approx(per_pixel[1], rel=0.01)


@pytest.mark.slow
def test_a_row_of_the_check_page_leads_to_its_piece(watched):
    show, faults = watched
    page = show(hostile_check("平常"))
    assert page.locator(".gt-banner .gt-chip-large").inner_text().split() == ["⊖", "禁止"]
    assert page.locator(".gt-table tbody .gt-matter").inner_text() == "平常"
    page.locator(".gt-table tbody tr").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_timeout(300)
    assert page.locator("path[stroke='#FFD400']").count() == 1
    page.locator(".gt-site-head").click()
    page.wait_for_timeout(300)
    assert faults == []
