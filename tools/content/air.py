"""Airports, runways and gateways: ``airports``, ``runways`` and ``gateways``."""

from __future__ import annotations

import shapely
from places import Place, place, places_of, point_feature
from shapes import length_m
from writing import AS_OF, Feature

__all__ = ["airport_features", "gateway_features", "runway_features"]

_SHORT_NAMES = {"apt_nao": "高坪机场"}

_M_PER_FOOT = 0.3048
_ELEVATION_ACCURACY_M = 1.0  # mean sea level against the 1985 datum, and whole feet

# Runway id, its two ends in the gazetteer, the airport, and the pavement's published length.
_RUNWAYS = (
    ("rwy_nao", "rwy_nao_06", "rwy_nao_24", "apt_nao", "06/24"),
    ("rwy_lzg", "rwy_lzg_03", "rwy_lzg_21", "apt_lzg", "03/21"),
)


def airport_features() -> list[Feature]:
    """Return the airports, and the general-aviation airports that are planned, as points."""
    return [_airport(row) for row in places_of("airport", "airport_ga")]


def runway_features() -> list[Feature]:
    """Return the runways as lines between their two ends."""
    made = []
    for key, first, second, airport, designator in _RUNWAYS:
        ends = place(first), place(second)
        line = shapely.LineString([end.point for end in ends])
        name_zh = _SHORT_NAMES.get(airport, place(airport).name_zh)
        feet = place(airport).number("elev_ft")
        made.append(
            Feature(
                key=key,
                name_zh=f"{name_zh}跑道",
                name_en=f"{place(airport).name_en} runway {designator}",
                status=place(airport).status,
                source=ends[0].source,
                basis="published",
                accuracy_m=max(end.accuracy_m for end in ends),
                evidence="published",
                geometry=line,
                as_of="2025-02",
                columns={
                    "airport": airport,
                    "designator": designator,
                    "mapped_length_m": float(round(length_m(line))),
                    "stated_length_m": place(airport).text("runway_m"),
                    "elevation_m": None if feet is None else round(feet * _M_PER_FOOT, 1),
                    "elevation_accuracy_m": None if feet is None else _ELEVATION_ACCURACY_M,
                    "elevation_basis": _elevation_basis(feet),
                    "district": ends[0].district,
                },
            )
        )
    return made


def gateway_features() -> list[Feature]:
    """Return the ends of long-distance links beyond the city, with distances by mode.

    Distances run from the place in ``from_place`` and are general knowledge to about 10 %: a
    parameter to edit.
    """
    made = []
    for row in places_of("gateway"):
        name_zh, _, direction = row.name_zh.partition("（")
        columns: dict[str, str | float | None] = {
            "direction": direction.rstrip("）"),
            "from_place": row.text("from"),
            "road_km": row.number("road_km"),
            "rail_km": row.number("rail_km"),
            "water_km": row.number("water_km"),
            "distance_basis": "recall",
        }
        made.append(point_feature(row, columns, name_zh=name_zh))
    return made


def _elevation_basis(feet: float | None) -> str | None:
    if feet is None:
        return None
    return f"OurAirports 机场标高 {feet:g} 英尺（平均海平面），未换算至1985国家高程基准"


def _airport(row: Place) -> Feature:
    is_general = row.kind == "airport_ga"
    columns: dict[str, str | float | None] = {
        "kind": "general_aviation" if is_general else "transport",
        "icao": row.text("icao"),
        "iata": row.text("iata"),
        "class": row.text("class"),
        "runway_m": row.text("runway_m"),
        "opened": row.text("opened"),
        "candidates": row.text("candidates"),
        "industries": "低空经济" if is_general else "",
    }
    name_zh = f"{row.name_zh}（规划）" if is_general else _SHORT_NAMES.get(row.id, "")
    return point_feature(row, columns, name_zh=name_zh, as_of="2024" if is_general else AS_OF)
