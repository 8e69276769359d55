"""Queries about candidates."""

from collections import Counter
from collections.abc import Callable
from typing import ClassVar

import msgspec

from conversation.state import State
from handlers.actions.approvals import Seconds
from handlers.actions.context import Context, Refused
from handlers.actions.targets import campaign_of
from handlers.members import Members, members
from handlers.name_search import named
from handlers.organisation.rights import HIRES, READS
from handlers.organisation.state import ROOT, Role
from handlers.queries.base import Answer, Query, page_of
from handlers.queries.campaigns import visible_campaigns
from handlers.queries.interviews import Member, Reason, member, reason_left
from handlers.queries.news import Span, ended_at

PAGE = 10
_UNFINISHED = ("paused", "exited", "lapsed", "unreachable")
FILTERS: dict[str, Callable[[State], bool]] = {
    "invited": lambda state: state.phase == "invited",
    "guided": lambda state: state.phase == "guided",
    "running": lambda state: state.phase == "running",
    "paused": lambda state: state.phase == "paused",
    "completed": lambda state: state.phase == "completed",
    "exited": lambda state: state.phase == "exited",
    "lapsed": lambda state: state.phase == "lapsed",
    "unreachable": lambda state: state.phase == "unreachable",
    "erased": lambda state: state.phase == "erased",
    "unfinished": lambda state: state.phase in _UNFINISHED,
    "undecided": lambda state: state.phase == "completed" and not state.decision,
    "yes": lambda state: state.decision == "yes",
    "hold": lambda state: state.decision == "hold",
    "no": lambda state: state.decision == "no",
    "withdrew": lambda state: state.decision == "withdrew",
}
"""The filters for a list of candidates, by name."""


def _everybody(_: State) -> bool:
    return True


class CandidateSummary(msgspec.Struct, frozen=True):
    """One interview in a list.

    - `done`, `total`: how many questions are answered, and how many there are.
    - `reason`: why the candidate left; None if they did not.
    - `proposed`: the decision awaiting a second colleague, one of `seconds`; `proposed_by` made it.
    - `last_ms`: when the candidate was last active (epoch milliseconds); 0 if never.
    """

    interview: str
    name: str
    campaign: str
    version: str
    phase: str
    done: int
    total: int
    reason: Reason | None
    decision: str
    proposed: str
    last_ms: int
    proposed_by: Member | None = None
    seconds: tuple[Member, ...] = ()


class CandidatePage(Answer, frozen=True):
    """A page of candidates.

    - `campaign`: empty if they are of several.
    - `phases`: number of candidates in each phase, over all pages.
    - `complete`: False if the campaign has more interviews than one query reads.
    """

    campaign: str
    candidates: tuple[CandidateSummary, ...]
    phases: dict[str, int]
    page: int
    pages: int
    total: int
    complete: bool


class ListCandidates(Query, frozen=True, omit_defaults=True, tag="list_candidates"):
    """List candidates of a campaign, or of all campaigns of a unit if none is given, most recently active first.

    - `filter`: one of FILTERS.
    - `name`: a part of the name, of its pinyin, or of contact details.
    - `ended`: only those who finished or stopped in this time.
    """

    campaign: str = ""
    filter: str = ""
    name: str = ""
    page: int = 1
    unit: str = ROOT
    ended: Span | None = None
    roles: ClassVar[frozenset[Role]] = READS

    async def answer(self, context: Context) -> CandidatePage:
        found = await self.found(context)
        shown, page, pages = page_of(found.states, self.page, PAGE)
        seconds = Seconds(context.tools.store, context.organisation)
        return CandidatePage(
            (await self._campaigns(context))[0] if self.campaign else "",
            tuple([await candidate_summary(context, each, seconds) for each in shown]),
            dict(Counter(state.phase for state in found.states)),
            page,
            pages,
            len(found.states),
            found.complete,
        )

    async def found(self, context: Context, roles: frozenset[Role] = READS) -> Members:
        """Return the interviews on all pages, of the units where the person has one of `roles`. Raises Refused."""
        scope = context.scope(roles)
        if self.filter and self.filter not in FILTERS:
            raise Refused("candidates.filter", filter=self.filter[:40])
        right = FILTERS.get(self.filter, _everybody)

        def wanted(state: State) -> bool:
            in_time = self.ended is None or self.ended.holds(ended_at(state))
            return scope.covers(state.unit) and right(state) and in_time

        store, campaigns = context.tools.store, await self._campaigns(context)
        found = await (
            named(store, campaigns, self.name, wanted) if self.name else members(store, campaigns, wanted)
        )
        found.states.sort(key=lambda state: (-state.last_ms, state.name, state.interview))
        return found

    async def _campaigns(self, context: Context) -> list[str]:
        if self.campaign:
            return [(await campaign_of(context, self.campaign, self.roles)).id]
        seen = await visible_campaigns(context, self.roles)
        return [each.id for each in seen if context.organisation.within(each.unit, self.unit)]


async def candidate_summary(context: Context, state: State, seconds: Seconds) -> CandidateSummary:
    """Return one interview as lists show it."""
    script, proposed = await context.tools.intake.script(state.script), state.proposed
    people = await seconds.of(proposed.by, HIRES, state.unit) if proposed else []
    return CandidateSummary(
        state.interview,
        state.name,
        state.campaign,
        state.script,
        state.phase,
        state.done,
        len(script.steps),
        reason_left(state, script),
        state.decision,
        proposed.decision if proposed else "",
        state.last_ms,
        member(context, proposed.by) if proposed else None,
        tuple(Member(each.id, each.name) for each in people),
    )
