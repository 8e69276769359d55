"""What the next step needs to know of an interview. Past answers are in the record, not here."""

from typing import Literal

import msgspec

from conversation.inbound import Address

Phase = Literal["invited", "guided", "running", "paused", "completed", "exited", "lapsed", "unreachable", "erased"]
OPEN_PHASES = frozenset({"invited", "guided", "running", "paused"})

IDLE_MS = 10 * 60_000
"""After so long without a word the interview counts as interrupted; longer gaps are not working time."""


class Part(msgspec.Struct, frozen=True, array_like=True):
    """One message of the open answer. `value` is the chosen option's id or the number, where it is one."""

    message: str
    kind: str
    text: str
    value: str = ""


class Previous(msgspec.Struct, frozen=True, array_like=True):
    """The answer submitted last, for messages that were sent before the submission and arrive after it."""

    question: str
    asked_ms: int
    submitted_ms: int


class State(msgspec.Struct, frozen=True, omit_defaults=True):
    """An interview now: the fold of its record.

    `index` is the open question (-1 before the first; the number of questions after the last). `expecting`
    says what the next plain message is, where it is not an answer. `interruption` is not empty while the
    candidate is away: silence, pause, exit, aside, unreachable, lapse. Times are epoch milliseconds, 0: not
    yet.
    """

    interview: str
    campaign: str
    script: str
    phase: Phase = "invited"
    name: str = ""
    language: str = "zh"
    address: Address | None = None
    known: tuple[Address, ...] = ()
    unit: str = ""
    walk_in: bool = False
    consent: str = ""
    index: int = -1
    parts: tuple[Part, ...] = ()
    expecting: str = ""
    interruption: str = ""
    aside: bool = False
    said: Part | None = None
    said_at: int = 0
    previous: Previous | None = None
    opened_ms: int = 0
    started_ms: int = 0
    ended_ms: int = 0
    deadline_ms: int = 0
    asked_ms: int = 0
    last_ms: int = 0
    away_ms: int = 0
    postponed_ms: int = 0
    active_ms: int = 0
    reminded: int = 0
    interruptions: int = 0
    reason: str = ""
    report: str = ""
    asked_why: bool = False
    code_sha256: str = ""
    code_until_ms: int = 0
    requests: int = 0
    face: int = 0

    @property
    def away(self) -> bool:
        return bool(self.interruption)


class Record(msgspec.Struct, frozen=True):
    """A state with its place in the chain: `version` entries, the last of which has the hash `head`."""

    state: State
    version: int
    head: bytes
