"""Protected areas: five layers of their own, and the red-line proxy built from some of them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import shapely
from centrelines import centrelines
from places import Place, place
from shapes import NOMINAL_AREA_M2, band, band_half_width_m, circle, circle_radius_m, reach
from waterway import jialing_course, water_source_features
from writing import Feature

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

__all__ = [
    "germplasm_features",
    "heritage_features",
    "natural_park_features",
    "nature_reserve_features",
    "red_line_features",
    "scenic_area_features",
]

NOMINAL_HALF_WIDTH_M = 250.0
"""Half width of the band along a river whose park has no published size."""

_HECTARE_M2 = 10_000.0
_RIVER_SOURCE = "河流走向取自 OpenStreetMap（© OpenStreetMap contributors，ODbL）"
_RED_LINE_SOURCE = (
    "代理图形：已知保护地，按常理应在红线内；不是批准的生态保护红线"
    "（川府发〔2018〕24号只有全省总量，市级矢量未公开）"
)


@dataclass(frozen=True)
class _Area:
    """One area: its row, its name where the row's is not the one in use, and its size."""

    row: str
    key: str = ""
    name_zh: str = ""
    name_en: str = ""
    level: str = ""
    area_m2: float | None = None
    reaches_m: float = 0.0  # how far the real outline is known to reach from the point


def nature_reserve_features() -> list[Feature]:
    """Return the nature reserves."""
    taihe = _Area("eco_taihe", name_zh="嘉陵太和鹭鸟自然保护区")
    return [_circle(taihe), _gouxi("nr_gouxi", "构溪河自然保护区", "Gouxi River nature reserve")]


def natural_park_features() -> list[Feature]:
    """Return the wetland and forest parks."""
    # The published box of 升钟湖 is 25.4 km wide: the outline reaches its edges.
    areas = (
        _Area(
            "eco_shengzhong_wp",
            name_zh="升钟湖湿地公园",
            level="provincial",
            area_m2=8573.02 * _HECTARE_M2,
            reaches_m=12_700,
        ),
        _Area("eco_qingshui", level="national", area_m2=901.3 * _HECTARE_M2),
        _Area("eco_qinglong", level="national", area_m2=411.11 * _HECTARE_M2),
        _Area("eco_taipeng", level="national"),
    )
    gouxi = _gouxi("np_gouxi", "构溪河国家湿地公园", "Gouxi River national wetland park")
    return [*map(_circle, areas), gouxi, _xiangru()]


def scenic_area_features() -> list[Feature]:
    """Return the scenic areas."""
    areas = (
        _Area("eco_jinping", level="provincial"),
        _Area("eco_xishan", level="provincial"),
        _Area("eco_baiyun", level="provincial"),
    )
    return [_circle(area) for area in areas]


def germplasm_features() -> list[Feature]:
    """Return the aquatic germplasm reserves."""
    areas = (
        _Area("eco_lijiahe", level="national"),
        _Area("eco_nanbu_fish", level="national"),
    )
    gouxi = _gouxi(
        "gp_gouxi", "构溪河特有鱼类国家级水产种质资源保护区", "Gouxi River endemic-fish reserve"
    )
    return [*map(_circle, areas), gouxi]


def heritage_features() -> list[Feature]:
    """Return the heritage sights."""
    areas = (
        _Area("eco_langzhong_old", level="5A"),
        _Area("eco_zhude", name_zh="朱德故里", level="5A"),
    )
    return [_circle(area) for area in areas]


def red_line_features() -> list[Feature]:
    """Return the proxy: nature reserves, natural parks, the reservoir and level-I water.

    The outlines are those of the other layers; nothing here is the approved red line.
    """
    # The reservoir's fragments span 105.51-105.75 E: its arms reach 11.5 km from the point.
    lake = _Area("eco_shengzhong", name_zh="升钟湖（升钟水库）", area_m2=53e6, reaches_m=11_500)
    level_one = [row for row in water_source_features() if row.columns["level"] == "I"]
    by_kind = {
        "nature_reserve": nature_reserve_features(),
        "natural_park": natural_park_features(),
        "reservoir": [_circle(lake)],
        "water_source": level_one,
    }
    return [_proxy(feature, kind) for kind, features in by_kind.items() for feature in features]


def _proxy(feature: Feature, kind: str) -> Feature:
    """Return a protected area as a feature of the proxy."""
    columns = {
        "kind": kind,
        "district": feature.columns["district"],
        "size_basis": feature.columns.get("size_basis", "reach limits of a plan"),
    }
    source = f"{_RED_LINE_SOURCE}；{feature.source}"
    return replace(feature, key=f"erl_{feature.key}", source=source, columns=columns)


def _circle(area: _Area) -> Feature:
    """Return an area as a circle of its published size, or of a nominal one, at its point.

    The accuracy covers the point's, the circle's radius, and how far the real outline is known to
    reach beyond the circle.
    """
    row = place(area.row)
    size_m2 = area.area_m2 or NOMINAL_AREA_M2
    radius_m = circle_radius_m(size_m2)
    accuracy_m = max(row.accuracy_m, radius_m, area.reaches_m - radius_m)
    return _feature(
        row,
        area,
        circle(row.point, size_m2),
        accuracy_m=accuracy_m,
        size_basis="published" if area.area_m2 else "nominal",
    )


def _gouxi(key: str, name_zh: str, name_en: str) -> Feature:
    """Return a band of nominal width along the 构溪河, whose park has no published outline."""
    row = place("eco_gouxi")
    lines = [way.line for way in centrelines() if way.name == "构溪河"]
    outline = shapely.union_all([band(line, NOMINAL_HALF_WIDTH_M) for line in lines])
    area = _Area(row.id, key, name_zh, name_en, level="" if key == "nr_gouxi" else "national")
    return _feature(
        row,
        area,
        outline,
        accuracy_m=row.accuracy_m,
        size_basis="nominal band along the river",
        also=_RIVER_SOURCE,
    )


def _xiangru() -> Feature:
    """Return the band of published area along the Jialing between the dams that bound the park."""
    row, upper, lower = place("eco_xiangru"), place("dam_jinxi"), place("dam_mahui")
    line = reach(jialing_course(), upper.point, lower.point)
    area_m2 = 2052.73 * _HECTARE_M2
    outline = band(line, band_half_width_m(line, area_m2))
    area = _Area(row.id, level="national", area_m2=area_m2)
    return _feature(
        row,
        area,
        outline,
        accuracy_m=max(row.accuracy_m, upper.accuracy_m, lower.accuracy_m),
        size_basis="published, as a band along the river",
        also=_RIVER_SOURCE,
    )


def _feature(
    row: Place,
    area: _Area,
    outline: BaseGeometry,
    *,
    accuracy_m: float,
    size_basis: str,
    also: str = "",
) -> Feature:
    return Feature(
        key=area.key or row.id,
        name_zh=area.name_zh or row.name_zh,
        name_en=area.name_en or row.name_en,
        status=row.status,
        source=f"{row.source}；{also}" if also else row.source,
        basis=row.basis,
        accuracy_m=float(round(accuracy_m)),
        evidence="schematic",
        geometry=outline,
        columns={
            "level": area.level,
            "district": row.district,
            "area_ha": round(area.area_m2 / _HECTARE_M2, 2) if area.area_m2 else None,
            "wetland_ha": row.number("wetland_ha"),
            "size_basis": size_basis,
            "note": row.text("note", "extent", "rule", "address"),
            "gazetteer_name_zh": row.name_zh if area.name_zh else "",
        },
    )
