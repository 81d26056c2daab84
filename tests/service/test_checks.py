import io
import zipfile
from datetime import date

import pytest
from fastapi.testclient import TestClient
from geo_toolkit_api import Settings, create_app

from geo_toolkit.errors import LayerError


@pytest.fixture
def post(client, plot, upload_folder):
    """Post one file with fields; see that nothing is left of the upload."""

    def send(content=None, *, name="plot.geojson", **fields):
        content = plot() if content is None else content
        answer = client.post("/checks", files={"file": (name, content)}, data=fields)
        assert list(upload_folder.iterdir()) == []
        return answer

    return send


def detail(answer, status):
    """Return the one line of a refusal."""
    assert answer.status_code == status, answer.text
    assert set(answer.json()) == {"detail"}
    line = answer.json()["detail"]
    assert "\n" not in line
    return line


def test_a_file_is_checked_and_can_be_asked_for_again(client, post):
    answer = post(project_type="chemical", lang="zh")
    assert answer.status_code == 201
    document = answer.json()
    assert document["schema"] == "geo-toolkit/check/1"
    assert document["id"] == document["check_id"]
    assert answer.headers["location"] == f"/checks/{document['id']}"
    assert document["sites"][0]["verdict"] == "prohibited"
    assert document["inputs"][0]["file"] == "plot.geojson"
    again = client.get(answer.headers["location"])
    assert again.status_code == 200
    result = {key: value for key, value in document.items() if key != "id"}
    assert again.json() == {
        "id": document["id"], "status": "done", "progress": 1.0, "result": result,
    }  # fmt: skip


def test_fields_reach_the_check(post, workspace):
    answer = post(project_type="tourism", nature="rebuild", as_of="2026-02-28", lang="en")
    assert answer.status_code == 201
    asked = workspace.asked[0]
    assert (asked["nature"], asked["as_of"], asked["lang"]) == (
        "rebuild", date(2026, 2, 28), "en",
    )  # fmt: skip
    assert answer.json()["project_type"] == "tourism"


def test_a_workspace_that_records_nothing_still_gives_its_latest_results(client, post, workspace):
    workspace.is_recording = False
    location = post().headers["location"]
    assert client.get(location).status_code == 200


def test_results_in_memory_are_bounded(workspace, plot):
    workspace.is_recording = False
    settings = Settings(allowed_hosts=("testserver",), results_kept=2)
    with TestClient(create_app(workspace, settings)) as client:
        locations = [
            client.post("/checks", files={"file": ("p.geojson", plot(name=name))}).headers[
                "location"
            ]
            for name in ("a", "b", "c")
        ]
        assert [client.get(where).status_code for where in locations] == [404, 200, 200]


def test_a_recorded_check_outlives_the_process(post, workspace, settings):
    location = post().headers["location"]
    with TestClient(create_app(workspace, settings)) as other:
        assert other.get(location).status_code == 200


def test_an_unknown_check_is_404_and_an_ill_formed_id_422(client):
    unknown = client.get("/checks/check-0123456789abcdef0123")
    assert detail(unknown, 404) == "no check 'check-0123456789abcdef0123' here; send its file again"
    for bad in ("a%2Fb", "-x", "a b", "a" * 200, "%00", "..%5c..%5cx"):
        assert client.get(f"/checks/{bad}").status_code in (404, 422), bad


def test_a_wrong_id_is_not_answered_with_the_ids_of_others(client, post):
    known = post().json()["id"]
    near = known[:-1] + ("0" if known[-1] != "0" else "1")
    assert known not in client.get(f"/checks/{near}").text


def test_a_file_that_cannot_be_read_is_refused_at_once(post, workspace):
    line = detail(post(b"not a boundary", name="plot.geojson"), 422)
    assert line.startswith("plot.geojson")
    assert "; " in line
    assert workspace.asked == []


ZIP_OUTSIDE = io.BytesIO()
with zipfile.ZipFile(ZIP_OUTSIDE, "w") as archive:
    archive.writestr("../../outside.shp", b"x")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        (
            "a.vrt",
            b"<OGRVRTDataSource><SrcDataSource>/etc/passwd</SrcDataSource></OGRVRTDataSource>",
        ),
        ("a.zip", ZIP_OUTSIDE.getvalue()),
        ("a.zip", b"PK\x03\x04 cut"),
        ("a.gpkg", b"SQLite format 3\0" + bytes(5000)),
        ("a.geojson", b"[" * 100_000),
        ("a.geojson", b'{"type": "FeatureCollection", "features": null}'),
        ("a.txt", "项目".encode("utf-16")),
        ("a.txt", bytes(range(256)) * 8),
        ("a.exe", b"MZ" + bytes(500)),
    ],
)
def test_hostile_content_is_refused_by_name_and_leaves_nothing(post, workspace, name, content):
    assert detail(post(content, name=name), 422).startswith(name)
    assert workspace.asked == []


def test_an_empty_upload_is_refused(post):
    assert detail(post(b""), 422).startswith("plot.geojson")


def test_no_file_is_refused(client):
    answer = client.post("/checks", data={"project_type": "chemical"})
    assert detail(answer, 422) == "field 'file': expected a value, got none; send it"


def test_a_file_sent_as_text_is_refused(client):
    line = detail(client.post("/checks", data={"file": "POLYGON EMPTY"}), 422)
    assert line.startswith("field 'file': ")


def test_a_body_that_is_no_form_is_refused(client):
    assert detail(client.post("/checks", json={"file": "x"}), 422).startswith("field 'file': ")
    broken = client.post(
        "/checks", content=b"garbage", headers={"Content-Type": "multipart/form-data; boundary=x"}
    )
    assert broken.status_code in (400, 422)
    assert set(broken.json()) == {"detail"}


