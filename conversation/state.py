"""The state: what the next step needs to know of an interview. Past answers are in the record, not here."""

from typing import Literal

import msgspec
from msgspec.structs import replace

from conversation.contact import NO_CONTACT, Contact
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
from conversation.state_parts import (
    NO_CLIENT,
    Appointment,
    Awaited,
    AwaitedFile,
    Claim,
    ColleagueMessage,
    Detour,
    Halt,
    Listed,
    OpenFollowUp,
    Part,
    Previous,
    Proposal,
    RatedBy,
    Release,
    Signs,
    Support,
    Told,
)

Phase = Literal["invited", "guided", "running", "paused", "completed", "exited", "lapsed", "unreachable", "erased"]
OPEN_PHASES = frozenset({"invited", "guided", "running", "paused"})

IDLE_MS = 10 * 60_000
"""After this long without a message, in milliseconds, the interview counts as interrupted. Longer gaps are not
working time."""

REMINDED_MS = 3600_000
"""A return within this time after a reminder, in milliseconds, is credited to the reminder."""
HELPED_MS = 24 * 3600_000
"""The same for what colleagues did: an extension, an answer, an announcement."""


class State(msgspec.Struct, frozen=True, omit_defaults=True):
    """The current state of an interview: the fold of its record. Times are epoch milliseconds, 0: not yet.

    Questions and answers:

    - `index`: the open question; -1 before the first, the number of questions after the last.
    - `question`: the id of the open question.
    - `reached`: the furthest question that was asked.
    - `skipped`: the unanswered questions up to there; `revisited`: those that were asked a second time.
    - `parts`: the messages of the open answer; `full`: another one was not taken, because there is no room.
    - `said`: a message kept aside that may belong to the answer; `said_at`: its place among `parts`.
    - `changeable`: the question of the answer that was submitted last and may still be changed; -1: none.
    - `detour`: what waits while an earlier answer is being changed.
    - `dropped`: what was said before the candidate started the open answer anew. The next message makes that
      final.
    - `follow_up`: the follow-up question to the answer just submitted, as long as it is open. `parts` are then
      what is said to it.
    - `reviewing`: all questions were asked, and the candidate looks at the answers.
    - `lost_at`: the furthest question during which the candidate was away (-1: none).

    Prompts:

    - `prompt`: what the candidate's next words are about.
    - `listed`: the choices that were shown last, if they are not the prompt's own.

    Absence:

    - `interruption`: why the candidate is away: silence, pause, exit, aside, unreachable or lapse; empty: they are
      not.
    - `brought`: what was last done to win them back since: reminder, announcement, extension, support or channel
      (another way in); empty: nothing. `brought_ms`: when.
    - `reason`: why they say they left; `group`: the group of that reason.
    - `cause`: the likely cause of this absence, with the rule that says so.
    - `unsolved`: the reason of which they were asked whether it is solved.
    - `report`: what recruiters are still to be notified of: exited or stalled.
    - `left_out`: the number of the last reminder that could not be sent.
    - `signs`: signs of what may make them stop.

    Voice messages and files:

    - `voices`: how many voice messages there are. Those in `awaited` have no transcript yet, `heard` of them have
      one and `unheard` will never have one.
    - `on_screen`: the voice message whose transcript was shown last; 0: something else was.
    - `text_only`: the candidate need not speak.
    - `files`: how many files the candidate has sent, to people and in answers. Of those in answers,
      `awaited_files` are not in the archive yet, and `lost_files` could not be fetched.

    Who and where:

    - `known`: the addresses at which the interview is or was, up to a limit.
    - `backlog_ms`: until when what the candidate did counts against `limits.BURST`; `strangers_ms`: the same for
      what accounts did that only have the link.
    - `phone`: the last four digits of the phone number in the roster; empty: unknown.
    - `contact`: the whole number and what else the roster says.
    - `claim`: a claim by someone who has the link, at another address.
    - `wrong_digits`: how often the digits of `phone` were given wrongly.
    - `refused`: addresses of which a recruiter said that they are not the candidate's.
    - `window`: how much may still be sent to the candidate before they write; None: no limit.
    - `client`: what `events.ClientSeen` said last.
    - `noticed`: how many circumstances were recorded.

    Recruiters and rights:

    - `decision`: what recruiters decided: yes, hold, no or withdrew; `proposed`: what the first of two colleagues
      decided.
    - `release`: the result that they are still to be told; `told`: the one that they were told.
    - `appointment`: the times for the next round that they were offered, and the one that they booked.
    - `rated`: who has rated which answers.
    - `assistant`: `told`: the candidate was told beforehand that an assistant reads the answers, too; `people`:
      they want people alone; empty: nothing was said, and it reads nothing.
    - `words`: they were also told that it words follow-up questions.
    - `colleague`: what a colleague wrote last to the candidate after the end, alone or among many.
    - `withdrawn`: the invitation was taken back, and nobody can open it.
    - `deletion`: the receipt number of a pending request for deletion; 0: none.
    - `declared`: the option of the script's `group_question` that they chose; empty: none. It is for counting
      alone: nothing that staff read or receive may contain it.
    - `adjusted`: the candidate has asked for an adjustment, such as more time.
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
    phone: str = ""
    consent: str = ""
    index: int = -1
    question: str = ""
    lost_at: int = -1
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
    invited_ms: int = 0
    opened_ms: int = 0
    started_ms: int = 0
    ended_ms: int = 0
    deadline_ms: int = 0
    asked_ms: int = 0
    last_ms: int = 0
    away_ms: int = 0
    away_sequence: int = 0
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
    rated: tuple[RatedBy, ...] = ()
    assistant: Literal["", "told", "people"] = ""
    words: bool = False
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
    full: bool = False
    backlog_ms: int = 0
    strangers_ms: int = 0
    signs: Signs = Signs()
    colleague: ColleagueMessage | None = None
    contact: Contact = NO_CONTACT
    adjusted: bool = False
    declared: str = ""
    release: Release | None = None
    told: Told | None = None
    follow_up: OpenFollowUp | None = None
    appointment: Appointment | None = None

    def spoken(self, voice: int) -> Part | None:
        """Return the part of the open answer that is this voice message; None if there is none."""
        return next((part for part in self.parts if part.voice == voice), None) if voice else None

    @property
    def done(self) -> int:
        """How many answers were submitted."""
        return sum(self.answered(index) for index in range(max(self.reached, self.index) + 1))

    def answered(self, index: int) -> bool:
        """Return whether an answer to this question was submitted."""
        if self.follow_up and index == self.index:
            return True
        still_open = self.detour.index if self.detour else self.index
        return 0 <= index <= max(self.reached, self.index) and index != still_open and index not in self.skipped

    @property
    def drafting_until_ms(self) -> int:
        """Until when the assistant words a follow-up question (epoch milliseconds); 0: it does not."""
        there = self.attentive and self.support is None
        return self.follow_up.until_ms if self.follow_up and there else 0

    @property
    def underlying(self) -> AnyPrompt:
        """What the interview itself asks in its phase, ignoring anything else that was asked beside it."""
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
        """Return the state with this prompt, whose own choices are the last ones on the screen."""
        return replace(self, prompt=prompt, listed=None)

    def resumed(self) -> "State":
        """Return the state with the prompt that the interview itself asks."""
        return self.asked(self.underlying)

    @property
    def answering(self) -> bool:
        """Whether a question is open. That includes changing the last answer after completion."""
        return self.phase == "running" or (self.phase == "completed" and self.detour is not None)

    @property
    def working(self) -> bool:
        """Whether time spent now counts as time spent on the interview."""
        return self.phase == "running" and self.support is None and self.halt is None

    def through(self, now: int) -> str:
        """Return what brought a candidate back who returns at `now`: what was last done to win them back, if that
        was recent, or else `saved` (they came by themselves to what is saved)."""
        while_ms = REMINDED_MS if self.brought == "reminder" else HELPED_MS
        return self.brought if self.brought and now <= self.brought_ms + while_ms else "saved"

    @property
    def away(self) -> bool:
        return bool(self.interruption)

    @property
    def silent(self) -> bool:
        """Whether the candidate has said nothing for a while and was not reminded, so that the question is still
        the last thing on the screen."""
        paused = self.phase == "paused" and self.interruption == "silence"
        return paused and bool(self.started_ms) and not self.reminded

    @property
    def attentive(self) -> bool:
        """Whether the candidate is at a question, as far as can be known."""
        if self.halt:
            return False
        return self.silent or (self.answering and not self.away)


class Record(msgspec.Struct, frozen=True):
    """A state with its place in the chain: it has `version` entries, the last of which has the hash `head`."""

    state: State
    version: int
    head: bytes
