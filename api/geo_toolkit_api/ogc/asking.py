"""What the routes under ``/ogc`` share: parameters with their words, the caller's view, answers."""

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, ClassVar
from urllib.parse import urlencode

from fastapi import Depends, Path, Query, Request
from fastapi.responses import HTMLResponse, JSONResponse, Response

from geo_toolkit_api.callers import Caller, CallerDep
from geo_toolkit_api.errors import PROBLEM
from geo_toolkit_api.ogc.asked import pinned, refuse_unknown, wants_html
from geo_toolkit_api.ogc.crs import crs_list
from geo_toolkit_api.ogc.kept import Kept
from geo_toolkit_api.ogc.pages import html_page
from geo_toolkit_api.ogc.tags import is_known, tag_of
from geo_toolkit_api.ogc.visible import seen_layer
from geo_toolkit_api.service import Service, ServiceDep

if TYPE_CHECKING:
    from collections.abc import Callable

    from geo_toolkit.catalogue import Layer, LayerEntry

__all__ = [
    "FORM",
    "FOUND",
    "PIN",
    "Asking",
    "AskingDep",
    "CollectionId",
    "DayQuery",
    "FeatureId",
    "GeoJSONResponse",
    "SchemaResponse",
    "found",
    "json_text",
]

Json = dict[str, Any]  # JSON: values of every type

_BLOCK_BYTES = 64 * 1024**2
_PAGE: Json = {"text/html": {"schema": {"type": "string"}}}
REFUSALS: dict[int | str, Json] = {400: PROBLEM, 404: PROBLEM, 422: PROBLEM}
FOUND: dict[int | str, Json] = {
    200: {
        "content": _PAGE,
        "headers": {
            "ETag": {
                "description": "Changes with the answer; send it back as `If-None-Match`.",
                "schema": {"type": "string"},
            }
        },
    },
    304: {"description": "The client has it already (`If-None-Match`)."},
    **REFUSALS,
}

CollectionId = Annotated[
    str, Path(description="Id of a layer.", examples=["parks"], pattern=r"^[a-z0-9][a-z0-9_]*$")
]
FeatureId = Annotated[str, Path(description="Key of a feature.", examples=["pk_hightech"])]
FormQuery = Annotated[
    str | None,
    Query(description="`json` or `html`; else as Accept prefers.", examples=["json"],
          pattern=r"^(json|html)$"),
]  # fmt: skip
LangQuery = Annotated[
    str | None,
    Query(description="Language of titles; the workspace's own if absent.", examples=["zh"],
          pattern=r"^(zh|en)$"),
]  # fmt: skip
VersionQuery = Annotated[
    int | None,
    Query(description="Number of a version instead of the one in force.", examples=[0], ge=0),
]
DayQuery = Annotated[
    str | None,
    Query(
        alias="datetime",
        description="Day, instant or interval (its end counts) whose version is wanted.",
        examples=["2026-03-01"],
    ),
]


class GeoJSONResponse(JSONResponse):
    """An answer in GeoJSON."""

    media_type = "application/geo+json"


class SchemaResponse(JSONResponse):
    """An answer in JSON Schema."""

    media_type = "application/schema+json"


@dataclass
class Asking:
    """One request under ``/ogc``: the service, who asks, and how to answer it.

    Attributes
    ----------
    blocks
        Encoded features, kept for all requests.
    """

    request: Request
    service: Service
    caller: Caller
    blocks: Kept[list[str]]

    HTML_HEADERS: ClassVar[dict[str, str]] = {"Vary": "Accept, Authorization, Cookie"}

    @property
    def base(self) -> str:
        """Address of ``/ogc``."""
        return f"{str(self.request.base_url).rstrip('/')}/ogc"

    @property
    def lang(self) -> str:
        """Language of the answer."""
        return self.service.language(self.request.query_params.get("lang"))

    @property
    def offered(self) -> list[str]:
        """URIs of the systems that features can be asked in."""
        return crs_list(self.service.workspace.settings.bounds)

    @property
    def pin(self) -> str:
        """The part of the query that pins the version; "" where nothing does."""
        params = self.request.query_params
        return urlencode({n: params[n] for n in ("version", "datetime") if n in params})

    def only(self, *names: str) -> None:
        """Refuse parameters but these, ``f`` and ``lang``."""
        refuse_unknown(self.request.query_params, "f", "lang", *names)

    def layer(self, collection_id: str) -> "tuple[LayerEntry, Layer]":
        """Return the layer in the version asked for, if the caller may see it."""
        day, version = pinned(self.request.query_params)
        return seen_layer(
            self.service.workspace, self.caller, collection_id, day=day, version=version
        )

    def headers(self, layer: "Layer | None" = None, **more: str) -> dict[str, str]:
        """Return the headers of an answer; what is not public is kept by no proxy."""
        headers = {**self.HTML_HEADERS, **more}
        if layer is not None and layer.definition.secrecy != "public":
            headers["Cache-Control"] = "private, no-cache"
        return headers

    def has(self, tag: str | None) -> bool:
        """Return whether the client has an answer already."""
        return tag is not None and is_known(self.request.headers.get("if-none-match"), tag)

    def answer(
        self,
        body: Json,
        title: str,
        *,
        layer: "Layer | None" = None,
        media_type: str = "application/json",
    ) -> Response:
        """Return a document as JSON or as a page, with its tag."""
        text = json_text(body)
        is_page = wants_html(self.request)
        tag = tag_of(text, is_page)
        headers = self.headers(layer, ETag=tag)
        if self.has(tag):
            return Response(status_code=304, headers=headers)
        if is_page:
            return HTMLResponse(html_page(title, text, self.request.url.path), headers=headers)
        return Response(text, media_type=media_type, headers=headers)

    async def answer_of(
        self,
        collection_id: str,
        make: "Callable[[Layer], Json]",
        title: str,
        media_type: str = "application/json",
    ) -> Response:
        """Return a document about one layer, made in the workspace's own thread."""
        self.only("version", "datetime")

        def work() -> "tuple[Json, Layer]":
            _, layer = self.layer(collection_id)
            return make(layer), layer

        body, layer = await self.service.run(work)
        return self.answer(body, title, layer=layer, media_type=media_type)


def json_text(body: object) -> str:
    """Return a document as JSON text."""
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"))


async def _asking(request: Request, service: ServiceDep, caller: CallerDep) -> Asking:
    state = request.app.state
    if not hasattr(state, "blocks"):
        state.blocks = Kept[list[str]](_BLOCK_BYTES)
    return Asking(request, service, caller, state.blocks)


AskingDep = Annotated[Asking, Depends(_asking)]


async def _form(f: FormQuery = None, lang: LangQuery = None) -> None:
    """Document the parameters that ``Asking.answer`` reads."""


async def _pin(version: VersionQuery = None, day: DayQuery = None) -> None:
    """Document the parameters that ``Asking.layer`` reads."""


FORM, PIN = Depends(_form), Depends(_pin)
"""Dependencies of routes that answer as JSON or as a page, and of those that can be pinned."""


def found(model: type) -> dict[int | str, Json]:
    """Return the answers of a route whose JSON is of a model."""
    return {**FOUND, 200: {**FOUND[200], "model": model}}
