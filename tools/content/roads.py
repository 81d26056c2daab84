"""Expressways and interchanges: ``expressways`` (mapped pieces and gaps) and ``interchanges``."""

from __future__ import annotations

import shapely
from alignments import Alignment, alignments
from places import place, places_of, point_feature
from shapes import length_m
from writing import Feature

__all__ = ["expressway_features", "interchange_features"]

MAPPED_ACCURACY_M = 200.0
"""Thinned road geometry: 20 m at the vertices, tight bends between them are cut."""

GAP_SHARE = 0.25
"""How far a road may stray from a straight gap, as a share of the gap."""

SHORT_GAP_M = 5000.0
"""A gap up to this takes ``GAP_SHARE``; a longer one is schematic to 5 km at least."""

_MAPPED = (
    "OpenStreetMap 道路几何抽稀（© OpenStreetMap contributors，ODbL；"
    "github edjsh175/nanchong-citrus-webgis 转载，2026）"
)
_GAP = "有图段之间的缺段，以直线示意"
_SCHEMATIC = "经报道所列地点的示意走向"


def expressway_features() -> list[Feature]:
    """Return every expressway, a feature a mapped piece or gap."""
    made = []
    for line in alignments("expressways"):
        for n, (vertices, is_mapped) in enumerate(line.pieces(), start=1):
            made.append(_piece(line, n, shapely.LineString(vertices), is_mapped))
    return made


def interchange_features() -> list[Feature]:
    """Return the interchanges as points."""
    return [
        point_feature(
            row,
            {
                "joins": row.text("joins", "on"),
                "connects": row.text("connects"),
                "name_basis": row.text("name") or "named in a source",
            },
        )
        for row in places_of("interchange")
    ]


def _piece(line: Alignment, n: int, piece: shapely.LineString, is_mapped: bool) -> Feature:
    row = place(line.place)
    source = _MAPPED if is_mapped else _GAP if line.mapped else _SCHEMATIC
    return Feature(
        key=f"{line.id}_{n:02d}",
        name_zh=line.name_zh,
        name_en=line.name_en,
        status=row.status,
        source=f"{source}；{row.line_source}",
        basis="published" if is_mapped else "recall",
        accuracy_m=_accuracy_m(line, piece, is_mapped),
        evidence="published" if is_mapped else "schematic",
        geometry=piece,
        as_of="2025-12" if row.status == "under_construction" else "2026-11",
        columns={
            "line": line.id,
            "class": line.kind,
            "code": line.code,
            "speed_kmh": line.speed_kmh or row.number("speed_kmh"),
            "line_length_km": row.text("length_km"),
            "piece_km": round(length_m(piece) / 1000, 3),
            "nanchong_km": row.number("nanchong_km"),
            "via": row.text("via"),
            "started": row.day("start"),
            "opened": row.text("opened"),
            "gazetteer_name_zh": row.name_zh if row.name_zh != line.name_zh else "",
        },
    )


def _accuracy_m(line: Alignment, piece: shapely.LineString, is_mapped: bool) -> float:
    """Return the accuracy of a piece: of the mapping, of the gap, or twice the row's sigma."""
    if is_mapped:
        return MAPPED_ACCURACY_M
    if not line.mapped:
        return max(10_000.0, place(line.place).accuracy_m)
    stray_m = float(round(GAP_SHARE * length_m(piece)))
    if length_m(piece) > SHORT_GAP_M:
        return max(5000.0, stray_m)
    return max(MAPPED_ACCURACY_M, stray_m)
