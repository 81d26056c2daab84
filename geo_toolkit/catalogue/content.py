"""The features of one version, as they are stored and compared: every row, nothing mended."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyogrio
import shapely
from geopandas import GeoDataFrame

from geo_toolkit.catalogue.dialects import with_names
from geo_toolkit.catalogue.keys import KeyChoice, choose_key, with_key
from geo_toolkit.catalogue.packing import single_parts
from geo_toolkit.catalogue.text import texts
from geo_toolkit.errors import LayerError
from geo_toolkit.geodesy import CGCS2000, area_m2, from_geographic

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray
    from pyproj import CRS

    from geo_toolkit.catalogue.definition import LayerDefinition
    from geo_toolkit.catalogue.delivery import Delivered

__all__ = [
    "areal_parts",
    "areas_m2",
    "content_of_delivery",
    "content_of_version",
    "feature_keys",
    "metric_shapes",
    "own_accuracy_m",
]

_CHUNK = 50_000
_POLYGONAL = (3, 6)
_COLLECTION = 7


def content_of_delivery(
    definition: LayerDefinition, delivered: Delivered, *, key: str | None
) -> tuple[GeoDataFrame, KeyChoice]:
    """Return a delivery as it will be stored, and the column its keys came from.

    Coordinates are in CGCS2000 degrees, the keys are text in the definition's key column, and
    only the features that the definition's ``where`` lets through are kept.

    Parameters
    ----------
    key
        The layer's key column; None to take the first that fits.

    Raises
    ------
    LayerError
        If there is no key column, or not the column that the definition filters by.
    """
    file = delivered.path.name
    choice = choose_key(delivered.columns, key, file=file)
    columns = with_names(delivered.columns, definition.role)
    columns = with_key(columns, choice, definition.key)
    frame = GeoDataFrame(columns, geometry=single_parts(delivered.lonlat), crs=CGCS2000)
    if definition.where is not None:
        column = definition.where.column
        if column not in frame.columns:
            raise LayerError(
                f"{file}: expected the column {column!r}, which layer {definition.id} filters by, "
                "got none; add it"
            )
        frame = frame[texts(frame[column]).isin(definition.where.values)]
    return frame.reset_index(drop=True), choice


def content_of_version(path: Path) -> GeoDataFrame:
    """Return the features in a version's GeoPackage.

    Raises
    ------
    LayerError
        If the file is absent or damaged.
    """
    if not path.is_file():
        raise LayerError(f"{path.name}: the version's file is missing; run: layers doctor")
    try:
        frame = pyogrio.read_dataframe(path, on_invalid="ignore")
    except (OSError, ValueError, RuntimeError) as error:
        raise LayerError(f"{path.name}: cannot be read; run: layers doctor") from error
    if not isinstance(frame, GeoDataFrame):
        return GeoDataFrame(frame, geometry=[], crs=CGCS2000)
    shapes = single_parts(np.asarray(frame.geometry.array, dtype=object))
    table = pd.DataFrame(frame.drop(columns=frame.geometry.name))
    return GeoDataFrame(table, geometry=shapes, crs=CGCS2000)


def feature_keys(frame: GeoDataFrame, key: str) -> NDArray[np.object_]:
    """Return each feature's key as text, those that repeat told apart by ``~2``, ``~3`` …."""
    if key not in frame.columns:
        return np.array([str(n) for n in range(len(frame))], dtype=object)
    values = texts(frame[key])
    again = values.groupby(values).cumcount().to_numpy()
    keys = values.to_numpy(dtype=object).copy()
    for row in np.flatnonzero(again):
        keys[row] = f"{keys[row]}~{again[row] + 1}"
    return keys


def metric_shapes(lonlat: NDArray[np.object_], crs: CRS) -> NDArray[np.object_]:
    """Return geometries in a metric CRS, invalid ones made valid."""
    moved = from_geographic(lonlat, crs)
    bad = ~shapely.is_valid(moved) & ~shapely.is_missing(moved)
    moved[bad] = shapely.make_valid(moved[bad])
    return moved


def areal_parts(shapes: NDArray[np.object_]) -> NDArray[np.object_]:
    """Return the polygonal part of each shape, an empty polygon where there is none."""
    kinds = shapely.get_type_id(shapes)
    result: NDArray[np.object_] = np.asarray(shapes, dtype=object).copy()
    result[~np.isin(kinds, _POLYGONAL)] = shapely.Polygon()
    for row in np.flatnonzero(kinds == _COLLECTION):
        parts = shapely.get_parts(shapes[row])
        areal = parts[np.isin(shapely.get_type_id(parts), _POLYGONAL)]
        result[row] = shapely.union_all(areal) if len(areal) else shapely.Polygon()
    return result


def areas_m2(lonlat: NDArray[np.object_], crs: CRS) -> NDArray[np.float64]:
    """Return each feature's area on the ellipsoid in m², 0 where it is no polygon.

    Parameters
    ----------
    lonlat
        Geometries in CGCS2000 degrees; None counts as 0.
    crs
        The metric CRS whose straight lines the edges are.
    """
    areas = np.zeros(len(lonlat))
    kinds = shapely.get_type_id(lonlat)
    rows = np.flatnonzero(np.isin(kinds, _POLYGONAL))
    for start in range(0, len(rows), _CHUNK):
        chunk = rows[start : start + _CHUNK]
        areas[chunk] = area_m2(metric_shapes(lonlat[chunk], crs), crs)
    return areas


def own_accuracy_m(frame: GeoDataFrame) -> float:
    """Return the largest inaccuracy in metres that a feature states of itself, 0 without any."""
    if "accuracy_m" not in frame.columns:
        return 0.0
    own = pd.to_numeric(frame["accuracy_m"], errors="coerce")
    return float(own.max()) if own.notna().any() else 0.0
