"""What one inbound event leads to."""

from typing import Literal

import msgspec

from conversation.events import Entry
from conversation.inbound import Address, Attachment, Writer
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
    "support_over",
    "support_lost",
    "support_undelivered",
    "request",
    "claim",
    "extended",
    "proposed",
]


class Notice(msgspec.Struct, frozen=True):
    """Something the recruiters are to be told of this interview; `text` is what the candidate said. `again`:
    they know of it, and now there is more to say. `at_ms` is when (epoch). (`returned` is after an end, `resumed`
    after a silence.)

    Of a decision that takes a second colleague: `decision`.

    Of help: `file` what was sent, `first`: nobody has heard of it yet, `why`: what went
    wrong, or who ended it, `writer`: nobody but this colleague is told."""

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


class Outcome(msgspec.Struct, frozen=True):
    """What one inbound event leads to. `entry` is None where nothing happened.

    `transcript_to`: the candidate asked for a copy of all that they said; whoever has the record adds it.
    `reviews`: the answers are to be filled in where `stages.review` left a mark for each. `code` is a resume
    code that was just issued, for whoever knows the addresses at which it may be used."""

    state: State
    entry: Entry | None
    messages: tuple[OutboundMessage, ...]
    notices: tuple[Notice, ...]
    transcript_to: Address | None = None
    jobs: tuple[Job, ...] = ()
    reviews: bool = False
    code: str = ""
