"""Values for what was said in an interview: answers by question, absences, requests, support, decisions,
notes."""

from typing import Literal

import msgspec

from conversation.inbound import Segment

Confirmation = Literal["pending", "unconfirmed", "confirmed", "edited", "failed"]


class Spoken(msgspec.Struct):
    """A voice message and what became of it.

    `sha256`: names the recording in the archive (empty: it is not there)
    `machine`: the transcript of our speech model
    `platform`: the platform's own transcript, to check ours by
    `why`: why there is no transcript
    """

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
    """A file of an answer.

    `sha256` names it in the archive (empty: it is not there); `why` says why it could not be fetched.
    """

    name: str
    sha256: str = ""
    media_type: str = ""
    size: int = 0
    why: str = ""


class FollowUp(msgspec.Struct):
    """A generated follow-up question. `why`, `model` and `prompt` are as in `events.FollowUpAsked`. `fixed` is
    what written rules would have asked, or did. `passed`: the candidate passed it over."""

    at_ms: int
    text: str
    why: str
    fixed: str
    model: str = ""
    prompt: str = ""
    passed: bool = False


class SaidPart(msgspec.Struct):
    """One message of an answer.

    `revision` is the text after an edit that came too late to count. With a `file`, `text` is the text beside it.
    `follow_up` is the number of the follow-up question that it answers, from 1; 0: none. `asked` is that question
    if this is the first message that answers it, and `asked_by` the language model that worded it (empty: written
    rules did).
    """

    at_ms: int
    channel: str
    message: str
    kind: str
    text: str
    value: str = ""
    revision: str = ""
    spoken: Spoken | None = None
    file: SentFile | None = None
    follow_up: int = 0
    asked: str = ""
    asked_by: str = ""


class Answer(msgspec.Struct):
    """What was said to one question.

    `dropped` are parts that no longer count, such as those from before the candidate started over or changed the
    answer. `skipped`: the candidate put the question off or left it unanswered. `follow_ups` are the follow-up
    questions to it; whether one was passed over is nothing to raters.
    """

    question: str
    stage: str
    status: Literal["submitted", "open", "none"] = "none"
    submitted_ms: int = 0
    parts: list[SaidPart] = []
    dropped: list[SaidPart] = []
    skipped: bool = False
    follow_ups: list[FollowUp] = []


class Feedback(msgspec.Struct, frozen=True):
    """The candidate's opinion of the interview: a `face` from 1 to 4 (4 is best, 0: none), and comments."""

    face: int = 0
    comments: tuple[str, ...] = ()


class Interruption(msgspec.Struct):
    """An absence. `returned_ms` is 0 while it lasts.

    `reason`, `group` and `said` are what the candidate says about it. `via` is as in `events.Returned`; `cause`
    and `rule` are as in `events.CauseDerived`, which is derived from circumstances.
    """

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
    """A request under one of the candidate's rights. `number` is that of the receipt."""

    at_ms: int
    right: str
    number: int
    text: str = ""


class SupportLine(msgspec.Struct):
    """One message of a support conversation.

    It is from the colleague with the id `by`, or from the candidate if that is empty. `file` is the name of a file
    sent with it; `sha256` names that in the archive (empty: it is not there).
    """

    at_ms: int
    text: str
    by: str = ""
    file: str = ""
    sha256: str = ""


class Decision(msgspec.Struct):
    """A decision of recruiters: yes, hold or no; or the candidate withdrew.

    `by` is the colleague's id; `first` is the id of the colleague who had proposed it (empty: nobody had to). A
    transcript's `proposal` is a decision that still needs a second colleague.
    """

    at_ms: int
    decision: str
    by: str
    note: str = ""
    first: str = ""


class Note(msgspec.Struct, frozen=True):
    """A note for colleagues by the one with the id `by`."""

    at_ms: int
    text: str
    by: str


class Transcript(msgspec.Struct):
    """Everything that was said in one interview. (Recognised speech is in `Spoken`.)

    `names`: by which the candidate was invited, is known to the platform, or gave as theirs.
    """

    answers: list[Answer]
    interruptions: list[Interruption]
    requests: list[Request] = []
    support: list[SupportLine] = []
    decisions: list[Decision] = []
    proposal: Decision | None = None
    feedback: Feedback = Feedback()
    notes: list[Note] = []
    names: list[str] = []
