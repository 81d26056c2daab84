"""A delivered table too large to be held in memory: read in batches, as often as needed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow as pa
import pyogrio
import shapely
from pyproj import CRS

from geo_toolkit.boundary.crs_basis import decide_system, parse_declared
from geo_toolkit.boundary.gdal import quiet_gdal
from geo_toolkit.catalogue.containers import DRIVERS
from geo_toolkit.catalogue.delivery import Delivered
from geo_toolkit.catalogue.keys import FALLBACK_KEYS
from geo_toolkit.errors import BoundaryError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from geo_toolkit.boundary.options import ReadOptions
    from geo_toolkit.catalogue.containers import DeliveredTable, OpenDelivery

__all__ = ["MANY_FEATURES", "Batch", "LargeTable", "open_large"]

MANY_FEATURES = 200_000
"""A table of more features than this is never held in memory whole."""

BATCH = 50_000
_SUFFIXES = (".gpkg", ".gdb", ".fgb")
_STREAM_ERRORS = (OSError, ValueError, RuntimeError, pa.ArrowException)


@dataclass(frozen=True)
class Batch:
    """Some features of a table, in file order.

    Attributes
    ----------
    delivered
        The batch as a delivery of its own.
    columns
        Its attributes as Arrow holds them, by name; the types are those of the whole table.
    """

    delivered: Delivered
    columns: dict[str, pa.Array]


@dataclass(frozen=True)
class LargeTable:
    """A table of a delivery that is open, with what is known of it before its features are read.

    Attributes
    ----------
    head
        The table as a delivery without features: name, file, hash, coordinate system.
    features
        How many it has.
    """

    head: Delivered
    path: Path
    table: str | None
    features: int

    def attributes(self, names: Iterable[str]) -> pd.DataFrame:
        """Return some columns, whatever case their names have, without those that are not there."""
        held = [str(name) for name in pyogrio.read_info(self.path, layer=self.table)["fields"]]
        wanted = {name.lower() for name in names}
        chosen = [name for name in held if name.lower() in wanted]
        if not chosen:
            return pd.DataFrame(index=range(self.features))
        frame: pd.DataFrame = pyogrio.read_dataframe(
            self.path, layer=self.table, columns=chosen, read_geometry=False,
            datetime_as_string=True,
        )  # fmt: skip
        return frame

    def candidates(self) -> pd.DataFrame:
        """Return the columns that may be the key, all rows of them, and the other names empty."""
        names = [str(name) for name in pyogrio.read_info(self.path, layer=self.table)["fields"]]
        frame = self.attributes(FALLBACK_KEYS)
        others = {name: None for name in names if name not in frame.columns}
        return frame.assign(**others)[names]

    def batches(self) -> Iterator[Batch]:
        """Return the features, some at a time.

        Raises
        ------
        BoundaryError
            If the file turns out to be damaged.
        """
        try:
            with (
                quiet_gdal(),
                pyogrio.open_arrow(
                    self.path, layer=self.table, batch_size=BATCH, use_pyarrow=True,
                    datetime_as_string=True,
                ) as (meta, reader),
            ):  # fmt: skip
                geometry = meta["geometry_name"] or "wkb_geometry"
                for record in reader:
                    if record.num_rows:
                        yield self._batch(record, geometry)
        except _STREAM_ERRORS as error:
            raise BoundaryError(
                self.head.path.name, f"table {self.head.name!r}", "a whole file of its format",
                "one that is damaged, cut or of another kind", "export and send it again",
            ) from error  # fmt: skip

    def _batch(self, record: pa.RecordBatch, geometry: str) -> Batch:
        columns = {name: record.column(name) for name in record.schema.names if name != geometry}
        wkb = record.column(geometry).to_numpy(zero_copy_only=False)
        shapes = shapely.force_2d(shapely.from_wkb(wkb, on_invalid="ignore"))
        table = pa.table(columns).to_pandas() if columns else pd.DataFrame(index=range(len(wkb)))
        delivered = replace(self.head, columns=table, geometry=np.asarray(shapes, dtype=object))
        return Batch(delivered, columns)


def open_large(
    delivery: OpenDelivery, table: DeliveredTable, options: ReadOptions
) -> LargeTable | None:
    """Return a table to be read in batches; None where it is small, or of a format read whole.

    Raises
    ------
    BoundaryError
        If nothing tells its coordinate system.
    """
    if table.suffix not in _SUFFIXES:
        return None
    driver, name = DRIVERS[table.suffix]
    try:
        with quiet_gdal():
            info = pyogrio.read_info(table.path, layer=table.table, force_feature_count=True)
            if info["driver"] != driver or info["features"] <= MANY_FEATURES:
                return None
            if not info["geometry_type"] or not _is_plain(table):
                return None
    except _STREAM_ERRORS:
        return None  # reading it whole says what is wrong
    declared = None
    file = delivery.path.name
    if info["crs"]:
        wkt = CRS.from_user_input(info["crs"]).to_wkt()
        declared = parse_declared(wkt, file, f"table {table.name!r}")
    system = decide_system(file, options, declared=declared, source=f"table {table.name!r}")
    head = Delivered(
        delivery.path, table.name, name, delivery.sha256, pd.DataFrame(),
        np.empty(0, dtype=object), system, "UTF-8", f"declared (the {name} format)",
        options.datum_params,
    )  # fmt: skip
    return LargeTable(head, table.path, table.table, int(info["features"]))


def _is_plain(table: DeliveredTable) -> bool:
    """Whether all attributes are texts, numbers or yes and no, which are stored as they come."""
    with pyogrio.open_arrow(
        table.path, layer=table.table, use_pyarrow=True, datetime_as_string=True,
    ) as (meta, reader):  # fmt: skip
        geometry = meta["geometry_name"] or "wkb_geometry"
        return all(
            pa.types.is_string(field.type)
            or pa.types.is_large_string(field.type)
            or pa.types.is_integer(field.type)
            or pa.types.is_floating(field.type)
            or pa.types.is_boolean(field.type)
            for field in reader.schema
            if field.name != geometry
        )
