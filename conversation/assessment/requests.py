"""When the assistant is asked to read an interview's answers, and what becomes of its reports.

It reads once nobody will add to the answers any more, and only if the candidate was told beforehand.
"""

from conversation import events as e
from conversation.inbound import AssessmentMade
from conversation.jobs import Assess
from conversation.question_kinds import kind_of
from conversation.script import Question
from conversation.state import State
from conversation.turn import Turn

OVER = ("completed", "exited", "lapsed")


def is_read(question: Question) -> bool:
    """Return whether the assistant reads answers to this question: those in free words, with a rubric."""
    return kind_of(question).free and bool(question.rubric)


def complete(turn: Turn, before: State) -> None:
    """Leave a job for each answer if the interview ended in this turn, or an answer was changed after the end.
    Called at the end of each turn."""
    state = turn.state
    ended = state.phase in OVER and before.phase not in OVER
    changed = state.phase == "completed" and before.detour is not None and state.detour is None
    if not (turn.assisted and state.assistant == "told" and (ended or changed)):
        return
    for index, step in enumerate(turn.script.steps):
        if is_read(step.question) and state.answered(index):
            turn.queue(Assess(state.interview, step.question.id, turn.now))


def made(turn: Turn, what: AssessmentMade) -> None:
    """Record what the assistant reports, unless the candidate wants people alone by now."""
    if turn.state.assistant == "told":
        turn.record(e.AnswerAssessed(what.assessment))


def people_only(turn: Turn) -> bool:
    """Record that the candidate wants people alone. Returns whether that changes anything for them."""
    if turn.state.assistant == "people" or not (turn.assisted or turn.state.assistant):
        return False
    turn.record(e.PeopleOnly())
    return True
