"""Which coordinate system and datum a file's numbers are in, and on what ground.

The file's own word wins; an option may fill a gap or replace a default by standard, and is
refused where it contradicts the file. A datum that needs local parameters, or that is none of
ours, is refused: nothing is shifted silently.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from pyproj import CRS
from pyproj.exceptions import CRSError

from geo_toolkit.boundary.words import say
from geo_toolkit.errors import BoundaryError, NotAvailable, OptionError
from geo_toolkit.geodesy import CGCS2000, Datum, datum_of

if TYPE_CHECKING:
    from geo_toolkit.boundary.options import ReadOptions

__all__ = [
    "LOCAL_NAMES",
    "System",
    "decide_system",
    "gauss_kruger",
    "horizontal",
    "is_same_system",
    "label_of",
    "parse_declared",
    "refuse_local_datum",
]

_SAFE = re.compile(r"\s*([A-Za-z_]\w*\s*[\[(]|\{|[A-Za-z]{3,10}:|https?://www\.opengis\.net/)")
"""How a system is written in a file: WKT, PROJJSON, a code or a name of OGC; never PROJ's own."""
_OTHER_FILES = re.compile(r"(?i)\b(init|\w*grids|file)\s*=\s*(?!@null)|PARAMETERFILE")
_SYSTEM_HINT = "such as EPSG:4490 for degrees, EPSG:4523 or EPSG:4544 for metres"
_GAUSS_KRUGER = {
    # datum: width: (lowest zone, highest zone, code of the lowest with prefix, and without)
    Datum.CGCS2000: {3: (25, 45, 4513, 4534), 6: (13, 23, 4491, 4502)},
    Datum.XIAN80: {3: (25, 45, 2349, 2370), 6: (13, 23, 2327, 2338)},
    Datum.BEIJING54: {3: (25, 45, 2401, 2422), 6: (13, 23, 21413, 21453)},
}
_NAMELESS = ("unnamed", "unknown", "")
_LOCAL_DEGREES = {Datum.XIAN80: CRS.from_epsg(4610), Datum.BEIJING54: CRS.from_epsg(4214)}
LOCAL_NAMES = {Datum.XIAN80: "Xian 1980", Datum.BEIJING54: "Beijing 1954"}


@dataclass(frozen=True)
class System:
    """A horizontal coordinate system, the datum of its numbers, and why."""

    crs: CRS
    basis: str
    datum: Datum

    @property
    def label(self) -> str:
        """The code, or the name where no code is known."""
        return label_of(self.crs)


UNTOLD = System(CRS.from_epsg(3857), "", Datum.WGS84)
"""Stands in for a system in metres that nothing tells, where a file is read on past that."""


def decide_system(
    file: str,
    options: ReadOptions,
    *,
    declared: CRS | None = None,
    source: str = "",
    default: CRS | None = None,
    default_source: str = "",
) -> System:
    """Return the system of a file's numbers.

    Parameters
    ----------
    declared, source
        What the file itself says, and where it says so ("its .prj").
    default, default_source
        What the standard of the format says of a file that says nothing.

    Raises
    ------
    BoundaryError
        If nothing tells the system, or it is none that can be used.
    NotAvailable
        If its datum needs local parameters.
    OptionError
        If an option contradicts the file, or another option.
    """
    if declared is not None and not _leaves_datum_open(declared, options, file):
        flat = horizontal(declared, file, source)
        _refuse_contradiction(flat, options, file, source)
        return System(
            flat, say("declared", source=source), _usable_datum(flat, file, source, options)
        )
    if options.crs is not None:
        flat = horizontal(options.crs, file, "--crs")
        datum = _optional_datum(flat, options, file)
        named = f"--crs {label_of(flat)}" + (f" --datum {options.datum}" if options.datum else "")
        return System(flat, say("option", option=named), datum)
    if default is None:
        raise BoundaryError(
            file, source, "a coordinate system", "none",
            f"name the system of its numbers with --crs, {_SYSTEM_HINT}",
        )  # fmt: skip
    said = say("option", option=f"--datum {options.datum}")
    if options.datum is None:
        return System(
            default,
            say("declared", source=default_source),
            _usable_datum(default, file, "", options),
        )
    refuse_local_datum(options.datum, file, f"--datum {options.datum}", options)
    if options.datum.needs_parameters:
        return System(_LOCAL_DEGREES[options.datum], said, options.datum)
    crs = CGCS2000 if options.datum is Datum.CGCS2000 else default
    return System(crs, said, options.datum)


