"""``/session`` and ``/login``: a browser signs in with a key, and out again."""

import json
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import parse_qs

import anyio.to_thread
from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from pydantic import BaseModel, Field

from geo_toolkit_api.admission import Admission, Refusal
from geo_toolkit_api.callers import Caller, CallerDep
from geo_toolkit_api.errors import PROBLEM, Problem, TooLarge, problem
from geo_toolkit_api.keys import SCOPES, Key
from geo_toolkit_api.limiting import network_of
from geo_toolkit_api.service import ServiceDep
from geo_toolkit_api.sessions import COOKIE, csrf_token

__all__ = ["router"]

_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'"
)
_LONGEST_BODY = 4096
_NO_STORE = {"Cache-Control": "no-store"}
_FORM = "application/x-www-form-urlencoded"
_BODY = {
    "content": {
        "application/json": {
            "schema": {
                "type": "object",
                "properties": {"key": {"type": "string", "description": "An API key."}},
                "required": ["key"],
            },
        },
    },
    "required": False,
}
_TEMPLATE = Environment(
    loader=FileSystemLoader(Path(__file__).parent.parent / "page_parts", encoding="utf-8"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
).get_template("login.html")
_WORDS = {
    "zh": {
        "title": "登录",
        "key": "API 密钥",
        "hint": "密钥由本服务的管理员发放，形如 gtk_…；登录后十二小时内有效，用完请退出。",
        "sign_in": "登录",
    },
    "en": {
        "title": "Sign in",
        "key": "API key",
        "hint": "The operator of this service issues keys; they start with gtk_.",
        "sign_in": "Sign in",
    },
}

router = APIRouter(tags=["session"])


class Session(BaseModel):
    """Who is signed in, and what that allows."""

    who: str | None = Field(description="Name of the key; null without one.", examples=["Li"])
    key_id: str | None = Field(description="Id of the key.", examples=["0123abcd"])
    scopes: list[str] = Field(description="What may be asked.", examples=[["internal", "read"]])
    csrf_token: str | None = Field(
        description="To be sent as X-CSRF-Token with every writing request of this session; null "
        "where no cookie stands for the key.",
        examples=[None],
    )


@router.get("/session", summary="Who is signed in")
async def show_session(caller: CallerDep) -> JSONResponse:
    """Return name, scopes and, for a session by cookie, the CSRF token."""
    return JSONResponse(_session(caller).model_dump(), headers=_NO_STORE)


@router.post(
    "/session",
    status_code=201,
    summary="Sign in with a key",
    response_model=Session,
    responses={401: {"model": Problem}, 413: {"model": Problem}, 429: {"model": Problem}},
    openapi_extra={"requestBody": _BODY},
)
async def sign_in(request: Request, caller: CallerDep, service: ServiceDep) -> Response:
    """Set a cookie that stands for a key: in the body as `{"key": …}`, or in a header.

    The cookie is closed to scripts and to other sites, and lasts 12 hours unless set otherwise.
    """
    admission: Admission = request.app.state.admission
    is_form = request.headers.get("content-type", "").partition(";")[0].strip() == _FORM
    text = await _sent_key(request, is_form=is_form)
    key: Key | Refusal | None = None
    if text is not None:
        address = network_of(request.client.host if request.client else "unknown")
        key = await admission.key(text, address)
    elif caller.key_id and not caller.session:
        key = await anyio.to_thread.run_sync(admission.keys.find, caller.key_id)
    if key is None:
        key = Refusal(401, 'expected an API key as {"key": …}, got none; send it')
    if isinstance(key, Refusal):
        if is_form:
            return _page(service.language(None), key)
        return problem(key.status, key.detail, key.headers)
    value = await anyio.to_thread.run_sync(admission.sessions.begin, key)
    if caller.session:
        await anyio.to_thread.run_sync(admission.sessions.end, caller.session)
    made = Caller(f"key {key.id}", key.scopes, key.id, key.name, value)
    answer: Response = (
        RedirectResponse("/", 303, _NO_STORE)
        if is_form
        else JSONResponse(_session(made).model_dump(), 201, _NO_STORE)
    )
    answer.set_cookie(
        COOKIE,
        value,
        max_age=int(admission.sessions.lasts_s),
        path="/",
        secure=request.url.scheme == "https",
        httponly=True,
        samesite="strict",
    )
    return answer


@router.delete("/session", status_code=204, summary="Sign out", responses={403: PROBLEM})
async def sign_out(request: Request, caller: CallerDep) -> Response:
    """End the session, everywhere and at once; without one nothing happens."""
    admission: Admission = request.app.state.admission
    if caller.session:
        await anyio.to_thread.run_sync(admission.sessions.end, caller.session)
    answer = Response(status_code=204, headers=_NO_STORE)
    answer.delete_cookie(COOKIE, path="/", httponly=True, samesite="strict")
    return answer


@router.get("/login", include_in_schema=False)
async def show_login(
    service: ServiceDep,
    lang: Annotated[Literal["zh", "en"] | None, Query(description="Language.")] = None,
) -> HTMLResponse:
    """Return a page with one field, for the key; it needs no script."""
    return _page(service.language(lang), None)


def _session(caller: Caller) -> Session:
    return Session(
        who=caller.key_name,
        key_id=caller.key_id,
        scopes=[scope for scope in SCOPES if scope in caller.scopes],
        csrf_token=csrf_token(caller.session) if caller.session else None,
    )


async def _sent_key(request: Request, *, is_form: bool) -> str | None:
    """Return the key of a body, or None where there is no body."""
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > _LONGEST_BODY:
            raise TooLarge(f"body: expected at most {_LONGEST_BODY} bytes, got more; send the key")
    if not body.strip():
        return None
    if is_form:
        fields = parse_qs(body.decode("utf-8", "replace"), max_num_fields=10)
        return fields.get("key", [""])[0].strip()
    try:
        key = json.loads(body)["key"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return ""
    return key.strip() if isinstance(key, str) else ""


def _page(lang: str, refusal: Refusal | None) -> HTMLResponse:
    html = _TEMPLATE.render(
        lang="en" if lang == "en" else "zh-CN",
        words=_WORDS["en" if lang == "en" else "zh"],
        fault=refusal.detail if refusal else None,
    )
    headers = {"Content-Security-Policy": _POLICY, **_NO_STORE}
    if refusal:
        headers |= refusal.headers
    return HTMLResponse(html, refusal.status if refusal else 200, headers)
