"""Web maps: a definition and layers, or a check's result, become one HTML page."""

from geo_toolkit.webmap.backgrounds import Background
from geo_toolkit.webmap.basemaps import BASEMAPS, Basemap, basemap_of
from geo_toolkit.webmap.calls import (
    check_layers,
    frame_layer,
    map_check,
    map_layers,
    map_of,
    workspace_page,
)
from geo_toolkit.webmap.check_map import render_check_map
from geo_toolkit.webmap.definition import LayerGroup, MapDefinition, load_maps, read_map
from geo_toolkit.webmap.drawing import is_drawable, require_drawable
from geo_toolkit.webmap.overlays import ClassOverlay, Overlay, RasterOverlay, TimeOverlay
from geo_toolkit.webmap.page import render_map
from geo_toolkit.webmap.tiles import DEEPEST_ZOOM, LayerTiles, Tile

__all__ = [
    "BASEMAPS",
    "DEEPEST_ZOOM",
    "Background",
    "Basemap",
    "ClassOverlay",
    "LayerGroup",
    "LayerTiles",
    "MapDefinition",
    "Overlay",
    "RasterOverlay",
    "Tile",
    "TimeOverlay",
    "basemap_of",
    "check_layers",
    "frame_layer",
    "is_drawable",
    "load_maps",
    "map_check",
    "map_layers",
    "map_of",
    "read_map",
    "render_check_map",
    "render_map",
    "require_drawable",
    "workspace_page",
]
