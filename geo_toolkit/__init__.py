"""Spatial-planning toolkit: siting checks, web maps and layers with a history."""

from geo_toolkit._version import __version__
from geo_toolkit.boundary import Sites, read_sites
from geo_toolkit.siting import CheckResult
from geo_toolkit.workspace import Workspace

__all__ = ["CheckResult", "Sites", "Workspace", "__version__", "read_sites"]
