"""The gazetteer: ``places.csv``, one named place a row, with its source and accuracy."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import shapely

__all__ = ["HERE", "Place", "place", "places_of", "places_with_prefix"]

HERE = Path(__file__).resolve().parent
"""The folder of the source tables."""

_FULL_WIDTH = str.maketrans({"(": "（", ")": "）"})


@dataclass(frozen=True)
class Place:
    """One row of the gazetteer; ``sigma_m`` is one standard deviation of the position."""

    id: str
    name_zh: str
    name_en: str
    kind: str
    lon: float
    lat: float
    status: str
    district: str
    attributes: dict[str, str]
    sigma_m: float
    basis: str
    source: str

    @property
    def point(self) -> shapely.Point:
        """Position in WGS 84 degrees."""
        return shapely.Point(self.lon, self.lat)

    @property
    def accuracy_m(self) -> float:
        """Bound of the position's error for 95 %: twice sigma."""
        return 2 * self.sigma_m

    @property
    def evidence(self) -> str:
        """``published`` where a source gives the coordinate, else ``schematic``."""
        known = self.basis in ("published", "converted") and self.sigma_m < 5000
        return "published" if known else "schematic"

    def number(self, name: str) -> float | None:
        """Return the first number of an attribute, or None."""
        found = re.search(r"\d+(?:\.\d+)?", self.attributes.get(name, ""))
        return float(found.group()) if found else None

    def text(self, *names: str) -> str:
        """Return the first of the attributes that is there, with ``|`` written as ``、``."""
        for name in names:
            if self.attributes.get(name):
                return self.attributes[name].replace("|", "、")
        return ""


@lru_cache(maxsize=1)
def _all() -> dict[str, Place]:
    with (HERE / "places.csv").open(encoding="utf-8", newline="") as file:
        return {row["id"]: _read(row) for row in csv.DictReader(file)}


def _read(row: dict[str, str]) -> Place:
    pairs = (part.split("=", 1) for part in row["attributes"].split(";") if "=" in part)
    return Place(
        id=row["id"],
        name_zh=row["name_zh"].translate(_FULL_WIDTH),
        name_en=row["name_en"],
        kind=row["kind"],
        lon=float(row["lon"]),
        lat=float(row["lat"]),
        status=row["status"],
        district=row["district"].replace(",", "、").replace("/", "、"),
        attributes={name.strip(): value.strip() for name, value in pairs},
        sigma_m=float(row["accuracy_m"]),
        basis=row["basis"],
        source=row["source"].strip(),
    )


def place(key: str) -> Place:
    """Return one place of the gazetteer by its id."""
    return _all()[key]


def places_of(*kinds: str) -> list[Place]:
    """Return the places of one or more kinds, in the order of the table."""
    return [row for row in _all().values() if row.kind in kinds]


def places_with_prefix(prefix: str) -> list[Place]:
    """Return the places whose id starts with a prefix, in the order of the table."""
    return [row for row in _all().values() if row.id.startswith(prefix)]
