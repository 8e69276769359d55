"""Finding a quote in an answer, word for word. Only white space and full-width forms may differ."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from conversation.assessment.answer_text import AnswerText, Passage
from conversation.inbound import Quote

LEAST = 4
"""Minimum length of a quote, in characters that are not spaces, unless it is a whole message."""
_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_CJK = re.compile("[\u2e80-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")


class Span(NamedTuple):
    """A stretch of one passage, in characters."""

    part: int
    start: int
    end: int


class _Normal(NamedTuple):
    """A normalised text, and for each of its characters the index in the original."""

    text: str
    places: tuple[int, ...]


def normal(text: str) -> str:
    """Return the text in the form in which quotes are compared: full-width forms as ASCII, each run of white space
    as one space, and none beside a Chinese character or at the ends."""
    return _normal(text).text


def _normal(text: str) -> _Normal:
    kept: list[tuple[str, int]] = []
    gap = -1
    for at, each in enumerate(text):
        character = chr(_FULL_WIDTH.get(ord(each), ord(each)))
        if character.isspace():
            gap = at if gap < 0 else gap
            continue
        if gap >= 0 and kept and not (_CJK.match(character) or _CJK.match(kept[-1][0])):
            kept.append((" ", gap))
        gap = -1
        kept.append((character, at))
    return _Normal("".join(each for each, _ in kept), tuple(at for _, at in kept))


def find(quote: str, answer: AnswerText, banned: Sequence[Span] = ()) -> Quote | None:
    """Return the first place of `quote` in the answer that touches none of the `banned` spans, or None.

    A quote may not begin or end within a word, and must be long enough to say something.
    """
    wanted = normal(quote)
    if not wanted:
        return None
    for part, passage in enumerate(answer.passages):
        held = _normal(passage.text)
        if len(wanted.replace(" ", "")) < LEAST and wanted != held.text:
            continue
        at = held.text.find(wanted)
        while at >= 0:
            span = Span(part, held.places[at], held.places[at + len(wanted) - 1] + 1)
            if _whole_words(held.text, at, at + len(wanted)) and not overlaps(span, banned):
                return quoted(span, answer)
            at = held.text.find(wanted, at + 1)
    return None


def quoted(span: Span, answer: AnswerText) -> Quote:
    """Return the stretch of the answer as a quote, with its place in the recording if there is one."""
    passage = answer.passages[span.part]
    return Quote(*span, passage.text[span.start : span.end], _heard_at(passage, span.start))


def overlaps(span: Span, others: Sequence[Span]) -> bool:
    return any(span.part == other.part and span.start < other.end and other.start < span.end for other in others)


def _whole_words(text: str, start: int, end: int) -> bool:
    before, after = text[start - 1 : start], text[end : end + 1]
    return not (_joined(before, text[start]) or _joined(text[end - 1], after))


def _joined(one: str, other: str) -> bool:
    """Return whether two adjacent characters belong to one word of an alphabet, or to one number."""
    return bool(one and other) and _in_word(one) and _in_word(other)


def _in_word(character: str) -> bool:
    return character.isalnum() and not _CJK.match(character)


def _heard_at(passage: Passage, start: int) -> int:
    """Return the start of the segment in which the character at `start` is said, in milliseconds; -1: unknown."""
    said = "".join("".join(each.text.split()) for each in passage.segments)
    if not said or said != "".join(passage.text.split()):
        return -1
    before = len("".join(passage.text[:start].split()))
    for segment in passage.segments:
        before -= len("".join(segment.text.split()))
        if before < 0:
            return segment.start_ms
    return -1
