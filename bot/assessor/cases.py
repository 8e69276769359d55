"""The cases of the admission test, from the files in `cases/`."""

from functools import cache
from importlib.resources import files
from typing import Any, Literal, NamedTuple

import msgspec
import yaml

from conversation.script import Question, Script, Stage, Wording
from conversation.views.answers import Answer, SaidPart, Spoken

_NOTHING = Wording(en="none")
SURE = 0.9
"""The confidence of the transcripts among the cases."""


class Honest(msgspec.Struct, frozen=True):
    """An honest answer, and the level that people agree on."""

    question: str
    language: Literal["zh", "en"]
    level: int
    text: str


class Pair(msgspec.Struct, frozen=True):
    """Two answers of equal content; `kind` is what differs. If that is transcribed, `other` is spoken."""

    kind: str
    question: str
    language: Literal["zh", "en"]
    one: str
    other: str
    other_language: Literal["", "zh", "en"] = ""


class Injection(msgspec.Struct, frozen=True):
    """A text that tries to set a level. `plants`: it brings what would be evidence if it were an answer."""

    language: Literal["zh", "en"]
    text: str
    plants: bool = False


class Cases(NamedTuple):
    """All cases, and the script to whose questions they are answers."""

    script: Script
    honest: tuple[Honest, ...]
    pairs: tuple[Pair, ...]
    injections: tuple[Injection, ...]

    def question(self, name: str) -> Question:
        return next(step.question for step in self.script.steps if step.question.id == name)


@cache
def load() -> Cases:
    """Return the cases of this release."""
    return Cases(
        _script(_read("questions", dict[str, Any])),
        _read("honest", tuple[Honest, ...]),
        _read("pairs", tuple[Pair, ...]),
        _read("injections", tuple[Injection, ...]),
    )


def _read(name: str, kind: Any) -> Any:
    text = files("bot.assessor").joinpath("cases", f"{name}.yaml").read_text(encoding="utf-8")
    return msgspec.convert(yaml.safe_load(text), kind)


def _script(questions: dict[str, Any]) -> Script:
    stages: list[Stage] = []
    competencies: dict[str, Wording] = {}
    for name, each in questions.items():
        own = msgspec.convert(each["competencies"], dict[str, Wording])
        competencies |= own
        rubric = {str(level): msgspec.convert(text, Wording) for level, text in each["rubric"].items()}
        ask = msgspec.convert(each["ask"], Wording)
        question = Question(name, "open", ask, 3, competencies=tuple(own), rubric=rubric)
        stages.append(Stage(name, _NOTHING, 100 / len(questions), (question,)))
    return Script("admission", _NOTHING, tuple(stages), _NOTHING, _NOTHING, "1", competencies=competencies)


def typed(question: str, *texts: str) -> Answer:
    """Return an answer of these typed messages."""
    parts = [SaidPart(0, "check", str(number), "text", text) for number, text in enumerate(texts)]
    return Answer(question, question, "submitted", parts=parts)


def spoken(question: str, text: str) -> Answer:
    """Return an answer that is a transcript."""
    heard = Spoken(1, 1000, status="unconfirmed", machine=text, confidence=SURE)
    part = SaidPart(0, "check", "0", "voice", text, spoken=heard)
    return Answer(question, question, "submitted", parts=[part])
