"""What the next step needs to know of an interview. Past answers are in the record, not here."""

from typing import Literal

import msgspec
from msgspec.structs import replace

from conversation.inbound import Address, Window
from conversation.prompt import (
    AnswerPrompt,
    AnyPrompt,
    AwayPrompt,
    DeletionPrompt,
    GuidePrompt,
    LapsedPrompt,
    NoPrompt,
    ReviewPrompt,
)

Phase = Literal["invited", "guided", "running", "paused", "completed", "exited", "lapsed", "unreachable", "erased"]
OPEN_PHASES = frozenset({"invited", "guided", "running", "paused"})

IDLE_MS = 10 * 60_000
"""After this long without a message the interview counts as interrupted; longer gaps are not working time."""

REMINDED_MS = 3600_000
"""Whoever comes back so soon after a reminder came through it."""
HELPED_MS = 24 * 3600_000
"""The same of what colleagues did: more time, an answer, a broadcast."""

Hearing = Literal["", "pending", "heard", "edited", "failed"]
"""How far a spoken part is: its transcript is awaited, there, corrected by the candidate, or will never be."""


class Part(msgspec.Struct, frozen=True, array_like=True):
    """One message of the open answer. `value` is the chosen option's id or the number, where it is one. A spoken
    part has the number of its voice message, its length in seconds (0: unknown), how far its transcript is, and
    the number of that among the interview's transcripts, in the order in which they came (0: none). A file has its
    number, and its name (or kind) as `text`."""

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
    """A file of an answer that is not in the archive as yet: its number, the index of its question, its name (or
    kind), and whether the candidate still counts it."""

    number: int
    index: int
    name: str
    counts: bool = True


class Awaited(msgspec.Struct, frozen=True, array_like=True):
    """A voice message without a transcript as yet: its number, the index of its question, its length, the language
    in which it was spoken, and whether the candidate still counts it."""

    voice: int
    index: int
    seconds: int
    language: str = ""
    counts: bool = True


class Support(msgspec.Struct, frozen=True, array_like=True):
    """The candidate talks to people since `since_ms`; the last word of either side was at `seen_ms`. `told`: they
    know that it was passed on. Since `waits_ms` they wait for an answer (0: they do not), of which the staff were
    `reminded`. Nobody is there before `staffed_ms` (0: somebody is, as far as we know)."""

    since_ms: int
    seen_ms: int
    told: bool = False
    waits_ms: int = 0
    reminded: bool = False
    staffed_ms: int = 0


class Detour(msgspec.Struct, frozen=True, array_like=True):
    """The open question that the candidate left to change an earlier answer: its index and id, what was said to
    it, and when it was asked. `review`: they were looking at all answers instead, and the index is behind the
    last."""

    index: int
    question: str
    parts: tuple[Part, ...] = ()
    said: Part | None = None
    said_at: int = 0
    asked_ms: int = 0
    review: bool = False


class Claim(msgspec.Struct, frozen=True, array_like=True):
    """Somebody at `address` has the link of an interview that was begun elsewhere, and says it is theirs. They may
    name the phone's last digits `tries` more times; `asked`: a recruiter was asked to confirm it."""

    address: Address
    tries: int
    asked: bool = False


class Listed(msgspec.Struct, frozen=True, array_like=True):
    """The choices that were shown last, in their order. `by_name`: without numbers, because a typed number is an
    answer."""

    choices: tuple[str, ...]
    by_name: bool = False


class Previous(msgspec.Struct, frozen=True, array_like=True):
    """The answer submitted last, for messages that were sent before the submission and arrive after it."""

    question: str
    asked_ms: int
    submitted_ms: int


class Proposal(msgspec.Struct, frozen=True, array_like=True):
    """What a colleague decided, where it takes a second one."""

    decision: str
    by: str


class Halt(msgspec.Struct, frozen=True, array_like=True):
    """Our account stands still, and the candidate has written since `since_ms`; they were last told at
    `told_ms`."""

    since_ms: int
    told_ms: int = 0


class Signs(msgspec.Struct, frozen=True, array_like=True):
    """What may make the candidate stop, for `causes`. Since when (epoch, 0: no) their connection is lost, their
    page hidden or closed; when something of ours failed last. At the open question: how often the connection was
    lost, how many voice messages were not understood, how often the answer was begun anew, and how long they had
    worked before it was asked."""

    lost_ms: int = 0
    hidden_ms: int = 0
    closed_ms: int = 0
    ours_ms: int = 0
    losses: int = 0
    unheard: int = 0
    restarts: int = 0
    active_ms: int = 0


NO_CLIENT = ("", "", "", "", "")
"""Nothing is known of what the candidate writes with."""


