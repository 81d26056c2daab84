"""Sites of a recorded check, read back from its folder."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import shapely
from geopandas import GeoDataFrame

from geo_toolkit.boundary import InputFile, Sites
from geo_toolkit.geodesy import CGCS2000, Datum

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shapely.geometry.base import BaseGeometry

__all__ = ["read_sites_back"]


def read_sites_back(path: Path, inputs: Sequence[dict[str, Any]]) -> Sites:  # JSON rows
    """Return recorded sites, with their files as the document describes them.

    Parameters
    ----------
    path
        ``sites.geojson`` or ``land_take.geojson`` of a recorded check.
    inputs
        The document's rows of the files, in order.
    """
    features = json.loads(path.read_text(encoding="utf-8"))["features"]
    properties = [feature["properties"] for feature in features]
    stated = [p.get("stated_area_ha") for p in properties]
    frame = GeoDataFrame(
        {
            "name": [p["name"] for p in properties],
            "attributes": [p["attributes"] for p in properties],
            "stated_area_ha": [float("nan") if area is None else area for area in stated],
        },
        geometry=[_shape(feature["geometry"]) for feature in features],
        index=[feature["id"] for feature in features],
        crs=CGCS2000,
    )
    lines = tuple(_shape(p["line"]) if "line" in p else None for p in properties)
    return Sites(
        frame,
        tuple(_input(row) for row in inputs),
        tuple(int(p.get("input", 0)) for p in properties),
        lines if any(line is not None for line in lines) else (),
    )


def _shape(geometry: dict[str, Any]) -> BaseGeometry:  # GeoJSON
    shape: BaseGeometry = shapely.from_geojson(json.dumps(geometry))
    return shape


def _input(row: dict[str, Any]) -> InputFile:  # a JSON row
    return InputFile(
        path=Path(row["file"]),
        format=row["format"],
        encoding=row["encoding"],
        encoding_basis=row["encoding_basis"],
        crs=row["crs"],
        crs_basis=row["crs_basis"],
        datum=Datum(row.get("datum", "cgcs2000")),
        features=row["features"],
        sha256=row["sha256"],
        warnings=tuple(row["warnings"]),
    )
