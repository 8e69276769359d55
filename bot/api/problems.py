"""Errors of the API, as `application/problem+json` (RFC 9457)."""

from collections.abc import Mapping
from typing import Any

import msgspec
from rfc9457 import Problem
from starlette.requests import Request
from starlette.responses import Response

from handlers.actions.context import Candidate, Channel, Moment, Refused, Right, Term, Unit
from handlers.catalogues import staff_vocabulary
from handlers.maintenance.export import iso

MEDIA_TYPE = "application/problem+json"
_URN = "urn:xumian:problem:"
_FORBIDDEN = ("second.needed", "second.dependent", "duty.others")
_NOT_FOUND = ("unknown", "unknown.campaign")
_CONFLICTS = (".already", ".there", ".taken", ".changed", ".same", ".grown", ".opened", ".closed")
SCHEMA = {
    "type": "object",
    "description": "What went wrong, and what to do (RFC 9457).",
    "properties": {
        "type": {"type": "string", "description": "names the kind of problem"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "errors": {"type": "array", "items": {"type": "object"}, "description": "what is wrong in the request"},
    },
    "required": ["type", "title", "status"],
}


def problem(status: int, kind: str, title: str, detail: str = "", **more: Any) -> Problem:
    """Return a problem to raise. `kind` names it for programs."""
    return Problem(title, f"{_URN}{kind}", detail or None, status, **more)


def refused(error: Refused, language: str) -> Problem:
    """Return the problem of an action or a query that is refused, worded as in the chat."""
    words = staff_vocabulary()[language]
    values = {name: _worded(value, language) for name, value in error.values.items()}
    detail = words.plain(f"staff.{error.reason}", **values)
    return problem(status_of(error.reason), error.reason, _TITLES[status_of(error.reason)], detail)


def status_of(reason: str) -> int:
    """Return the HTTP status of a refusal."""
    if reason.startswith("forbidden.") or reason in _FORBIDDEN:
        return 403
    if reason.rpartition(".")[2] in _NOT_FOUND:
        return 404
    return 409 if reason.endswith(_CONFLICTS) or reason.startswith("repeat.") else 422


_TITLES = {403: "Not permitted", 404: "Not found", 409: "Conflict", 422: "Not possible"}


def answered(error: Problem, headers: Mapping[str, str] | None = None) -> Response:
    """Return the response of a problem."""
    said = {**(error.headers or {}), **(headers or {})}
    return Response(msgspec.json.encode(error.marshal()), error.status, said, MEDIA_TYPE)


def language_of(request: Request) -> str:
    """Return the language in which the client wants problems worded, `en` or `zh`."""
    return "zh" if request.headers.get("accept-language", "").lower().startswith("zh") else "en"


def _worded(value: object, language: str) -> object:
    words = staff_vocabulary()[language]
    match value:
        case Candidate(interview, name):
            return name or interview
        case Moment(ms):
            return iso(ms) or ""
        case Unit(name) | Channel(name):
            return name or "-"
        case Right(role, unit):
            return f"{words.text(f'staff.role.{role}')} {unit}".strip()
        case Term(kind, word):
            return words.text(f"staff.{kind}.{word}")
        case tuple():
            return ", ".join(str(_worded(each, language)) for each in value)
        case _:
            return value
