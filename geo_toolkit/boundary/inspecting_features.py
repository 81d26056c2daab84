"""GeoJSON feature by feature, and files of every other format, read on past their faults."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
from pyproj import CRS

from geo_toolkit.boundary import dxf, geojson, kml, wkt
from geo_toolkit.boundary.crs_basis import UNTOLD, decide_system
from geo_toolkit.boundary.faults import Fault, Faults
from geo_toolkit.boundary.inspecting_shapes import inspect_lines, inspect_shapes
from geo_toolkit.boundary.looked_at import LookedAt
from geo_toolkit.boundary.opening import read_zipped
from geo_toolkit.boundary.sites import Repair
from geo_toolkit.boundary.words import say
from geo_toolkit.errors import BoundaryError, GeoToolkitError
from geo_toolkit.geodesy import parse_crs

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from geo_toolkit.boundary.options import ReadOptions
    from geo_toolkit.boundary.submission import Submission

__all__ = ["look_at_any", "look_at_geojson"]

_PROVISIONAL_CRS = CRS.from_epsg(4490)
_READ_AGAIN_BYTES = 20_000_000
_SETTLED_BY_OPTION = {
    "datum_local",
    "datum_unconfirmed",
    "datum_unknown",
    "encoding",
    "system_unknown",
    "system_wrong",
}
_WHICH = re.compile(r"(?:placemark|entity at line|line) \d+")
_PATIENT: tuple[Callable[..., Submission], ...] = (dxf.read, kml.read, read_zipped, wkt.read)
"""Readers that read on past the faults of single entities, placemarks and geometries."""
_PROVISIONAL_ENCODINGS = (None, "gb18030", "utf-8")


def look_at_geojson(
    path: Path, options: ReadOptions, faults: Faults, *, is_sequence: bool = False
) -> LookedAt:
    """Note every fault of a GeoJSON document, and return what could be read of it."""
    file, attempt = path.name, faults.attempt
    decoded = attempt(geojson.text_of, path, options)
    text = decoded.text if decoded else path.read_bytes().decode("gb18030", errors="replace")
    document = _sequence(text, file, faults) if is_sequence else attempt(geojson.parse, text, file)
    features = None if document is None else attempt(geojson.features_of, document, file, attempt)
    if document is None or features is None:
        return LookedAt(geojson.FORMAT)
    declared = attempt(geojson.declared_system, document, file)
    system = None
    if declared is not None:
        system = attempt(
            decide_system, file, options,
            declared=declared[0],
            source="its crs member",
            default=None if declared[1] else parse_crs("EPSG:4326"),
            default_source=geojson.STANDARD,
        )  # fmt: skip
    reading = geojson.Reading(file, attempt=attempt)
    rows, shapes = [], []
    for n, feature in enumerate(features, start=1):
        if not feature:
            continue
        attempt(geojson.attributes_of, feature, f"feature {n}", file)
        shape = attempt(geojson.shape_of, feature.get("geometry"), f"feature {n}", reading)
        if shape is not None:
            rows.append(n)
            shapes.append(shape)
    for place in reading.closed:
        faults.add(Fault.of_repair(Repair(place, say("closed"))))
    made = np.empty(len(shapes), dtype=object)
    made[:] = shapes
    in_degrees = system is None or system.crs.is_geographic
    places = [say("feature", n=n) for n in rows]
    inspect = inspect_shapes if options.corridor_m is None else inspect_lines
    inspect(made, list(places), system, faults, file=file, in_degrees=in_degrees)
    labels = [str(n) for n in rows]
    return LookedAt(geojson.FORMAT, len(features), made, list(places), labels, in_degrees)


def _sequence(text: str, file: str, faults: Faults) -> dict[str, Any]:
    """Return the features of a text sequence as one document."""
    features: list[Any] = []
    for line, raw in enumerate(re.split(r"\r\n|\n|\r", text), start=1):
        record = raw.strip("\x1e \t")
        if faults.is_full:
            break
        document = faults.attempt(geojson.parse, record, file, line) if record else None
        found = None if document is None else faults.attempt(geojson.features_of, document, file)
        features += found or []
    return {"type": "FeatureCollection", "features": features}


def look_at_any(
    read: Callable[..., Submission],  # some take an attempt besides path and options
    path: Path,
    options: ReadOptions,
    faults: Faults,
    refusal: Fault | None = None,
    submission: Submission | None = None,
) -> LookedAt:
    """Note every fault of a file of any other format, and return what could be read of it.

    What a file does not tell (its system, its encoding) is one fault; to look further, it is
    then read once more with a provisional one, whose choice decides nothing.

    Parameters
    ----------
    refusal, submission
        What reading it for a check came to, where it has been tried.
    """
    is_patient = read in _PATIENT
    if submission is None and (refusal is None or is_patient):
        patient = partial(read, attempt=faults.attempt) if is_patient else read
        submission = faults.attempt(patient, path, options)
    elif submission is None and refusal is not None:
        faults.add(refusal)
    is_settled = submission is not None and submission.system is not UNTOLD
    is_small = path.is_dir() or path.stat().st_size <= _READ_AGAIN_BYTES
    may_go_on = is_small and any(fault.code in _SETTLED_BY_OPTION for fault in faults.found)
    for relaxed in _relaxed(options) if may_go_on and submission is None else ():
        submission = _read_relaxed(read, path, relaxed, faults)
        if submission is not None:
            break
    if submission is None:
        return LookedAt()
    for text in submission.warnings if is_settled or is_patient else ():
        faults.add(Fault.of_remark(text))
    for place in submission.closed:
        faults.add(Fault.of_repair(Repair(place, say("closed"))))
    system = submission.system if is_settled else None
    in_degrees = _is_in_degrees(submission, is_settled=is_settled)
    places = list(submission.places)
    inspect = inspect_shapes if options.corridor_m is None else inspect_lines
    inspect(submission.geometry, places, system, faults, file=path.name, in_degrees=in_degrees)
    labels = [str(n) for n in range(1, len(places) + 1)]
    drawn = np.array([shape is not None and not shape.is_empty for shape in submission.geometry])
    kept = np.flatnonzero(drawn).tolist()
    lost = {m[0] for f in faults.found if is_patient and (m := _WHICH.match(f.place))}
    count = len(places) + len(lost - {m[0] for p in places if (m := _WHICH.match(p))})
    return LookedAt(
        submission.format, count, submission.geometry[kept],
        [places[i] for i in kept], [labels[i] for i in kept], in_degrees,
    )  # fmt: skip


def _read_relaxed(
    read: Callable[[Path, ReadOptions], Submission],
    path: Path,
    options: ReadOptions,
    faults: Faults,
) -> Submission | None:
    """Return the submission with provisional options; what only they cause is no fault."""
    try:
        return read(path, options)
    except BoundaryError as error:
        fault = Fault.of_error(error)
        if fault.code not in _SETTLED_BY_OPTION:
            faults.add(fault)
    except GeoToolkitError:
        pass
    return None


def _relaxed(options: ReadOptions) -> list[ReadOptions]:
    """Return options that fill what a file may lack, the fewest first."""
    encodings = [e for e in _PROVISIONAL_ENCODINGS if options.encoding is None or e is None]
    systems = [None] if options.crs is not None else [None, _PROVISIONAL_CRS]
    return [
        replace(options, crs=crs or options.crs, encoding=encoding or options.encoding)
        for encoding in encodings
        for crs in systems
        if crs is not None or encoding is not None
    ]


def _is_in_degrees(submission: Submission, *, is_settled: bool) -> bool:
    """Whether the numbers are degrees; without a system, whether they could be."""
    if is_settled:
        return bool(submission.system.crs.is_geographic)
    real = [s for s in submission.geometry if s is not None and not s.is_empty]
    return all(abs(edge) <= 360 for shape in real for edge in shape.bounds)
