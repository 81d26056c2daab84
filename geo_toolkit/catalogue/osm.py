"""Roads of an OpenStreetMap extract (``.osm.pbf`` or ``.osm``) as features for a layer."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import geopandas as gpd
import pandas as pd
import pyogrio
import shapely

from geo_toolkit.errors import LayerError

if TYPE_CHECKING:
    from pathlib import Path

    from geopandas import GeoDataFrame

__all__ = ["OSM_ROADS", "OSM_SUFFIXES", "read_osm_roads"]

OSM_SUFFIXES = (".pbf", ".osm")
OSM_ROADS = (
    "motorway", "motorway_link", "trunk", "trunk_link", "primary", "primary_link",
    "secondary", "secondary_link", "tertiary", "tertiary_link", "unclassified", "residential",
    "living_street", "road", "service", "track",
)  # fmt: skip
"""Values of ``highway`` that a truck may drive on; paths, stairs and works are left out."""

_INDEXING = "OSM_USE_CUSTOM_INDEXING"  # GDAL's quick index of nodes, which need to be in order
_CREDIT = "© OpenStreetMap contributors, ODbL 1.0"


def read_osm_roads(path: Path, *, with_tracks: bool = False) -> GeoDataFrame:
    """Return the roads of an extract, in WGS 84 degrees.

    Columns ``id`` (way number), ``name``, ``class`` (the value of ``highway``), ``ref``,
    ``bridge``, ``tunnel``, ``oneway`` (yes or empty), ``source``, ``geometry``. A way that is
    open against its direction is turned round.

    Parameters
    ----------
    path
        ``.osm.pbf`` or ``.osm``.
    with_tracks
        Whether field tracks and service roads are wanted too.

    Raises
    ------
    LayerError
        If the file cannot be read or holds no road.
    """
    left_out = () if with_tracks else ("service", "track")
    wanted = ", ".join(f"'{name}'" for name in OSM_ROADS if name not in left_out)
    try:
        raw = _lines(path, f"highway IN ({wanted})")
    except (OSError, ValueError, RuntimeError) as error:
        reason = " ".join(str(error).split())[:200]
        raise LayerError(f"{path.name}: expected an OpenStreetMap extract ({reason})") from error
    if raw.empty:
        raise LayerError(f"{path.name}: expected roads, got none; is it the right extract?")
    tags = raw["other_tags"] if "other_tags" in raw else pd.Series("", index=raw.index)
    tags = tags.fillna("")
    oneway = tags.map(lambda text: _tag(text, "oneway"))
    shapes = raw.geometry.to_numpy()
    against = (oneway == "-1").to_numpy()
    shapes[against] = shapely.reverse(shapes[against])
    is_oneway = oneway.isin(["yes", "1", "true", "-1"]) | raw["highway"].isin(["motorway"])
    columns = {
        "id": raw["osm_id"].astype(str),
        "name": raw["name"].fillna("") if "name" in raw else "",
        "class": raw["highway"],
        "ref": tags.map(lambda text: _tag(text, "ref")),
        "bridge": tags.map(lambda text: _tag(text, "bridge")),
        "tunnel": tags.map(lambda text: _tag(text, "tunnel")),
        "oneway": is_oneway.map({True: "yes", False: ""}),
        "source": _CREDIT,
    }
    frame = gpd.GeoDataFrame(columns, geometry=shapes, crs="EPSG:4326")
    return frame.sort_values("id", key=lambda ids: ids.astype("int64")).reset_index(drop=True)


def _lines(path: Path, where: str) -> GeoDataFrame:
    """Return the lines of an extract; one whose nodes are not in order is read the slow way."""
    try:
        return pyogrio.read_dataframe(path, layer="lines", where=where)
    except (ValueError, RuntimeError) as error:
        if _INDEXING not in str(error):
            raise
    before = pyogrio.get_gdal_config_option(_INDEXING)
    pyogrio.set_gdal_config_options({_INDEXING: "NO"})
    try:
        return pyogrio.read_dataframe(path, layer="lines", where=where)
    finally:
        pyogrio.set_gdal_config_options({_INDEXING: before})


def _tag(text: str, key: str) -> str:
    """Return one value of GDAL's list of tags, ``"key"=>"value"`` by commas.

    Examples
    --------
    >>> _tag('"ref"=>"G42","bridge"=>"yes"', "bridge")
    'yes'
    """
    found = re.search(rf'"{re.escape(key)}"=>"((?:[^"\\]|\\.)*)"', text)
    return found[1] if found else ""
