"""The example that the page offers: a file of the workspace, else a square inside its bounds."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from geo_toolkit.rules import PROJECT_TYPES

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["Example", "example_of"]

_FOLDER = "examples"
_SUFFIXES = frozenset({".txt", ".geojson", ".zip", ".kml"})
_LARGEST_BYTES = 1_000_000
_HALF_SIDE_DEG = 0.001
_NAMES = ("示例地块", "Example plot")


@dataclass(frozen=True)
class Example:
    """A boundary file to try the check with.

    Attributes
    ----------
    name
        Its file name.
    project_type
        What it is for; ``other`` where that is not known.
    content
        Its bytes.
    """

    name: str
    project_type: str
    content: bytes


def example_of(root: Path, bounds: tuple[float, float, float, float], lang: str = "zh") -> Example:
    """Return the first file under ``examples/`` whose name begins with a project type.

    Without one, a square of about 200 m in the middle of the bounds.

    Parameters
    ----------
    root
        Folder of the workspace.
    bounds
        West, south, east, north in degrees.
    """
    folder = root / _FOLDER
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        kind = path.stem.partition("_")[0]
        fits = path.suffix in _SUFFIXES and kind in PROJECT_TYPES and path.is_file()
        if fits and path.stat().st_size <= _LARGEST_BYTES:
            return Example(path.name, kind, path.read_bytes())
    return Example("example_plot.geojson", "other", _square(bounds, lang))


def _square(bounds: tuple[float, float, float, float], lang: str) -> bytes:
    x, y = round((bounds[0] + bounds[2]) / 2, 4), round((bounds[1] + bounds[3]) / 2, 4)
    signs = ((-1, -1), (1, -1), (1, 1), (-1, 1), (-1, -1))
    ring = [
        [round(x + dx * _HALF_SIDE_DEG, 6), round(y + dy * _HALF_SIDE_DEG, 6)] for dx, dy in signs
    ]
    feature = {
        "type": "Feature",
        "properties": {"name": _NAMES[1 if lang == "en" else 0]},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }
    document = {"type": "FeatureCollection", "features": [feature]}
    return json.dumps(document, ensure_ascii=False).encode()
