"""Layers as a page carries them: geometry in whole numbers, names, and what the cards say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from geo_toolkit.errors import NotAvailable
from geo_toolkit.rules.roles import role_title
from geo_toolkit.webmap.escaping import plain_text
from geo_toolkit.webmap.geometry import encode, joined_lines, simplified
from geo_toolkit.webmap.labels import facts_of, is_missing, status_word, value_word
from geo_toolkit.webmap.symbols import Symbol, line_variant, park_glyph, road_number, symbol_of
from geo_toolkit.webmap.words import EVIDENCE_WORDS, say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shapely.geometry.base import BaseGeometry

    from geo_toolkit.catalogue.layer import Layer

__all__ = ["credit_of", "data_date", "flow_lines", "layer_payload"]

_LABEL_LIMIT = 28
_NAME_LIMIT = 10_000
_SOURCE_LIMIT = 240
_STATUS_CODES = {"under_construction": "c", "planned": "p", "preliminary": "q"}
_GLYPH_DRAWINGS = frozenset({"park", "ring"})
_FLOW_ROLES = frozenset({"river", "waterway"})


def layer_payload(
    layer: Layer,
    *,
    lang: str,
    tolerance_m: float,
    is_on: bool = True,
    flow: Sequence[BaseGeometry] = (),
) -> dict[str, Any]:
    """Return one layer for the page's script: how it is drawn, what the legend says, its features.

    Parameters
    ----------
    tolerance_m
        How far a simplified line may lie from the true one, in metres.
    is_on
        Whether the layer shows when the page opens.
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
    frame = joined_lines(layer.frame) if definition.geometry == "line" else layer.frame
    shapes = simplified(frame.geometry, tolerance_m=tolerance_m)
    features = [
        _feature(layer, symbol, str(key), row, shape, lang, flow)
        for key, row, shape in zip(frame.index, frame.to_dict("records"), shapes, strict=True)
    ]
    title, aside = _split_title(plain_text(definition.title(lang), limit=120))
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
        "note": _legend_notes(layer, lang, aside),
        "fault": say("unreadable", lang) if layer.fault else "",
        "features": [feature for feature in features if feature["g"]],
    }


def credit_of(layer: Layer) -> str:
    """Return the credit that a layer's licence asks for, or "".

    Examples
    --------
    >>> from types import SimpleNamespace as S
    >>> credit_of(S(definition=S(licence="ODbL 1.0", source="OSM extract")))
    '© OpenStreetMap contributors'
    """
    text = f"{layer.definition.licence} {layer.definition.source}".lower()
    return "© OpenStreetMap contributors" if "odbl" in text or "openstreetmap" in text else ""


def flow_lines(layers: Sequence[Layer]) -> list[BaseGeometry]:
    """Return the single lines of all rivers and waterways among the layers."""
    lines: list[BaseGeometry] = []
    for layer in layers:
        if layer.role in _FLOW_ROLES and layer.definition.geometry == "line":
            lines.extend(shapely.get_parts(np.asarray(layer.frame.geometry.array, dtype=object)))
    return lines


def _feature(
    layer: Layer,
    symbol: Symbol,
    key: str,
    row: dict[str, Any],
    shape: BaseGeometry | None,
    lang: str,
    flow: Sequence[BaseGeometry],
) -> dict[str, Any]:
    """Return one feature for the page; empty members are left out."""
    name = _name(row, lang)
    status = _status(layer, row)
    is_assumed = str(row.get("basis")) == "assumed"
    is_schematic = row.get("feature_evidence") == "schematic" or is_assumed
    if is_assumed and shape is not None and layer.definition.geometry != "line":
        shape = _anchor(shape)
    members: dict[str, Any] = {
        "u": f"{layer.definition.data}#{key}",
        "g": encode(shape),
        "n": plain_text(name, limit=_NAME_LIMIT),
        "l": plain_text(_label(symbol, name, row, lang), limit=_LABEL_LIMIT),
        "t": _STATUS_CODES.get(status, ""),
        "v": _variant(symbol, row, name),
        "h": road_number(f"{row.get('code') or ''} {row.get('feature_name')}")
        if symbol.draw == "expressway"
        else "",
        "x": int(is_schematic),
        "f": int(is_assumed),
        "m": _card(layer, row, status, lang, is_assumed=is_assumed),
    }
    if shape is not None and shape.geom_type in ("Polygon", "MultiPolygon"):
        members["c"] = encode(_anchor(shape))[1][0]
    if symbol.draw == "lock" and shape is not None:
        members["b"] = _upstream_deg(shape, flow)
    return {k: v for k, v in members.items() if k in ("u", "g", "n", "m") or v not in ("", 0)}


def _split_title(title: str) -> tuple[str, str]:
    """Return a layer's title without what it says in brackets at its end, and that."""
    for opening, closing in (("（", "）"), (" (", ")")):
        head, found, tail = title.partition(opening)
        if found and head and tail.endswith(closing):
            return head, tail[: -len(closing)]
    return title, ""


def _name(row: dict[str, Any], lang: str) -> str:
    """Return a feature's name in the page's language where it has one, else its own name."""
    if lang == "en" and not is_missing(row.get("name_en")):
        return str(row["name_en"]).strip()
    return str(row.get("feature_name") or "").strip()


