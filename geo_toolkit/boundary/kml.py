"""KML and KMZ, and their Ovital (奥维) kin: polygons and lines of placemarks.

KML is WGS 84 by its standard. Ovital writes GCJ-02 into .ovkml and .ovkmz, and its KML cannot be
told apart from one it shifted: such files are refused until ``--datum`` says which it is.
"""

from __future__ import annotations

import io
import math
import re
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import shapely
from pyarrow import csv

from geo_toolkit.boundary.archive import extract, list_entries
from geo_toolkit.boundary.crs_basis import decide_system
from geo_toolkit.boundary.faults import Attempt, strictly
from geo_toolkit.boundary.rings import Ring, close, polygon_of
from geo_toolkit.boundary.safe_xml import elements, local_name
from geo_toolkit.boundary.source import file_sha256
from geo_toolkit.boundary.submission import MAX_POINTS, Submission
from geo_toolkit.boundary.words import say
from geo_toolkit.errors import BoundaryError
from geo_toolkit.geodesy import parse_crs

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

    from numpy.typing import NDArray

    from geo_toolkit.boundary.options import ReadOptions

__all__ = ["read", "read_zipped"]

MAX_BYTES = 40_000_000
_OVITAL = re.compile(rb"(?i)ovital")
_OVITAL_ZH = ("奥维".encode(), "奥维".encode("gbk"))
_HEAD = 4096
_DECLARED = re.compile(rb"<\?xml[^>]*?encoding\s*=\s*[\"']([\w.-]+)[\"'][^>]*\?>")
_STANDARD = say("kml_standard")
_NAMES = frozenset({"Placemark", "NetworkLink"})
_GEOMETRIES = ("Polygon", "LineString", "LinearRing", "Point", "MultiGeometry", "Track",
               "MultiTrack", "Model")  # fmt: skip
_MANY = 10_000
_NAME_SHOWN = 20
_BREAKS = re.compile(r"\s+")
_SPACES = re.compile(r"\s*,\s*")


@dataclass
class _Reading:
    """What is collected while the document is walked."""

    file: str
    shapes: list[shapely.Geometry] = field(default_factory=list)
    places: list[str] = field(default_factory=list)
    attributes: list[dict[str, str | None]] = field(default_factory=list)
    closed: list[str] = field(default_factory=list)
    heights: int = 0
    points: int = 0
    links: int = 0
    attempt: Attempt = strictly


def read(path: Path, options: ReadOptions, attempt: Attempt = strictly) -> Submission:
    """Return the polygons or lines of a KML document, those of them that ``attempt`` lets pass.

    Raises
    ------
    BoundaryError
        If it is broken or hostile, holds other geometry, or may be shifted to GCJ-02.
    """
    return _read(path, path, options, attempt)


def read_zipped(path: Path, options: ReadOptions, attempt: Attempt = strictly) -> Submission:
    """Return the polygons or lines of a KMZ archive: of its doc.kml, or its only .kml.

    Raises
    ------
    BoundaryError
        As ``read``, or if the archive is harmful or holds none or several.
    """
    found = {e.name: e for e in list_entries(path) if e.suffix in (".kml", ".ovkml")}
    main = found.get("doc.kml") or (next(iter(found.values())) if len(found) == 1 else None)
    if main is None:
        raise BoundaryError(
            path.name, "", "one .kml in the archive", ", ".join(sorted(found)) or "none",
            "export the boundary as one KML document",
        )  # fmt: skip
    with TemporaryDirectory(prefix="geo-toolkit-") as folder:
        copy = Path(folder) / "boundary.kml"
        extract(path, {copy: main})
        is_ovital = main.suffix == ".ovkml"
        return _read(path, copy, options, attempt, zipped=True, is_ovital=is_ovital)


def _read(
    path: Path,
    document: Path,
    options: ReadOptions,
    attempt: Attempt,
    *,
    zipped: bool = False,
    is_ovital: bool = False,
) -> Submission:
    """Return what a document holds, which may be a private copy out of an archive."""
    file = path.name
    raw = document.read_bytes()
    if len(raw) > MAX_BYTES:
        raise BoundaryError(
            file, "", f"at most {MAX_BYTES // 1_000_000} MB", f"{len(raw) // 1_000_000} MB",
            "submit the boundary in parts",
        )  # fmt: skip
    is_ovital |= path.suffix.lower().startswith(".ov") or _OVITAL.search(raw) is not None
    is_ovital |= any(word in raw[:_HEAD] for word in _OVITAL_ZH)
    if is_ovital and options.datum is None:
        attempt(_refuse_unconfirmed, file)
    reading = _Reading(file, attempt=attempt)
    encoding, basis = _walk_decoded(document, raw, reading)
    system = decide_system(file, options, default=parse_crs("EPSG:4326"), default_source=_STANDARD)
    geometry = np.empty(len(reading.shapes), dtype=object)
    geometry[:] = reading.shapes
    form = ("KMZ" if zipped else "KML") + (" (Ovital)" if is_ovital else "")
    return Submission(
        path=path,
        format=form,
        sha256=file_sha256(path),
        system=system,
        geometry=geometry,
        places=reading.places,
        attributes=reading.attributes,
        stated_ha=np.full(len(geometry), np.nan),
        encoding=encoding,
        encoding_basis=basis,
        closed=reading.closed,
        warnings=_remarks(reading, is_default=system.basis == say("declared", source=_STANDARD)),
    )


