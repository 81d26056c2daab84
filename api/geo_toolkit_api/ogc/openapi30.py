"""The OpenAPI document of a part of the service in version 3.0, which GIS clients ask for."""

from __future__ import annotations

from typing import Any

__all__ = ["as_openapi30"]

Json = Any  # JSON: values of every type

_DROPPED = {"$schema", "propertyNames", "contentMediaType", "unevaluatedProperties"}
_NAMED = {"properties", "schemas", "headers", "content", "responses"}


def as_openapi30(document: dict[str, Any], prefix: str, server: str) -> dict[str, Any]:
    """Return an OpenAPI 3.1 document as 3.0, of the paths under a prefix alone.

    Parameters
    ----------
    prefix
        Such as ``/ogc``.
    server
        Address that the paths stand below.
    """
    paths = {p: v for p, v in document["paths"].items() if p == prefix or
             p.startswith(f"{prefix}/")}  # fmt: skip
    lowered = _lowered(paths)
    used: dict[str, Json] = {}
    _collect(lowered, document.get("components", {}).get("schemas", {}), used)
    components: dict[str, Json] = {"schemas": dict(sorted(used.items()))}
    security = document.get("components", {}).get("securitySchemes")
    if security:
        components["securitySchemes"] = security
    return {
        "openapi": "3.0.3",
        "info": document["info"],
        "servers": [{"url": server}],
        "paths": lowered,
        "components": components,
    }


def _lowered(node: Json, *, is_named: bool = False) -> Json:
    """Return a part of a document with what 3.0 lacks said in its words.

    Parameters
    ----------
    is_named
        Whether the keys are names given by somebody, not words of the specification.
    """
    if isinstance(node, list):
        return [_lowered(part) for part in node]
    if not isinstance(node, dict):
        return node
    made = {
        key: _lowered(value, is_named=key in _NAMED and not is_named)
        for key, value in node.items()
        if is_named or key not in _DROPPED
    }
    return made if is_named else _schema(made)


def _schema(node: dict[str, Json]) -> dict[str, Json]:
    """Return one object in the words of 3.0."""
    options = node.get("anyOf")
    if isinstance(options, list) and {"type": "null"} in options:
        rest = [option for option in options if option != {"type": "null"}]
        node = {key: value for key, value in node.items() if key != "anyOf"}
        if len(rest) == 1 and "$ref" not in rest[0]:
            node = {**rest[0], **node}
        else:
            node["anyOf"] = rest
        node["nullable"] = True
    kinds = node.get("type")
    if isinstance(kinds, list):
        plain = [kind for kind in kinds if kind != "null"]
        node = {key: value for key, value in node.items() if key != "type"}
        if len(plain) == 1:
            node["type"] = plain[0]
        else:
            node["anyOf"] = [{"type": kind} for kind in plain]
        if len(plain) < len(kinds):
            node["nullable"] = True
    examples = node.get("examples")
    if isinstance(examples, list):
        node = {key: value for key, value in node.items() if key != "examples"}
        if examples:
            node["example"] = examples[0]
    if "const" in node:
        node = {**node, "enum": [node["const"]]}
        del node["const"]
    for bound, limit in (("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")):
        value = node.get(bound)
        if isinstance(value, int | float) and not isinstance(value, bool):
            node = {**node, limit: value, bound: True}
    return node


def _collect(node: Json, known: dict[str, Json], used: dict[str, Json]) -> None:
    """Fill in the named schemas that a part refers to."""
    if isinstance(node, list):
        for part in node:
            _collect(part, known, used)
    elif isinstance(node, dict):
        name = str(node.get("$ref", "")).rpartition("/")[2]
        if name in known and name not in used:
            used[name] = _lowered(known[name])
            _collect(used[name], known, used)
        for value in node.values():
            _collect(value, known, used)
