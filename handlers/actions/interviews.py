"""Actions on one interview: decisions, claims to be the candidate, another messenger, erasure."""

from typing import ClassVar, Literal

from msgspec.structs import replace

from conversation import events as e
from conversation.decide.channel_switch import STAFF_CODE_LENGTH, STAFF_CODE_MS, code_from
from conversation.decide.claims import mark_of
from conversation.decide.staff import DECISIONS, WITHDREW
from conversation.inbound import ClaimAnswered, CodeAsked, DecisionMade, Inbound
from conversation.record.audit import unseal
from conversation.state import State
from conversation.views.answers import read
from handlers.actions.approvals import Seconds, check_independent
from handlers.actions.base import Action, Preview, Result
from handlers.actions.context import Candidate, Channel, Context, Refused, Term, candidate
from handlers.actions.targets import has_happened, interview_of
from handlers.coverage import unassessed
from handlers.organisation.rights import HIRES, LEADS
from handlers.organisation.state import Role
from storage.ports import ErasureOrder

MOST_NOTE = 500
"""Maximum length of a note, in characters."""


class Decided(Result, frozen=True):
    """The result.

    - `proposed`: the decision awaits a second colleague, one of `seconds` (their names).
    - `ended`: what became of the `proposal` of another colleague, `proposer`: this decision confirmed it, replaced
      it by another proposal, or settled the matter without it. Empty if there was none.
    - `withdrawn`: the result that the candidate was still to be told, and now is not; empty if there was none.
    """

    candidate: Candidate
    decision: str
    note: str
    proposed: bool
    seconds: tuple[str, ...] = ()
    ended: Literal["", "confirmed", "replaced", "settled"] = ""
    proposer: str = ""
    proposal: str = ""
    withdrawn: str = ""


class Decide(Action, frozen=True, omit_defaults=True, tag="decide"):
    """Record a decision about a candidate, who is not told.

    Refuses to reject a candidate for not having finished.
    """

    interview: str
    decision: str
    note: str = ""
    roles: ClassVar[frozenset[Role]] = HIRES
    personal: ClassVar[bool] = True

    @property
    def line(self) -> str:
        return f"/decide {self.interview} {self.decision}"

    async def check(self, context: Context) -> State:
        """Return the interview's state if this can be decided. Raises Refused."""
        if self.decision not in DECISIONS:
            raise Refused("decide.unknown", decision=self.decision[:40])
        if len(self.note) > MOST_NOTE:
            raise Refused("decide.note", most=MOST_NOTE)
        state = await interview_of(context, self.interview, self.roles)
        if self.decision == "no" and state.phase != "completed":
            raise await _unfinished(context, state)
        if self._takes_two(context, state) and state.proposed and state.proposed.decision == self.decision:
            await check_independent(context, state.proposed.by, self.roles, state.unit)
        return state

    async def execute(self, context: Context) -> Decided:
        state = await self.check(context)
        two = self._takes_two(context, state)
        what = DecisionMade(self.decision, context.person.id, self.note, two)
        result = await context.tools.intake.apply(state.interview, Inbound(self._cause(context), what))
        if result not in ("committed", "duplicate"):
            raise Refused("candidate.unknown", name=self.interview)
        return await self._result(context, state)

    def _takes_two(self, context: Context, state: State) -> bool:
        return self.decision != WITHDREW and context.organisation.takes_two(state.unit, "decisions")

    def _cause(self, context: Context) -> str:
        return f"{context.cause}:decide:{self.interview}"

    async def _result(self, context: Context, state: State) -> Decided:
        """Return the result as the record shows it, so that it is the same when the action is executed again."""
        before: e.DecisionProposed | None = None
        proposed = False
        for stored in await context.tools.store.interviews.entries(state.interview):
            entry = unseal(stored)[1]
            here = entry.cause == self._cause(context)
            for event in entry.events:
                if isinstance(event, e.DecisionProposed | e.Decided):
                    proposed = isinstance(event, e.DecisionProposed)
                    if here:
                        result = await self._told(context, state, before, proposed=proposed)
                        return replace(result, withdrawn=_withdrawn(entry))
                    before = event if isinstance(event, e.DecisionProposed) else None
        return Decided(candidate(state), self.decision, self.note, proposed)

    async def _told(
        self, context: Context, state: State, before: e.DecisionProposed | None, *, proposed: bool
    ) -> Decided:
        people = Seconds(context.tools.store, context.organisation)
        seconds = await people.of(context.person.id, self.roles, state.unit) if proposed else []
        result = Decided(
            candidate(state), self.decision, self.note, proposed, tuple(each.name for each in seconds)
        )
        if before is None or before.by == context.person.id:
            return result
        ended: Literal["confirmed", "replaced", "settled"] = "replaced" if proposed else "settled"
        if not proposed and before.decision == self.decision:
            ended = "confirmed"
        return replace(result, ended=ended, proposer=before.by, proposal=before.decision)


def _withdrawn(entry: e.Entry) -> str:
    return next((each.outcome for each in entry.events if isinstance(each, e.ResultWithdrawn)), "")


async def _unfinished(context: Context, state: State) -> Refused:
    script = await context.tools.intake.script(state.script)
    return Refused(
        "decide.unfinished",
        about=state,
        name=candidate(state),
        done=state.done,
        total=len(script.steps),
        stages=tuple(each.in_(context.language) for each in unassessed(state, script)),
    )