def _refuse_unconfirmed(file: str) -> None:
    raise BoundaryError(
        file, "", "the datum of its coordinates, since Ovital (奥维) exports KML in GCJ-02",
        "none", "give --datum gcj02 (or wgs84 where the shift was switched off), or export "
        "the boundary as shp or dxf, which Ovital does not shift",
    )  # fmt: skip


def _remarks(reading: _Reading, *, is_default: bool) -> list[str]:
    """Return what is worth saying of a document."""
    remarks: list[str] = []
    if is_default:
        remarks.append(say("web_maps_kml"))
    if reading.heights:
        remarks.append(say("heights_of", count=reading.heights))
    if reading.links:
        remarks.append(say("network_links", count=reading.links))
    return remarks


def _walk_decoded(document: Path, raw: bytes, reading: _Reading) -> tuple[str, str]:
    """Collect the placemarks of a document in the encoding it declares; return that and why."""
    match = _DECLARED.match(raw[:_HEAD].removeprefix(b"\xef\xbb\xbf"))
    name = match[1].decode("ascii") if match else ""
    if name.lower() not in ("gbk", "gb2312", "gb18030"):
        _walk(document, reading)
        return "UTF-8", say("declared_standard", name="XML")
    try:
        text = raw.decode("gb18030")
    except UnicodeDecodeError:
        raise BoundaryError(
            reading.file, "", f"text in {name}, as the document declares", "bytes that are none",
            "save it as UTF-8",
        ) from None  # fmt: skip
    with TemporaryDirectory(prefix="geo-toolkit-") as folder:
        copy = Path(folder) / "boundary.kml"
        copy.write_bytes(text[match.end() if match else 0 :].encode("utf-8"))
        _walk(copy, reading)
    return name.upper(), say("declared", source=say("its_header"))


def _walk(document: Path, reading: _Reading) -> None:
    """Collect the placemarks that have a geometry."""
    number = 0
    for element, _ in elements(document, _NAMES, file=reading.file):
        if local_name(element) == "NetworkLink":
            reading.links += 1
            continue
        number += 1
        attributes = _attributes(element)
        place = _place(number, attributes.get("name"))
        shapes = _within(element, place, reading)
        sound = [shape for shape in shapes if shape is not None]
        if not sound or len(sound) < len(shapes):
            continue
        whole = reading.attempt(_one, sound, place, reading)
        if whole is not None:
            reading.shapes.append(whole)
            reading.places.append(place)
            reading.attributes.append(attributes)


def _place(number: int, name: str | None) -> str:
    """Return how messages call a placemark: by its number, and its name where it has one."""
    start = (name or "")[: 4 * _NAME_SHOWN]
    plain = " ".join("".join(c for c in start if c.isprintable()).split())[:_NAME_SHOWN]
    if not plain:
        return say("placemark", n=number)
    return say("placemark_named", n=number, name=plain.replace(":", "\uff1a"))


def _one(shapes: list[shapely.Geometry], place: str, reading: _Reading) -> shapely.Geometry:
    """Return the parts of a placemark as one geometry of one kind."""
    if len(shapes) == 1:
        return shapes[0]
    polygons = [shape for shape in shapes if isinstance(shape, shapely.Polygon)]
    lines = [shape for shape in shapes if isinstance(shape, shapely.LineString)]
    if not lines:
        return shapely.MultiPolygon(polygons)
    if not polygons:
        return shapely.MultiLineString(lines)
    raise BoundaryError(
        reading.file, place, "polygons alone, or lines alone", "both",
        "submit the outline alone",
    )  # fmt: skip


def _within(element: Element, place: str, reading: _Reading) -> list[shapely.Geometry | None]:
    """Return the polygons and lines of all geometries in an element."""
    shapes: list[shapely.Geometry | None] = []
    for child in element:
        if local_name(child) in _GEOMETRIES:
            made = reading.attempt(_shapes, child, place, reading)
            shapes += [None] if made is None else made
    return shapes


def _shapes(element: Element, place: str, reading: _Reading) -> list[shapely.Geometry | None]:
    """Return the polygons and lines of one geometry element; None for one with a fault noted."""
    kind = local_name(element)
    if kind == "MultiGeometry":
        return _within(element, place, reading)
    if kind == "Polygon":
        return [_polygon(element, place, reading)]
    if kind == "LineString":
        points = _points(element, place, reading)
        if points is None:
            return [None]
        if len(points) < 2:
            raise BoundaryError(
                reading.file, place, "at least 2 points", f"{len(points)}", "correct the line"
            )
        return [shapely.LineString(points)]
    raise BoundaryError(
        reading.file, place, "a Polygon or LineString", kind,
        "submit the closed outline as a polygon, and leave other placemarks out",
    )  # fmt: skip


