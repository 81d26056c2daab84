"""Web maps of logistics accessibility: areas reached in time, and what a scenario gains."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from geo_toolkit.access import GAIN_LEGEND, gain_areas, gain_sites, site_layer
from geo_toolkit.cli import access_tables as tables
from geo_toolkit.cli import lazy

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geopandas import GeoDataFrame

    from geo_toolkit.access import Points, Study
    from geo_toolkit.catalogue import Layer
    from geo_toolkit.workspace import Workspace

__all__ = ["gain_page", "isochrone_page"]

_MOST_SINGLE = 12


def isochrone_page(
    workspace: Workspace,
    study: Study,
    points: Points,
    frame: GeoDataFrame,
    *,
    lang: str,
    audience: str,
) -> str:
    """Return the map of what is reached in time: all places together, and each by itself.

    Parameters
    ----------
    frame
        As ``isochrone_frame`` returns it.
    audience
        ``internal`` or ``applicant``; layers that it may not see are left out.
    """
    room = lazy.webmap()
    notes = tables.skeleton_words(study.network.level)
    together = room.TimeOverlay("isochrones", "等时圈", "Isochrones", frame, *notes)
    overlays = [together]
    keys = list(dict.fromkeys(frame["id"]))
    if 1 < len(keys) <= _MOST_SINGLE:  # switched off: to be looked at alone, or in the swipe
        for number, key in enumerate(keys):
            part = frame[frame["id"] == key]
            name = str(part["name"].iloc[0]) or str(key)
            titles = (f"等时圈：{name}", f"Isochrones: {name}")
            single = room.TimeOverlay(f"isochrones_{number}", *titles, part, *notes, is_on=False)
            overlays.append(single)
    layers = [
        *_layers(workspace, study, "county", "river", "highway"),
        site_layer(study, points),
    ]
    return _page(workspace, layers, overlays, ("等时圈", "Isochrones"), study, lang, audience)


def gain_page(
    workspace: Workspace,
    study: Study,
    points: Points,
    document: dict[str, Any],  # JSON values
    *,
    lang: str,
    audience: str,
) -> str:
    """Return the map of what a scenario saves counties and sites.

    Parameters
    ----------
    study
        With the scenario.
    document
        As ``compare_document`` returns it.
    audience
        ``internal`` or ``applicant``; layers that it may not see are left out.
    """
    counties = workspace.layers.of_role("county", study.day)
    gains = lazy.webmap().ClassOverlay(
        "gains",
        "区县到对外通道节点节省时间",
        "Time saved to the gateways, by county",
        gain_areas(document, counties),
        GAIN_LEGEND,
        *tables.skeleton_words(study.network.level),
    )
    layers = [
        *_layers(workspace, study, "county", "highway", "railway", "gateway"),
        gain_sites(document, study, points),
    ]
    scenario = study.scenario
    titles = (f"有无对比：{scenario.title_zh}", f"Compared: {scenario.title_en}")
    return _page(workspace, layers, [gains], titles, study, lang, audience)


def _layers(workspace: Workspace, study: Study, *roles: str) -> list[Layer]:
    return [layer for role in roles for layer in workspace.layers.of_role(role, study.day)]


def _page(
    workspace: Workspace,
    layers: Sequence[Layer],
    overlays: Sequence[Any],  # overlays of the map room, known at run time
    titles: tuple[str, str],
    study: Study,
    lang: str,
    audience: str,
) -> str:
    """Return the web map of a result."""
    room = lazy.webmap()
    shown = [layer for layer in layers if room.is_drawable(layer, audience)]
    words = tables.skeleton_words(study.network.level)
    definition = room.MapDefinition(
        id="access",
        title_zh=titles[0],
        title_en=titles[1],
        subtitle_zh=words[0],
        subtitle_en=words[1],
        layers=tuple(layer.id for layer in shown),
    )
    page: str = room.workspace_page(
        workspace, definition, layers=shown, lang=lang, audience=audience, overlays=overlays
    )
    return page
