"""What our own parts report: timers, delivery, and the media and speech workers."""

import msgspec

from conversation.inbound.common import Attachment, Segment, Writer


class AudioArchived(msgspec.Struct, frozen=True, tag="archived"):
    """The recording of voice message number `voice` is archived, byte for byte, under its SHA-256 (hex).
    `recognised` is as in `Media`."""

    voice: int
    sha256: str
    size: int
    format: str
    recognised: str = ""


class AudioLost(msgspec.Struct, frozen=True, tag="lost"):
    """The recording could not be fetched: `why` is gone (the platform no longer has it), too_large, expired (it
    could not be fetched in time), or no_space (there is no room to keep it)."""

    voice: int
    why: str


class TranscriptReady(msgspec.Struct, frozen=True, tag="heard"):
    """The transcript of voice message number `voice`."""

    voice: int
    text: str
    confidence: float
    model: str
    duration_ms: int
    segments: tuple[Segment, ...] = ()


class TranscriptFailed(msgspec.Struct, frozen=True, tag="unheard"):
    """Nothing usable was understood: `why` is silence, noise, unclear, broken, empty, unknown_format, too_long or
    failed. `text` is the model's output, if it was not trusted."""

    voice: int
    why: str
    duration_ms: int = 0
    text: str = ""


class TranscriptDelayed(msgspec.Struct, frozen=True, tag="delayed"):
    """No speech model is available now: the recording is kept, and transcribed once there is one. `text` is the
    platform's own transcript, if any."""

    voice: int
    text: str = ""


class SetAside(msgspec.Struct, frozen=True, tag="aside"):
    """The candidate opened another interview at the same address."""


class Ticked(msgspec.Struct, frozen=True, tag="tick"):
    """A timer of the interview is due."""


class DeliveryFailed(msgspec.Struct, frozen=True, tag="undelivered"):
    """A message of ours could not be delivered to the candidate, for good."""

    why: str


class OutageEnded(msgspec.Struct, frozen=True, tag="outage"):
    """For `lasted_ms` we could not receive or answer anything, through our own fault."""

    lasted_ms: int


class AccountResumed(msgspec.Struct, frozen=True, tag="account_resumed"):
    """Our account works again since `until_ms`; colleagues had paused it at `since_ms` (both epoch
    milliseconds)."""

    channel: str
    account: str
    since_ms: int
    until_ms: int


class FileArchived(msgspec.Struct, frozen=True, tag="file_archived"):
    """The candidate's file number `number` is archived. It was sent to people, or, with `answer`, as part of an
    answer.

    - `text`: text that was sent with the file.
    - `first`: this is the first thing that the candidate says to people.
    """

    number: int
    file: Attachment
    size: int
    text: str = ""
    first: bool = False
    answer: bool = False


class FileLost(msgspec.Struct, frozen=True, tag="file_lost"):
    """The candidate's file number `number` could not be fetched. `why` is as in `AudioLost`, the other fields as
    in `FileArchived`."""

    number: int
    why: str
    text: str = ""
    first: bool = False
    answer: bool = False


class ReplyUndelivered(msgspec.Struct, frozen=True, tag="reply_undelivered"):
    """What a colleague wrote did not reach the candidate: `why` is unreachable (blocked, gone), refused (the
    platform does not accept it), or waits (until the candidate writes)."""

    why: str
    writer: Writer
