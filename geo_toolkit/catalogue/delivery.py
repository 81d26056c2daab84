"""One table of a delivery, read whole: features, coordinate system, encoding, all with a ground."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import shapely
from geopandas import GeoDataFrame
from pyogrio.errors import DataLayerError, DataSourceError, FeatureError, GeometryError
from pyproj import CRS

from geo_toolkit.boundary import shapefile
from geo_toolkit.boundary.crs_basis import System, decide_system, parse_declared
from geo_toolkit.boundary.gdal import quiet_gdal
from geo_toolkit.catalogue.containers import DRIVERS, open_delivery
from geo_toolkit.catalogue.features import lonlat_of
from geo_toolkit.errors import BoundaryError, LayerError
from geo_toolkit.geodesy import to_geographic

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from geo_toolkit.boundary.datum_params import DatumParameters
    from geo_toolkit.boundary.options import ReadOptions
    from geo_toolkit.boundary.submission import Submission
    from geo_toolkit.catalogue.containers import DeliveredTable, OpenDelivery

__all__ = ["Delivered", "read_delivered_table", "read_delivery"]

_ERRORS = (DataSourceError, DataLayerError, FeatureError, GeometryError, OSError, ValueError)
_WGS84 = 4326
_FAMILIES = {"point": (0, 4), "line": (1, 5), "polygon": (3, 6)}


@dataclass(frozen=True)
class Delivered:
    """One table as it was delivered.

    Attributes
    ----------
    name
        The table's name.
    columns
        The attributes, in file order.
    geometry
        Geometries in ``system.crs``, x east and y north (or lon, lat), heights dropped; None
        where a feature has none or one that cannot be read.
    """

    path: Path
    name: str
    format: str
    sha256: str
    columns: pd.DataFrame
    geometry: NDArray[np.object_]
    system: System
    encoding: str
    encoding_basis: str
    parameters: DatumParameters | None = None

    @property
    def lonlat(self) -> NDArray[np.object_]:
        """The geometries in CGCS2000 degrees; WGS 84 is taken as equal.

        Web datums are unshifted, and a local datum is converted by the parameters given.
        """
        if self.parameters is not None and self.system.datum.needs_parameters:
            local = to_geographic(self.geometry, self.system.crs)
            return self.parameters.to_cgcs2000(local, file=self.path.name)
        return lonlat_of(self.geometry, self.system.crs, self.system.datum)

    @property
    def family(self) -> str:
        """``point``, ``line`` or ``polygon``: what most of the features are."""
        kinds = shapely.get_type_id(self.geometry)
        counts = {name: int(np.isin(kinds, ids).sum()) for name, ids in _FAMILIES.items()}
        return max(("polygon", "line", "point"), key=lambda name: counts[name])


def read_delivery(path: Path, options: ReadOptions) -> Delivered:
    """Return the one table of a delivery that is meant.

    Raises
    ------
    BoundaryError
        If the file cannot be read, or not without guessing.
    LayerError
        If it holds no table, or several without ``--layer``.
    """
    with open_delivery(path) as delivery:
        return read_delivered_table(delivery, delivery.choose(options.layer), options)


def read_delivered_table(
    delivery: OpenDelivery, table: DeliveredTable, options: ReadOptions
) -> Delivered:
    """Return one table of an open delivery.

    Raises
    ------
    BoundaryError
        If it cannot be read, or not without guessing.
    """
    name = DRIVERS[table.suffix][1]
    if table.suffix == ".shp":
        read = _of_submission(delivery, table, _shapefile(table, options))
        return replace(read, parameters=options.datum_params)
    frame, declared, default = _read(delivery.path.name, table)
    system = decide_system(
        delivery.path.name,
        options,
        declared=declared,
        source=f"table {table.name!r}",
        default=default,
        default_source="the GeoJSON standard",
    )
    geometry = shapely.force_2d(np.asarray(frame.geometry.array, dtype=object))
    columns = pd.DataFrame(frame.drop(columns=frame.geometry.name))
    return Delivered(
        delivery.path, table.name, name, delivery.sha256, columns, geometry, system,
        "UTF-8", f"declared (the {name} format)", options.datum_params,
    )  # fmt: skip


def _shapefile(table: DeliveredTable, options: ReadOptions) -> Submission:
    chosen = replace(options, layer=table.table)
    if table.table is None:
        return shapefile.read_parts(table.path, chosen)
    return shapefile.read_zip(table.path, chosen)


def _of_submission(delivery: OpenDelivery, table: DeliveredTable, read: Submission) -> Delivered:
    columns = pd.DataFrame(read.attributes, index=range(len(read.geometry)))
    return Delivered(
        delivery.path, table.name, read.format, delivery.sha256, columns,
        shapely.force_2d(read.geometry), read.system,
        read.encoding or "", read.encoding_basis or "",
    )  # fmt: skip


def _read(file: str, table: DeliveredTable) -> tuple[GeoDataFrame, CRS | None, CRS | None]:
    """Return features, the system the file declares, and the one its standard says."""
    driver = DRIVERS[table.suffix][0]
    try:
        with quiet_gdal():
            if table.suffix == ".parquet":
                frame = gpd.read_parquet(table.path)
                return frame, frame.crs, None
            info = pyogrio.read_info(table.path, layer=table.table)
            if info["driver"] != driver:
                raise BoundaryError(
                    file, "", f"a {DRIVERS[table.suffix][1]}", f"a dataset of {info['driver']}",
                    "export and send it again",
                )  # fmt: skip
            frame = pyogrio.read_dataframe(
                table.path, layer=table.table, datetime_as_string=True, on_invalid="ignore"
            )
    except BoundaryError:
        raise
    except (*_ERRORS, shapely.errors.GEOSException):
        raise BoundaryError(
            file, f"table {table.name!r}", "a whole file of its format",
            "one that is damaged, cut or of another kind", "export and send it again",
        ) from None  # fmt: skip
    if not isinstance(frame, GeoDataFrame):
        raise LayerError(f"{file} table {table.name!r}: expected geometry, got none; choose "
                         "another with --layer")  # fmt: skip
    declared = None
    if frame.crs is not None:
        declared = parse_declared(frame.crs.to_wkt(), file, f"table {table.name!r}")
    if driver == "GeoJSON" and (declared is None or declared.to_epsg() == _WGS84):
        return frame, None, CRS.from_epsg(_WGS84)
    return frame, declared, None
