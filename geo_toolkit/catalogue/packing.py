"""Features as GeoPackages that QGIS opens: one table a version, the same bytes every time."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from hashlib import file_digest
from itertools import chain
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow as pa
import pyogrio
import shapely
from geopandas import GeoDataFrame

from geo_toolkit.catalogue.text import day_texts, is_date_column, plain_text
from geo_toolkit.errors import LayerError
from geo_toolkit.geodesy import CGCS2000

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from numpy.typing import NDArray

__all__ = [
    "column_labels",
    "hash_of",
    "layer_type",
    "single_parts",
    "storable",
    "write_batches",
    "write_geopackage",
]

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
_DATASET_OPTIONS = {"VERSION": "1.2"}  # what GDAL since 2.2, and older desktops, open unwarned
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
    with _writing(path, written_at):
        for name, frame in tables.items():
            _write(path, name, storable(frame), kind)


def write_batches(
    path: Path,
    name: str,
    records: Iterator[pa.RecordBatch],
    *,
    kind: str,
    written_at: str,
) -> None:
    """Write batches of features in CGCS2000 degrees as the one table of a new GeoPackage.

    Parameters
    ----------
    path
        Must not exist.
    records
        Storable columns, and ``geometry`` as well-known binary; at least one batch.
    kind
        The type of all geometries, as ``layer_type`` names it.
    written_at
        The time that the file says it was written at (ISO 8601).

    Raises
    ------
    LayerError
        If the file cannot be written.
    """
    first = next(records)
    reader = pa.RecordBatchReader.from_batches(first.schema, chain([first], records))
    with _writing(path, written_at):
        pyogrio.write_arrow(
            reader,
            path,
            driver="GPKG",
            layer=name,
            geometry_name="geometry",
            geometry_type=kind,
            crs=CGCS2000.to_wkt(),
            dataset_options=_DATASET_OPTIONS,
            layer_options=_layer_options({str(c).lower() for c in first.schema.names}),
        )


def layer_type(types: frozenset[int], kind: str) -> str:
    """Return the type of a table whose features have some types, as shapely numbers them.

    Examples
    --------
    >>> layer_type(frozenset({3, 6}), "polygon"), layer_type(frozenset(), "line")
    ('MultiPolygon', 'LineString')
    """
    return _KINDS.get(types, "Unknown") if types else _FAMILY_NAMES[kind]


@contextmanager
def _writing(path: Path, written_at: str) -> Iterator[None]:
    """Write with the clock of GDAL at a given time; what fails leaves no file."""
    with _CLOCK_LOCK:
        before = pyogrio.get_gdal_config_option(_GDAL_CLOCK)
        pyogrio.set_gdal_config_options({_GDAL_CLOCK: f"{written_at[:19]}.000Z"})
        try:
            yield
        except (OSError, ValueError, RuntimeError) as error:
            path.unlink(missing_ok=True)
            text = " ".join(str(error).split())[:200]
            raise LayerError(f"{path.name}: cannot be written ({text})") from error
        finally:
            pyogrio.set_gdal_config_options({_GDAL_CLOCK: before})


def _layer_options(taken: set[str]) -> dict[str, str]:
    return {
        "FID": next(n for n in ("fid", "fid_1", "fid_2", "fid_3") if n not in taken),
        "GEOMETRY_NAME": next(n for n in ("geom", "geom_1", "shape_1") if n not in taken),
        "SPATIAL_INDEX": "YES",
    }


def _write(path: Path, name: str, frame: GeoDataFrame, kind: str) -> None:
    taken = {str(column).lower() for column in frame.columns}
    geometry = np.asarray(frame.geometry.array, dtype=object)
    types = frozenset(np.unique(shapely.get_type_id(geometry)).tolist()) - {-1}
    shape = layer_type(types, kind)
    pyogrio.write_dataframe(
        frame,
        path,
        driver="GPKG",
        layer=name,
        geometry_type=shape,
        promote_to_multi=shape.startswith("Multi"),
        append=path.exists(),
        dataset_options=_DATASET_OPTIONS,
        layer_options=_layer_options(taken),
    )


def storable(frame: GeoDataFrame) -> GeoDataFrame:
    """Return a frame as a GeoPackage can hold it, in EPSG:4490.

    Column names that differ only in case get a number; days become ``YYYY-MM-DD`` texts; columns
    of mixed values become text.
    """
    names = [name for name in frame.columns if name != frame.geometry.name]
    columns = {
        label: _column(frame[name]) for name, label in zip(names, column_labels(names), strict=True)
    }
    table = pd.DataFrame(columns, index=frame.index).reset_index(drop=True)
    geometry = np.asarray(frame.geometry.array, dtype=object)
    return GeoDataFrame(table, geometry=geometry, crs=CGCS2000)


def column_labels(names: Iterable[object]) -> list[str]:
    """Return column names as a GeoPackage can hold them: those that differ in case only numbered.

    Examples
    --------
    >>> column_labels(["name", "NAME", "class"])
    ['name', 'NAME_2', 'class']
    """
    labels: list[str] = []
    taken: set[str] = set()
    for name in names:
        label, number = str(name), 2
        while label.lower() in taken:
            label, number = f"{name}_{number}", number + 1
        taken.add(label.lower())
        labels.append(label)
    return labels


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
