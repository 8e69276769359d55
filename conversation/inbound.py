"""What comes in: whatever a platform, a timer, a loop or a colleague brings, as one kind of value."""

from typing import Literal

import msgspec


class Address(msgspec.Struct, frozen=True, array_like=True):
    """Where a person is reached: the channel's name, our account on it, the person's id there."""

    channel: str
    account: str
    user: str

    def __str__(self) -> str:
        return f"{self.channel}:{self.account}:{self.user}"


class Window(msgspec.Struct, frozen=True, array_like=True):
    """Until `until_ms` (epoch) so many `messages` may be sent to somebody who does not write again."""

    until_ms: int
    messages: int


class Attachment(msgspec.Struct, frozen=True, array_like=True):
    """A file that goes with a message: its name, and where the archive has it. `alt` says what is to be seen in a
    picture, for those who do not see it."""

    name: str
    sha256: str
    media_type: str
    alt: str = ""


class Writer(msgspec.Struct, frozen=True, array_like=True):
    """A colleague who wrote to a candidate: where they wrote, the language in which they are answered, and how
    what they wrote begins."""

    address: Address
    language: str
    text: str = ""


class Client(msgspec.Struct, frozen=True, array_like=True):
    """What a page says of itself, as in `events.ClientSeen`; empty: it does not know."""

    device: str = ""
    browser: str = ""
    version: str = ""
    network: str = ""


class TextReceived(msgspec.Struct, frozen=True, tag="text"):
    text: str


class TextEdited(msgspec.Struct, frozen=True, tag="edited"):
    """The sender changed an earlier message; `Inbound.message` is that message's id."""

    text: str


class ChoicePressed(msgspec.Struct, frozen=True, tag="choice"):
    """A button was pressed; `choice` is what `outbound.Choice.token` said, but strangers can send anything."""

    choice: str


class CommandReceived(msgspec.Struct, frozen=True, tag="command"):
    name: str
    argument: str = ""


class Media(msgspec.Struct, frozen=True, omit_defaults=True):
    """Recorded speech (or another file) as the platform has it.

    `reference` is what the channel fetches it by: an id, never a link with a token in it. `kind` is the platform's
    word for it (voice, audio, video_note, …), `size` in bytes, 0: not told. `recognised` is the platform's own
    transcript, where it makes one.
    """

    reference: str
    kind: str = "voice"
    duration_ms: int = 0
    size: int = 0
    recognised: str = ""


class VoiceReceived(msgspec.Struct, frozen=True, tag="voice"):
    """Somebody spoke instead of typing. `text` is what stands beside the recording."""

    media: Media
    text: str = ""


class AudioArchived(msgspec.Struct, frozen=True, tag="archived"):
    """The recording of voice message number `voice` is kept, byte for byte, under its SHA-256 (hex). `recognised`
    as in `Media`."""

    voice: int
    sha256: str
    size: int
    format: str
    recognised: str = ""


class AudioLost(msgspec.Struct, frozen=True, tag="lost"):
    """The recording could not be had: `why` is gone (the platform no longer has it), too_large, expired (it could
    not be fetched in time)."""

    voice: int
    why: str


class Segment(msgspec.Struct, frozen=True, array_like=True):
    """A stretch of a transcript; times from the recording's start, `confidence` from 0 to 1."""

    start_ms: int
    end_ms: int
    text: str
    confidence: float


class TranscriptReady(msgspec.Struct, frozen=True, tag="heard"):
    """What was understood of voice message number `voice`."""

    voice: int
    text: str
    confidence: float
    model: str
    duration_ms: int
    segments: tuple[Segment, ...] = ()


class TranscriptFailed(msgspec.Struct, frozen=True, tag="unheard"):
    """Nothing usable was understood: `why` is silence, noise, unclear, broken, empty, unknown_format, too_long,
    failed. `text` is what the model made of it, where that is not trusted."""

    voice: int
    why: str
    duration_ms: int = 0
    text: str = ""


class TranscriptDelayed(msgspec.Struct, frozen=True, tag="delayed"):
    """No speech model is there now: the recording is kept, and transcribed when there is one. `text` is what the
    platform made of it, if anything."""

    voice: int
    text: str = ""


class OtherReceived(msgspec.Struct, frozen=True, tag="other"):
    """A message that is neither words nor speech: photo, document, sticker, location, contact, … `media` is the
    file in it, where it has one that can be fetched, with its `name`; `text` what stands beside it (a sticker:
    what it stands for)."""

    kind: str
    media: Media | None = None
    name: str = ""
    text: str = ""


class Opened(msgspec.Struct, frozen=True, omit_defaults=True, tag="opened"):
    """The candidate followed an invitation to this interview (or the walk-in code of its campaign). `busy`: what
    they type belongs to another interview."""

    busy: bool = False


class CodeEntered(msgspec.Struct, frozen=True, tag="code"):
    """Somebody typed a resume code that leads to this interview."""

    code: str


class ChannelClosed(msgspec.Struct, frozen=True, tag="closed"):
    """The candidate blocked the bot, unsubscribed, or deleted the chat."""

    why: str


class ChannelReopened(msgspec.Struct, frozen=True, tag="reopened"):
    """The candidate unblocked the bot or subscribed again."""


class SetAside(msgspec.Struct, frozen=True, tag="aside"):
    """The candidate opened another interview at the same address."""


CircumstanceKind = Literal["lost", "connected", "hidden", "shown", "closed", "network"]


class CircumstanceNoticed(msgspec.Struct, frozen=True, tag="noticed"):
    """What a candidate's client shows without their saying anything: `kind` is lost (the connection broke off),
    connected (it is there again), hidden (they look at something else), shown, closed (they left the page),
    network (it is another one)."""

    kind: CircumstanceKind


