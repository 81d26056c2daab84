"""``/layers``: the layers in force today, with where each comes from."""

from datetime import date
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter

from geo_toolkit.errors import NotAvailable
from geo_toolkit.rules import today
from geo_toolkit_api.service import Service, ServiceDep

if TYPE_CHECKING:
    from geo_toolkit.catalogue import LayerDefinition
    from geo_toolkit.catalogue.catalogue import LayerEntry

__all__ = ["router"]

router = APIRouter(tags=["layers"])

_EXAMPLE = {
    "id": "parks",
    "title_zh": "产业园区",
    "title_en": "Industrial parks",
    "role": "industrial_park",
    "geometry": "polygon",
    "version": 0,
    "features": 16,
    "evidence": "schematic",
    "accuracy_m": 500.0,
    "coverage": "none",
    "secrecy": "public",
    "effective_from": None,
    "source": "…",
    "licence": "CC-BY-4.0",
    "approval_number": "",
    "sha256": "9f86d081884c7d65…",
    "fault": None,
}


@router.get(
    "/layers",
    summary="All layers in force today",
    responses={200: {"content": {"application/json": {"example": [_EXAMPLE]}}}},
)
async def list_layers(service: ServiceDep) -> list[dict[str, Any]]:
    """Return every layer with its version, evidence, accuracy, source and licence.

    A layer whose data cannot be used is listed with its `fault`; it never clears a site.
    """
    return await service.run(lambda: _entries(service))


def _entries(service: Service) -> list[dict[str, Any]]:
    day = today()
    entries = service.workspace.layers.values()
    return [_entry(entry, day) for entry in entries if entry.is_in_force(day)]


def _entry(entry: "LayerEntry", day: date) -> dict[str, Any]:
    definition = entry.definition
    try:
        layer = entry.read(day)
    except NotAvailable as error:  # one layer that cannot be used must not hide the others
        return _described(definition) | {"fault": str(error)}
    effective_from = layer.effective_from
    return _described(layer.definition) | {
        "version": layer.version,
        "features": layer.features_total,
        "effective_from": effective_from.isoformat() if effective_from else None,
        "sha256": layer.sha256,
        "fault": layer.fault,
    }


def _described(definition: "LayerDefinition") -> dict[str, Any]:
    return {
        "id": definition.id,
        "title_zh": definition.title_zh,
        "title_en": definition.title_en,
        "role": definition.role,
        "geometry": definition.geometry,
        "version": None,
        "features": None,
        "evidence": definition.evidence.value,
        "accuracy_m": definition.accuracy_m,
        "coverage": definition.coverage,
        "secrecy": definition.secrecy,
        "effective_from": None,
        "source": definition.source,
        "licence": definition.licence,
        "approval_number": definition.approval_number,
        "sha256": None,
        "fault": None,
    }
