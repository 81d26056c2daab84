from geo_toolkit_api.errors import STATUS, problem, status_of
from geo_toolkit_api.state import StateUnavailable

import geo_toolkit.errors
from geo_toolkit.errors import BoundaryError, GeoToolkitError, UnknownName


def test_every_error_of_the_library_is_in_the_table():
    for name in geo_toolkit.errors.__all__:
        assert getattr(geo_toolkit.errors, name) in STATUS


def test_a_more_special_error_takes_the_status_of_the_nearest_in_the_table():
    class TornFile(BoundaryError):
        pass

    assert status_of(TornFile("a.txt", "", "b", "c", "d")) == 422
    assert status_of(GeoToolkitError("x")) == 500


def test_an_unknown_name_is_404_in_a_path_and_422_in_a_form():
    error = UnknownName("map", "x", [])
    assert (status_of(error, "GET"), status_of(error, "POST")) == (404, 422)


def test_a_refusal_is_one_printable_line_of_bounded_length():
    assert problem(400, "a\nb\x1b[0m\u202e\tc").body == b'{"detail":"a b [0m c"}'
    assert len(problem(400, "x" * 5000).body) < 1100


def test_a_refusal_never_repeats_a_key():
    key = "gtk_0123abcd_" + "e" * 48
    assert key.encode() not in problem(400, f"got {key}").body


def test_state_that_cannot_be_used_is_503():
    assert status_of(StateUnavailable("x")) == 503


def test_every_operation_says_how_keys_are_sent_and_what_the_door_refuses(client):
    document = client.get("/openapi.json").json()
    assert set(document["components"]["securitySchemes"]) == {"bearer", "basic", "header"}
    assert document["security"][0] == {}, "a key is not needed everywhere"
    for operations in document["paths"].values():
        for operation in operations.values():
            assert {"401", "429"} <= set(operation["responses"])
