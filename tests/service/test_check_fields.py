"""All fields of a check reach it, as the command line's options do; editions keep their secrets."""

import json
from io import BytesIO

import openpyxl
import pytest
from fastapi.testclient import TestClient
from geo_toolkit_api import Settings, create_app
from geo_toolkit_api.jobs.jobs import Jobs

PLOT = "plot.geojson"


@pytest.fixture
def made(city, rectangle):
    """Return a workspace of one secret red line and one public lake, with a rule on each."""
    city.layer(
        "line", "ecological_red_line", [("KEY-77", rectangle(0, 0, 1000))],
        coverage="all", secrecy="internal",
    )  # fmt: skip
    city.layer("lake", "water_body", [("LAKE-1", rectangle(5000, 0, 1000))], coverage="all")
    city.rule("R", "ecological_red_line")
    return city.rule("W", "water_body").open()


@pytest.fixture
def client(made):
    with TestClient(create_app(made, Settings()), base_url="http://127.0.0.1") as opened:
        yield opened


@pytest.fixture
def key(client):
    """Return the header of a caller who may see internal layers."""
    text = client.app.state.admission.keys.add("李工", ["internal"])
    return {"Authorization": f"Bearer {text}"}


@pytest.fixture
def content(plots, rectangle):
    """Return the bytes of a file of plots, by default one of 4 ha half over the line."""

    def make(*polygons):
        sites = plots(*(polygons or [rectangle(900, 100, 200)]))
        return sites.inputs[0].path.read_bytes()

    return make


def post(client, text, headers=None, *, name=PLOT, files=None, **fields):
    sent = {"file": (name, BytesIO(text)), **(files or {})}
    return client.post("/checks", files=sent, data=fields, headers=headers or {})


def hits(answer):
    return [f for f in answer.json()["sites"][0]["findings"] if f["outcome"] == "hit"]


# --- editions ------------------------------------------------------------------------------


def test_a_caller_with_the_scope_gets_the_internal_edition_unless_told(client, key, content):
    whole = post(client, content(), key)
    assert whole.json()["audience"] == "internal"
    assert hits(whole)[0]["feature_id"] == "KEY-77"
    assert hits(whole)[0]["overlap_m2"] == pytest.approx(20_000, rel=1e-3)
    told = post(client, content(), key, audience="applicant")
    assert told.json()["audience"] == "applicant"
    assert "KEY-77" not in told.text
    assert told.json()["id"] != whole.json()["id"]


def test_without_the_scope_the_internal_edition_is_refused(client, content):
    answer = post(client, content(), audience="internal")
    assert answer.status_code == 403
    assert answer.json()["detail"].startswith("audience 'internal': expected an API key with the")
    assert post(client, content()).json()["audience"] == "applicant"
    assert post(client, content(), audience="outsider").status_code == 422


def test_a_key_that_only_reads_gets_no_more_than_none(client, content):
    text = client.app.state.admission.keys.add("访客", ["read"])
    header = {"Authorization": f"Bearer {text}"}
    assert post(client, content(), header).json()["audience"] == "applicant"
    assert post(client, content(), header, audience="internal").status_code == 403


def test_an_internal_check_is_nowhere_for_a_caller_without_the_scope(client, key, content):
    check_id = post(client, content(), key).json()["id"]
    paths = [f"/checks/{check_id}"]
    paths += [f"/checks/{check_id}/report.{kind}" for kind in ("xlsx", "gpkg", "html")]
    paths += [f"/checks/{check_id}/report.{kind}?audience=applicant" for kind in ("xlsx", "gpkg")]
    for path in paths:
        answer = client.get(path)
        assert answer.status_code == 404, path
        assert "KEY-77" not in answer.text
        assert client.get(path, headers=key).status_code == 200, path
    assert client.delete(f"/checks/{check_id}").status_code == 404
    assert client.get(f"/checks/{check_id}/report.xlsx?audience=internal").status_code == 403


def test_an_internal_job_is_nowhere_for_a_caller_without_the_scope(
    client, key, content, monkeypatch
):
    monkeypatch.setattr(Jobs, "watch", lambda _self: None)
    location = post(client, content(), {**key, "Prefer": "respond-async"}).headers["location"]
    for answer in (
        client.get(location),
        client.delete(location),
        client.get(f"{location}/report.xlsx"),
    ):
        assert answer.status_code == 404
    assert client.get(location, headers=key).json()["status"] == "queued"
    assert client.delete(location, headers=key).json()["status"] == "cancelled"


def test_both_editions_of_a_report_can_be_had_with_the_scope(client, key, content):
    check_id = post(client, content(), key).json()["id"]

    def cells(query):
        book = client.get(f"/checks/{check_id}/report.xlsx{query}", headers=key)
        assert book.status_code == 200, book.text
        sheets = openpyxl.load_workbook(BytesIO(book.content))
        return {str(c.value) for sheet in sheets for row in sheet.iter_rows() for c in row}

    assert "KEY-77" in " ".join(cells(""))
    assert "KEY-77" in " ".join(cells("?audience=internal"))
    assert "KEY-77" not in " ".join(cells("?audience=applicant"))


def test_the_applicants_edition_of_a_holder_can_be_handed_out(client, key, content, rectangle):
    small = content(rectangle(990, 100, 50))  # under a hectare: nobody else gets a verdict of it
    handed = post(client, small, key, audience="applicant")
    assert handed.json()["sites"][0]["verdict"] == "prohibited"
    own = post(client, small)
    assert own.json()["sites"][0]["verdict"] == "undetermined"
    report = client.get(f"/checks/{handed.json()['id']}/report.gpkg")
    assert report.status_code == 200
    assert b"KEY-77" not in report.content


