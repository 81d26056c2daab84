"""Layer definitions, versions with their history, and the checks made with them."""

from geo_toolkit.catalogue.adopt import Adoption
from geo_toolkit.catalogue.catalogue import Catalogue, LayerEntry
from geo_toolkit.catalogue.definition import Evidence, LayerDefinition, Style, read_definition
from geo_toolkit.catalogue.diff import LayerDiff
from geo_toolkit.catalogue.faults import LayerFault, fault_table
from geo_toolkit.catalogue.layer import FEATURE_NAME_COLUMNS, Layer
from geo_toolkit.catalogue.options import PublishOptions
from geo_toolkit.catalogue.packing import write_geopackage
from geo_toolkit.catalogue.publish import Preparation, publish
from geo_toolkit.catalogue.queries import QueryLog
from geo_toolkit.catalogue.records import Records
from geo_toolkit.catalogue.summary import LayerSummary, summarise
from geo_toolkit.catalogue.versions import Version

__all__ = [
    "FEATURE_NAME_COLUMNS",
    "Adoption",
    "Catalogue",
    "Evidence",
    "Layer",
    "LayerDefinition",
    "LayerDiff",
    "LayerEntry",
    "LayerFault",
    "LayerSummary",
    "Preparation",
    "PublishOptions",
    "QueryLog",
    "Records",
    "Style",
    "Version",
    "fault_table",
    "publish",
    "read_definition",
    "summarise",
    "write_geopackage",
]
