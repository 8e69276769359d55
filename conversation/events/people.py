"""What people on our side do in an interview, and what candidates ask of them."""

from conversation.events.base import Event
from conversation.inbound import Attachment


class RecruiterTold(Event, frozen=True, tag="recruiter_told"):
    """The recruiters were sent a summary; `about`: completed, exited, stalled, lapsed, unreachable."""

    about: str


class DeadlineExtended(Event, frozen=True, tag="extended"):
    """`by`: recruiter, outage. Reminders up to number `reminded` are over and not sent after all."""

    until_ms: int
    by: str
    reminded: int = 0


class Decided(Event, frozen=True, tag="decided"):
    """Recruiters decided: yes (the next round), hold, no; the last one counts. `by` is the colleague's id,
    `first` that of who had proposed it, where it takes two."""

    decision: str
    by: str
    note: str = ""
    first: str = ""


class DecisionProposed(Event, frozen=True, tag="decision_proposed"):
    """A first colleague, `by`, decided so, where it takes a second one; the last proposal counts."""

    decision: str
    by: str
    note: str = ""


class AnnouncementSent(Event, frozen=True, tag="announcement"):
    """What a colleague, `by`, wrote to many candidates was sent to this one, too."""

    text: str
    by: str


class Rated(Event, frozen=True, tag="rated", rename={"question": "q"}):
    """A colleague, `by`, rated an answer: 1 to 5, None: it cannot be assessed. Their last one counts."""

    question: str
    by: str
    score: int | None = None
    note: str = ""


class RatingsSeen(Event, frozen=True, tag="ratings_seen"):
    """A colleague, `by`, was shown others' ratings before they had finished their own."""

    by: str


class SupportAsked(Event, frozen=True, tag="support_asked"):
    """`staffed_ms`: outside all hours; somebody will be there then."""

    staffed_ms: int = 0


class SupportReplied(Event, frozen=True, tag="support_reply"):
    """A colleague wrote to the candidate; `by` is their id."""

    text: str
    by: str
    file: Attachment | None = None


class SupportUndelivered(Event, frozen=True, tag="support_undelivered"):
    """What a colleague wrote did not arrive: `why` as in `inbound.ReplyUndelivered`; they were told."""

    why: str


class SupportEnded(Event, frozen=True, tag="support_ended"):
    """`by`: candidate, silence, or the id of the colleague who handed back. The time in between does not count."""

    by: str


class SupportOverdue(Event, frozen=True, tag="support_overdue"):
    """Nobody had answered for a while; the staff were told again."""


class SupportMessage(Event, frozen=True, tag="support_message"):
    """`staffed_ms` as in `SupportAsked`."""

    text: str
    staffed_ms: int = 0


class SupportFile(
    Event,
    frozen=True,
    tag="support_file",
    rename={"number": "n", "message": "msg", "channel": "ch"},
):
    """A file that the candidate sent to people, their number `number` (from 1): `kind`, `reference`, `size`,
    `name` as the platform told them; `text` stood beside it; `staffed_ms` as in `SupportAsked`."""

    number: int
    kind: str
    reference: str
    name: str = ""
    text: str = ""
    size: int = 0
    message: str = ""
    channel: str = ""
    staffed_ms: int = 0


class SupportFileKept(Event, frozen=True, tag="support_file_kept", rename={"number": "n"}):
    """It is in the archive, and was passed on."""

    number: int
    file: Attachment
    size: int


class SupportFileLost(Event, frozen=True, tag="support_file_lost", rename={"number": "n"}):
    """It could not be had: gone, too_large, expired; both sides were told."""

    number: int
    why: str


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


class DeletionAsked(Event, frozen=True, tag="deletion_asked", rename={"number": "n"}):
    """The request with receipt `number` is for deletion: nothing more is asked until it is done or taken back."""

    number: int


class DeletionUndone(Event, frozen=True, tag="deletion_undone", rename={"number": "n"}):
    """The candidate took the request back in time."""

    number: int