def horizontal(crs: CRS, file: str, source: str) -> CRS:
    """Return the horizontal part of a CRS, or refuse one that has no east and north.

    Raises
    ------
    BoundaryError
        If the CRS is geocentric, vertical, of engineering, or in units that are not read.
    """
    if crs.is_bound and crs.source_crs is not None:
        return horizontal(crs.source_crs, file, source)
    if crs.is_compound:
        return horizontal(crs.sub_crs_list[0], file, source)
    in_degrees = crs.is_geographic and np.isclose(
        crs.axis_info[0].unit_conversion_factor, np.pi / 180, rtol=1e-9
    )
    in_metres = crs.is_projected and crs.axis_info[0].unit_name == "metre"
    if not (in_degrees or in_metres):
        raise BoundaryError(
            file, source, "a projected system in metres or longitude and latitude in degrees",
            f"{crs.name} ({crs.type_name})",
            f"submit the boundary in CGCS2000, or name its system with --crs, {_SYSTEM_HINT}",
        )  # fmt: skip
    return crs


def parse_declared(text: str, file: str, source: str) -> CRS:
    """Return the CRS that a file's own text names.

    Raises
    ------
    BoundaryError
        If PROJ does not know it.
    """
    try:
        if _SAFE.match(text) is None or _OTHER_FILES.search(text) is not None:
            raise CRSError("not read")  # PROJ would open the files that it names
        return CRS.from_user_input(text)
    except CRSError:
        raise BoundaryError(
            file, source, "a known coordinate system", repr(text[:60]),
            f"correct it, {_SYSTEM_HINT}",
        ) from None  # fmt: skip


def label_of(crs: CRS) -> str:
    """Return ``EPSG:n`` where the registry has the system, else its name.

    Examples
    --------
    >>> label_of(CRS.from_wkt(CRS.from_epsg(4523).to_wkt("WKT1_ESRI")))
    'EPSG:4523'
    """
    code = crs.to_epsg()
    if code is not None:
        return f"EPSG:{code}"
    authority = crs.to_authority()
    if authority:
        return ":".join(authority)
    if crs.name.lower() in _NAMELESS and crs.is_projected and crs.coordinate_operation:
        central = _parameters(crs).get("Longitude of natural origin", 0.0)
        stated = crs.geodetic_crs.datum.name if crs.geodetic_crs and crs.geodetic_crs.datum else ""
        return f"{crs.coordinate_operation.method_name}, {central:g}E, {stated}"
    return crs.name


def is_same_system(a: CRS, b: CRS) -> bool:
    """Whether two systems place the same ground, whatever their names or axis order.

    Two Gauss-Krüger systems of one datum and central meridian are the same, with a zone prefix
    in the easting or without: the numbers themselves tell which form they have.

    Examples
    --------
    >>> is_same_system(CRS.from_epsg(4523), CRS.from_epsg(4544))
    True
    >>> is_same_system(CRS.from_epsg(4544), CRS.from_epsg(4545))
    False
    """
    if a.equals(b, ignore_axis_order=True):
        return True
    if datum_of(a) is None or datum_of(a) is not datum_of(b):
        return False
    if a.is_geographic and b.is_geographic:
        return True
    one, other = a.coordinate_operation, b.coordinate_operation
    if one is None or other is None or one.method_name != other.method_name:
        return False
    return _parameters(a) == _parameters(b)


def _parameters(crs: CRS) -> dict[str, float]:
    """Return the projection's parameters without the false easting of a zone."""
    operation = crs.coordinate_operation
    return {
        p.name: round(float(p.value), 9)
        for p in (operation.params if operation else ())
        if p.name != "False easting"
    }


