"""Submitted boundaries in and out."""

from geo_toolkit.boundary.opening import read_sites
from geo_toolkit.boundary.sites import InputFile, Repair, Sites

__all__ = ["InputFile", "Repair", "Sites", "read_sites"]
