"""Reads from the record which follow-up questions were asked, and which messages answer them."""

from collections.abc import Mapping
from typing import assert_never

from conversation import events as e
from conversation.views.answers.models import Answer, FollowUp


class FollowUps:
    """The follow-up questions to these answers, by question."""

    def __init__(self, answers: Mapping[str, Answer]) -> None:
        self._answers = answers
        self._open = self._sought = ""

    def take(self, event: e.FollowUpSought | e.FollowUpAsked | e.FollowUpClosed, at_ms: int) -> None:
        asked = self._answers[event.question].follow_ups
        match event:
            case e.FollowUpSought():
                self._sought = event.text
            case e.FollowUpAsked():
                self._open = event.question
                fixed = self._sought if event.model else event.text
                asked.append(FollowUp(at_ms, event.text, event.why, fixed, event.model, event.prompt))
            case e.FollowUpClosed():
                if self._open:  # otherwise it was never asked
                    asked[-1].passed = event.passed
                self._open = ""
            case _:
                assert_never(event)

    def is_open(self, question: str) -> bool:
        return question == self._open

    def number(self, question: str, *, late: bool) -> int:
        """Return the number of the follow-up that a message to this question answers; 0: the question itself. What
        comes late belongs to what was handed in last."""
        asked = len(self._answers[question].follow_ups)
        if self.is_open(question):
            return asked - late
        return asked if late else 0

    def mark(self) -> None:
        """Note with the first message that answers a follow-up what was asked."""
        for answer in self._answers.values():
            for number, each in enumerate(answer.follow_ups, start=1):
                first = next((part for part in answer.parts if part.follow_up == number), None)
                if first:
                    first.asked, first.asked_by = each.text, each.model
