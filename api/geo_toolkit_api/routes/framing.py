"""What the page asks for around a check: its map in a frame, its words, the example."""

from typing import TYPE_CHECKING, Annotated, Any, Literal
from urllib.parse import quote

from fastapi import APIRouter, HTTPException, Path, Query
from fastapi.responses import HTMLResponse, JSONResponse, Response

from geo_toolkit.errors import NotAvailable, OptionError
from geo_toolkit.rules import today
from geo_toolkit.siting.again import run_again
from geo_toolkit.webmap import check_layers, is_drawable
from geo_toolkit.webmap.check_map import render_blank_check_map, render_check_map
from geo_toolkit.webmap.check_outlines import outlines_of
from geo_toolkit.webmap.offline import stated_policy
from geo_toolkit_api.callers import Caller, CallerDep
from geo_toolkit_api.errors import PROBLEM, Problem
from geo_toolkit_api.examples import example_of
from geo_toolkit_api.routes.checks import CheckId, readable_document
from geo_toolkit_api.routes.maps import workspace_title
from geo_toolkit_api.service import Service, ServiceDep

if TYPE_CHECKING:
    from collections.abc import Callable

    from geo_toolkit.siting import CheckResult

__all__ = ["router"]

router = APIRouter(include_in_schema=False)
checks = APIRouter(tags=["checks"])

_PAGES_KEPT = 16

Lang = Annotated[Literal["zh", "en"] | None, Query(description="Language.", examples=["zh"])]


@router.get("/page/map", response_class=HTMLResponse)
async def show_blank_map(service: ServiceDep, caller: CallerDep, lang: Lang = None) -> HTMLResponse:
    """Return the map before anything is checked: counties and rivers, and a place to draw."""
    language = service.language(lang)
    html = await service.run(lambda: _blank_map(service, caller, language))
    return _framed(html)


@router.get("/page/example", response_class=Response)
async def give_example(service: ServiceDep, lang: Lang = None) -> Response:
    """Return the boundary file that the page offers to those who have none."""
    workspace, language = service.workspace, service.language(lang)
    found = await service.run(
        lambda: example_of(workspace.root, workspace.settings.bounds, language)
    )
    return Response(
        found.content,
        media_type="application/octet-stream",
        headers={"Content-Disposition": f"attachment; filename*=UTF-8''{quote(found.name)}"},
    )


@checks.get(
    "/checks/{check_id}/map",
    summary="The map of a finished check",
    response_class=HTMLResponse,
    responses={404: PROBLEM, 409: PROBLEM, 422: PROBLEM},
)
async def show_check_map(
    service: ServiceDep, caller: CallerDep, check_id: CheckId, lang: Lang = None
) -> HTMLResponse:
    """Return the map alone, for a frame of this service's own page."""
    language = service.language(lang)
    html = await service.run(lambda: _check_map(service, caller, check_id, language))
    return _framed(html)


@checks.get(
    "/checks/{check_id}/in/{lang}",
    summary="A finished check in another language",
    responses={404: {"model": Problem}, 409: {"model": Problem}, 422: {"model": Problem}},
)
async def get_in_language(
    service: ServiceDep,
    caller: CallerDep,
    check_id: CheckId,
    lang: Annotated[Literal["zh", "en"], Path(description="Language.", examples=["en"])],
) -> JSONResponse:
    """Return the document of a check with titles, reasons and warnings in a language."""
    document = await service.run(lambda: _in_language(service, caller, check_id, lang))
    return JSONResponse(document, headers={"Cache-Control": "no-store"})


router.include_router(checks, include_in_schema=True)


def _framed(html: str) -> HTMLResponse:
    policy = f"{stated_policy(html)}; frame-ancestors 'self'"
    return HTMLResponse(html, headers={"Content-Security-Policy": policy})


def _blank_map(service: Service, caller: Caller, lang: str) -> str:
    """Return the page, drawn anew only when a layer has changed."""
    audience = "internal" if caller.is_internal else "applicant"
    day, layers = today(), []
    for entry in service.workspace.layers.values():
        try:
            if entry.is_in_force(day):
                layers.append(entry.read(day))
        except NotAvailable:  # a layer that cannot be read must not take the map away
            continue
    layers = [layer for layer in layers if is_drawable(layer, audience)]
    versions = tuple((layer.id, layer.version, layer.sha256) for layer in layers)
    return _kept(
        service,
        ("blank", versions, lang, audience),
        lambda: render_blank_check_map(
            layers,
            bounds=service.workspace.settings.bounds,
            lang=lang,
            audience=audience,
            producer=workspace_title(service, lang),
        ),
    )


def _check_map(service: Service, caller: Caller, check_id: str, lang: str) -> str:
    """Return the page of a check; one of many sites shows their outlines alone."""
    document, workspace = readable_document(service, check_id, caller), service.workspace

    def drawn() -> str:
        if len(document["sites"]) <= service.settings.quick_sites:
            result = _measured(lambda: workspace.edition(check_id, document["audience"]))
        else:
            result = outlines_of(document, workspace.records.sites(check_id))
        return render_check_map(
            result,
            check_layers(workspace, result),
            bounds=workspace.settings.bounds,
            lang=lang,
            served=True,
            framed=True,
            producer=workspace_title(service, lang),
        )

    return _kept(service, ("check", check_id, lang, caller.is_internal), drawn)


def _in_language(service: Service, caller: Caller, check_id: str, lang: str) -> dict[str, Any]:
    document, workspace = readable_document(service, check_id, caller), service.workspace
    if document["language"] == lang:
        return document
    most, got = service.settings.quick_sites, len(document["sites"])
    if got > most:
        raise NotAvailable(
            f"check {check_id}: expected at most {most} sites for another language, got {got}; "
            "send its file again in that language"
        )
    made = _measured(
        lambda: run_again(
            workspace.records,
            check_id,
            workspace.check,
            lang=lang,
            audience=document["audience"],
            is_trusted=document["audience"] == "internal",
        )
    )
    return made.document | {"check_id": check_id, "generated_at": document["generated_at"]}


def _measured(work: "Callable[[], CheckResult]") -> "CheckResult":
    """Return what a check made again is; one that differs today is a conflict."""
    try:
        return work()
    except OptionError as error:
        raise HTTPException(409, str(error)) from error


def _kept(service: Service, key: tuple[object, ...], draw: "Callable[[], str]") -> str:
    if key not in service.pages:
        while len(service.pages) >= _PAGES_KEPT:
            del service.pages[next(iter(service.pages))]
        service.pages[key] = draw()
    return service.pages[key]
