"""The maps drawn once when the service starts, so that the first visitor waits for none of it.

A layer of hundreds of thousands of features takes a second or two to read. The service answers
once its maps lie ready, or after ten seconds: what is left is then drawn one map at a time, so
that a request in between is answered after the map that is being drawn, not after all of them.
"""

from __future__ import annotations

import logging
from contextlib import asynccontextmanager
from functools import partial
from typing import TYPE_CHECKING

import anyio

from geo_toolkit.errors import GeoToolkitError
from geo_toolkit.webmap import load_maps
from geo_toolkit_api.routes.maps import map_page
from geo_toolkit_api.service import lifespan

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from fastapi import FastAPI

    from geo_toolkit_api.service import Service

__all__ = ["warm_maps", "warmed_lifespan"]

_log = logging.getLogger(__name__)
_LONGEST_WAIT_S = 10.0


async def warm_maps(service: Service) -> int:
    """Return how many maps of the workspace now lie ready, with the layers that they draw.

    A map that cannot be drawn is left out: whoever asks for it is told why.
    """
    lang = service.language(None)
    ready = 0
    try:
        known = await service.run(lambda: load_maps(service.workspace.root / "maps"))
    except GeoToolkitError as error:
        _log.warning("no map was drawn at the start: %s", error)
        return 0
    for map_id in known:
        try:
            await service.run(partial(map_page, service, map_id, lang=lang, served=True))
            ready += 1
        except GeoToolkitError as error:
            _log.warning("map %s was not drawn at the start: %s", map_id, error)
    return ready


@asynccontextmanager
async def warmed_lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Start and close the service of an application, its maps drawn or being drawn."""
    is_ready = anyio.Event()

    async def warm() -> None:
        await warm_maps(app.state.service)
        is_ready.set()

    async with lifespan(app), anyio.create_task_group() as tasks:
        tasks.start_soon(warm)
        with anyio.move_on_after(_LONGEST_WAIT_S):
            await is_ready.wait()
        yield
        tasks.cancel_scope.cancel()
