"""``/``: the page on which a boundary file is dropped and its check is read."""

from pathlib import Path
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from fastapi.responses import FileResponse, HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from geo_toolkit.rules import NATURES, PROJECT_TYPES, today
from geo_toolkit_api.examples import example_of
from geo_toolkit_api.routes.maps import map_list, workspace_title
from geo_toolkit_api.service import Service, ServiceDep
from geo_toolkit_api.words import LANGUAGES, page_words, script_words

__all__ = ["STATIC", "router"]

_PARTS = Path(__file__).parent.parent / "page_parts"
STATIC = _PARTS / "static"
"""Folder of the page's own scripts, style sheet and icon."""

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "frame-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
_TEMPLATE = Environment(
    loader=FileSystemLoader(_PARTS, encoding="utf-8"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
).get_template("page.html")

router = APIRouter(include_in_schema=False)


@router.get("/", response_class=HTMLResponse)
async def show_page(
    service: ServiceDep,
    lang: Annotated[Literal["zh", "en"] | None, Query(description="Language.")] = None,
) -> HTMLResponse:
    """Return the page; all it loads comes from this service."""
    language = service.language(lang)
    html = await service.run(lambda: _render(service, language))
    return HTMLResponse(html, headers={"Content-Security-Policy": _POLICY})


@router.get("/favicon.ico")
async def icon() -> FileResponse:
    """Return the icon that browsers ask for on pages that name none, such as the maps."""
    return FileResponse(STATIC / "icon.svg", media_type="image/svg+xml")


def _render(service: Service, lang: str) -> str:
    workspace, settings = service.workspace, service.settings
    scopes = [
        (scope.id, scope.title_zh or scope.id, scope.title_en or scope.id)
        for scope in workspace.rules.scopes.values()
    ]
    example = example_of(workspace.root, workspace.settings.bounds, lang)
    return _TEMPLATE.render(
        lang=lang,
        words=page_words(lang, max_upload_mb=settings.max_upload_mb),
        script_words=script_words(
            max_upload_mb=settings.max_upload_mb,
            scopes=scopes,
            names={one: workspace_title(service, one) for one in LANGUAGES},
        ),
        place=workspace_title(service, lang),
        maps=[{**entry, "title": _of(entry, lang)} for entry in map_list(service)],
        project_types=_options(PROJECT_TYPES, lang),
        natures=_options(NATURES, lang),
        scopes=[(code, en if lang == "en" else zh) for code, zh, en in scopes],
        default_scope=workspace.settings.scope or "full",
        today=today().isoformat(),
        max_upload_bytes=settings.max_upload_bytes,
        quick_sites=settings.quick_sites,
        example=example,
    )


def _options(titles: dict[str, tuple[str, str]], lang: str) -> list[tuple[str, str]]:
    return [(code, en if lang == "en" else zh) for code, (zh, en) in titles.items()]


def _of(entry: dict[str, Any], lang: str) -> str:
    return str((entry["title_en"] if lang == "en" else entry["title_zh"]) or entry["id"])
