"""What people on our side do in an interview, and what candidates ask of them."""

from conversation.events.base import Event


class RecruiterTold(Event, frozen=True, tag="recruiter_told"):
    """The recruiters were sent a summary; `about`: completed, exited, stalled, lapsed, unreachable."""

    about: str


class DeadlineExtended(Event, frozen=True, tag="extended"):
    """`by`: recruiter, outage. Reminders up to number `reminded` are over and not sent after all."""

    until_ms: int
    by: str
    reminded: int = 0


class Decided(Event, frozen=True, tag="decided"):
    """Recruiters decided: yes (the next round), hold, no; the last one counts. `by` is the colleague's id."""

    decision: str
    by: str
    note: str = ""


class SupportAsked(Event, frozen=True, tag="support_asked"):
    pass


class SupportReplied(Event, frozen=True, tag="support_reply"):
    """A colleague wrote to the candidate; `by` is their id."""

    text: str
    by: str


class SupportEnded(Event, frozen=True, tag="support_ended"):
    """`by`: candidate, silence, or the id of the colleague who handed back. The time in between does not count."""

    by: str


class SupportOverdue(Event, frozen=True, tag="support_overdue"):
    """Nobody had answered for a while; the staff were told again."""


class SupportMessage(Event, frozen=True, tag="support_message"):
    text: str


class RequestMade(Event, frozen=True, tag="request"):
    """The candidate used a right: mydata, export, correct, delete, human, adjust, extension. `number` is the
    receipt's. `text_only`: they asked not to have to speak."""

    right: str
    number: int
    text: str = ""
    text_only: bool = False


class RequestStarted(Event, frozen=True, tag="request_started"):
    """The candidate is being asked what exactly the request is about."""

    right: str


class RequestDropped(Event, frozen=True, tag="request_dropped"):
    pass
