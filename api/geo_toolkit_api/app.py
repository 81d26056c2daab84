"""The application factory: everything is built here, nothing at import."""

from __future__ import annotations

from pathlib import Path

from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles

from geo_toolkit import __version__
from geo_toolkit.webmap.assets import STATIC as MAP_ASSETS
from geo_toolkit.workspace import Workspace
from geo_toolkit_api.errors import register
from geo_toolkit_api.guard import protect
from geo_toolkit_api.routes import (
    checks,
    framing,
    health,
    inspecting,
    layers,
    maps,
    metrics,
    ogc,
    page,
    reports,
    session,
    tiles,
)
from geo_toolkit_api.service import Results, Service
from geo_toolkit_api.settings import Settings, read_settings
from geo_toolkit_api.spreading import Spreading
from geo_toolkit_api.warming import warmed_lifespan

__all__ = ["create_app"]

_DESCRIPTION = (
    "Siting checks, layers and web maps of one workspace. Coordinates in answers are CGCS2000 "
    "degrees (EPSG:4490, lon lat), areas m² on the ellipsoid, distances metres on the ground. "
    "Each layer names its source and licence. A wrong request gets 4xx with "
    '`{"detail": one line}`: what was expected, what came, what to do.'
)


def create_app(
    workspace: Workspace | Path | str | None = None, settings: Settings | None = None
) -> FastAPI:
    """Return the service for one workspace.

    Parameters
    ----------
    workspace
        An open workspace or its folder; None: as the settings say, else found as everywhere else
        (DESIGN §4).
    settings
        None: read from the environment.

    Raises
    ------
    OptionError
        If a setting in the environment is wrong.
    WorkspaceNotFound
        If there is no workspace.
    """
    settings = settings or read_settings()
    if workspace is None or isinstance(workspace, (str, Path)):
        workspace = Workspace.open(workspace or settings.workspace)
    app = FastAPI(
        title="geo-toolkit",
        version=__version__,
        description=_DESCRIPTION,
        docs_url=None,  # the viewers that FastAPI offers load scripts from other hosts
        redoc_url=None,
        lifespan=warmed_lifespan,
    )
    app.state.service = Service(workspace, settings, Results(settings.results_kept))
    register(app)
    for module in (
        health,
        metrics,
        session,
        layers,
        maps,
        tiles,
        checks,
        reports,
        inspecting,
        framing,
        ogc,
        page,
    ):
        app.include_router(module.router)
    app.mount("/page", StaticFiles(directory=page.STATIC), name="page")
    app.mount("/static", StaticFiles(directory=MAP_ASSETS), name="static")
    app.add_middleware(Spreading)
    protect(app, settings, workspace)
    return app
