import json
import re

import pytest
from geo_toolkit_api.routes.page import STATIC
from geo_toolkit_api.words import page_words

from geo_toolkit.rules import PROJECT_TYPES
from geo_toolkit.siting.words import ADVISORY_HIT, VERDICT_SIGNS

SCRIPTS = sorted(path.name for path in STATIC.glob("*.js"))


def body_of(html):
    """Return a page without its block of words, which holds both languages."""
    return re.sub(r'<script type="application/json".*?</script>', "", html, flags=re.DOTALL)


def test_the_page_speaks_the_workspaces_language_and_lists_its_maps(client):
    answer = client.get("/")
    assert answer.status_code == 200
    assert '<html lang="zh-CN">' in answer.text
    assert "<title>测试城 · 选址核查</title>" in answer.text
    assert re.search(r'<a href="/maps/overview\?lang=zh"[^>]*>总图</a>', answer.text)
    for zh, _ in PROJECT_TYPES.values():
        assert f">{zh}</option>" in answer.text


def test_the_page_in_english(client):
    text = body_of(client.get("/", params={"lang": "en"}).text)
    assert '<html lang="en">' in text
    assert "<title>Testville · Siting check</title>" in text
    shown = re.sub(r'中文|data-zh="[^"]*"', "", text)
    assert not re.search(r"[\u4e00-\u9fff]", shown)


def test_every_word_is_there_in_both_languages_and_takes_the_same_values():
    zh, en = (page_words(lang, max_upload_mb=20) for lang in ("zh", "en"))
    assert zh.keys() == en.keys()
    for key in zh:
        assert set(re.findall(r"\{\w+\}", zh[key])) == set(re.findall(r"\{\w+\}", en[key])), key
        assert key == "other_language" or not re.search(r"[\u4e00-\u9fff]", en[key]), key


def test_the_words_that_scripts_ask_for_exist():
    known = page_words("zh", max_upload_mb=20)
    for name in SCRIPTS:
        text = (STATIC / name).read_text(encoding="utf-8")
        for key in re.findall(r'\bsay\("(\w+)"', text):
            assert key in known, (name, key)


def test_the_page_runs_only_its_own_scripts_and_names_no_other_host(client):
    answer = client.get("/")
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self'")
    assert "frame-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert not re.search(r"<script(?![^>]*(src=|application/json))", answer.text)
    assert not re.search(r"\son\w+=|\sstyle=", answer.text)
    assert "page.js" in SCRIPTS
    for name in ("page.css", "icon.svg", *SCRIPTS):
        served = client.get(f"/page/{name}")
        assert served.status_code == 200
        plain = served.text.replace("http://www.w3.org/2000/svg", "")
        assert not re.search(r"https?://", plain)


@pytest.mark.parametrize("name", SCRIPTS)
def test_no_script_makes_markup_of_text(name):
    text = (STATIC / name).read_text(encoding="utf-8")
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(", text)


def test_titles_of_a_workspace_cannot_carry_markup(client, workspace):
    workspace.settings.title_zh = "</script><script>alert(1)</script>"
    assert "<script>alert" not in client.get("/").text


@pytest.mark.parametrize("code", [*VERDICT_SIGNS, "advisory"])
def test_verdict_colours_are_those_of_every_other_output(code):
    css = (STATIC / "page.css").read_text(encoding="utf-8")
    color = (VERDICT_SIGNS | {"advisory": ADVISORY_HIT})[code].color
    assert f".v-{code} {{ --sign: {color}; }}" in css


def test_a_workspace_without_examples_offers_a_square_inside_its_bounds(client, workspace):
    answer = client.get("/page/example")
    (feature,) = json.loads(answer.content)["features"]
    west, south, east, north = workspace.settings.bounds
    ring = feature["geometry"]["coordinates"][0]
    assert ring[0] == ring[-1]
    assert len(ring) == 5
    assert all(west < x < east and south < y < north for x, y in ring)
    assert feature["properties"]["name"] == "示例地块"
    assert 'data-name="example_plot.geojson" data-type="other"' in client.get("/").text


def test_an_example_of_the_workspace_is_offered_with_its_project_type(client, workspace):
    folder = workspace.root / "examples"
    folder.mkdir()
    (folder / "broken_plot.txt").write_bytes(b"of no project type")
    (folder / "chemical_plot.txt").write_bytes("[地块坐标]".encode("gbk"))
    (folder / "chemical_plot.exe").write_bytes(b"not a boundary")
    answer = client.get("/page/example")
    assert answer.content == "[地块坐标]".encode("gbk")
    assert 'data-name="chemical_plot.txt" data-type="chemical"' in client.get("/").text
