"""Pictures and documents in answers."""

from conversation.events.base import Event
from conversation.inbound import Attachment


class PartFile(
    Event,
    frozen=True,
    tag="part_file",
    rename={"question": "q", "index": "i", "number": "n", "message": "msg", "channel": "ch", "sent_ms": "sent"},
):
    """A file as a part of the answer to question number `index` (from 0): the interview's file number `number`
    (from 1, shared with files to people). `kind`, `reference`, `name` and `size` as the platform told them; `text`
    stood beside it and is a part of the answer, too. `late` as in `PartReceived`."""

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
    """The file is in the archive, `size` bytes of it."""

    number: int
    file: Attachment
    size: int


class PartFileLost(Event, frozen=True, tag="part_file_lost", rename={"number": "n"}):
    """The file could not be had: gone, too_large, expired. It no longer counts; what stood beside it does."""

    number: int
    why: str
