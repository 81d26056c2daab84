"""The parts that a shapefile lacks, all of them at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geo_toolkit.boundary.archive import list_entries
from geo_toolkit.boundary.faults import Fault
from geo_toolkit.errors import BoundaryError, GeoToolkitError

if TYPE_CHECKING:
    from pathlib import Path

    from geo_toolkit.boundary.faults import Faults
    from geo_toolkit.boundary.options import ReadOptions

__all__ = ["look_for_parts"]

_NEEDED = {".shx": "index", ".dbf": "attributes", ".prj": "coordinate system"}


def look_for_parts(path: Path, options: ReadOptions, faults: Faults) -> None:
    """Note each part that is missing beside the one .shp of a zip, a folder or a file."""
    try:
        names = _names(path)
    except GeoToolkitError:
        return  # the reader has said what is wrong with the archive
    stems = [stem for stem, suffix in names if suffix == ".shp"]
    if len(stems) != 1:
        return
    there = {suffix for stem, suffix in names if stem.lower() == stems[0].lower()}
    for suffix, what in _NEEDED.items():
        if suffix in there or (suffix == ".prj" and options.crs is not None):
            continue
        if any(f"with its {suffix} " in fault.expected for fault in faults.found):
            continue
        missing = BoundaryError(
            path.name, "", f"a shapefile with its {suffix} ({what})", f"none with {suffix}",
            "send all parts of the shapefile: .shp, .shx, .dbf, .prj",
        )  # fmt: skip
        faults.add(Fault.of_error(missing))


def _names(path: Path) -> list[tuple[str, str]]:
    """Return stem and suffix of the files that lie together."""
    if path.is_dir() or path.suffix.lower() == ".shp":
        folder = path if path.is_dir() else path.parent
        only = "" if path.is_dir() else path.stem.lower()
        files = [p for p in sorted(folder.iterdir()) if only in ("", p.stem.lower())]
        return [(p.stem, p.suffix.lower()) for p in files]
    if path.suffix.lower() == ".zip":
        return [(entry.stem, entry.suffix) for entry in list_entries(path)]
    return []
