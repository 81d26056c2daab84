"""Submitted boundaries in and out."""

from geo_toolkit.boundary.inspecting import Inspection, inspect_file
from geo_toolkit.boundary.opening import read_sites
from geo_toolkit.boundary.sites import InputFile, Repair, Sites

__all__ = ["InputFile", "Inspection", "Repair", "Sites", "inspect_file", "read_sites"]
