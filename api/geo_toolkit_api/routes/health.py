"""``/health``: whether the service answers, and for which workspace."""

from typing import TYPE_CHECKING, Literal

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field

from geo_toolkit import __version__
from geo_toolkit_api.service import ServiceDep

if TYPE_CHECKING:
    from geo_toolkit_api.audit import AuditLog

__all__ = ["router"]

router = APIRouter(tags=["operation"])


class Health(BaseModel):
    """The service answers."""

    status: Literal["ok"] = "ok"
    version: str = Field(description="Version of the toolkit.", examples=["0.1.0"])
    workspace: str = Field(description="Name of the workspace.", examples=["my_city"])
    audit: Literal["ok", "failing"] = Field(
        description="Whether the audit log can be written; while it cannot, callers with the scope "
        "`internal` are refused.",
        examples=["ok"],
    )


@router.get("/health", summary="Whether the service answers")
async def health(request: Request, service: ServiceDep) -> Health:
    """Return the state of the service, without touching any data."""
    audit: AuditLog = request.app.state.audit
    return Health(
        version=__version__,
        workspace=service.workspace.settings.name,
        audit="failing" if audit.has_failed else "ok",
    )
