"""One call, one map: a map of the workspace, any of its layers, a frame, or a check's result."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import shapely

from geo_toolkit.catalogue.definition import LayerDefinition
from geo_toolkit.catalogue.layer import FEATURE_NAME_COLUMNS, Layer
from geo_toolkit.errors import CRSMismatch, LayerError, UnknownName
from geo_toolkit.geodesy import CGCS2000, Datum, datum_of, to_geographic
from geo_toolkit.webmap.cards import split_title
from geo_toolkit.webmap.check_map import render_check_map
from geo_toolkit.webmap.definition import MapDefinition, load_maps
from geo_toolkit.webmap.drawing import is_drawable
from geo_toolkit.webmap.labels import is_missing
from geo_toolkit.webmap.page import render_map
from geo_toolkit.webmap.words import say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geopandas import GeoDataFrame

    from geo_toolkit.siting import CheckResult
    from geo_toolkit.webmap.overlays import Overlay
    from geo_toolkit.workspace import Workspace

__all__ = ["check_layers", "frame_layer", "map_check", "map_layers", "map_of", "workspace_page"]

_BACKDROP = ("county", "river")
"""Roles that are drawn under every check, so that the reader sees where it is."""

_KINDS = {0: "point", 1: "line", 2: "line", 3: "polygon", 4: "point", 5: "line", 6: "polygon"}


def map_of(
    ws: Workspace,
    map_id: str,
    *,
    lang: str | None = None,
    served: bool = False,
    audience: str = "applicant",
    day: date | None = None,
) -> str:
    """Return a map of the workspace, by its id, as one HTML page.

    Parameters
    ----------
    lang
        ``zh`` or ``en``: what shows first; the workspace's own without it.
    served
        For a page that the service gives: assets and large layers are asked from it.
    audience
        ``internal`` also draws layers with the secrecy ``internal``.
    day
        Whose layer versions are drawn; today by default.

    Raises
    ------
    UnknownName
        If there is no such map or layer; names the nearest.
    NotAvailable
        If a layer may not be shown to the audience.
    """
    maps = load_maps(ws.root / "maps")
    if map_id not in maps:
        raise UnknownName("map", map_id, maps, where="maps/")
    return workspace_page(ws, maps[map_id], lang=lang, served=served, audience=audience, day=day)


def map_layers(
    ws: Workspace,
    layers: Sequence[str | Layer],
    *,
    title_zh: str = "",
    title_en: str = "",
    lang: str | None = None,
    audience: str = "applicant",
    overlays: Sequence[Overlay] = (),
    basemap: str = "none",
) -> str:
    """Return any layers of a workspace as one HTML page.

    Parameters
    ----------
    layers
        Ids of layers in force today, or layers, in drawing order. Two versions of one layer may
        both be there, to be compared with the page's swipe.
    title_zh, title_en
        Title of the map; those of the layers without them.
    audience
        ``internal`` also draws layers with the secrecy ``internal``.
    overlays
        Rasters and areas reached in time.
    basemap
        As in a map definition.

    Raises
    ------
    UnknownName
        If there is no such layer; names the nearest.
    NotAvailable
        If a layer may not be shown to the audience.

    Examples
    --------
    ``Path("parks.html").write_text(map_layers(ws, ["counties", "parks"]), encoding="utf-8")``
    """
    read = _apart(
        [ws.layers[layer].read() if isinstance(layer, str) else layer for layer in layers]
    )
    definition = MapDefinition(
        id="layers",
        title_zh=title_zh or "、".join(split_title(la.definition.title("zh"))[0] for la in read),
        title_en=title_en or ", ".join(split_title(la.definition.title("en"))[0] for la in read),
        layers=tuple(layer.id for layer in read),
        basemap=basemap,
    )
    return workspace_page(
        ws, definition, layers=read, lang=lang, audience=audience, overlays=overlays
    )


def _apart(layers: Sequence[Layer]) -> list[Layer]:
    """Return layers of different ids: a version of a layer that is there already gets its own."""
    ids = [layer.id for layer in layers]
    found = []
    for layer in layers:
        if ids.count(layer.id) > 1:
            own = {"id": f"{layer.id}_v{layer.version}"}
            own["data"] = f"{layer.definition.data}@{layer.version}"
            for lang, form in (("zh", "{}（{}）"), ("en", "{} ({})")):
                name = split_title(layer.definition.title(lang))[0]
                version = say("version", lang).format(layer.version)
                own[f"title_{lang}"] = form.format(name, version)
            layer = replace(layer, definition=layer.definition.model_copy(update=own))
        found.append(layer)
    return found


def map_check(
    ws: Workspace,
    result: CheckResult,
    *,
    served: bool = False,
    second: CheckResult | None = None,
) -> str:
    """Return the page of a check: the sites, what they met, and the layers that were used.

    Layers that the check's audience may not see are left out.

    Parameters
    ----------
    second
        The same check in the other language; with it the page can be switched to that.
    """
    layers = check_layers(ws, result)
    return render_check_map(result, layers, bounds=ws.settings.bounds, served=served, second=second)


def check_layers(ws: Workspace, result: CheckResult) -> list[Layer]:
    """Return the layers that a drawing of a check shows: those it used, counties and rivers.

    Layers that the check's audience may not see are left out.
    """
    day = date.fromisoformat(result.document["as_of"])
    audience = str(result.document.get("audience") or "applicant")
    used = {layer["id"] for layer in result.document["layers"]}
    layers = [
        entry.read(day)
        for layer_id, entry in ws.layers.items()
        if layer_id in used or (entry.definition.role in _BACKDROP and entry.is_in_force(day))
    ]
    return [layer for layer in layers if is_drawable(layer, audience)]


def workspace_page(
    ws: Workspace,
    definition: MapDefinition,
    *,
    layers: Sequence[Layer] | None = None,
    lang: str | None = None,
    served: bool = False,
    audience: str = "applicant",
    overlays: Sequence[Overlay] = (),
    day: date | None = None,
) -> str:
    """Return a map with the title, bounds and language of a workspace.

    Parameters
    ----------
    layers
        Those of the definition, where they have been read already.
    """
    settings = ws.settings
    first = lang or settings.language
    definition.require_layers({*ws.layers, *(layer.id for layer in layers or ())})
    titles = [settings.title_zh or settings.name, settings.title_en or settings.name]
    title, second = titles[::-1] if first == "en" else titles
    chosen = layers or [ws.layers[layer_id].read(day) for layer_id in definition.layer_ids]
    return render_map(
        definition,
        chosen,
        title=title,
        second_title=second,
        bounds=settings.bounds,
        lang=first,
        served=served,
        audience=audience,
        overlays=overlays,
        root=ws.root,
    )


def frame_layer(
    frame: GeoDataFrame,
    layer_id: str,
    *,
    role: str = "other",
    title_zh: str = "",
    title_en: str = "",
    color: str = "#1F6FA8",
    source: str = "",
    evidence: str = "published",
    accuracy_m: float = 0.0,
) -> Layer:
    """Return a frame as a layer that can be drawn, on CGCS2000.

    Raises
    ------
    CRSMismatch
        If the frame's datum is not known, or would need parameters to reach CGCS2000.
    LayerError
        If the frame has no geometry, or more than one kind.
    """
    stated = "none" if frame.crs is None else frame.crs.name
    datum = None if frame.crs is None else datum_of(frame.crs)
    if datum not in (Datum.CGCS2000, Datum.WGS84):
        raise CRSMismatch(
            f"layer {layer_id!r}: expected coordinates on CGCS2000 or WGS 84, got {stated}; "
            "a layer of unknown datum is drawn on no background: state or convert its CRS"
        )
    values = to_geographic(np.asarray(frame.geometry.array, dtype=object), frame.crs)
    kinds = {
        _KINDS.get(int(kind), "") for kind in np.unique(shapely.get_type_id(values)) if kind >= 0
    }
    if len(kinds) != 1 or "" in kinds:
        found = ", ".join(sorted(kinds)) or "nothing"
        raise LayerError(f"layer {layer_id!r}: expected points, lines or polygons, got {found}")
    drawn = frame.set_geometry(list(values), crs=CGCS2000)
    drawn.index = [str(key) for key in frame.index]
    names = next((frame[name] for name in FEATURE_NAME_COLUMNS if name in frame.columns), None)
    given = [""] * len(frame) if names is None else ["" if is_missing(n) else str(n) for n in names]
    drawn = drawn.assign(
        feature_name=given, feature_accuracy_m=float(accuracy_m), feature_evidence=evidence
    )
    definition = LayerDefinition.model_validate(
        {
            "id": layer_id,
            "title_zh": title_zh,
            "title_en": title_en,
            "role": role,
            "geometry": kinds.pop(),
            "data": f"{layer_id}.gpkg",
            "key": "id",
            "crs": "EPSG:4490",
            "datum": "cgcs2000",
            "evidence": evidence,
            "accuracy_m": accuracy_m,
            "coverage": "none",
            "source": source,
            "style": {"color": color},
        }
    )
    digest = hashlib.sha256(b"".join(shapely.to_wkb(values[~shapely.is_missing(values)])))
    return Layer(definition, 0, None, digest.hexdigest(), drawn, None)
