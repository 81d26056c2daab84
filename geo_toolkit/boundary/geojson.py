"""GeoJSON, by a small parser of our own: GDAL would close rings and pass numbers silently."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from geo_toolkit.boundary.attributes import plain_value
from geo_toolkit.boundary.crs_basis import decide_system, parse_declared
from geo_toolkit.boundary.encoding import Decoded, decode_text
from geo_toolkit.boundary.rings import close, polygon_of
from geo_toolkit.boundary.source import file_sha256
from geo_toolkit.boundary.submission import Submission
from geo_toolkit.errors import BoundaryError
from geo_toolkit.geodesy import parse_crs

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray
    from pyproj import CRS

    from geo_toolkit.boundary.options import ReadOptions

__all__ = ["read"]

FORMAT = "GeoJSON"
_STANDARD = "the GeoJSON standard, RFC 7946: WGS 84"
_CRS_NAME = re.compile(r"(?i)(urn:ogc:def:crs:|https?://www\.opengis\.net/def/crs/|EPSG:|OGC:)")
_WEB_WARNING = (
    "no crs member: read as WGS 84, as the standard says; exports of Chinese web maps are often "
    "GCJ-02 (some 500 m off), give --datum if this is one"
)
Json = Any  # whatever a JSON document can hold


@dataclass
class _Reading:
    """What is collected while the document is walked."""

    file: str
    closed: list[str] = field(default_factory=list)
    heights: int = 0


def read(path: Path, options: ReadOptions) -> Submission:
    """Return the polygons of a GeoJSON document.

    Raises
    ------
    BoundaryError
        If the document is no GeoJSON, or holds anything but polygons.
    """
    file = path.name
    decoded = _text(path, options)
    document = _parse(decoded.text, file)
    reading = _Reading(file)
    features = _features(document, file)
    shapes = np.empty(len(features), dtype=object)
    for n, feature in enumerate(features, start=1):
        shapes[n - 1] = _shape(feature.get("geometry"), f"feature {n}", reading)
    declared, has_member = _declared(document, file)
    system = decide_system(
        file, options,
        declared=declared,
        source="its crs member",
        default=None if has_member else parse_crs("EPSG:4326"),
        default_source=_STANDARD,
    )  # fmt: skip
    warnings = []
    if system.basis == f"declared ({_STANDARD})":
        warnings.append(_WEB_WARNING)
    if reading.heights:
        warnings.append(f"heights of {reading.heights} points dropped")
    return Submission(
        path=path,
        format=FORMAT,
        sha256=file_sha256(path),
        system=system,
        geometry=shapes,
        places=[f"feature {n}" for n in range(1, len(features) + 1)],
        attributes=[_attributes(f, f"feature {n}", file) for n, f in enumerate(features, 1)],
        stated_ha=np.full(len(features), np.nan),
        encoding=decoded.encoding,
        encoding_basis=decoded.basis,
        closed=reading.closed,
        warnings=warnings,
    )


def _text(path: Path, options: ReadOptions) -> Decoded:
    """Return the text; JSON is UTF-8 by its standard, so nothing else is guessed."""
    raw = path.read_bytes()
    decoded = decode_text(raw, file=path.name, option=options.encoding or None)
    if options.encoding is None and decoded.encoding != "UTF-8":
        raise BoundaryError(
            path.name, "", "UTF-8, as the JSON standard says", f"bytes that read as "
            f"{decoded.encoding}", f"save it as UTF-8, or give --encoding {decoded.encoding}",
        )  # fmt: skip
    if options.encoding is None and "byte order" not in decoded.basis:
        return Decoded(decoded.text, "UTF-8", "declared (the JSON standard, RFC 8259)")
    return decoded


def _parse(text: str, file: str) -> dict[str, Json]:
    """Return the document, refused where it is cut or too deep.

    NaN and Infinity are let through here, to be refused in coordinates with their place.
    """
    try:
        document = json.loads(text)
    except json.JSONDecodeError as error:
        raise BoundaryError(
            file, f"line {error.lineno} column {error.colno}", "valid JSON", error.msg.lower(),
            "export and send it again",
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


def _features(document: dict[str, Json], file: str) -> list[dict[str, Json]]:
    """Return the features; a bare geometry is one."""
    kind = document.get("type")
    if kind == "Feature":
        return [document]
    if kind in ("Polygon", "MultiPolygon"):
        return [{"geometry": document}]
    if kind != "FeatureCollection":
        raise BoundaryError(
            file, "", "a FeatureCollection, a Feature or a polygon", f"type {kind!r}"[:60],
            "export it as GeoJSON FeatureCollection",
        )  # fmt: skip
    features = document.get("features")
    if not isinstance(features, list):
        raise BoundaryError(file, "", "an array of features", _kind(features), "export it again")
    for n, feature in enumerate(features, start=1):
        if not isinstance(feature, dict) or feature.get("type") != "Feature":
            raise BoundaryError(
                file, f"feature {n}", "a Feature", _kind(feature), "export it again"
            )
    return features


def _declared(document: dict[str, Json], file: str) -> tuple[CRS | None, bool]:
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


def _shape(geometry: Json, place: str, reading: _Reading) -> shapely.Geometry:
    """Return the polygon of one feature, its open rings closed."""
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    if kind not in ("Polygon", "MultiPolygon"):
        came = "no geometry" if geometry is None else f"{kind or _kind(geometry)}"[:40]
        raise BoundaryError(
            reading.file, place, "a Polygon or MultiPolygon", came,
            "submit the closed outline as a polygon, and leave other features out",
        )  # fmt: skip
    coordinates = geometry.get("coordinates")
    if kind == "Polygon":
        return _polygon(coordinates, place, reading)
    parts = _array(coordinates, place, "parts", reading)
    if len(parts) == 1:
        return _polygon(parts[0], place, reading)
    return shapely.MultiPolygon(
        [_polygon(part, f"{place} part {n}", reading) for n, part in enumerate(parts, 1)]
    )


def _polygon(rings: Json, place: str, reading: _Reading) -> shapely.Polygon:
    """Return one polygon from its array of rings."""
    closed = []
    for n, positions in enumerate(_array(rings, place, "rings", reading), start=1):
        where = f"{place} ring {n}"
        points = _points(_array(positions, where, "points", reading), where, reading)
        ring = close(points, file=reading.file, place=where)
        if ring.was_open:
            reading.closed.append(where)
        closed.append(ring)
    return polygon_of(closed)


def _array(value: Json, place: str, what: str, reading: _Reading) -> list[Json]:
    """Return a JSON array that must not be empty."""
    if not isinstance(value, list) or not value:
        came = "an empty array" if value == [] else _kind(value)
        raise BoundaryError(
            reading.file, place, f"an array of {what}", came, "export and send it again"
        )
    return value


def _points(positions: list[Json], place: str, reading: _Reading) -> NDArray[np.float64]:
    """Return the first two numbers of each position."""
    points = np.empty((len(positions), 2))
    for row, position in enumerate(positions):
        if (
            not isinstance(position, list)
            or len(position) < 2
            or not all(type(number) in (int, float) for number in position[:2])
        ):
            raise BoundaryError(
                reading.file, f"{place} point {row + 1}", "two numbers (longitude, latitude)",
                json.dumps(position, ensure_ascii=False)[:40], "correct the point",
            )  # fmt: skip
        try:
            points[row] = position[0], position[1]
        except OverflowError:
            points[row] = np.inf
        if not np.isfinite(points[row]).all():
            raise BoundaryError(
                reading.file, f"{place} point {row + 1}", "finite coordinates",
                f"{points[row, 0]:g}, {points[row, 1]:g}", "correct or remove the point",
            )  # fmt: skip
        reading.heights += len(position) > 2
    return points


def _attributes(feature: dict[str, Json], place: str, file: str) -> dict[str, Json]:
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


def _kind(value: Json) -> str:
    """Return in words what a JSON value is."""
    names = {dict: "an object", list: "an array", str: "text", bool: "true or false"}
    if value is None:
        return "nothing"
    return names.get(type(value), f"a number ({value!r})"[:40])
