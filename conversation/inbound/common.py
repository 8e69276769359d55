"""What several inbound events have in common."""

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


class Segment(msgspec.Struct, frozen=True, array_like=True):
    """A stretch of a transcript; times from the recording's start, `confidence` from 0 to 1."""

    start_ms: int
    end_ms: int
    text: str
    confidence: float
