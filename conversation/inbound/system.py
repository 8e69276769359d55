"""What our own parts report: timers, delivery, the media and speech workers."""

import msgspec

from conversation.inbound.common import Attachment, Segment, Writer


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


class SetAside(msgspec.Struct, frozen=True, tag="aside"):
    """The candidate opened another interview at the same address."""


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
