from geo_toolkit_api.routes import maps


def test_maps_are_listed(client):
    assert client.get("/maps").json() == [
        {
            "id": "overview",
            "title_zh": "总图",
            "title_en": "Overview",
            "layers": ["parks"],
            "href": "/maps/overview",
        }
    ]


def test_a_map_is_a_page_that_may_ask_no_other_host(client):
    answer = client.get("/maps/overview")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; script-src 'self' 'sha256-")
    assert "unsafe" not in policy
    assert "http" not in policy
    assert "总图" in answer.text


def test_a_map_can_stand_alone_and_in_english(client):
    answer = client.get("/maps/overview", params={"lang": "en", "self_contained": "true"})
    assert "Overview" in answer.text
    assert "script-src 'sha256-" in answer.headers["content-security-policy"]


def test_a_page_is_drawn_once_until_something_changes(client, workspace, monkeypatch):
    drawn = []

    def workspace_page(_workspace, definition, **options):
        drawn.append(definition.title_zh)
        assert options["audience"] == "applicant"
        return "<!doctype html>"

    client.get("/maps/overview")  # drawn now, or when the service started
    monkeypatch.setattr(maps, "workspace_page", workspace_page)
    for _ in range(3):
        client.get("/maps/overview")
    assert drawn == []
    (workspace.root / "maps" / "overview.toml").write_text(
        'title_zh = "新图"\nlayers = ["parks"]\n', encoding="utf-8"
    )
    for _ in range(3):
        client.get("/maps/overview")
    assert drawn == ["新图"]


def test_an_unknown_map_is_named_with_the_nearest(client):
    answer = client.get("/maps/overveiw")
    assert answer.status_code == 404
    assert answer.json() == {"detail": "no map 'overveiw' in maps/; did you mean 'overview'?"}


def test_a_wrong_language_is_refused(client):
    answer = client.get("/maps/overview", params={"lang": "fr"})
    assert answer.status_code == 422
    assert answer.json() == {
        "detail": "field 'lang': input should be 'zh' or 'en', got 'fr'; correct it"
    }


def test_a_broken_definition_is_the_workspaces_fault_and_only_the_log_says_which(
    client, workspace, caplog
):
    (workspace.root / "maps" / "broken.toml").write_text("title_zh = 1", encoding="utf-8")
    answer = client.get("/maps")
    assert answer.status_code == 500
    request_id = answer.headers["x-request-id"]
    assert answer.json() == {
        "detail": f"the workspace has a fault; the log names it under request id {request_id}"
    }
    assert f"request {request_id}: broken.toml" in caplog.text


def test_scripts_of_maps_are_served(client):
    assert client.get("/static/manifest.json").status_code == 200
    assert client.get("/static/../guard.py").status_code == 404
    assert client.get("/static/%2e%2e/assets.py").status_code == 404


def test_a_map_with_an_internal_layer_is_not_given(client, workspace):
    layer = workspace.layers["parks"].read(None)
    hidden = layer.definition.model_copy(update={"secrecy": "internal"})
    secret = type(layer)(hidden, 0, None, "cd" * 32, layer.frame, None)
    workspace.layers["parks"].read = lambda _day=None: secret
    answer = client.get("/maps/overview")
    assert answer.status_code == 422
    assert "its secrecy is 'internal'" in answer.json()["detail"]


def test_a_map_on_an_online_background_may_ask_its_hosts_only(client, workspace):
    (workspace.root / "maps" / "overview.toml").write_text(
        'title_zh = "总图"\nbasemap = "amap"\nlayers = ["parks"]\n', encoding="utf-8"
    )
    policy = client.get("/maps/overview").headers["content-security-policy"]
    images = next(part for part in policy.split("; ") if part.startswith("img-src"))
    hosts = [f"https://webrd0{n}.is.autonavi.com" for n in range(1, 5)]
    assert images.split()[1:] == ["'self'", "data:", *hosts]
    assert "http" not in policy.replace(images, "")


def test_own_tiles_are_served_beside_the_map(client, workspace):
    folder = workspace.root / "tiles" / "8" / "203"
    folder.mkdir(parents=True)
    (folder / "104.png").write_bytes(b"\x89PNG tile")
    (workspace.root / "maps" / "overview.toml").write_text(
        'title_zh = "总图"\nbasemap = "tiles/"\nlayers = ["parks"]\n', encoding="utf-8"
    )
    assert "/maps/overview/background/{z}/{x}/{y}" in client.get("/maps/overview").text
    tile = client.get("/maps/overview/background/8/203/104")
    assert tile.content == b"\x89PNG tile"
    assert tile.headers["content-type"] == "image/png"
    assert client.get("/maps/overview/background/8/0/0").status_code == 204
    assert client.get("/maps/overview/background/8/999/0").status_code == 204


def test_a_map_without_own_tiles_has_none_to_give(client):
    answer = client.get("/maps/overview/background/8/203/104")
    assert answer.status_code == 422
    assert "its basemap is 'none', not tiles of one's own" in answer.json()["detail"]
    assert client.get("/maps/none/background/8/203/104").status_code == 404
