"""What a user may say about a submitted file, checked once at the door."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from geo_toolkit.boundary.encoding import family_of
from geo_toolkit.errors import OptionError
from geo_toolkit.geodesy import Datum, parse_crs

if TYPE_CHECKING:
    from pyproj import CRS

__all__ = ["ReadOptions"]


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
    """

    crs: CRS | None = None
    datum: Datum | None = None
    encoding: str | None = None
    layer: str | None = None

    @classmethod
    def of(
        cls,
        crs: CRS | str | None = None,
        datum: Datum | str | None = None,
        encoding: str | None = None,
        layer: str | None = None,
    ) -> ReadOptions:
        """Return the options from what a user typed.

        Raises
        ------
        OptionError
            If the CRS, the datum or the encoding is unknown.

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
