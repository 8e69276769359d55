"""What the model returns in each pass: the schema that it is asked for, and the reading of what it wrote."""

import re
from typing import Any, Literal, TypeVar

import msgspec

from conversation.views.ratings import SCORES

MOST_REASON, MOST_QUOTES = 400, 6
_AROUND = re.compile(r"\A\s*(?:<think>.*?</think>)?\s*(?:```(?:json)?)?\s*|\s*(?:```)?\s*\Z", re.DOTALL)


class Proposal(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The first pass's level of one competency; None: the model cannot tell."""

    competency: str
    level: Literal[1, 2, 3, 4, 5] | None
    reason: str
    quotes: list[str]


class Proposals(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole output of the first pass."""

    assessments: list[Proposal]


class Level(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The second pass's level of one competency."""

    competency: str
    level: Literal[1, 2, 3, 4, 5] | None


class Levels(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole output of the second pass."""

    levels: list[Level]


_Output = TypeVar("_Output", bound=msgspec.Struct)


def read_proposals(raw: str) -> Proposals | None:
    """Return the first pass's output, or None if it does not have the form that was asked for."""
    return json_in(raw, Proposals)


def read_levels(raw: str) -> Levels | None:
    """Return the second pass's output, or None if it does not have the form that was asked for."""
    return json_in(raw, Levels)


def json_in(raw: str, kind: type[_Output]) -> _Output | None:
    """Return a model's output as a value of this kind, or None if it does not have its form."""
    try:
        return msgspec.json.decode(_AROUND.sub("", raw), type=kind)
    except (msgspec.MsgspecError, UnicodeEncodeError, RecursionError):
        return None


def proposals_schema(competencies: tuple[str, ...]) -> dict[str, Any]:
    """Return the JSON schema of the first pass, in the subset that strict structured output takes."""
    quotes = {"type": "array", "items": {"type": "string"}}
    one = _object(competency=_one_of(competencies), level=_LEVEL, reason={"type": "string"}, quotes=quotes)
    return _object(assessments={"type": "array", "items": one})


def levels_schema(competencies: tuple[str, ...]) -> dict[str, Any]:
    """Return the JSON schema of the second pass."""
    return _object(levels={"type": "array", "items": _object(competency=_one_of(competencies), level=_LEVEL)})


_LEVEL = {"anyOf": [{"type": "integer", "enum": list(SCORES)}, {"type": "null"}]}


def _one_of(competencies: tuple[str, ...]) -> dict[str, Any]:
    return {"type": "string", "enum": list(competencies)}


def _object(**properties: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }
