"""The parts of an interview's state."""

from typing import Literal

import msgspec

from conversation.inbound import Address, Attachment, Slot, Writer
from conversation.script import Wording

Hearing = Literal["", "pending", "heard", "edited", "failed"]
"""The state of a spoken part's transcript: awaited (`pending`), there (`heard`), corrected by the candidate
(`edited`) or never to come (`failed`). Empty for a part that was not spoken."""


class Part(msgspec.Struct, frozen=True, array_like=True):
    """One message of the open answer.

    - `text`: what was said; for a file, its name or kind.
    - `value`: the id of the chosen option, or the number, if the message is one.
    - `voice`: the number of the voice message; 0: not spoken.
    - `seconds`: the length of the voice message; 0: unknown.
    - `hearing`: the state of its transcript.
    - `transcript`: the transcript's number, counted over the interview in the order of arrival; 0: none yet.
    - `file`: the number of the file; 0: no file.
    """

    message: str
    kind: str
    text: str
    value: str = ""
    voice: int = 0
    seconds: int = 0
    hearing: Hearing = ""
    transcript: int = 0
    file: int = 0


class AwaitedFile(msgspec.Struct, frozen=True, array_like=True):
    """A file of an answer that is not in the archive yet.

    - `index`: the index of its question.
    - `name`: its name or kind.
    - `counts`: whether it is still part of the answer; False after the candidate started the answer anew.
    """

    number: int
    index: int
    name: str
    counts: bool = True


class Awaited(msgspec.Struct, frozen=True, array_like=True):
    """A voice message that has no transcript yet.

    - `index`: the index of its question.
    - `language`: the interview's language when it was spoken.
    - `counts`: whether it is still part of the answer; False after the candidate withdrew it.
    """

    voice: int
    index: int
    seconds: int
    language: str = ""
    counts: bool = True


class Support(msgspec.Struct, frozen=True, array_like=True):
    """A conversation with people. Times are epoch milliseconds.

    - `since_ms`: when the candidate asked for help.
    - `seen_ms`: when either side last wrote.
    - `told`: something the candidate wrote was passed on, and the candidate knows.
    - `waits_ms`: since when the candidate waits for an answer; 0: they do not.
    - `reminded`: the staff were reminded that the candidate waits.
    - `staffed_ms`: when somebody will be there; 0: somebody is there now, as far as is known.
    """

    since_ms: int
    seen_ms: int
    told: bool = False
    waits_ms: int = 0
    reminded: bool = False
    staffed_ms: int = 0


class Detour(msgspec.Struct, frozen=True, array_like=True):
    """The open question that the candidate left to change an earlier answer.

    - `index`, `question`: its index and id.
    - `parts`, `said`, `said_at`: what was said to it, as in `State`.
    - `asked_ms`: when it was asked.
    - `review`: the candidate left the final review instead, and `index` is the number of questions.
    """

    index: int
    question: str
    parts: tuple[Part, ...] = ()
    said: Part | None = None
    said_at: int = 0
    asked_ms: int = 0
    review: bool = False


class Claim(msgspec.Struct, frozen=True, array_like=True):
    """Someone at `address` has the link of an interview that was begun elsewhere and says that it is theirs.

    - `tries`: how many more times they may give the last digits of the phone number.
    - `asked`: a recruiter was asked to confirm the claim.
    """

    address: Address
    tries: int
    asked: bool = False


class Listed(msgspec.Struct, frozen=True, array_like=True):
    """The choices that were shown last, in order. `by_name`: without numbers, because a typed number is an
    answer."""

    choices: tuple[str, ...]
    by_name: bool = False


class Previous(msgspec.Struct, frozen=True, array_like=True):
    """The answer that was submitted last, for messages that were sent before the submission and arrive after
    it. `sequence` is that of the inbound event that submitted it; 0: unknown."""

    question: str
    asked_ms: int
    submitted_ms: int
    sequence: int = 0


class Proposal(msgspec.Struct, frozen=True, array_like=True):
    """A decision by a first colleague, to be confirmed by a second one."""

    decision: str
    by: str


class RatedBy(msgspec.Struct, frozen=True, array_like=True):
    """A colleague who has rated the answers to these questions."""

    by: str
    questions: tuple[str, ...] = ()


