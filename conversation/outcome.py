"""What one inbound event leads to."""

from typing import Literal

import msgspec

from conversation.events import Entry
from conversation.inbound import Address, Attachment, Slot, Writer
from conversation.jobs import Job
from conversation.outbound import OutboundMessage
from conversation.state import State

NoticeKind = Literal[
    "completed",
    "exited",
    "stalled",
    "lapsed",
    "unreachable",
    "returned",
    "resumed",
    "support",
    "support_overdue",
    "support_answered",
    "support_over",
    "support_lost",
    "support_undelivered",
    "answered",
    "request",
    "claim",
    "extended",
    "proposed",
    "booked",
    "moved",
    "unbooked",
]


class Notice(msgspec.Struct, frozen=True):
    """Something that the recruiters are notified of.

    - `kind`: `returned` is a return after an end, `resumed` one after a silence; `answered` is an answer to a
      colleague's message, after the end.
    - `text`: what the candidate said.
    - `right`: for a request, the right that the candidate uses.
    - `again`: they were notified before, and now there is more to say; for `support_answered`, they were reminded
      that the candidate waits.
    - `at_ms`: when it happened (epoch milliseconds).
    - `decision`: the decision that needs a second colleague, proposed by the colleague `by`, who is not notified.
    - `by`: for `support_answered`, the colleague who answered; `seen_at` is the chat where they did, which is not
      notified.

    - `slot`: the time that the candidate booked, moved to or cancelled. `writer` is then who opened it, and `file`
      their calendar file.

    For help from people:

    - `file`: what was sent.
    - `first`: nobody has been notified of this request yet.
    - `why`: what went wrong, or who ended the conversation.
    - `writer`: only this colleague is notified.
    """

    kind: NoticeKind
    text: str = ""
    right: str = ""
    again: bool = False
    at_ms: int = 0
    file: Attachment | None = None
    first: bool = False
    why: str = ""
    writer: Writer | None = None
    decision: str = ""
    by: str = ""
    seen_at: Address | None = None
    slot: Slot | None = None


class Outcome(msgspec.Struct, frozen=True):
    """What one inbound event leads to.

    - `entry`: the record's new entry; None if nothing happened.
    - `transcript_to`: the candidate asked for a copy of everything they said. The caller, who has the record, adds
      it.
    - `reviews`: the caller fills in the answers at the marks left by `review.answer_mark`.
    - `code`: a resume code that was just issued, for the caller, who knows the addresses at which it can be used.
    """

    state: State
    entry: Entry | None
    messages: tuple[OutboundMessage, ...]
    notices: tuple[Notice, ...]
    transcript_to: Address | None = None
    jobs: tuple[Job, ...] = ()
    reviews: bool = False
    code: str = ""
