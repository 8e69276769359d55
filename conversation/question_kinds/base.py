"""The interface of all kinds of questions."""

from typing import Literal, NamedTuple, Protocol

from conversation.script import Question
from conversation.words import Styled, Words


class Reading(NamedTuple):
    """What a text means as an answer.

    `text` is what is kept, and `value` an option's id or a number (empty if any text will do). If it is not
    `sure`, the candidate is asked before it counts.
    """

    text: str
    value: str = ""
    sure: bool = True


class QuestionKind(Protocol):
    """One kind of question. `keys` are the script keys that only this kind has; those in `needs` are required."""

    @property
    def name(self) -> str: ...

    @property
    def keys(self) -> frozenset[str]: ...

    @property
    def needs(self) -> frozenset[str]: ...

    @property
    def at_once(self) -> bool:
        """Whether one message is the whole answer and hands it in."""

    @property
    def by_press(self) -> bool:
        """Whether a button hands in the answer. Its press may overtake a message sent before it."""

    @property
    def free(self) -> bool:
        """Whether any text is an answer. Such a question may also be answered by voice and with files."""

    @property
    def digits(self) -> Literal["never", "unless_listed", "always"]:
        """Whether a typed number is an answer rather than the number of a choice.

        `unless_listed`: it is an answer unless a list other than the question's own choices was shown last.
        """

    def options(self, question: Question) -> tuple[str, ...]:
        """Return the choices that are answers."""

    def read(self, question: Question, text: str, language: str) -> Reading | None:
        """Return what the text means, or None if it is no answer."""

    def hint(self, question: Question, words: Words) -> Styled:
        """Return the instructions for answering this question."""

    def refused(self, question: Question, words: Words) -> Styled:
        """Return the reply to a text that is no answer."""

    def sample(self, question: Question) -> str:
        """Return a text that the question accepts, for trials; empty if any will do or an option is chosen."""

    def as_expected(self, question: Question, text: str, value: str) -> bool | None:
        """Return whether the answer, as read and kept, is the expected one.

        None if the script expects none, or if text and value do not say the same, as after a late edit.
        """

    def read_back(self, text: str, value: str, words: Words) -> Styled:
        """Return a confirmation of what was taken; empty if the candidate handed it in knowingly."""


def shortened(text: str, most: int = 80) -> str:
    """Return the text on one line, cut to `most` characters."""
    flat = " ".join(text.split())
    return flat if len(flat) <= most else f"{flat[: most - 1]}…"
