"""Reading the part of a large layer that lies near some sites, through its file's own index."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

import numpy as np
import shapely
from pyproj import Transformer

from geo_toolkit.catalogue.packing import hash_of
from geo_toolkit.geodesy import CGCS2000

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray
    from pyproj import CRS

__all__ = [
    "LARGE_BYTES",
    "WINDOWED_SUFFIXES",
    "Window",
    "in_crs",
    "is_large",
    "remembered_hash",
    "sql_of",
    "windows_around",
]

Window = tuple[float, float, float, float]
LARGE_BYTES = 20_000_000
"""Files up to this size are read whole and kept; larger ones by window."""

WINDOWED_SUFFIXES = (".gpkg", ".fgb")
_METRES_A_DEGREE = 110_500.0  # of latitude at the equator, where a degree is shortest
_MOST_WINDOWS = 64
_EDGE_POINTS = 21


def is_large(path: Path) -> bool:
    """Whether a data file is read by window."""
    if path.suffix.lower() not in WINDOWED_SUFFIXES:
        return False
    try:
        return path.stat().st_size > LARGE_BYTES
    except OSError:
        return False


def windows_around(lonlat: NDArray[np.object_], reach_m: float) -> list[Window]:
    """Return boxes in degrees that hold everything within a distance of some sites.

    Boxes that meet are joined; sites all over the place make one box.

    Examples
    --------
    >>> import shapely
    >>> (w, s, e, n), = windows_around(shapely.points([[106.0, 30.0]]), 1000.0)
    >>> w < 106.0 - 1000 / 96_490 and n > 30.0 + 1000 / 110_850
    True
    """
    box = shapely.bounds(np.asarray(lonlat, dtype=object))
    box = box[np.isfinite(box).all(axis=1)]
    if not len(box):
        return []
    tall = reach_m / _METRES_A_DEGREE
    farthest = np.minimum(np.abs(box[:, [1, 3]]).max(axis=1) + tall, 89.0)
    wide = tall / np.cos(np.radians(farthest))
    grown = shapely.box(box[:, 0] - wide, box[:, 1] - tall, box[:, 2] + wide, box[:, 3] + tall)
    joined = np.asarray(grown, dtype=object)
    while True:
        parts = shapely.get_parts(shapely.union_all(joined))
        envelopes = shapely.envelope(parts)
        if len(envelopes) == len(joined):
            break
        joined = envelopes
    if len(joined) > _MOST_WINDOWS:
        joined = shapely.envelope(shapely.multipolygons([list(joined)]))
    return [(w, s, e, n) for w, s, e, n in shapely.bounds(joined).tolist()]


def in_crs(windows: Sequence[Window], crs: CRS) -> list[Window]:
    """Return windows in degrees as boxes of a layer's CRS that hold them, edges bent or not."""
    geographic = crs.geodetic_crs or CGCS2000
    if crs.is_geographic:
        return list(windows)
    transformer = Transformer.from_crs(geographic, crs, always_xy=True, allow_ballpark=False)
    moved = []
    for window in windows:
        west, south, east, north = transformer.transform_bounds(*window, densify_pts=_EDGE_POINTS)
        moved.append((west, south, east, north))
    return moved


def sql_of(column: str, values: Sequence[str]) -> str:
    r"""Return the SQL condition for a column that holds one of some values, or nothing.

    Examples
    --------
    >>> sql_of("class", ["a", "it's"])
    '(CAST("class" AS TEXT) IN (\'a\', \'it\'\'s\') OR "class" IS NULL OR "class" = \'\')'
    """
    name = '"' + column.replace('"', '""') + '"'
    listed = ", ".join("'" + value.replace("'", "''") + "'" for value in values)
    return f"(CAST({name} AS TEXT) IN ({listed}) OR {name} IS NULL OR {name} = '')"


def remembered_hash(path: Path, state: Path) -> str:
    """Return the SHA-256 of a large file, computed once for each size and time it has.

    Parameters
    ----------
    state
        The workspace's ``.geo_toolkit``, where it is remembered if that can be written.
    """
    if not is_large(path):
        return hash_of(path)
    notes = state / "hashes.json"
    status = path.stat()
    stamp = [status.st_size, status.st_mtime_ns]
    try:
        known = json.loads(notes.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        known = {}
    name = os.path.relpath(path, state.parent)
    if known.get(name, [None])[:2] == stamp:
        return str(known[name][2])
    digest = hash_of(path)
    known[name] = [*stamp, digest]
    work = notes.with_name(f".hashes-{os.getpid()}.json")
    try:
        state.mkdir(exist_ok=True)
        work.write_text(json.dumps(known, sort_keys=True), encoding="utf-8")
        work.replace(notes)
    except OSError:  # a read-only workspace computes it again
        work.unlink(missing_ok=True)
    return digest
