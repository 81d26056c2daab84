"""``/health``: whether the service answers, and for which workspace."""

from typing import Literal

from fastapi import APIRouter
from pydantic import BaseModel, Field

from geo_toolkit import __version__
from geo_toolkit_api.service import ServiceDep

__all__ = ["router"]

router = APIRouter(tags=["operation"])


class Health(BaseModel):
    """The service answers."""

    status: Literal["ok"] = "ok"
    version: str = Field(description="Version of the toolkit.", examples=["0.1.0"])
    workspace: str = Field(description="Name of the workspace.", examples=["my_city"])


@router.get("/health", summary="Whether the service answers")
async def health(service: ServiceDep) -> Health:
    """Return the state of the service, without touching any data."""
    return Health(version=__version__, workspace=service.workspace.settings.name)
