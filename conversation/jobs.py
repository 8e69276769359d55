"""Jobs: work that a step leaves for workers. A job holds all that its worker needs, so that no worker reads the
state, except for those of the assistant."""

from typing import Literal

import msgspec

from conversation.inbound import Address, Media


class _Job(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """`trace`: the `traceparent` of the commit that left the job; empty unless traces are recorded."""

    trace: str = ""


class FetchMedia(_Job, frozen=True, omit_defaults=True, tag="fetch"):
    """Fetch the recording of voice message number `voice` before the platform deletes it, and archive it.

    - `received_ms`: when the message was committed (epoch milliseconds).
    - `attempts`: how often the job was tried before.
    """

    interview: str
    voice: int
    sender: Address
    media: Media
    received_ms: int
    language: str
    script: str
    attempts: int = 0


class Transcribe(_Job, frozen=True, omit_defaults=True, tag="transcribe"):
    """Transcribe the archived recording with the hash `sha256` in `language`.

    - `script`: the version of the script whose terms help recognition.
    - `duration_ms`: the length that the platform reported; 0: none.
    - `recognised`: the platform's own transcript; empty: none.
    """

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


class FetchFile(_Job, frozen=True, omit_defaults=True, tag="file"):
    """Fetch the candidate's file number `number` and archive it. It was sent to the people who help, or, with
    `answer`, as part of an answer.

    - `name`: what the platform calls the file.
    - `text`: text that was sent with the file.
    - `first`: this is the first thing that the candidate says to the people who help.

    The other fields are as in `FetchMedia`.
    """

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


class Assess(_Job, frozen=True, omit_defaults=True, tag="assess"):
    """Have the assistant read the answer to `question`. Its worker reads the answer in the record, because
    transcripts may still be to come, and what candidates say stays out of the queue."""

    interview: str
    question: str
    received_ms: int
    attempts: int = 0


class DraftFollowUp(_Job, frozen=True, omit_defaults=True, tag="draft"):
    """Have the assistant word a follow-up question to the answer to `question` by `until_ms` (epoch milliseconds).
    As with `Assess`, its worker reads the answer in the record. `fixed` is the rules' wording, which says what is
    to be asked about."""

    interview: str
    question: str
    fixed: str
    received_ms: int
    until_ms: int


class ClaimPlace(_Job, frozen=True, omit_defaults=True, tag="place"):
    """Handle the candidate's request `number` about the appointment, as in `events.PlaceAsked`, in the
    organisation's record, which knows who else comes when."""

    interview: str
    number: int
    wish: Literal["list", "book", "cancel"]
    slot: str = ""
    attempts: int = 0


Job = FetchMedia | FetchFile | Transcribe | Assess | DraftFollowUp | ClaimPlace
