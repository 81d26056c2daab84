"""Elevation models: a GeoTIFF of ground elevations, opened with its systems known or refused.

Only the windows around the sites are read. Horizontal system and vertical datum are written in the
file or said by the user; neither is guessed.
"""

from __future__ import annotations

import hashlib
import math
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import rasterio
import shapely
from pyproj import CRS
from rasterio.errors import RasterioError
from rasterio.windows import Window

from geo_toolkit.errors import BoundaryError, OptionError, UnknownName
from geo_toolkit.geodesy import Datum, datum_of, from_geographic, to_geographic

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray
    from rasterio.io import DatasetReader
    from shapely.geometry.base import BaseGeometry

__all__ = ["DEFAULT_ACCURACY_M", "VERTICAL_DATUMS", "ElevationModel", "ElevationWindow"]

DEFAULT_ACCURACY_M = 10.0
"""Vertical accuracy (95 %) where neither the file nor the user states one; own assumption, wide
enough for the free global models in hilly country."""

VERTICAL_DATUMS: dict[str, float] = {"1985": 0.0, "egm2008": 1.0, "egm96": 2.0}
"""Vertical datums that are taken, with what each adds to the inaccuracy in the 1985 datum, in m."""

MOST_CELLS = 1_000_000
"""Cells around one site; a finer model of so large a site says no more about it."""

_WORDS = {
    "1985": ("1985 height", "1985 national height", "yellow sea 1985", "1985国家高程"),
    "egm2008": ("egm2008", "egm08", "egm 2008"),
    "egm96": ("egm96", "egm1996", "egm 96"),
}
_DATUM_TAGS = ("vertical_datum", "vert_datum", "height_datum")
_ACCURACY_TAGS = ("vertical_accuracy_m", "accuracy_m", "vertical_accuracy")
_METRES = ("", "m", "metre", "meter", "metres", "meters")
_MARGIN_CELLS = 2
_BLOCK = 1 << 20


@dataclass(frozen=True)
class ElevationWindow:
    """Elevations around one site, with where the corners and centres of the cells lie.

    Attributes
    ----------
    values_m
        Rows by columns; NaN where the model has no data.
    centre
        Rows by columns by 2: x and y of the centres, in the CRS that was asked for.
    corner
        One row and one column more: x and y of the corners.
    """

    values_m: NDArray[np.float64]
    centre: NDArray[np.float64]
    corner: NDArray[np.float64]


