"""Layers of a page, each in the form that its size calls for, within the page's budget.

A layer of ordinary size stands in the page as a list, every line as exact as the budget allows. A
layer of more features than a browser can list becomes vector tiles: of the service where the page
is served, else inside the page.
"""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import shapely

from geo_toolkit.webmap.courses import flow_lines
from geo_toolkit.webmap.escaping import embed_json
from geo_toolkit.webmap.features import layer_payload
from geo_toolkit.webmap.kinds import kinds_of
from geo_toolkit.webmap.pyramid import inline_pyramid
from geo_toolkit.webmap.tiles import DEEPEST_ZOOM

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from geo_toolkit.catalogue.layer import Layer
    from geo_toolkit.webmap.drawing import Drawing

__all__ = ["MOST_LISTED", "fitting_payloads"]

_log = logging.getLogger(__name__)

MOST_LISTED = 3000
"""Features of a layer that stand in a page as a list; more become tiles."""

_TOLERANCES_M = (5.0, 10.0, 20.0, 50.0, 100.0)
_DATA_BUDGET_BYTES = 3_000_000
_LARGE_PAGE_BYTES = 20_000_000
_FLOW_ROLES = ("river", "waterway")
_SMALLEST_ZOOM = 5
_MOST_KINDS = 12
_KINDS = {"point": 1, "line": 2, "polygon": 3}

Row = dict[str, Any]  # JSON: values of every type


def fitting_payloads(
    layers: Sequence[Layer], *, on: Mapping[str, bool], drawing: Drawing, served: bool
) -> list[Row]:
    """Return the layers for the page, as exact as the page's size allows.

    Parameters
    ----------
    on
        Whether each layer shows when the page opens, by id.
    served
        Whether the page can ask the service for tiles.
    """
    large = {layer.id for layer in layers if len(layer.frame) > MOST_LISTED}
    tiles = {layer.id: _tiles(layer, drawing, served) for layer in layers if layer.id in large}
    listed = [layer.frame.geometry for layer in layers if layer.role in _FLOW_ROLES]
    flow = tuple(flow_lines(listed))
    payloads: list[Row] = []
    for tolerance_m in _TOLERANCES_M:
        manner = replace(drawing, tolerance_m=tolerance_m, flow=flow)
        payloads = [
            layer_payload(layer, manner, is_on=on[layer.id], tiles=tiles.get(layer.id))
            for layer in layers
        ]
        small = [entry for entry in payloads if entry["id"] not in large]
        size = len(embed_json(small).encode("utf-8"))
        if size <= _DATA_BUDGET_BYTES:
            break
        _log.info(
            "lines simplified by %g m make %d bytes, more than the page's %d",
            tolerance_m,
            size,
            _DATA_BUDGET_BYTES,
        )
    return payloads


def _tiles(layer: Layer, drawing: Drawing, served: bool) -> Row:
    """Return where the page finds the features of a large layer."""
    count = len(layer.frame)
    kind = {"kind": _KINDS[layer.definition.geometry], "kinds": kinds_of(layer)[0][:_MOST_KINDS]}
    if served:
        _log.info("layer %s: %d features, drawn from the service's vector tiles", layer.id, count)
        query = f"?datum={drawing.datum.value}&v={layer.sha256[:12]}"
        return {
            **kind,
            "url": f"/tiles/{layer.id}/{{z}}/{{x}}/{{y}}.mvt{query}",
            "search": f"/tiles/{layer.id}/search{query}&q=",
            "zooms": list(range(_SMALLEST_ZOOM, DEEPEST_ZOOM + 1)),
        }
    found = inline_pyramid(layer, drawing.datum)
    size = sum(len(data) for _, data in found["tiles"].values())
    _log.log(
        logging.WARNING if size > _LARGE_PAGE_BYTES else logging.INFO,
        "layer %s: %d features with %d vertices, drawn from %d vector tiles (%d bytes) in the page",
        layer.id,
        count,
        int(shapely.get_num_coordinates(layer.frame.geometry.to_numpy()).sum()),
        len(found["tiles"]),
        size,
    )
    return {**kind, **found}
