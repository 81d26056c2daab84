import re

import pytest
from geo_toolkit_api.routes.page import STATIC

from geo_toolkit.rules import PROJECT_TYPES
from geo_toolkit.siting.words import ADVISORY_HIT, VERDICT_SIGNS


def test_the_page_speaks_the_workspaces_language_and_lists_its_maps(client):
    answer = client.get("/")
    assert answer.status_code == 200
    assert '<html lang="zh-CN">' in answer.text
    assert "测试城 · 选址核查" in answer.text
    assert '<a href="/maps/overview?lang=zh">总图</a>' in answer.text
    for zh, _ in PROJECT_TYPES.values():
        assert f">{zh}</option>" in answer.text


def test_the_page_in_english(client):
    text = client.get("/", params={"lang": "en"}).text
    assert '<html lang="en">' in text
    assert "Testville · Siting check" in text
    body = re.sub(r"中文|西安80|北京54|《》（）", "", text)
    assert not re.search(r"[\u4e00-\u9fff]", body)


def test_the_page_runs_only_its_own_script_and_names_no_other_host(client):
    answer = client.get("/")
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self'")
    assert "unsafe" not in policy
    assert not re.search(r"<script(?![^>]*(src=|application/json))", answer.text)
    assert not re.search(r"\son\w+=|\sstyle=", answer.text)
    for name in ("page.css", "page.js", "icon.svg"):
        served = client.get(f"/page/{name}")
        assert served.status_code == 200
        assert f"/page/{name}" in answer.text
        assert not re.search(r"(?<!xmlns=\")https?://", served.text)


def test_titles_of_a_workspace_cannot_carry_markup(client, workspace):
    workspace.settings.title_zh = "<script>alert(1)</script>"
    assert "<script>alert" not in client.get("/").text


@pytest.mark.parametrize("code", [*VERDICT_SIGNS, "advisory"])
def test_verdict_colours_are_those_of_every_other_output(code):
    css = (STATIC / "page.css").read_text(encoding="utf-8")
    color = (VERDICT_SIGNS | {"advisory": ADVISORY_HIT})[code].color
    assert f".v-{code} {{ --sign: {color}; }}" in css
