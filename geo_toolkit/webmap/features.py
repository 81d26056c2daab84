"""Layers as a page carries them: how each is drawn, and its features with names and cards."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from geo_toolkit.errors import NotAvailable
from geo_toolkit.rules.roles import role_title
from geo_toolkit.webmap.cards import LONGEST_NAME, card_of, legend_notes, split_title
from geo_toolkit.webmap.courses import joined_lines, upstream_deg
from geo_toolkit.webmap.escaping import plain_text
from geo_toolkit.webmap.geometry import anchor, encode, simplified
from geo_toolkit.webmap.labels import is_missing, value_word
from geo_toolkit.webmap.symbols import Symbol, line_variant, park_glyph, road_number, symbol_of
from geo_toolkit.webmap.words import say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shapely import LineString
    from shapely.geometry.base import BaseGeometry

    from geo_toolkit.catalogue.layer import Layer

__all__ = ["layer_payload"]

_LONGEST_LABEL = {"zh": 28, "en": 44}
_STATUS_CODES = {"under_construction": "c", "planned": "p", "preliminary": "q"}
_ALWAYS = frozenset({"u", "g", "n", "m"})

Row = dict[str, Any]  # cells and JSON: values of every type


def layer_payload(
    layer: Layer,
    *,
    lang: str,
    tolerance_m: float,
    is_on: bool = True,
    is_exact: bool = False,
    flow: Sequence[LineString] = (),
) -> Row:
    """Return one layer for the page's script: how it is drawn, what the legend says, its features.

    Parameters
    ----------
    tolerance_m
        How far a simplified line may lie from the true one, in metres.
    is_on
        Whether the layer shows when the page opens.
    is_exact
        Whether every line keeps the course that was analysed; else schematic ones are rounded.
    flow
        Rivers, drawn downstream: a lock's chevron points up the nearest one.

    Raises
    ------
    NotAvailable
        If the layer is not public.
    """
    definition = layer.definition
    if definition.secrecy != "public":
        raise NotAvailable(
            f"layer {layer.id!r}: a map of a layer with secrecy {definition.secrecy!r} is not in "
            "this version; leave it out of the map"
        )
    symbol = symbol_of(definition.role, definition.geometry)
    is_line = definition.geometry == "line"
    frame = joined_lines(layer.frame, is_exact=is_exact) if is_line else layer.frame
    shapes = simplified(frame.geometry, tolerance_m=tolerance_m)
    features = [
        _feature(layer, symbol, str(key), row, shape, lang, flow)
        for key, row, shape in zip(frame.index, frame.to_dict("records"), shapes, strict=True)
    ]
    title, aside = split_title(plain_text(definition.title(lang), limit=120))
    return {
        "id": layer.id,
        "title": title,
        "role": role_title(definition.role, lang),
        "draw": symbol.draw,
        "order": symbol.order,
        "rank": symbol.rank,
        "zoom": symbol.zoom,
        "labelZoom": symbol.label_zoom,
        "color": definition.style.color,
        "on": is_on,
        "note": legend_notes(layer, aside, lang),
        "fault": say("unreadable", lang) if layer.fault else "",
        "features": [feature for feature in features if feature["g"]],
    }


def _feature(
    layer: Layer,
    symbol: Symbol,
    key: str,
    row: Row,
    shape: BaseGeometry | None,
    lang: str,
    flow: Sequence[LineString],
) -> Row:
    """Return one feature for the page; members that say nothing are left out.

    u: one place in several layers, g: geometry, n: name, l: label, t: status, v: variant, h: road
    number, x: schematic, f: no known place, c: where its symbol stands, b: bearing, m: card.
    """
    name = _name(row, lang)
    status = _status(layer, row)
    is_assumed = str(row.get("basis")) == "assumed"
    is_schematic = row.get("feature_evidence") == "schematic" or is_assumed
    if is_assumed and shape is not None and layer.definition.geometry != "line":
        shape = anchor(shape)
    number = road_number(f"{row.get('code') or ''} {row.get('feature_name')}")
    members: Row = {
        "u": f"{layer.definition.data}#{key}",
        "g": encode(shape),
        "n": plain_text(name, limit=LONGEST_NAME),
        "l": plain_text(_label(symbol, name, row, lang), limit=_LONGEST_LABEL.get(lang, 28)),
        "t": _STATUS_CODES.get(status, ""),
        "v": _variant(symbol, row, name),
        "h": number if symbol.draw == "expressway" else "",
        "x": int(is_schematic),
        "f": int(is_assumed),
        "m": card_of(layer, row, status, lang),
    }
    if shape is not None and shape.geom_type in ("Polygon", "MultiPolygon"):
        members["c"] = encode(anchor(shape))[1][0]
    if symbol.draw == "lock" and shape is not None:
        members["b"] = upstream_deg(shape, flow)
    return {k: value for k, value in members.items() if k in _ALWAYS or value not in ("", 0)}


def _name(row: Row, lang: str) -> str:
    """Return a feature's name in the page's language where it has one, else its own name."""
    if lang == "en" and not is_missing(row.get("name_en")):
        return str(row["name_en"]).strip()
    return str(row.get("feature_name") or "").strip()


def _label(symbol: Symbol, name: str, row: Row, lang: str) -> str:
    """Return what is written on the map: the name, and the class of a waterway."""
    if symbol.draw == "waterway":
        grade = row.get("channel_class") or row.get("class")
        if not is_missing(grade):
            return f"{name} {value_word(grade, lang, column='class')}"
    return name


def _status(layer: Layer, row: Row) -> str:
    """Return a feature's status; a planned line of schematic course is a preliminary one."""
    status = "" if is_missing(row.get("status")) else str(row["status"])
    is_course = layer.definition.geometry == "line" and row.get("feature_evidence") == "schematic"
    return "preliminary" if status == "planned" and is_course else status


def _variant(symbol: Symbol, row: Row, name: str) -> str:
    if symbol.draw in ("park", "ring"):
        industries = row.get("industries")
        words = "" if is_missing(industries) else value_word(industries, "zh")
        return park_glyph(str(row.get("kind") or ""), name, words)
    return line_variant(symbol.draw, row)