class Ticked(msgspec.Struct, frozen=True, tag="tick"):
    """It is time to look at what is due."""


class DeliveryFailed(msgspec.Struct, frozen=True, tag="undelivered"):
    """A message of ours could not be delivered to the candidate, for good."""

    why: str


class OutageEnded(msgspec.Struct, frozen=True, tag="outage"):
    """We could not receive or answer for so long (our fault)."""

    lasted_ms: int


class AccountResumed(msgspec.Struct, frozen=True, tag="account_resumed"):
    """Our account, which colleagues had paused at `since_ms`, works again since `until_ms` (epoch)."""

    channel: str
    account: str
    since_ms: int
    until_ms: int


class InvitationWithdrawn(msgspec.Struct, frozen=True, tag="withdraw"):
    """A recruiter took the invitation back, as far as nobody has opened it."""


class DeadlineMoved(msgspec.Struct, frozen=True, tag="extend"):
    """A recruiter gave more time: the deadline is `until_ms` (epoch)."""

    until_ms: int


class ReminderAsked(msgspec.Struct, frozen=True, tag="remind"):
    """A recruiter wants the candidate to be reminded now."""


class SupportAnswered(msgspec.Struct, frozen=True, tag="support_answer"):
    """A colleague writes to the candidate; `by` is the colleague's id. `writer` hears of it if it does not
    arrive."""

    text: str
    by: str
    file: Attachment | None = None
    writer: Writer | None = None


class SupportFinished(msgspec.Struct, frozen=True, tag="support_done"):
    """A colleague hands the candidate back to the interview."""

    by: str


class FileArchived(msgspec.Struct, frozen=True, tag="file_archived"):
    """What the candidate sent to people, their file number `number`, is kept; `text` stood beside it; `first`: it
    is the first that they say. `answer`: it is part of an answer instead."""

    number: int
    file: Attachment
    size: int
    text: str = ""
    first: bool = False
    answer: bool = False


class FileLost(msgspec.Struct, frozen=True, tag="file_lost"):
    """The candidate's file number `number` could not be had: `why` as for `AudioLost`, `answer` as for
    `FileArchived`."""

    number: int
    why: str
    text: str = ""
    first: bool = False
    answer: bool = False


class ReplyUndelivered(msgspec.Struct, frozen=True, tag="reply_undelivered"):
    """What a colleague wrote did not reach the candidate. `why`: unreachable (blocked, gone), refused (the
    platform does not take it), waits (until the candidate writes)."""

    why: str
    writer: Writer


class DecisionMade(msgspec.Struct, frozen=True, tag="decision"):
    """Recruiters decided: `decision` is yes (the next round), hold, no. `by` is the colleague's id. `two`: it
    takes a second colleague who decides the same."""

    decision: str
    by: str
    note: str = ""
    two: bool = False


class RatingGiven(msgspec.Struct, frozen=True, tag="rating"):
    """A colleague, `by`, rated the answer to a question: `score` from 1 to 5, None: it cannot be assessed."""

    question: str
    score: int | None
    by: str
    note: str = ""


class RatingsLookedAt(msgspec.Struct, frozen=True, tag="ratings_looked_at"):
    """A colleague, `by`, wants to see others' ratings without having finished their own."""

    by: str


class Announced(msgspec.Struct, frozen=True, tag="announced"):
    """A colleague, `by`, writes to many candidates at once."""

    text: str
    by: str


class CodeAsked(msgspec.Struct, frozen=True, tag="code_asked"):
    """A colleague, `by`, wants a code with which the candidate goes on elsewhere."""

    by: str


class ClaimAnswered(msgspec.Struct, frozen=True, tag="claim_answer"):
    """A colleague, `by`, says whether somebody with the link, at another place, is the candidate. `claim` is whose
    claim they mean, as in `claims.mark_of`; empty: the one that waits."""

    agrees: bool
    by: str
    claim: str = ""


class ErasureOrdered(msgspec.Struct, frozen=True, tag="erase"):
    """All that is known of the candidate is to be erased; `by` is the colleague's id, or `cli`."""

    by: str


What = (
    TextReceived
    | TextEdited
    | ChoicePressed
    | CommandReceived
    | VoiceReceived
    | OtherReceived
    | Opened
    | CodeEntered
    | ChannelClosed
    | ChannelReopened
    | SetAside
    | CircumstanceNoticed
    | Ticked
    | DeliveryFailed
    | OutageEnded
    | AccountResumed
    | DeadlineMoved
    | InvitationWithdrawn
    | ReminderAsked
    | DecisionMade
    | RatingGiven
    | RatingsLookedAt
    | Announced
    | CodeAsked
    | ClaimAnswered
    | ErasureOrdered
    | SupportAnswered
    | SupportFinished
    | FileArchived
    | FileLost
    | ReplyUndelivered
    | AudioArchived
    | AudioLost
    | TranscriptReady
    | TranscriptFailed
    | TranscriptDelayed
)


class Inbound(msgspec.Struct, frozen=True, omit_defaults=True):
    """One inbound event.

    `id` is the platform's own id made unique over all channels (`tg:700001:123`): the same id is the same
    event, however often it is delivered. `sent_ms` is the platform's time of sending (epoch; 0: unknown).
    `message` is the platform's id of the message, which a later edit names. `fresh` is unguessable text, new
    for each event, for whatever needs chance (a resume code). `window` is what the platform allows us to send
    after it; None: as much as we like. `halted`: colleagues have paused our account there, or have this
    conversation themselves. `client` is what the sender's page says of itself, where there is one.
    """

    id: str
    what: What
    sender: Address | None = None
    sent_ms: int = 0
    message: str = ""
    name: str = ""
    language: str = ""
    fresh: str = ""
    window: Window | None = None
    halted: bool = False
    client: Client | None = None