@dataclass(frozen=True)
class ElevationModel:
    """A ground elevation model, as ``open`` finds it.

    Attributes
    ----------
    crs
        Its horizontal system, on CGCS2000 or WGS 84.
    vertical_datum
        One of ``VERTICAL_DATUMS``.
    vertical_basis, accuracy_basis
        ``declared`` (in the file), ``assumed by option``, or ``default``.
    accuracy_m
        Bound on the error of an elevation for 95 % of it, in the model's own datum.
    """

    path: Path
    sha256: str
    crs: CRS
    datum: Datum
    vertical_datum: str
    vertical_basis: str
    accuracy_m: float
    accuracy_basis: str

    @classmethod
    def open(
        cls, path: str | Path, *, datum: str | None = None, accuracy_m: float | None = None
    ) -> ElevationModel:
        """Return the elevation model in a GeoTIFF, a COG too.

        Parameters
        ----------
        datum
            Its vertical datum, a key of ``VERTICAL_DATUMS``, where the file states none.
        accuracy_m
            Its vertical accuracy in metres; goes before what the file states.

        Raises
        ------
        BoundaryError
            If the file cannot be read, is not one band of metres, or does not say in which
            systems its positions and elevations are.
        OptionError
            If ``datum`` contradicts the file, or ``accuracy_m`` is not a number from 0.
        UnknownName
            If ``datum`` is none that is taken.
        """
        file = Path(path)
        if datum is not None and datum not in VERTICAL_DATUMS:
            raise UnknownName("vertical datum", datum, VERTICAL_DATUMS, where="--dem-datum")
        if accuracy_m is not None and not 0 <= accuracy_m < math.inf:
            raise OptionError(f"--dem-accuracy-m: expected metres from 0, got {accuracy_m:g}")
        with _opened(file) as source:
            _check_grid(file.name, source)
            crs = _horizontal(file.name, source)
            tags = {k.lower(): v for k, v in {**source.tags(), **source.tags(1)}.items()}
            stated = _stated_datum(file.name, source, tags)
        if datum and stated and datum != stated:
            raise OptionError(
                f"--dem-datum {datum}: {file.name} itself says {stated}; leave the option out"
            )
        if not (datum or stated):
            raise BoundaryError(
                file.name, "", "a vertical datum", "none",
                f"say it with --dem-datum {'|'.join(VERTICAL_DATUMS)}",
            )  # fmt: skip
        own = _stated_accuracy(tags)
        known = _own_datum(file.name, crs)
        return cls(
            path=file,
            sha256=_sha256(file),
            crs=crs,
            datum=known,
            vertical_datum=stated or datum or "",
            vertical_basis="declared" if stated else "assumed by option",
            accuracy_m=next((a for a in (accuracy_m, own) if a is not None), DEFAULT_ACCURACY_M),
            accuracy_basis=(
                "assumed by option" if accuracy_m is not None
                else "declared" if own is not None else "default"
            ),
        )  # fmt: skip

    @property
    def crs_name(self) -> str:
        """The code of its horizontal system, or the system's name where it has none."""
        code = self.crs.to_authority()
        return ":".join(code) if code else str(self.crs.name)

    @property
    def error_m(self) -> float:
        """Bound on the error of an elevation taken as one of the 1985 datum, in metres."""
        return self.accuracy_m + VERTICAL_DATUMS[self.vertical_datum]

    def around(self, site: BaseGeometry, crs: CRS) -> ElevationWindow | None:
        """Return the cells around a site; None where the model lies apart from it.

        Parameters
        ----------
        site
            In degrees, CGCS2000.
        crs
            The metric CRS in which the cells are to be placed.

        Raises
        ------
        BoundaryError
            If the elevations cannot be read.
        OptionError
            If the window has more than ``MOST_CELLS`` cells.
        """
        with _opened(self.path) as source:
            grid = _Grid(source)
            here = from_geographic(np.array([site], dtype=object), self.crs)[0]
            left, top, right, low = grid.window(shapely.get_coordinates(here))
            rows, columns = low - top, right - left
            if rows <= 0 or columns <= 0:
                return None
            if rows * columns > MOST_CELLS:
                raise OptionError(
                    f"--dem {self.path.name}: {rows * columns} cells around one site; expected at "
                    f"most {MOST_CELLS}; give a coarser model"
                )
            values = _values(source, Window(left, top, columns, rows))
        column, row = np.meshgrid(np.arange(columns + 1.0) + left, np.arange(rows + 1.0) + top)
        return ElevationWindow(
            values,
            self._placed(*grid.place(column[:-1, :-1] + 0.5, row[:-1, :-1] + 0.5), crs),
            self._placed(*grid.place(column, row), crs),
        )

    def _placed(
        self, x: NDArray[np.float64], y: NDArray[np.float64], crs: CRS
    ) -> NDArray[np.float64]:
        """Return positions of the model's grid in another CRS, as an array of x and y."""
        points = np.asarray(shapely.points(x.ravel(), y.ravel()), dtype=object)
        moved = from_geographic(to_geographic(points, self.crs), crs)
        placed: NDArray[np.float64] = shapely.get_coordinates(moved).reshape(*x.shape, 2)
        return placed


