"""GeoJSON and GeoJSON text sequences, by a small parser of our own.

GDAL would close rings and pass numbers silently.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from math import inf, isfinite
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from geo_toolkit.boundary.attributes import plain_value
from geo_toolkit.boundary.crs_basis import decide_system, parse_declared
from geo_toolkit.boundary.encoding import Decoded, decode_text
from geo_toolkit.boundary.faults import Attempt, strictly
from geo_toolkit.boundary.rings import Ring, close, polygon_of
from geo_toolkit.boundary.source import file_sha256
from geo_toolkit.boundary.submission import Submission
from geo_toolkit.boundary.words import FeaturePlaces, say
from geo_toolkit.errors import BoundaryError
from geo_toolkit.geodesy import parse_crs

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray
    from pyproj import CRS

    from geo_toolkit.boundary.options import ReadOptions

__all__ = [
    "FORMAT",
    "STANDARD",
    "Reading",
    "attributes_of",
    "declared_system",
    "features_of",
    "parse",
    "read",
    "read_sequence",
    "refuse_surrogates",
    "shape_of",
    "text_of",
]

FORMAT = "GeoJSON"
SEQUENCE = "GeoJSON text sequence"
STANDARD = say("geojson_standard")
MAX_ARRAYS = 2_000_000
MAX_VALUES = 8_000_000
_CRS_NAME = re.compile(r"(?i)(urn:ogc:def:crs:|https?://www\.opengis\.net/def/crs/|EPSG:|OGC:)")
_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")
_KINDS = ("Polygon", "MultiPolygon", "LineString", "MultiLineString")
Json = Any  # whatever a JSON document can hold


@dataclass
class Reading:
    """What is collected while the document is walked."""

    file: str
    closed: list[str] = field(default_factory=list)
    heights: int = 0
    attempt: Attempt = strictly


def read(path: Path, options: ReadOptions) -> Submission:
    """Return the polygons or lines of a GeoJSON document.

    Raises
    ------
    BoundaryError
        If the document is no GeoJSON, or holds anything but polygons or lines.
    """
    decoded = text_of(path, options)
    document = parse(decoded.text, path.name)
    return _submission(path, options, decoded, document, FORMAT)


def read_sequence(path: Path, options: ReadOptions) -> Submission:
    """Return the polygons or lines of a GeoJSON text sequence, one feature a line.

    Raises
    ------
    BoundaryError
        If a line is no feature, or holds anything but polygons or lines.
    """
    decoded = text_of(path, options)
    features: list[Json] = []
    for line, text in enumerate(re.split(r"\r\n|\n|\r", decoded.text), start=1):
        record = text.strip("\x1e \t")
        if record:
            features += features_of(parse(record, path.name, line), path.name)
    document = {"type": "FeatureCollection", "features": features}
    return _submission(path, options, decoded, document, SEQUENCE)


def _submission(
    path: Path, options: ReadOptions, decoded: Decoded, document: dict[str, Json], form: str
) -> Submission:
    """Return what a document holds."""
    file = path.name
    reading = Reading(file)
    features = features_of(document, file)
    places = FeaturePlaces(len(features))
    shapes = np.empty(len(features), dtype=object)
    for row, feature in enumerate(features):
        shapes[row] = shape_of(feature.get("geometry"), places[row], reading)
    attributes = [attributes_of(f, places[row], file) for row, f in enumerate(features)]
    if _SURROGATE.search(decoded.text):
        for row, plain in enumerate(attributes):
            refuse_surrogates(plain, places[row], file)
    declared, has_member = declared_system(document, file)
    system = decide_system(
        file, options,
        declared=declared,
        source=say("crs_member"),
        default=None if has_member else parse_crs("EPSG:4326"),
        default_source=STANDARD,
    )  # fmt: skip
    warnings = []
    if system.basis == say("declared", source=STANDARD):
        warnings.append(say("web_maps"))
    if reading.heights:
        warnings.append(say("heights_of", count=reading.heights))
    return Submission(
        path=path,
        format=form,
        sha256=file_sha256(path),
        system=system,
        geometry=shapes,
        places=places,
        attributes=attributes,
        stated_ha=np.full(len(features), np.nan),
        encoding=decoded.encoding,
        encoding_basis=decoded.basis,
        closed=reading.closed,
        warnings=warnings,
    )


def text_of(path: Path, options: ReadOptions) -> Decoded:
    """Return the text; JSON is UTF-8 by its standard, so nothing else is guessed."""
    raw = path.read_bytes()
    arrays, values = raw.count(b"[") + raw.count(b"{"), raw.count(b",")
    if arrays > MAX_ARRAYS or values > MAX_VALUES:
        raise BoundaryError(
            path.name, "", f"at most {MAX_ARRAYS} points", f"{arrays} arrays of {values} values",
            "submit the boundary in parts",
        )  # fmt: skip
    decoded = decode_text(raw, file=path.name, option=options.encoding or None)
    if options.encoding is None and decoded.encoding != "UTF-8":
        raise BoundaryError(
            path.name, "", "UTF-8, as the JSON standard says", f"bytes that read as "
            f"{decoded.encoding}", f"save it as UTF-8, or give --encoding {decoded.encoding}",
        )  # fmt: skip
    if options.encoding is None and "byte order" not in decoded.basis:
        return Decoded(decoded.text, "UTF-8", say("declared_json"))
    return decoded


def parse(text: str, file: str, line: int = 1) -> dict[str, Json]:
    """Return the document, refused where it is cut or too deep.

    NaN and Infinity are let through here, to be refused in coordinates with their place.
    """
    try:
        document = json.loads(text)
    except json.JSONDecodeError as error:
        raise BoundaryError(
            file, f"line {line + error.lineno - 1} column {error.colno}", "valid JSON",
            error.msg.lower(), "export and send it again",
        ) from None  # fmt: skip
    except RecursionError:
        raise BoundaryError(
            file, "", "GeoJSON of ordinary depth", "nesting without end", "export it again"
        ) from None
    except ValueError:
        raise BoundaryError(
            file, "", "numbers of ordinary length", "one of thousands of digits", "correct it"
        ) from None
    if not isinstance(document, dict):
        raise BoundaryError(
            file, "", "a GeoJSON object", _kind(document), "export it as FeatureCollection"
        )
    return document


def features_of(
    document: dict[str, Json], file: str, attempt: Attempt = strictly
) -> list[dict[str, Json]]:
    """Return the features; a bare geometry is one, and one that is none is an empty object."""
    kind = document.get("type")
    if kind == "Feature":
        return [document]
    if kind in _KINDS:
        return [{"geometry": document}]
    if kind != "FeatureCollection":
        raise BoundaryError(
            file, "", "a FeatureCollection, a Feature or a polygon", f"type {kind!r}"[:60],
            "export it as GeoJSON FeatureCollection",
        )  # fmt: skip
    features = document.get("features")
    if not isinstance(features, list):
        raise BoundaryError(file, "", "an array of features", _kind(features), "export it again")
    sound = [attempt(_feature, one, f"feature {n}", file) for n, one in enumerate(features, 1)]
    return [{} if one is None else one for one in sound]


def _feature(feature: Json, place: str, file: str) -> dict[str, Json]:
    if not isinstance(feature, dict) or feature.get("type") != "Feature":
        raise BoundaryError(file, place, "a Feature", _kind(feature), "export it again")
    return feature


def declared_system(document: dict[str, Json], file: str) -> tuple[CRS | None, bool]:
    """Return the system of the crs member of older GeoJSON, and whether there is a member."""
    if "crs" not in document:
        return None, False
    member = document["crs"]
    if member is None:
        return None, True
    name = member.get("properties", {}) if isinstance(member, dict) else {}
    name = name.get("name") if isinstance(name, dict) else None
    if not isinstance(name, str) or not _CRS_NAME.match(name):
        raise BoundaryError(
            file, "crs member", "a name such as urn:ogc:def:crs:EPSG::4490", _kind(name or member),
            "write the system by its code, or remove the member and give --crs",
        )  # fmt: skip
    return parse_declared(name, file, "crs member"), True


def shape_of(geometry: Json, place: str, reading: Reading) -> shapely.Geometry | None:
    """Return the polygon, its open rings closed, or the line of one feature.

    None where ``reading.attempt`` has noted a fault in it.
    """
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    if kind not in _KINDS:
        came = "no geometry" if geometry is None else f"{kind or _kind(geometry)}"[:40]
        raise BoundaryError(
            reading.file, place, "a Polygon or MultiPolygon", came,
            "submit the closed outline as a polygon, and leave other features out",
        )  # fmt: skip
    coordinates = geometry.get("coordinates")
    if kind == "LineString":
        return _line(coordinates, place, reading)
    if kind == "MultiLineString":
        lines = [
            _line(part, say("part_of", place=place, n=n), reading)
            for n, part in enumerate(_array(coordinates, place, "parts", reading), start=1)
        ]
        sound = [line for line in lines if line is not None]
        return shapely.MultiLineString(sound) if len(sound) == len(lines) else None
    if kind == "Polygon":
        return _polygon(coordinates, place, reading)
    parts = _array(coordinates, place, "parts", reading)
    if len(parts) == 1:
        return _polygon(parts[0], place, reading)
    polygons = [
        _polygon(part, say("part_of", place=place, n=n), reading) for n, part in enumerate(parts, 1)
    ]
    return None if None in polygons else shapely.MultiPolygon(polygons)


def _line(positions: Json, place: str, reading: Reading) -> shapely.LineString | None:
    """Return one line from its array of points; None where a point of it is missing."""
    points = _points(_array(positions, place, "points", reading), place, reading)
    if points is None:
        return None
    if len(points) < 2:
        raise BoundaryError(
            reading.file, place, "at least 2 points", "1", "correct the line, or leave it out"
        )
    return shapely.LineString(points)


def _polygon(rings: Json, place: str, reading: Reading) -> shapely.Polygon | None:
    """Return one polygon from its array of rings."""
    rings = _array(rings, place, "rings", reading)
    made = [
        reading.attempt(_ring, positions, say("ring_of", place=place, n=n), reading)
        for n, positions in enumerate(rings, start=1)
    ]
    sound = [ring for ring in made if ring is not None]
    return polygon_of(sound) if len(sound) == len(made) else None


def _ring(positions: Json, place: str, reading: Reading) -> Ring | None:
    """Return one ring, closed; None where a point of it is missing."""
    points = _points(_array(positions, place, "points", reading), place, reading)
    if points is None:
        return None
    ring = close(points, file=reading.file, place=place)
    if ring.was_open:
        reading.closed.append(place)
    return ring


def _array(value: Json, place: str, what: str, reading: Reading) -> list[Json]:
    """Return a JSON array that must not be empty."""
    if not isinstance(value, list) or not value:
        came = "an empty array" if value == [] else _kind(value)
        raise BoundaryError(
            reading.file, place, f"an array of {what}", came, "export and send it again"
        )
    return value


def _points(positions: list[Json], place: str, reading: Reading) -> NDArray[np.float64] | None:
    """Return the first two numbers of each position; None where one has none."""
    plain = [
        position
        for position in positions
        if type(position) is list and len(position) == 2
        if type(position[0]) is float and type(position[1]) is float
    ]
    if len(plain) == len(positions):
        points: NDArray[np.float64] = np.array(plain)
        if np.isfinite(points).all():
            return points
    pairs = [
        reading.attempt(_pair, position, f"{place} point {n}", reading)
        for n, position in enumerate(positions, start=1)
    ]
    return None if None in pairs else np.array(pairs, dtype=float)


def _pair(position: Json, place: str, reading: Reading) -> tuple[float, float]:
    """Return the first two numbers of a position."""
    if (
        not isinstance(position, list)
        or len(position) < 2
        or not all(type(number) in (int, float) for number in position[:2])
    ):
        raise BoundaryError(
            reading.file, place, "two numbers (longitude, latitude)",
            json.dumps(position, ensure_ascii=False)[:40], "correct the point",
        )  # fmt: skip
    try:
        x, y = float(position[0]), float(position[1])
    except OverflowError:
        x = y = inf
    if not (isfinite(x) and isfinite(y)):
        raise BoundaryError(
            reading.file, place, "finite coordinates", f"{x:g}, {y:g}",
            "correct or remove the point",
        )  # fmt: skip
    reading.heights += len(position) > 2
    return x, y


def attributes_of(feature: dict[str, Json], place: str, file: str) -> dict[str, Json]:
    """Return the properties of a feature, and its id where that is not among them."""
    properties = feature.get("properties")
    if properties is None:
        properties = {}
    if not isinstance(properties, dict):
        raise BoundaryError(
            file, place, "properties as an object", _kind(properties), "export it again"
        )
    identity = {"id": feature["id"]} if "id" in feature and "id" not in properties else {}
    return {str(k): plain_value(v) for k, v in {**identity, **properties}.items()}


def refuse_surrogates(plain: dict[str, Json], place: str, file: str) -> None:
    """Refuse half a character, written as an escape, that no file can be written with.

    Raises
    ------
    BoundaryError
        With the property.
    """
    for key, value in plain.items():
        try:
            json.dumps([key, value], ensure_ascii=False).encode("utf-8")
        except UnicodeEncodeError:
            raise BoundaryError(
                file, f"{place} property {key!r}", "whole characters",
                "half of one, as an escape such as \\ud800", "correct the property",
            ) from None  # fmt: skip


def _kind(value: Json) -> str:
    """Return in words what a JSON value is."""
    names = {dict: "an object", list: "an array", str: "text", bool: "true or false"}
    if value is None:
        return "nothing"
    return names.get(type(value), f"a number ({value!r})"[:40])
