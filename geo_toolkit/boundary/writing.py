"""A submitted file written in another format: whole or not at all, and no datum ever shifted."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import shapely
from pyproj import CRS

from geo_toolkit.boundary import (
    write_drawing,
    write_geojson,
    write_layers,
    write_shapefile,
    write_survey,
)
from geo_toolkit.boundary.crs_basis import System, is_same_system, label_of
from geo_toolkit.boundary.encoding import family_of
from geo_toolkit.boundary.extent import check_extent
from geo_toolkit.boundary.field_map import field_map_name
from geo_toolkit.boundary.mending import mend
from geo_toolkit.boundary.opening import read_submission
from geo_toolkit.boundary.options import ReadOptions
from geo_toolkit.boundary.outgoing import Outgoing, WriteOptions
from geo_toolkit.boundary.submission import to_sites
from geo_toolkit.boundary.survey_fields import head_of_fields, numbers_of
from geo_toolkit.boundary.words import say
from geo_toolkit.boundary.write_survey import false_easting_m
from geo_toolkit.errors import NotAvailable, OptionError, UnknownName
from geo_toolkit.geodesy import (
    CGCS2000,
    Datum,
    area_m2,
    datum_of,
    from_geographic,
    parse_crs,
    to_geographic,
    topology_crs,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from geo_toolkit.boundary.numbering import RingNumbers
    from geo_toolkit.boundary.sites import Sites
    from geo_toolkit.boundary.submission import Submission

__all__ = ["SUFFIXES", "Converted", "convert"]


class _Family(NamedTuple):
    """How a format is written, and which options it knows."""

    write: Callable[[Outgoing, Path, WriteOptions], None]
    options: frozenset[str] = frozenset()
    only_crs: CRS | None = None
    turns: bool = False  # outlines clockwise, whatever was submitted


_WGS84 = CRS.from_epsg(4326)
_FAMILIES = {
    ".txt": _Family(
        write_survey.write,
        frozenset({"prefix", "fields", "closing_point", "precision", "encoding"}),
    ),
    ".shp": _Family(write_shapefile.write_parts, frozenset({"encoding"}), turns=True),
    ".zip": _Family(write_shapefile.write_zip, frozenset({"encoding"}), turns=True),
    ".gdb": _Family(write_layers.write_geodatabase, turns=True),
    ".gpkg": _Family(write_layers.write_geopackage),
    ".geojson": _Family(write_geojson.write_geojson),
    ".json": _Family(write_geojson.write_geojson),
    ".kml": _Family(write_geojson.write_kml, only_crs=_WGS84),
    ".dxf": _Family(write_drawing.write_dxf),
    ".xlsx": _Family(write_drawing.write_xlsx, frozenset({"closing_point"})),
    ".parquet": _Family(write_layers.write_geoparquet),
}
SUFFIXES = tuple(_FAMILIES)
"""Suffixes that can be written; ``.zip`` is a zipped shapefile."""
_NAMES = {"closing_point": "--no-closing-point", "encoding": "--to-encoding"}
_METRES = (".txt", ".dxf")


@dataclass(frozen=True)
class Converted:
    """What was written.

    Attributes
    ----------
    paths
        The files, the one asked for first.
    crs
        Label of the system of the numbers written.
    notes
        Repairs, warnings, and what the format cannot hold; ``words.in_words`` says them in Chinese.
    sites
        The sites that were read.
    """

    paths: tuple[Path, ...]
    features: int
    crs: str
    notes: tuple[str, ...]
    sites: Sites


def convert(
    source: str | Path,
    target: str | Path,
    *,
    to_crs: CRS | str | None = None,
    write: WriteOptions | None = None,
    # the options of read_sites, whatever their number
    **options: Any,  # noqa: ANN401
) -> Converted:
    """Return what was written to ``target``, whose suffix says the format.

    The numbers stay as they were submitted unless ``to_crs`` or the format asks for another
    system of the same datum. CGCS2000 and WGS 84 are taken as equal, and that is said.

    Parameters
    ----------
    to_crs
        System to write, such as ``EPSG:4523``; that of the file by default.
    write
        How to write, where the format leaves a choice.
    options
        As ``read_sites`` takes them.

    Raises
    ------
    BoundaryError
        If the file cannot be read, or not without guessing.
    OptionError
        If an option does not fit the format, or the target cannot be written.
    NotAvailable
        If another datum would have to be written.
    UnknownName
        If the suffix is none that is written.
    """
    source, target, chosen = Path(source), Path(target), write or WriteOptions()
    family = _family(target, chosen)
    if target.resolve() == source.resolve():
        raise OptionError(f"--to {target}: expected another file than the one read; rename it")
    reading = ReadOptions.of(**options)
    wanted = parse_crs(to_crs) if isinstance(to_crs, str) else to_crs
    submission = read_submission(source, reading)
    sites = to_sites(submission, reading)
    outgoing = _outgoing(submission, sites, reading, target.stem)
    crs = _target_crs(outgoing, target, family, wanted)
    outgoing = replace(_in_system(outgoing, crs, target), turns=family.turns)
    paths = _write_whole(outgoing, target, family, chosen)
    label = label_of(outgoing.crs)
    return Converted(paths, len(sites), label, tuple(outgoing.notes), sites)


def _family(target: Path, options: WriteOptions) -> _Family:
    """Return the format of a file name, once the options are found to be its own."""
    suffix = target.suffix.lower()
    if suffix not in _FAMILIES:
        raise UnknownName("format", suffix or target.name, SUFFIXES, where="what is written")
    family = _FAMILIES[suffix]
    default = WriteOptions()
    for name in ("prefix", "fields", "closing_point", "precision", "encoding"):
        given = getattr(options, name)
        if given != getattr(default, name) and name not in family.options:
            shown = _NAMES.get(name, f"--{name}")
            raise OptionError(
                f"{shown}: expected a format that has this choice, got {suffix}; leave {shown} out"
            )
    if options.fields not in (8, 9):
        raise OptionError(f"--fields {options.fields}: expected 8 or 9; write 9")
    if options.encoding not in ("gbk", "utf-8"):
        family_of(options.encoding)
        raise OptionError(f"--to-encoding {options.encoding}: expected gbk or utf-8; write gbk")
    return family


def _outgoing(submission: Submission, sites: Sites, options: ReadOptions, stem: str) -> Outgoing:
    """Return sound polygons with their notes, in the file's own system where its datum is ours."""
    source = sites.inputs[0]
    notes: list[str] = [
        say("repair", place=one.place, what=one.what, change=one.area_change_m2)
        for one in source.repairs
    ]
    notes += source.warnings
    system, lonlat = submission.system, sites.frame.geometry.to_numpy()
    is_own = system.datum in (Datum.CGCS2000, Datum.WGS84) and options.corridor_m is None
    rows = sites.frame["attributes"].tolist()
    geometry, crs = lonlat, CGCS2000
    numbers: list[tuple[RingNumbers, ...] | None] = []
    header = dict(source.header)
    if is_own:
        in_degrees = bool(system.crs.is_geographic)
        file, crs = submission.path.name, system.crs
        geometry, _ = mend(submission.geometry, submission.places, file=file, in_degrees=in_degrees)
        numbers, geometry, rows, lost = numbers_of(submission, geometry, rows)
        notes += [say("numbers_anew", count=lost)] if lost else []
    told, rows = head_of_fields(rows)
    header |= told
    metric = topology_crs(tuple(shapely.total_bounds(lonlat)))
    return Outgoing(
        stem=stem,
        geometry=geometry,
        crs=crs,
        names=sites.frame["name"].tolist(),
        attributes=rows,
        stated_ha=sites.frame["stated_area_ha"].to_numpy(float),
        area_ha=area_m2(from_geographic(lonlat, metric), metric) / 10_000,
        header=header,
        notes=notes,
        numbers=numbers,
    )