def gauss_kruger(datum: Datum, width: int, zone: int, *, prefixed: bool) -> CRS | None:
    """Return the Gauss-Krüger system of a zone, or None where there is none.

    Parameters
    ----------
    width
        3 or 6 degrees.
    prefixed
        Whether eastings carry the zone number in front.

    Source
    ------
    The EPSG registry numbers the zones of a series in a row.

    Examples
    --------
    >>> [gauss_kruger(Datum.CGCS2000, 3, zone, prefixed=True).to_epsg() for zone in (25, 35, 45)]
    [4513, 4523, 4533]
    >>> gauss_kruger(Datum.CGCS2000, 6, 18, prefixed=False).to_epsg()
    4507
    """
    series = _GAUSS_KRUGER.get(datum, {}).get(width)
    if series is None or not series[0] <= zone <= series[1]:
        return None
    return CRS.from_epsg(series[2 if prefixed else 3] + zone - series[0])


def refuse_local_datum(datum: Datum, file: str, said: str, options: ReadOptions) -> None:
    """Refuse a datum that cannot be brought to CGCS2000 without local parameters.

    Raises
    ------
    NotAvailable
        For Xian 1980 and Beijing 1954 without ``--datum-params``.
    OptionError
        If the parameters are those of the other datum.
    """
    parameters = options.datum_params
    if not datum.needs_parameters:
        return
    if parameters is None:
        raise NotAvailable(
            f"{file}: expected CGCS2000 or WGS 84, got {LOCAL_NAMES[datum]} ({said}); that datum "
            "needs local parameters: give them with --datum-params FILE, or submit the boundary "
            "converted to CGCS2000"
        )
    if parameters.source is not datum:
        raise OptionError(
            f"{file}: expected parameters of {LOCAL_NAMES[datum]} ({said}), got those of "
            f"{LOCAL_NAMES[parameters.source]} ({parameters.file}); name the right file"
        )


def _leaves_datum_open(declared: CRS, options: ReadOptions, file: str) -> bool:
    """Whether a file's system names no datum and ``--crs`` says the same projection with one.

    Files of MapInfo and of some CAD programs state an ellipsoid only.
    """
    if options.crs is None or datum_of(declared) is not None:
        return False
    said = horizontal(options.crs, file, "--crs")
    if declared.is_geographic or said.is_geographic:
        return bool(declared.is_geographic and said.is_geographic)
    one, other = declared.coordinate_operation, said.coordinate_operation
    is_same = one is not None and other is not None and one.method_name == other.method_name
    return is_same and _parameters(declared) == _parameters(said)


def _usable_datum(crs: CRS, file: str, source: str, options: ReadOptions) -> Datum:
    """Return the datum of a CRS, refused where its numbers cannot be used as they are."""
    datum = datum_of(crs)
    if datum is None:
        raise BoundaryError(
            file, source, "a system on CGCS2000 or WGS 84", f"{crs.name}, of another datum",
            "submit the boundary converted to CGCS2000",
        )  # fmt: skip
    refuse_local_datum(datum, file, f"{source}: {crs.name}" if source else crs.name, options)
    return datum


def _optional_datum(crs: CRS, options: ReadOptions, file: str) -> Datum:
    """Return the datum of ``--crs`` and ``--datum`` together."""
    own, option = _usable_datum(crs, file, "--crs", options), options.datum
    if option is None or option is own:
        return own
    if option.is_web:
        return option
    refuse_local_datum(option, file, f"--datum {option}", options)
    raise OptionError(
        f"{file}: expected --datum {own} with --crs {label_of(crs)}, got --datum {option}; "
        "give one of the two"
    )


def _refuse_contradiction(declared: CRS, options: ReadOptions, file: str, source: str) -> None:
    """Refuse options that say another thing than the file does."""
    if options.crs is not None and not is_same_system(
        declared, horizontal(options.crs, file, "--crs")
    ):
        raise OptionError(
            f"{file}: expected {label_of(declared)} ({declared.name}), which {source} says, got "
            f"--crs {label_of(options.crs)}; leave --crs out, or correct the file"
        )
    if options.datum is not None and options.datum is not datum_of(declared):
        raise OptionError(
            f"{file}: expected the datum of {label_of(declared)} ({declared.name}), which {source} "
            f"says, got --datum {options.datum}; leave --datum out, or correct the file"
        )
