"""Voice messages, from their arrival to the corrected transcript."""

from conversation.events.base import Event
from conversation.inbound import Segment


class VoiceReceived(
    Event,
    frozen=True,
    tag="voice",
    rename={"question": "q", "index": "i", "voice": "v", "message": "msg", "channel": "ch", "sent_ms": "sent"},
):
    """A spoken part of an answer.

    - `index`: the index of the question, from 0.
    - `voice`: the number of the voice message within the interview, from 1.
    - `kind`, `reference`, `size`, `duration_ms`: as reported by the platform.
    - `recognised`: the platform's own transcript; empty: none.
    - `late`: as in `PartReceived`.
    """

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
    """The recording is in the archive, byte for byte as received, under its SHA-256 (hex)."""

    voice: int
    sha256: str
    size: int
    format: str


class AudioLost(Event, frozen=True, tag="audio_lost", rename={"voice": "v"}):
    """The recording could not be fetched. `why` is gone, too_large, expired or no_space."""

    voice: int
    why: str


class Transcribed(Event, frozen=True, tag="transcribed", rename={"voice": "v"}):
    """The machine's transcript. `shown`: it was shown to the candidate, to be confirmed or corrected."""

    voice: int
    text: str
    confidence: float
    model: str
    duration_ms: int
    segments: tuple[Segment, ...] = ()
    shown: bool = False


class TranscriptFailed(Event, frozen=True, tag="untranscribed", rename={"voice": "v"}):
    """Nothing usable was understood; `why` is as in `inbound.TranscriptFailed`. `text` is kept but not trusted."""

    voice: int
    why: str
    duration_ms: int = 0
    text: str = ""


class TranscriptDelayed(Event, frozen=True, tag="transcript_delayed", rename={"voice": "v"}):
    """No speech model was available. The recording waits."""

    voice: int


class TranscriptConfirmed(Event, frozen=True, tag="transcript_confirmed", rename={"voice": "v"}):
    """The candidate submitted the transcript as it was shown."""

    voice: int


class TranscriptEdited(Event, frozen=True, tag="transcript_edited", rename={"voice": "v"}):
    """The candidate's own words, which replace the machine's."""

    voice: int
    text: str


class CorrectionStarted(Event, frozen=True, tag="correction_started", rename={"voice": "v"}):
    """The candidate was asked to type what they said."""

    voice: int


class VoiceWithdrawn(Event, frozen=True, tag="voice_withdrawn", rename={"voice": "v"}):
    """The candidate would rather say it again: this voice message no longer counts."""

    voice: int
