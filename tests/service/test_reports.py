"""A finished check as a file: every format opens, and nothing withheld is in it."""

from io import BytesIO

import geopandas
import openpyxl
import pytest
from fastapi.testclient import TestClient
from geo_toolkit_api import create_app


@pytest.fixture
def made(city, plots, rectangle):
    """Return a client, the id of a check that hit a line, and the synthetic city."""
    city.layer("line", "ecological_red_line", [("KEY-77", rectangle(0, 0, 1000))], coverage="all")
    ws = city.rule("R", "ecological_red_line").open()
    text = plots(rectangle(900, 100, 200)).inputs[0].path.read_bytes()
    with TestClient(create_app(ws), base_url="http://127.0.0.1") as client:
        answer = client.post("/checks", files={"file": ("plot.geojson", BytesIO(text))})
        yield client, answer.json()["id"], city


@pytest.mark.parametrize(
    ("kind", "magic"),
    [("xlsx", b"PK"), ("gpkg", b"SQLite format 3"), ("html", b"<!"), ("docx", b"PK"),
     ("pdf", b"%PDF")],
)  # fmt: skip
def test_every_format_is_a_file_of_its_kind(made, kind, magic):
    client, check_id, _ = made
    answer = client.get(f"/checks/{check_id}/report.{kind}")
    assert answer.status_code == 200, answer.text
    assert answer.content.lstrip()[: len(magic)].lower() == magic.lower()
    assert f"{check_id}.{kind}" in answer.headers["content-disposition"]


def test_the_page_can_be_switched_to_the_other_language(made):
    client, check_id, _ = made
    page = client.get(f"/checks/{check_id}/report.html").text
    assert '"lang": "zh"' in page or '"lang":"zh"' in page
    assert '"lang": "en"' in page or '"lang":"en"' in page


def test_the_workbook_and_the_package_say_what_was_decided(made, tmp_path):
    client, check_id, _ = made
    book = openpyxl.load_workbook(BytesIO(client.get(f"/checks/{check_id}/report.xlsx").content))
    cells = {str(c.value) for sheet in book for row in sheet.iter_rows() for c in row if c.value}
    assert any("禁止" in cell for cell in cells)
    path = tmp_path / "check.gpkg"
    path.write_bytes(client.get(f"/checks/{check_id}/report.gpkg").content)
    assert len(geopandas.read_file(path, layer="overlaps")) == 1


@pytest.mark.parametrize(
    ("path", "status"),
    [("/checks/check-00000000000000000000/report.xlsx", 404), ("/checks/x/report.exe", 422),
     ("/checks/..%2f..%2fetc/report.xlsx", 404)],
)  # fmt: skip
def test_what_is_not_there_is_refused_in_one_line(made, path, status):
    client, _, _ = made
    answer = client.get(path)
    assert answer.status_code == status
    assert "\n" not in answer.json()["detail"]


def test_a_report_of_rules_that_have_changed_is_refused(made):
    client, check_id, city = made
    city.rules.clear()
    city.rule("R", "ecological_red_line", severity="restricted").open()
    answer = client.get(f"/checks/{check_id}/report.xlsx")
    assert answer.status_code == 409
    assert "have changed since" in answer.json()["detail"]
