"""Pages of a workspace, drawn by the map room when a command asks for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geo_toolkit.cli import lazy
from geo_toolkit.errors import UnknownName

if TYPE_CHECKING:
    from geo_toolkit.siting import CheckResult
    from geo_toolkit.workspace import Workspace

__all__ = ["check_page", "map_page"]


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
    page: str = webmap.render_map(
        definition,
        [workspace.layers[layer_id].read() for layer_id in definition.layer_ids],
        title=definition.title(lang),
        bounds=settings.bounds,
        lang=lang,
    )
    return page


def check_page(workspace: Workspace, result: CheckResult) -> str:
    """Return the page of a check: the sites, what they met, and the layers that were used."""
    used = [layer["id"] for layer in result.document["layers"]]
    backdrop = [
        layer_id
        for layer_id, entry in workspace.layers.items()
        if entry.definition.role in ("county", "river") and layer_id not in used
    ]
    layers = [workspace.layers[layer_id].read() for layer_id in [*backdrop, *used]]
    page: str = lazy.webmap().render_check_map(result, layers, bounds=workspace.settings.bounds)
    return page
