"""What has happened in an interview: the record's words. Only ever add a field with a default, or a new event.

The names written most often are short in the record: q question, s stage, i index, ch channel, msg message.
"""

import msgspec

from conversation.inbound import Address, Segment

SCHEMA = 1  # what new entries say in `v`; an older entry is upcast in `audit.unseal`


class Event(msgspec.Struct, frozen=True, omit_defaults=True, tag_field="e"):
    """Base of all events; `e` names the event in the record."""


class Invited(Event, frozen=True, tag="invited"):
    interview: str
    campaign: str
    script: str
    name: str = ""
    unit: str = ""
    walk_in: bool = False


class InvitationOpened(Event, frozen=True, tag="opened"):
    """The first account that opens the invitation is the candidate's from then on."""

    address: Address
    name: str
    language: str
    deadline_ms: int


class OpeningRefused(Event, frozen=True, tag="opening_refused"):
    """A second account tried the invitation."""

    address: Address


class InvitationWithdrawn(Event, frozen=True, tag="invitation_withdrawn"):
    """Recruiters took the invitation back before anybody had opened it: its link leads nowhere now."""


class NameAsked(Event, frozen=True, tag="name_asked"):
    pass


class NameGiven(Event, frozen=True, tag="name_given"):
    name: str


class Guided(Event, frozen=True, tag="guided"):
    """The guide was shown."""


class Consented(Event, frozen=True, tag="consented"):
    privacy_version: str


class LaterAsked(Event, frozen=True, tag="later_asked"):
    """The candidate would rather go on later and was asked when."""


class Postponed(Event, frozen=True, tag="postponed"):
    until_ms: int


class QuestionAsked(Event, frozen=True, tag="asked", rename={"index": "i", "question": "q", "stage": "s"}):
    index: int
    question: str
    stage: str


class PartReceived(
    Event,
    frozen=True,
    tag="part",
    rename={"question": "q", "message": "msg", "channel": "ch", "sent_ms": "sent"},
):
    """One message of an answer. `late`: it was sent before the answer was submitted and arrived after, or was
    added at our request."""

    question: str
    text: str
    message: str = ""
    channel: str = ""
    kind: str = "text"
    sent_ms: int = 0
    late: bool = False
    value: str = ""


class PartEdited(Event, frozen=True, tag="part_edited"):
    """The candidate edited an earlier message. `late`: after the answer was submitted; kept, does not count."""

    message: str
    text: str
    late: bool = False


class VoiceReceived(
    Event,
    frozen=True,
    tag="voice",
    rename={"question": "q", "index": "i", "voice": "v", "message": "msg", "channel": "ch", "sent_ms": "sent"},
):
    """A part of an answer that was spoken: the interview's voice message number `voice`, from 1, to question
    number `index` (from 0). `kind`, `reference`, `size` and `duration_ms` as the platform told them; `late` as in
    `PartReceived`."""

    question: str
    index: int
    voice: int
    kind: str
    reference: str
    duration_ms: int = 0
    size: int = 0
    message: str = ""
    channel: str = ""
    sent_ms: int = 0
    late: bool = False


class AudioKept(Event, frozen=True, tag="audio", rename={"voice": "v"}):
    """The recording is in the archive, as it was received, under its SHA-256 (hex)."""

    voice: int
    sha256: str
    size: int
    format: str


class AudioLost(Event, frozen=True, tag="audio_lost", rename={"voice": "v"}):
    """The recording could not be had: gone, too_large, expired."""

    voice: int
    why: str


class Transcribed(Event, frozen=True, tag="transcribed", rename={"voice": "v"}):
    """The machine's transcript. `shown`: the candidate was shown it to confirm or correct."""

    voice: int
    text: str
    confidence: float
    model: str
    duration_ms: int
    segments: tuple[Segment, ...] = ()
    shown: bool = False


class TranscriptFailed(Event, frozen=True, tag="untranscribed", rename={"voice": "v"}):
    """Nothing usable was understood (`why` as in `inbound.TranscriptFailed`); `text` is kept, and not trusted."""

    voice: int
    why: str
    duration_ms: int = 0
    text: str = ""


class TranscriptDelayed(Event, frozen=True, tag="transcript_delayed", rename={"voice": "v"}):
    """There was no speech model; the recording waits."""

    voice: int


class TranscriptConfirmed(Event, frozen=True, tag="transcript_confirmed", rename={"voice": "v"}):
    """The candidate handed the transcript in as it was shown."""

    voice: int


class TranscriptEdited(Event, frozen=True, tag="transcript_edited", rename={"voice": "v"}):
    """The candidate's own words in the place of the machine's."""

    voice: int
    text: str


class CorrectionStarted(Event, frozen=True, tag="correction_started", rename={"voice": "v"}):
    """The candidate is asked to type what they said."""

    voice: int


class AdditionStarted(Event, frozen=True, tag="addition_started", rename={"index": "i"}):
    """The candidate wants to add to question number `index` (from 0), which is submitted."""

    index: int