class ColleagueMessage(msgspec.Struct, frozen=True, array_like=True):
    """What a colleague wrote to the candidate last, at `at_ms` (epoch milliseconds).

    `answered`: something was passed on since, and the candidate knows.
    """

    at_ms: int
    answered: bool = False


class Halt(msgspec.Struct, frozen=True, array_like=True):
    """The candidate has written since `since_ms`, while our account is paused. They were last notified at
    `told_ms` (0: not yet)."""

    since_ms: int
    told_ms: int = 0


class Signs(msgspec.Struct, frozen=True, array_like=True):
    """Signs of what may make the candidate stop, from which `dropout.attribution` derives the cause.

    Since when (epoch milliseconds, 0: not the case):

    - `lost_ms`: the connection is lost.
    - `hidden_ms`: the page is hidden.
    - `closed_ms`: the page is closed.
    - `ours_ms`: when something on our side last failed.
    - `paused_ms`: when our account was last found to be paused.

    At the open question:

    - `losses`: how often the connection was lost.
    - `unheard`: how many voice messages were not understood.
    - `restarts`: how often the answer was started anew.
    - `active_ms`: how long the candidate had worked before the question was asked.
    """

    lost_ms: int = 0
    hidden_ms: int = 0
    closed_ms: int = 0
    ours_ms: int = 0
    losses: int = 0
    unheard: int = 0
    restarts: int = 0
    active_ms: int = 0
    paused_ms: int = 0


NO_CLIENT = ("", "", "", "", "")
"""The value of `State.client` if nothing is known of the candidate's client."""


class Release(msgspec.Struct, frozen=True, array_like=True):
    """A result that the candidate has not been told yet, as in `events.ResultReleased`."""

    outcome: str
    by: str
    text: str = ""
    due_ms: int = 0
    writer: Writer | None = None
    unit: Wording | None = None


class Told(msgspec.Struct, frozen=True, array_like=True):
    """The result that the candidate was told last, and when (epoch milliseconds)."""

    outcome: str
    at_ms: int


class OpenFollowUp(msgspec.Struct, frozen=True, array_like=True):
    """The follow-up question that is open. The answer to the question itself is handed in.

    - `model`: the language model that worded it; empty: written rules did.
    - `until_ms`: the question was not asked yet, because the assistant words it: until then (epoch milliseconds).
      `text` is then what is asked otherwise, and `why` as in `events.FollowUpAsked`; 0: it was asked.
    """

    text: str
    model: str = ""
    why: str = ""
    until_ms: int = 0


class Asking(msgspec.Struct, frozen=True, array_like=True):
    """A request about the appointment that has no answer yet, as in `events.PlaceAsked`, made at `since_ms`."""

    wish: Literal["list", "book", "cancel"]
    slot: str
    since_ms: int


class Appointment(msgspec.Struct, frozen=True, omit_defaults=True):
    """The appointment for the next round. Times are epoch milliseconds.

    - `free`: the times that could be booked when that was last seen.
    - `by`: the colleague who offered them.
    - `news`: what the candidate is still to be sent: the offer, or that their time was withdrawn.
    - `due_ms`: when that is sent; 0: with the result, or when they write next.
    - `file`: goes with that.
    - `held`: the time that is booked, since `since_ms`.
    - `number`: the number of the last request; `asking`: the request, while it has no answer.
    - `withdrawn`: the ids of times that colleagues withdrew lately.
    - `reminded`: how many reminders of `held` are over.
    - `changed`: how the appointment changed last, at `changed_ms`: booked, moved, cancelled, or withdrawn by a
      colleague. `former`: the time that was given up then.
    """

    free: tuple[Slot, ...] = ()
    by: str = ""
    news: Literal["", "offer", "withdrawn"] = ""
    due_ms: int = 0
    file: Attachment | None = None
    held: Slot | None = None
    since_ms: int = 0
    number: int = 0
    asking: Asking | None = None
    withdrawn: tuple[str, ...] = ()
    reminded: int = 0
    changed: Literal["", "booked", "moved", "cancelled", "withdrawn"] = ""
    changed_ms: int = 0
    former: Slot | None = None