def _polygon(element: Element, place: str, reading: _Reading) -> shapely.Polygon | None:
    """Return one polygon: its outer boundary first, whatever the order in the file."""
    outer, inner = [], []
    for boundary in element:
        kind = local_name(boundary)
        if kind == "outerBoundaryIs":
            outer += [ring for ring in boundary if local_name(ring) == "LinearRing"]
        elif kind == "innerBoundaryIs":
            inner += [ring for ring in boundary if local_name(ring) == "LinearRing"]
    if len(outer) != 1:
        raise BoundaryError(
            reading.file, place, "one outer boundary", f"{len(outer)}", "export it again"
        )
    made = [
        reading.attempt(_ring, one, say("ring_of", place=place, n=n), reading)
        for n, one in enumerate([*outer, *inner], start=1)
    ]
    rings = [ring for ring in made if ring is not None]
    return polygon_of(rings) if len(rings) == len(made) else None


def _ring(element: Element, place: str, reading: _Reading) -> Ring | None:
    """Return one ring, closed; None where a point of it is missing."""
    points = _points(element, place, reading)
    if points is None:
        return None
    ring = close(points, file=reading.file, place=place)
    if ring.was_open:
        reading.closed.append(place)
    return ring


def _points(element: Element, place: str, reading: _Reading) -> NDArray[np.float64] | None:
    """Return longitude and latitude of the points of a ring or line; None where one has none."""
    texts = [child.text or "" for child in element if local_name(child) == "coordinates"]
    text = _SPACES.sub(",", " ".join(texts).strip())
    plain = _plain_points(text)
    if plain is not None:
        reading.points += len(plain)
        reading.heights += 0 if plain.shape[1] < 3 else int(np.count_nonzero(plain[:, 2]))
    if reading.points > MAX_POINTS:
        raise BoundaryError(
            reading.file, place, f"at most {MAX_POINTS} points", "more", "submit it in parts"
        )
    if plain is not None:
        return np.ascontiguousarray(plain[:, :2])
    tuples = text.split()
    reading.points += len(tuples)
    if reading.points > MAX_POINTS:
        raise BoundaryError(
            reading.file, place, f"at most {MAX_POINTS} points", "more", "submit it in parts"
        )
    pairs = [
        reading.attempt(_pair, one, say("point_of", place=place, n=n), reading)
        for n, one in enumerate(tuples, start=1)
    ]
    return None if None in pairs else np.array(pairs, dtype=float).reshape(-1, 2)


def _pair(text: str, place: str, reading: _Reading) -> tuple[float, float]:
    """Return longitude and latitude of one point."""
    numbers = text.split(",")
    x = y = math.nan
    if 2 <= len(numbers) <= 3:
        with suppress(ValueError):
            x, y = float(numbers[0]), float(numbers[1])
    if not (math.isfinite(x) and math.isfinite(y)):
        raise BoundaryError(
            reading.file, place, "longitude,latitude in degrees", repr(text[:40]),
            "correct the point",
        )  # fmt: skip
    reading.heights += len(numbers) > 2 and numbers[2].strip() not in ("", "0", "0.0")
    return x, y


def _plain_points(text: str) -> NDArray[np.float64] | None:
    """Return the numbers of many points at once, or None where they are not all plain."""
    if len(text) < _MANY or not text.isascii():
        return None
    rows = _BREAKS.sub("\n", text).encode("ascii")
    names = [str(n) for n in range(1 + rows[: rows.find(b"\n")].count(b","))]
    if len(names) not in (2, 3):
        return None
    try:
        table = csv.read_csv(
            io.BytesIO(rows),
            read_options=csv.ReadOptions(column_names=names),
            parse_options=csv.ParseOptions(quote_char=False),
            convert_options=csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.float64()), null_values=[]
            ),
        )
    except pa.ArrowException:
        return None
    points = np.column_stack([table.column(name).to_numpy() for name in names])
    return points if np.isfinite(points).all() else None


def _attributes(placemark: Element) -> dict[str, str | None]:
    """Return name, description and extended data of a placemark, as text."""
    found: dict[str, str | None] = {}
    for child in placemark:
        kind = local_name(child)
        if kind in ("name", "description") and child.text and child.text.strip():
            found[kind] = child.text.strip()
        elif kind == "ExtendedData":
            for item in child.iter():
                if local_name(item) == "SimpleData":
                    found[item.get("name") or ""] = item.text
                elif local_name(item) == "Data":
                    values = [v.text for v in item if local_name(v) == "value"]
                    found[item.get("name") or ""] = values[0] if values else None
    found.pop("", None)
    return found
