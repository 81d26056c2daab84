"""A web map: definition and layers in, one HTML page out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from geo_toolkit.errors import DefinitionError, NotAvailable
from geo_toolkit.geodesy import Datum
from geo_toolkit.webmap.backgrounds import inline_tiles
from geo_toolkit.webmap.basemaps import Basemap, basemap_of
from geo_toolkit.webmap.bulk import fitting_payloads
from geo_toolkit.webmap.cards import credit_of, data_date
from geo_toolkit.webmap.courses import count_of
from geo_toolkit.webmap.drawing import Drawing, require_drawable
from geo_toolkit.webmap.escaping import plain_text
from geo_toolkit.webmap.frame import build_map, finished_page
from geo_toolkit.webmap.geometry import shown_bounds
from geo_toolkit.webmap.words import page_words, say

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from geo_toolkit.catalogue.layer import Layer
    from geo_toolkit.webmap.definition import MapDefinition
    from geo_toolkit.webmap.overlays import Overlay

__all__ = ["MAP_PARTS", "credits_of", "render_map"]

MAP_PARTS = (
    "page.css",
    "symbols.js",
    "geodesy.js",
    "lines.js",
    "card.js",
    "mvt.js",
    "layers.js",
    "tiled.js",
    "background.js",
    "placing.js",
    "panels.js",
    "search.js",
    "measure.js",
    "swipe.js",
    "sheet.js",
    "tools.js",
    "start.js",
)
"""Our own scripts and style sheets of a map page, in the order they are read."""

_BACKGROUND_BYTES = 3_000_000
_DATUM_NAMES = {Datum.GCJ02: "GCJ-02", Datum.BD09: "BD-09"}

Row = dict[str, Any]  # JSON: values of every type
Bounds = tuple[float, float, float, float]


def render_map(
    definition: MapDefinition,
    layers: Sequence[Layer],
    *,
    title: str,
    bounds: Bounds,
    lang: str = "zh",
    served: bool = False,
    producer: str = "",
    audience: str = "applicant",
    overlays: Sequence[Overlay] = (),
    root: Path | None = None,
    second_title: str = "",
) -> str:
    """Return the HTML page of a map: one file that opens without any other.

    Lines are simplified by at most 5 m, more where the page would grow too large; vertices are
    whole millionths of a degree. Large layers become vector tiles. The same input gives the same
    bytes.

    Parameters
    ----------
    layers
        The layers that the definition names, in any order; others are left out.
    title
        Title of the workspace, e.g. the city, for the document's title and the credits.
    bounds
        West, south, east, north in degrees: what shows when the page opens.
    lang
        ``zh`` or ``en``: what shows first; the page can be switched to the other.
    served
        Leaflet comes from the service's ``/static/``, and tiles of large layers from ``/tiles/``.
    producer
        Who made the map, for the credits; the workspace's title without it.
    audience
        ``internal`` also draws layers with the secrecy ``internal``.
    overlays
        Rasters and areas reached in time, laid over the layers.
    root
        Folder of the workspace, for tiles of one's own and the token of a background.
    second_title
        The workspace's title in the other language; the same without it.

    Raises
    ------
    UnknownName
        If a layer of the definition is not among the layers.
    NotAvailable
        If a layer may not be shown to the audience, or a background cannot be had.
    DefinitionError
        If the bounds are no degrees, or the background's tiles cannot be read.
    """
    by_id = {layer.id: layer for layer in layers}
    definition.require_layers(by_id)
    chosen = [by_id[name] for name in definition.layer_ids]
    for layer in chosen:
        require_drawable(layer, audience)
    basemap = basemap_of(
        definition.basemap,
        root=root,
        datum=definition.basemap_datum,
        credit=definition.basemap_credit,
    )
    drawing = Drawing(
        lang=lang,
        second="zh" if lang == "en" else "en",
        datum=basemap.datum if basemap else Datum.CGCS2000,
    )
    on = {name: name not in definition.off for name in definition.layer_ids}
    payloads = fitting_payloads(chosen, on=on, drawing=drawing, served=served)
    payloads += [overlay.payload(drawing) for overlay in overlays]
    texts = {
        language: _texts(definition, chosen, overlays, language, producer or name, basemap)
        for language, name in ((lang, title), (drawing.second, second_title or title))
    }
    data = {
        **texts[lang],
        "bounds": shown_bounds(_checked(bounds), drawing.datum),
        "datum": drawing.datum.value,
        "layers": payloads,
        "other": texts[drawing.second],
    }
    if basemap:
        tiles = _background(basemap, definition.id, _checked(bounds), served=served)
        for text in texts.values():
            text["basemap"] = tiles | text["basemap"]
        data["basemap"] = texts[lang]["basemap"]
    document_title = f"{definition.title(lang)} · {title}" if title else definition.title(lang)
    drawn = build_map(data, title=document_title, lang=lang, parts=MAP_PARTS, served=served)
    return finished_page(drawn, served=served, hosts=basemap.hosts if basemap else ())


def _texts(
    definition: MapDefinition,
    chosen: Sequence[Layer],
    overlays: Sequence[Overlay],
    lang: str,
    producer: str,
    basemap: Basemap | None,
) -> Row:
    """Return what the page says in one language, its layers apart."""
    counts = {layer.id: count_of(layer) for layer in chosen}
    subtitle = definition.subtitle(lang, counts)
    groups = _groups(definition, lang)
    if overlays:
        names = [f"overlay:{overlay.id}" for overlay in overlays]
        groups.append({"title": say("analysis", lang), "layers": names})
    found: Row = {
        "lang": lang,
        "title": plain_text(definition.title(lang), limit=200),
        "subtitle": [plain_text(subtitle, limit=300)] if subtitle else [],
        "groups": groups,
        "credits": credits_of(chosen, lang=lang, producer=producer),
        "words": page_words(lang),
    }
    if basemap:
        found["basemap"] = {
            "title": plain_text(basemap.title(lang), limit=60),
            "credit": plain_text(basemap.credit, limit=200),
            "note": datum_note(basemap.datum, lang),
        }
        if basemap.background:
            stated = _DATUM_NAMES.get(basemap.datum, basemap.datum.value.upper())
            found["credits"].append(say("own_tiles", lang).format(stated))
        if basemap.credit:
            found["credits"].append(found["basemap"]["credit"])
    return found


def datum_note(datum: Datum, lang: str) -> str:
    """Return what a map on a shifted background says of how well it fits, or "".

    Examples
    --------
    >>> datum_note(Datum.CGCS2000, "zh"), datum_note(Datum.GCJ02, "en")[:20]
    ('', 'Background on GCJ-02')
    """
    return say("datum_shifted", lang).format(_DATUM_NAMES[datum]) if datum.is_web else ""


def _background(basemap: Basemap, map_id: str, bounds: Bounds, *, served: bool) -> Row:
    """Return where the page finds the tiles of its background.

    Raises
    ------
    NotAvailable
        If tiles of one's own are too many for a single file.
    """
    own = basemap.background
    if own is None:
        return {
            "urls": list(basemap.urls),
            "servers": list(basemap.servers),
            "largestZoom": basemap.largest_zoom,
            "screenOnly": basemap.is_screen_only,
        }
    if served:
        url = f"/maps/{map_id}/background/{{z}}/{{x}}/{{y}}"
        return {
            "kind": own.kind,
            "urls": [url],
            "servers": [],
            "zooms": list(own.zooms),
            "largestZoom": own.zooms[1],
            "screenOnly": False,
        }
    tiles, largest = inline_tiles(own, bounds, most_bytes=_BACKGROUND_BYTES)
    if largest < 0:
        raise NotAvailable(
            f"map {map_id!r} key 'basemap': a page of one file cannot read tiles beside it, and "
            f"those of zoom {own.zooms[0]} take more than {_BACKGROUND_BYTES} bytes inside it or "
            "miss the map's bounds; draw it with --served, or cut smaller tiles"
        )
    zooms = [own.zooms[0], largest]
    return {"kind": own.kind, "tiles": tiles, "zooms": zooms, "screenOnly": False}


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


def _groups(definition: MapDefinition, lang: str) -> list[Row]:
    """Return the headings of the layer switch with the layers below each."""
    if definition.group:
        return [{"title": g.title(lang), "layers": list(g.layers)} for g in definition.group]
    return [{"title": say("all_layers", lang), "layers": list(definition.layers)}]


def _checked(bounds: Bounds) -> Bounds:
    west, south, east, north = bounds
    if not (-180 <= west < east <= 180 and -85 <= south < north <= 85):
        raise DefinitionError(
            f"map bounds: expected west, south, east, north in degrees, got {bounds}; correct them"
        )
    return west, south, east, north
