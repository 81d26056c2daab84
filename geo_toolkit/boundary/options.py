"""What a user may say about a submitted file, checked once at the door."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from geo_toolkit.boundary.datum_params import read_parameters
from geo_toolkit.boundary.encoding import family_of
from geo_toolkit.errors import OptionError
from geo_toolkit.geodesy import Datum, parse_crs

if TYPE_CHECKING:
    from pyproj import CRS

    from geo_toolkit.boundary.datum_params import DatumParameters

__all__ = ["MAX_CORRIDOR_M", "ReadOptions"]

MAX_CORRIDOR_M = 5000.0


@dataclass(frozen=True)
class ReadOptions:
    """The options of reading, common to all formats.

    Attributes
    ----------
    crs
        Coordinate system of the numbers in the file, or None where the file tells.
    datum
        Datum of the numbers, or None where the file tells.
    encoding
        Name of a text encoding, or None to find out.
    layer
        Name of the layer to read from a file with several.
    corridor_m
        Full width of the corridors of centrelines, in metres, or None for polygons.
    datum_params
        Local parameters from Xian 1980 or Beijing 1954 to CGCS2000, or None.
    """

    crs: CRS | None = None
    datum: Datum | None = None
    encoding: str | None = None
    layer: str | None = None
    corridor_m: float | None = None
    datum_params: DatumParameters | None = None

    @classmethod
    def of(
        cls,
        crs: CRS | str | None = None,
        datum: Datum | str | None = None,
        encoding: str | None = None,
        layer: str | None = None,
        *,
        corridor_m: float | None = None,
        datum_params: str | Path | None = None,
    ) -> ReadOptions:
        """Return the options from what a user typed.

        Raises
        ------
        OptionError
            If the CRS, the datum or the encoding is unknown, or the width is none.
        DefinitionError
            If the file of local parameters is wrong.

        Examples
        --------
        >>> ReadOptions.of(crs="EPSG:4523", datum="cgcs2000").datum
        <Datum.CGCS2000: 'cgcs2000'>
        """
        if encoding is not None:
            family_of(encoding)
        return cls(
            crs=parse_crs(crs) if isinstance(crs, str) else crs,
            datum=_datum(datum),
            encoding=encoding,
            layer=layer,
            corridor_m=_width(corridor_m),
            datum_params=None if datum_params is None else read_parameters(Path(datum_params)),
        )


def _width(corridor_m: float | None) -> float | None:
    """Return a width that a corridor can have."""
    if corridor_m is None or 0 < corridor_m <= MAX_CORRIDOR_M:
        return corridor_m
    raise OptionError(
        f"--corridor-m {corridor_m:g}: expected the full width in metres, more than 0 and at most "
        f"{MAX_CORRIDOR_M:g}; correct it"
    )


def _datum(value: Datum | str | None) -> Datum | None:
    """Return the datum of that name, or None."""
    if value is None:
        return None
    try:
        return Datum(value)
    except ValueError:
        known = ", ".join(Datum)
        raise OptionError(f"unknown datum {value!r}; expected one of {known}") from None
