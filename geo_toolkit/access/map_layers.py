"""Results as map layers: isochrones by time, gains by class."""

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

__all__ = ["SKELETON_WORDS", "gain_layers", "isochrone_layers"]

SKELETON_WORDS = ("骨架路网，分钟数为估计", "skeleton road network: minutes are estimates")
"""What maps and tables made from expressways alone say, in Chinese and English."""

_TIME_COLORS = ("#08519C", "#3182BD", "#6BAED6", "#9ECAE1", "#C6DBEF")
_GAIN_CLASSES = (
    ("gain_0", 0.0, 0.05, "#D9D9D9", "无变化", "no change"),
    ("gain_5", 0.05, 5.0, "#C7E9C0", "节省 5 分钟以内", "up to 5 min saved"),
    ("gain_15", 5.0, 15.0, "#74C476", "节省 5–15 分钟", "5-15 min saved"),
    ("gain_more", 15.0, np.inf, "#238B45", "节省 15 分钟以上", "over 15 min saved"),
)


def isochrone_layers(frame: gpd.GeoDataFrame, *, level: str) -> list[Layer]:
    """Return isochrones as one layer a time, longest first, so that shorter ones lie on top.

    Parameters
    ----------
    frame
        As ``isochrone_frame`` returns it.
    level
        The network's level: from a skeleton the titles say so.
    """
    times = sorted(frame["minutes"].unique())
    is_alone = frame["id"].nunique() == 1
    layers = []
    for number, minutes in reversed(list(enumerate(times))):
        part = frame[frame["minutes"] == minutes]
        table = pd.DataFrame(
            {
                "id": [f"{key}_{minutes:g}" for key in part["id"]],
                "name_zh": [_named(n, f"{minutes:g} 分钟", is_alone) for n in part["name"]],
                "name_en": [_named(n, f"{minutes:g} min", is_alone) for n in part["name"]],
            }
        )
        zh, en = _marked(f"{minutes:g} 分钟等时圈", f"{minutes:g} min isochrone", level)
        color = _TIME_COLORS[min(number, len(_TIME_COLORS) - 1)]
        made = _layer(
            f"isochrone_{minutes:g}".replace(".", "_"), "isochrone", zh, en, color, table,
            part.geometry.to_numpy(), "polygon",
        )  # fmt: skip
        layers.append(made)
    return layers


def gain_layers(
    document: dict[str, Any],  # JSON values
    counties: Sequence[Layer],
    study: Study,
    points: Points,
) -> list[Layer]:
    """Return the gains of a comparison as layers: counties by class of gain, and the sites.

    Parameters
    ----------
    document
        As ``compare_document`` returns it.
    counties
        The county layers.
    points
        The sites that were compared.
    """
    gain = {row["id"]: row["gain_minutes"] for row in document["counties"]}
    layers = []
    for name, low, high, color, zh, en in _GAIN_CLASSES:
        rows, shapes = [], []
        for layer in counties:
            for key, row in layer.frame.iterrows():
                saved = gain.get(str(key))
                if saved is not None and low <= max(saved, 0.0) < high:
                    rows.append(_gain_row(str(key), str(row["feature_name"]), saved))
                    shapes.append(row["geometry"])
        if rows:
            titles = _marked(f"区县到对外节点：{zh}", f"counties to gateways: {en}",
                             study.network.level)  # fmt: skip
            layers.append(
                _layer(name, "access_gain", *titles, color, pd.DataFrame(rows), shapes, "polygon")
            )
    table = pd.DataFrame(
        [_gain_row(row["id"], row["name"], row["gain_minutes"]) for row in document["sites"]]
    )
    spots = to_geographic(np.asarray(shapely.points(points.xy)), study.network.crs)
    titles = _marked("场地节省时间", "time saved by site", study.network.level)
    layers.append(_layer("gain_sites", "access_gain", *titles, "#B2182B", table, spots, "point"))
    return layers


def _named(name: str, time: str, is_alone: bool) -> str:
    return time if is_alone else f"{name} {time}"


def _gain_row(key: str, name: str, saved: float) -> dict[str, object]:
    return {
        "id": key,
        "name_zh": f"{name} 节省 {saved:.1f} 分钟",
        "name_en": f"{name} {saved:.1f} min saved",
        "gain_minutes": saved,
    }


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
    kind: str,
) -> Layer:
    definition = LayerDefinition.model_validate(
        {
            "id": layer_id,
            "title_zh": title_zh,
            "title_en": title_en,
            "role": role,
            "geometry": kind,
            "data": f"{layer_id}.geojson",
            "key": "id",
            "crs": "EPSG:4490",
            "datum": "cgcs2000",
            "evidence": "schematic",
            "accuracy_m": 0,
            "coverage": "none",
            "source": "geo-toolkit access",
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
