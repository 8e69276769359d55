"""Reads from the record what colleagues decided about a candidate and noted about them."""

from typing import assert_never

from conversation import events as e
from conversation.views.answers.models import Decision, Note

Judging = e.Decided | e.DecisionProposed | e.Noted


class Judgement:
    """Decisions and notes in order, and the decision that is proposed."""

    def __init__(self) -> None:
        self.decisions: list[Decision] = []
        self.proposal: Decision | None = None
        self.notes: list[Note] = []

    def take(self, event: Judging, at_ms: int) -> None:
        match event:
            case e.DecisionProposed():
                self.proposal = Decision(at_ms, event.decision, event.by, event.note)
            case e.Decided():
                self.proposal = None
                self.decisions.append(Decision(at_ms, event.decision, event.by, event.note, event.first))
            case e.Noted():
                self.notes.append(Note(at_ms, event.text, event.by))
            case _:
                assert_never(event)
