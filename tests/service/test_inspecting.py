import io
import zipfile

import pytest

BROKEN = """[属性描述]
坐标系=2000国家大地坐标系
几度分带=3
带号=35
[地块坐标]
4,1.0,DK01,甲地块,面,,用地,,@
J1,1,3395305.000,35600195.000
J2,1,3395512.000
J3,1,3395512.000,35600360.000
J4,1,3395305.000,3560036O.000
J1,1,3395305.000,35600195.000
"""


def send(client, content, path="/inspections", *, name="plot.txt", **fields):
    return client.post(path, files={"file": (name, content)}, data=fields)


def test_every_fault_is_told_with_its_line_its_words_and_its_place(client):
    answer = send(client, BROKEN.encode("gbk"))
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    found = answer.json()
    assert found["schema"] == "geo-toolkit/inspect/1"
    assert (found["file"], found["usable"]) == ("plot.txt", False)
    errors = [fault for fault in found["faults"] if fault["level"] == "error"]
    assert [fault["place"] for fault in errors] == ["line 8", "line 10"]
    assert errors[0]["expected"] == "4 fields (point, ring, X, Y)"
    assert errors[0]["got"] == "3"
    assert errors[0]["words"]["place"] == "第8行"
    assert "实有3项" in errors[0]["words"]["problem"]
    assert errors[0]["words"]["remedy"]
    traced = [point for trace in found["sketch"]["traces"] for point in trace]
    assert [35600195.0, 3395305.0] in traced
    numbers = [mark[0] for mark in found["sketch"]["marks"]]
    assert numbers[0] == 0
    assert found["sketch"]["in_degrees"] is False


def test_a_sound_file_has_no_errors_and_its_outline(client, plot):
    found = send(client, plot(), name="plot.geojson", lang="en").json()
    assert found["usable"] is True
    assert found["features"] == 1
    assert not [fault for fault in found["faults"] if fault["level"] == "error"]
    assert [106.001, 31.001] in found["sketch"]["outlines"][0]
    assert found["sketch"]["in_degrees"] is True


def test_nothing_of_an_inspected_file_is_left(client, upload_folder):
    send(client, BROKEN.encode("gbk"))
    assert list(upload_folder.iterdir()) == []


@pytest.mark.parametrize(("kind", "part"), [("docx", "word/document.xml"),
                                            ("xlsx", "xl/workbook.xml")])  # fmt: skip
def test_the_list_of_corrections_is_an_office_file(client, kind, part):
    answer = send(client, BROKEN.encode("gbk"), f"/inspections/corrections.{kind}", lang="zh")
    assert answer.status_code == 200
    assert answer.headers["content-disposition"] == f'attachment; filename="corrections.{kind}"'
    with zipfile.ZipFile(io.BytesIO(answer.content)) as made:
        assert part in made.namelist()
        if kind == "docx":
            assert "第8行" in made.read(part).decode("utf-8")


def test_a_hostile_name_stays_text(client):
    content = BROKEN.replace("甲地块", "<img src=x onerror=alert(1)>")
    answer = send(client, content.encode("gbk"), name="<b>.txt")
    assert answer.headers["content-type"] == "application/json"


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"crs": "EPSG:nothing"}, "EPSG:nothing"),
        ({"datum": "mars"}, "field 'datum'"),
        ({"corridor_m": "-5"}, "field 'corridor_m'"),
        ({"project_type": "chemical"}, "field 'project_type' is not in this version"),
    ],
)
def test_a_wrong_field_is_refused(client, plot, fields, told):
    answer = send(client, plot(), name="plot.geojson", **fields)
    assert answer.status_code == 422
    assert told in answer.json()["detail"]


def test_a_file_over_the_limit_is_refused(client):
    answer = send(client, b"x" * 300_000)
    assert answer.status_code == 413


def test_an_unknown_format_of_the_list_is_refused(client, plot):
    answer = send(client, plot(), "/inspections/corrections.exe", name="plot.geojson")
    assert answer.status_code == 422
