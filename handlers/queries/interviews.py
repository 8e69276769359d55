"""One candidate's interview: where it stands, when it was interrupted, and what was decided and noted."""

from typing import ClassVar

import msgspec

from conversation.contact import NO_CONTACT, Contact
from conversation.decide.claims import mark_of
from conversation.inbound import Slot
from conversation.script import Script, Wording
from conversation.state import State
from conversation.timing.messaging_window import room
from conversation.views.answers import Decision
from handlers.actions.approvals import Seconds
from handlers.actions.context import Context
from handlers.actions.targets import interview_of
from handlers.coverage import StageProgress, stage_progress
from handlers.imports.history import Earlier, earlier_interviews
from handlers.interview_views import Reading, read_interview
from handlers.organisation.rights import HELPS, HIRES, READS
from handlers.organisation.state import Role
from handlers.organisation.tokens import name_of
from handlers.queries.base import Answer, Query


class Reason(msgspec.Struct, frozen=True):
    """A reason for leaving. `id` is empty if none was given. `label` is the script's own, if it has one."""

    id: str
    label: Wording | None = None


def reason_of(script: Script, reason: str) -> Reason:
    known = script.reason(reason)
    return Reason(reason, known.label if known else None)


def reason_left(state: State, script: Script) -> Reason | None:
    """Return why the candidate left, or None if the candidate did not leave."""
    left = state.phase == "exited" or (state.phase == "lapsed" and state.reason)
    return reason_of(script, state.reason) if left else None


class Member(msgspec.Struct, frozen=True):
    """A colleague, by id. `name` is empty for one who has left."""

    person: str
    name: str


def member(context: Context, person: str) -> Member:
    return Member(person, name_of(context.organisation, person))


class PendingClaim(msgspec.Struct, frozen=True):
    """Someone at another account says that they are the candidate. `mark` identifies the claim."""

    channel: str
    mark: str


class InterviewView(msgspec.Struct, frozen=True):
    """Where an interview stands. Times are in epoch milliseconds, 0 if it has not happened.

    - `title`: the script's title; `version` is the script's version.
    - `reason`: why the candidate left; None if they did not.
    - `done`, `total`: how many questions are answered, and how many there are.
    - `active_ms`: how long the candidate worked, in milliseconds.
    - `channel`: the platform; empty before the candidate opened the link.
    - `writable_until_ms`: until when the candidate can be written to; 0 if no more, None if that is not limited.
    - `voices`, `unheard`: how many voice messages there are, and how many of them were not understood.
    """

    interview: str
    name: str
    campaign: str
    unit: str
    version: str
    title: Wording
    phase: str
    reason: Reason | None
    done: int
    total: int
    stages: tuple[StageProgress, ...]
    opened_ms: int
    started_ms: int
    last_ms: int
    active_ms: int
    deadline_ms: int
    channel: str
    writable_until_ms: int | None
    voices: int
    unheard: int
    claim: PendingClaim | None
    contact: Contact = NO_CONTACT


def interview_view(context: Context, state: State, script: Script) -> InterviewView:
    claim = state.claim
    return InterviewView(
        interview=state.interview,
        name=state.name,
        campaign=state.campaign,
        unit=state.unit,
        version=state.script,
        title=script.title,
        phase=state.phase,
        reason=reason_left(state, script),
        done=state.done,
        total=len(script.steps),
        stages=stage_progress(state, script),
        opened_ms=state.opened_ms,
        started_ms=state.started_ms,
        last_ms=state.last_ms,
        active_ms=state.active_ms,
        deadline_ms=state.deadline_ms,
        channel=state.address.channel if state.address else "",
        writable_until_ms=_writable_until(context, state),
        voices=state.voices,
        unheard=state.unheard,
        claim=PendingClaim(claim.address.channel, mark_of(claim)) if claim and claim.asked else None,
        contact=state.contact,
    )


def _writable_until(context: Context, state: State) -> int | None:
    left = room(state.window, context.now)
    if left is None or state.window is None or state.phase in ("unreachable", "erased"):
        return None
    return state.window.until_ms if left else 0


class Absence(msgspec.Struct, frozen=True):
    """An interruption. `returned_ms` is 0 while it lasts.

    `reason` and `said` are the candidate's; `cause` and `rule` are derived from circumstances.
    """

    at_ms: int
    kind: str
    returned_ms: int
    reason: Reason | None
    said: str
    via: str
    cause: str
    rule: str


class DecisionRow(msgspec.Struct, frozen=True):
    """A decision and everyone who made it, in order. `note` is empty where several people read along."""

    at_ms: int
    decision: str
    by: tuple[Member, ...]
    note: str


class ProposedDecision(msgspec.Struct, frozen=True):
    """A decision that still needs one of `seconds` to decide the same. `note` is as in `DecisionRow`."""

    at_ms: int
    decision: str
    by: Member
    note: str
    seconds: tuple[Member, ...]


