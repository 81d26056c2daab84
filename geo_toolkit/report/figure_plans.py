"""Which figures a check needs, and what each of them shows: only those with something on them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from geo_toolkit.report.atlas import rows_of
from geo_toolkit.report.figure_limits import MOST_DETAILS, MOST_SITES, THREE_LINES
from geo_toolkit.report.map_frame import Window, fit_scale
from geo_toolkit.report.phrases import phrase
from geo_toolkit.report.text import literal
from geo_toolkit.rules import role_title

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator, Mapping

    from geo_toolkit.report.atlas import Atlas

__all__ = ["BACKDROP", "Plan", "plan_figures"]

BACKDROP = ("county", "river")
_LOCATION_ROLES = frozenset({*BACKDROP, "highway", "railway", "station"})
_FAR_M = 3_000.0
_LEAST_ROOM_M = 300.0
_LARGEST_LOCATION_SCALE = 50_000
_SMALL_SHARE = 0.25


@dataclass(frozen=True)
class Plan:
    """One figure to draw.

    Attributes
    ----------
    roles
        Roles drawn, besides the backdrop; None for all.
    nearest
        Roles whose lines to the nearest feature are drawn.
    advice
        Outlines proposed, each with its kind (``trim`` or ``shift``), in metres.
    """

    key: str
    title: str
    window: Window
    roles: frozenset[str] | None
    sites: tuple[str, ...]
    nearest: frozenset[str] = frozenset()
    advice: tuple[tuple[str, Any], ...] = ()


def plan_figures(atlas: Atlas) -> Iterator[Plan]:
    """Yield the figures to draw, in printing order."""
    yield _location(atlas)
    for site_id in atlas.site_ids[:MOST_SITES]:
        for role in THREE_LINES:
            if plan := _line(atlas, site_id, role):
                yield plan
        yield _combined(atlas, site_id)
        yield from _details(atlas, site_id)
        if plan := _advice(atlas, site_id):
            yield plan


def _location(atlas: Atlas) -> Plan:
    """Plan the county that the sites lie in, or, without counties, what is around them."""
    bounds = shapely.total_bounds(atlas.sites)
    box = shapely.box(*atlas.result.sites.total_bounds)
    for layer in atlas.layers:
        if layer.role == "county" and layer.definition.geometry == "polygon":
            meets = layer.frame.intersects(box).to_numpy()
            shapes = atlas.metric(layer.frame.geometry.to_numpy()[meets])
            bounds = shapely.total_bounds(np.append(shapes, atlas.sites))
    window = fit_scale(bounds, _LARGEST_LOCATION_SCALE)
    title = phrase("figure_location", atlas.lang)
    return Plan("location", title, window, _LOCATION_ROLES, tuple(atlas.site_ids))


def _line(atlas: Atlas, site_id: str, role: str) -> Plan | None:
    """Plan a site with one of the three lines: the overlap, or the way to the nearest part."""
    near, over = rows_of(atlas.nearest, site_id, role), rows_of(atlas.overlaps, site_id, role)
    if len(over) == 0 and len(near) == 0:
        return None
    site = atlas.site(site_id)
    shapes = [site, *([] if len(over) else near["metric"])]
    if role in atlas.enclosing:
        shapes += [_way_out(atlas, site, row) for row in over.to_dict("records")]
    title = atlas.title("figure_line", site_id, role=role_title(role, atlas.lang))
    window = fit_scale(shapely.total_bounds(shapes))
    return Plan(role, title, window, frozenset({role}), (site_id,), frozenset({role}))


def _way_out(atlas: Atlas, site: Any, row: Mapping[Hashable, Any]) -> Any:  # noqa: ANN401
    """Return the line from a site to the edge of the feature around it, which is to be seen."""
    around = atlas.feature(str(row["layer_id"]), str(row["feature_id"]))
    return shapely.shortest_line(site, shapely.boundary(around))


def _combined(atlas: Atlas, site_id: str) -> Plan:
    """Plan all constraints around a site, out to the nearest ones within a few kilometres."""
    site = atlas.site(site_id)
    near = rows_of(atlas.nearest, site_id)
    near = near[near["distance_m"] <= _FAR_M]
    room = max(_LEAST_ROOM_M, float(np.sqrt(site.area)))
    window = fit_scale(shapely.total_bounds([site.buffer(room), *near["metric"]]))
    title = atlas.title("figure_combined", site_id)
    return Plan("combined", title, window, None, (site_id,), frozenset(near["role"]))


def _details(atlas: Atlas, site_id: str) -> Iterator[Plan]:
    """Plan an inset for each feature that was hit: the largest overlaps, then the distances."""
    site = atlas.site(site_id)
    over = rows_of(atlas.overlaps, site_id)
    over = over[over["outcome"].isin(["hit", "borderline"])]
    over = over.sort_values("overlap_m2", ascending=False, kind="stable")
    made = 0
    for row in over.to_dict("records"):
        is_small = shapely.area(row["metric"]) < _SMALL_SHARE * site.area
        if made < MOST_DETAILS and (is_small or row["role"] not in THREE_LINES):
            made += 1
            yield _detail(atlas, site_id, row, [row["metric"] if is_small else site])
    met = _met(atlas, site_id) - set(over["role"]) - set(THREE_LINES)
    for row in rows_of(atlas.nearest, site_id).to_dict("records"):
        if made < MOST_DETAILS and row["role"] in met:
            made += 1
            yield _detail(atlas, site_id, row, [site, row["metric"]])


def _advice(atlas: Atlas, site_id: str) -> Plan | None:
    """Plan the outlines proposed for a site, with every constraint around them."""
    if atlas.advice is None:
        return None
    rows = atlas.advice[atlas.advice["site_id"] == site_id]
    if len(rows) == 0:
        return None
    shapes = atlas.metric(rows.geometry.to_numpy())
    proposed = tuple(zip(rows["kind"].astype(str), shapes, strict=True))
    window = fit_scale(shapely.total_bounds([atlas.site(site_id), *shapes]))
    title = atlas.title("figure_advice", site_id)
    return Plan("advice", title, window, None, (site_id,), advice=proposed)


def _detail(atlas: Atlas, site_id: str, row: Mapping[Hashable, Any], shapes: list[Any]) -> Plan:
    role = str(row["role"])
    name = literal(row["feature_name"] or row["feature_id"], atlas.lang, limit=16)
    title = atlas.title("figure_detail", site_id, what=f"{role_title(role, atlas.lang)} {name}")
    window = fit_scale(shapely.total_bounds(shapes))
    return Plan(f"hit:{role}", title, window, frozenset({role}), (site_id,), frozenset({role}))


def _met(atlas: Atlas, site_id: str) -> set[str]:
    """Return the roles of the features that a site's findings above advisory name as hit."""
    site = next(s for s in atlas.result.document["sites"] if s["id"] == site_id)
    return {
        finding["role"]
        for finding in site["findings"]
        if finding["outcome"] == "hit"
        and finding["feature_id"] is not None
        and finding["severity"] != "advisory"
    }
