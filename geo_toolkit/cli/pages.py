"""Pages of a workspace, drawn by the map room when a command asks for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geo_toolkit.cli import lazy

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from geo_toolkit.siting import CheckResult
    from geo_toolkit.workspace import Workspace

__all__ = ["check_documents", "check_page", "map_page"]


def map_page(
    workspace: Workspace,
    map_id: str,
    lang: str,
    *,
    served: bool = False,
    audience: str = "internal",
) -> str:
    """Return a web map of the workspace as one HTML page.

    Parameters
    ----------
    served
        For the service's host: assets and tiles are asked from it.
    audience
        ``internal`` or ``applicant``.

    Raises
    ------
    UnknownName
        If there is no such map; names the nearest.
    NotAvailable
        If a layer may not be shown to the audience.
    """
    page: str = lazy.webmap().map_of(workspace, map_id, lang=lang, served=served, audience=audience)
    return page


def check_page(workspace: Workspace, result: CheckResult, second: CheckResult | None = None) -> str:
    """Return the page of a check: the sites, what they met, and the layers that were used.

    Parameters
    ----------
    second
        The same check in the other language, to which the page can then be switched.
    """
    page: str = lazy.webmap().map_check(workspace, result, second=second)
    return page


def check_documents(
    workspace: Workspace,
) -> Callable[[CheckResult, Mapping[str, Path]], None] | None:
    """Return what writes the printed report of a check; None without the extra ``report``."""
    room = lazy.documents()
    if room is None:
        return None

    def write(result: CheckResult, targets: Mapping[str, Path]) -> None:
        layers = lazy.webmap().check_layers(workspace, result)
        room.write_documents(result, layers, targets, office=workspace.root)

    return write
