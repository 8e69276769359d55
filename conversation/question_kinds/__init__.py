"""The kinds of questions, one object each. A new kind needs a module here, an entry in `_ALL`, and its texts."""

from conversation.question_kinds.base import QuestionKind, Reading
from conversation.question_kinds.choice import Choice
from conversation.question_kinds.free import Open, Short
from conversation.question_kinds.number import Number
from conversation.script import Question

_ALL: tuple[QuestionKind, ...] = (Open(), Short(), Choice(), Number())
KINDS: dict[str, QuestionKind] = {kind.name: kind for kind in _ALL}


def kind_of(question: Question) -> QuestionKind:
    return KINDS[question.kind]


def takes_voice(question: Question) -> bool:
    """Whether the question may be answered by voice."""
    return kind_of(question).free and question.voice != "off"


def takes_files(question: Question) -> bool:
    """Whether pictures and documents are kept with the answer."""
    return kind_of(question).free and question.files == "allowed"


__all__ = ["KINDS", "QuestionKind", "Reading", "kind_of", "takes_files", "takes_voice"]
