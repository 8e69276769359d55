"""What every kind of question can say of itself."""

from typing import Literal, NamedTuple, Protocol

from conversation.script import Question
from conversation.words import Styled, Words


class Reading(NamedTuple):
    """What a text means to a question: `text` as it is kept, with its `value` (an option's id or a number; empty
    where any text will do). Not `sure`: the candidate is asked before it counts."""

    text: str
    value: str = ""
    sure: bool = True


class QuestionKind(Protocol):
    """One kind of question. `keys` are the script's keys that only this kind has, of which it `needs` some."""

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
        """Whether the answer ends with the press of a button, which may overtake a message sent before it."""

    @property
    def free(self) -> bool:
        """Whether any words will do: such a question may be answered by voice and with files."""

    @property
    def digits(self) -> Literal["never", "unless_listed", "always"]:
        """Whether a typed number is an answer rather than the number of a choice: `unless_listed`, only while the
        question's own choices are the last that were shown."""

    def options(self, question: Question) -> tuple[str, ...]:
        """The choices that are answers."""

    def read(self, question: Question, text: str, language: str) -> Reading | None:
        """What the text means; None where it is no answer."""

    def hint(self, question: Question, words: Words) -> Styled:
        """How this question is answered."""

    def refused(self, question: Question, words: Words) -> Styled:
        """What is said where a text is no answer."""

    def sample(self, question: Question) -> str:
        """A text that the question takes, for trying it out; empty: any will do, or an option is chosen."""

    def read_back(self, text: str, value: str, words: Words) -> Styled:
        """What was taken, said back; empty where the candidate handed it in knowingly."""


def shortened(text: str, most: int = 80) -> str:
    """As much of a text as is read at one glance."""
    flat = " ".join(text.split())
    return flat if len(flat) <= most else f"{flat[: most - 1]}…"
