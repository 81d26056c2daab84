"""Pages of a workspace, drawn by the map room when a command asks for them."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from geo_toolkit.cli import lazy
from geo_toolkit.errors import UnknownName

if TYPE_CHECKING:
    from geo_toolkit.siting import CheckResult
    from geo_toolkit.workspace import Workspace

__all__ = ["check_page", "map_page"]

_BACKDROP = ("county", "river")
"""Roles that are drawn under every check, so that the reader sees where it is."""


def map_page(workspace: Workspace, map_id: str, lang: str) -> str:
    """Return a web map of the workspace as one HTML page.

    Raises
    ------
    UnknownName
        If there is no such map; names the nearest.
    """
    webmap = lazy.webmap()
    maps = webmap.load_maps(workspace.root / "maps")
    if map_id not in maps:
        raise UnknownName("map", map_id, maps, where="maps/")
    definition = maps[map_id]
    definition.require_layers(workspace.layers)
    settings = workspace.settings
    title = settings.title_en if lang == "en" else settings.title_zh
    page: str = webmap.render_map(
        definition,
        [workspace.layers[layer_id].read() for layer_id in definition.layer_ids],
        title=title,
        bounds=settings.bounds,
        lang=lang,
    )
    return page


def check_page(workspace: Workspace, result: CheckResult) -> str:
    """Return the page of a check: the sites, what they met, and the layers that were used."""
    day = date.fromisoformat(result.document["as_of"])
    used = {layer["id"] for layer in result.document["layers"]}
    layers = [
        entry.read(day)
        for layer_id, entry in workspace.layers.items()
        if layer_id in used or (entry.definition.role in _BACKDROP and entry.is_in_force(day))
    ]
    page: str = lazy.webmap().render_check_map(result, layers, bounds=workspace.settings.bounds)
    return page
