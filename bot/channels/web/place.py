"""Where an interview stands, as the page's header shows it."""

import msgspec

from conversation.script import Question, Script, Wording
from conversation.state import State

OVER = frozenset({"completed", "lapsed", "erased"})
"""Phases in which nothing is taken any more."""


class Place(msgspec.Struct, frozen=True):
    """`number` is the open question's, of `total`; 0: none is open yet, or none any more. `stage` and `question`
    are empty then. `voice` and `files`: what is taken now besides text. `deadline_ms`: 0 before there is one."""

    phase: str
    stage: Wording = Wording()
    number: int = 0
    total: int = 0
    question: Wording = Wording()
    voice: bool = False
    files: bool = False
    deadline_ms: int = 0


def voice_taken(question: Question) -> bool:
    """Whether the question may be answered by speaking."""
    return question.voice != "off" and question.kind in ("open", "short")


def files_taken(question: Question) -> bool:
    """Whether pictures and documents are kept with the answer."""
    return question.files == "allowed"


def place_of(state: State, script: Script) -> Place:
    """The place of this interview. Whoever talks to people may speak and send files, whatever is asked."""
    total = len(script.steps)
    people = state.support is not None
    if state.phase in OVER or not 0 <= state.index < total:
        taken = people and state.phase not in OVER
        return Place(state.phase, total=total, voice=taken, files=taken, deadline_ms=state.deadline_ms)
    step = script.steps[state.index]
    return Place(
        state.phase,
        step.stage.title,
        state.index + 1,
        total,
        step.question.ask,
        people or voice_taken(step.question),
        people or files_taken(step.question),
        state.deadline_ms,
    )


def title_of(script: Script | None) -> dict[str, str]:
    """What the page is headed with; without an interview, our own name."""
    wording = script.title if script else Wording("续面", "Xumian")
    return {"zh": wording.in_("zh"), "en": wording.in_("en")}
