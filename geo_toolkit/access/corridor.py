"""The corridor of a planned line as a site, so that the siting rules can be asked of it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import shapely

from geo_toolkit.boundary import InputFile, Sites
from geo_toolkit.errors import OptionError
from geo_toolkit.geodesy import CGCS2000, from_geographic, to_geographic

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pyproj import CRS

    from geo_toolkit.access.parameters import Scenario
    from geo_toolkit.catalogue import Layer

__all__ = ["LINE_ROLES", "corridor_sites"]

LINE_ROLES = ("railway", "highway")
"""Roles whose planned lines have a corridor."""


def corridor_sites(
    layers: Sequence[Layer], scenario: Scenario, *, width_m: float, crs: CRS
) -> Sites | None:
    """Return the corridors of the lines that a scenario opens, None if it opens none.

    One site a route: its pieces, widened to half the width on each side, as one area. Ends are
    flat.

    Parameters
    ----------
    layers
        Layers of railways and highways.
    width_m
        The full width in metres.
    crs
        The workspace's metric CRS.

    Raises
    ------
    OptionError
        If the width is not above 0.
    """
    if width_m <= 0:
        raise OptionError(f"corridor width: expected metres above 0, got {width_m:g}; correct it")
    rows: list[dict[str, object]] = []
    shapes: list[object] = []
    inputs: list[InputFile] = []
    input_of: list[int] = []
    for layer in layers:
        frame = layer.frame[layer.frame.index.isin(scenario.opens)]
        if frame.empty:
            continue
        route = frame["line"] if "line" in frame else frame["feature_name"]
        for name, part in frame.groupby(route, sort=True):
            line = shapely.union_all(from_geographic(part.geometry.to_numpy(), crs))
            shapes.append(shapely.buffer(line, width_m / 2, cap_style="flat"))
            rows.append({"id": f"{layer.id}#{name}", "name": str(part["feature_name"].iloc[0])})
            input_of.append(len(inputs))
        inputs.append(_input(layer, len(frame)))
    if not rows:
        return None
    geometry = np.empty(len(shapes), dtype=object)
    geometry[:] = shapes
    frame = gpd.GeoDataFrame(
        {
            "name": [row["name"] for row in rows],
            "attributes": [{"scenario": scenario.id, "width_m": width_m} for _ in rows],
            "stated_area_ha": [float("nan")] * len(rows),
        },
        geometry=to_geographic(geometry, crs),
        index=[row["id"] for row in rows],
        crs=CGCS2000,
    )
    return Sites(frame, tuple(inputs), tuple(input_of))


def _input(layer: Layer, features: int) -> InputFile:
    definition = layer.definition
    return InputFile(
        path=Path(definition.data),
        format="layer",
        encoding=None,
        encoding_basis=None,
        crs=definition.crs,
        crs_basis="declared",
        datum=definition.datum,
        features=features,
        sha256=layer.sha256,
        warnings=(f"corridor along layer {layer.id}; its lines are {definition.evidence.value}",),
    )
