"""``/maps`` and ``/maps/{id}``: the maps of the workspace, as pages that ask no other host."""

from typing import TYPE_CHECKING, Annotated, Any, Literal

from fastapi import APIRouter, Path, Query
from fastapi.responses import HTMLResponse

from geo_toolkit.errors import UnknownName
from geo_toolkit.rules import today
from geo_toolkit.webmap import load_maps, render_map
from geo_toolkit.webmap.offline import content_security_policy
from geo_toolkit_api.errors import PROBLEM
from geo_toolkit_api.service import Service, ServiceDep

if TYPE_CHECKING:
    from geo_toolkit.webmap import MapDefinition

__all__ = ["map_list", "router", "workspace_title"]

router = APIRouter(tags=["maps"])
_PAGES_KEPT = 16


def map_list(service: Service) -> list[dict[str, Any]]:
    """Return the maps of the workspace, each with its address."""
    return [
        {
            "id": definition.id,
            "title_zh": definition.title_zh,
            "title_en": definition.title_en,
            "layers": list(definition.layer_ids),
            "href": f"/maps/{definition.id}",
        }
        for definition in _maps(service).values()
    ]


@router.get("/maps", summary="All maps")
async def list_maps(service: ServiceDep) -> list[dict[str, Any]]:
    """Return the maps of the workspace: id, titles, layers and address."""
    return await service.run(lambda: map_list(service))


@router.get(
    "/maps/{map_id}",
    summary="One map as a page",
    response_class=HTMLResponse,
    responses={404: PROBLEM, 422: PROBLEM},
)
async def show_map(
    service: ServiceDep,
    map_id: Annotated[str, Path(description="Id of a map.", examples=["overview"], max_length=80)],
    lang: Annotated[
        Literal["zh", "en"] | None,
        Query(
            description="Language of titles and labels; the workspace's own if absent.",
            examples=["zh"],
        ),
    ] = None,
    self_contained: Annotated[
        bool,
        Query(
            description="Whether the page holds all its scripts, to be kept as one file.",
            examples=[False],
        ),
    ] = False,
) -> HTMLResponse:
    """Return the map with the layers in force today; it loads nothing from another host."""
    language = service.language(lang)
    html = await service.run(
        lambda: _page(service, map_id, lang=language, served=not self_contained)
    )
    policy = content_security_policy(html, served=not self_contained)
    return HTMLResponse(
        html, headers={"Content-Security-Policy": f"{policy}; frame-ancestors 'self'"}
    )


def workspace_title(service: Service, lang: str) -> str:
    """Return what people call the workspace in ``zh`` or ``en``."""
    settings = service.workspace.settings
    return (settings.title_en if lang == "en" else settings.title_zh) or settings.name


def _maps(service: Service) -> "dict[str, MapDefinition]":
    return load_maps(service.workspace.root / "maps")


def _page(service: Service, map_id: str, *, lang: str, served: bool) -> str:
    """Return the page, drawn anew only when its definition or a layer has changed."""
    known = _maps(service)
    if map_id not in known:
        raise UnknownName("map", map_id, known, where="maps/")
    definition, workspace = known[map_id], service.workspace
    definition.require_layers(workspace.layers)
    day = today()
    layers = [workspace.layers[layer_id].read(day) for layer_id in definition.layer_ids]
    versions = tuple((layer.id, layer.version, layer.sha256) for layer in layers)
    key = (definition.model_dump_json(), versions, lang, served)
    if key not in service.pages:
        while len(service.pages) >= _PAGES_KEPT:
            del service.pages[next(iter(service.pages))]
        service.pages[key] = render_map(
            definition,
            layers,
            title=workspace_title(service, lang),
            bounds=workspace.settings.bounds,
            lang=lang,
            served=served,
        )
    return service.pages[key]
