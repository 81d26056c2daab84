"""Layer definitions, the layers in force on a day, and the checks made with them."""

from geo_toolkit.catalogue.catalogue import Catalogue, LayerEntry
from geo_toolkit.catalogue.definition import Evidence, LayerDefinition, Style, read_definition
from geo_toolkit.catalogue.layer import FEATURE_NAME_COLUMNS, Layer
from geo_toolkit.catalogue.records import Records

__all__ = [
    "FEATURE_NAME_COLUMNS",
    "Catalogue",
    "Evidence",
    "Layer",
    "LayerDefinition",
    "LayerEntry",
    "Records",
    "Style",
    "read_definition",
]
