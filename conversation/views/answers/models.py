"""What was said in an interview, as values: answers by question, times away, requests, support, decisions."""

from typing import Literal

import msgspec

from conversation.inbound import Segment

Confirmation = Literal["pending", "unconfirmed", "confirmed", "edited", "failed"]


class Spoken(msgspec.Struct):
    """What became of a voice message. `machine` is the model's text, `platform` that of the platform, to
    check the other by, `sha256` names the recording in the archive
    (empty: it is not there), `why` says why there is no transcript."""

    voice: int
    duration_ms: int = 0
    sha256: str = ""
    status: Confirmation = "pending"
    machine: str = ""
    platform: str = ""
    confidence: float = 0.0
    model: str = ""
    segments: tuple[Segment, ...] = ()
    why: str = ""


class SentFile(msgspec.Struct):
    """A file of an answer. `sha256` names it in the archive (empty: it is not there), `why` says why it could not
    be had."""

    name: str
    sha256: str = ""
    media_type: str = ""
    size: int = 0
    why: str = ""


class SaidPart(msgspec.Struct):
    """One message of an answer. `revision`: the text after an edit that came too late to count. With a `file`,
    `text` is what stands beside it."""

    at_ms: int
    channel: str
    message: str
    kind: str
    text: str
    value: str = ""
    revision: str = ""
    spoken: Spoken | None = None
    file: SentFile | None = None


class Answer(msgspec.Struct):
    """What was said to one question; `dropped` are parts from before the candidate started over, or changed the
    answer. `skipped`: the candidate put it off, or left it unanswered."""

    question: str
    stage: str
    status: Literal["submitted", "open", "none"] = "none"
    submitted_ms: int = 0
    parts: list[SaidPart] = []
    dropped: list[SaidPart] = []
    skipped: bool = False


class Feedback(msgspec.Struct, frozen=True):
    """How the interview was for the candidate: a `face` from 1 to 4 (best; 0: none), and words."""

    face: int = 0
    comments: tuple[str, ...] = ()


class Interruption(msgspec.Struct):
    """A time away. `returned_ms` is 0 while it lasts, `via` as for `events.Returned`, `cause` and `rule` as for
    `events.CauseDerived`: not what the candidate says."""

    at_ms: int
    kind: Literal["pause", "exit", "silence", "unreachable", "outage"]
    returned_ms: int = 0
    reason: str = ""
    group: str = ""
    said: str = ""
    via: str = ""
    cause: str = ""
    rule: str = ""


class Request(msgspec.Struct):
    """A right that the candidate used; `number` is the receipt's."""

    at_ms: int
    right: str
    number: int
    text: str = ""


class SupportLine(msgspec.Struct):
    """What the candidate wrote to people, or (`by` is not empty) a colleague to the candidate; `file` is the name
    of what was sent, `sha256` names it in the archive (empty: it is not there)."""

    at_ms: int
    text: str
    by: str = ""
    file: str = ""
    sha256: str = ""


class Decision(msgspec.Struct):
    """What recruiters decided: yes, hold, no. `by` is the colleague's id, `first` that of who had proposed it."""

    at_ms: int
    decision: str
    by: str
    note: str = ""
    first: str = ""


class Transcript(msgspec.Struct):
    answers: list[Answer]
    interruptions: list[Interruption]
    requests: list[Request] = []
    support: list[SupportLine] = []
    decisions: list[Decision] = []
    feedback: Feedback = Feedback()
