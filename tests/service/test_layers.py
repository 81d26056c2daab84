def test_layers_are_listed_with_what_they_rest_on(client):
    answer = client.get("/layers")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    parks = answer.json()[0]
    assert parks == {
        "id": "parks",
        "title_zh": "产业园区",
        "title_en": "Industrial parks",
        "role": "industrial_park",
        "geometry": "polygon",
        "version": 0,
        "features": 1,
        "evidence": "schematic",
        "accuracy_m": 500.0,
        "coverage": "none",
        "secrecy": "public",
        "effective_from": "2026-01-01",
        "source": "测试",
        "licence": "CC0-1.0",
        "approval_number": "",
        "sha256": "ab" * 32,
        "fault": None,
    }
    assert "产业园区".encode() in answer.content  # UTF-8, not escapes


def test_a_layer_of_a_later_day_is_not_listed_yet(client, monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1767196799")  # 2025-12-31 23:59:59 in UTC+8
    assert [entry["id"] for entry in client.get("/layers").json()] == ["red_line"]
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1767196800")
    assert [entry["id"] for entry in client.get("/layers").json()] == ["parks", "red_line"]


def test_a_layer_that_is_not_public_is_named_and_hides_no_other(client):
    entries = {entry["id"]: entry for entry in client.get("/layers").json()}
    assert set(entries) == {"parks", "red_line"}
    assert entries["red_line"]["features"] is None
    assert entries["red_line"]["fault"] == "its data cannot be used; ask who keeps the layer"
