"""What holds for every operation of the OpenAPI document: keys, and the refusals at the door."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from geo_toolkit_api.errors import PROBLEM

if TYPE_CHECKING:
    from fastapi import FastAPI

__all__ = ["document_the_door"]

_SCHEMES: dict[str, Any] = {  # JSON objects of OpenAPI
    "bearer": {"type": "http", "scheme": "bearer", "description": "An API key, `gtk_…`."},
    "basic": {"type": "http", "scheme": "basic", "description": "The key as password."},
    "header": {"type": "apiKey", "in": "header", "name": "X-API-Key"},
}
_SECURITY: list[Any] = [{}, *({name: []} for name in _SCHEMES)]
"""No key is needed, unless an operation says so; each way of sending one is as good."""

_REFUSALS = {
    "401": {**PROBLEM, "description": "The key is wrong, or one is needed."},
    "429": {
        **PROBLEM,
        "description": "Too many requests; ask again later.",
        "headers": {
            "Retry-After": {"description": "Seconds to wait.", "schema": {"type": "integer"}}
        },
    },
}


def document_the_door(app: FastAPI) -> None:
    """Make an application's OpenAPI document say how keys are sent and what the door refuses."""
    made = app.openapi

    def openapi() -> dict[str, Any]:
        document = made()
        components = document.setdefault("components", {})
        if "securitySchemes" not in components:
            components["securitySchemes"] = _SCHEMES
            document["security"] = _SECURITY
            for operations in document["paths"].values():
                for operation in operations.values():
                    for status, refusal in _REFUSALS.items():
                        operation["responses"].setdefault(status, refusal)
        return document

    app.openapi = openapi  # type: ignore[method-assign]
