"""A check in the metres of one zone: what figures are planned from and drawn with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from geo_toolkit.geodesy import from_geographic
from geo_toolkit.report.phrases import phrase
from geo_toolkit.report.text import literal
from geo_toolkit.report.zones import degrees_outline, zone_crs

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from numpy.typing import NDArray

    from geo_toolkit.catalogue import Layer
    from geo_toolkit.siting import CheckResult

__all__ = ["Atlas", "open_layers"]

_FIRST_DRAWN = {"county": 3.0, "river": 4.0, "highway": 12.0, "railway": 13.0}
_OTHERS_DRAWN = 10.0


def open_layers(layers: Sequence[Layer], audience: str) -> list[Layer]:
    """Return the layers that the readers of an edition may see drawn.

    Parameters
    ----------
    audience
        ``internal`` or ``applicant``: of the document.
    """
    allowed = {"public", "internal"} if audience == "internal" else {"public"}
    return [layer for layer in layers if layer.definition.secrecy in allowed]


class Atlas:
    """The sites, open layers and measures of one check, in metres.

    Attributes
    ----------
    crs
        The Gauss-Krüger zone of the sites.
    layers
        Those that may be drawn, the lowest first.
    overlaps, nearest
        As in the result, without the rows of layers that may not be drawn; column ``metric``
        holds the geometry in metres.
    enclosing
        Roles that a site has to lie within: to overlap them is no conflict.
    advice
        As in the result; None in the edition for applicants.
    """

    def __init__(self, result: CheckResult, layers: Sequence[Layer]) -> None:
        self.result = result
        self.lang = result.lang
        self.layers = sorted(
            open_layers(layers, str(result.document["audience"])),
            key=lambda layer: (drawing_order(layer.role), layer.id),
        )
        west, _, east, _ = result.sites.total_bounds
        self.crs = zone_crs((west + east) / 2)
        self.sites = self.metric(result.sites.geometry.to_numpy())
        self.site_ids = [str(key) for key in result.sites.index]
        self.overlaps = self._open(result.overlaps)
        self.nearest = self._open(result.nearest)
        self.enclosing = enclosing_roles(result)
        is_internal = result.document["audience"] == "internal"
        self.advice = result.advice if is_internal else None

    def metric(self, geometry: NDArray[np.object_]) -> NDArray[np.object_]:
        """Return geometries in degrees in the metres of the zone."""
        return from_geographic(np.asarray(geometry, dtype=object), self.crs)

    def site(self, site_id: str) -> Any:  # noqa: ANN401 (a shapely geometry)
        """Return one site in metres."""
        return self.sites[self.site_ids.index(site_id)]

    def feature(self, layer_id: str, feature_id: str) -> Any:  # noqa: ANN401 (a geometry)
        """Return one feature of a layer that may be drawn, in metres."""
        frame = next(layer.frame for layer in self.layers if layer.id == layer_id)
        whole = frame.geometry.loc[[feature_id]].to_numpy()
        return self.metric(whole)[0]

    def site_name(self, site_id: str, limit: int) -> str:
        """Return the name of a site, or its id, literally."""
        name = self.result.sites.loc[site_id]["name"]
        return literal(name or site_id, self.lang, limit=limit)

    def title(self, key: str, site_id: str, **words: object) -> str:
        """Return a figure's title; the site is named where there is more than one."""
        title = phrase(key, self.lang, **words)
        if len(self.site_ids) == 1:
            return title
        return title + phrase("of_site", self.lang, site=self.site_name(site_id, 12))

    def visible(
        self, layer: Layer, bounds: tuple[float, float, float, float]
    ) -> tuple[pd.DataFrame, NDArray[np.object_]]:
        """Return the features of a layer within bounds in metres, and their parts there."""
        around = degrees_outline(bounds, self.crs)
        frame = layer.frame[layer.frame.intersects(around).to_numpy()]
        parts = shapely.clip_by_rect(self.metric(frame.geometry.to_numpy()), *bounds)
        is_there = ~shapely.is_empty(parts)
        return frame[is_there], parts[is_there]

    def _open(self, frame: pd.DataFrame) -> pd.DataFrame:
        rows = frame[frame["layer_id"].isin({layer.id for layer in self.layers})].copy()
        rows["metric"] = list(self.metric(rows.geometry.to_numpy()))
        return rows


def enclosing_roles(result: CheckResult) -> frozenset[str]:
    """Return the roles that every rule asks a site to lie within."""
    relations: dict[str, set[str]] = {}
    for site in result.document["sites"]:
        for finding in site["findings"]:
            relations.setdefault(finding["role"], set()).add(finding["relation"])
    return frozenset(role for role, asked in relations.items() if asked == {"not_within"})


def rows_of(frame: pd.DataFrame, site_id: str, role: str | None = None) -> pd.DataFrame:
    """Return the rows of one site, and of one role where one is named."""
    rows = frame[frame["site_id"] == site_id]
    return rows if role is None else rows[rows["role"] == role]


def drawing_order(role: str) -> float:
    """Return what lies above: higher numbers above lower ones."""
    return _FIRST_DRAWN.get(role, _OTHERS_DRAWN)
