"""A web map of what an update changes: before and after to be swiped, and what differs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import shapely

from geo_toolkit.catalogue.changes import layers_of_changes
from geo_toolkit.cli import lazy
from geo_toolkit.errors import NotAvailable, OptionError
from geo_toolkit.rules import today

if TYPE_CHECKING:
    from geo_toolkit.catalogue import LayerDiff, LayerEntry
    from geo_toolkit.workspace import Workspace

__all__ = ["diff_page"]

_MARGIN_DEG = 0.005


def diff_page(workspace: Workspace, entry: LayerEntry, diff: LayerDiff, lang: str) -> str:
    """Return the page, which opens without a network.

    Raises
    ------
    OptionError
        If nothing changes, so that there is nothing to show.
    NotAvailable
        If the layer may only give verdicts.
    """
    definition = entry.newest_definition
    if definition.secrecy == "verdict_only":
        raise NotAvailable(f"layer {entry.id}: secrecy 'verdict_only' lets no geometry out")
    changes = layers_of_changes(definition, diff)
    if not changes:
        raise OptionError(f"--map: nothing changes in layer {entry.id}; leave --map out")
    day = today()
    counties = workspace.layers.of_role("county", day)
    drawn = [*counties, *reversed(changes)]  # the uppermost two, before and after, are swiped first
    names = [layer.id for layer in drawn]
    room, settings = lazy.webmap(), workspace.settings
    asked = room.MapDefinition(
        id=f"{entry.id}_changes",
        title_zh=f"{definition.title('zh')}：变更前后",
        title_en=f"{definition.title('en')}: before and after",
        layers=names,
    )
    west, south, east, north = shapely.bounds(
        shapely.union_all([shapely.box(*layer.frame.total_bounds) for layer in changes])
    ).tolist()
    page: str = room.render_map(
        asked,
        drawn,
        title=settings.title_en if lang == "en" else settings.title_zh,
        bounds=(west - _MARGIN_DEG, south - _MARGIN_DEG, east + _MARGIN_DEG, north + _MARGIN_DEG),
        lang=lang,
        audience="internal",
    )
    return page
