"""The text of an answer as the assistant reads it, and why some answers are not read at all."""

import hashlib
from typing import Literal, NamedTuple

from conversation.inbound import Segment
from conversation.views.answers import Answer, SaidPart

FLOOR = 0.6
"""An answer with a machine's transcript of lower confidence is not assessed."""
Obstacle = Literal["pending", "unclear", "unheard", "empty"]


class Passage(NamedTuple):
    """One message of an answer. `segments` are those of its transcript, empty if it was typed or corrected."""

    text: str
    segments: tuple[Segment, ...] = ()


class AnswerText(NamedTuple):
    """All messages of an answer, in order. Those without text are empty passages, so that an index is that of the
    message."""

    passages: tuple[Passage, ...]

    @property
    def sha256(self) -> str:
        """The hash (hex) of the whole text."""
        return hashlib.sha256("\0".join(each.text for each in self.passages).encode()).hexdigest()


def answer_text(answer: Answer) -> AnswerText | Obstacle:
    """Return the text of a submitted answer, or why it is not read.

    - pending: a transcript is still to come.
    - unheard: a recording has no transcript, so that part of the answer is unknown.
    - unclear: a transcript is too uncertain. What candidates corrected themselves is not.
    - empty: there are no words.
    """
    spoken = [part.spoken for part in answer.parts if part.spoken]
    if any(each.status == "pending" for each in spoken):
        return "pending"
    if any(each.status == "failed" for each in spoken):
        return "unheard"
    if any(each.status != "edited" and each.confidence < FLOOR for each in spoken):
        return "unclear"
    passages = tuple(_passage(part) for part in answer.parts)
    return AnswerText(passages) if any(each.text.strip() for each in passages) else "empty"


def _passage(part: SaidPart) -> Passage:
    times = part.spoken and part.spoken.status != "edited"
    return Passage(part.text, part.spoken.segments if part.spoken and times else ())
