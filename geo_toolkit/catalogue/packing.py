"""Features as GeoPackages that QGIS opens: one table a version, the same bytes every time."""

from __future__ import annotations

import threading
from hashlib import file_digest
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyogrio
import shapely
from geopandas import GeoDataFrame

from geo_toolkit.catalogue.text import day_texts, is_date_column, plain_text
from geo_toolkit.errors import LayerError
from geo_toolkit.geodesy import CGCS2000

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from numpy.typing import NDArray

__all__ = ["hash_of", "single_parts", "storable", "write_geopackage"]

_KINDS = {
    frozenset({0}): "Point",
    frozenset({1}): "LineString",
    frozenset({3}): "Polygon",
    frozenset({0, 4}): "MultiPoint",
    frozenset({1, 5}): "MultiLineString",
    frozenset({3, 6}): "MultiPolygon",
    frozenset({4}): "MultiPoint",
    frozenset({5}): "MultiLineString",
    frozenset({6}): "MultiPolygon",
}
_FAMILY_NAMES = {"point": "Point", "line": "LineString", "polygon": "Polygon"}
_GDAL_CLOCK = "OGR_CURRENT_DATE"
_CLOCK_LOCK = threading.Lock()


def write_geopackage(
    path: Path,
    tables: Mapping[str, GeoDataFrame],
    *,
    written_at: str,
    kind: str = "polygon",
) -> None:
    """Write frames in CGCS2000 degrees as the tables of a new GeoPackage, with a spatial index.

    Parameters
    ----------
    path
        Must not exist.
    written_at
        The time that the file says it was written at (ISO 8601), so that bytes repeat.
    kind
        ``point``, ``line`` or ``polygon``: the type of a table without features.

    Raises
    ------
    LayerError
        If the file cannot be written.
    """
    with _CLOCK_LOCK:
        before = pyogrio.get_gdal_config_option(_GDAL_CLOCK)
        pyogrio.set_gdal_config_options({_GDAL_CLOCK: f"{written_at[:19]}.000Z"})
        try:
            for name, frame in tables.items():
                _write(path, name, storable(frame), kind)
        except (OSError, ValueError, RuntimeError) as error:
            path.unlink(missing_ok=True)
            text = " ".join(str(error).split())[:200]
            raise LayerError(f"{path.name}: cannot be written ({text})") from error
        finally:
            pyogrio.set_gdal_config_options({_GDAL_CLOCK: before})


def _write(path: Path, name: str, frame: GeoDataFrame, kind: str) -> None:
    taken = {str(column).lower() for column in frame.columns}
    geometry = np.asarray(frame.geometry.array, dtype=object)
    types = frozenset(np.unique(shapely.get_type_id(geometry)).tolist()) - {-1}
    shape = _KINDS.get(types, "Unknown") if types else _FAMILY_NAMES[kind]
    pyogrio.write_dataframe(
        frame,
        path,
        driver="GPKG",
        layer=name,
        geometry_type=shape,
        promote_to_multi=shape.startswith("Multi"),
        append=path.exists(),
        layer_options={
            "FID": next(n for n in ("fid", "fid_1", "fid_2", "fid_3") if n not in taken),
            "GEOMETRY_NAME": next(n for n in ("geom", "geom_1", "shape_1") if n not in taken),
            "SPATIAL_INDEX": "YES",
        },
    )


def storable(frame: GeoDataFrame) -> GeoDataFrame:
    """Return a frame as a GeoPackage can hold it, in EPSG:4490.

    Column names that differ only in case get a number; days become ``YYYY-MM-DD`` texts; columns
    of mixed values become text.
    """
    columns: dict[str, pd.Series] = {}
    taken: set[str] = set()
    for name in frame.columns:
        if name == frame.geometry.name:
            continue
        label, number = str(name), 2
        while label.lower() in taken:
            label, number = f"{name}_{number}", number + 1
        taken.add(label.lower())
        columns[label] = _column(frame[name])
    table = pd.DataFrame(columns, index=frame.index).reset_index(drop=True)
    geometry = np.asarray(frame.geometry.array, dtype=object)
    return GeoDataFrame(table, geometry=geometry, crs=CGCS2000)


def _column(values: pd.Series) -> pd.Series:
    if is_date_column(values):
        return day_texts(values)
    if values.dtype.kind in "biuf" and isinstance(values.dtype, np.dtype):
        return values
    if isinstance(values.dtype, pd.StringDtype):
        return values.astype(object).where(values.notna(), None)
    plain = values.astype(object)
    empty = plain.isna()
    if all(isinstance(value, str) for value in plain[~empty]):
        return plain.where(~empty, None)
    return plain.map(plain_text).where(~empty, None)


def single_parts(geometry: NDArray[np.object_]) -> NDArray[np.object_]:
    """Return geometries with each multi of one part as that part.

    Examples
    --------
    >>> one = shapely.multipolygons([shapely.box(0, 0, 1, 1)])
    >>> single_parts(np.array([one]))[0].geom_type
    'Polygon'
    """
    geometry = np.asarray(geometry, dtype=object)
    kinds = shapely.get_type_id(geometry)
    alone = np.isin(kinds, (4, 5, 6)) & (shapely.get_num_geometries(geometry) == 1)
    result = geometry.copy()
    result[alone] = shapely.get_geometry(geometry[alone], 0)
    return result


def hash_of(path: Path) -> str:
    """Return the SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as stream:
        return file_digest(stream, "sha256").hexdigest()
