"""All that is known of one role, from all its layers, in the metric CRS of the workspace.

Several layers may share a role and answer together: inside another layer's coverage, features of
weaker evidence do not count; the part of them outside it still does (DESIGN §4).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
import pandas as pd
import shapely

from geo_toolkit.catalogue import Evidence, Layer
from geo_toolkit.geodesy import from_geographic
from geo_toolkit.siting.outlines import Outlines
from geo_toolkit.siting.shapes import TOLERANCE_M, polygons_of

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Sequence

    from numpy.typing import NDArray
    from pyproj import CRS
    from shapely.geometry.base import BaseGeometry

__all__ = ["Constraints"]

T = TypeVar("T")

_ASSUMED = "assumed"  # drawn, but never part of an analysis (DESIGN §9)
_QUAD_SEGS = 16


@dataclass(frozen=True)
class Constraints:
    """The features of one role that count, with what each is worth.

    Arrays run along the features; all geometry is in ``crs``, in metres.

    Attributes
    ----------
    drawn
        Features as their layers draw them.
    geometry
        What is left of them outside stronger layers' coverage; this is what is measured.
    mask_of
        Position in ``masks`` of the coverage that was cut out of a feature, -1 for none.
    accuracy_m
        Bound on the outline's error.
    layer_of
        Position of the feature's layer in ``layers``.
    attributes
        All columns of all layers, one row a feature.
    covered
        Where absence means absence: the coverages of official and published layers together.
    """

    role: str
    crs: CRS
    layers: tuple[Layer, ...]
    drawn: NDArray[np.object_]
    geometry: NDArray[np.object_]
    mask_of: NDArray[np.int64]
    masks: tuple[BaseGeometry, ...]
    accuracy_m: NDArray[np.float64]
    layer_of: NDArray[np.int64]
    feature_id: NDArray[np.object_]
    feature_name: NDArray[np.object_]
    attributes: pd.DataFrame
    covered: BaseGeometry | None
    _shrunk: dict[tuple[int, float], BaseGeometry] = field(default_factory=dict, repr=False)
    _grown: dict[tuple[int, float], BaseGeometry] = field(default_factory=dict, repr=False)
    _derived: dict[Hashable, Any] = field(init=False, default_factory=dict, repr=False)

    def __len__(self) -> int:
        """Return the number of features that count."""
        return len(self.geometry)

    def derived(self, key: Hashable, make: Callable[[], T]) -> T:
        """Return what ``make`` gives, made once for these constraints and kept under a key."""
        if key not in self._derived:
            self._derived[key] = make()
        kept: T = self._derived[key]
        return kept

    @classmethod
    def build(cls, role: str, layers: Sequence[Layer], crs: CRS) -> Constraints:
        """Return the constraints of a role from its layers in force, strongest evidence first."""
        ordered = tuple(sorted(layers, key=lambda la: (-la.definition.evidence.rank, la.id)))
        coverages = [_coverage(layer, crs) for layer in ordered]
        drawn, layer_of, frames = [], [], []
        for position, layer in enumerate(ordered):
            frame = layer.frame
            if "basis" in frame.columns:
                frame = frame[frame["basis"].astype(object) != _ASSUMED]
            drawn.append(from_geographic(frame.geometry.to_numpy(), crs))
            layer_of.append(np.full(len(frame), position, dtype=np.int64))
            frames.append(pd.DataFrame(frame.drop(columns=frame.geometry.name)))
        features = np.concatenate([np.empty(0, object), *drawn])
        table = pd.concat(frames) if frames else pd.DataFrame()
        owner = np.concatenate([np.empty(0, np.int64), *layer_of])
        masks, mask_of = _masks(ordered, coverages, owner, table)
        left = features.copy()
        for position, mask in enumerate(masks):
            rows = np.flatnonzero(mask_of == position)
            touched = rows[shapely.intersects(features[rows], mask)]
            left[touched] = shapely.difference(features[touched], mask)
            mask_of[np.setdiff1d(rows, touched)] = -1
        kept = ~shapely.is_empty(left)
        table = table[kept] if len(table) else table
        return cls(
            role=role,
            crs=crs,
            layers=ordered,
            drawn=features[kept],
            geometry=left[kept],
            mask_of=mask_of[kept],
            masks=masks,
            accuracy_m=_column(table, "feature_accuracy_m").astype(float),
            layer_of=owner[kept],
            feature_id=np.asarray(table.index, dtype=object),
            feature_name=_column(table, "feature_name"),
            attributes=table.reset_index(drop=True),
            covered=_covered(ordered, coverages),
        )

    @property
    def faults(self) -> tuple[str, ...]:
        """Why layers of the role could not be read whole; any of them forbids ``clear``."""
        return tuple(f"{layer.id}: {layer.fault}" for layer in self.layers if layer.fault)

    @property
    def is_schematic_only(self) -> bool:
        """Whether no layer of the role is better than schematic."""
        return all(layer.definition.evidence is Evidence.SCHEMATIC for layer in self.layers)

    @cached_property
    def tree(self) -> shapely.STRtree:
        """Spatial index over ``geometry``."""
        return shapely.STRtree(self.geometry)

    @cached_property
    def outlines(self) -> Outlines:
        """Outlines of ``geometry`` in short stretches, for the nearest of large features."""
        return Outlines.build(self.geometry)

    def shrunk(self, rows: NDArray[np.int64], by_m: NDArray[np.float64]) -> NDArray[np.object_]:
        """Return features moved inwards by a distance each, then cut by stronger coverage."""
        return self._moved(rows, -by_m, self._shrunk)

    def grown(self, rows: NDArray[np.int64], by_m: NDArray[np.float64]) -> NDArray[np.object_]:
        """Return features moved outwards by a distance each, then cut by stronger coverage."""
        return self._moved(rows, by_m, self._grown)

    def _moved(
        self,
        rows: NDArray[np.int64],
        by_m: NDArray[np.float64],
        known: dict[tuple[int, float], BaseGeometry],
    ) -> NDArray[np.object_]:
        keys = list(zip(rows.tolist(), by_m.tolist(), strict=True))
        new = [key for key in dict.fromkeys(keys) if key not in known]
        if new:
            at = np.array([row for row, _ in new])
            moved = shapely.buffer(
                self.drawn[at], np.array([by for _, by in new]), quad_segs=_QUAD_SEGS
            )
            for position, mask in enumerate(self.masks):
                cut = self.mask_of[at] == position
                moved[cut] = shapely.difference(moved[cut], mask)
            known.update(zip(new, moved, strict=True))
        result = np.empty(len(keys), dtype=object)
        result[:] = [known[key] for key in keys]
        return result

    def is_covered(
        self, sites: NDArray[np.object_], margin_m: NDArray[np.float64]
    ) -> NDArray[np.bool_]:
        """Return whether absence means absence all over each site grown by a margin."""
        if self.covered is None:
            return np.zeros(len(sites), dtype=bool)
        outside = shapely.area(shapely.difference(sites, self.covered))
        inside = outside <= TOLERANCE_M * shapely.length(sites)
        far = shapely.distance(sites, shapely.boundary(self.covered)) >= margin_m - TOLERANCE_M
        result: NDArray[np.bool_] = inside & (far | (margin_m == 0))
        return result


def _coverage(layer: Layer, crs: CRS) -> BaseGeometry | None:
    if layer.coverage is None or layer.fault:
        return None
    moved = from_geographic(np.array([layer.coverage], dtype=object), crs)
    area: BaseGeometry = polygons_of(shapely.make_valid(moved))[0]
    return area


def _covered(
    layers: Sequence[Layer], coverages: Sequence[BaseGeometry | None]
) -> BaseGeometry | None:
    areas = [
        area
        for layer, area in zip(layers, coverages, strict=True)
        if area is not None and layer.definition.evidence is not Evidence.SCHEMATIC
    ]
    if not areas:
        return None
    union: BaseGeometry = shapely.union_all(areas, grid_size=TOLERANCE_M)
    return union


def _masks(
    layers: Sequence[Layer],
    coverages: Sequence[BaseGeometry | None],
    owner: NDArray[np.int64],
    table: pd.DataFrame,
) -> tuple[tuple[BaseGeometry, ...], NDArray[np.int64]]:
    """Return the stronger coverages to cut by, and which of them each feature is cut by."""
    mask_of = np.full(len(owner), -1, dtype=np.int64)
    masks: list[BaseGeometry] = []
    if not len(owner):
        return (), mask_of
    rank = np.array([Evidence(text).rank for text in table["feature_evidence"]])
    for position, weight in sorted(set(zip(owner.tolist(), rank.tolist(), strict=True))):
        stronger = [
            area
            for other, area in enumerate(coverages)
            if area is not None
            and other != position
            and layers[other].definition.evidence.rank > weight
        ]
        if stronger:
            mask_of[(owner == position) & (rank == weight)] = len(masks)
            masks.append(shapely.union_all(stronger))
    return tuple(masks), mask_of


def _column(table: pd.DataFrame, name: str) -> NDArray[np.object_]:
    if name not in table.columns:
        return np.empty(0, dtype=object)
    values: NDArray[np.object_] = table[name].to_numpy(dtype=object)
    return values
