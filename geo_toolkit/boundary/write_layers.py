"""Formats written through GDAL and Arrow: GeoPackage, file geodatabase, GeoParquet."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import numpy as np
import pyogrio
import shapely
from geopandas import GeoDataFrame

from geo_toolkit.boundary.gdal import quiet_gdal
from geo_toolkit.boundary.outgoing import columns_of

if TYPE_CHECKING:
    from pathlib import Path

    from geo_toolkit.boundary.outgoing import Outgoing, WriteOptions

__all__ = ["frame_of", "write_geodatabase", "write_geopackage", "write_geoparquet"]

_STAMP = "2000-01-01T00:00:00.000Z"
_COUNTER_OFFSETS = (24, 92)
"""Of the change counter in SQLite's file header, and of its copy; the two must be equal."""
_LAYER = "boundary"
_TAKEN = ("fid", "geom", "geometry", "objectid", "shape", "shape_length", "shape_area")


def frame_of(outgoing: Outgoing) -> GeoDataFrame:
    """Return polygons and attributes as a frame."""
    columns = {
        f"{name}_1" if name.lower() in _TAKEN else name: values
        for name, values in columns_of(outgoing).items()
    }
    return GeoDataFrame(columns, geometry=outgoing.geometry, crs=outgoing.crs)


def write_geopackage(outgoing: Outgoing, path: Path, _options: WriteOptions) -> None:
    """Write polygons as the one layer of a GeoPackage; the same polygons give the same bytes."""
    _through_gdal(frame_of(outgoing), path, "GPKG")
    with closing(sqlite3.connect(path)) as base, base:
        base.execute("update gpkg_contents set last_change = ?", (_STAMP,))
    with path.open("r+b") as file:
        for offset in _COUNTER_OFFSETS:
            file.seek(offset)
            file.write((1).to_bytes(4, "big"))


def write_geodatabase(outgoing: Outgoing, path: Path, _options: WriteOptions) -> None:
    """Write polygons as the one layer of a file geodatabase, which keeps 0.1 mm."""
    _through_gdal(frame_of(outgoing), path, "OpenFileGDB")


def write_geoparquet(outgoing: Outgoing, path: Path, _options: WriteOptions) -> None:
    """Write polygons as GeoParquet."""
    frame_of(outgoing).to_parquet(path, index=False)


def _through_gdal(frame: GeoDataFrame, path: Path, driver: str) -> None:
    kinds = set(shapely.get_type_id(frame.geometry.to_numpy()).tolist())
    kind = "Polygon" if kinds <= {3} else "MultiPolygon"
    with quiet_gdal():
        pyogrio.write_dataframe(
            frame.set_geometry(np.asarray(frame.geometry), crs=frame.crs),
            path,
            layer=_LAYER,
            driver=driver,
            geometry_type=kind,
            promote_to_multi=kind == "MultiPolygon",
        )
