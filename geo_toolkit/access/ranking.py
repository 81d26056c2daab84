"""Which features count where layers share a role: the stronger evidence where it covers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from geo_toolkit.catalogue import Evidence
from geo_toolkit.geodesy import from_geographic

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray
    from pyproj import CRS

    from geo_toolkit.catalogue import Layer

__all__ = ["outside_stronger"]

_EXISTING = ("", "existing")


def outside_stronger(
    layers: Sequence[Layer],
    shapes: Sequence[NDArray[np.object_]],
    status: Sequence[Sequence[str]],
    crs: CRS,
) -> tuple[list[NDArray[np.object_]], list[dict[str, str]]]:
    """Return the features of one role without what stronger layers cover, and what was replaced.

    Evidence ranks official, published, schematic, a feature's own first. Inside a layer's coverage
    the existing features of other layers with weaker evidence are ignored: of lines the part
    outside stays, points and areas stay where their middle lies outside. What is planned or under
    construction stays everywhere, because no coverage says that it will not be built.

    Parameters
    ----------
    layers
        The layers of one role.
    shapes
        The features of each layer in metres.
    status
        The status of each feature of each layer; empty counts as existing.
    crs
        The workspace's metric CRS.

    Returns
    -------
    shapes, replaced
        The features in the same order, None where nothing is left; and one row a feature replaced
        or cut, with the ids of the layers that stand in its place.
    """
    areas = [_coverage(layer, crs) for layer in layers]
    kept, replaced = [], []
    for own, layer in enumerate(layers):
        found = np.array(shapes[own], dtype=object)
        rank = np.array([Evidence(text).rank for text in layer.frame["feature_evidence"]], int)
        stands = np.array([text in _EXISTING for text in status[own]], dtype=bool)
        for weight in sorted(set(rank.tolist())):
            above = [
                other
                for other, area in enumerate(areas)
                if other != own
                and area is not None
                and layers[other].definition.evidence.rank > weight
            ]
            rows = np.flatnonzero((rank == weight) & stands)
            if not above or not len(rows):
                continue
            mask = shapely.union_all([areas[other] for other in above])
            found[rows], hit = _outside(found[rows], mask)
            by = ", ".join(layers[other].id for other in above)
            keys = layer.frame.index
            replaced += [
                {
                    "layer": layer.id,
                    "feature": str(keys[row]),
                    "reason": "replaced" if found[row] is None else "partly_replaced",
                    "by": by,
                }
                for row in rows[hit].tolist()
            ]
        kept.append(found)
    return kept, replaced


def _coverage(layer: Layer, crs: CRS) -> Any:  # noqa: ANN401 (a shapely polygon, or None)
    if layer.coverage is None:
        return None
    area = shapely.make_valid(from_geographic(np.array([layer.coverage], dtype=object), crs)[0])
    return area if area.area > 0 else None


def _outside(
    shapes: NDArray[np.object_], mask: shapely.Geometry
) -> tuple[NDArray[np.object_], NDArray[np.bool_]]:
    """Return what lies outside an area, None for nothing, and which features it took from."""
    shapely.prepare(mask)
    is_line = shapely.get_dimensions(shapes) == 1
    middle = np.where(is_line, shapes, shapely.point_on_surface(shapes))
    hit = shapely.intersects(mask, middle)
    rest = np.array(shapes, dtype=object)
    cut = hit & is_line
    rest[cut] = shapely.difference(shapes[cut], mask)
    rest[(hit & ~is_line) | shapely.is_empty(rest)] = None
    hit[cut] = shapely.length(rest[cut]) < shapely.length(shapes[cut])
    return rest, hit
