"""DXF drawings: the closed polylines of one layer, in the system that ``--crs`` names.

A drawing has no coordinate system. A polyline inside another on the same layer is a hole in it;
an outline that is not closed is refused, but for a gap of at most 0.1 m.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np
import shapely

from geo_toolkit.boundary.crs_basis import UNTOLD, decide_system
from geo_toolkit.boundary.dxf_groups import read_drawing
from geo_toolkit.boundary.dxf_outlines import Outline, outlines
from geo_toolkit.boundary.encoding import decode_text, family_of, is_same_encoding
from geo_toolkit.boundary.faults import Attempt, strictly
from geo_toolkit.boundary.rings import Ring, close, nest
from geo_toolkit.boundary.source import file_sha256
from geo_toolkit.boundary.submission import Submission
from geo_toolkit.boundary.words import say
from geo_toolkit.errors import BoundaryError, OptionError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from geo_toolkit.boundary.dxf_groups import Drawing
    from geo_toolkit.boundary.options import ReadOptions

__all__ = ["ARC_TOLERANCE_M", "read"]

FORMAT = "DXF"
ARC_TOLERANCE_M = 0.001
_ARC_TOLERANCE_DEG = 1e-8
_MAX_GAP_M = 0.1
_MAX_GAP_DEG = 1e-6
_CODEPAGES = {"ANSI_936": "GBK", "GB2312": "GBK", "ANSI_950": "Big5", "UTF-8": "UTF-8"}
_UNICODE_SINCE = "AC1021"
_ESCAPE = re.compile(r"\\[Uu]\+([0-9A-Fa-f]{4})")


def read(path: Path, options: ReadOptions, attempt: Attempt = strictly) -> Submission:
    """Return the closed polylines, or with ``corridor_m`` the lines, of one layer of a drawing.

    Without those that ``attempt`` noted a fault in.

    Raises
    ------
    BoundaryError
        If it is no ASCII drawing, no system is named, or the layer is not told.
    """
    file = path.name
    system = attempt(decide_system, file, options) or UNTOLD
    in_degrees = system.crs.is_geographic
    drawing = read_drawing(path)
    tolerance = _ARC_TOLERANCE_DEG if in_degrees else ARC_TOLERANCE_M
    drawn = outlines(drawing, tolerance=tolerance, file=file, attempt=attempt)
    names, encoding, basis = _names(drawing, drawn, options, file)
    max_gap = _MAX_GAP_DEG if in_degrees else _MAX_GAP_M
    layer = _choose(drawn, names, options, max_gap, file)
    chosen = [one for one in drawn if names[one.layer] == layer]
    closed: list[str] = []
    remarks = _remarks(drawing, names, layer, chosen)
    if options.corridor_m is not None:
        shapes, places = _lines(chosen, layer, file, attempt)
    else:
        rings = _rings(chosen, layer, file, max_gap, attempt)
        closed = [ring.place for ring in rings if ring.was_open]
        shapes, places = _polygons(rings, file, remarks, attempt, in_degrees=in_degrees)
    geometry = np.empty(len(shapes), dtype=object)
    geometry[:] = shapes
    return Submission(
        path=path,
        format=FORMAT,
        sha256=file_sha256(path),
        system=system,
        geometry=geometry,
        places=places,
        attributes=[{"layer": layer} for _ in shapes],
        stated_ha=np.full(len(shapes), np.nan),
        encoding=encoding,
        encoding_basis=basis,
        closed=closed,
        warnings=remarks,
    )


def _remarks(
    drawing: Drawing, names: Mapping[bytes, str], layer: str, chosen: Sequence[Outline]
) -> list[str]:
    """Return what was left out on the layer, and how arcs were read."""
    counts: dict[str, int] = {}
    for (name, kind), count in drawing.others.items():
        if names[name] == layer:
            shown = kind.decode("ascii", errors="replace")
            counts[shown] = counts.get(shown, 0) + count
    remarks: list[str] = []
    if counts:
        kinds = ", ".join(f"{kind} ({count})" for kind, count in sorted(counts.items()))
        remarks.append(say("other_entities", kinds=kinds))
    if any(one.has_arcs for one in chosen):
        remarks.append(say("arcs", tolerance_m=ARC_TOLERANCE_M))
    return remarks


def _names(
    drawing: Drawing, drawn: Sequence[Outline], options: ReadOptions, file: str
) -> tuple[dict[bytes, str], str, str]:
    """Return the layers' names as text, their encoding, and its basis."""
    raw = dict.fromkeys([one.layer for one in drawn] + [layer for layer, _ in drawing.others])
    version = drawing.header.get(b"$ACADVER", b"").decode("ascii", errors="replace")
    page = drawing.header.get(b"$DWGCODEPAGE", b"").decode("ascii", errors="replace")
    declared, source = _CODEPAGES.get(page.upper()), say("codepage", name=page)
    if version >= _UNICODE_SINCE:
        declared, source = "UTF-8", say("dxf_version", name=version)
    if declared is None or all(name.isascii() for name in raw):
        joined = b"\n".join(raw)
        decoded = decode_text(joined or b"0", file=file, option=options.encoding)
        encoding, basis = decoded.encoding, decoded.basis
    else:
        encoding, basis = declared, say("declared", source=source)
        if options.encoding is not None and not is_same_encoding(declared, options.encoding):
            raise OptionError(
                f"{file}: expected {family_of(declared)}, which {source} says, got --encoding "
                f"{options.encoding}; leave --encoding out, or correct the file"
            )
    try:
        texts = {name: _unescaped(name.decode(encoding)) for name in raw}
    except UnicodeDecodeError:
        raise BoundaryError(
            file, "layer names", f"text in {encoding} ({basis})", "bytes that are none",
            "save the drawing again, or submit the boundary in another format",
        ) from None  # fmt: skip
    return texts, encoding, basis