class _Grid:
    """The rows and columns of a raster, and where they lie."""

    def __init__(self, source: DatasetReader) -> None:
        step = source.transform
        self._step = np.array([[step.a, step.b], [step.d, step.e]])
        self._origin = np.array([step.c, step.f])
        self._shape = source.width, source.height

    def place(
        self, column: NDArray[np.float64], row: NDArray[np.float64]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return x and y of positions in columns and rows."""
        (a, b), (d, e) = self._step
        return a * column + b * row + self._origin[0], d * column + e * row + self._origin[1]

    def window(self, xy: NDArray[np.float64]) -> tuple[int, int, int, int]:
        """Return left, top, right and bottom of the cells round some points."""
        at = (xy - self._origin) @ np.linalg.inv(self._step).T
        first = np.maximum(0, np.floor(at.min(axis=0)).astype(int) - _MARGIN_CELLS)
        last = np.minimum(self._shape, np.ceil(at.max(axis=0)).astype(int) + _MARGIN_CELLS)
        return int(first[0]), int(first[1]), int(last[0]), int(last[1])


@contextmanager
def _opened(file: Path) -> Iterator[DatasetReader]:
    """Open a GeoTIFF and nothing else; what GDAL says of it becomes one line."""
    if not file.is_file():
        raise BoundaryError(file.name, "", "a GeoTIFF", "no such file", "correct --dem")
    try:
        with (
            rasterio.Env(GTIFF_REPORT_COMPD_CS=True),
            rasterio.open(file, driver="GTiff") as source,
        ):
            yield source
    except RasterioError as error:
        raise BoundaryError(
            file.name, "", "a GeoTIFF of ground elevations", "something that cannot be read as one",
            "export the model again as GeoTIFF",
        ) from error  # fmt: skip


def _check_grid(name: str, source: DatasetReader) -> None:
    if source.count != 1:
        raise BoundaryError(name, "", "one band of elevations", f"{source.count}", "keep one band")
    if np.dtype(source.dtypes[0]).kind not in "iuf":
        raise BoundaryError(name, "", "numbers", source.dtypes[0], "export elevations in metres")
    unit = (source.units[0] or "").strip().lower()
    if unit not in _METRES:
        raise BoundaryError(name, "", "elevations in metres", unit, "convert them to metres")
    if source.transform.is_identity:
        raise BoundaryError(
            name, "", "a georeferenced grid", "none", "add the position of its corner and cell size"
        )


def _system(source: DatasetReader) -> CRS | None:
    return None if source.crs is None else CRS.from_wkt(source.crs.to_wkt())


def _horizontal(name: str, source: DatasetReader) -> CRS:
    """Return the system of positions, without that of elevations."""
    system = _system(source)
    if system is None:
        raise BoundaryError(
            name, "", "a coordinate system", "none",
            "write it into the file, for example with gdal_edit -a_srs",
        )  # fmt: skip
    flat = system.sub_crs_list[0] if system.is_compound else system.to_2d()
    _own_datum(name, flat)
    return flat


def _own_datum(name: str, crs: CRS) -> Datum:
    known = datum_of(crs)
    if known not in (Datum.CGCS2000, Datum.WGS84):
        raise BoundaryError(
            name, "", "CGCS2000 or WGS 84", crs.name, "reproject the elevation model to CGCS2000"
        )
    return known


def _stated_datum(name: str, source: DatasetReader, tags: dict[str, str]) -> str | None:
    """Return the vertical datum that the file states; None where it states none."""
    system = _system(source)
    stated = ""
    if system is not None and system.is_compound:
        upright = system.sub_crs_list[1]
        stated = f"{upright.name} {upright.datum.name if upright.datum else ''}"
        factors = [axis.unit_conversion_factor for axis in upright.axis_info]
        if any(not math.isclose(factor, 1.0) for factor in factors):
            raise BoundaryError(
                name, "", "elevations in metres", upright.axis_info[0].unit_name,
                "convert them to metres",
            )  # fmt: skip
    elif system is not None and len(system.axis_info) == 3:
        stated = f"ellipsoidal heights ({system.name})"
    stated = stated or next((tags[key] for key in _DATUM_TAGS if tags.get(key)), "")
    if not stated.strip():
        return None
    text = stated.lower()
    for datum, words in _WORDS.items():
        if text.strip() == datum or any(word in text for word in words):
            return datum
    raise BoundaryError(
        name, "", f"a vertical datum of {', '.join(VERTICAL_DATUMS)}", stated.strip(),
        "convert the elevations to the 1985 national height datum",
    )  # fmt: skip


def _stated_accuracy(tags: dict[str, str]) -> float | None:
    for key in _ACCURACY_TAGS:
        try:
            value = float(tags.get(key, "").strip().lower().removesuffix("m"))
        except ValueError:
            continue
        if 0 <= value < math.inf:
            return value
    return None


def _values(source: DatasetReader, window: Window) -> NDArray[np.float64]:
    read = source.read(1, window=window, masked=True).astype(float)
    scaled = read * source.scales[0] + source.offsets[0]
    values: NDArray[np.float64] = np.ma.filled(scaled, np.nan)
    values[~np.isfinite(values)] = np.nan
    return values


def _sha256(file: Path) -> str:
    digest = hashlib.sha256()
    with file.open("rb") as stream:
        while block := stream.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()
