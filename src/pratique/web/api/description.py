"""The description of the API (OpenAPI 3.1), made from the endpoints and the types of what they take and answer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec

import pratique
from pratique.web.api.endpoint import BASE, Endpoint
from pratique.web.api.values import Problem

_PART = "^[A-Za-z0-9][A-Za-z0-9._-]*$"
PARTS: Mapping[str, tuple[str, Mapping[str, object]]] = {
    "project": ("A project's name, in any spelling.", {"type": "string", "pattern": _PART, "maxLength": 100}),
    "version": ("A version (PEP 440).", {"type": "string", "pattern": "^[0-9][A-Za-z0-9.+!_-]*$", "maxLength": 100}),
    "filename": ("A file's name, as it was uploaded.", {"type": "string", "pattern": _PART, "maxLength": 255}),
    "sha256": ("The file's SHA-256.", {"type": "string", "pattern": "^[0-9a-f]{64}$"}),
    "token": ("A token's id, as the list of tokens has it.", {"type": "string", "pattern": "^[0-9a-f]{12}$"}),
}
_REFUSALS = {
    400: "What was sent is not what is asked for.",
    401: "The token does not serve.",
    403: "The token or its owner may not do this.",
    404: "There is no such thing here.",
    409: "It is not in a state in which this can be done.",
    413: "The body is too long.",
    415: "The body is no JSON.",
    429: "Too many attempts that failed; Retry-After says when to come back.",
}
_JSON, _PROBLEM = "application/json", "application/problem+json"
_ABOUT = """What the pages of this server show and do, for tools.

Send a token as `Authorization: Bearer prat_...`, or as the password of the user `__token__`. What a token may do is
the least of its scopes, its projects and its owner's role."""


def describe(endpoints: Sequence[Endpoint]) -> bytes:
    """The document, the same bytes for the same endpoints."""
    types = [kind for one in endpoints for kind in (one.answers, one.takes) if kind is not None]
    schemas, components = msgspec.json.schema_components([*types, Problem], ref_template="#/components/schemas/{name}")
    told = iter(schemas)
    operations: dict[str, dict[str, Any]] = {}
    for one in endpoints:
        answers, takes = next(told), next(told) if one.takes is not None else None
        operations.setdefault(one.path, {})[one.method.lower()] = _operation(one, answers, takes)
    return msgspec.json.encode(
        {
            "openapi": "3.1.0",
            "info": {"title": "Pratique", "version": pratique.__version__, "description": _ABOUT},
            "servers": [{"url": BASE}],
            "paths": {path: {"parameters": _parts(path), **by} for path, by in operations.items()},
            "components": {
                "schemas": components,
                "securitySchemes": {
                    "bearer": {"type": "http", "scheme": "bearer"},
                    "basic": {"type": "http", "scheme": "basic"},
                },
            },
        }
    )


def _operation(one: Endpoint, answers: Mapping[str, object], takes: Mapping[str, object] | None) -> dict[str, Any]:
    said: dict[str, Any] = {
        "operationId": one.name,
        "summary": one.summary,
        "security": [{"bearer": []}, {"basic": []}] if one.scopes else [],
        "responses": {
            "200": {"description": "Done.", "content": {_JSON: {"schema": answers}}},
            **{str(status): _refusal(status) for status in sorted(_statuses(one))},
        },
    }
    if one.scopes:
        scopes = " or ".join(f"`{scope}`" for scope in one.scopes)
        said["description"] = f"Needs a token with the scope {scopes}."
    if one.query:
        said["parameters"] = [
            {
                "name": each.name,
                "in": "query",
                "description": each.about,
                "schema": {"type": "string", "enum": [word.value for word in each.among]},
            }
            for each in one.query
        ]
    if takes is not None:
        said["requestBody"] = {"required": True, "content": {_JSON: {"schema": takes}}}
    return said


def _statuses(one: Endpoint) -> Iterable[int]:
    return {
        400,
        404,
        *((401, 403, 429) if one.scopes else ()),
        *((413, 415) if one.takes is not None else ()),
        *((409,) if one.conflicts else ()),
    }


def _refusal(status: int) -> dict[str, Any]:
    problem = {"schema": {"$ref": "#/components/schemas/Problem"}}
    return {"description": _REFUSALS[status], "content": {_PROBLEM: problem}}


def _parts(path: str) -> list[dict[str, Any]]:
    names = [part[1:-1] for part in path.split("/") if part.startswith("{")]
    return [
        {"name": name, "in": "path", "required": True, "description": PARTS[name][0], "schema": PARTS[name][1]}
        for name in names
    ]
