"""Types that several inbound events share."""

import msgspec


class Address(msgspec.Struct, frozen=True, array_like=True):
    """Where a person is reached: the name of the channel, our account on it, and the person's id there."""

    channel: str
    account: str
    user: str

    def __str__(self) -> str:
        return f"{self.channel}:{self.account}:{self.user}"


class Window(msgspec.Struct, frozen=True, array_like=True):
    """The messaging window: how many `messages` may be sent until `until_ms` (epoch milliseconds) to someone who
    does not write again."""

    until_ms: int
    messages: int


class Attachment(msgspec.Struct, frozen=True, array_like=True):
    """A file that goes with a message: its name, and its hash in the archive. `alt` describes a picture for those
    who cannot see it."""

    name: str
    sha256: str
    media_type: str
    alt: str = ""


class Writer(msgspec.Struct, frozen=True, array_like=True):
    """A colleague who wrote to a candidate.

    - `address`: where they wrote, and are answered.
    - `language`: the language in which they are answered.
    - `text`: the beginning of what they wrote.
    """

    address: Address
    language: str
    text: str = ""


class Client(msgspec.Struct, frozen=True, array_like=True):
    """What a page says about itself, as in `events.ClientSeen`. Empty fields are unknown."""

    device: str = ""
    browser: str = ""
    version: str = ""
    network: str = ""


class Media(msgspec.Struct, frozen=True, omit_defaults=True):
    """Recorded speech (or another file) as the platform has it.

    - `reference`: what the channel fetches it by: an id, never a link with a token in it.
    - `kind`: the platform's word for it (voice, audio, video_note and so on).
    - `size`: in bytes; 0: unknown.
    - `recognised`: the platform's own transcript, if it makes one.
    """

    reference: str
    kind: str = "voice"
    duration_ms: int = 0
    size: int = 0
    recognised: str = ""


class Segment(msgspec.Struct, frozen=True, array_like=True):
    """A stretch of a transcript. Times count from the start of the recording; `confidence` is from 0 to 1."""

    start_ms: int
    end_ms: int
    text: str
    confidence: float
