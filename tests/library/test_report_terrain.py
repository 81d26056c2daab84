"""Heights and slopes in the printed report: tables, method, conclusion, in both languages."""

from __future__ import annotations

import copy
import json
from pathlib import Path

import pytest

from geo_toolkit.report.method import method_paragraphs
from geo_toolkit.report.source_tables import input_table
from geo_toolkit.report.terrain_tables import height_table, slope_sentence, slope_table

SLOPE = {
    "mean_percent": 12.345,
    "max_percent": 31.2,
    "limit_percent": 15.0,
    "steep_share": 0.25,
    "missing_share": 0.0,
}
GROUND = {
    "lowest_m": 310.5, "highest_m": 319.25, "mean_m": 315.0, "accuracy_m": 5.0,
    "missing_share": 0.0,
}  # fmt: skip
MODEL = {
    "file": "dem.tif", "format": "GeoTIFF DEM", "kind": "elevation_model", "encoding": None,
    "encoding_basis": None, "crs": "EPSG:4490", "crs_basis": "declared", "datum": "cgcs2000",
    "features": 0, "sha256": "0" * 64, "vertical_datum": "egm2008", "accuracy_m": 4.0,
    "vertical_basis_text": "文件自带", "accuracy_basis_text": "由选项指定", "error_in_1985_m": 5.0,
    "repairs": [], "warnings": [],
}  # fmt: skip


@pytest.fixture
def document():
    path = Path(__file__).with_name("report_document.json")
    made = json.loads(path.read_text(encoding="utf-8"))
    made["inputs"].append(MODEL)
    return made


@pytest.fixture
def site(document):
    """Return a site with one finding on slope and one on heights."""
    base = document["sites"][0]["findings"][0]
    sloping = {
        **base, "rule_id": "SL-7", "title": "坡度", "relation": "slope_below", "slope": SLOPE,
        "outcome": "hit", "ground": None, "permitted_top_m": None, "permitted_height_m": None,
    }  # fmt: skip
    high = {
        **base, "rule_id": "AP-2", "relation": "below_height", "ground": GROUND, "slope": None,
        "permitted_top_m": 345.0, "permitted_height_m": 20.75, "surface": "内水平面",
        "feature_name": "跑道", "outcome": "clear",
    }  # fmt: skip
    return {**document["sites"][0], "findings": [sloping, high]}


def test_slope_against_its_limit(site):
    table = slope_table(site, "zh", "表")
    assert [row.cells for row in table.rows] == [
        ("SL-7 坡度", "12.35", "31.20", "15", "25.00", "0.00", "未低于限值")
    ]
    assert sum(column.width_mm for column in table.columns) == 160
    assert slope_table(site, "en", "T").rows[0].cells[-1] == "not below"


def test_heights_with_the_ground_below(site):
    table = height_table(site, "zh", "表")
    assert [row.cells for row in table.rows] == [
        ("AP-2 跑道", "310.50–319.25", "345.00", "20.75", "内水平面", "未涉及")
    ]
    assert sum(column.width_mm for column in table.columns) == 160


def test_without_either_there_is_no_table(document):
    bare = copy.deepcopy(document["sites"][0])
    for finding in bare["findings"]:
        finding.update(slope=None, ground=None, permitted_top_m=None, permitted_height_m=None)
    assert slope_table(bare, "zh", "表") is None
    assert height_table(bare, "zh", "表") is None


def test_the_conclusion_says_the_slope(site):
    steep = site["findings"][0]
    assert slope_sentence(steep, "zh") == (
        "用地自然坡度平均12.35%、最大31.20%，达到或超过限值15%的面积占25.00%"
    )
    assert slope_sentence({**steep, "outcome": "clear"}, "zh").endswith("均低于限值15%。")
    assert "25.00% of the land is not below" in slope_sentence(steep, "en")


@pytest.mark.parametrize(("lang", "word"), [("zh", "高程与坡度"), ("en", "Ground: dem.tif")])
def test_method_and_files_name_the_model(document, lang, word):
    document["language"] = lang
    said = [paragraph.text for paragraph in method_paragraphs(document)]
    assert sum(word in text for text in said) == 1
    assert "EGM2008" in next(text for text in said if word in text)
    last = input_table(document, "t").rows[-1]
    assert last.cells[1:3] == ("dem.tif", "GeoTIFF DEM")
    assert "EGM2008" in last.note
