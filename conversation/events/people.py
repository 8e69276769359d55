"""What people on our side do in an interview, and what candidates ask of them."""

from conversation.events.base import Event
from conversation.inbound import Attachment


class RecruiterTold(Event, frozen=True, tag="recruiter_told"):
    """The recruiters were sent a summary. `about` is completed, exited, stalled, lapsed or unreachable."""

    about: str


class DeadlineExtended(Event, frozen=True, tag="extended"):
    """The deadline was moved. `by` is recruiter, outage, or pause (of our account). Reminders up to number
    `reminded` are dropped. `as_pause` is as in `Halted`."""

    until_ms: int
    by: str
    reminded: int = 0
    as_pause: bool = False


class Decided(Event, frozen=True, tag="decided"):
    """Recruiters decided: yes (the next round), hold or no; or they recorded that the candidate withdrew. The last
    decision counts. `by` is the colleague's id, `first` that of the colleague who had proposed it, if it takes
    two."""

    decision: str
    by: str
    note: str = ""
    first: str = ""


class DecisionProposed(Event, frozen=True, tag="decision_proposed"):
    """The colleague `by` made a decision that takes a second one to confirm. The last proposal counts."""

    decision: str
    by: str
    note: str = ""


class Noted(Event, frozen=True, tag="noted"):
    """The colleague `by` wrote a note about the candidate, for colleagues only."""

    text: str
    by: str


class AnnouncementSent(Event, frozen=True, tag="announcement"):
    """This candidate was sent what the colleague `by` wrote to many candidates."""

    text: str
    by: str


class Rated(Event, frozen=True, tag="rated", rename={"question": "q"}):
    """The colleague `by` rated an answer from 1 to 5; None: it cannot be assessed. Their last rating of it
    counts. `blind` is as in `inbound.RatingGiven`."""

    question: str
    by: str
    score: int | None = None
    note: str = ""
    blind: bool = False


class RatingsSeen(Event, frozen=True, tag="ratings_seen"):
    """The colleague `by` was shown the ratings of others before they had finished their own."""

    by: str


class SupportAsked(Event, frozen=True, tag="support_asked"):
    """The candidate asked for help from people. `staffed_ms` is when somebody will be there; 0: somebody is there
    now."""

    staffed_ms: int = 0


class SupportReplied(Event, frozen=True, tag="support_reply"):
    """A colleague wrote to the candidate. `by` is the colleague's id."""

    text: str
    by: str
    file: Attachment | None = None


class SupportUndelivered(Event, frozen=True, tag="support_undelivered"):
    """What a colleague wrote did not arrive, and they were notified. `why` is as in `inbound.ReplyUndelivered`."""

    why: str


class SupportEnded(Event, frozen=True, tag="support_ended"):
    """The conversation with people ended. `by` is candidate, silence, or the id of the colleague who handed back.
    Its time does not count towards the deadline."""

    by: str


class SupportOverdue(Event, frozen=True, tag="support_overdue"):
    """Nobody had answered for a while, and the staff were notified again."""


class SupportMessage(Event, frozen=True, tag="support_message"):
    """What the candidate wrote to people. `staffed_ms` is as in `SupportAsked`."""

    text: str
    staffed_ms: int = 0


class ColleagueAnswered(Event, frozen=True, tag="colleague_answered"):
    """What the candidate wrote after the end of the interview in answer to a colleague. It was passed on."""

    text: str


class SupportFile(
    Event,
    frozen=True,
    tag="support_file",
    rename={"number": "n", "message": "msg", "channel": "ch"},
):
    """A file that the candidate sent to people.

    - `number`: the number of the file within the interview, from 1; files in answers are counted, too.
    - `kind`, `reference`, `name`, `size`: as reported by the platform.
    - `text`: text that was sent with the file.
    - `staffed_ms`: as in `SupportAsked`.
    """

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
    """The file is in the archive and was passed on."""

    number: int
    file: Attachment
    size: int


class SupportFileLost(Event, frozen=True, tag="support_file_lost", rename={"number": "n"}):
    """The file could not be fetched, and both sides were notified. `why` is as in `AudioLost`."""

    number: int
    why: str


class RequestMade(Event, frozen=True, tag="request"):
    """The candidate used a right: mydata, export, correct, delete, human, adjust or extension. `number` is the
    receipt's number. `text_only`: they asked not to have to speak."""

    right: str
    number: int
    text: str = ""
    text_only: bool = False


class RequestStarted(Event, frozen=True, tag="request_started"):
    """The candidate was asked what exactly their request is about."""

    right: str


class RequestDropped(Event, frozen=True, tag="request_dropped"):
    """The candidate did not go on with the request."""


class DeletionAsked(Event, frozen=True, tag="deletion_asked", rename={"number": "n"}):
    """The request with receipt `number` is for deletion. Nothing more is asked until it is done or taken back."""

    number: int


class DeletionUndone(Event, frozen=True, tag="deletion_undone", rename={"number": "n"}):
    """The candidate took the request for deletion back in time."""

    number: int
