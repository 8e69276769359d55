"""An interview's progress, as shown in the page's header."""

import msgspec

from conversation.prompt import PracticePrompt
from conversation.question_kinds import takes_files, takes_voice
from conversation.script import Script, Wording
from conversation.state import State

OVER = frozenset({"completed", "lapsed", "erased"})
"""Phases in which answers are no longer accepted."""


class Place(msgspec.Struct, frozen=True):
    """An interview's progress.

    `phase`: the interview's phase, or "review" while the candidate reviews all answers.
    `stage`, `question`: the current stage's title and the open question; empty if no question is open.
    `number`, `total`: the open question's number, or 0 if none is open, and how many questions there are.
    `voice`, `files`: whether these are accepted now, besides text.
    `deadline_ms`: the deadline (epoch milliseconds), 0 if there is none yet.
    `done`: how many answers are handed in.
    """

    phase: str
    stage: Wording = Wording()
    number: int = 0
    total: int = 0
    question: Wording = Wording()
    voice: bool = False
    files: bool = False
    deadline_ms: int = 0
    done: int = 0


def place_of(state: State, script: Script) -> Place:
    """Return the interview's progress. In a support conversation, voice and files are always accepted."""
    total = len(script.steps)
    people = state.support is not None
    over = state.phase in OVER and not state.answering
    if over or not 0 <= state.index < total:
        taken = people and not over
        tries = isinstance(state.prompt, PracticePrompt)
        return Place(
            "review" if state.reviewing and state.phase == "running" else state.phase,
            total=total,
            voice=taken or tries,
            files=taken,
            deadline_ms=state.deadline_ms,
            done=state.done,
        )
    step = script.steps[state.index]
    return Place(
        state.phase,
        step.stage.title,
        state.index + 1,
        total,
        step.question.ask,
        people or takes_voice(step.question),
        people or takes_files(step.question),
        state.deadline_ms,
        state.done,
    )


def title_of(script: Script | None) -> dict[str, str]:
    """Return the page's title in each language: the script's or, without an interview, the product's name."""
    wording = script.title if script else Wording("续面", "Xumian")
    return {"zh": wording.in_("zh"), "en": wording.in_("en")}
