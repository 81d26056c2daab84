"""Which layers a caller may see, and in which version: the one door to geometry over HTTP.

A layer shows if its secrecy allows it in the version asked for, in the newest and in the one in
force today: what became secret shows in no earlier version either. A layer that does not show is
spoken of as one that is not there.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from fastapi import HTTPException

from geo_toolkit.errors import LayerError, NotAvailable, UnknownName
from geo_toolkit.rules import today
from geo_toolkit_api.ogc.wrong import WrongParameter

if TYPE_CHECKING:
    from datetime import date

    from geo_toolkit.catalogue import Layer, LayerEntry
    from geo_toolkit.workspace import Workspace
    from geo_toolkit_api.callers import Caller

__all__ = ["can_publish", "is_shown", "may_see", "seen_entry", "seen_layer", "shown_entries"]


def can_publish(workspace: Workspace) -> bool:
    """Return whether versions can be written: their folder, or the nearest above it, is writable.

    Checks may be recorded elsewhere; versions stand in the workspace alone.
    """
    folder = workspace.layers.store.state
    while not folder.exists():
        folder = folder.parent
    return os.access(folder, os.W_OK)


def may_see(secrecy: str, caller: Caller) -> bool:
    """Return whether a caller may have the geometry and numbers of a layer of some secrecy."""
    return secrecy == "public" or (secrecy == "internal" and caller.is_internal)


def is_shown(entry: LayerEntry, caller: Caller) -> bool:
    """Return whether a layer, as it is in force today and as it was last published, shows."""
    said = {entry.newest_definition.secrecy}
    if entry.is_in_force(today()):
        said.add(entry.definition_on(today()).secrecy)
    return all(may_see(secrecy, caller) for secrecy in said)


def shown_entries(workspace: Workspace, caller: Caller, day: date) -> list[LayerEntry]:
    """Return the layers in force on a day that a caller may see, by id."""
    return [
        entry
        for entry in workspace.layers.values()
        if entry.is_in_force(day)
        and is_shown(entry, caller)
        and may_see(entry.definition_on(day).secrecy, caller)
    ]


def seen_entry(
    workspace: Workspace, caller: Caller, layer_id: str, kind: str = "collection"
) -> LayerEntry:
    """Return a layer that a caller may see, whatever day it is in force on.

    Raises
    ------
    HTTPException
        404 with the nearest names among those that the caller may see.
    """
    layers = workspace.layers
    if layer_id not in layers or not is_shown(layers[layer_id], caller):
        known = [e.id for e in layers.values() if is_shown(e, caller)]
        raise HTTPException(404, str(UnknownName(kind, layer_id, known)))
    return layers[layer_id]


def seen_layer(
    workspace: Workspace,
    caller: Caller,
    layer_id: str,
    *,
    day: date | None = None,
    version: int | None = None,
    kind: str = "collection",
) -> tuple[LayerEntry, Layer]:
    """Return a layer that a caller may see, in a version or as in force on a day.

    Parameters
    ----------
    day
        Today by default.

    Raises
    ------
    HTTPException
        404 if there is no such layer for this caller, or it is not in force on that day.
    WrongParameter
        If it has no version of that number.
    """
    entry = seen_entry(workspace, caller, layer_id, kind)
    day = day or today()
    if version is None and not entry.is_in_force(day):
        raise HTTPException(404, f"{kind} {layer_id!r} is not in force on {day}; ask for a later")
    try:
        layer = entry.read(day, version=version) if version is not None else entry.read(day)
    except NotAvailable:
        raise HTTPException(404, str(UnknownName(kind, layer_id, ()))) from None
    except LayerError as error:
        known = ", ".join(str(v.number) for v in entry.versions) or "0"
        raise WrongParameter("version", f"one of {known}", str(version)) from error
    if not may_see(layer.definition.secrecy, caller):
        raise HTTPException(404, str(UnknownName(kind, layer_id, ())))
    return entry, layer
