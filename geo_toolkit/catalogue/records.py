"""Recorded checks: the document and the boundary of each, kept so that it can be replayed."""

from __future__ import annotations

import json
import logging
import math
import os
import re
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import shapely

from geo_toolkit.catalogue.recorded_sites import read_sites_back
from geo_toolkit.errors import LayerError, UnknownName

if TYPE_CHECKING:
    from geo_toolkit.boundary import Sites

__all__ = ["Records"]

_LOG = logging.getLogger(__name__)
_ID = re.compile(r"^check-[0-9a-f]{20}$")


class Records:
    """The checks recorded in a workspace, one folder each, named by ``check_id``.

    A folder holds ``check.json`` (the document), ``sites.geojson`` and ``land_take.geojson`` (the
    sites and the land taken as they were decided, CGCS2000 degrees) and the submitted files under
    ``submitted/``.

    Parameters
    ----------
    state
        The workspace's ``.geo_toolkit`` folder; made when the first check is recorded.
    """

    def __init__(self, state: Path) -> None:
        self.folder = state / "checks"

    @property
    def is_writable(self) -> bool:
        """Whether checks can be recorded: the folder, or the nearest one above it, is writable."""
        folder = self.folder
        while not folder.exists():
            folder = folder.parent
        return os.access(folder, os.W_OK)

    def keep(
        self,
        document: dict[str, Any],  # JSON document
        sites: Sites,
        land_take: Sites | None = None,
    ) -> bool:
        """Record a check; False, with a line in the log, where the workspace is read-only.

        A check of the same id is the same check, and is left as it is.
        """
        target = self.folder / str(document["check_id"])
        if target.is_dir():
            return True
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            work = Path(tempfile.mkdtemp(prefix=".new-", dir=self.folder))
        except OSError as error:
            _LOG.warning("the check is not recorded: %s is read-only (%s)", self.folder, error)
            return False
        try:
            _write(work / "check.json", json.dumps(document, ensure_ascii=False))
            _write(work / "sites.geojson", _geojson(sites))
            if land_take is not None:
                _write(work / "land_take.geojson", _geojson(land_take))
            _copy(sites, work / "submitted")
            work.replace(target)
        except OSError as error:
            shutil.rmtree(work, ignore_errors=True)
            if target.is_dir():  # another process recorded the same check meanwhile
                return True
            _LOG.warning("the check is not recorded: %s", error)
            return False
        return True

    def document(self, check_id: str) -> dict[str, Any]:  # JSON document
        """Return the document of a recorded check.

        Raises
        ------
        UnknownName
            If no check of that id is recorded.
        """
        path = self.folder / check_id / "check.json"
        if not _ID.match(check_id) or not path.is_file():
            raise UnknownName("recorded check", check_id, self.ids())
        document: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        return document

    def sites(self, check_id: str) -> Sites:
        """Return the sites of a recorded check as they were decided.

        Raises
        ------
        UnknownName
            If no check of that id is recorded.
        """
        rows = [row for row in self.document(check_id)["inputs"] if "kind" not in row]
        return read_sites_back(self.folder / check_id / "sites.geojson", rows)

    def land_take(self, check_id: str) -> Sites | None:
        """Return the land taken of a recorded check, None where it was not given apart.

        Raises
        ------
        UnknownName
            If no check of that id is recorded.
        LayerError
            If the check was recorded before land taken was kept.
        """
        document = self.document(check_id)
        rows = document.get("land_take") or []
        if not rows:
            return None
        path = self.folder / check_id / "land_take.geojson"
        if not path.is_file():
            raise LayerError(f"{check_id}: its land taken was not recorded; check it again")
        return read_sites_back(path, rows)

    def ids(self) -> list[str]:
        """Return the ids of all recorded checks, sorted."""
        if not self.folder.is_dir():
            return []
        return sorted(path.name for path in self.folder.iterdir() if _ID.match(path.name))


def _write(path: Path, text: str) -> None:
    with path.open("w", encoding="utf-8", newline="\n") as stream:
        stream.write(text)
        stream.flush()
        os.fsync(stream.fileno())


def _copy(sites: Sites, folder: Path) -> None:
    folder.mkdir()
    for number, source in enumerate(sites.inputs, start=1):
        target = folder / f"{number}-{source.file}"
        if source.path.is_dir():
            shutil.copytree(source.path, target)
        elif source.path.is_file():
            shutil.copyfile(source.path, target)


def _geojson(sites: Sites) -> str:
    features = []
    lines = sites.lines or (None,) * len(sites)
    for (site_id, row), source, line in zip(
        sites.frame.iterrows(), sites.input_of, lines, strict=True
    ):
        stated = float(row["stated_area_ha"])
        properties: dict[str, Any] = {  # JSON values
            "name": row["name"],
            "attributes": row["attributes"],
            "input": source,
            "stated_area_ha": None if math.isnan(stated) else stated,
        }
        if line is not None:
            properties["line"] = json.loads(shapely.to_geojson(line))
        geometry = json.loads(shapely.to_geojson(row["geometry"]))
        features.append(
            {"type": "Feature", "id": str(site_id), "properties": properties, "geometry": geometry}
        )
    return json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False)
