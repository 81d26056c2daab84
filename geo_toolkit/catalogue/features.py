"""The features of a data file, as a frame in CGCS2000 degrees that every analysis relies on.

What makes the data unfit does not raise: it is returned as a fault, because an unreadable layer
must stop its role from being cleared without hiding what the other layers say.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import shapely
from geopandas import GeoDataFrame

from geo_toolkit.catalogue.definition import Evidence, LayerDefinition
from geo_toolkit.catalogue.layer import FEATURE_NAME_COLUMNS
from geo_toolkit.catalogue.packing import single_parts
from geo_toolkit.catalogue.text import first_line, texts
from geo_toolkit.errors import DefinitionError, LayerError, NotAvailable
from geo_toolkit.geodesy import (
    CGCS2000,
    Datum,
    datum_of,
    parse_crs,
    to_geographic,
    web_to_wgs84,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from numpy.typing import NDArray
    from pyproj import CRS
    from shapely.geometry.base import BaseGeometry

__all__ = [
    "DATA_SUFFIXES",
    "checked_crs",
    "data_path",
    "feature_count",
    "lonlat_of",
    "own_accuracy_of_file",
    "read_features",
    "read_polygons",
    "read_raw",
    "read_stored",
    "shaped_features",
]

Box = tuple[float, float, float, float]
DATA_SUFFIXES = (".geojson", ".json", ".gpkg", ".parquet", ".fgb")
WEB_DATUM_ERROR_M = 20.0
_FAMILY = {"point": (0, 4), "line": (1, 5), "polygon": (3, 6)}


def data_path(definition: LayerDefinition, folder: Path) -> Path:
    """Return the data file of a layer, beside its definition.

    Raises
    ------
    NotAvailable
        If the data is a PostGIS table.
    DefinitionError
        If the file is not of a kind that layers may have, or lies outside the folder.
    """
    where = f"{definition.id}.toml key 'data'"
    if definition.data.startswith(("postgresql:", "postgres:")):
        raise NotAvailable(f"{where}: a PostGIS table is no file; publish a version of it first")
    path = folder / definition.data
    if path.suffix.lower() not in DATA_SUFFIXES:
        raise DefinitionError(
            f"{where}: expected one of {', '.join(DATA_SUFFIXES)}, got {definition.data!r}"
        )
    if not _is_inside(path, folder, _inode(path)):
        raise DefinitionError(f"{where}: {definition.data!r} lies outside the layer's folder")
    return path


@lru_cache(maxsize=1024)
def _is_inside(path: Path, folder: Path, inode: int) -> bool:  # noqa: ARG001 (a new file, a new look)
    return path.resolve().is_relative_to(folder.resolve())


def _inode(path: Path) -> int:
    """Return the number of a file or link; 0 where there is none."""
    try:
        return path.lstat().st_ino
    except OSError:
        return 0


def read_features(
    definition: LayerDefinition,
    path: Path,
    windows: Sequence[tuple[Box, str | None]] | None = None,
) -> tuple[GeoDataFrame, str | None]:
    """Return the features of a layer in EPSG:4490 degrees, and what is wrong with them, if so.

    The frame has the columns that ``Layer.frame`` promises. With a fault it holds what could be
    read, so that its hits still stand.

    Parameters
    ----------
    windows
        Boxes in the layer's CRS of the parts to read, each with a condition in SQL or None; all
        features without.

    Raises
    ------
    DefinitionError
        If the definition contradicts itself (datum against CRS).
    NotAvailable
        If the datum needs local parameters.
    """
    return shaped_features(definition, lambda: _read_windows(path, windows))


def shaped_features(
    definition: LayerDefinition, read: Callable[[], GeoDataFrame]
) -> tuple[GeoDataFrame, str | None]:
    """Return the features that a reading gives, in EPSG:4490 degrees, and what is wrong with them.

    Parameters
    ----------
    read
        Gives the features as they stand in their source; what it raises becomes the fault.

    Raises
    ------
    DefinitionError
        If the definition contradicts itself (datum against CRS).
    NotAvailable
        If the datum needs local parameters, or a driver is not installed.
    """
    crs = checked_crs(definition)
    try:
        raw = read()
        faults = _faults(definition, raw, crs)
        frame = _shaped(definition, raw, crs)
    except (LayerError, OSError, ValueError, RuntimeError) as error:
        return _empty(), f"cannot be read ({first_line(error)})"
    if frame.index.has_duplicates:
        faults.append(f"key {definition.key!r} is not unique")
    return frame, "; ".join(faults) or None


def read_stored(
    definition: LayerDefinition,
    path: Path,
    windows: Sequence[tuple[Box, str | None]] | None = None,
) -> tuple[GeoDataFrame, str | None]:
    """Return the features of a version's GeoPackage, and what is wrong with them, if so.

    Parameters
    ----------
    definition
        With what the version says; its datum is that of the delivery, whose coordinates were
        brought to CGCS2000 when the version was published.
    windows
        West, south, east, north in degrees of the parts to read, each with a condition in SQL on
        the columns or None; all features without.
    """
    try:
        raw = _read_windows(path, windows)
        faults = _faults(definition, raw, CGCS2000)
        raw = raw.set_geometry(single_parts(raw.geometry.to_numpy()), crs=CGCS2000)
        frame = _shaped(definition, raw, CGCS2000, is_moved=True)
    except (LayerError, OSError, ValueError, RuntimeError) as error:
        return _empty(), f"cannot be read ({first_line(error)})"
    if frame.index.has_duplicates:
        faults.append(f"key {definition.key!r} is not unique")
    return frame, "; ".join(faults) or None


def _read_windows(path: Path, windows: Sequence[tuple[Box, str | None]] | None) -> GeoDataFrame:
    """Return the features that touch any of the windows, each once, in the file's order."""
    if windows is None:
        return read_raw(path)
    if not path.is_file():
        raise LayerError(f"no file {path.name}")
    parts = [
        pyogrio.read_dataframe(path, bbox=box, where=where, fid_as_index=True)
        for box, where in windows
    ]
    joined = pd.concat(parts) if len(parts) > 1 else parts[0]
    once = joined[~joined.index.duplicated()].sort_index().reset_index(drop=True)
    return GeoDataFrame(once, geometry=joined.geometry.name, crs=parts[0].crs)


