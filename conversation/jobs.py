"""Work that a step leaves for others to do, with what they need to know: no look into the state."""

import msgspec

from conversation.inbound import Address, Media


class FetchMedia(msgspec.Struct, frozen=True, omit_defaults=True, tag="fetch"):
    """Fetch the recording of voice message number `voice` before the platform forgets it, and archive it.
    `received_ms` is when it was committed (epoch), `attempts` how often it was tried."""

    interview: str
    voice: int
    sender: Address
    media: Media
    received_ms: int
    language: str
    script: str
    attempts: int = 0


class Transcribe(msgspec.Struct, frozen=True, omit_defaults=True, tag="transcribe"):
    """Transcribe the archived recording `sha256` in `language`; `script` is the version whose terms help.
    `duration_ms` is what the platform said, 0: nothing. `recognised` is the platform's own transcript."""

    interview: str
    voice: int
    sender: Address
    sha256: str
    received_ms: int
    language: str
    script: str
    duration_ms: int = 0
    recognised: str = ""
    attempts: int = 0


class FetchFile(msgspec.Struct, frozen=True, omit_defaults=True, tag="file"):
    """Fetch what the candidate sent to people, their file number `number`, and archive it; `name` is what the
    platform calls it, `text` what stands beside it; `first`: it is the first that they say. `answer`: it was not
    sent to people, but is part of an answer. Otherwise as `FetchMedia`."""

    interview: str
    number: int
    sender: Address
    media: Media
    received_ms: int
    name: str = ""
    text: str = ""
    first: bool = False
    attempts: int = 0
    answer: bool = False


Job = FetchMedia | FetchFile | Transcribe
