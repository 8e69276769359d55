"""Where an interview stands, as the page's header shows it."""

import msgspec

from conversation.prompt import PracticePrompt
from conversation.question_kinds import takes_files, takes_voice
from conversation.script import Script, Wording
from conversation.state import State

OVER = frozenset({"completed", "lapsed", "erased"})
"""Phases in which nothing is taken any more."""


class Place(msgspec.Struct, frozen=True):
    """`phase` is the interview's, or review: the candidate looks at all answers. `done` answers are handed in.
    `number` is the open question's, of `total`; 0: none is open yet, or none any more. `stage` and `question`
    are empty then. `voice` and `files`: what is taken now besides text. `deadline_ms`: 0 before there is one."""

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
    """The place of this interview. Whoever talks to people may speak and send files, whatever is asked."""
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
    """What the page is headed with; without an interview, our own name."""
    wording = script.title if script else Wording("续面", "Xumian")
    return {"zh": wording.in_("zh"), "en": wording.in_("en")}
