"""``/layers``: the layers in force today, their versions, and what changed between them."""

from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Depends, HTTPException, Query, Request

from geo_toolkit.errors import LayerError, NotAvailable, UnknownName
from geo_toolkit.rules import today
from geo_toolkit_api.callers import Caller, CallerDep
from geo_toolkit_api.errors import PROBLEM
from geo_toolkit_api.layer_rows import (
    LayerChange,
    LayerRow,
    LayerShown,
    LayerVersion,
    change_of,
    layer_row,
    version_row,
)
from geo_toolkit_api.ogc.kept import Kept
from geo_toolkit_api.ogc.visible import is_shown, may_see
from geo_toolkit_api.routes import layer_uploads
from geo_toolkit_api.routes.layer_uploads import LayerPath
from geo_toolkit_api.service import Service, ServiceDep

if TYPE_CHECKING:
    from geo_toolkit.catalogue import LayerEntry, Version

__all__ = ["router"]

router = APIRouter(tags=["layers"])

Json = dict[str, Any]  # JSON: values of every type
_KEPT_BYTES = 8 * 1024**2
_HISTORY_BYTES = 2_000
_REFUSALS: dict[int | str, Json] = {404: PROBLEM, 422: PROBLEM}
_FILES: dict[int | str, Json] = {**_REFUSALS, 409: PROBLEM}


async def _kept_of(request: Request) -> Kept[Any]:
    """Return the measures of this process that need not be taken twice."""
    state = request.app.state
    if not hasattr(state, "layer_measures"):
        state.layer_measures = Kept[Any](_KEPT_BYTES)
    kept: Kept[Any] = state.layer_measures
    return kept


KeptDep = Annotated[Kept[Any], Depends(_kept_of)]


@router.get("/layers", summary="All layers in force today", response_model=list[LayerRow])
async def list_layers(service: ServiceDep, caller: CallerDep) -> list[Json]:
    """Return every layer with its version, evidence, accuracy, source and licence.

    A layer whose data cannot be used is listed with its `fault`; it never clears a site.
    """
    day = today()

    def work() -> list[Json]:
        entries = service.workspace.layers.values()
        return [
            layer_row(entry, day, is_seen=is_shown(entry, caller))
            for entry in entries
            if entry.is_in_force(day)
        ]

    return await service.run(work)


@router.get(
    "/layers/{layer_id}", summary="One layer", response_model=LayerShown, responses=_REFUSALS
)
async def show_layer(service: ServiceDep, caller: CallerDep, layer_id: LayerPath) -> Json:
    """Return one layer in force today with its bounds and columns.

    Of a layer that the caller may not see, counts only.
    """

    def work() -> Json:
        entry = _entry(service, layer_id)
        if not entry.is_in_force(today()):
            raise HTTPException(404, f"layer {layer_id!r} is not in force today")
        return layer_row(entry, today(), is_seen=is_shown(entry, caller), is_whole=True)

    return await service.run(work)


@router.get(
    "/layers/{layer_id}/versions",
    summary="The versions of a layer",
    response_model=list[LayerVersion],
    responses=_FILES,
)
async def list_versions(
    service: ServiceDep, caller: CallerDep, kept: KeptDep, layer_id: LayerPath
) -> list[Json]:
    """Return the versions by number; version 0 is the data file of the workspace."""

    def work() -> list[Json]:
        entry = _entry(service, layer_id)
        shown = is_shown(entry, caller)
        known = caller.is_internal or caller.may_publish
        return [
            version_row(
                version,
                is_seen=shown and _is_seen(version.stated.secrecy, entry, caller),
                is_known=known,
            )
            for version in _history(kept, entry)
        ]

    return await service.run(work)


@router.get(
    "/layers/{layer_id}/diff",
    summary="What changed between two versions",
    response_model=LayerChange,
    responses=_FILES,
)
async def diff_versions(
    service: ServiceDep,
    caller: CallerDep,
    kept: KeptDep,
    layer_id: LayerPath,
    start: Annotated[
        int, Query(alias="from", description="Number of the earlier version.", examples=[0], ge=0)
    ],
    end: Annotated[
        int, Query(alias="to", description="Number of the later version.", examples=[1], ge=0)
    ],
) -> Json:
    """Return counts of features and areas gained and lost; counts only where that is all."""

    def work() -> Json:
        entry = _entry(service, layer_id)
        known = {version.number: version for version in _history(kept, entry)}
        for number in (start, end):
            if number not in known:
                listed = ", ".join(str(n) for n in known) or "none"
                raise HTTPException(
                    404, f"layer {layer_id!r}: no version {number}; known: {listed}"
                )
        seen = is_shown(entry, caller) and all(
            _is_seen(known[number].stated.secrecy, entry, caller) for number in (start, end)
        )
        key = ("diff", layer_id, start, known[start].sha256, end, known[end].sha256, seen)
        try:
            found: Json = kept.get(
                key, lambda: change_of(entry, start, end, is_seen=seen), lambda row: len(str(row))
            )
        except LayerError as error:
            raise HTTPException(409, str(error)) from error
        return found

    return await service.run(work)


def _entry(service: Service, layer_id: str) -> "LayerEntry":
    """Return a layer; that one is there is no secret (every check names its layers)."""
    layers = service.workspace.layers
    if layer_id not in layers:
        raise HTTPException(404, str(UnknownName("layer", layer_id, layers)))
    return layers[layer_id]


def _history(kept: Kept[Any], entry: "LayerEntry") -> "list[Version]":
    """Return the versions; the data file of a layer never published is measured once."""
    if entry.versions:
        return list(entry.versions)
    try:
        digest = entry.read().sha256
    except (LayerError, NotAvailable) as error:
        raise HTTPException(409, str(error)) from error
    found: list[Version] = kept.get(
        ("history", entry.id, digest), entry.history, lambda _rows: _HISTORY_BYTES
    )
    return found


def _is_seen(stated: str | None, entry: "LayerEntry", caller: Caller) -> bool:
    return may_see(stated or entry.definition.secrecy, caller)


router.include_router(layer_uploads.router)