def _target_crs(outgoing: Outgoing, target: Path, family: _Family, wanted: CRS | None) -> CRS:
    """Return the system to write."""
    if family.only_crs is not None:
        if wanted is not None and not is_same_system(wanted, family.only_crs):
            raise OptionError(
                f"{target.name}: expected no --crs, since the standard of the format says "
                f"{label_of(family.only_crs)}, got --crs {label_of(wanted)}; leave --crs out"
            )
        return family.only_crs
    if wanted is not None:
        if datum_of(wanted) not in (Datum.CGCS2000, Datum.WGS84):
            raise NotAvailable(
                f"--crs {label_of(wanted)}: expected a system on CGCS2000 or WGS 84, got "
                f"{wanted.name}; no other datum is written"
            )
        return wanted
    if target.suffix.lower() in _METRES and outgoing.crs.is_geographic:
        middle = float(np.mean(shapely.total_bounds(outgoing.geometry)[[0, 2]]))
        zone = round(middle / 3)
        raise OptionError(
            f"{target.name}: expected a system in metres, got {label_of(outgoing.crs)} in degrees; "
            f"name one with --crs, such as EPSG:{4513 + zone - 25} (3-degree zone {zone}, its "
            f"number in front) or EPSG:{4534 + zone - 25} (without)"
        )
    return outgoing.crs


