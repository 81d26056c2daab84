"""The one table that turns errors into status codes, and the one shape of a refusal.

    {"detail": one line}

The text of an unexpected error never leaves the process: the answer names the request's id,
and the log has the rest under that id.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any, cast

from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse

from geo_toolkit.errors import (
    BoundaryError,
    CRSMismatch,
    DefinitionError,
    GeoToolkitError,
    LayerError,
    NotAvailable,
    OptionError,
    UnknownName,
    WorkspaceNotFound,
)
from geo_toolkit_api.keys import redacted
from geo_toolkit_api.metrics import count_parse_failure
from geo_toolkit_api.ogc.wrong import WrongParameter
from geo_toolkit_api.state import StateUnavailable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fastapi import FastAPI, Request

__all__ = ["PROBLEM", "STATUS", "Problem", "TooLarge", "problem", "register", "status_of"]

_log = logging.getLogger(__name__)


class TooLarge(GeoToolkitError, ValueError):
    """What was sent is over a limit of the service."""


STATUS: dict[type[GeoToolkitError], int] = {
    TooLarge: 413,
    WrongParameter: 400,
    StateUnavailable: 503,
    BoundaryError: 422,
    CRSMismatch: 422,
    NotAvailable: 422,
    OptionError: 422,
    UnknownName: 404,  # in a path; 422 where a field of a form names it
    DefinitionError: 500,  # the rest: the workspace is at fault, not the caller
    LayerError: 500,
    WorkspaceNotFound: 500,
    GeoToolkitError: 500,
}

_HTTP_WORDS = {
    404: "no such path: {path}; /openapi.json lists what there is",
    405: "{method} is not allowed on {path}; /openapi.json lists what is",
}
_LONGEST = 1000


class Problem(BaseModel):
    """A refusal: what was expected, what came and what to do, in one line."""

    detail: str = Field(
        examples=["plot.txt line 14: expected 4 fields (point, ring, X, Y), got 3; add the missing"]
    )


PROBLEM: dict[str, Any] = {  # a JSON object of OpenAPI
    "description": "What was expected, what came and what to do, in one line.",
    "content": {
        "application/json": {"schema": {"$ref": "#/components/schemas/Problem"}},
    },
}
"""How a refusal stands in the OpenAPI document, where the good answer is HTML."""


def status_of(error: GeoToolkitError, method: str = "GET") -> int:
    """Return the status code of an error; the method tells a path from a form."""
    if isinstance(error, UnknownName) and method == "POST":
        return 422
    return next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)


def problem(status: int, detail: object, headers: Mapping[str, str] | None = None) -> JSONResponse:
    """Return a refusal as an answer: one printable line, of bounded length."""
    printable = "".join(c if c.isprintable() else " " for c in str(detail))
    line = redacted(" ".join(printable.split()))
    if len(line) > _LONGEST:
        line = line[: _LONGEST - 1] + "…"
    return JSONResponse({"detail": line}, status_code=status, headers=headers)


def register(app: FastAPI) -> None:
    """Make every refusal of an application take the one shape."""
    app.add_exception_handler(GeoToolkitError, _on_own)
    app.add_exception_handler(RequestValidationError, _on_validation)
    app.add_exception_handler(HTTPException, _on_http)


async def _on_own(request: Request, error: Exception) -> JSONResponse:
    status = status_of(cast("GeoToolkitError", error), request.method)
    if isinstance(error, BoundaryError) and request.method == "POST":
        count_parse_failure(request)
    if status < 500:
        return problem(status, error)
    _log.error("request %s: %s", request.scope["request_id"], error)
    whose = "service" if isinstance(error, StateUnavailable) else "workspace"
    return problem(status, f"the {whose} has a fault; the log names it under {_id(request)}")


async def _on_validation(request: Request, error: Exception) -> JSONResponse:
    faults = cast("RequestValidationError", error).errors()
    status = 400 if request.url.path.startswith("/ogc") else 422
    return problem(status, "; ".join(_fault(fault) for fault in faults[:3]))


async def _on_http(request: Request, error: Exception) -> JSONResponse:
    error = cast("HTTPException", error)
    plain = {404: "Not Found", 405: "Method Not Allowed"}.get(error.status_code)
    detail = error.detail
    if detail == plain:
        detail = _HTTP_WORDS[error.status_code].format(path=request.url.path, method=request.method)
    return problem(error.status_code, detail, error.headers)


def _fault(fault: Any) -> str:  # noqa: ANN401 (pydantic's error entries hold any value)
    name = str(fault["loc"][-1])
    if fault["type"] == "missing":
        return f"field '{name}': expected a value, got none; send it"
    got = fault.get("input")
    shown = f", got {got[:80]!r}" if isinstance(got, str) else ""
    return f"field '{name}': {fault['msg'][:1].lower()}{fault['msg'][1:]}{shown}; correct it"


def _id(request: Request) -> str:
    return f"request id {request.scope['request_id']}"
