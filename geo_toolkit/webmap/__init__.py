"""Web maps: a definition and layers, or a check's result, become one HTML page."""

from geo_toolkit.webmap.check_map import render_check_map
from geo_toolkit.webmap.definition import LayerGroup, MapDefinition, load_maps, read_map
from geo_toolkit.webmap.page import render_map

__all__ = [
    "LayerGroup",
    "MapDefinition",
    "load_maps",
    "read_map",
    "render_check_map",
    "render_map",
]
