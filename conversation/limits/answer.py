"""Whether the open answer takes one more message."""

from collections.abc import Sequence
from typing import Literal

from conversation.limits import MOST_CHARACTERS, MOST_MESSAGES
from conversation.state import State
from conversation.state_parts import Part

Full = Literal["", "messages", "characters", "all", "too_long"]


def left(parts: Sequence[Part]) -> int:
    """Return how many more characters this answer takes. Only what was typed counts, not transcripts."""
    typed = (len(part.text) for part in parts if part.hearing in ("", "edited"))
    return max(0, MOST_CHARACTERS - sum(typed))


def full(state: State, text: str) -> Full:
    """Return why the open answer does not take this text as one more message; empty if it does.

    It has too many `messages`, not enough room for so many `characters`, or no room at all (`all`); or this
    message alone is `too_long` for any answer.
    """
    if len(state.parts) >= MOST_MESSAGES:
        return "messages"
    room = left(state.parts)
    if len(text) <= room:
        return ""
    if len(text) > MOST_CHARACTERS:
        return "too_long"
    return "characters" if room else "all"


def outgrown(state: State, message: str, text: str) -> bool:
    """Return whether an answer would become too long if its message with this id were edited to this text."""
    kept = (state.parts, state.dropped, state.detour.parts if state.detour else ())
    return any(
        len(text) > len(part.text) + left(parts)
        for parts in kept
        for part in parts
        if part.message == message and not (part.voice or part.file)
    )
