"""The gazetteer: ``places.csv``, one named place a row, with its source and accuracy."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import shapely
from writing import AS_OF, Feature

__all__ = ["HERE", "Place", "place", "places_of", "point_feature"]

HERE = Path(__file__).resolve().parent
"""The folder of the source tables."""

_HAN = "\u4e00-\u9fff"
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

    @property
    def line_source(self) -> str:
        """The source of a row that stands for a line, without what it says of its own point."""
        return re.sub(r"；?(?:仅为代表点|代表点[^（；]*（[^）]*）)", "", self.source).strip("；")

    def number(self, name: str) -> float | None:
        """Return the first number of an attribute, or None."""
        found = re.search(r"\d+(?:\.\d+)?", self.attributes.get(name, ""))
        return float(found.group()) if found else None

    def day(self, name: str) -> str:
        """Return the first date of an attribute (year, and month and day if given), or ""."""
        found = re.match(r"\d{4}(?:-\d{2}){0,2}", self.attributes.get(name, ""))
        return found.group() if found else ""

    def text(self, *names: str) -> str:
        """Return the first of the attributes that is there, with Chinese punctuation."""
        value = next((self.attributes[name] for name in names if self.attributes.get(name)), "")
        value = re.sub(rf"\((?=[{_HAN}])([^()]*)\)", r"（\1）", value)
        return re.sub(rf"\||(?<=[{_HAN}）]),(?=[{_HAN}])", "、", value)


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


def point_feature(
    row: Place,
    columns: dict[str, str | float | None],
    *,
    name_zh: str = "",
    as_of: str = AS_OF,
) -> Feature:
    """Return a place as a point feature, with the gazetteer's accuracy doubled.

    Where the name in use differs from the gazetteer's, the latter is kept in a column.
    """
    is_renamed = bool(name_zh) and name_zh != row.name_zh
    return Feature(
        key=row.id,
        name_zh=name_zh or row.name_zh,
        name_en=row.name_en,
        status=row.status,
        source=row.source,
        basis=row.basis,
        accuracy_m=row.accuracy_m,
        evidence=row.evidence,
        geometry=row.point,
        as_of=as_of,
        columns={
            **columns,
            "district": row.district,
            "gazetteer_name_zh": row.name_zh if is_renamed else "",
        },
    )
