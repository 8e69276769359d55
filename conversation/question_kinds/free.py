"""Questions that are answered in the candidate's own words."""

from typing import Literal

from conversation.question_kinds.base import Reading, shortened
from conversation.script import Question
from conversation.words import Styled, Words


class _Free:
    keys: frozenset[str] = frozenset()
    needs: frozenset[str] = frozenset()
    free = True

    def options(self, question: Question) -> tuple[str, ...]:
        return ()

    def sample(self, question: Question) -> str:
        return ""

    def as_expected(self, question: Question, text: str, value: str) -> bool | None:
        return None

    def read(self, question: Question, text: str, language: str) -> Reading | None:
        return Reading(text)


class Open(_Free):
    """A question answered in several messages, which "submit" hands in."""

    name = "open"
    keys = frozenset({"follow_up"})
    at_once = False
    by_press = True
    digits: Literal["never"] = "never"

    def hint(self, question: Question, words: Words) -> Styled:
        return words.say("question.hint.open")

    def refused(self, question: Question, words: Words) -> Styled:
        return self.hint(question, words)

    def read_back(self, text: str, value: str, words: Words) -> Styled:
        return Styled("")


class Short(_Free):
    """A question answered in one message."""

    name = "short"
    at_once = True
    by_press = False
    digits: Literal["unless_listed"] = "unless_listed"

    def hint(self, question: Question, words: Words) -> Styled:
        return words.say("question.hint.short")

    def refused(self, question: Question, words: Words) -> Styled:
        return self.hint(question, words)

    def read_back(self, text: str, value: str, words: Words) -> Styled:
        return words.say("answer.taken.short", text=shortened(text))
