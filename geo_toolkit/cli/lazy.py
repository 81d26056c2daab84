"""Parts that are slow to import or not always installed, imported when a command needs them.

This is the one place of the project that imports by name. Folium costs as much as the whole
check, and only pages need it; the service is an extra.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

from geo_toolkit.errors import NotAvailable

__all__ = [
    "correction_notice",
    "documents",
    "elevation",
    "service_keys",
    "service_runner",
    "webmap",
]


def webmap() -> Any:  # noqa: ANN401 (a module known at run time)
    """Return the module ``geo_toolkit.webmap``."""
    return import_module("geo_toolkit.webmap")


def documents() -> Any:  # noqa: ANN401 (a module known at run time)
    """Return the module ``geo_toolkit.report.documents``, or None without the extra ``report``."""
    try:
        return import_module("geo_toolkit.report.documents")
    except ModuleNotFoundError as error:
        if (error.name or "").split(".")[0] == "geo_toolkit":
            raise
        return None


def elevation() -> Any:  # noqa: ANN401 (a module known at run time)
    """Return the module ``geo_toolkit.boundary.elevation``, which loads a raster library."""
    return import_module("geo_toolkit.boundary.elevation")


def correction_notice() -> Any:  # noqa: ANN401 (a module known at run time)
    """Return the module ``geo_toolkit.report.correction_notice``, which draws and sets pages."""
    return import_module("geo_toolkit.report.correction_notice")


def service_runner() -> Any:  # noqa: ANN401 (a module known at run time)
    """Return the module ``uvicorn``, once the service can be imported too.

    Raises
    ------
    NotAvailable
        If the extra ``api`` is not installed.
    """
    try:
        import_module("geo_toolkit_api")
        return import_module("uvicorn")
    except ModuleNotFoundError as error:
        raise NotAvailable(
            f"serve: the package {error.name} is not installed; "
            "install the service with: pip install 'geo-toolkit[api]'"
        ) from error


def service_keys() -> Any:  # noqa: ANN401 (a module known at run time)
    """Return the module ``geo_toolkit_api.keys``.

    Raises
    ------
    NotAvailable
        If the extra ``api`` is not installed.
    """
    try:
        return import_module("geo_toolkit_api.keys")
    except ModuleNotFoundError as error:
        raise NotAvailable(
            f"keys: the package {error.name} is not installed; "
            "install the service with: pip install 'geo-toolkit[api]'"
        ) from error
