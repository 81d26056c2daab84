"""Layers as a page carries them: how each is drawn, and its features with names and cards."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from geo_toolkit.rules.roles import role_title
from geo_toolkit.webmap.cards import LONGEST_NAME, card_of, legend_notes, split_title
from geo_toolkit.webmap.courses import joined_lines, upstream_deg
from geo_toolkit.webmap.escaping import plain_text
from geo_toolkit.webmap.geometry import anchor, as_shown, encode, simplified
from geo_toolkit.webmap.kinds import drawn_as, status_of
from geo_toolkit.webmap.labels import fact_table, is_missing, opening_year, value_word, word_table
from geo_toolkit.webmap.symbols import Symbol, line_variant, park_glyph, road_number, symbol_of
from geo_toolkit.webmap.words import say

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

    from geo_toolkit.catalogue.layer import Layer
    from geo_toolkit.webmap.drawing import Drawing

__all__ = ["layer_payload"]

_LONGEST_LABEL = {"zh": 28, "en": 44}
_NAMELESS = ("无名", "unnamed")
_ALWAYS = frozenset({"u", "g", "n", "m"})

Row = dict[str, Any]  # cells and JSON: values of every type


def layer_payload(
    layer: Layer, drawing: Drawing, *, is_on: bool = True, tiles: Row | None = None
) -> Row:
    """Return one layer for the page's script: how it is drawn, what the legend says, its features.

    Texts are in the drawing's language; where it has a second one, ``o`` holds the same members in
    that.

    Parameters
    ----------
    is_on
        Whether the layer shows when the page opens.
    tiles
        Where the page finds the features of a layer too large to stand in it; none of them is
        then here.
    """
    definition = layer.definition
    symbol = symbol_of(definition.role, definition.geometry)
    payload: Row = {
        "id": layer.id,
        **_layer_texts(layer, drawing.lang),
        "draw": symbol.draw,
        "order": symbol.order,
        "rank": symbol.rank,
        "zoom": symbol.zoom,
        "labelZoom": symbol.label_zoom,
        "color": definition.style.color,
        "on": is_on,
        "features": [] if tiles else _features(layer, symbol, drawing),
    }
    if tiles:
        payload |= {"tiles": tiles, **_tile_texts(layer, drawing.lang)}
    if drawing.second:
        payload["o"] = _layer_texts(layer, drawing.second)
        if tiles:
            payload["o"] |= _tile_texts(layer, drawing.second)
    return payload


def _tile_texts(layer: Layer, lang: str) -> Row:
    """Return how the page words what the features in tiles carry."""
    return {"facts": fact_table(layer.frame.columns, lang), "words": word_table(lang)}


def _layer_texts(layer: Layer, lang: str) -> Row:
    title, aside = split_title(plain_text(layer.definition.title(lang), limit=120))
    return {
        "title": title,
        "role": role_title(layer.role, lang),
        "note": legend_notes(layer, aside, lang),
        "fault": say("unreadable", lang) if layer.fault else "",
    }


def _features(layer: Layer, symbol: Symbol, drawing: Drawing) -> list[Row]:
    is_line = layer.definition.geometry == "line"
    frame = layer.frame
    if is_line:
        frame = joined_lines(frame, is_exact=drawing.is_exact)
    shapes = simplified(frame.geometry, tolerance_m=drawing.tolerance_m)
    shown = as_shown(shapes, drawing.datum)
    features = [
        _feature(layer, symbol, str(key), row, shape, drawing)
        for key, row, shape in zip(frame.index, frame.to_dict("records"), shown, strict=True)
    ]
    return [feature for feature in features if feature["g"]]


def _feature(
    layer: Layer,
    symbol: Symbol,
    key: str,
    row: Row,
    shape: BaseGeometry | None,
    drawing: Drawing,
) -> Row:
    """Return one feature for the page; members that say nothing are left out.

    u: one place in several layers, g: geometry, n: name, l: label, t: status, v: variant, h: road
    number, x: schematic, f: no known place, c: where its symbol stands, b: bearing, y: opening
    year, m: card, o: n, l and m in the other language.
    """
    status = status_of(layer.definition.geometry, row)
    kind = drawn_as(layer, row)
    is_assumed = str(row.get("basis")) == "assumed"
    if is_assumed and shape is not None and layer.definition.geometry != "line":
        shape = anchor(shape)
    number = road_number(f"{row.get('code') or ''} {row.get('feature_name')}")
    texts = _texts(layer, symbol, row, status, drawing.lang)
    members: Row = {
        "u": f"{layer.definition.data}#{key}",
        "g": encode(shape),
        **texts,
        "t": kind.get("t", ""),
        "v": _variant(symbol, row, str(texts["n"])),
        "h": number if symbol.draw == "expressway" else "",
        "x": kind.get("x", 0),
        "f": int(is_assumed),
        "y": opening_year(row),
    }
    if drawing.second:
        other = _texts(layer, symbol, row, status, drawing.second)
        members["o"] = {name: text for name, text in other.items() if text != texts[name]}
    if shape is not None and shape.geom_type in ("Polygon", "MultiPolygon"):
        members["c"] = encode(anchor(shape))[1][0]
    if symbol.draw == "lock" and shape is not None:
        members["b"] = upstream_deg(shape, drawing.flow)
    return {k: value for k, value in members.items() if k in _ALWAYS or value not in ("", 0, {})}


def _texts(layer: Layer, symbol: Symbol, row: Row, status: str, lang: str) -> Row:
    """Return name, label and card of a feature in one language."""
    name = _name(row, lang)
    label = _label(symbol, name, row, lang)
    return {
        "n": plain_text(name, limit=LONGEST_NAME),
        "l": plain_text(label, limit=_LONGEST_LABEL.get(lang, 28)),
        "m": card_of(layer, row, status, lang),
    }


def _name(row: Row, lang: str) -> str:
    """Return a feature's name in the page's language where it has one, else its own name."""
    if lang == "en" and not is_missing(row.get("name_en")):
        return str(row["name_en"]).strip()
    return str(row.get("feature_name") or "").strip()


def _label(symbol: Symbol, name: str, row: Row, lang: str) -> str:
    """Return what is written on the map: the name, and the class of a waterway."""
    if name.startswith(_NAMELESS):
        return ""
    if symbol.draw == "waterway":
        grade = row.get("channel_class") or row.get("class")
        if not is_missing(grade):
            return f"{name} {value_word(grade, lang, column='class')}"
    return name


def _variant(symbol: Symbol, row: Row, name: str) -> str:
    if symbol.draw in ("park", "ring"):
        industries = row.get("industries")
        words = "" if is_missing(industries) else value_word(industries, "zh")
        return park_glyph(str(row.get("kind") or ""), name, words)
    return line_variant(symbol.draw, row)
