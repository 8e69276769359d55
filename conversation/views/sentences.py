"""The sentences of a candidate's answers that can be quoted to them, word for word."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from conversation.assessment.quotes import LEAST
from conversation.views.answers import SaidPart, Transcript

MOST = 200
"""Longest sentence that is offered, in characters."""
_ENDS = re.compile(r"(?<=[。！？!?；;])|(?<=\.)\s+|\n+")


class Sentence(NamedTuple):
    """A sentence, by its number from 1, of the answer to a question (its id)."""

    number: int
    question: str
    text: str


def sentences(transcript: Transcript) -> tuple[Sentence, ...]:
    """Return what the candidate wrote, or said and confirmed, in order. What they dropped is not in it, nor a
    transcript that they have not confirmed: it may not be what they said."""
    found = ((answer.question, text) for answer in transcript.answers for text in _of(answer.parts))
    return tuple(Sentence(number, *each) for number, each in enumerate(found, start=1))


def _of(parts: list[SaidPart]) -> Iterator[str]:
    for part in parts:
        own = part.kind == "text" or (part.spoken is not None and part.spoken.status in ("confirmed", "edited"))
        for text in map(str.strip, _ENDS.split(part.text) if own else ()):
            if len("".join(text.split())) >= LEAST and len(text) <= MOST:
                yield text