def _in_system(outgoing: Outgoing, crs: CRS, target: Path) -> Outgoing:
    """Return the polygons in another system of the same datum; equal numbers are left alone."""
    own = outgoing.crs
    if label_of(crs) == label_of(own):
        return replace(outgoing, crs=crs)
    if datum_of(crs) is not datum_of(own):
        outgoing.note(say("taken_as_equal", own=label_of(own), other=label_of(crs)))
    header = {k: v for k, v in outgoing.header.items() if k != "转换参数"}
    lonlat = to_geographic(outgoing.geometry, own)
    moved = lonlat if crs.is_geographic else from_geographic(lonlat, crs)
    if is_same_system(crs, own):  # of projected systems, but for the false easting
        added_m = 0.0 if crs.is_geographic else false_easting_m(crs) - false_easting_m(own)
        shift = np.array([added_m, 0.0])
        moved = shapely.transform(outgoing.geometry, lambda xy: xy + shift)
    places = [f"plot {n}" for n in range(1, len(moved) + 1)]
    system = System(crs, "", Datum.CGCS2000)
    check_extent(moved, lonlat, places, system, file=target.name)
    return replace(outgoing, geometry=moved, crs=crs, header=header)


def _write_whole(
    outgoing: Outgoing, target: Path, family: _Family, options: WriteOptions
) -> tuple[Path, ...]:
    """Write beside the target first, then put everything in place."""
    folder, suffix = target.parent, target.suffix.lower()
    _refuse_foreign_folder(target)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".convert-", dir=folder) as working:
            family.write(outgoing, Path(working) / target.name, options)
            made = sorted(Path(working).iterdir(), key=lambda one: (one.name != target.name, one))
            old = [target.with_name(field_map_name(target.stem))] if suffix == ".shp" else []
            return _put_all(made, old, folder)
    except OSError as error:
        raise OptionError(
            f"--to {target}: cannot be written ({error.strerror or error}); close the file where "
            "it is open, or name another one"
        ) from error


def _refuse_foreign_folder(target: Path) -> None:
    """Refuse to replace a folder that is no file geodatabase."""
    if target.is_dir() and not (target.suffix.lower() == ".gdb" and _is_geodatabase(target)):
        raise OptionError(f"--to {target}: expected a file, got a folder; name another one")


def _is_geodatabase(folder: Path) -> bool:
    return (folder / "a00000001.gdbtable").is_file()


def _put_all(made: list[Path], old: list[Path], folder: Path) -> tuple[Path, ...]:
    """Move what was made to its place; if one cannot be, put back what was replaced."""
    with tempfile.TemporaryDirectory(prefix=".replaced-", dir=folder) as keeping:
        kept, moved = Path(keeping), list[Path]()
        try:
            for path in [*old, *(folder / path.name for path in made)]:
                if path.exists():
                    path.replace(kept / path.name)
            for path in made:
                moved.append(path.replace(folder / path.name))
        except OSError:
            for path in moved:
                shutil.rmtree(path) if path.is_dir() else path.unlink()
            for path in kept.iterdir():
                path.replace(folder / path.name)
            raise
    return tuple(moved)