class State(msgspec.Struct, frozen=True, omit_defaults=True):
    """An interview now: the fold of its record.

    `index` is the open question (-1 before the first; the number of questions after the last), `reached` the
    furthest one that was asked. Of the questions up to there, `skipped` are unanswered, of which `revisited` were
    asked a second time. `changeable` is the index of the answer that was handed in last and may still be changed
    (-1: none); `detour` is what waits while an earlier answer is being changed, `dropped` what the candidate said
    before they began the open answer anew, which the next message makes final.

    `prompt` is what the next words are about; `listed` are the choices that were shown last, where they are not
    the prompt's own. `reviewing`: all questions were asked, and the candidate looks at the answers.
    `interruption` is not empty while the candidate is away: silence, pause, exit, aside, unreachable, lapse;
    `brought` is what was done last to win them back since then: reminder, announcement, extension, support,
    channel (another way in), empty: nothing; at `brought_ms`. Of `voices` voice messages, those `awaited` have
    no transcript yet, `heard` have one and `unheard` never will have; the transcript of number `on_screen` is
    what was shown last (0: something else). `text_only`: the candidate need not speak. `deletion` is the
    receipt's number of a request for deletion that waits (0: none). `claim` is somebody's who has the link, at
    another place; `wrong_digits` is how often the last four digits of the phone number in the roster
    (`phone`, empty: not known) were named wrongly; `refused` are accounts of which a recruiter said that they are
    not the candidate's. `decision` is what recruiters decided: yes, hold, no; `proposed` what a first of two did.
    `withdrawn`: the invitation was taken back, nobody can open it. `left_out` is the number of the last reminder
    that could not be sent;
    `window` is how much may still be sent to the candidate before they write, None: as much as we like. `files`
    is how many files the candidate has sent, to people and in answers; of the latter `awaited_files` are not in
    the archive yet, and `lost_files` could not be had. `question` is the open one's id, `lost` whether the
    candidate was away at it. `group` is that of the `reason`; `cause` is the likely cause of this time away,
    with the rule that says so; `unsolved` is the reason of which they were asked whether it is solved. `client`
    is what `events.ClientSeen` said last, `noticed` how many circumstances were. Times are epoch milliseconds,
    0: not yet."""

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
    phone: str = ""
    consent: str = ""
    index: int = -1
    question: str = ""
    lost: bool = False
    parts: tuple[Part, ...] = ()
    reached: int = -1
    skipped: tuple[int, ...] = ()
    revisited: tuple[int, ...] = ()
    changeable: int = -1
    detour: Detour | None = None
    dropped: tuple[Part, ...] = ()
    prompt: AnyPrompt = NoPrompt()
    listed: Listed | None = None
    reviewing: bool = False
    interruption: str = ""
    brought: str = ""
    brought_ms: int = 0
    aside: bool = False
    voices: int = 0
    awaited: tuple[Awaited, ...] = ()
    on_screen: int = 0
    heard: int = 0
    unheard: int = 0
    text_only: bool = False
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
    reminded_ms: int = 0
    left_out: int = 0
    interruptions: int = 0
    reason: str = ""
    group: str = ""
    cause: str = ""
    unsolved: str = ""
    report: str = ""
    asked_why: bool = False
    code_sha256: str = ""
    code_until_ms: int = 0
    requests: int = 0
    deletion: int = 0
    claim: Claim | None = None
    wrong_digits: int = 0
    refused: tuple[Address, ...] = ()
    face: int = 0
    decision: str = ""
    proposed: Proposal | None = None
    withdrawn: bool = False
    support: Support | None = None
    window: Window | None = None
    halt: Halt | None = None
    files: int = 0
    awaited_files: tuple[AwaitedFile, ...] = ()
    notices_to: Address | None = None
    lost_files: int = 0
    client: tuple[str, ...] = NO_CLIENT
    noticed: int = 0
    signs: Signs = Signs()

    def spoken(self, voice: int) -> Part | None:
        """The part of the open answer that is this voice message."""
        return next((part for part in self.parts if part.voice == voice), None) if voice else None

    @property
    def done(self) -> int:
        """How many answers were handed in."""
        return sum(self.answered(index) for index in range(max(self.reached, self.index) + 1))

    def answered(self, index: int) -> bool:
        """Whether an answer to this question was handed in."""
        still_open = self.detour.index if self.detour else self.index
        return 0 <= index <= max(self.reached, self.index) and index != still_open and index not in self.skipped

    @property
    def underlying(self) -> AnyPrompt:
        """What the interview itself asks in its phase, whatever else was asked beside it."""
        open_question: AnyPrompt = ReviewPrompt() if self.reviewing and not self.detour else AnswerPrompt()
        match self.phase:
            case "guided":
                return GuidePrompt()
            case "running":
                return open_question
            case "completed" if self.detour:
                return AnswerPrompt()
            case "paused" if self.interruption == "silence":
                return open_question if self.started_ms else GuidePrompt()
            case "paused" | "exited" | "unreachable":
                return DeletionPrompt() if self.deletion else AwayPrompt()
            case "lapsed":
                return LapsedPrompt()
            case _:
                return NoPrompt()

    def asked(self, prompt: AnyPrompt) -> "State":
        """With this prompt, whose own choices are the last on the screen."""
        return replace(self, prompt=prompt, listed=None)

    def resumed(self) -> "State":
        """Back to what the interview itself asks."""
        return self.asked(self.underlying)

    @property
    def answering(self) -> bool:
        """Whether a question is open: also after the end, while the last answer is being changed."""
        return self.phase == "running" or (self.phase == "completed" and self.detour is not None)

    @property
    def working(self) -> bool:
        """Whether time spent now is time spent on the interview."""
        return self.phase == "running" and self.support is None and self.halt is None

    def through(self, now: int) -> str:
        """Of whoever comes back now: what was done last to win them back, if that was not long ago; saved: they
        come by themselves to what is saved."""
        while_ms = REMINDED_MS if self.brought == "reminder" else HELPED_MS
        return self.brought if self.brought and now <= self.brought_ms + while_ms else "saved"

    @property
    def away(self) -> bool:
        return bool(self.interruption)

    @property
    def silent(self) -> bool:
        """The candidate has said nothing for a while, and nothing was said to them: the question is still the last
        thing on the screen."""
        paused = self.phase == "paused" and self.interruption == "silence"
        return paused and bool(self.started_ms) and not self.reminded

    @property
    def attentive(self) -> bool:
        """The candidate is at a question, as far as anybody can tell."""
        if self.halt:
            return False
        return self.silent or (self.answering and not self.away)


class Record(msgspec.Struct, frozen=True):
    """A state with its place in the chain: `version` entries, the last of which has the hash `head`."""

    state: State
    version: int
    head: bytes