# claims: someone at another account says that they are the candidate


class ClaimSettled(Result, frozen=True):
    """The answered claim. `channel` is the platform of the account that made it."""

    candidate: Candidate
    channel: Channel
    accepted: bool


class AnswerClaim(Action, frozen=True, omit_defaults=True, tag="answer_claim"):
    """Accept or reject a claim by someone with a candidate's link, at another account, to be that candidate.

    With a `mark`, only the claim with that mark is answered, not a later one.
    """

    interview: str
    accepted: bool
    mark: str = ""
    roles: ClassVar[frozenset[Role]] = HIRES

    @property
    def line(self) -> str:
        return f"/confirm {self.interview} {'yes' if self.accepted else 'no'}"

    async def execute(self, context: Context) -> ClaimSettled:
        state = await interview_of(context, self.interview, self.roles)
        cause = f"{context.cause}:confirm"
        if not await has_happened(context, state.interview, cause):
            check_claim(state, self.mark)
        mark = self.mark or (mark_of(state.claim) if state.claim else "")
        answer = ClaimAnswered(self.accepted, context.person.id, mark)
        await context.tools.intake.answer_claim(state.interview, Inbound(cause, answer))
        if not await has_happened(context, state.interview, cause):
            raise nobody_waits(state)  # a colleague was faster
        return ClaimSettled(candidate(state), claimed_at(state), self.accepted)


def check_claim(state: State, mark: str) -> None:
    """Raise Refused unless a claim awaits an answer and, if a mark is given, has that mark."""
    if state.claim is None or not state.claim.asked:
        raise nobody_waits(state)
    if mark not in ("", mark_of(state.claim)):
        raise Refused("confirm.another", about=state, name=candidate(state), channel=claimed_at(state))


def nobody_waits(state: State) -> Refused:
    return Refused("confirm.nobody", about=state, name=candidate(state))


def claimed_at(state: State) -> Channel:
    """Return the platform of the pending claim, or the interview's own if there is none."""
    address = state.claim.address if state.claim else state.address
    return Channel(address.channel if address else "")


# continuing in another messenger


class WayElsewhere(Result, frozen=True):
    """A code with which the candidate continues in another messenger, and its link on each channel.

    `hours` is how long the code is valid.
    """

    candidate: Candidate
    code: str
    links: dict[str, str]
    hours: int


class SwitchMessenger(Action, frozen=True, tag="switch_messenger"):
    """Create a code with which a candidate who has begun can continue the interview in another messenger."""

    interview: str
    roles: ClassVar[frozenset[Role]] = HIRES

    @property
    def line(self) -> str:
        return f"/invite {self.interview}"

    async def execute(self, context: Context) -> WayElsewhere:
        state = await interview_of(context, self.interview, self.roles)
        nonce, cause = context.nonce(), f"{context.cause}:elsewhere"
        asked = Inbound(cause, CodeAsked(context.person.id), nonce=nonce)
        result = await context.tools.intake.apply(state.interview, asked)
        if result not in ("committed", "duplicate") and not await has_happened(context, state.interview, cause):
            why = "completed" if state.phase == "completed" else "over" if state.address else "unopened"
            raise Refused(f"elsewhere.{why}", about=state, name=candidate(state))
        code = code_from(nonce, STAFF_CODE_LENGTH)
        return WayElsewhere(candidate(state), code, context.tools.links(code), STAFF_CODE_MS // 3600_000)


# erasing


class ErasurePreview(Preview, frozen=True):
    """Whose data would be erased, and how much there is."""

    candidate: Candidate
    campaign: str
    state: Term
    parts: int
    recordings: int
    files: int
    entries: int


class ErasureOrdered(Result, frozen=True):
    interview: str


class EraseCandidate(Action, frozen=True, tag="erase_candidate"):
    """Erase a candidate's data for good, except the entries' hashes.

    This only orders the erasure; `handlers.maintenance.erase` carries it out.
    """

    interview: str
    roles: ClassVar[frozenset[Role]] = LEADS

    @property
    def line(self) -> str:
        return f"/forget {self.interview}"

    async def preview(self, context: Context) -> Preview | None:
        state = await self._target(context)
        stored = await context.tools.store.interviews.entries(state.interview)
        script = await context.tools.intake.script(state.script)
        transcript = read((unseal(each)[1] for each in stored), script)
        parts = [part for answer in transcript.answers for part in (*answer.parts, *answer.dropped)]
        files = sum(bool(part.file and part.file.sha256) for part in parts)
        return ErasurePreview(
            candidate(state),
            state.campaign,
            Term("state", state.phase),
            len(parts),
            sum(bool(part.spoken and part.spoken.sha256) for part in parts),
            files + sum(bool(line.sha256) for line in transcript.support),
            len(stored),
        )

    async def execute(self, context: Context) -> ErasureOrdered:
        state = await self._target(context)
        order = ErasureOrder(
            state.interview, context.person.id, context.cause, chat=context.reply_to, language=context.language
        )
        await context.tools.store.erasures.order(order)
        return ErasureOrdered(state.interview)

    async def _target(self, context: Context) -> State:
        state = await interview_of(context, self.interview, self.roles)
        if state.phase == "erased":
            raise Refused("forget.already", interview=state.interview)
        return state
