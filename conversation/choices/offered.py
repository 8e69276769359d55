"""What the candidate may choose right now, and in which order."""

import re
from typing import NamedTuple

from conversation import prompt as p
from conversation.inbound import ChoicePressed
from conversation.question_kinds import kind_of
from conversation.script import GroupQuestion, Script
from conversation.state import State
from conversation.state_parts import Listed

FACES = ("face.4", "face.3", "face.2", "face.1")
LEAVING = ("continue", "pause", "exit", "support")
LATER = ("later.hour", "later.evening", "later.tomorrow")
ADJUST = ("adjust.time", "adjust.text", "adjust.other")
REMINDER = ("continue", "later", "exit")
TROUBLE = ("support", "device", "continue")
REMARK = ("mine", "question", "support")
GUIDE = ("agree", "later", "privacy", "support", "language")
_INDEX = re.compile(r"-1|[0-9]{1,4}")
NUMBERED = frozenset({"submit", "respeak", "correct", "add", "change"})
"""Choices that may name a voice message, transcript or question by its number: `respeak.3`."""


def reasons(script: Script) -> tuple[str, ...]:
    """Return the choices for the exit reasons, and last the choice not to give one."""
    return (*(f"reason.{reason.id}" for reason in script.exit_reasons), "reason.skipped")


def guide(script: Script) -> tuple[str, ...]:
    """Return the choices shown below the guide."""
    agree, *others = GUIDE
    return (agree, "practise", *others) if script.practises else GUIDE


def before_start(script: Script, *, started: bool) -> tuple[str, ...]:
    """Return the choices that a reminder offers."""
    return REMINDER if started else guide(script)


def listed(state: State, script: Script) -> Listed:
    """Return the choices that were shown last, and whether they were shown without numbers."""
    if state.listed is not None:
        return state.listed
    choices = own_choices(state, script)
    return Listed(choices, by_name=bool(choices) and by_name(state, script, choices))


def shown(state: State, script: Script) -> tuple[str, ...]:
    """Return the choices that were shown last, in the order of their numbers."""
    return listed(state, script).choices


_ALWAYS: dict[type[p.Prompt], tuple[str, ...]] = {
    p.NoPrompt: (),
    p.NamePrompt: (),
    p.DetailPrompt: (),
    p.CommentPrompt: (),
    p.PracticePrompt: ("agree", "later", "support"),
    p.LeavePrompt: LEAVING,
    p.AwayPrompt: REMINDER,
    p.TimePrompt: LATER,
    p.TroublePrompt: TROUBLE,
    p.ValuePrompt: ("right", "question", "support"),
    p.CorrectionPrompt: ("nevermind",),
    p.AdditionPrompt: ("nevermind",),
    p.DeletionPrompt: ("undelete",),
    p.SupportPrompt: ("back",),
    p.LapsedPrompt: ("extension",),
}


def own_choices(state: State, script: Script) -> tuple[str, ...]:
    """Return the choices that belong to the current prompt."""
    match state.prompt:
        case p.AnswerPrompt() | p.ReturnPrompt():
            return for_question(state, script)
        case p.GuidePrompt():
            return guide(script)
        case p.UnheardPrompt(index=index):
            return (f"add.{index}",)
        case p.RemarkPrompt(about=about):
            return _after_remark(state, script, about)
        case p.ReasonPrompt():
            return reasons(script)
        case p.RequestPrompt(right=right):
            return ADJUST if right == "adjust" else ("nevermind",)
        case p.ReviewPrompt():
            return review(script)
        case p.FeedbackPrompt():
            return (*FACES, *after_the_end(state, script))
        case other:
            return _ALWAYS[type(other)]


def _after_remark(state: State, script: Script, about: str) -> tuple[str, ...]:
    """Return the choices offered after a remark to the bot with the subject `about`."""
    match about:
        case "question" | "wait":
            return (*for_question(state, script), "mine")
        case "leaving":
            return LEAVING
        case "trouble":
            return ("continue", "pause", "device", "mine")
        case "skip" if may_skip(state, script):
            return ("skip", *REMARK)
        case _:
            return REMARK


def review(script: Script) -> tuple[str, ...]:
    """Return the choices of the final review: one for each question, to change or add its answer, then submitting,
    leaving and support."""
    return (*(f"change.{index}" for index in range(len(script.steps))), "handin", "leave", "support")


