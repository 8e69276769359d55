"""Voice messages, from their arrival to the corrected transcript."""

from conversation.events.base import Event
from conversation.inbound import Segment


class VoiceReceived(
    Event,
    frozen=True,
    tag="voice",
    rename={"question": "q", "index": "i", "voice": "v", "message": "msg", "channel": "ch", "sent_ms": "sent"},
):
    """A part of an answer that was spoken: the interview's voice message number `voice`, from 1, to question
    number `index` (from 0). `kind`, `reference`, `size`, `duration_ms` and `recognised` (its own transcript) as
    the platform told them; `late` as in `PartReceived`."""

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
    recognised: str = ""


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


class VoiceWithdrawn(Event, frozen=True, tag="voice_withdrawn", rename={"voice": "v"}):
    """The candidate would rather say it again: this voice message no longer counts."""

    voice: int
