"""The figures of a report: location, the three lines, all constraints together, each hit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from geo_toolkit.report.atlas import Atlas, drawing_order
from geo_toolkit.report.blocks import Figure
from geo_toolkit.report.figure_plans import BACKDROP, plan_figures
from geo_toolkit.report.map_frame import FIGURE_MM, Furniture, MapFrame
from geo_toolkit.report.map_symbols import (
    draw,
    draw_overlap,
    draw_proposal,
    draw_site,
    ring_sites,
    symbol_of,
)
from geo_toolkit.report.numbers import number_text
from geo_toolkit.report.phrases import phrase
from geo_toolkit.report.text import literal
from geo_toolkit.report.zones import zone_title
from geo_toolkit.rules import role_title

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from geo_toolkit.catalogue import Layer
    from geo_toolkit.report.figure_plans import Plan
    from geo_toolkit.report.map_symbols import Key
    from geo_toolkit.siting import CheckResult

__all__ = ["draw_figures"]

_TINY_ON_PAPER = 0.004
_WIDE_ON_PAPER = 0.025
_LABELS_A_LAYER = 12
_NAMED_SITES = 20
_OVERLAP_ORDER, _NEAREST_ORDER, _SITE_ORDER = 35.0, 38.0, 40.0
_ADVICE_ORDER = 39.0
_BEYOND = 0.1
_SITE_NAME_COLOR = "#A3004F"

Entry = tuple["Key", str]


def draw_figures(result: CheckResult, layers: Sequence[Layer]) -> tuple[Figure, ...]:
    """Return the figures of a check, only those that there is something to show on.

    Layers that the edition withholds are never drawn, named in a legend, or let set a frame.

    Parameters
    ----------
    layers
        Those the check used, with counties and rivers to find one's way by.
    """
    if len(result.sites) == 0:
        return ()
    atlas = Atlas(result, layers)
    return tuple(
        _figure(atlas, number, plan) for number, plan in enumerate(plan_figures(atlas), start=1)
    )


def _figure(atlas: Atlas, number: int, plan: Plan) -> Figure:
    frame = MapFrame(plan.window)
    entries = [*_draw_sites(atlas, frame, plan), *_draw_overlaps(atlas, frame, plan)]
    entries += [
        (
            draw_proposal(frame.axes, shape, _ADVICE_ORDER, is_shift=kind == "shift"),
            phrase("proposed", atlas.lang, kind=phrase(kind, atlas.lang)),
        )
        for kind, shape in plan.advice
    ]
    _draw_nearest(atlas, frame, plan)
    used: list[Layer] = []
    below: list[Entry] = []
    for layer in reversed(atlas.layers):
        if plan.roles is None or layer.role in plan.roles or layer.role in BACKDROP:
            entry = _draw_layer(atlas, frame, layer)
            if entry:
                below.append(entry)
                used.append(layer)
    png = frame.finish(_furniture(atlas, plan, used), [*entries, *below])
    return Figure(plan.key, _caption(atlas, number, plan, used), png, *FIGURE_MM)


def _draw_sites(atlas: Atlas, frame: MapFrame, plan: Plan) -> list[Entry]:
    """Draw the sites; those too small to see get a ring around them and their names."""
    sites = np.array([atlas.site(site_id) for site_id in plan.sites], dtype=object)
    key = draw_site(frame.axes, sites, _SITE_ORDER)
    bounds = shapely.bounds(sites)
    size = np.maximum(bounds[:, 2] - bounds[:, 0], bounds[:, 3] - bounds[:, 1])
    is_tiny = size < _TINY_ON_PAPER * plan.window.scale
    for west, south, east, north in bounds[~is_tiny].tolist():
        frame.take((west, south, east, north), is_site=True)
    centres = (bounds[is_tiny, :2] + bounds[is_tiny, 2:]) / 2
    ring_sites(frame.axes, centres, _SITE_ORDER)
    room = _TINY_ON_PAPER * plan.window.scale / 2
    for x, y in centres.tolist():
        frame.take((x - room, y - room, x + room, y + room))
    named = [site_id for site_id, tiny in zip(plan.sites, is_tiny, strict=True) if tiny]
    for site_id, (x, y) in list(zip(named, centres.tolist(), strict=True))[:_NAMED_SITES]:
        name = atlas.site_name(site_id, 14)
        frame.label(x, y + 1.5 * room, name, color=_SITE_NAME_COLOR, bold=True)
    return [(key, phrase("legend_site", atlas.lang))]


def _draw_overlaps(atlas: Atlas, frame: MapFrame, plan: Plan) -> list[Entry]:
    """Draw what overlaps, with its area on it; too small to see on the location figure."""
    rows = atlas.overlaps[atlas.overlaps["site_id"].isin(plan.sites)]
    entries: list[Entry] = []
    if plan.key == "location":
        return entries
    for (role, layer_id), pieces in rows.groupby(["role", "layer_id"], sort=True):
        if (plan.roles is not None and role not in plan.roles) or role in atlas.enclosing:
            continue
        color = next(la for la in atlas.layers if la.id == layer_id).definition.style.color
        shapes = np.array(list(pieces["metric"]), dtype=object)
        key = draw_overlap(frame.axes, shapes, symbol_of(str(role), color), _OVERLAP_ORDER)
        title = role_title(str(role), atlas.lang)
        entries.append((key, title + phrase("overlap_part", atlas.lang)))
        said: dict[str, Any] = {  # an area that two features share is written once
            f"{number_text(row['overlap_m2'], 2)} m²": row["metric"]
            for row in pieces.to_dict("records")
            if row["outcome"] != "sliver"
        }
        for area, piece in said.items():
            point = piece.representative_point()
            west, _, east, _ = piece.bounds
            is_wide = (east - west) / plan.window.scale > _WIDE_ON_PAPER
            frame.label(point.x, point.y, area, bold=True, may_cover_site=is_wide)
    return entries


def _draw_nearest(atlas: Atlas, frame: MapFrame, plan: Plan) -> None:
    rows = atlas.nearest[atlas.nearest["site_id"].isin(plan.sites)]
    for row in rows[rows["role"].isin(plan.nearest)].to_dict("records"):
        xy = shapely.get_coordinates(row["metric"])
        frame.axes.plot(
            xy[:, 0], xy[:, 1], color="#1F2328", linewidth=1.0, linestyle=(0, (3, 2)),
            zorder=_NEAREST_ORDER,
        )  # fmt: skip
        middle = xy.mean(axis=0)
        title = role_title(str(row["role"]), atlas.lang)
        said = phrase("to_role", atlas.lang, role=title, m=number_text(row["distance_m"], 1))
        frame.label(float(middle[0]), float(middle[1]), said)


def _draw_layer(atlas: Atlas, frame: MapFrame, layer: Layer) -> Entry | None:
    """Draw the features within the frame, a little beyond it too, so that no cut edge shows."""
    west, south, east, north = frame.window.bounds
    over = (east - west) * _BEYOND
    inside, parts = atlas.visible(layer, frame.window.bounds)
    if len(parts) == 0:
        return None
    grown = (west - over, south - over, east + over, north + over)
    _, shapes = atlas.visible(layer, grown)
    is_schematic = set(inside["feature_evidence"]) == {"schematic"}
    symbol = symbol_of(layer.role, layer.definition.style.color)
    key = draw(frame.axes, shapes, symbol, drawing_order(layer.role), is_schematic=is_schematic)
    for name, part in _named(inside["feature_name"].to_numpy(), parts):
        point = _anchor(part)
        frame.label(
            point.x, point.y, literal(name, atlas.lang, limit=14), color=symbol.edge, size=6.5,
            is_spaced=layer.role == "county",
        )  # fmt: skip
    title = literal(layer.definition.title(atlas.lang), atlas.lang, limit=60)
    is_said = phrase("schematic_word", atlas.lang) in title.lower()
    tail = phrase("schematic_tail", atlas.lang) if is_schematic and not is_said else ""
    return key, title + tail


def _named(
    names: NDArray[np.object_], parts: NDArray[np.object_]
) -> list[tuple[str, Any]]:  # shapely geometries
    """Return each name once, on its largest part, the largest first."""
    size = shapely.area(parts) + shapely.length(parts)
    chosen: dict[str, Any] = {}
    for i in np.argsort(-size, kind="stable").tolist():
        if names[i]:
            chosen.setdefault(str(names[i]), parts[i])
    return list(chosen.items())[:_LABELS_A_LAYER]


def _anchor(shape: Any) -> Any:  # noqa: ANN401 (shapely geometries)
    """Return where a name stands: within an area, halfway along a line."""
    parts = shapely.get_parts(shape)
    largest = parts[int(np.argmax(shapely.area(parts) + shapely.length(parts)))]
    if shapely.get_dimensions(largest) == 1:
        return shapely.line_interpolate_point(largest, 0.5, normalized=True)
    return shapely.point_on_surface(largest)


def _furniture(atlas: Atlas, plan: Plan, used: Sequence[Layer]) -> Furniture:
    lang, document = atlas.lang, atlas.result.document
    approvals = sorted({layer.definition.approval_number for layer in used} - {""})
    number = literal("、".join(approvals), lang, limit=40) or phrase("no_approval", lang)
    producer = literal(document["workspace_title"], lang, limit=24)
    small = (
        zone_title(atlas.crs, lang),
        phrase("data_date", lang, date=_data_date(used, lang)),
        phrase("producer", lang, who=producer, date=document["generated_at"][:10]),
        phrase("approval_number", lang, number=number),
    )
    is_internal = any(layer.definition.secrecy == "internal" for layer in used)
    return Furniture(
        title=plan.title,
        mark=phrase("internal_mark", lang) if is_internal else "",
        small_print=small,
        legend_word=phrase("legend", lang),
        scale_word=phrase("scale", lang),
        north_word=phrase("north", lang),
    )


def _caption(atlas: Atlas, number: int, plan: Plan, used: Sequence[Layer]) -> str:
    lang = atlas.lang
    titles = [f"{literal(y.definition.title(lang), lang, limit=60)} v{y.version}" for y in used]
    separator = "; " if lang == "en" else "；"
    return phrase(
        "figure_caption",
        lang,
        n=number,
        title=plan.title,
        sources=separator.join(titles) or phrase("boundary_only", lang),
        date=_data_date(used, lang),
        system=zone_title(atlas.crs, lang),
    )


def _data_date(layers: Sequence[Layer], lang: str) -> str:
    """Return the newest date that the layers state: in force from, or their features' own."""
    days: list[str] = []
    for layer in layers:
        if layer.effective_from:
            days.append(layer.effective_from.isoformat())
        elif "as_of" in layer.frame.columns:
            days += [str(day)[:10] for day in layer.frame["as_of"].dropna().unique()]
    return literal(max(days), lang, limit=10) if days else phrase("not_stated", lang)
