"""One version of a layer as a file for another program."""

from __future__ import annotations

import logging
import os
import shutil
import tempfile
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pyogrio
import shapely

from geo_toolkit.boundary.gdal import quiet_gdal
from geo_toolkit.catalogue.packing import storable
from geo_toolkit.errors import LayerError, OptionError

if TYPE_CHECKING:
    from collections.abc import Callable

    from geopandas import GeoDataFrame

__all__ = ["EXPORT_SUFFIXES", "export_copy", "export_frame"]

_LOG = logging.getLogger(__name__)
EXPORT_SUFFIXES = {
    ".gpkg": "GPKG",
    ".geojson": "GeoJSON",
    ".fgb": "FlatGeobuf",
    ".parquet": "",
    ".zip": "ESRI Shapefile",
}
_MULTI = {3: "MultiPolygon", 6: "MultiPolygon", 1: "MultiLineString", 5: "MultiLineString"}


def export_copy(source: Path, target: Path) -> None:
    """Copy a version's GeoPackage, whole or not at all.

    Raises
    ------
    LayerError
        If the target cannot be written.
    """

    def copy(work: Path) -> None:
        shutil.copyfile(source, work)

    _whole(target, copy)


def export_frame(frame: GeoDataFrame, target: Path, *, name: str) -> None:
    """Write features in CGCS2000 degrees in the format that the suffix names.

    ``.zip`` is a zipped shapefile in UTF-8, whose column names are cut to ten bytes and texts to
    254; what was cut is logged.

    Parameters
    ----------
    name
        The table's name inside the file.

    Raises
    ------
    OptionError
        If the suffix names no format that is written.
    LayerError
        If the target cannot be written.
    """
    suffix = target.suffix.lower()
    if suffix not in EXPORT_SUFFIXES:
        known = ", ".join(EXPORT_SUFFIXES)
        raise OptionError(f"{target.name}: expected one of {known}, got {suffix or 'no suffix'}")
    table = storable(frame)

    def write(work: Path) -> None:
        if suffix == ".parquet":
            table.to_parquet(work)
        elif suffix == ".zip":
            _zipped_shapefile(table, work, name)
        else:
            kinds = np.unique(shapely.get_type_id(table.geometry.to_numpy()))
            multi = _MULTI.get(int(kinds[-1])) if len(kinds) > 1 else None
            pyogrio.write_dataframe(
                table, work, driver=EXPORT_SUFFIXES[suffix], layer=name,
                geometry_type=multi, promote_to_multi=multi is not None,
            )  # fmt: skip

    _whole(target, write)


def _zipped_shapefile(table: GeoDataFrame, work: Path, name: str) -> None:
    with tempfile.TemporaryDirectory() as folder, quiet_gdal() as said:
        shape = Path(folder) / f"{name}.shp"
        pyogrio.write_dataframe(table, shape, driver="ESRI Shapefile", encoding="UTF-8")
        with zipfile.ZipFile(work, "w", zipfile.ZIP_DEFLATED) as archive:
            for part in sorted(Path(folder).iterdir()):
                archive.write(part, part.name)
    for line in said:
        _LOG.warning("%s: %s", name, line)


def _whole(target: Path, write: Callable[[Path], None]) -> None:
    """Write to a temporary name beside the target, then give it its name."""
    work = target.with_name(f".{target.stem}-{os.getpid()}{target.suffix}")
    try:
        write(work)
        work.replace(target)
    except (OSError, ValueError, RuntimeError) as error:
        work.unlink(missing_ok=True)
        text = " ".join(str(error).split())[:160]
        raise LayerError(f"{target.name}: cannot be written ({text}); name another file") from error
