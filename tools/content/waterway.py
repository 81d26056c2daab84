"""Waterway, locks, ports and water-source reaches, all on the Jialing."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from centrelines import centrelines
from jialing import Stretch, course, jialing_stretches
from places import Place, place, places_of, point_feature
from rivers import HALF_WIDTH_M
from shapes import band, length_m, reach
from writing import Feature

__all__ = [
    "jialing_course",
    "lock_features",
    "port_features",
    "water_source_features",
    "waterway_features",
]

if TYPE_CHECKING:
    import shapely

_WATERWAY_SOURCE = (
    "走向取自 OpenStreetMap 河流中心线（© OpenStreetMap contributors，ODbL），"
    "缺段以1:400万基础底图线补齐"
)


@lru_cache(maxsize=1)
def _stretches() -> tuple[Stretch, ...]:
    return tuple(jialing_stretches({way.key: way for way in centrelines()}))


def jialing_course() -> shapely.LineString:
    """Return the Jialing within the workspace as one line, from north to south."""
    return course(list(_stretches()))


def waterway_features() -> list[Feature]:
    """Return the waterway as one line, with the accuracy of its worst stretch."""
    row = place("canal_jialing")
    worst_m = max(piece.accuracy_m for piece in _stretches())
    return [
        Feature(
            key=row.id,
            name_zh="嘉陵江航道",
            name_en=row.name_en,
            status=row.status,
            source=f"{_WATERWAY_SOURCE}；{row.line_source}",
            basis=row.basis,
            accuracy_m=max(row.accuracy_m, worst_m),
            evidence="published",
            geometry=jialing_course(),
            columns={
                "class": "IV",
                "target_class": "III",
                "stated_length_km": "280.6–301",
                "locks": row.text("locks_in_city"),
                "through_navigation": row.text("through_navigation"),
            },
        )
    ]


def lock_features() -> list[Feature]:
    """Return the navigation dams with their locks as points, some beyond the city."""
    return [
        point_feature(
            row,
            {
                "kind": row.kind,
                "mw": row.number("mw"),
                "lock_class": row.text("lock"),
                "note": row.text("note", "site", "point"),
            },
        )
        for row in places_of("navigation_dam")
    ]


def port_features() -> list[Feature]:
    """Return the ports' terminals as points."""
    return [
        point_feature(
            row,
            {
                "kind": row.kind,
                "bank": row.text("bank"),
                "note": row.text("role", "note", "named_in", "terminals"),
            },
        )
        for row in places_of("port")
    ]


def water_source_features() -> list[Feature]:
    """Return the reaches whose limits a published plan gives in metres from an intake.

    Only the water is drawn, as a band of the river's width; the land side is not public. The
    limit at 黑塔沟 (level II) was not found on any map, so that no level-II reach is drawn.
    """
    xiaoheba, shipan = place("ws_xiaoheba"), place("ws_shipan")
    dam, river = place("dam_fengyi"), jialing_course()
    water = "一级保护区水域（示意）"
    return [
        _source(
            "ws_xiaoheba_1",
            f"小河坝取水口{water}",
            "Xiaoheba intake, level I water",
            "I",
            xiaoheba,
            reach(river, xiaoheba.point, xiaoheba.point, up_m=1100, down_m=100),
            xiaoheba.accuracy_m,
        ),
        _source(
            "ws_xiaoheba_quasi",
            "小河坝取水口二级及准保护区水域（示意）",
            "Xiaoheba intake, level II and quasi-zone water",
            "quasi",
            xiaoheba,
            reach(river, xiaoheba.point, xiaoheba.point, up_m=5000, down_m=400),
            xiaoheba.accuracy_m,
        ),
        _source(
            "ws_shipan_1",
            f"石盘村取水口{water}",
            "Shipan intake, level I water",
            "I",
            shipan,
            reach(river, dam.point, shipan.point, down_m=100),
            max(shipan.accuracy_m, dam.accuracy_m),
        ),
    ]


def _source(
    key: str,
    name_zh: str,
    name_en: str,
    level: str,
    row: Place,
    line: shapely.LineString,
    accuracy_m: float,
) -> Feature:
    half_width_m = HALF_WIDTH_M["main_stem"]
    return Feature(
        key=key,
        name_zh=name_zh,
        name_en=name_en,
        status=row.status,
        source=f"起止里程：{row.source}；图形为 OpenStreetMap 河流中心线（© OpenStreetMap "
        f"contributors，ODbL）向两侧各外扩 {half_width_m:.0f} m",
        basis=row.basis,
        accuracy_m=accuracy_m,
        evidence="schematic",
        geometry=band(line, half_width_m),
        columns={
            "level": level,
            "limits": row.text("level1")
            if level == "I"
            else "取水口下游400 m至上游约5 km（渔溪河口）",
            "length_km": round(length_m(line) / 1000, 3),
            "district": row.district,
        },
    )
