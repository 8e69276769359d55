"""Questions with options, of which one is chosen."""

import re
from typing import Literal

from conversation.question_kinds.base import Reading
from conversation.script import Option, Question
from conversation.words import Styled, Words, normal

_LONGEST = 200  # characters; a longer text cannot be an option
_BEFORE = (
    r"(?:我?(?:就)?(?:选择?|要|答案?是?)|(?:i(?:'?ll)?\s*)?(?:choose|take|pick|say)|option|answer(?:\s+is)?|选项)"
)
_LETTER = re.compile(
    rf"(?:{_BEFORE})?\s*[(\[（]?\s*([a-z])\s*[)\]）]?\s*[.、:：]?\s*(.*)", re.IGNORECASE | re.DOTALL
)
_ORDINAL = re.compile(
    rf"(?:{_BEFORE})?\s*(?:第\s*([一二三四五六七八九十]|\d{{1,2}})\s*(?:个|项|选项)?"
    r"|(?:the\s+)?(first|second|third|fourth|fifth|\d{1,2}(?:st|nd|rd|th))(?:\s+(?:one|option))?)\s*[吧啦呢了]?",
    re.IGNORECASE,
)
_NUMBER = re.compile(rf"(?:{_BEFORE})?\s*(\d{{1,2}})\s*(?:号|号选项)?\s*[吧啦呢了]?", re.IGNORECASE)
_PARTICLES = re.compile(r"[吧啦呢了呀啊的]+$")
_LEAD = re.compile(rf"^(?:{_BEFORE})", re.IGNORECASE)
_ORDINALS = {
    **dict(zip("一二三四五六七八九十", range(1, 11), strict=True)),
    **{word: number for number, word in enumerate(("first", "second", "third", "fourth", "fifth"), start=1)},
}


class Choice:
    name = "choice"
    keys = frozenset({"options", "expect"})
    needs = frozenset({"options"})
    at_once = True
    by_press = True
    free = False
    digits: Literal["never"] = "never"

    def options(self, question: Question) -> tuple[str, ...]:
        return tuple(f"option.{index}" for index in range(len(question.options)))

    def read(self, question: Question, text: str, language: str) -> Reading | None:
        """Recognise a label in any language, `B`, `B. Median`, `选 B` or `第二个`.

        A bare number, and a sentence that names one option, are not sure.
        """
        stripped = text.strip()
        if not stripped or len(stripped) > _LONGEST:
            return None
        found = _named(question, stripped) or _by_letter(question, stripped) or _by_place(question, stripped)
        if found:
            return Reading(found.label.in_(language), found.id)
        guess = _by_number(question, stripped) or _mentioned(question, stripped)
        return Reading(guess.label.in_(language), guess.id, sure=False) if guess else None

    def hint(self, question: Question, words: Words) -> Styled:
        return words.say("question.hint.choice")

    def refused(self, question: Question, words: Words) -> Styled:
        return words.say("answer.choose")

    def sample(self, question: Question) -> str:
        return ""

    def as_expected(self, question: Question, text: str, value: str) -> bool | None:
        if question.expect is None:
            return None
        chosen = next((each for each in question.options if each.id == value), None)
        if chosen is None or text not in (chosen.label.zh, chosen.label.en):
            return None
        return chosen.id in question.expect.options

    def read_back(self, text: str, value: str, words: Words) -> Styled:
        return words.say("answer.taken.choice", text=text)


def _labels(option: Option) -> set[str]:
    return {form for form in (normal(option.label.zh), normal(option.label.en)) if form}


def _named(question: Question, text: str) -> Option | None:
    """Return the option whose label the text is, ignoring particles and words such as "I choose"; or None."""
    forms = {normal(text), normal(_PARTICLES.sub("", text)), normal(_PARTICLES.sub("", _LEAD.sub("", text)))}
    return next((each for each in question.options if _labels(each) & forms), None)


def _by_letter(question: Question, text: str) -> Option | None:
    found = _LETTER.fullmatch(text)
    option = _at(question, ord(found[1].lower()) - ord("a") + 1) if found else None
    if option is None or found is None:
        return None
    rest = normal(_PARTICLES.sub("", found[2]))
    return option if not rest or rest in _labels(option) else None


def _by_place(question: Question, text: str) -> Option | None:
    found = _ORDINAL.fullmatch(text)
    if not found:
        return None
    word = (found[1] or found[2]).lower()
    return _at(question, _ORDINALS.get(word) or int(re.sub(r"\D", "", word) or 0))


def _by_number(question: Question, text: str) -> Option | None:
    found = _NUMBER.fullmatch(text)
    return _at(question, int(found[1])) if found else None


def _mentioned(question: Question, text: str) -> Option | None:
    """Return the option whose label occurs in the text, if it is the only one."""
    form = normal(text)
    named = [each for each in question.options if any(label in form for label in _labels(each))]
    return named[0] if len(named) == 1 else None


def _at(question: Question, number: int) -> Option | None:
    return question.options[number - 1] if 1 <= number <= len(question.options) else None