def _label(symbol: Symbol, name: str, row: dict[str, Any], lang: str) -> str:
    """Return what is written on the map: the name, and the class of a waterway."""
    if symbol.draw == "waterway":
        grade = row.get("channel_class") or row.get("class")
        if not is_missing(grade):
            return f"{name} {value_word(grade, lang, column='class')}"
    return name


def _status(layer: Layer, row: dict[str, Any]) -> str:
    """Return a feature's status; a planned line of schematic course is a preliminary one."""
    status = "" if is_missing(row.get("status")) else str(row["status"])
    is_course = layer.definition.geometry == "line" and row.get("feature_evidence") == "schematic"
    return "preliminary" if status == "planned" and is_course else status


def _variant(symbol: Symbol, row: dict[str, Any], name: str) -> str:
    if symbol.draw in _GLYPH_DRAWINGS:
        industries = row.get("industries")
        words = "" if is_missing(industries) else value_word(industries, "zh")
        return park_glyph(str(row.get("kind") or ""), name, words)
    return line_variant(symbol.draw, row)


def _card(
    layer: Layer, row: dict[str, Any], status: str, lang: str, *, is_assumed: bool
) -> dict[str, Any]:
    """Return the card of a feature: kind and status, facts, and the small print."""
    head = [role_title(layer.role, lang), status_word(status, lang)]
    evidence = EVIDENCE_WORDS.get(str(row.get("feature_evidence")), ("", ""))
    accuracy = row.get("feature_accuracy_m")
    colon = ": " if lang == "en" else "："
    small: list[str] = []
    source = row.get("source")
    source = layer.definition.source if is_missing(source) else source
    if not is_missing(source):
        small.append(f"{say('source', lang)}{colon}{plain_text(source, limit=_SOURCE_LIMIT)}")
    if not is_missing(row.get("as_of")):
        small.append(f"{say('date', lang)}{colon}{plain_text(row['as_of'], limit=20)[:10]}")
    if is_assumed:
        small.append(say("assumed", lang))
    elif not is_missing(accuracy) and float(str(accuracy)) > 0:
        about = say("about_m", lang).format(f"{float(str(accuracy)):.0f}")
        word = evidence[1 if lang == "en" else 0]
        small.append(f"{say('accuracy', lang)}{colon}{about}" + (f" · {word}" if word else ""))
    facts = [[label, plain_text(value, limit=_NAME_LIMIT)] for label, value in facts_of(row, lang)]
    return {"s": " · ".join(part for part in head if part), "a": facts, "f": small}


def _legend_notes(layer: Layer, lang: str, aside: str) -> list[str]:
    """Return what the title says in brackets, evidence, version, date and approval number."""
    definition = layer.definition
    evidence = EVIDENCE_WORDS[definition.evidence.value][1 if lang == "en" else 0]
    parts = [aside] if aside else []
    if evidence not in aside:
        parts.append(evidence)
    bundled = say("bundled", lang)
    parts.append(bundled if layer.version == 0 else say("version", lang).format(layer.version))
    day = _latest_date(layer)
    if day:
        parts.append(day)
    if definition.approval_number:
        parts.append(f"{say('approval', lang)} {plain_text(definition.approval_number, limit=40)}")
    return parts


def _latest_date(layer: Layer) -> str:
    """Return the latest ``as_of`` of the features, else the day the version came into force."""
    if "as_of" in layer.frame.columns:
        days = [str(day)[:10] for day in layer.frame["as_of"] if not is_missing(day)]
        if days:
            return max(days)
    return layer.effective_from.isoformat() if layer.effective_from else ""


def _anchor(shape: BaseGeometry) -> BaseGeometry:
    """Return the point where a shape's symbol and name stand: inside its largest part."""
    parts = shapely.get_parts(shape)
    largest = parts[int(np.argmax(shapely.area(parts)))]
    centre = shapely.centroid(largest)
    inside = largest.geom_type != "Polygon" or shapely.contains(largest, centre)
    return centre if inside else shapely.point_on_surface(largest)


def _upstream_deg(shape: BaseGeometry, flow: Sequence[BaseGeometry]) -> int:
    """Return the compass bearing up the nearest river at a lock, 0 where there is none.

    Rivers are taken as drawn downstream, as OpenStreetMap and survey practice have it.
    """
    if not flow:
        return 0
    point = shapely.centroid(shape)
    nearest = flow[int(np.argmin(shapely.distance(np.asarray(flow, dtype=object), point)))]
    at = shapely.line_locate_point(nearest, point)
    step = 0.005
    above = shapely.get_coordinates(shapely.line_interpolate_point(nearest, max(at - step, 0)))[0]
    below = shapely.get_coordinates(
        shapely.line_interpolate_point(nearest, min(at + step, nearest.length))
    )[0]
    east = (above[0] - below[0]) * np.cos(np.radians(point.y))
    return int(round(float(np.degrees(np.arctan2(east, above[1] - below[1]))))) % 360


def data_date(layers: Sequence[Layer]) -> str:
    """Return the latest date of any feature or version among the layers, or ""."""
    return max((_latest_date(layer) for layer in layers), default="")

