"""The service: maps, layers and checks over HTTP, for one workspace."""

from geo_toolkit_api.app import create_app
from geo_toolkit_api.settings import Settings, read_settings

__all__ = ["Settings", "create_app", "read_settings"]
