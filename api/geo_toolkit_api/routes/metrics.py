"""``/metrics``: what Prometheus reads."""

from typing import TYPE_CHECKING

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from prometheus_client import CONTENT_TYPE_LATEST

from geo_toolkit_api.callers import require
from geo_toolkit_api.service import Service, ServiceDep

if TYPE_CHECKING:
    from geo_toolkit_api.metrics import Metrics

__all__ = ["router"]

router = APIRouter(tags=["operation"])


@router.get(
    "/metrics",
    summary="Counts and durations",
    dependencies=[Depends(require("read"))],
    response_class=Response,
    responses={200: {"content": {"text/plain": {"schema": {"type": "string"}}}}},
)
async def show_metrics(request: Request, service: ServiceDep) -> Response:
    """Return requests, durations, verdicts, jobs and parse failures of all worker processes."""
    metrics: Metrics = request.app.state.metrics
    text = metrics.exposition(_jobs(service))
    return Response(text, media_type=CONTENT_TYPE_LATEST)


def _jobs(service: Service) -> dict[str, int]:
    """Return how many jobs there are in each state."""
    counts = getattr(getattr(service, "jobs", None), "counts", None)
    return dict(counts()) if counts else {}
