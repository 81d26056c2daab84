"""The check page: verdict, a table of matters, and the map of what each site met."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from geo_toolkit.rules import role_title
from geo_toolkit.siting.words import OUTCOME_WORDS, VERDICT_SIGNS
from geo_toolkit.webmap.bulk import fitting_payloads
from geo_toolkit.webmap.check_rows import area_text, banner, distance_text, site_tables
from geo_toolkit.webmap.check_words import check_word, check_words
from geo_toolkit.webmap.drawing import Drawing, is_drawable
from geo_toolkit.webmap.escaping import plain_text
from geo_toolkit.webmap.frame import build_map, finished_page
from geo_toolkit.webmap.geometry import METRES_PER_DEGREE, anchor, encode
from geo_toolkit.webmap.languages import bilingual
from geo_toolkit.webmap.page import MAP_PARTS, credits_of
from geo_toolkit.webmap.words import page_words, say

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from geo_toolkit.catalogue.layer import Layer
    from geo_toolkit.siting import CheckResult

__all__ = ["CHECK_PARTS", "render_blank_check_map", "render_check_map"]

CHECK_PARTS = (*MAP_PARTS[:-1], "check.css", "outline.js", "check.js", MAP_PARTS[-1])
"""Our own scripts and style sheets of a check page, in the order they are read."""

SITE_COLOR = "#D5006D"
_CONTEXT_M = 15_000.0
_CONTEXT_ROLES = frozenset({"county", "river"})
_NEAR_MARGIN_M = 600.0
_FAR_MARGIN_M = 5_000.0
_OVERLAP_COLOR = "#B3261E"

Row = dict[str, Any]  # JSON: values of every type


def render_check_map(
    result: CheckResult,
    layers: Sequence[Layer],
    *,
    title: str = "",
    bounds: tuple[float, float, float, float] | None = None,
    lang: str | None = None,
    served: bool = False,
    framed: bool = False,
    producer: str = "",
    second: CheckResult | None = None,
) -> str:
    """Return the HTML page of a check: one file that opens without any other.

    Sites are drawn with every submitted vertex, to a tenth of a metre. Context layers show within
    15 km of the sites; of those, counties, rivers and the layers that were met are on when the
    page opens. Layers that the check's audience may not see are left out.

    Parameters
    ----------
    layers
        For context: those the check used, and counties and rivers.
    title
        Title of the page; 选址核查图 without it.
    bounds
        Of the workspace, in degrees; shown where a check has no site.
    lang
        ``zh`` or ``en``; that of the result's document without it.
    served
        Leaflet comes from the service's ``/static/`` instead of standing in the page.
    framed
        The map alone, for a page around it that shows banner and matters and drives it through
        ``GeoToolkit.checkMap``.
    producer
        Who made the map; the workspace's title in the document without it.
    second
        The same check in the other language; with it the page can be switched to that.
    """
    lang = lang or result.lang
    page = partial(_page_data, layers=layers, title=title, bounds=bounds, served=served)
    data = page(result, lang=lang, framed=framed, producer=producer)
    if second is not None and second.lang != lang:
        same_id = {"check_id": result.document.get("check_id", "")}
        twin = replace(second, document=second.document | same_id)
        data = bilingual(data, page(twin, lang=second.lang, framed=framed, producer=""))
    heading = title or say("check_title", lang)
    drawn = build_map(data, title=heading, lang=lang, parts=CHECK_PARTS, served=served)
    return finished_page(drawn, served=served)


def _page_data(
    result: CheckResult,
    *,
    layers: Sequence[Layer],
    title: str,
    bounds: tuple[float, float, float, float] | None,
    lang: str,
    served: bool,
    framed: bool,
    producer: str,
) -> Row:
    """Return what the page's script draws, in one language."""
    document = result.document
    context = _near_layers(result, _shown(result, layers))
    met = set(result.overlaps["layer_id"]) | {
        finding["layer_id"]
        for site in document["sites"]
        for finding in site["findings"]
        if finding["outcome"] in ("hit", "borderline")
    }
    on = {layer.id: layer.role in _CONTEXT_ROLES or layer.id in met for layer in context}
    drawing = Drawing(lang=lang, is_exact=True)
    payloads = fitting_payloads(context, on=on, drawing=drawing, served=served)
    drawn_layers = _result_layers(result, {layer.id: layer for layer in layers}, lang)
    producer = producer or str(document.get("workspace_title") or document.get("workspace") or "")
    heading = title or say("check_title", lang)
    return {
        "check": True,
        "framed": framed,
        "lang": lang,
        "title": plain_text(heading, limit=200),
        "subtitle": [_sheet_line(result, lang)],
        "bounds": _view(result, bounds),
        "datum": drawing.datum.value,
        "groups": [
            {"title": say("results", lang), "layers": [entry["id"] for entry in drawn_layers]},
            {"title": say("context", lang), "layers": [entry["id"] for entry in payloads]},
        ],
        "layers": [*payloads, *drawn_layers],
        "banner": banner(result, lang),
        "sites": site_tables(result, lang),
        "notes": _notes(result, lang),
        "credits": [*_marks(document, lang), *credits_of(context, lang=lang, producer=producer)],
        "words": page_words(lang) | check_words(lang),
    }