def test_two_files_are_refused_rather_than_one_ignored(client, plot):
    files = [("file", ("a.geojson", plot())), ("file", ("b.geojson", plot()))]
    line = detail(client.post("/checks", files=files), 422)
    assert line == "field 'file': expected one, got 2; send one check for each"


def test_an_unknown_project_type_is_refused_with_the_nearest(post):
    line = detail(post(project_type="chemcal"), 422)
    assert line == "no project type 'chemcal'; did you mean 'chemical'?"


@pytest.mark.parametrize("day", ["2026-02-30", "20260228", "yesterday", "1700000000", "2026-2-1"])
def test_a_bad_day_is_refused(post, workspace, day):
    assert detail(post(as_of=day), 422).startswith(
        f"field 'as_of': expected a day as YYYY-MM-DD, got '{day}'"
    )
    assert workspace.asked == []


@pytest.mark.parametrize(
    ("field", "value"), [("nature", "old"), ("datum", "wgs72"), ("lang", "fr")]
)
def test_a_value_out_of_a_list_is_refused(post, field, value):
    line = detail(post(**{field: value}), 422)
    assert line.startswith(f"field '{field}': ")
    assert line.endswith(f"got '{value}'; correct it")


def test_an_unknown_scope_is_refused(post):
    assert detail(post(scope="fulll"), 422) == "no scope 'fulll'; did you mean 'full'?"


def test_a_field_of_a_later_version_is_refused_by_name(post):
    assert detail(post(dem="dem.tif"), 422).startswith(
        "field 'dem' is not in this version; leave it out"
    )


def test_a_field_in_the_address_is_refused_rather_than_ignored(client, plot):
    answer = client.post("/checks?project_type=chemical", files={"file": ("p.geojson", plot())})
    assert detail(answer, 422) == "query 'project_type': expected in the form; move it there"


def test_a_body_over_the_limit_is_refused_whatever_it_says_of_its_length(client, upload_folder):
    def pieces():
        yield b'--x\r\nContent-Disposition: form-data; name="file"; filename="p.geojson"\r\n\r\n'
        for _ in range(40):
            yield b" " * 10_000
        yield b"\r\n--x--\r\n"

    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    answer = client.post("/checks", content=pieces(), headers=headers)
    assert detail(answer, 413) == "expected at most 0.25 MiB, got more; split the file"
    assert list(upload_folder.iterdir()) == []


def test_too_many_sites_are_refused(post, plot, workspace):
    line = detail(post(plot(4)), 413)
    assert line == "plot.geojson: expected at most 3 sites, got 4; split the file"
    assert workspace.asked == []


def test_too_many_vertices_are_refused(workspace, plot):
    settings = Settings(allowed_hosts=("testserver",), max_vertices=9)
    with TestClient(create_app(workspace, settings)) as client:
        answer = client.post("/checks", files={"file": ("p.geojson", plot(2))})
    assert detail(answer, 413) == ("p.geojson: expected at most 9 vertices, got 10; split the file")


def test_the_text_of_an_unexpected_error_stays_in_the_log(post, workspace, caplog):
    workspace.fails_with = RuntimeError("secret /home/someone/line.shp")
    answer = post()
    request_id = answer.headers["x-request-id"]
    assert detail(answer, 500) == f"an unexpected error; the log has it under {request_id}"
    assert "secret /home/someone/line.shp" in caplog.text
    assert request_id in caplog.text


def test_a_fault_of_the_workspace_is_not_told_in_full(post, workspace, caplog):
    workspace.fails_with = LayerError("layer red_line: value 12.3 in row 7")
    assert "red_line" not in detail(post(), 500)
    assert "layer red_line: value 12.3 in row 7" in caplog.text


def test_a_page_of_another_site_may_not_send(client, plot):
    answer = client.post(
        "/checks", files={"file": ("p.geojson", plot())}, headers={"Sec-Fetch-Site": "cross-site"}
    )
    assert detail(answer, 403).startswith("a page of another site")


@pytest.mark.parametrize(
    ("submitted", "kept"),
    [
        ("../../../etc/cron.d/plot.geojson", "plot.geojson"),
        ("..\\..\\windows\\plot.geojson", "plot.geojson"),
        ("C:\\temp\\地块.geojson", "地块.geojson"),
        ("/abs/plot.geojson", "plot.geojson"),
        ("CON.geojson", "_CON.geojson"),
        ("plot.geojson:stream.geojson", "plot.geojsonstream.geojson"),
        ("\u202eplot\x00\x1b.geojson", "plot.geojson"),
        ("地" * 300 + ".geojson", "地" * 40 + ".geojson"),
        ("<script>.geojson", "script.geojson"),
    ],
)
def test_hostile_file_names_are_stored_under_a_safe_one(
    workspace, settings, plot, tmp_path, upload_folder, submitted, kept
):
    def files():  # the service's own records apart
        own = (upload_folder, workspace.root / ".geo_toolkit")
        return {p for p in tmp_path.rglob("*") if not {p, *p.parents} & set(own)}

    before = files()
    # the raw header, since clients would escape such a name
    body = (
        f'--x\r\nContent-Disposition: form-data; name="file"; filename="{submitted}"\r\n\r\n'
    ).encode() + plot() + b"\r\n--x--\r\n"  # fmt: skip
    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    with TestClient(create_app(workspace, settings)) as client:
        answer = client.post("/checks", content=body, headers=headers)
    assert answer.status_code == 201, answer.text
    assert answer.json()["inputs"][0]["file"] == kept
    assert files() == before
    assert list(upload_folder.iterdir()) == []
