"""Results as what a map shows: sites as a layer, gains of counties in classes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo_toolkit.catalogue import Layer
from geo_toolkit.catalogue.definition import LayerDefinition
from geo_toolkit.geodesy import CGCS2000, to_geographic

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geo_toolkit.access.points import Points
    from geo_toolkit.access.study import Study

__all__ = ["GAIN_LEGEND", "SKELETON_WORDS", "gain_areas", "gain_sites", "site_layer"]

SKELETON_WORDS = ("骨架路网，分钟数为估计", "skeleton road network: minutes are estimates")
"""What maps and tables made from expressways alone say, in Chinese and English."""

_GAIN_CLASSES = (
    (0.05, "#D9D9D9", "无变化", "no change"),
    (5.0, "#C7E9C0", "5 分钟以内", "up to 5 min"),
    (15.0, "#74C476", "5–15 分钟", "5-15 min"),
    (np.inf, "#238B45", "15 分钟以上", "over 15 min"),
)
GAIN_LEGEND = tuple((color, zh, en) for _, color, zh, en in _GAIN_CLASSES)
"""Colour, Chinese and English text of each class of gain, the smallest first."""


def gain_areas(
    document: dict[str, Any],  # JSON values
    counties: Sequence[Layer],
) -> gpd.GeoDataFrame:
    """Return the counties by class of gain, in CGCS2000 degrees.

    Columns ``class`` (place in ``GAIN_LEGEND``), ``gain_minutes``, ``name_zh``, ``name_en``,
    ``label_zh``, ``label_en`` and ``geometry``.

    Parameters
    ----------
    document
        As ``compare_document`` returns it.
    """
    gain = {row["id"]: row["gain_minutes"] for row in document["counties"]}
    rows, shapes = [], []
    for layer in counties:
        for key, row in layer.frame.iterrows():
            saved = gain.get(str(key))
            if saved is not None:
                rows.append(_gain_row(str(row["feature_name"]), _english(row), saved))
                shapes.append(row["geometry"])
    columns = ["class", "gain_minutes", "name_zh", "name_en", "label_zh", "label_en"]
    return gpd.GeoDataFrame(pd.DataFrame(rows, columns=columns), geometry=shapes, crs=CGCS2000)


def _english(row: pd.Series) -> str:
    name = row.get("name_en")
    return name if isinstance(name, str) and name else str(row["feature_name"])


def _gain_row(zh: str, en: str, saved: float) -> dict[str, object]:
    at = next(n for n, found in enumerate(_GAIN_CLASSES) if max(saved, 0.0) < found[0])
    return {
        "class": at,
        "gain_minutes": saved,
        "name_zh": f"{zh}：到各对外通道节点平均节省 {saved:.1f} 分钟",
        "name_en": f"{en}: {saved:.1f} min saved on the way to the gateways, on average",
        "label_zh": f"{saved:.1f} 分钟",
        "label_en": f"{saved:.1f} min",
    }


def gain_sites(
    document: dict[str, Any],  # JSON values
    study: Study,
    points: Points,
) -> Layer:
    """Return the sites of a comparison as a layer, each named by what it saves.

    Parameters
    ----------
    document
        As ``compare_document`` returns it.
    points
        The sites that were compared.
    """
    rows = document["sites"]
    zh = [f"{row['name']} 节省 {row['gain_minutes']:.1f} 分钟" for row in rows]
    en = [f"{row['name']} {row['gain_minutes']:.1f} min saved" for row in rows]
    titles = _marked("场地节省时间", "time saved by site", study.network.level)
    return _sites("gain_sites", titles, zh, en, study, points)


def site_layer(study: Study, points: Points) -> Layer:
    """Return the places that were asked about as a layer."""
    names = list(points.names)
    return _sites("access_sites", ("出发地", "Places asked about"), names, names, study, points)


def _sites(
    layer_id: str,
    titles: tuple[str, str],
    zh: Sequence[str],
    en: Sequence[str],
    study: Study,
    points: Points,
) -> Layer:
    table = pd.DataFrame({"id": list(points.ids), "name_zh": zh, "name_en": en})
    spots = to_geographic(np.asarray(shapely.points(points.xy)), study.network.crs)
    return _layer(layer_id, "access_site", *titles, "#B2182B", table, spots)


def _marked(zh: str, en: str, level: str) -> tuple[str, str]:
    if level != "skeleton":
        return zh, en
    return f"{zh}（{SKELETON_WORDS[0]}）", f"{en} ({SKELETON_WORDS[1]})"


def _layer(
    layer_id: str,
    role: str,
    title_zh: str,
    title_en: str,
    color: str,
    table: pd.DataFrame,
    geometry: Any,  # noqa: ANN401 (a sequence of shapely geometries)
) -> Layer:
    definition = LayerDefinition.model_validate(
        {
            "id": layer_id,
            "title_zh": title_zh,
            "title_en": title_en,
            "role": role,
            "geometry": "point",
            "data": f"{layer_id}.geojson",
            "key": "id",
            "crs": "EPSG:4490",
            "datum": "cgcs2000",
            "evidence": "schematic",
            "accuracy_m": 0,
            "coverage": "none",
            "source": "可达性分析结果",
            "style": {"color": color},
        }
    )
    shapes = np.empty(len(table), dtype=object)
    shapes[:] = list(geometry)
    frame = gpd.GeoDataFrame(table, geometry=shapes, crs=CGCS2000)
    frame.index = pd.Index(table["id"].astype(str), dtype=object)
    frame = frame.assign(
        feature_name=table["name_zh"].to_numpy(),
        feature_accuracy_m=0.0,
        feature_evidence="schematic",
    )
    return Layer(definition, 0, None, "", frame, None)
