"""Version 0: the data file beside a layer's definition, before anything was published."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from geopandas import GeoDataFrame

from geo_toolkit.catalogue.features import checked_crs, data_path, lonlat_of, read_raw
from geo_toolkit.catalogue.packing import hash_of, single_parts
from geo_toolkit.catalogue.postgis import is_postgis
from geo_toolkit.catalogue.text import first_line, texts
from geo_toolkit.catalogue.versions import Provenance, Stated, Version
from geo_toolkit.errors import GeoToolkitError, LayerError
from geo_toolkit.geodesy import CGCS2000

if TYPE_CHECKING:
    from pathlib import Path

    from geo_toolkit.catalogue.definition import LayerDefinition

__all__ = ["bundled_content", "bundled_file", "bundled_version"]

NOTE = "bundled data file"


def bundled_file(definition: LayerDefinition, folder: Path) -> Path | None:
    """Return the data file of a layer, None where there is none that could be copied."""
    if is_postgis(definition.data):
        return None
    path = data_path(definition, folder)
    return path if path.is_file() else None


def bundled_content(definition: LayerDefinition, path: Path) -> GeoDataFrame:
    """Return every feature of a data file in CGCS2000 degrees, nothing mended.

    Raises
    ------
    LayerError
        If the file cannot be read at all.
    """
    crs = checked_crs(definition)
    try:
        raw = read_raw(path)
    except (GeoToolkitError, OSError, ValueError, RuntimeError) as error:
        raise LayerError(
            f"layer {definition.id}: its data file {path.name} cannot be read "
            f"({first_line(error)}); correct it, or move it away, before publishing"
        ) from error
    frame = raw.reset_index(drop=True)
    where = definition.where
    if where is not None and where.column in frame.columns:
        frame = frame[texts(frame[where.column]).isin(where.values)].reset_index(drop=True)
    if definition.key in frame.columns:
        frame = frame.assign(**{definition.key: texts(frame[definition.key])})
    shapes = lonlat_of(np.asarray(frame.geometry.array, dtype=object), crs, definition.datum)
    return GeoDataFrame(
        frame.drop(columns=frame.geometry.name), geometry=single_parts(shapes), crs=CGCS2000
    )


def bundled_version(
    definition: LayerDefinition,
    path: Path,
    *,
    features: int,
    area_m2: float,
    max_accuracy_m: float,
    committed_at: str = "",
    author: str = "",
    file_sha256: str = "",
) -> Version:
    """Return the row of version 0; it says nothing itself, so that the file's word counts."""
    digest = hash_of(path)
    return Version(
        layer=definition.id,
        number=0,
        file=f"{definition.id}/{definition.id}.v0.gpkg",
        sha256=digest,
        file_sha256=file_sha256,
        features=features,
        area_m2=area_m2,
        max_accuracy_m=max_accuracy_m,
        committed_at=committed_at,
        effective_from=definition.effective_from,
        author=author,
        note=NOTE,
        stated=Stated(),
        provenance=Provenance(
            source_file=path.name,
            source_sha256=digest,
            crs=definition.crs,
            crs_basis="declared (the layer's definition)",
            datum=definition.datum.value,
            key_column=definition.key,
        ),
    )
