"""A web map: definition and layers in, one HTML page out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from geo_toolkit.errors import DefinitionError
from geo_toolkit.webmap.cards import credit_of, data_date
from geo_toolkit.webmap.courses import flow_lines
from geo_toolkit.webmap.escaping import embed_json, plain_text
from geo_toolkit.webmap.features import layer_payload
from geo_toolkit.webmap.frame import build_map, finished_page
from geo_toolkit.webmap.words import page_words, say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geo_toolkit.catalogue.layer import Layer
    from geo_toolkit.webmap.definition import MapDefinition

__all__ = ["MAP_PARTS", "credits_of", "fitting_payloads", "render_map"]

MAP_PARTS = (
    "page.css",
    "symbols.js",
    "lines.js",
    "card.js",
    "layers.js",
    "placing.js",
    "panels.js",
    "start.js",
)
"""Our own scripts and style sheets of a map page, in the order they are read."""

_TOLERANCES_M = (5.0, 10.0, 20.0)
_FLOW_ROLES = ("river", "waterway")
_DATA_BUDGET_BYTES = 4_000_000


def render_map(
    definition: MapDefinition,
    layers: Sequence[Layer],
    *,
    title: str,
    bounds: tuple[float, float, float, float],
    lang: str = "zh",
    served: bool = False,
    producer: str = "",
) -> str:
    """Return the HTML page of a map: one file that opens without any other.

    Lines are simplified by at most 20 m (less where the page stays small), vertices are whole
    millionths of a degree. The same input gives the same bytes.

    Parameters
    ----------
    layers
        The layers that the definition names, in any order; others are left out.
    title
        Title of the workspace, e.g. the city, for the document's title and the credits.
    bounds
        West, south, east, north in degrees: what shows when the page opens.
    lang
        ``zh`` or ``en``.
    served
        Leaflet comes from the service's ``/static/`` instead of standing in the page.
    producer
        Who made the map, for the credits; the workspace's title without it.

    Raises
    ------
    UnknownName
        If a layer of the definition is not among the layers.
    NotAvailable
        If a layer is not public.
    """
    by_id = {layer.id: layer for layer in layers}
    definition.require_layers(by_id)
    chosen = [by_id[name] for name in definition.layer_ids]
    on = {name: name not in definition.off for name in definition.layer_ids}
    payloads = fitting_payloads(chosen, lang=lang, on=on)
    counts = {entry["id"]: len(entry["features"]) for entry in payloads}
    subtitle = definition.subtitle(lang, counts)
    data = {
        "lang": lang,
        "title": plain_text(definition.title(lang), limit=200),
        "subtitle": [plain_text(subtitle, limit=300)] if subtitle else [],
        "bounds": _checked(bounds),
        "groups": _groups(definition, lang),
        "layers": payloads,
        "credits": credits_of(chosen, lang=lang, producer=producer or title),
        "words": page_words(lang),
    }
    document_title = f"{definition.title(lang)} · {title}" if title else definition.title(lang)
    drawn = build_map(data, title=document_title, lang=lang, parts=MAP_PARTS, served=served)
    return finished_page(drawn, served=served)


def fitting_payloads(
    layers: Sequence[Layer], *, lang: str, on: dict[str, bool], is_exact: bool = False
) -> list[dict[str, Any]]:
    """Return the layers for the page, as exact as the page's size allows."""
    flow = flow_lines(layer.frame.geometry for layer in layers if layer.role in _FLOW_ROLES)
    payloads: list[dict[str, Any]] = []
    for tolerance_m in _TOLERANCES_M:
        payloads = [
            layer_payload(
                layer,
                lang=lang,
                tolerance_m=tolerance_m,
                is_on=on[layer.id],
                is_exact=is_exact,
                flow=flow,
            )
            for layer in layers
        ]
        if len(embed_json(payloads).encode("utf-8")) <= _DATA_BUDGET_BYTES:
            break
    return payloads


def credits_of(layers: Sequence[Layer], *, lang: str, producer: str) -> list[str]:
    """Return the credits of a page: producer, data date, system, approval number, licences."""
    colon = ": " if lang == "en" else "："
    numbers = sorted({layer.definition.approval_number for layer in layers} - {""})
    approval = "、".join(numbers) or say("no_approval", lang)
    day = data_date(layers)
    entries = [
        f"{say('producer', lang)}{colon}{producer}" if producer else "",
        f"{say('date', lang)}{colon}{day}" if day else "",
        say("system", lang),
        f"{say('approval', lang)}{colon}{approval}",
        *sorted({credit_of(layer) for layer in layers}),
        say("screening", lang),
    ]
    return [plain_text(entry, limit=200) for entry in entries if entry]


def _groups(definition: MapDefinition, lang: str) -> list[dict[str, Any]]:
    """Return the headings of the layer switch with the layers below each."""
    if definition.group:
        return [{"title": g.title(lang), "layers": list(g.layers)} for g in definition.group]
    return [{"title": say("all_layers", lang), "layers": list(definition.layers)}]


def _checked(bounds: tuple[float, float, float, float]) -> list[float]:
    west, south, east, north = bounds
    if not (-180 <= west < east <= 180 and -85 <= south < north <= 85):
        raise DefinitionError(
            f"map bounds: expected west, south, east, north in degrees, got {bounds}; correct them"
        )
    return [west, south, east, north]