def _unescaped(name: str) -> str:
    return _ESCAPE.sub(lambda match: chr(int(match[1], 16)), name)


def _choose(
    drawn: Sequence[Outline],
    names: Mapping[bytes, str],
    options: ReadOptions,
    max_gap: float,
    file: str,
) -> str:
    """Return the layer that is meant: the one named, or the only one with outlines."""
    is_line = options.corridor_m is not None
    what = "lines" if is_line else "closed polylines"
    found = sorted({names[one.layer] for one in drawn if _is_fit(one, max_gap, is_line=is_line)})
    if options.layer is not None:
        everywhere = {names[one.layer] for one in drawn}
        if options.layer in everywhere:
            return options.layer
        expected = f"a layer {options.layer!r} with {what}"
    elif len(found) == 1:
        return found[0]
    else:
        expected = f"one layer with {what}"
    remedy = "choose one of them with --layer"
    if not found:
        remedy = "close the outline (PEDIT), join its pieces, and save the drawing again"
    raise BoundaryError(file, "", expected, ", ".join(found) or "none", remedy)


def _is_fit(one: Outline, max_gap: float, *, is_line: bool) -> bool:
    """Whether an outline is one that is looked for."""
    if one.points is None or len(one.points) < 2:
        return False
    if is_line:
        return not one.is_closed
    return one.kind not in ("LINE", "ARC") and _gap(one) <= max_gap


def _gap(one: Outline) -> float:
    """Return the distance between the ends of an outline."""
    return 0.0 if one.points is None else float(np.hypot(*(one.points[-1] - one.points[0])))


def _lines(
    chosen: Sequence[Outline], layer: str, file: str, attempt: Attempt
) -> tuple[list[shapely.Geometry], list[str]]:
    """Return the lines of a layer; a closed outline stays a polygon, to be refused."""
    shapes: list[shapely.Geometry] = []
    places: list[str] = []
    for one in chosen:
        place = _place(one, layer)
        shape = attempt(_line, one, place, file)
        if shape is not None:
            shapes.append(shape)
            places.append(place)
    return shapes, places


def _line(one: Outline, place: str, file: str) -> shapely.Geometry:
    if one.points is None or len(one.points) < 2:
        raise _not_read(one, place, file, "a line or polyline")
    is_outline = one.is_closed and len(one.points) > 3
    return shapely.Polygon(one.points) if is_outline else shapely.LineString(one.points)


def _place(one: Outline, layer: str) -> str:
    """Return how messages call an outline: its line, the handle that CAD gives it, its layer."""
    if not one.handle:
        return say("entity", n=one.line)
    return say("entity_layer", n=one.line, handle=one.handle, layer=layer)


def _rings(
    chosen: Sequence[Outline], layer: str, file: str, max_gap: float, attempt: Attempt
) -> list[Ring]:
    """Return the closed rings of a layer."""
    made = [attempt(_ring, one, _place(one, layer), file, max_gap) for one in chosen]
    return [ring for ring in made if ring is not None]


def _ring(one: Outline, place: str, file: str, max_gap: float) -> Ring:
    if one.points is None or not len(one.points) or one.kind in ("LINE", "ARC"):
        raise _not_read(one, place, file, "a closed polyline")
    gap = _gap(one)
    if gap > max_gap:
        raise BoundaryError(
            file, place, "a closed polyline", f"ends {gap:.6g} apart",
            "close it (PEDIT), or give --corridor-m where it is a centreline",
        )  # fmt: skip
    return close(one.points, file=file, place=place)


def _not_read(one: Outline, place: str, file: str, expected: str) -> BoundaryError:
    return BoundaryError(
        file, place, expected, f"{one.kind} on the same layer",
        "join the pieces to one polyline (PEDIT), and move what is no boundary to another layer",
    )  # fmt: skip


def _polygons(
    rings: Sequence[Ring], file: str, remarks: list[str], attempt: Attempt, *, in_degrees: bool
) -> tuple[list[shapely.Geometry], list[str]]:
    """Return one polygon an outline, with the outlines inside it as holes."""
    at = {ring.points.tobytes(): ring for ring in rings}
    shapes, places = list[shapely.Geometry](), list[str]()
    if not rings:
        return shapes, places
    whole = attempt(nest, rings, file=file, in_degrees=in_degrees, attempt=attempt)
    for polygon in shapely.get_parts(whole) if whole is not None else ():
        outer = at[shapely.get_coordinates(polygon.exterior).tobytes()]
        for hole in polygon.interiors:
            inner = at[shapely.get_coordinates(hole).tobytes()]
            remarks.append(say("nested_polylines", place=inner.place, outer=outer.place))
        shapes.append(polygon)
        places.append(outer.place)
    return shapes, places