def group(question: GroupQuestion) -> tuple[str, ...]:
    """Return the choices of the question about groups: one for each option, and last the choice not to say."""
    return (*(f"group.{number}" for number in range(len(question.options))), "group.none")


def after_the_end(state: State, script: Script) -> tuple[str, ...]:
    """Return the choice to change the last answer if a single message had submitted it. Empty if the script has a
    final review, after which nothing can be changed."""
    return (f"change.{state.changeable}",) if changeable(state, script) and not script.review else ()


def for_question(state: State, script: Script) -> tuple[str, ...]:
    """Return the choices of the open question. If the candidate was asked whether the reason for which they had
    left is solved, the last choice says that it is not."""
    if not 0 <= state.index < len(script.steps):
        return ()
    choices = _of_question(state, script)
    return (*choices, "unsolved") if state.unsolved else choices


def _of_question(state: State, script: Script) -> tuple[str, ...]:
    if isinstance(state.prompt, p.ReturnPrompt):
        submit = (_submit(state, script),) if state.parts else ()
        if state.said:
            question = script.steps[state.index].question
            return (*submit, *kind_of(question).options(question), "keep", "continue", "leave")
        if state.parts:
            return (*submit, "continue", "redo")
    if state.spoken(state.on_screen):
        return (_submit(state, script), f"respeak.{state.on_screen}", f"correct.{state.on_screen}")
    if state.parts:
        return (_submit(state, script), "redo")
    return _unanswered(state, script)


def _submit(state: State, script: Script) -> str:
    """Return the choice to submit, with the number of the last transcript that the candidate has seen. It is not
    the number of the voice message, because a message sent earlier may be transcribed later."""
    seen = max((part.transcript for part in state.parts if part.hearing == "heard"), default=0)
    return f"submit.{seen}" if seen and script.transcript == "confirm" else "submit"


def _unanswered(state: State, script: Script) -> tuple[str, ...]:
    question = script.steps[state.index].question
    kind = kind_of(question)
    if state.follow_up:
        return ("skip", "leave", "support", *(("undo",) if state.dropped else ()))
    choices = (*kind.options(question), *(() if kind.at_once else ("submit",)), "leave", "support")
    if state.dropped:
        return (*choices, "undo")
    if state.detour:
        return (*choices, "asbefore")
    if may_skip(state, script):
        choices = (*choices, "skip")
    return (*choices, f"change.{state.changeable}") if changeable(state, script) else choices


def may_skip(state: State, script: Script) -> bool:
    """Return whether the open question can be put off or, if it was put off before, left unanswered. A follow-up
    question can always be passed over."""
    if not 0 <= state.index < len(script.steps) or state.parts or state.detour:
        return False
    return state.follow_up is not None or script.steps[state.index].question.skip == "allowed"


def changeable(state: State, script: Script) -> bool:
    """Return whether a single message submitted the last answer, and that answer can still be changed."""
    index = state.changeable
    if not 0 <= index < len(script.steps) or state.detour or not state.answered(index):
        return False
    return kind_of(script.steps[index].question).at_once


def by_name(state: State, script: Script, choices: tuple[str, ...]) -> bool:
    """Return whether a typed number is an answer instead of one of these choices, which are then shown without
    numbers."""
    if not 0 <= state.index < len(script.steps):
        return False
    digits = kind_of(script.steps[state.index].question).digits
    if digits == "never":
        return False
    silent = state.interruption == "silence" and state.phase == "paused" and bool(state.started_ms)
    there = (state.answering and not state.away) or silent
    if not there or not state.prompt.answers:
        return False
    return digits == "always" or silent or choices == for_question(state, script) or _adds(state)


def _adds(state: State) -> bool:
    return isinstance(state.prompt, p.UnheardPrompt)


class Pressed(NamedTuple):
    """What a token says: the choice, the index of the question that was open when the choice was offered, and the
    first characters of the interview's id. `question` is None and `mark` is empty if the token does not say."""

    choice: str
    question: int | None
    mark: str


def pressed(choice: ChoicePressed) -> Pressed:
    """Parse a token made by `Turn.token`, or anything else that a stranger may send."""
    name, _, rest = choice.choice.partition("@")
    index, _, mark = rest.partition(".")
    return Pressed(name, int(index) if _INDEX.fullmatch(index) else None, mark)
