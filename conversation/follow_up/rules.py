"""Whether an answer that is handed in calls for a follow-up question, and which one, by written rules.

No model is asked. The rules look at what was said, never at how: fluency, spelling and recognition errors are
nothing to them.
"""

import re
from collections.abc import Sequence
from typing import NamedTuple

from conversation.follow_up.aspects import asked_for, is_vague, touched
from conversation.script import FollowUpWhen, Question
from conversation.state_parts import Part

SHORT = 30
"""Below this size an answer is short: Chinese characters, with an English word as one and a half of them."""
SHORT_S = 10
"""Below this length, in seconds, an answer is short that was spoken and has no transcript yet."""
_CHINESE = re.compile("[\u3400-\u9fff]")
_WORD = re.compile(r"[^\W\d_]+|\d+(?:[.,]\d+)*")


class Wanted(NamedTuple):
    """Why a follow-up is asked, and its name in the catalogue."""

    why: FollowUpWhen
    name: str


def wanted(question: Question, parts: Sequence[Part]) -> Wanted | None:
    """Return the follow-up question that these messages call for; None if they do not, or cannot be read: a file
    says what the rules do not see, and a recording may have no transcript."""
    asked = question.follow_up
    if asked is None or not parts or any(part.file for part in parts):
        return None
    if any(part.hearing in ("pending", "failed") for part in parts):
        return _unread(asked.when, parts)
    text = "\n".join(part.text for part in parts)
    for why in asked.when:
        if name := _name(why, question, text):
            return Wanted(why, name)
    return None


def _unread(when: Sequence[FollowUpWhen], parts: Sequence[Part]) -> Wanted | None:
    """Return the follow-up to an answer without transcripts: only its length is known."""
    spoken = all(part.hearing == "pending" and part.seconds for part in parts)
    short = spoken and sum(part.seconds for part in parts) < SHORT_S
    return Wanted("short", "short") if short and "short" in when else None


def _name(why: FollowUpWhen, question: Question, text: str) -> str:
    match why:
        case "short":
            return "short" if size(text) < SHORT else ""
        case "vague":
            return "vague" if is_vague(text) else ""
        case "rubric-gap":
            return next((name for name in points(question) if name not in touched(text)), "")


def size(text: str) -> float:
    """Return how much was said: Chinese characters, and words of other scripts as one and a half of them."""
    return len(_CHINESE.findall(text)) + 1.5 * len(_WORD.findall(_CHINESE.sub(" ", text)))


def points(question: Question) -> tuple[str, ...]:
    """Return the aspects that the best answer has: what the highest level of the rubric asks for, and what the
    sample answer of that level touches."""
    levels = sorted(question.rubric, reverse=True)[:1]
    rubric = "\n".join(f"{question.rubric[each].zh}\n{question.rubric[each].en}" for each in levels)
    best = [question.anchors[each] for each in sorted(question.anchors, reverse=True)[:1] if each in ("4", "5")]
    shown = {name for each in best for name in touched(f"{each.zh}\n{each.en}")} if asked_for(rubric) else set()
    return tuple(dict.fromkeys((*asked_for(rubric), *sorted(shown & _FROM_ANCHORS))))


_FROM_ANCHORS = frozenset({"figures", "result"})
"""Aspects of a sample answer that count besides the rubric's. Others come up in almost any answer."""