class NoteRow(msgspec.Struct, frozen=True):
    """A colleague's note about the candidate."""

    at_ms: int
    text: str
    by: Member


class History(msgspec.Struct, frozen=True):
    """Interruptions, decisions and notes, oldest first, and the decision that is proposed.

    - `notes_withheld`: the number of notes that the reader may not see (yet).
    - `told`: the result that the candidate was told last, at `told_ms` (epoch milliseconds); empty: none.
    - `to_tell`: the result that they are still to be told; empty: none.
    - `appointment`: the time for the next round that they booked. `times_offered`: how many they were offered if
      they have booked none.
    """

    absences: tuple[Absence, ...]
    decisions: tuple[DecisionRow, ...]
    proposal: ProposedDecision | None
    notes: tuple[NoteRow, ...] = ()
    notes_withheld: int = 0
    told: str = ""
    told_ms: int = 0
    to_tell: str = ""
    appointment: Slot | None = None
    times_offered: int = 0


async def history_of(context: Context, found: Reading) -> History:
    unit, script, transcript = found.state.unit, found.script, found.transcript
    return History(
        tuple(
            Absence(
                each.at_ms,
                each.kind,
                each.returned_ms,
                reason_of(script, each.reason) if each.reason else None,
                each.said,
                each.via,
                each.cause,
                each.rule,
            )
            for each in transcript.interruptions
        ),
        tuple(
            DecisionRow(
                each.at_ms,
                each.decision,
                tuple(member(context, by) for by in (each.first, each.by) if by),
                each.note if context.private else "",
            )
            for each in transcript.decisions
        ),
        await _proposal(context, unit, transcript.proposal) if transcript.proposal else None,
        tuple(NoteRow(each.at_ms, each.text, member(context, each.by)) for each in found.notes.shown),
        found.notes.withheld,
        *((told.outcome, told.at_ms) if (told := found.state.told) else ("", 0)),
        found.state.release.outcome if found.state.release else "",
        found.state.appointment.held if found.state.appointment else None,
        _times_offered(found.state),
    )


def _times_offered(state: State) -> int:
    appointment = state.appointment
    return len(appointment.free) if appointment and not appointment.held else 0


async def _proposal(context: Context, unit: str, found: Decision) -> ProposedDecision:
    people = await Seconds(context.tools.store, context.organisation).of(found.by, HIRES, unit)
    return ProposedDecision(
        found.at_ms,
        found.decision,
        member(context, found.by),
        found.note if context.private else "",
        tuple(Member(each.id, each.name) for each in people),
    )


async def reading_of(context: Context, interview: str) -> Reading:
    """Read an interview that the person may see. Raises Refused."""
    state = await interview_of(context, interview, READS)
    script = await context.tools.intake.script(state.script)
    return await read_interview(context.tools.store, state, script, context.viewer)


class CandidateCard(Answer, frozen=True):
    """`earlier`: interviews before this system, which were imported."""

    interview: InterviewView
    history: History
    earlier: tuple[Earlier, ...] = ()


class ShowCandidate(Query, frozen=True, tag="show_candidate"):
    """Show where a candidate's interview stands, its interruptions, its decisions and the notes."""

    interview: str
    roles: ClassVar[frozenset[Role]] = READS

    async def answer(self, context: Context) -> CandidateCard:
        found = await reading_of(context, self.interview)
        view = interview_view(context, found.state, found.script)
        state, tools = found.state, context.tools
        before = await earlier_interviews(tools.store, state.interview, state.unit, context.viewer)
        return CandidateCard(view, await history_of(context, found), before)


class TalkLine(msgspec.Struct, frozen=True):
    """A message between the candidate and the staff. `by` is the colleague who wrote it; None: the candidate did.
    `file` is the name of a file that came with it."""

    at_ms: int
    text: str
    by: Member | None
    file: str


class SupportTalk(Answer, frozen=True):
    """What a candidate and the staff wrote to each other. `open`: the candidate's call for help is not over."""

    interview: str
    name: str
    open: bool
    lines: tuple[TalkLine, ...]


class ShowSupportTalk(Query, frozen=True, tag="show_support_talk"):
    """Show what a candidate and the staff wrote to each other, to those who may answer."""

    interview: str
    roles: ClassVar[frozenset[Role]] = HELPS

    async def answer(self, context: Context) -> SupportTalk:
        state = await interview_of(context, self.interview, HELPS)
        script = await context.tools.intake.script(state.script)
        found = await read_interview(context.tools.store, state, script, context.viewer)
        lines = (
            TalkLine(each.at_ms, each.text, member(context, each.by) if each.by else None, each.file)
            for each in found.transcript.support
        )
        return SupportTalk(state.interview, state.name, state.support is not None, tuple(lines))
