"""Reading of a private copy through GDAL, by one named driver, without a word on the console."""

from __future__ import annotations

import logging
import warnings
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING, Any

import numpy as np
import pyogrio
import shapely
from pyogrio.errors import CRSError, DataLayerError, DataSourceError, FeatureError, GeometryError

from geo_toolkit.boundary.attributes import plain_value
from geo_toolkit.boundary.words import say
from geo_toolkit.errors import BoundaryError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from numpy.typing import NDArray

__all__ = ["Table", "list_layers", "quiet_gdal", "read_table"]

ARC_STEP_DEG = 0.25
"""Curves become chords of this angle: within 2.4 mm of the arc at a radius of 1 km."""
_UNKNOWN = -1
_ONE_AT_A_TIME = Lock()
_ERRORS = (
    DataSourceError,
    DataLayerError,
    FeatureError,
    GeometryError,
    CRSError,
    ValueError,
    IndexError,  # pyogrio 0.13, where a dataset has no layer left
    UnboundLocalError,  # pyogrio 0.13, where GDAL cannot export a layer's system
)


@dataclass(frozen=True)
class Table:
    """Geometries and attributes of one layer, in file order.

    ``crs`` is what GDAL says of the layer, or None; ``closed`` the rows with an open ring, closed.
    """

    geometry: NDArray[np.object_]
    attributes: list[dict[str, Any]]  # the values are whatever the applicant submitted
    crs: str | None
    warnings: list[str]
    closed: list[int]


@contextmanager
def quiet_gdal() -> Iterator[list[str]]:
    """Collect what GDAL and numpy would say on standard error.

    Python's filters of warnings belong to the whole process, so one thread reads at a time.
    """
    with _ONE_AT_A_TIME, _collected() as said:
        yield said


@contextmanager
def _collected() -> Iterator[list[str]]:
    """Collect log records and warnings until the end of the block."""
    said: list[str] = []
    logger = logging.getLogger("pyogrio")
    handler = _Collector(said)
    propagate = logger.propagate
    logger.addHandler(handler)
    logger.propagate = False
    try:
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            yield said
        said.extend(str(warning.message) for warning in caught)
    finally:
        logger.removeHandler(handler)
        logger.propagate = propagate


def list_layers(path: Path, *, file: str) -> list[tuple[str, str]]:
    """Return name and geometry type of each layer of a dataset.

    Raises
    ------
    BoundaryError
        If GDAL cannot open it.
    """
    try:
        with quiet_gdal():
            return [(str(name), str(kind or "")) for name, kind in pyogrio.list_layers(path)]
    except _ERRORS:
        raise _unreadable(file, "") from None


def read_table(
    path: Path, *, driver: str, file: str, layer: str | None = None, encoding: str | None = None
) -> Table:
    """Return one layer of a dataset that must be of the driver named.

    Parameters
    ----------
    path
        A private copy; nothing of the user's path reaches GDAL.
    file
        The name of the submitted file, for messages.

    Raises
    ------
    BoundaryError
        If the dataset is of another driver, damaged or cut.
    """
    place = f"layer {layer!r}" if layer else ""
    try:
        with quiet_gdal() as said:
            pyogrio.set_gdal_config_options({"OGR_ARC_STEPSIZE": str(ARC_STEP_DEG)})
            info = pyogrio.read_info(path, layer=layer, encoding=encoding)
            if info["driver"] != driver:
                raise _unreadable(file, place)
            meta, _, wkb, columns = pyogrio.raw.read(
                path, layer=layer, encoding=encoding, datetime_as_string=True
            )
            rows = len(columns[0]) if wkb is None and len(columns) else 0
            geometry, closed = _shapes(wkb if wkb is not None else np.full(rows, None, object))
    except (*_ERRORS, shapely.errors.GEOSException):
        raise _unreadable(file, place) from None
    if len(geometry) != info["features"] != _UNKNOWN:
        raise BoundaryError(
            file, place, f"{info['features']} features", f"{len(geometry)}", "export it again"
        )
    names = [str(name) for name in meta["fields"]]
    attributes, omitted = _plain_rows(names, columns, len(geometry))
    remarks = [say("binary_column", name=name) for name in omitted]
    if shapely.has_z(geometry).any() or shapely.has_m(geometry).any():
        remarks.append(say("heights_or_measures"))
    if any(word in str(info["geometry_type"]) for word in ("Curve", "Surface")):
        remarks.append(say("arcs_gdal", step_deg=ARC_STEP_DEG))
    unique = [say("gdal", text=text) for text in dict.fromkeys(" ".join(t.split()) for t in said)]
    return Table(geometry, attributes, meta["crs"], [*unique, *remarks], closed)


def _shapes(wkb: NDArray[np.object_]) -> tuple[NDArray[np.object_], list[int]]:
    """Return the geometries, and the rows whose open rings had to be closed."""
    geometry = shapely.from_wkb(wkb, on_invalid="ignore")
    lost = shapely.is_missing(geometry) & np.array([item is not None for item in wkb], dtype=bool)
    rows = np.flatnonzero(lost)
    if len(rows):
        geometry[rows] = shapely.from_wkb(wkb[rows], on_invalid="fix")
    return geometry, rows.tolist()


def _plain_rows(
    # columns of any type
    names: list[str],
    columns: list[NDArray[Any]],
    count: int,
) -> tuple[list[dict[str, Any]], list[str]]:
    """Return rows of plain JSON values, and the names of the columns left out."""
    kept: dict[str, list[Any]] = {}
    omitted = []
    for name, column in zip(names, columns, strict=True):
        values = [plain_value(value) for value in column.tolist()]
        if any(isinstance(value, bytes) for value in values):
            omitted.append(name)
        else:
            kept[name] = values
    return [{name: kept[name][row] for name in kept} for row in range(count)], omitted


def _unreadable(file: str, place: str) -> BoundaryError:
    return BoundaryError(
        file, place, "a whole file of its format", "one that is damaged, cut or of another kind",
        "export and send it again",
    )  # fmt: skip


class _Collector(logging.Handler):
    """Keeps log records as text."""

    def __init__(self, said: list[str]) -> None:
        super().__init__(logging.WARNING)
        self.said = said

    def emit(self, record: logging.LogRecord) -> None:
        """Keep one record."""
        self.said.append(record.getMessage())
