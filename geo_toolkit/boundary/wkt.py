"""Well-known text: one geometry a line or more, each with an SRID in front or without."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np
import shapely

from geo_toolkit.boundary.crs_basis import UNTOLD, decide_system, parse_declared
from geo_toolkit.boundary.encoding import decode_text
from geo_toolkit.boundary.faults import Attempt, strictly
from geo_toolkit.boundary.source import file_sha256
from geo_toolkit.boundary.submission import Submission
from geo_toolkit.boundary.words import say
from geo_toolkit.errors import BoundaryError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from geo_toolkit.boundary.options import ReadOptions

__all__ = ["looks_like_wkt", "read"]

FORMAT = "WKT"
_START = re.compile(
    r"\s*(?:SRID\s*=\s*(\d{1,9})\s*;)?\s*((?:MULTI)?(?:POLYGON|LINESTRING)\b.*)", re.I | re.S
)
_PLAIN = re.compile(r"(?i)[A-Z]+\s*(Z|M|ZM)?\s*(EMPTY|\([\s\d.,()+\-E]*\))")
_MAX_DEPTH = 4


def looks_like_wkt(head: bytes) -> bool:
    """Whether text starts with a polygon or line of WKT.

    Examples
    --------
    >>> looks_like_wkt(b"SRID=4490;POLYGON((0 0,1 0"), looks_like_wkt(b"J1,1,0,0")
    (True, False)
    """
    return _START.match(head.decode("latin-1")) is not None


def read(path: Path, options: ReadOptions, attempt: Attempt = strictly) -> Submission:
    """Return the polygons or lines of a WKT file, those of them that ``attempt`` lets pass.

    Raises
    ------
    BoundaryError
        With the line of a geometry that cannot be read, or where two SRIDs differ.
    """
    file = path.name
    decoded = decode_text(path.read_bytes(), file=file, option=options.encoding)
    shapes: list[shapely.Geometry] = []
    places: list[str] = []
    srids: dict[str, str] = {}
    closed: list[str] = []
    for line, text in _geometries(decoded.text, file, attempt):
        place = say("line", n=line)
        parsed = attempt(_geometry, text, file, place)
        if parsed is None:
            continue
        srid, shape, was_open = parsed
        if srid:
            srids.setdefault(srid, place)
        shapes.append(shape)
        places.append(place)
        closed += [place] if was_open else []
    one, *others = srids or [""]
    for other in others:
        attempt(_refuse_srid, one, other, file, srids[other])
    declared = parse_declared(f"EPSG:{one}", file, "SRID") if one else None
    system = (
        None
        if others
        else attempt(decide_system, file, options, declared=declared, source=say("its_srid"))
    )
    geometry = np.empty(len(shapes), dtype=object)
    geometry[:] = shapes
    return Submission(
        path=path,
        format=FORMAT,
        sha256=file_sha256(path),
        system=system or UNTOLD,
        geometry=geometry,
        places=places,
        attributes=[{} for _ in shapes],
        stated_ha=np.full(len(shapes), np.nan),
        encoding=decoded.encoding,
        encoding_basis=decoded.basis,
        closed=closed,
        warnings=[say("heights")] if shapely.has_z(geometry).any() else [],
    )


def _geometry(text: str, file: str, place: str) -> tuple[str, shapely.Geometry, bool]:
    """Return SRID and geometry of one text, and whether a ring of it was open."""
    match = _START.fullmatch(text)
    if match is None or not _PLAIN.fullmatch(match[2]):
        raise BoundaryError(
            file, place, "a POLYGON, MULTIPOLYGON, LINESTRING or MULTILINESTRING",
            repr(text[:40]), "submit polygons or lines as WKT, and nothing else",
        )  # fmt: skip
    return match[1] or "", *_parse(match[2], file, place)


def _refuse_srid(one: str, other: str, file: str, place: str) -> None:
    raise BoundaryError(
        file, place, f"SRID {one} throughout", f"SRID {other}", "write the file in one system"
    )


def _geometries(text: str, file: str, attempt: Attempt) -> Iterator[tuple[int, str]]:
    """Yield the first line and the text of each geometry: up to where its brackets are closed."""
    parts: list[str] = []
    depth, start = 0, 0
    for line, raw in enumerate(re.split(r"\r\n|\n|\r", text), start=1):
        content = raw.strip(" \t;\ufeff")
        if not content:
            continue
        start = start or line
        parts.append(content)
        depth += content.count("(") - content.count(")")
        if depth <= 0 and (content.endswith(")") or ("(" not in content and _is_whole(content))):
            yield start, " ".join(parts)
            parts, depth, start = [], 0, 0
    if parts:
        attempt(_refuse_cut, file, start)


def _refuse_cut(file: str, line: int) -> None:
    raise BoundaryError(
        file, f"line {line}", "brackets that are closed", "a geometry cut at the end",
        "export and send it again",
    )  # fmt: skip


def _is_whole(content: str) -> bool:
    """Whether a line without brackets ends a geometry: EMPTY does, and so does what is none."""
    return content.upper().endswith("EMPTY") or not _START.match(content)


def _parse(text: str, file: str, place: str) -> tuple[shapely.Geometry, bool]:
    """Return the geometry, and whether a ring of it was open."""
    deepest = depth = 0
    for mark in re.findall(r"[()]", text):
        depth += 1 if mark == "(" else -1
        deepest = max(deepest, depth)
    try:
        if deepest > _MAX_DEPTH:
            raise ValueError
        with np.errstate(all="ignore"):  # a number out of range is refused later, with its place
            shape = shapely.from_wkt(text, on_invalid="ignore")
            was_open = shape is None
            if shape is None:
                shape = shapely.from_wkt(text, on_invalid="fix")
    except (shapely.errors.GEOSException, ValueError):
        shape, was_open = None, False
    if shape is None:
        raise BoundaryError(
            file, place, "a whole geometry", repr(text[:40]), "correct it, or export it again"
        )
    return shape, was_open