def test_reports_of_a_check_do_not_use_up_the_questions_of_the_day(client, content, rectangle):
    many = content(*(rectangle(2000 + 210 * n, 0, 200) for n in range(3)))
    check_id = post(client, many).json()["id"]
    for _ in range(8):
        assert client.get(f"/checks/{check_id}/report.gpkg").status_code == 200


# --- previous ------------------------------------------------------------------------------


def test_an_earlier_check_is_compared_with(client, content, rectangle):
    first = post(client, content()).json()["id"]
    moved = post(client, content(rectangle(950, 100, 200)), previous=first)
    assert moved.status_code == 201, moved.text
    assert moved.json()["previous"]["check_id"] == first
    assert moved.json()["previous"]["sites"][0]["change"] == "changed"


def test_an_earlier_check_of_the_internal_edition_tells_nothing(client, key, content):
    secret = post(client, content(), key).json()["id"]
    answer = post(client, content(), previous=secret)
    assert answer.status_code == 404
    assert "KEY-77" not in answer.text
    crossed = post(client, content(), key, previous=secret, audience="applicant")
    assert crossed.status_code == 422
    assert crossed.json()["detail"].startswith(
        "field 'previous': expected a check of the applicant edition, got the internal one"
    )
    same = post(client, content(), key, previous=secret)
    assert same.json()["previous"]["sites"][0]["change"] == "same"


# --- the other fields ----------------------------------------------------------------------


def test_a_centreline_becomes_a_corridor(client, made):
    lake = made.layers["lake"].read().frame.geometry.iloc[0].centroid
    line = {
        "type": "LineString",
        "coordinates": [[lake.x - 0.02, lake.y], [lake.x + 0.02, lake.y]],
    }
    text = json.dumps(line).encode()
    answer = post(client, text, project_type="linear", corridor_m="40")
    assert answer.status_code == 201, answer.text
    assert answer.json()["inputs"][0]["corridor_m"] == 40.0
    (hit,) = [f for f in hits(answer) if f["role"] == "water_body"]
    assert hit["crossings"][0]["length_m"] == pytest.approx(1000, rel=0.02)
    other = post(client, text, corridor_m="40")
    assert other.json()["detail"].startswith("field 'corridor_m': expected project_type linear")
    assert post(client, text, project_type="linear", corridor_m="nan").status_code == 422
    assert post(client, text, project_type="linear", corridor_m="-1").status_code == 422


def test_overlaps_are_decided_on_the_land_taken(client, content, rectangle):
    site = content(rectangle(4900, 100, 200))
    taken = content(rectangle(4900, 100, 50))
    answer = post(client, site, files={"land_take": ("taken.geojson", BytesIO(taken))})
    assert answer.status_code == 201, answer.text
    document = answer.json()
    assert document["land_take"][0]["file"] == "taken.geojson"
    lake = [f for f in document["sites"][0]["findings"] if f["role"] == "water_body"]
    assert ("clear", "crossed_without_land") in {(f["outcome"], f["reason_code"]) for f in lake}
    again = client.get(f"/checks/{document['id']}/report.gpkg")
    assert again.status_code == 200
    outside = content(rectangle(9000, 100, 50))
    wrong = post(client, site, files={"land_take": ("taken.geojson", BytesIO(outside))})
    assert wrong.status_code == 422


def test_what_is_declared_counts_and_a_wrong_declaration_is_the_callers_fault(client, content):
    override = (
        b'nature = "expand"\n[[override]]\nrule_id = "R"\noutcome = "clear"\n'
        b'reason = "x"\nby = "y"\n'
    )
    answer = post(client, content(), files={"declare": ("d.toml", BytesIO(override))})
    assert answer.status_code == 201, answer.text
    assert answer.json()["nature"] == "expand"
    assert answer.json()["sites"][0]["findings"][0]["original"]["outcome"] == "hit"
    for bad in (b"nature = ", b'nature = "old"', b"no_key = 1", b"\xff\xfe", b"a = [" * 5000):
        wrong = post(client, content(), files={"declare": ("d.toml", BytesIO(bad))})
        assert wrong.status_code == 422, bad[:20]
        assert wrong.json()["detail"].startswith("d.toml"), wrong.text


def test_wrong_local_parameters_are_the_callers_fault(client, content):
    files = {"datum_params": ("p.toml", BytesIO(b"nonsense = "))}
    answer = post(client, content(), files=files)
    assert answer.status_code == 422
    assert "\n" not in answer.json()["detail"]


def test_files_of_one_name_do_not_get_into_each_others_way(client, content, rectangle):
    site = content(rectangle(4900, 100, 200))
    taken = content(rectangle(4900, 100, 50))
    files = {
        "land_take": (PLOT, BytesIO(taken)),
        "declare": (PLOT, BytesIO(b'nature = "rebuild"\n')),
    }
    answer = post(client, site, files=files)
    assert answer.status_code == 201, answer.text
    assert answer.json()["nature"] == "rebuild"


def test_a_file_field_that_a_browser_left_empty_is_no_file(client, content):
    files = {"land_take": ("", b""), "declare": ("", b"")}
    assert post(client, content(), files=files).status_code == 201


def test_a_move_is_proposed_within_the_radius_to_those_who_may_see_it(client, key, content):
    near = post(client, content(), key, shift_radius_m="500")
    assert near.status_code == 201, near.text
    advice = near.json()["sites"][0].get("advice")
    assert advice
    report = client.get(f"/checks/{near.json()['id']}/report.xlsx", headers=key)
    assert report.status_code == 200, report.text
    assert "advice" not in post(client, content(), shift_radius_m="500").json()["sites"][0]
    assert post(client, content(), shift_radius_m="-5").status_code == 422