def feature_count(definition: LayerDefinition, path: Path) -> int:
    """Return how many features a data file holds for a layer, without reading their geometry."""
    if definition.where is None:
        return int(pyogrio.read_info(path, force_feature_count=True)["features"])
    column = definition.where.column
    table = pyogrio.read_dataframe(path, columns=[column], read_geometry=False)
    return int(texts(table[column]).isin(definition.where.values).sum())


def own_accuracy_of_file(path: Path) -> float:
    """Return the largest ``accuracy_m`` that a data file's features state, 0 without any."""
    try:
        if "accuracy_m" not in pyogrio.read_info(path)["fields"]:
            return 0.0
        table = pyogrio.read_dataframe(path, columns=["accuracy_m"], read_geometry=False)
    except (OSError, ValueError, RuntimeError):
        return 0.0  # reading the features says what is wrong
    own = pd.to_numeric(table["accuracy_m"], errors="coerce")
    return float(own.max()) if own.notna().any() else 0.0


def read_polygons(path: Path) -> BaseGeometry:
    """Return the union of the polygons in a coverage file, in CGCS2000 degrees.

    Raises
    ------
    LayerError
        If the file cannot be read or holds no polygon.
    """
    try:
        frame = read_raw(path)
        crs = frame.crs or parse_crs("EPSG:4326")
        union = shapely.union_all(shapely.make_valid(to_geographic(frame.geometry.array, crs)))
    except (OSError, ValueError, RuntimeError) as error:
        raise LayerError(f"coverage {path.name} cannot be read ({first_line(error)})") from error
    if union.is_empty or union.area == 0:
        raise LayerError(f"coverage {path.name} holds no polygon; give one or say 'none'")
    geometry: BaseGeometry = union
    return geometry


def checked_crs(definition: LayerDefinition) -> CRS:
    """Return the CRS that a definition names.

    Raises
    ------
    DefinitionError
        If the datum contradicts it.
    NotAvailable
        If the datum needs local parameters.
    """
    where = f"{definition.id}.toml key 'datum'"
    crs = parse_crs(definition.crs)
    if definition.datum.needs_parameters:
        raise NotAvailable(f"{where}: {definition.datum.value} needs datum parameters, not in this")
    based_on = datum_of(crs)
    plain = (Datum.CGCS2000, Datum.WGS84)
    if definition.datum.is_web:
        if not crs.is_geographic or based_on not in plain:
            raise DefinitionError(
                f"{where}: {definition.datum.value} goes with degrees (EPSG:4326)"
            )
    elif based_on is not definition.datum:
        got = based_on.value if based_on else "another datum"
        raise DefinitionError(
            f"{where}: {definition.datum.value}, but {definition.crs} is on {got}"
        )
    return crs


def read_raw(path: Path) -> GeoDataFrame:
    """Return the features of a data file as they stand in it.

    Raises
    ------
    LayerError
        If there is no such file, or it has no geometry.
    """
    if not path.is_file():
        raise LayerError(f"no file {path.name}")
    if path.suffix.lower() == ".parquet":
        return gpd.read_parquet(path)
    frame = pyogrio.read_dataframe(path, fid_as_index=False)
    if not isinstance(frame, GeoDataFrame):
        if len(frame):
            raise LayerError("the file has no geometry")
        frame = GeoDataFrame(frame, geometry=[], crs=None)
    return frame


