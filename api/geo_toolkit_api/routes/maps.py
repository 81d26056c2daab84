"""``/maps`` and ``/maps/{id}``: the maps of the workspace, as pages that ask no other host."""

from typing import TYPE_CHECKING, Annotated, Any, Literal

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import HTMLResponse, Response

from geo_toolkit.errors import NotAvailable, UnknownName
from geo_toolkit.rules import today
from geo_toolkit.webmap import basemap_of, load_maps, workspace_page
from geo_toolkit.webmap.basemaps import is_local
from geo_toolkit.webmap.offline import stated_policy
from geo_toolkit_api.errors import PROBLEM
from geo_toolkit_api.service import Service, ServiceDep

if TYPE_CHECKING:
    from geo_toolkit.webmap import Background, MapDefinition

__all__ = ["map_list", "map_page", "router", "workspace_title"]

router = APIRouter(tags=["maps"])
_PAGES_KEPT = 16
_MEDIA_TYPES = {
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "webp": "image/webp",
    "mvt": "application/vnd.mapbox-vector-tile",
}


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
        lambda: map_page(service, map_id, lang=language, served=not self_contained)
    )
    policy = f"{stated_policy(html)}; frame-ancestors 'self'"
    return HTMLResponse(html, headers={"Content-Security-Policy": policy})


@router.get(
    "/maps/{map_id}/background/{z}/{x}/{y}",
    summary="One tile of a map's own background",
    response_class=Response,
    responses={
        200: {"description": "The tile as the file has it.", "content": {"image/*": {}}},
        204: {"description": "The background has no such tile."},
        404: PROBLEM,
        422: PROBLEM,
    },
)
async def show_background(
    request: Request,
    service: ServiceDep,
    map_id: Annotated[str, Path(description="Id of a map.", examples=["overview"], max_length=80)],
    z: Annotated[int, Path(description="Zoom.", examples=[8], ge=0, le=22)],
    x: Annotated[int, Path(description="Column, from the west.", examples=[203], ge=0)],
    y: Annotated[int, Path(description="Row, from the north.", examples=[104], ge=0)],
) -> Response:
    """Return a tile of the folder or PMTiles file that the map names as its background."""
    known = await service.run(lambda: _background(request, service, map_id))
    data = await service.run(lambda: known.tile(z, x, y) if max(x, y) < 1 << z else None)
    if data is None:
        return Response(status_code=204)
    return Response(data, media_type=_MEDIA_TYPES[known.kind])


def workspace_title(service: Service, lang: str) -> str:
    """Return what people call the workspace in ``zh`` or ``en``."""
    settings = service.workspace.settings
    return (settings.title_en if lang == "en" else settings.title_zh) or settings.name


def _maps(service: Service) -> "dict[str, MapDefinition]":
    return load_maps(service.workspace.root / "maps")


def map_page(service: Service, map_id: str, *, lang: str, served: bool) -> str:
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
        service.pages[key] = workspace_page(
            workspace, definition, layers=layers, lang=lang, served=served, audience="applicant"
        )
    return service.pages[key]


def _background(request: Request, service: Service, map_id: str) -> "Background":
    """Return the tiles of one's own that a map names, opened once."""
    known = _maps(service)
    if map_id not in known:
        raise UnknownName("map", map_id, known, where="maps/")
    definition, root = known[map_id], service.workspace.root
    if not is_local(definition.basemap):
        raise NotAvailable(
            f"map {map_id!r}: its basemap is {definition.basemap!r}, not tiles of one's own; "
            "ask the host that the page names"
        )
    if not hasattr(request.app.state, "backgrounds"):
        request.app.state.backgrounds = {}
    opened: dict[str, Background] = request.app.state.backgrounds
    if definition.basemap not in opened:
        basemap = basemap_of(definition.basemap, root=root)
        tiles = basemap.background if basemap else None
        if tiles is None:
            raise NotAvailable(f"map {map_id!r}: it has no tiles of its own")
        opened[definition.basemap] = tiles
    return opened[definition.basemap]
