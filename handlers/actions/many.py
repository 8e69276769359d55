"""Actions on several candidates at once, each the same action for one candidate, done for every one of them."""

from collections.abc import Collection, Sequence
from typing import ClassVar

import msgspec

from conversation.state import State
from handlers.actions.archived import archive_refusals
from handlers.actions.base import Action, Preview, Reach, Result
from handlers.actions.context import Candidate, Context, Refused, candidate
from handlers.actions.deadlines import USUAL_HOURS, CandidateReminded, ExtendDeadline, MoreTime, RemindCandidate
from handlers.actions.interviews import Decide, Decided
from handlers.actions.targets import interview_of
from handlers.organisation.rights import HIRES
from handlers.organisation.state import ROOT, Organisation, Role

MOST = 1_000
"""Most candidates in one action."""
Single = Decide | ExtendDeadline | RemindCandidate


class LeftOut(msgspec.Struct, frozen=True):
    """A candidate for whom nothing is done, and why: the last word of the reason in `Refused`."""

    candidate: Candidate
    why: str


class ManyPreview(Preview, frozen=True):
    """For whom the action would be carried out, and for whom not.

    - `act`, `hours`: what would be done: a decision, "extend" (by how many hours) or "remind".
    - `unit`: the lowest unit with all of them. `ruled` is as in `Reach`.
    - `changed`: how many have another decision, which would be replaced.
    """

    act: str
    hours: int
    candidates: tuple[Candidate, ...]
    left_out: tuple[LeftOut, ...]
    unit: str = ROOT
    ruled: bool = False
    changed: int = 0

    @property
    def reach(self) -> Reach | None:
        return Reach(self.unit, len(self.candidates), self.ruled)


class ManyDone(Result, frozen=True):
    """For whom it was done, and for whom not.

    `act` and `hours` are as in `ManyPreview`; `decided` has the result for each, if it was a decision.
    """

    act: str
    hours: int
    candidates: tuple[Candidate, ...]
    left_out: tuple[LeftOut, ...]
    decided: tuple[Decided, ...] = ()


class Many(Action, frozen=True, omit_defaults=True):
    """Base class. It is kept in the archive until it is confirmed, because the list of interviews is long."""

    interviews: tuple[str, ...]
    roles: ClassVar[frozenset[Role]] = HIRES
    personal: ClassVar[bool] = True

    @property
    def act(self) -> tuple[str, int]:
        """What is done, and for how many hours, as in `ManyPreview`."""
        raise NotImplementedError

    def single(self, interview: str) -> Single:
        """Return the action for one candidate."""
        raise NotImplementedError

    async def preview(self, context: Context) -> ManyPreview:
        states, left_out = list[State](), list[LeftOut]()
        for single in self._singles():
            try:
                with archive_refusals():
                    states.append(await single.check(context))
            except Refused as refused:
                left_out.append(await _left_out(context, single, refused))
        units = {state.unit for state in states}
        ruled = any(context.organisation.takes_two(each, "bulk") for each in units)
        changed = sum(self._changes(state) for state in states)
        unit = common_unit(context.organisation, units)
        return ManyPreview(*self.act, tuple(map(candidate, states)), tuple(left_out), unit, ruled, changed)

    def _changes(self, _state: State) -> bool:
        return False

    async def execute(self, context: Context) -> ManyDone:
        """Carry out the action for each. Raises Refused if that is possible for nobody."""
        done, left_out = list[Decided | MoreTime | CandidateReminded](), list[LeftOut]()
        for single in self._singles():
            try:
                with archive_refusals():
                    done.append(await single.execute(context))
            except Refused as refused:
                left_out.append(await _left_out(context, single, refused))
        if not done:
            raise Refused("many.nobody")
        people = tuple(each.candidate for each in done)
        return ManyDone(
            *self.act, people, tuple(left_out), tuple(each for each in done if isinstance(each, Decided))
        )

    def _singles(self) -> Sequence[Single]:
        if len(self.interviews) > MOST:
            raise Refused("many.most", most=MOST)
        return [self.single(each) for each in dict.fromkeys(self.interviews)]


class DecideMany(Many, frozen=True, omit_defaults=True, tag="decide_many"):
    """Record the same decision about several candidates, with `Decide`."""

    decision: str
    note: str = ""

    @property
    def line(self) -> str:
        return f"/tick {self.decision} {len(self.interviews)}"

    @property
    def act(self) -> tuple[str, int]:
        return self.decision, 0

    def single(self, interview: str) -> Decide:
        return Decide(interview, self.decision, self.note)

    def _changes(self, state: State) -> bool:
        return state.decision not in ("", self.decision)


class ExtendMany(Many, frozen=True, omit_defaults=True, tag="extend_many"):
    """Give several candidates more time, with `ExtendDeadline`."""

    hours: int = USUAL_HOURS

    @property
    def line(self) -> str:
        return f"/tick extend {len(self.interviews)} {self.hours}h"

    @property
    def act(self) -> tuple[str, int]:
        return "extend", self.hours

    def single(self, interview: str) -> ExtendDeadline:
        return ExtendDeadline(interview, self.hours)


class RemindMany(Many, frozen=True, omit_defaults=True, tag="remind_many"):
    """Send several candidates one reminder each now, with `RemindCandidate`."""

    @property
    def line(self) -> str:
        return f"/tick remind {len(self.interviews)}"

    @property
    def act(self) -> tuple[str, int]:
        return "remind", 0

    def single(self, interview: str) -> RemindCandidate:
        return RemindCandidate(interview)


async def _left_out(context: Context, single: Single, refused: Refused) -> LeftOut:
    """Return who is left out. Raises the refusal if it would be the same for every candidate."""
    if refused.reason in ("decide.unknown", "decide.note", "extend.hours"):
        raise refused
    about = refused.about
    if refused.reason != "candidate.unknown" and not isinstance(about, State):
        about = await interview_of(context, single.interview, single.roles)
    who = candidate(about) if isinstance(about, State) else Candidate(single.interview, "")
    return LeftOut(who, refused.reason.rpartition(".")[2])


def common_unit(organisation: Organisation, units: Collection[str]) -> str:
    """Return the lowest unit that is each of these or above it."""
    first, *others = units or (ROOT,)
    while not all(organisation.within(each, first) for each in others):
        first = organisation.units.get(first, ROOT)
    return first
