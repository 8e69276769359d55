"""Pictures and documents in answers."""

from conversation.events.base import Event
from conversation.inbound import Attachment


class PartFile(
    Event,
    frozen=True,
    tag="part_file",
    rename={"question": "q", "index": "i", "number": "n", "message": "msg", "channel": "ch", "sent_ms": "sent"},
):
    """A file as a part of an answer.

    - `index`: the index of the question, from 0.
    - `number`: the number of the file within the interview, from 1; files sent to people are counted, too.
    - `kind`, `reference`, `name`, `size`: as reported by the platform.
    - `text`: text that was sent with the file and is part of the answer, too.
    - `late`: as in `PartReceived`.
    """

    question: str
    index: int
    number: int
    kind: str
    reference: str
    name: str = ""
    text: str = ""
    size: int = 0
    message: str = ""
    channel: str = ""
    sent_ms: int = 0
    late: bool = False


class PartFileKept(Event, frozen=True, tag="part_file_kept", rename={"number": "n"}):
    """The file is in the archive; it has `size` bytes."""

    number: int
    file: Attachment
    size: int


class PartFileLost(Event, frozen=True, tag="part_file_lost", rename={"number": "n"}):
    """The file could not be fetched; `why` is as in `AudioLost`. It no longer counts, but text sent with it
    does."""

    number: int
    why: str
