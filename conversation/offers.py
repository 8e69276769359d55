"""What the candidate may choose right now, and which choice a typed text means."""

import re
from typing import NamedTuple

from conversation.inbound import ChoicePressed
from conversation.script import Script
from conversation.state import State
from conversation.turn import NUMBERED, Turn
from conversation.words import normal

FACES = ("face.4", "face.3", "face.2", "face.1")
LEAVING = ("continue", "pause", "exit", "support")
LATER = ("later.hour", "later.evening", "later.tomorrow")
ADJUST = ("adjust.time", "adjust.text", "adjust.other")
GUIDE = ("agree", "later", "privacy", "support", "language")
REMINDER = ("continue", "later", "exit")
ELSEWHERE = ("support", "device", "extension")
_INDEX = re.compile(r"-1|[0-9]{1,4}")
_LONGEST = 200  # characters: no label is longer
_EXPECTING = {
    "informed": ("continue", "leave"),
    "leaving": LEAVING,
    "later": LATER,
    "unsolved": ("support", "device", "continue"),
    "feedback": FACES,
    "support": ("back",),
    "request:adjust": ADJUST,
    "request:adjust.other": ("nevermind",),
    "request:delete": ("confirm", "nevermind"),
    "request:correct": ("nevermind",),
    "request:human": ("nevermind",),
}


def reasons(script: Script) -> tuple[str, ...]:
    """The exit reasons, and that one need not say."""
    return (*(f"reason.{reason.id}" for reason in script.exit_reasons), "reason.skipped")


def shown(state: State, script: Script) -> tuple[str, ...]:
    """The choices under the prompt that is open now, in the order of their numbers."""
    if state.expecting == "reason":
        return reasons(script)
    if state.expecting in _EXPECTING:
        return _EXPECTING[state.expecting]
    if state.expecting.startswith(("correction:", "addition:")):
        return ("nevermind",)
    if state.expecting.startswith("unheard:"):
        return (f"add.{state.expecting.partition(':')[2]}",)
    return _open(state, script)


def _open(state: State, script: Script) -> tuple[str, ...]:
    """The choices of what is open underneath, whatever was said beside it."""
    if state.phase == "guided":
        return GUIDE
    if state.phase == "lapsed":
        return ("extension",)
    if state.phase == "running" or state.silent:
        return for_question(state, script)
    return REMINDER if state.away else ()


def for_question(state: State, script: Script) -> tuple[str, ...]:
    """The choices of the open question; and where the candidate is asked whether what they had left for is solved,
    that it is not."""
    choices = _of_question(state, script)
    return (*choices, "unsolved") if state.unsolved else choices


def _of_question(state: State, script: Script) -> tuple[str, ...]:
    question = script.steps[state.index].question
    if state.expecting == "returned":
        if state.said:
            return ("keep", "continue", "leave")
        return (_submit(state, script), "continue", "redo") if state.parts else _unanswered(state, script)
    if state.spoken(state.on_screen):
        return (_submit(state, script), f"respeak.{state.on_screen}", f"correct.{state.on_screen}")
    if state.parts:
        return (_submit(state, script), "redo")
    if question.kind == "open":
        return ("submit", "leave", "support")
    return _unanswered(state, script)


def _submit(state: State, script: Script) -> str:
    """Handing in, with the number of the last transcript that the candidate has seen. (Not of its voice message:
    one that was sent earlier may be understood later.)"""
    seen = max((part.transcript for part in state.parts if part.hearing == "heard"), default=0)
    return f"submit.{seen}" if seen and script.transcript == "confirm" else "submit"


def _unanswered(state: State, script: Script) -> tuple[str, ...]:
    question = script.steps[state.index].question
    options = tuple(f"option.{index}" for index in range(len(question.options)))
    return (*options, "leave", "support")


class Pressed(NamedTuple):
    """What a token says: the choice, the index of the question that was open when it was offered, and how the
    interview's id begins; None and an empty string where it does not say."""

    choice: str
    question: int | None
    mark: str


def pressed(choice: ChoicePressed) -> Pressed:
    """Read a token that `Turn.token` made, or anything else that a stranger sends."""
    name, _, rest = choice.choice.partition("@")
    index, _, mark = rest.partition(".")
    return Pressed(name, int(index) if _INDEX.fullmatch(index) else None, mark)


def typed(turn: Turn, text: str) -> str:
    """The choice that a typed text means now: its label, a synonym, or its number; else an empty string."""
    form = normal(text) if len(text) <= _LONGEST else ""
    offered = shown(turn.state, turn.script) if form else ()
    if not offered:
        return ""
    meant = turn.vocabulary.choices(text)
    named = (*offered, *_by_name(turn.state, turn.script))
    for choice in named:
        if _family(choice) in meant or normal(turn.label(choice)) == form:
            return choice
    if form.isdecimal() and len(form) <= 2 and not turn.digits_are_answers:
        number = int(form)
        return offered[number - 1] if 1 <= number <= len(offered) else ""
    return _option_letter(form, named)


def _family(choice: str) -> str:
    """The choice without the voice message that it names."""
    name, _, _ = choice.partition(".")
    return name if name in NUMBERED else choice


def _by_name(state: State, script: Script) -> tuple[str, ...]:
    """Further choices that are understood by their names, though not by a number."""
    if state.expecting.startswith(("informed", "unheard:")):
        return _open(state, script)
    return (*REMINDER, *ELSEWHERE) if state.away and not state.expecting else ()


def _option_letter(form: str, offered: tuple[str, ...]) -> str:
    options = [choice for choice in offered if choice.startswith("option.")]
    position = ord(form) - ord("a") if len(form) == 1 and form.isascii() and form.isalpha() else -1
    return options[position] if 0 <= position < len(options) else ""
