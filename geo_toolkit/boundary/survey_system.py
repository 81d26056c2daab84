"""Which system survey points are in: the head, the numbers and the options together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyproj import CRS

from geo_toolkit.boundary.crs_basis import (
    System,
    decide_system,
    gauss_kruger,
    horizontal,
    is_same_system,
    label_of,
    refuse_local_datum,
)
from geo_toolkit.boundary.words import say
from geo_toolkit.errors import BoundaryError, OptionError
from geo_toolkit.geodesy import CGCS2000, Datum, datum_of

if TYPE_CHECKING:
    from geo_toolkit.boundary.options import ReadOptions
    from geo_toolkit.boundary.survey_header import Header
    from geo_toolkit.boundary.survey_numbers import Numbers

__all__ = ["decide_survey_system", "zone_of"]

_WGS84 = CRS.from_epsg(4326)
_DEGREES = {
    Datum.CGCS2000: CGCS2000,
    Datum.XIAN80: CRS.from_epsg(4610),
    Datum.BEIJING54: CRS.from_epsg(4214),
}
_ZONES = {3: range(25, 46), 6: range(13, 24)}


def decide_survey_system(
    header: Header, numbers: Numbers, options: ReadOptions, *, file: str
) -> System:
    """Return the system of survey points.

    Datum from the head, else from an option; zone from the prefix of the eastings and the head,
    which must agree, else from ``--crs``.

    Raises
    ------
    BoundaryError
        If datum or zone is not told, or told twice and differently.
    OptionError
        If an option contradicts the head.
    NotAvailable
        If the datum needs local parameters.
    """
    header.check_projection()
    datum, is_declared = header.datum(), True
    if datum is not None:
        refuse_local_datum(datum, file, header.place_of("datum"), options)
    else:
        is_declared, datum = False, _datum_by_option(options, file)
    if numbers.in_degrees:
        crs = _DEGREES.get(datum, _WGS84)
        return _settle(crs, say("in_degrees"), header, options, file, is_declared=is_declared)
    zone, width, evidence = zone_of(header, numbers, file)
    if zone is None or width is None:
        lacking = "带号, or Y with the zone number in front"
        return _zone_by_option(header, datum, options, file, lacking, is_declared=is_declared)
    crs_of_zone = gauss_kruger(datum, width, zone, prefixed=numbers.prefix is not None)
    if crs_of_zone is None and datum is Datum.CGCS2000:
        raise BoundaryError(
            file, header.place_of("zone"), f"a {width}-degree zone of China", f"{zone}",
            "correct 带号 or the prefix of Y",
        )  # fmt: skip
    if crs_of_zone is None:
        lacking = f"a coded Gauss-Krüger system on {datum}"
        return _zone_by_option(header, datum, options, file, lacking, is_declared=is_declared)
    return _settle(crs_of_zone, evidence, header, options, file, is_declared=is_declared)


def _datum_by_option(options: ReadOptions, file: str) -> Datum:
    """Return the datum that an option names, for a head that names none."""
    if options.crs is not None:
        return decide_system(file, options).datum
    if options.datum is not None:
        refuse_local_datum(options.datum, file, f"--datum {options.datum}", options)
        return options.datum
    raise BoundaryError(
        file, "head", "坐标系 (such as 2000国家大地坐标系)", "none",
        "add it to the head, or name the system with --crs, such as EPSG:4523 or EPSG:4544",
    )  # fmt: skip


def zone_of(header: Header, numbers: Numbers, file: str) -> tuple[int | None, int | None, str]:
    """Return zone, width and evidence; None where they are not told."""
    zone, width, place = header.zone(), header.width(), header.place_of("zone")
    meridian = header.meridian_deg()
    if numbers.prefix is not None:
        if zone is not None and zone != numbers.prefix:
            raise BoundaryError(
                file, place, f"zone {numbers.prefix}, the prefix of Y", f"{zone}",
                "correct 带号 or the prefix, which contradict each other",
            )  # fmt: skip
        zone, evidence = numbers.prefix, say("prefix", zone=numbers.prefix)
    elif zone is None and meridian is not None:
        zone, width = _zone_at(meridian, width or 3, header, file), width or 3
        evidence = say("meridian_said", place=header.place_of("meridian"), meridian=meridian)
    else:
        evidence = say("zone_said", place=place, zone=zone)
    if zone is None:
        return None, width, ""
    own = next((w for w, zones in _ZONES.items() if zone in zones), None)
    if width is not None and own is not None and own != width:
        raise BoundaryError(
            file, header.place_of("width"), f"{own} (zone {zone} is a {own}-degree zone)",
            f"{width}", "correct 几度分带 or the zone",
        )  # fmt: skip
    width = width or own
    if meridian is not None and width is not None and meridian != _meridian_of(zone, width):
        raise BoundaryError(
            file, header.place_of("meridian"), f"{_meridian_of(zone, width)} (zone {zone})",
            f"{meridian:g}", "correct 中央子午线 or the zone, which contradict each other",
        )  # fmt: skip
    return zone, width, evidence


def _meridian_of(zone: int, width: int) -> int:
    """Return the central meridian of a zone, in degrees."""
    return zone * 3 if width == 3 else zone * 6 - 3


def _zone_at(meridian: float, width: int, header: Header, file: str) -> int:
    """Return the zone of a central meridian, which must be that of a standard zone."""
    zone = round(meridian / 3 if width == 3 else (meridian + 3) / 6)
    if _meridian_of(zone, width) != meridian:
        raise BoundaryError(
            file, header.place_of("meridian"), f"the meridian of a {width}-degree zone",
            f"{meridian:g}", "submit the boundary in a standard zone of CGCS2000",
        )  # fmt: skip
    return zone


def _settle(
    crs: CRS, evidence: str, header: Header, options: ReadOptions, file: str, *, is_declared: bool
) -> System:
    """Return the system found in the file, held against the options."""
    if is_declared:
        source = say("datum_from", source=header.place_of("datum"), evidence=evidence)
        return decide_system(file, options, declared=crs, source=source)
    if options.crs is None:
        datum = options.datum if options.datum is not None else Datum.CGCS2000
        return System(
            crs, say("option_and", option=f"--datum {options.datum}", evidence=evidence), datum
        )
    if not is_same_system(crs, horizontal(options.crs, file, "--crs")):
        raise OptionError(
            f"{file}: expected {label_of(crs)}, which the numbers say ({evidence}), got --crs "
            f"{label_of(options.crs)}; leave --crs out and give --datum, or correct the file"
        )
    chosen = decide_system(file, options)
    return System(crs, say("basis_and", basis=chosen.basis, evidence=evidence), chosen.datum)


def _zone_by_option(
    header: Header,
    datum: Datum,
    options: ReadOptions,
    file: str,
    lacking: str,
    *,
    is_declared: bool,
) -> System:
    """Return the system that ``--crs`` names, for eastings whose zone nothing tells."""
    if options.crs is None:
        raise BoundaryError(
            file, "head", lacking, "none",
            "correct the head, or name the system with --crs, such as EPSG:4544 (105E)",
        )  # fmt: skip
    if datum_of(options.crs) is not datum and is_declared:
        raise OptionError(
            f"{file}: expected a system on {datum}, which {header.place_of('datum')} says, got "
            f"--crs {label_of(options.crs)}; correct one of the two"
        )
    return decide_system(file, options)
