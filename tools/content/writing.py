"""Features of the workspace's layers, and the GeoJSON file that holds them."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import shapely

if TYPE_CHECKING:
    from pathlib import Path

    from shapely.geometry.base import BaseGeometry

__all__ = ["AS_OF", "Feature", "layer_text", "write_layer"]

AS_OF = "2026-11"
"""When the source tables were compiled; a feature whose last news is older says so itself."""


_DECIMALS = 6  # 0.1 m


@dataclass(frozen=True)
class Feature:
    """One feature with the provenance that every bundled feature carries.

    Attributes
    ----------
    key
        Unique in its layer; the ``id`` column.
    accuracy_m
        Bounds the outline's error for 95 % of it: twice the source table's one-sigma figure, or
        the radius of an equal-area circle where that is more.
    basis
        ``published``, ``converted``, ``recall`` or ``assumed``; the last is drawn, never analysed.
    columns
        The theme's own columns, in the order in which they are written.
    """

    key: str
    name_zh: str
    name_en: str
    status: str
    source: str
    basis: str
    accuracy_m: float
    evidence: str
    geometry: BaseGeometry
    as_of: str = AS_OF
    columns: dict[str, str | float | None] = field(default_factory=dict)

    def properties(self) -> dict[str, str | float | None]:
        """Return the attribute row, provenance first."""
        row: dict[str, str | float | None] = {
            "id": self.key,
            "name_zh": self.name_zh,
            "name_en": self.name_en,
            "status": self.status,
            "as_of": self.as_of,
            "evidence": self.evidence,
            "basis": self.basis,
            "accuracy_m": self.accuracy_m,
            "source": self.source,
        }
        return row | self.columns


def layer_text(features: list[Feature]) -> str:
    """Return a layer as GeoJSON text: lon, lat to 6 decimals, a feature a line, sorted by key.

    Every feature gets every column of the layer, null where it has none.

    Raises
    ------
    ValueError
        If two features share a key, or a geometry is empty or not valid.
    """
    ordered = sorted(features, key=lambda feature: feature.key)
    keys = [feature.key for feature in ordered]
    if len(set(keys)) != len(keys):
        raise ValueError(f"keys must be unique, got {keys}")
    names = list(dict.fromkeys(name for feature in ordered for name in feature.columns))
    lines = []
    for feature in ordered:
        geometry = _rounded(feature)
        row = feature.properties() | {name: feature.columns.get(name) for name in names}
        row = {name: _plain(value) for name, value in row.items()}
        lines.append(
            json.dumps(
                {"type": "Feature", "properties": row, "geometry": geometry}, ensure_ascii=False
            )
        )
    return '{"type": "FeatureCollection", "features": [\n' + ",\n".join(lines) + "\n]}\n"


def write_layer(path: Path, features: list[Feature]) -> None:
    """Write a layer's GeoJSON file; the same features give the same bytes on every system."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(layer_text(features), encoding="utf-8", newline="\n")


def _rounded(feature: Feature) -> dict[str, object]:
    """Return a geometry as a GeoJSON object, rounded, outer rings anticlockwise, checked."""
    geometry = shapely.transform(feature.geometry, lambda xy: xy.round(_DECIMALS))
    geometry = shapely.orient_polygons(geometry)
    if geometry.is_empty or not geometry.is_valid:
        raise ValueError(f"{feature.key}: {shapely.is_valid_reason(geometry)}")
    as_object: dict[str, object] = json.loads(shapely.to_geojson(geometry))
    return as_object


def _plain(value: str | float | None) -> str | float | None:
    """Return whole numbers without a decimal point, so that files do not change by type."""
    if isinstance(value, float):
        return int(value) if value.is_integer() else round(value, 6)
    return value or None if isinstance(value, str) else value