class VoiceWithdrawn(Event, frozen=True, tag="voice_withdrawn", rename={"voice": "v"}):
    """The candidate would rather say it again: this voice message no longer counts."""

    voice: int


class AnswerRestarted(Event, frozen=True, tag="restarted"):
    """The parts so far stay in the record but no longer count."""

    question: str


class AnswerSubmitted(Event, frozen=True, tag="submitted", rename={"question": "q"}):
    question: str


class NotTaken(Event, frozen=True, tag="not_taken"):
    """Something came that could not be used; `text` keeps what was said."""

    kind: str
    text: str = ""


class StageCompleted(Event, frozen=True, tag="stage_completed"):
    stage: str


class Completed(Event, frozen=True, tag="completed"):
    pass


class FeedbackGiven(Event, frozen=True, tag="feedback"):
    face: int  # 4 is best


class Informed(Event, frozen=True, tag="informed"):
    """The candidate asked for something that changes nothing: status, help, the privacy notice."""

    about: str


class LanguageChosen(Event, frozen=True, tag="language"):
    language: str


class Continued(Event, frozen=True, tag="continued"):
    """The candidate chose to go on; `without_said`: what was said on returning does not count."""

    without_said: bool = False


class ExitWarned(Event, frozen=True, tag="exit_warned"):
    """The candidate was told that all is saved, and asked whether to go on, pause or leave."""


class Paused(Event, frozen=True, tag="paused"):
    """`by`: candidate (said so), silence, aside (opened another interview)."""

    by: str


class LaidAside(Event, frozen=True, tag="laid_aside"):
    """The candidate opened another interview at the same address; what is said there is said to that one."""


class Exited(Event, frozen=True, tag="exited"):
    pass


class ReasonGiven(Event, frozen=True, tag="reason"):
    reason: str
    group: str = ""


class ReasonDetailed(Event, frozen=True, tag="reason_detail"):
    text: str


class ReasonAsked(Event, frozen=True, tag="reason_asked"):
    pass


class Returned(Event, frozen=True, tag="returned"):
    """The candidate is back. `said` keeps a first message that was not taken as part of the answer."""

    said: str = ""
    message: str = ""


class SaidAdopted(Event, frozen=True, tag="said_adopted"):
    """What the candidate said on returning was made part of the open answer after all."""

    message: str


class Reminded(Event, frozen=True, tag="reminded"):
    """`asked`: a recruiter wanted it; a reminder that the candidate wants at a time of their own comes besides."""

    number: int
    asked: bool = False


class RecruiterTold(Event, frozen=True, tag="recruiter_told"):
    """The recruiters were sent a summary; `about`: completed, exited, stalled, lapsed, unreachable."""

    about: str


class Lapsed(Event, frozen=True, tag="lapsed"):
    pass


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


class Unreachable(Event, frozen=True, tag="unreachable"):
    why: str


class CodeIssued(Event, frozen=True, tag="code_issued"):
    """A resume code; only its SHA-256 (hex) is kept."""

    code_sha256: str
    until_ms: int


class Moved(Event, frozen=True, tag="moved"):
    """The interview goes on at another address; the old one is no longer asked."""

    address: Address
    former: Address | None = None


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


AnyEvent = (
    Invited
    | InvitationOpened
    | OpeningRefused
    | InvitationWithdrawn
    | NameAsked
    | NameGiven
    | Guided
    | Consented
    | LaterAsked
    | Postponed
    | QuestionAsked
    | PartReceived
    | PartEdited
    | VoiceReceived
    | AudioKept
    | AudioLost
    | Transcribed
    | TranscriptFailed
    | TranscriptDelayed
    | TranscriptConfirmed
    | TranscriptEdited
    | CorrectionStarted
    | VoiceWithdrawn
    | AdditionStarted
    | AnswerRestarted
    | AnswerSubmitted
    | NotTaken
    | StageCompleted
    | Completed
    | FeedbackGiven
    | Informed
    | LanguageChosen
    | Continued
    | ExitWarned
    | Paused
    | LaidAside
    | Exited
    | ReasonAsked
    | ReasonGiven
    | ReasonDetailed
    | Returned
    | SaidAdopted
    | Reminded
    | RecruiterTold
    | Lapsed
    | DeadlineExtended
    | Decided
    | Unreachable
    | CodeIssued
    | Moved
    | SupportAsked
    | SupportMessage
    | SupportReplied
    | SupportEnded
    | SupportOverdue
    | RequestMade
    | RequestStarted
    | RequestDropped
)


class Entry(msgspec.Struct, frozen=True, omit_defaults=True, rename={"at_ms": "at", "events": "ev"}):
    """One step of the record: everything that one inbound event caused, in order.

    `n` counts from 1; `at_ms` is the epoch time at which we handled it; `by` is candidate, system, or staff;
    `cause` is the inbound event's id; `v` is the schema number for upcasting old entries when they are read.
    """

    n: int
    at_ms: int
    by: str
    cause: str
    events: tuple[AnyEvent, ...]
    v: int = 1
