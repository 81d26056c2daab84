"""GeoJSON and KML written as text of our own: the same polygons give the same bytes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape, quoteattr

import shapely

from geo_toolkit.boundary.crs_basis import label_of
from geo_toolkit.errors import OptionError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from pyproj import CRS

    from geo_toolkit.boundary.outgoing import Outgoing, WriteOptions

__all__ = ["write_geojson", "write_kml"]

_WGS84 = ("EPSG:4326", "OGC:CRS84")


def write_geojson(outgoing: Outgoing, path: Path, _options: WriteOptions) -> None:
    """Write polygons as GeoJSON; a system other than WGS 84 is named by a ``crs`` member.

    RFC 7946 knows WGS 84 alone and turns outlines counter-clockwise; with a ``crs`` member, as of
    the edition before it, the points keep their order.

    Raises
    ------
    OptionError
        If the system has no code to name it by.
    """
    document: dict[str, Any] = {"type": "FeatureCollection"}
    member = _crs_member(outgoing.crs)
    if member is not None:
        document["crs"] = member
    turned = outgoing.geometry if member else shapely.orient_polygons(outgoing.geometry)
    document["features"] = [
        {"type": "Feature", "properties": row, "geometry": _geometry(shape)}
        for row, shape in zip(outgoing.rows(), turned, strict=True)
    ]
    lines = json.dumps(document, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    path.write_bytes(f"{lines}\n".encode())


def write_kml(outgoing: Outgoing, path: Path, _options: WriteOptions) -> None:
    """Write polygons as KML 2.2: longitude and latitude on WGS 84."""
    marks = []
    for name, row, shape in zip(outgoing.names, outgoing.rows(), outgoing.geometry, strict=True):
        data = "".join(
            f"<Data name={quoteattr(_clean(key))}><value>{_text(value)}</value></Data>"
            for key, value in row.items()
            if value is not None
        )
        marks.append(
            f"<Placemark><name>{_text(name)}</name><ExtendedData>{data}</ExtendedData>"
            f"{_kml_geometry(shape)}</Placemark>"
        )
    text = "\n".join(
        [
            '<?xml version="1.0" encoding="UTF-8"?>',
            '<kml xmlns="http://www.opengis.net/kml/2.2"><Document>',
            f"<name>{_text(outgoing.stem)}</name>",
            *marks,
            "</Document></kml>",
            "",
        ]
    )
    path.write_bytes(text.encode())


def _crs_member(crs: CRS) -> dict[str, Any] | None:
    label = label_of(crs)
    if label in _WGS84:
        return None
    if not label.startswith("EPSG:"):
        raise OptionError(
            f"GeoJSON: expected a system with an EPSG code, got {label}; name one with --crs"
        )
    urn = f"urn:ogc:def:crs:EPSG::{label.removeprefix('EPSG:')}"
    return {"type": "name", "properties": {"name": urn}}


def _geometry(shape: shapely.Geometry) -> dict[str, Any]:
    parts = [_rings(part) for part in shapely.get_parts(shape)]
    if len(parts) == 1:
        return {"type": "Polygon", "coordinates": parts[0]}
    return {"type": "MultiPolygon", "coordinates": parts}


def _rings(polygon: shapely.Polygon) -> list[list[list[float]]]:
    return [shapely.get_coordinates(ring).tolist() for ring in shapely.get_rings(polygon)]


def _kml_geometry(shape: shapely.Geometry) -> str:
    polygons = [_kml_polygon(_rings(part)) for part in shapely.get_parts(shape)]
    if len(polygons) == 1:
        return polygons[0]
    return f"<MultiGeometry>{''.join(polygons)}</MultiGeometry>"


def _kml_polygon(rings: Sequence[list[list[float]]]) -> str:
    parts = []
    for n, ring in enumerate(rings):
        side = "innerBoundaryIs" if n else "outerBoundaryIs"
        points = " ".join(f"{x!r},{y!r}" for x, y in ring)
        parts.append(
            f"<{side}><LinearRing><coordinates>{points}</coordinates></LinearRing></{side}>"
        )
    return f"<Polygon>{''.join(parts)}</Polygon>"


def _text(value: object) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return escape(_clean(text))


def _clean(text: str) -> str:
    """Return text without the characters that XML cannot hold."""
    return "".join(
        c if c in "\t\n" or (c >= " " and c not in "\ufffe\uffff") else " " for c in text
    )