def render_blank_check_map(
    layers: Sequence[Layer],
    *,
    bounds: tuple[float, float, float, float],
    lang: str = "zh",
    audience: str = "applicant",
    producer: str = "",
) -> str:
    """Return the map on which nothing is checked yet and an outline can be drawn.

    For the frame of a service's page: Leaflet comes from ``/static/``. Counties and rivers are
    on; layers that the audience may not see are left out.

    Parameters
    ----------
    bounds
        Of the workspace, in degrees: what shows when it opens.
    audience
        ``internal`` also draws layers with the secrecy ``internal``.
    producer
        Who made the map.
    """
    shown = [layer for layer in layers if is_drawable(layer, audience)]
    on = {layer.id: layer.role in _CONTEXT_ROLES for layer in shown}
    drawing = Drawing(lang=lang)
    payloads = fitting_payloads(shown, on=on, drawing=drawing, served=True)
    heading = say("check_title", lang)
    data = {
        "check": True,
        "framed": True,
        "lang": lang,
        "title": plain_text(heading, limit=200),
        "subtitle": [],
        "bounds": list(bounds),
        "datum": drawing.datum.value,
        "groups": [{"title": say("context", lang), "layers": [one["id"] for one in payloads]}],
        "layers": payloads,
        "sites": [],
        "notes": [],
        "credits": credits_of(shown, lang=lang, producer=producer),
        "words": page_words(lang) | check_words(lang),
    }
    drawn = build_map(data, title=heading, lang=lang, parts=CHECK_PARTS, served=True)
    return finished_page(drawn, served=True)


def _marks(document: Row, lang: str) -> list[str]:
    """Return the secrecy mark and what the result was made with, for the bottom line."""
    mark = "mark_internal" if document.get("audience") == "internal" else "mark_public"
    rules = str((document.get("rules") or {}).get("sha256", ""))[:8]
    version = check_word("made_with", lang).format(document.get("toolkit_version", ""), rules)
    return [check_word(mark, lang), plain_text(version, limit=100)]


def _sheet_line(result: CheckResult, lang: str) -> str:
    """Return the line under the title of a printed map: verdict, area, project and day."""
    found = banner(result, lang)
    parts = [
        found["sign"]["word"],
        found["incomplete"],
        *(value for _, value in found["facts"][1:]),
    ]
    return plain_text(" · ".join(part for part in parts[:7] if part), limit=200)


def _shown(result: CheckResult, layers: Sequence[Layer]) -> list[Layer]:
    """Return the layers whose geometry the reader of this check may see; others are left out."""
    audience = str(result.document.get("audience") or "applicant")
    stated = {str(entry.get("id")): entry for entry in result.document.get("layers", [])}
    return [
        layer
        for layer in layers
        if is_drawable(layer, audience)
        and not stated.get(layer.id, {}).get("withheld", False)
        and stated.get(layer.id, {}).get("secrecy", "public") != "verdict_only"
    ]


def _near_layers(result: CheckResult, layers: Sequence[Layer]) -> list[Layer]:
    """Return the layers with only the features near the sites, and those that the result names."""
    shapes = np.asarray(result.sites.geometry.array, dtype=object)
    if len(shapes) == 0:
        return list(layers)
    window = shapely.box(*_grown(shapely.total_bounds(shapes), _CONTEXT_M))
    named = set(zip(result.overlaps["layer_id"], result.overlaps["feature_id"], strict=True))
    named |= set(zip(result.nearest["layer_id"], result.nearest["feature_id"], strict=True))
    near: list[Layer] = []
    for layer in layers:
        frame = layer.frame
        wanted = np.array([(layer.id, str(key)) in named for key in frame.index], dtype=bool)
        near.append(replace(layer, frame=frame[frame.intersects(window).to_numpy() | wanted]))
    return near


def _result_layers(result: CheckResult, layers: dict[str, Layer], lang: str) -> list[Row]:
    """Return what the check found, as layers: overlaps by constraint, distances, sites on top."""
    entries: list[Row] = []
    for layer_id, pieces in result.overlaps.groupby("layer_id", sort=True):
        layer = layers.get(str(layer_id))
        role = role_title(str(pieces["role"].iloc[0]), lang)
        color = layer.definition.style.color if layer else _OVERLAP_COLOR
        features = [_overlap(row, lang) for row in pieces.to_dict("records")]
        name = f"{say('overlap', lang)}{': ' if lang == 'en' else '：'}{role}"
        entries.append(_entry(f"overlap:{layer_id}", name, "overlap", 90, 2, color, features))
    lines = [_nearest(row, lang) for row in result.nearest.to_dict("records")]
    if lines:
        name = say("nearest", lang)
        entries.append(_entry("nearest", name, "nearest", 92, 4, "#1F2937", lines))
    sites = [_site(key, row, lang) for key, row in result.sites.iterrows()]
    entries.append(_entry("sites", say("sites", lang), "site", 95, 0, SITE_COLOR, sites))
    return entries


