"""How routes are described in the OpenAPI document."""

from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from typing import Any

import msgspec
from fastapi import FastAPI

from bot.api.json_form import Schemas
from bot.api.links import add_links
from bot.api.problems import MEDIA_TYPE, SCHEMA
from handlers.catalogues import staff_vocabulary

_PROBLEM: dict[str, Any] = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
_WHY = {
    400: "The request cannot be read, or has no Idempotency-Key.",
    401: "There is no token that works.",
    403: "The token may not do that.",
    404: "There is no such thing, or not for this token.",
    405: "The address does not take this method.",
    409: "Something else is there, or has changed meanwhile.",
    413: "The request is too large.",
    422: "The request is not valid, or not possible now.",
    429: "Too many calls.",
    503: "The store is out of reach; the same request can be sent again.",
}
_LIMITS = {
    "RateLimit-Limit": {"schema": {"type": "integer"}, "description": "calls a minute"},
    "RateLimit-Remaining": {"schema": {"type": "integer"}, "description": "calls left in this minute"},
    "RateLimit-Reset": {"schema": {"type": "integer"}, "description": "seconds until there are new ones, at most"},
}
_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": True,
    "description": "A new value for each new request. Repeated with the same one, a request is not carried out "
    "again and gets the same answer, for 24 hours.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 200},
}
_schemas = Schemas()
_LANGUAGES = ("en", "zh")


def titled(name: str) -> str:
    """Return a call's title from the catalogues, in both languages."""
    return " · ".join(staff_vocabulary()[each].plain(f"staff.api.{name}") for each in _LANGUAGES)


def described() -> str:
    """Return what is said of the whole API, in both languages."""
    return "\n\n".join(staff_vocabulary()[each].plain("staff.api.about") for each in _LANGUAGES)


def examples(name: str) -> dict[str, Any]:
    """Return the examples of a request's body, in both languages."""
    return {"examples": _examples()[name]}


@cache
def _examples() -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = msgspec.json.decode(files("bot.api").joinpath("examples.json").read_bytes())
    return found


def answers(kind: Any, status: int = 200, example: Any = None) -> dict[str, Any]:
    """Return the arguments that describe a route's answer, of a type of result, and its possible problems."""
    shown: dict[str, Any] = {"schema": _schemas.of(kind)}
    if example is not None:
        shown["example"] = example
    said: dict[str, Any] = {
        "description": "Done",
        "content": {"application/json": shown},
        "headers": dict(_LIMITS),
    }
    if status == 201:
        said["headers"]["Location"] = {"schema": {"type": "string"}, "description": "where it is"}
    problems: dict[int | str, Any] = {
        each: {"description": why, "content": _PROBLEM} for each, why in _WHY.items()
    }
    return {"status_code": status, "responses": {**problems, status: said}, "response_model": None}


def posts(kind: Any, status: int = 200, example: Any = None) -> dict[str, Any]:
    """Return the same for a route that changes something."""
    return {**answers(kind, status, example), "openapi_extra": {"parameters": [_KEY]}}


def a_file(media_types: Iterable[str]) -> dict[str, Any]:
    """Return the same for a route that answers with a file of one of these types."""
    found = answers(None)
    binary: dict[str, Any] = {"schema": {"type": "string", "format": "binary"}}
    content = {each.partition(";")[0]: binary for each in media_types}
    if "application/json" in content:
        content["application/json"] = {"schema": {"type": "object"}}
    found["responses"][200] = {"description": "The file", "content": content, "headers": dict(_LIMITS)}
    return found


def document(app: FastAPI) -> dict[str, Any]:
    """Return the OpenAPI document with the schemas of all results."""
    from fastapi.openapi.utils import get_openapi

    made = get_openapi(
        title=app.title, version=app.version, description=app.description, routes=app.routes, tags=app.openapi_tags
    )
    components = made.setdefault("components", {})
    schemas = components.setdefault("schemas", {})
    schemas |= {**_schemas.named, "Problem": SCHEMA}
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    components["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer"}}
    made["security"] = [{"token": []}]
    add_links(made)
    made["servers"] = [{"url": "/api/v1"}]
    return made