def _faults(definition: LayerDefinition, raw: GeoDataFrame, crs: CRS) -> list[str]:
    """Return what in the raw features forbids to conclude anything from their absence."""
    faults = []
    if raw.crs is not None and raw.crs.to_epsg() != 4326 and len(raw):
        same = raw.crs.equals(crs, ignore_axis_order=True) or raw.crs.to_epsg() == crs.to_epsg()
        if not same:
            raise LayerError(f"the file is in {raw.crs.name}, the definition says {crs.name}")
    if definition.key not in raw.columns and len(raw):
        raise LayerError(f"no column {definition.key!r}, which the definition names as the key")
    if definition.where and definition.where.column not in raw.columns and len(raw):
        raise LayerError(f"no column {definition.where.column!r}, which the definition filters by")
    if len(raw):
        kinds = shapely.get_type_id(raw.geometry.array)
        wrong = ~np.isin(kinds, _FAMILY[definition.geometry])
        missing = (kinds == -1) | shapely.is_empty(raw.geometry.array)
        if missing.any():
            faults.append(f"{int(missing.sum())} features without geometry")
        if (wrong & ~missing).any():
            n = int((wrong & ~missing).sum())
            faults.append(f"{n} features that are no {definition.geometry}")
    return faults


def _shaped(
    definition: LayerDefinition, raw: GeoDataFrame, crs: CRS, *, is_moved: bool = False
) -> GeoDataFrame:
    if not len(raw):
        return _empty()
    frame = raw.rename_geometry("geometry") if raw.geometry.name != "geometry" else raw.copy()
    if definition.where:
        frame = frame[texts(frame[definition.where.column]).isin(definition.where.values)]
    kinds = shapely.get_type_id(frame.geometry.array)
    usable = np.isin(kinds, _FAMILY[definition.geometry]) & ~shapely.is_empty(frame.geometry.array)
    frame = frame[usable]
    geometry = frame.geometry.to_numpy()
    geometry = geometry.copy() if is_moved else lonlat_of(geometry, crs, definition.datum)
    bad = ~shapely.is_valid(geometry)
    geometry[bad] = shapely.make_valid(geometry[bad])
    frame = GeoDataFrame(pd.DataFrame(frame.drop(columns="geometry")), geometry=geometry)
    frame = frame.set_crs(CGCS2000)
    frame.index = pd.Index(texts(frame[definition.key]), name=None, dtype=object)
    return _with_standing(definition, frame)


def _with_standing(definition: LayerDefinition, frame: GeoDataFrame) -> GeoDataFrame:
    """Return the frame with each feature's name, accuracy and evidence, its own before all."""
    names = pd.Series("", index=frame.index, dtype=object)
    for column in reversed(FEATURE_NAME_COLUMNS):
        if column in frame.columns:
            text = texts(frame[column])
            names = names.where(text == "", text)
    accuracy = pd.Series(definition.accuracy_m, index=frame.index, dtype=float)
    if "accuracy_m" in frame.columns:
        own = pd.to_numeric(frame["accuracy_m"], errors="coerce")
        accuracy = own.where(own >= 0, accuracy)
    if definition.datum.is_web:
        accuracy = accuracy + WEB_DATUM_ERROR_M
    evidence = pd.Series(definition.evidence.value, index=frame.index, dtype=object)
    if "evidence" in frame.columns:
        own_evidence = texts(frame["evidence"])
        evidence = own_evidence.where(own_evidence.isin([e.value for e in Evidence]), evidence)
    return frame.assign(feature_name=names, feature_accuracy_m=accuracy, feature_evidence=evidence)


def lonlat_of(geometry: NDArray[np.object_], crs: CRS, datum: Datum) -> NDArray[np.object_]:
    """Return geometries in CGCS2000 degrees; WGS 84 is taken as equal, web datums are unshifted."""
    lonlat = to_geographic(geometry, crs)
    return _from_web(lonlat, datum) if datum.is_web else lonlat


def _from_web(geometry: NDArray[np.object_], datum: Datum) -> NDArray[np.object_]:
    def move(xy: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.column_stack(web_to_wgs84(xy[:, 0], xy[:, 1], datum))

    moved: NDArray[np.object_] = shapely.transform(geometry, move)
    return moved


def _empty() -> GeoDataFrame:
    columns: dict[str, list[object]] = {
        "feature_name": [],
        "feature_accuracy_m": [],
        "feature_evidence": [],
    }
    return GeoDataFrame(columns, geometry=[], crs=CGCS2000, index=pd.Index([], dtype=object))