def _entry(
    key: str, title: str, draw: str, order: int, rank: int, color: str, features: list[Row]
) -> Row:
    return {
        "id": f"result:{key}",
        "title": plain_text(title, limit=80),
        "role": "",
        "draw": draw,
        "order": order,
        "rank": rank,
        "zoom": 0,
        "labelZoom": 0,
        "color": color,
        "on": True,
        "note": [],
        "fault": "",
        "features": [feature for feature in features if feature["g"]],
    }


def _overlap(row: Row, lang: str) -> Row:
    """Return a piece of overlap with its area written on it."""
    english = lang == "en"
    area = area_text(float(row["overlap_m2"]), lang)
    name = str(row["feature_name"] or "") or role_title(str(row["role"]), lang)
    outcome = OUTCOME_WORDS.get(str(row["outcome"]), ("", ""))[int(english)]
    facts = [[say("site", lang), str(row["site_id"])], [say("overlap_area", lang), area]]
    if outcome:
        facts.append([say("conclusion", lang), outcome])
    return _shaped(row["geometry"]) | {
        "u": f"overlap#{row['site_id']}#{row['layer_id']}#{row['feature_id']}",
        "n": plain_text(name, limit=10_000),
        "l": area,
        "r": str(row["role"]),
        "i": str(row["site_id"]),
        "m": _card(role_title(str(row["role"]), lang), facts, row),
    }


def _nearest(row: Row, lang: str) -> Row:
    """Return the line from a site to the nearest feature of a role, with its length."""
    length = distance_text(float(row["distance_m"]), lang)
    title = role_title(str(row["role"]), lang)
    name = str(row["feature_name"] or "") or title
    return _shaped(row["geometry"]) | {
        "u": f"nearest#{row['site_id']}#{row['role']}",
        "n": plain_text(name, limit=10_000),
        "l": plain_text(
            f"{say('to', lang)}{' ' if lang == 'en' else ''}{title} {length}", limit=40
        ),
        "d": round(float(row["distance_m"]), 1),
        "r": str(row["role"]),
        "i": str(row["site_id"]),
        "m": _card(
            title, [[say("site", lang), str(row["site_id"])], [say("distance", lang), length]], row
        ),
    }


def _site(key: object, row: Row, lang: str) -> Row:
    """Return a submitted site."""
    verdict = VERDICT_SIGNS[str(row["verdict"])].word(lang)
    size = f"{row['area_ha']:,.4f} {say('ha', lang)} · {row['area_mu']:,.2f} {say('mu', lang)}"
    name = str(row["name"] or "") or str(key)
    facts = [[say("conclusion", lang), verdict], [say("area", lang), size]]
    return _shaped(row["geometry"]) | {
        "u": f"site#{key}",
        "n": plain_text(name, limit=10_000),
        "l": plain_text(name, limit=28),
        "i": str(key),
        "m": _card(say("sites", lang), facts, {}),
    }


def _card(kind: str, facts: list[list[str]], row: Row) -> Row:
    version = row.get("layer_version")
    small = f"{row['layer_id']} v{version}" if version is not None else ""
    shown = [[label, plain_text(value, limit=10_000)] for label, value in facts]
    return {"s": kind, "a": shown, "f": [small] if small else []}


def _shaped(geometry: Any) -> Row:  # noqa: ANN401 (a cell of a frame)
    members: Row = {"g": encode(geometry)}
    if members["g"] and members["g"][0] == 2:
        members["c"] = encode(anchor(geometry))[1][0]
    return members


def _view(result: CheckResult, bounds: tuple[float, float, float, float] | None) -> list[float]:
    """Return what shows when the page opens: the sites with some room around them."""
    shapes = np.asarray(result.sites.geometry.array, dtype=object)
    if len(shapes) == 0:
        return list(bounds or (-180.0, -80.0, 180.0, 80.0))
    west, south, east, north = shapely.total_bounds(shapes)
    size_m = max(north - south, east - west) * METRES_PER_DEGREE
    return [
        float(edge)
        for edge in _grown(
            (west, south, east, north), min(0.6 * size_m, _FAR_MARGIN_M) + _NEAR_MARGIN_M
        )
    ]


def _grown(bounds: Iterable[float], by_m: float) -> tuple[float, float, float, float]:
    west, south, east, north = (float(edge) for edge in bounds)
    tall = by_m / METRES_PER_DEGREE
    wide = tall / max(float(np.cos(np.radians((south + north) / 2))), 0.1)
    return west - wide, south - tall, east + wide, north + tall


def _notes(result: CheckResult, lang: str) -> list[str]:
    """Return the small print below the tables: files, warnings, what the result is good for."""
    document = result.document
    colon = ": " if lang == "en" else "："
    files = [str(entry["file"]) for entry in document.get("inputs", [])]
    notes = [f"{say('file', lang)}{colon}{', '.join(files)}"] if files else []
    notes += [str(text) for entry in document.get("inputs", []) for text in entry["warnings"]]
    notes += [str(text) for text in document.get("warnings", [])]
    notes.append(f"{say('check_id', lang)}{colon}{document.get('check_id', '')}")
    notes.append(say("check_note", lang))
    return [plain_text(note, limit=500) for note in notes]
