"""Railways and stations: ``railways`` (chords between stations) and ``stations``."""

from __future__ import annotations

from itertools import pairwise

import shapely
from alignments import Alignment, alignments
from places import place, places_of, point_feature
from shapes import length_m
from writing import Feature

__all__ = ["railway_features", "station_features"]

CHORD_SHARE = 0.2
"""How far a line may stray from the chord between two stations, as a share of the chord.

A line p longer than its chord strays at most sqrt(p / 2) of the chord's length; the longest lines
here are 8 % longer than their chords: 0.2.
"""

ESTIMATED_VERTEX_M = 6000.0
"""Twice the gazetteer's one-sigma figure for a vertex that is no station."""

_SOURCE = "车站间直线，站点取自 OpenStreetMap（© OpenStreetMap contributors，ODbL，2026-07）"
_AS_OF = {"rail_chengdawan": "2026-01", "rail_nanguang": "2026"}


def railway_features() -> list[Feature]:
    """Return every railway, a feature a chord, each with the accuracy of its chord."""
    return [
        _chord(line, n, ends, line.estimated)
        for line in alignments("railways")
        for n, ends in enumerate(pairwise(range(len(line.vertices))))
    ]


def station_features() -> list[Feature]:
    """Return the railway stations as points."""
    return [
        point_feature(
            row,
            {
                "lines": row.text("lines", "line"),
                "town": row.text("town"),
                "address": row.text("address"),
                "opened": row.text("opened"),
            },
        )
        for row in places_of("rail_station")
    ]


def _chord(line: Alignment, n: int, ends: tuple[int, int], estimated: tuple[int, ...]) -> Feature:
    row = place(line.place)
    chord = shapely.LineString([line.vertices[end] for end in ends])
    accuracy_m = max(500.0, CHORD_SHARE * length_m(chord))
    if set(ends) & set(estimated):
        accuracy_m = max(ESTIMATED_VERTEX_M, accuracy_m)
    return Feature(
        key=f"{line.id}_{n + 1:02d}",
        name_zh=line.name_zh,
        name_en=line.name_en,
        status=row.status,
        source=f"{_SOURCE}；{row.line_source}",
        basis="recall" if set(ends) & set(estimated) else row.basis,
        accuracy_m=float(round(accuracy_m)),
        evidence="schematic",
        geometry=chord,
        as_of=_AS_OF.get(line.id, "2026-11"),
        columns={
            "line": line.id,
            "class": line.kind,
            "speed_kmh": row.number("speed_kmh"),
            "line_length_km": row.text("length_km"),
            "chord_km": round(length_m(chord) / 1000, 3),
            "nanchong_km": row.number("nanchong_km"),
            "stations": row.text("stations", "stations_here"),
            "started": row.day("start"),
            "opened": row.text("opened"),
            "open_target": row.text("open_target"),
            "gazetteer_name_zh": row.name_zh if row.name_zh != line.name_zh else "",
        },
    )
