"""At the start the maps are drawn once; one that cannot be drawn stops nothing."""

import logging
import time

import anyio
import pytest
from geo_toolkit_api.service import Results, Service
from geo_toolkit_api.warming import warm_maps


@pytest.fixture
def service(workspace, settings):
    """A service of its own: each event loop has its own turn to work."""
    return Service(workspace, settings, Results(1))


def test_the_maps_lie_ready_before_anyone_asks(service):
    assert anyio.run(warm_maps, service) == 1
    (page,) = service.pages.values()
    assert "总图" in page


def test_a_started_service_draws_its_maps_by_itself(client, monkeypatch):
    pages = client.app.state.service.pages
    for _ in range(200):
        if pages:
            break
        time.sleep(0.05)
    monkeypatch.setattr("geo_toolkit_api.routes.maps.workspace_page", None)  # not drawn again
    assert "总图" in client.get("/maps/overview").text


def test_a_map_that_cannot_be_drawn_is_left_out_and_logged(service, workspace, caplog):
    (workspace.root / "maps" / "lost.toml").write_text(
        'title_zh = "缺"\nlayers = ["nowhere"]\n', encoding="utf-8"
    )
    with caplog.at_level(logging.WARNING, logger="geo_toolkit_api"):
        assert anyio.run(warm_maps, service) == 1
    assert "map lost was not drawn at the start: no layer 'nowhere'" in caplog.text


def test_a_broken_definition_is_logged_and_nothing_is_drawn(service, workspace, caplog):
    (workspace.root / "maps" / "broken.toml").write_text("title_zh = 1", encoding="utf-8")
    with caplog.at_level(logging.WARNING, logger="geo_toolkit_api"):
        assert anyio.run(warm_maps, service) == 0
    assert "broken.toml" in caplog.text
