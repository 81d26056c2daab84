"""One table of a delivery as plain values, to be carried from one process to another, and back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import shapely

from geo_toolkit.boundary.crs_basis import System, parse_declared
from geo_toolkit.catalogue.delivery import Delivered
from geo_toolkit.catalogue.text import day_texts, is_date_column
from geo_toolkit.errors import BoundaryError
from geo_toolkit.geodesy import Datum

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["carried_delivery", "delivery_of"]

Plain = dict[str, Any]  # values that `messages` carries


def carried_delivery(delivered: Delivered) -> Plain:
    """Return a table as plain values; geometry to the last bit, days as text."""
    system = delivered.system
    return {
        "file": delivered.path.name,
        "name": delivered.name,
        "format": delivered.format,
        "sha256": delivered.sha256,
        "encoding": delivered.encoding,
        "encoding_basis": delivered.encoding_basis,
        "columns": [_carried(str(n), values) for n, values in delivered.columns.items()],
        "geometry": shapely.to_wkb(delivered.geometry, output_dimension=2).tolist(),
        "crs": system.crs.to_wkt(),
        "basis": system.basis,
        "datum": system.datum.value,
    }


def delivery_of(plain: Plain, folder: Path) -> Delivered:
    """Return the table carried in plain values.

    Parameters
    ----------
    folder
        Where its file lies in this process.

    Raises
    ------
    BoundaryError
        If its coordinate system is written in no way that is taken.
    """
    file = str(plain["file"])
    crs = parse_declared(str(plain["crs"]), file, "the file")
    if crs is None:
        raise BoundaryError(file, "", "a coordinate system", "none", "name it with crs")
    columns = {str(n): _column(kind, values) for n, kind, values in plain["columns"]}
    geometry = shapely.from_wkb(np.array([*plain["geometry"], None], dtype=object))[:-1]
    return Delivered(
        path=folder / file,
        name=str(plain["name"]),
        format=str(plain["format"]),
        sha256=str(plain["sha256"]),
        columns=pd.DataFrame(columns, index=range(len(geometry))),
        geometry=geometry,
        system=System(crs, str(plain["basis"]), Datum(plain["datum"])),
        encoding=str(plain["encoding"]),
        encoding_basis=str(plain["encoding_basis"]),
    )


def _carried(name: str, values: pd.Series) -> tuple[str, str, list[Any]]:
    """Return a column's name, kind and values; "" for the kind where they are of no one type."""
    if isinstance(values.dtype, np.dtype) and values.dtype.kind in "biuf":
        return name, values.dtype.str, values.tolist()
    held = day_texts(values) if is_date_column(values) else values.astype(object)
    return name, "", [_plain(value) for value in held.tolist()]


def _plain(value: object) -> object:
    """Return a cell as a number, text, list or nothing."""
    if isinstance(value, np.ndarray | list | tuple):
        return [_plain(part) for part in value]
    if value is None or value is pd.NA or value is pd.NaT or value != value:
        return None
    if isinstance(value, np.generic):
        return value.item()
    return value if isinstance(value, str | int | float | bool) else str(value)


def _column(kind: str, values: list[Any]) -> pd.Series:
    held = pd.Series(values, dtype=object)
    return held.astype(np.dtype(kind)) if kind else held
