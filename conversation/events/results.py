"""Telling candidates the result of their interview."""

from conversation.events.base import Event
from conversation.inbound import Writer
from conversation.script import Wording


class ResultReleased(Event, frozen=True, tag="result_released", rename={"outcome": "o"}):
    """The colleague `by` released the result to the candidate. `text` is what they added.

    The candidate is told at `due_ms` (epoch milliseconds); 0: when they write next. `unit`: the unit's message as
    it was when the result was released, if there was one.
    """

    outcome: str
    by: str
    text: str = ""
    due_ms: int = 0
    writer: Writer | None = None
    unit: Wording | None = None


class ResultTold(Event, frozen=True, tag="result_told", rename={"outcome": "o"}):
    """The candidate was told the result with `text`. `outcome` is yes, hold or no; `by` is the colleague who
    released it."""

    outcome: str
    text: str
    by: str


class ResultWithdrawn(Event, frozen=True, tag="result_withdrawn", rename={"outcome": "o"}):
    """A result that the candidate had not been told yet was withdrawn, because of another decision or because the
    interview goes on."""

    outcome: str


ResultEvent = ResultReleased | ResultTold | ResultWithdrawn
